"""What Word shows, and what its files hold besides."""

import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from retrieval.loading.load import read_article
from tests.retrieval.loading.test_formats import make_docx, saved

STRICT = {
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    ),
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
    b"http://schemas.openxmlformats.org/officeDocument/2006/math": (
        b"http://purl.oclc.org/ooxml/officeDocument/math"
    ),
    b"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties": (
        b"http://purl.oclc.org/ooxml/officeDocument/extendedProperties"
    ),
}


def read(document):
    return read_article(saved(document), "a.docx", language="en")


def runs(*parts):
    """A document of one paragraph: texts, each with marks of its run in XML."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    for text, mark in parts:
        run = paragraph.add_run(text)
        if mark:
            run._r.get_or_add_rPr().append(parse_xml(f"<{mark} {nsdecls('w')}/>"))
    return document


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        ("w:vanish", "The toll is 5."),
        ("w:strike", "The toll is 5."),
        ("w:dstrike", "The toll is 5."),
        ('w:vanish w:val="0"', "The toll is 995."),
        ("w:b", "The toll is 995."),
    ],
)
def test_what_is_hidden_or_struck_out_is_not_read(mark, text):
    assert read(runs(("The toll is ", ""), ("99", mark), ("5.", ""))).text == text


def test_what_a_style_hides_is_not_read():
    document = docx.Document()
    style = document.styles.add_style("Unseen", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
    style.font.hidden = True
    paragraph = document.add_paragraph("The toll is ")
    paragraph.add_run("99", style="Unseen")
    paragraph.add_run("5.")
    assert read(document).text == "The toll is 5."


def test_what_is_raised_is_an_exponent_or_leads_to_a_note():
    high = 'w:vertAlign w:val="superscript"'
    parts = [
        ("In 10", ""),
        ("6", high),
        (" crowns the bridge", ""),
        ("3", high),
        (".", ""),
    ]
    assert read(runs(*parts)).text == "In 10⁶ crowns the bridge."


def test_formulas_are_read_in_their_place():
    document = docx.Document()
    paragraph = document.add_paragraph("The span is ")
    paragraph._p.append(
        parse_xml(
            f"<m:oMath {nsdecls('w')} xmlns:m='http://schemas.openxmlformats.org/"
            "officeDocument/2006/math'><m:sSup><m:e><m:r><m:t>L</m:t></m:r></m:e><m:sup>"
            "<m:r><m:t>2</m:t></m:r></m:sup></m:sSup><m:r><m:t>=120</m:t></m:r></m:oMath>"
        )
    )
    paragraph.add_run(" metres.")
    assert read(document).text == "The span is L²=120 metres."


def numbered(*levels, text="%1.", form="decimal", start=1, override=None):
    """A document of paragraphs in a list, each of a level."""
    document = docx.Document()
    part = document.part.numbering_part.element
    inner = "".join(
        f"<w:lvl w:ilvl='{n}'><w:start w:val='{start}'/><w:numFmt w:val='{form}'/>"
        f"<w:lvlText w:val='{text if n == 0 else '%1.%2'}'/></w:lvl>"
        for n in range(2)
    )
    kind = f"<w:abstractNum {nsdecls('w')} w:abstractNumId='77'>{inner}</w:abstractNum>"
    part.insert(0, parse_xml(kind))
    again = override and (
        f"<w:lvlOverride w:ilvl='0'><w:startOverride w:val='{override}'/>"
        "</w:lvlOverride>"
    )
    part.append(
        parse_xml(
            f"<w:num {nsdecls('w')} w:numId='88'><w:abstractNumId w:val='77'/>"
            f"{again or ''}</w:num>"
        )
    )
    for n, level in enumerate(levels):
        paragraph = document.add_paragraph(f"Turn wheel {'abcdef'[n]}.")
        if level is not None:
            paragraph._p.get_or_add_pPr().append(
                parse_xml(
                    f"<w:numPr {nsdecls('w')}><w:ilvl w:val='{level}'/>"
                    "<w:numId w:val='88'/></w:numPr>"
                )
            )
    return document


@pytest.mark.parametrize(
    ("levels", "more", "numbers"),
    [
        ((0, 0, 0), {}, ["1.", "2.", "3."]),
        ((0, 1, 1, 0), {}, ["1.", "1.1", "1.2", "2."]),
        ((0, 0), {"form": "lowerLetter", "text": "%1)"}, ["a)", "b)"]),
        ((0, 0), {"form": "upperLetter"}, ["A.", "B."]),
        ((0, 0), {"form": "lowerRoman", "start": 3}, ["iii.", "iv."]),
        ((0, 0), {"form": "upperRoman", "start": 9}, ["IX.", "X."]),
        ((0, 0), {"form": "decimalZero"}, ["01.", "02."]),
        ((0, 0), {"override": 5}, ["5.", "6."]),
        ((0, 0), {"form": "bullet"}, ["", ""]),
        ((0, None, 0), {}, ["1.", "", "2."]),
    ],
)
def test_items_have_the_numbers_that_word_shows(levels, more, numbers):
    blocks = read(numbered(*levels, **more)).text.split("\n\n")
    assert blocks == [
        f"{number} Turn wheel {'abcdef'[n]}.".strip()
        for n, number in enumerate(numbers)
    ]


def test_the_lists_of_words_own_styles_are_numbered():
    document = docx.Document()
    for text in ("Ring the bell.", "Turn the wheel."):
        document.add_paragraph(text, style="List Number")
    assert read(document).text == "1. Ring the bell.\n\n2. Turn the wheel."


def test_a_document_that_was_saved_as_strict_is_read_as_any():
    strict = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(make_docx())) as old,
        zipfile.ZipFile(strict, "w") as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            for loose, tight in STRICT.items():
                data = data.replace(loose, tight)
            new.writestr(name, data)
    article = read_article(strict.getvalue(), "a.docx")
    assert article.text == read_article(make_docx(), "a.docx").text
    assert article.title == "Bees"
