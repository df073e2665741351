"""What goes wrong with the store.

StoreError            it cannot be used at the moment
├── DuplicateError  another process was first
StoreURLError         the database URL is wrong
"""


class StoreError(Exception):
    """The store cannot be used at the moment."""


class DuplicateError(StoreError):
    """Another process was first with it."""


class StoreURLError(Exception):
    """The database URL is wrong; the message is one line that says what to do."""
