"""Training of the encoder of `retrieval/encoder/`; read `__main__` first."""
