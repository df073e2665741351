import threading
from unittest.mock import patch

import pytest

from retrieval import Answerer, Article
from retrieval.encoder.cache import EmbeddingCache
from retrieval.index.memory import MemoryIndex
from retrieval.index.protocol import PassageId
from retrieval.ranking import semantic_search
from retrieval.ranking.semantic_search import (
    ROUNDS,
    SemanticSearch,
)
from tests.retrieval.encoder.fakes import TopicReranker

MANUAL = (
    "A guarantee is granted for three years.\n\nThe café sells soup.\n\n"
    "Boats leave the harbour."
)


def article(text, language="en"):
    return Article.from_text(text, language=language)


def index_of(*articles):
    return MemoryIndex({str(n): article for n, article in enumerate(articles)})


def search_of(*articles, encoder=None):
    embeddings = EmbeddingCache(encoder or TopicReranker())
    return SemanticSearch(index_of(*articles), embeddings)


def candidates_of(search, *numbers):
    """Return first sentences of passages of the first article, counted from 0."""
    ids = [PassageId("0", number + 1) for number in numbers]
    return [(passage, 0) for passage in search.index.passages(ids)]


def test_the_sentence_that_means_what_is_asked_is_nearest():
    search = search_of(article(MANUAL))
    search.warm_up()
    assert search.search(search.embed_question("Where is lunch?"))[0] == PassageId(
        "0", 2
    )


def test_before_it_is_prepared_nothing_is_nearest_but_candidates_are_compared():
    search = search_of(article(MANUAL))
    asked = search.embed_question("Is there lunch?")
    candidates = candidates_of(search, 0, 1)
    assert search.search(asked) == []
    before = search.similarities(asked, candidates)
    search.warm_up()
    assert search.similarities(asked, candidates) == pytest.approx(before, abs=0.01)
    assert before[1] > before[0]


def test_a_long_article_that_is_new_does_not_keep_a_question_waiting(monkeypatch):
    monkeypatch.setattr(semantic_search, "MAX_EMBEDDED_WHILE_WAITING", 2)
    search = search_of(article(MANUAL))
    asked = search.embed_question("lunch?")
    search.warm_up_if_quick()
    assert search.search(asked) == []
    assert search.search(asked, "0") == []
    # so that one is left to be embedded
    search.similarities(asked, candidates_of(search, 0, 1))
    search.warm_up_if_quick()
    assert search.search(asked)[0] == PassageId("0", 2)


def test_of_a_large_collection_only_candidates_are_embedded(monkeypatch):
    monkeypatch.setattr(semantic_search, "MAX_EMBEDDED_SENTENCES", 2)
    reader = TopicReranker()
    search = search_of(article(MANUAL), encoder=reader)
    search.warm_up()
    search.warm_up_if_quick()
    assert (search.n_missing, search.count_missing()) == (0, 0)
    asked = search.embed_question("lunch?")
    assert search.search(asked) == []
    search.similarities(asked, candidates_of(search, 1))
    assert reader.embedded == ["lunch?", "The café sells soup."]


def test_of_a_large_collection_an_article_that_is_asked_alone_is_embedded(monkeypatch):
    monkeypatch.setattr(semantic_search, "MAX_EMBEDDED_SENTENCES", 4)
    search = search_of(article(MANUAL), article("Soup is hot.\n\nCows eat."))
    asked = search.embed_question("lunch?")
    assert search.search(asked) == []
    assert search.search(asked, "1")[0] == PassageId("1", 1)


def test_of_all_that_is_embedded_one_article_can_be_asked_alone():
    search = search_of(article(MANUAL), article("Cows eat.\n\nSoup is hot."))
    search.warm_up()
    asked = search.embed_question("lunch?")
    assert {passage.key for passage in search.search(asked)} == {"0", "1"}
    assert {passage.key for passage in search.search(asked, "0")} == {"0"}
    assert search.search(asked, "1")[0] == PassageId("1", 2)


def test_what_is_in_a_language_that_it_does_not_understand_means_nothing_to_it():
    german = article("Das Café verkauft lunch.", "de")
    search = search_of(german, article(MANUAL))
    asked = search.embed_question("lunch?")
    german_one = search.index.passages([PassageId("0", 1)])
    english = search.index.passages([PassageId("1", 2)])
    candidates = [(entry, 0) for entry in german_one + english]
    for _ in range(2):
        assert search.similarities(asked, candidates).tolist()[0] == 0
        search.warm_up()
    assert PassageId("0", 1) not in search.search(asked)
    assert search.rerank("lunch?", search.encoder, [("0", 0)], []) == {}
    reranked = search.rerank("lunch?", search.encoder, [("0", 0), ("1", 1)], [])
    assert set(reranked) == {("1", 0), ("1", 1), ("1", 2)}


def test_a_question_is_embedded_once():
    encoder = TopicReranker()
    search = search_of(article(MANUAL), encoder=encoder)
    first, again = (search.embed_question("lunch?") for _ in range(2))
    assert encoder.embedded.count("lunch?") == 1
    assert again.tolist() == first.tolist()


def test_windows_are_chosen_by_words_and_then_by_meaning_in_rounds():
    long = "The keeper of the light wrote down the weather of each day in a book. " * 4
    reader = TopicReranker()
    search = search_of(article(f"{long}\n\n" * 9), encoder=reader)
    by_words = [("0", n) for n in range(0, 36, 4)]
    logits = search.rerank("lunch?", search.encoder, by_words, by_words[::-1])
    assert ROUNDS == ((1, 1), (1, 3), (1, 4))
    assert [
        (question, [window.first // 4 for window in windows])
        for question, windows in reader.scored
    ] == [("lunch?", [0]), ("lunch?", [8, 7]), ("lunch?", [6])]
    assert set(logits) == {
        ("0", 4 * first + n) for first in (0, 8, 7, 6) for n in range(4)
    }


def test_after_a_sure_answer_no_more_windows_are_read():
    reader = TopicReranker()
    long = "The keeper of the light wrote down the weather of each day in a book. " * 4
    soup = "Soup is served at lunch."
    search = search_of(article(f"{soup}\n\n" + f"{long}\n\n" * 9), encoder=reader)
    by_words = [("0", n) for n in range(0, 36, 4)]
    with patch("retrieval.ranking.semantic_search.SURE_LOGIT", 2.0):
        reranked = search.rerank("lunch?", search.encoder, by_words, by_words[::-1])
    ((_, windows),) = reader.scored
    assert len(windows) == ROUNDS[0][1]
    assert reranked["0", 0].logit > 2
    assert reranked["0", 0].answer == (0, len("Soup"))


def test_a_question_that_comes_while_sentences_are_embedded_does_not_wait():
    begun, go_on = threading.Event(), threading.Event()

    class Slow(TopicReranker):
        def embed(self, texts):
            if texts != ["lunch?"]:
                begun.set()
                assert go_on.wait(60)
            return super().embed(texts)

    search = search_of(article(MANUAL), encoder=Slow())
    thread = threading.Thread(target=search.warm_up)
    thread.start()
    assert begun.wait(60)
    search.warm_up()
    assert search.search(search.embed_question("lunch?")) == []
    go_on.set()
    thread.join()
    assert search.search(search.embed_question("lunch?"))[0] == PassageId("0", 2)


def test_a_large_collection_is_not_looked_through_while_a_question_waits(monkeypatch):
    monkeypatch.setattr(semantic_search, "MAX_SEARCHED_WHILE_WAITING", 2)
    search = search_of(article(MANUAL))
    search.warm_up_if_quick()
    asked = search.embed_question("lunch?")
    assert search.search(asked) == []
    search.warm_up()
    assert search.search(asked)[0] == PassageId("0", 2)


def test_an_article_that_is_not_there_has_no_nearest_sentence():
    search = search_of(article(MANUAL))
    assert search.search(search.embed_question("lunch?"), "7") == []


def test_of_changed_articles_only_the_new_ones_are_embedded():
    reader = TopicReranker()
    embeddings = EmbeddingCache(reader)
    index = index_of(article(MANUAL), article("Cows eat.\n\nSoup is hot."))
    before = SemanticSearch(index, embeddings)
    before.warm_up()
    put = {"1": article("Bees make honey."), "2": article("Bread is baked.")}
    after = SemanticSearch(index.with_changes(put, ["0"]), embeddings)
    after.supersede(before)
    reader.embedded.clear()
    assert after.n_missing == after.count_missing() == 2
    assert after.search(after.embed_question("lunch?")) == []
    after.warm_up()
    assert reader.embedded == ["lunch?", "Bees make honey.", "Bread is baked."]
    assert after.n_missing == 0
    found = after.search(after.embed_question("lunch?"))
    assert {passage.key for passage in found} <= {"1", "2"}
    assert before.search(before.embed_question("lunch?"))[0] == PassageId("0", 2)


def test_a_superseded_search_embeds_nothing_more_and_hands_over_what_it_has(
    monkeypatch,
):
    monkeypatch.setattr(semantic_search, "EMBEDDED_AT_ONCE", 1)
    index = index_of(article("Cows eat."), article("Soup is hot."), article("Bees."))
    embeddings = EmbeddingCache(TopicReranker())
    before, after = SemanticSearch(index, embeddings), SemanticSearch(index, embeddings)
    told = []

    def progress(articles, *, description):
        for n, one in enumerate(articles):
            if n == 2:
                after.supersede(before)
            told.append((description, before.n_missing))
            yield one

    before.warm_up(progress)
    assert told == [("Embedding", 3), ("Embedding", 2), ("Embedding", 1)]
    assert (before.n_missing, after.n_missing) == (1, 1)
    assert before.search(before.embed_question("lunch?")) == []
    after.warm_up()
    assert after.search(after.embed_question("lunch?"))[0] == PassageId("1", 1)


def test_embedding_goes_on_where_it_was_stopped(tmp_path):
    class Stopped(Exception):
        pass

    def progress(articles, *, description):
        yield articles[0]
        raise Stopped(description)

    reader = TopicReranker()
    index = index_of(article("Cows eat."), article("Soup is hot."))
    search = SemanticSearch(index, EmbeddingCache(reader, tmp_path))
    with pytest.raises(Stopped):
        search.warm_up(progress, store=True)
    reader.embedded.clear()
    again = SemanticSearch(index, EmbeddingCache(reader, tmp_path))
    assert again.count_missing() == 1
    again.warm_up(store=True)
    assert reader.embedded == ["Soup is hot."]


def test_preparing_shows_how_far_it_is():
    shown = []

    def progress(articles, *, description):
        for one in articles:
            shown.append((description, *one))
            yield one

    articles = [article(MANUAL), article("Cows eat grass.")]
    answerer = Answerer(articles, reader=TopicReranker())
    answerer.warm_up(progress)
    assert [article for _, _, article in shown] == articles
    Answerer(articles, reader=None).warm_up(progress)
    assert len(shown) == len(articles)
