"""Blocks to passages: what goes together, in parts of a length to be quoted.

- A fragment below the title joins the paragraph that follows, a trailing one the
  paragraph before; so do questions that stand alone.
- A title that says something itself, a date or a place, can be quoted, too.
- A list goes with the line above it that ends in a colon.
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
    leads_on,
    split_blocks,
)
from retrieval.documents.segmentation.headline import (
    extract_credit,
    extract_title,
    has_fact,
)
from retrieval.documents.segmentation.sentences import split_sentences
from retrieval.documents.segmentation.spans import Span

MAX_PASSAGE_CHARACTERS = 1_200  # give or take a sentence; three fit a message


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a text keeps what; every span is in characters into the text.

    Attributes:
        passages: Each passage's span with the spans of its sentences.
    """

    title: Span | None
    publisher: Span | None
    passages: tuple[tuple[Span, tuple[Span, ...]], ...]


def split_layout(text: str, language: str) -> Layout:
    """Find title, publisher, passages and sentences; the rules stand in their files."""
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
    """Find the passages of a text whose paragraphs are known.

    Args:
        text: The text.
        paragraphs: The spans of one section's paragraphs, each with whether it goes
            with the one before it, as a list item does.
        language: ISO 639-1 code.

    Returns:
        Each passage's span with the spans of its sentences.
    """
    groups: list[list[Span]] = []
    all_lead_on = False  # the blocks of the last group
    for span, joined in paragraphs:
        if groups and (joined or all_lead_on or LEAD_IN.search(text, *groups[-1][-1])):
            groups[-1].append(span)
            all_lead_on = all_lead_on and leads_on(text, span)
        else:
            groups.append([span])
            all_lead_on = leads_on(text, span)
    return list(_passages(text, groups, language, keeps_lines=True))


def _passages(
    text: str,
    groups: Iterable[Iterable[Span]],
    language: str,
    *,
    keeps_lines: bool = False,
) -> Iterable[tuple[Span, tuple[Span, ...]]]:
    """Split paragraphs, given as blocks that go together, into passages."""
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
    """Group blocks into paragraphs: fragments go with the prose after them."""
    groups: list[list[Span]] = []
    waiting: list[Span] = []
    is_led = False  # whether what came last leads to a list
    for block in blocks:
        if is_led and (is_fragment(text, block) or ITEM.match(text, *block)):
            groups[-1].append(block)
            continue
        waiting.append(block)
        is_led = LEAD_IN.search(text, *block) is not None
        if not leads_on(text, block):
            groups.append(waiting)
            waiting = []
    if waiting and groups:
        groups[-1].extend(waiting)
    elif waiting:
        groups.append(waiting)
    return groups


def _cut_evenly(sentences: list[Span]) -> Iterable[list[Span]]:
    """Cut a paragraph's sentences into parts of about the same length."""
    if not sentences:
        return []
    start, end = sentences[0][0], sentences[-1][1]
    target = (end - start) / -(-(end - start) // MAX_PASSAGE_CHARACTERS)

    def part(sentence: Span) -> int:
        """Number the part that the middle of a sentence falls into."""
        return int((sum(sentence) / 2 - start) / target)

    return [list(group) for _, group in groupby(sentences, key=part)]
