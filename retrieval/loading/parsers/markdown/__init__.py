"""Markdown to content; `parser` is the file to read first."""
