import json
import sqlite3
import sys

import pytest

from benchmarks.baselines import SEARCHERS, SqliteFts5
from benchmarks.quality import compare, main
from retrieval import Article
from retrieval.evaluation.question_sets import load_question_set
from tests.question_sets import BEES, bees, entry, tea, write

TEXT = "\n\n".join(BEES)


@pytest.fixture(autouse=True)
def _reader_that_comes_with_it(monkeypatch, reader):
    monkeypatch.setattr("benchmarks.baselines.default_encoder", lambda: reader)


@pytest.fixture
def questions(tmp_path):
    return write(tmp_path / "small.json", bees(impossible=["Who reads?"]), tea())


@pytest.mark.parametrize("build", SEARCHERS.values(), ids=SEARCHERS)
def test_every_searcher_quotes_the_sentence_that_shares_rare_words(build):
    article = Article.from_text(TEXT, language="en")
    searcher = build(article)
    start, end = searcher.answer("Who wear white veils in summer.")
    assert TEXT[start:end] == "Keepers wear white veils in summer."
    assert searcher.rank("Who wear white veils in summer.", 10)[0] == (start, end)


@pytest.mark.parametrize("build", SEARCHERS.values(), ids=SEARCHERS)
@pytest.mark.parametrize("question", ["", "?", "Zebra", '"AND" OR NOT * (', "It is."])
def test_every_searcher_survives_a_question_without_a_match(build, question):
    searcher = build(Article.from_text(TEXT, language="en"))
    assert len(searcher.rank(question, 10)) <= 4


@pytest.mark.parametrize("build", SEARCHERS.values(), ids=SEARCHERS)
@pytest.mark.parametrize("text", ["It is.", "蜜蜂酿蜜。茶长在山上。", "ผึ้งทำน้ำผึ้ง"])
def test_every_searcher_indexes_an_article_of_few_or_other_words(build, text):
    build(Article.from_text(text)).rank(text, 3)


def test_sqlite_finds_any_word_of_the_question():
    searcher = SqliteFts5(Article.from_text(TEXT))
    start, end = searcher.answer("Do zebras eat?")
    assert TEXT[start:end] == "Drones do nothing but eat."
    assert searcher.answer("Zebras?") is None


def test_all_searchers_stand_side_by_side(questions):
    steps = []
    rows = compare(load_question_set(questions), lambda: steps.append(1))
    assert [row.searcher for row in rows] == list(SEARCHERS)
    assert len(steps) == 2 * len(SEARCHERS)
    assert rows[-1].hit_at_1 == rows[-2].hit_at_1 == 1.0
    assert all(0 <= row.hit_at_1 <= row.hit_at_3 <= 1 for row in rows)
    assert all(row.median_milliseconds > 0 for row in rows)


def test_articles_without_a_sentence_and_sets_without_an_answer_harm_nothing(tmp_path):
    empty = entry("Empty", ["..."], {}, impossible=["Who?"])
    rows = compare(load_question_set(write(tmp_path / "a.json", empty)))
    assert {row.hit_at_1 for row in rows} == {None}


def test_the_table_fits_80_columns(questions, capsys):
    assert main([questions, questions]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("small: 4 answerable questions") == 2
    assert max(map(len, out.splitlines())) <= 80


def test_json_is_one_object(questions, capsys):
    assert main(["--json", questions]) == 0
    (measured,) = json.loads(capsys.readouterr().out)["question_sets"]
    assert measured["searchers"][-1]["searcher"] == "this project"


def test_a_missing_peer_is_one_line(questions, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "bm25s", None)
    assert main([questions]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "pip install -e '.[benchmarks]'" in err


def test_a_missing_reader_is_one_line(questions, monkeypatch, capsys):
    monkeypatch.setattr("benchmarks.baselines.default_encoder", lambda: None)
    assert main([questions]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "pip install -e '.[reader]'" in err


def test_a_sqlite_without_full_text_search_is_one_line(questions, monkeypatch, capsys):
    class Bare:
        def execute(self, _):
            raise sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr("sqlite3.connect", lambda _: Bare())
    assert main([questions]) == 2
    assert "has no FTS5" in capsys.readouterr().err


def test_a_bad_file_is_one_line(capsys):
    assert main(["none.json"]) == 2
    assert capsys.readouterr().err.endswith("none.json: no such file; check the path\n")


def test_ctrl_c_ends_with_130(questions, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("benchmarks.quality.compare", interrupt)
    assert main([questions]) == 130
