import logging
import socket
import time

import httpx
import pytest

from retrieval import Answerer, ArticleError, load_article
from retrieval.errors import ErrorCode
from retrieval.loading.formats import FORMATS
from retrieval.loading.load import read_article
from retrieval.loading.web import fetching
from retrieval.loading.web.cache import Cache
from retrieval.loading.web.ssrf import is_public
from tests.retrieval.loading.sample_files import FILES, HONEY
from tests.web_server import WebServer

ARTICLE = f"<article><h1>Bees</h1><p>{HONEY}</p></article>"


@pytest.fixture
def server():
    with WebServer() as server:
        yield server


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "deep" / "cache")


def load(link, **more):
    return load_article(link, allow_private=True, **more)


def test_a_page_is_answered_from_with_a_link_that_opens_it_at_the_sentence(server):
    link = server.html("/bees", ARTICLE)
    article = load(link)
    assert (article.title, article.source, article.url) == ("Bees", link, link)
    citation = Answerer([article]).answer("How much honey does it make?").citations[0]
    assert citation.quote == HONEY
    assert citation.url == (
        f"{link}#:~:text=The%20hive%20makes%20ten%20kilos%20of%20honey%20in%20a"
        "%20good%20summer."
    )


def test_a_pdf_behind_a_link_is_cited_by_its_page(server):
    link = server.file("/bees", FILES["bees.pdf"], "application/pdf")
    citation = Answerer([load(link)]).answer("How much honey is made?").citations[0]
    assert citation.url == f"{link}#page={citation.passage.page}"
    assert citation.passage.page > 1


@pytest.mark.parametrize("name", ["bees.html", "bees.txt", "bees.md", "bees.pdf"])
def test_what_lets_its_owner_in_is_cited_to_nobody(server, name):
    place = f"/{name}?id=7&token=hunter2&X-Amz-Signature=hunter2&page=2"
    link = server.file(place, FILES[name], "application/octet-stream")
    citation = Answerer([load(link)]).answer("How much honey is made?").citations[0]
    assert citation.url.startswith(f"{link.partition('?')[0]}?id=7&page=2#")
    assert "hunter2" not in citation.url


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_read_behind_a_link_that_calls_it_bytes(server, name):
    link = server.file(f"/{name}", FILES[name], "application/octet-stream")
    assert HONEY in load(link).text


@pytest.mark.parametrize(
    "content_type", [name for each in FORMATS.values() for name in each.content_types]
)
def test_every_content_type_of_a_format_is_fetched(server, content_type):
    assert HONEY in load(server.file("/a", FILES["bees.html"], content_type)).text


def test_redirects_are_followed_and_the_last_place_is_cited(server):
    last = server.html("/new/bees", ARTICLE)
    server.redirect("/b", "/new/bees", 308)
    article = load(server.redirect("/a", "b", 301))
    assert article.url == last
    assert article.source.endswith("/a")


def test_packed_pages_are_unpacked(server):
    assert load(server.packed("/a", f"{HONEY}".encode())).text == HONEY


def test_the_encoding_that_the_server_declares_is_believed(server):
    text = f"Пчёлы любят клевер. {HONEY}"
    kind = "text/plain; charset=cp1251"
    assert load(server.file("/a", text.encode("cp1251"), kind)).text == text
    page = f"<html><body><p>{text}</p></body></html>".encode("cp1251")
    kind = "text/html; charset=cp1251"
    assert "клевер" in load(server.file("/b", page, kind)).text
    kind = "text/html; charset=klingon"
    page = f"<html><body><p>{text}</p></body></html>".encode()
    assert "клевер" in load(server.file("/c", page, kind)).text


@pytest.mark.parametrize(
    ("fetched", "cited"),
    [
        ("https://hive.example/b?x=1", "https://hive.example/bees"),
        ("http://HIVE.example:8080/b", "https://hive.example/bees"),
        ("https://bank.example/b", "https://bank.example/b"),
        (None, "https://hive.example/bees"),
    ],
)
def test_a_link_of_the_page_itself_counts_on_the_same_host_alone(fetched, cited):
    assert read_article(FILES["bees.html"], "bees", url=fetched).url == cited


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "undefined", "unicode-escape", "base64", "nonsense"]
)
def test_what_is_no_encoding_of_texts_is_not_believed_to_be_one(server, charset):
    link = server.file("/a", HONEY.encode(), f"text/plain; charset={charset}")
    assert load(link).text == HONEY


def faults(server):
    def slow(handler):
        time.sleep(0.5)
        handler.close_connection = True

    def drip(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/plain")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.02)

    def drip_head(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(100):
            handler.wfile.write(b"X-%d: y\r\n" % n)
            time.sleep(0.02)
        handler.close_connection = True

    def nonsense(handler):
        handler.wfile.write(b"no HTTP at all\r\n\r\n")
        handler.close_connection = True

    server.pages["/slow"] = slow
    server.pages["/drip"] = drip
    server.pages["/drip-head"] = drip_head
    server.pages["/nonsense"] = nonsense
    server.pages["/down"] = (503, {}, b"")
    server.pages["/login"] = (403, {}, b"")
    server.pages["/410"] = (410, {}, b"")
    server.file("/sound", b"x", "audio/ogg")
    server.file("/lie", b"\x89PNG\r\n\x1a\n\0\0", "text/html")
    server.file("/brotli", b"x", "text/html", **{"Content-Encoding": "br"})
    server.file("/twice", b"x", "text/html", **{"Content-Encoding": "gzip, gzip"})
    server.file("/broken", b"not packed", "text/html", **{"Content-Encoding": "gzip"})
    server.file("/large", b"a" * (fetching.MAX_BYTES + 1), "text/plain")
    server.packed("/bomb", b"a" * (fetching.MAX_BYTES + 1))
    server.redirect("/loop", "/loop")
    server.redirect("/ftp", "ftp://example.org/a")
    server.redirect("/nowhere", "http://[::1")
    server.redirect("/file", "file:///etc/passwd")


SLOW = ("/slow", "/drip", "/drip-head")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/slow", "does not answer in time"),
        ("/drip", "takes over"),
        ("/drip-head", "takes over"),
        ("/nonsense", "gives no sense"),
        ("/down", "HTTP 503"),
        ("/login", "not public"),
        ("/404", "no such page"),
        ("/410", "no such page"),
        ("/sound", "it is audio/ogg, not a text"),
        ("/lie", "this picture is damaged"),
        ("/brotli", "compresses it in an unknown way"),
        ("/twice", "compresses it in an unknown way"),
        ("/broken", "gives no sense"),
        ("/large", "too large"),
        ("/bomb", "too large"),
        ("/loop", "redirects over"),
        ("/ftp", "only http and https"),
        ("/file", "only http and https"),
        ("/nowhere", "gives no sense"),
    ],
)
def test_what_cannot_be_fetched_says_why(server, monkeypatch, path, words):
    if path in SLOW:  # what comes at once may take its time on a busy machine
        monkeypatch.setattr(fetching, "CONNECT_SECONDS", 0.2)
        monkeypatch.setattr(fetching, "FETCH_SECONDS", 0.5)
    faults(server)
    with pytest.raises(ArticleError, match=words) as caught:
        load(server.url + path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("http://", "only http and https"),
        ("http://[::1", "link is malformed"),
        ("http://a b/", "not known|link is malformed"),
        ("http://user:secret@127.0.0.1/", "with a password"),
        ("http://no-such-host.invalid/", "not known"),
        ("http://127.0.0.1:1/", "cannot be reached"),
        ("http://xn--a/", "not known|link is malformed"),
        ("http://xn--i-7iq.ws/", "not known|link is malformed"),
        ("http://" + "a" * 300 + ".example/", "not known|link is malformed"),
    ],
)
def test_links_that_lead_nowhere_say_so(link, words):
    with pytest.raises(ArticleError, match=words):
        load(link)


PRIVATE = [
    "127.0.0.1",
    "2130706433",  # decimal
    "0177.0.0.1",  # octal
    "0x7f.1",
    "127.1",
    "localhost",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",  # carriers'
    "169.254.169.254",  # cloud metadata
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1:7f00:0:100::]",  # the same as RFC 6052 has it under a prefix of 48 bits
    "[64:ff9b:1::5db8:d822]",  # for local use, whatever it carries
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[fd00:ec2::254]",  # cloud metadata
    "192.88.99.1",  # relays of old
    "[::ffff:0:127.0.0.1]",  # IPv4 as translators write it
    "[::5efe:7f00:1]",
    "[3fff::1]",  # for examples
    "[5f00::1]",
    "[2001:0:7f00:1::]",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_private_addresses_are_refused_in_whatever_notation(host):
    with pytest.raises(ArticleError, match=r"private address|link is malformed"):
        load_article(f"http://{host}/")


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "[::1]", "localhost"])
def test_the_refusal_of_a_private_address_has_a_code(host):
    with pytest.raises(ArticleError) as caught:
        load_article(f"http://{host}/")
    assert caught.value.code is ErrorCode.PRIVATE_ADDRESS


def resolving(monkeypatch, addresses):
    """Resolve names to the first addresses once, to the next ones the next time."""
    real = socket.getaddrinfo
    turns = iter(addresses)

    def resolve(host, port, *arguments, **more):
        if host.endswith(".example"):
            return [
                entry
                for address in next(turns)
                for entry in real(address, port, *arguments, **more)
            ]
        return real(host, port, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:10.0.0.1"]]
)
def test_a_name_that_leads_to_a_private_address_is_refused(monkeypatch, addresses):
    resolving(monkeypatch, [addresses])
    with pytest.raises(ArticleError, match="private address"):
        load_article("http://rebound.example/")


def test_a_name_is_resolved_once_a_hop(server, monkeypatch):
    """A second look-up could lead elsewhere than the checked address."""
    port = server.html("/a", ARTICLE).split(":")[2].split("/")[0]
    resolving(monkeypatch, [["127.0.0.1"]])
    article = load(f"http://bees.example:{port}/a")
    assert article.text.endswith(HONEY)
    assert server.asked[0][1]["Host"] == f"bees.example:{port}"
    assert article.url == f"http://bees.example:{port}/a"


def test_a_redirect_to_a_private_address_is_refused(server, monkeypatch):
    """The first request may reach loopback, which counts as public here."""
    monkeypatch.setattr(
        "retrieval.loading.web.ssrf.is_public",
        lambda address: address == "127.0.0.1" or is_public(address),
    )
    for location in ("http://169.254.169.254/latest", "http://[::1]/", "//10.0.0.1/"):
        with pytest.raises(ArticleError, match="private address"):
            load_article(server.redirect("/a", location))


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "2606:2800:220:1::1",
        "::ffff:93.184.216.34",
        "64:ff9b::5db8:d822",
    ],
)
def test_public_addresses_are_public(address):
    assert is_public(address)


def test_a_page_that_has_not_changed_is_not_sent_again(server, cache):
    link = server.html("/a", ARTICLE, ETag='"1"')
    first = load(link, cache=cache)
    again = load(link, cache=cache)
    assert server.asked[1][1]["If-None-Match"] == '"1"'
    assert again == first
    server.html("/a", ARTICLE.replace("ten", "nine"), ETag='"2"')
    assert "nine kilos" in load(link, cache=cache).text


def test_a_validator_that_cannot_be_sent_is_not_kept(server, cache):
    link = server.html("/a", ARTICLE, ETag='"é"')
    assert load(link, cache=cache) == load(link, cache=cache)
    assert "If-None-Match" not in server.asked[1][1]


def test_the_query_of_a_link_which_may_be_a_secret_is_not_told(server, cache, caplog):
    link = server.html("/a?key=secret", ARTICLE)
    load(link, cache=cache)
    server.pages["/a?key=secret"] = (500, {}, b"")
    load(link, cache=cache)
    with pytest.raises(ArticleError) as caught:
        load(link)
    assert "The copy of" in caplog.text
    assert "secret" not in caplog.text + str(caught.value)
    assert caught.value.path == link


async def test_a_link_can_be_read_amid_an_event_loop(server):
    assert HONEY in load(server.html("/a", ARTICLE)).text


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0", b" ", b"%PDF-1.7\n"])
def test_a_new_version_that_cannot_be_read_leaves_the_last_copy(
    server, cache, caplog, data
):
    link = server.html("/a", ARTICLE, ETag='"1"')
    first = load(link, cache=cache)
    server.file("/a", data, "text/html", ETag='"2"')
    for _ in range(2):
        assert load(link, cache=cache) == first
    assert caplog.text.count("The copy of 20") == 2
    with pytest.raises(ArticleError):
        load(link)


def test_the_last_copy_is_served_in_an_outage_and_the_log_says_so(
    server, cache, caplog
):
    stamp = "Tue, 03 Mar 2026 10:00:00 GMT"
    link = server.html("/a", ARTICLE, **{"Last-Modified": stamp})
    load(link, cache=cache)
    server.pages["/a"] = (500, {}, b"")
    assert HONEY in load(link, cache=cache).text
    assert server.asked[1][1]["If-Modified-Since"] == stamp
    server.stop()
    with caplog.at_level(logging.WARNING):
        assert HONEY in load(link, cache=cache).text
    assert "cannot be reached" in caplog.text
    assert "The copy of 20" in caplog.text


def test_a_page_that_is_gone_is_not_served_from_its_copy(server, cache):
    link = server.html("/a", ARTICLE)
    load(link, cache=cache)
    del server.pages["/a"]
    with pytest.raises(ArticleError, match="no such page"):
        load(link, cache=cache)


def test_a_cache_that_cannot_be_written_or_read_costs_a_warning(
    server, tmp_path, caplog
):
    (tmp_path / "file").write_text("")
    link = server.html("/a", ARTICLE)
    assert HONEY in load(link, cache=Cache(tmp_path / "file")).text
    assert "no copy could be stored" in caplog.text
    cache = Cache(tmp_path)
    load(link, cache=cache)
    for path in tmp_path.glob("?" * 64):
        path.write_bytes(b"[]\n")
    assert HONEY in load(link, cache=cache).text


def test_a_wrong_certificate_is_told():
    error = httpx.ConnectError("certificate verify failed")
    assert "certificate" in fetching._network_problem(error)


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:99999/", "http://127.0.0.1:0/", "http://[/", "a:b"]
)
def test_a_redirect_to_nowhere_is_one_line(server, place):
    link = server.redirect("/b", place)
    with pytest.raises(ArticleError) as caught:
        load(link)
    assert "\n" not in str(caught.value)


def test_whatever_fetching_raises_is_an_article_error(server, monkeypatch):
    async def explode(*_):
        raise ExceptionGroup("many", [OverflowError("port")])

    monkeypatch.setattr(fetching, "_read", explode)
    with pytest.raises(ArticleError, match="it cannot be fetched"):
        load(server.html("/bees", ARTICLE))


@pytest.mark.parametrize("address", ["168.63.129.16", "192.0.0.192", "192.0.0.170"])
def test_addresses_of_the_platform_are_not_public(address):
    assert not is_public(address)


def test_a_name_that_only_a_proxy_knows_says_that_none_is_used(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ArticleError, match="links are fetched without the proxy"):
        load("http://intranet.invalid/a")


def test_copies_are_for_their_owner_alone(server, cache, tmp_path):
    load(server.html("/bees", ARTICLE), cache=cache)
    (path,) = (tmp_path / "deep" / "cache").iterdir()
    assert path.stat().st_mode & 0o077 == 0
