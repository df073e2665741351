"""Pieces of HTML in Markdown: their headings, paragraphs, items and rows of tables.

Markdown splits HTML at blank lines, so the reader keeps its state from piece to piece:
a table or a hidden element may go on in the next one.
"""

from html.parser import HTMLParser

from retrieval.loading.content import Block, one_line, row_block

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SILENT = frozenset(("head", "script", "style", "svg", "template"))
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)
_INLINE = frozenset(
    "a abbr b bdi bdo cite code dfn em font i ins kbd mark q ruby s samp small span "
    "strong sub sup time tt u var".split()
)
_DELETED = frozenset(("del", "s", "strike"))


class HtmlPieces(HTMLParser):
    """A reader of pieces of HTML, in their order.

    Attributes:
        lead: Text that labels what comes next: a term of a definition list, a tab.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lead = ""
        self._blocks: list[Block] = []
        self._text: list[str] = []
        self._row: list[str] | None = None
        self._level = 0
        self._unseen: list[str] = []  # open elements, from the first one not shown

    @property
    def is_hidden(self) -> bool:
        """True within an element that is not shown."""
        return bool(self._unseen)

    @property
    def is_in_row(self) -> bool:
        """True within a row of a table."""
        return self._row is not None

    def end_row(self) -> list[Block]:
        """End a row of a table that is open, and return it."""
        self._end_row()
        blocks, self._blocks = self._blocks, []
        return blocks

    def blocks_of(self, piece: str, *, continues: bool) -> list[Block]:
        """Return the blocks of the next piece.

        Args:
            piece: The piece.
            continues: Whether its blocks belong to the block before them.
        """
        self._continues = continues
        self.feed(piece)
        if not self._unseen:
            self._end_block()
        elif self._unseen[0] == "p":
            self._unseen = []  # a paragraph ends with its piece
        blocks, self._blocks = self._blocks, []
        return blocks

    def take_lead(self) -> str:
        """Return the label of what comes next, with a colon, and forget it."""
        lead, self.lead = self.lead, ""
        return f"{lead.rstrip(':：')}: " if lead else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        if tag in _VOID:
            self._show_void(tag, dict(attrs))
            return
        if self._unseen or tag in _SILENT | _DELETED or _is_hidden(dict(attrs)):
            if not self._unseen and tag not in _INLINE:
                self._end_block()
            self._unseen.append(tag)
            return
        if tag == "tr":
            self._end_block()
            self._row = []
        elif tag in ("td", "th"):
            self._text = []
        elif self._row is not None:
            self._text.append(" " if tag not in _INLINE else "")
        elif tag not in _INLINE:
            self._end_block()
            self._level = _HEADINGS.get(tag, 0)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if self._unseen:
            if tag in self._unseen:
                while self._unseen.pop() != tag:
                    pass
        elif tag in ("td", "th") and self._row is not None:
            self._row.append(one_line("".join(self._text)))
            self._text = []
        elif tag in ("tr", "table"):
            self._end_row()
        elif tag == "dt":
            self.lead, self._text = one_line("".join(self._text)), []
        elif self._row is None and tag not in _INLINE:
            self._end_block()

    def handle_data(self, data: str) -> None:
        """Keep text that is shown."""
        if not self._unseen:
            self._text.append(data)

    def _show_void(self, tag: str, attributes: dict[str, str | None]) -> None:
        if self._unseen:
            return
        if tag == "img":
            self._text.append(f" {attributes.get('alt') or ''} ")
        elif tag in ("br", "hr"):
            self._text.append(" ")

    def _end_row(self) -> None:
        self._blocks += row_block(self._row or [])
        self._row = None
        self._text = []

    def _end_block(self) -> None:
        if self._row is not None:
            return
        words = one_line("".join(self._text))
        self._text = []
        if words:
            continues = self._continues and not self._level
            self._blocks.append(Block(self.take_lead() + words, self._level, continues))
        self._level = 0


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = "".join((attributes.get("style") or "").lower().split())
    return (
        ("hidden" in attributes and attributes["hidden"] != "until-found")
        or "display:none" in style
        or "visibility:hidden" in style
    )
