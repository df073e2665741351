"""An answer read back equals the answer that was stored."""

from hypothesis import given

from bot.store.snapshots import read_snapshot, take_snapshot
from retrieval import Answerer, Article
from tests.bot.store.conftest import quotes
from tests.strategies import texts


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
    assert back.unseen_words == answer.unseen_words
    assert back.other_languages == answer.other_languages
    assert back.is_understood == answer.is_understood
    for citation in back.citations:
        start, end = citation.start, citation.end
        assert citation.article.text[start:end] == citation.quote
