import logging
import os
from functools import partial

import pytest

from bot.library import Entry, Library
from bot.shelf import Shelf
from retrieval import Answerer, Article, ArticleError, load_article
from tests.conftest import library_of


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bees.txt").write_text("Bees make honey.")
    (folder / "cows.txt").write_text("Cows make milk.")
    return folder


def open_shelf(*names):
    shelf = Shelf([str(name) for name in names], load_article, partial(Answerer))
    shelf.open()
    return shelf


def slugs(shelf):
    return [entry.slug for entry in shelf.library.entries]


def touch(path, text):
    """Write a file so that its change shows, however coarse the clock."""
    path.write_text(text)
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1_000_000_000))


def test_what_has_not_changed_is_not_read_again(folder):
    shelf = open_shelf(folder)
    before = shelf.library
    assert shelf.refresh() is False
    assert shelf.library is before


def test_new_changed_and_deleted_files_make_a_new_library(folder):
    shelf = open_shelf(folder)
    before = shelf.library
    (folder / "dogs.txt").write_text("Dogs make noise.")
    touch(folder / "bees.txt", "Bees make wax.")
    (folder / "cows.txt").unlink()
    assert shelf.refresh() is True
    assert slugs(shelf) == ["bees", "dogs"]
    answer = shelf.library.answerer.answer("What do bees make?")
    assert answer.citations[0].quote == "Bees make wax."
    assert [entry.slug for entry in before.entries] == ["bees", "cows"]


def test_a_named_file_that_is_gone_or_broken_keeps_its_last_version(folder, caplog):
    path = folder / "bees.txt"
    shelf = open_shelf(path)
    path.write_bytes(b"\0")
    assert shelf.refresh() is False
    path.unlink()
    assert shelf.refresh() is False
    assert shelf.refresh() is False, "and it is told once"
    assert slugs(shelf) == ["bees"]
    assert caplog.text.count("The last version is kept") == 2


def test_an_emptied_folder_keeps_the_articles(folder, caplog):
    shelf = open_shelf(folder)
    for path in folder.iterdir():
        path.unlink()
    assert shelf.refresh() is False
    (folder / "a.bin").write_bytes(b"\0")
    assert shelf.refresh() is False
    assert slugs(shelf) == ["bees", "cows"]
    assert "no file in this folder" in caplog.text


def test_a_folder_without_a_readable_file_says_so(tmp_path, caplog):
    (tmp_path / "a.bin").write_bytes(b"\0")
    with caplog.at_level(logging.WARNING), pytest.raises(ArticleError, match="no file"):
        open_shelf(tmp_path)
    assert "It is left out" in caplog.text


def test_articles_are_named_after_their_files_and_pages():
    sources = ["a/Über uns.txt", "a/x.txt", "b/x.md", "https://e.org/p/q.html", None]
    sources += ["https://e.org/", "...", "漢字.txt", "y" * 99]
    articles = [Article.from_text("Bees fly.", source=source) for source in sources]
    names = [entry.slug for entry in library_of(articles).entries]
    assert names[0] == "uber-uns"
    assert names[1].startswith("x-")
    assert names[2].startswith("x-")
    assert names[1] != names[2]
    assert names[3] == "q"
    assert names[5] == "e-org"
    assert len(set(names)) == len(names)
    assert all(len(name) <= 48 for name in names)


def test_one_article_alone_is_answered_as_if_there_were_no_other():
    texts = ["Bees make honey.", "Cows make milk."]
    articles = [Article.from_text(t, source=t, language="en") for t in texts]
    library = library_of(articles)
    alone = library.answerer_of(library.entries[1])
    question = "What do bees make?"
    assert alone.answer(question) == Answerer([articles[1]]).answer(question)
    assert library.answerer_of(Entry("c", articles[1])) is not alone
    assert library.answerer_of(library.entries[1]) is alone
    assert library.answerer_of(None) is library.answerer
    single = Library(articles[:1], Answerer)
    assert single.answerer_of(single.entries[0]) is single.answerer
