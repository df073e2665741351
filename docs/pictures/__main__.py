"""Draw the README's picture: a real conversation in the look of Telegram.

`python -m docs.pictures` asks the bot about the seed article, puts the messages that it
would send to Telegram on an HTML page, and has headless Chromium photograph that page.
The PNG carries the conversation as its description, so that a test can tell whether the
picture still shows what the bot answers.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.articles.local import index_articles
from bot.chat.presentation import Presentation
from bot.chat.state import Chat
from bot.console.session import Session
from bot.settings import SEED_ARTICLE
from bot.telegram.html import render_keyboard, render_telegram
from retrieval import Answerer, load_article

FOLDER = Path(__file__).parent
PICTURE = FOLDER / "conversation.png"
QUESTIONS = (
    "Who leads the economic cooperation office?",
    "When was it established?",
    "/source",
    "How old is he?",
)
BOT, USER = "Article Bot", "Alex"
SCALE = 2  # pixels of the picture for one pixel of the page
SIZE = (800, 3_000)  # of the window; what the page leaves transparent is cut off
COLOURS = 96
DESCRIPTION = "Description"  # a keyword of PNG's text chunks
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # the page needs nothing from outside
    "--default-background-color=00000000",
    f"--force-device-scale-factor={SCALE}",
    f"--window-size={SIZE[0]},{SIZE[1]}",
)
INSTALL = (
    "Chromium is missing: apt-get install chromium fonts-roboto fonts-noto-color-emoji"
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Telegram shows it.

    Attributes:
        html: The text, in the HTML that Telegram understands.
        time: The time of day below the text.
        is_question: Whether the user wrote the message, not the bot.
        question: The message that this one replies to; "" if it replies to none.
        buttons: Rows of button labels under the message.
    """

    html: str
    time: str
    is_question: bool = False
    question: str = ""
    buttons: Sequence[Sequence[str]] = ()


def converse(
    answerer: Callable[..., Answerer], questions: Sequence[str]
) -> Iterator[Message]:
    """Yield each question about the seed article and the bot's reply to it.

    Args:
        answerer: Makes an answerer from an index, as `Answerer` does.
        questions: Questions and commands, in order.
    """
    catalogue = index_articles([load_article(SEED_ARTICLE)], answerer)
    session = Session(Chat(catalogue), Presentation(buttons=True))
    for minute, question in enumerate(questions, 41):
        time = f"10:{minute}"
        yield Message(escape(question), time, is_question=True)
        reply = session.respond(question)
        keyboard = render_keyboard(reply)
        rows = keyboard.inline_keyboard if keyboard else ()
        buttons = [[button.text for button in row] for row in rows]
        *before, last = render_telegram(reply)
        for html in before:
            yield Message(html, time, question=question)
        yield Message(last, time, question=question, buttons=buttons)


def render_page(messages: Sequence[Message]) -> str:
    """Render messages as an HTML page in the look of Telegram."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
    )
    template = environment.get_template("conversation.html.jinja")
    return template.render(messages=messages, name=BOT, user=USER)


def transcript(messages: Sequence[Message]) -> str:
    """Render messages and their buttons as plain text, which the picture carries."""
    lines: list[str] = []
    for message in messages:
        name = USER if message.is_question else BOT
        lines.append(f"{name}: {unescape(re.sub('<[^>]+>', '', message.html))}")
        lines += [" ".join(f"[{label}]" for label in row) for row in message.buttons]
    return "\n".join(lines)


def description(picture: Path) -> str:
    """Return the text that a picture carries; "" if it carries none."""
    with Image.open(picture) as image:
        return str(image.info.get(DESCRIPTION, ""))


def draw(page: str, text: str, chromium: str) -> None:
    """Photograph a page, and save the picture with a text that describes it.

    Raises:
        subprocess.CalledProcessError: Chromium failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        file, shot = Path(folder, "page.html"), Path(folder, "page.png")
        file.write_text(page, "utf-8")
        subprocess.run(
            [chromium, *OPTIONS, f"--screenshot={shot}", file.as_uri()],
            check=True,
            capture_output=True,
        )
        with Image.open(shot) as image:
            page_only = image.crop(image.getbbox()).convert("RGB")
    picture = page_only.quantize(COLOURS, dither=Image.Dither.NONE)
    info = PngInfo()
    info.add_itxt(DESCRIPTION, text)
    picture.save(PICTURE, optimize=True, pnginfo=info)


def main() -> None:
    """Draw the picture; exit with one line if Chromium is not installed."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit(INSTALL)
    messages = list(converse(Answerer, QUESTIONS))
    draw(render_page(messages), transcript(messages), chromium)
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1_000:.0f} kB")


if __name__ == "__main__":
    main()
