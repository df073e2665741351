"""Documents of every format that tests read, made by the formats' own libraries."""

import zipfile
from io import BytesIO

import docx
import pypdf
from PIL import Image
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from retrieval.loading.load import read_article

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
    "bees-in-pages.txt": (
        f"   Bees fly to the meadow in May.\n\nA. Ito      [Page 1]\n\n   {HONEY}\n"
    ).encode(),
    "bees.md": MARKDOWN.encode(),
    "bees.html": HTML.encode(),
    "bees.docx": make_docx(),
    "bees.pdf": make_pdf(title="Bees", author="Ann Ito"),
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


def archive(**files):
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, text in files.items():
            file.writestr(name.replace("__", "/"), text)
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
