"""Tesseract's language data: where they are, and which fit a page.

Each language is a file that the system's packages or those of Python install, such as
Debian's `tesseract-ocr-deu`.
"""

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ORIENTATION = "osd"  # the data that show how a page is turned, and its script
SUFFIX = ".traineddata"
DEFAULT = "eng"
MAX_CANDIDATES = 4  # languages that a page is tried with

# Names of Tesseract's data by script and by ISO 639-1 code of their language.
_BY_SCRIPT: Mapping[str, Mapping[str, str]] = {
    "Latin": {
        "en": "eng",
        "ca": "cat",
        "cs": "ces",
        "da": "dan",
        "de": "deu",
        "es": "spa",
        "et": "est",
        "eu": "eus",
        "fi": "fin",
        "fr": "fra",
        "ga": "gle",
        "hr": "hrv",
        "hu": "hun",
        "id": "ind",
        "it": "ita",
        "lt": "lit",
        "nl": "nld",
        "no": "nor",
        "pl": "pol",
        "pt": "por",
        "ro": "ron",
        "sk": "slk",
        "sl": "slv",
        "sv": "swe",
        "tr": "tur",
        "vi": "vie",
    },
    "Cyrillic": {"ru": "rus", "uk": "ukr", "bg": "bul", "sr": "srp"},
    "Greek": {"el": "ell"},
    "Armenian": {"hy": "hye"},
    "Arabic": {"ar": "ara", "fa": "fas", "ur": "urd"},
    "Hebrew": {"he": "heb"},
    "Devanagari": {"hi": "hin", "ne": "nep"},
    "Bengali": {"bn": "ben"},
    "Tamil": {"ta": "tam"},
    "Thai": {"th": "tha"},
    "Han": {"ko": "kor", "ja": "jpn", "zh": "chi_sim"},
}
# Data that take syllables or single characters for words.
UNSPACED = frozenset(("kor", "jpn", "chi_sim", "chi_tra", "tha"))
# Scripts that are written together, or that Tesseract takes for one another.
_ALIASES = {"Korean": "Han", "Hangul": "Han", "Japanese": "Han", "Fraktur": "Latin"}
_NAMES = {code: name for names in _BY_SCRIPT.values() for code, name in names.items()}


@cache
def data_folders() -> tuple[Path, ...]:
    """Return the folders with language data, the first to be used first.

    They are looked for once: later, the parsing process may read but not find them.
    """
    debian = Path("/usr/share/tesseract-ocr")
    folders = [
        Path(sys.prefix, "share", "tessdata"),
        *sorted(debian.glob("*/tessdata"), reverse=True),
        Path("/usr/share/tessdata"),
        Path("/usr/local/share/tessdata"),
        Path("/opt/homebrew/share/tessdata"),
    ]
    return tuple(folder for folder in folders if folder.is_dir())


def installed_data() -> dict[str, Path]:
    """Return the folder of each language's data, by the name of the data."""
    found: dict[str, Path] = {}
    for folder in data_folders():
        for file in sorted(folder.glob(f"*{SUFFIX}")):
            found.setdefault(file.name.removesuffix(SUFFIX), folder)
    return found


def data_name(language: str) -> str | None:
    """Return the name of a language's data by its ISO 639-1 code; None if unknown.

    >>> data_name("de")
    'deu'
    """
    return _NAMES.get(language)


def candidates(installed: Mapping[str, Path], script: str | None) -> list[str]:
    """Return the data that a page is tried with, at most `MAX_CANDIDATES`.

    Data of the page's script come first, and then those whose script is not known
    here. One language shows which other one of its script a text is in.

    Args:
        installed: Folders by name; see `installed_data`.
        script: The script as Tesseract names it; None if unknown.
    """
    script = _ALIASES.get(script or "", script)
    if script is None:  # one language of each script first
        own = [next(iter(names.values())) for names in _BY_SCRIPT.values()]
        own += _NAMES.values()
    else:
        own = [*_BY_SCRIPT.get(script, {}).values()]
    known = {*_NAMES.values(), ORIENTATION}
    other = [name for name in installed if name not in known]
    named = [name for name in dict.fromkeys([*own, *other]) if name in installed]
    return named[:MAX_CANDIDATES]
