"""Copies of pages in a folder, for when their servers cannot be reached."""

import json
import logging
import os
from dataclasses import fields
from hashlib import sha256
from pathlib import Path

from retrieval.loading.web.page import Page
from retrieval.sources import shown

logger = logging.getLogger(__name__)


class Cache:
    """Keeps a page in one file: a line of JSON, and what the server sent."""

    def __init__(self, folder: Path) -> None:
        """Take a folder; it is made when the first page is kept."""
        self._folder = folder

    def get(self, link: str) -> Page | None:
        """Return the copy of what stood behind a link, if there is one."""
        try:
            head, _, data = self._path(link).read_bytes().partition(b"\n")
            return Page(data, **json.loads(head))
        except (OSError, ValueError, TypeError):
            return None

    def put(self, link: str, page: Page) -> None:
        """Keep a page; a folder that cannot be written to costs a warning."""
        head = {
            field.name: getattr(page, field.name)
            for field in fields(page)
            if field.name != "data"
        }
        path = self._path(link)
        part = path.with_suffix(f".{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.touch(mode=0o600)  # some pages are for those who know the link
            part.write_bytes(json.dumps(head).encode() + b"\n" + page.data)
            part.replace(path)
        except OSError as error:
            logger.warning(
                "%s: no copy could be kept (%s)", shown(link), error.strerror
            )

    def _path(self, link: str) -> Path:
        return self._folder / sha256(link.encode("utf-8", "replace")).hexdigest()
