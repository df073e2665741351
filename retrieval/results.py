"""What retrieval hands back: scored passages, citations, answers."""

from dataclasses import dataclass

from retrieval.documents import Article, Passage


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage with its BM25 score for one query; higher is better."""

    article: Article
    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """Whole sentences of one passage, quoted for a question.

    Attributes:
        start: Offset of the quote in `article.text`, in characters.
        end: Offset past its last character.
        score: How strongly the evidence speaks for it; higher is better.
        highlights: (start, end) pairs of the words that the question shares,
            in characters into `quote`, in order and not overlapping.
        url: A link that opens the page at the quote; None where there is no page.
    """

    article: Article
    passage: Passage
    start: int
    end: int
    score: float
    highlights: tuple[tuple[int, int], ...]
    url: str | None = None

    @property
    def quote(self) -> str:
        """The article's own words."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question.

    Attributes:
        found: Whether `confidence` reaches the answerer's threshold.
        confidence: Estimated probability, in [0, 1], that `citations[0]` answers.
        citations: Best first; the closest ones when `found` is false; empty
            when no word of the question occurs in the articles.
        unmentioned: The question's words that no article uses, as asked.
        further: The next best citations, best first, each of another passage
            than those before it.
    """

    question: str
    found: bool
    confidence: float
    citations: tuple[Citation, ...]
    unmentioned: tuple[str, ...]
    further: tuple[Citation, ...] = ()
