"""What lasts: turns, feedback, choices, uploads, and updates that wait.

Read `schema` first, then `store`: each table has its file. SQLAlchemy and Alembic are
known here alone, and nothing of Telegram or of the conversation comes in.
"""
