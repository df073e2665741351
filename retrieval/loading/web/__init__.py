"""Pages behind links, fetched within bounds.

Read `fetching` first; `ssrf` says which addresses may be asked, `page` is what comes
back, and `cache` keeps it for an outage.
"""
