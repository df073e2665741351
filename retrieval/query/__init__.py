"""Questions: their terms and intents, follow-ups, misspelt words.

Read `query` first: `parse_query` reads a question once, and later steps take its value.
"""
