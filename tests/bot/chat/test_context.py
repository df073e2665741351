"""The limit on computations at a time."""

import asyncio
import threading

from bot.chat.context import ANSWERED_AT_ONCE, ChatContexts
from bot.store.store import Store
from retrieval import Article
from tests.support import catalogue_of


class _NoTry:
    async def __aenter__(self):
        return None

    async def __aexit__(self, *_):
        return None


async def test_sample_questions_are_made_outside_of_the_slots_for_answers(
    tmp_path, monkeypatch
):
    """This holds for any number of chats, and however long the samples take."""
    store = Store(f"sqlite:///{tmp_path}/store.sqlite3")
    catalogue = catalogue_of([Article.from_text("Bees make honey.", language="en")])
    chats = ChatContexts(lambda: catalogue, store, _NoTry)
    begun, may_end = threading.Event(), threading.Event()
    made = []

    def make(entries):
        made.append(entries)
        begun.set()
        may_end.wait(60)
        catalogue.keep_samples(entries, ("What do bees make?",))

    monkeypatch.setattr(catalogue, "make_samples", make)
    greetings = [
        asyncio.create_task(chats.run_limited(catalogue.samples, ()))
        for _ in range(ANSWERED_AT_ONCE + 1)
    ]
    await asyncio.to_thread(begun.wait, 60)
    assert await chats.run_limited(len, "abc") == 3, "an answer waits for none of them"
    may_end.set()
    assert ("What do bees make?",) in await asyncio.gather(*greetings)
    assert made == [()], "they are made once"
    await store.close()
