"""Uploads: read back from the store, and cached up to a size."""

import pytest

from bot.articles import uploads
from bot.articles.uploads import UploadLimits, Uploads
from bot.store.chat_location import ChatLocation
from retrieval import Article

LIMITS = UploadLimits(megabytes=1, per_chat=9, hours=1)


def parsed(data, name):
    return Article.from_text(data.decode(), title=name, language="en")


@pytest.fixture
def sent(store):
    return Uploads(store, LIMITS, read=parsed, fetch=None)


async def test_what_was_sent_is_there_the_newest_first(sent):
    for n in range(3):
        await sent.add_document(ChatLocation(7), f"Bees {n}.".encode(), f"{n}.txt")
    entries = await sent.entries(7)
    assert [entry.article.title for entry in entries] == ["2.txt", "1.txt", "0.txt"]
    assert await sent.entries(8) == []


async def test_what_is_held_in_memory_is_bounded_by_its_size(sent, store, monkeypatch):
    monkeypatch.setattr(uploads, "CACHED_CHARACTERS", 1_000)
    read = []
    read_upload = store.uploads.read

    async def watch(chat_id, number):
        read.append(chat_id)
        return await read_upload(chat_id, number)

    monkeypatch.setattr(store.uploads, "read", watch)
    await sent.add_document(ChatLocation(7), b"Bees. " * 100, "long.txt")
    await sent.entries(7)
    assert read == [], "it is held since it was read"
    await sent.add_document(ChatLocation(8), b"Cows. " * 100, "long.txt")
    for chat in (8, 7):
        (entry,) = await sent.entries(chat)
        assert entry.article.title == "long.txt"
    assert read == [7], "the other made it go"
