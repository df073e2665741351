"""Candidates to a ranking, a selection, and the confidence in it.

Read `extraction` first, which makes a query's candidates of what an index found; then
`sentence_features`, `model` and `selection`. `answer_features` speak for an answer,
`encoder_features` and `semantic_search` are what an encoder adds. `python -m
benchmarks.fit` writes the weights. Queries, candidates and statistics come in, no index
but by its protocol, and no positions.
"""
