"""Training of the encoder in `retrieval/encoder/model`; read `__main__` first."""
