"""Ranking of candidate sentences, selection of the answer, and its confidence.

Read `scoring` first: it finds a query's candidates and scores them. `extraction` turns
passages into `candidates`, `sentence_features` and `encoder_features` describe these,
and `model` weighs the features; `semantic_search` embeds and reranks. `selection` picks
what is quoted, with a confidence from `answer_features`, and `citations` cites it. The
features know no index. `python -m benchmarks.fit` writes the weights.
"""
