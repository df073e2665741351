"""DOCX: the text that Word shows, and none of the rest."""

import zipfile
from io import BytesIO

import docx
import pytest
import regex
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from retrieval import EmptyArticleError
from retrieval.loading.load import read_article
from tests.retrieval.loading.sample_files import FILES, HONEY, make_docx, saved, shown

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
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
    """Return a document of one paragraph, from texts with their run's properties."""
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
    """Return a document of paragraphs in a list, each at a level."""
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


def test_docx_is_read_with_headings_lists_and_tables():
    article = read_article(FILES["bees.docx"], "bees.docx")
    assert (article.title, article.author) == ("Bees", "Ann Ito")
    assert shown(article) == [
        (None, ["Bees fly to the meadow in May."]),
        ("Honey", [HONEY]),
        ("Honey › Kinds", ["There are two:", "Clover", "Month | Kilos", "July, 7"]),
    ]


def test_a_docx_is_read_wherever_its_words_stand():
    """Text in controls, insertions, fields, boxes and notes, but no deleted text."""
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


def test_a_document_without_words_is_empty():
    with pytest.raises(EmptyArticleError):
        read_article(saved(docx.Document()), "a.docx")
