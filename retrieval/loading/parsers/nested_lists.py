"""Labels of nested lists: each item is quoted with the item that it is part of."""

import regex

# A full sentence, or a text that is too long to be repeated before each item.
_SENTENCE = regex.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$|^.{100}")


def list_label(words: str) -> str:
    """Return what stands before each item of a list within an item.

    Args:
        words: The text of the outer item.

    Returns:
        Its text with a colon; "" if it is a text of its own.

    >>> list_label("Boats over 6 metres"), list_label("Boats must be insured.")
    ('Boats over 6 metres: ', '')
    """
    return "" if not words or _SENTENCE.search(words) else f"{words.rstrip(':：')}: "
