"""A web page: `parser` first; `cleanup` has the page as its readers see it."""
