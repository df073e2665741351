"""Errors of the store.

StoreError          the store cannot be used at the moment
└── DuplicateError  another process has already stored the row
StoreURLError       the database URL is wrong
"""


class StoreError(Exception):
    """The store cannot be used at the moment."""


class DuplicateError(StoreError):
    """Another process has already stored the row."""


class StoreURLError(Exception):
    """The database URL is wrong; the message is one line that says what to do."""
