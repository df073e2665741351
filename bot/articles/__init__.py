"""Which articles can be asked: named, found, read, watched, sent by readers, listed.

Read `catalogue` first. Articles know what the bot says (`bot.wording`) and what lasts
(`bot.store`), and neither conversation nor transport.
"""
