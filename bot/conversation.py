"""One chat: commands and questions in, replies out; no transport, no I/O."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.composing import Face, answer_reply, one_line, source_reply
from bot.library import Entry, Library, slug_of
from bot.listing import list_reply, matches_reply
from bot.replies import Block, Choice, Forget, Heading, Line, Quote, Reply, Span
from retrieval import Answer

MAX_TURNS = 20  # kept per chat, the oldest forgotten first
MAX_QUESTION_CHARACTERS = 1_000
MAX_DIGITS = 9  # of the number of an article
OPENING_CHARACTERS = 300  # of the first lines that /article shows, to a sentence
INLINE = "inline"  # what the button under inline results opens the chat with
CONSOLE = Face()


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
        self._face = face
        self._own = own
        self._chosen = self._find(chosen)
        self._is_choice_gone = chosen is not None and self._chosen is None
        self._is_unsure = is_unsure

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
                return self.ask(question)
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
        articles = [entry.article] if entry else self._library.answerer.articles
        blocks: list[Block] = []
        if slug and slug != INLINE and self._find(slug) is None:
            blocks.append(Line(wording.no_such_article(slug)))
        blocks.append(Line(wording.start(articles)))
        samples = self._library.samples(entry)
        if samples:
            blocks.append(Line("\n".join([wording.samples(), *samples])))
        blocks.append(Line(wording.ask_something()))
        if len(articles) > 1:
            blocks.append(Line(wording.how_to_choose()))
        choice = Choice(entry.slug) if slug and entry else None
        return Reply(tuple(blocks), effect=choice)

    def how_to_quit(self) -> Reply:
        """Tell how the console ends."""
        return Reply((Line(self._face.wording.how_to_quit()),))

    def ask(self, question: str) -> Reply:
        """Answer a question, whatever it looks like."""
        answerer = self._library.answerer_of(self._chosen)
        answer = answerer.answer(question, self.turns)
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

    def choose(self, entry: Entry | None) -> Reply:
        """Answer from one article alone from now on, or from all."""
        wording = self._face.wording
        self._chosen = entry
        self._is_choice_gone = False
        if entry is None:
            articles = self._library.answerer.articles
            return Reply((Line(wording.widened(articles)),), effect=Choice(None))
        blocks: list[Block] = [Line(wording.chosen(entry.article))]
        samples = self._library.samples(entry)
        if samples:
            blocks.append(Line("\n".join([wording.samples(), *samples])))
        return Reply(tuple(blocks), effect=Choice(entry.slug))

    def _find(self, slug: str | None) -> Entry | None:
        return self._library.find(slug, self._own)

    def _choose(self, name: str) -> Reply:
        """Choose by number in the list, by slug or file, or by words of the title."""
        entries = [*self._own, *self._library.entries]
        number = int(name) if name.isdecimal() and len(name) <= MAX_DIGITS else 0
        if 0 < number <= len(entries):
            return self.choose(entries[number - 1])
        entry = self._find(name) or self._find(slug_of(name, otherwise=""))
        if entry:
            return self.choose(entry)
        wording = self._face.wording
        words = set(name[:MAX_QUESTION_CHARACTERS].casefold().split())
        titles = [wording.name(entry.article).casefold() for entry in entries]
        matching = [
            (number, entry)
            for number, (entry, title) in enumerate(
                zip(entries, titles, strict=True), 1
            )
            if all(word in title for word in words)
        ]
        if len(matching) == 1:
            return self.choose(matching[0][1])
        if matching:
            return matches_reply(matching, self._face)
        return Reply((Line(wording.no_such_article(name[:60])),))

    def _list(self) -> Reply:
        return list_reply(
            [*self._own, *self._library.entries], self._chosen, self._face
        )

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
        sentences = [s for p in article.passages[:3] for s in p.sentences]
        limit = sentences[0].start + OPENING_CHARACTERS
        opening = [s for s in sentences if s is sentences[0] or s.end <= limit]
        blocks.append(Quote(tuple((Span(one_line(s.text)),) for s in opening)))
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
