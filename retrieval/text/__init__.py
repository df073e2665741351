"""Text of a language: its data, detection, and analysis into terms.

Read `analysis` first, then `language`. Other packages may import this one; it imports
nothing else of `retrieval`.
"""
