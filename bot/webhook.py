"""Updates that Telegram brings itself, to an address of ours."""

import json
import re
from hmac import compare_digest

from telegram import Bot, Update
from tornado.httpserver import HTTPServer
from tornado.web import HTTPError, stream_request_body

from bot.updates import Inbox
from bot.web import Handler, serve

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # the header that shows who sends it


def serve_webhook(
    listen: str, port: int, path: str, secret: str, bot: Bot, inbox: Inbox
) -> HTTPServer:
    """Take updates on an address.

    Args:
        listen: The address.
        port: The port.
        path: Where they are posted.
        secret: What each must bring.
        bot: Whose they are.
        inbox: Where they go.

    Raises:
        OSError: The address cannot be listened on.
    """
    given = {"secret": secret, "bot": bot, "inbox": inbox}
    pattern = f"/{re.escape(path.strip('/'))}/?"
    return serve(listen, port, [(pattern, _Updates, given)])


@stream_request_body  # so that nothing is kept of what a stranger sends
class _Updates(Handler):
    def initialize(self, secret: str, bot: Bot, inbox: Inbox) -> None:
        self._bot = bot
        self._inbox = inbox
        self._body = bytearray()
        brought = self.request.headers.get(SECRET, "")
        self._is_known = compare_digest(brought.encode(), secret.encode())

    def data_received(self, chunk: bytes) -> None:
        if self._is_known:
            self._body += chunk

    async def post(self) -> None:
        if not self._is_known:
            raise HTTPError(403)
        try:
            update = Update.de_json(json.loads(self._body), self._bot)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise HTTPError(400) from None
        await self._inbox.put(update)
