"""One bot by polling and one by a webhook, which the tests of a file share."""

from itertools import count

import pytest
import pytest_asyncio

from tests.bot.bot_process import running, webhook
from tests.bot.fake_bot_api import FakeBotApi

LEADER = "Who leads the Economic Cooperation Office for Overseas Koreans?"
JOGUK = "What is Joguk?"
WEATHER = "What is the weather in Pyongyang tomorrow?"
HAMLET = "Who wrote Hamlet?"
_CHATS = count(1_000)


@pytest.fixture(scope="module", params=["polling", "webhook"])
def mode(request):
    return request.param


@pytest.fixture(scope="module")
def folder(tmp_path_factory, mode):
    """A folder of each mode: to one store, no number of an update comes twice."""
    return tmp_path_factory.mktemp(mode)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_api(mode, folder):
    environment = webhook() if mode == "webhook" else {}
    async with (
        FakeBotApi() as api,
        running(
            api,
            folder=folder,
            BOT_MESSAGES_PER_SECOND="1000",
            BOT_QUESTIONS_PER_MINUTE="20",
            **environment,
        ),
    ):
        yield api


@pytest.fixture
def chat():
    """A private chat that no other test uses."""
    return next(_CHATS)


@pytest.fixture
def group():
    return -next(_CHATS)


async def answer(api, chat, text, **content):
    """Ask, and return the reply once it is there."""
    before = len(api.replies(chat))
    question = await api.ask(chat, text, **content)
    await api.wait(lambda: len(api.replies(chat)) > before)
    reply = api.replies(chat)[before]
    assert reply["reply_to"] == question
    return reply


async def settle(api, chat):
    """Wait until all that was sent in a chat is dealt with; messages go in order."""
    last = await api.ask(chat, "/help@article_bot")

    def helped():
        return [reply for reply in api.replies(chat) if reply["reply_to"] == last]

    await api.wait(helped)
    return helped()[0]
