"""Bots whose index is a cluster: they load no article, and answer as ever."""

import asyncio

import pytest
from aiohttp import ClientSession

from bot.settings import SEED_ARTICLE
from retrieval import Article, load_article
from retrieval.index.indexing import bring_up_to_date
from tests.bot.bot_process import free_port, running, send_to, webhook
from tests.bot.conftest import *  # noqa: F403  # the Bot API and PostgreSQL
from tests.bot.fake_bot_api import labels
from tests.opensearch.conftest import WRONG

LEADER = "Who leads the Economic Cooperation Office for Overseas Koreans?"
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
    """The address of an index of several articles."""
    seed = load_article(SEED_ARTICLE)
    cities = (f"{a}{b}" for a in ("Ab", "Ed", "Os") for b in "burg dorf stadt".split())
    articles = {city.lower(): report(city) for city in cities}
    bring_up_to_date(cluster, [*articles.items(), ("north-korea", seed)])
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
        await api.wait(lambda: api.calls.count("setMyCommands") == 4)

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


async def test_without_the_cluster_it_says_so_in_one_line_and_recovers(
    api, filled, nodes
):
    port, web = free_port(), free_port()
    settings = {"BOT_INDEX_URL": filled, "BOT_HEALTH_PORT": str(port)}
    settings |= {"BOT_PUBLIC_URL": "https://127.0.0.1:9", "BOT_WEBHOOK_PORT": str(web)}
    page = f"http://127.0.0.1:{web}/read/north-korea"
    async with running(api, **settings) as bot:
        assert QUOTE in (await say(api, 1, LEADER))["text"]
        listing = await say(api, 3, "/articles")
        listed = listing["text"]
        assert await status(page) == 200
        assert (await health(port))["index"] == "ok"
        for node in nodes.nodes:
            node.kill()
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
            for node in nodes.nodes:
                node.start()
            await asyncio.to_thread(nodes.wait)
        assert QUOTE in (await say(api, 2, LEADER))["text"]
        assert (await health(port))["status"] == "ok"
    assert WRONG not in bot.log
