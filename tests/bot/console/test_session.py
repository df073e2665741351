"""A conversation that remembers earlier messages."""

from bot.chat.presentation import Presentation
from bot.chat.state import Chat
from bot.console.session import Session
from retrieval import Article
from tests.support import catalogue_of, session_of, text_of

BEES = Article.from_text("Bees make honey.", source="bees.txt", language="en")
COWS = Article.from_text("Cows eat grass.", source="cows.txt", language="en")


def test_each_message_goes_on_from_those_before():
    session = session_of(catalogue_of([BEES, COWS]))
    session.respond("/articles cows")
    assert "does not say" in text_of(session.respond("What do bees make?"))
    session.respond("/all")
    assert "Bees make honey." in text_of(session.respond("What do bees make?"))
    assert [turn.found for turn in session.turns] == [False, True]
    assert "Bees make honey." in text_of(session.respond("/source"))
    assert len(session.turns) == 2, "a source is no turn"
    session.respond("/forget")
    assert session.turns == ()


def test_privacy_at_the_console_says_that_nothing_is_kept():
    told = text_of(session_of(catalogue_of([BEES])).respond("/privacy"))
    assert told == "Nothing of this conversation is kept when it ends."


def test_a_choice_that_has_gone_is_told_once():
    session = session_of(catalogue_of([BEES, COWS]))
    session.respond("/articles cows")
    session.switch_catalogue(catalogue_of([BEES]))
    first, second = (session.respond("What do bees make?") for _ in range(2))
    assert "is gone; this is from all" in text_of(first)
    assert "is gone; this is from all" not in text_of(second)


def test_a_session_begins_from_what_was_said_and_speaks_as_it_is_told():
    presentation = Presentation(single_passage=True)
    before = session_of(catalogue_of([BEES]))
    before.respond("What do bees make?")
    session = Session(Chat(catalogue_of([BEES]), before.turns), presentation)
    assert session.presentation is presentation
    assert "Bees make honey." in text_of(session.respond("/source"))
