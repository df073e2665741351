"""Addressing: updates that are meant for the bot, and the text that they say to it."""

import re
from dataclasses import replace

from telegram import Message, Update, User
from telegram.constants import ChatType

from bot.chat.intents import asks
from bot.chat.parsing import ASK, Command, Question, parse_message
from bot.store.chat_location import ChatLocation
from bot.telegram.reactions import rating_of
from bot.telegram.recordings import recording_of

_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


def sender_of(update: Update) -> int | None:
    """Return the id of an update's sender: a user, or a chat that a user writes for."""
    message = update.effective_message
    if message and message.sender_chat and not update.callback_query:
        return message.sender_chat.id
    return update.effective_user.id if update.effective_user else None


def is_addressed_to_bot(update: Update) -> bool:
    """Return whether an update is addressed to the bot; pictures in groups are not."""
    if update.message_reaction:
        return rating_of(update.message_reaction) is not None
    message = update.message or update.edited_message
    if message is None or message.migrate_to_chat_id:
        return True
    if is_of_a_bot(message) and not _is_command_to(message, message.get_bot().bot):
        return False
    me = message.get_bot().bot
    if recording_of(message) and _replies_to(me, message):
        return True
    if text_of(message) is None:
        return is_private(message) or joins(message, me)
    return read_message(message, me) is not None


def joins(message: Message, me: User) -> bool:
    """Return whether a message says that the bot was added to a group."""
    return any(user.id == me.id for user in message.new_chat_members)


def is_of_a_bot(message: Message) -> bool:
    """Return whether another bot wrote a message.

    The messages of anonymous administrators, which come from a bot too, do not count.
    """
    sender = message.from_user
    return bool(sender and sender.is_bot and not message.sender_chat)


def _is_command_to(message: Message, me: User) -> bool:
    """Return whether a message is a command with the bot's name.

    From other bots, only such commands are answered: two bots that answer every message
    would go on for ever.
    """
    command, _, addressee = ((text_of(message) or "").split() or [""])[0].partition("@")
    name = (me.username or "").casefold()
    return command.startswith("/") and addressee.casefold() == name


def text_of(message: Message) -> str | None:
    """Return the text of a message or the caption of its attachment; None without."""
    return message.text if message.text is not None else message.caption


def read_message(
    message: Message, me: User, heard: str = ""
) -> Command | Question | None:
    """Return what a message says to the bot; None if it is for others.

    In a private chat every message is for the bot. In a group, these are: a message
    that mentions the bot, one that replies to the bot and asks something, `/ask`, and a
    command with the bot's name. Mentions are left out of the text.

    Args:
        message: The message.
        me: The bot.
        heard: What is said in the recording that the message brings, or "". It follows
            the caption, and is no command.
    """
    text = text_of(message)
    if text is None and heard:
        text = ""
    if text is None or _is_by(message, me):
        return None
    command, _, addressee = (text.split() or [""])[0].partition("@")
    if command.startswith("/"):
        if addressee and addressee.casefold() != (me.username or "").casefold():
            return None
        is_meant = bool(addressee) or command.casefold() == ASK
        words = text if is_meant else _without_mentions(message, text, me)
    else:
        words = _without_mentions(message, text, me)
        is_meant = words != text
    words = f"{words} {heard.lstrip('/')}".strip() if heard else words
    target = replied_message(message)
    is_to_bot = _replies_to(me, message)
    if not (
        is_meant
        or is_private(message)
        or (is_to_bot and (words.startswith("/") or asks(words)))
    ):
        return None
    about: str | None = ""
    if target and message.quote:
        about = message.quote.text
    elif target and (not is_to_bot or target.via_bot):
        about = text_of(target)
    parsed = parse_message(words, about=about or "")
    return replace(parsed, heard=heard) if isinstance(parsed, Question) else parsed


def _replies_to(me: User, message: Message) -> bool:
    """Return whether a message replies to the bot."""
    target = replied_message(message)
    return target is not None and _is_by(target, me)


def _is_by(message: Message, me: User) -> bool:
    """Return whether the bot wrote a message, or a user sent it inline by the bot."""
    author = message.via_bot or message.from_user
    return author is not None and author.id == me.id


def _without_mentions(message: Message, text: str, me: User) -> str:
    """Remove mentions of the bot, by its username or as a link to it by any name."""
    mentions = [rf"(?<!\w)@{re.escape(me.username or '')}\b"]
    entities = message.parse_entities() or message.parse_caption_entities()
    for entity, name in entities.items():
        user = entity.user.id if entity.user else None
        if me.id == user or entity.url == f"tg://user?id={me.id}":
            mentions.append(re.escape(name))
    mention = re.compile(rf"(?:{'|'.join(mentions)})[,:]?", re.IGNORECASE)
    return " ".join(mention.sub(" ", text).split()) if mention.search(text) else text


def replied_message(message: Message) -> Message | None:
    """Return the message that a message replies to, or None.

    In a forum, every message seems to reply to the message that opened its topic; such
    a reply does not count.
    """
    target = message.reply_to_message
    if target and message.is_topic_message:
        opened = target.forum_topic_created or (
            target.message_id == message.message_thread_id
        )
        return None if opened else target
    return target


def location_of(message: Message) -> ChatLocation:
    """Return the location of a message: a chat, or a topic of a forum."""
    thread_id = message.message_thread_id if message.is_topic_message else None
    return ChatLocation(message.chat_id, thread_id or 0)


def is_private(message: Message) -> bool:
    """Return whether a message is in a private chat."""
    return message.chat.type == ChatType.PRIVATE


def take_link(text: str) -> tuple[str | None, str]:
    """Split a message with a single link into the link and the rest.

    >>> take_link("https://example.org/a")
    ('https://example.org/a', '')
    >>> take_link("Who leads? https://example.org/a")
    ('https://example.org/a', 'Who leads?')
    """
    links = _LINK.findall(text)
    if len(links) != 1:
        return None, text
    link = links[0].rstrip(".,;:!?\"'")
    before, _, after = text.partition(links[0])
    return link, f"{before.strip()} {after.strip()}".strip()
