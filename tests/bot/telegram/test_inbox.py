"""Incoming updates: their order, and which are stored or dropped."""

import asyncio
import json

import pytest
from telegram import Bot, Update

from bot.store.store import Store
from bot.store.update_store import MAX_TRIES
from bot.telegram import inbox as inbox_module
from bot.telegram.admission import Admitted
from bot.telegram.inbox import Inbox, Processor
from bot.telegram.metrics import Metrics
from bot.telegram.rate_limit import Verdict
from tests.bot.fake_bot_api import ME, TOKEN

CHAT = {"id": 1, "type": "private", "first_name": "R"}


class UpdateFactory:
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

    def raw(self, chat):
        return json.loads(self.message(chat).to_json())

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
    made = UpdateFactory()
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
def metrics():
    return Metrics()


@pytest.fixture
def inbox(kept, metrics):
    return Inbox(kept, lambda _: Verdict.ADMIT, metrics)


async def left_in(kept):
    """Return the updates that the next start finds."""
    store = Store(str(kept.database._url))
    try:
        return await store.updates.take_over(starting=True)
    finally:
        await store.close()


async def leave(kept, update, body=None):
    """Store an update as an earlier process would."""
    earlier = Store(str(kept.database._url))
    await earlier.updates.receive(update.update_id, body or update.to_json())
    await earlier.close()


async def handed_out(inbox):
    items = []
    while not inbox.empty():
        item = await inbox.get()
        items.append(item.update if isinstance(item, Admitted) else item)
    return items


def release(inbox, update):
    inbox.release(Admitted(update, Verdict.ADMIT))


async def test_a_chat_with_much_waiting_leaves_others_their_turn(inbox, chats):
    loud = [chats.message(1) for _ in range(50)]
    other = chats.message(2)
    for update in [*loud, other]:
        await inbox.put(update)
    assert await handed_out(inbox) == [loud[0], other]
    release(inbox, loud[0])
    assert await handed_out(inbox) == [loud[1]], "in order, one at a time"


async def test_no_more_are_under_way_than_may_be(inbox, chats, monkeypatch):
    monkeypatch.setattr(inbox_module, "MAX_UNDER_WAY", 2)
    asked = [chats.message(n) for n in (1, 2, 3, 1)]
    for update in asked:
        await inbox.put(update)
    assert await handed_out(inbox) == asked[:2]
    release(inbox, asked[1])
    assert await handed_out(inbox) == [asked[2]], "who waited gets the place"


async def test_beyond_what_may_wait_telegram_keeps_the_rest(kept, chats, monkeypatch):
    monkeypatch.setattr(inbox_module, "MAX_WAITING", 3)
    inbox = Inbox(kept, lambda _: Verdict.ADMIT, Metrics())
    asked = [chats.message(1) for _ in range(5)]
    for update in asked[:4]:
        await inbox.put(update)
    putting = asyncio.create_task(inbox.put(asked[4]))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(putting), 0.2)
    for update in asked:
        assert (await inbox.get()).update is update
        release(inbox, update)
    await putting


async def test_a_chat_that_floods_loses_what_is_too_much_and_says_so_in_the_log(
    inbox, kept, chats, monkeypatch, caplog
):
    monkeypatch.setattr(inbox_module, "MAX_WAITING_OF_CHAT", 2)
    for _ in range(5):
        await inbox.put(chats.message(1))
    assert "Too many updates of a chat" in caplog.text
    left = await left_in(kept)
    assert len(left) == 3, "one under way, two that wait"


async def test_a_stop_comes_after_all_that_waits(inbox, chats):
    first, second = chats.message(1), chats.message(1)
    for item in (first, second, "stop"):
        await inbox.put(item)
    assert await handed_out(inbox) == [first]
    release(inbox, first)
    assert await handed_out(inbox) == [second, "stop"]


async def test_of_what_somebody_types_inline_the_last_alone_is_answered(inbox, chats):
    typed = [chats.query(1, "wh"[:n]) for n in range(1, 3)]
    typed.append(chats.query(1, "who"))
    for update in typed:
        await inbox.put(update)
    assert await handed_out(inbox) == [typed[0]]
    release(inbox, typed[0])
    assert await handed_out(inbox) == [typed[2]]


async def test_what_is_typed_inline_is_never_stored(inbox, kept, chats):
    await inbox.put(chats.query(1, "a secret"))
    await inbox.put(chats.message(2))
    left = await left_in(kept)
    assert [json.loads(update.body)["update_id"] for update in left] == [2]


async def test_who_is_over_the_limit_costs_no_place(kept, chats):
    verdicts = iter([Verdict.ADMIT, Verdict.REJECT, Verdict.REJECT_SILENTLY])
    inbox = Inbox(kept, lambda _: next(verdicts), Metrics())
    asked = [chats.message(n) for n in (1, 2, 3)]
    for update in asked:
        await inbox.put(update)
    assert [await inbox.get() for _ in asked[:2]] == [
        Admitted(asked[0], Verdict.ADMIT),
        Admitted(asked[1], Verdict.REJECT),
    ]
    assert inbox.empty()


async def test_an_update_that_is_cancelled_is_taken_up_again(inbox, kept, chats):
    processor = Processor(inbox)
    update = chats.message(1)
    await inbox.put(update)
    begun = asyncio.Event()

    async def handle():
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(
        processor.process_update(Admitted(update, Verdict.ADMIT), handle())
    )
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(await left_in(kept)) == 1


async def test_an_update_that_ends_the_bot_each_time_is_dropped(kept, chats, caplog):
    await kept.updates.receive(1, chats.message(1).to_json())
    for _ in range(MAX_TRIES - 1):
        assert len(await left_in(kept)) == 1
        await kept.updates.begin(1)
    assert await left_in(kept) == []
    assert "have ended the bot 3 times" in caplog.text


async def test_waiting_and_being_taken_over_costs_no_try(kept, chats):
    await kept.updates.receive(1, chats.message(1).to_json())
    for _ in range(3 * MAX_TRIES):
        (left,) = await left_in(kept)
        assert not left.is_suspect


async def deal_with(inbox, update, work):
    """Process an update as the application does, where computing is some work."""

    async def handle():
        async with inbox.trying():
            await work()

    await Processor(inbox).process_update(Admitted(update, Verdict.ADMIT), handle())


async def test_a_try_is_counted_while_it_may_end_the_process(inbox, kept, chats):
    await leave(kept, chats.message(1))
    await inbox.take_over(chats.bot, starting=True)
    (update,) = await handed_out(inbox)
    seen = []

    async def work():
        seen.extend(await left_in(kept))

    await deal_with(inbox, update, work)
    assert [left.is_suspect for left in seen] == [True]
    assert await left_in(kept) == []


async def test_an_orderly_stop_gives_the_try_back(inbox, kept, chats):
    await leave(kept, chats.message(1))
    await inbox.take_over(chats.bot, starting=True)
    (update,) = await handed_out(inbox)
    begun = asyncio.Event()

    async def work():
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(deal_with(inbox, update, work))
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [left.is_suspect for left in await left_in(kept)] == [False]


async def test_a_process_that_stops_in_order_gives_all_tries_back_at_once(
    inbox, kept, chats
):
    """The computation may take a while, and the process does not wait for it."""
    await leave(kept, chats.message(1))
    await inbox.take_over(chats.bot, starting=True)
    (update,) = await handed_out(inbox)
    seen = []

    async def work():
        await inbox.give_back_tries()
        seen.extend(await left_in(kept))

    await deal_with(inbox, update, work)
    assert [left.is_suspect for left in seen] == [False]


async def test_an_update_that_comes_for_the_first_time_costs_no_count(
    inbox, kept, chats
):
    update = chats.message(1)
    await inbox.put(update)
    seen = []

    async def work():
        seen.extend(await left_in(kept))

    await deal_with(inbox, update, work)
    assert [left.is_suspect for left in seen] == [False]


async def test_a_chat_whose_update_may_have_ended_the_bot_comes_last(
    inbox, kept, chats
):
    for chat in (1, 2, 1, 3):
        update = chats.message(chat)
        await leave(kept, update)
    await kept.updates.begin(1)
    await inbox.take_over(chats.bot, starting=True)
    out = await handed_out(inbox)
    assert [update.update_id for update in out] == [2, 4, 1]
    release(inbox, out[2])
    assert [update.update_id for update in await handed_out(inbox)] == [3]


@pytest.mark.parametrize(
    "content",
    [
        {"message": {"message_id": 1, "date": 1}},
        {"message": {"message_id": 1, "date": "today, dear", "chat": CHAT}},
        {"message": {"message_id": 1, "date": 1, "chat": CHAT, "text": 5}},
        {"message": {"message_id": 1, "date": 1, "chat": CHAT, "poll": {"id": "dear"}}},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": "x", "type": "dear"}}},
        {"message": "dear"},
        {"callback_query": {"id": "1"}},
        {"edited_message": [1]},
        {"dear": 1},
        {},
    ],
    ids=repr,
)
async def test_an_update_that_cannot_be_parsed_is_dropped_in_one_line(
    inbox, metrics, chats, caplog, content
):
    assert await inbox.receive({"update_id": 7, **content}, chats.bot)
    assert await inbox.receive(chats.raw(1), chats.bot)
    assert len(await handed_out(inbox)) == 1, "the next one is taken"
    (line,) = caplog.messages
    assert line.startswith("Update 7 (")
    assert "dear" not in line
    assert "article_bot_updates_dropped_total 1.0" in metrics.exposition().decode()


@pytest.mark.parametrize("raw", [None, [], {}, {"update_id": "1"}, "dear"])
async def test_what_is_no_update_is_not_taken(inbox, chats, raw):
    assert not await inbox.receive(raw, chats.bot)


async def test_a_stored_update_that_cannot_be_parsed_any_more_is_dropped(
    inbox, kept, chats, caplog
):
    await leave(kept, Update(7), json.dumps({"update_id": 7, "message": {}}))
    await leave(kept, chats.message(1))
    await inbox.take_over(chats.bot, starting=True)
    assert len(await handed_out(inbox)) == 1
    assert "Update 7 (message) cannot be parsed" in caplog.text
    assert len(await left_in(kept)) == 1
