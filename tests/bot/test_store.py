from bot.store import MemoryStore


def test_each_chat_has_its_own_turns(answerer):
    store = MemoryStore()
    turn = answerer.answer("Who leads the office?")
    store.save(1, (turn,))
    assert store.turns(1) == (turn,)
    assert store.turns(2) == ()


def test_the_chat_idle_longest_is_forgotten_first():
    store = MemoryStore(max_chats=2)
    for chat in (1, 2, 1, 3):
        store.save(chat, store.turns(chat))
    assert set(store._turns) == {1, 3}
