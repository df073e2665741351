"""A question's terms and intents, the answers it follows up, its misspelt words.

Read `query` first. Nothing but the question, earlier questions and what is known of
their language come in.
"""
