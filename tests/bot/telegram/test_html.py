"""Replies as Telegram's HTML."""

from bot.chat.replies import Reply, ReplyText
from bot.telegram.html import MAX_MESSAGES, render_telegram


def test_a_reply_is_a_few_messages_however_long():
    reply = Reply((ReplyText("word " * 400_000),))
    messages = render_telegram(reply)
    assert len(messages) == MAX_MESSAGES + 1
    assert messages[-1] == "…"
