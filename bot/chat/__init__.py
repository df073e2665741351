"""The conversation: a question and the state of a chat in, a `Reply` out.

Read `conversation` first, then `replies`. No transport, no store and no settings come
in here; what can be asked comes from `bot.articles`.
"""
