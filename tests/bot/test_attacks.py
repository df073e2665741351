"""One person's messages, however made, hold up nobody else."""

import pytest

from tests.bot.bot_process import running
from tests.bot.telegram.test_application import LEADER
from tests.bot.test_robustness import replies

FREEZING = ["바이 바이 " * 19 + "x", "pa " * 39 + "x", "bye " * 29 + "x"]


@pytest.mark.parametrize("text", FREEZING, ids=["바이", "pa", "bye"])
async def test_a_message_of_one_greeting_many_times_over_freezes_nothing(api, text):
    async with running(api):
        await api.ask(66, text)
        await api.ask(1, LEADER)
        assert "Pak Kyong-jin" in (await replies(api, 1, 1))[0]
        assert len(await replies(api, 66, 1)) == 1
