import asyncio
import threading
from concurrent.futures import Future

import pytest

from bot.web.page_links import PageLinks
from bot.web.pages import page_routes
from bot.web.server import WebServer
from retrieval import load_article
from tests.bot.bot_process import free_port
from tests.support import catalogue_of

MUSEUM = """---
title: The museum of Brae
author: Ada Quill
date: 2021-03-04
---

# The museum of Brae

The museum tells of ships & smugglers. It has <b>four</b> rooms.

## Opening hours

| Day | Open | Last entry |
|---|---|---|
| Tuesday to Friday | 10am to 5pm | 4pm |
| Sunday | 11am to 3pm | 2pm |

## What to bring

- A warm coat.
- A ticket, which costs £4.

### For children

The slipway is steep. Hold their hands.
"""


class Pages:
    """The pages of a catalogue, served on loopback."""

    def __init__(self, articles):
        self.catalogue = catalogue_of(articles)
        self.links = PageLinks("https://pages.example", "secret")
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve)
        self._started = Future()

    def _serve(self):
        asyncio.set_event_loop(self._loop)

        async def start():
            server = WebServer("127.0.0.1", self.port)
            server.add(page_routes(lambda: self.catalogue, self.links))
            return server

        try:
            server = self._loop.run_until_complete(start())
        except BaseException as error:
            self._started.set_exception(error)
            raise
        self._loop.call_soon(self._started.set_result, None)
        self._loop.run_forever()
        server.stop()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def __enter__(self):
        self._thread.start()
        self._started.result()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def link(self, question):
        """Return the link to the citation that answers a question, on loopback."""
        citation = self.catalogue.answerer.answer(question).citations[0]
        link = self.links.for_citation(citation, self.catalogue)
        return link.replace("https://pages.example", self.url(""))


@pytest.fixture(scope="module")
def museum(tmp_path_factory):
    path = tmp_path_factory.mktemp("museum") / "museum.md"
    path.write_text(MUSEUM)
    return load_article(path)


@pytest.fixture(scope="module")
def pages(museum):
    with Pages([museum]) as served:
        yield served
