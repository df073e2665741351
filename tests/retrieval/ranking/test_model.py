import numpy as np
import pytest

from retrieval import Article
from retrieval.documents.traits import Traits
from retrieval.index.memory import MemoryIndex
from retrieval.query.query import parse_query
from retrieval.ranking.answer_features import (
    ANSWER_FEATURES,
    Selection,
)
from retrieval.ranking.candidates import TraitColumns
from retrieval.ranking.contradictions import is_contradicted
from retrieval.ranking.extraction import extract_candidates
from retrieval.ranking.model import FALLBACK, model_for
from retrieval.ranking.sentence_features import SENTENCE_FEATURES
from retrieval.text.analysis import Analyzer

FEATURES = {feature.__name__: feature for feature in SENTENCE_FEATURES}
ANSWER = {feature.__name__: feature for feature in ANSWER_FEATURES}
TEXT = (
    "The first bridge was opened in 1921 by Ann Lee. It was closed after a flood, "
    "because its piers had moved. Five boats, two trains, and a bus carried people.\n\n"
    "A second bridge was built downstream in Riverton. It cost 40 million crowns."
)
ASKED = "When was the bridge closed after a flood?"


@pytest.fixture(scope="module")
def index():
    return MemoryIndex({"bridges": Article.from_text(TEXT, language="en")})


def candidates_of(index, question):
    query = parse_query(question, [Analyzer("en")])
    found = index.search(query, 60)
    passages = list(zip(found.passages, found.scores, strict=True))
    return extract_candidates(query, passages, found.statistics)


def select(index, question):
    found = candidates_of(index, question)
    probabilities = model_for("en").probabilities(found)
    best = int(probabilities.argmax())
    return Selection(found, probabilities, best, float(probabilities[best]))


def feature(index, question, name):
    return np.round(FEATURES[name](candidates_of(index, question)), 3).tolist()


@pytest.mark.parametrize(
    ("question", "name", "expected"),
    [
        ("When was the bridge opened?", "time_by_year", [1, 0, 0, 0, 0]),
        ("When was the bridge opened?", "time_by_number", [1, 0, 0, 0, 1]),
        ("Was the bridge opened in 1921?", "time_by_year", [0, 0, 0, 0, 0]),
        ("How many crowns did the bridge cost?", "quantity_by_number", [1, 0, 0, 0, 1]),
        ("How many boats met at the bridge?", "quantity_by_word", [0, 0, 1, 0, 1]),
        ("Who opened the bridge?", "person_by_names", [0.5, 0, 0, 0.25, 0]),
        ("Where was the bridge built?", "location_by_name", [1, 0, 0, 1, 0]),
        ("Which bridge was closed?", "focus", [1, 0, 0, 1, 0]),
        ("Which bridge was closed?", "focus_in_passage", [1, 1, 1, 1, 1]),
        ("Was it closed?", "focus", [0, 0, 0]),
    ],
)
def test_a_feature_tells_what_speaks_for_a_sentence(index, question, name, expected):
    assert feature(index, question, name) == expected


def test_candidates_have_every_trait_of_a_sentence():
    assert TraitColumns._fields == Traits._fields


@pytest.mark.parametrize("name", FEATURES)
@pytest.mark.parametrize(
    "question", ["bridge", "When was the zebra bridge opened in 1921?", "Why Riverton?"]
)
def test_every_feature_is_one_finite_number_for_each_candidate(index, question, name):
    found = candidates_of(index, question)
    values = FEATURES[name](found)
    assert values.shape == (len(found),)
    assert np.isfinite(values).all()


@pytest.mark.parametrize("name", ANSWER)
@pytest.mark.parametrize("question", ["bridge", "Who opened the zebra bridge in 1921?"])
def test_every_feature_of_the_confidence_is_finite(index, question, name):
    assert np.isfinite(ANSWER[name](select(index, question)))


def test_a_question_for_a_number_lacks_it_where_none_is_offered(index):
    lacks = ANSWER["expected_number_missing"]
    assert lacks(select(index, "How many piers had moved after the flood?"))
    assert not lacks(select(index, "How many crowns did it cost?"))
    assert not lacks(select(index, "Who closed it after the flood?"))


def test_probabilities_add_up_to_one(index):
    found = candidates_of(index, "Who opened the first bridge?")
    probabilities = model_for("en").probabilities(found)
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities.argmax() == 0


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who opened the first bridge?", False),
        ("Who opened the third bridge in 1921?", True),
        ("Who opened the bridge in 1921?", False),
        ("Who opened the bridge in 1931?", True),
    ],
)
def test_another_ordinal_or_year_contradicts(index, question, expected):
    assert is_contradicted(select(index, question)) is expected


def test_contradiction_lowers_the_confidence(index):
    selection = select(index, "Who opened the first bridge?")
    model = model_for("en")
    features = np.array([f(selection) for f in ANSWER.values()] + [1.0])
    whole, left = (
        model.calibrate(features, multi_article=False, contradicted=contradicted)
        for contradicted in (False, True)
    )
    assert whole == model.confidence(selection)
    assert left == pytest.approx(whole * model.contradiction_factor)


def test_languages_written_alike_share_weights_and_others_have_the_general_ones():
    assert model_for("ja") is model_for("zh")
    assert model_for("km") is model_for("th")
    assert model_for("fi") is model_for("de") is model_for(FALLBACK)
    assert model_for("en") is not model_for(FALLBACK)


@pytest.mark.parametrize(
    ("question", "name", "expected"),
    [
        ("Who opened the first bridge?", "content_covered", 1),
        ("Who painted the first bridge?", "content_known", 0.33),
        ("What about Riverton?", "no_content_term", 1),
        ("Was it built in Riverton?", "no_content_term", 0),
        ("Who is Ann Lee married to, that Ann Lee?", "only_name_matches", 1),
        ("Who is it that Ann Lee opened bridges for?", "only_name_matches", 0),
        ("When was it closed?", "expected_time_missing", 1),
        ("When was it opened?", "expected_time_missing", 0),
        ("Who closed it?", "asks_person", 1),
        ("Where was it built?", "asks_location", 1),
        ("How many piers?", "asks_quantity", 1),
        ("When was it opened?", "asks_time", 1),
    ],
)
def test_the_confidence_looks_at_what_is_asked_beyond_names(
    index, question, name, expected
):
    assert ANSWER[name](select(index, question)) == pytest.approx(expected, abs=0.2)


def test_a_derived_form_counts_as_what_is_asked(index):
    covered = ANSWER["content_covered_in_passage"]
    carriage = covered(select(index, "What about carriage over the bridge?"))
    painting = covered(select(index, "What about painting over the bridge?"))
    assert carriage > painting


def test_sentences_that_read_the_same_in_several_articles_count_once():
    versions = (TEXT, TEXT.replace("40 million", "44 million"), f"{TEXT} It stands.")
    articles = [Article.from_text(text, language="en") for text in versions]
    found = candidates_of(MemoryIndex(dict(zip("abc", articles, strict=True))), ASKED)
    texts = [found.sentence(n).text for n in range(len(found))]
    assert len(set(found.distinct.tolist())) == len(set(texts)) < len(texts)
    probabilities = model_for("en").probabilities(found)
    assert probabilities.sum() == pytest.approx(1)
    counting = [text for text, p in zip(texts, probabilities, strict=True) if p]
    assert sorted(counting) == sorted(set(texts))
    assert found.n_articles == 1


def test_a_sentence_that_one_article_repeats_counts_twice():
    twice = Article.from_text(f"{TEXT}\n\n{TEXT}", language="en")
    found = candidates_of(MemoryIndex({"a": twice}), ASKED)
    assert len(set(found.distinct.tolist())) == len(found)
    copied = candidates_of(MemoryIndex({"a": twice, "b": twice}), ASKED)
    assert len(set(copied.distinct.tolist())) == len(found) == len(copied) / 2


def test_articles_of_which_nothing_is_copied_all_count(index):
    other = Article.from_text("The ferry was closed in 1950.", language="en")
    both = index.with_changes({"ferry": other}, ())
    assert candidates_of(both, ASKED).n_articles == 2
