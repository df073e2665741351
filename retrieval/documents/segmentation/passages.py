"""Grouping of blocks into passages, which are short enough to be quoted.

- A fragment below the title, or a question in a block of its own, joins the paragraph
  after it; at the end of the text, the paragraph before it.
- A title that states a fact, such as a date or a place, can be quoted, too.
- A list joins the line above it that ends in a colon.
- A paragraph over `MAX_PASSAGE_CHARACTERS` becomes several passages, cut between
  sentences.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from retrieval.documents.segmentation.blocks import (
    ITEM,
    LEAD_IN,
    is_fragment,
    joins_next,
    split_blocks,
)
from retrieval.documents.segmentation.headline import (
    extract_credit,
    extract_title,
    has_fact,
)
from retrieval.documents.segmentation.sentences import split_sentences
from retrieval.documents.segmentation.spans import Span

MAX_PASSAGE_CHARACTERS = 1_200  # give or take a sentence; three fit in a message


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a text, as spans in characters.

    Attributes:
        title: The title, or None.
        publisher: The publisher's name, or None.
        passages: Each passage with its sentences.
    """

    title: Span | None
    publisher: Span | None
    passages: tuple[tuple[Span, tuple[Span, ...]], ...]


def split_layout(text: str, language: str) -> Layout:
    """Return the layout of a plain text in a language, given by its ISO 639-1 code."""
    blocks = split_blocks(text)
    publisher, blocks = extract_credit(text, blocks)
    title, body = extract_title(text, blocks)
    if title and has_fact(text[slice(*title)]):
        body = [title, *body]
    groups = _join_fragments(text, body)
    return Layout(title, publisher, tuple(_passages(text, groups, language)))


def split_paragraphs(
    text: str, paragraphs: Iterable[tuple[Span, bool]], language: str
) -> list[tuple[Span, tuple[Span, ...]]]:
    """Return the passages of a text whose paragraphs are known.

    Args:
        text: The text.
        paragraphs: The spans of one section's paragraphs, each with whether it joins
            the paragraph before it, as a list item does.
        language: ISO 639-1 code.

    Returns:
        The span of each passage with the spans of its sentences.
    """
    groups: list[list[Span]] = []
    all_join_next = False  # whether all blocks of the last group do
    for span, joined in paragraphs:
        if groups and (
            joined or all_join_next or LEAD_IN.search(text, *groups[-1][-1])
        ):
            groups[-1].append(span)
            all_join_next = all_join_next and joins_next(text, span)
        else:
            groups.append([span])
            all_join_next = joins_next(text, span)
    return list(_passages(text, groups, language, keeps_lines=True))


def _passages(
    text: str,
    groups: Iterable[Iterable[Span]],
    language: str,
    *,
    keeps_lines: bool = False,
) -> Iterable[tuple[Span, tuple[Span, ...]]]:
    """Yield the passages of paragraphs, each given as a group of blocks."""
    for group in groups:
        sentences = [
            sentence
            for block in group
            for sentence in split_sentences(
                text, block, language, keeps_lines=keeps_lines
            )
        ]
        for part in _cut_evenly(sentences):
            yield (part[0][0], part[-1][1]), tuple(part)


def _join_fragments(text: str, blocks: list[Span]) -> list[list[Span]]:
    """Return groups of blocks: a fragment joins the prose after it."""
    groups: list[list[Span]] = []
    waiting: list[Span] = []
    is_led = False  # whether the last block ends in a colon
    for block in blocks:
        if is_led and (is_fragment(text, block) or ITEM.match(text, *block)):
            groups[-1].append(block)
            continue
        waiting.append(block)
        is_led = LEAD_IN.search(text, *block) is not None
        if not joins_next(text, block):
            groups.append(waiting)
            waiting = []
    if waiting and groups:
        groups[-1].extend(waiting)
    elif waiting:
        groups.append(waiting)
    return groups


def _cut_evenly(sentences: list[Span]) -> Iterable[list[Span]]:
    """Return a paragraph's sentences in parts of about equal length."""
    if not sentences:
        return []
    start, end = sentences[0][0], sentences[-1][1]
    target = (end - start) / -(-(end - start) // MAX_PASSAGE_CHARACTERS)

    def part(sentence: Span) -> int:
        """Return the number of the part that the middle of a sentence is in."""
        return int((sum(sentence) / 2 - start) / target)

    return [list(group) for _, group in groupby(sentences, key=part)]
