from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.replies import Action, Button, ButtonPress
from bot.telegram.callbacks import decode, encode

SLUGS = st.from_regex(r"[a-z0-9_-]{0,48}", fullmatch=True)


@given(st.sampled_from(Action), st.integers(0, 9_999), SLUGS)
def test_what_is_encoded_is_decoded(action, view, slug):
    slug = slug if action is Action.CHOOSE else ""
    data = encode(Button("any label", action, view, slug))
    assert len(data.encode()) <= 64
    assert decode(data) == ButtonPress(action, view, slug)


@given(st.text(max_size=64))
def test_any_other_data_is_nothing_or_a_button_that_could_be(data):
    press = decode(data)
    assert press is None or encode(Button("", *astuple(press)))


@pytest.mark.parametrize(
    "data",
    [
        None,
        object(),
        "",
        "1:s:",
        "1:s:10000",
        "1:c:0:",
        "1:c:0:a b",
        "1:s:0:a",
        "1:s:0\n",
    ],
)
def test_what_no_button_sends_is_nothing(data):
    assert decode(data) is None
