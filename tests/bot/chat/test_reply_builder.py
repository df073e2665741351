"""Replies built from answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.presentation import Presentation
from bot.chat.replies import Action, Attribution, Heading, Quote, Reply, Style
from bot.chat.reply_builder import SURE, WORTH_SHOWING, answer_reply, source_reply
from bot.wording.texts import wording
from retrieval import Answer, Article, Citation
from tests.support import catalogue_of, session_of, talk_about, text_of


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


BEES = Article.from_text(
    "Bees make honey. It is sweet.\n\nCows eat grass. They sleep at noon.",
    language="en",
)


def cite(passage, sentence):
    found = BEES.passages[passage - 1]
    quoted = found.sentences[sentence]
    return Citation(BEES, found, quoted.start, quoted.end, 1.0, ())


def answered(confidence, *, found, **options):
    return Answer(
        "What?", found, confidence, (cite(1, 0),), (), (cite(2, 0),), **options
    )


@pytest.mark.parametrize("buttons", [True, False])
def test_an_unsure_refusal_shows_what_comes_closest_at_once(buttons):
    answer = answered(WORTH_SHOWING, found=False)
    reply = answer_reply(answer, Presentation(buttons=buttons))
    assert text_of(reply).splitlines() == [
        "I am not sure. This comes closest:",
        "Bees make honey.",
        "— untitled, passage 1",
    ]


def test_a_refusal_below_that_is_a_plain_no():
    answer = answered(WORTH_SHOWING - 0.01, found=False)
    assert text_of(answer_reply(answer, Presentation())) == "The article does not say."


def test_an_unsure_refusal_has_the_buttons_of_what_it_shows():
    answer = answered(WORTH_SHOWING, found=False)
    first = answer_reply(answer, Presentation(buttons=True))
    second = answer_reply(answer, Presentation(buttons=True), view=1)
    assert [b.label for row in first.buttons for b in row] == [
        "Source",
        "Another passage",
    ]
    assert [b.label for row in second.buttons for b in row] == [
        "Source",
        "Back to the answer",
    ]
    assert text_of(second).startswith("Another passage, which may not answer it:")


def test_a_plain_no_has_the_closest_passage_a_button_away():
    answer = answered(0.01, found=False)
    ((button,),) = answer_reply(answer, Presentation(buttons=True)).buttons
    assert (button.label, button.action) == ("Closest passage", Action.SHOW_VIEW)
    shown = text_of(answer_reply(answer, Presentation(buttons=True), view=1))
    assert "The closest passage, which may not answer it:\nBees make honey." in shown


def test_a_less_sure_answer_has_a_word_of_doubt():
    sure = answer_reply(answered(SURE, found=True), Presentation())
    unsure = answer_reply(answered(SURE - 0.01, found=True), Presentation())
    assert text_of(sure).startswith("Bees make honey.")
    assert text_of(unsure).startswith("Perhaps:\nBees make honey.")


def test_a_quotation_in_another_language_is_explained_in_the_readers():
    answer = answered(0.9, found=True, other_languages=("en",))
    spoken = Presentation(wording("fr"))
    assert text_of(answer_reply(answer, spoken)).endswith(
        "Langue de l’article\N{NO-BREAK SPACE}: anglais."
    )
    assert "anglais" not in text_of(source_reply(answer, spoken))


def test_a_question_in_a_language_that_is_not_understood_is_refused_for_that():
    answer = Answer("?", False, 0.0, (), (), (), (), ("en",), False)
    told = text_of(answer_reply(answer, Presentation(wording("de"))))
    assert "auf Englisch" in told
    assert "steht das nicht" not in told


def test_articles_without_a_language_are_not_said_to_be_in_another():
    answer = answered(0.9, found=True, other_languages=("und",))
    assert "is in" not in text_of(answer_reply(answer, Presentation()))


def shown(reply):
    return [text_of(Reply((part,))) for part in reply.parts if isinstance(part, Quote)]


NEWS = Article.from_text(
    "The ferry sails at nine.\n\nIt takes an hour to the island.\n\nBikes go free.\n\n"
    "Dogs wait at the pier. They are kept there."
)


def test_the_source_of_a_passage_that_was_quoted_whole_has_its_neighbours():
    chat = session_of(catalogue_of([NEWS]))
    chat.respond("How long does it take to the island?")
    *_, attribution = reply = chat.respond("/source").parts
    assert [text_of(Reply((part,))) for part in reply[:3]] == [
        "The ferry sails at nine.",
        "It takes an hour to the island.",
        "Bikes go free.",
    ]
    assert reply[1].sentences[0][0].style is Style.MARKED
    assert reply[0].sentences[0][0].style is Style.PLAIN
    assert "passage 2" in attribution.text


def test_the_source_of_a_part_of_a_passage_is_the_passage():
    chat = session_of(catalogue_of([NEWS]))
    chat.respond("Where do dogs wait?")
    assert shown(chat.respond("/source")) == [
        "Dogs wait at the pier. They are kept there."
    ]


@pytest.mark.parametrize("now", [None, Article.from_text("Ada came.\n\nBob went.")])
def test_the_source_of_a_changed_article_is_what_was_quoted(now):
    passage = NEWS.passages[1]
    cited = Citation(NEWS, passage, passage.start, passage.end, 1.0, ())
    reply = source_reply(
        Answer("?", True, 1.0, (cited,), ()), Presentation(), whole=lambda _: now
    )
    assert shown(reply) == ["It takes an hour to the island."]
