"""Inline queries: what is offered while somebody types the bot's name in any chat."""

import contextlib
import logging
from collections.abc import Sequence

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    User,
)
from telegram.constants import InlineQueryLimit, ParseMode
from telegram.error import BadRequest

from bot.chat.conversation import INLINE
from bot.chat.presentation import Presentation
from bot.chat.replies import Line, Reply
from bot.chat.reply_builder import offers
from bot.telegram.access import Access
from bot.telegram.chats import Chats
from bot.telegram.html import render_telegram
from bot.telegram.sending import NO_PREVIEW
from bot.wording.texts import Wording, wording
from retrieval import Answerer, Article
from retrieval.errors import IndexUnavailableError

logger = logging.getLogger(__name__)

INLINE_CACHE_SECONDS = 2  # an article may change at any time


class InlineQueries:
    """Offers citations."""

    def __init__(self, chats: Chats, access: Access) -> None:
        """Take what answers, and what refuses."""
        self._chats = chats
        self._access = access

    async def offer(self, query: InlineQuery, update_id: int, me: User) -> None:
        """Answer an inline query with the best citations.

        Args:
            query: What somebody types.
            update_id: Of the update that brings it.
            me: The bot.
        """
        spoken = wording(query.from_user.language_code)
        catalogue = self._chats.catalogue
        label = ""
        results: list[InlineQueryResultArticle] = []
        if refusal := self._access.refusal(query.from_user.id, update_id, spoken):
            label = refusal
        elif question := query.query.strip():
            face = Presentation(
                spoken, several=catalogue.count != 1, page_of=self._chats.page_of
            )
            try:
                results = await self._chats.compute(
                    citations, catalogue.answerer, question, face
                )
            except IndexUnavailableError:
                label = spoken.index_away()
            else:
                label = "" if results else spoken.not_found(several=face.several)
        else:
            label = spoken.ask_in_private()
            with contextlib.suppress(IndexUnavailableError):
                results = [
                    await self._chats.look_up(usage, catalogue.articles, me, spoken)
                ]
        button = InlineQueryResultsButton(label, start_parameter=INLINE)
        try:
            await query.answer(
                results,
                cache_time=INLINE_CACHE_SECONDS,
                is_personal=True,  # each is answered in the own language
                button=button if label else None,
            )
        except BadRequest as error:  # the reader may have typed on
            logger.info("An inline query could not be answered: %s", error)


def citations(
    answerer: Answerer, question: str, face: Presentation
) -> list[InlineQueryResultArticle]:
    """Offer the best citations of a question, to choose one from."""
    results: list[InlineQueryResultArticle] = []
    for offer in offers(answerer.answer(question), face):
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
