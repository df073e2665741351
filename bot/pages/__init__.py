"""Articles as web pages, with what is cited marked in its place.

`links` says where a citation is shown, `layout` what a page shows, `server` serves it.
Nothing here knows of Telegram.
"""
