"""Reactions in Telegram that rate an answer."""

from telegram import MessageReactionUpdated, ReactionTypeEmoji
from telegram.constants import ReactionEmoji

from bot.chat.replies import Action


def rating_of(reaction: MessageReactionUpdated) -> Action | None:
    """Return the button that a new reaction stands for, or None."""
    before, now = (
        {each.emoji for each in side if isinstance(each, ReactionTypeEmoji)}
        for side in (reaction.old_reaction, reaction.new_reaction)
    )
    added = now - before
    if ReactionEmoji.THUMBS_UP in added:
        return Action.RIGHT
    return Action.WRONG if ReactionEmoji.THUMBS_DOWN in added else None
