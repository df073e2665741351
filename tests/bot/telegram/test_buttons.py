"""Replies to pressed buttons."""

import pytest

from tests.bot.fake_bot_api import buttons, labels
from tests.support import HAMLET, LEADER, WEATHER, answer, settle

RATES = ["👍 Right", "👎 Wrong"]
STRANGER = 666
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def api(shared_api):
    return shared_api


async def test_under_an_answer_stand_source_another_passage_right_and_wrong(api, chat):
    reply = await answer(api, chat, LEADER)
    assert labels(reply) == ["Source", "Another passage", *RATES]
    assert all(len(b["callback_data"]) < 10 for b in buttons(reply))


async def test_source_sends_the_passage_folded_with_the_sentence_marked(api, chat):
    reply = await answer(api, chat, LEADER)
    assert await api.press(reply, "Source") == ""
    _, source = api.replies(chat)
    assert source["reply_to"] == reply["message_id"]
    assert "<blockquote expandable><b>&quot;We are to focus" in source["html"]


async def test_source_is_sent_once_however_often_it_is_pressed(api, chat):
    reply = await answer(api, chat, LEADER)
    await api.press(reply, "Source")
    assert "in the chat already" in await api.press(reply, "Source")
    assert len(api.replies(chat)) == 2


async def test_another_passage_edits_the_answer_as_long_as_there_is_one(api, chat):
    reply = await answer(api, chat, LEADER)
    first = reply["text"]
    shown = {first}
    while "Another passage" in labels(reply):
        assert await api.press(reply, "Another passage") == ""
        assert reply["text"] not in shown
        assert "may not answer it" in reply["text"]
        shown.add(reply["text"])
    assert len(shown) > 2
    assert api.replies(chat) == [reply]
    await api.press(reply, "Back to the answer")
    assert reply["text"] == first


async def test_the_source_of_another_passage_is_that_passage(api, chat):
    reply = await answer(api, chat, LEADER)
    await api.press(reply, "Another passage")
    quoted = reply["text"].splitlines()[1]
    await api.press(reply, "Source")
    assert quoted in api.replies(chat)[1]["text"]


async def test_feedback_is_thanked_once_per_person_and_answer(api, chat):
    reply = await answer(api, chat, LEADER)
    assert await api.press(reply, "👎 Wrong") == "Thank you, noted."
    for label in RATES:
        assert "already" in await api.press(reply, label)
    assert await api.press(reply, "👍 Right", by=4) == "Thank you, noted."
    assert len(api.replies(chat)) == 1


async def test_a_refusal_shows_the_closest_passage_when_asked(api, chat):
    reply = await answer(api, chat, WEATHER)
    assert reply["text"].startswith("The article does not say.")
    assert "“" in reply["text"]
    assert "blockquote" not in reply["html"]
    *samples, closest = labels(reply)
    assert closest == "Closest passage"
    assert all(sample.endswith("?") for sample in samples)
    await api.press(reply, "Closest passage")
    assert "The closest passage, which may not answer it:" in reply["text"]
    assert "blockquote" in reply["html"]
    assert labels(reply)[0] == "Source"


async def test_a_refusal_without_a_closest_passage_offers_samples_alone(api, chat):
    assert all(label.endswith("?") for label in labels(await answer(api, chat, HAMLET)))


@pytest.mark.parametrize(
    "data",
    ["1:p:99", "0:s:0", "2:s:0", "1:x:0", "1:s:-1", "1:s:0:0", "💥", "x" * 64, "1:s:٣"],
)
async def test_a_forged_press_gets_a_toast_and_does_nothing(api, chat, data):
    reply = await answer(api, chat, LEADER)
    before = dict(reply)
    assert "out of date" in await api.press(reply, data)
    assert api.replies(chat) == [before]


async def test_a_press_on_a_message_that_is_no_answer_gets_a_toast(api, chat):
    help_text = await answer(api, chat, "/help")
    for data in ("1:s:0", "1:p:1", "1:r:0"):
        assert "out of date" in await api.press(help_text, data)
    assert len(api.replies(chat)) == 1


async def test_a_press_in_another_chat_does_not_reach_this_ones_answer(api, chat):
    reply = await answer(api, chat, LEADER)
    elsewhere = {**reply, "chat_id": STRANGER}
    assert "out of date" in await api.press(elsewhere, "1:s:0")
    assert api.replies(STRANGER) == []


async def test_a_press_on_an_answer_that_is_gone_is_no_error(api, chat):
    reply = await answer(api, chat, LEADER)
    api.deleted.add((chat, reply["message_id"]))
    await api.press(reply, "Another passage")
    await settle(api, chat)


async def test_an_answer_too_old_to_be_edited_still_has_its_source(api, chat):
    reply = await answer(api, chat, LEADER)
    too_old = {**reply, "date": 0}
    assert "out of date" in await api.press(too_old, "Another passage")
    assert await api.press(too_old, "Source") == ""
    assert await api.press(too_old, "👍 Right") == "Thank you, noted."
    assert "Pak Kyong-jin" in api.replies(chat)[1]["text"]


async def test_one_who_presses_too_fast_gets_a_toast(api, chat):
    reply = await answer(api, chat, LEADER)
    toasts = [await api.press(reply, "👍 Right") for _ in range(22)]
    assert "faster than I may answer" in toasts[-1]
    assert len(api.replies(chat)) == 1
