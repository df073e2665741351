"""Persistent data: turns, feedback, choices, uploads and pending updates.

Read `schema` first, then `store`: each table has its own file. Only this package knows
SQLAlchemy and Alembic, and it knows neither Telegram nor the conversation.
"""
