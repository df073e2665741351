"""Parser of web pages; read `parser` first, then `cleanup`."""
