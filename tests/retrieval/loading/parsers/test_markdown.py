"""Markdown: the text as it is shown, and front matters."""

import pytest

from retrieval import Article
from retrieval.loading.load import read_article
from tests.retrieval.loading.sample_files import FILES, HONEY, shown


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
