"""Bots with an index in a cluster: they load no article, and answer as others do."""

import asyncio
import contextlib

import pytest
from aiohttp import ClientSession

from bot.settings import SEED_ARTICLE
from retrieval import Article, load_article
from retrieval.index.opensearch.sync import sync
from tests.bot.bot_process import free_port, running, send_to, webhook
from tests.bot.conftest import *  # noqa: F403  # the Bot API and PostgreSQL
from tests.bot.fake_bot_api import labels
from tests.opensearch.conftest import WRONG
from tests.support import LEADER

QUOTE = "Pak Kyong-jin, who leads"
AWAY = "I cannot look into the articles at the moment."


def report(city):
    return Article.from_text(
        f"News from {city}\n\nThe mayor of {city} is Ann Ito. She came in May.\n\n"
        f"The river Weser flows through {city}, past the old mill.",
        source=f"{city.lower()}.txt",
        language="en",
    )


@pytest.fixture
def filled(cluster, index_url):
    """The URL of an index of several articles."""
    seed = load_article(SEED_ARTICLE)
    cities = (f"{a}{b}" for a in ("Ab", "Ed", "Os") for b in "burg dorf stadt".split())
    articles = {city.lower(): report(city) for city in cities}
    sync(cluster, [*articles.items(), ("north-korea", seed)])
    return index_url


async def say(api, chat, text):
    before = len(api.replies(chat))
    await api.ask(chat, text)
    await api.wait(lambda: len(api.replies(chat)) > before)
    return api.replies(chat)[-1]


async def health(port):
    async with (
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/healthz") as reply,
    ):
        return await reply.json()


async def status(url):
    async with ClientSession() as session, session.get(url) as reply:
        return reply.status


async def test_a_chat_asks_lists_chooses_and_widens(api, filled):
    async with running(api, BOT_INDEX_URL=filled) as bot:
        assert QUOTE in (await say(api, 1, LEADER))["text"]
        listing = await say(api, 1, "/articles")
        assert "There are 10 articles. You are asking all of them." in listing["text"]
        assert "1. “News from Abburg”" in listing["text"]
        await api.press(listing, "More ▶")
        await api.wait(lambda: "10. “News from Osstadt”" in listing["text"])
        assert labels(listing)[-1] == "◀ Back"
        chosen = await say(api, 1, "/articles eddorf")
        assert "From now on I answer from “News from Eddorf” alone" in chosen["text"]
        assert (
            "Weser flows through Eddorf"
            in (await say(api, 1, "Which river flows past the old mill?"))["text"]
        )
        assert "News from Eddorf" in (await say(api, 1, "/article"))["text"]
        assert "any of 10 articles" in (await say(api, 1, "/all"))["text"]
        found = await say(api, 1, "/articles from abdorf")
        assert "“News from Abdorf” alone" in found["text"]
        assert (
            "no article “nowhere”" in (await say(api, 1, "/articles nowhere"))["text"]
        )
        assert "no article “99”" in (await say(api, 1, "/articles 99"))["text"]
        greeting = await say(api, 2, "/start osburg")
        assert "Ask me about “News from Osburg”" in greeting["text"]
    assert WRONG not in bot.log
    assert "Weser flows" not in bot.log
    assert LEADER not in bot.log


async def test_two_bots_on_one_database_and_one_cluster_answer_as_one(
    api, filled, postgresql_url
):
    shared = {"BOT_INDEX_URL": filled, "BOT_DATABASE_URL": postgresql_url}
    shared["BOT_WEBHOOK_SECRET"] = "shared"
    first, second = webhook(), webhook()
    async with running(api, **shared, **first), running(api, **shared, **second):
        await api.wait(lambda: api.calls.count("setWebhook") == 2)

        send_to(api, first)
        assert "alone" in (await say(api, 1, "/articles edburg"))["text"]
        one = await say(api, 2, LEADER)
        send_to(api, second)
        mayor = await say(api, 1, "Who is the mayor?")
        assert "The mayor of Edburg" in mayor["text"], "the choice is shared"
        assert (await say(api, 3, LEADER))["html"] == one["html"]
        send_to(api, first)
        source = await say(api, 1, "/source")
        assert "News from Edburg" in source["text"], "and so is what was answered"


class Nodes:
    """An outage in which both nodes are killed; their start takes long."""

    def __init__(self, url, nodes):
        self.url = url
        self._nodes = nodes

    async def go_away(self):
        for node in self._nodes.nodes:
            node.kill()

    async def come_back(self):
        for node in self._nodes.nodes:
            node.start()
        await asyncio.to_thread(self._nodes.wait)


class Door:
    """A proxy of a node, which is unreachable through it while it is shut.

    The URL names no other node, so the cluster is unreachable, then.
    """

    def __init__(self, url, nodes):
        self.port = free_port()
        self.url = url.replace(nodes.hosts, f"127.0.0.1:{self.port}")
        self._to = nodes.nodes[0].port
        self._server = None
        self._inside = {}  # the task that carries, and its ends

    async def go_away(self):
        self._server.close()
        for ends in self._inside.values():
            for writer in ends:
                writer.transport.abort()
        await asyncio.gather(*self._inside, return_exceptions=True)

    async def come_back(self):
        self._server = await asyncio.start_server(self._let_in, "127.0.0.1", self.port)

    async def _let_in(self, reader, writer):
        from_node, to_node = await asyncio.open_connection("127.0.0.1", self._to)
        task = asyncio.current_task()
        self._inside[task] = (writer, to_node)

        async def carry(source, target):
            with contextlib.suppress(OSError):
                while data := await source.read(65_536):
                    target.write(data)
                    await target.drain()
            target.close()

        await asyncio.gather(carry(reader, to_node), carry(from_node, writer))
        for each in (writer, to_node):
            with contextlib.suppress(OSError):
                await each.wait_closed()
        del self._inside[task]


@pytest.fixture(params=[Door, pytest.param(Nodes, marks=pytest.mark.slow)])
async def cluster_(request, filled, nodes):
    if request.param is Nodes:
        yield Nodes(filled, nodes)
        return
    door = Door(filled, nodes)
    await door.come_back()
    yield door
    await door.go_away()


async def test_without_the_cluster_it_says_so_in_one_line_and_recovers(api, cluster_):
    port, web = free_port(), free_port()
    settings = {"BOT_INDEX_URL": cluster_.url, "BOT_HEALTH_PORT": str(port)}
    settings |= {"BOT_PUBLIC_URL": "https://127.0.0.1:9", "BOT_WEBHOOK_PORT": str(web)}
    page = f"http://127.0.0.1:{web}/read/north-korea"
    sooner = {"retrieval.index.opensearch.client.RETRY_FOR_SECONDS": 0.5}
    async with running(api, constants=sooner, **settings) as bot:
        assert QUOTE in (await say(api, 1, LEADER))["text"]
        listing = await say(api, 3, "/articles")
        listed = listing["text"]
        assert await status(page) == 200
        assert (await health(port))["index"] == "ok"
        await cluster_.go_away()
        try:
            away = await say(api, 1, LEADER)
            assert away["text"].startswith(AWAY)
            assert len(away["text"].splitlines()) == 1
            assert (await say(api, 1, "/source"))["text"].count(QUOTE) == 1
            toast, inline, code = await asyncio.gather(
                api.press(listing, "More ▶"), api.query(5, LEADER), status(page)
            )
            assert toast.startswith(AWAY)
            assert listing["text"] == listed, "the list stays as it is"
            assert inline["button"]["text"].startswith(AWAY)
            assert code == 503
            told = await health(port)
            assert (told["status"], told["index"]) == ("degraded", "unavailable")
        finally:
            await cluster_.come_back()
        assert QUOTE in (await say(api, 2, LEADER))["text"]
        assert (await health(port))["status"] == "ok"
    assert WRONG not in bot.log
