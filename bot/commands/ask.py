"""`article-bot ask`: answer one question."""

import argparse
import logging
from dataclasses import replace

from bot.chat.conversation import Conversation
from bot.chat.state import Chat
from bot.commands.arguments import (
    NOT_FOUND,
    SUCCESS,
    Subparsers,
    add_article_option,
    add_json_option,
)
from bot.commands.components import (
    STILL_EMBEDDING,
    load_articles,
    make_encoder,
    make_presentation,
    stdout_console,
)
from bot.console.rendering import render_json
from bot.console.terminal import show
from bot.settings import Settings
from retrieval import Answer

logger = logging.getLogger(__name__)


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command and its arguments."""
    parser = subparsers.add_parser("ask", help="answer one question")
    add_article_option(parser)
    add_json_option(parser)
    parser.add_argument("question", nargs="+", metavar="QUESTION")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the answer; the exit code says whether the articles hold one.

    Several questions are answered each; as JSON, an object a line.
    """
    encoder = make_encoder(settings)
    watcher = load_articles(settings, arguments.article, encoder, warm_up=True)
    if missing := watcher.catalogue.answerer.n_missing_articles:
        logger.warning(STILL_EMBEDDING, missing)
    presentation = replace(make_presentation(settings, watcher), single_turn=True)
    conversation = Conversation(Chat(watcher.catalogue), presentation)
    question = " ".join(arguments.question)
    reply = conversation.reply_to_text(question)
    answer = reply.answer or Answer(question, False, 0.0, (), ())
    if arguments.json:
        for each in reply.answers or (answer,):
            stdout_console().print(render_json(each), soft_wrap=True)
    else:
        show(stdout_console(), reply)
    return SUCCESS if answer.found else NOT_FOUND
