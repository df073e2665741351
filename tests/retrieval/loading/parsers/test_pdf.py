"""PDF: paragraphs, columns, tables and letters, placed as in real files."""

from io import BytesIO

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from retrieval import Answerer
from retrieval.loading.content import UnreadableError
from retrieval.loading.load import read_article
from retrieval.loading.parsers.pdf import parser as pdf_parser
from retrieval.loading.parsers.pdf.key_figures import merge_key_figures
from retrieval.loading.parsers.pdf.lines import page_lines
from retrieval.loading.parsers.pdf.words import Word
from tests.retrieval.loading.sample_files import (
    FILES,
    HONEY,
    drawn,
    make_pdf,
    protected,
    shown,
)

LEFT = [
    "Beekeepers on flat roofs",
    "must tie down each hive",
    "with two straps, because",
    "wind above force nine",
    "lifts an empty box. The",
    "inspector Ida Krogh found",
    "four boxes in the canal.",
]
RIGHT = [
    "Honey from lime trees is",
    "pale green and sets late.",
    "The keeper Bo Lind sells",
    "it in jars of 250 grams",
    "at the Saturday market by",
    "the old lock, and to the",
    "school that keeps hives.",
]
MIDDLE = [
    "A swarm in May is worth a",
    "load of hay, the old ones",
    "say. Nobody on our roofs",
    "has had one since the year",
    "of the flood, when all the",
    "bees of the town hall left",
    "for the mill by the river.",
]


def joined(lines):
    return " ".join(lines)


def texts(article):
    return [sentence.text for p in article.passages for sentence in p.sentences]


@pytest.mark.parametrize("gutter", [14, 40])
@pytest.mark.parametrize("by_rows", [True, False])
def test_columns_are_read_one_after_the_other_however_they_are_drawn(gutter, by_rows):
    rows = [
        [(60, 700 - 14 * n, left), (190 + gutter, 700 - 14 * n, right)]
        for n, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True))
    ]
    columns = list(zip(*rows, strict=True))
    lines = [line for group in (rows if by_rows else columns) for line in group]
    text = drawn([(60, 760, "Roof bees", "Helvetica-Bold", 18), *lines]).text
    assert joined(LEFT) in text
    assert joined(RIGHT) in text
    assert text.index(LEFT[0]) < text.index(RIGHT[0])


def test_three_columns_under_a_line_across_them_are_read_in_order():
    wide = (
        "We asked forty keepers of bees on the roofs of the town what they fear in May."
    )
    page = [(60, 740, wide)]
    for x, lines in ((60, LEFT), (230, MIDDLE), (400, RIGHT)):
        page += [(x, 700 - 14 * n, line) for n, line in enumerate(lines)]
    text = drawn(page).text
    places = [text.index(joined(part)) for part in ([wide], LEFT, MIDDLE, RIGHT)]
    assert places == sorted(places)


def test_columns_of_unequal_length_lose_no_line_at_their_foot():
    more = [f"Hive {n} holds frames of" for n in range(40)]
    page = [(60, 780 - 14 * n, line) for n, line in enumerate([*LEFT, *more])]
    page += [(260, 776 - 14 * n, line) for n, line in enumerate([*RIGHT, *more[:37]])]
    text = drawn(page, page, page).text
    for line in (*LEFT, *RIGHT, *more):
        assert text.count(line) >= 3, line


def test_rows_with_leaders_are_read_and_a_table_of_contents_is_not():
    dots = " " + "." * 40 + " "
    dishes = ["Smoked eel", "Crab soup", "Roast hake", "Apple tart"]
    prices = ["9.20", "7.50", "16.00", "5.40"]
    menu = [
        (60, 700 - 14 * n, f"{dish}{dots}{price}")
        for n, (dish, price) in enumerate(zip(dishes, prices, strict=True))
    ]
    assert texts(drawn(menu)) == [
        f"{dish} … {price}" for dish, price in zip(dishes, prices, strict=True)
    ]
    contents = [
        (60, 700 - 14 * n, f"{dish}{dots}{n * 3 + 1}") for n, dish in enumerate(dishes)
    ]
    assert drawn([*contents, (60, 500, "Bees fly home.")]).text == "Bees fly home."


def test_a_file_of_nothing_but_a_table_of_contents_is_read():
    names = ("Bees", "Cows", "Goats", "Mills")
    contents = [
        (60, 700 - 20 * n, f"{name} " + "." * 60 + f" {3 * n + 1}")
        for n, name in enumerate(names)
    ]
    text = drawn(contents).text
    assert all(name in text for name in names)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            ["Write to info@roof-", "bees.example today."],
            "info@roof-bees.example today.",
        ),
        (
            ["See https://a.example/post-", "2021 for it."],
            "https://a.example/post-2021 for",
        ),
        (["The long-", "term plan holds."], "The long-term plan holds."),
        (["It was for 1990-", "2000 only."], "for 1990-2000 only."),
        (["The Anglo-", "Saxon bees left."], "The Anglo-Saxon bees left."),
        (["The invest-", "ment was small."], "The investment was small."),
    ],
)
def test_hyphens_that_belong_to_a_word_stay_and_those_that_divide_it_go(lines, text):
    page = [(60, 700 - 14 * n, line) for n, line in enumerate(lines)]
    assert text in drawn(page).text


def test_a_large_first_letter_belongs_to_its_word():
    text = drawn(
        [
            (60, 690, "M", "Helvetica", 40),
            (100, 716, "ayor Orr opened the bridge on"),
            (100, 702, "Friday, and walked across it"),
            (60, 676, "with her two sons."),
        ]
    ).text  # fmt: skip
    assert text.startswith("Mayor Orr opened the bridge on Friday, and walked")


def test_text_that_is_printed_twice_for_boldness_is_read_once():
    line = "The hive made ten kilos last year."
    assert drawn([(60, 700, line), (60.4, 700, line), (60, 700.3, line)]).text == line


def test_letters_that_are_placed_one_by_one_make_words():
    words = "The keeper sells honey."
    text = drawn([*spaced("OPENING TIMES", 730, 4), *spaced(words, 700, 0)]).text
    assert words in text
    assert "OPENING TIMES" in text


def spaced(words, y, apart):
    """Yield letters one by one, with a gap in points between them."""
    x = 60
    for letter in words:
        yield (x, y, letter)
        x += stringWidth(letter, "Helvetica", 11) + apart


def test_numbers_of_lines_in_a_margin_are_left_out():
    numbers = [(30, 700 - 14 * n, str(n + 1)) for n in range(7)]
    body = [(60, 700 - 14 * n, line) for n, line in enumerate(LEFT)]
    assert drawn([*numbers, *body]).text == joined(LEFT)


def test_fractions_and_exponents_are_not_run_together():
    small = ("Helvetica", 7)
    text = drawn(
        [
            (60, 700, "It costs 48"), (121, 704, "1", *small), (125, 700, "/"),
            (128, 698, "2", *small), (136, 700, "cents and covers 20 m"),
            (248, 704, "2", *small), (256, 700, "of floor."),
        ]
    ).text  # fmt: skip
    assert text == "It costs 48 1/2 cents and covers 20 m² of floor."


def test_the_header_of_a_table_in_bold_is_no_heading():
    rows = [
        [(60, 740, "The fees for a year are these, all in pounds, and due in May.")],
        [
            (x, 720, name, "Helvetica-Bold", 11)
            for x, name in ((60, "Length"), (200, "Fee"), (300, "Deposit"))
        ],
        [(60, 706, "to 6 m"), (200, 706, "180"), (300, 706, "90")],
    ]
    article = drawn([word for row in rows for word in row])
    assert [p.section for p in article.passages] == [None] * len(article.passages)
    assert "Length | Fee | Deposit\n\nto 6 m | 180 | 90" in article.text


def canvas_pdf(draw, pages=1):
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    for _ in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_a_page_that_is_turned_is_read_as_it_is_shown(angle):
    def draw(canvas):
        canvas.setPageRotation(angle)
        canvas.translate(300, 400)
        canvas.rotate(angle)
        for n, line in enumerate(LEFT):
            canvas.drawString(-100, 50 - 14 * n, line)

    assert read_article(canvas_pdf(draw), "a.pdf").text == joined(LEFT)


def test_what_stands_beside_the_page_is_not_read():
    def draw(canvas):
        canvas.drawString(60, 700, "Bees fly home.")
        canvas.drawString(60, -300, "Nobody sees this.")

    assert read_article(canvas_pdf(draw), "a.pdf").text == "Bees fly home."


UNMAPPED = b"""%%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Count 1 /Kids [3 0 R]>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R
/Resources <</Font <</F1 5 0 R>>>>>> endobj
5 0 obj <</Type /Font /Subtype /Type0 /BaseFont /AAAAAA+Hive /Encoding /Identity-H
/DescendantFonts [6 0 R]>> endobj
6 0 obj <</Type /Font /Subtype /CIDFontType2 /BaseFont /AAAAAA+Hive /DW 550
/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>
/FontDescriptor 7 0 R>> endobj
7 0 obj <</Type /FontDescriptor /FontName /AAAAAA+Hive /Flags 4 /StemV 80 /Ascent 800
/FontBBox [0 -200 1000 900] /ItalicAngle 0 /Descent -200 /CapHeight 700>> endobj
4 0 obj <</Length %d>> stream
%b
endstream endobj
trailer <</Root 1 0 R>>
"""


def test_letters_that_a_file_only_draws_are_recognised():
    # Glyphs by their numbers in the font, as some printers write them.
    codes = "".join(f"{ord(letter) - 29:04x}" for letter in joined(LEFT))
    content = f"BT /F1 12 Tf 50 760 Td <{codes}> Tj ET".encode()
    parsed = pdf_parser.parse(UNMAPPED % (len(content), content))
    assert not parsed.blocks
    assert [picture.page for picture in parsed.pictures] == [1]


def test_letters_that_run_to_the_left_make_words_too():
    words = "مرحبا بالعالم"
    letters = [
        Word(word, 300 - 60 * n, 350 - 60 * n, 700, 12, False, 0, True)
        for n, word in enumerate(words.split())
    ]
    assert [line.text for line in page_lines(letters, 1)] == [words]


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
    assert texts(article) == [
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


def test_a_pdf_that_anybody_may_open_is_read():
    assert read_article(protected(""), "a.pdf").title == "Bees"


def test_a_pdf_of_too_many_pages_says_so(monkeypatch):
    monkeypatch.setattr(pdf_parser, "MAX_PAGES", 1)
    with pytest.raises(UnreadableError, match="it has over 1 pages; split it"):
        pdf_parser.parse(FILES["bees.pdf"])


def test_the_values_of_a_form_follow_their_labels():
    def draw(canvas):
        for y, label, value in ((700, "Keeper:", "Bo Lind"), (670, "Roof:", "Mill")):
            canvas.drawString(60, y, label)
            canvas.acroForm.textfield(
                name=label, value=value, x=160, y=y - 6, height=20, width=120
            )

    text = read_article(canvas_pdf(draw), "a.pdf").text
    assert text.split("\n\n") == ["Keeper: Bo Lind", "Roof: Mill"]


def test_text_that_no_reader_sees_is_not_read():
    def draw(canvas):
        canvas.drawString(60, 700, "Bees fly home.")
        canvas.setFillGray(1)
        canvas.drawString(60, 680, "White on white.")
        canvas.setFillColorRGB(0.1, 0.3, 0.2)
        canvas.rect(50, 590, 300, 40, stroke=0, fill=1)
        canvas.drawString(60, 605, "Green on green.")
        canvas.setFillGray(1)
        canvas.drawString(200, 605, "White on green.")
        canvas.setFillGray(0)
        text = canvas.beginText(60, 560)
        text.setTextRenderMode(3)
        text.textLine("Drawn with no ink.")
        canvas.drawText(text)

    text = read_article(canvas_pdf(draw), "a.pdf").text
    assert text.split("\n\n") == ["Bees fly home.", "White on green."]


def test_invisible_text_over_a_scan_is_read():
    def draw(canvas):
        canvas.drawInlineImage(Image.new("RGB", (9, 9), "white"), 0, 0, 595, 842)
        text = canvas.beginText(60, 700)
        text.setTextRenderMode(3)
        text.textLine("Bees fly home.")
        canvas.drawText(text)

    assert read_article(canvas_pdf(draw), "a.pdf").text == "Bees fly home."


@pytest.mark.parametrize("is_first", [True, False])
def test_an_accent_over_its_letter_is_read_with_it(is_first):
    def draw(canvas):
        canvas.setFont("Times-Roman", 12)
        canvas.drawString(60, 700, "The r")
        x = 60 + stringWidth("The r", "Times-Roman", 12)
        accent = [(x + 1, "\u00b4"), (x, "e")]
        for at, letter in accent if is_first else reversed(accent):
            canvas.drawString(at, 700, letter)
        canvas.drawString(x + stringWidth("e", "Times-Roman", 12), 700, "sine.")

    assert read_article(canvas_pdf(draw), "a.pdf").text == "The résine."


def test_a_running_head_of_two_pages_with_few_lines_is_left_out():
    def page(*lines):
        body = [(60, 770 - 14 * n, line) for n, line in enumerate(lines)]
        return [(60, 812, "Keepers' rules", "Helvetica-Bold", 9), *body]

    article = drawn(
        page("A hive may stand on a flat roof if the owner of the house and", "all"),
        page(
            "the neighbours agree to it in writing, which is not asked again.", "Amen."
        ),
    )
    assert "Keepers" not in article.text
    assert "and all the neighbours agree" in article.text


PROSE = (
    "The bees of the town hall swarm in May, and the keeper Bo Lind",
    "brings them back in a basket of straw before the evening falls.",
)


def test_a_line_of_authors_is_apart_from_the_text_below_it():
    lines = [(60, 700 - 14 * n, line) for n, line in enumerate(PROSE)]
    text = drawn([(170, 718, "Ida Krogh and Bo Lind"), *lines]).text
    assert text.split("\n\n") == ["Ida Krogh and Bo Lind", joined(PROSE)]


def test_the_number_of_an_axis_is_left_out_and_a_number_in_the_text_is_not():
    lines = [(60, 700 - 14 * n, line) for n, line in enumerate(PROSE)]
    lines += [(60, 640, "1,5", "Helvetica", 8), (60, 600, "40"), (60, 560, "Honey.")]
    assert drawn(lines).text.split("\n\n") == [joined(PROSE), "40", "Honey."]


def test_a_heading_in_the_margin_does_not_cut_the_sentence_beside_it():
    page = []
    for n, head in enumerate(("Swarms", "Baskets")):
        page += [(60, 700 - 40 * n, head)]
        page += [(150, 700 - 40 * n - 14 * k, line) for k, line in enumerate(PROSE)]
    assert drawn(page).text.split("\n\n") == [
        "Swarms",
        joined(PROSE),
        "Baskets",
        joined(PROSE),
    ]


def test_a_number_with_a_gap_after_it_stays_with_its_paragraph():
    lines = [(90, 700 - 14 * n, line) for n, line in enumerate(PROSE)]
    assert drawn([(60, 700, "2."), *lines]).text == f"2. {joined(PROSE)}"


def test_large_numbers_are_read_with_their_captions():
    large = ("Helvetica-Bold", 28)
    numbers = [(60, 700, "52", *large), (230, 700, "7.5 t", *large)]
    captions = [(60, 678, "hives stand on"), (230, 678, "of honey were")]
    more = [(60, 664, "the roofs"), (230, 664, "sold in May")]
    below = [(60, 600 - 14 * n, line) for n, line in enumerate(PROSE)]
    article = drawn([*numbers, *captions, *more, *below])
    assert texts(article) == [
        "52 hives stand on the roofs",
        "7.5 t of honey were sold in May",
        joined(PROSE),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [(700, 28, "52", "7.5 t"), (678, 11, "hives stand on the roofs of it")],
        [(700, 11, "52", "7.5 t"), (686, 11, "hives", "honey")],
        [(700, 28, "52", "7.5 t"), (600, 11, "hives", "honey")],
        [(700, 28, "May", "7.5 t"), (678, 11, "hives", "honey")],
        [(700, 28, "52", "7.5 t"), (678, 11, "6", "8")],
    ],
    ids=["one line below", "one size", "far below", "a word", "numbers below"],
)
def test_numbers_without_captions_are_no_key_figures(rows):
    words = [
        Word(text, x, x + 8.0 * len(text), y, size, False, 0, True)
        for y, size, *row in rows
        for x, text in zip((60, 230), row, strict=False)
    ]
    assert merge_key_figures(words) == words
