"""The index in an OpenSearch cluster.

Read `search` first, which is the index; `client` connects to the cluster, and `sync`
writes the articles.
"""
