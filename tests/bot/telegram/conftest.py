"""A bot by polling and one by webhook, shared by the tests of a file."""

from itertools import count

import pytest
import pytest_asyncio

from tests.bot.bot_process import running, webhook
from tests.bot.fake_bot_api import FakeBotApi

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
