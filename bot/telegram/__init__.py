"""The face in Telegram: updates in, replies out, by polling or a webhook.

Read `application` first, which hands each update to the chat service, then `inbox` and
`sending`. Besides this package only `bot.service` and `bot.commands.telegram`, which
start it, know python-telegram-bot.
"""
