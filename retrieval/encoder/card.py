"""The card of a model: what operators are told, and which languages it understands."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from retrieval.errors import EncoderError

CARD_FILE = "card.toml"


class ModelCard(NamedTuple):
    """The contents of `card.toml`, beside a model.

    Attributes:
        name: The model's name.
        languages: ISO 639-1 codes of the languages that it understands.
    """

    name: str
    languages: frozenset[str]

    @classmethod
    def read(cls, folder: Path) -> "ModelCard":
        """Read a folder's card; without one, it understands no language.

        Raises:
            EncoderError: The card cannot be read, or lacks a key.
        """
        try:
            card = tomllib.loads((folder / CARD_FILE).read_text("utf-8"))
            return cls(str(card["name"]), frozenset(map(str, card["languages"])))
        except FileNotFoundError:
            return cls(folder.name, frozenset())
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(
                str(folder),
                f"{CARD_FILE} is not a model's card ({error}); name another folder",
            ) from error
