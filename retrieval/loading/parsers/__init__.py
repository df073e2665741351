"""Parsers: each turns files of one format into `Content`.

Each format has a file or a folder here, whose function `parse` takes the file and the
encoding that a server declares; `formats.FORMATS` names them. `text` decodes bytes.
"""
