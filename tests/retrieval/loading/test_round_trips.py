"""Round trips: random documents come back word for word from every parser."""

import csv
from email.message import EmailMessage
from html import escape
from io import BytesIO, StringIO

import docx
import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    PageTemplate,
    Paragraph,
    Table,
)

from retrieval.loading.formats import FORMATS
from retrieval.loading.parsers.parse import parse
from tests.retrieval.loading.sample_files import (
    make_epub,
    make_odt,
    make_pptx,
    make_xlsx,
    saved,
    shape,
)

# Words are unique, so that a lost, doubled or moved one is noticed.
SYLLABLES = "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me".split()
ANSWER_TYPES = ("paragraph", "list", "table", "heading")


def word(number):
    """Return a word for a number; words are unique and of several lengths."""
    letters = "s" * (number * 7 % 5)
    while number or not letters.strip("s"):
        number, rest = divmod(number, len(SYLLABLES))
        letters = SYLLABLES[rest] + letters
    return letters


@st.composite
def documents(draw, kinds=ANSWER_TYPES):
    """Draw parts in order: a kind, and lines of words, cells or sentences."""
    numbers = iter(range(20_000))

    def words(least, most):
        count = draw(st.integers(least, most))
        return " ".join(word(next(numbers)) for _ in range(count))

    def sentence():
        text = words(4, 14)
        return f"{text[0].upper()}{text[1:]}."

    parts = [("paragraph", [" ".join(sentence() for _ in range(3))])]
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6)):
        match kind:
            case "paragraph":
                lines = [" ".join(sentence() for _ in range(draw(st.integers(1, 6))))]
            case "list":
                lines = [sentence() for _ in range(draw(st.integers(2, 5)))]
            case "table":
                width = draw(st.integers(2, 4))
                lines = [
                    [words(1, 2) for _ in range(width)]
                    for _ in range(draw(st.integers(2, 4)))
                ]
            case _:
                lines = [words(2, 4)]
        parts.append((kind, lines))
    parts.append(("paragraph", [" ".join(sentence() for _ in range(3))]))
    return parts


def words_of(text):
    return regex.findall(r"\p{L}+", text.casefold())


def written(parts):
    cells = (
        " ".join(line) if isinstance(line, list) else line
        for _, lines in parts
        for line in lines
    )
    return words_of(" ".join(cells))


def parsed(data, name):
    """Return the words of a file that is parsed as a format."""
    content = parse(data, FORMATS[name])
    return words_of(" ".join(block.text for block in content.blocks))


def as_markdown(parts):
    pieces = []
    for kind, lines in parts:
        match kind:
            case "list":
                pieces.append("\n".join(f"- {line}" for line in lines))
            case "table":
                rows = [f"| {' | '.join(row)} |" for row in lines]
                pieces.append(
                    "\n".join([rows[0], "|---" * len(lines[0]) + "|", *rows[1:]])
                )
            case "heading":
                pieces.append(f"## {lines[0]}")
            case _:
                pieces += lines
    return "\n\n".join(pieces)


def as_html(parts):
    pieces = []
    for kind, lines in parts:
        match kind:
            case "list":
                items = "".join(f"<li>{escape(line)}</li>" for line in lines)
                pieces.append(f"<ul>{items}</ul>")
            case "table":
                rows = "".join(
                    f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
                    for row in lines
                )
                pieces.append(f"<table>{rows}</table>")
            case "heading":
                pieces.append(f"<h2>{lines[0]}</h2>")
            case _:
                pieces += [f"<p>{line}</p>" for line in lines]
    return f"<html><body><article>{''.join(pieces)}</article></body></html>"


def as_docx(parts):
    document = docx.Document()
    for kind, lines in parts:
        match kind:
            case "list":
                for line in lines:
                    document.add_paragraph(line, style="List Bullet")
            case "table":
                table = document.add_table(len(lines), len(lines[0]))
                for row, cells in zip(table.rows, lines, strict=True):
                    for cell, text in zip(row.cells, cells, strict=True):
                        cell.text = text
            case "heading":
                document.add_heading(lines[0], 1)
            case _:
                for line in lines:
                    document.add_paragraph(line)
    return saved(document)


def as_pdf(parts, columns):
    styles = getSampleStyleSheet()
    story = []
    for kind, lines in parts:
        match kind:
            case "list":
                story += [
                    Paragraph(line, styles["BodyText"], bulletText="•")
                    for line in lines
                ]
            case "table":
                story.append(Table(lines))
            case "heading":
                story.append(Paragraph(lines[0], styles["Heading2"]))
            case _:
                story += [Paragraph(line, styles["BodyText"]) for line in lines]
    width, height = A4
    space = (width - 100) / columns
    frames = [
        Frame(50 + space * n, 50, space - 12 * (columns > 1), height - 100)
        for n in range(columns)
    ]
    stream = BytesIO()
    template = BaseDocTemplate(stream)
    template.addPageTemplates(PageTemplate(frames=frames))
    template.build(story)
    return stream.getvalue()


def as_epub(parts):
    return make_epub(as_html(parts[:1]), as_html(parts[1:]))


def as_odt(parts):
    pieces = []
    for kind, lines in parts:
        match kind:
            case "list":
                items = "".join(
                    f"<text:list-item><text:p>{line}</text:p></text:list-item>"
                    for line in lines
                )
                pieces.append(f"<text:list>{items}</text:list>")
            case "table":
                cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
                rows = "".join(
                    f"<table:table-row>{''.join(map(cell.format, row))}"
                    "</table:table-row>"
                    for row in lines
                )
                pieces.append(f"<table:table>{rows}</table:table>")
            case "heading":
                pieces.append(f"<text:h text:outline-level='1'>{lines[0]}</text:h>")
            case _:
                pieces += [f"<text:p>{line}</text:p>" for line in lines]
    return make_odt("".join(pieces))


def as_pptx(parts):
    slides = []
    for kind, lines in parts:
        if kind == "table":
            cell = "<a:tc><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:tc>"
            rows = "".join(
                f"<a:tr>{''.join(map(cell.format, row))}</a:tr>" for row in lines
            )
            slides.append(f"<a:tbl>{rows}</a:tbl>")
        else:
            slides.append(shape(*lines, kind="title" if kind == "heading" else ""))
    return make_pptx(*slides)


def as_rtf(parts):
    pieces = []
    for kind, lines in parts:
        for line in lines:
            if kind == "table":
                cells = "".join(f"{cell}\\cell " for cell in line)
                pieces.append(f"\\trowd {cells}\\row ")
            else:
                pieces.append(f"{line}\\par ")
    return f"{{\\rtf1\\ansi {''.join(pieces)}}}".encode()


def as_eml(parts):
    lines = [
        " ".join(line) if isinstance(line, list) else line
        for _, lines in parts
        for line in lines
    ]
    message = EmailMessage()
    message["From"] = "Ann Ito <ann@hive.example>"
    message.set_content("\n\n".join(lines))
    return message.as_bytes()


def as_srt(parts):
    words = written(parts)
    cues = (words[n : n + 5] for n in range(0, len(words), 5))
    return "\n".join(
        f"{n}\n00:{n // 60:02}:{n % 60:02},000 --> 00:59:59,000\n{' '.join(cue)}\n"
        for n, cue in enumerate(cues, 1)
    ).encode()


def rows_of(parts):
    """Return all lines as rows of one table."""
    return [
        line if isinstance(line, list) else [line]
        for _, lines in parts
        for line in lines
    ]


def as_csv(parts):
    stream = StringIO()
    csv.writer(stream).writerows(rows_of(parts))
    return stream.getvalue().encode()


def as_xlsx(parts):
    return make_xlsx(rows_of(parts))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("epub", as_epub),
        ("odt", as_odt),
        ("pptx", as_pptx),
        ("rtf", as_rtf),
        ("eml", as_eml),
        ("subtitles", as_srt),
        ("csv", as_csv),
        ("xlsx", as_xlsx),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
@given(parts=documents())
def test_every_other_format_comes_back_word_for_word(name, write, parts):
    assert parsed(write(parts), name) == written(parts)


@given(documents())
def test_markdown_comes_back_word_for_word(parts):
    assert parsed(as_markdown(parts).encode(), "markdown") == written(parts)


@given(documents())
def test_a_page_comes_back_word_for_word(parts):
    assert parsed(as_html(parts).encode(), "html") == written(parts)


FAQS = {
    "admonition": '??? question "{}"\n    {}\n\n',
    "container": ":::tip[{}]\n{}\n:::\n\n",
    "HTML": "<details><summary>{}</summary>\n\n{}\n\n</details>\n\n",
}


@pytest.mark.parametrize("form", FAQS)
@given(parts=documents(kinds=("list",)))
def test_an_faq_in_markdown_comes_back_word_for_word(form, parts):
    pieces = []
    for kind, lines in parts:
        if kind == "list":
            pairs = zip(lines[::2], lines[1::2], strict=False)
            pieces += [FAQS[form].format(*pair) for pair in pairs]
            lines = lines[len(lines) // 2 * 2 :]
        pieces.append(as_markdown([("paragraph", [line]) for line in lines]))
    page = "\n\n".join(pieces)
    assert parsed(page.encode(), "markdown") == written(parts)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_a_docx_comes_back_word_for_word(parts):
    assert parsed(as_docx(parts), "docx") == written(parts)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_a_pdf_comes_back_word_for_word(parts):
    assert parsed(as_pdf(parts, 1), "pdf") == written(parts)


@pytest.mark.parametrize("columns", [2, 3])
def test_a_pdf_in_columns_comes_back_word_for_word(columns):
    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
    @given(documents(kinds=("paragraph", "list")))
    def comes_back(parts):
        # A last column of a line or two is taken for a part of those beside it.
        filler = [word(10_000 + n) for n in range(400)]
        more = [*parts, ("paragraph", [f"{' '.join(filler)}."])]
        back = parsed(as_pdf(more, columns), "pdf")
        assert sorted(back) == sorted(written(more))
        left_out = set(filler)
        assert [each for each in back if each not in left_out] == written(parts)

    comes_back()
