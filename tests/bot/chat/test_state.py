"""The state of a chat after a reply."""

import pytest

from bot.chat.replies import Choose, Forget, Reply, ReplyText
from bot.chat.state import MAX_TURNS, Chat
from retrieval import Answer, Article
from tests.support import catalogue_of

SAID = (ReplyText("Said."),)


@pytest.fixture(scope="module")
def catalogue():
    texts = {"bees.txt": "Bees make honey.", "cows.txt": "Cows eat grass."}
    return catalogue_of(
        [Article.from_text(text, source=name) for name, text in texts.items()]
    )


def asked(question, corrections=()):
    return Answer(question, False, 0.0, (), (), (), corrections)


def test_an_answer_is_a_turn_and_other_words_are_none(catalogue):
    answer = asked("What do bees make?")
    chat = Chat(catalogue).apply(Reply(SAID, answer)).apply(Reply(SAID))
    assert chat.turns == (answer,)
    assert chat.last is answer
    assert Chat(catalogue).last is None


def test_the_oldest_turns_go(catalogue):
    chat = Chat(catalogue)
    for n in range(MAX_TURNS + 2):
        chat = chat.apply(Reply(SAID, asked(str(n))))
    assert [turn.question for turn in chat.turns] == [
        str(n) for n in range(2, MAX_TURNS + 2)
    ]


def test_a_choice_holds_until_another_and_forgetting_keeps_it(catalogue):
    chosen = Chat(catalogue).apply(Reply(SAID, effect=Choose("cows")))
    assert chosen.chosen == "cows"
    assert chosen.apply(Reply(SAID, asked("Why?"))).chosen == "cows"
    forgotten = chosen.apply(Reply(SAID, asked("Why?"))).apply(
        Reply(SAID, effect=Forget())
    )
    assert (forgotten.turns, forgotten.chosen) == ((), "cows")
    assert chosen.apply(Reply(SAID, effect=Choose(None))).chosen is None


def test_what_was_mistyped_is_no_turn_once_it_is_put_right(catalogue):
    mistyped = asked("What do beez make?", (("beez", "bees"),))
    right, other = asked("What do bees make?"), asked("What do cows eat?")
    chat = Chat(catalogue).apply(Reply(SAID, mistyped))
    assert chat.apply(Reply(SAID, right)).turns == (right,)
    assert chat.apply(Reply(SAID, other)).turns == (mistyped, other)


def test_a_chats_own_articles_come_first_and_are_its_own(catalogue):
    (own,) = catalogue_of([Article.from_text("Own.", source="own.txt")]).entries
    chat = Chat(catalogue, uploads=(own,))
    assert [entry.slug for entry in chat.entries] == ["own", "bees", "cows"]
    assert chat.find("own") is own
    assert chat.find("cows") is catalogue.find("cows")
    assert Chat(catalogue).find("own") is None
    assert chat.find(None) is None
