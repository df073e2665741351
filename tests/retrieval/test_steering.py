"""Pinned answers and synonyms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Answerer, Article
from retrieval.index.memory import MemoryIndex
from retrieval.steering import (
    PinnedAnswer,
    SteeredAnswerer,
    Steering,
    SynonymGroup,
    locate_quote,
)

MUSEUM = Article.from_text(
    "The museum of clocks\n\nThe house was built in 1702. Grown-ups hand over five\n"
    "pounds at the gate. Children enter free.\n\nThe keeper is Ida Brandt. She winds "
    "every clock on Fridays.\n",
    language="en",
    source="museum.txt",
)
HARBOUR = Article.from_text(
    "The harbour\n\nThe harbour master is Olaf Dahl. Boats pay nine pounds a night.\n\n"
    "The crane lifts forty tonnes.\n",
    language="en",
    source="harbour.txt",
)
PRICE = PinnedAnswer(
    ("How much is a ticket?",), "museum", "hand over five pounds at the gate"
)
QUOTE = "Grown-ups hand over five\npounds at the gate."


def steered(pinned=(PRICE,), synonyms=(), **options):
    index = MemoryIndex({"museum": MUSEUM, "harbour": HARBOUR})
    steering = Steering(tuple(pinned), tuple(synonyms))
    return SteeredAnswerer(index, steering, **{"reader": None, **options})


def test_a_pinned_question_is_answered_by_its_sentence():
    answer = steered().answer("how much is a ticket")
    citation = answer.citations[0]
    assert (answer.found, citation.quote) == (True, QUOTE)
    assert citation.article.text[citation.start : citation.end] == citation.quote
    assert answer.question == "how much is a ticket"
    assert answer.unseen_words == answer.corrections == ()
    passages = [
        (one.article, one.passage.number)
        for one in (*answer.citations, *answer.more_citations)
    ]
    assert len(set(map(str, passages))) == len(passages)


def test_ranking_puts_the_pinned_sentence_first():
    pin = PinnedAnswer(("Who winds the clocks?",), "museum", "five pounds")
    ranked = steered([pin]).rank("Who winds the clocks?", 2)
    assert ranked[0].quote == QUOTE
    assert "Fridays" in ranked[1].quote


def test_the_words_that_the_question_shares_are_highlighted():
    pin = PinnedAnswer(("At which gate?",), "museum", "pounds at the gate")
    citation = steered([pin]).answer("At which gate?").citations[0]
    assert [citation.quote[s:e] for s, e in citation.highlights] == ["gate"]


def test_another_question_is_answered_as_without_pins():
    question = "Who is the harbour master?"
    index = MemoryIndex({"museum": MUSEUM, "harbour": HARBOUR})
    assert steered().answer(question) == Answerer(index, reader=None).answer(question)


def test_a_pin_of_an_article_that_is_not_asked_has_no_effect():
    plain = Answerer(MemoryIndex({"museum": MUSEUM, "harbour": HARBOUR}), reader=None)
    question = "How much is a ticket?"
    answerer = steered()
    assert answerer.answer(question, scope="harbour") == plain.answer(
        question, scope="harbour"
    )
    assert answerer.answer(question, scope="museum").citations[0].quote == QUOTE


def test_a_pin_whose_quote_has_gone_has_no_effect():
    gone = PinnedAnswer(("How much is a ticket?",), "museum", "six pounds")
    lost = PinnedAnswer(("Who is Ida Brandt?",), "library", "The keeper is Ida Brandt.")
    answerer = steered([gone, lost])
    assert not answerer.answer("How much is a ticket?").found
    assert answerer.answer("Who is Ida Brandt?").found


def test_a_pin_needs_the_confidence_that_every_answer_needs(reader):
    question = "What does a ticket cost?"
    answer = steered(reader=reader).answer(question)
    assert (answer.citations[0].quote, answer.confidence) == (QUOTE, 0.9)
    strict = steered(reader=reader, min_confidence=0.95)
    assert not strict.answer(question).found
    assert strict.answer("How much is a ticket?").confidence == 1


@pytest.mark.parametrize(
    "question",
    ["How much is a boat?", "Where is a ticket?", "How old is Ida Brandt?", "ticket"],
)
def test_a_question_for_something_else_is_not_answered_by_the_pin(reader, question):
    quotes = [c.quote for c in steered(reader=reader).answer(question).citations]
    assert quotes[:1] != [QUOTE] or not steered(reader=reader).answer(question).found


def test_a_synonym_finds_what_its_word_does_not():
    group = SynonymGroup(("curator", "keeper"))
    assert not steered([]).answer("Who is the curator?").found
    answer = steered([], [group]).answer("Who is the curator?")
    assert answer.found
    assert "Ida Brandt" in answer.citations[0].quote
    assert answer.question == "Who is the curator?"
    assert answer.unseen_words == ()


def test_phrases_and_other_forms_of_a_word_are_synonyms_too():
    group = SynonymGroup(("head of the port", "harbour master"))
    answer = steered([], [group]).answer("Who is the head of the port?")
    assert "Olaf Dahl" in answer.citations[0].quote
    group = SynonymGroup(("curator", "keeper"))
    assert (
        "Ida" in steered([], [group]).answer("Who are the curators?").citations[0].quote
    )


def test_synonyms_of_one_article_count_in_no_other():
    group = SynonymGroup(("curator", "keeper"), "museum")
    answerer = steered([], [group])
    assert answerer.answer("Who is the curator?").found
    assert answerer.answer("Who is the curator?", scope="museum").found
    assert not answerer.answer("Who is the curator?", scope="harbour").found


def test_a_synonym_leads_to_a_pinned_answer():
    group = SynonymGroup(("ticket", "admission"))
    answer = steered([PRICE], [group]).answer("How much is admission?")
    assert answer.citations[0].quote == QUOTE


def test_words_without_a_synonym_are_answered_as_before():
    group = SynonymGroup(("curator", "keeper"))
    question = "What does the crane lift?"
    assert steered([], [group]).answer(question) == steered([]).answer(question)


def test_a_follow_up_is_still_understood_after_a_pinned_answer():
    answerer = steered()
    first = answerer.answer("How much is a ticket?")
    second = answerer.answer("And who winds every clock?", [first])
    assert "Fridays" in second.citations[0].quote


@pytest.mark.parametrize("quote", ["", "  ", "six pounds", "five pounds The keeper"])
def test_what_does_not_stand_in_one_passage_has_no_place(quote):
    assert locate_quote(MUSEUM, quote) is None


@given(st.integers(0, 200), st.integers(1, 80))
def test_a_quote_from_a_passage_is_found_within_whole_sentences(start, length):
    quote = MUSEUM.text[start : start + length]
    place = locate_quote(MUSEUM, quote)
    if place is None:
        return
    found = MUSEUM.text[place.start : place.end]
    assert " ".join(quote.split()) in " ".join(found.split())
    assert place.passage.start <= place.start <= place.quote_start < place.end
    assert place.end <= place.passage.end


def test_a_question_that_is_no_text_is_refused():
    with pytest.raises(TypeError):
        steered([], [SynonymGroup(("curator", "keeper"))]).answer(7)
