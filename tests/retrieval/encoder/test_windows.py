from hypothesis import given
from hypothesis import strategies as st

from retrieval import Article
from retrieval.encoder import windows as reader_windows
from retrieval.encoder.windows import MAX_WINDOW_COLUMNS
from retrieval.loading.load import read_article

LONG = "The keeper of the old light wrote down the weather of each day in a book. "


def split_windows(article):
    sentences = [each for p in article.passages for each in p.sentences]
    return reader_windows.split_windows(article, [each.text for each in sentences])


def article(text):
    return Article.from_text(text, title="Bees", language="en")


def sentences(article):
    return [s.text for passage in article.passages for s in passage.sentences]


def test_short_paragraphs_share_a_window():
    (window,) = split_windows(article("Bees fly.\n\nCows eat.\n\nRain falls."))
    assert window.sentences == ("Bees fly.", "Cows eat.", "Rain falls.")
    assert (window.headings, window.previous_sentence) == ("Bees", "")


def test_a_long_paragraph_is_cut_evenly_between_sentences():
    windows = split_windows(article(LONG * 9))
    assert [len(window.sentences) for window in windows] == [3, 3, 3]
    assert windows[1].previous_sentence == LONG.strip()
    assert [window.first for window in windows] == [0, 3, 6]


def test_east_asian_characters_are_two_columns_wide():
    korean = "나는 책을 읽고 물을 마셨다. " * 40
    windows = split_windows(Article.from_text(korean, title="책", language="ko"))
    english = split_windows(article("I read books and drank. " * 40))
    longest = max(len("".join(window.sentences)) for window in windows)
    assert longest < max(len("".join(window.sentences)) for window in english) * 0.8


def test_a_window_stays_within_a_section_and_knows_its_headings():
    text = "# Lamps\n\nOil burns.\n\n## Care\n\nTrim the wick.\n\nIt smokes.\n"
    windows = split_windows(read_article(text.encode(), "lamps.md", language="en"))
    assert [window.sentences for window in windows] == [
        ("Oil burns.",),
        ("Trim the wick.", "It smokes."),
    ]
    assert windows[1].headings == "Lamps. Care"
    assert windows[1].previous_sentence == ""


def test_an_article_without_a_word_has_no_window():
    assert split_windows(article("...")) == []


@given(st.lists(st.text("ab .\n", max_size=200), max_size=6).map("\n\n".join))
def test_every_sentence_is_in_one_window_and_few_are_too_long(text):
    read = article(text)
    windows = split_windows(read)
    assert [s for window in windows for s in window.sentences] == sentences(read)
    number = 0
    for window in windows:
        assert window.first == number
        number += len(window.sentences)
        longest = max(map(len, window.sentences))
        total = sum(map(len, window.sentences))
        assert total <= MAX_WINDOW_COLUMNS + longest
