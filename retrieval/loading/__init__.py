"""File or link to `Article`.

Read `articles` first. `formats` tells what a file is, `plain` decodes a text, and the
other formats have a parser each. They run in `worker`, a process of its own that
`sandbox` watches; but for plain text that the operator has on disk. `fetching` gets
what stands behind a link, and `cache` keeps it for an outage.
"""
