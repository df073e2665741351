"""Photos and scans that users send, through the running bot."""

import pytest
from PIL import Image

from tests.bot.bot_process import running
from tests.retrieval.loading.scans import draw, saved, scanned_pdf
from tests.support import ChatUser, answer

ASKED = "Who is the keeper of the hive?"
FIRST = "The keeper of the hive is Ida Brandt."
SETTINGS = {"BOT_ALLOW_UPLOADS": "1", "BOT_READING_SECONDS": "120"}


@pytest.fixture
def chat(api):
    return ChatUser(api, 7)


async def test_a_photo_is_read_and_its_citation_says_so(api):
    async with running(api, **SETTINGS):
        await api.send_photo(7, saved(draw(), "JPEG"), caption=ASKED)
        await api.wait(lambda: len(api.replies(7)) == 2, seconds=120)
        read, told = api.replies(7)
        assert "I have read" in read["text"]
        assert FIRST in told["text"]
        assert "text recognised in a picture" in told["text"]


async def test_a_scan_is_read_with_its_pages(api, chat):
    async with running(api, **SETTINGS):
        second = draw("The second hive stands\nbehind the old mill.")
        read = await chat.send(scanned_pdf(draw(), second), "scan.pdf")
        assert "I have read" in read["text"]
        told = await answer(api, 7, "Where does the second hive stand?")
    assert "page 2" in told["text"]
    assert "text recognised in a picture" in told["text"]


async def test_a_photo_without_text_is_refused_in_one_line(api):
    async with running(api, **SETTINGS):
        await api.send_photo(7, saved(Image.new("L", (300, 200), 200), "JPEG"))
        await api.wait(lambda: api.replies(7), seconds=120)
    (refusal,) = api.replies(7)
    assert refusal["text"] == (
        "I cannot read that: there is no text in this picture; name another file."
    )


async def test_photos_without_uploads_are_only_talk(api):
    async with running(api):
        await api.send_photo(7, saved(draw(), "JPEG"))
        await api.wait(lambda: api.replies(7))
    assert "I can only read text" in api.replies(7)[0]["text"]
