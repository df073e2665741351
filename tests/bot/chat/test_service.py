"""A whole conversation over a platform in memory: another platform is another face."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

import pytest

from bot.articles.catalogue import Catalogue
from bot.chat.buttons import ButtonService
from bot.chat.context import ChatContexts
from bot.chat.delivery import Delivery
from bot.chat.parsing import Command, Question, parse_message
from bot.chat.replies import Action, ButtonPress, Heading, Quote, ReplyText
from bot.chat.service import ChatService, Outcome
from bot.chat.transport import IncomingMessage, MessageId, SentReply
from bot.store.chat_location import ChatLocation
from bot.store.store import Store
from bot.wording.texts import ENGLISH
from retrieval import Article
from retrieval.errors import IndexUnavailableError
from tests.support import catalogue_of

LEADER = "Who leads the Economic Cooperation Office?"


@dataclass
class MemoryPlatform:
    """A platform that shows messages by their numbers, and keeps no other state."""

    contexts: ChatContexts
    shown: dict[int, object] = field(default_factory=dict)  # replies by message number
    counted: list[Outcome] = field(default_factory=list)
    next_number: int = 1
    typing: list[int] = field(default_factory=list)  # chats, once for each time
    is_typing: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False

    async def send_or_edit(self, message, reply, replaced=()):
        if self.fails:
            raise ConnectionError
        number, *others = replaced or (self._number(),)
        self.shown[number] = reply
        for other in others:
            del self.shown[other]
        return SentReply(message.location, (number,))

    async def show_typing(self, location):
        self.typing.append(location.chat_id)
        self.is_typing.set()

    def answered(self, outcome, seconds):
        assert seconds >= 0
        self.counted.append(outcome)

    def load_failed(self):
        raise AssertionError("no document is sent here")

    def message(self, chat=1, **fields):
        """Return a new message of a user."""
        presentation = self.contexts.presentation(ENGLISH, is_private=chat > 0)
        location = ChatLocation(chat)
        return IncomingMessage(
            MessageId(location, self._number()), presentation, **fields
        )

    def _number(self):
        self.next_number += 1
        return self.next_number - 1


@dataclass
class Chatting:
    """A user of the platform."""

    platform: MemoryPlatform
    service: ChatService
    buttons: ButtonService

    async def say(self, text, chat=1, **fields):
        """Send a message; return its number, the reply's number, and its text."""
        message = self.platform.message(chat, **fields)
        await self.service.respond(message, parse_message(text))
        number = max(self.platform.shown)
        return message, number, text_of(self.platform.shown[number])

    async def press(self, number, action, view=0, slug="", chat=1, **fields):
        """Press a button of a message of the bot's; return the notice."""
        message = replace(
            self.platform.message(chat),
            id=MessageId(ChatLocation(chat), number),
            **fields,
        )
        return await self.buttons.press(message, ButtonPress(action, view, slug), 7)


def text_of(reply):
    lines = []
    for part in reply.parts:
        if isinstance(part, ReplyText | Heading):
            lines.append(part.text)
        elif isinstance(part, Quote):
            lines += ["".join(p.text for p in sentence) for sentence in part.sentences]
    return "\n".join(lines)


@pytest.fixture
async def store(tmp_path):
    made = Store(f"sqlite:///{tmp_path}/store.sqlite3")
    yield made
    await made.close()


@pytest.fixture
def chatting(store, article):
    return on_platform(store, catalogue_of([article]))


def on_platform(store: Store, catalogue: Catalogue) -> Chatting:
    contexts = ChatContexts(lambda: catalogue, store, nullcontext)
    platform = MemoryPlatform(contexts)
    delivery = Delivery(platform, store, None)
    return Chatting(
        platform,
        ChatService(contexts, delivery, store, None, platform),
        ButtonService(contexts, delivery, store),
    )


async def test_a_whole_conversation_needs_no_telegram(chatting):
    _, _, greeting = await chatting.say("/start")
    assert "Ask me about" in greeting
    asked, answered, text = await chatting.say(LEADER)
    assert "Pak Kyong-jin" in text
    _, _, text = await chatting.say("When was it established?")
    assert "The office was established last year" in text
    _, _, text = await chatting.say("How old is he?")
    assert "does not say" in text
    _, _, text = await chatting.say("/source", replied_to=answered)
    assert "Pak Kyong-jin" in text
    assert chatting.platform.counted == [
        Outcome.FOUND,
        Outcome.FOUND,
        Outcome.NOT_FOUND,
    ]
    assert await chatting.press(answered, Action.RIGHT) == ENGLISH.thanks()
    assert await chatting.press(answered, Action.RIGHT) == ENGLISH.thanked_before()
    _, _, text = await chatting.say("thanks!")
    assert text == ENGLISH.welcome()
    assert chatting.platform.counted[-1] is Outcome.SMALL_TALK
    _, asked_to_forget, text = await chatting.say("/forget")
    assert text == ENGLISH.asks_to_forget()
    assert await chatting.press(asked_to_forget, Action.FORGET) == ""
    _, _, text = await chatting.say("/source")
    assert text == ENGLISH.nothing_asked()
    assert asked.id.number < answered


async def test_an_edited_question_takes_the_place_of_its_answer(chatting):
    message, answered, _ = await chatting.say(LEADER)
    edited = replace(message, edited_at=1)
    await chatting.service.respond(edited, Question("Where is the office?"))
    assert max(chatting.platform.shown) == answered, "no new message"
    before = dict(chatting.platform.shown)
    await chatting.service.respond(message, Question(LEADER))
    assert chatting.platform.shown == before, "an older edit changes nothing"


async def test_an_edit_of_one_of_two_questions_is_answered(chatting):
    message, answered, _ = await chatting.say(f"Who is Kim? {LEADER}")
    before = chatting.platform.shown[answered]
    await chatting.service.respond(message, Question(f"Who is Kim? {LEADER}"))
    assert chatting.platform.shown[answered] is before, "delivered twice, answered once"
    edited = replace(message, edited_at=1)
    await chatting.service.respond(edited, Question(f"What is Joguk? {LEADER}"))
    assert chatting.platform.shown[answered] != before


async def test_a_question_that_comes_again_is_answered_once(chatting):
    message, _, _ = await chatting.say(LEADER)
    before = dict(chatting.platform.shown)
    await chatting.service.respond(message, Question(LEADER))
    assert chatting.platform.shown == before


async def test_buttons_show_views_sources_and_samples(chatting):
    _, answered, _ = await chatting.say(LEADER)
    assert await chatting.press(answered, Action.SHOW_VIEW, 1) == ""
    assert await chatting.press(answered, Action.SHOW_VIEW, 99) == ENGLISH.out_of_date()
    assert await chatting.press(answered, Action.SOURCE) == ""
    assert await chatting.press(answered, Action.SOURCE) == ENGLISH.shown_before()
    assert await chatting.press(answered, Action.SOURCE, 99) == ENGLISH.out_of_date()
    assert await chatting.press(answered, Action.ASK, 12345) == ENGLISH.out_of_date()
    assert await chatting.press(999, Action.RIGHT) == ENGLISH.out_of_date()
    late = await chatting.press(answered, Action.SHOW_VIEW, 1, is_editable=False)
    assert late == ENGLISH.out_of_date()
    corrected = await chatting.press(answered, Action.ACCEPT_CORRECTION)
    assert corrected == ENGLISH.out_of_date(), "there is nothing to correct"


async def test_a_source_that_was_not_sent_may_be_asked_for_again(chatting):
    _, answered, _ = await chatting.say(LEADER)
    chatting.platform.fails = True
    with pytest.raises(ConnectionError):
        await chatting.press(answered, Action.SOURCE)
    chatting.platform.fails = False
    assert await chatting.press(answered, Action.SOURCE) == ""


async def test_one_of_several_articles_is_chosen_and_left(store):
    texts = {"bees.txt": "Bees make honey.", "cows.txt": "Cows give milk."}
    chatting = on_platform(
        store,
        catalogue_of([Article.from_text(t, source=name) for name, t in texts.items()]),
    )
    _, listed, _ = await chatting.say("/articles")
    assert await chatting.press(listed, Action.CHOOSE, slug="cows") == ""
    _, _, text = await chatting.say("What do they give?")
    assert "Cows give milk." in text
    gone = await chatting.press(listed, Action.CHOOSE, slug="goats")
    assert gone == ENGLISH.no_such_article("goats")
    assert await chatting.press(listed, Action.LIST) == ""
    _, _, text = await chatting.say("/all")
    assert "From now on I answer from" in text


async def test_a_slow_answer_shows_that_it_is_being_made(chatting, monkeypatch):
    contexts, platform = chatting.platform.contexts, chatting.platform
    run_limited = contexts.run_limited
    monkeypatch.setattr("bot.chat.delivery.QUICK_SECONDS", 0)

    async def slow(*args):
        await platform.is_typing.wait()
        return await run_limited(*args)

    monkeypatch.setattr(contexts, "run_limited", slow)
    await chatting.say(LEADER, chat=5)
    assert set(platform.typing) == {5}


async def test_a_quick_answer_shows_nothing_before_it_comes(chatting, monkeypatch):
    monkeypatch.setattr("bot.chat.delivery.QUICK_SECONDS", 3_600)
    await chatting.say(LEADER)
    assert chatting.platform.typing == []


async def test_a_cluster_that_is_away_is_told_and_counted(chatting, monkeypatch):
    async def away(*_args, **_kwargs):
        raise IndexUnavailableError("https://index", "no connection")

    monkeypatch.setattr(chatting.platform.contexts, "load", away)
    _, _, text = await chatting.say(LEADER)
    assert text == ENGLISH.index_away()
    assert chatting.platform.counted == [Outcome.FAILED]
    _, _, text = await chatting.say("/articles")
    assert text == ENGLISH.index_away()


def test_a_message_is_a_command_or_a_question():
    assert parse_message(" /Source@article_bot ") == Command("/source")
    assert parse_message("/ask") == parse_message("  ") == Question("")
    assert parse_message("a /b") == Question("a /b")
