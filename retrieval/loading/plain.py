"""Bytes to text, whatever their encoding."""

import codecs
import contextlib

import regex
from charset_normalizer import from_bytes

from retrieval.language import detect_language
from retrieval.loading.formats import not_text

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # those of UTF-32 start so too
_CODE_PAGES = {
    language: encoding
    for encoding, languages in {
        "cp1250": "cs hr hu pl ro sk sl",
        "cp1252": "ca da de en es et eu fi fr ga id it nl no pt sv",
        "cp1254": "tr",
    }.items()
    for language in languages.split()
}
_CONTROL = regex.compile(r"[^\P{Cc}\s\x1b]")  # stands in binary files, not in texts
DETECTION_BYTES = 256 * 1024  # of a file that is not UTF-8; more only costs time


def decode(data: bytes, charset: str = "") -> str:
    """Decode a text: as it is declared, else as UTF-8, else as it looks.

    Args:
        data: The text.
        charset: The encoding that a server declares; may be "" or wrong.

    Raises:
        UnreadableError: It is no text.
    """
    if b"\0" not in data or data.startswith(_WIDE_MARKS):
        if charset and not data.startswith(_WIDE_MARKS):
            with contextlib.suppress(UnicodeError, LookupError):
                return data.decode(charset)
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("utf-8-sig")
        detected = from_bytes(data[:DETECTION_BYTES]).best()
        encodings = [detected.encoding] if detected else []
        if detected and not data.startswith(_WIDE_MARKS):
            # In short texts several encodings look alike, but the language shows.
            usual = _CODE_PAGES.get(detect_language(str(detected)))
            encodings[:0] = [usual] if usual else []
        for encoding in encodings:
            with contextlib.suppress(UnicodeDecodeError):
                text = data.decode(encoding)
                if not _CONTROL.search(text):
                    return text
    raise not_text(data)
