"""Text of a language: what is known of that, detection, terms with their offsets.

Read `analysis` first, then `language`. Everything else may import this room, which
imports nothing of `retrieval`.
"""
