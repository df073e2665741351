"""The trust in a document's origin, which decides where it is parsed."""

from enum import Enum, auto


class Trust(Enum):
    """Origin of a document, and so the process that parses it.

    Attributes:
        LOCAL: A file on the operator's disk. Plain text is parsed in this process,
            which is quicker; every other format in the operator's sandbox.
        OPERATOR: Bytes that the operator asked for and others may have written, such as
            a linked page: parsed in the operator's sandbox.
        USER: A document that a user of the bot sent or linked: parsed in a sandbox
            whose processes never see the operator's documents.
    """

    LOCAL = auto()
    OPERATOR = auto()
    USER = auto()
