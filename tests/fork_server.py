"""Starts processes of the bot by forking one that has its modules loaded.

Loading them takes most of the time of most processes. One process loads them once, and
forks another for each request, which gets its own arguments, environment, folder and
streams, and then runs as `python -m bot` does. What a process does before its modules
are loaded is tested with `from_nothing` in `support.py`.

multiprocessing's fork server would not do: its children end by `os._exit`, so that no
atexit function runs (coverage), re-import the caller's `__main__`, exit with 1 after
SIGINT, and report no memory and CPU time (`os.wait4`), which tests limit.

`ForkServer` runs this file as a script.
"""

import asyncio
import contextlib
import functools
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

MAX_REQUEST_BYTES = 200_000


class Process:
    """A forked process, with the part of asyncio's interface that tests need.

    Attributes:
        kilobytes: Peak memory of the process or of a child.
        seconds: CPU time of the process and its children.
    """

    def __init__(self, status):
        self._status = status
        self.pid = int(self._line())
        self.returncode = self.kilobytes = self.seconds = None

    def _line(self):
        line = b""
        while not line.endswith(b"\n"):
            more = self._status.recv(1)
            if not more:
                raise RuntimeError("the process that starts others has ended")
            line += more
        return line

    def send_signal(self, number):
        os.kill(self.pid, number)

    def wait_here(self, seconds):
        """Block until the process has ended; return its exit code."""
        if self.returncode is None:
            self._status.settimeout(seconds)
            code, kilobytes, seconds = self._line().split()
            self.kilobytes, self.seconds = int(kilobytes), float(seconds)
            self.returncode = int(code)
            self._status.close()
        return self.returncode

    async def wait(self):
        """Wait until the process has ended; return its exit code."""
        if self.returncode is None:
            loop = asyncio.get_running_loop()
            ended = asyncio.Event()
            loop.add_reader(self._status, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(self._status)
        return self.wait_here(60)


class ForkServer:
    """Starts processes; the server itself is started with the first."""

    def __init__(self):
        self._process = None

    def start(
        self,
        arguments,
        *,
        code="",
        constants=None,
        stdin=None,
        stdout=None,
        stderr,
        env,
        cwd=None,
    ):
        """Start `python -m bot`, or some code, with arguments.

        Streams are files. `constants` replaces constants of modules, such as the
        seconds that a test would wait: {"bot.service.STOP_SECONDS": 1}.
        """
        if self._process is None:
            self._control, theirs = socket.socketpair(
                socket.AF_UNIX, socket.SOCK_SEQPACKET
            )
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", __file__],
                    stdin=theirs,
                    start_new_session=True,
                )
        request = {
            "arguments": list(arguments),
            "code": code,
            "constants": constants or {},
            "environment": dict(env),
            "folder": str(cwd or Path.cwd()),
        }
        ours, theirs = socket.socketpair()
        with theirs, Path(os.devnull).open("r+b", buffering=0) as nothing:
            files = [theirs, *(each or nothing for each in (stdin, stdout, stderr))]
            socket.send_fds(
                self._control,
                [json.dumps(request).encode()],
                [file.fileno() for file in files],
            )
        return Process(ours)

    def run(self, *arguments, input="", stdin=None, env=None, cwd=None, **options):
        """Run `python -m bot` as `subprocess.run(..., capture_output=True)` does."""
        with contextlib.ExitStack() as stack:
            said, out, err = (
                stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)
            )
            said.write(input.encode())
            said.seek(0)
            process = self.start(
                arguments,
                stdin=stdin or said,
                stdout=out,
                stderr=err,
                env=os.environ if env is None else env,
                cwd=cwd,
                **options,
            )
            code = process.wait_here(120)
            for file in (out, err):
                file.seek(0)
            done = subprocess.CompletedProcess(
                arguments, code, out.read().decode(), err.read().decode()
            )
            done.kilobytes, done.seconds = process.kilobytes, process.seconds
            return done

    def close(self):
        """End the server, once all processes that it started have ended."""
        if self._process is not None:
            self._control.close()
            self._process.wait()
            self._process = None


FORK_SERVER = ForkServer()


def load():
    """Load the bot's modules, and what it loads with its first answer."""
    import importlib
    import pkgutil

    import aiosqlite
    import alembic.command
    import httpcore

    import bot
    import retrieval

    del aiosqlite, alembic, httpcore
    for package in (bot, retrieval):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # ONNX Runtime starts threads, which a fork does not copy.
            if (
                module.name.endswith(("__main__", ".onnx"))
                or ".migrations" in module.name
            ):
                continue
            with contextlib.suppress(ImportError):  # of an extra that is not installed
                importlib.import_module(module.name)

    from bot.articles.local import index_articles
    from bot.chat.conversation import Conversation
    from bot.chat.presentation import Presentation
    from bot.chat.state import Chat
    from bot.settings import SEED_ARTICLE
    from retrieval import Answerer, load_article

    build = functools.partial(Answerer, reader=None)
    articles = index_articles([load_article(SEED_ARTICLE)], build)
    conversation = Conversation(Chat(articles), Presentation())
    for text in ("Hello!", "What is Joguk?"):
        conversation.reply_to_text(text)


def serve(control):
    """Fork processes until the client is gone, and all of them have ended.

    Returns:
        The request in a forked process, None in this one.
    """
    woken, wakes = socket.socketpair()
    for end in (woken, wakes):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes.fileno())
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    selector.register(woken, selectors.EVENT_READ)
    running = {}  # by process, the socket to report its end to
    is_asked = True
    while is_asked or running:
        ready = [key.fileobj for key, _ in selector.select()]
        if woken in ready:
            with contextlib.suppress(BlockingIOError):
                woken.recv(1_000)
            for pid in list(running):
                ended, status, used = os.wait4(pid, os.WNOHANG)
                if ended:
                    code = os.waitstatus_to_exitcode(status)
                    seconds = used.ru_utime + used.ru_stime
                    line = f"{code} {used.ru_maxrss} {seconds}\n".encode()
                    with running.pop(pid) as told, contextlib.suppress(OSError):
                        told.sendall(line)
        if control not in ready:
            continue
        data, files, _, _ = socket.recv_fds(control, MAX_REQUEST_BYTES, 4)
        if not data:
            selector.unregister(control)
            is_asked = False
            continue
        told = socket.socket(fileno=files[0])
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            selector.close()
            for each in (woken, wakes, told, control, *running.values()):
                each.close()
            for number, file in enumerate(files[1:]):
                os.dup2(file, number)
                os.close(file)
            return json.loads(data)
        for file in files[1:]:
            os.close(file)
        running[pid] = told
        with contextlib.suppress(OSError):
            told.sendall(b"%d\n" % pid)
    return None


def become(request):
    """Run the requested program in this process; return its exit code."""
    import locale
    import pkgutil

    from bot.__main__ import main

    for path, value in request["constants"].items():
        owner, _, name = path.rpartition(".")
        owner = pkgutil.resolve_name(owner)
        getattr(owner, name)  # fails for a constant that does not exist
        setattr(owner, name, value)
    if not any(name.startswith("COV") for name in request["environment"]):
        _do_not_measure()
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.path.insert(0, request["folder"])
    sys.argv = ["bot", *request["arguments"]]
    locale.setlocale(locale.LC_CTYPE, "")
    if request["code"]:
        exec(request["code"], {"__name__": "__main__"})
        return 0
    return main(request["arguments"])


def _do_not_measure():
    if "coverage" in sys.modules:
        coverage = sys.modules["coverage"].Coverage.current()
        if coverage is not None:
            coverage.stop()
            coverage._auto_save = False


if __name__ == "__main__":
    load()
    gc.freeze()
    control = socket.socket(fileno=os.dup(0))
    if (request := serve(control)) is not None:
        sys.exit(become(request))
