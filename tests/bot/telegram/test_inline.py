"""Inline queries and their results."""

import pytest

from tests.support import HAMLET, LEADER, WEATHER

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def api(shared_api):
    return shared_api


async def test_inline_offers_the_best_citations(api):
    offered = await api.query(5, LEADER)
    results = offered["results"]
    assert len(results) > 1
    assert "Pak Kyong-jin, who leads" in results[0]["title"]
    assert "N. Korea seeks investment" in results[0]["description"]
    assert "passage 3" in results[0]["description"]
    text = results[0]["input_message_content"]["message_text"]
    assert text.startswith("<blockquote>")
    assert "passage 3" in text
    assert offered["button"] == {}
    assert offered["cache_time"] > 0
    assert offered["is_personal"]


async def test_inline_answers_the_first_of_several_questions(api):
    offered = await api.query(5, f"{LEADER} {HAMLET}")
    assert "Pak Kyong-jin, who leads" in offered["results"][0]["title"]


@pytest.mark.parametrize("question", [WEATHER, HAMLET])
async def test_inline_offers_nothing_that_may_not_answer(api, question):
    nothing = await api.query(5, question)
    assert nothing["results"] == []
    assert nothing["button"]["text"] == "The article does not say."


async def test_an_empty_inline_query_explains_itself(api):
    explained = await api.query(5, "  ")
    (result,) = explained["results"]
    assert result["title"].startswith("Type a question about “N. Korea")
    assert "@article_bot" in result["input_message_content"]["message_text"]
    assert explained["button"]["start_parameter"]
