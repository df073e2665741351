"""The conversation in Telegram: updates in, replies out, by polling or a webhook.

Read `application` first, then `questions`. python-telegram-bot is known here, and where
`bot.service` and `bot.commands.serving` start it; what is said comes from `bot.chat`,
and what lasts is in `bot.store`.
"""
