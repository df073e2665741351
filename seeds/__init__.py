"""The articles that ship with the bot, as the publisher wrote them."""
