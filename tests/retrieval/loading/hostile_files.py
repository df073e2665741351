"""Files that mean harm, by name: they cost much time or memory, or are damaged."""

import gzip
import zipfile
import zlib
from io import BytesIO

from retrieval.loading.web import fetching
from tests.retrieval.loading.sample_files import (
    FILES,
    ODF,
    archive,
    make_epub,
    make_odt,
)

MILLION = 1_000_000


def pdf(stream, filters="/FlateDecode", copies=1):
    """Return a PDF of one page that draws a stream, perhaps several times."""
    contents = " ".join(["4 0 R"] * copies)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /Contents [{contents}] /Resources << /Font "
        "<< /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> "
        "/MediaBox [0 0 9 9] >>".encode(),
        b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream"
        % (len(stream), filters.encode(), stream),
    ]
    data = b"%PDF-1.4\n"
    offsets = []
    for n, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    head = f"xref\n0 5\n0000000000 65535 f \n{table}"
    tail = f"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF"
    return data + (head + tail).encode()


def sizes():
    """Return a PDF whose headings are of ever smaller type."""
    lines = (
        b"/F %d Tf 1 0 0 1 9 %d Tm (Heading %d) Tj " % (size, 9 * size, size)
        for size in range(2_000, 20, -1)
    )
    body = b"/F 9 Tf (Bees fly to the meadow in May.) Tj " * 2_000
    return pdf(zlib.compress(b"BT " + b"".join(lines) + body + b"ET"))


def docx(document, **more):
    """Return the sample DOCX with another body and more files in it."""
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(FILES["bees.docx"])) as sound,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for name in sound.namelist():
            if name != "word/document.xml":
                file.writestr(name, sound.read(name))
        file.writestr("word/document.xml", document)
        for name, data in more.items():
            file.writestr(name, data)
    return stream.getvalue()


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ENTITIES = "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
)  # fmt: skip
LAUGHS = (
    f'<!DOCTYPE w [<!ENTITY a0 "ha">{ENTITIES}]><w:document xmlns:w="{WORD}"><w:body>'
    "<w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body></w:document>"
)
DEEP_XML = (
    f'<w:document xmlns:w="{WORD}"><w:body>' + "<w:p>" * MILLION + "</w:document>"
)
NESTED = archive(**{"a.zip": archive(**{"b.zip": archive(c="x" * 1000)})})


PARTS = {
    "epub": "META-INF/container.xml",
    "odt": "content.xml",
    "pptx": "ppt/presentation.xml",
    "xlsx": "xl/workbook.xml",
}
ROOT_OF_ODT = f"<office:document-content {ODF}><office:body><office:text>"
MANY_CELLS = "<row>" + "<c><v>1</v></c>" * 1_000 + "</row>"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def packed(**files):
    """Return a compressed archive; "__" in a name stands for "/"."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name.replace("__", "/"), data)
    return stream.getvalue()


def xlsx(sheet):
    """Return a workbook with another sheet in it."""
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(FILES["bees.xlsx"])) as sound,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for name in sound.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            file.writestr(name, sheet if is_sheet else sound.read(name))
    return stream.getvalue()


def worksheet(rows):
    return f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'


def html(body):
    return f"<html><body>{body}</body></html>".encode()


class _Files(dict):
    """Files by name; a function makes its file when it is looked up."""

    def __getitem__(self, name):
        made = super().__getitem__(name)
        return made() if callable(made) else made


HOSTILE = _Files({
    "million lines": b"a\n" * MILLION,
    "million paragraphs": b"The bee flies.\n\n" * MILLION,
    "one long line": b"a" * 10 * MILLION,
    "one long sentence": b"bee " * 4 * MILLION,
    "open quotes": '"“('.encode() * 300_000,
    "only blanks": b" \n" * 5 * MILLION,
    "zeros": bytes(10 * MILLION),
    "random": lambda: bytes((n * n * 7919 + n) % 256 for n in range(MILLION)),
    "combining marks": ("a" + "\u0301" * MILLION).encode(),
    "right to left": "\u202e\u2066\u202b".encode() * 300_000,
    "deep quotes in markdown": b"# A\n\n## B\n\n" + b"> " * 100_000 + b"x",
    "brackets in markdown": b"# A\n\n## B\n\n" + b"[" * 100_000,
    "emphasis in markdown": b"# A\n\n## B\n\n" + b"*a_ " * 100_000,
    "links in markdown": b"# A\n\n## B\n\n" + b"[a](<b" * 50_000,
    "table in markdown": b"# A\n\n## B\n\n" + b"|a" * 50_000 + b"\n" + b"|-" * 50_000,
    "lists in markdown": lambda: b"# A\n\n## B\n\n"
    + b"".join(b" " * n + b"- a\n" for n in range(2_000)),
    "divs": html("<div>" * 200_000 + "x"),
    "spans": html("<p>" + "<span>" * 100_000 + "x"),
    "tables": html("<table><tr><td>" * 50_000 + "x"),
    "attributes": html("<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x"),
    "many paragraphs": html("<p>a b c.</p>" * 300_000),
    "character references": html("<p>" + "&amp;" * MILLION),
    "open comment": b"<html><!--" + b"-" * 5 * MILLION,
    "script": html("<script>" + "x" * 5 * MILLION + "</script>"),
    "pdf bomb": lambda: pdf(zlib.compress(bytes(300 * MILLION), 9)),
    "pdf bomb twice": lambda: pdf(
        zlib.compress(zlib.compress(bytes(300 * MILLION), 9), 9),
        "[/FlateDecode /FlateDecode]",
    ),
    "pdf of a million texts": lambda: pdf(
        zlib.compress(b"BT /F 9 Tf " + b"(bee) Tj " * MILLION + b"ET")
    ),
    "pdf of one stream drawn again and again": lambda: pdf(
        zlib.compress(b"BT /F 9 Tf " + b"(bee) Tj " * 1_000 + b"ET"), copies=20_000
    ),
    "pdf that says it is long": b"%PDF-1.4\n" + b"1 0 obj\n" * 300_000,
    "pdf in circles": FILES["bees.pdf"].replace(b"/Type /Page\n", b"/Type /Pages\n"),
    "zip bomb as docx": lambda: docx(
        "<w/>", **{"word/media/a.xml": bytes(300 * MILLION)}
    ),
    "large picture in docx": lambda: docx(
        "<w/>", **{"word/a.png": bytes(300 * MILLION)}
    ),
    "billion laughs in docx": lambda: docx(LAUGHS),
    "deep docx": lambda: docx(DEEP_XML),
    "docx of an entity from elsewhere": lambda: docx(
        '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p>'
        "</w:body></w:document>"
    ),
    **{
        f"zip bomb as {name}": lambda part=part: packed(
            **{part: "<a/>", "a.xml": bytes(300 * MILLION)}
        )
        for name, part in PARTS.items()
    },
    **{f"cut {name}": FILES[f"bees.{name}"][:-90] for name in PARTS},
    "billion laughs in odt": lambda: packed(**{"content.xml": LAUGHS}),
    "deep odt": lambda: packed(
        **{"content.xml": ROOT_OF_ODT + "<text:section>" * MILLION}
    ),
    "odt of repeated cells": lambda: make_odt(
        "<table:table>"
        + "<table:table-row table:number-rows-repeated='999999999'>"
        "<table:table-cell table:number-columns-repeated='999999999'><text:p>a</text:p>"
        "</table:table-cell></table:table-row>" * 1_000
        + "</table:table>"
    ),
    "xlsx of a million cells": lambda: xlsx(worksheet(MANY_CELLS * 1_000)),
    "xlsx of far cells": lambda: xlsx(
        worksheet("<row r='1'><c r='XFD1'><v>1</v></c></row>" * 100_000)
    ),
    "xlsx of a far row": lambda: xlsx(
        worksheet("<row r='999999999'><c r='A999999999'><v>1</v></c></row>")
    ),
    "csv of a million cells": b"a,b,c,d\n" * (MILLION // 4),
    "csv of open quotes": b'a,"b\n' * 300_000,
    "epub of a page again and again": lambda: make_epub(*["<p>Bees fly.</p>"] * 5_000),
    "subtitles of a million cues": b"00:00:01,000 --> 00:00:02,000\na\n\n" * 300_000,
    "subtitles of arrows": b"WEBVTT\n" + b"1:00:00.0 -->" * MILLION,
    "braces in rtf": b"{\\rtf1" + b"{" * MILLION,
    "controls in rtf": b"{\\rtf1 " + b"\\u9999?" * 500_000,
    "e-mail of parts in parts": b"".join(
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a%d\n\n--a%d\n"
        % (n, n)
        for n in range(5_000)
    ),
    "e-mail of a long head": b"MIME-Version: 1.0\n" + b"A: b\n" * MILLION + b"\nBees.",
    "paragraphs of a letter": b"# A\n\n## B\n\n" + b"a\n\n" * 30_000,
    "paragraphs of a letter in html": html("<p>a</p>" * 30_000),
    "paragraphs of a letter in docx": lambda: docx(
        f'<w:document xmlns:w="{WORD}"><w:body>'
        + "<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 10_000
        + "</w:body></w:document>"
    ),
    "initials": b"(A. B. " * 30_000,
    "a run of marks": b"a" + b"`" * MILLION + b" b.",
    "lines behind a blank one": b"\n\n" + b"a.\n" * MILLION,
    "lines behind a rule": b"--\n\n" + b"a.\n" * MILLION,
    "endless title": b"---\ntitle: " + b"x" * 4 * MILLION + b"\n---\nBees fly.",
    "a size of type for each heading": lambda: sizes(),
    "zip in a zip": NESTED,
    "gzip bomb": lambda: gzip.compress(bytes(100 * MILLION)),
    "too large": b"a " * (fetching.MAX_BYTES // 2 + 1),
})  # fmt: skip
