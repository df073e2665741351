"""Segmentation of a text into passages and sentences, with offsets.

Read `passages` first, then `blocks`, `headline` and `sentences`. The result depends
only on the text and its language.
"""
