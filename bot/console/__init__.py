"""The conversation at a terminal or in a pipe.

Read `terminal` first; `session` keeps the state of the conversation, and `rendering`
makes replies printable for `rich`. Neither Telegram nor the database is imported here.
"""
