import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import Press, decode, encode
from bot.replies import Action, Button


@given(st.sampled_from(Action), st.integers(0, 999))
def test_what_is_encoded_is_decoded(action, view):
    data = encode(Button("any label", action, view))
    assert len(data.encode()) <= 64
    assert decode(data) == Press(action, view)


@given(st.text(max_size=64))
def test_any_other_data_is_nothing_or_a_button_that_could_be(data):
    press = decode(data)
    assert press is None or encode(Button("", press.action, press.view))


@pytest.mark.parametrize("data", [None, object(), "", "1:s:", "1:s:1000", "1:s:0\n"])
def test_what_no_button_sends_is_nothing(data):
    assert decode(data) is None
