"""The conversation in Telegram: updates in, replies out, by polling or a webhook.

Read `application` first. python-telegram-bot is known here and in `bot.service` alone;
what is said comes from `bot.chat`, and what lasts is in `bot.store`.
"""
