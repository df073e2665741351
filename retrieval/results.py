"""What retrieval hands back: scored passages, citations, answers."""

from dataclasses import dataclass

from retrieval.documents.tables import Row, cells_of, rows_of
from retrieval.documents.text_fragments import deep_link
from retrieval.documents.values import Article, Passage


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
        kept_url: The link of a citation that was kept without its article.
        kept_rows: The rows of one that was kept so.
    """

    article: Article
    passage: Passage
    start: int
    end: int
    score: float
    highlights: tuple[tuple[int, int], ...]
    kept_url: str | None = None
    kept_rows: tuple[Row, ...] | None = None

    @property
    def source(self) -> str | None:
        """The path or link that the article came from, or None."""
        return self.article.source

    @property
    def url(self) -> str | None:
        """A link that opens the page at the quote; None where there is no page.

        It is made when it is asked for: that takes longer than an answer.
        """
        if self.kept_url:
            return self.kept_url
        return deep_link(self.article, self.passage, self.start, self.end)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of tables that are quoted, with the names of their columns."""
        if self.kept_rows is not None:
            return self.kept_rows
        if len(cells_of(self.quote.partition("\n")[0])) == 1:
            return ()
        rows = rows_of(self.article)
        return tuple(
            row for start, row in rows.items() if self.start <= start < self.end
        )

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
        meant: Where nothing was found, words of the question that no article uses,
            each with the word of an article that it may be a typing error for.
    """

    question: str
    found: bool
    confidence: float
    citations: tuple[Citation, ...]
    unmentioned: tuple[str, ...]
    further: tuple[Citation, ...] = ()
    meant: tuple[tuple[str, str], ...] = ()

    @property
    def meant_question(self) -> str:
        """The question with the words that may have been meant."""
        question = self.question
        for asked, meant in self.meant:
            question = question.replace(asked, meant)
        return question
