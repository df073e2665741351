"""A conversation about articles, in Telegram and at a terminal.

Read `cli` first, which runs the commands, then the packages: `chat` replies, `console`
and `telegram` deliver messages, `articles` holds the articles, `store` the chats' data.
"""

__version__ = "0.1.0"
