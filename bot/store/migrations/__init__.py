"""The store's schema, change by change; run by Alembic when the bot starts."""
