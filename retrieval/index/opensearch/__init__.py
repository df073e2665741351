"""The index in a cluster of OpenSearch.

Read `search` first, which is the index; `client` speaks to the cluster, and `sync`
brings it to the state of the articles.
"""
