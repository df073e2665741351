import json
import os
import sys
from importlib.metadata import requires, version
from importlib.resources import files

import numpy as np
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks.fit import __main__ as fit
from benchmarks.fit.training import fit_logistic
from benchmarks.splits import DEV
from retrieval.encoder import FITTED_ENCODER
from retrieval.ranking import answer_features, sentence_features
from retrieval.ranking.model import (
    BIAS,
    CROSS_LANGUAGE,
    EMBEDDING,
    FALLBACK,
    FEATURE_SETS,
    LEXICAL,
    RERANKED,
    feature_names,
)
from tests.question_sets import bees, cows, mills, tea, write
from tests.retrieval.encoder.fakes import TopicReranker


@pytest.fixture
def questions(tmp_path):
    return write(
        tmp_path / "small.json",
        bees(impossible=["Who reads honey?"]),
        tea(),
        cows(),
        mills(),
    )


def test_fitting_twice_gives_the_same_file_with_a_weight_for_each_feature(
    questions, tmp_path, capsys
):
    files = [tmp_path / "first.json", tmp_path / "second.json"]
    for file in files:
        assert fit.main(["--output", str(file), questions]) == 0
    first, second = (file.read_bytes() for file in files)
    assert first == second
    versions = json.loads((tmp_path / "versions.json").read_text())
    assert versions == {name: version(name) for name in fit.LIBRARIES}
    weights = json.loads(first)
    assert list(weights) == ["en", FALLBACK]
    answer_names = [*feature_names(answer_features.ANSWER_FEATURES), BIAS]
    for by_feature_set in weights.values():
        (found,) = by_feature_set.values()
        assert list(found["sentence"]) == feature_names(
            sentence_features.SENTENCE_FEATURES
        )
        assert 0 < found["contradiction_factor"] < 1
        assert np.isfinite([*found["sentence"].values()]).all()
        for part in ("single_article", "multi_article"):
            assert list(found[part]) == answer_names
            assert np.isfinite([*found[part].values()]).all()
        assert found["single_article"] != found["multi_article"]
    out, err = capsys.readouterr()
    assert "By lexical features, on articles held back, one alone" in out
    assert err == ""


def test_several_processes_fit_what_one_does(questions, tmp_path, monkeypatch):
    other = write(tmp_path / "other.json", tea(), cows(), mills(), bees())
    files = {cores: tmp_path / f"{cores}.json" for cores in (1, 2)}
    for cores, file in files.items():
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert fit.main(["--output", str(file), questions, other]) == 0
    assert files[1].read_bytes() == files[2].read_bytes()


def test_a_feature_that_tells_gold_from_others_gets_a_weight(questions, tmp_path):
    file = tmp_path / "weights.json"
    fit.main(["--output", str(file), questions])
    weights = json.loads(file.read_bytes())["en"][LEXICAL]
    assert weights["sentence"]["relative_bm25"] > 0
    assert weights["single_article"]["covered"] > 0


def test_with_too_few_articles_several_are_judged_like_one(tmp_path):
    file = tmp_path / "weights.json"
    few = write(tmp_path / "few.json", bees(), tea(), cows())
    assert fit.main(["--output", str(file), few]) == 0
    weights = json.loads(file.read_bytes())["en"][LEXICAL]
    assert weights["multi_article"] == weights["single_article"]


def test_logistic_regression_finds_the_odds_of_two_groups():
    """The penalty is negligible: log odds of 3 in 4, and of 1 in 4."""
    features = np.array([[1.0, 1.0]] * 4_000 + [[0.0, 1.0]] * 4_000)
    hits = np.array(([True] * 3 + [False]) * 1_000 + ([False] * 3 + [True]) * 1_000)
    weight, bias = fit_logistic(features, hits, np.ones(8_000))
    assert bias == pytest.approx(-np.log(3), abs=0.01)
    assert weight == pytest.approx(2 * np.log(3), abs=0.02)


def test_ablate_tells_what_each_feature_is_worth_and_writes_nothing(
    questions, tmp_path, capsys
):
    file = tmp_path / "weights.json"
    assert fit.main(["--ablate", "--output", str(file), questions]) == 0
    out = capsys.readouterr().out
    assert not file.exists()
    assert all(
        name in out for name in feature_names(sentence_features.SENTENCE_FEATURES)
    )
    assert "(all kept)" in out


def test_too_few_articles_are_one_line(tmp_path, capsys):
    single = write(tmp_path / "single.json", bees())
    assert fit.main(["--output", str(tmp_path / "w.json"), single]) == 2
    assert capsys.readouterr().err.endswith("two with an answered question\n")


def test_a_bad_file_is_one_line(tmp_path, capsys):
    assert fit.main(["--output", str(tmp_path / "w.json"), "none.json"]) == 2
    assert capsys.readouterr().err.endswith("none.json: no such file; check the path\n")


def test_an_output_that_cannot_be_written_is_one_line(questions, tmp_path, capsys):
    assert fit.main(["--output", str(tmp_path), questions]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_missing_scipy_is_one_line(questions, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    assert fit.main([questions]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "pip install -e '.[benchmarks]'" in err


def test_ctrl_c_ends_with_130(questions, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(fit, "make_examples", interrupt)
    assert fit.main([questions]) == 130


def test_what_a_reader_adds_is_fitted_to_the_weights_of_words(
    questions, tmp_path, monkeypatch, capsys
):
    file = tmp_path / "weights.json"
    assert fit.main(["--output", str(file), questions]) == 0
    words = json.loads(file.read_bytes())
    reader = TopicReranker()
    reader.languages = frozenset({"de", "en"})
    monkeypatch.setattr(fit, "load_encoder", lambda *_, **__: reader)
    monkeypatch.setattr("benchmarks.fit.examples.split_name", lambda _: DEV)
    assert fit.main(["--reader", "--output", str(file), questions]) == 0
    assert CROSS_LANGUAGE not in json.loads(file.read_bytes())[FALLBACK]
    files = [questions]
    translated = {
        "Who makes honey?": "Wer macht den Honig und wo?",
        "Where does tea grow?": "Wo wächst der Tee und wann?",
        "Who milks cows?": "Wer melkt die Kühe und wann?",
        "What do millers wear?": "Was tragen die Müller und warum?",
    }
    for language in ("en", "de"):
        articles = [bees(), tea(), cows(), mills()]
        for article, asked in zip(articles, translated.items(), strict=True):
            question = article["paragraphs"][0]["qas"][0]
            question |= {"question": asked[language == "de"], "id": asked[0]}
        files.append(write(tmp_path / f"{language}.json", *articles))
    assert fit.main(["--reader", "--output", str(file), *files]) == 0
    weights = json.loads(file.read_bytes())
    assert weights[FALLBACK][LEXICAL] == words[FALLBACK][LEXICAL]
    assert weights["en"][LEXICAL] == words["en"][LEXICAL]
    for feature_set in (EMBEDDING, RERANKED):
        found = weights["en"][feature_set]
        assert list(found["sentence"]) == feature_names(
            FEATURE_SETS[feature_set].sentence
        )
        assert list(found["single_article"]) == [
            *feature_names(FEATURE_SETS[feature_set].answer),
            BIAS,
        ]
        assert np.isfinite([*found["sentence"].values()]).all()
    assert weights["en"][RERANKED]["sentence"]["lexical_log_probability"] > 0
    across = weights[FALLBACK][CROSS_LANGUAGE]
    assert list(across["sentence"]) == feature_names(
        FEATURE_SETS[CROSS_LANGUAGE].sentence
    )
    assert (
        "By reranked features, on articles held back, among others"
        in capsys.readouterr().out
    )


def test_without_a_reader_there_is_nothing_to_add(
    questions, tmp_path, monkeypatch, capsys
):
    monkeypatch.delitem(sys.modules, "retrieval.encoder.onnx", raising=False)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    file = str(tmp_path / "weights.json")
    assert fit.main(["--reader", "--output", file, questions]) == 2
    assert "install article-bot[reader]" in capsys.readouterr().err


def test_the_committed_weights_are_of_the_features_that_there_are():
    weights = json.loads((files("retrieval") / "ranking" / "weights.json").read_text())
    assert {key: list(found) for key, found in weights.items()} == {
        "en": [LEXICAL, EMBEDDING, RERANKED],
        "th": [LEXICAL],
        "vi": [LEXICAL],
        "zh": [LEXICAL],
        FALLBACK: [LEXICAL, RERANKED, EMBEDDING, CROSS_LANGUAGE],
    }
    for by_feature_set in weights.values():
        for feature_set, found in by_feature_set.items():
            assert list(found["sentence"]) == feature_names(
                FEATURE_SETS[feature_set].sentence
            )
            assert list(found["multi_article"]) == [
                *feature_names(FEATURE_SETS[feature_set].answer),
                BIAS,
            ]


def test_what_terms_and_sentences_come_from_is_bounded_to_what_was_fitted_with():
    """A newer version may split text differently: refit, or check for no change."""
    fitted = json.loads((files("retrieval") / "ranking" / "versions.json").read_text())
    assert set(fitted) == {*fit.LIBRARIES, FITTED_ENCODER}
    needed = [Requirement(each) for each in requires("article-bot")]
    bounds = {canonicalize_name(each.name): each.specifier for each in needed}
    for name in fit.LIBRARIES:
        bound = bounds[canonicalize_name(name)]
        assert any(each.operator == "<" for each in bound), name
        assert fitted[name] in bound
        assert version(name) in bound
