"""What `BOT_ARTICLE` and `--article` name: files, folders, globs and links."""

import json
import re
from collections.abc import Iterable
from glob import glob, has_magic
from pathlib import Path

from retrieval import ArticleError
from retrieval.loading import is_link


def split_sources(value: str) -> tuple[str, ...]:
    """Split a setting: a JSON list, a path with blanks, or names apart by blanks.

    >>> split_sources("a.txt, b.pdf https://example.org/c")
    ('a.txt', 'b.pdf', 'https://example.org/c')
    >>> split_sources('["press releases", "a,b.txt"]')
    ('press releases', 'a,b.txt')

    Raises:
        ValueError: It begins like a JSON list, and is none of texts.
    """
    value = value.strip()
    if value.startswith("["):
        names = json.loads(value)
        if not names or not all(isinstance(name, str) for name in names):
            raise ValueError("a JSON list of paths and links is expected")
        return tuple(names)
    if not is_link(value) and _exists(value):
        return (value,)
    return tuple(filter(None, re.split(r"[\s,]+", value)))


def expand(names: Iterable[str]) -> dict[str, bool]:
    """List the files and links that names stand for, each once and in order.

    Folders are searched through, hidden files are left out.

    Returns:
        Each source, with whether it was named itself, so that it has to be there.

    Raises:
        ArticleError: A folder or a glob holds no file.
    """
    sources: dict[str, bool] = {}
    for name in names:
        if is_link(name):
            sources[name] = True
        elif Path(name).is_dir():
            inside = _visible(Path(name))
            if not inside:
                raise ArticleError(name, "there is no file in this folder")
            for source in inside:
                sources.setdefault(source, False)
        elif has_magic(name) and not _exists(name):
            # Python's glob leaves hidden files out itself.
            matching = map(Path, glob(name, recursive=True))  # noqa: PTH207  # of any root
            found = sorted(str(path) for path in matching if path.is_file())
            if not found:
                raise ArticleError(name, "no file matches this; check the path")
            for source in found:
                sources.setdefault(source, False)
        else:
            sources[name] = True
    return sources


def folders(names: Iterable[str]) -> dict[Path, bool]:
    """List the folders in which a change may concern a source.

    Returns:
        Each folder, with whether those inside it matter too.
    """
    watched: dict[Path, bool] = {}
    for name in names:
        if is_link(name):
            continue
        path = folder = Path(name)
        while has_magic(str(folder)) and not _exists(str(folder)):
            folder = folder.parent
        if not folder.is_dir():
            folder = folder.parent
        is_deep = path == folder or path.parent != folder or path.name == "**"
        if folder.is_dir():
            watched[folder] = watched.get(folder, False) or is_deep
    return watched


def _visible(folder: Path) -> list[str]:
    return sorted(
        str(path)
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # too long, or with a NUL
        return False
