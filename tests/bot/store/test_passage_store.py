"""Quoted passages are stored once, as long as answers quote them."""

from bot.store.clock import DAY
from bot.store.schema import metadata
from tests.bot.store.conftest import HERE
from tests.support import LEADER


async def test_a_passage_quoted_again_outlives_its_first_quotation(
    store, answer, clock
):
    for n in range(4):
        await store.turns.save(HERE, n, answer(LEADER), [100 + n])
        clock.now += 20 * DAY
        await store.prune(30, 24)
    assert (await store.turns.of_message(7, 103)).answer.citations


async def test_a_turn_whose_passages_are_lost_is_not_remembered(store, replica, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    async with store.database.transaction() as connection:
        await connection.execute(metadata.tables["passages"].delete())
    assert await replica.turns.last(HERE) is None


async def test_turns_are_read_however_full_the_memory_is(store, answer, monkeypatch):
    monkeypatch.setattr("bot.store.passage_store.MAX_CACHED_PASSAGES", 1)
    for n, question in enumerate((LEADER, "What is Joguk?")):
        await store.turns.save(HERE, n, answer(question), [100 + n])
    for _ in range(3):
        _, before = await store.turns.recall(HERE, 9)
        assert [one.question for one in before] == [LEADER, "What is Joguk?"]


async def test_what_another_process_forgot_is_kept_again_when_it_is_asked_again(
    store, replica, answer
):
    for each in (store, replica):
        await each.database.ping()
    await store.turns.save(HERE, 10, answer(LEADER), [11], is_own=True)
    await replica.forget(7)
    await store.turns.save(HERE, 20, answer(LEADER), [21], is_own=True)
    assert (await store.turns.last(HERE)).answer.question == LEADER
