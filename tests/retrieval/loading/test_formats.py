"""Each format, in files that the formats' own libraries make."""

import zipfile
from io import BytesIO

import docx
import pypdf
import pytest
from PIL import Image
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from retrieval import Answerer, ArticleError, EmptyArticleError, load_article
from retrieval.loading import formats, read_article

HONEY = "The hive makes ten kilos of honey in a good summer."
MARKDOWN = f"""---
title: "The book of bees"
author: Ann Ito
date: 2026-03-04
lang: en-GB
---
# Bees

Bees *fly* to the [meadow](https://example.org)
in May. ![A picture](bee.png)

## Honey

{HONEY} It is sold:

- in jars
- in combs

| Month | Kilos |
|-------|-------|
| July  | 7     |

> Silence is `golden`.

<div>A <b>note</b> in HTML.</div>

    indented code
"""
HTML = f"""<!doctype html><html lang="en"><head><title>Bees - The Daily Hive</title>
<meta name="author" content="Ann Ito"><meta property="og:site_name"
content="The Daily Hive"><link rel="canonical" href="https://hive.example/bees">
<meta property="article:published_time" content="2026-03-04T10:00:00Z"></head><body>
<nav><a href="/">Home</a><a href="/x">News</a></nav><h1>Bees</h1>
<p>Bees fly to the meadow in <b>May</b>. They love clover &amp; thyme.</p>
<h2>Honey</h2><p>{HONEY}</p><h3>Kinds</h3><p>There are two:</p>
<ul><li>Clover</li><li>Thyme <i>honey</i></li></ul>
<table><tr><th>Month</th><th>Kilos</th></tr><tr><td>July</td><td>7</td></tr></table>
<blockquote>Silence is golden.</blockquote><script>let x = 1</script>
<footer>Copyright 2026 Imprint</footer></body></html>"""


def make_docx():
    document = docx.Document()
    document.core_properties.title = "Bees"
    document.core_properties.author = "Ann Ito"
    document.add_heading("Bees", 0)
    document.add_paragraph("Bees fly to the meadow in May.")
    document.add_heading("Honey", 1)
    document.add_paragraph(HONEY)
    document.add_heading("Kinds", 2)
    document.add_paragraph("There are two:")
    document.add_paragraph("Clover", style="List Bullet")
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Month", "Kilos"
    table.cell(1, 0).merge(table.cell(1, 1)).text = "July, 7"
    document.sections[0].footer.paragraphs[0].text = "Confidential"
    return saved(document)


def saved(document):
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_pdf(story=None, **said):
    styles = getSampleStyleSheet()
    filler = (
        "Bees of group {n} fly to the meadow in May, and they love clover more than "
        "thyme, which grows on the hill behind the house of the keeper. "
    )
    story = story or [
        Paragraph("Bees", styles["Title"]),
        Paragraph("Fields", styles["Heading1"]),
        *(Paragraph(filler.format(n=n) * 6, styles["BodyText"]) for n in range(12)),
        Paragraph("Honey", styles["Heading1"]),
        Paragraph(HONEY, styles["BodyText"]),
        Paragraph("- It keeps for years.", styles["BodyText"]),
    ]

    def running_head(canvas, document):
        canvas.drawString(60, 805, "The Daily Hive, spring issue")
        canvas.drawString(280, 20, f"Page {document.page}")

    stream = BytesIO()
    SimpleDocTemplate(stream, **said).build(
        story, onFirstPage=running_head, onLaterPages=running_head
    )
    return stream.getvalue()


FILES = {
    "bees.txt": f"Bees\n\nBees fly to the meadow in May.\n\n{HONEY}".encode(),
    "bees.md": MARKDOWN.encode(),
    "bees.html": HTML.encode(),
    "bees.docx": make_docx(),
    "bees.pdf": make_pdf(title="Bees", author="Ann Ito"),
}


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


def shown(article):
    return [
        (passage.section, [sentence.text for sentence in passage.sentences])
        for passage in article.passages
    ]


def test_markdown_is_read_without_its_marks():
    article = read_article(FILES["bees.md"], "bees.md")
    assert (article.title, article.author) == ("The book of bees", "Ann Ito")
    assert article.date == "2026-03-04"
    assert shown(article) == [
        ("Bees", ["Bees fly to the meadow in May. A picture"]),
        (
            "Bees › Honey",
            [HONEY, "It is sold:", "in jars", "in combs", "Month | Kilos", "July | 7"],
        ),
        ("Bees › Honey", ["Silence is golden."]),
        ("Bees › Honey", ["A note in HTML."]),
        ("Bees › Honey", ["indented code"]),
    ]


def test_html_is_read_without_what_stands_around_the_text():
    article = read_article(FILES["bees.html"], "bees.html")
    assert (article.title, article.author, article.publisher) == (
        "Bees",
        "Ann Ito",
        "The Daily Hive",
    )
    assert (article.date, article.url) == ("2026-03-04", "https://hive.example/bees")
    assert shown(article) == [
        (None, ["Bees fly to the meadow in May.", "They love clover & thyme."]),
        ("Honey", [HONEY]),
        (
            "Honey › Kinds",
            ["There are two:", "Clover", "Thyme honey", "Month | Kilos", "July | 7"],
        ),
        ("Honey › Kinds", ["Silence is golden."]),
    ]


def test_a_page_that_names_its_main_text_is_taken_at_its_word():
    page = f"<html><body><p>Buy now.</p><main><h2>Honey</h2><p>{HONEY}</p></main>"
    article = read_article(page.encode(), "a")
    assert shown(article) == [(None, [HONEY])]
    assert article.title == "Honey"


def test_text_beside_the_paragraphs_of_a_page_is_read_too():
    page = "<html><body><div>Bees <i>fly</i> home.<br>Cows stay.</div></body></html>"
    text = read_article(page.encode(), "a").text
    assert "Bees fly home." in text
    assert "Cows stay." in text


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_a_page_is_decoded_as_it_declares(encoding):
    page = f'<html><head><meta charset="{encoding}"></head><body><p>Zoë löst es. '
    article = read_article(f"{page}{HONEY}</p>".encode(encoding), "a")
    assert "Zoë löst es." in article.text


def test_docx_is_read_with_headings_lists_and_tables():
    article = read_article(FILES["bees.docx"], "bees.docx")
    assert (article.title, article.author) == ("Bees", "Ann Ito")
    assert shown(article) == [
        (None, ["Bees fly to the meadow in May."]),
        ("Honey", [HONEY]),
        ("Honey › Kinds", ["There are two:", "Clover", "Month | Kilos", "July, 7"]),
    ]


def test_pdf_is_read_with_its_pages_and_without_running_heads():
    article = read_article(FILES["bees.pdf"], "bees.pdf")
    assert (article.title, article.author) == ("Bees", "Ann Ito")
    assert "spring issue" not in article.text
    assert "Page 1" not in article.text
    sections = {passage.section for passage in article.passages}
    assert sections == {"Fields", "Honey"}
    assert article.passages[0].page == 1
    last = article.passages[-1]
    assert last.page > 1
    assert [sentence.text for sentence in last.sentences] == [
        HONEY,
        "- It keeps for years.",
    ]


def test_words_divided_in_a_pdf_are_mended():
    style = getSampleStyleSheet()["BodyText"]
    story = [
        Paragraph(
            "Our invest-<br/>ment in well-<br/>known banks, which are well and widely "
            "known, pays the co\u00ad<br/>op.",
            style,
        )
    ]
    article = read_article(make_pdf(story), "a.pdf")
    assert "Our investment in well-known banks," in article.text


def test_a_pdf_without_a_title_takes_its_largest_heading():
    assert read_article(make_pdf(title="scan001.doc"), "a.pdf").title == "Bees"


def protected(password, owner="secret", algorithm="AES-256"):
    writer = pypdf.PdfWriter(clone_from=BytesIO(FILES["bees.pdf"]))
    writer.encrypt(password, owner, algorithm=algorithm)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_a_pdf_that_anybody_may_open_is_read():
    assert read_article(protected(""), "a.pdf").title == "Bees"


def picture(kind):
    stream = BytesIO()
    Image.new("RGB", (9, 9)).save(stream, kind)
    return stream.getvalue()


def archive(**files):
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, text in files.items():
            file.writestr(name.replace("__", "/"), text)
    return stream.getvalue()


UNREADABLE = {
    "encrypted.pdf": (protected("secret"), "encrypted"),
    "scanned.pdf": (picture("pdf"), "scanned"),
    "damaged.pdf": (b"%PDF-1.7\ngarbage", "no sound PDF"),
    "cut.pdf": (FILES["bees.pdf"][:900], "no sound PDF|scanned|no text"),
    "cut.docx": (FILES["bees.docx"][:900], "damaged archive"),
    "odd.docx": (archive(**{"word__document.xml": "<"}), "no sound DOCX"),
    "a.zip": (archive(a="text"), "archive; unpack it"),
    "a.epub": (archive(**{"META-INF__container.xml": ""}), "EPUB"),
    "a.odt": (archive(**{"content.xml": ""}), "office file"),
    "a.png": (picture("png"), "image"),
    "a.jpg": (picture("jpeg"), "image"),
    "a.rtf": (b"{\\rtf1 Hello}", "RTF"),
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
    (tmp_path / "pypdf.py").write_text("raise ModuleNotFoundError")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("retrieval.loading._SANDBOX", type(_sandbox())())
    with pytest.raises(ArticleError, match=r"install article-bot\[pdf\]"):
        read_article(FILES["bees.pdf"], "a.pdf")


def test_a_file_in_the_current_folder_is_not_taken_for_a_library(tmp_path, monkeypatch):
    (tmp_path / "pypdf.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("retrieval.loading._SANDBOX", type(_sandbox())())
    assert read_article(FILES["bees.pdf"], "a.pdf").title == "Bees"


def _sandbox():
    from retrieval.loading import _SANDBOX

    return _SANDBOX


def test_a_document_without_words_is_empty():
    with pytest.raises(EmptyArticleError):
        read_article(saved(docx.Document()), "a.docx")


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
        ("<?xml version='1.0'?><html>", "html"),
    ],
)
def test_text_markdown_and_html_are_told_apart_by_content(text, kind):
    assert formats.detect_format(text.encode(), "a").value == kind


def test_a_server_that_calls_it_markdown_is_believed():
    assert formats.detect_format(b"Bees", "https://a/b", "text/markdown").value == (
        "markdown"
    )
    assert formats.detect_format(b"Bees", "https://a/b.md?x=1").value == "markdown"


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
    assert answer.unmentioned == ()
