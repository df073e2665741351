"""Each format, in files that the formats' own libraries make."""

import pickle
import zipfile
from io import BytesIO

import docx
import pypdf
import pytest
import regex
from PIL import Image
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from retrieval import (
    Answerer,
    Article,
    ArticleError,
    EmptyArticleError,
    load_article,
)
from retrieval.errors import PageGoneError
from retrieval.loading import formats
from retrieval.loading.content import UnreadableError
from retrieval.loading.load import read_article
from retrieval.loading.parsers.html import parser as html_reader
from retrieval.loading.parsers.pdf import parser as pdf_reader
from retrieval.loading.parsers.pdf.lines import page_lines
from retrieval.loading.parsers.pdf.words import Word

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
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
        (None, ["Bees fly to the meadow in May.", "A picture"]),
        (
            "Honey",
            [HONEY, "It is sold:", "in jars", "in combs", "Month | Kilos", "July | 7"],
        ),
        ("Honey", ["Silence is golden."]),
        ("Honey", ["A note in HTML."]),
        ("Honey", ["indented code"]),
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


def test_markdown_is_read_as_a_reader_sees_it():
    text = (
        "<p align='center'><style>p {}</style><h1>The pool</h1>Open to all.</p>\n\n"
        "Line one<br>line two, ~~closed~~ open.[^1]\n\n"
        "| Day | Hours | Price |\n|---|---|---|\n| Monday | | 3 |\n| | | |\n\n"
        "[^1]: Since May.\n"
    )
    article = read_article(text.encode(), "pool.md")
    assert article.title == "The pool"
    assert shown(article) == [
        (None, ["Open to all."]),
        (
            None,
            [
                "Line one line two, open.",
                "Day | Hours | Price",
                "Monday | | 3",
            ],
        ),
        (None, ["Since May."]),
    ]


@pytest.mark.parametrize(
    ("matter", "said"),
    [
        (
            "---\ntitle: >\n  The bees\n  of May  # draft\nauthors: [Ann, Bo]\n"
            "date: 2026-03-04 10:00:00\n---\n",
            ("The bees of May # draft", "Ann, Bo", "2026-03-04"),
        ),
        (
            '+++\ntitle = "The bees"\ndate = 2026-03-04\n+++\n',
            ("The bees", None, "2026-03-04"),
        ),
        ("---\ntitle: [a: {b: c\n---\n", (None, None, None)),
        ("---\ntitle: {a: b}\nauthor:\n---\n", (None, None, None)),
    ],
)  # fmt: skip
def test_front_matters_in_yaml_and_toml_are_understood(matter, said):
    article = read_article(f"{matter}\nBees fly home.\n".encode(), "a.md")
    assert (article.title, article.author, article.date) == said
    assert article.text == "Bees fly home."


def test_text_between_two_rules_is_no_front_matter():
    article = read_article(b"---\n\nBees fly home.\n\n---\n\nCows stay.\n", "a.md")
    assert article.text == "Bees fly home.\n\nCows stay."


def page(body, head=""):
    html = f"<html><head><title>T</title>{head}</head><body>{body}</body></html>"
    return read_article(html.encode(), "a.html")


def test_what_a_click_unfolds_on_a_page_is_read_and_what_pops_up_is_not():
    article = page(
        "<main><h1>Help</h1><h3><button>May I change it?</button></h3>"
        "<div hidden><p>You may change it within an hour.</p></div>"
        "<h3>Who pays?</h3><div style='display:none'><p>The buyer pays duties.</p>"
        "</div><div class='modal' style='display:none'><p>Subscribe now!</p></div>"
        "</main>"
    )
    assert shown(article) == [
        ("May I change it?", ["You may change it within an hour."]),
        ("Who pays?", ["The buyer pays duties."]),
    ]


def test_several_articles_of_one_page_are_read_without_teasers_and_comments():
    story = "<article><h2>{0}</h2><p>The {0} was opened again on Monday.</p></article>"
    article = page(
        f"<main>{story.format('pier')}{story.format('hall')}"
        "<article><p>More.</p></article>"
        f"<article class='comment'><p>{'I like it very much. ' * 5}</p></article>"
        "</main>"
    )
    assert shown(article) == [
        ("pier", ["The pier was opened again on Monday."]),
        ("hall", ["The hall was opened again on Monday."]),
    ]


def test_words_of_a_page_are_neither_lost_nor_glued_nor_cut():
    article = page(
        "<article><h1>The<br>fair</h1><p>It opens on <time>5 May</time> at noon; call "
        "<code>open()</code>, or say <q>please</q>.</p><p>It is shut because a pipe in"
        "<br>the cellar burst.<br>Come later.</p><table><tr><th>Day</th><th></th>"
        "<th>Fee</th></tr><tr><td><p>one</p><p>two</p></td><td></td><td>4</td></tr>"
        "</table></article>"
    )
    assert article.title == "The fair"
    assert [sentence for _, sentences in shown(article) for sentence in sentences] == [
        "It opens on 5 May at noon; call open(), or say please.",
        "It is shut because a pipe in the cellar burst.",
        "Come later.",
        "Day | | Fee",
        "one two | | 4",
    ]


def test_a_year_in_the_text_of_a_page_is_no_date_of_publication():
    body = "<article><p>The hall was built in 1998, and sold in 2015.</p></article>"
    assert page(body).date is None
    said = '<meta property="article:published_time" content="2026-03-04">'
    assert page(body, said).date == "2026-03-04"


def test_a_page_that_only_asks_for_javascript_has_no_text():
    with pytest.raises(ArticleError, match="no main text"):
        page("<div id='root'></div><noscript>Please enable JavaScript.</noscript>")


def test_a_docx_is_read_wherever_its_words_stand():
    """In controls, insertions, fields, boxes and notes; but no deleted ones."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    parse = docx.oxml.parse_xml
    space = f'xmlns:w="{WORD}" xmlns:mc="{COMPATIBLE}"'
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    box = (
        f"<w:txbxContent><w:p>{run.format('The slipway closes.')}</w:p></w:txbxContent>"
    )
    for xml in (
        run.format("The rent is "),
        f"<w:ins>{run.format('900')}</w:ins>",
        f"<w:del><w:r><w:delText>800</w:delText></w:r>{run.format('700')}</w:del>",
        "<w:r><w:tab/><w:t>euros, for</w:t><w:noBreakHyphen/><w:t>ever </w:t></w:r>",
        f"<w:sdt><w:sdtContent>{run.format('from May')}</w:sdtContent></w:sdt>",
        f"<w:fldSimple>{run.format(' on')}</w:fldSimple>{run.format('.')}",
        f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>",
        "<w:r><w:footnoteReference w:id='2'/></w:r>",
    ):
        for element in parse(f"<w:p {space}>{xml}</w:p>"):
            paragraph._p.append(element)
    contents = "<w:docPartGallery w:val='Table of Contents'/>"
    for kind, words in ((contents, "Contents"), ("", "Keys stay here.")):
        control = (
            f"<w:sdt {space}><w:sdtPr><w:docPartObj>{kind}</w:docPartObj></w:sdtPr>"
            f"<w:sdtContent><w:p>{run.format(words)}</w:p></w:sdtContent></w:sdt>"
        )
        document.element.body.insert(-1, parse(control))
    notes = (
        f"<w:footnotes {space}><w:footnote w:id='2'><w:p>{run.format('Since 2020.')}"
    )
    part = docx.opc.part.Part(
        docx.opc.packuri.PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        f"{notes}</w:p></w:footnote></w:footnotes>".encode(),
        document.part.package,
    )
    document.part.relate_to(part, docx.opc.constants.RELATIONSHIP_TYPE.FOOTNOTES)
    text = read_article(saved(document), "a.docx").text
    assert text.split("\n\n") == [
        "The rent is 900 euros, for-ever from May on.",
        "The slipway closes.",
        "Since 2020.",
        "Keys stay here.",
    ]


def test_tables_of_a_docx_keep_equal_and_empty_cells():
    document = docx.Document()
    document.add_paragraph("Fees:")
    table = document.add_table(2, 3)
    for n, text in enumerate(["Boat", "180", "180", "", "4", ""]):
        table.cell(n // 3, n % 3).text = text
    table.cell(0, 0).add_table(1, 1).cell(0, 0).text = "small"
    table.add_row()
    article = read_article(saved(document), "a.docx")
    assert shown(article)[0][1] == ["Fees:", "Boat small | 180 | 180", "| 4 |"]


def test_headings_of_a_docx_show_in_styles_of_ones_own_and_in_bold():
    document = docx.Document()
    styles = document.styles
    own = styles.add_style("Company heading", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = styles["Heading 2"]
    outline = styles.add_style("Outline", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    level = docx.oxml.parse_xml(f'<w:outlineLvl xmlns:w="{WORD}" w:val="2"/>')
    outline.element.get_or_add_pPr().append(level)
    looped = styles.add_style("Looped", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    looped.base_style = looped
    document.add_paragraph("Leave", style="Company heading")
    document.add_paragraph("Parents", style="Outline")
    document.add_paragraph("They get 90 days.", style="Looped")
    document.add_paragraph().add_run("Costs").bold = True
    paragraph = document.add_paragraph()
    paragraph.add_run("Note.").bold = True
    paragraph.add_run(" It costs nothing.")
    document.add_paragraph().add_run("Ask Ann.").bold = True
    body = docx.oxml.parse_xml(f'<w:outlineLvl xmlns:w="{WORD}" w:val="9"/>')
    document.paragraphs[-1]._p.get_or_add_pPr().append(body)
    article = read_article(saved(document), "a.docx")
    assert article.title == "Leave"
    assert shown(article) == [
        ("Parents", ["They get 90 days."]),
        ("Parents › Costs", ["Note.", "It costs nothing."]),
        ("Parents › Costs", ["Ask Ann."]),
    ]


@pytest.mark.parametrize(
    ("said", "title"),
    [("Microsoft Word - a.doc", "Bees"), ("Untitled", "Bees"), ("Wasps", "Wasps")],
)
def test_a_title_that_a_program_made_up_does_not_count(said, title):
    document = docx.Document()
    document.core_properties.title = said
    document.core_properties.author = "python-docx"
    document.add_heading("Bees")
    document.add_paragraph("They fly.")
    article = read_article(saved(document), "a.docx")
    assert (article.title, article.author) == (title, None)


def test_a_docx_without_properties_has_no_made_up_ones():
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(FILES["bees.docx"])) as sound,
        zipfile.ZipFile(stream, "w") as file,
    ):
        for name in sound.namelist():
            if name != "docProps/core.xml":
                data = sound.read(name)
                if name == "_rels/.rels":
                    data = regex.sub(rb"<Relationship [^>]*core-prop[^>]*/>", b"", data)
                file.writestr(name, data)
    article = read_article(stream.getvalue(), "a.docx")
    assert (article.title, article.author) == ("Bees", None)


def drawn(*pages, size=11):
    """A PDF of lines: (x, y, text), or with a font and a size."""
    stream = BytesIO()
    canvas = Canvas(stream)
    for page in pages:
        for x, y, text, *font in page:
            canvas.setFont(*(font or ("Helvetica", size)))
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return read_article(stream.getvalue(), "a.pdf")


def sentences(article):
    return [sentence for _, group in shown(article) for sentence in group]


def test_a_paragraph_of_a_pdf_may_begin_in_bold():
    styles = getSampleStyleSheet()
    story = [
        Paragraph("Minutes", styles["Title"]),
        Paragraph(
            "<b>Present:</b> Ann Ito, who chaired the meeting, Bob Bee, Carl Cow, and "
            "for the first item also Dora Dee, who keeps the harbour in order.",
            styles["BodyText"],
        ),
        Paragraph("<b>Fees</b>", styles["BodyText"]),
        Paragraph("They rise in May.", styles["BodyText"]),
    ]
    assert shown(read_article(make_pdf(story), "a.pdf")) == [
        (
            None,
            [
                "Present: Ann Ito, who chaired the meeting, Bob Bee, Carl Cow, and for "
                "the first item also Dora Dee, who keeps the harbour in order."
            ],
        ),
        ("Fees", ["They rise in May."]),
    ]


def test_running_heads_and_footnotes_of_a_pdf_do_not_cut_sentences():
    head, note = ("Helvetica-Oblique", 9), ("Helvetica", 7)
    pages = [
        [
            (50, 800, f"{n} CHAPTER {n}. {name}", *head),
            *(
                (50, 700 - 14 * k, f"In part {n} the keepers wrote {k}.")
                for k in range(8)
            ),
            (50, 570, "The rock stands eleven miles from"),
            (50, 90, f"{n} Page {n} was burnt.", *note),
            (300, 20, f"Page {n} of 4"),
        ]
        for n, name in enumerate(["THE LAMP", "THE STORM", "THE DOG", "THE END"], 1)
    ]
    pages.append([(50, 700, "the shore."), (300, 20, "Page 5 of 4")])
    text = drawn(*pages).text
    assert "CHAPTER" not in text
    assert " of 4" not in text
    assert "4 Page 4 was burnt.\n\nThe rock stands eleven miles from the shore." in text


def test_a_sentence_of_a_pdf_is_cited_by_the_page_that_it_begins_on():
    lines = [
        f"Bee {n} flies to the meadow behind the house of the keeper."
        for n in range(60)
    ]
    pages = [
        [(50, 750 - 14 * n, line) for n, line in enumerate(lines[first : first + 20])]
        for first in (0, 20, 40)
    ]
    article = drawn(*pages)
    for passage in article.passages:
        for sentence in passage.sentences:
            number = int(sentence.text.split()[1])
            assert passage.page == number // 20 + 1
    citation = Answerer([article]).answer("Where does bee 33 fly?").citations[0]
    assert (citation.quote, citation.passage.page) == (lines[33], 2)


def test_rows_and_bullets_of_a_pdf_stay_apart():
    article = drawn(
        [
            (50, 750, "The fees of the harbour for a year are these, in pounds."),
            (50, 736, "Length"), (200, 736, "Fee"), (300, 736, "Deposit"),
            (50, 722, "to 6 m"), (200, 722, "180"), (300, 722, "180"),
            (50, 708, "All fees are due in May of each year, and paid at the gate."),
            (50, 694, "- Bring the key"), (50, 680, "- Lock the gate"),
        ]
    )  # fmt: skip
    assert sentences(article) == [
        "The fees of the harbour for a year are these, in pounds.",
        "Length | Fee | Deposit",
        "to 6 m | 180 | 180",
        "All fees are due in May of each year, and paid at the gate.",
        "- Bring the key",
        "- Lock the gate",
    ]


def test_a_number_raised_for_a_footnote_is_left_out_of_a_pdf_but_no_exponent():
    small = ("Helvetica", 7)
    article = drawn(
        [
            (50, 750, "Staff work three days."), (160, 754, "12", *small),
            (175, 750, "The hall has 45 m"), (265, 754, "2", *small),
            (275, 750, "of floor."),
        ]
    )  # fmt: skip
    assert article.text == "Staff work three days. The hall has 45 m² of floor."


def test_a_full_width_line_does_not_make_lines_of_columns_short():
    lines = (
        "Most wells were dug before the war; they",
        "are lined with stone. Nobody knows",
    )
    wide = (
        "We sampled the water of forty-two wells between the river and the sea in May."
    )
    column = [(50, 740 - 14 * n, lines[n % 2]) for n in range(16)]
    assert " ".join(lines) in drawn([(50, 780, wide), *column]).text


@pytest.mark.parametrize(
    ("drawn", "written"),
    [
        ("\ufedf\ufe96\ufea2", "\u0644\u062a\u062d"),  # Arabic letters in their forms
        ("\uf0b7 Lock the gate", "• Lock the gate"),  # in a font of signs
    ],
)
def test_letters_of_a_pdf_are_read_as_they_are_written(drawn, written):
    words = [
        Word(text, 10 * n, 10 * n + 8, 0, 9, False, 0, True)
        for n, text in enumerate(drawn.split())
    ]
    assert [line.text for line in page_lines(words, 1)] == [written]


def protected(password, owner="secret", algorithm="AES-256"):
    writer = pypdf.PdfWriter(clone_from=BytesIO(FILES["bees.pdf"]))
    writer.encrypt(password, owner, algorithm=algorithm)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_a_pdf_that_anybody_may_open_is_read():
    assert read_article(protected(""), "a.pdf").title == "Bees"


def test_a_pdf_of_too_many_pages_says_so(monkeypatch):
    monkeypatch.setattr(pdf_reader, "MAX_PAGES", 1)
    with pytest.raises(UnreadableError, match="it has over 1 pages; split it"):
        pdf_reader.read_pdf(FILES["bees.pdf"])


def test_a_page_of_nothing_says_so():
    with pytest.raises(UnreadableError, match="no page in it"):
        html_reader.read_html(b"")


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
        ("<section><h2>Bees</h2>", "html"),
        ("Bees\n====\n\nFly.\n\nCows\n====\n\nStay.", "markdown"),
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
    assert formats.detect_format(text.encode(), name, content_type).value == kind


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


BOMB = "---\na: &a [bees, bees, bees]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefg", "bcdefgh", strict=True)
)


def test_a_front_matter_that_grows_says_nothing_of_the_text():
    data = f"{BOMB}date: *h\ntitle: Bees\n---\n\nBees make honey.\n".encode()
    article = read_article(data, "a.md")
    assert (article.title, article.date) == (None, None)
    assert article.text == "Bees make honey."


@pytest.mark.parametrize("date", ["soon", "x" * 100_000, "2024-13-99-1", "[1, 2]"])
def test_a_date_that_is_none_is_none(date):
    data = f"---\ntitle: Bees\ndate: {date}\n---\n\nBees make honey.\n".encode()
    assert read_article(data, "a.md").date is None


def test_half_a_character_is_replaced_wherever_a_file_holds_one():
    data = b'---\ntitle: "Bees \\ud800"\n---\n\n# A &#xD800;\n\nBees make honey.\n'
    article = read_article(data, "a.md")
    for text in (article.text, article.title, article.passages[0].section or ""):
        text.encode()
    plain = Article.from_text("Bees \udfff make\ud800 honey.", title="B\ud800")
    assert plain.text == "Bees \ufffd make\ufffd honey."
    assert plain.title == "B\ufffd"


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


def make_docx_of(lead, rows):
    document = docx.Document()
    document.add_paragraph(lead)
    table = document.add_table(len(rows), len(rows[0]))
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    return saved(document)


def make_table_pdf(lead, rows):
    styles = getSampleStyleSheet()
    table = Table(rows, colWidths=[160, 90, 90])
    return make_pdf([Paragraph(lead, styles["BodyText"]), table])
