"""The conversation at a terminal or in a pipe.

Read `terminal` first; `session` keeps what was said, and `rendering` turns replies into
what rich prints. Neither Telegram nor the database comes in here.
"""
