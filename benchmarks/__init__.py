"""Quality side by side with peers; not installed with the bot."""
