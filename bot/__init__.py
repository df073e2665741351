"""The reader's side: the conversation, and its two faces, Telegram and the console."""

__version__ = "0.1.0"
