"""All that the bot says in its own words, in each language.

Read `texts` first; translations stand in `locale/`. Nothing of the bot comes in here.
"""
