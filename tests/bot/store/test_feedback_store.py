"""Ratings of answers are stored and counted."""

from bot.store.feedback_store import MissedQuestion
from tests.bot.store.conftest import HERE
from tests.support import LEADER


async def test_a_person_rates_an_answer_once(store, answer):
    await store.turns.save(HERE, 10, answer(LEADER), [11])
    turn = await store.turns.last(HERE)
    assert await store.feedback.rate(turn, 1, is_right=False)
    assert not await store.feedback.rate(turn, 1, is_right=True)
    assert await store.feedback.rate(turn, 2, is_right=True)
    assert await store.feedback.wrong() == [MissedQuestion(LEADER, 1)]


async def test_missed_questions_are_counted_most_frequent_first(store, answer):
    asked = ["Who wrote Hamlet?", "who wrote  hamlet", "Who wrote Faust?", LEADER]
    for n, question in enumerate(asked):
        await store.turns.save(HERE, n, answer(question), [100 + n])
    assert await store.feedback.refused() == [
        MissedQuestion("Who wrote Hamlet?", 2),
        MissedQuestion("Who wrote Faust?", 1),
    ]
