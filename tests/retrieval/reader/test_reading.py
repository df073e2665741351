import threading

import numpy as np
import pytest

from retrieval import Answerer, Article
from retrieval.reader import reading as readings
from retrieval.reader.embeddings import Embeddings
from retrieval.reader.reading import MAX_WINDOWS, Reading
from tests.retrieval.reader.fakes import TopicReader

MANUAL = (
    "A guarantee is granted for three years.\n\nThe café sells soup.\n\n"
    "Boats leave the harbour."
)


def article(text, language="en"):
    return Article.from_text(text, language=language)


def reading_of(*articles, reader=None):
    texts = [s.text for a in articles for p in a.passages for s in p.sentences]
    return Reading(articles, texts, Embeddings(reader or TopicReader()))


def test_the_sentence_that_means_what_is_asked_is_nearest():
    reading = reading_of(article(MANUAL))
    reading.prepare()
    assert reading.nearest(reading.ask("Where is lunch?"))[0] == 1


def test_before_it_is_prepared_nothing_is_nearest_but_candidates_are_compared():
    reading = reading_of(article(MANUAL))
    asked = reading.ask("Is there lunch?")
    assert reading.nearest(asked) == []
    before = reading.cosines(asked, np.array([0, 1]))
    reading.prepare()
    assert reading.cosines(asked, np.array([0, 1])) == pytest.approx(before, abs=0.01)
    assert before[1] > before[0]


def test_a_long_article_that_is_new_does_not_keep_a_question_waiting(monkeypatch):
    monkeypatch.setattr(readings, "MAX_EMBEDDED_MEANWHILE", 2)
    reading = reading_of(article(MANUAL))
    asked = reading.ask("lunch?")
    reading.prepare_if_soon_done()
    assert reading.nearest(asked) == []
    reading.cosines(asked, np.array([0, 1]))  # so that one is left to be embedded
    reading.prepare_if_soon_done()
    assert reading.nearest(asked)[0] == 1


def test_of_a_large_collection_only_candidates_are_embedded(monkeypatch):
    monkeypatch.setattr(readings, "MAX_EMBEDDED_SENTENCES", 2)
    reader = TopicReader()
    reading = reading_of(article(MANUAL), reader=reader)
    reading.prepare()
    assert reading.nearest(reading.ask("lunch?")) == []
    reading.cosines(reading.ask("lunch?"), np.array([1]))
    assert reader.embedded == ["lunch?", "lunch?", "The café sells soup."]


def test_what_is_in_a_language_that_it_does_not_understand_means_nothing_to_it():
    german = article("Das Café verkauft lunch.", "de")
    reading = reading_of(german, article(MANUAL))
    asked = reading.ask("lunch?")
    for _ in range(2):
        assert reading.cosines(asked, np.array([0, 2])).tolist()[0] == 0
        reading.prepare()
    assert 0 not in reading.nearest(asked)
    assert reading.judge("lunch?", [0]) == {}
    assert set(reading.judge("lunch?", [0, 2])) == {1, 2, 3}


def test_the_windows_of_the_likeliest_sentences_are_judged_and_no_more():
    long = "The keeper of the light wrote down the weather of each day in a book. " * 4
    reader = TopicReader()
    reading = reading_of(article(f"{long}\n\n" * 8), reader=reader)
    odds = reading.judge("lunch?", range(0, 32, 4))
    ((question, windows),) = reader.judged
    assert question == "lunch?"
    assert len(windows) == MAX_WINDOWS
    assert set(odds) == set(range(4 * MAX_WINDOWS))


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
    assert reading.nearest(reading.ask("lunch?"))[0] == 1


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
