"""What goes wrong with the store.

StoreError            it cannot be used at the moment
├── KeptAlreadyError  another process was first
StoreURLError         the database URL is wrong
"""


class StoreError(Exception):
    """The store cannot be used at the moment."""


class KeptAlreadyError(StoreError):
    """Another process was first with it."""


class StoreURLError(Exception):
    """The database URL is wrong; the message is one line that says what to do."""
