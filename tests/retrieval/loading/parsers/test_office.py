"""OpenDocument, PPTX, EPUB and RTF: the text that readers see."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from retrieval.loading.load import read_article
from retrieval.loading.parsers.epub import parse as parse_epub
from tests.retrieval.loading.sample_files import make_epub, make_odt, make_pptx, shape


def odt_text(body, **more):
    return read_article(make_odt(body, **more), "a.odt").text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<text:p>A<text:s/>toll<text:tab/>of<text:line-break/>5.</text:p>",
         "A toll of 5."),
        ("<text:p>The toll<office:annotation><text:p>No!</text:p></office:annotation>"
         " is 5.</text:p>", "The toll is 5."),
        ("<text:tracked-changes><text:p>Old.</text:p></text:tracked-changes>"
         "<text:p>New toll.</text:p>", "New toll."),
        ("<text:table-of-content><text:p>1 Tolls</text:p></text:table-of-content>"
         "<text:p>New toll.</text:p>", "New toll."),
        ("<text:section text:display='none'><text:p>Old.</text:p></text:section>"
         "<text:section><text:p>New toll.</text:p></text:section>", "New toll."),
        ("<text:p>A toll <text:span text:style-name='T1'>9 </text:span>is 5.</text:p>",
         "A toll is 5."),
        ("<text:p>The toll<!-- or fee --> is 5.</text:p>", "The toll is 5."),
        ("<text:p>The toll<text:note><text:note-citation>1</text:note-citation>"
         "<text:note-body><text:p>Since May.</text:p></text:note-body></text:note>"
         " is 5.</text:p>", "The toll is 5.\n\nSince May."),
        ("<text:p>The toll.<draw:frame><draw:text-box><text:p>A box.</text:p>"
         "</draw:text-box></draw:frame></text:p>", "The toll.\n\nA box."),
        ("<text:list><text:list-item><text:p>Carts</text:p></text:list-item></text:list>",
         "Carts"),
    ],
)  # fmt: skip
def test_an_opendocument_text_is_read_as_it_is_shown(body, text):
    hidden = (
        "<style:style style:name='T1'>"
        "<style:text-properties text:display='none'/></style:style>"
    )
    assert odt_text(body, styles=hidden) == text


def test_headings_of_an_opendocument_text_are_sections():
    body = (
        "<text:h text:outline-level='1'>Canal</text:h><text:p>It is old.</text:p>"
        "<text:h text:outline-level='2'>Tolls</text:h><text:p>A cart pays 5.</text:p>"
    )
    meta = (
        '<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The canal</dc:title>'
        "<dc:creator>Ann Ito</dc:creator></m>"
    )
    article = read_article(make_odt(body, **{"meta.xml": meta}), "a.odt")
    assert (article.title, article.author) == ("The canal", "Ann Ito")
    assert [each.section for each in article.passages] == [None, "Tolls"]


def odf_table(name, rows):
    cells = (
        "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in r)
        for r in rows
    )
    edge = (
        "<table:table-row table:number-rows-repeated='1048000'><table:table-cell "
        "table:number-columns-repeated='16000'/></table:table-row>"
    )
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    return f"<table:table table:name='{name}'>{body}{edge}</table:table>"


def test_an_opendocument_spreadsheet_is_tables_up_to_its_last_cell():
    rows = [("Kind", "Toll"), ("Cart", "5")]
    one = read_article(make_odt(odf_table("A", rows), kind="spreadsheet"), "a.ods")
    assert [row.text for row in one.rows.values()] == ["Kind: Cart; Toll: 5"]
    two = "".join(odf_table(name, rows) for name in ("Canal", "Lock"))
    assert odt_text(two, kind="spreadsheet").startswith("Canal\n\nKind | Toll\n\n")


def test_a_table_within_a_cell_stays_in_its_cell():
    inner = odf_table("B", [("5", "6")])
    outer = (
        f"<table:table><table:table-row><table:table-cell>{inner}</table:table-cell>"
    )
    outer += "<table:table-cell><text:p>Cart</text:p></table:table-cell>"
    assert odt_text(f"{outer}</table:table-row></table:table>") == "5 / 6 | Cart"


def test_slides_are_pages_with_titles():
    title = (
        "<draw:frame presentation:class='title'><draw:text-box><text:p>Tolls</text:p>"
    )
    slide = (
        f"<draw:page>{title}</draw:text-box></draw:frame><draw:frame><draw:text-box>"
        "<text:p>A cart pays 5.</text:p></draw:text-box></draw:frame>"
        "<presentation:notes><text:p>Smile.</text:p></presentation:notes></draw:page>"
    )
    first = "<draw:page><text:p>Welcome to the canal.</text:p></draw:page>"
    odp = read_article(make_odt(first + slide, kind="presentation"), "a.odp")
    pptx = make_pptx(
        shape("Welcome to the canal."),
        shape("Tolls", kind="title")
        + shape("A cart pays 5.")
        + shape("2", kind="sldNum"),
    )
    for article in (odp, read_article(pptx, "a.pptx")):
        assert article.text == "Welcome to the canal.\n\nTolls\n\nA cart pays 5."
        assert [each.page for each in article.passages] == [1, 2]


def test_tables_and_lines_of_slides_are_read_and_hidden_slides_are_not():
    cells = "<a:tc><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:tc>"
    rows = "".join(
        f"<a:tr>{''.join(map(cells.format, row))}</a:tr>"
        for row in (("Kind", "Toll"), ("Cart", "5"), ("", ""))
    )
    dublin_core = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    properties = f"<m {dublin_core}><dc:title>The canal</dc:title></m>"
    slide = (
        "<p:sp><a:p><a:r><a:t>Old</a:t></a:r><a:br/><a:r><a:t>tolls</a:t></a:r></a:p>"
    )
    data = make_pptx(
        f"{slide}<a:p/></p:sp><a:tbl>{rows}</a:tbl>{shape('', kind='title')}",
        **{"docProps__core.xml": properties},
    )
    article = read_article(data, "a.pptx")
    assert article.title == "The canal"
    assert article.text == "Old tolls\n\nKind | Toll\n\nCart | 5"


def test_a_book_is_read_in_the_order_of_its_spine_without_covers():
    page = "<html><body><h2>{}</h2><p>{} pays {} at the lock.</p></body></html>"
    book = make_epub(
        "<html><body><img src='a.png'/></body></html>",
        page.format("Carts", "A cart", 5),
        page.format("Barges", "A barge", 9),
        title="Tolls",
        creator="Ann Ito",
        date="2026-03-04T00:00:00Z",
        publisher="Canal Press",
    )
    article = read_article(book, "a.epub")
    assert (article.title, article.author, article.date, article.publisher) == (
        "Tolls",
        "Ann Ito",
        "2026-03-04",
        "Canal Press",
    )
    assert [each.section for each in article.passages] == ["Carts", "Barges"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'idref="p0"', b'idref="xx"'),
        (b'idref="p0"', b'idref="p0" linear="no"'),
        (b'item id="p0"', b'item id="p0" properties="nav"'),
        (b'href="page%200', b'href="missing'),
    ],
)
def test_what_is_not_a_page_of_the_book_is_left_out(old, new):
    book = make_epub("<html><body><p>A cart pays 5.</p></body></html>")
    assert old in book
    assert [block.text for block in parse_epub(book).blocks] == ["A cart pays 5."]
    assert parse_epub(edited(book, old, new)).blocks == []


def edited(book, old, new):
    """Return an archive in which a piece of its files is replaced."""
    stream = BytesIO()
    with ZipFile(BytesIO(book)) as source, ZipFile(stream, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(old, new))
    return stream.getvalue()


def test_rtf_is_read_with_tables_letters_and_properties():
    data = (
        rb"{\rtf1\ansi\ansicpg1252{\info{\title Tolls}{\author Ann Ito}}"
        rb"Die Geb\'fchr ist 5 \u8364?.\par \trowd Kind\cell Toll\cell\row "
        rb"\trowd Cart\cell 5\cell\row }"
    )
    article = read_article(data, "a.rtf")
    assert (article.title, article.author) == ("Tolls", "Ann Ito")
    assert article.text == "Die Gebühr ist 5 €.\n\nKind | Toll\n\nCart | 5"
