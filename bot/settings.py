"""Settings from the environment and `.env`: the only reader of either."""

from importlib.resources import files
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from retrieval.answering import MAX_CITATIONS, MIN_CONFIDENCE

SEED_ARTICLE = str(files("seeds") / "north-korea-seeks-investment.txt")


class SettingsError(Exception):
    """A setting is wrong; the message is one line that says what to do."""


class Settings(BaseSettings):
    """Every setting, with its default; the environment wins over `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="BOT_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    token: SecretStr | None = Field(
        None, description="The bot's token from @BotFather; the console needs none"
    )
    article: str = Field(SEED_ARTICLE, description="The article, a text file")
    language: str | None = Field(
        None,
        pattern="^[a-z]{2,3}$",
        description="The article's language as an ISO 639-1 code; detected if unset",
    )
    min_confidence: float = Field(
        MIN_CONFIDENCE,
        ge=0,
        le=1,
        description="Confidence, 0 to 1, from which an answer counts as found",
    )
    max_citations: int = Field(
        MAX_CITATIONS, ge=1, le=10, description="The most sentences an answer quotes"
    )
    base_url: str = Field(
        "https://api.telegram.org/bot",
        pattern="^https?://.",
        description="The Bot API server that the token is appended to",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least severe messages that are logged"
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: A setting is out of bounds, or `.env` cannot be read.
    """
    try:
        return Settings()  # type: ignore[call-arg]  # all come from the environment
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = "BOT_" + str(first["loc"][0]).upper()
        raise SettingsError(
            f"{name} is wrong: {first['msg']}; correct it in the environment or .env"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            ".env cannot be read; make it a readable text file in UTF-8"
        ) from error
