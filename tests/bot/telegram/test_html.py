"""Replies as Telegram's HTML."""

from bot.chat.replies import Quote, Reply, ReplyText, StyledText
from bot.telegram.html import MAX_MESSAGES, UNFOLDED, render_telegram


def test_a_reply_is_a_few_messages_however_long():
    reply = Reply((ReplyText("word " * 400_000),))
    messages = render_telegram(reply)
    assert len(messages) == MAX_MESSAGES + 1
    assert messages[-1] == "…"


def test_a_long_quotation_is_folded_and_a_short_one_is_not():
    for length, tag in ((UNFOLDED, "<blockquote>"), (UNFOLDED + 1, "<blockquote exp")):
        quote = Quote(((StyledText("x" * length),),))
        (html,) = render_telegram(Reply((quote,)))
        assert html.startswith(tag)
