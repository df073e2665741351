"""The chat service: answers messages and takes documents, on every platform."""

import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Protocol

from bot.articles.uploads import AddedUpload, Uploads
from bot.chat.context import ChatContexts
from bot.chat.conversation import Conversation
from bot.chat.delivery import Delivery
from bot.chat.intents import complains
from bot.chat.parsing import Command, Question
from bot.chat.replies import Reply, ReplyText
from bot.chat.state import Chat
from bot.chat.transport import (
    HandOverError,
    IncomingMessage,
    Recording,
    TooLargeError,
)
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.store.turn_store import Turn
from bot.voice.problems import Problem, RecordingError
from bot.voice.transcriber import Transcriber
from bot.wording.advice import user_message
from bot.wording.texts import Wording
from retrieval import Answer, ArticleError
from retrieval.errors import IndexUnavailableError

logger = logging.getLogger(__name__)

UPLOAD_COMMANDS = ("/articles", "/article", "/start")  # they may name uploads


class Outcome(StrEnum):
    """The outcome of a message that asks or says something."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    SMALL_TALK = "talk"  # a greeting, say, which asks nothing
    FAILED = "failed"


class Metrics(Protocol):
    """Counters of the service's work."""

    def answered(self, outcome: Outcome, seconds: float) -> None:
        """Count a message with its outcome and the time that it took."""

    def load_failed(self) -> None:
        """Count a document that could not be read."""


class ChatService:
    """Answers messages, carries out commands, takes documents.

    Args:
        contexts: Load the state of chats.
        delivery: Sends and stores replies.
        store: The store of turns.
        uploads: Documents that users send, or None.
        metrics: Counters of the service's work.
        transcriber: Turns recordings into text; None if they are not heard.
    """

    def __init__(
        self,
        contexts: ChatContexts,
        delivery: Delivery,
        store: Store,
        uploads: Uploads | None,
        metrics: Metrics,
        transcriber: Transcriber | None = None,
    ) -> None:
        self._contexts = contexts
        self._delivery = delivery
        self._store = store
        self._uploads = uploads
        self._metrics = metrics
        self._transcriber = transcriber

    async def hear(self, message: IncomingMessage, recording: Recording) -> str | None:
        """Return what is said in a recording that a message brings.

        Returns:
            None if recordings are not heard; or if this one gives no text, which the
            user is then told.
        """
        if self._transcriber is None:
            return None
        wording = message.presentation.wording
        try:
            if recording.seconds > self._transcriber.max_seconds:
                raise RecordingError(Problem.TOO_LONG)
            async with self._delivery.typing(message):
                return await self._transcriber.hear(message.person_id, recording.fetch)
        except RecordingError as error:
            line = _not_heard(error, self._transcriber.max_seconds, wording)
        except TooLargeError as error:
            line = wording.upload_too_large(error.megabytes)
        except HandOverError:
            line = wording.recording_unavailable()
        await self._delivery.send_text(message, line)
        return None

    async def respond(
        self, message: IncomingMessage, parsed: Command | Question
    ) -> None:
        """Answer a question, or carry out a command."""
        try:
            if isinstance(parsed, Question):
                await self._ask(message, parsed)
            else:
                await self._carry_out(message, parsed)
        except IndexUnavailableError:
            wording = message.presentation.wording
            await self._delivery.send_text(message, wording.index_away())

    async def upload(
        self,
        message: IncomingMessage,
        add: Callable[[Uploads], Awaitable[AddedUpload]],
        parsed: Command | Question,
    ) -> None:
        """Add a document that a message brings, and respond to the words with it.

        Args:
            message: The message.
            add: Fetches the document and adds it to the uploads. It may raise
                `HandOverError` where the platform does not hand it over, and
                `TooLargeError`.
            parsed: The question about it, which may be empty, or a command.
        """
        wording = message.presentation.wording
        if self._uploads is None:
            await self._delivery.send_text(message, wording.uploads_off())
            if isinstance(parsed, Command) or parsed.text:
                await self.respond(message, parsed)
            return
        try:
            async with self._uploads.fetching, self._delivery.typing(message):
                upload = await add(self._uploads)
        except ArticleError as error:
            self._metrics.load_failed()
            problem = wording.upload_refused(user_message(error))
            await self._delivery.send_text(message, problem)
        except TooLargeError as error:
            problem = wording.upload_too_large(error.megabytes)
            await self._delivery.send_text(message, problem)
        except HandOverError as error:
            problem = wording.upload_refused(str(error))
            await self._delivery.send_text(message, problem)
        except StoreError:
            await self._delivery.send_text(message, wording.store_away())
        else:
            lines = [
                wording.upload_read(
                    upload.article, upload.n_others, self._uploads.limits.hours
                )
            ]
            if upload.replaced:
                lines.append(wording.upload_replaces(upload.replaced))
            sent = await self._delivery.send(
                message, Reply(tuple(map(ReplyText, lines)))
            )
            with contextlib.suppress(StoreError):
                await self._uploads.note_messages(
                    upload, (message.id.number, *sent.message_ids)
                )
            if isinstance(parsed, Command) or parsed.text:
                await self.respond(message, parsed)

    async def _carry_out(self, message: IncomingMessage, command: Command) -> None:
        if command.name == "/source":
            turn, problem = await self._replied_turn(message)
            if problem:
                await self._delivery.send_text(message, problem)
                return
            chat = Chat(self._contexts.catalogue, (turn.answer,) if turn else ())
        else:
            chat = await self._contexts.load(
                message.location, with_uploads=command.name in UPLOAD_COMMANDS
            )
        conversation = Conversation(chat, message.presentation)
        reply = await self._contexts.run_limited(conversation.reply, command)
        await self._delivery.deliver(message, reply)

    async def _ask(self, message: IncomingMessage, question: Question) -> None:
        """Answer a question, and count its outcome."""
        started = time.perf_counter()
        outcome: Outcome | None = Outcome.FAILED
        try:
            outcome = await self._answer(message, question)
        finally:
            if outcome:
                self._metrics.answered(outcome, time.perf_counter() - started)

    async def _answer(
        self, message: IncomingMessage, question: Question
    ) -> Outcome | None:
        """Answer a question; return its outcome, or None if it was answered before."""
        earlier: Turn | None = None
        history: tuple[Answer, ...] = ()
        with contextlib.suppress(StoreError):
            earlier, history = await self._store.turns.recall(
                message.location, message.id.number
            )
            history = await self._history_of_reply(message) or history
        if earlier and earlier.edited_at > message.edited_at:
            return None  # the message came late: a later edit of it is answered already
        if complains(question.text):
            await self._rate_wrong(message)
        about = [message.id.number]
        if message.replied_to is not None:
            about.append(message.replied_to)
        async with self._delivery.typing(message):
            chat = await self._contexts.load(
                message.location, turns=history, about=about
            )
            conversation = Conversation(chat, message.presentation)
            reply = await self._contexts.run_limited(conversation.reply, question)
        answer = reply.answer
        if (
            earlier
            and answer
            and earlier.answer.question == answer.question
            and (not reply.answers or earlier.edited_at == message.edited_at)
        ):
            return None  # answered before a restart, or the edit did not change it
        await self._delivery.deliver_answer(
            message,
            reply,
            chat,
            earlier if answer else None,
            question_id=message.id.number,
            edited_at=message.edited_at,
        )
        if answer is None:
            return Outcome.SMALL_TALK
        return Outcome.FOUND if answer.found else Outcome.NOT_FOUND

    async def _rate_wrong(self, message: IncomingMessage) -> None:
        """Count a complaint like a press of “Wrong” under the answer it is about."""
        turn, _ = await self._replied_turn(message)
        if turn and turn.answer.found and message.person_id is not None:
            with contextlib.suppress(StoreError):
                await self._store.feedback.rate(turn, message.person_id, is_right=False)

    async def _history_of_reply(self, message: IncomingMessage) -> tuple[Answer, ...]:
        """Return the answers up to the one that a message replies to, if it does."""
        if message.replied_to is None:
            return ()
        turns, location = self._store.turns, message.location
        turn = await turns.of_message(location.chat_id, message.replied_to)
        if turn is None:
            return ()
        _, before = await turns.recall(location, turn.question_id)
        return (*before, turn.answer)

    async def _replied_turn(
        self, message: IncomingMessage
    ) -> tuple[Turn | None, str | None]:
        """Return the turn that a message replies to, or the last; and any problem."""
        location, wording = message.location, message.presentation.wording
        try:
            if message.replied_to is None:
                if self._store.turns.has_unsaved(location):
                    return None, wording.not_kept()
                return await self._store.turns.last(location), None
            turn = await self._store.turns.of_message(
                location.chat_id, message.replied_to
            )
        except StoreError:
            return None, wording.store_away()
        return turn, None if turn else wording.not_remembered()


def _not_heard(error: RecordingError, max_seconds: float, wording: Wording) -> str:
    """Say why a recording gives no text."""
    match error.problem:
        case Problem.TOO_LONG:
            return wording.recording_too_long(max_seconds)
        case Problem.DAMAGED:
            return wording.recording_damaged()
        case Problem.NOTHING_HEARD:
            return wording.nothing_heard()
        case Problem.NOT_UNDERSTOOD:
            return wording.not_understood(error.language)
        case Problem.UNAVAILABLE:
            return wording.recording_unavailable()
