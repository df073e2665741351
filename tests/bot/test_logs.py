import io
import json
import logging
from datetime import datetime

import pytest
from telegram.error import NetworkError

from bot.logs import REDACTED, SafeFormatter, configure_logging

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture
def log():
    stream = io.StringIO()
    configure_logging("DEBUG", [TOKEN])
    logging.getLogger().handlers[0].setStream(stream)
    yield stream.getvalue
    logging.basicConfig(level="WARNING", force=True)


@pytest.mark.parametrize(
    "text",
    [TOKEN, TOKEN.replace(":", "%3A"), TOKEN.partition(":")[2], f"/bot{TOKEN}/getMe"],
)
def test_no_form_of_the_token_is_logged(log, text):
    logging.getLogger("x").debug("Request: %s", text)
    line = log()
    assert REDACTED in line
    assert "AAHdq" not in line


def test_the_token_is_hidden_in_tracebacks_too(log):
    try:
        raise ValueError(TOKEN)
    except ValueError:
        logging.getLogger("x").exception("Oh")
    line = log()
    assert "Traceback" in line
    assert "AAHdq" not in line


def test_a_failed_call_to_telegram_is_told_in_one_line(log):
    try:
        raise NetworkError("Bad Gateway")
    except NetworkError:
        logging.getLogger("telegram").exception("Call %s failed", "x")
    line = log()
    assert line.endswith("Call x failed (NetworkError: Bad Gateway)\n")
    assert line.count("\n") == 1


def test_a_short_secret_does_not_blank_ordinary_words():
    record = logging.makeLogRecord({"msg": "a line", "levelname": "INFO"})
    assert "a line" in SafeFormatter(["1:a"]).format(record)


def test_requests_are_no_news_above_debug_level():
    configure_logging("INFO")
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    logging.basicConfig(level="WARNING", force=True)


def test_each_line_is_an_object_where_that_is_wished():
    stream = io.StringIO()
    awkward = 'pa"ss\\word'  # which JSON writes in another way
    configure_logging("INFO", [TOKEN, awkward], as_json=True)
    logging.getLogger().handlers[0].setStream(stream)
    logging.getLogger("x").info("Line one\nof %s", TOKEN)
    logging.getLogger("x").info("It is %s", awkward)
    try:
        raise ValueError(TOKEN)
    except ValueError:
        logging.getLogger("x").exception("Oh")
    logging.basicConfig(level="WARNING", force=True)
    plain, hidden, failed = map(json.loads, stream.getvalue().splitlines())
    assert hidden["message"] == f"It is {REDACTED}"
    assert plain["message"] == f"Line one\nof {REDACTED}"
    assert (plain["level"], plain["logger"]) == ("INFO", "x")
    assert datetime.fromisoformat(plain["time"])
    assert "traceback" not in plain
    assert failed["traceback"].startswith("Traceback")
    assert "AAHdq" not in stream.getvalue()


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11"])
def test_links_are_logged_at_no_level(name):
    configure_logging("DEBUG")
    assert not logging.getLogger(name).isEnabledFor(logging.INFO)
    logging.basicConfig(level="WARNING", force=True)
