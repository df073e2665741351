"""The splits of articles into train, dev and test."""

import pytest

from benchmarks import splits
from benchmarks.splits import DEV, SPLITS, TEST, TRAIN, fold_of, split_name
from retrieval import Article
from retrieval.evaluation.question_sets import LabelledArticle
from tests.question_sets import write_readers


def labelled(title, text="Bees fly.", split=""):
    return LabelledArticle(Article.from_text(text, title=title), (), split=split)


def test_an_article_is_in_one_split_in_every_file_that_has_it():
    bees = labelled("Bees", "Bees\n\nBees fly.")
    others = labelled("Bees", "Bienen\n\nBienen fliegen.")
    assert split_name(bees) == split_name(others)


def test_about_a_quarter_of_all_articles_is_held_out():
    articles = [labelled(f"Bees {n}") for n in range(400)]
    assert 70 < sum(split_name(one) == DEV for one in articles) < 130
    assert {split_name(one) for one in articles} == {TRAIN, DEV}
    assert {fold_of(one.article, 5) for one in articles} == set(range(5))


@pytest.mark.parametrize("split", SPLITS)
def test_a_file_may_name_its_split(split):
    assert split_name(labelled("Bees", split=split)) == split


def test_the_files_of_a_split_are_listed(tmp_path, monkeypatch, capsys):
    path = write_readers(tmp_path)
    for split, listed in ((TEST, f"{path}\n"), (TRAIN, "")):
        monkeypatch.setattr(splits, "split_name", lambda _, found=split: found)
        assert splits.main([str(tmp_path)]) == 0
        assert capsys.readouterr().out == listed
        assert splits.main(["--split", split, str(tmp_path)]) == 0
        assert capsys.readouterr().out == f"{path}\n"
    (tmp_path / "lamp.json").write_text("{")
    assert splits.main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
