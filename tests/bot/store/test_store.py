"""Operations on the whole store: forgetting, moving, pruning."""

import sqlite3

import pytest
from sqlalchemy import select

from bot.store.chat_location import ChatLocation
from bot.store.clock import DAY
from bot.store.database import BREAKER_SECONDS
from bot.store.errors import StoreError
from bot.store.schema import passages
from bot.store.store import Store
from retrieval import Answerer, Article
from tests.bot.store.conftest import HERE
from tests.support import LEADER, Clock


async def test_forget_deletes_one_chat_with_its_feedback(store, answer):
    for chat in (7, 8):
        await store.turns.save(ChatLocation(chat), 10, answer(LEADER), [11])
        await store.feedback.rate(
            await store.turns.last(ChatLocation(chat)), 1, is_right=False
        )
    await store.forget(7)
    assert await store.turns.last(HERE) is None
    assert await store.turns.of_message(7, 11) is None
    assert await store.turns.last(ChatLocation(8))
    (left,) = await store.feedback.asked()
    assert (left.question, left.wrong) == (LEADER, 1)


async def test_pruning_deletes_what_is_too_old_and_keeps_the_rest(store, answer, clock):
    await store.turns.save(HERE, 10, answer("What is Joguk?"), [11])
    clock.now += 31 * DAY
    await store.turns.save(HERE, 20, answer(LEADER), [21])
    await store.prune(30, 24)
    assert await store.turns.of_message(7, 11) is None
    assert (await store.turns.of_message(7, 21)).answer.question == LEADER


async def test_forgetting_deletes_choices_and_uploads(store, article):
    number = await store.uploads.save(7, article, limit=2)
    await store.choices.choose(ChatLocation(7), "bees")
    await store.forget(7)
    assert await store.choices.chosen(ChatLocation(7)) is None
    assert await store.uploads.read(7, number) is None
    assert await store.uploads.save(8, article, limit=2) > number, (
        "never the same again"
    )


async def passages_of(store):
    async with store.database.transaction() as connection:
        return set((await connection.execute(select(passages.c.id))).scalars())


async def test_forgetting_deletes_what_was_quoted_of_a_chats_own_document(
    store, answerer
):
    """Passages of public articles are not secret, and stay."""
    own = answerer.answer("What is Joguk?")
    await store.turns.save(ChatLocation(7), 1, own, [2], is_own=True)
    await store.turns.save(
        ChatLocation(7), 3, answerer.answer("Who leads the office?"), [4]
    )
    await store.turns.save(ChatLocation(8), 1, own, [2], is_own=True)
    before = await passages_of(store)
    await store.forget(7)
    left = await passages_of(store)
    assert len({key[:16] for key in before if key.startswith("p")}) == 2
    assert len({key[:16] for key in left if key.startswith("p")}) == 1
    assert {key for key in before - left if not key.startswith("p")} == set()
    assert (await store.turns.last(ChatLocation(8))).answer.citations[0].quote == (
        own.citations[0].quote
    )
    await store.turns.save(ChatLocation(7), 5, own, [6], is_own=True)
    assert (await store.turns.last(ChatLocation(7))).answer.question == "What is Joguk?"


async def test_a_group_that_has_moved_keeps_all_it_had(store, answer, article):
    await store.turns.save(ChatLocation(-5), 10, answer(LEADER), [11])
    await store.choices.choose(ChatLocation(-5), "cows")
    await store.uploads.save(-5, article, 3)
    await store.move(-5, -1005)
    assert (await store.turns.last(ChatLocation(-1005))).answer.question == LEADER
    assert (await store.turns.of_message(-1005, 11)).answer.question == LEADER
    assert await store.choices.chosen(ChatLocation(-1005)) == "cows"
    assert len(await store.uploads.numbers(-1005, 1)) == 1
    assert await store.turns.last(ChatLocation(-5)) is None


async def test_a_clock_that_is_set_back_rests_the_store_no_longer(tmp_path, clock):
    stopwatch = Clock()
    store = Store(f"sqlite:///{tmp_path}/store.sqlite3", clock, stopwatch)
    await store.database.ping()
    other = sqlite3.connect(tmp_path / "store.sqlite3")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError):
        await store.updates.receive(1, "one")
    other.close()
    clock.now -= 5 * 3_600
    stopwatch.now += BREAKER_SECONDS
    await store.updates.receive(1, "one")
    await store.close()


async def test_a_clock_that_jumps_deletes_nothing(
    tmp_path, clock, answer, article, caplog
):
    stopwatch = Clock()
    store = Store(f"sqlite:///{tmp_path}/store.sqlite3", clock, stopwatch)
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    number = await store.uploads.save(7, article, limit=2)
    clock.now += 40 * DAY
    await store.prune(30, 24)
    assert await store.turns.last(HERE)
    assert await store.uploads.read(7, number), "what readers sent neither"
    assert "The clock has jumped" in caplog.text
    stopwatch.now += 40 * DAY
    await store.prune(30, 24)
    assert await store.turns.last(HERE) is None
    assert await store.uploads.read(7, number) is None
    await store.close()


async def test_what_is_forgotten_stands_in_no_file(tmp_path):
    article = Article.from_text("Zanzibar exports cloves.", language="en")
    store = Store(f"sqlite:///{tmp_path}/store.sqlite3")
    answer = Answerer([article]).answer("What does Zanzibar export?")
    await store.turns.save(HERE, 10, answer, [11], is_own=True)
    await store.forget(7)
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    await store.close()
    assert files
    assert not any(b"Zanzibar" in data for data in files)


async def test_a_first_start_with_a_clock_far_ahead_deletes_nothing(
    tmp_path, clock, answer, caplog
):
    caplog.set_level("INFO")
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    before = Store(url, clock, clock)
    await before.turns.save(HERE, 10, answer(LEADER), [11])
    await before.close()
    clock.now += 40 * DAY
    store = Store(url, clock, Clock())
    await store.turns.save(HERE, 20, answer("What is Joguk?"), [21])
    for _ in "now", "an hour later":
        await store.prune(30, 24)
        assert await store.turns.of_message(7, 11)
    assert "Telegram has not confirmed the clock" in caplog.text
    store.clock.compare(clock.now - 40 * DAY)
    await store.prune(30, 24)
    assert await store.turns.of_message(7, 11), "by Telegram's clock it is not old"
    store.clock.compare(clock.now - 5)
    await store.prune(30, 24)
    assert await store.turns.of_message(7, 11) is None
    assert await store.turns.of_message(7, 21)
    await store.close()


async def test_what_is_deleted_beside_a_reader_of_the_file_leaves_it_later(tmp_path):
    """A backup keeps the write-ahead log from being truncated."""
    article = Article.from_text("Zanzibar exports cloves.", language="en")
    path = tmp_path / "store.sqlite3"
    store = Store(f"sqlite:///{path}")
    answer = Answerer([article]).answer("What does Zanzibar export?")
    await store.turns.save(HERE, 10, answer, [11], is_own=True)
    backup = sqlite3.connect(path, isolation_level=None)
    backup.execute("BEGIN")
    backup.execute("SELECT * FROM turns").fetchall()
    assert not await store.forget(7)
    await store.database.truncate_wal_again()
    assert any(b"Zanzibar" in each.read_bytes() for each in tmp_path.iterdir())
    backup.close()
    await store.database.truncate_wal_again()
    assert not any(b"Zanzibar" in each.read_bytes() for each in tmp_path.iterdir())
    assert await store.forget(7)
    await store.close()
