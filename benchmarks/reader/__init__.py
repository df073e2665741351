"""Trains the encoder of `retrieval/reader/`; read `__main__` first."""
