"""The chat: messages in, replies out, the same on every platform.

Read `conversation` first: a pure function of a message and a state. `service` and
`buttons` add what lasts: they load the state from `bot.store`, and send and store the
reply. They know a platform by `transport` alone.
"""
