"""What is replied to a message, given the state of a chat; no transport, no I/O."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from bot.articles.entries import Entry
from bot.articles.sample_questions import sample_id
from bot.articles.slugs import slug_of
from bot.chat import intents
from bot.chat.article_info import about, fact, opening, told, unknown
from bot.chat.intents import Intent
from bot.chat.listing import list_reply, matches_reply
from bot.chat.presentation import Presentation
from bot.chat.replies import (
    Action,
    Button,
    Choose,
    Forget,
    Heading,
    Line,
    Part,
    Reply,
)
from bot.chat.reply_builder import (
    answer_reply,
    next_answer,
    quotation,
    quoted_reply,
    source_reply,
)
from bot.chat.state import Chat
from retrieval import Article
from retrieval.errors import IndexUnavailableError

logger = logging.getLogger(__name__)

MAX_QUESTION_CHARACTERS = 1_000
MAX_DIGITS = 9  # of the number of an article
INLINE = "inline"  # what the button under inline results opens the chat with
ASK = "/ask"


class Conversation:
    """Replies to one message, and changes nothing.

    What a reply says is done, its effect, is for who shows it: `Chat.after` has it in
    memory, and in Telegram the store keeps it.

    Each method but `respond` raises `IndexUnavailableError` where the articles cannot
    be reached.
    """

    def __init__(self, chat: Chat, face: Presentation) -> None:
        """Take what to go on from; nothing is looked up yet.

        Args:
            chat: What is answered from, and what was said.
            face: How the chat is spoken to.
        """
        self._chat = chat
        self._catalogue = chat.catalogue
        self._given_presentation = face

    @cached_property
    def _chosen(self) -> Entry | None:
        return self._chat.find(self._chat.chosen)

    @property
    def _is_choice_gone(self) -> bool:
        return self._chat.chosen is not None and self._chosen is None

    @property
    def _face(self) -> Presentation:
        several = self._chosen is None and self._catalogue.count != 1
        return replace(self._given_presentation, several=several)

    def respond(self, text: str) -> Reply:
        """Answer a question or carry out a command."""
        try:
            return self._respond(text)
        except IndexUnavailableError as error:
            logger.warning("A question could not be answered: %s", error)
            return Reply((Line(self._given_presentation.wording.index_away()),))

    def _respond(self, text: str) -> Reply:
        wording = self._face.wording
        command, question = split_command(text)
        match command:
            case _ if is_question(command):
                if not question:
                    return Reply((Line(wording.ask_something()),))
                if len(question) > MAX_QUESTION_CHARACTERS:
                    return Reply((Line(wording.too_long(MAX_QUESTION_CHARACTERS)),))
                return self._with_help(self.say(question))
            case "/start":
                return self.start(question)
            case "/help":
                return self._help()
            case "/article":
                return self._article()
            case "/articles":
                return self._choose(question) if question else self._list()
            case "/all":
                return self.choose(None)
            case "/source":
                return source_reply(self._chat.last, self._face)
            case "/forget":
                return Reply((Line(wording.forgotten()),), effect=Forget())
        return Reply((Line(wording.unknown_command(command[:32])),))

    def start(self, slug: str = "") -> Reply:
        """Greet, and offer sample questions.

        Args:
            slug: What a link brought: the article to open the chat on, or "".
        """
        wording = self._face.wording
        opened = self._chat.find(slug)
        entry = opened or self._chosen
        articles = self._articles_of(entry)
        parts: list[Part] = []
        if slug and slug != INLINE and opened is None:
            parts.append(Line(wording.no_such_article(slug)))
        parts.append(Line(wording.start(articles)))
        samples, buttons = self._samples(wording.samples(), entry)
        how = [Line(wording.ask_something())]
        if len(articles) > 1:
            how.append(Line(wording.how_to_choose()))
        # What introduces buttons comes last, right above them.
        parts += [*how, *samples] if buttons else [*samples, *how]
        choice = Choose(entry.slug) if slug and entry else None
        return Reply(tuple(parts), buttons=buttons, effect=choice)

    def say(self, text: str) -> Reply:
        """Answer what is typed: in kind, about the article itself, or by quoting."""
        last = self._chat.last
        if last and last.meant and intents.is_yes(text):
            chat = self._chat.without_last_turn()
            return Conversation(chat, self._given_presentation).ask_and_echo(
                last.meant_question
            )
        if intent := intents.small_talk(text, is_first=last is None):
            return self._small_talk(intent)
        asked = intents.strip_courtesies(text)
        if intents.asks_for_more(asked):
            return self._more()
        return self._about(asked) or self.ask(asked)

    def ask_sample(self, mark: int) -> Reply | None:
        """Ask the sample question of a mark, and show it; None if it is none now."""
        samples = self._catalogue.samples(self._chosen)
        marked = (sample for sample in samples if sample_id(sample) == mark)
        question = next(marked, None)
        return self.ask_and_echo(question) if question else None

    def ask_and_echo(self, question: str) -> Reply:
        """Ask a question that nobody has typed, and show it above the answer."""
        reply = self.ask(question)
        return replace(reply, parts=(Heading(question), *reply.parts))

    def ask(self, question: str) -> Reply:
        """Answer a question, whatever it looks like."""
        answer = self._catalogue.answer(question, self._chat.turns, self._chosen)
        reply = answer_reply(answer, self._face)
        if self._chat.is_unsure:
            line = Line(self._face.wording.choice_is_unsure())
            return replace(reply, parts=(line, *reply.parts))
        if not self._is_choice_gone:
            return reply
        line = Line(self._face.wording.choice_is_gone())
        return replace(reply, parts=(line, *reply.parts), effect=Choose(None))

    def show(self, view: int) -> Reply:
        """Show a view of the last answer.

        Raises:
            IndexError: There is no such view, or no answer.
        """
        return answer_reply(self._chat.turns[-1], self._face, view)

    def choose(self, entry: Entry | None) -> Reply:
        """Answer from one article alone from now on, or from all."""
        wording = self._face.wording
        if entry is None:
            articles = self._catalogue.articles
            return Reply((Line(wording.widened(articles)),), effect=Choose(None))
        samples, buttons = self._samples(wording.samples(), entry)
        parts = (Line(wording.chosen(entry.article)), *samples)
        return Reply(parts, buttons=buttons, effect=Choose(entry.slug))

    def _small_talk(self, intent: Intent) -> Reply:
        wording, articles = self._face.wording, self._articles_of(self._chosen)
        lines = {
            Intent.GREETING: wording.hello(articles),
            Intent.THANKS: wording.welcome(),
            Intent.ACKNOWLEDGE: wording.good(),
            Intent.BYE: wording.goodbye(),
            Intent.HOW_ARE_YOU: wording.well(articles),
            Intent.WHO_ARE_YOU: wording.who(articles),
        }
        return Reply((Line(lines[intent]),)) if intent in lines else self._help()

    def _more(self) -> Reply:
        """Go on from the last answer with its next best passage."""
        wording = self._face.wording
        if not self._chat.turns:
            return Reply((Line(wording.nothing_to_go_on_from()),))
        last, *before = reversed(self._chat.turns)
        goes_on = bool(before) and before[0].question == last.question
        answer = next_answer(last, self._face, is_shown=goes_on)
        if answer is None:
            return Reply((Line(wording.nothing_more()),))
        heading = wording.next_heading() if answer.found else wording.closest()
        return quoted_reply(Heading(heading), answer, self._face)

    def _about(self, text: str) -> Reply | None:
        """Tell what is known of the article itself; None if that is not asked for."""
        sure = intents.metadata_intent(text)
        is_first = self._chat.last is None
        intent = sure or intents.ambiguous_metadata_intent(text, is_first=is_first)
        if intent is None:
            return None
        article = self._current_article()
        wording = self._face.wording
        if article is None:
            if not sure:
                return None
            listed = self._list()
            which = Line(wording.which_article())
            return replace(listed, parts=(which, *listed.parts))
        known = fact(intent, article, wording)
        answer = about(text, article) if known else told(text, intent, article)
        if answer is None:
            return Reply((Line(unknown(intent, wording)),)) if sure else None
        introduction = Line(known or wording.article_says())
        return quoted_reply(introduction, answer, self._face)

    def _current_article(self) -> Article | None:
        """Return what "the article" is: the only one, or that of the last answer."""
        articles = self._articles_of(self._chosen)
        if len(articles) == 1:
            return articles[0]
        cited = self._chat.last.citations if self._chat.last else ()
        entry = self._catalogue.entry_of(cited[0].article) if cited else None
        return entry.article if entry else None

    def _with_help(self, reply: Reply) -> Reply:
        """Offer questions that are answered, after one that is not."""
        if reply.answer is None or reply.answer.found or self._face.brief:
            return reply
        answerable = self._face.wording.answerable()
        parts, buttons = self._samples(answerable, self._chosen)
        return replace(
            reply,
            parts=(*reply.parts, *parts),
            buttons=(*buttons, *reply.buttons),
        )

    def _articles_of(self, entry: Entry | None) -> Sequence[Article]:
        """Return what is answered from: one article alone, or all."""
        return [entry.article] if entry else self._catalogue.articles

    def _samples(
        self, introduction: str, entry: Entry | None
    ) -> tuple[tuple[Line, ...], tuple[tuple[Button, ...], ...]]:
        """List sample questions; where there are buttons, as such."""
        samples = self._catalogue.samples(entry)
        if not samples:
            return (), ()
        if self._face.buttons:
            buttons = (Button(each, Action.ASK, sample_id(each)) for each in samples)
            return (Line(introduction),), tuple((button,) for button in buttons)
        lines = (f"• {sample}" for sample in samples)
        return (Line("\n".join([introduction, *lines])),), ()

    def _choose(self, name: str) -> Reply:
        """Choose by number in the list, by slug or file, or by words of the title."""
        entries = self._chat.entries
        number = int(name) if name.isdecimal() and len(name) <= MAX_DIGITS else 0
        if 0 < number <= len(entries):
            return self.choose(entries[number - 1])
        entry = self._chat.find(name) or self._chat.find(slug_of(name, otherwise=""))
        if entry:
            return self.choose(entry)
        wording = self._face.wording
        words = set(name[:MAX_QUESTION_CHARACTERS].casefold().split())
        own = [
            (place, entry)
            for place, entry in enumerate(self._chat.own)
            if all(word in wording.name(entry.article).casefold() for word in words)
        ]
        n_own = len(self._chat.own)
        others = ((n_own + n, entry) for n, entry in self._catalogue.matching(words))
        matching = [(place + 1, entry) for place, entry in (*own, *others)]
        if len(matching) == 1:
            return self.choose(matching[0][1])
        if matching:
            return matches_reply(matching, self._face)
        return Reply((Line(wording.no_such_article(name[:60])),))

    def _list(self) -> Reply:
        return list_reply(self._chat.entries, self._chosen, self._face)

    def _help(self) -> Reply:
        wording = self._face.wording
        commands = "\n".join(f"/{name}: {text}" for name, text in wording.commands())
        lines = [wording.help_text(), commands]
        if self._face.uploads:
            lines.insert(1, wording.uploads_help())
        return Reply(tuple(map(Line, lines)))

    def _article(self) -> Reply:
        wording = self._face.wording
        entries = self._catalogue.entries
        entry = self._chosen or (entries[0] if len(entries) == 1 else None)
        if entry is None:
            return self._list()
        article = entry.article
        parts: list[Part] = [Heading(wording.title_line(article))]
        parts.append(Line("\n".join(wording.facts(article))))
        parts += [quotation([citation]) for citation in opening(article)]
        return Reply(tuple(parts))


def is_question(command: str) -> bool:
    """Tell whether what follows a command is asked; no command asks, too."""
    return command in ("", ASK)


def split_command(text: str) -> tuple[str, str]:
    """Split a message into its command, lower case and unaddressed, and the rest.

    >>> split_command("/Ask@article_bot Who leads?")
    ('/ask', 'Who leads?')
    >>> split_command("Who leads?")
    ('', 'Who leads?')
    """
    text = text.strip()
    if not text.startswith("/"):
        return "", text
    command, *rest = text.split(maxsplit=1)
    return command.partition("@")[0].casefold(), rest[0] if rest else ""
