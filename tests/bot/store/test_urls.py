"""Database URLs are parsed; without one, each bot has its own file."""

import pytest

from bot.store.errors import StoreURLError
from bot.store.store import Store
from bot.store.urls import default_url


def test_each_bot_has_a_file_of_its_own_on_each_server():
    urls = {
        default_url("1:secret"),
        default_url("2:secret"),
        default_url("1:secret", "http://127.0.0.1:1/bot"),
        default_url("no number"),
    }
    assert len(urls) == 4
    assert not any("secret" in url for url in urls)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///:memory:", "lost at each stop"),
        ("sqlite://", "lost at each stop"),
        ("postgresql://h/d?channel_binding=require", "channel_binding is not known"),
        ("postgresql://h/d?sslmode=sometimes", "sslmode is one of"),
    ],
)
def test_a_url_that_would_do_something_else_is_refused(url, words):
    with pytest.raises(StoreURLError, match=words):
        Store(url)


@pytest.mark.parametrize("mode", ["disable", "prefer"])
async def test_a_url_may_say_whether_to_encrypt_as_others_write_it(
    postgresql_url, mode
):
    store = Store(f"{postgresql_url}?sslmode={mode}")
    await store.database.ping()
    await store.close()
