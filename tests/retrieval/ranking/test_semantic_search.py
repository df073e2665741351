import threading

import pytest

from retrieval import Answerer, Article
from retrieval.encoder.cache import EmbeddingCache
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import Place
from retrieval.ranking import semantic_search as readings
from retrieval.ranking.semantic_search import MAX_WINDOWS, Reading
from tests.retrieval.encoder.fakes import TopicReader

MANUAL = (
    "A guarantee is granted for three years.\n\nThe café sells soup.\n\n"
    "Boats leave the harbour."
)


def article(text, language="en"):
    return Article.from_text(text, language=language)


def index_of(*articles):
    return MemoryIndex({str(n): article for n, article in enumerate(articles)})


def reading_of(*articles, reader=None):
    return Reading(index_of(*articles), EmbeddingCache(reader or TopicReader()))


def candidates_of(reading, *numbers):
    """Return first sentences of passages of the first article, counted from 0."""
    places = [Place("0", number + 1) for number in numbers]
    return [(entry, 0) for entry in reading.index.entries(places)]


def test_the_sentence_that_means_what_is_asked_is_nearest():
    reading = reading_of(article(MANUAL))
    reading.prepare()
    assert reading.nearest(reading.ask("Where is lunch?"))[0] == Place("0", 2)


def test_before_it_is_prepared_nothing_is_nearest_but_candidates_are_compared():
    reading = reading_of(article(MANUAL))
    asked = reading.ask("Is there lunch?")
    candidates = candidates_of(reading, 0, 1)
    assert reading.nearest(asked) == []
    before = reading.cosines(asked, candidates)
    reading.prepare()
    assert reading.cosines(asked, candidates) == pytest.approx(before, abs=0.01)
    assert before[1] > before[0]


def test_a_long_article_that_is_new_does_not_keep_a_question_waiting(monkeypatch):
    monkeypatch.setattr(readings, "MAX_EMBEDDED_MEANWHILE", 2)
    reading = reading_of(article(MANUAL))
    asked = reading.ask("lunch?")
    reading.warm_up_if_quick()
    assert reading.nearest(asked) == []
    assert reading.nearest(asked, "0") == []
    # so that one is left to be embedded
    reading.cosines(asked, candidates_of(reading, 0, 1))
    reading.warm_up_if_quick()
    assert reading.nearest(asked)[0] == Place("0", 2)


def test_of_a_large_collection_only_candidates_are_embedded(monkeypatch):
    monkeypatch.setattr(readings, "MAX_EMBEDDED_SENTENCES", 2)
    reader = TopicReader()
    reading = reading_of(article(MANUAL), reader=reader)
    reading.prepare()
    reading.warm_up_if_quick()
    assert reading.nearest(reading.ask("lunch?")) == []
    reading.cosines(reading.ask("lunch?"), candidates_of(reading, 1))
    assert reader.embedded == ["lunch?", "lunch?", "The café sells soup."]


def test_of_a_large_collection_an_article_that_is_asked_alone_is_embedded(monkeypatch):
    monkeypatch.setattr(readings, "MAX_EMBEDDED_SENTENCES", 4)
    reading = reading_of(article(MANUAL), article("Soup is hot.\n\nCows eat."))
    asked = reading.ask("lunch?")
    assert reading.nearest(asked) == []
    assert reading.nearest(asked, "1")[0] == Place("1", 1)


def test_of_all_that_is_embedded_one_article_can_be_asked_alone():
    reading = reading_of(article(MANUAL), article("Cows eat.\n\nSoup is hot."))
    reading.prepare()
    asked = reading.ask("lunch?")
    assert {place.key for place in reading.nearest(asked)} == {"0", "1"}
    assert {place.key for place in reading.nearest(asked, "0")} == {"0"}
    assert reading.nearest(asked, "1")[0] == Place("1", 2)


def test_what_is_in_a_language_that_it_does_not_understand_means_nothing_to_it():
    german = article("Das Café verkauft lunch.", "de")
    reading = reading_of(german, article(MANUAL))
    asked = reading.ask("lunch?")
    german_one = reading.index.entries([Place("0", 1)])
    english = reading.index.entries([Place("1", 2)])
    candidates = [(entry, 0) for entry in german_one + english]
    for _ in range(2):
        assert reading.cosines(asked, candidates).tolist()[0] == 0
        reading.prepare()
    assert Place("0", 1) not in reading.nearest(asked)
    assert reading.judge("lunch?", [("0", 0)]) == {}
    judged = reading.judge("lunch?", [("0", 0), ("1", 1)])
    assert set(judged) == {("1", 0), ("1", 1), ("1", 2)}


def test_the_windows_of_the_likeliest_sentences_are_judged_and_no_more():
    long = "The keeper of the light wrote down the weather of each day in a book. " * 4
    reader = TopicReader()
    reading = reading_of(article(f"{long}\n\n" * 8), reader=reader)
    odds = reading.judge("lunch?", [("0", n) for n in range(0, 32, 4)])
    ((question, windows),) = reader.judged
    assert question == "lunch?"
    assert len(windows) == MAX_WINDOWS
    assert set(odds) == {("0", n) for n in range(4 * MAX_WINDOWS)}


def test_a_question_that_comes_while_sentences_are_embedded_does_not_wait():
    begun, go_on = threading.Event(), threading.Event()

    class Slow(TopicReader):
        def embed(self, texts):
            if texts != ["lunch?"]:
                begun.set()
                assert go_on.wait(60)
            return super().embed(texts)

    reading = reading_of(article(MANUAL), reader=Slow())
    thread = threading.Thread(target=reading.prepare)
    thread.start()
    assert begun.wait(60)
    reading.prepare()
    assert reading.nearest(reading.ask("lunch?")) == []
    go_on.set()
    thread.join()
    assert reading.nearest(reading.ask("lunch?"))[0] == Place("0", 2)


def test_preparing_shows_how_far_it_is():
    shown = []

    def track(articles):
        for one in articles:
            shown.append(one)
            yield one

    articles = [article(MANUAL), article("Cows eat grass.")]
    answerer = Answerer(articles, reader=TopicReader())
    answerer.prepare(track)
    assert shown == articles
    Answerer(articles, reader=None).prepare(track)
    assert shown == articles
