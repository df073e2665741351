"""Training examples of the encoder; PyTorch itself is not installed for the tests."""

import sys
from random import Random

import pytest

from benchmarks.splits import DEV, TRAIN
from benchmarks.training import vocabulary
from benchmarks.training.__main__ import LATE_START, PUBLIC_END, main, read_course
from benchmarks.training.examples import read_examples, with_history
from benchmarks.translations import read_translations
from retrieval.encoder.windows import split_windows
from retrieval.evaluation.question_sets import LabelledQuestion, load_question_set
from tests.question_sets import bees, cows, mills, tea, write, write_readers


@pytest.fixture
def all_train(monkeypatch):
    monkeypatch.setattr("benchmarks.training.examples.split_name", lambda _: TRAIN)


def examples(*paths, seed=1):
    sets = [load_question_set(path, language="en") for path in paths]
    return list(read_examples(sets, 2, Random(seed), {}))


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
def test_a_question_that_is_not_answered_has_no_gold(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.training.examples.TYPED", 0)
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
def test_public_questions_end_early_and_late_folders_begin_late(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.training.examples.TYPED", 0)
    public = write(tmp_path / "a.json", bees(), tea())
    readers, late = tmp_path / "readers", tmp_path / "late"
    for folder in (readers, late):
        write_readers(folder)
    course = read_course([public, str(readers)], [str(late)], 1)
    assert read_course([public, str(readers)], [str(late)], 1) == course
    of_readers = [n for n, one in enumerate(course) if "lamp" in str(one.windows)]
    assert len(of_readers) > len(course) / 2
    assert of_readers[-1] == len(course) - 1
    assert 0 < LATE_START < PUBLIC_END < 1


@pytest.mark.usefixtures("all_train")
def test_a_file_may_have_a_limit_of_examples(tmp_path):
    public = write(tmp_path / "a.json", bees(), tea(), cows())
    assert len(read_course([f"{public}:2"], [], 1)) == 2


@pytest.mark.usefixtures("all_train")
def test_questions_are_asked_in_other_languages_where_files_hold_them(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("benchmarks.training.examples.TRANSLATED", 1)
    monkeypatch.setattr("benchmarks.training.examples.TYPED", 0)
    english, german = bees(), bees()
    for article, text in (
        (english, "Where do bees live?"),
        (german, "Wo leben Bienen?"),
    ):
        article["paragraphs"][0]["qas"] = [
            {**article["paragraphs"][0]["qas"][0], "id": "1", "question": text}
        ]
    paths = [write(tmp_path / f"{n}.json", a) for n, a in enumerate((english, german))]
    asked = {example.question for example in read_course(paths, [], 1)}
    assert asked >= {"Where do bees live?", "Wo leben Bienen?"}
    translations = read_translations([*paths, str(tmp_path)])
    assert translations["Wo leben Bienen?"] == ["Where do bees live?"]


@pytest.mark.usefixtures("all_train")
def test_questions_are_typed_in_lower_case_too(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.training.examples.TYPED", 1)
    asked = [example.question for example in examples(write_readers(tmp_path))]
    assert asked == [text.lower().rstrip("?") for text in asked]


@pytest.mark.usefixtures("all_train")
def test_the_place_of_an_answer_in_its_sentence_is_known(tmp_path):
    article = bees()
    (paragraph,) = article["paragraphs"][:1]
    context = paragraph["context"]
    words = context.split()[1]
    paragraph["qas"] = [
        {
            **paragraph["qas"][0],
            "answers": [{"text": words, "answer_start": context.index(words)}],
        }
    ]
    example = examples(write(tmp_path / "a.json", article, tea()))[0]
    found = [
        sentence[slice(*span)]
        for window, spans in zip(example.windows, example.spans, strict=True)
        for sentence, span in zip(window.sentences, spans, strict=True)
        if span
    ]
    assert found == [words]


def test_what_is_held_out_makes_no_example(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.training.examples.split_name", lambda _: DEV)
    assert examples(write_readers(tmp_path)) == []


def test_without_pytorch_training_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main([write_readers(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "pip install -e '.[reader,training]'" in err


def test_without_its_packages_the_vocabulary_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "wordfreq", None)
    assert vocabulary.main([str(tmp_path / "a.txt")]) == 2
    assert "pip install -e '.[reader,training]'" in capsys.readouterr().err
