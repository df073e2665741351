"""The split of articles into a train and a test part."""

from benchmarks import splits
from benchmarks.splits import is_test, split_of
from retrieval import Article
from tests.question_sets import write_readers


def test_an_article_is_in_one_split_in_every_file_that_has_it():
    bees = Article.from_text("Bees\n\nBees fly.", title="Bees")
    others = Article.from_text("Bienen\n\nBienen fliegen.", title="Bees")
    assert is_test(bees) == is_test(others)


def test_the_test_split_is_about_a_quarter_of_all_articles():
    articles = [Article.from_text("Bees fly.", title=f"Bees {n}") for n in range(400)]
    assert 70 < sum(map(is_test, articles)) < 130
    assert {split_of(article, 5) for article in articles} == set(range(5))


def test_the_files_of_the_test_split_are_listed(tmp_path, monkeypatch, capsys):
    path = write_readers(tmp_path)
    for in_test, listed in ((True, f"{path}\n"), (False, "")):
        monkeypatch.setattr(splits, "is_test", lambda _, found=in_test: found)
        assert splits.main([str(tmp_path)]) == 0
        assert capsys.readouterr().out == listed
    (tmp_path / "lamp.json").write_text("{")
    assert splits.main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
