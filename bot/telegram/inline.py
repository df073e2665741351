"""Inline queries: citations to choose from while a user types `@bot` in a chat."""

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

from bot.chat.context import ChatContexts
from bot.chat.conversation import INLINE
from bot.chat.presentation import Presentation
from bot.chat.replies import Reply, ReplyText
from bot.chat.reply_builder import inline_results
from bot.telegram.access import Access
from bot.telegram.html import render_telegram
from bot.telegram.rate_limit import Verdict
from bot.telegram.sending import NO_PREVIEW
from bot.wording.texts import Wording, wording
from retrieval import Answerer, Article
from retrieval.errors import IndexUnavailableError
from retrieval.query.questions import split_questions

logger = logging.getLogger(__name__)

INLINE_CACHE_SECONDS = 2  # an article may change at any time


class InlineQueries:
    """Answers inline queries with citations.

    Args:
        contexts: Limits how much is computed at once.
        access: Decides which users are answered.
    """

    def __init__(self, contexts: ChatContexts, access: Access) -> None:
        self._contexts = contexts
        self._access = access

    async def answer(self, query: InlineQuery, verdict: Verdict, me: User) -> None:
        """Answer an inline query with the best citations.

        Args:
            query: The query.
            verdict: The verdict on the update.
            me: The bot.
        """
        spoken = wording(query.from_user.language_code)
        catalogue = self._contexts.catalogue
        label = ""
        results: list[InlineQueryResultArticle] = []
        if refusal := self._access.refusal(query.from_user.id, verdict, spoken):
            label = refusal
        elif question := query.query.strip():
            presentation = Presentation(
                spoken,
                multiple_articles=catalogue.count != 1,
                page_url=self._contexts.page_url,
            ).in_language_of(question)
            spoken = presentation.wording
            try:
                results = await self._contexts.run_limited(
                    citations, catalogue.answerer, question, presentation
                )
            except IndexUnavailableError:
                label = spoken.index_away()
            else:
                label = (
                    ""
                    if results
                    else spoken.not_found(several=presentation.multiple_articles)
                )
        else:
            label = spoken.ask_in_private()
            with contextlib.suppress(IndexUnavailableError):
                results = [
                    await self._contexts.run(usage, catalogue.articles, me, spoken)
                ]
        button = InlineQueryResultsButton(label, start_parameter=INLINE)
        try:
            await query.answer(
                results,
                cache_time=INLINE_CACHE_SECONDS,
                is_personal=True,  # the language of the results is the user's
                button=button if label else None,
            )
        except BadRequest as error:  # the user may have typed on
            logger.info("An inline query could not be answered: %s", error)


def citations(
    answerer: Answerer, question: str, presentation: Presentation
) -> list[InlineQueryResultArticle]:
    """Return the citations of the first question's answer; none if it is refused."""
    answer = answerer.answer(split_questions(question)[0])
    results: list[InlineQueryResultArticle] = []
    for one in inline_results(answer, presentation) if answer.found else ():
        html, *more = render_telegram(one.reply)
        if not more:  # a result must fit into one message
            results.append(_result(len(results), one.title, one.description, html))
    return results[: int(InlineQueryLimit.RESULTS)]


def usage(
    articles: Sequence[Article], me: User, spoken: Wording
) -> InlineQueryResultArticle:
    """Return a result that explains how to use the bot."""
    reply = Reply((ReplyText(spoken.inline_usage(me.username or "")),))
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
