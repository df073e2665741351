import dataclasses

import pytest

from bot.chat.replies import Attribution, Quote, ReplyText, Style
from bot.chat.state import MAX_TURNS
from retrieval import Article
from tests.support import LEADER, catalogue_of, session_of, talk_about, text_of


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


def test_a_refusal_says_what_it_missed_and_quotes_nothing(conversation):
    reply = conversation.respond("What is the weather in Pyongyang tomorrow?")
    assert text_of(reply).startswith(
        "The article does not say. It does not mention “weather” or “tomorrow”."
    )
    assert not any(isinstance(part, Quote) for part in reply.parts)
    assert "it is closest to it" in text_of(conversation.respond("/source"))


def test_a_refusal_without_a_missing_word_does_not_invent_one():
    bees = Article.from_text("Bees make honey in 1999. Cows eat grass. Rain fell.")
    chat = session_of(catalogue_of([bees], min_confidence=1))
    text = text_of(chat.respond("Honey grass rain bees cows fell?"))
    assert "mention" not in text


def test_a_follow_up_is_understood_from_the_turn_before(conversation):
    conversation.respond("Who leads the Economic Cooperation Office?")
    text = text_of(conversation.respond("When was it established?"))
    assert text.startswith("The office was established last year")


@pytest.mark.parametrize("question", ["what is the", "🙂", "?"])
def test_a_question_without_a_word_gets_a_helpful_line(conversation, question):
    assert "no word in it to look up" in text_of(conversation.respond(question))


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
    assert isinstance(line, ReplyText)
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


def test_a_conversation_moves_on_with_a_changed_catalogue():
    bees = Article.from_text("Bees make honey.", source="bees.txt")
    cows = Article.from_text("Cows make milk.", source="cows.txt")
    wax = Article.from_text("Bees make wax.", source="bees.txt")
    chat = session_of(catalogue_of([bees, cows]))
    chat.respond("/articles bees")
    chat.switch_catalogue(catalogue_of([wax, cows]))
    assert "wax" in text_of(chat.respond("What do bees make?"))
    chat.switch_catalogue(catalogue_of([cows]))
    gone = text_of(chat.respond("What do cows make?"))
    assert "is gone; this is from all" in gone
    assert "Cows make milk." in gone
    assert "is gone; this is from all" not in text_of(
        chat.respond("What do cows make?")
    )


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


MILL = (
    "The mill grinds oats every Friday.\n\nNora Lind leads the mill.\n\n"
    "A loaf of bread costs 30 crowns."
)


def test_each_question_of_a_message_has_its_quotation_under_it():
    chat = talk_about(MILL)
    text = text_of(chat.respond("Who leads the mill and what does a loaf cost?"))
    leader, loaf = text.split("what does a loaf cost?")
    assert leader.startswith("Who leads the mill?")
    assert "Nora Lind leads the mill." in leader
    assert "A loaf of bread costs 30 crowns." in loaf


def test_of_two_questions_the_one_that_is_not_answered_is_named():
    chat = talk_about(MILL)
    reply = chat.respond("Who leads the mill? Who won the football match in Rome?")
    leader, match = text_of(reply).split("Who won the football match in Rome?")
    assert "The article does not say." not in leader
    assert match.lstrip().startswith("The article does not say.")
    assert reply.answer.found
    assert chat.turns[-1].question == "Who leads the mill?"


def test_questions_beyond_the_limit_are_left_with_a_word():
    reply = talk_about(MILL).respond("Who leads the mill? " * 5)
    assert text_of(reply).endswith(
        "I answer 4 questions at a time; ask the others again."
    )
    assert len(reply.answers) == 4


def test_a_greeting_beside_a_question_is_no_question():
    reply = talk_about(MILL).respond("Hi, how are you? Who leads the mill?")
    assert reply.answers == ()
    assert "Nora Lind" in text_of(reply)


def test_questions_about_the_article_and_its_content_share_a_message():
    reply = talk_about(MILL).respond("Who wrote this article and who leads the mill?")
    assert "does not name its author" in text_of(reply)
    assert "Nora Lind leads the mill." in text_of(reply)


def test_several_questions_about_an_article_that_names_nobody_have_no_answer():
    reply = talk_about(MILL).respond("Who wrote this article? Who published this text?")
    assert reply.answer is None


def test_sample_questions_stand_under_the_first_refusal_alone(conversation):
    first = text_of(conversation.respond("What is the capital of France?"))
    second = text_of(conversation.respond("What is the capital of Spain?"))
    assert "Questions that I can answer:" in first
    assert "Questions that I can answer:" not in second


def test_a_refusal_names_a_few_missing_words_and_no_long_list_of_them(conversation):
    few = text_of(conversation.respond("Which violin did Amati sell?"))
    assert "does not mention" in few
    story = "Which violin did Amati sell to grandmother during rainy Tuscan holidays?"
    assert "does not mention" not in text_of(conversation.respond(story))
