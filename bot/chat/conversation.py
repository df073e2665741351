"""One chat: commands and questions in, replies out; no transport, no I/O."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from bot.articles.catalogue import Entry, Joined, Library, slug_of
from bot.articles.samples import mark_of
from bot.chat import manners
from bot.chat.about import about, fact, opening, told, unknown
from bot.chat.composing import (
    Face,
    answer_reply,
    next_answer,
    quotation,
    quoted_reply,
    source_reply,
)
from bot.chat.listing import list_reply, matches_reply
from bot.chat.manners import Manner
from bot.chat.replies import (
    Action,
    Block,
    Button,
    Choice,
    Forget,
    Heading,
    Line,
    Reply,
)
from retrieval import Answer, Article
from retrieval.errors import IndexAwayError

logger = logging.getLogger(__name__)

MAX_TURNS = 20  # kept per chat, the oldest forgotten first
MAX_QUESTION_CHARACTERS = 1_000
MAX_DIGITS = 9  # of the number of an article
INLINE = "inline"  # what the button under inline results opens the chat with
CONSOLE = Face()

Arguments = ParamSpec("Arguments")
Said = TypeVar("Said")


def _told_if_away(
    method: Callable[Concatenate["Conversation", Arguments], Said],
) -> Callable[Concatenate["Conversation", Arguments], Said | Reply]:
    """Have a method say in one line that the articles cannot be reached."""

    @wraps(method)
    def call(
        self: "Conversation", /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Said | Reply:
        try:
            return method(self, *args, **kwargs)
        except IndexAwayError as error:
            logger.warning("A question could not be answered: %s", error)
            return Reply((Line(self._given_face.wording.index_away()),))

    return call


class Conversation:
    """Answers one chat, and remembers its last answers."""

    def __init__(
        self,
        library: Library,
        turns: Iterable[Answer] = (),
        face: Face = CONSOLE,
        *,
        chosen: str | None = None,
        own: Sequence[Entry] = (),
        is_unsure: bool = False,
    ) -> None:
        """Go on from earlier turns.

        Args:
            library: What is answered from.
            turns: Oldest first; at most `MAX_TURNS` are kept.
            face: How the chat is spoken to.
            chosen: The slug of the article that is asked alone; None asks all.
            own: The chat's own articles, to choose besides those of the library.
            is_unsure: Whether it may have chosen what cannot be looked up now.
        """
        self._library = library
        self._turns = deque(turns, MAX_TURNS)
        self._given_face = face
        self._own = own
        self._chosen = self._find(chosen)
        self._is_choice_gone = chosen is not None and self._chosen is None
        self._is_unsure = is_unsure

    @property
    def _face(self) -> Face:
        several = self._chosen is None and self._library.count != 1
        return replace(self._given_face, several=several)

    @property
    def _articles(self) -> Sequence[Article]:
        """What is answered from."""
        if self._chosen:
            return [self._chosen.article]
        return self._library.articles

    @property
    def turns(self) -> tuple[Answer, ...]:
        """The answers given so far, oldest first; each holds its question."""
        return tuple(self._turns)

    def move_to(self, library: Library) -> None:
        """Go on with a library as it is now; what was chosen stays, if it is there."""
        if library is self._library:
            return
        self._library = library
        if self._chosen:
            self._chosen = self._find(self._chosen.slug)
            self._is_choice_gone = self._chosen is None

    @_told_if_away
    def respond(self, text: str) -> Reply:
        """Answer a question or carry out a command."""
        wording = self._face.wording
        command, question = split_command(text)
        match command:
            case "" | "/ask":
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
                return self._source()
            case "/forget":
                self._turns.clear()
                return Reply((Line(wording.forgotten()),), effect=Forget())
        return Reply((Line(wording.unknown_command(command[:32])),))

    @_told_if_away
    def start(self, slug: str = "") -> Reply:
        """Greet, and offer sample questions.

        Args:
            slug: What a link brought: the article to open the chat on, or "".
        """
        wording = self._face.wording
        entry = self._find(slug)
        if entry is None:
            entry = self._chosen
        else:
            self._chosen = entry
        blocks: list[Block] = []
        if slug and slug != INLINE and self._find(slug) is None:
            blocks.append(Line(wording.no_such_article(slug)))
        blocks.append(Line(wording.start(self._articles)))
        samples, buttons = self._samples(wording.samples())
        how = [Line(wording.ask_something())]
        if len(self._articles) > 1:
            how.append(Line(wording.how_to_choose()))
        # What introduces buttons comes last, right above them.
        blocks += [*how, *samples] if buttons else [*samples, *how]
        choice = Choice(entry.slug) if slug and entry else None
        return Reply(tuple(blocks), buttons=buttons, effect=choice)

    def how_to_quit(self) -> Reply:
        """Tell how the console ends."""
        return Reply((Line(self._face.wording.how_to_quit()),))

    def say(self, text: str) -> Reply:
        """Answer what is typed: in kind, about the article itself, or by quoting."""
        last = self._turns[-1] if self._turns else None
        if last and last.meant and manners.is_yes(text):
            self._turns.pop()  # what was mistyped is no context
            return self.ask_aloud(last.meant_question)
        if manner := manners.small_talk(text, is_first=last is None):
            return self._small_talk(manner)
        asked = manners.without_courtesies(text)
        if manners.asks_for_more(asked):
            return self._more()
        return self._about(asked) or self.ask(asked)

    @_told_if_away
    def ask_sample(self, mark: int) -> Reply | None:
        """Ask the sample question of a mark, and show it; None if it is none now."""
        samples = self._library.samples(self._chosen)
        found = (sample for sample in samples if mark_of(sample) == mark)
        question = next(found, None)
        return self.ask_aloud(question) if question else None

    @_told_if_away
    def ask_aloud(self, question: str) -> Reply:
        """Ask a question that nobody has typed, and show it above the answer."""
        reply = self.ask(question)
        return replace(reply, blocks=(Heading(question), *reply.blocks))

    def ask(self, question: str) -> Reply:
        """Answer a question, whatever it looks like."""
        answer = self._library.answer(question, self.turns, self._chosen)
        self._turns.append(answer)
        reply = answer_reply(answer, self._face)
        if self._is_unsure:
            line = Line(self._face.wording.choice_is_unsure())
            return replace(reply, blocks=(line, *reply.blocks))
        if not self._is_choice_gone:
            return reply
        self._is_choice_gone = False
        line = Line(self._face.wording.choice_is_gone())
        return replace(reply, blocks=(line, *reply.blocks), effect=Choice(None))

    def show(self, view: int) -> Reply:
        """Show a view of the last answer.

        Raises:
            IndexError: There is no such view.
        """
        return answer_reply(self._turns[-1], self._face, view)

    @_told_if_away
    def choose(self, entry: Entry | None) -> Reply:
        """Answer from one article alone from now on, or from all."""
        wording = self._face.wording
        self._chosen = entry
        self._is_choice_gone = False
        if entry is None:
            articles = self._library.articles
            return Reply((Line(wording.widened(articles)),), effect=Choice(None))
        samples, buttons = self._samples(wording.samples())
        blocks = (Line(wording.chosen(entry.article)), *samples)
        return Reply(blocks, buttons=buttons, effect=Choice(entry.slug))

    def _small_talk(self, manner: Manner) -> Reply:
        wording, articles = self._face.wording, self._articles
        said = {
            Manner.GREETING: wording.hello(articles),
            Manner.THANKS: wording.welcome(),
            Manner.FINE: wording.good(),
            Manner.BYE: wording.goodbye(),
            Manner.WELL: wording.well(articles),
            Manner.WHO: wording.who(articles),
        }
        return Reply((Line(said[manner]),)) if manner in said else self._help()

    def _more(self) -> Reply:
        """Go on from the last answer with its next best passage."""
        wording = self._face.wording
        if not self._turns:
            return Reply((Line(wording.nothing_to_go_on_from()),))
        last, *before = reversed(self._turns)
        goes_on = bool(before) and before[0].question == last.question
        answer = next_answer(last, self._face, is_shown=goes_on)
        if answer is None:
            return Reply((Line(wording.nothing_more()),))
        self._turns.append(answer)
        heading = wording.next_heading() if answer.found else wording.closest()
        return quoted_reply(Heading(heading), answer, self._face)

    def _about(self, text: str) -> Reply | None:
        """Tell what is known of the article itself; None if that is not asked for."""
        sure = manners.about_the_article(text)
        is_first = not self._turns
        manner = sure or manners.perhaps_about_the_article(text, is_first=is_first)
        if manner is None:
            return None
        article = self._article_meant()
        wording = self._face.wording
        if article is None:
            if not sure:
                return None
            listed = self._list()
            which = Line(wording.which_article())
            return replace(listed, blocks=(which, *listed.blocks))
        known = fact(manner, article, wording)
        answer = about(text, article) if known else told(text, manner, article)
        if answer is None:
            return Reply((Line(unknown(manner, wording)),)) if sure else None
        self._turns.append(answer)
        said = Line(known or wording.article_says())
        return quoted_reply(said, answer, self._face)

    def _article_meant(self) -> Article | None:
        """Return what "the article" is: the only one, or that of the last answer."""
        if len(self._articles) == 1:
            return self._articles[0]
        cited = self._turns[-1].citations if self._turns else ()
        entry = self._library.entry_of(cited[0].article) if cited else None
        return entry.article if entry else None

    def _with_help(self, reply: Reply) -> Reply:
        """Offer questions that are answered, after one that is not."""
        if reply.answer is None or reply.answer.found or self._face.brief:
            return reply
        blocks, buttons = self._samples(self._face.wording.answerable())
        return replace(
            reply,
            blocks=(*reply.blocks, *blocks),
            buttons=(*buttons, *reply.buttons),
        )

    def _samples(
        self, introduction: str
    ) -> tuple[tuple[Line, ...], tuple[tuple[Button, ...], ...]]:
        """List sample questions; where there are buttons, as such."""
        samples = self._library.samples(self._chosen)
        if not samples:
            return (), ()
        if self._face.buttons:
            buttons = (Button(each, Action.ASK, mark_of(each)) for each in samples)
            return (Line(introduction),), tuple((button,) for button in buttons)
        lines = (f"• {sample}" for sample in samples)
        return (Line("\n".join([introduction, *lines])),), ()

    def _find(self, slug: str | None) -> Entry | None:
        return self._library.find(slug, self._own)

    def _choose(self, name: str) -> Reply:
        """Choose by number in the list, by slug or file, or by words of the title."""
        entries = Joined(self._own, self._library.entries)
        number = int(name) if name.isdecimal() and len(name) <= MAX_DIGITS else 0
        if 0 < number <= len(entries):
            return self.choose(entries[number - 1])
        entry = self._find(name) or self._find(slug_of(name, otherwise=""))
        if entry:
            return self.choose(entry)
        wording = self._face.wording
        words = set(name[:MAX_QUESTION_CHARACTERS].casefold().split())
        own = [
            (place, entry)
            for place, entry in enumerate(self._own)
            if all(word in wording.name(entry.article).casefold() for word in words)
        ]
        found = ((len(self._own) + n, e) for n, e in self._library.matching(words))
        matching = [(place + 1, entry) for place, entry in (*own, *found)]
        if len(matching) == 1:
            return self.choose(matching[0][1])
        if matching:
            return matches_reply(matching, self._face)
        return Reply((Line(wording.no_such_article(name[:60])),))

    def _list(self) -> Reply:
        entries = Joined(self._own, self._library.entries)
        return list_reply(entries, self._chosen, self._face)

    def _help(self) -> Reply:
        wording = self._face.wording
        commands = "\n".join(f"/{name}: {text}" for name, text in wording.commands())
        said = [wording.help_text(), commands]
        if self._face.uploads:
            said.insert(1, wording.uploads_help())
        return Reply(tuple(map(Line, said)))

    def _article(self) -> Reply:
        wording = self._face.wording
        entries = self._library.entries
        entry = self._chosen or (entries[0] if len(entries) == 1 else None)
        if entry is None:
            return self._list()
        article = entry.article
        blocks: list[Block] = [Heading(wording.title_line(article))]
        blocks.append(Line("\n".join(wording.facts(article))))
        blocks += [quotation([citation]) for citation in opening(article)]
        return Reply(tuple(blocks))

    def _source(self) -> Reply:
        if not self._turns:
            return Reply((Line(self._face.wording.nothing_asked()),))
        return source_reply(self._turns[-1], self._face)


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
