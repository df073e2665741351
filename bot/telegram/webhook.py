"""The webhook: a route that Telegram posts updates to."""

import json
import re
from hmac import compare_digest

from telegram import Bot
from tornado.web import HTTPError, stream_request_body

from bot.telegram.inbox import Inbox
from bot.web.server import Handler, Route

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # the header with the secret


def webhook_routes(path: str, secret: str, bot: Bot, inbox: Inbox) -> list[Route]:
    """Return the routes that receive updates.

    Args:
        path: The path that updates are posted to.
        secret: The secret that each request must bring.
        bot: Telegram's client.
        inbox: The queue of updates.
    """
    given = {"secret": secret, "bot": bot, "inbox": inbox}
    return [(f"/{re.escape(path.strip('/'))}/?", _Updates, given)]


@stream_request_body  # so that the body of a stranger's request is not kept
class _Updates(Handler):
    def initialize(self, secret: str, bot: Bot, inbox: Inbox) -> None:
        self._bot = bot
        self._inbox = inbox
        self._body = bytearray()
        brought = self.request.headers.get(SECRET, "")
        self._is_known = compare_digest(brought.encode(), secret.encode())
        if self._is_known:
            self.trust()

    def data_received(self, chunk: bytes) -> None:
        if self._is_known:
            self._body += chunk

    async def post(self) -> None:
        if not self._is_known:
            raise HTTPError(403)
        try:
            body: object = json.loads(self._body)
        except (ValueError, RecursionError):
            raise HTTPError(400) from None
        if not await self._inbox.receive(body, self._bot):
            raise HTTPError(400)
