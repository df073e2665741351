"""The conversation, and its two faces, Telegram and the console.

Read `cli` first, which starts everything, then the rooms: `chat` replies, `console` and
`telegram` bring messages, `articles` says what can be asked, `store` what lasts.
"""

__version__ = "0.1.0"
