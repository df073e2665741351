"""Bytes to text, whatever their encoding."""

import codecs
import contextlib

import chardet
import regex

from retrieval.loading.formats import binary_file_error

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # those of UTF-32 start so too
_SHIFTS = regex.compile(rb"\x1b\$[@B].*?\x1b\([BJ]", regex.S)  # of ISO-2022-JP
# What is declared by the name of the part that browsers read the whole for; see
# https://encoding.spec.whatwg.org/#names-and-labels
_WHOLE = {
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
# Two encodings of central Europe share most letters; those of its languages tell them
# apart, where a detector finds both alike.
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
_CONTROL = regex.compile(r"[^\P{Cc}\s\x1b]")  # stands in binary files, not in texts
DETECTION_BYTES = 256 * 1024  # of a file that is not UTF-8; more only costs time


def decode(data: bytes, charset: str = "") -> str:
    """Decode a text: as it is declared, else as UTF-8, else as it looks.

    What is UTF-8 is read as that whatever it is declared; a few bytes in it that are
    not become U+FFFD, as in browsers.

    Args:
        data: The text.
        charset: The encoding that a server or the text declares; may be "" or wrong.

    Raises:
        UnreadableError: It is no text.
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
            return data.decode(_WHOLE.get(name, name))
    for encoding in _as_it_looks(data):
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            text = data.decode(encoding)
            if not _CONTROL.search(text):
                return text
    raise binary_file_error(data)


def _nearly_utf_8(data: bytes) -> str | None:
    """Decode what is UTF-8 but for a few bytes; None for what is not."""
    text = data.decode("utf-8-sig", "replace")
    n_wrong = text.count("\ufffd")
    n_right = sum(letter > "\x7f" for letter in text) - n_wrong
    return text if n_right > n_wrong and not _CONTROL.search(text) else None


def _as_it_looks(data: bytes) -> list[str]:
    """List the encodings that a text may be in, the likeliest first."""
    head = data[:DETECTION_BYTES]
    found = chardet.detect(head, prefer_superset=True, compat_names=False)
    encodings = [found["encoding"]] if found["encoding"] else []
    alphabet = _ALPHABETS.get(found["language"] or "")
    if alphabet and encodings[0] in _CENTRAL:

        def n_question_terms(encoding: str) -> int:
            text = head.decode(encoding, "replace").lower()
            return sum(letter in alphabet for letter in text)

        encodings = sorted(_CENTRAL, key=n_question_terms, reverse=True)
    return encodings
