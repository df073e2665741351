"""Helpers that several test modules share: questions, catalogues, replies, commands."""

import asyncio
import io
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from aiohttp import ClientSession
from rich.console import Console

from bot.articles.entries import CatalogueEntry
from bot.articles.local import index_articles
from bot.chat.presentation import Presentation
from bot.chat.replies import Quote
from bot.chat.state import Chat
from bot.console.rendering import ConsoleReply
from bot.console.session import Session
from retrieval import Answerer, Article, encoder
from tests.fork_server import FORK_SERVER

MODEL = Path(encoder.__file__).parent / "model"

# Questions to the seed article: it answers the first two, and not the others.
LEADER = "Who leads the Economic Cooperation Office for Overseas Koreans?"
JOGUK = "What is Joguk?"
WEATHER = "What is the weather in Pyongyang tomorrow?"
HAMLET = "Who wrote Hamlet?"

# An article with all its metadata.
KILN = """---
title: The kiln of Brae
author: Ada Quill
date: 2021-03-04
---

# The kiln of Brae

The kiln of Brae was lit again on Monday after forty years of silence.

The potters built it in 1891. It holds nine hundred jars, and burns for three days.

The sanctions on clay from abroad were lifted in 1954, which ended the trade.
"""

_DOCUMENTS = Path(__file__).parents[1] / "benchmarks" / "readers"
DOCUMENTS = [p for p in sorted(_DOCUMENTS.iterdir()) if p.suffix in (".md", ".txt")]

PHOTO = [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


# Catalogues and conversations


def entry_of(text):
    return CatalogueEntry(text, Article.from_text(text, source=text, language="en"))


def catalogue_of(articles, **options):
    return index_articles(articles, partial(Answerer, **options))


def session_of(catalogue, turns=(), presentation=None, **chat):
    return Session(Chat(catalogue, turns, **chat), presentation or Presentation())


def talk_about(text, **options):
    return session_of(catalogue_of([Article.from_text(text)], **options))


def text_of(reply):
    """Return a reply's text without its styles, a line for each part."""
    lines = []
    for block in reply.parts:
        if isinstance(block, Quote):
            lines.append(
                " ".join("".join(span.text for span in s) for s in block.sentences)
            )
        else:
            lines.append(block.text)
    return "\n".join(lines)


def console_text(reply, **options):
    """Return a reply as the console prints it."""
    stream = io.StringIO()
    console = Console(file=stream, highlight=False, **options)
    console.print(ConsoleReply(reply), soft_wrap=not console.is_terminal)
    return stream.getvalue()


# Chats with a bot process, through the fake Bot API server


class ChatUser:
    """A person in a private chat, who waits for each reply."""

    def __init__(self, api, number):
        self.api = api
        self.number = number

    async def say(self, text):
        before = len(self.api.replies(self.number))
        await self.api.ask(self.number, text)
        return await self._next(before)

    async def send(self, data, name):
        before = len(self.api.replies(self.number))
        await self.api.send_file(self.number, data, name)
        return await self._next(before)

    async def tell(self, **content):
        before = len(self.api.replies(self.number))
        await self.api.ask(self.number, **content)
        return await self._next(before)

    async def press(self, message, label):
        return await self.api.press(message, label)

    async def _next(self, before):
        await self.api.wait(lambda: len(self.api.replies(self.number)) > before)
        return self.api.replies(self.number)[-1]


async def answer(api, chat, text, **content):
    """Ask, and return the reply to the question."""
    before = len(api.replies(chat))
    question = await api.ask(chat, text, **content)
    await api.wait(lambda: len(api.replies(chat)) > before)
    reply = api.replies(chat)[before]
    assert reply["reply_to"] == question
    return reply


async def replies(api, chat, count):
    """Wait for a number of replies in a chat; return the texts of all."""
    await api.wait(lambda: len(api.replies(chat)) >= count)
    return [reply["text"] for reply in api.replies(chat)]


async def settle(api, chat):
    """Wait until all messages of a chat are handled; the bot handles them in order."""
    last = await api.ask(chat, "/help@article_bot")

    def helped():
        return [reply for reply in api.replies(chat) if reply["reply_to"] == last]

    await api.wait(helped)
    return helped()[0]


async def get_json(port, path="/healthz"):
    async with (
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.json()


# The command line

article_bot = FORK_SERVER.run


async def run_article_bot(*arguments, **environment):
    """Run a command in a thread; return its exit code, output and errors."""
    env = {**os.environ, **environment}
    done = await asyncio.to_thread(article_bot, *arguments, env=env)
    return done.returncode, done.stdout, done.stderr


def from_nothing(*arguments, **options):
    """Run a command in a new Python process, as users do."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,
    )
