"""GET /read/SLUG, as strangers request it."""

import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Event

import pytest

from bot.web import pages as server
from retrieval import Article
from tests.bot.web.conftest import Pages
from tests.support import catalogue_of


def fetch(pages, path, method="GET"):
    connection = HTTPConnection("127.0.0.1", pages.port, timeout=60)
    connection.request(method, path)
    reply = connection.getresponse()
    body = reply.read().decode()
    connection.close()
    return reply.status, dict(reply.getheaders()), body


def path_of(pages, question):
    return pages.link(question).removeprefix(pages.url("")).partition("#")[0]


def test_an_article_is_shown_with_what_is_cited_marked(pages):
    status, headers, body = fetch(pages, path_of(pages, "How much is a ticket?"))
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=UTF-8"
    assert '<mark id="cited">A ticket, which costs £4.</mark>' in body
    assert "<h1>The museum of Brae</h1>" in body
    assert "<li>Author: Ada Quill</li>" in body
    assert "<th>" in body
    assert "ships &amp; smugglers" in body


def test_a_row_has_one_anchor_though_each_cell_is_marked(pages):
    body = fetch(pages, path_of(pages, "Sunday hours?"))[2]
    assert body.count("<mark") == 3
    assert body.count('id="cited"') == 1


def test_nothing_of_a_page_runs_or_is_fetched_but_its_own(pages):
    for path in ("/read/museum", "/read/page.css", "/read/page.js", "/read/none"):
        policy = fetch(pages, path)[1]["Content-Security-Policy"]
        assert policy.startswith(
            "default-src 'none'; style-src 'self'; script-src 'self'"
        )
        assert "unsafe" not in policy
    body = fetch(pages, "/read/museum")[2]
    assert not re.findall(r"<[^>]+ (?:style|on\w+)=", body)


def test_the_words_of_an_article_are_no_markup():
    evil = "The mill\n\n<script>alert(1)</script> grinds \"corn\" & 'rye' {{ 7 * 7 }}."
    article = Article.from_text(evil, title="<b>mill</b>", source="mill.txt")
    with Pages([article]) as pages:
        body = fetch(pages, "/read/mill")[2]
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "<title>&lt;b&gt;mill&lt;/b&gt;</title>" in body
    assert "{{ 7 * 7 }}" in body


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/read/none", 404),
        ("/read/", 404),
        ("/read", 404),
        ("/", 404),
        ("/read/..%2f..%2fetc%2fpasswd", 404),
        ("/read/../../../etc/passwd", 404),
        ("/read/page.html", 404),
        ("/read/__init__.py", 404),
        ("/read/" + "a" * 5_000, 404),
        ("/read/mus%00eum", 404),
        ("/read/museum/", 404),
        ("/some/prefix/read/museum", 200),
        ("/read/page.css", 200),
        ("/read/page.js?x", 200),
        ("/read/museum?s=", 200),
        ("/read/museum?s=5-", 200),
        ("/read/museum?s=9-2&q=&k=", 200),
        ("/read/museum?s=0-99999999999999999999", 200),
        ("/read/museum?s=%ff&q=%ff&k=%ff", 400),
        ("/read/museum?s=" + "9" * 9_000, 200),
        ("/read/museum?s=%D9%A3-%D9%A5", 200),
    ],
)
def test_whatever_is_asked_for_gets_its_status_and_no_detail(pages, path, status):
    got, headers, body = fetch(
        pages, path.replace("٣", "%D9%A3").replace("٥", "%D9%A5")
    )
    assert got == status
    assert "<mark" not in body
    assert "Traceback" not in body
    assert "Server" not in headers
    if status != 200 and path.startswith("/read/"):
        assert len(body) < 100


@pytest.mark.parametrize(
    ("method", "status"),
    [("HEAD", 200), ("POST", 405), ("PUT", 405), ("DELETE", 405), ("OPTIONS", 405)],
)
def test_a_page_is_only_to_be_read(pages, method, status):
    got, headers, body = fetch(pages, "/read/museum", method)
    assert got == status
    if method == "HEAD":
        assert body == ""
        assert int(headers["Content-Length"]) > 1_000


def test_head_of_what_is_not_there_says_so(pages):
    assert fetch(pages, "/read/none", "HEAD")[0] == 404


def test_words_that_nobody_quoted_are_not_shown(pages):
    path = "/read/museum?s=0-5&q=Brae%20is%20a%20swindle&k=0123456789abcdef"
    body = fetch(pages, path)[2]
    assert "swindle" not in body
    ours = path_of(pages, "How much is a ticket?")
    forged = re.sub("q=[^&]*", "q=Brae%20is%20a%20swindle", ours)
    assert "swindle" not in fetch(pages, forged)[2]


def test_an_article_that_has_changed_says_so_and_shows_the_quotation():
    old = Article.from_text("The mill\n\nThe mill is open.", source="mill.txt")
    with Pages([old]) as pages:
        path = path_of(pages, "Is the mill open?")
        new = Article.from_text("The mill\n\nThe mill is shut.", source="mill.txt")
        pages.catalogue = catalogue_of([new])
        body = fetch(pages, path)[2]
        assert "The article has changed since this was quoted" in body
        assert "<blockquote>The mill is open.</blockquote>" in body
        assert "<mark" not in body


def test_an_article_that_is_withdrawn_is_not_found():
    mill = Article.from_text("The mill\n\nThe mill is open.", source="mill.txt")
    kiln = Article.from_text("The kiln\n\nThe kiln is hot.", source="kiln.txt")
    with Pages([mill, kiln]) as pages:
        path = path_of(pages, "Is the mill open?")
        assert fetch(pages, path)[0] == 200
        pages.catalogue = catalogue_of([kiln])
        assert fetch(pages, path)[0] == 404


def test_a_right_to_left_article_is_shown_so():
    text = "المتحف\n\nيفتح المتحف أبوابه كل يوم في الصباح الباكر."
    with Pages([Article.from_text(text, source="m.txt", language="ar")]) as pages:
        assert '<html lang="ar" dir="rtl">' in fetch(pages, "/read/m")[2]


def test_a_korean_article_is_introduced_in_korean():
    text = "물레방아\n\n물레방아는 1854년에 지었다. 지금도 돌아간다."
    article = Article.from_text(text, source="https://example.org/mill", language="ko")
    with Pages([article]) as pages:
        body = fetch(pages, "/read/mill")[2]
    assert (
        '<a href="https://example.org/mill" rel="noopener noreferrer">원문</a>' in body
    )


def test_a_flood_is_bounded_and_told_to_come_again(museum, monkeypatch):
    goes_on = Event()
    real = server.lay_out_page

    def slow(article, cited):
        goes_on.wait()
        return real(article, cited)

    monkeypatch.setattr(server, "lay_out_page", slow)
    count = server.MAX_WAITING + 20
    with Pages([museum]) as pages, ThreadPoolExecutor(count) as pool:
        asked = [pool.submit(fetch, pages, "/read/museum") for _ in range(count)]
        refused = []
        while len(refused) < 20:
            refused = [one for one in asked if one.done()]
        goes_on.set()
        statuses = sorted(one.result()[0] for one in asked)
    assert statuses == [200] * server.MAX_WAITING + [503] * 20
    told = refused[0].result()
    assert told[1]["Retry-After"] == "2"
    assert told[2].startswith("It cannot be shown just now; please try again")


def test_a_page_that_was_made_is_kept_and_the_oldest_let_go(museum, monkeypatch):
    made = []
    real = server.lay_out_page
    monkeypatch.setattr(server, "CACHED_PAGES", 2)
    monkeypatch.setattr(
        server, "lay_out_page", lambda *given: made.append(given[1]) or real(*given)
    )
    with Pages([museum]) as pages:
        paths = [path_of(pages, q) for q in ("ticket?", "slipway?", "Sunday?")]
        for path in [paths[0], paths[0], *paths, paths[0]]:
            assert fetch(pages, path)[0] == 200
    assert len(made) == 4


def test_a_page_is_not_sent_again_where_nothing_has_changed(pages):
    _, headers, _ = fetch(pages, "/read/museum")
    connection = HTTPConnection("127.0.0.1", pages.port, timeout=60)
    connection.request(
        "GET", "/read/museum", headers={"If-None-Match": headers["Etag"]}
    )
    assert connection.getresponse().status == 304
    connection.close()
