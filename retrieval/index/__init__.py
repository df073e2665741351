"""Indexes of passages: in memory, or in an OpenSearch cluster.

A query goes in; passages with their BM25 and the counts of the collection come out.
Read `protocol` first: no caller needs to know which index it has.
"""
