"""Requests to Telegram wait for their turn, in each chat on their own."""

import asyncio

import pytest
from telegram.error import RetryAfter

from bot.telegram.metrics import Metrics
from bot.telegram.pacing import MANY_CHATS, MAX_CHATS, MAX_RETRIES, ChatRateLimiter


@pytest.fixture(autouse=True)
def _of_the_next_version(monkeypatch):
    """Else each error warns that one of its properties will change its type."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


class Telegram:
    """Records requests with their times, and refuses them on demand."""

    def __init__(self, per_second=30.0):
        self.now = 100.0
        self.sent = []
        self.refusals = {}  # by chat: how many seconds it is to wait, each time
        self.metrics = Metrics()
        self.limiter = ChatRateLimiter(
            per_second, self.metrics, lambda: self.now, self._sleep
        )

    async def _sleep(self, seconds):
        """Sleep, as all who sleep do, until this is the next to wake."""
        at = self.now + seconds + 1e-9  # floats may fall short
        for _ in range(50):  # let others come as far as they do
            await asyncio.sleep(0)
        self.now = max(self.now, at)

    async def request(self, chat, endpoint="sendMessage"):
        async def send():
            if self.refusals.get(chat):
                raise RetryAfter(self.refusals[chat].pop())
            self.sent.append((chat, round(self.now - 100, 1)))
            return True

        data = {} if chat is None else {"chat_id": chat}
        return await self.limiter.process_request(send, (), {}, endpoint, data, None)

    def times(self, chat):
        return [time for to, time in self.sent if to == chat]


async def test_a_private_chat_gets_a_message_a_second():
    telegram = Telegram()
    for _ in range(4):
        await telegram.request(7)
    assert telegram.times(7) == [0, 1, 2, 3]


async def test_a_group_gets_twenty_messages_in_any_minute():
    telegram = Telegram()
    for _ in range(41):
        await telegram.request(-7)
    times = telegram.times(-7)
    assert times[:20] == [0] * 20
    assert all(b - a >= 60 for a, b in zip(times, times[20:], strict=False))


async def test_all_chats_together_get_so_many_in_any_second():
    telegram = Telegram(per_second=3)
    for chat in range(1, 10):
        await telegram.request(chat)
    times = [time for _, time in telegram.sent]
    assert all(b - a >= 1 for a, b in zip(times, times[3:], strict=False))
    assert times[-1] == 2


async def test_less_than_one_message_a_second_may_be_asked_for():
    telegram = Telegram(per_second=0.5)
    for chat in (1, 2):
        await telegram.request(chat)
    assert [time for _, time in telegram.sent] == [0, 2]


async def test_edits_are_paced_in_groups_and_toasts_nowhere():
    telegram = Telegram()
    for _ in range(3):
        await telegram.request(7, "editMessageText")
        await telegram.request(None, "answerCallbackQuery")
        await telegram.request(7, "deleteMessage")
    for _ in range(21):
        await telegram.request(-7, "editMessageText")
    assert telegram.times(7) == [0] * 6
    assert telegram.times(None) == [0] * 3
    assert telegram.times(-7)[-1] == 60


async def test_a_channel_by_its_name_is_paced_as_a_group():
    telegram = Telegram()
    for _ in range(21):
        await telegram.request("@name")
    assert telegram.times("@name") == [0] * 20 + [60]


async def test_a_chat_that_is_refused_waits_alone_as_long_as_telegram_says():
    telegram = Telegram()
    telegram.refusals = {66: [25]}
    refused = asyncio.create_task(telegram.request(66))
    await asyncio.sleep(0)
    for chat in (1, 2, 3):
        await telegram.request(chat)
    assert {time for _, time in telegram.sent} == {0}
    await refused
    assert telegram.times(66) == [25.1]
    assert b"article_bot_chats_paused_total 1.0" in telegram.metrics.exposition()


async def test_where_chat_after_chat_is_refused_all_wait():
    telegram = Telegram()
    telegram.refusals = {chat: [25] for chat in range(1, MANY_CHATS + 1)}
    refused = [asyncio.create_task(telegram.request(chat)) for chat in (1, 2, 3)]
    await asyncio.sleep(0)
    await telegram.request(9)
    assert telegram.times(9)[0] >= 25
    await asyncio.gather(*refused)


async def test_a_chat_that_is_refused_again_and_again_fails_in_the_end():
    telegram = Telegram()
    telegram.refusals = {66: [1] * (MAX_RETRIES + 1)}
    with pytest.raises(RetryAfter):
        await telegram.request(66)
    assert telegram.sent == []


async def test_the_memory_of_chats_is_bounded():
    telegram = Telegram(per_second=1_000_000)
    for chat in range(1, MAX_CHATS + 100):
        await telegram.request(chat)
    assert len(telegram.limiter._windows) == MAX_CHATS
    await telegram.limiter.initialize()
    await telegram.limiter.shutdown()


async def test_a_request_for_no_chat_that_is_refused_makes_its_own_kind_wait_alone():
    telegram = Telegram()
    telegram.refusals = {None: [25]}
    refused = asyncio.create_task(telegram.request(None, "setMyCommands"))
    await asyncio.sleep(0)
    await telegram.request(None, "answerCallbackQuery")
    await telegram.request(1)
    assert [time for _, time in telegram.sent] == [0, 0]
    await refused
    assert telegram.times(None) == [0, 25.1]
