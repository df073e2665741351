"""Fetching of pages behind links, with limits.

Read `fetching` first; `ssrf` decides which addresses may be connected to, `page` is the
result, and `cache` stores it for an outage.
"""
