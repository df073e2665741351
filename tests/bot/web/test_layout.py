import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.web.layout import lay_out_page
from bot.web.page_links import LinkedQuote, shorten
from retrieval import Article, load_article
from tests.support import DOCUMENTS

NOTHING = None


def shown(article, cited=NOTHING):
    """Return the kind and the text of each line of a page; citations are in []."""
    lines = []
    for block in lay_out_page(article, cited).elements:
        for line in block.lines:
            cells = [
                "".join(f"[{p.text}]" if p.is_cited else p.text for p in cell)
                for cell in line.cells
            ]
            lines.append((block.kind, " | ".join(cells)))
    return lines


def test_headings_lists_and_tables_are_told_apart(museum):
    assert shown(museum) == [
        (
            "paragraph",
            "The museum tells of ships & smugglers. It has four rooms.",
        ),
        ("heading", "Opening hours"),
        ("table", "Day | Open | Last entry"),
        ("table", "Tuesday to Friday | 10am to 5pm | 4pm"),
        ("table", "Sunday | 11am to 3pm | 2pm"),
        ("heading", "What to bring"),
        ("list", "A warm coat."),
        ("list", "A ticket, which costs £4."),
        ("heading", "For children"),
        ("paragraph", "The slipway is steep. Hold their hands."),
    ]
    levels = [
        b.level for b in lay_out_page(museum, NOTHING).elements if b.kind == "heading"
    ]
    assert levels == [2, 2, 3]
    (table,) = [b for b in lay_out_page(museum, NOTHING).elements if b.kind == "table"]
    assert table.has_header


def test_a_passage_that_begins_in_the_title_is_numbered_on_its_first_line_below():
    text = "Fair, 3 May 2024\n\nStalls open at ten. Bees are shown.\n\nEntry is free."
    article = Article.from_text(text, language="en")
    lines = [
        line for block in lay_out_page(article, None).elements for line in block.lines
    ]
    numbers = [line.passage for line in lines]
    assert [n for n in numbers if n] == [passage.number for passage in article.passages]


def test_a_paragraph_beside_a_table_is_no_list():
    text = "Fees\n\nThe fees of both halls.\n\nHall | Fee\nGreat hall | 120 pounds"
    article = Article.from_text(text, title="Fees", language="en")
    kinds = [kind for kind, _ in shown(article)]
    assert kinds == ["paragraph", "table", "table"]


def test_passages_are_numbered_as_citations_number_them(museum):
    blocks = lay_out_page(museum, NOTHING).elements
    numbers = [line.passage for block in blocks for line in block.lines if line.passage]
    assert numbers == [passage.number for passage in museum.passages]


def test_what_stands_above_the_title_is_not_shown():
    text = "Back to top\n\nThe mill\n\nThe mill turns. Its stones grind corn."
    article = Article.from_text(text)
    assert article.title == "The mill"
    assert shown(article) == [("paragraph", "The mill turns. Its stones grind corn.")]


def test_lines_of_a_list_in_a_plain_text_stand_by_themselves():
    text = "The rules\n\nBring these:\n1. A coat.\n2. A ticket.\nThen come in.\n"
    kinds = {words: kind for kind, words in shown(Article.from_text(text))}
    assert kinds["1. A coat."] == "list"


def test_a_byline_is_no_item():
    text = "By Ada Quill\n\nThe mill turns all day. It grinds corn."
    assert {kind for kind, _ in shown(Article.from_text(text))} == {"paragraph"}


def test_lines_that_are_sentences_are_kept_apart_and_wrapped_ones_are_not():
    text = (
        "Rules\n\nCome early.\nGo late.\nSing well.\n\nOne long line that is\nwrapped."
    )
    lines = [words for _, words in shown(Article.from_text(text))]
    assert "Go late." in lines
    assert "One long line that is\nwrapped." in lines


def test_a_citation_is_marked_where_it_stood(museum):
    start = museum.text.index("Hold")
    cited = LinkedQuote((start, start + len("Hold their hands.")), "Hold their hands.")
    assert ("paragraph", "The slipway is steep. [Hold their hands.]") in shown(
        museum, cited
    )
    page = lay_out_page(museum, cited)
    assert page.is_marked
    assert page.missing is None


def test_a_row_is_marked_in_every_cell_and_anchored_once(museum):
    start = museum.text.index("Sunday")
    end = museum.text.index("2pm") + 3
    page = lay_out_page(museum, LinkedQuote((start, end), museum.text[start:end]))
    pieces = [
        p for b in page.elements for line in b.lines for c in line.cells for p in c
    ]
    assert [p.text for p in pieces if p.is_cited] == ["Sunday", "11am to 3pm", "2pm"]
    assert [p.text for p in pieces if p.anchor] == ["Sunday"]


def test_a_sentence_that_has_moved_is_marked_where_it_is_now(museum):
    cited = LinkedQuote((0, 17), "Hold their hands.")
    assert ("paragraph", "The slipway is steep. [Hold their hands.]") in shown(
        museum, cited
    )


def test_a_long_quotation_is_found_by_its_beginning():
    sentence = f"The mill {'turns and ' * 40}stops."
    article = Article.from_text(f"All\n\nIt rains. {sentence}", language="en")
    page = lay_out_page(article, LinkedQuote((0, 3), shorten(sentence)))
    assert page.is_marked


def test_a_sentence_that_is_gone_is_told(museum):
    page = lay_out_page(museum, LinkedQuote((0, 9), "The museum is closed."))
    assert not page.is_marked
    assert page.missing == "The museum is closed."


@pytest.mark.parametrize("span", [(5, 5), (9, 2), (0, 10**9), (10**8, 10**9)])
def test_a_span_that_cannot_be_marks_nothing(museum, span):
    page = lay_out_page(museum, LinkedQuote(span, ""))
    assert not page.is_marked


def test_a_title_that_is_cited_is_shown_and_marked():
    article = Article.from_text("Harbour Fair, 3 May 2024\n\nThe fair is by the sea.")
    assert article.title == "Harbour Fair, 3 May 2024"
    assert len(shown(article)) == 1
    cited = LinkedQuote((0, len(article.title)), article.title)
    assert shown(article, cited)[0] == ("paragraph", f"[{article.title}]")


def test_words_that_are_the_titles_again_are_kept():
    article = Article.from_text("The mill\n\nThe mill turns.\n\nThe mill\n\nIt stops.")
    assert [words for _, words in shown(article)].count("The mill") == 1


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.data())
def test_every_word_below_the_title_is_shown_once_and_in_order(text, data):
    article = Article.from_text(text, title="No such line", language="en")
    size = len(article.text)
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    cited = LinkedQuote((start, end), shorten(article.text[start:end]))
    said = " ".join(
        "".join(piece.text for piece in cell)
        for block in lay_out_page(article, cited).elements
        for line in block.lines
        for cell in line.cells
    )
    words = regex.compile(r"[\p{L}\p{Nd}]+")
    assert words.findall(said) == words.findall(article.text)


def test_the_articles_of_the_benchmarks_lose_no_sentence():
    for path in DOCUMENTS[:20]:
        article = load_article(path)
        said = " ".join(" ".join(words.split()) for _, words in shown(article))
        for passage in article.passages:
            for sentence in passage.sentences:
                quoted = " ".join(sentence.text.split())
                assert quoted in said or quoted in (article.title or ""), path.name
