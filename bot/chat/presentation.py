"""Presentation: the form of the replies in one chat."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.chat.intents import message_language
from bot.wording.texts import ENGLISH, LANGUAGES, Wording, wording
from retrieval import Citation


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Texts of the operator that replace the bot's; "" replaces nothing.

    Attributes:
        greeting: The first lines of `/start`, and the answer to a greeting.
        refusal: The sentence that says that the articles do not answer.
    """

    greeting: str = ""
    refusal: str = ""


NO_OWN_WORDS = OwnWords()


@dataclass(frozen=True, slots=True)
class Presentation:
    """The form of the replies in one chat.

    Attributes:
        wording: The bot's own words, in the user's language.
        buttons: Whether there are buttons, so that a reply can be shorter.
        single_passage: Whether only one passage is quoted, since others read the chat.
        upload_hours: The hours that documents are kept; 0 if none may be sent.
        voice: Whether recordings are heard.
        multiple_articles: Whether several articles are searched.
        single_turn: Whether the user cannot answer the reply.
        retention_days: The days that questions and answers are kept; 0 if not at all.
        contact: The operator's contact, or "".
        page_url: Returns the link to a citation on its article's page, or None.
        own_words: Texts of the operator.
    """

    wording: Wording = ENGLISH
    buttons: bool = False
    single_passage: bool = False
    upload_hours: float = 0
    voice: bool = False
    multiple_articles: bool = False
    single_turn: bool = False
    retention_days: int = 0
    contact: str = ""
    page_url: Callable[[Citation], str | None] = lambda _: None
    own_words: OwnWords = NO_OWN_WORDS

    def in_language_of(self, text: str) -> "Presentation":
        """Return the form with the wording in the language of a user's message.

        In doubt, or where there is no such wording, it stays as it is.
        """
        language = message_language(text, self.wording.language)
        if language not in LANGUAGES:
            return self
        return replace(self, wording=wording(language))

    def not_found(self) -> str:
        """Return the sentence that says that the articles do not answer."""
        refusal = self.own_words.refusal
        return refusal or self.wording.not_found(several=self.multiple_articles)

    @property
    def uploads(self) -> bool:
        """True if documents and links may be sent."""
        return self.upload_hours > 0
