"""A small HTTP server, and the pages that show an article with its citations marked.

Read `pages` first; `links` names a page, `layout` makes its HTML. tornado is known here
and where `bot.telegram` adds its own routes.
"""
