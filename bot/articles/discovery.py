"""The sources that `BOT_ARTICLE` and `--article` name: files, folders, globs, links."""

import json
import logging
import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from glob import glob, has_magic
from pathlib import Path

from retrieval import ArticleError
from retrieval.sources import is_link

logger = logging.getLogger(__name__)

# Files beside articles in a folder or repository, skipped unless they are named.
_PROGRAMS = frozenset(
    ".cfg .css .ini .js .json .lock .po .py .pyc .sh .toml .ts .yaml .yml".split()
)


def split_sources(value: str) -> tuple[str, ...]:
    """Split a setting: a JSON list, a path with spaces, or names apart by spaces.

    >>> split_sources("a.txt, b.pdf https://example.org/c")
    ('a.txt', 'b.pdf', 'https://example.org/c')
    >>> split_sources('["press releases", "a,b.txt"]')
    ('press releases', 'a,b.txt')

    Raises:
        ValueError: The value begins like a JSON list, but is not a list of strings.
    """
    value = value.strip()
    if value.startswith("["):
        try:
            names = json.loads(value)
        except json.JSONDecodeError:
            names = []
        if not names or not all(isinstance(name, str) for name in names):
            raise ValueError('a JSON list is expected, such as ["a.txt", "b.pdf"]')
        return tuple(names)
    if not is_link(value) and _exists(value):
        return (value,)
    return tuple(filter(None, re.split(r"[\s,]+", value)))


def expand_sources(
    names: Iterable[str], unread: Callable[[], None] = lambda: None
) -> dict[str, bool]:
    """Expand names to files and links, each once and in order.

    Folders are searched recursively; hidden files are left out.

    Args:
        names: Files, folders, globs and links.
        unread: Called for each subfolder that cannot be read.

    Returns:
        Each source, with whether it was named itself and so has to exist.

    Raises:
        ArticleError: A folder or a glob has no file, or cannot be read.
    """
    sources: dict[str, bool] = {}
    for name in names:
        try:
            _expand(name, sources, unread)
        except OSError as error:
            problem = (
                f"cannot be read ({error.strerror}); check the path and its permissions"
            )
            raise ArticleError(name, problem) from error
    return sources


def _expand(name: str, sources: dict[str, bool], unread: Callable[[], None]) -> None:
    if not name.strip():
        raise ArticleError("article", "it has no name; name a file, folder or link")
    if is_link(name):
        sources[name] = True
    elif Path(name).is_dir():
        inside = _visible(Path(name), unread)
        if not inside:
            raise ArticleError(name, "there is no file in this folder")
        for source in inside:
            sources.setdefault(source, False)
    elif has_magic(name) and not _exists(name):
        # Python's glob leaves out hidden files itself.
        matching = map(Path, glob(name, recursive=True))  # noqa: PTH207  # of any root
        found = sorted(str(path) for path in matching if path.is_file())
        if not found:
            raise ArticleError(name, "no file matches this; check the path")
        for source in found:
            sources.setdefault(source, False)
    else:
        sources[name] = True


def watched_folders(names: Iterable[str]) -> dict[Path, bool]:
    """Return the folders in which a change may affect a source.

    Returns:
        Each folder, with whether its subfolders matter too.
    """
    watched: dict[Path, bool] = {}
    for name in names:
        if is_link(name):
            continue
        path = folder = Path(name)
        while has_magic(str(folder)) and not _exists(str(folder)):
            folder = folder.parent
        with suppress(OSError):  # such a folder cannot be watched
            if not folder.is_dir():
                folder = folder.parent
            is_deep = path == folder or path.parent != folder or path.name == "**"
            if folder.is_dir():
                watched[folder] = watched.get(folder, False) or is_deep
    return watched


def _visible(folder: Path, unread: Callable[[], None]) -> list[str]:
    """List the files in a folder; subfolders that cannot be read are logged."""

    def log(error: OSError) -> None:
        unread()
        logger.warning(
            "%s: cannot be read (%s). It is left out", error.filename, error.strerror
        )

    found: list[str] = []
    next(folder.iterdir(), None)  # raises an error that `os.walk` would hide
    for path, inside, names in os.walk(folder, onerror=log):
        inside[:] = [name for name in inside if not name.startswith(".")]
        files = (Path(path, name) for name in names if not name.startswith("."))
        found += [str(file) for file in files if file.is_file() and _may_be_read(file)]
    return sorted(found)


def _may_be_read(file: Path) -> bool:
    """Return whether a file in a folder may be an article."""
    return file.suffix.lower() not in _PROGRAMS


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # too long, or with a NUL
        return False
