"""What stands behind a link.

Read `fetching` first; `ssrf` says which addresses may be asked, `page` is what comes
back, and `cache` keeps it for an outage.
"""
