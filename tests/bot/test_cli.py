import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import SEED_ARTICLE, load_settings
from tests.bot.fake_bot_api import TOKEN
from tests.support import LEADER, article_bot, from_nothing


def test_ask_answers_and_exits_with_0():
    done = from_nothing("ask", LEADER)
    assert done.returncode == 0
    assert "Pak Kyong-jin, who leads" in done.stdout
    assert done.stderr == ""


def test_files_of_the_working_folder_are_not_taken_for_the_programs_own(tmp_path):
    for name in ("bot", "retrieval", "seeds", "regex", "telegram", "html", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('taken')")
    page = tmp_path / "bees.html"  # which is read in a process of its own
    page.write_text("<article><h1>Bees</h1><p>Bees make honey.</p></article>")
    program = Path(sys.executable).with_name("article-bot")
    done = subprocess.run(
        [program, "ask", "--article", page.name, "What do bees make?"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Bees make honey." in done.stdout


def test_ask_refuses_with_exit_code_1():
    done = article_bot("ask", "What is the capital of France?")
    assert done.returncode == 1
    assert "The article does not say." in done.stdout


def test_ask_takes_a_question_that_looks_like_a_command():
    assert article_bot("ask", "/help").returncode == 1


def test_ask_takes_a_question_without_quotation_marks():
    assert "Homeland" in article_bot("ask", "What", "is", "Joguk?").stdout


def test_ask_json_prints_one_object_in_a_narrow_terminal_too(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    done = article_bot("ask", "--json", LEADER)
    assert json.loads(done.stdout)["found"] is True
    assert done.stdout.count("\n") == 1


def test_ask_json_prints_an_object_a_line_for_several_questions():
    done = article_bot("ask", "--json", f"{LEADER} Who wrote Hamlet?")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["question"], one["found"]) for one in told] == [
        (LEADER, True),
        ("Who wrote Hamlet?", False),
    ]
    assert done.returncode == 0


def test_articles_are_named_on_the_command_line(tmp_path):
    (tmp_path / "bees.txt").write_text("Bees\n\nBees make honey.")
    done = article_bot(
        "ask", "--article", SEED_ARTICLE, "--article", "bees.txt", "Who makes honey?"
    )
    assert "  — Bees, passage 1" in done.stdout


def test_the_console_answers_in_a_pipe():
    done = from_nothing("console", input=f"{LEADER}\n/quit\n")
    assert done.returncode == 0
    assert "Pak Kyong-jin, who leads" in done.stdout
    assert "\x1b" not in done.stdout
    assert "> " not in done.stdout


def test_the_console_survives_bytes_that_are_no_utf_8(tmp_path):
    (tmp_path / "in").write_bytes(b"\xff\xfe caf\xe9\n/quit\n")
    with (tmp_path / "in").open("rb") as stdin:
        assert article_bot("console", stdin=stdin).returncode == 0


def test_a_terminal_without_the_letters_gets_substitutes(monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    assert from_nothing("ask", LEADER).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("dance",), "invalid choice: 'dance'"),
        (("ask",), "the following arguments are required: QUESTION"),
        (("ask", "--article", "none.txt", "Who?"), "none.txt: no such file"),
        (("ask", "--article", "hollow", "Who?"), "no file in this folder"),
        (("console", "--article", "empty.txt"), "no text in it"),
        (("console", "--article", "blank.txt"), "no text in it"),
        (("check", "--article", "binary"), "this is not text"),
        (("ask", "--article", "*.pdf", "Who?"), "no file matches this"),
        (("ask", "--article", "http://127.0.0.1", "Who?"), "private address"),
        (("ask", "--article", " ", "Who?"), "it has no name; name a file"),
        (
            ("ask", "--article", "www.example.org/a", "Who?"),
            "not a link; a link begins",
        ),
        (
            ("ask", "--article", "ftp://example.org", "Who?"),
            "not a link; a link begins",
        ),
        (("ask", "--article", "x" * 999, "Who?"), "check the path and its permissions"),
        (("telegram",), "BOT_TOKEN is not set"),
    ],
    ids=str,
)
def test_a_bad_start_is_one_line_and_exit_code_2(tmp_path, arguments, words):
    (tmp_path / "hollow").mkdir()
    (tmp_path / "empty.txt").touch()
    (tmp_path / "blank.txt").write_text(" \n ")
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    done = article_bot(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


def test_a_wrong_setting_is_one_line_and_exit_code_2(monkeypatch, capsys):
    monkeypatch.setenv("BOT_MAX_CITATIONS", "none")
    assert main(["ask", "Who?"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("article-bot: BOT_MAX_CITATIONS is wrong")
    assert error.count("\n") == 1


def test_the_console_says_where_the_article_can_be_read(monkeypatch):
    monkeypatch.setenv("BOT_PUBLIC_URL", "https://pages.example")
    done = article_bot("console", input=f"{LEADER}\n/source\n")
    link = "https://pages.example/read/north-korea-seeks-investment?s=435-694&q="
    assert link in done.stdout


@pytest.mark.parametrize(
    "url", ["http://pages.example", "https://", "pages.example", "https://[x"]
)
def test_a_public_url_that_telegram_would_not_take_is_refused(monkeypatch, url):
    monkeypatch.setenv("BOT_PUBLIC_URL", url)
    done = article_bot("ask", LEADER)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "BOT_PUBLIC_URL is wrong" in done.stderr


@pytest.mark.parametrize(
    ("said", "begin", "code"),
    [
        ("hi", "Hello!", 1),
        ("what is the title?", "The title is “N. Korea", 0),
        ("who wrote this?", "The article does not name its author.", 1),
    ],
)
def test_ask_takes_what_is_no_question_as_the_chat_does(said, begin, code):
    done = article_bot("ask", said)
    assert done.stdout.startswith(begin)
    assert done.returncode == code
    told = json.loads(article_bot("ask", "--json", said).stdout)
    assert told["found"] is (code == 0)


def test_check_without_a_token_needs_no_network():
    done = article_bot("check")
    assert done.returncode == 0
    assert "Article north-korea-seeks-investment: N. Korea seeks inv" in done.stdout
    assert "Token: not set" in done.stdout


def test_check_says_that_telegram_cannot_be_reached(monkeypatch):
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("BOT_BASE_URL", "http://127.0.0.1:9/bot")
    done = article_bot("check")
    assert done.returncode == 2
    assert "cannot be reached" in done.stdout
    assert TOKEN.partition(":")[2] not in done.stdout + done.stderr


def test_a_full_disk_is_one_line_and_exit_code_2(monkeypatch, capsys):
    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.commands.components.load_article", refuse)
    assert main(["ask", "Who?"]) == 2
    assert capsys.readouterr().err == (
        "article-bot: the system refused: No space left on device\n"
    )


def test_ctrl_c_is_no_traceback(monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.commands.components.load_article", interrupt)
    assert main(["ask", "Who?"]) == 130


def test_ctrl_c_is_no_traceback_before_the_program_is_loaded(tmp_path):
    """A module that is loaded late is replaced by one that interrupts the program."""
    (tmp_path / "platformdirs.py").write_text(
        "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    )
    done = from_nothing("ask", LEADER)
    assert (done.returncode, done.stderr) == (130, "")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(closed):
    """A service manager may start a program without streams."""
    done = subprocess.run(
        f"exec {sys.executable} -m bot console {closed}",
        shell=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_database_url_that_is_none_is_one_line_and_exit_code_2(monkeypatch):
    monkeypatch.setenv("BOT_DATABASE_URL", "//[no url")
    done = article_bot("check")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("article-bot: BOT_DATABASE_URL is wrong: ")
    assert done.stderr.count("\n") == 1


def test_no_form_of_the_databases_password_is_logged(monkeypatch):
    for url in (
        "postgresql://u:secret@host/db",
        "postgresql://host/db?password=secret",
    ):
        monkeypatch.setenv("BOT_DATABASE_URL", url)
        assert "secret" in load_settings().all_secrets


def test_a_title_that_commands_a_terminal_is_shown_without_its_commands(tmp_path):
    (tmp_path / "a.txt").write_text(
        "Bees \x1b]0;pwned\a\n\nBees \x1b[31mmake\x9b honey."
    )
    shown = article_bot("ask", "--article", "a.txt", "What do bees make?").stdout
    shown += article_bot("check", "--article", "a.txt").stdout
    assert "Bees [31mmake honey." in shown
    assert not set("\x1b\a\x9b") & set(shown)


@pytest.mark.parametrize(
    "command",
    [
        ["ask", LEADER],
        ["ask", "--json", LEADER],
        ["read"],
        ["check"],
        ["feedback", "--csv"],
        ["feedback"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_a_reader_that_closes_the_pipe_ends_the_program_quietly(
    tmp_path, monkeypatch, command
):
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path}/store.sqlite3")
    command += [str(SEED_ARTICLE)] if command == ["read"] else []
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=60) != 2


def test_check_lists_the_first_of_many_articles(tmp_path):
    for n in range(22):
        (tmp_path / f"{n:02}.txt").write_text(f"Report {n}\n\nIt rained.")
    listed = article_bot("check", "--article", ".").stdout
    assert "Article 19: Report 19, language en, passages 1, from 19.txt" in listed
    assert "… and 2 more articles" in listed
