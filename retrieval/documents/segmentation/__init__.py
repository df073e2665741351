"""Text to passages and sentences, each with its offsets.

Read `passages` first, then `blocks`, `headline` and `sentences`. Nothing but the text
and its language decides: no index, no format and no file come in here.
"""
