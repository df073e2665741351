"""Recordings of speech to text.

Read `transcriber` first, which starts the transcribing process; `worker` is its
program, and `decoding` turns a media file into samples.
"""
