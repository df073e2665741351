"""Messages that the bot takes as addressed to it."""

import pytest

from tests.support import LEADER, answer, settle

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def api(shared_api):
    return shared_api


TOPIC = {"name": "Investment", "icon_color": 7322096}


@pytest.mark.parametrize(
    "text",
    [
        f"@article_bot {LEADER}",
        f"{LEADER} @Article_Bot",
        f"/ask {LEADER}",
        f"/ask@article_bot {LEADER}",
    ],
)
async def test_a_group_is_answered_when_the_bot_is_meant(api, group, text):
    reply = await answer(api, group, text, by=5)
    assert "Pak Kyong-jin, who leads" in reply["text"]


@pytest.mark.parametrize(
    "text",
    [
        LEADER,
        "/source",
        "/start",
        "/ask@another_bot What is Joguk?",
        "/source@another_bot",
        "mail me@article_bot.example",
        "@article_bot_fans hello",
    ],
)
async def test_a_group_is_left_alone_when_the_bot_is_not_meant(api, group, text):
    await api.ask(group, text, by=5)
    await api.ask(group, by=5, photo=[])
    helped = await settle(api, group)
    assert api.replies(group) == [helped]


async def test_a_group_can_reply_to_an_answer_and_ask_for_its_source(api, group):
    reply = await answer(api, group, f"/ask {LEADER}", by=5)
    follow_up = await answer(
        api, group, "When was it established?", by=6, **api.as_reply_to(reply)
    )
    assert "established last year" in follow_up["text"]
    source = await answer(api, group, "/source", by=6, **api.as_reply_to(reply))
    assert "Pak Kyong-jin" in source["text"]


async def test_a_group_gets_one_passage_where_a_chat_of_two_gets_several(
    api, group, chat
):
    question = "economic"
    several = await answer(api, chat, question)
    one = await answer(api, group, f"/ask {question}", by=5)
    assert several["html"].count("<blockquote>") > 1
    assert one["html"].count("<blockquote>") == 1
    await api.press(one, "Another passage")
    assert one["html"].count("<blockquote>") == 1


async def test_a_topic_is_kept_and_has_turns_of_its_own(api, group):
    def inside(thread):
        opened = {"message_id": thread, "date": 1, "chat": api.chat(group)}
        return {
            "message_thread_id": thread,
            "is_topic_message": True,
            "reply_to_message": {**opened, "forum_topic_created": TOPIC},
        }

    reply = await answer(api, group, f"/ask {LEADER}", by=5, **inside(77))
    assert reply["thread"] == 77
    await api.press(reply, "Source")
    assert api.replies(group)[1]["thread"] == 77
    here = await answer(api, group, "/source@article_bot", by=5, **inside(77))
    there = await answer(api, group, "/source@article_bot", by=5, **inside(78))
    assert "Pak Kyong-jin" in here["text"]
    assert "There is no answer yet" in there["text"]
    assert there["thread"] == 78


async def test_what_the_bot_wrote_inline_is_no_question(api, chat):
    await api.ask(chat, "He made the comment in an interview", via_bot=api.me)
    helped = await settle(api, chat)
    assert api.replies(chat) == [helped]
