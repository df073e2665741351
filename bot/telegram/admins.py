"""Commands for operators in their private chats, and notes to them.

Nobody else can tell that these commands exist.
"""

import json
import logging
import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import PurePath
from threading import Lock

from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.background import in_background
from bot.chat.parsing import Command
from bot.report.summary import QuestionGroup, count_questions, unanswered
from bot.store.clock import DAY
from bot.store.errors import StoreError
from bot.store.feedback_store import AskedQuestion
from bot.store.store import Store
from bot.wording.texts import ENGLISH, Wording, wording
from retrieval.encoder.cache import EmbeddingCache
from retrieval.sources import is_link

logger = logging.getLogger(__name__)

NOTE_SECONDS = 3_600  # between two notes
SHOWN_PROBLEMS = 10  # in a note
SHOWN_CHARACTERS = 1_000  # of a question or a quotation, of which a message has few
WEEK = 7  # days, with today
_PRESS = re.compile(r"admin:(show|here|ignore):(\d{1,6}):(\d{1,18})", re.ASCII)


@dataclass(slots=True)
class Notes:
    """Problems that operators are told of, at most once in `NOTE_SECONDS`.

    A problem that lasts is repeated after a day. Several threads may add problems.

    Attributes:
        stopwatch: Returns the seconds since any fixed moment.
    """

    stopwatch: Callable[[], float] = time.monotonic
    _pending: dict[str, None] = field(default_factory=dict)
    _told: dict[str, float] = field(default_factory=dict)
    _last: float | None = None
    _lock: Lock = field(default_factory=Lock)

    def add(self, problem: str) -> None:
        """Add a problem, in one line, unless operators know it."""
        with self._lock:
            told = self._told.get(problem)
            if told is None or self.stopwatch() - told >= DAY:
                self._pending[problem] = None

    def take(self) -> list[str]:
        """Return the problems for a note; none if it is too early for one."""
        now = self.stopwatch()
        with self._lock:
            is_early = self._last is not None and now - self._last < NOTE_SECONDS
            if is_early or not self._pending:
                return []
            problems, self._pending = list(self._pending), {}
            self._last = now
            self._told = {p: t for p, t in self._told.items() if now - t < DAY}
            self._told.update(dict.fromkeys(problems, now))
            return problems


class Admins:
    """Serves operators in their private chats.

    Attributes:
        notes: Problems that operators are told of.

    Args:
        bot: Telegram's client.
        store: The store of questions.
        people: Ids of the operators, which are those of their private chats.
        embeddings: Group questions by meaning; None groups them by words.
    """

    def __init__(
        self,
        bot: Bot,
        store: Store,
        people: Collection[int],
        embeddings: EmbeddingCache | None,
    ) -> None:
        self.notes = Notes()
        self._bot = bot
        self._store = store
        self._people = people
        self._embeddings = embeddings

    async def carry_out(self, message: Message, command: Command) -> bool:
        """Carry out a command; return False if it is not one of an operator."""
        if message.chat_id not in self._people:
            return False
        if command.name not in ("/stats", "/unanswered"):
            return False
        person = message.from_user
        spoken = wording(person.language_code if person else None)
        try:
            if command.name == "/stats":
                text, keyboard = await self._stats(spoken), None
            else:
                text, keyboard = await self._unanswered(spoken, 0)
        except StoreError:
            text, keyboard = spoken.store_away(), None
        await message.reply_html(text, reply_markup=keyboard)
        return True

    async def press(self, query: CallbackQuery) -> bool:
        """Respond to a press of a button; return False if it is not an operator's."""
        match = _PRESS.fullmatch(query.data or "")
        message = query.message
        if match is None or not isinstance(message, Message):
            return False
        if not {message.chat_id, query.from_user.id} <= set(self._people):
            return False
        spoken = wording(query.from_user.language_code)
        action, page, turn_id = match[1], int(match[2]), int(match[3])
        toast = ""
        try:
            if action != "show":
                toast = await self._settle(
                    spoken, message, turn_id, propose=action == "here"
                )
            text, keyboard = await self._unanswered(spoken, page)
            await _edit(message, text, keyboard)
        except StoreError:
            toast = spoken.store_away()
        try:
            await query.answer(toast or None)
        except BadRequest as error:  # too old for a toast
            logger.info("A press could not be answered: %s", error)
        return True

    async def send_notes(self) -> None:
        """Send operators new problems, if it is time for a note."""
        problems = self.notes.take()
        if not problems:
            return
        text = ENGLISH.articles_failed(problems[:SHOWN_PROBLEMS], len(problems))
        for person in self._people:
            try:
                await self._bot.send_message(person, text)
            except TelegramError as error:  # one who never wrote to the bot, say
                logger.warning("An operator could not be told: %s", error)

    async def _stats(self, spoken: Wording) -> str:
        """Return the numbers of today and of the last seven days."""
        now = datetime.fromtimestamp(self._store.clock.now(), UTC)
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        week = today - timedelta(days=WEEK - 1)
        asked = await self._store.feedback.asked(week.timestamp())
        of_today = [one for one in asked if one.asked_at >= today.timestamp()]
        lines = (
            spoken.stats(name, count_questions(questions))
            for name, questions in (
                (spoken.today(), of_today),
                (spoken.last_days(WEEK), asked),
            )
        )
        return escape("\n".join(lines))

    async def _groups(self) -> list[QuestionGroup]:
        asked = await self._store.feedback.asked()
        return await in_background(unanswered, asked, self._embeddings)

    async def _unanswered(
        self, spoken: Wording, page: int
    ) -> tuple[str, InlineKeyboardMarkup | None]:
        """Return one group of unanswered questions, as HTML with its buttons."""
        groups = await self._groups()
        if not groups:
            return escape(spoken.nothing_unanswered()), None
        page = min(page, len(groups) - 1)
        group = groups[page]
        with_answer = _with_answer(group)
        heading = spoken.unanswered(page + 1, len(groups), group.count)
        parts = [escape(heading), f"<b>{escape(_cut(group.question))}</b>"]
        last = with_answer or group.last
        rows = []
        number = group.last.turn_id
        decide = [_button(spoken.ignore_button(), "ignore", page, number)]
        if last.answer and last.article:
            parts += [
                escape(spoken.closest()),
                f"<blockquote>{escape(_cut(last.answer))}</blockquote>"
                f"<i>— {escape(_cut(last.article))}</i>",
            ]
            here = _button(spoken.here_button(), "here", page, last.turn_id)
            decide.insert(0, here)
        rows.append(decide)
        turn = []
        if page:
            turn.append(_button(spoken.previous_page(), "show", page - 1))
        if page + 1 < len(groups):
            turn.append(_button(spoken.next_page(), "show", page + 1))
        if turn:
            rows.append(turn)
        return "\n\n".join(parts), InlineKeyboardMarkup(rows)

    async def _settle(
        self, spoken: Wording, message: Message, turn_id: int, *, propose: bool
    ) -> str:
        """Remove a group from the list; return a short notice.

        Args:
            spoken: The wording in the operator's language.
            message: The message with the button.
            turn_id: A question of the group.
            propose: Whether its closest passage answers it, so that an entry for the
                file of answers is sent.
        """
        for group in await self._groups():
            found = [one for one in group.asked if one.turn_id == turn_id]
            if found:
                if propose:
                    entry = proposed_entry(group, found[0])
                    html = f"{escape(spoken.add_entry())}\n\n<pre>{escape(entry)}</pre>"
                    await message.reply_html(html)
                await self._store.feedback.ignore([one.turn_id for one in group.asked])
                return spoken.off_the_list()
        return spoken.out_of_date()


def proposed_entry(group: QuestionGroup, asked: AskedQuestion) -> str:
    """Return the entry of a file of answers that the closest passage answers."""
    source = asked.source or asked.article or ""
    article = source if is_link(source) else PurePath(source).name
    questions = [_toml(_cut(text)) for text in group.wordings[:3]]
    return "\n".join(
        (
            "[[answers]]",
            f"question = [{', '.join(questions)}]",
            f"article = {_toml(article)}",
            f"quote = {_toml(asked.answer or '')}",
        )
    )


def _with_answer(group: QuestionGroup) -> AskedQuestion | None:
    """Return the newest question of a group for which something close was found."""
    return next((one for one in group.asked if one.answer and one.article), None)


def _toml(text: str) -> str:
    r"""Return a text as TOML writes it.

    >>> print(_toml('say "tea"'))
    "say \"tea\""
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _cut(text: str) -> str:
    cut = f"{text[: SHOWN_CHARACTERS - 1]}…"
    return text if len(text) <= SHOWN_CHARACTERS else cut


def _button(
    label: str, action: str, page: int, turn_id: int = 0
) -> InlineKeyboardButton:
    data = f"admin:{action}:{page}:{turn_id}"
    return InlineKeyboardButton(label, callback_data=data)


async def _edit(
    message: Message, html: str, keyboard: InlineKeyboardMarkup | None
) -> None:
    try:
        await message.edit_text(html, parse_mode=ParseMode.HTML, reply_markup=keyboard)
    except BadRequest as error:  # it is gone, or shows this already
        logger.info("A list could not be updated: %s", error)
