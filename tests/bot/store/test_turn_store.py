"""Turns are stored, recalled and replaced."""

import pytest
from sqlalchemy import update

from bot.store.chat_location import ChatLocation
from bot.store.errors import StoreError
from bot.store.schema import turns
from bot.store.turn_store import HISTORY
from retrieval import Answerer, Article
from tests.bot.store.conftest import HERE, quotes
from tests.support import LEADER


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
    assert replica.database.is_available
    assert (await store.turns.last(HERE)).message_ids == (11,)


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
        assert (kept.question, kept.found, kept.confidence, kept.unseen_words) == (
            asked.question,
            asked.found,
            asked.confidence,
            asked.unseen_words,
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
    await store.turns.save(ChatLocation(-5, 1), 10, answer(LEADER), [11])
    for elsewhere in (ChatLocation(-5), ChatLocation(-5, 2), ChatLocation(5, 1)):
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
    assert [one.wrong for one in await store.feedback.asked()] == [0]


async def test_the_source_of_a_view_is_claimed_once(store, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    turn = await store.turns.last(HERE)
    claims = [await store.turns.claim_source(turn, view) for view in (0, 0, 1, 1, 0)]
    assert claims == [True, False, True, False, True]


async def test_any_question_is_kept_as_asked(store):
    article = Article.from_text("Bees make honey.\n\nCows eat 🌱 grass\x00.")
    for n, question in enumerate(
        ["🐝?", "é\u0301", "'; DROP TABLE turns; --", "honey"]
    ):
        asked = Answerer([article]).answer(question)
        await store.turns.save(HERE, n, asked, [100 + n])
        assert (await store.turns.of_message(7, 100 + n)).answer.question == question


async def test_a_turn_that_cannot_be_read_is_not_remembered_and_harms_no_other(
    store, answer, caplog
):
    await store.turns.save(ChatLocation(7), 10, answer(LEADER), [11])
    await store.turns.save(ChatLocation(8), 20, answer(LEADER), [21])
    async with store.database.transaction() as connection:
        await connection.execute(
            update(turns).where(turns.c.chat_id == 7).values(body="[1]")
        )
    assert await store.turns.last(ChatLocation(7)) is None
    assert store.database.is_available
    assert (await store.turns.last(ChatLocation(8))).answer.question == LEADER
    assert "cannot be read" in caplog.text


async def test_a_value_that_no_column_takes_rests_nobody(store, answer):
    with pytest.raises(StoreError):
        await store.turns.save(HERE, 2**70, answer(LEADER), [11])
    assert store.database.is_available
    await store.turns.save(ChatLocation(8), 20, answer(LEADER), [21])


async def test_a_lost_race_leaves_no_word_of_a_lost_answer(store, replica, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    with pytest.raises(StoreError):
        await replica.turns.save(HERE, 10, answer(LEADER), [11])
    assert not replica.turns.has_unsaved(HERE)


async def test_a_place_keeps_its_newest_turns(store, answer, monkeypatch):
    monkeypatch.setattr("bot.store.turn_store.MAX_TURNS", 2)
    for n in range(4):
        await store.turns.save(HERE, n, answer(f"What is Joguk {n}?"), [100 + n])
    assert await store.turns.of_message(7, 101) is None
    assert (await store.turns.of_message(7, 102)).question_id == 2
