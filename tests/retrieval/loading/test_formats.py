"""Detection of formats, and behaviour that all formats share."""

import pickle
import sys
from types import ModuleType

import pytest

from retrieval import Answerer, ArticleError, load_article
from retrieval.errors import PageGoneError
from retrieval.loading import formats
from retrieval.loading.content import Block, Content
from retrieval.loading.isolation.worker import parse_article
from retrieval.loading.load import read_article
from retrieval.loading.parsers.parse import parse
from retrieval.loading.recognition.pages import recognise
from retrieval.loading.web.fetching import _is_accepted
from tests.retrieval.loading.sample_files import (
    FILES,
    HONEY,
    archive,
    picture,
    protected,
)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("renamed", [False, True], ids=["named", "misnamed"])
def test_every_format_is_answered_from_whatever_its_name(tmp_path, name, renamed):
    path = tmp_path / ("article.dat" if renamed else name)
    path.write_bytes(FILES[name])
    article = load_article(path)
    answer = Answerer([article]).answer("How much honey does the hive make?")
    best = answer.citations[0]
    assert answer.found
    assert HONEY in best.quote
    assert article.text[best.start : best.end] == best.quote
    for passage in article.passages:
        assert article.text[passage.start : passage.end] == passage.text
        for sentence in passage.sentences:
            assert article.text[sentence.start : sentence.end] == sentence.text
    assert article.source == str(path)


@pytest.mark.parametrize("format", formats.FORMATS.values(), ids=lambda each: each.name)
def test_every_format_has_a_parser_content_types_and_a_sample(format):
    """The tests of all formats run over the samples."""
    samples = [
        data
        for name, data in FILES.items()
        if formats.detect_format(data, name) is format
    ]
    assert samples
    assert format.content_types
    if format is not formats.TEXT:
        content = parse(samples[0], format)
        if content.pictures:
            content = recognise(content)
        assert HONEY in " ".join(block.text for block in content.blocks)


def test_a_new_format_is_one_parser_and_one_row(monkeypatch):
    parser = ModuleType("retrieval.loading.parsers.lyrics")
    parser.parse = lambda data, _: Content([Block(data.decode().partition("\n")[2])])
    monkeypatch.setitem(sys.modules, parser.__name__, parser)
    row = formats.Format(
        name="lyrics",
        parser="lyrics",
        content_types=("application/x-lyrics",),
        suffixes=(".lrc",),
        is_believed=True,
    )
    monkeypatch.setitem(formats.FORMATS, row.name, row)
    data = f"[00:01]\n{HONEY}".encode()
    assert formats.detect_format(data, "https://a/b", "application/x-lyrics") is row
    assert formats.detect_format(data, "bees.lrc") is row
    assert _is_accepted("application/x-lyrics")
    article = parse_article(
        data,
        format=row,
        charset="",
        max_characters=1_000,
        name="bees.lrc",
        title=None,
        language="en",
        url=None,
    )
    assert article.text == HONEY


UNREADABLE = {
    "encrypted.pdf": (protected("secret"), "encrypted"),
    "scanned.pdf": (picture("pdf"), "no text in this picture"),
    "damaged.pdf": (b"%PDF-1.7\ngarbage", "this PDF is damaged"),
    "cut.pdf": (FILES["bees.pdf"][:900], "this PDF is damaged|no text"),
    "cut.docx": (FILES["bees.docx"][:900], "damaged archive"),
    "a.json": (b'[{"pier": "It is long."}]', "this is JSON"),
    "b.txt": (b'{"pier": {"metres": 9}}', "this is JSON"),
    "a.tex": (b"% draft\n\\documentclass{article}", "this is LaTeX"),
    "odd.docx": (archive(**{"word__document.xml": "<"}), "this DOCX is damaged"),
    "a.zip": (archive(a="text"), "archive; unpack it"),
    "a.epub": (archive(**{"META-INF__container.xml": ""}), "this EPUB is damaged"),
    "locked.epub": (
        archive(**{"META-INF__container.xml": "", "META-INF__rights.xml": ""}),
        "encrypted",
    ),
    "a.odt": (archive(**{"content.xml": ""}), "this ODT is damaged"),
    "a.pptx": (archive(**{"ppt__presentation.xml": "<"}), "this PPTX is damaged"),
    "a.xlsx": (archive(**{"xl__workbook.xml": "<"}), "this XLSX is damaged"),
    "cut.xlsx": (FILES["bees.xlsx"][:900], "damaged archive"),
    "a.vsdx": (archive(**{"[Content_Types].xml": ""}), "office file"),
    "large.csv": (b"a,b\n" * 200_000, "cells are too many"),
    "empty.eml": (
        b"MIME-Version: 1.0\nContent-Type: image/png\n\nx", "no text in this message",
    ),
    "a.png": (picture("png"), "no text in this picture"),
    "a.heic": (b"\0\0\0\x18ftypheic" + bytes(100), "save it as PNG or JPEG"),
    "a.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "office file"),
    "a.mp3": (b"ID3\x03\0\0\0\0\0\0" + bytes(100), "sound"),
    "a.mp4": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42mp41" + bytes(100), "film"),
    "a.gz": (b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + bytes(20), "archive"),
    "a.bin": (b"\0\1\2\3" * 50, "not text"),
    "a.html": (b"<html><body></body></html>", "no main text"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_in_no_readable_format_says_what_to_do(tmp_path, name):
    data, words = UNREADABLE[name]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ArticleError, match=words) as caught:
        load_article(path)
    assert "\n" not in str(caught.value)


def test_a_format_without_its_library_names_the_extra(tmp_path, monkeypatch):
    (tmp_path / "pypdfium2.py").write_text("raise ModuleNotFoundError")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("retrieval.loading.load._SANDBOX", type(_sandbox())())
    with pytest.raises(ArticleError, match=r"install article-bot\[pdf\]"):
        read_article(FILES["bees.pdf"], "a.pdf")


def test_a_file_in_the_current_folder_is_not_taken_for_a_library(tmp_path, monkeypatch):
    (tmp_path / "pypdfium2.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("retrieval.loading.load._SANDBOX", type(_sandbox())())
    assert read_article(FILES["bees.pdf"], "a.pdf").title == "Bees"


def _sandbox():
    from retrieval.loading.load import _SANDBOX

    return _SANDBOX


@pytest.mark.parametrize("name", ["a://[", "https://[", "a\nb\x1b.txt", ""])
def test_a_file_of_any_name_is_read_or_refused_in_one_line(name):
    article = read_article(FILES["bees.txt"], name)
    assert article.source == name
    assert HONEY in Answerer([article]).answer("How much honey?").citations[0].quote
    with pytest.raises(ArticleError) as caught:
        read_article(b"", name)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Bees\n\nBees fly.", "text"),
        ("#1 is the best.\n\nBees fly.", "text"),
        ("# Bees\n\nThey fly.\n\n## Honey\n\nSweet.", "markdown"),
        ("# Bees\n\nThey [fly](a).", "markdown"),
        ("# Bees\n\nThey fly.", "text"),
        ("a < b. <p> is a tag.", "text"),
        ("\ufeff <!-- a --> <!DOCTYPE html><p>x", "html"),
        ("<section><h2>Bees</h2>", "html"),
        ("Bees\n====\n\nFly.\n\nCows\n====\n\nStay.", "markdown"),
        ("<?xml version='1.0'?><html>", "html"),
    ],
)
def test_text_markdown_and_html_are_told_apart_by_content(text, kind):
    assert formats.detect_format(text.encode(), "a").name == kind


def test_a_server_that_calls_it_markdown_is_believed():
    assert formats.detect_format(b"Bees", "https://a/b", "text/markdown").name == (
        "markdown"
    )
    assert formats.detect_format(b"Bees", "https://a/b.md?x=1").name == "markdown"


@pytest.mark.parametrize(
    ("text", "name", "content_type", "kind"),
    [
        ("<p align='center'>Bees</p>", "a.md", "", "markdown"),
        ("<html><p>Bees</p>", "a.md", "", "html"),
        ("<em>Bees</em> fly.", "a.html", "", "html"),
        ("<em>Bees</em> fly.", "https://a/b", "text/html", "html"),
        ("Bees < cows", "a.html", "", "text"),
        ("<em>Bees</em> fly.", "a.txt", "", "text"),
    ],
)
def test_a_name_counts_where_the_content_leaves_it_open(text, name, content_type, kind):
    assert formats.detect_format(text.encode(), name, content_type).name == kind


def test_the_words_of_a_heading_find_the_passages_below_it(tmp_path):
    path = tmp_path / "rules.md"
    rules = "# Rules\n\n## {}\n\nEmployees get {} days.\n\n"
    path.write_text(
        rules.format("Vacation", 25) + rules.format("Parental leave", 90)[9:]
    )
    answer = Answerer([load_article(path)]).answer(
        "How many days of parental leave do employees get?"
    )
    assert "90" in answer.citations[0].quote
    assert answer.unseen_words == ()


def test_an_error_passes_between_processes():
    error = pickle.loads(pickle.dumps(PageGoneError("a.txt", "gone; look elsewhere")))
    assert (type(error), error.path, error.problem) == (
        PageGoneError,
        "a.txt",
        "gone; look elsewhere",
    )


@pytest.mark.parametrize("name", ["fair.txt", "fair.md", "fair.html"])
def test_what_a_heading_says_can_be_asked_for(name):
    title, place = "Larkey Harbour Fair, 3 May 2024", "Place: Old Lock, Pier 4"
    story = "Boats of the fair race all day, and nobody has to pay to watch them go by."
    text = {
        "fair.txt": f"{title}\n\n{story}",
        "fair.md": f"# {title}\n\n## {place}\n\n{story}",
        "fair.html": f"<article><h1>{title}</h1><h2>{place}</h2><p>{story}</p>"
        f"<p>{HONEY}</p></article>",
    }[name]
    answerer = Answerer([read_article(text.encode(), name, language="en")], reader=None)
    when = answerer.rank("When is the Larkey Harbour Fair?")[0]
    assert "3 May 2024" in when.quote
    if name != "fair.txt":
        assert "Pier 4" in answerer.rank("What is the place?")[0].quote
