"""One chat: commands and questions in, replies out; no transport, no I/O."""

from collections import deque
from collections.abc import Iterable

from bot.composing import Face, answer_reply, one_line, source_reply
from bot.replies import Block, Heading, Line, Quote, Reply, Span
from bot.samples import sample_questions
from retrieval import Answer, Answerer

MAX_TURNS = 20  # kept per chat, the oldest forgotten first
MAX_QUESTION_CHARACTERS = 1_000
OPENING_CHARACTERS = 300  # of the first lines that /article shows, to a sentence
CONSOLE = Face()


class Conversation:
    """Answers one chat, and remembers its last answers."""

    def __init__(
        self, answerer: Answerer, turns: Iterable[Answer] = (), face: Face = CONSOLE
    ) -> None:
        """Go on from earlier turns, oldest first; at most `MAX_TURNS` are kept."""
        self._answerer = answerer
        self._turns = deque(turns, MAX_TURNS)
        self._face = face

    @property
    def turns(self) -> tuple[Answer, ...]:
        """The answers given so far, oldest first; each holds its question."""
        return tuple(self._turns)

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
                return self.start()
            case "/help":
                return self._help()
            case "/article":
                return self._article()
            case "/source":
                return self._source()
            case "/forget":
                self._turns.clear()
                return Reply((Line(wording.forgotten()),), forget=True)
        return Reply((Line(wording.unknown_command(command[:32])),))

    def start(self) -> Reply:
        """Greet, and offer sample questions."""
        wording = self._face.wording
        blocks: list[Block] = [Line(wording.start(self._answerer.articles))]
        samples = sample_questions(self._answerer)
        if samples:
            blocks.append(Line("\n".join([wording.samples(), *samples])))
        blocks.append(Line(wording.ask_something()))
        return Reply(tuple(blocks))

    def how_to_quit(self) -> Reply:
        """Tell how the console ends."""
        return Reply((Line(self._face.wording.how_to_quit()),))

    def ask(self, question: str) -> Reply:
        """Answer a question, whatever it looks like."""
        answer = self._answerer.answer(question, self.turns)
        self._turns.append(answer)
        return answer_reply(answer, self._face)

    def _help(self) -> Reply:
        wording = self._face.wording
        commands = "\n".join(f"/{name}: {text}" for name, text in wording.commands())
        return Reply((Line(wording.help_text()), Line(commands)))

    def _article(self) -> Reply:
        wording = self._face.wording
        blocks: list[Block] = []
        for article in self._answerer.articles:
            blocks.append(Heading(wording.title_line(article)))
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
