"""Measurements and training; not installed with the bot."""
