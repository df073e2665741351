import io
import signal
import sys

import pexpect
import pytest
from rich.console import Console

from bot.console.terminal import run_console


def talk(conversation, text):
    output = io.StringIO()
    run_console(conversation, io.StringIO(text), Console(file=output, highlight=False))
    return output.getvalue()


SAMPLES = (
    "• Who is Pak Kyong-jin?\n"
    "• What did Kim Yong-hyun say?\n"
    "• What does the article say about Korea General Association of Korean Residents?"
    "\n\n"
)


def test_a_whole_session_in_a_pipe(conversation, article):
    before, after = (
        " ".join(sentence.text for sentence in article.passages[n].sentences)
        for n in (2, 4)
    )
    assert talk(
        conversation,
        "What is Joguk?\n\n/source\nWhat is the capital of France?\n/QUIT\nnot read\n",
    ) == (
        "Ask me about “N. Korea seeks investment from overseas Koreans” (Yonhap). "
        "I answer by quoting.\n"
        "\n"
        f"You could ask:\n{SAMPLES}"
        "Type a question about the article; /help says more.\n"
        "\n"
        '  He made the comment in an interview with a monthly magazine titled "Joguk," '
        'or "Homeland," published by the pro-Pyongyang Korea General Association of '
        "Korean Residents in Japan.\n"
        "  — N. Korea seeks investment from overseas Koreans, Yonhap, passage 4\n"
        "\n"
        f"  {before}\n"
        '  »He made the comment in an interview with a monthly magazine titled "Joguk,"'
        ' or "Homeland," published by the pro-Pyongyang Korea General Association of '
        "Korean Residents in Japan.«\n"
        f"  {after}\n"
        "  — N. Korea seeks investment from overseas Koreans, Yonhap, passage 4\n"
        "\n"
        "The article does not say. It does not mention “capital” or “France”.\n"
        f"\nQuestions that I can answer:\n{SAMPLES}"
    )


def test_the_end_of_input_ends_the_session(conversation):
    assert talk(conversation, "") == talk(conversation, "/quit\n")


@pytest.mark.parametrize("word", ["/quit", "/exit", "quit", "Exit"])
def test_a_session_ends_with_the_words_that_people_try(conversation, word):
    assert talk(conversation, f"{word}\nWhat is Joguk?\n") == talk(conversation, "")


def test_help_tells_how_to_quit(conversation):
    assert "/quit ends the conversation." in talk(conversation, "/help\n")


@pytest.fixture
def terminal():
    child = pexpect.spawn(
        sys.executable,
        ["-m", "bot", "console"],
        encoding="utf-8",
        timeout=30,
        # As at a terminal, also where the tests themselves run in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    child.expect("> $")
    yield child
    child.close(force=True)


@pytest.mark.parametrize(
    "leave",
    [
        lambda child: child.sendline("/quit"),
        lambda child: child.sendeof(),
        lambda child: child.kill(signal.SIGINT),
    ],
    ids=["/quit", "Ctrl-D", "Ctrl-C"],
)
def test_a_terminal_session_ends_with_exit_code_0(terminal, leave):
    leave(terminal)
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert (terminal.exitstatus, terminal.signalstatus) == (0, None)
    assert "Traceback" not in terminal.before


def test_ctrl_d_leaves_the_shell_a_line_of_its_own(terminal):
    terminal.sendeof()
    terminal.expect(pexpect.EOF)
    assert terminal.before.endswith("\r\n")


def test_ctrl_c_on_a_begun_line_drops_the_line_alone(terminal):
    terminal.send("half a question")
    terminal.expect("half a question")
    terminal.kill(signal.SIGINT)
    terminal.expect("\r\n> $")
    terminal.sendline("What is Joguk?")
    terminal.expect("Homeland")
    terminal.expect("> $")


def test_a_terminal_has_bold_words_and_a_history(terminal):
    terminal.sendline("What is Joguk?")
    terminal.expect("\x1b\\[1mJoguk")
    terminal.expect("> $")
    terminal.send("\x1b[A\r")  # the arrow up, then Enter: the question again
    terminal.expect("\x1b\\[1mJoguk")
    terminal.expect("> $")


def test_a_changed_file_is_answered_from_as_it_is_now(tmp_path):
    path = tmp_path / "bees.txt"
    path.write_text("Bees make ten kilos of honey.")
    command = ["-m", "bot", "console", "--article", str(path)]
    child = pexpect.spawn(sys.executable, command, encoding="utf-8", timeout=30)
    child.expect("> $")
    path.write_text("Bees make eleven kilos of honey.")
    child.sendline("How much honey do bees make?")
    child.expect("eleven")
    path.unlink()
    child.sendline("How much honey do bees make?")
    child.expect("no such file; check the path. The last version is kept")
    child.expect("eleven")
    child.close(force=True)
