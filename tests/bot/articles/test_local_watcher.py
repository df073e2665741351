import asyncio
import contextlib
import itertools
import logging
import os
import random
import shutil
import threading
from functools import partial

import pytest

from bot.articles import local_watcher as local_watcher_module
from bot.articles.local import LocalCatalogue
from bot.articles.local_watcher import LocalWatcher
from retrieval import Answerer, ArticleError, load_article
from tests.web_server import WebServer


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bees.txt").write_text("Bees make honey.")
    (folder / "cows.txt").write_text("Cows make milk.")
    return folder


def open_watcher(*names):
    watcher = LocalWatcher(
        [str(name) for name in names], load_article, partial(Answerer)
    )
    watcher.load()
    return watcher


def slugs(watcher):
    return [entry.slug for entry in watcher.catalogue.entries]


def touch(path, text):
    """Write a file so that its change shows, however coarse the clock."""
    path.write_text(text)
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1_000_000_000))


def test_what_has_not_changed_is_not_read_again(folder):
    watcher = open_watcher(folder)
    before = watcher.catalogue
    assert watcher.refresh() is False
    assert watcher.catalogue is before


def test_new_changed_and_deleted_files_make_a_new_catalogue(folder):
    watcher = open_watcher(folder)
    before = watcher.catalogue
    (folder / "dogs.txt").write_text("Dogs make noise.")
    touch(folder / "bees.txt", "Bees make wax.")
    (folder / "cows.txt").unlink()
    assert watcher.refresh() is True
    assert slugs(watcher) == ["bees", "dogs"]
    answer = watcher.catalogue.answerer.answer("What do bees make?")
    assert answer.citations[0].quote == "Bees make wax."
    assert [entry.slug for entry in before.entries] == ["bees", "cows"]


def test_a_named_file_that_is_gone_or_broken_keeps_its_last_version(folder, caplog):
    path = folder / "bees.txt"
    watcher = open_watcher(path)
    path.write_bytes(b"\0")
    assert watcher.refresh() is False
    path.unlink()
    assert watcher.refresh() is False
    assert watcher.refresh() is False, "and it is told once"
    assert slugs(watcher) == ["bees"]
    assert caplog.text.count("The last version is kept") == 2


def test_an_emptied_folder_keeps_the_articles(folder, caplog):
    watcher = open_watcher(folder)
    for path in folder.iterdir():
        path.unlink()
    assert watcher.refresh() is False
    (folder / "a.bin").write_bytes(b"\0")
    assert watcher.refresh() is False
    assert slugs(watcher) == ["bees", "cows"]
    assert "no file in this folder" in caplog.text


def test_a_folder_without_a_readable_file_says_so(tmp_path, caplog):
    (tmp_path / "a.bin").write_bytes(b"\0")
    with caplog.at_level(logging.WARNING), pytest.raises(ArticleError, match="no file"):
        open_watcher(tmp_path)
    assert "It is left out" in caplog.text


@contextlib.asynccontextmanager
async def watching(*names, seconds=600):
    """Run a watcher of these names; yield a function that waits for words."""
    watcher = open_watcher(*names)
    watch = asyncio.create_task(watcher.watch(seconds))

    async def quotes(words):
        async with asyncio.timeout(20):
            while words not in "".join(
                e.article.text for e in watcher.catalogue.entries
            ):
                await asyncio.sleep(0.02)

    try:
        yield quotes
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)


N_FILES, AT_ONCE = 2_000, 20


def report(number, version):
    return (
        f"Pond {number}\n\nPond {number} holds {1_000 + version} carp, and newts.\n\n"
        f"The warden of pond {number} is Quin {1_000 + version}.\n"
    )


@pytest.mark.parametrize(
    "n_changes", [pytest.param(40), pytest.param(200, marks=pytest.mark.slow)]
)
async def test_changes_of_files_are_served_whole_while_questions_are_asked(
    tmp_path, n_changes
):
    for number in range(N_FILES):
        (tmp_path / f"pond-{number}.txt").write_text(report(number, 0))
    watcher = open_watcher(tmp_path)
    watch = asyncio.create_task(watcher.watch(600))
    allowed = {number: {report(number, 0)} for number in range(N_FILES)}
    stop, asked = threading.Event(), []

    def ask(numbers):
        for number in itertools.cycle(numbers):
            if stop.is_set():
                return
            before = set(allowed[number])
            question = f"How many carp does pond {number} hold?"
            answer = watcher.catalogue.answer(question, (), ())
            asked.append((number, before | allowed[number], answer))

    rounds = [
        random.Random(n).sample(range(N_FILES), AT_ONCE)
        for n in range(n_changes // AT_ONCE)
    ]
    changing = sorted({number for numbers in rounds for number in numbers})
    threads = [
        asyncio.create_task(asyncio.to_thread(ask, changing[first::2]))
        for first in (0, 1)
    ]
    try:
        for version, numbers in enumerate(rounds, 1):
            for number in numbers:
                allowed[number].add(report(number, version))
                touch(tmp_path / f"pond-{number}.txt", report(number, version))
            async with asyncio.timeout(120):
                for number in numbers:
                    new, slug = report(number, version), f"pond-{number}"
                    while watcher.catalogue.find(slug).article.text != new:
                        await asyncio.sleep(0.02)
            for number in numbers:
                allowed[number] = {report(number, version)}
    finally:
        stop.set()
        await asyncio.gather(*threads)
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
    assert len(asked) > n_changes
    for number, states, answer in asked:
        best = answer.citations[0]
        assert best.article.text in states
        assert best.article.text[best.start : best.end] == best.quote
        assert f"Pond {number} holds" in best.quote


async def test_a_folder_that_was_made_anew_is_watched_on(folder):
    async with watching(folder) as quotes:
        (folder / "new.txt").write_text("Dogs make noise.")
        await quotes("Dogs")
        shutil.rmtree(folder)
        folder.mkdir()
        (folder / "bees.txt").write_text("Bees make wax.")
        await quotes("wax")
        (folder / "deep").mkdir()
        (folder / "deep" / "ants.txt").write_text("Ants make paths.")
        await quotes("Ants")


async def test_a_folder_that_is_swapped_for_another_is_watched_on(folder, tmp_path):
    """Deployments replace the link to the old version by one to the new."""
    other, current, link = tmp_path / "other", tmp_path / "current", tmp_path / "link"
    shutil.copytree(folder, other)
    (other / "bees.txt").write_text("Bees make wax.")
    current.symlink_to(folder)
    async with watching(current) as quotes:
        await quotes("honey")
        link.symlink_to(other)
        link.replace(current)
        await quotes("wax")
        (other / "dogs.txt").write_text("Dogs make noise.")
        await quotes("Dogs")


async def test_a_file_that_is_replaced_is_served(folder):
    async with watching(folder / "bees.txt") as quotes:
        (folder / "part").write_text("Bees make wax.")
        (folder / "part").replace(folder / "bees.txt")
        await quotes("wax")


async def test_where_nothing_can_be_watched_changes_are_looked_for_now_and_then(
    folder, monkeypatch, caplog
):
    async def watch_nothing(*_, **__):
        raise OSError("OS file watch limit reached")
        yield

    monkeypatch.setattr(local_watcher_module, "awatch", watch_nothing)
    async with watching(folder, seconds=0.05) as quotes:
        touch(folder / "bees.txt", "Bees make wax.")
        await quotes("wax")
    assert "minutes (OS file watch limit reached)" in caplog.text


async def test_a_folder_that_goes_while_it_is_about_to_be_watched_is_survived(
    folder, monkeypatch
):
    real, calls = local_watcher_module.awatch, []

    async def watch(*paths, **more):
        calls.append(paths)
        if len(calls) == 1:
            raise FileNotFoundError(str(folder))
        async for changes in real(*paths, **more):
            yield changes

    monkeypatch.setattr(local_watcher_module, "awatch", watch)
    async with watching(folder) as quotes:
        (folder / "bees.txt").write_text("Bees make wax.")
        await quotes("wax")


async def test_a_fault_of_our_own_is_logged_and_the_next_change_is_served(
    folder, monkeypatch, caplog
):
    async with watching(folder) as quotes:
        real, faults = LocalCatalogue.with_articles, [RuntimeError("Oh")]

        def change(*arguments):
            if faults:
                raise faults.pop()
            return real(*arguments)

        monkeypatch.setattr(LocalCatalogue, "with_articles", change)
        (folder / "bees.txt").write_text("Bees make wax.")
        async with asyncio.timeout(20):
            while faults:
                await asyncio.sleep(0.02)
        (folder / "cows.txt").write_text("Cows make cheese.")
        await quotes("cheese")
    assert "could not be loaded again" in caplog.text


def test_copies_of_one_article_are_one(folder):
    shutil.copy(folder / "bees.txt", folder / "again.txt")
    watcher = open_watcher(folder)
    assert slugs(watcher) == ["again", "cows"]


def test_a_page_that_is_gone_is_withdrawn_and_left_out_at_the_start(caplog, folder):
    with WebServer() as server:
        page = "<article><h1>Hives</h1><p>Hives are warm.</p></article>"
        link = server.html("/hives", page)
        load = partial(load_article, allow_private=True)
        watcher = LocalWatcher([link, str(folder)], load, partial(Answerer))
        watcher.load()
        assert slugs(watcher) == ["hives", "bees", "cows"]
        del server.pages["/hives"]
        assert watcher.refresh(links=True) is True
        assert slugs(watcher) == ["bees", "cows"]
        assert "It is withdrawn" in caplog.text
        again = LocalWatcher([link, str(folder)], load, partial(Answerer))
        again.load()
        assert slugs(again) == ["bees", "cows"]
        alone = LocalWatcher([link], load, partial(Answerer))
        with pytest.raises(ArticleError, match="no such page"):
            alone.load()
