"""Documents of every format that tests read, made by the formats' own libraries."""

import zipfile
from io import BytesIO

import docx
import openpyxl
import pypdf
from PIL import Image
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from retrieval.loading.load import read_article
from tests.retrieval.loading import scans

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


def make_xlsx(rows=(("Month", "Note"), ("May", "Bees fly."), ("July", HONEY))):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def make_epub(*pages, **metadata):
    """Return a book of pages in HTML, with metadata of Dublin Core."""
    container = '<container><rootfile full-path="OPS/book.opf"/></container>'
    said = "".join(f"<dc:{name}>{text}</dc:{name}>" for name, text in metadata.items())
    items = "".join(
        f'<item id="p{n}" href="page%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n, _ in enumerate(pages)
    )
    spine = "".join(f'<itemref idref="p{n}"/>' for n, _ in enumerate(pages))
    package = (
        '<package xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{said}</metadata><manifest>{items}</manifest>"
        f"<spine>{spine}</spine></package>"
    )
    files = {f"OPS__page {n}.xhtml": page for n, page in enumerate(pages)}
    files |= {"META-INF__container.xml": container, "OPS__book.opf": package}
    return archive(**files)


ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"'
    for name, uri in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "style": "style",
        "presentation": "presentation",
    }.items()
)


def make_odt(body, kind="text", styles="", **more):
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
        "</office:body></office:document-content>"
    )
    return archive(**{"content.xml": content, **more})


PRESENTATION = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def make_pptx(*slides, **more):
    """Return a presentation of slides, each the XML of its shapes."""
    numbers = range(len(slides))
    listed = "".join(f'<p:sldId r:id="r{n}"/>' for n in numbers)
    targets = "".join(
        f'<Relationship Id="r{n}" Target="slides/slide{n}.xml"/>' for n in numbers
    )
    parts = {
        f"ppt__slides__slide{n}.xml": f"<p:sld {PRESENTATION}>{slide}</p:sld>"
        for n, slide in enumerate(slides)
    }
    return archive(
        **{
            "ppt__presentation.xml": f"<p:presentation {PRESENTATION}>{listed}"
            "</p:presentation>",
            "ppt___rels__presentation.xml.rels": f"<Relationships>{targets}"
            "</Relationships>",
            **parts,
            **more,
        }
    )


def shape(*paragraphs, kind=""):
    """Return the XML of a shape on a slide, a placeholder if it has a kind."""
    lines = "".join(f"<a:p><a:r><a:t>{each}</a:t></a:r></a:p>" for each in paragraphs)
    place = f'<p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>'
    return f"<p:sp>{place if kind else ''}<p:txBody>{lines}</p:txBody></p:sp>"


def archive(**files):
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, text in files.items():
            file.writestr(name.replace("__", "/"), text)
    return stream.getvalue()


RTF = (
    r"{\rtf1\ansi{\info{\title Bees}{\author Ann Ito}}Bees fly in May.\par "
    f"{HONEY}}}"
)
EML = f"""From: Ann Ito <ann@hive.example>
Date: Wed, 4 Mar 2026 10:00:00 +0100
Subject: Bees
MIME-Version: 1.0

Bees fly to the meadow in May.

> {HONEY}

--\x20
Ann
"""
SRT = f"""1
00:00:01,000 --> 00:00:04,000
Bees fly to the meadow in May.

2
00:00:04,500 --> 00:00:08,000
<i>{HONEY[:18]}</i>

3
00:00:08,000 --> 00:00:12,000
{HONEY[18:]}
"""

FILES = {
    "bees.txt": f"Bees\n\nBees fly to the meadow in May.\n\n{HONEY}".encode(),
    "bees-in-pages.txt": (
        f"   Bees fly to the meadow in May.\n\nA. Ito      [Page 1]\n\n   {HONEY}\n"
    ).encode(),
    "bees.md": MARKDOWN.encode(),
    "bees.rst": f".. note:: Bees fly to the meadow in May.\n\n{HONEY}\n".encode(),
    "bees.html": HTML.encode(),
    "bees.docx": make_docx(),
    "bees.pdf": make_pdf(title="Bees", author="Ann Ito"),
    "bees.csv": f"Month,Note\nMay,Bees fly to the meadow.\nJuly,{HONEY}\n".encode(),
    "bees.xlsx": make_xlsx(),
    "bees.epub": make_epub(HTML, title="Bees", creator="Ann Ito"),
    "bees.odt": make_odt(f"<text:h>Bees</text:h><text:p>{HONEY}</text:p>"),
    "bees.pptx": make_pptx(shape("Bees", kind="title") + shape("In May.", HONEY)),
    "bees.rtf": RTF.encode(),
    "bees.eml": EML.encode(),
    "bees.srt": SRT.encode(),
    "bees.png": scans.saved(scans.draw(f"Bees fly in May.\n{HONEY}", (1_000, 330))),
}


def shown(article):
    return [
        (passage.section, [sentence.text for sentence in passage.sentences])
        for passage in article.passages
    ]


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


def protected(password, owner="secret", algorithm="AES-256"):
    writer = pypdf.PdfWriter(clone_from=BytesIO(FILES["bees.pdf"]))
    writer.encrypt(password, owner, algorithm=algorithm)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def picture(kind):
    stream = BytesIO()
    Image.new("RGB", (9, 9)).save(stream, kind)
    return stream.getvalue()


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
