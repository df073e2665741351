"""A Bot API server on loopback, as strict as the real one where we could err."""

import asyncio
import json
from collections import defaultdict, deque
from html.parser import HTMLParser

from aiohttp import web

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
ALLOWED_TAGS = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}
DROP = "drop the connection"


class _TelegramHtml(HTMLParser):
    """Accepts what Telegram's HTML mode accepts, and collects the text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.text = ""
        self.problem = ""

    def handle_starttag(self, tag, _attributes):
        if tag not in ALLOWED_TAGS:
            self.problem = f'Unsupported start tag "{tag}"'
        self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problem = f'Unmatched end tag "{tag}"'

    def handle_data(self, data):
        self.text += data


def parse_html(html):
    """Return (text, problem)."""
    parser = _TelegramHtml()
    parser.feed(html)
    parser.close()
    if parser.open:
        parser.problem = f'Can\'t find end tag for "{parser.open[-1]}"'
    return parser.text, parser.problem


def utf16_length(text):
    return len(text.encode("utf-16-le")) // 2


class FakeBotApi:
    """Serves one bot; `sent` holds the messages that reached readers, in order."""

    def __init__(self):
        self.sent = []
        self.calls = []
        self.commands = None
        self.deleted = set()  # (chat, message) that readers have deleted
        self._faults = defaultdict(deque)
        self._updates = []
        self._next_update = 1
        self._changed = asyncio.Condition()

    async def __aenter__(self):
        application = web.Application()
        application.router.add_post("/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        self.base_url = f"http://127.0.0.1:{port}/bot"
        return self

    async def __aexit__(self, *_):
        await self._runner.cleanup()

    def fail(self, method, *faults):
        """Answer the next calls of a method with HTTP codes, or by dropping them."""
        self._faults[method].extend(faults)

    async def ask(self, chat, text=None, **content):
        """Let a reader send a message; return its id."""
        number = self._next_update
        self._next_update += 1
        message = {
            "message_id": number,
            "date": 1_700_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "R"},
            "from": {"id": chat, "is_bot": False, "first_name": "R"},
            **({"text": text} if text is not None else {}),
            **content,
        }
        async with self._changed:
            self._updates.append({"update_id": number, "message": message})
            self._changed.notify_all()
        return number

    async def wait(self, condition, seconds=30):
        """Wait until a condition on this server holds."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    def replies(self, chat):
        return [message for message in self.sent if message["chat_id"] == chat]

    async def _handle(self, request):
        method = request.match_info["method"]
        if request.match_info["token"] != TOKEN:
            return _error(401, "Unauthorized")
        data = dict(await request.post())
        async with self._changed:
            self.calls.append(method)
            self._changed.notify_all()
        if self._faults[method]:
            fault = self._faults[method].popleft()
            if fault is DROP:
                request.transport.abort()
                return web.Response()
            if fault == 429:
                return _error(429, "Too Many Requests", retry_after=1)
            if fault == 502:
                return web.Response(status=502, text="<html>Bad Gateway</html>")
            return _error(fault, "Injected")
        return await getattr(self, f"_{method}")(data)

    async def _getMe(self, _):
        me = {"id": 1, "is_bot": True, "first_name": "A", "username": "article_bot"}
        return _ok(me)

    async def _deleteWebhook(self, _):
        return _ok(True)

    async def _setMyCommands(self, data):
        self.commands = json.loads(data["commands"])
        for command in self.commands:
            name = command["command"]
            if not (1 <= len(name) <= 32 and name.replace("_", "").isalnum()):
                return _error(400, "Bad Request: BOT_COMMAND_INVALID")
        return _ok(True)

    async def _getUpdates(self, data):
        offset = int(data.get("offset", 0))

        def pending():
            return [u for u in self._updates if u["update_id"] >= offset]

        async with self._changed:
            try:
                async with asyncio.timeout(float(data.get("timeout", 0)) or 0.01):
                    await self._changed.wait_for(pending)
            except TimeoutError:
                return _ok([])
        return _ok(pending()[:100])

    async def _sendMessage(self, data):
        text, problem = data["text"], ""
        if data.get("parse_mode") == "HTML":
            text, problem = parse_html(text)
        if problem:
            return _error(400, f"Bad Request: can't parse entities: {problem}")
        if not text.strip():
            return _error(400, "Bad Request: message text is empty")
        if utf16_length(text) > 4096:
            return _error(400, "Bad Request: message is too long")
        chat = int(data["chat_id"])
        reply = json.loads(data.get("reply_parameters", "{}"))
        target = reply.get("message_id")
        if (chat, target) in self.deleted:
            if not reply.get("allow_sending_without_reply"):
                return _error(400, "Bad Request: message to be replied not found")
            target = None
        message = {
            "chat_id": chat,
            "text": text,
            "html": data["text"],
            "reply_to": target,
            "preview": json.loads(data.get("link_preview_options", "{}")),
        }
        async with self._changed:
            self.sent.append(message)
            self._changed.notify_all()
        return _ok(
            {
                "message_id": 1_000_000 + len(self.sent),
                "date": 1_700_000_000,
                "chat": {"id": chat, "type": "private"},
                "text": text,
            }
        )


def _ok(result):
    return web.json_response({"ok": True, "result": result})


def _error(code, description, **parameters):
    body = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=code)
