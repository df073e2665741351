"""Settings from the environment and `.env`, which only this module reads."""

import os
import re
import secrets
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.articles.discovery import split_sources
from bot.chat.presentation import OwnWords
from retrieval.answering import MAX_CITATIONS, MIN_CONFIDENCE
from retrieval.loading.load import PARSING_SECONDS
from retrieval.text.language import is_language

TELEGRAM = "https://api.telegram.org/bot"
DOTENV = ".env"
READER_ON, READER_OFF = "on", "off"
SEED_ARTICLE = str(files("seeds") / "north-korea-seeks-investment.txt")


OwnText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class SettingsError(Exception):
    """A setting is wrong; the message is one line that says what to do."""


class Settings(BaseSettings):
    """Every setting with its default; the environment takes precedence over `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="BOT_",
        env_file=DOTENV,
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        populate_by_name=True,  # so that code writes `Settings(reader=...)`
    )

    token: SecretStr | None = Field(
        None, description="The bot's token from @BotFather; the console needs none"
    )
    article: Annotated[tuple[str, ...], NoDecode] = Field(
        (SEED_ARTICLE,),
        description="Files, folders, globs and links, separated by blanks or commas, "
        "or as a JSON list; the seed article if unset",
    )
    language: str | None = Field(
        None,
        description="The article's language as an ISO 639-1 code; detected if unset",
    )
    min_confidence: float = Field(
        MIN_CONFIDENCE,
        ge=0,
        le=1,
        description="The confidence, an estimated probability, that an answer needs; "
        "below it the bot refuses",
    )
    max_citations: int = Field(
        MAX_CITATIONS, ge=1, le=10, description="The most sentences an answer quotes"
    )
    reader: str = Field(
        READER_ON,
        min_length=1,
        validation_alias=AliasChoices("BOT_READER", "BOT_ENCODER"),
        description="The encoder, which compares meaning where words differ: on (if "
        "article-bot[reader] is installed), off, or the folder of an ONNX model",
    )
    greeting: OwnText | None = Field(
        None,
        max_length=500,
        description="Your own greeting, plain text of at most 500 characters, in place "
        "of the first line of /start and of the answer to a greeting",
    )
    refusal: OwnText | None = Field(
        None,
        max_length=300,
        description="Your own sentence, plain text of at most 300 characters, in place "
        "of “The article does not say.”",
    )
    answers: Path | None = Field(
        None,
        description="The file of answers given by hand and of synonyms, in TOML; see "
        "docs/operating.md",
    )
    base_url: str = Field(
        TELEGRAM,
        pattern="^https?://.",
        examples=[TELEGRAM],
        description="The Bot API server that the token is appended to",
    )
    database_url: SecretStr | None = Field(
        None,
        description="The database of questions and answers: sqlite:///FILE or "
        "postgresql://USER:PASSWORD@HOST/DATABASE; a SQLite file of its own if unset",
    )
    index_url: SecretStr | None = Field(
        None,
        description="The OpenSearch cluster that holds the index, which "
        "article-bot index fills: https://USER:PASSWORD@HOST:9200/NAME, hosts "
        "separated by commas; the index is in memory if unset",
    )
    retention_days: int = Field(
        30, ge=1, le=36_500, description="Days that questions and answers are kept"
    )
    contact: str = Field(
        "",
        max_length=200,
        description="How people reach whoever runs the bot: an address or a "
        "Telegram name, which /privacy shows; unset, it shows none",
    )
    webhook_url: str | None = Field(
        None,
        pattern="^https?://.",
        examples=["https://example.org/bot"],
        description="The public URL that Telegram sends updates to; polling if unset",
    )
    public_url: str | None = Field(
        None,
        pattern="^https://.",
        examples=["https://example.org"],
        description="The public URL, in https, under which the articles' pages are "
        "served as /read/NAME; no pages if unset",
    )
    webhook_listen: str = Field(
        "127.0.0.1",
        min_length=1,
        description="The address the webhook and the pages listen on",
    )
    webhook_port: int = Field(
        8080,
        ge=1,
        le=65_535,
        description="The port the webhook and the pages listen on",
    )
    webhook_path: str | None = Field(
        None,
        pattern=r"^[\w/.~-]*$",
        examples=["bot"],
        description="The path the webhook listens on; that of the URL if unset",
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="The secret that every request to the webhook must bring, 1 to 256 "
        "of A-Z, a-z, 0-9, _ and -, the same for all replicas; random if unset",
    )
    health_port: int | None = Field(
        None,
        ge=1,
        le=65_535,
        description="The port of GET /healthz and /metrics; none if unset",
    )
    health_listen: str = Field(
        "127.0.0.1",
        min_length=1,
        description="The address of GET /healthz and /metrics",
    )
    questions_per_minute: int = Field(
        20,
        ge=1,
        description="Questions, commands, presses and inline queries that one person "
        "may send in a minute",
    )
    messages_per_second: float = Field(
        30, gt=0, description="The most messages sent in a second; Telegram allows 30"
    )
    allowed_chats: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(),
        description="Ids of the chats that are answered, separated by commas; all if "
        "unset",
    )
    admins: Annotated[frozenset[Annotated[int, Field(gt=0)]], NoDecode] = Field(
        frozenset(),
        description="Ids of the people, separated by commas, whom the bot serves "
        "/stats and /unanswered and tells when an article cannot be loaded",
    )
    refresh_minutes: float = Field(
        10, gt=0, description="Minutes between two checks of the links for changes"
    )
    reading_seconds: float = Field(
        PARSING_SECONDS,
        gt=0,
        description="Seconds that parsing a file, or recognising a page of a scan, may "
        "take",
    )
    allow_private_urls: bool = Field(
        False,
        description="Whether links, those of users too, may lead to private addresses",
    )
    allow_uploads: bool = Field(
        False, description="Whether users may send documents and links to ask about"
    )
    upload_megabytes: float = Field(
        5,
        gt=0,
        le=20,
        description="Size in MB of the largest document that a user may send",
    )
    uploads_per_chat: int = Field(
        3, ge=1, le=100, description="The most documents of a chat at once"
    )
    upload_hours: float = Field(24, gt=0, description="Hours that a document is kept")
    voice: Path | None = Field(
        None,
        description="The folder of a faster-whisper model, which turns voice messages "
        "into questions (article-bot[voice]); see docs/operating.md",
    )
    voice_seconds: float = Field(
        60,
        gt=0,
        le=600,
        description="Seconds of the longest voice message that is heard",
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="Log lines as text, or as JSON objects"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least severe messages that are logged"
    )

    @property
    def own_words(self) -> OwnWords:
        """The operator's own texts."""
        return OwnWords(self.greeting or "", self.refusal or "")

    @property
    def bot_token(self) -> str:
        """The token as text; "" if unset."""
        return self.token.get_secret_value() if self.token else ""

    @cached_property
    def webhook_secret_token(self) -> str:
        """The secret that comes with each update; random, but stable, if unset."""
        given = self.webhook_secret
        return given.get_secret_value() if given else secrets.token_urlsafe()

    @property
    def all_secrets(self) -> list[str]:
        """Texts that no log line may hold."""
        found = [self.bot_token, self.webhook_secret_token]
        for secret_url in (self.database_url, self.index_url):
            if secret_url:
                # Its password stands before the host, or among the options.
                url = secret_url.get_secret_value()
                userinfo = url.rpartition("@")[0].partition("://")[2]
                password = userinfo.partition(":")[2]
                options = re.findall("[?&]password=([^&#]*)", url)
                found += [url, password, unquote(password), *options]
        return [secret for secret in found if secret]

    @field_validator("token")
    @classmethod
    def _of_botfather(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"\d+:[\w-]+", value.get_secret_value(), re.A):
            raise ValueError("copy it from @BotFather, 123456:ABC-DEF and so on")
        return value

    @field_validator("language")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value and not is_language(value):
            raise ValueError("write an ISO 639-1 code, such as en or de")
        return value

    @field_validator("webhook_url", "public_url")
    @classmethod
    def _sound(cls, value: str | None) -> str | None:
        if value and not urlsplit(value).hostname:  # raises ValueError itself, too
            raise ValueError("it names no host; write it as https://example.org/bot")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("article", mode="before")
    @classmethod
    def _split_sources(cls, value: object) -> object:
        return split_sources(value) if isinstance(value, str) else value

    @field_validator("allowed_chats", "admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            re.split(r"[\s,]+", value.strip(" ,")) if isinstance(value, str) else value
        )

    @field_validator("webhook_secret")
    @classmethod
    def _allowed_by_telegram(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[\w-]{1,256}", value.get_secret_value(), re.A):
            raise ValueError("1 to 256 of A-Z, a-z, 0-9, _ and - are allowed")
        return value


def names_of(field: str) -> list[str]:
    """Return the environment variables of a setting, the usual one first."""
    alias = Settings.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return [str(name) for name in alias.choices]
    return [f"BOT_{field.upper()}"]


def unknown_settings() -> list[str]:
    """Return a line for each name that looks like a setting and is not one."""
    names = {*os.environ, *dotenv_values(DOTENV)}
    known = {name for field in Settings.model_fields for name in names_of(field)}
    lines: list[str] = []
    for name in sorted(names):
        if name.upper().startswith("BOT_") and name.upper() not in known:
            alike = get_close_matches(name.upper(), known, 1)
            hint = f"; did you mean {alike[0]}?" if alike else ""
            lines.append(f"{name} is not a setting{hint}")
    return lines


def _problem(field: str, error: ErrorDetails) -> str:
    """Return in plain words what is wrong with a value."""
    bounds = error.get("ctx", {})
    match error["type"]:
        case "greater_than_equal":
            return f"it is at least {bounds['ge']:g}"
        case "less_than_equal":
            return f"it is at most {bounds['le']:g}"
        case "greater_than":
            return f"it is more than {bounds['gt']:g}"
        case "int_parsing" | "int_from_float" | "int_type":
            return "a whole number is expected"
        case "float_parsing" | "float_type":
            return "a number is expected"
        case "bool_parsing" | "bool_type":
            return "write 1 or 0"
        case "literal_error":
            return f"it is one of {bounds['expected']}"
        case "string_pattern_mismatch":
            examples = Settings.model_fields[field].examples or [""]
            return f"write it as in {examples[0]}"
        case "string_too_long":
            return f"it has at most {bounds['max_length']:,} characters"
        case "string_too_short":
            return "it may not be empty"
        case _:
            return error["msg"].removeprefix("Value error, ")


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: A setting is out of bounds, or `.env` cannot be read.
    """
    try:
        return Settings()  # type: ignore[call-arg]  # all come from the environment
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        field = str(first["loc"][0])
        raise SettingsError(
            f"BOT_{field.upper()} is wrong: {_problem(field, first)}; "
            "correct it in the environment or .env"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            ".env cannot be read; make it a readable text file in UTF-8"
        ) from error
