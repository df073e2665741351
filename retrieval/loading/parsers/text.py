"""Decoding of text in any encoding."""

import codecs
import contextlib

import chardet
import regex

from retrieval.loading.formats import binary_file_error

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # marks of UTF-32 begin alike
_SHIFTS = regex.compile(rb"\x1b\$[@B].*?\x1b\([BJ]", regex.S)  # of ISO-2022-JP
# Encodings that browsers decode as a larger one of which they are a part; see
# https://encoding.spec.whatwg.org/#names-and-labels
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Two encodings of central Europe share most letters; a language's own letters decide
# between them, as a detector cannot.
_ALPHABETS = {
    "cs": "áčďéěíňóřšťúůýž",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "pl": "ąćęłńóśźż",
    "ro": "ăâîșşțţ",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čćđšž",
}
_CENTRAL = ("cp1250", "iso8859_2")
_CONTROL = regex.compile(r"[^\P{Cc}\s\x1b]")  # in binary files, not in texts
DETECTION_BYTES = 256 * 1024  # of a file that is not UTF-8; more would only be slow


def decode(data: bytes, charset: str = "") -> str:
    """Decode a text as UTF-8, else in the declared encoding, else in a detected one.

    Valid UTF-8 is decoded as such whatever is declared; a few invalid bytes in it
    become U+FFFD, as in browsers.

    Args:
        data: The text.
        charset: Encoding that a server or the text declares; may be "" or wrong.

    Raises:
        UnreadableError: The data is not text.
    """
    is_wide = data.startswith(_WIDE_MARKS)
    if b"\0" in data and not is_wide:
        if charset.lower().startswith(("utf-16", "utf-32")):
            with contextlib.suppress(UnicodeError, LookupError):
                return data.decode(charset)
        raise binary_file_error(data)
    if _SHIFTS.search(data[:DETECTION_BYTES]):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("iso2022_jp_2")
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode("utf-8-sig")
    if not is_wide:
        if (text := _nearly_utf_8(data)) is not None:
            return text
        with contextlib.suppress(UnicodeError, LookupError):
            name = codecs.lookup(charset).name
            return data.decode(_SUPERSETS.get(name, name))
    for encoding in _detect_encodings(data):
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            text = data.decode(encoding)
            if not _CONTROL.search(text):
                return text
    raise binary_file_error(data)


def _nearly_utf_8(data: bytes) -> str | None:
    """Decode UTF-8 with a few invalid bytes; return None for anything else."""
    text = data.decode("utf-8-sig", "replace")
    n_wrong = text.count("\ufffd")
    n_right = sum(letter > "\x7f" for letter in text) - n_wrong
    return text if n_right > n_wrong and not _CONTROL.search(text) else None


def _detect_encodings(data: bytes) -> list[str]:
    """List the encodings that a text may be in, the most likely first."""
    head = data[:DETECTION_BYTES]
    found = chardet.detect(head, prefer_superset=True, compat_names=False)
    encodings = [found["encoding"]] if found["encoding"] else []
    alphabet = _ALPHABETS.get(found["language"] or "")
    if alphabet and encodings[0] in _CENTRAL:

        def n_letters(encoding: str) -> int:
            text = head.decode(encoding, "replace").lower()
            return sum(letter in alphabet for letter in text)

        encodings = sorted(_CENTRAL, key=n_letters, reverse=True)
    return encodings
