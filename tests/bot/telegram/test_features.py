"""What readers can do in Telegram: one bot process by polling, one by a webhook."""

from itertools import count

import pytest
import pytest_asyncio

from tests.bot.bot_process import running, webhook
from tests.bot.fake_bot_api import FakeBotApi, buttons, labels

LEADER = "Who leads the Economic Cooperation Office for Overseas Koreans?"
JOGUK = "What is Joguk?"
WEATHER = "What is the weather in Pyongyang tomorrow?"
HAMLET = "Who wrote Hamlet?"
RATES = ["👍 Right", "👎 Wrong"]
STRANGER = 666

pytestmark = pytest.mark.asyncio(loop_scope="module")
_CHATS = count(1_000)


@pytest.fixture(scope="module", params=["polling", "webhook"])
def mode(request):
    return request.param


@pytest.fixture(scope="module")
def folder(tmp_path_factory, mode):
    """A folder of each mode: to one store, no number of an update comes twice."""
    return tmp_path_factory.mktemp(mode)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(mode, folder):
    environment = webhook() if mode == "webhook" else {}
    async with (
        FakeBotApi() as api,
        running(
            api,
            folder=folder,
            BOT_MESSAGES_PER_SECOND="1000",
            BOT_QUESTIONS_PER_MINUTE="20",
            **environment,
        ),
    ):
        yield api


@pytest.fixture
def chat():
    """A private chat that no other test uses."""
    return next(_CHATS)


@pytest.fixture
def group():
    return -next(_CHATS)


async def answer(api, chat, text, **content):
    """Ask, and return the reply once it is there."""
    before = len(api.replies(chat))
    question = await api.ask(chat, text, **content)
    await api.wait(lambda: len(api.replies(chat)) > before)
    reply = api.replies(chat)[before]
    assert reply["reply_to"] == question
    return reply


async def settle(api, chat):
    """Wait until all that was sent in a chat is dealt with; messages go in order."""
    last = await api.ask(chat, "/help@article_bot")

    def helped():
        return [reply for reply in api.replies(chat) if reply["reply_to"] == last]

    await api.wait(helped)
    return helped()[0]


async def test_under_an_answer_stand_source_another_passage_right_and_wrong(api, chat):
    reply = await answer(api, chat, LEADER)
    assert labels(reply) == ["Source", "Another passage", *RATES]
    assert all(len(b["callback_data"]) < 10 for b in buttons(reply))


async def test_source_sends_the_passage_folded_with_the_sentence_marked(api, chat):
    reply = await answer(api, chat, LEADER)
    assert await api.press(reply, "Source") == ""
    _, source = api.replies(chat)
    assert source["reply_to"] == reply["message_id"]
    assert source["html"].startswith("<blockquote expandable><b>&quot;We are to focus")


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


async def test_source_as_a_reply_shows_that_answers_citations(api, chat):
    first = await answer(api, chat, LEADER)
    await answer(api, chat, JOGUK)
    older = await answer(api, chat, "/source", **api.as_reply_to(first))
    newest = await answer(api, chat, "/source")
    assert "Pak Kyong-jin" in older["text"]
    assert "Joguk" in newest["text"]


async def test_source_as_a_reply_to_something_else_says_so(api, chat):
    help_text = await answer(api, chat, "/help")
    reply = await answer(api, chat, "/source", **api.as_reply_to(help_text))
    assert "I do not remember that answer" in reply["text"]


async def test_editing_a_question_edits_its_answer(api, chat):
    reply = await answer(api, chat, LEADER)
    await api.ask(chat, JOGUK, edit=reply["reply_to"])
    await api.wait(lambda: "Joguk" in reply["text"])
    source = await answer(api, chat, "/source")
    assert "Joguk" in source["text"]
    assert api.replies(chat) == [reply, source]


async def test_an_edit_that_changes_no_word_does_nothing(api, chat):
    reply = await answer(api, chat, LEADER)
    await api.press(reply, "Another passage")
    before = dict(reply)
    await api.ask(chat, LEADER, edit=reply["reply_to"])
    await settle(api, chat)
    assert api.replies(chat)[0] == before


async def test_an_original_that_comes_late_leaves_the_answer_to_its_edit(api, chat):
    reply = await answer(api, chat, LEADER)
    await api.ask(chat, JOGUK, edit=reply["reply_to"])
    await api.wait(lambda: "Joguk" in reply["text"])
    await api.ask(chat, LEADER, message_id=reply["reply_to"])
    await settle(api, chat)
    assert "Joguk" in api.replies(chat)[0]["text"]
    assert len(api.replies(chat)) == 2


async def test_an_edited_question_whose_answer_was_deleted_is_answered_anew(api, chat):
    reply = await answer(api, chat, LEADER)
    api.deleted.add((chat, reply["message_id"]))
    await api.ask(chat, JOGUK, edit=reply["reply_to"])
    await api.wait(lambda: len(api.replies(chat)) == 2)
    again = api.replies(chat)[1]
    assert "Joguk" in again["text"]
    assert again["reply_to"] == reply["reply_to"]
    await api.press(again, "Source")


async def test_a_command_that_was_edited_is_left_alone(api, chat):
    asked = await answer(api, chat, LEADER)
    await api.ask(chat, "/source", edit=asked["reply_to"])
    await settle(api, chat)
    assert len(api.replies(chat)) == 2


async def test_an_answer_comes_although_its_question_was_deleted(api, chat):
    api.deleted.add((chat, api.next_message))
    await api.ask(chat, LEADER)
    await api.wait(lambda: api.replies(chat))
    assert api.replies(chat)[0]["reply_to"] is None


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


TOPIC = {"name": "Investment", "icon_color": 7322096}


async def test_what_the_bot_wrote_inline_is_no_question(api, chat):
    await api.ask(chat, "He made the comment in an interview", via_bot=api.me)
    helped = await settle(api, chat)
    assert api.replies(chat) == [helped]


async def test_inline_offers_the_best_citations(api):
    offered = await api.query(5, LEADER)
    results = offered["results"]
    assert len(results) > 1
    assert "Pak Kyong-jin, who leads" in results[0]["title"]
    assert "N. Korea seeks investment" in results[0]["description"]
    assert "passage 3" in results[0]["description"]
    text = results[0]["input_message_content"]["message_text"]
    assert text.startswith("<blockquote>")
    assert "passage 3" in text
    assert offered["button"] == {}
    assert offered["cache_time"] > 0
    assert offered["is_personal"]


async def test_inline_says_when_the_article_does_not(api):
    offered = await api.query(5, WEATHER)
    assert offered["results"]
    for result in offered["results"]:
        assert result["description"].startswith("The article does not say.")
        assert "may not answer" in result["input_message_content"]["message_text"]
    nothing = await api.query(5, HAMLET)
    assert nothing["results"] == []
    assert nothing["button"]["text"] == "The article does not say."


async def test_an_empty_inline_query_explains_itself(api):
    explained = await api.query(5, "  ")
    (result,) = explained["results"]
    assert result["title"].startswith("Type a question about “N. Korea")
    assert "@article_bot" in result["input_message_content"]["message_text"]
    assert explained["button"]["start_parameter"]


async def test_a_reader_is_spoken_to_in_the_own_language(api, chat):
    korean = (chat, "ko-KR")
    reply = await answer(api, chat, LEADER, by=korean)
    assert labels(reply)[:2] == ["출처", "다른 단락"]
    assert "Pak Kyong-jin, who leads" in reply["text"]
    refusal = await answer(api, chat, HAMLET, by=korean)
    assert refusal["text"].startswith("기사에 나와 있지 않습니다.")
    assert "감사" in await api.press(reply, "👍 맞아요", by=korean)
    other = await answer(api, chat, HAMLET, by=(chat, "fi"))
    assert other["text"].startswith("The article does not say.")


async def test_a_question_that_is_too_long_gets_one_line(api, chat):
    reply = await answer(api, chat, "why " * 300)
    assert "at most 1,000 characters" in reply["text"]
    assert "\n" not in reply["text"]


async def test_one_who_asks_too_fast_is_told_once_and_others_are_answered(api, chat):
    for _ in range(25):
        await api.ask(chat, JOGUK)
    assert "Joguk" in (await answer(api, next(_CHATS), JOGUK))["text"]
    await api.wait(lambda: len(api.replies(chat)) >= 20 + 1)
    texts = [reply["text"] for reply in api.replies(chat)]
    assert len(texts) == 20 + 1
    assert sum("faster than I may answer" in text for text in texts) == 1


async def test_forget_deletes_the_chat_and_says_so(api, chat):
    reply = await answer(api, chat, LEADER)
    gone = await answer(api, chat, "/forget")
    assert "I have deleted" in gone["text"]
    assert "There is no answer yet" in (await answer(api, chat, "/source"))["text"]
    assert "out of date" in await api.press(reply, "Source")
