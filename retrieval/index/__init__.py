"""Which passages may answer: a query in, candidates with the collection's counts out.

In memory or in a cluster; nothing outside knows which. Only `retrieval`'s values,
analysis and query may come in.
"""
