"""Findings of `article-bot check`, apart from those about a running bot."""

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from rich.console import Console

from bot.commands import findings
from bot.settings import Settings
from bot.telegram.token_check import TokenStatus
from retrieval.loading.content import UnreadableError
from tests.support import catalogue_of


@pytest.fixture
def check(capsys, monkeypatch, article):
    """Check settings; return whether all is well, and the lines."""

    def check(probed=None, **settings):
        async def probe(*_):
            return probed or TokenStatus("article_bot")

        monkeypatch.setattr(findings, "check_token", probe)
        if probed:
            settings["token"] = "1:x"
        catalogue = catalogue_of([article])
        well = findings.print_findings(
            Settings(**settings), catalogue, None, None, Console()
        )
        return well, capsys.readouterr().out

    return check


@contextmanager
def serving(body, status=200):
    """Answer every request on a port of loopback; yield the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_without_a_webhook_the_bot_polls(check):
    well, out = check(TokenStatus("a"))
    assert well
    assert "Webhook: none, the bot polls; none waits" in out


def test_a_webhook_of_another_time_is_told_of(check):
    well, out = check(TokenStatus("a", webhook="https://old.example/b", waiting=1_234))
    assert well
    assert "Webhook: https://old.example/b, until the bot is started to poll" in out
    assert "1,234 updates wait" in out


def test_a_webhook_that_is_to_be_set_is_told_of(check):
    well, out = check(TokenStatus("a"), webhook_url="https://pages.example/b")
    assert well
    assert "https://pages.example/b, which the bot sets at its start" in out


def test_a_free_port_is_free(check):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    well, out = check(health_port=port)
    assert well
    assert f"Health port: 127.0.0.1:{port}, free" in out


@pytest.mark.parametrize(
    "body", [b"no JSON", b"\xff\xfe\xfd", b"[]", b'{"process": "?"}']
)
def test_a_port_that_another_program_has_is_a_problem(check, body):
    with serving(body) as port:
        well, out = check(health_port=port)
    assert not well
    assert f"Health port: 127.0.0.1:{port} cannot be listened on" in out


def test_a_port_where_the_bot_runs_is_none(check):
    with serving(json.dumps({"process": "ok"}).encode()) as port:
        well, out = check(health_port=port)
    assert well
    assert f"Health port: 127.0.0.1:{port}, where the bot is running" in out


def test_a_port_in_use_is_left_open_where_nothing_tells_whose_it_is(check):
    with serving(b"") as port:
        well, out = check(webhook_url="http://127.0.0.1/b", webhook_port=port)
    assert well
    assert f"Web port: 127.0.0.1:{port} is in use, by the bot itself or another" in out


def test_the_bot_is_found_where_it_listens_everywhere(check):
    with serving(json.dumps({"process": "ok"}).encode()) as port:
        well, out = check(health_port=port, health_listen="0.0.0.0")
    assert well
    assert "where the bot is running" in out


def test_an_address_that_is_not_ours_is_a_problem(check):
    for listen in ("192.0.2.1", "a" * 300):
        well, out = check(health_port=9, health_listen=listen)
        assert not well
        assert f"{listen}:9 cannot be listened on" in out


@pytest.mark.parametrize(
    ("reply", "well", "line"),
    [
        (
            httpx.Response(200, headers={"Content-Type": "text/css"}),
            True,
            "Pages: served under https://pages.example/read/",
        ),
        (httpx.Response(200, html="<p>shop"), False, "by something else (HTTP 200)"),
        (httpx.Response(404), False, "by something else (HTTP 404)"),
        (httpx.ConnectError("no"), True, "does not answer now (ConnectError)"),
        (httpx.InvalidURL("no"), True, "does not answer now (InvalidURL)"),
    ],
)
def test_the_pages_are_looked_for_under_the_public_url(
    check, monkeypatch, reply, well, line
):
    def get(url, **_):
        assert url == "https://pages.example/read/page.css"
        if isinstance(reply, Exception):
            raise reply
        return reply

    monkeypatch.setattr(findings.httpx, "get", get)
    monkeypatch.setattr(findings, "_ports", lambda _: [])
    got, out = check(public_url="https://pages.example/")
    assert got is well
    assert line in out


def test_a_reading_process_that_cannot_be_used_is_a_problem(check, monkeypatch):
    def fail():
        raise UnreadableError("the process cannot be started")

    monkeypatch.setattr(findings, "isolated_from", fail)
    well, out = check(allow_uploads=True)
    assert not well
    assert "Users' documents: cannot be read, the process cannot be started" in out


def test_what_a_system_cannot_keep_documents_from_is_said(check, monkeypatch):
    monkeypatch.setattr(findings, "isolated_from", tuple)
    well, out = check(allow_uploads=True)
    assert well
    assert "cannot keep them from your files, the network and other processes" in out


def test_operators_and_own_texts_are_told_of(check):
    well, out = check(
        TokenStatus("a"), admins={5, 6}, greeting="Good\nday!", refusal="No idea."
    )
    assert well
    assert "Admins: 2 people are served /stats and /unanswered" in out
    assert "Greeting: Good day!" in out
    assert "Refusal: No idea." in out


def test_what_is_not_set_of_them_has_no_line(check):
    _, out = check(TokenStatus("a"))
    assert not any(name in out for name in ("Admins", "Greeting", "Refusal", "Answers"))
