"""Ends of sentences, in texts that mark them with "| |"."""

import pytest

from retrieval.documents.segmentation.sentences import split_sentences
from tests.retrieval.marked_sentences import MARKED

LINES = [
    (language, line)
    for language, lines in MARKED.items()
    for line in lines.strip().splitlines()
]


@pytest.mark.parametrize(("language", "line"), LINES)
def test_sentences_end_where_a_reader_sees_them_end(language, line):
    parts = [part.strip() for part in line.split("| |")]
    text = " ".join(parts)
    spans = split_sentences(text, (0, len(text)), language)
    assert [text[start:end] for start, end in spans] == parts


def test_the_list_is_long_enough_to_tell_something():
    assert len(LINES) >= 150
    assert len(MARKED) >= 12


def lines_of(text, **more):
    spans = split_sentences(text, (0, len(text)), "en", **more)
    return [text[start:end] for start, end in spans]


def test_rows_of_a_table_in_plain_text_are_kept_apart():
    table = "Route        Adult\nLarkey-Brae  7.50\nBrae-Isle    5.00"
    assert lines_of(table) == table.splitlines()


def test_items_of_a_list_in_one_block_are_kept_apart():
    text = "Bring with you:\n- a key\n- a card that is\n  valid for a year"
    items = ["Bring with you:", "- a key", "- a card that is\n  valid for a year"]
    assert lines_of(text) == items


def test_lines_of_code_are_kept_where_they_are_known_to_be_code():
    code = "for a in b:\n    run a"
    assert lines_of(code, keeps_lines=True) == ["for a in b:", "run a"]


def test_lines_of_wrapped_prose_are_one_text():
    assert lines_of("The ferry leaves\nat noon. It comes\nback.") == [
        "The ferry leaves\nat noon.",
        "It comes\nback.",
    ]
