"""A Word file: `parser` first; `numbering` counts its lists."""
