"""Write docs/settings.md and .env.example from the settings' model.

`python -m docs.settings` writes both; a test compares what is committed.
"""

import re
from pathlib import Path
from textwrap import TextWrapper
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from bot.settings import SEED_ARTICLE, Settings, names_of

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "settings.md"
EXAMPLE = ROOT / ".env.example"
GROUPS = {
    "Telegram": (
        "token",
        "base_url",
        "allowed_chats",
        "admins",
        "questions_per_minute",
        "messages_per_second",
    ),
    "Articles": (
        "article",
        "language",
        "refresh_minutes",
        "reading_seconds",
        "allow_private_urls",
    ),
    "Answers": (
        "min_confidence",
        "max_citations",
        "reader",
        "answers",
        "greeting",
        "refusal",
    ),
    "Documents that users send": (
        "allow_uploads",
        "upload_megabytes",
        "uploads_per_chat",
        "upload_hours",
    ),
    "Voice messages": ("voice", "voice_seconds"),
    "Storage": ("database_url", "retention_days", "contact", "index_url"),
    "Webhook and article pages": (
        "webhook_url",
        "webhook_listen",
        "webhook_port",
        "webhook_path",
        "webhook_secret",
        "public_url",
    ),
    "Monitoring": ("health_port", "health_listen", "log_level", "log_format"),
}
PAGE_HEAD = """\
<!-- Written by `make docs` from bot/settings.py. -->
# Settings

Settings come from the environment, or from `.env` in the current folder; the
environment wins. [.env.example](../.env.example) has all of them, to copy.
`article-bot check` shows whether they work.
"""
EXAMPLE_HEAD = """\
# Copy to .env and fill in. Each setting may be an environment variable instead.
# Written by `make docs` from bot/settings.py."""
_WRAPPER = TextWrapper(86, break_long_words=False, break_on_hyphens=False)
_PATH_OR_URL = re.compile(r"(?<!\S)(?:\w+:/)?/[^\s,;]+")


def settings_page() -> str:
    """Render docs/settings.md."""
    parts = [PAGE_HEAD]
    for group, names in GROUPS.items():
        rows = ["| setting | default | values | meaning |", "|---|---|---|---|"]
        for name in names:
            field = Settings.model_fields[name]
            default = f"`{default_of(field)}`" if default_of(field) else "unset"
            meaning = _PATH_OR_URL.sub(r"`\g<0>`", str(field.description))
            setting = " or ".join(f"`{one}`" for one in names_of(name))
            cells = (setting, default, values_of(field), meaning)
            rows.append("| " + " | ".join(cells) + " |")
        parts.append("\n".join([f"## {group}\n", *rows]) + "\n")
    return "\n".join(parts)


def example_file() -> str:
    """Render .env.example, in which every setting has its default."""
    parts = [EXAMPLE_HEAD]
    for group, names in GROUPS.items():
        parts.append(f"# {group}\n# {'-' * len(group)}")
        for name in names:
            field = Settings.model_fields[name]
            lines = _WRAPPER.wrap(f"{field.description}.")
            if values := values_of(field).replace("`", ""):
                lines.append(f"Values: {values}.")
            setting, *others = names_of(name)
            lines += [f"{other} is another name of it." for other in others]
            comment = "\n".join(f"# {line}" for line in lines)
            parts.append(f"{comment}\n{setting}={default_of(field)}")
    return "\n\n".join(parts) + "\n"


def default_of(field: FieldInfo) -> str:
    """Return a setting's default as it is written in `.env`; "" if it is unset."""
    default = field.get_default()
    if default in (None, frozenset(), (SEED_ARTICLE,)):
        return ""
    if isinstance(default, bool):
        return str(int(default))
    return f"{default:g}" if isinstance(default, float | int) else str(default)


def values_of(field: FieldInfo) -> str:
    """Describe which values a setting may have, in Markdown; "" if any text may do."""
    if field.annotation is bool:
        return "`0` or `1`"
    if get_origin(field.annotation) is Literal:
        *others, last = (f"`{value}`" for value in get_args(field.annotation))
        return f"{', '.join(others)} or {last}"
    bounds = {
        name: value
        for bound in field.metadata
        for name in ("ge", "gt", "le")
        if (value := getattr(bound, name, None)) is not None
    }
    match bounds:
        case {"ge": low, "le": high}:
            return f"{low:g} to {high:g}"
        case {"gt": low, "le": high}:
            return f"more than {low:g}, at most {high:g}"
        case {"ge": low}:
            return f"{low:g} or more"
        case {"gt": low}:
            return f"more than {low:g}"
    examples = (e for e in field.examples or () if e != field.default)
    return ", ".join(f"such as `{example}`" for example in examples)


def main() -> None:
    """Write both files."""
    PAGE.write_text(settings_page(), "utf-8")
    EXAMPLE.write_text(example_file(), "utf-8")


if __name__ == "__main__":
    main()
