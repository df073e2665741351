"""File or link to `Article`.

Read `load` first. `formats` tells what a file is, `parsers` make `content` of it, and
`build_article` an article of that. They run in `isolation`, but for plain text that the
operator has on disk. `web` gets what stands behind a link.
"""
