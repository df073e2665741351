"""Questions in one language about an article in another, with the built-in encoder."""

import pytest

from retrieval import Answerer, Article

MUSEUM = (
    "The Museum of Salt was opened by Clara Wentworth in the spring of 1904.\n\n"
    "Dogs are not allowed inside, but they may wait in the shaded yard.\n\n"
    "A ticket costs four crowns for adults; children under six pay nothing.\n\n"
    "The café sells soup and cakes until five in the afternoon."
)


@pytest.fixture
def answerer(reader):
    museum = Article.from_text(MUSEUM, title="Museum of Salt", language="en")
    return Answerer([museum], reader=reader)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Wer hat das Museum eröffnet?", "Clara Wentworth"),
        ("¿Cuánto cuesta la entrada para adultos?", "four crowns"),
        ("박물관은 누가 열었나요?", "Clara Wentworth"),
        ("大人的门票多少钱？", "four crowns"),
        ("Можно ли войти с собакой?", "Dogs"),
    ],
)
def test_a_question_in_another_language_is_answered_in_the_articles_words(
    answerer, question, words
):
    answer = answerer.answer(question)
    best = answer.citations[0]
    assert words in best.quote
    assert MUSEUM[best.start : best.end] == best.quote
    assert answer.unseen_words == ()
    assert answerer.rank(question, 1)[0].quote == best.quote


def test_a_follow_up_in_another_language_goes_on_from_the_question_before(answerer):
    first = answerer.answer("Who opened the Museum of Salt?")
    second = answerer.answer("Und wann war das?", [first])
    assert second.citations[0].quote == first.citations[0].quote


def test_in_another_language_words_alone_refuse_and_name_no_word():
    by_words = Answerer([Article.from_text(MUSEUM, language="en")], reader=None)
    answer = by_words.answer("Wer hat den Speicher der Insel gebaut?")
    assert not answer.found
    assert answer.unseen_words == ()


def test_the_answer_itself_is_a_piece_of_the_quote(answerer):
    best = answerer.answer("Who opened the museum?").citations[0]
    assert "Clara Wentworth" in best.quote[slice(*best.answer)]
    assert len(best.quote[slice(*best.answer)]) < len(best.quote) / 2
    assert best.emphasis == (best.answer,)


def test_a_citation_without_an_answer_emphasises_the_words_of_the_question(answerer):
    best = Answerer([*answerer.articles], reader=None).rank("Who opened the museum?")[0]
    assert best.answer is None
    assert best.emphasis == best.highlights != ()
