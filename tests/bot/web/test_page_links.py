from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from bot.store.snapshots import passage_keys, read_snapshot, take_snapshot
from bot.web.page_links import QUOTED_CHARACTERS, LinkedQuote, PageLinks, shorten
from retrieval import Article
from tests.support import catalogue_of

LINKS = PageLinks("https://pages.example/news/", "secret")
MILL = Article.from_text(
    "The mill\n\nIt rains in the hills.\n\nThe mill is old. It grinds corn and rye.",
    source="texts/mill.txt",
)


def read(link, links=LINKS):
    parts = urlsplit(link)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    slug = parts.path.rpartition("/")[2]
    return links.read(slug, given["s"], given["q"], given["k"])


def cited(article=MILL, question="What does it grind?"):
    return catalogue_of([article]).answerer.answer(question)


def test_a_link_leads_to_the_sentence_in_its_article():
    citation = cited().citations[0]
    link = LINKS.for_citation(citation, catalogue_of([MILL]))
    assert link.startswith("https://pages.example/news/read/mill?s=")
    assert link.endswith("#cited")
    assert read(link) == LinkedQuote(
        (citation.start, citation.end), "It grinds corn and rye."
    )


def test_an_answer_that_was_kept_without_its_article_leads_there_too():
    answer = cited()
    kept = take_snapshot(answer)
    keys = passage_keys(kept.body)
    again = read_snapshot("", True, 1.0, kept.body, {k: kept.passages[k] for k in keys})
    catalogue = catalogue_of([MILL])
    assert LINKS.for_citation(again.citations[0], catalogue) == LINKS.for_citation(
        answer.citations[0], catalogue
    )


def test_what_the_catalogue_says_no_more_gets_no_link():
    text = "The mill\n\nIt rains in the hills.\n\nThe mill is old. It grinds salt."
    changed = Article.from_text(text, source="texts/mill.txt")
    assert LINKS.for_citation(cited().citations[0], catalogue_of([changed])) is None
    shorter = Article.from_text("The mill\n\nIt rains.", source="texts/mill.txt")
    assert LINKS.for_citation(cited().citations[0], catalogue_of([shorter])) is None


def test_what_a_reader_sends_under_an_articles_name_gets_no_link():
    evil = (
        "The mill\n\nIt rains in the hills.\n\nThe mill is old. It grinds your bones."
    )
    sent = Article.from_text(evil, source="texts/mill.txt")
    assert LINKS.for_citation(cited(sent).citations[0], catalogue_of([MILL])) is None


def test_what_is_none_of_the_catalogue_has_no_page():
    mine = Article.from_text(MILL.text, source="sent.txt")
    assert LINKS.for_citation(cited(mine).citations[0], catalogue_of([MILL])) is None


def test_a_link_of_another_servers_making_is_not_trusted():
    link = LINKS.for_citation(cited().citations[0], catalogue_of([MILL]))
    assert read(link)
    assert read(link, PageLinks("https://pages.example/news/", "another")) is None
    for old, new in [("corn", "gold"), ("/mill?", "/kiln?"), ("?s=", "?s=1")]:
        assert read(link.replace(old, new)) is None


@given(st.text(max_size=900))
def test_a_link_is_short_enough_for_telegram_whatever_is_quoted(words):
    assert len(shorten(words)) <= QUOTED_CHARACTERS
    text = f"미르\n\n{words} 물레방아가 옥수수를 간다"
    article = Article.from_text(text, source="mill.txt", language="ko")
    citations = catalogue_of([article]).answerer.rank("옥수수")
    for citation in citations:
        link = LINKS.for_citation(citation, catalogue_of([article]))
        assert len(link) <= 2_048
        assert link.isascii()
        assert read(link).quote == shorten(citation.quote)
