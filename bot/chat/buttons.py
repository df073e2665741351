"""The response to presses of buttons under replies."""

from bot.chat.context import ChatContexts
from bot.chat.conversation import Conversation
from bot.chat.delivery import Delivery
from bot.chat.listing import list_reply
from bot.chat.replies import Action, ButtonPress, Forget, Reply, ReplyText
from bot.chat.state import Chat
from bot.chat.transport import IncomingMessage
from bot.store.store import Store
from bot.store.turn_store import Turn

# The replies to these replace the message with the button.
_EDITING = (
    Action.LIST,
    Action.CHOOSE,
    Action.SHOW_VIEW,
    Action.ACCEPT_CORRECTION,
    Action.FORGET,
)


class ButtonService:
    """Responds to presses of buttons, the same on every platform.

    Args:
        contexts: Load the state of chats.
        delivery: Sends and stores replies.
        store: The store of turns and ratings.
    """

    def __init__(
        self, contexts: ChatContexts, delivery: Delivery, store: Store
    ) -> None:
        self._contexts = contexts
        self._delivery = delivery
        self._store = store

    async def press(
        self, message: IncomingMessage, press: ButtonPress, person_id: int
    ) -> str:
        """Respond to a press.

        Args:
            message: The bot's message that has the button.
            press: The button.
            person_id: The person who pressed it.

        Returns:
            A short notice for the person, or "".

        Raises:
            StoreError: The store cannot be used.
            IndexUnavailableError: The articles cannot be reached.
            Exception: The sender could not send the reply.
        """
        if press.action in _EDITING and not message.is_editable:
            return message.presentation.wording.out_of_date()
        if press.action in (Action.LIST, Action.CHOOSE):
            return await self._browse(message, press)
        if press.action is Action.FORGET:
            return await self._forget(message)
        if press.action is Action.ASK:
            return await self._ask_sample(message, press)
        turn = await self._store.turns.of_message(
            message.location.chat_id, message.id.number
        )
        if turn is None:
            return message.presentation.wording.out_of_date()
        match press.action:
            case Action.RIGHT | Action.WRONG:
                is_right = press.action is Action.RIGHT
                return await self._rate(message, turn, person_id, is_right=is_right)
            case Action.SOURCE:
                return await self._show_source(message, turn, press)
            case Action.ACCEPT_CORRECTION:
                return await self._ask_corrected(message, turn)
            case _:
                return await self._show_view(message, turn, press)

    async def _rate(
        self, message: IncomingMessage, turn: Turn, person_id: int, *, is_right: bool
    ) -> str:
        """Store a person's rating of an answer."""
        wording = message.presentation.wording
        is_new = await self._store.feedback.rate(turn, person_id, is_right=is_right)
        return wording.thanks() if is_new else wording.thanked_before()

    async def _browse(self, message: IncomingMessage, press: ButtonPress) -> str:
        """Show a page of the articles, or choose one."""
        presentation, run = message.presentation, self._contexts.run
        chat = await self._contexts.load(message.location, with_uploads=True)
        entry = await run(chat.find, press.slug)
        if press.action is Action.LIST:
            chosen = await run(chat.find_chosen)
            reply = await run(
                list_reply, chat.entries, chosen, presentation, press.view
            )
        elif press.slug and entry is None:
            return presentation.wording.no_such_article(press.slug)
        else:
            choose = Conversation(chat, presentation).choose
            reply = await self._contexts.run_limited(choose, entry)
        await self._delivery.apply_effect(message, reply)
        await self._delivery.send(message, reply, [message.id.number])
        return ""

    async def _forget(self, message: IncomingMessage) -> str:
        """Delete what is stored of the chat, and say so in place of the question."""
        forgotten = ReplyText(message.presentation.wording.forgotten())
        reply = Reply((forgotten,), effect=Forget())
        await self._delivery.deliver(message, reply, [message.id.number])
        return ""

    async def _ask_sample(self, message: IncomingMessage, press: ButtonPress) -> str:
        """Answer a sample question."""
        chat = await self._contexts.load(message.location, with_uploads=True)
        ask = Conversation(chat, message.presentation).ask_sample
        reply = await self._contexts.run_limited(ask, press.view)
        if reply is None:
            return message.presentation.wording.out_of_date()
        await self._delivery.deliver_answer(message, reply, chat)
        return ""

    async def _ask_corrected(self, message: IncomingMessage, turn: Turn) -> str:
        """Answer the question with its words corrected, in place of the refusal."""
        if not turn.answer.corrections:
            return message.presentation.wording.out_of_date()
        _, history = await self._store.turns.recall(message.location, turn.question_id)
        chat = await self._contexts.load(message.location, turns=history)
        ask = Conversation(chat, message.presentation).ask_and_echo
        reply = await self._contexts.run_limited(ask, turn.answer.corrected_question)
        await self._delivery.deliver_answer(
            message,
            reply,
            chat,
            turn,
            question_id=turn.question_id,
            edited_at=turn.edited_at,
        )
        return ""

    async def _show_view(
        self, message: IncomingMessage, turn: Turn, press: ButtonPress
    ) -> str:
        """Show another view of an answer in its place."""
        chat = await self._contexts.load(message.location, turns=(turn.answer,))
        show = Conversation(chat, message.presentation).show_view
        try:
            reply = await self._contexts.run(show, press.view)
        except IndexError:
            return message.presentation.wording.out_of_date()
        await self._delivery.deliver(message, reply, [message.id.number])
        return ""

    async def _show_source(
        self, message: IncomingMessage, turn: Turn, press: ButtonPress
    ) -> str:
        """Show the source of a view, once."""
        presentation = message.presentation
        spoken = presentation.in_language_of(turn.answer.question)
        chat = Chat(self._contexts.catalogue, (turn.answer,))
        show = Conversation(chat, spoken).show_source
        try:
            reply = await self._contexts.run(show, press.view)
        except IndexError:
            return presentation.wording.out_of_date()
        if not await self._store.turns.claim_source(turn, press.view):
            return presentation.wording.shown_before()
        try:
            await self._delivery.deliver(message, reply)
        except Exception:
            await self._store.turns.release_source(turn)
            raise
        return ""
