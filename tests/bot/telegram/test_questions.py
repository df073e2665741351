"""Questions and commands, asked, edited and deleted."""

import pytest

from bot.wording.texts import wording
from tests.bot.fake_bot_api import labels
from tests.support import HAMLET, JOGUK, LEADER, answer, settle

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def api(shared_api):
    return shared_api


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


async def test_a_reader_is_spoken_to_in_the_own_language(api, chat):
    korean = (chat, "ko-KR")
    reply = await answer(api, chat, "Joguk Homeland magazine", by=korean)
    assert labels(reply)[:2] == ["출처", "👍 맞아요"]
    assert '"Homeland," published' in reply["text"]
    refusal = await answer(api, chat, "Hamlet Shakespeare", by=korean)
    assert refusal["text"].startswith("기사에 나와 있지 않습니다.")
    assert "감사" in await api.press(reply, "👍 맞아요", by=korean)
    other = await answer(api, chat, HAMLET, by=(chat, "fi"))
    assert other["text"].startswith("The article does not say.")


async def test_a_reader_is_answered_in_the_language_of_the_question(api, chat):
    korean = (chat, "ko-KR")
    reply = await answer(api, chat, LEADER, by=korean)
    assert labels(reply)[:2] == ["Source", "Another passage"]
    thanked = await answer(api, chat, "¡Muchas gracias!", by=korean)
    assert thanked["text"] == wording("es").welcome()
    sent = await answer(api, chat, "/help", by=korean)
    assert sent["text"].startswith("질문을")


async def test_two_questions_are_answered_in_one_message_each_under_its_own(api, chat):
    text = (await answer(api, chat, f"{LEADER} {HAMLET}"))["text"]
    leader, hamlet = text.split(HAMLET)
    assert leader.startswith(LEADER)
    assert "Pak Kyong-jin, who leads" in leader
    assert "The article does not say." in hamlet


async def test_a_question_that_is_too_long_gets_one_line(api, chat):
    reply = await answer(api, chat, "why " * 300)
    assert "at most 1,000 characters" in reply["text"]
    assert "\n" not in reply["text"]


async def test_one_who_asks_too_fast_is_told_once_and_others_are_answered(api, chat):
    for _ in range(25):
        await api.ask(chat, JOGUK)
    assert "Joguk" in (await answer(api, chat + 500_000, JOGUK))["text"]
    await api.wait(lambda: len(api.replies(chat)) >= 20 + 1)
    texts = [reply["text"] for reply in api.replies(chat)]
    assert len(texts) == 20 + 1
    assert sum("faster than I may answer" in text for text in texts) == 1


async def test_forget_deletes_the_chat_and_says_so(api, chat):
    reply = await answer(api, chat, LEADER)
    asked = await answer(api, chat, "/forget")
    assert "Shall I delete" in asked["text"]
    assert "Joguk" in (await answer(api, chat, JOGUK))["text"]
    await api.press(asked, "Yes, delete it")
    assert "I have deleted" in asked["text"]
    assert "There is no answer yet" in (await answer(api, chat, "/source"))["text"]
    assert "out of date" in await api.press(reply, "Source")
