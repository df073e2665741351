"""Everything that the bot says in its own words, in each language.

Read `texts` first; translations are in `locale/`. `advice` words the errors of
`retrieval`. Nothing else of the bot is imported here.
"""
