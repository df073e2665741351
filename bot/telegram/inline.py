"""What an inline query is offered; pure."""

from collections.abc import Sequence

from telegram import InlineQueryResultArticle, InputTextMessageContent, User
from telegram.constants import InlineQueryLimit, ParseMode

from bot.chat.composing import Face, offers
from bot.chat.replies import Line, Reply
from bot.telegram.html import render_telegram
from bot.telegram.sending import NO_PREVIEW
from bot.wording.texts import Wording
from retrieval import Answerer, Article


def citations(
    answerer: Answerer, question: str, face: Face
) -> list[InlineQueryResultArticle]:
    """Offer the best citations of a question, to choose one from."""
    results: list[InlineQueryResultArticle] = []
    for offer in offers(answerer, question, face):
        html, *more = render_telegram(offer.reply)
        if not more:  # a result is one message
            results.append(_result(len(results), offer.title, offer.description, html))
    return results[: int(InlineQueryLimit.RESULTS)]


def usage(
    articles: Sequence[Article], me: User, spoken: Wording
) -> InlineQueryResultArticle:
    """Offer to say how it is used."""
    reply = Reply((Line(spoken.inline_usage(me.username or "")),))
    return _result(
        0,
        spoken.inline_title(articles),
        spoken.inline_description(),
        render_telegram(reply)[0],
    )


def _result(
    number: int, title: str, description: str, html: str
) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        str(number),
        title,
        InputTextMessageContent(html, ParseMode.HTML, link_preview_options=NO_PREVIEW),
        description=description,
    )
