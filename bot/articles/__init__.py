"""The articles that can be asked: discovery, slugs, watching, uploads, catalogues.

Read `catalogue` first, then `local_watcher`. This package uses the wording
(`bot.wording`), only `uploads` uses the store (`bot.store`), and nothing here knows a
conversation or a transport.
"""
