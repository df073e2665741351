"""Articles, passages and sentences, as frozen values with offsets.

Read `values` first. `segmentation` splits a text, `tables` reads rows, `traits` are
query-independent features of sentences, `text_fragments` links to a quotation in a
page, and `json` stores articles.
"""
