"""A folder of articles in Telegram: choosing, links to them, changes."""

import asyncio
import threading

import pytest

from tests.bot.bot_process import running
from tests.bot.fake_bot_api import labels
from tests.retrieval.loading.sample_files import FILES, HONEY
from tests.support import ChatUser
from tests.web_server import WebServer

N_ARTICLES = 50
CITIES = [f"{first}{last}" for first in "ABCDE" for last in "burg dorf stadt heim furt "
          "hausen feld bach tal ried".split()]  # fmt: skip


def report(city, river="Weser", mayor="Ann Ito"):
    return (
        f"News from {city}\n\nThe mayor of {city} is {mayor}. She took office in "
        f"May.\n\nThe river {river} flows through {city}, past the old mill.\n"
    )


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "press releases"
    folder.mkdir()
    for n, city in enumerate(CITIES):
        (folder / f"{city.lower()}.txt").write_text(report(city, mayor=f"Quin {n:02}"))
    (folder / ".hidden.txt").write_text("Nobody reads this.")
    (folder / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    return folder


@pytest.fixture
def chat(api):
    return ChatUser(api, 7)


async def test_the_right_article_of_fifty_is_cited(api, chat, folder):
    more = {"BOT_ARTICLE": str(folder), "BOT_QUESTIONS_PER_MINUTE": "1000"}
    async with running(api, folder=folder.parent, **more) as bot:
        for n, city in enumerate(CITIES):
            reply = await chat.say(f"Who is the mayor of {city}?")
            assert f"The mayor of {city} is Quin {n:02}." in reply["text"]
            assert f"— News from {city}, passage 1" in reply["text"]
            assert "<a href" not in reply["html"]
        help_text = await chat.say("/start")
        assert f"any of {N_ARTICLES} articles" in help_text["text"]
    assert "logo.png: this picture is damaged" in bot.log
    assert "It is left out" in bot.log


async def test_a_reader_pages_chooses_and_widens_again(api, chat, folder):
    async with running(api, folder=folder.parent, BOT_ARTICLE=str(folder)):
        listing = await chat.say("/articles")
        assert "There are 50 articles. You are asking all of them." in listing["text"]
        assert "1. “News from Abach”" in listing["text"]
        assert labels(listing)[-1] == "More ▶"
        for page in range(2, 8):
            await chat.press(listing, "More ▶")
            assert "◀ Back" in labels(listing)
            assert f"{(page - 1) * 8 + 1}. " in listing["text"]
        assert "More ▶" not in labels(listing)
        assert "50. “News from Etal”" in listing["text"]
        await chat.press(listing, "News from Etal")
        assert "From now on I answer from “News from Etal” alone" in listing["text"]
        mayor = await chat.say("Who is the mayor?")
        assert "The mayor of Etal" in mayor["text"]
        alone = await chat.say("Which river flows through Abach?")
        assert "News from Abach" not in alone["text"]
        assert "News from Etal" in (await chat.say("/article"))["text"]
        other = await ChatUser(api, 8).say("Who is the mayor of Abach?")
        assert "The mayor of Abach" in other["text"]
        listing = await chat.say("/articles")
        assert "You are asking “News from Etal” alone." in listing["text"]
        await chat.press(listing, "All articles")
        assert "From now on I answer from any of 50 articles." in listing["text"]
        assert "Abach" in (await chat.say("Who is the mayor of Abach?"))["text"]
        await chat.say("/articles 3")
        assert "any of 50" in (await chat.say("/all"))["text"]
        assert "no article “99”" in (await chat.say("/articles 99"))["text"]


async def test_a_deep_link_opens_the_chat_on_one_article(api, chat, folder):
    async with running(api, folder=folder.parent, BOT_ARTICLE=str(folder)):
        greeting = await chat.say("/start etal")
        assert "Ask me about “News from Etal”" in greeting["text"]
        mayor = await chat.say("Who is the mayor?")
        assert "The mayor of Etal" in mayor["text"]
    async with running(api, folder=folder.parent, BOT_ARTICLE=str(folder)):
        river = await chat.say("Which river is there?")
        assert "through Etal" in river["text"], "the choice outlives a restart"
        gone = await chat.say("/start atlantis")
        assert "no article “atlantis”" in gone["text"]
        inline = await chat.say("/start inline")
        assert "no article" not in inline["text"]


async def test_another_passage_may_be_of_another_article(api, chat, folder):
    async with running(api, folder=folder.parent, BOT_ARTICLE=str(folder)):
        answer = await chat.say("Which river flows past the old mill of Etal?")
        assert "News from Etal" in answer["text"]
        await chat.press(answer, "Another passage")
        assert "News from" in answer["text"]
        first = answer["text"]
        await chat.press(answer, "Another passage")
        assert answer["text"] != first


async def test_a_forged_choice_is_answered_politely(api, chat, folder):
    async with running(api, folder=folder.parent, BOT_ARTICLE=str(folder)):
        listing = await chat.say("/articles")
        assert "no article “zzz”" in await api.press(listing, "1:c:0:zzz")
        await api.press(listing, "1:l:9999")
        assert "50. " in listing["text"]
        assert await api.press({**listing, "date": 0}, "1:l:1") == (
            "This button is out of date. Please ask again."
        )


async def within(seconds, chat, question, words):
    """Ask until an answer has some words."""
    async with asyncio.timeout(seconds):
        while True:
            reply = await chat.say(question)
            if words in reply["text"]:
                return reply
            await asyncio.sleep(0.05)


async def test_changes_on_disk_are_served_and_broken_ones_are_not(api, chat, folder):
    """The answer given before keeps its words."""
    path = folder / "etal.txt"
    more = {"BOT_ARTICLE": str(folder), "BOT_QUESTIONS_PER_MINUTE": "1000"}
    async with running(api, folder=folder.parent, **more) as bot:
        question = "Who is the mayor of Etal?"
        old = await chat.say(question)
        path.write_text(report("Etal", mayor="Bob Bee"))
        await within(3, chat, question, "Bob Bee")
        await chat.press(old, "Source")
        await api.wait(lambda: "Quin 48" in api.sent[-1]["text"])
        path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
        await within(3, chat, question, "Bob Bee")
        (folder / "new.md").write_text("# Xtown\n\nThe mayor of Xtown is Zoe Zed.\n")
        await within(3, chat, "Who is the mayor of Xtown?", "Zoe Zed")
        await chat.say("/start new")
        (folder / "new.md").unlink()
        gone = await within(3, chat, question, "is gone; this is from all")
        assert "Bob Bee" in gone["text"], "and it is answered from all"
        assert "is gone" not in (await chat.say(question))["text"]
    assert "etal.txt: this picture is damaged" in bot.log
    assert "The last version is kept" in bot.log


async def test_a_page_that_changes_is_served_and_an_outage_is_survived(api, chat):
    with WebServer() as server:
        link = server.html("/bees", f"<article><h1>Bees</h1><p>{HONEY}</p></article>")
        more = {
            "BOT_ARTICLE": link,
            "BOT_ALLOW_PRIVATE_URLS": "1",
            "BOT_REFRESH_MINUTES": "0.005",
            "BOT_QUESTIONS_PER_MINUTE": "1000",
        }
        question = "How much honey does the hive make?"
        async with running(api, **more) as bot:
            answer = await within(9, chat, question, "ten kilos")
            assert f'<a href="{link}#:~:text=The%20hive' in answer["html"]
            changed = HONEY.replace("ten", "nine")
            server.html("/bees", f"<article><h1>Bees</h1><p>{changed}</p></article>")
            await within(9, chat, question, "nine kilos")
            server.stop()
            async with asyncio.timeout(30):
                while "The copy of" not in bot.log:
                    await asyncio.sleep(0.05)
            await within(9, chat, question, "nine kilos")


async def test_a_stop_does_not_wait_for_a_slow_page_which_is_read_at_the_next_start(
    api, chat
):
    """The page is answered only after the bot has ended."""
    with WebServer() as server:
        patient, asked = threading.Event(), threading.Event()
        link = server.html("/bees", f"<article><p>{HONEY}</p></article>")
        page = server.pages["/bees"]
        server.pages["/bees"] = lambda _: (asked.set(), patient.wait(120))
        more = {"BOT_ALLOW_UPLOADS": "1", "BOT_ALLOW_PRIVATE_URLS": "1"}
        sooner = {"bot.service.STOP_SECONDS": 0.5}
        async with running(api, constants=sooner, **more) as bot:
            await api.ask(chat.number, link)
            assert await asyncio.to_thread(asked.wait, 30)
        patient.set()
        server.pages["/bees"] = page
        async with running(api, folder=bot.folder, **more):
            await api.wait(lambda: api.replies(chat.number))
            assert "I have read" in api.replies(chat.number)[-1]["text"]


async def test_a_choice_without_a_store_says_why(api, chat, folder):
    url = {"BOT_DATABASE_URL": "sqlite:////proc/none/store.sqlite3"}
    async with running(api, BOT_ARTICLE=str(folder), BOT_ALLOW_UPLOADS="1", **url):
        assert "cannot remember" in (await chat.say("/articles 3"))["text"]
        listing = await chat.say("/articles")
        assert "cannot be used" in await chat.press(listing, "News from Abach")
        sent = await chat.send(FILES["bees.txt"], "bees.txt")
        assert "cannot be used" in sent["text"]
        assert "Abach" in (await chat.say("Who is the mayor of Abach?"))["text"]
