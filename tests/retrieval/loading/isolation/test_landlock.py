"""Attempts to escape from the parsing process, made in the process itself."""

import json
import os
import platform
import socket
import sys

import pytest

from retrieval.loading.content import UnreadableError
from retrieval.loading.isolation import process, sandbox
from retrieval.loading.isolation.sandbox import Sandbox
from retrieval.loading.load import isolated_from
from retrieval.loading.trust import Trust
from tests.retrieval.loading.sample_files import FILES, HONEY

CONTAINED = "from retrieval.loading.isolation.worker import main; main()"
# Tries to escape instead of parsing, and answers with the results.
PROBE = """
from retrieval.loading.isolation import worker
from retrieval.loading.content import UnreadableError
import ctypes, json, os, resource, signal, socket, subprocess, threading

library = ctypes.CDLL(None, use_errno=True)

def tried(do):
    try:
        do()
    except OSError as error:
        return type(error).__name__
    return "done"

def called(*arguments):
    if library.syscall(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "")

def forked():
    if os.fork() == 0:
        os._exit(0)

def connected(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)

def threaded():
    thread = threading.Thread(target=int)
    try:
        thread.start()
    except RuntimeError as error:  # by the limit of processes, where that binds us
        raise OSError from error
    thread.join()

def read(data, **_):
    secret, port, parent, unix, numbers = json.loads(data)
    raise UnreadableError(json.dumps({
        "environment": sorted(os.environ),
        "folder": os.getcwd(),
        "session": os.getsid(0) == os.getpid(),
        "read": tried(lambda: open(secret).read()),
        "write": tried(lambda: open(secret + ".new", "w")),
        "connect": tried(lambda: socket.create_connection(("127.0.0.1", port), 5)),
        "run": tried(lambda: subprocess.run([secret])),
        "signal": tried(lambda: os.kill(parent, 0)),
        "unix socket": tried(lambda: connected(unix)),
        "fork": tried(forked),
        "limit of the parent": tried(
            lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE, (4, 4))
        ),
        "priority of the parent": tried(
            lambda: os.setpriority(os.PRIO_PROCESS, parent, 19)
        ),
        "processors of the parent": tried(
            lambda: os.sched_setaffinity(parent, {0})
        ),
        "scheduling of the parent": tried(
            lambda: os.sched_setscheduler(
                parent, os.SCHED_BATCH, os.sched_param(0)
            )
        ),
        **{
            name: tried(lambda: called(number, parent, 0, 0, 0, 0, 0))
            for name, number in numbers.items()
        },
        "own limits": tried(lambda: resource.getrlimit(resource.RLIMIT_NOFILE)),
        "own thread": tried(threaded),
    }))

worker.parse_article = read
worker.main()
"""
# By number on x86-64: what is called in no other way from Python.
CALLS = {
    "ptrace": 101,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "pidfd_open": 434,
    "io_uring_setup": 425,
    "ioprio_set": 251,
    "vfork": 58,
    "mount": 165,
    "unshare": 272,
    "setns": 308,
    "bpf": 321,
    "userfaultfd": 323,
    "keyctl": 250,
    "memfd_create": 319,
    "socketpair": 53,
    "a call that no kernel has yet": 999,
}
if platform.machine() != "x86_64":
    CALLS = {}
TRIED = (
    "unix socket",
    "fork",
    "limit of the parent",
    "priority of the parent",
    "processors of the parent",
    "scheduling of the parent",
    "signal",
    "run",
)
JOB = {"name": "a.txt", "content_type": ""}
PLAIN = {
    "charset": "",
    "max_characters": 10_000,
    "title": None,
    "language": "en",
    "url": None,
}


@pytest.fixture
def contained(monkeypatch):
    """Return a function that makes a restricted sandbox, as outside of tests."""
    own = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
    monkeypatch.setattr(process, "ENVIRONMENT", own)
    made = []

    def make(work=CONTAINED):
        monkeypatch.setattr(sandbox, "WORK", work)
        made.append(Sandbox())
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own means")
def test_a_parser_taken_over_finds_no_secret_no_file_no_network(
    contained, tmp_path, monkeypatch
):
    monkeypatch.setenv("BOT_TOKEN", "110201543:secret")
    box = contained(PROBE)
    unreachable = box.isolated_from()
    secret = tmp_path / ".env"
    secret.write_text("BOT_TOKEN=110201543:secret")
    unix = str(tmp_path / "unix")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_server(unix, family=socket.AF_UNIX),
    ):
        port = server.getsockname()[1]
        asked = [str(secret), port, os.getpid(), unix, CALLS]
        with pytest.raises(UnreadableError) as caught:
            box.read(json.dumps(asked).encode(), JOB, 30)
    found = json.loads(str(caught.value))
    assert not [name for name in found["environment"] if name.startswith("BOT_")]
    assert (found["folder"], found["session"]) == ("/", True)
    assert found["write"] != "done"
    if "files" in unreachable:
        assert (found["read"], found["run"]) == ("PermissionError", "PermissionError")
    if "network" in unreachable:
        assert found["connect"] != "done"
    if "processes" in unreachable:
        for name in (*CALLS, *TRIED):
            assert found[name] == "PermissionError", name
        assert found["own limits"] == "done"
    if "processes" in unreachable and os.geteuid() == 0:
        assert found["own thread"] == "done", "the limit of processes binds others"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own means")
def test_nothing_but_one_thread_is_contained(contained):
    """Landlock binds the thread that calls it and the threads that it starts."""
    count = "from pathlib import Path\nfrom retrieval.loading.isolation import worker\n"
    count += "tasks = lambda: [str(len(list(Path('/proc/self/task').iterdir())))]\n"
    count += "worker.restrict_process = tasks; worker.main()"
    assert contained(count).isolated_from() == ["1"]


@pytest.mark.parametrize("name", [name for name in FILES if name != "bees.txt"])
def test_every_format_is_read_with_what_is_left(contained, name):
    job = JOB | PLAIN | {"name": name}
    assert HONEY in contained().read(FILES[name], job, 60).text


@pytest.mark.parametrize(
    "answer",
    ["'x' * 300_000_000", "'0 again article {}\\n'", "'[]\\n'", "''"],
    ids=["endless", "forged", "senseless", "none"],
)
def test_what_answers_for_another_job_is_not_heard(contained, answer):
    work = (
        "import sys; print('[]', flush=True); sys.stdin.readline(); "
        f"sys.stdout.write({answer}); sys.stdout.flush()"
    )
    box = contained(work)
    with pytest.raises(UnreadableError, match="too complex"):
        box.read(b"", JOB, 60)


def test_a_process_that_a_file_made_grow_reads_no_other(contained):
    grow = (
        "from retrieval.loading.isolation import worker; kept = []\n"
        "def read(data, **job):\n"
        "    kept.append(b'x' * (100 * 1024**2))\n"
        "    raise worker.UnreadableError(str(len(kept)))\n"
        "worker.parse_article = read; worker.main()"
    )
    box = contained(grow)
    for _ in range(2):
        with pytest.raises(UnreadableError, match=r"\A1\Z"):
            box.read(b"a", JOB, 60)


def test_a_process_that_cannot_be_started_is_one_clause(contained):
    box = contained("raise SystemExit")
    with pytest.raises(UnreadableError, match="cannot be started"):
        box.read(b"a", JOB, 60)


@pytest.mark.parametrize(
    ("trust", "data", "parsed_in"),
    [
        (Trust.LOCAL, FILES["bees.txt"], "this process"),
        (Trust.LOCAL, FILES["bees.md"], "sandbox"),
        (Trust.OPERATOR, FILES["bees.txt"], "sandbox"),
        (Trust.USER, FILES["bees.txt"], "user sandbox"),
        (Trust.USER, FILES["bees.md"], "user sandbox"),
    ],
)
def test_trust_decides_where_a_document_is_parsed(
    monkeypatch, article, trust, data, parsed_in
):
    from retrieval.loading import load

    class Parsing:
        def __init__(self, name):
            self.name = name

        def read(self, *_, **__):
            seen.append(self.name)
            return article

    seen = []
    monkeypatch.setattr(load, "_SANDBOX", Parsing("sandbox"))
    monkeypatch.setattr(load, "_USER_SANDBOX", Parsing("user sandbox"))
    monkeypatch.setattr(load.worker, "parse_article", Parsing("this process").read)
    load.read_article(data, "bees", trust=trust)
    assert seen == [parsed_in]


def test_what_users_send_is_parsed_apart_from_the_operators_files():
    from retrieval.loading import load as articles

    assert articles._USER_SANDBOX is not articles._SANDBOX
    assert isolated_from() == []  # in tests; see conftest


def test_the_time_to_start_is_not_the_files(contained):
    slow = f"import time; time.sleep(3); {CONTAINED}"
    box = contained(slow)
    text = box.read(b"Bees make honey.", JOB | PLAIN, 2.5).text
    assert text == "Bees make honey."
