import json
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from benchmarks import data
from benchmarks.data import HALVES, half_of, main
from benchmarks.public_sets import SETS, SQUAD, Original, PublicSet, read_selqa
from benchmarks.splits import DEV, split_name
from retrieval import Article
from retrieval.evaluation.question_sets import LabelledArticle, load_question_set
from tests.question_sets import bees, cows, mills, tea
from tests.web_server import WebServer

ROOT = Path(__file__).parents[2]
BODY = json.dumps({"version": "1.1", "data": [bees(), tea(), cows(), mills()]}).encode()
SELQA = [
    {
        "section": "Hives", "article": "Zinc Hive", "topic": "SCIENCE",
        "question": "What do bees make?", "is_paraphrase": True, "q_types": ["what"],
        "candidates": ["", "Bees buzz.", "They make honey.", "It is sold."],
        "answers": [2, 3],
    },
    {
        "section": "Green", "article": "Assam Tea", "topic": "FOOD",
        "question": "Who drinks?", "is_paraphrase": False, "q_types": ["who"],
        "candidates": ["Ann drinks tea."], "answers": [0],
    },
    {
        "section": "Hives", "article": "Zinc Hive", "topic": "SCIENCE",
        "question": "Do bees buzz?", "is_paraphrase": False, "q_types": [],
        "candidates": ["", "Bees buzz.", "They make honey.", "It is sold."],
        "answers": [1],
    },
]  # fmt: skip


@pytest.fixture
def server():
    with WebServer() as server:
        yield server


@pytest.fixture(autouse=True)
def _no_waiting_and_no_proxy(monkeypatch):
    monkeypatch.setattr(data, "WAIT_SECONDS", 0)
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def published(link, body):
    return Original(link, len(body), sha256(body).hexdigest())


@pytest.fixture(autouse=True)
def _public(monkeypatch, server):
    """Two languages of one set, as the server has them."""
    sets = tuple(
        PublicSet(
            f"bees.{language}",
            SQUAD,
            (published(server.file(f"/{language}.json", BODY, "text/plain"), BODY),),
        )
        for language in ("en", "de")
    )
    monkeypatch.setattr(data, "SETS", sets)


def written(folder):
    return {path.name for path in folder.rglob("*") if path.is_file()}


def refused(folder, capsys, *more):
    """Run a command that fails; return its one line of error."""
    assert main([str(folder), *more]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("python -m benchmarks.data: ")
    assert err.count("\n") == 1
    assert ".part" not in " ".join(written(folder) if folder.is_dir() else ())
    return err


def test_every_half_is_read_and_no_article_is_lost_or_twice(tmp_path, capsys):
    folder = tmp_path / "not" / "there"
    assert main([str(folder)]) == 0
    for language in ("en", "de"):
        sides = {
            half: load_question_set(folder / f"bees.{language}.{half}.json")
            for half in HALVES
        }
        titles = [a.article.title for s in sides.values() for a in s.articles]
        assert sorted(titles) == ["Bee Keeping", "Cows", "Mills", "Tea"]
        for half, side in sides.items():
            assert {half_of(a.article.title) for a in side.articles} == {half}
            for labelled in side.articles:
                assert all(question.answer_starts for question in labelled.questions)
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[0] == f"{folder}/bees.en.dev.json: 2 articles, 4 questions"
    assert len(out.splitlines()) == 4


def test_what_was_published_is_kept_beside_a_notice_of_whose_it_is(tmp_path):
    assert main([str(tmp_path)]) == 0
    assert (tmp_path / "originals" / "en.json").read_bytes() == BODY
    notice = (tmp_path / "NOTICE.md").read_text()
    assert "`bees.en`, `bees.de`" in notice
    assert "Stanford University" in notice
    assert "[CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/)" in notice


def test_a_second_run_fetches_nothing_and_writes_the_same(tmp_path, server):
    assert main([str(tmp_path)]) == 0
    first = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert len(server.asked) == 2
    assert main([str(tmp_path)]) == 0
    assert len(server.asked) == 2
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")} == first


def test_only_what_is_not_whole_is_fetched_again(tmp_path, server):
    assert main([str(tmp_path)]) == 0
    torn = tmp_path / "originals" / "de.json"
    torn.write_bytes(BODY[:-1])
    assert main([str(tmp_path)]) == 0
    assert [path for path, _ in server.asked] == ["/en.json", "/de.json", "/de.json"]
    assert torn.read_bytes() == BODY


def test_a_file_that_was_put_there_by_hand_is_taken(tmp_path, server):
    server.pages.clear()
    (tmp_path / "originals").mkdir()
    for language in ("en", "de"):
        (tmp_path / "originals" / f"{language}.json").write_bytes(BODY)
    assert main([str(tmp_path)]) == 0
    assert server.asked == []


@pytest.mark.parametrize("slash", ["", "/"])
def test_another_place_may_have_the_files_by_their_names(tmp_path, server, slash):
    for language in ("en", "de"):
        server.file(f"/copy/{language}.json", BODY, "text/plain")
    assert main([str(tmp_path), "--from", f"{server.url}/copy{slash}"]) == 0
    assert {path for path, _ in server.asked} == {"/copy/en.json", "/copy/de.json"}


def test_redirects_are_followed_and_packed_files_unpacked(tmp_path, server):
    server.packed("/moved.json", BODY)
    server.redirect("/en.json", "/moved.json", 301)
    assert main([str(tmp_path)]) == 0


def test_a_missing_set_is_one_line_and_what_came_before_is_kept(
    tmp_path, server, capsys
):
    del server.pages["/de.json"]
    line = refused(tmp_path, capsys)
    assert f"{server.url}/de.json: it is not there (HTTP 404)" in line
    assert "--from" in line
    assert {"en.json", "bees.en.dev.json", "bees.en.held.json"} < written(tmp_path)
    server.file("/de.json", BODY, "text/plain")
    assert main([str(tmp_path)]) == 0
    assert [path for path, _ in server.asked].count("/en.json") == 1


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"\n<!doctype html><p>Sign in", "a web page comes instead of the file"),
        (BODY[:-9], "what comes is no whole JSON"),
        (BODY + b" ", "what comes is another file than was published"),
        (b"", "what comes is no whole JSON"),
        (b"\xff" * len(BODY), "what comes is no whole JSON"),
        (b"[" * 100_000, "what comes is no whole JSON"),
        (b"{}", "what comes is another file than was published"),
    ],
    ids=["HTML", "truncated", "longer", "empty", "no UTF-8", "nested", "other JSON"],
)
def test_other_content_is_one_line_and_replaces_nothing(
    tmp_path, server, capsys, body, problem
):
    (tmp_path / "originals").mkdir()
    old = tmp_path / "originals" / "en.json"
    old.write_bytes(b"old")
    server.file("/en.json", body, "application/json")
    line = refused(tmp_path, capsys)
    assert f"/en.json: {problem}" in line
    assert f"put it into {tmp_path}/originals by hand" in line
    assert old.read_bytes() == b"old"


def test_no_more_is_read_than_was_published(tmp_path, server, capsys):
    sent = count()

    def pour(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(10_000):
            handler.wfile.write(b" " * 65_536)
            next(sent)

    server.pages["/en.json"] = pour
    assert "/en.json: what comes is no whole JSON" in refused(tmp_path, capsys)
    assert next(sent) < 1_000


def test_a_server_that_fails_for_a_moment_is_asked_again(tmp_path, server):
    def give(handler, sent):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(BODY)))
        handler.end_headers()
        handler.wfile.write(BODY[:sent])

    acts = iter(
        [
            lambda handler: handler.send_error(503),
            lambda handler: give(handler, 20),
            lambda handler: give(handler, len(BODY)),
        ]
    )
    server.pages["/en.json"] = lambda handler: next(acts)(handler)
    assert main([str(tmp_path)]) == 0
    assert [path for path, _ in server.asked].count("/en.json") == 3


def test_a_server_that_keeps_failing_is_one_line(tmp_path, server, capsys):
    server.pages["/en.json"] = (503, {}, b"")
    assert "the server fails (HTTP 503); run it again" in refused(tmp_path, capsys)
    assert len(server.asked) == 3


def test_a_download_that_breaks_off_leaves_nothing_half(tmp_path, server, capsys):
    def tear(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(BODY)))
        handler.end_headers()
        handler.wfile.write(BODY[: len(BODY) // 2])

    server.pages["/en.json"] = tear
    assert "it breaks off" in refused(tmp_path, capsys)
    assert written(tmp_path) == {"NOTICE.md"}


def test_a_download_that_drips_is_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(data, "FETCH_SECONDS", -1)
    assert "takes over" in refused(tmp_path, capsys)


def test_a_silent_server_is_one_line(tmp_path, server, capsys, monkeypatch):
    monkeypatch.setattr(data, "SILENT_SECONDS", 0.05)
    over = threading.Event()
    server.pages["/en.json"] = lambda _: over.wait(10)
    assert "does not answer in time" in refused(tmp_path, capsys)
    over.set()


def test_no_server_is_one_line(tmp_path, server, capsys):
    server.stop()
    assert "cannot be reached" in refused(tmp_path, capsys)


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("http://192.0.2.1/x", "only https links are followed"),
        ("ftp://127.0.0.1/x", "only https links are followed"),
        ("nowhere", "only https links are followed"),
        ("http://127.0.0.1:port", "this is no link"),
    ],
)
def test_a_place_that_is_no_https_link_is_one_line(tmp_path, capsys, place, problem):
    assert problem in refused(tmp_path, capsys, "--from", place)


def test_no_redirect_leads_to_plain_http(tmp_path, server, capsys):
    server.redirect("/en.json", "http://192.0.2.1/en.json")
    line = refused(tmp_path, capsys)
    assert "http://192.0.2.1/en.json: only https links are followed" in line


def test_redirects_in_a_ring_are_one_line(tmp_path, server, capsys):
    server.redirect("/en.json", "/en.json")
    assert "redirects too often" in refused(tmp_path, capsys)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path, capsys):
    taken = tmp_path / "file"
    taken.write_text("mine")
    assert "or name another folder" in refused(taken / "deep", capsys)
    assert "or name another folder" in refused(taken, capsys)
    assert taken.read_text() == "mine"


def test_another_file_of_the_same_name_is_kept(tmp_path, capsys):
    mine = tmp_path / "bees.de.held.json"
    mine.write_text("{}")
    line = refused(tmp_path, capsys)
    assert f"{mine}: this is another file; move it away" in line
    assert mine.read_text() == "{}"


def test_a_disk_that_is_full_is_one_line(tmp_path, capsys, monkeypatch):
    def fill(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill)
    assert "No space left on device; make room" in refused(tmp_path, capsys)
    assert written(tmp_path) == set()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_process_that_is_stopped_leaves_nothing_half(tmp_path, server, how):
    begun, over = threading.Event(), threading.Event()

    def hang(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(SETS[0].originals[0].size))
        handler.end_headers()
        handler.wfile.write(b'{"data": [')
        handler.wfile.flush()
        begun.set()
        over.wait(30)

    server.pages[f"/{SETS[0].originals[0].name}"] = hang
    process = start(tmp_path, "--from", server.url)
    assert begun.wait(30)
    process.send_signal(how)
    out, err = process.communicate(timeout=30)
    over.set()
    assert (out, err) == ("", "")
    assert process.returncode == (130 if how == signal.SIGINT else -how)
    assert written(tmp_path) == {"NOTICE.md"}


def test_a_process_says_one_line_into_a_pipe(tmp_path, server):
    process = start(tmp_path, "--from", server.url)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert out == ""
    assert err == (
        f"python -m benchmarks.data: {server.url}/{SETS[0].originals[0].name}: it is "
        "not there (HTTP 404); name a place that has it with --from\n"
    )


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.data", *map(str, arguments)],
        cwd=ROOT,
        env={"PATH": "", "NO_PROXY": "127.0.0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_sections_of_selqa_become_paragraphs_by_title(tmp_path, server, monkeypatch):
    parts = [json.dumps(SELQA[:2]).encode(), json.dumps(SELQA[2:]).encode()]
    originals = tuple(
        published(server.file(f"/{n}.json", part, "text/plain"), part)
        for n, part in enumerate(parts)
    )
    public = PublicSet("selqa", SQUAD, originals, read_selqa)
    monkeypatch.setattr(data, "SETS", (public,))
    monkeypatch.setattr(data, "half_of", lambda _: "dev")
    assert main([str(tmp_path)]) == 0
    path = tmp_path / "selqa.dev.json"
    tea, hive = load_question_set(path, language="en").articles
    assert tea.article.title == "Assam Tea"
    assert hive.article.text == "Bees buzz. They make honey. It is sold."
    first, second = hive.questions
    assert [hive.article.text[start:][:4] for start in first.answer_starts] == [
        "They",
        "It i",
    ]
    assert second.answer_starts == (0,)
    (section,) = json.loads(path.read_text())["data"][1]["paragraphs"]
    assert [qa["paraphrase"] for qa in section["qas"]] == [True, False]
    assert [qa["id"] for qa in section["qas"]] == ["selqa-1", "selqa-3"]


def test_a_quarter_of_either_half_is_held_back_from_the_reader():
    sides = {half: [] for half in HALVES}
    for n in range(2_000):
        article = Article.from_text("Bees buzz.", f"Bee {n}", language="en")
        labelled = LabelledArticle(article, ())
        sides[half_of(f"Bee_{n}")].append(split_name(labelled) == DEV)
    for side in sides.values():
        assert 900 < len(side) < 1_100
        assert 0.2 < sum(side) / len(side) < 0.3


def test_the_public_sets_are_named_once_by_https_with_their_sums():
    names = [public.name for public in SETS]
    originals = [original for public in SETS for original in public.originals]
    assert len(set(names)) == len(names) == 16
    assert len({original.name for original in originals}) == len(originals) == 17
    for original in originals:
        assert original.link.startswith("https://")
        assert len(bytes.fromhex(original.sha256)) == 32
        assert 500_000 < original.size < 5_000_000
    for public in SETS:
        assert public.home.terms.startswith("https://")


def test_bytes_that_differ_are_not_whole():
    original = published("https://example.org/a.json", b"ab")
    assert original.is_whole(b"ab")
    assert not original.is_whole(b"ac")
    assert not replace(original, size=3).is_whole(b"ab")
