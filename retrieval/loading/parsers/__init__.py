"""A file of one format to its blocks of text.

Read `parse` first, the table of formats; each format has a file or a folder here.
"""
