"""Which articles can be asked: named, found, read, watched, sent by readers, listed.

Read `catalogue` first, then `watching`. Articles know what the bot says
(`bot.wording`), `uploads` alone what lasts (`bot.store`), and none of them a
conversation or a transport.
"""
