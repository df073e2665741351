"""Operators read which setting to change; users of a chat do not."""

import pickle

import pytest

from bot.wording.advice import operator_message, user_message
from retrieval.errors import (
    ArticleError,
    ErrorCode,
    IndexUnavailableError,
    IndexUrlError,
)

LINK = "http://10.0.0.1/a"
PRIVATE = "it leads to a private address"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            ArticleError(LINK, PRIVATE, ErrorCode.PRIVATE_ADDRESS),
            f"{LINK}: {PRIVATE}; set BOT_ALLOW_PRIVATE_URLS to allow that",
        ),
        (
            IndexUrlError("this is not the URL", ErrorCode.INDEX_URL_MALFORMED),
            "BOT_INDEX_URL is not the URL of an index; "
            "write https://user:password@host:9200/name",
        ),
        (
            IndexUnavailableError(
                "the index refuses the user or the password",
                ErrorCode.INDEX_ACCESS_DENIED,
            ),
            "the index refuses the user or the password of BOT_INDEX_URL",
        ),
        (ArticleError("a.txt", "no such file"), "a.txt: no such file"),
        (OSError("a full disk"), "a full disk"),
    ],
)
def test_operators_read_which_setting_to_change(error, message):
    assert operator_message(error) == message


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ArticleError(LINK, PRIVATE, ErrorCode.PRIVATE_ADDRESS), PRIVATE),
        (
            ArticleError(
                "a.pdf",
                "install article-bot[pdf] to read it",
                ErrorCode.PARSER_MISSING,
            ),
            "files of this kind are not read here",
        ),
        (ArticleError("a.pdf", "it is encrypted"), "it is encrypted"),
    ],
)
def test_users_read_what_is_wrong_without_settings(error, message):
    assert user_message(error) == message


def test_an_error_keeps_its_code_between_processes():
    error = ArticleError(LINK, PRIVATE, ErrorCode.PRIVATE_ADDRESS)
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.code) == (str(error), ErrorCode.PRIVATE_ADDRESS)
