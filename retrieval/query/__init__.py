"""What a question asks: terms, intents, what it goes on from, what is misspelt.

Read `query` first. Nothing but the question, earlier questions and what is known of
their language come in.
"""
