"""An article, its passages and sentences, as frozen values with offsets.

Read `values` first. `segmentation` divides a text, `tables` reads rows, `traits` holds
what is known of a sentence before any question, `text_fragments` links to a place in a
page, and `json` is for what is kept. Nothing but text and its language come in.
"""
