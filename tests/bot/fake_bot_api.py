"""A fake Bot API server on loopback, as strict as Telegram where the bot could err."""

import asyncio
import contextlib
import json
import re
from collections import defaultdict, deque
from html.parser import HTMLParser

from aiohttp import ClientError, ClientSession, web

ME = {
    "id": 110201543,
    "is_bot": True,
    "first_name": "A",
    "username": "article_bot",
}
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

    def handle_starttag(self, tag, attributes):
        allowed = {"blockquote": ["expandable"], "a": ["href"]}.get(tag, [])
        if tag not in ALLOWED_TAGS or any(a not in allowed for a, _ in attributes):
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
    """Serves one bot.

    `sent` holds the messages that reached readers, in order, as they are now;
    `toasts` and `inline` what presses and inline queries were answered.
    """

    def __init__(self) -> None:
        self.sent = []
        self.calls = []
        self.attempts = []  # calls, and those dropped while the server was away
        self.commands = {}  # by language code
        self.descriptions = {}  # by language code
        self.short_descriptions = {}  # by language code
        self.deleted = set()  # (chat, message) that readers have deleted
        self.toasts = {}
        self.inline = {}
        self.files = {}  # what readers have sent, by file id
        self.migrated = {}  # groups that have become others, by their old ids
        self.closed_topics = set()  # (chat, thread)
        self.edits = 0
        self.floods = {}  # by chat, until when Telegram refuses it, by the loop's time
        self.polls = deque()  # what the next getUpdates are answered instead
        self.webhook = None
        self.webhook_error = ""
        self.typing = []  # chats that were shown "typing …"
        self.administrators = set()  # ids of people, in all groups
        self.refused = []  # HTTP codes other than 200 that the webhook gave
        self._faults = defaultdict(deque)
        self._updates = []
        self._next_update = 1
        self._delivered = 0  # to the webhook
        self._confirmed = 0  # by polling
        self._changed = asyncio.Condition()

    async def __aenter__(self):
        application = web.Application()
        application.router.add_post("/bot{token}/{method}", self._handle)
        application.router.add_get("/file/bot{token}/{name}", self._download)
        self._away = False
        self._delivering = asyncio.create_task(self._deliver())
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        self.base_url = f"http://127.0.0.1:{port}/bot"
        return self

    async def __aexit__(self, *_):
        self._delivering.cancel()
        await self._runner.cleanup()

    def fail(self, method, *faults):
        """Answer the next calls of a method with HTTP codes, by dropping, or well."""
        self._faults[method].extend(faults)

    def flood(self, chat, seconds):
        """Refuse messages to a chat for some seconds, as after too many."""
        self.floods[chat] = asyncio.get_running_loop().time() + seconds

    def heal(self):
        """Stop failing."""
        self._faults.clear()

    async def ask(self, chat, text=None, *, edit=None, by=None, **content):
        """Send or edit a message as a user; return the message's id.

        A negative chat is a group; `by` is who writes there, and their language.
        """
        number = self._next_update
        message = {
            "message_id": edit or number,
            "date": 1_700_000_000,
            "chat": self.chat(chat),
            "from": self._person(by or chat),
            **({"text": text} if text is not None else {}),
            **({"edit_date": 1_700_000_001} if edit else {}),
            **content,
        }
        await self._update(**{"edited_message" if edit else "message": message})
        return message["message_id"]

    async def send_file(self, chat, data, name, **content):
        """Send a document as a user; return the message's id."""
        number = f"file{len(self.files)}"
        self.files[number] = data
        document = {
            "file_id": number,
            "file_unique_id": number,
            "file_name": name,
            "file_size": len(data),
        }
        return await self.ask(chat, document=document, **content)

    async def speak(self, chat, data, kind="voice", *, seconds=1, **content):
        """Send a recording as a user; return the message's id.

        Its kind is "voice", "video_note" (round), "audio", or "document".
        """
        number = f"file{len(self.files)}"
        self.files[number] = data
        more = {
            "voice": {"duration": seconds},
            "video_note": {"duration": seconds, "length": 384},
            "audio": {"duration": seconds},
            "document": {"mime_type": "audio/ogg"},
        }
        recording = {
            "file_id": number,
            "file_unique_id": number,
            "file_size": len(data),
            **more[kind],
        }
        return await self.ask(chat, **{kind: recording}, **content)

    async def send_photo(self, chat, data, **content):
        """Send a photo as a user, in two sizes; return the message's id."""
        sizes = []
        for width in (90, 900):
            number = f"file{len(self.files)}"
            self.files[number] = data if width == 900 else b""
            sizes.append(
                {
                    "file_id": number,
                    "file_unique_id": number,
                    "width": width,
                    "height": width,
                    "file_size": len(self.files[number]),
                }
            )
        return await self.ask(chat, photo=sizes, **content)

    async def press(self, message, label_or_data, by=None):
        """Press a button of a message as a user, by its label, or forge its data."""
        labels = {b["text"]: b.get("callback_data") for b in buttons(message)}
        number = await self._update(
            callback_query={
                "id": str(self._next_update),
                "from": self._person(by or message["chat_id"]),
                "chat_instance": "1",
                "data": labels.get(label_or_data, label_or_data),
                "message": self._as_message(message),
            }
        )
        await self.wait(lambda: str(number) in self.toasts)
        return self.toasts[str(number)]

    async def react(self, message, emoji, by=None):
        """React to a message of the bot's as a user, instead of as before."""
        await self._update(
            message_reaction={
                "chat": self.chat(message["chat_id"]),
                "message_id": message["message_id"],
                "user": self._person(by or message["chat_id"]),
                "date": 1_700_000_000,
                "old_reaction": [],
                "new_reaction": [{"type": "emoji", "emoji": emoji}],
            }
        )

    async def query(self, person, text):
        """Send an inline query as a user; return the answer."""
        number = await self._update(
            inline_query={
                "id": str(self._next_update),
                "from": self._person(person),
                "query": text,
                "offset": "",
            }
        )
        await self.wait(lambda: str(number) in self.inline)
        return self.inline[str(number)]

    @property
    def me(self):
        return ME

    @property
    def next_message(self):
        """The id of the next message that a user sends."""
        return self._next_update

    async def _update(self, **update):
        number = self._next_update
        self._next_update += 1
        async with self._changed:
            self._updates.append({"update_id": number, **update})
            self._changed.notify_all()
        return number

    @staticmethod
    def chat(chat):
        if chat < 0:
            return {"id": chat, "type": "supergroup", "title": "G", "is_forum": True}
        return {"id": chat, "type": "private", "first_name": "R"}

    @staticmethod
    def _person(person):
        number, language = person if isinstance(person, tuple) else (person, None)
        return {
            "id": abs(number),
            "is_bot": False,
            "first_name": "R",
            **({"language_code": language} if language else {}),
        }

    def as_reply_to(self, message):
        """Return the fields of a message that replies to one of the bot's."""
        return {"reply_to_message": self._as_message(message)}

    def _as_message(self, message):
        thread = message["thread"]
        return {
            "message_id": message["message_id"],
            "date": message.get("date", 1_700_000_000),  # 0: too old to be touched
            "chat": self.chat(message["chat_id"]),
            "from": ME,
            "text": message["text"],
            **(
                {"message_thread_id": thread, "is_topic_message": True}
                if thread
                else {}
            ),
        }

    async def go_away(self):
        """Drop all connections, pending ones too, until `come_back`."""
        async with self._changed:
            self._away = True
            self._changed.notify_all()

    def come_back(self):
        self._away = False

    async def _deliver(self):
        """Send updates to the webhook, each until it is accepted."""
        async with ClientSession() as session:
            while True:
                await self.wait(
                    lambda: self.webhook and len(self._updates) > self._delivered, None
                )
                update = self._updates[self._delivered]
                headers = {
                    "X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"]
                }
                with contextlib.suppress(ClientError):
                    async with session.post(
                        self.webhook["url"], json=update, headers=headers
                    ) as response:
                        if response.status == 200:
                            self._delivered += 1
                            continue
                        self.refused.append(response.status)
                await asyncio.sleep(0.05)

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
        async with self._changed:
            self.attempts.append(method)
            self._changed.notify_all()
        if self._away:
            request.transport.abort()
            return web.Response()
        data = dict(await request.post())
        async with self._changed:
            self.calls.append(method)
            self._changed.notify_all()
        if self._faults[method]:
            fault = self._faults[method].popleft()
            if fault is None:
                return await self._do(method, data, request)
            if fault is DROP:
                request.transport.abort()
                return web.Response()
            if fault == 429:
                return _error(429, "Too Many Requests", retry_after=1)
            if fault == 502:
                return web.Response(status=502, text="<html>Bad Gateway</html>")
            return _error(fault, "Injected")
        new = self.migrated.get(int(data.get("chat_id", 0)))
        if new:
            return _error(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=new,
            )
        return await self._do(method, data, request)

    async def _do(self, method, data, request):
        if method == "getUpdates":
            return await self._getUpdates(data, request)
        return await getattr(self, f"_{method}")(data)

    async def _getMe(self, _):
        return _ok(ME)

    async def _getChatMember(self, data):
        is_admin = int(data["user_id"]) in self.administrators
        member = {"user": self._person(int(data["user_id"])), "status": "member"}
        if is_admin:
            rights = (
                "can_be_edited is_anonymous can_manage_chat can_delete_messages "
                "can_manage_video_chats can_restrict_members can_promote_members "
                "can_change_info can_invite_users can_post_stories can_edit_stories "
                "can_delete_stories"
            )
            member |= {"status": "administrator"} | dict.fromkeys(rights.split(), True)
        return _ok(member)

    async def _getFile(self, data):
        number = data["file_id"]
        if len(self.files[number]) > 20 * 1024**2:
            return _error(400, "Bad Request: file is too big")
        found = {"file_id": number, "file_unique_id": number, "file_path": number}
        return _ok(found)

    async def _download(self, request):
        if request.match_info["token"] != TOKEN:
            return web.Response(status=404)
        return web.Response(body=self.files[request.match_info["name"]])

    async def _deleteWebhook(self, _):
        self.webhook = None
        return _ok(True)

    async def _setWebhook(self, data):
        if not re.fullmatch(r"[\w-]{1,256}", data["secret_token"]):
            return _error(400, "Bad Request: secret token is invalid")
        async with self._changed:
            self.webhook = data
            self._changed.notify_all()
        return _ok(True)

    async def _getWebhookInfo(self, _):
        url = self.webhook["url"] if self.webhook else ""
        info = {"url": url, "has_custom_certificate": False}
        taken = max(self._confirmed, self._delivered)
        info["pending_update_count"] = len(self._updates) - taken
        if self.webhook_error:
            info |= {
                "last_error_date": 1_700_000_000,
                "last_error_message": self.webhook_error,
            }
        return _ok(info)

    async def _setMyCommands(self, data):
        commands = json.loads(data["commands"])
        for command in commands:
            name = command["command"]
            if not (1 <= len(name) <= 32 and name.replace("_", "").isalnum()):
                return _error(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                return _error(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[data.get("language_code")] = commands
        return _ok(True)

    async def _getMyCommands(self, data):
        return _ok(self.commands.get(data.get("language_code"), []))

    async def _setMyDescription(self, data):
        if len(data["description"]) > 512:
            return _error(400, "Bad Request: description is too long")
        self.descriptions[data.get("language_code")] = data["description"]
        return _ok(True)

    async def _getMyDescription(self, data):
        held = self.descriptions.get(data.get("language_code"), "")
        return _ok({"description": held})

    async def _setMyShortDescription(self, data):
        if len(data["short_description"]) > 120:
            return _error(400, "Bad Request: short description is too long")
        language = data.get("language_code")
        self.short_descriptions[language] = data["short_description"]
        return _ok(True)

    async def _getMyShortDescription(self, data):
        held = self.short_descriptions.get(data.get("language_code"), "")
        return _ok({"short_description": held})

    async def _getUpdates(self, data, request):
        if self.polls:
            body = self.polls.popleft()
            if callable(body):
                body = body(int(data.get("limit", 100)), self._updates)
            if body is not None:
                return web.Response(text=body, content_type="application/json")
        # Asking for those from an offset on confirms those before it.
        self._confirmed = max(self._confirmed, int(data.get("offset", 0)) - 1)

        def pending():
            return self._updates[self._confirmed :][:100]  # they count from 1

        async with self._changed:
            try:
                async with asyncio.timeout(float(data.get("timeout", 0)) or 0.01):
                    await self._changed.wait_for(lambda: self._away or pending())
            except TimeoutError:
                return _ok([])
        if self._away:
            request.transport.abort()
            return web.Response()
        return _ok(pending())

    async def _sendChatAction(self, data):
        if data["action"] != "typing":
            return _error(400, "Bad Request: wrong parameter action in request")
        async with self._changed:
            self.typing.append(int(data["chat_id"]))
            self._changed.notify_all()
        return _ok(True)

    async def _sendMessage(self, data):
        text, problem = _check_text(data)
        if problem:
            return _error(400, problem)
        chat = int(data["chat_id"])
        left = self.floods.get(chat, 0) - asyncio.get_running_loop().time()
        if left > 0:
            seconds = max(round(left + 0.5), 1)
            return _error(429, "Too Many Requests", retry_after=seconds)
        if (chat, int(data.get("message_thread_id", 0))) in self.closed_topics:
            return _error(400, "Bad Request: TOPIC_CLOSED")
        reply = json.loads(data.get("reply_parameters", "{}"))
        target = reply.get("message_id")
        if (chat, target) in self.deleted:
            if not reply.get("allow_sending_without_reply"):
                return _error(400, "Bad Request: message to be replied not found")
            target = None
        message = {
            "message_id": 1_000_000 + len(self.sent),
            "chat_id": chat,
            "thread": int(data.get("message_thread_id", 0)),
            "text": text,
            "html": data["text"],
            "reply_to": target,
            "preview": json.loads(data.get("link_preview_options", "{}")),
            "keyboard": data.get("reply_markup"),
        }
        async with self._changed:
            self.sent.append(message)
            self._changed.notify_all()
        return _ok(self._as_message(message))

    async def _editMessageText(self, data):
        text, problem = _check_text(data)
        if problem:
            return _error(400, problem)
        key = int(data["chat_id"]), int(data["message_id"])
        message = self.message(*key)
        if message is None or key in self.deleted:
            return _error(400, "Bad Request: message to edit not found")
        new = {"text": text, "html": data["text"], "keyboard": data.get("reply_markup")}
        if new.items() <= message.items():
            return _error(
                400,
                "Bad Request: message is not modified: specified new message content "
                "and reply markup are exactly the same",
            )
        async with self._changed:
            message.update(new)
            self.edits += 1
            self._changed.notify_all()
        return _ok(self._as_message(message))

    def message(self, chat, message_id):
        for message in self.sent:
            if (message["chat_id"], message["message_id"]) == (chat, message_id):
                return message
        return None

    async def _deleteMessage(self, data):
        key = int(data["chat_id"]), int(data["message_id"])
        if self.message(*key) is None or key in self.deleted:
            return _error(400, "Bad Request: message to delete not found")
        async with self._changed:
            self.deleted.add(key)
            self._changed.notify_all()
        return _ok(True)

    async def _answerCallbackQuery(self, data):
        text = data.get("text", "")
        if len(text) > 200:
            return _error(400, "Bad Request: MESSAGE_TOO_LONG")
        async with self._changed:
            self.toasts[data["callback_query_id"]] = text
            self._changed.notify_all()
        return _ok(True)

    async def _answerInlineQuery(self, data):
        results = json.loads(data["results"])
        if len(results) > 50 or len({r["id"] for r in results}) < len(results):
            return _error(400, "Bad Request: RESULT_ID_DUPLICATE")
        for result in results:
            content = result["input_message_content"]
            problem = _check_text({**content, "text": content["message_text"]})[1]
            if problem:
                return _error(400, problem)
        async with self._changed:
            self.inline[data["inline_query_id"]] = {
                "results": results,
                "button": json.loads(data.get("button", "{}")),
                "cache_time": int(data["cache_time"]),
                "is_personal": data["is_personal"] == "true",
            }
            self._changed.notify_all()
        return _ok(True)


def buttons(message):
    """List the buttons of a message, row by row."""
    keyboard = json.loads(message.get("keyboard") or '{"inline_keyboard": []}')
    return [button for row in keyboard["inline_keyboard"] for button in row]


def labels(message):
    return [button["text"] for button in buttons(message)]


def _check_text(data):
    """Return (text, problem)."""
    text, problem = data["text"], ""
    if data.get("parse_mode") == "HTML":
        text, problem = parse_html(text)
    if problem:
        problem = f"Bad Request: can't parse entities: {problem}"
    elif not text.strip():
        problem = "Bad Request: message text is empty"
    elif utf16_length(text) > 4096:
        problem = "Bad Request: message is too long"
    keyboard = {"keyboard": data.get("reply_markup")}
    for button in buttons(keyboard):
        problem = problem or _button_problem(button, int(data.get("chat_id", 0)))
    return text, problem


def _button_problem(button, chat_id):
    """Return Telegram's objection to a button, or ""."""
    (kind,) = button.keys() - {"text"}
    if not 1 <= utf16_length(button["text"]) <= 128:
        return "Bad Request: BUTTON_TEXT_INVALID"
    if kind == "callback_data":
        is_sound = 1 <= len(button[kind].encode()) <= 64
        return "" if is_sound else "Bad Request: BUTTON_DATA_INVALID"
    if kind == "web_app" and chat_id < 0:
        return "Bad Request: BUTTON_TYPE_INVALID"
    url = button["web_app"]["url"] if kind == "web_app" else button["url"]
    if kind == "web_app" and not url.startswith("https://"):
        return "Bad Request: inline keyboard button Web App URL is invalid: Only HTTPS"
    if len(url) > 2_048 or not url.isascii():
        return "Bad Request: BUTTON_URL_INVALID"
    return ""


def _ok(result):
    return web.json_response({"ok": True, "result": result})


def _error(code, description, **parameters):
    body = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=code)
