"""Copies of fetched pages in a folder, used when their servers cannot be reached."""

import json
import logging
import os
from dataclasses import fields
from hashlib import sha256
from pathlib import Path

from retrieval.loading.web.page import FetchedPage
from retrieval.sources import display_name

logger = logging.getLogger(__name__)


class Cache:
    """A folder of fetched pages, each in one file: a line of JSON, then the data.

    Args:
        folder: Path of the folder, which is created with the first copy.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, link: str) -> FetchedPage | None:
        """Return the copy of the page behind a link, if there is one."""
        try:
            head, _, data = self._path(link).read_bytes().partition(b"\n")
            return FetchedPage(data, **json.loads(head))
        except (OSError, ValueError, TypeError):
            return None

    def put(self, link: str, page: FetchedPage) -> None:
        """Store a page; log a warning if the folder cannot be written to."""
        head = {
            field.name: getattr(page, field.name)
            for field in fields(page)
            if field.name != "data"
        }
        path = self._path(link)
        part = path.with_suffix(f".{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.touch(mode=0o600)  # pages may be private to those who know the link
            part.write_bytes(json.dumps(head).encode() + b"\n" + page.data)
            part.replace(path)
        except OSError as error:
            logger.warning(
                "%s: no copy could be stored (%s)", display_name(link), error.strerror
            )

    def _path(self, link: str) -> Path:
        return self._folder / sha256(link.encode("utf-8", "replace")).hexdigest()
