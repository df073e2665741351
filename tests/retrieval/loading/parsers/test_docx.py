"""DOCX: the text that Word shows, and none of the rest."""

import zipfile
from io import BytesIO

import docx
import pytest
import regex
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from retrieval import EmptyArticleError
from retrieval.loading.load import read_article
from tests.retrieval.loading.sample_files import FILES, HONEY, make_docx, saved, shown

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
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


def add_part(document, relation, data, content_type="application/xml", name="a.xml"):
    """Add a part to a document; return the identifier of its relationship."""
    part = Part(PackURI(f"/word/{name}"), content_type, data, document.part.package)
    return document.part.relate_to(part, f"{RELATIONS}/{relation}")


def body(*elements, document=None):
    """Return a document of XML elements, before the section's properties."""
    document = document or docx.Document()
    for element in elements:
        declared = f"{nsdecls('w', 'r', 'a', 'wp', 'c')} xmlns:w14='{WORD_2010}'"
        head, _, rest = element.partition(">")
        slash = "/" if head.endswith("/") else ""
        whole = f"{head.removesuffix('/')} {declared} {slash}>{rest}"
        document.element.body.insert(-1, parse_xml(whole))
    return document


@pytest.mark.parametrize(
    ("data", "content_type", "name"),
    [
        (b"<html><p>The mill grinds rye.</p></html>", "text/html", "c.html"),
        (b"The mill grinds rye.\r\n", "text/plain", "c.txt"),
        (
            b"MIME-Version: 1.0\nContent-Type: text/html\n\n"
            b"<html><body><p>The mill grinds rye.</p></body></html>",
            "message/rfc822",
            "c.mht",
        ),
    ],
    ids=["html", "text", "mhtml"],
)  # fmt: skip
def test_an_embedded_document_is_read_in_its_place(data, content_type, name):
    document = docx.Document()
    document.add_paragraph("Before.")
    identifier = add_part(document, "aFChunk", data, content_type, name)
    body(f"<w:altChunk r:id='{identifier}'/>", document=document)
    document.add_paragraph("Behind.")
    assert read(document).text.split("\n\n") == [
        "Before.",
        "The mill grinds rye.",
        "Behind.",
    ]


def test_an_embedded_archive_or_a_missing_chunk_is_left_out():
    document = docx.Document()
    document.add_paragraph("Before.")
    identifier = add_part(document, "aFChunk", FILES["bees.docx"], name="c.docx")
    body(
        f"<w:altChunk r:id='{identifier}'/>",
        "<w:altChunk r:id='none'/>",
        document=document,
    )
    assert read(document).text == "Before."


def test_headings_have_the_numbers_that_word_shows_by_style_too():
    document = numbered(None)
    kind = next(document.part.numbering_part.element.iter(f"{{{WORD}}}abstractNum"))
    levels = list(kind.iter(f"{{{WORD}}}lvl"))
    for level, name in zip(levels, ("Heading1", "Heading2"), strict=True):
        level.insert(2, parse_xml(f"<w:pStyle {nsdecls('w')} w:val='{name}'/>"))
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].element.get_or_add_pPr().append(
            parse_xml(f"<w:numPr {nsdecls('w')}><w:numId w:val='88'/></w:numPr>")
        )
    own = document.styles.add_style("Own", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = document.styles["Heading 2"]
    document.add_heading("Gate", 1)
    document.add_heading("Hours", 2)
    document.add_heading("Lamp", 1)
    document.add_paragraph("Oil", style="Own")
    blocks = read(document).text.split("\n\n")
    assert blocks[1:4] == ["1. Gate", "1.1 Hours", "2. Lamp"]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:sym w:font='Symbol' w:char='F0B3'/>", "It is ≥ here."),
        ("<w:sym w:font='Symbol' w:char='70'/>", "It is π here."),
        ("<w:sym w:font='Wingdings' w:char='F0FC'/>", "It is ✓ here."),
        ("<w:sym w:font='Wingdings' w:char='F04A'/>", "It is here."),
        ("<w:sym w:font='Cambria' w:char='2265'/>", "It is ≥ here."),
        ("<w:sym w:font='Cambria' w:char='F8FF'/>", "It is here."),
        ("<w:sym w:font='Cambria' w:char='odd'/>", "It is here."),
        ("<w:ruby><w:rt><w:r><w:t>a</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>b</w:t></w:r>"
         "</w:rubyBase></w:ruby>", "It is b here."),
        ("<w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox><w:default w:val='0'/>"
         "<w:checked/></w:checkBox></w:ffData></w:fldChar>", "It is ☒ here."),
        ("<w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox><w:default w:val='0'/>"
         "</w:checkBox></w:ffData></w:fldChar>", "It is ☐ here."),
        ("<w:fldChar w:fldCharType='begin'><w:ffData><w:ddList><w:result w:val='1'/>"
         "<w:listEntry w:val='ebb'/><w:listEntry w:val='flood'/></w:ddList></w:ffData>"
         "</w:fldChar>", "It is flood here."),
        ("<w:fldChar w:fldCharType='begin'><w:ffData><w:ddList><w:result w:val='9'/>"
         "<w:listEntry w:val='ebb'/></w:ddList></w:ffData></w:fldChar>", "It is here."),
    ],
)  # fmt: skip
def test_symbols_and_form_fields_are_read_as_word_shows_them(xml, text):
    paragraph = (
        "<w:p><w:r><w:t xml:space='preserve'>It is </w:t></w:r>"
        f"<w:r>{xml}</w:r><w:r><w:t xml:space='preserve'> here.</w:t></w:r></w:p>"
    )
    assert read(body(paragraph)).text == text


@pytest.mark.parametrize(
    ("control", "text"),
    [
        ("<w:showingPlcHdr/><w:text/>", "Guest:"),
        ("<w:showingPlcHdr w:val='0'/><w:text/>", "Guest: Ann"),
        ("<w14:checkbox><w14:checked w14:val='1'/></w14:checkbox>", "Guest: ☒"),
        ("<w14:checkbox/>", "Guest: ☐"),
    ],
)
def test_a_content_control_shows_its_value_or_nothing(control, text):
    paragraph = (
        "<w:p><w:r><w:t xml:space='preserve'>Guest: </w:t></w:r><w:sdt>"
        f"<w:sdtPr>{control}</w:sdtPr><w:sdtContent><w:r><w:t>Ann</w:t></w:r>"
        "</w:sdtContent></w:sdt></w:p>"
    )
    assert read(body(paragraph)).text == text


def test_a_paragraph_hidden_by_its_style_is_not_read_unless_a_run_is_shown():
    document = docx.Document()
    kind = docx.enum.style.WD_STYLE_TYPE.PARAGRAPH
    document.styles.add_style("Draft", kind).font.hidden = True
    document.styles.add_style("Later", kind).base_style = document.styles["Draft"]
    document.add_paragraph("The toll is 5.")
    document.add_paragraph("The toll shall be 9.", style="Later")
    run = document.add_paragraph("No. ", style="Draft").add_run("Carts pay 7.")
    run.font.hidden = False
    assert read(document).text == "The toll is 5.\n\nCarts pay 7."


@pytest.mark.parametrize(
    "properties",
    [
        "<w:framePr w:dropCap='drop'/>",
        "<w:rPr><w:del w:id='1' w:author='A'/></w:rPr>",
        "<w:rPr><w:moveFrom w:id='1' w:author='A'/></w:rPr>",
    ],
    ids=["drop cap", "deleted mark", "moved mark"],
)
def test_a_paragraph_that_goes_on_is_one_with_the_next(properties):
    first = f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>O</w:t></w:r></w:p>"
    second = "<w:p><w:r><w:t>nce a mill stood here.</w:t></w:r></w:p>"
    assert read(body(first, second)).text == "Once a mill stood here."


def graphic(reference):
    return (
        "<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData>"
        f"{reference}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def test_the_words_of_a_diagram_are_read():
    document = docx.Document()
    point = "<d:pt><d:t><a:p><a:r><a:t>{}</a:t></a:r></a:p></d:t></d:pt>"
    data = (
        f"<d:dataModel xmlns:d='{DRAWING}/diagram' xmlns:a='{DRAWING}/main'><d:ptLst>"
        f"{point.format('Ann weighs the rye')}<d:pt/>{point.format('')}"
        f"{point.format('Bo grinds it')}</d:ptLst></d:dataModel>"
    )
    identifier = add_part(document, "diagramData", data.encode())
    d = f"xmlns:d='{DRAWING}/diagram'"
    body(
        graphic(f"<d:relIds {d} r:dm='{identifier}'/><d:relIds {d} r:dm='none'/>"),
        document=document,
    )
    assert read(document).text == "Ann weighs the rye\n\nBo grinds it"


def test_a_chart_is_read_as_a_table_with_its_title():
    def points(*values):
        return "".join(
            f"<c:pt idx='{n}'><c:v>{value}</c:v></c:pt>"
            for n, value in enumerate(values)
        )

    chart = (
        f"<c:chartSpace xmlns:c='{DRAWING}/chart' xmlns:a='{DRAWING}/main'><c:title>"
        "<a:t>Flour by year</a:t></c:title><c:ser><c:tx><c:v>Tonnes</c:v></c:tx><c:cat>"
        f"{points('first', 'second')}</c:cat><c:val>{points(7, 9)}</c:val></c:ser>"
        "</c:chartSpace>"
    )
    empty = f"<c:chartSpace xmlns:c='{DRAWING}/chart'><c:ser/></c:chartSpace>"
    none = f"<c:chartSpace xmlns:c='{DRAWING}/chart'/>"
    document = docx.Document()
    for n, each in enumerate((chart, empty, none)):
        identifier = add_part(document, "chart", each.encode(), name=f"c{n}.xml")
        body(graphic(f"<c:chart r:id='{identifier}'/>"), document=document)
    article = read(document)
    assert article.text == "Flour by year\n\n| Tonnes\n\nfirst | 7\n\nsecond | 9"
    assert [row.text for row in article.rows.values()] == [
        "first; Tonnes: 7",
        "second; Tonnes: 9",
    ]


def test_facts_of_headers_and_footers_are_read_once_without_page_numbers():
    document = docx.Document()
    document.add_paragraph("The mill grinds rye.")
    section = document.sections[0]
    section.different_first_page_header_footer = True
    for part in (section.header, section.first_page_header):
        part.paragraphs[0].text = "Mill board, phone 0770 114"
    footer = section.footer.paragraphs[0]
    footer.text = "Confidential"
    numbered = section.footer.add_paragraph("Page ")
    simple = f"<w:fldSimple {nsdecls('w')} w:instr=' PAGE '>"
    numbered._p.append(parse_xml(f"{simple}<w:r><w:t>3</w:t></w:r></w:fldSimple>"))
    for xml in (
        "<w:fldChar w:fldCharType='begin'/>",
        "<w:instrText> NUMPAGES </w:instrText>",
        "<w:fldChar w:fldCharType='separate'/>",
        "<w:t>9</w:t>",
        "<w:fldChar w:fldCharType='end'/>",
    ):
        numbered._p.append(parse_xml(f"<w:r {nsdecls('w')}>{xml}</w:r>"))
    kept = f"<w:fldSimple {nsdecls('w')} w:instr='TITLE'><w:r><w:t>Mill 2</w:t></w:r>"
    section.footer.add_paragraph()._p.append(parse_xml(f"{kept}</w:fldSimple>"))
    blocks = read(document).text.split("\n\n")
    assert blocks == ["The mill grinds rye.", "Mill board, phone 0770 114", "Mill 2"]
