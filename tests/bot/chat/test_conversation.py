import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.composing import Face
from bot.chat.replies import Attribution, Heading, Line, Quote, Style
from bot.chat.state import MAX_TURNS
from retrieval import Article
from tests.conftest import catalogue_of, session_of

LEADER = "Who leads the Economic Cooperation Office for Overseas Koreans?"


def text_of(reply):
    lines = []
    for block in reply.parts:
        if isinstance(block, Quote):
            lines.append(
                " ".join("".join(span.text for span in s) for s in block.sentences)
            )
        else:
            lines.append(block.text)
    return "\n".join(lines)


def talk_about(text, **options):
    return session_of(catalogue_of([Article.from_text(text)], **options))


def test_an_answer_quotes_the_sentence_and_says_where_it_stands(conversation):
    quote, attribution = conversation.respond(LEADER).parts
    assert isinstance(quote, Quote)
    assert isinstance(attribution, Attribution)
    assert attribution.text == (
        "— N. Korea seeks investment from overseas Koreans, Yonhap, passage 3"
    )
    matched = [s.text for s in quote.sentences[0] if s.style is Style.MATCH]
    assert "leads" in matched


def test_source_shows_the_whole_passage_with_the_quoted_sentence_marked():
    chat = talk_about("Bees make honey. It is sweet.\n\nCows eat grass.")
    chat.respond("What do bees make?")
    quote, attribution = chat.respond("/source").parts
    assert [(s[0].text, s[0].style) for s in quote.sentences] == [
        ("Bees make honey.", Style.MARKED),
        ("It is sweet.", Style.PLAIN),
    ]
    assert attribution.text == "— untitled, passage 1"


def test_source_before_any_question_says_so(conversation):
    assert "There is no answer yet" in text_of(conversation.respond("/source"))


def test_source_after_a_refusal_shows_the_closest_as_no_answer(conversation):
    conversation.respond("What is the weather in Pyongyang tomorrow?")
    reply = conversation.respond("/source")
    assert "does not answer" in text_of(reply)
    assert any(isinstance(block, Quote) for block in reply.parts)


def test_source_after_a_question_that_matches_nothing_says_so(conversation):
    conversation.respond("What is the capital of France?")
    assert "no passage to show" in text_of(conversation.respond("/source"))


def test_a_refusal_says_what_it_missed_and_offers_the_closest_passage(conversation):
    text = text_of(conversation.respond("What is the weather in Pyongyang tomorrow?"))
    assert text.startswith(
        "The article does not say. It does not mention “weather” or “tomorrow”."
    )
    assert "closest passage, which may not answer it" in text


def test_a_refusal_without_a_missing_word_does_not_invent_one():
    bees = Article.from_text("Bees make honey in 1999. Cows eat grass. Rain fell.")
    chat = session_of(catalogue_of([bees], min_confidence=1))
    text = text_of(chat.respond("Honey grass rain bees cows fell?"))
    assert text.startswith("The article does not say.\n")


def test_a_follow_up_is_understood_from_the_turn_before(conversation):
    conversation.respond("Who leads the Economic Cooperation Office?")
    text = text_of(conversation.respond("When was it established?"))
    assert text.startswith("The office was established last year")


@pytest.mark.parametrize("question", ["what is the", "🙂", "?"])
def test_a_question_without_a_word_gets_a_helpful_line(conversation, question):
    assert "no word in it to look up" in text_of(conversation.respond(question))


def test_sentences_of_one_passage_come_as_one_quotation_with_an_ellipsis():
    chat = talk_about("Bees like red clover. Rain fell. Bees like blue clover.")
    reply = chat.respond("Which clover do bees like?")
    assert text_of(reply).splitlines() == [
        "Bees like red clover. … Bees like blue clover.",
        "— untitled, passage 1",
    ]


def test_only_so_many_words_of_a_title_are_looked_for():
    articles = [Article.from_text(f"All about {what}\n\nYes.") for what in ("a", "b")]
    chat = session_of(catalogue_of(articles))
    words = "about " * 2_000
    assert "no article" in text_of(chat.respond(f"/articles cows {words}"))
    listed = text_of(chat.respond(f"/articles {words} cows"))
    assert "All about a" in listed, "what stands far behind is not looked at"


def test_neighbouring_sentences_are_quoted_without_an_ellipsis():
    chat = talk_about("Bees like red clover. Bees like blue clover. Rain fell.")
    assert "…" not in text_of(chat.respond("Which clover do bees like?"))


def test_quotations_from_several_passages_each_say_where_they_stand():
    chat = talk_about("Bees like red clover.\n\nBees like blue clover.\n\nRain fell.")
    heading, *rest = chat.respond("Which clover do bees like?").parts
    assert isinstance(heading, Heading)
    numbers = [block.text for block in rest if isinstance(block, Attribution)]
    assert numbers == ["— untitled, passage 1", "— untitled, passage 2"]


def test_start_offers_questions_that_the_article_answers(conversation, answerer):
    text = text_of(conversation.respond("/start"))
    assert "N. Korea seeks investment from overseas Koreans” (Yonhap)" in text
    samples = [line for line in text.splitlines() if line.endswith("?")]
    assert len(samples) == 3
    assert all(answerer.answer(sample).found for sample in samples)


@pytest.mark.parametrize(
    "text",
    ["蜜蜂喜欢三叶草和玫瑰。牛吃青草。", "bees like clover flowers.", "Go."],
)
def test_start_greets_whatever_the_article(text):
    assert "Ask me about “untitled”" in text_of(talk_about(text).respond("/start"))


def test_an_article_without_a_title_goes_by_its_file_name():
    article = Article.from_text("Bees make honey.", source="texts/bees.txt")
    reply = session_of(catalogue_of([article])).respond("What do bees make?")
    assert reply.parts[-1].text == "— bees.txt, passage 1"


def test_article_says_title_publisher_passages_and_first_lines(conversation):
    text = text_of(conversation.respond("/article"))
    assert "N. Korea seeks investment" in text
    assert "Publisher: Yonhap" in text
    assert "13 passages" in text
    assert "North Korea has been revving up" in text
    assert "Pak Kyong-jin" not in text


def test_article_names_its_link():
    article = Article.from_text("Bees fly.", source="https://example.com/bees")
    text = text_of(session_of(catalogue_of([article])).respond("/article"))
    assert "Link: https://example.com/bees" in text
    assert "1 passage. It begins:\nBees fly." in text


def test_help_lists_the_commands(conversation):
    text = text_of(conversation.respond("/help"))
    assert all(name in text for name in ("/start", "/help", "/article", "/source"))


def test_an_unknown_command_gets_one_helpful_line(conversation):
    (line,) = conversation.respond("/sources now").parts
    assert isinstance(line, Line)
    assert "\n" not in line.text
    assert "/source" in line.text


def test_a_command_may_be_addressed_and_capitalised(conversation):
    assert "There is no answer yet" in text_of(conversation.respond("/Source@some_bot"))


def test_nothing_typed_gets_a_hint(conversation):
    assert "Type a question" in text_of(conversation.respond("  "))


def test_turns_are_kept_bounded_oldest_forgotten(conversation):
    for n in range(MAX_TURNS + 5):
        conversation.respond(f"Question {n}?")
    assert len(conversation.turns) == MAX_TURNS
    assert conversation.turns[0].question == "Question 5?"


def test_a_conversation_goes_on_from_earlier_turns(conversation, article):
    conversation.respond(LEADER)
    later = session_of(catalogue_of([article]), conversation.turns)
    assert "Pak Kyong-jin" in text_of(later.respond("/source"))


def test_a_hard_wrapped_sentence_is_shown_on_one_line():
    chat = talk_about("Bees make\nsweet honey\r\nall day. It is good.")
    text = text_of(chat.respond("What do bees make?"))
    assert text.startswith("Bees make sweet honey all day.")


def test_a_conversation_moves_on_with_a_changed_catalogue():
    bees = Article.from_text("Bees make honey.", source="bees.txt")
    cows = Article.from_text("Cows make milk.", source="cows.txt")
    wax = Article.from_text("Bees make wax.", source="bees.txt")
    chat = session_of(catalogue_of([bees, cows]))
    chat.respond("/articles bees")
    chat.move_to(catalogue_of([wax, cows]))
    assert "wax" in text_of(chat.respond("What do bees make?"))
    chat.move_to(catalogue_of([cows]))
    gone = text_of(chat.respond("What do cows make?"))
    assert "is there no more" in gone
    assert "Cows make milk." in gone
    assert "is there no more" not in text_of(chat.respond("What do cows make?"))


@pytest.fixture
def reports():
    """A conversation about many reports, two of them of one river."""
    names = [f"Report {n}" for n in range(12)] + ["Flood of the Weser", "Weser at ebb"]
    articles = [
        Article.from_text(
            f"{name}\n\nIt tells of {name}. It rained.", source=f"{n} x.txt"
        )
        for n, name in enumerate(names)
    ]
    return lambda **face: session_of(catalogue_of(articles), face=Face(**face))


@pytest.mark.parametrize(
    "name", ["12-x", "12 x.txt", "in/12 X.md", "flood WESER", "13"]
)
def test_an_article_is_chosen_by_its_file_its_number_or_words_of_its_title(
    reports, name
):
    reply = reports().respond(f"/articles {name}")
    assert "I answer from “Flood of the Weser” alone" in text_of(reply)
    assert reply.effect.slug == "12-x"


def test_words_of_several_titles_list_them_with_their_numbers(reports):
    assert text_of(reports().respond("/articles weser")) == (
        "13. “Flood of the Weser”\n14. “Weser at ebb”\n"
        "Send /articles with a number or words of a title to ask that one alone; "
        "/all asks all of them."
    )
    reply = reports(buttons=True).respond("/articles report")
    assert "8. “Report 7”\n… and 4 more." in text_of(reply)
    assert [row[0].slug for row in reply.buttons] == [f"{n}-x" for n in range(8)]


def test_words_of_no_title_say_so(reports):
    assert "no article “rhine”" in text_of(reports().respond("/articles rhine"))
    assert "no article “?!”" in text_of(reports().respond("/articles ?!"))
    assert "no article “http://[”" in text_of(reports().respond("/articles http://["))


def test_the_greeting_of_many_articles_tells_how_to_choose(reports, conversation):
    assert "words of a title to ask that one alone" in text_of(
        reports().respond("/start")
    )
    assert "words of a title" not in text_of(conversation.respond("/start"))


def test_long_lists_without_buttons_say_how_many_more_there_are():
    articles = [
        Article.from_text(f"Report {n}\n\nIt rained.", source=f"{n}.txt")
        for n in range(103)
    ]
    listing = text_of(session_of(catalogue_of(articles)).respond("/articles"))
    assert "100. “Report 99”\n… and 3 more.\nSend /articles with a number" in listing


def test_a_mark_alone_is_no_follow_up(conversation):
    conversation.respond("What is Joguk?")
    assert "no word in it to look up" in text_of(conversation.respond("?!"))


def test_the_article_is_told_with_what_is_known_of_it():
    article = dataclasses.replace(
        Article.from_text("Bees\n\nBees fly.", url="https://example.org/bees"),
        author="Ann Ito",
        date="2026-03-04",
        publisher="The Hive",
    )
    assert text_of(session_of(catalogue_of([article])).respond("/article")) == (
        "Bees\nPublisher: The Hive\nAuthor: Ann Ito\nDate: 2026-03-04\n"
        "Link: https://example.org/bees\n1 passage. It begins:\nBees fly."
    )


def test_of_many_articles_each_is_told_when_it_was_chosen(reports):
    chat = reports()
    assert "There are 14 articles." in text_of(chat.respond("/article"))
    chat.respond("/articles 13")
    assert text_of(chat.respond("/article")).startswith("Flood of the Weser\n")


def test_a_single_article_is_listed_without_a_choice(conversation):
    assert text_of(conversation.respond("/articles")) == (
        "There is 1 article.\n"
        "1. “N. Korea seeks investment from overseas Koreans” (Yonhap)"
    )


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
                shown = "".join(span.text for span in spans)
                assert set(shown.split()) <= set((text + ".").split())


def test_a_name_is_one_highlight(conversation):
    (quote, *_) = conversation.respond("Who is Pak Kyong-jin?").parts
    matched = [s.text for s in quote.sentences[0] if s.style is Style.MATCH]
    assert "Pak Kyong-jin" in matched


@pytest.mark.parametrize("number", ["0000000012", "9" * 400, "0", "１２"])
def test_a_number_of_no_article_is_one_line(conversation, number):
    reply = conversation.respond(f"/articles {number}")
    assert "I have no article" in text_of(reply)
