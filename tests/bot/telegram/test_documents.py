"""Documents and links that users send, each for its chat."""

import pytest

from tests.bot.bot_process import running
from tests.retrieval.loading.hostile_files import HOSTILE
from tests.retrieval.loading.sample_files import FILES, HONEY, protected
from tests.support import ChatUser, answer, replies
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
            told = await answer(api, 7, question, **api.as_reply_to(read))
            assert HONEY in told["text"], name
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
            told = await chat.say("How much honey does the hive make?")
            assert f'<a href="{link}#:~:text=' in told["html"]


async def test_a_question_may_come_with_what_it_is_about(api, chat):
    """It may be the caption of a document, or stand beside a link."""
    question = "How much honey does the hive make?"
    with WebServer() as server:
        link = server.html("/bees", f"<article><h1>Bees</h1><p>{HONEY}</p></article>")
        more = {"BOT_ALLOW_UPLOADS": "1", "BOT_ALLOW_PRIVATE_URLS": "1"}
        async with running(api, **more):
            await api.send_file(chat.number, FILES["bees.docx"], "a", caption=question)
            await api.wait(lambda: len(api.replies(chat.number)) == 2)
            read, told = api.replies(chat.number)
            assert "I have read “Bees”" in read["text"]
            assert HONEY in told["text"]
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


DEPOT = """The tram depot

The depot of Orrin was built by Hedda Falk in 1911. It holds 40 trams.
"""
CHOIR = """The choir of Orrin

The choir was founded by Nils Aker. It rehearses on Tuesdays in the school.
"""
BUILDER = "Who built the depot?"
FOUNDER = "Who founded the choir?"


async def test_the_documents_of_a_chat_are_asked_together(api, chat):
    async with running(api, BOT_ALLOW_UPLOADS="1"):
        await chat.send(DEPOT.encode(), "depot.txt")
        read = await chat.send(CHOIR.encode(), "choir.txt")
        assert "and the other document" in read["text"]
        assert "Hedda Falk" in (await chat.say(BUILDER))["text"]
        assert "Nils Aker" in (await chat.say(FOUNDER))["text"]
        listing = await chat.say("/articles")
        assert "“The choir of Orrin” and “The tram depot”" in listing["text"]
        about = await chat.say("What is this about?")
        assert "“The choir of Orrin” begins:" in about["text"], "as the last answer"


async def test_a_reply_to_a_document_asks_that_one(api, chat):
    """The reply is to the document itself, or to what confirmed it."""
    async with running(api, BOT_ALLOW_UPLOADS="1"):
        sent = api.next_message
        confirmed = await chat.send(DEPOT.encode(), "depot.txt")
        await chat.send(CHOIR.encode(), "choir.txt")
        document = {
            "message_id": sent,
            "date": 1,
            "chat": api.chat(chat.number),
            "document": {"file_id": "a", "file_unique_id": "a"},
        }
        for target in (
            {"reply_to_message": document},
            api.as_reply_to(confirmed),
        ):
            refused = await answer(api, chat.number, FOUNDER, **target)
            assert "does not say" in refused["text"]
            found = await answer(api, chat.number, BUILDER, **target)
            assert "Hedda Falk" in found["text"]
        assert "Nils Aker" in (await chat.say(FOUNDER))["text"]


async def test_a_document_too_many_says_which_one_it_replaces(api, chat):
    async with running(api, BOT_ALLOW_UPLOADS="1", BOT_UPLOADS_PER_CHAT="2"):
        await chat.send(DEPOT.encode(), "depot.txt")
        await chat.send(CHOIR.encode(), "choir.txt")
        again = await chat.send(CHOIR.encode(), "choir.txt")
        assert "replaces" not in again["text"], "it takes the place of itself"
        third = await chat.send(FILES["bees.docx"], "bees.docx")
        assert "It replaces “The tram depot”" in third["text"]
        assert "do not say" in (await chat.say(BUILDER))["text"]


async def test_a_pasted_long_text_is_a_document_of_the_chat(api, chat):
    async with running(api, BOT_ALLOW_UPLOADS="1"):
        read = await chat.say(DEPOT + "The trams are green.\n" * 60)
        assert "I have read “The tram depot”" in read["text"]
        assert "Hedda Falk" in (await chat.say(BUILDER))["text"]


async def test_a_document_for_a_group_is_one_that_comes_with_a_mention(api):
    async with running(api, BOT_ALLOW_UPLOADS="1"):
        await api.send_file(-7, CHOIR.encode(), "choir.txt", caption="our choir")
        caption = f"@article_bot {BUILDER}"
        await api.send_file(-7, DEPOT.encode(), "depot.txt", caption=caption)
        read, found = await replies(api, -7, 2)
        assert "I have read “The tram depot”" in read
        assert "Hedda Falk" in found


async def test_a_chat_shows_that_a_slow_document_is_being_read(api, chat):
    at_once = {"bot.chat.delivery.QUICK_SECONDS": 0}
    async with running(api, BOT_ALLOW_UPLOADS="1", constants=at_once):
        api.fail("getFile", 429)
        await api.send_file(chat.number, DEPOT.encode(), "depot.txt")
        await api.wait(lambda: chat.number in api.typing)
        assert "I have read" in (await replies(api, chat.number, 1))[0]


async def test_without_uploads_a_document_or_a_link_gets_a_line_that_says_so(api, chat):
    async with running(api):
        line = "I cannot read documents or links here."
        assert line in (await chat.send(b"Bees fly.", "a.txt"))["text"]
        assert line in (await chat.say("http://127.0.0.1/a"))["text"]
        await api.ask(chat.number, "http://127.0.0.1/a What is Joguk?")
        *_, said, found = await replies(api, chat.number, 4)
        assert line in said
        assert "Joguk" in found
        assert "Documents" not in (await chat.say("/privacy"))["text"]


async def test_privacy_says_how_long_documents_are_kept(api, chat):
    more = {"BOT_UPLOAD_HOURS": "72", "BOT_RETENTION_DAYS": "1"}
    async with running(api, BOT_ALLOW_UPLOADS="1", **more):
        told = (await chat.say("/privacy"))["text"]
        assert "for 1 day at most" in told
        assert "Documents that you send go after 72 hours." in told
        assert "is reached here" not in told, "there is no contact"
