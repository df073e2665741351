"""Replies built from answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.replies import Attribution, Heading, Quote, Style
from tests.support import talk_about, text_of


def test_sentences_of_one_passage_come_as_one_quotation_with_an_ellipsis():
    chat = talk_about("Bees like red clover. Rain fell. Bees like blue clover.")
    reply = chat.respond("Which clover do bees like?")
    assert text_of(reply).splitlines() == [
        "Bees like red clover. … Bees like blue clover.",
        "— untitled, passage 1",
    ]


def test_neighbouring_sentences_are_quoted_without_an_ellipsis():
    chat = talk_about("Bees like red clover. Bees like blue clover. Rain fell.")
    assert "…" not in text_of(chat.respond("Which clover do bees like?"))


def test_quotations_from_several_passages_each_say_where_they_stand():
    chat = talk_about("Bees like red clover.\n\nBees like blue clover.\n\nRain fell.")
    heading, *rest = chat.respond("Which clover do bees like?").parts
    assert isinstance(heading, Heading)
    numbers = [block.text for block in rest if isinstance(block, Attribution)]
    assert numbers == ["— untitled, passage 1", "— untitled, passage 2"]


def test_a_hard_wrapped_sentence_is_shown_on_one_line():
    chat = talk_about("Bees make\nsweet honey\r\nall day. It is good.")
    text = text_of(chat.respond("What do bees make?"))
    assert text.startswith("Bees make sweet honey all day.")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028"])
def test_a_line_break_of_the_article_is_a_blank_in_a_quotation(end):
    chat = talk_about(f"Bees live in the draughty{end}Guildhall of Lyne.")
    (quote, _) = chat.respond("Who lives in the draughty Guildhall?").parts
    shown = "".join(span.text for span in quote.sentences[0])
    assert shown == "Bees live in the draughty Guildhall of Lyne."


@given(
    words=st.lists(st.sampled_from("bees make golden honey here".split()), min_size=2),
    blanks=st.lists(st.sampled_from([" ", "\n", "\r\n", " \n  ", "\t"]), min_size=1),
    asked=st.sampled_from(["What do bees make?", "golden honey", "Who is here?"]),
)
def test_every_word_quoted_is_a_word_of_the_article(words, blanks, asked):
    text = words[0].title()
    for n, word in enumerate(words[1:]):
        text += blanks[n % len(blanks)] + word
    reply = talk_about(text + ".").respond(asked)
    for block in reply.parts:
        if isinstance(block, Quote):
            for spans in block.sentences:
                # What is left out of a long sentence stands as "…".
                shown = "".join(s.text for s in spans if s.style is not Style.GAP)
                assert set(shown.split()) <= set((text + ".").split())


def test_a_name_is_one_highlight(conversation):
    (quote, *_) = conversation.respond("Who is Pak Kyong-jin?").parts
    matched = [s.text for s in quote.sentences[0] if s.style is Style.MATCH]
    assert "Pak Kyong-jin" in matched
