"""Documents and links that users send, each for its chat."""

import pytest

from tests.bot.bot_process import running
from tests.retrieval.loading.hostile_files import HOSTILE
from tests.retrieval.loading.sample_files import FILES, HONEY, protected
from tests.support import ChatUser
from tests.web_server import WebServer


@pytest.fixture
def chat(api):
    return ChatUser(api, 7)


async def test_a_document_is_asked_about_in_its_chat_alone(api, chat):
    async with running(api, BOT_ALLOW_UPLOADS="1") as bot:
        question = "How much honey does the hive make?"
        for name, data in FILES.items():
            read = await chat.send(data, name)
            assert "I have read “" in read["text"], name
            answer = await chat.say(question)
            assert HONEY in answer["text"], name
        other = ChatUser(api, 8)
        refusal = await other.say(question)
        assert "does not say" in refusal["text"]
        assert "no article “_1”" in (await other.say("/start _1"))["text"]
        listing = await chat.say("/articles")
        assert "There are 4 articles." in listing["text"], "three newest and the seed"
        assert "Joguk" in (await other.say("What is Joguk?"))["text"]
        await chat.say("/all")
        assert "does not say" in (await chat.say(question))["text"]
        await chat.say("/articles 1")
        assert HONEY in (await chat.say(question))["text"]
        assert "document" in (await chat.say("/help"))["text"]
        await api.press(await chat.say("/forget"), "Yes, delete it")
        assert "does not say" in (await chat.say(question))["text"]
    async with running(api, BOT_ALLOW_UPLOADS="1", folder=bot.folder):
        await chat.send(FILES["bees.docx"], "bees.docx")
    async with running(api, BOT_ALLOW_UPLOADS="1", folder=bot.folder):
        assert HONEY in (await chat.say(question))["text"], "it outlives a restart"


async def test_a_link_is_asked_about_in_its_chat_alone(api, chat):
    with WebServer() as server:
        link = server.html("/bees", f"<article><h1>Bees</h1><p>{HONEY}</p></article>")
        async with running(api, BOT_ALLOW_UPLOADS="1") as bot:
            refused = await chat.say(link)
            assert refused["text"] == (
                "I cannot read that: it leads to a private address."
            )
        more = {"BOT_ALLOW_UPLOADS": "1", "BOT_ALLOW_PRIVATE_URLS": "1"}
        async with running(api, folder=bot.folder, **more):
            assert "I have read “Bees”" in (await chat.say(link))["text"]
            answer = await chat.say("How much honey does the hive make?")
            assert f'<a href="{link}#:~:text=' in answer["html"]


async def test_a_question_may_come_with_what_it_is_about(api, chat):
    """It may be the caption of a document, or stand beside a link."""
    question = "How much honey does the hive make?"
    with WebServer() as server:
        link = server.html("/bees", f"<article><h1>Bees</h1><p>{HONEY}</p></article>")
        more = {"BOT_ALLOW_UPLOADS": "1", "BOT_ALLOW_PRIVATE_URLS": "1"}
        async with running(api, **more):
            await api.send_file(chat.number, FILES["bees.docx"], "a", caption=question)
            await api.wait(lambda: len(api.replies(chat.number)) == 2)
            read, answer = api.replies(chat.number)
            assert "I have read “Bees”" in read["text"]
            assert HONEY in answer["text"]
            await api.press(await chat.say("/forget"), "Yes, delete it")
            await api.ask(chat.number, f"{question} {link}.")
            await api.wait(lambda: len(api.replies(chat.number)) == 5)
            assert HONEY in api.replies(chat.number)[-1]["text"]
            await api.ask(chat.number, f"/ask {link}")
            await api.wait(lambda: len(api.replies(chat.number)) == 6)
            listing = await chat.say("/articles")
            assert "There are 2 articles." in listing["text"], (
                "the same one counts once"
            )
            two = await chat.say(f"{link} {link}")
            assert "I have read" not in two["text"]


async def test_what_is_neither_text_nor_document_is_declined(api, chat):
    async with running(api, BOT_ALLOW_UPLOADS="1"):
        await api.ask(chat.number, photo=[])
        await api.wait(lambda: api.replies(chat.number))
        declined = api.replies(chat.number)[-1]["text"]
        assert declined == "I can only read text, documents and links."


async def test_documents_that_cannot_be_taken_get_one_line(api, chat):
    more = {"BOT_ALLOW_UPLOADS": "1", "BOT_UPLOAD_MEGABYTES": "0.1"}
    async with running(api, **more):
        large = await chat.send(b"a" * 200_000, "a.txt")
        assert large["text"] == "That is too large for me; I read up to 0.1 MB."
        locked = await chat.send(protected("secret"), "a.pdf")
        assert "it is encrypted; save a copy without a password." in locked["text"]
        empty = await chat.send(b" ", "a.txt")
        assert "there is no text in it" in empty["text"]
        assert "Joguk" in (await chat.say("What is Joguk?"))["text"]


async def test_a_hostile_document_costs_its_sender_one_line_and_others_nothing(
    api, chat
):
    more = {
        "BOT_ALLOW_UPLOADS": "1",
        "BOT_READING_SECONDS": "1",
        "BOT_UPLOAD_MEGABYTES": "20",
    }
    names = ["pdf bomb", "billion laughs in docx", "spans", "zeros", "million lines"]
    async with running(api, **more):
        other = ChatUser(api, 8)
        for name in names:
            before = len(api.replies(chat.number))
            await api.send_file(chat.number, HOSTILE[name], name)
            assert "Joguk" in (await other.say("What is Joguk?"))["text"]
            await api.wait(lambda: len(api.replies(chat.number)) > before)  # noqa: B023
            refusal = api.replies(chat.number)[-1]["text"]
            assert refusal.startswith("I cannot read that: "), name
            assert "\n" not in refusal
            assert "BOT_" not in refusal


async def test_without_uploads_a_document_is_declined_and_a_link_is_a_question(
    api, chat
):
    async with running(api):
        assert "only read text" in (await chat.send(b"Bees fly.", "a.txt"))["text"]
        assert "does not say" in (await chat.say("http://127.0.0.1/a"))["text"]
