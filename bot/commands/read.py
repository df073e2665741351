"""`article-bot read`: show what is read of a file or a link."""

import argparse
import json
from itertools import groupby
from typing import Any

from bot.commands.arguments import SUCCESS, Subparsers, add_json_option
from bot.commands.components import make_loader, stdout_console
from bot.settings import Settings
from retrieval import Article, Passage

METADATA = "title author publisher date language source url".split()


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command and its arguments."""
    parser = subparsers.add_parser("read", help="show what is read of an article")
    add_json_option(parser)
    parser.add_argument("name", metavar="FILE|URL")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the article's metadata, passages and tables."""
    article = make_loader(settings)(arguments.name)
    output = _as_json(article) if arguments.json else _as_text(article)
    stdout_console().print(output, soft_wrap=True)
    return SUCCESS


def _as_text(article: Article) -> str:
    """Return the metadata and the passages, with rows of tables in words."""
    metadata = [
        f"{name}: {value}" for name in METADATA if (value := getattr(article, name))
    ]
    return "\n\n".join(
        ["\n".join(metadata), *(_passage(article, each) for each in article.passages)]
    )


def _passage(article: Article, passage: Passage) -> str:
    page = passage.page and f"page {passage.page}"
    recognition = passage.recognition and (
        f"recognised in a picture, {passage.recognition:.0%} of the words right"
    )
    place = ", ".join(each for each in (passage.section, page, recognition) if each)
    head = f"[{passage.number}] {place}".rstrip()
    lines = [
        article.rows[sentence.start].text
        if sentence.start in article.rows
        else " ".join(sentence.text.split())
        for sentence in passage.sentences
    ]
    return "\n".join([head, *lines])


def _as_json(article: Article) -> str:
    """Return one JSON object; offsets are in characters of the article's text."""
    passages = [
        {
            "number": passage.number,
            "section": passage.section,
            "page": passage.page,
            "recognition": passage.recognition,
            "start": passage.start,
            "end": passage.end,
            "text": passage.text,
            "sentences": [sentence.text for sentence in passage.sentences],
        }
        for passage in article.passages
    ]
    metadata = {name: getattr(article, name) for name in METADATA}
    return json.dumps(
        {**metadata, "passages": passages, "tables": _tables(article)},
        ensure_ascii=False,
    )


def _tables(article: Article) -> list[dict[str, Any]]:
    """List the runs of rows that have the same columns."""
    return [
        {"columns": columns, "rows": [row.cells for row in rows]}
        for columns, rows in groupby(article.rows.values(), key=lambda row: row.columns)
    ]
