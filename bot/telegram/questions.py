"""Questions and commands that messages bring."""

import contextlib
import time

from telegram import Message

from bot.chat.conversation import Conversation, is_question, split_command
from bot.chat.presentation import Presentation
from bot.chat.state import Chat
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.store.turns import Turn
from bot.telegram.addressing import location_of, replied_message
from bot.telegram.chats import Chats
from bot.telegram.delivery import Delivery
from bot.telegram.metrics import Metrics, Outcome
from retrieval import Answer
from retrieval.errors import IndexUnavailableError

NAMING = ("/articles", "/article", "/start")  # commands about what a chat has sent


class Questions:
    """Answers questions, and carries out commands."""

    def __init__(
        self, chats: Chats, delivery: Delivery, store: Store, metrics: Metrics
    ) -> None:
        """Take what answers, sends, keeps and counts."""
        self._chats = chats
        self._delivery = delivery
        self._store = store
        self._metrics = metrics

    async def say(self, message: Message, text: str, face: Presentation) -> None:
        """Answer a question or carry out a command, however it was brought."""
        try:
            await self._say(message, text, face)
        except IndexUnavailableError:
            await self._delivery.tell(message, face.wording.index_away(), face)

    async def _say(self, message: Message, text: str, face: Presentation) -> None:
        command, _ = split_command(text)
        if is_question(command):
            await self._ask(message, text, face)
            return
        if command == "/source":
            turn, problem = await self._replied_turn(message, face)
            if problem:
                await self._delivery.tell(message, problem, face)
                return
            chat = Chat(self._chats.catalogue, (turn.answer,) if turn else ())
        else:
            chat = await self._chats.state(message, own=command in NAMING)
        reply = await self._chats.compute(Conversation(chat, face).respond, text)
        await self._delivery.deliver(message, reply, face)

    async def _ask(self, message: Message, text: str, face: Presentation) -> None:
        """Answer what is asked or said, and count what becomes of it."""
        started = time.perf_counter()
        outcome: Outcome | None = Outcome.FAILED
        try:
            outcome = await self._answer(message, text, face)
        finally:
            if outcome:
                self._metrics.answered(outcome, time.perf_counter() - started)

    async def _answer(
        self, message: Message, text: str, face: Presentation
    ) -> Outcome | None:
        """Answer what is asked or said; None if that was done before."""
        place = location_of(message)
        edited_at = int(message.edit_date.timestamp()) if message.edit_date else 0
        earlier: Turn | None = None
        history: tuple[Answer, ...] = ()
        with contextlib.suppress(StoreError):
            earlier, history = await self._store.turns.recall(place, message.message_id)
        if earlier and earlier.edited_at > edited_at:
            return None  # it came late: what it has become since is answered
        chat = await self._chats.state(message, own=False, turns=history)
        reply = await self._chats.compute(Conversation(chat, face).respond, text)
        if (
            earlier
            and reply.answer
            and earlier.answer.question == reply.answer.question
        ):
            return None  # answered before the bot was stopped, or edited to the same
        await self._delivery.answer(
            message,
            reply,
            chat,
            face,
            earlier if reply.answer else None,
            question_id=message.message_id,
            edited_at=edited_at,
        )
        if reply.answer is None:
            return Outcome.TALK
        return Outcome.FOUND if reply.answer.found else Outcome.NOT_FOUND

    async def _replied_turn(
        self, message: Message, face: Presentation
    ) -> tuple[Turn | None, str | None]:
        """Return the turn that a message replies to, or the last; and what hinders."""
        place, wording = location_of(message), face.wording
        target = replied_message(message)
        try:
            if target is None:
                if self._store.turns.has_unsaved(place):
                    return None, wording.not_kept()
                return await self._store.turns.last(place), None
            turn = await self._store.turns.of_message(
                message.chat_id, target.message_id
            )
        except StoreError:
            return None, wording.store_away()
        return turn, None if turn else wording.not_remembered()
