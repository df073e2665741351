"""E-mail to content: the text of a message, with subject, sender and date."""

from contextlib import suppress
from email import message_from_bytes, policy
from email.utils import parseaddr, parsedate_to_datetime
from typing import cast

import regex

from retrieval.documents.segmentation.blocks import split_blocks
from retrieval.loading.content import Block, Content, UnreadableError, one_line
from retrieval.loading.formats import HTML
from retrieval.loading.parsers.parse import parse as parse_format
from retrieval.loading.parsers.text import decode

_QUOTE_MARKS = regex.compile(r"^(?:> ?)+", regex.M)
_SIGNATURE = regex.compile(r"^-- ?\n(?s:.*)", regex.M)


def parse(data: bytes, _: str = "") -> Content:
    """Parse the body of a message, without attachments, signature and quote marks.

    Raises:
        UnreadableError: The message has no text.
    """
    message = message_from_bytes(data, policy=policy.default)
    body = message.get_body(("plain", "html"))
    if body is None:
        raise UnreadableError("there is no text in this message; name what it holds")
    payload = cast(bytes, body.get_payload(decode=True))
    charset = str(body.get_param("charset", ""))
    if body.get_content_subtype() == "html":
        blocks = parse_format(payload, HTML, charset).blocks
    else:
        text = decode(payload, charset).replace("\r\n", "\n")
        text = _QUOTE_MARKS.sub("", _SIGNATURE.sub("", text))
        lines = (one_line(text[start:end]) for start, end in split_blocks(text))
        blocks = [Block(line) for line in lines if line]
    date = None
    with suppress(ValueError, TypeError):
        date = parsedate_to_datetime(str(message["date"])).date().isoformat()
    name, address = parseaddr(str(message["from"] or ""))
    return Content(
        blocks,
        title=one_line(str(message["subject"] or "")) or None,
        author=one_line(name or address) or None,
        date=date,
    )
