"""Links to a sentence, resolved as a browser does."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Article
from retrieval.documents.text_fragments import deep_link

PAGE = "https://example.org/a"


def marked(text, link):
    """Return the text that a browser highlights: the first match, whatever its case."""
    text = " ".join(text.split()).casefold()
    directive = link.partition("#:~:text=")[2]
    parts = [unquote(part) for part in directive.split(",")]
    prefix = parts.pop(0)[:-1] if directive.partition(",")[0].endswith("-") else ""
    head, *tail = (part.casefold() for part in parts)
    begin = 0
    if prefix:
        before = text.index(f"{prefix.casefold()} {head}")
        begin = before + len(prefix) + 1
    begin = text.index(head, begin)
    end = begin + len(head)
    for words in tail:
        end = text.index(words, end) + len(words)
    return text[begin:end]


def check(text, url=PAGE):
    article = Article.from_text(text, language="en", url=url)
    for passage in article.passages:
        for sentence in passage.sentences:
            link = deep_link(article, passage, sentence.start, sentence.end)
            quote = " ".join(sentence.text.split()).casefold()
            assert marked(article.text, link) == quote, link


def test_each_sentence_of_the_seed_article_is_found(article):
    check(article.text)


SENTENCE = st.lists(
    st.sampled_from(
        "the bee Bee flies home, in-flight over clover & 5% Straße ΣΑΣ".split()
    ),
    min_size=3,
    max_size=30,
).map(lambda words: "It " + " ".join(words) + ".")


@given(st.lists(SENTENCE, min_size=1, max_size=6, unique_by=str.casefold))
def test_a_link_marks_words_that_begin_as_the_sentence_does(sentences):
    text = "\n\n".join(sentences)
    article = Article.from_text(text, language="en", url=PAGE)
    for passage in article.passages:
        for s in passage.sentences:
            link = deep_link(article, passage, s.start, s.end)
            start = " ".join(s.text.split()[:3]).casefold()
            assert marked(text, link).startswith(start)


def test_what_has_a_meaning_in_a_directive_is_encoded():
    article = Article.from_text("A-b, c & d#e.", language="en", url=PAGE)
    link = deep_link(article, article.passages[0], 0, 13)
    assert link == f"{PAGE}#:~:text=A%2Db%2C%20c%20%26%20d%23e."


def test_a_sentence_that_begins_like_one_before_takes_more_words_or_a_prefix():
    begin = "The bee that lives in the old hive behind the house of the keeper"
    check(f"{begin} sleeps. {begin} flies.")
    check("Bees fly. Cows stay. Bees fly home? Cows stay.")


@pytest.mark.parametrize(
    ("url", "link"),
    [
        (PAGE, f"{PAGE}#:~:text=Bees%20fly."),
        (f"{PAGE}#top", f"{PAGE}#top:~:text=Bees%20fly."),
        (f"{PAGE}#:~:text=old", f"{PAGE}#:~:text=Bees%20fly."),
    ],
)
def test_a_fragment_of_the_page_is_kept(url, link):
    article = Article.from_text("Bees fly.", language="en", url=url)
    assert deep_link(article, article.passages[0], 0, 9) == link


def test_a_quotation_of_several_blocks_is_a_range():
    text = "The hive makes\n\nten kilos\n\nof sweet honey"
    article = Article.from_text(text, language="en", url=PAGE)
    link = deep_link(article, article.passages[0], 0, len(text))
    assert marked(text, link) == " ".join(text.split()).casefold()
    assert link.endswith("text=The%20hive%20makes,of%20sweet%20honey")


def test_a_row_of_a_table_is_a_range_from_its_first_cell_to_its_last():
    """A page has nothing between the cells of a table."""
    article = Article.from_text("July | 7,200 | good", language="en", url=PAGE)
    link = deep_link(article, article.passages[0], 0, 19)
    assert link == f"{PAGE}#:~:text=July,good"


def test_sentences_without_blanks_between_them_are_found():
    first, second = "会议于星期一举行，并通过了新的学校预算。", "市长感谢所有人。"
    text = first + second + "会议于星期一举行，很好。"
    article = Article.from_text(text, language="zh", url=PAGE)
    check(text)
    links = [
        unquote(deep_link(article, article.passages[0], s.start, s.end))
        for s in article.passages[0].sentences
    ]
    assert [link.partition("text=")[2] for link in links] == [
        first,
        second,
        "会议于星期一举行，很好。",
    ]


def test_what_stands_before_is_named_from_one_block_of_the_page_alone():
    """A browser finds no prefix that crosses the end of a paragraph."""
    text = "Bees fly home.\n\nThe old cows of the farm stay.\n\nSo Bees fly home."
    article = Article.from_text(text, language="en", url=PAGE)
    first = deep_link(article, article.passages[0], 0, 14)
    assert first == f"{PAGE}#:~:text=Bees%20fly%20home."
    start = text.rindex("Bees")
    last = deep_link(article, article.passages[2], start, len(text))
    assert last == f"{PAGE}#:~:text=So-,Bees%20fly%20home."
    start = text.rindex("So")
    assert "-" not in deep_link(article, article.passages[2], start, len(text))


def test_a_long_sentence_is_named_by_its_two_ends():
    text = "In summer " + "the bees fly, and " * 6 + "the cows stay at home."
    article = Article.from_text(text, language="en", url=PAGE)
    link = deep_link(article, article.passages[0], 0, len(text))
    assert unquote(link) == (
        f"{PAGE}#:~:text=In summer the bees fly,,the cows stay at home."
    )


def test_without_a_page_there_is_no_link():
    article = Article.from_text("Bees fly.", source="bees.txt")
    assert deep_link(article, article.passages[0], 0, 9) is None
