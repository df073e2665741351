"""Updates on their way in: whose turn it is, what is kept, what is dropped."""

import asyncio
import json

import pytest
from telegram import Bot, Update

from bot.store.store import Store
from bot.store.updates import MAX_TRIES
from bot.telegram import inbox as inbox_module
from bot.telegram.inbox import Inbox, Processor
from bot.telegram.quota import Verdict
from tests.bot.fake_bot_api import ME, TOKEN


class Chats:
    """Makes updates, counted from 1."""

    def __init__(self):
        self.bot = Bot(TOKEN)
        self.bot._bot_user = None
        self.number = 0

    def message(self, chat, text="Who?"):
        person = {"id": abs(chat), "is_bot": False, "first_name": "R"}
        return self._update(
            message={
                "message_id": self.number + 1,
                "date": 1_700_000_000,
                "chat": {"id": chat, "type": "private", "first_name": "R"},
                "from": person,
                "text": text,
            }
        )

    def query(self, person, text):
        return self._update(
            inline_query={
                "id": str(self.number + 1),
                "from": {"id": person, "is_bot": False, "first_name": "R"},
                "query": text,
                "offset": "",
            }
        )

    def _update(self, **content):
        self.number += 1
        return Update.de_json({"update_id": self.number, **content}, self.bot)


@pytest.fixture
def chats(monkeypatch):
    made = Chats()
    me = Update.de_json(
        {"update_id": 0, "message": {"message_id": 1, "date": 0,
         "chat": {"id": 1, "type": "private"}, "from": ME}}, made.bot
    ).message.from_user  # fmt: skip
    monkeypatch.setattr(Bot, "bot", property(lambda _: me))
    return made


@pytest.fixture
async def kept(tmp_path, clock):
    store = Store(f"sqlite:///{tmp_path}/store.sqlite3", clock)
    yield store
    await store.close()


@pytest.fixture
def inbox(kept):
    return Inbox(kept, lambda _: Verdict.ADMIT)


async def left_in(kept):
    """What the next start finds."""
    store = Store(str(kept._url))
    try:
        return await store.updates.take_over(starting=True)
    finally:
        await store.close()


async def handed_out(inbox):
    items = []
    while not inbox.empty():
        items.append(await inbox.get())
    return items


async def test_a_chat_with_much_waiting_leaves_others_their_turn(inbox, chats):
    loud = [chats.message(1) for _ in range(50)]
    other = chats.message(2)
    for update in [*loud, other]:
        await inbox.put(update)
    assert await handed_out(inbox) == [loud[0], other]
    inbox.release(loud[0])
    assert await handed_out(inbox) == [loud[1]], "in order, one at a time"


async def test_no_more_are_under_way_than_may_be(inbox, chats, monkeypatch):
    monkeypatch.setattr(inbox_module, "MAX_UNDER_WAY", 2)
    asked = [chats.message(n) for n in (1, 2, 3, 1)]
    for update in asked:
        await inbox.put(update)
    assert await handed_out(inbox) == asked[:2]
    inbox.release(asked[1])
    assert await handed_out(inbox) == [asked[2]], "who waited gets the place"


async def test_beyond_what_may_wait_telegram_keeps_the_rest(kept, chats, monkeypatch):
    monkeypatch.setattr(inbox_module, "MAX_WAITING", 3)
    inbox = Inbox(kept, lambda _: Verdict.ADMIT)
    asked = [chats.message(1) for _ in range(5)]
    for update in asked[:4]:
        await inbox.put(update)
    putting = asyncio.create_task(inbox.put(asked[4]))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(putting), 0.2)
    for update in asked:
        assert await inbox.get() is update
        inbox.release(update)
    await putting


async def test_a_chat_that_floods_loses_what_is_too_much_and_says_so_in_the_log(
    inbox, kept, chats, monkeypatch, caplog
):
    monkeypatch.setattr(inbox_module, "MAX_WAITING_OF_CHAT", 2)
    for _ in range(5):
        await inbox.put(chats.message(1))
    assert "too much waiting" in caplog.text
    left = await left_in(kept)
    assert len(left) == 3, "one under way, two that wait"


async def test_a_stop_comes_after_all_that_waits(inbox, chats):
    first, second = chats.message(1), chats.message(1)
    for item in (first, second, "stop"):
        await inbox.put(item)
    assert await handed_out(inbox) == [first]
    inbox.release(first)
    assert await handed_out(inbox) == [second, "stop"]


async def test_of_what_somebody_types_inline_the_last_alone_is_answered(inbox, chats):
    typed = [chats.query(1, "wh"[:n]) for n in range(1, 3)]
    typed.append(chats.query(1, "who"))
    for update in typed:
        await inbox.put(update)
    assert await handed_out(inbox) == [typed[0]]
    inbox.release(typed[0])
    assert await handed_out(inbox) == [typed[2]]


async def test_what_is_typed_inline_is_never_stored(inbox, kept, chats):
    await inbox.put(chats.query(1, "a secret"))
    await inbox.put(chats.message(2))
    left = await left_in(kept)
    assert [json.loads(body)["update_id"] for body in left] == [2]


async def test_who_is_over_the_limit_costs_no_place(kept, chats):
    verdicts = iter([Verdict.ADMIT, Verdict.TELL, Verdict.IGNORE])
    inbox = Inbox(kept, lambda _: next(verdicts))
    asked = [chats.message(n) for n in (1, 2, 3)]
    for update in asked:
        await inbox.put(update)
    assert await handed_out(inbox) == asked[:2]
    assert not inbox.is_over(1)
    assert inbox.is_over(2)
    assert not inbox.is_over(2), "it is told once"


async def test_an_update_that_is_cancelled_is_taken_up_again(inbox, kept, chats):
    processor = Processor(inbox)
    update = chats.message(1)
    await inbox.put(update)
    begun = asyncio.Event()

    async def handle():
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(processor.process_update(update, handle()))
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(await left_in(kept)) == 1


async def test_an_update_that_ends_the_bot_each_time_is_dropped(kept, chats, caplog):
    await kept.updates.receive(1, chats.message(1).to_json())
    for _ in range(MAX_TRIES - 1):
        assert len(await left_in(kept)) == 1
    assert await left_in(kept) == []
    assert "never dealt with" in caplog.text
