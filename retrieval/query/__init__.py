"""Questions: their terms and intents, follow-ups, misspelt words.

Read `query` first. `parse_query` reads a question once; nothing after it sees the
question's text again.
"""
