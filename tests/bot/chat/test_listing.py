"""The list of articles, and the choice of one."""

import pytest

from bot.chat.presentation import Presentation
from retrieval import Article
from tests.support import catalogue_of, session_of, text_of


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
    catalogue = catalogue_of(articles)
    return lambda **form: session_of(catalogue, presentation=Presentation(**form))


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


def test_long_lists_without_buttons_say_how_many_more_there_are():
    articles = [
        Article.from_text(f"Report {n}\n\nIt rained.", source=f"{n}.txt")
        for n in range(103)
    ]
    listing = text_of(session_of(catalogue_of(articles)).respond("/articles"))
    assert "100. “Report 99”\n… and 3 more.\nSend /articles with a number" in listing


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


@pytest.mark.parametrize("number", ["0000000012", "9" * 400, "0", "１２"])
def test_a_number_of_no_article_is_one_line(conversation, number):
    reply = conversation.respond(f"/articles {number}")
    assert "I have no article" in text_of(reply)


def test_only_so_many_words_of_a_title_are_looked_for():
    articles = [Article.from_text(f"All about {what}\n\nYes.") for what in ("a", "b")]
    chat = session_of(catalogue_of(articles))
    words = "about " * 2_000
    assert "no article" in text_of(chat.respond(f"/articles cows {words}"))
    listed = text_of(chat.respond(f"/articles {words} cows"))
    assert "All about a" in listed, "what stands far behind is not looked at"


def test_the_greeting_of_many_articles_tells_how_to_choose(reports, conversation):
    assert "words of a title to ask that one alone" in text_of(
        reports().respond("/start")
    )
    assert "words of a title" not in text_of(conversation.respond("/start"))
