"""What the store promises, on SQLite and on PostgreSQL alike."""

import asyncio
import dataclasses
import logging
import sqlite3
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from hypothesis import given
from sqlalchemy import Column, Text, select, update

from bot.store.database import CALM_SECONDS, DAY, REST_SECONDS
from bot.store.errors import StoreError, StoreURLError
from bot.store.feedback import Missed
from bot.store.inbox import LEASE_SECONDS
from bot.store.places import Place
from bot.store.schema import metadata, passages, turns
from bot.store.snapshots import read_snapshot, take_snapshot
from bot.store.store import Store
from bot.store.turns import HISTORY
from bot.store.urls import default_url
from retrieval import Answerer, Article
from tests.bot.conftest import Clock
from tests.strategies import texts

HERE = Place(7)
LEADER = "Who leads the Economic Cooperation Office for Overseas Koreans?"


@pytest.fixture
def answer(answerer):
    return answerer.answer


@pytest.mark.parametrize("question", ["honey\0?", "honey\ud800?"], ids=ascii)
async def test_a_question_that_no_database_takes_is_kept_all_the_same(
    store, answer, question
):
    await store.turns.save(HERE, 10, answer(question), [11])
    assert (await store.turns.last(HERE)).answer.question.startswith("honey")


async def test_a_question_that_two_processes_answer_is_kept_once(
    store, replica, answer
):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    with pytest.raises(StoreError):
        await replica.turns.save(HERE, 10, answer(LEADER), [12])
    assert replica.works
    assert (await store.turns.last(HERE)).message_ids == (11,)


def quotes(answer):
    return [c.quote for c in answer.citations + answer.further]


async def test_a_turn_is_found_by_question_by_message_and_as_the_last(store, answer):
    asked = answer(LEADER)
    await store.turns.save(HERE, 10, asked, [11, 12])
    by_question, before = await store.turns.recall(HERE, 10)
    assert before == ()
    for turn in [
        by_question,
        await store.turns.of_message(7, 11),
        await store.turns.of_message(7, 12),
        await store.turns.last(HERE),
    ]:
        assert turn.message_ids == (11, 12)
        kept = turn.answer
        assert quotes(kept) == quotes(asked)
        assert (kept.question, kept.found, kept.confidence, kept.unmentioned) == (
            asked.question,
            asked.found,
            asked.confidence,
            asked.unmentioned,
        )


async def test_a_kept_citation_still_points_into_its_article(store, answer):
    asked = answer(LEADER)
    await store.turns.save(HERE, 10, asked, [11])
    kept = (await store.turns.last(HERE)).answer
    for new, old in zip(kept.citations, asked.citations, strict=True):
        assert new.article.text[new.start : new.end] == old.quote
        assert new.highlights == old.highlights
        assert new.passage.number == old.passage.number
        assert new.article.title == old.article.title
        assert [s.text for s in new.passage.sentences] == [
            s.text for s in old.passage.sentences
        ]


async def test_what_one_process_saves_another_reads(store, replica, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    turn = await replica.turns.of_message(7, 11)
    assert turn.answer.question == LEADER


async def test_history_is_the_last_answers_before_a_question_oldest_first(
    store, answer
):
    for n in range(HISTORY + 3):
        await store.turns.save(HERE, n, answer(f"What is Joguk {n}?"), [100 + n])
    turn, before = await store.turns.recall(HERE, HISTORY + 1)
    assert turn.answer.question == f"What is Joguk {HISTORY + 1}?"
    assert [a.question for a in before] == [
        f"What is Joguk {n}?" for n in range(1, HISTORY + 1)
    ]


async def test_chats_and_topics_are_kept_apart(store, answer):
    await store.turns.save(Place(-5, 1), 10, answer(LEADER), [11])
    for elsewhere in (Place(-5), Place(-5, 2), Place(5, 1)):
        assert await store.turns.last(elsewhere) is None
        assert await store.turns.recall(elsewhere, 99) == (None, ())
    assert await store.turns.of_message(5, 11) is None


async def test_an_edited_question_replaces_its_turn_and_what_was_said_of_it(
    store, answer
):
    await store.turns.save(HERE, 10, answer(LEADER), [11, 12])
    old = await store.turns.last(HERE)
    await store.feedback.rate(old, 1, is_right=False)
    await store.turns.save(HERE, 10, answer("What is Joguk?"), [11], old)
    turn = await store.turns.last(HERE)
    assert (turn.answer.question, turn.message_ids) == ("What is Joguk?", (11,))
    assert await store.turns.of_message(7, 12) is None
    assert await store.feedback.wrong() == []


async def test_a_person_rates_an_answer_once(store, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    turn = await store.turns.last(HERE)
    assert await store.feedback.rate(turn, 1, is_right=False)
    assert not await store.feedback.rate(turn, 1, is_right=True)
    assert await store.feedback.rate(turn, 2, is_right=True)
    assert await store.feedback.wrong() == [Missed(LEADER, 1)]


async def test_the_source_of_a_view_is_claimed_once(store, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    turn = await store.turns.last(HERE)
    claims = [await store.turns.claim_source(turn, view) for view in (0, 0, 1, 1, 0)]
    assert claims == [True, False, True, False, True]


async def test_missed_questions_are_counted_most_frequent_first(store, answer):
    asked = ["Who wrote Hamlet?", "who wrote  hamlet", "Who wrote Faust?", LEADER]
    for n, question in enumerate(asked):
        await store.turns.save(HERE, n, answer(question), [100 + n])
    assert await store.feedback.refused() == [
        Missed("Who wrote Hamlet?", 2),
        Missed("Who wrote Faust?", 1),
    ]


async def test_forget_deletes_one_chat_with_its_feedback(store, answer):
    for chat in (7, 8):
        await store.turns.save(Place(chat), 10, answer(LEADER), [11])
        await store.feedback.rate(
            await store.turns.last(Place(chat)), 1, is_right=False
        )
    await store.forget(7)
    assert await store.turns.last(HERE) is None
    assert await store.turns.of_message(7, 11) is None
    assert await store.turns.last(Place(8))
    assert await store.feedback.wrong() == [Missed(LEADER, 1)]


async def test_pruning_deletes_what_is_too_old_and_keeps_the_rest(store, answer, clock):
    await store.turns.save(HERE, 10, answer("What is Joguk?"), [11])
    clock.now += 31 * DAY
    await store.turns.save(HERE, 20, answer(LEADER), [21])
    await store.prune(30)
    assert await store.turns.of_message(7, 11) is None
    assert (await store.turns.of_message(7, 21)).answer.question == LEADER


async def test_a_passage_quoted_again_outlives_its_first_quotation(
    store, answer, clock
):
    for n in range(4):
        await store.turns.save(HERE, n, answer(LEADER), [100 + n])
        clock.now += 20 * DAY
        await store.prune(30)
    assert (await store.turns.of_message(7, 103)).answer.citations


async def test_a_turn_whose_passages_are_lost_is_not_remembered(store, replica, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    async with store.transaction() as connection:
        await connection.execute(metadata.tables["passages"].delete())
    assert await replica.turns.last(HERE) is None


async def test_an_update_is_received_once(store, replica):
    assert await store.inbox.receive(1, "one")
    assert not await store.inbox.receive(1, "one")
    assert not await replica.inbox.receive(1, "one")
    await store.inbox.finish(1)
    assert not await store.inbox.receive(1, "one"), "nor once it is dealt with"
    assert not await replica.inbox.receive(1, "one")
    assert await replica.inbox.take_over(starting=True) == []


async def test_updates_of_a_silent_process_are_taken_over_in_order(
    store, replica, clock
):
    for n in (2, 1, 3):
        await store.inbox.receive(n, str(n))
    await store.inbox.finish(2)
    assert await replica.inbox.take_over() == []
    clock.now += LEASE_SECONDS + 1
    assert await replica.inbox.take_over() == ["1", "3"]
    assert await store.inbox.take_over() == []


async def test_updates_of_a_process_that_is_alive_are_left_to_it(store, replica, clock):
    await store.inbox.receive(1, "one")
    for _ in range(5):
        clock.now += LEASE_SECONDS / 2
        assert await store.inbox.take_over() == []
        assert await replica.inbox.take_over() == []


async def test_a_start_takes_over_at_once_what_a_sqlite_file_holds(tmp_path):
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    killed = Store(url)
    await killed.inbox.receive(1, "one")
    await killed.close()
    started = Store(url)
    assert await started.inbox.take_over(starting=True) == ["one"]
    await started.close()


async def test_updates_that_nobody_took_are_pruned_after_a_day(store, clock):
    await store.inbox.receive(1, "one")
    clock.now += DAY + 1
    await store.prune(30)
    assert await store.inbox.receive(1, "one")


async def test_the_migrations_make_the_schema(store):
    await store.ping()

    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with store._engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_opening_again_changes_nothing(store, replica, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    await replica.ping()
    assert await replica.turns.last(HERE)


async def test_any_question_is_kept_as_asked(store):
    article = Article.from_text("Bees make honey.\n\nCows eat 🌱 grass\x00.")
    for n, question in enumerate(
        ["🐝?", "é\u0301", "'; DROP TABLE turns; --", "honey"]
    ):
        asked = Answerer([article]).answer(question)
        await store.turns.save(HERE, n, asked, [100 + n])
        assert (await store.turns.of_message(7, 100 + n)).answer.question == question


@given(texts(min_size=1), texts())
def test_a_snapshot_gives_back_what_it_took(text, question):
    answer = Answerer([Article.from_text(text)]).answer(question)
    snapshot = take_snapshot(answer)
    back = read_snapshot(
        answer.question,
        answer.found,
        answer.confidence,
        snapshot.body,
        snapshot.passages,
    )
    assert quotes(back) == quotes(answer)
    assert back.unmentioned == answer.unmentioned
    for citation in back.citations:
        start, end = citation.start, citation.end
        assert citation.article.text[start:end] == citation.quote


class TestWhenItFails:
    @pytest.fixture
    async def locked(self, tmp_path, clock, answer, monkeypatch):
        """A store whose file another program has locked, and that program."""
        monkeypatch.setattr("bot.store.database.BUSY_SECONDS", 0.1)
        store = Store(f"sqlite:///{tmp_path}/store.sqlite3", clock, clock)
        await store.turns.save(HERE, 10, answer("What is Joguk?"), [11])
        other = sqlite3.connect(tmp_path / "store.sqlite3")
        other.execute("BEGIN EXCLUSIVE")
        yield store, other
        other.close()
        await store.close()

    async def test_one_warning_tells_of_it(self, locked, answer, caplog):
        store, _ = locked
        for n in range(3):
            with pytest.raises(StoreError):
                await store.turns.save(HERE, 20 + n, answer(LEADER), [30 + n])
        (record,) = caplog.records
        assert record.levelno == logging.WARNING
        assert "database is locked" in record.getMessage()
        assert not store.works

    async def test_it_knows_whose_last_answer_is_lost(self, locked, answer, clock):
        store, other = locked
        with pytest.raises(StoreError):
            await store.turns.save(HERE, 20, answer(LEADER), [21])
        assert store.turns.has_lost(HERE)
        assert not store.turns.has_lost(Place(8))
        other.rollback()
        clock.now += REST_SECONDS
        await store.turns.save(HERE, 30, answer(LEADER), [31])
        assert not store.turns.has_lost(HERE)

    async def test_it_works_again_once_the_fault_is_gone(self, locked, clock, caplog):
        caplog.set_level(logging.INFO)
        store, other = locked
        with pytest.raises(StoreError):
            await store.inbox.receive(1, "one")
        other.rollback()
        with pytest.raises(StoreError):  # still at rest
            await store.ping()
        clock.now += REST_SECONDS
        await store.ping()
        assert store.works
        assert len(caplog.records) == 1
        clock.now += CALM_SECONDS
        await store.ping()
        assert caplog.messages[-1] == "The store works again"

    async def test_a_fault_that_comes_and_goes_is_told_once(
        self, locked, clock, caplog
    ):
        store, _ = locked
        for n in range(5):
            clock.now += REST_SECONDS
            await store.ping()  # reading works while another writes
            with pytest.raises(StoreError):
                await store.inbox.receive(n, "")
        assert len(caplog.records) == 1

    async def test_a_server_that_is_away_is_an_error_without_the_password(self, caplog):
        store = Store("postgresql://bot:hunter2@127.0.0.1:9/bot")
        with pytest.raises(StoreError):
            await store.ping()
        assert "hunter2" not in caplog.text + store.where
        await store.close()

    async def test_a_file_that_is_no_database_is_an_error(self, tmp_path):
        (tmp_path / "x").write_text("no database " * 100)
        store = Store(f"sqlite:///{tmp_path}/x")
        with pytest.raises(StoreError, match="not a database"):
            await store.ping()
        await store.close()

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("store.sqlite3", "it is no database URL"),
            ("mysql://host/db", "mysql is not supported"),
            ("nonsense://x", "nonsense is not supported"),
        ],
    )
    def test_a_wrong_url_is_one_line(self, url, words):
        with pytest.raises(StoreURLError, match=words) as caught:
            Store(url)
        assert "\n" not in str(caught.value)

    def test_a_missing_driver_names_the_extra(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "asyncpg", None)
        with pytest.raises(StoreURLError, match=r"article-bot\[postgres\]"):
            Store("postgresql://host/db")


def test_each_bot_has_a_file_of_its_own_on_each_server():
    urls = {
        default_url("1:secret"),
        default_url("2:secret"),
        default_url("1:secret", "http://127.0.0.1:1/bot"),
        default_url("no number"),
    }
    assert len(urls) == 4
    assert not any("secret" in url for url in urls)


async def test_the_file_is_for_its_owner_alone(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/store.sqlite3")
    await store.ping()
    await store.close()
    assert (tmp_path / "store.sqlite3").stat().st_mode & 0o077 == 0


async def test_a_place_keeps_its_choice_until_it_widens(store, replica):
    await store.choices.choose(Place(1), "bees")
    await store.choices.choose(Place(1, 5), "cows")
    await store.choices.choose(Place(1), "dogs")
    assert await replica.choices.chosen(Place(1)) == "dogs"
    assert await replica.choices.chosen(Place(1, 5)) == "cows"
    assert await replica.choices.chosen(Place(2)) is None
    await store.choices.choose(Place(1), None)
    assert await replica.choices.chosen(Place(1)) is None


async def test_a_choice_of_a_chat_that_asks_no_more_expires(store, clock):
    await store.choices.choose(Place(1), "bees")
    clock.now += 40 * 86_400
    await store.prune(30)
    assert await store.choices.chosen(Place(1)) is None


def story(article, text):
    return dataclasses.replace(article, author=text)


async def test_uploads_are_kept_by_chat_number_and_time(store, replica, clock, article):
    numbers = [await store.uploads.keep(7, story(article, t), limit=2) for t in "abc"]
    await store.uploads.keep(8, article, limit=2)
    assert await replica.uploads.numbers(7, hours=1) == numbers[:0:-1]
    assert await replica.uploads.read(7, numbers[2]) == story(article, "c")
    assert await replica.uploads.read(7, numbers[0]) is None
    assert await replica.uploads.read(8, numbers[2]) is None, "it is another chat's"
    clock.now += 2 * 3_600
    assert await replica.uploads.numbers(7, hours=1) == []
    await store.uploads.prune(hours=1)
    assert await replica.uploads.read(7, numbers[2]) is None


async def test_what_a_chat_sends_again_is_kept_once(store, article):
    await store.uploads.keep(7, article, limit=3)
    number = await store.uploads.keep(7, article, limit=3)
    assert await store.uploads.numbers(7, hours=1) == [number]


async def test_forgetting_deletes_choices_and_uploads(store, article):
    number = await store.uploads.keep(7, article, limit=2)
    await store.choices.choose(Place(7), "bees")
    await store.forget(7)
    assert await store.choices.chosen(Place(7)) is None
    assert await store.uploads.read(7, number) is None
    assert await store.uploads.keep(8, article, limit=2) > number, (
        "never the same again"
    )


async def test_forgetting_deletes_what_was_quoted_of_a_chats_own_document(
    store, answerer
):
    """The passages of the articles that all can ask are nobody's secret."""
    own = answerer.answer("What is Joguk?")
    await store.turns.save(Place(7), 1, own, [2], is_private=True)
    await store.turns.save(Place(7), 3, answerer.answer("Who leads the office?"), [4])
    await store.turns.save(Place(8), 1, own, [2], is_private=True)
    before = await passages_of(store)
    await store.forget(7)
    left = await passages_of(store)
    assert len({key[:16] for key in before if key.startswith("p")}) == 2
    assert len({key[:16] for key in left if key.startswith("p")}) == 1
    assert {key for key in before - left if not key.startswith("p")} == set()
    assert (await store.turns.last(Place(8))).answer.citations[0].quote == (
        own.citations[0].quote
    )
    await store.turns.save(Place(7), 5, own, [6], is_private=True)
    assert (await store.turns.last(Place(7))).answer.question == "What is Joguk?"


async def passages_of(store):
    async with store.transaction() as connection:
        return set((await connection.execute(select(passages.c.id))).scalars())


def test_a_password_among_the_options_is_not_shown():
    store = Store("postgresql://host/db?user=bot&password=secret")
    assert store.where == "postgresql://host/db"


KILL = """
import asyncio, os, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from bot.store.store import Store

url, statements = sys.argv[1], 0
while True:
    statements += 1
    child = os.fork()
    if child == 0:
        left = statements

        @event.listens_for(Engine, "before_cursor_execute")
        def count(*_):
            global left
            left -= 1
            if left == 0:
                os._exit(9)

        async def opened():
            store = Store(url)
            await store.ping()
            await store.close()

        asyncio.run(opened())
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        print(statements)
        break
"""


async def test_a_kill_at_any_statement_of_the_first_start_harms_nothing(
    tmp_path, answer
):
    """A process is killed before each statement in turn, always on the same file."""
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILL, url],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert int(done.stdout) > 20
    store = Store(url)
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    assert (await store.turns.last(HERE)).answer.question == LEADER
    await store.close()


async def test_two_processes_that_start_on_one_new_file_both_work(tmp_path):
    stores = [Store(f"sqlite:///{tmp_path}/store.sqlite3") for _ in range(2)]
    await asyncio.gather(*(store.ping() for store in stores))
    for store in stores:
        await store.ping()
        await store.close()


async def test_a_migration_that_copies_a_table_keeps_what_refers_to_it(
    tmp_path, answer, monkeypatch
):
    """SQLite deletes a table to alter it, and with it rows that refer to it."""
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    store = Store(url)
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    await store.close()

    def copy_turns(connection):
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("turns", recreate="always") as batch:
            batch.add_column(Column("note", Text))

    monkeypatch.setattr("bot.store.database._upgrade", copy_turns)
    store = Store(url)
    assert (await store.turns.of_message(7, 11)).answer.question == LEADER
    await store.close()


async def test_a_turn_that_cannot_be_read_is_not_remembered_and_harms_no_other(
    store, answer, caplog
):
    await store.turns.save(Place(7), 10, answer(LEADER), [11])
    await store.turns.save(Place(8), 20, answer(LEADER), [21])
    async with store.transaction() as connection:
        await connection.execute(
            update(turns).where(turns.c.chat_id == 7).values(body="[1]")
        )
    assert await store.turns.last(Place(7)) is None
    assert store.works
    assert (await store.turns.last(Place(8))).answer.question == LEADER
    assert "cannot be read" in caplog.text


async def test_a_value_that_no_column_takes_rests_nobody(store, answer):
    with pytest.raises(StoreError):
        await store.turns.save(HERE, 2**70, answer(LEADER), [11])
    assert store.works
    await store.turns.save(Place(8), 20, answer(LEADER), [21])


async def test_turns_are_read_however_full_the_memory_is(store, answer, monkeypatch):
    monkeypatch.setattr("bot.store.passages.MAX_CACHED_PASSAGES", 1)
    for n, question in enumerate((LEADER, "What is Joguk?")):
        await store.turns.save(HERE, n, answer(question), [100 + n])
    for _ in range(3):
        _, before = await store.turns.recall(HERE, 9)
        assert [one.question for one in before] == [LEADER, "What is Joguk?"]


async def test_what_another_process_forgot_is_kept_again_when_it_is_asked_again(
    store, replica, answer
):
    for each in (store, replica):
        await each.ping()
    await store.turns.save(HERE, 10, answer(LEADER), [11], is_private=True)
    await replica.forget(7)
    await store.turns.save(HERE, 20, answer(LEADER), [21], is_private=True)
    assert (await store.turns.last(HERE)).answer.question == LEADER


async def test_a_lost_race_leaves_no_word_of_a_lost_answer(store, replica, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    with pytest.raises(StoreError):
        await replica.turns.save(HERE, 10, answer(LEADER), [11])
    assert not replica.turns.has_lost(HERE)


async def test_a_group_that_has_moved_keeps_all_it_had(store, answer, article):
    await store.turns.save(Place(-5), 10, answer(LEADER), [11])
    await store.choices.choose(Place(-5), "cows")
    await store.uploads.keep(-5, article, 3)
    await store.move(-5, -1005)
    assert (await store.turns.last(Place(-1005))).answer.question == LEADER
    assert (await store.turns.of_message(-1005, 11)).answer.question == LEADER
    assert await store.choices.chosen(Place(-1005)) == "cows"
    assert len(await store.uploads.numbers(-1005, 1)) == 1
    assert await store.turns.last(Place(-5)) is None


async def test_a_place_keeps_its_newest_turns(store, answer, monkeypatch):
    monkeypatch.setattr("bot.store.turns.MAX_TURNS", 2)
    for n in range(4):
        await store.turns.save(HERE, n, answer(f"What is Joguk {n}?"), [100 + n])
    assert await store.turns.of_message(7, 101) is None
    assert (await store.turns.of_message(7, 102)).question_id == 2


async def test_a_clock_that_is_set_back_rests_the_store_no_longer(tmp_path, clock):
    stopwatch = Clock()
    store = Store(f"sqlite:///{tmp_path}/store.sqlite3", clock, stopwatch)
    await store.ping()
    other = sqlite3.connect(tmp_path / "store.sqlite3")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError):
        await store.inbox.receive(1, "one")
    other.close()
    clock.now -= 5 * 3_600
    stopwatch.now += REST_SECONDS
    await store.inbox.receive(1, "one")
    await store.close()


async def test_a_clock_that_jumps_deletes_nothing(tmp_path, clock, answer, caplog):
    stopwatch = Clock()
    store = Store(f"sqlite:///{tmp_path}/store.sqlite3", clock, stopwatch)
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    clock.now += 40 * DAY
    await store.prune(30)
    assert await store.turns.last(HERE)
    assert "The clock has jumped" in caplog.text
    stopwatch.now += 40 * DAY
    await store.prune(30)
    assert await store.turns.last(HERE) is None
    await store.close()


async def test_what_is_forgotten_stands_in_no_file(tmp_path):
    article = Article.from_text("Zanzibar exports cloves.", language="en")
    store = Store(f"sqlite:///{tmp_path}/store.sqlite3")
    answer = Answerer([article]).answer("What does Zanzibar export?")
    await store.turns.save(HERE, 10, answer, [11], is_private=True)
    await store.forget(7)
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    await store.close()
    assert files
    assert not any(b"Zanzibar" in data for data in files)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///:memory:", "lost at each stop"),
        ("sqlite://", "lost at each stop"),
        ("postgresql://h/d?channel_binding=require", "channel_binding is not known"),
        ("postgresql://h/d?sslmode=sometimes", "sslmode is one of"),
    ],
)
def test_a_url_that_would_do_something_else_is_refused(url, words):
    with pytest.raises(StoreURLError, match=words):
        Store(url)


@pytest.mark.parametrize("mode", ["disable", "prefer"])
async def test_a_url_may_say_whether_to_encrypt_as_others_write_it(
    postgresql_url, mode
):
    store = Store(f"{postgresql_url}?sslmode={mode}")
    await store.ping()
    await store.close()
