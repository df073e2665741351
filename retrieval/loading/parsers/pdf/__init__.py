"""A PDF: `parser` first, then `lines`, `rows`, `columns` and `words`."""
