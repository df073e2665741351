"""Fits the weights of `retrieval.ranking`: read `__main__`, `examples`, `training`."""
