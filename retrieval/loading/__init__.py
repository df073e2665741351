"""File or link to `Article`.

Read `load` first. `formats` finds a file's format, `parsers` turn the file into
`content`, and `build_article` turns that into an article. They run in the processes of
`isolation`, except for plain text on the operator's disk; see `trust`. `web` fetches
pages behind links.
"""
