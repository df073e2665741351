"""Questions whose form shows an intent: an item, an abbreviation, a version."""

import pytest

from retrieval import Answerer, Article, load_article

STEPS = (
    "How to open the lock\n\nDo this:\n\n1. Ring the brass bell.\n\n2. Lower the gate."
    "\n\n3. Turn the wheel.\n\nThe keeper sleeps above the lock. Nobody wakes him."
)
TAGS = (
    "The tool keeps items as a Nested Harbour Tag (NHT), which is a text file.\n\n"
    "An NHT file has a header. Send no NHT file of over a megabyte.\n\n"
    "The OBC (Office for Boats and Cranes) runs it. Version 2.0.1 came out in May. "
    "The error E404 means that a theme is missing."
)


def ask(text, question):
    answerer = Answerer([Article.from_text(text, language="en")], reader=None)
    return answerer.answer(question)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("What is the third step?", "3. Turn the wheel."),
        ("What does step 2 say?", "2. Lower the gate."),
        ("What is the first step to open the lock?", "1. Ring the brass bell."),
    ],
)
def test_the_item_of_a_number_is_found_by_its_number(question, quote):
    answer = ask(STEPS, question)
    assert answer.found
    assert answer.citations[0].quote == quote


@pytest.mark.parametrize(
    "question",
    ["What is the ninth step?", "What is the third step of baking a cake?"],
)
def test_an_item_that_is_not_there_is_refused(question):
    assert not ask(STEPS, question).found


def test_of_two_lists_that_nothing_tells_apart_neither_is_sure():
    text = "To go in:\n\n1. Knock.\n\n2. Wait.\n\nTo go out:\n\n1. Wave.\n\n2. Run."
    assert ask(text, "What is the second step?").confidence < 0.9


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What does NHT stand for?", "Nested Harbour Tag (NHT)"),
        ("What does the abbreviation NHT mean?", "Nested Harbour Tag (NHT)"),
        ("What is the full form of OBC?", "Office for Boats and Cranes"),
        ("What is NHT?", "Nested Harbour Tag (NHT)"),
    ],
)
def test_an_abbreviation_is_explained_where_its_words_stand(question, words):
    answer = ask(TAGS, question)
    assert answer.found
    assert words in answer.citations[0].quote


def test_an_abbreviation_that_nothing_explains_is_not_made_up():
    assert (
        ask(TAGS.replace("Nested", "Old"), "What does NHT stand for?").confidence < 0.9
    )


@pytest.mark.parametrize(
    ("question", "is_found"),
    [
        ("When did version 2.0.1 come out?", True),
        ("When did version 2.0.2 come out?", False),
        ("What does the error E404 mean?", True),
        ("What does the error E405 mean?", False),
    ],
)
def test_a_version_or_mark_is_not_answered_by_another(question, is_found):
    assert ask(TAGS, question).found is is_found


RULES = (
    "Rules of the sauna\n\n1. Guests\n\n1.1 A guest brings a towel.\n\n"
    "1.2 Nobody sings after ten.\n\n2. Fees\n\n"
    "2.1 A visit costs 4 crowns.\n\n2.2 Pupils pay half."
)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("What does rule 1.2 say?", "1.2 Nobody sings after ten."),
        ("rule 2.2", "2.2 Pupils pay half."),
        ("What is in section 2?", "2. Fees\n\n2.1 A visit costs 4 crowns."),
        ("What does passage 2 say?", "1.2 Nobody sings after ten."),
    ],
)
def test_a_rule_a_section_and_a_passage_are_found_by_number(question, quote):
    answer = ask(RULES, question)
    assert answer.found
    assert answer.citations[0].quote == quote


@pytest.mark.parametrize("question", ["What does rule 7.7 say?", "passage 99"])
def test_a_number_that_is_not_there_is_refused(question):
    assert not ask(RULES, question).found


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Article 3. Fees", "What does Article 3 say?"),
        ("§ 3 Fees", "What does § 3 say?"),
        ("Article III: Fees", "What does article III say?"),
        ("Chapter 3", "What is chapter 3 about?"),
    ],
)
def test_the_text_under_a_numbered_heading_is_quoted(tmp_path, heading, question):
    path = tmp_path / "rules.md"
    path.write_text(
        f"# Statutes\n\n## Article 2. Aim\n\nWe row for fun.\n\n## {heading}\n\n"
        "Each member pays in May.\n",
        encoding="utf-8",
    )
    answer = Answerer([load_article(str(path))], reader=None).answer(question)
    assert answer.found
    assert answer.citations[0].quote.endswith("Each member pays in May.")
