"""A small HTTP server, and web pages that show an article with a citation marked.

Read `pages` first; `page_links` makes the links to them, `layout` their structure. Only
this package and the routes of `bot.telegram` use tornado.
"""
