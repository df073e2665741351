"""E-mail and subtitles: words without marks, with sender, date and times."""

import pytest

from retrieval.loading.load import read_article
from retrieval.loading.parsers.eml import parse as parse_eml
from retrieval.loading.parsers.subtitles import parse as parse_subtitles
from tests.retrieval.loading.sample_files import EML, HONEY


def test_a_message_is_read_without_quote_marks_and_signature():
    article = read_article(EML.encode(), "a.eml")
    assert (article.title, article.author, article.date) == (
        "Bees",
        "Ann Ito",
        "2026-03-04",
    )
    assert article.text == f"Bees fly to the meadow in May.\n\n{HONEY}"


def test_a_message_in_html_is_read_like_a_page():
    data = (
        "From: ann@hive.example\nDate: soon\nMIME-Version: 1.0\n"
        "Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: base64"
        "\n\nPGh0bWw+PHA+RGllIEdlYvxociBpc3QgNS48L3A+PC9odG1sPg==\n"
    )
    content = parse_eml(data.encode())
    assert [block.text for block in content.blocks] == ["Die Gebühr ist 5."]
    assert (content.title, content.author, content.date) == (
        None,
        "ann@hive.example",
        None,
    )


def cues(*times_and_words):
    return "\n\n".join(
        f"{n}\n00:{seconds // 60:02}:{seconds % 60:02},000 --> 00:59:00,000\n{words}"
        for n, (seconds, words) in enumerate(times_and_words, 1)
    )


def places(text, name="a.srt"):
    article = read_article(text.encode(), name, language="en")
    return [(each.section, each.text) for each in article.passages]


def test_a_sentence_goes_over_cues_and_is_cited_with_its_time():
    said = cues(
        (1, "A canal was dug here."),
        (29, "<i>It took</i>"),
        (33, "nine years."),
        (75, "A cart\npays five."),
    )
    assert places(said) == [
        ("0:01", "A canal was dug here. It took nine years."),
        ("1:15", "A cart pays five."),
    ]


def test_speech_without_full_stops_is_divided_by_time():
    said = cues(*((10 * n, f"and then {word}") for n, word in enumerate("abcdefgh")))
    assert [section for section, _ in places(said)] == ["0:00", "1:00"]


def test_webvtt_is_read_without_notes_and_tags_with_speakers():
    text = (
        "WEBVTT\n\nNOTE not said\n\nSTYLE\n::cue {color: red}\n\n"
        "01:00:01.000 --> 01:00:04.000 align:start\n"
        "<v Ann Ito>Tea &amp; <b>rye</b>.</v>\n"
    )
    assert places(text, "a.vtt") == [("1:00:01", "Ann Ito: Tea & rye.")]


def test_lines_that_roll_are_read_once():
    said = cues((1, "A canal"), (2, "A canal\nwas dug"), (3, "was dug\nhere."))
    assert [text for _, text in places(said)] == ["A canal was dug here."]


@pytest.mark.parametrize("text", ["", "WEBVTT\n", "1\n00:00:01,000 --> 00:00:02,000\n"])
def test_subtitles_without_words_are_empty(text):
    assert parse_subtitles(text.encode()).blocks == []


@pytest.mark.parametrize("order", [1, -1])
def test_a_mail_that_was_copied_as_text_is_read_like_a_message(order):
    heads = ["From: Ann Ito <ann@x.example>", "To: Bo", "Subject: The réunion"]
    text = "\n".join(heads[::order]) + "\n\nThe rink is\nopen.\n\n> Is it?\n"
    article = read_article(text.encode(), "mail.txt")
    assert (article.title, article.author) == ("The réunion", "Ann Ito")
    assert article.text == "The rink is open.\n\nIs it?"
