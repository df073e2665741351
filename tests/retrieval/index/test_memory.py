import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import Article
from retrieval.index.memory import MERGE_FACTOR, MemoryIndex
from retrieval.index.protocol import PassageId
from retrieval.query.intents import parse_intent
from retrieval.query.query import parse_query
from retrieval.text.analysis import Analyzer

ENGLISH = Analyzer("en")
LIST = "Do this:\n\n1. Ring the bell.\n\n2. Lower the gate.\n\nThen rest."
TAG = "It has a Nested Harbour Tag (NHT).\n\nThe NHT is old."


def ask(index, question, k=10, **options):
    return index.search(parse_query(question, [ENGLISH]), k, **options)


def ids_of(found):
    return [(each.key, each.passage.number) for each in found.passages]


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.integers(2, 60))
def test_changes_give_the_index_that_the_articles_alone_would(
    make_article, seed, n_changes
):
    chance = random.Random(seed)
    articles = {str(n): make_article(n) for n in range(chance.randrange(20))}
    index = MemoryIndex(articles)
    for n in range(n_changes):
        gone = [key for key in articles if chance.random() < 0.1]
        put = {
            str(chance.randrange(30)): make_article(100 + n * 3 + k)
            for k in range(chance.randrange(3))
        }
        for key in gone:
            del articles[key]
        articles |= put
        index = index.with_changes(put, gone)
    anew = MemoryIndex(articles)
    for question in (
        "Who met the bacen?",
        "saw it in 1912",
        "On the zudit",
        "Who left?",
    ):
        for scope in (None, *list(articles)[:2]):
            found = ask(index, question, scope=scope)
            expected = ask(anew, question, scope=scope)
            assert found == expected
    assert index.loaded_articles == anew.loaded_articles
    assert index.languages == anew.languages


def test_an_index_stays_as_it_was_when_another_is_made_of_it(make_article):
    index = MemoryIndex({str(n): make_article(n) for n in range(12)})
    before = ask(index, "Who met what?")
    index.with_changes({"3": make_article(77)}, ["4", "5"])
    assert ask(index, "Who met what?") == before


def test_many_small_changes_leave_few_parts_to_be_searched(make_article):
    index = MemoryIndex({str(n): make_article(n) for n in range(200)})
    for n in range(300):
        index = index.with_changes({str(n % 250): make_article(n + 1_000)}, [])
    assert len(index._layers) < 3 * MERGE_FACTOR


def test_what_stays_is_not_analysed_again(make_article, monkeypatch):
    index = MemoryIndex({str(n): make_article(n) for n in range(50)})
    analysed = []
    analyze = Analyzer.analyze
    monkeypatch.setattr(
        Analyzer, "analyze", lambda self, t: (analysed.append(t), analyze(self, t))[1]
    )
    changed = make_article(99)
    for n in range(2 * MERGE_FACTOR):
        index = index.with_changes({str(n): changed}, [])
    own = {s.text for p in changed.passages for s in p.sentences} | {changed.title}
    assert set(analysed) == own


def test_one_article_is_asked_as_if_there_were_no_other(make_article):
    articles = {str(n): make_article(n) for n in range(9)}
    index = MemoryIndex(articles)
    for key, article in articles.items():
        alone = MemoryIndex({key: article})
        question = "Who saw what in 1904?"
        found = ask(index, question, scope=key)
        assert found == ask(alone, question)
        assert found.statistics.n_articles == 1


def test_a_title_counts_from_the_second_article_on():
    bees = Article.from_text("They fly.", title="Bees", language="en")
    cows = Article.from_text("They eat.", title="Cows", language="en")
    assert ask(MemoryIndex({"b": bees}), "bees").passages == ()
    assert ids_of(ask(MemoryIndex({"b": bees, "c": cows}), "bees")) == [("b", 1)]
    assert ask(MemoryIndex({"b": bees}), "bees").statistics.occurs_anywhere("bee")


def test_a_publisher_is_mentioned_and_found_nowhere():
    article = Article.from_text("Bees fly.", language="en")
    article = replace(article, publisher="Courier")
    found = ask(MemoryIndex({"b": article}), "What does the Courier publish?")
    assert found.statistics.occurs_anywhere("courier")
    assert found.passages == ()


@pytest.mark.parametrize("scope", [None, "0"])
def test_equal_scores_stay_in_reading_order(scope):
    same = Article.from_text("Bees fly.\n\nBees fly.\n\nBees fly.", language="en")
    index = MemoryIndex({"1": same, "0": same})
    expected = [("0", 1), ("0", 2), ("0", 3), ("1", 1), ("1", 2)]
    assert ids_of(ask(index, "bees", 5, scope=scope)) == (
        expected[:3] if scope else expected
    )


def test_no_more_passages_are_handed_out_than_hold_enough_sentences():
    text = "Bees fly. They rest.\n\n" * 6
    index = MemoryIndex({"b": Article.from_text(text, language="en")})
    assert len(ask(index, "bees", 6, max_sentences=5).passages) == 3


def test_the_items_and_abbreviations_that_a_question_means_are_found():
    index = MemoryIndex(
        {
            "l": Article.from_text(LIST, language="en"),
            "t": Article.from_text(TAG, language="en"),
        }
    )
    second = parse_intent("What is the second step?")
    short = parse_intent("What does NHT stand for?")
    assert [e.key for e in index.lookup(second, 5)] == ["l"]
    assert [(e.key, e.passage.number) for e in index.lookup(short, 5)] == [("t", 1)]
    assert index.lookup(second, 5, scope="t") == []
    assert index.lookup(parse_intent("What is the ninth step?"), 5) == []


def test_what_is_not_there_is_left_out_or_an_error(make_article):
    index = MemoryIndex({"a": make_article(1)})
    assert index.passages(
        [PassageId("b", 1), PassageId("a", 99), PassageId("a", 1)]
    ) == (index.passages([PassageId("a", 1)]))
    assert index.articles(["b"]) == {}
    with pytest.raises(KeyError):
        ask(index, "bee", scope="b")


@pytest.mark.parametrize("articles", [{}, {"e": Article.from_text("...")}], ids=str)
def test_an_empty_index_finds_nothing(articles):
    index = MemoryIndex(articles)
    found = ask(index, "bee")
    assert (found.passages, found.statistics.n_passages) == ((), 0)
    assert ask(index.with_changes({}, ["e"]), "bee").passages == ()
