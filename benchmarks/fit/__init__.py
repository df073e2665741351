"""Fits `retrieval/weights.json`: read `__main__` first, then `cases` and `fitting`."""
