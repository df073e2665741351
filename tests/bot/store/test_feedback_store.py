"""Ratings of answers are stored, and what was asked is listed."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.store.chat_location import ChatLocation
from bot.store.schema import turns
from tests.bot.store.conftest import HERE
from tests.support import HAMLET, JOGUK, LEADER


async def test_a_person_rates_an_answer_once(store, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    turn = await store.turns.last(HERE)
    assert await store.feedback.rate(turn, 1, is_right=False)
    assert not await store.feedback.rate(turn, 1, is_right=True)
    assert await store.feedback.rate(turn, 2, is_right=True)
    (asked,) = await store.feedback.asked()
    assert (asked.question, asked.wrong) == (LEADER, 1)


async def test_what_was_asked_is_listed_with_its_answer_and_the_question_before(
    store, answer, clock
):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    await store.turns.save(ChatLocation(8), 10, answer(JOGUK), [11])
    clock.now += 5
    await store.turns.save(HERE, 12, answer(f" {HAMLET} "), [13])
    leader, joguk, hamlet = await store.feedback.asked()
    assert (leader.found, leader.question_before) == (True, None)
    assert leader.article == "N. Korea seeks investment from overseas Koreans"
    assert "Pak Kyong-jin" in leader.answer
    assert leader.language == "en"
    assert (joguk.chat_id, joguk.question_before) == (8, None)
    assert (hamlet.question, hamlet.found) == (HAMLET, False)
    assert hamlet.question_before == LEADER
    assert hamlet.asked_at == leader.asked_at + 5


async def test_only_questions_since_a_time_are_listed(store, answer, clock):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    clock.now += 60
    await store.turns.save(HERE, 12, answer(JOGUK), [13])
    (asked,) = await store.feedback.asked(clock.now)
    assert (asked.question, asked.question_before) == (JOGUK, LEADER)


async def test_more_of_an_answer_is_no_question_and_asking_again_is_one(store, answer):
    first = answer(LEADER)
    more = replace(first, citations=first.more_citations[:1])
    for number, one in ((10, first), (12, more), (14, first)):
        await store.turns.save(HERE, number, one, [number + 1])
    assert len(await store.feedback.asked()) == 2
    await store.turns.save(HERE, 16, first, [17])
    assert len(await store.feedback.asked()) == 3


async def test_what_an_own_document_says_is_not_listed(store, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11], is_own=True)
    (asked,) = await store.feedback.asked()
    assert (asked.found, asked.article, asked.answer) == (True, None, None)


@pytest.mark.parametrize("question", ["?", "do you know?"])
async def test_a_question_without_a_word_to_look_up_is_marked(store, answer, question):
    await store.turns.save(HERE, 10, answer(question), [11])
    await store.turns.save(HERE, 12, answer(HAMLET), [13])
    assert [one.has_words for one in await store.feedback.asked()] == [False, True]


async def test_ignored_questions_are_marked_and_go_with_their_chat(store, answer):
    await store.turns.save(HERE, 10, answer(HAMLET), [11])
    (asked,) = await store.feedback.asked()
    await store.feedback.ignore([asked.turn_id, asked.turn_id + 1])
    await store.feedback.ignore([asked.turn_id])
    (asked,) = await store.feedback.asked()
    assert asked.is_ignored
    await store.forget(HERE.chat_id)
    assert await store.feedback.asked() == []
    await store.feedback.ignore([asked.turn_id])


@pytest.mark.parametrize("body", ["{", "[1]", '{"citations": [{}]}'])
async def test_a_turn_that_cannot_be_read_is_listed_without_its_answer(
    store, answer, body
):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    async with store.database.transaction() as connection:
        await connection.execute(update(turns).values(body=body))
    (asked,) = await store.feedback.asked()
    assert (asked.question, asked.answer) == (LEADER, None)
