"""Results of retrieval: scored passages, citations, answers."""

from dataclasses import dataclass

from retrieval.documents.tables import Row, split_cells
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
        start: Offset of the quote's first character in `article.text`.
        end: Offset after the quote's last character.
        probability: The probability of the quote among all candidates.
        highlights: The (start, end) of words that the question shares, but for common
            ones, in characters from the start of `quote`, in order and not overlapping.
        answer: The (start, end) of the answer itself, in characters from the start of
            `quote`; None where it is not known.
        stored_url: The link of a citation that was stored without its article.
        stored_rows: The rows of a citation that was stored without its article.
    """

    article: Article
    passage: Passage
    start: int
    end: int
    probability: float
    highlights: tuple[tuple[int, int], ...]
    answer: tuple[int, int] | None = None
    stored_url: str | None = None
    stored_rows: tuple[Row, ...] | None = None

    @property
    def source(self) -> str | None:
        """The path or link that the article came from, or None."""
        return self.article.source

    @property
    def url(self) -> str | None:
        """A link that opens the page at the quote; None where there is no page.

        The link is computed on each access, which takes longer than to find an answer.
        """
        if self.stored_url:
            return self.stored_url
        return deep_link(self.article, self.passage, self.start, self.end)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The quoted table rows, with the names of their columns."""
        if self.stored_rows is not None:
            return self.stored_rows
        if len(split_cells(self.quote.partition("\n")[0])) == 1:
            return ()
        return tuple(
            row
            for start, row in self.article.rows.items()
            if self.start <= start < self.end
        )

    @property
    def emphasis(self) -> tuple[tuple[int, int], ...]:
        """The (start, end) of what is shown in bold: the answer or the highlights."""
        return (self.answer,) if self.answer else self.highlights

    @property
    def quote(self) -> str:
        """The article's own words."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, found or not.

    Attributes:
        question: The question.
        found: Whether `confidence` reaches the answerer's threshold.
        confidence: Estimated probability, in [0, 1], that `citations[0]` answers.
        citations: The citations, best first. If `found` is false, they are only the
            closest sentences; there are none if no word of the question occurs in the
            articles.
        unseen_words: The question's words that no article uses, as they are written.
        more_citations: The next best citations, best first, each of another passage
            than those before it.
        corrections: Where nothing was found, words of the question that no article
            uses, each with the word that may have been meant.
        other_languages: ISO 639-1 codes of the articles' languages, if the question is
            in none of them; else empty.
        is_understood: Whether the question was understood in its language: articles in
            another language share only names with a question that was not.
    """

    question: str
    found: bool
    confidence: float
    citations: tuple[Citation, ...]
    unseen_words: tuple[str, ...]
    more_citations: tuple[Citation, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    other_languages: tuple[str, ...] = ()
    is_understood: bool = True

    @property
    def corrected_question(self) -> str:
        """The question with `corrections` applied."""
        question = self.question
        for written, meant in self.corrections:
            question = question.replace(written, meant)
        return question
