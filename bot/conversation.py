"""One chat: commands and questions in, replies out; no transport, no I/O.

A `Reply` says what is to be shown; how it looks is left to `rendering`.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot import messages
from bot.samples import sample_questions
from retrieval import Answer, Answerer, Citation, Passage

MAX_TURNS = 20  # kept per chat, the oldest forgotten first
OPENING_CHARACTERS = 300  # of the first lines that /article shows, to a sentence


class Style(Enum):
    """How a piece of a quotation is to be shown."""

    PLAIN = auto()
    MATCH = auto()  # a word that the question shares
    MARKED = auto()  # the quoted sentence inside its passage
    GAP = auto()  # left-out sentences; not the article's words


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a quotation in one style."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Line:
    """Our own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Our own words above a quotation, or a title."""

    text: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where the quotations above it stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """The article's words, sentence by sentence, so that they can be split there."""

    sentences: tuple[tuple[Span, ...], ...]


Block = Line | Heading | Attribution | Quote


@dataclass(frozen=True, slots=True)
class Reply:
    """What to show, in order; and the answer behind it, if it answers a question."""

    blocks: tuple[Block, ...]
    answer: Answer | None = None


class Conversation:
    """Answers one chat, and remembers its last answers."""

    def __init__(self, answerer: Answerer, turns: Iterable[Answer] = ()) -> None:
        """Go on from earlier turns, oldest first; at most `MAX_TURNS` are kept."""
        self._answerer = answerer
        self._turns = deque(turns, MAX_TURNS)

    @property
    def turns(self) -> tuple[Answer, ...]:
        """The answers given so far, oldest first; each holds its question."""
        return tuple(self._turns)

    def respond(self, text: str) -> Reply:
        """Answer a question or carry out a command."""
        text = text.strip()
        if not text:
            return Reply((Line(messages.ASK_SOMETHING),))
        if not text.startswith("/"):
            return self.ask(text)
        command = text.split()[0].partition("@")[0]
        match command.casefold():
            case "/start":
                return self.start()
            case "/help":
                return _help()
            case "/article":
                return self._article()
            case "/source":
                return self._source()
        return Reply((Line(messages.unknown_command(command[:32])),))

    def start(self) -> Reply:
        """Greet, and offer sample questions."""
        blocks: list[Block] = [Line(messages.start(self._answerer.articles))]
        samples = sample_questions(self._answerer)
        if samples:
            blocks.append(Line("\n".join([messages.SAMPLES, *samples])))
        blocks.append(Line(messages.ASK_SOMETHING))
        return Reply(tuple(blocks))

    def ask(self, question: str) -> Reply:
        """Answer a question, whatever it looks like."""
        answer = self._answerer.answer(question, self.turns)
        self._turns.append(answer)
        return Reply(tuple(_answer_blocks(answer)), answer)

    def _article(self) -> Reply:
        blocks: list[Block] = []
        for article in self._answerer.articles:
            blocks.append(Heading(messages.title_line(article)))
            blocks.append(Line("\n".join(messages.facts(article))))
            sentences = [s for p in article.passages[:3] for s in p.sentences]
            limit = sentences[0].start + OPENING_CHARACTERS
            opening = [s for s in sentences if s is sentences[0] or s.end <= limit]
            blocks.append(Quote(tuple((Span(_one_line(s.text)),) for s in opening)))
        return Reply(tuple(blocks))

    def _source(self) -> Reply:
        if not self._turns:
            return Reply((Line(messages.NO_SOURCE),))
        answer = self._turns[-1]
        if not answer.citations:
            return Reply((Line(messages.NO_CITATIONS),), answer)
        blocks: list[Block] = []
        if not answer.found:
            blocks.append(Line(messages.CLOSEST_SOURCE))
        for citations in _by_passage(answer.citations):
            blocks.append(_whole_passage(citations))
            blocks.append(Attribution(messages.attribution(tuple(citations))))
        return Reply(tuple(blocks), answer)


def _help() -> Reply:
    commands = "\n".join(map(messages.command_line, messages.COMMANDS))
    return Reply((Line(messages.help_text()), Line(commands)))


def _answer_blocks(answer: Answer) -> Iterable[Block]:
    if not answer.found:
        if not answer.citations and not answer.unmentioned:
            yield Line(messages.no_answer_to_empty())
            return
        refusal = messages.NOT_FOUND
        if answer.unmentioned:
            refusal += " " + messages.not_mentioned(answer.unmentioned)
        yield Line(refusal)
        if not answer.citations:
            return
        yield Heading(messages.CLOSEST)
    shown = answer.citations if answer.found else answer.citations[:1]
    quotations = _by_passage(shown)
    if len(quotations) > 1:
        yield Heading(messages.SEVERAL)
    for citations in quotations:
        yield _quotation(citations)
        yield Attribution(messages.attribution(tuple(citations)))


def _by_passage(citations: Sequence[Citation]) -> list[list[Citation]]:
    """Group citations by passage: the best one's first, each in reading order."""
    groups: dict[tuple[int, Passage], list[Citation]] = {}
    for citation in citations:
        key = (id(citation.article), citation.passage)
        groups.setdefault(key, []).append(citation)
    return [sorted(group, key=lambda c: c.start) for group in groups.values()]


def _quotation(citations: Sequence[Citation]) -> Quote:
    """Quote sentences of one passage, with a gap where sentences are left out."""
    sentences: list[tuple[Span, ...]] = []
    past = None
    for citation in citations:
        between = citation.article.text[past : citation.start] if past else ""
        if between.strip():
            sentences.append((Span("…", Style.GAP),))
        sentences.append(_highlighted(citation))
        past = citation.end
    return Quote(tuple(sentences))


def _highlighted(citation: Citation) -> tuple[Span, ...]:
    spans: list[Span] = []
    past = 0
    quote = citation.quote
    for start, end in citation.highlights:
        spans.append(Span(_one_line(quote[past:start])))
        spans.append(Span(_one_line(quote[start:end]), Style.MATCH))
        past = end
    spans.append(Span(_one_line(quote[past:])))
    return tuple(span for span in spans if span.text)


def _whole_passage(citations: Sequence[Citation]) -> Quote:
    """Show a passage whole, the quoted sentences marked."""
    passage = citations[0].passage
    quoted = {
        sentence.start
        for citation in citations
        for sentence in passage.sentences
        if citation.start <= sentence.start < citation.end
    }
    return Quote(
        tuple(
            (
                Span(
                    _one_line(sentence.text),
                    Style.MARKED if sentence.start in quoted else Style.PLAIN,
                ),
            )
            for sentence in passage.sentences
        )
    )


def _one_line(text: str) -> str:
    """Undo hard wraps: a line break inside a sentence is a blank to a reader."""
    return " ".join(text.splitlines()) if len(text.splitlines()) > 1 else text
