"""An article, its passages and sentences, as frozen values with offsets.

Read `values` first. `segmentation` divides a text, `tables` reads rows, `traits` holds
what is known of a sentence before any question, `text_fragments` and `sources` are for
links, `json` for what is kept. Nothing but text and its language come in.
"""
