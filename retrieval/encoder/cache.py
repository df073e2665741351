"""A cache of embeddings, in memory and optionally on disk."""

import logging
import os
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.protocol import Embedder, EmbeddingMatrix

logger = logging.getLogger(__name__)

CACHED_TEXTS = 50_000  # in memory, the most recently used: 40 MB
CACHED_BYTES = 1_000_000_000  # on disk, the most recently written
TIDIED_AFTER = 500  # files, before which old ones are not looked for again

Float16Matrix = NDArray[np.float16]  # the further bits of float32 are noise


class EmbeddingCache:
    """Embeddings of texts, by their content; several threads may call it.

    Attributes:
        encoder: The encoder that computes embeddings.

    Args:
        encoder: The encoder that computes embeddings.
        folder: The folder that articles' embeddings are stored in; None stores none.
            It is made when first needed. If it cannot be written to, a warning is
            logged, and nothing is stored.
    """

    def __init__(self, encoder: Embedder, folder: Path | None = None) -> None:
        self.encoder = encoder
        self._folder = folder
        self._cached: OrderedDict[str, Float16Matrix] = OrderedDict()
        self._lock = Lock()
        self._n_saved = 0

    def get(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return embeddings of texts, at least one: (n_texts, dimension), float32."""
        with self._lock:
            known = {text: self._cached[text] for text in texts if text in self._cached}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            vectors = self.encoder.embed(missing).astype(np.float16)
            known.update(zip(missing, vectors, strict=True))
        with self._lock:
            for text in texts:
                self._cached[text] = known[text]
                self._cached.move_to_end(text)
            while len(self._cached) > CACHED_TEXTS:
                self._cached.popitem(last=False)
        return np.array([known[text] for text in texts], dtype=np.float32)

    def count_missing(self, texts: Sequence[str]) -> int:
        """Count an article's sentences whose embeddings would have to be computed."""
        if self._folder is not None and self._path(self._folder, texts).exists():
            return 0
        with self._lock:
            return sum(text not in self._cached for text in texts)

    def get_article(self, texts: Sequence[str], *, store: bool) -> Float16Matrix:
        """Return the embeddings of an article's sentences, from the folder if there.

        Args:
            texts: All sentences of the article.
            store: Whether new embeddings are stored in the folder.
        """
        if self._folder is None:
            return self.get(texts).astype(np.float16)
        path = self._path(self._folder, texts)
        found = _load(path, (len(texts), self.encoder.dimension))
        if found is None:
            found = self.get(texts).astype(np.float16)
            if store:
                self._save(path, found)
        return found

    def _path(self, folder: Path, texts: Sequence[str]) -> Path:
        digest = sha256(self.encoder.fingerprint.encode())
        for text in texts:
            encoded = text.encode("utf-8", "surrogatepass")
            digest.update(b"%d " % len(encoded) + encoded)
        return folder / f"{digest.hexdigest()}.npy"

    def _save(self, path: Path, vectors: Float16Matrix) -> None:
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with part.open("wb") as file:
                np.save(file, vectors)
            part.replace(path)
        except OSError as error:
            logger.warning("Embeddings cannot be stored on disk (%s)", error.strerror)
            self._folder = None
            return
        if self._n_saved % TIDIED_AFTER == 0:
            with suppress(OSError):  # another process may tidy up, too
                _tidy(path.parent)
        self._n_saved += 1


def _tidy(folder: Path) -> None:
    """Delete the oldest files beyond `CACHED_BYTES`."""
    files = [(path.stat(), path) for path in folder.glob("*.npy")]
    files.sort(key=lambda file: file[0].st_mtime, reverse=True)
    sizes = accumulate(stat.st_size for stat, _ in files)
    for (_, path), size in zip(files, sizes, strict=True):
        if size > CACHED_BYTES:
            path.unlink(missing_ok=True)


def _load(path: Path, shape: tuple[int, int]) -> Float16Matrix | None:
    """Return a file's embeddings; None if it is missing, damaged or misshapen."""
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    is_sound = found.dtype == np.float16 and found.shape == shape
    return found if is_sound and np.isfinite(found).all() else None
