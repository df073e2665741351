"""EmbeddingCache that are computed once: kept in memory and, if wished, on disk."""

import logging
import os
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.protocol import EmbeddingMatrix, Reader

logger = logging.getLogger(__name__)

KEPT_TEXTS = 50_000  # in memory, those used last: 40 MB
KEPT_FILES = 2_000  # on disk, those written last

Halves = NDArray[np.float16]  # what is kept; the last bits mean nothing


class EmbeddingCache:
    """The embeddings of texts, by their content.

    Attributes:
        reader: What makes them.
    """

    def __init__(self, reader: Reader, folder: Path | None = None) -> None:
        """Take what embeds, and a folder for what is to outlive the process.

        The folder is made when first needed; one that cannot be written to costs a
        warning.
        """
        self.reader = reader
        self._folder = folder
        self._kept: OrderedDict[str, Halves] = OrderedDict()
        self._lock = Lock()  # several threads ask

    def of(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return the embeddings of texts, at least one; new ones are computed."""
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            vectors = self.reader.embed(missing).astype(np.float16)
            known.update(zip(missing, vectors, strict=True))
        with self._lock:
            for text in texts:
                self._kept[text] = known[text]
                self._kept.move_to_end(text)
            while len(self._kept) > KEPT_TEXTS:
                self._kept.popitem(last=False)
        return np.array([known[text] for text in texts], dtype=np.float32)

    def count_new(self, texts: Sequence[str]) -> int:
        """Count an article's sentences whose embeddings would have to be computed."""
        if self._folder is not None and self._path(self._folder, texts).exists():
            return 0
        with self._lock:
            return sum(text not in self._kept for text in texts)

    def of_article(self, texts: Sequence[str], *, keep: bool) -> EmbeddingMatrix:
        """Do the same for an article's sentences, which may be in the folder.

        Args:
            texts: All sentences of the article.
            keep: Whether new ones are kept there.
        """
        if self._folder is None:
            return self.of(texts)
        path = self._path(self._folder, texts)
        found = _load(path, (len(texts), self.reader.width))
        if found is None:
            found = self.of(texts).astype(np.float16)
            if keep:
                self._save(path, found)
        return found.astype(np.float32)

    def _path(self, folder: Path, texts: Sequence[str]) -> Path:
        digest = sha256(self.reader.key.encode())
        for text in texts:
            encoded = text.encode("utf-8", "surrogatepass")
            digest.update(b"%d " % len(encoded) + encoded)
        return folder / f"{digest.hexdigest()}.npy"

    def _save(self, path: Path, vectors: Halves) -> None:
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with part.open("wb") as file:
                np.save(file, vectors)
            part.replace(path)
        except OSError as error:
            logger.warning("EmbeddingCache cannot be kept on disk (%s)", error.strerror)
            self._folder = None
            return
        with suppress(OSError):  # another process may tidy up, too
            kept = sorted(path.parent.glob("*.npy"), key=lambda p: p.stat().st_mtime)
            for old in kept[: max(len(kept) - KEPT_FILES, 0)]:
                old.unlink(missing_ok=True)


def _load(path: Path, shape: tuple[int, int]) -> Halves | None:
    """Return what a file holds; None if that is missing, damaged, or something else."""
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    is_sound = found.dtype == np.float16 and found.shape == shape
    return found if is_sound and np.isfinite(found).all() else None
