"""Replies that list articles: pages with buttons, or one long list."""

from collections.abc import Sequence

from bot.articles.entries import Articles, CatalogueEntry
from bot.chat.presentation import Presentation
from bot.chat.replies import Action, Button, Part, Reply, ReplyText
from bot.wording.texts import Wording

PAGE = 8  # articles on a page, each with a button
MAX_LISTED = 100  # articles where there are no buttons
LABEL_CHARACTERS = 48  # of a button; phones show even fewer


def list_reply(
    entries: Sequence[CatalogueEntry],
    chosen: Sequence[CatalogueEntry],
    presentation: Presentation,
    page: int = 0,
) -> Reply:
    """Return a reply that lists the articles of a chat.

    Args:
        entries: All articles that the chat can choose.
        chosen: The articles that the chat has chosen; none means all.
        presentation: The form of the reply; with buttons, the list has pages.
        page: The page, from 0; a page after the last shows the last.
    """
    wording = presentation.wording
    heading = wording.list_heading(len(entries), Articles(chosen))
    parts: list[Part] = [ReplyText(heading)]
    size = PAGE if presentation.buttons else MAX_LISTED
    n_pages = -(-len(entries) // size)
    page = min(page, n_pages - 1)
    shown = entries[page * size : (page + 1) * size]
    lines = [
        wording.list_line(number, entry.article)
        for number, entry in enumerate(shown, page * size + 1)
    ]
    if not presentation.buttons:
        if n_pages > 1:
            lines.append(wording.list_more(len(entries) - len(shown)))
        parts.append(ReplyText("\n".join(lines)))
        if len(entries) > 1:
            parts.append(ReplyText(wording.how_to_choose()))
        return Reply(tuple(parts))
    parts.append(ReplyText("\n".join(lines)))
    rows = [_row(entry, wording) for entry in shown]
    turn: list[Button] = []
    if page:
        turn.append(Button(wording.previous_page(), Action.LIST, page - 1))
    if page + 1 < n_pages:
        turn.append(Button(wording.next_page(), Action.LIST, page + 1))
    if turn:
        rows.append(tuple(turn))
    if chosen:
        rows.append((Button(wording.all_button(), Action.CHOOSE),))
    return Reply(tuple(parts), buttons=tuple(rows))


def matches_reply(
    matching: Sequence[tuple[int, CatalogueEntry]], presentation: Presentation
) -> Reply:
    """Return a reply that lists found articles.

    Args:
        matching: The articles, each with its number in the list of all, from 1.
        presentation: The form of the reply.
    """
    wording = presentation.wording
    shown = matching[: PAGE if presentation.buttons else MAX_LISTED]
    lines = [wording.list_line(number, entry.article) for number, entry in shown]
    if len(shown) < len(matching):
        lines.append(wording.list_more(len(matching) - len(shown)))
    parts = (ReplyText("\n".join(lines)), ReplyText(wording.how_to_choose()))
    rows = [_row(entry, wording) for _, entry in shown] if presentation.buttons else []
    return Reply(parts, buttons=tuple(rows))


def _row(entry: CatalogueEntry, wording: Wording) -> tuple[Button, ...]:
    label = _label(wording.title_line(entry.article))
    return (Button(label, Action.CHOOSE, slug=entry.slug),)


def _label(title: str) -> str:
    cut = title[: LABEL_CHARACTERS - 1].rstrip()
    return title if len(title) <= LABEL_CHARACTERS else f"{cut}…"
