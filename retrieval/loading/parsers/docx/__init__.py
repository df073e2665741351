"""Parser of Word files; read `parser` first; `numbering` counts the items of lists."""
