"""Replies to messages, mentions by name, and talk in groups."""

from itertools import count

import pytest
import pytest_asyncio

from tests.bot.bot_process import running
from tests.bot.fake_bot_api import ME, FakeBotApi, labels
from tests.support import answer, settle

ARTICLE = """The lifts of Kestrel Hill

The old lift, the Swallow, was built in 1931 by the engineer Ruth Pell. The Swallow \
carries 12 people.

The new lift, the Heron, was opened in 2019. The Heron carries 80 people. It cost \
3 million crowns.

Bicycles are not allowed in either lift. Olga Brandt keeps the keys of the Swallow.

Ivo Rask and Olga Brandt repair the lifts. Ivo Rask paints the cabins.
"""
SWALLOW = "When was the Swallow built?"
HERON = "When was the Heron opened?"

pytestmark = pytest.mark.asyncio(loop_scope="module")
_CHATS = count(1_000)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lifts")
    article = folder / "lifts.txt"
    article.write_text(ARTICLE, "utf-8")
    async with (
        FakeBotApi() as api,
        running(
            api,
            folder=folder,
            BOT_ARTICLE=str(article),
            BOT_CONTACT="@lift_keeper",
            BOT_MESSAGES_PER_SECOND="1000",
        ),
    ):
        yield api


@pytest.fixture
def chat():
    return next(_CHATS)


@pytest.fixture
def group():
    return -next(_CHATS)


def of_person(api, chat, text, number=7):
    """Return the fields of a message that replies to one of a person."""
    person = {"id": 99, "is_bot": False, "first_name": "P"}
    told = {"message_id": number, "date": 1, "chat": api.chat(chat), "from": person}
    return {"reply_to_message": told | {"text": text}}


def quoting(api, message, text):
    quote = {"text": text, "position": 0, "is_manual": True}
    return api.as_reply_to(message) | {"quote": quote}


async def test_a_reply_to_an_older_answer_goes_on_from_it(api, chat):
    older = await answer(api, chat, SWALLOW)
    await answer(api, chat, HERON)
    follow_up = await answer(
        api, chat, "How many people does it carry?", **api.as_reply_to(older)
    )
    assert "carries 12 people" in follow_up["text"]


async def test_more_in_reply_to_an_older_answer_is_more_of_that(api, chat):
    older = await answer(api, chat, SWALLOW)
    await answer(api, chat, "Are bicycles allowed?")
    more = await answer(api, chat, "Tell me more", **api.as_reply_to(older))
    assert more["text"].startswith("Another passage:")
    assert "1931" not in more["text"]


async def test_a_reply_in_a_group_goes_on_from_its_answer_whoever_asked_since(
    api, group
):
    older = await answer(api, group, f"@article_bot {SWALLOW}", by=5)
    await answer(api, group, f"@article_bot {HERON}", by=6)
    question = "How many people does it carry?"
    follow_up = await answer(api, group, question, by=5, **api.as_reply_to(older))
    assert "carries 12 people" in follow_up["text"]


async def test_a_piece_of_an_answer_that_is_quoted_is_asked_about(api, chat):
    lifts = await answer(api, chat, "Are bicycles allowed in either lift?")
    question = "How many people does it carry?"
    for piece, people in (("the Swallow", "12 people"), ("the Heron", "80 people")):
        reply = await answer(api, chat, question, **quoting(api, lifts, piece))
        assert people in reply["text"]


async def test_who_a_quoted_name_is_does_not_repeat_the_answer(api, chat):
    keeper = await answer(api, chat, "Who repairs the lifts?")
    assert "Ivo Rask and Olga Brandt repair the lifts." in keeper["text"]
    reply = await answer(api, chat, "Who is this?", **quoting(api, keeper, "Ivo Rask"))
    assert "Ivo Rask paints the cabins." in reply["text"]


@pytest.mark.parametrize("text", ["please answer this", "do you know?", "?", ""])
async def test_a_mention_that_points_at_a_message_asks_that_message(api, group, text):
    told = "I wonder whether bicycles are allowed in the lift"
    replied = of_person(api, group, told)
    reply = await answer(api, group, f"@article_bot {text}", **replied)
    assert "Bicycles are not allowed" in reply["text"]


async def test_a_pronoun_stands_for_what_the_message_replied_to_names(api, group):
    await answer(api, group, f"@article_bot {HERON}", by=5)
    replied = of_person(api, group, "My aunt worked at the Swallow for years.")
    question = "@article_bot how many people does it carry?"
    reply = await answer(api, group, question, by=6, **replied)
    assert "carries 12 people" in reply["text"]


async def test_a_reply_to_an_answer_sent_inline_goes_on_from_it(api, group):
    replied = of_person(api, group, "The Swallow was built in 1931.")
    replied["reply_to_message"]["via_bot"] = ME
    reply = await answer(api, group, "How many people does it carry?", **replied)
    assert "carries 12 people" in reply["text"]


@pytest.mark.parametrize("text", ["haha", "🎉", "well said", "thanks, Ada", "ok"])
async def test_talk_in_reply_to_an_answer_in_a_group_gets_silence(api, group, text):
    first = await answer(api, group, f"@article_bot {SWALLOW}")
    await api.ask(group, text, by=9, **api.as_reply_to(first))
    await settle(api, group)
    assert len(api.replies(group)) == 2  # the answer, and that of `settle`


async def test_a_question_without_a_question_mark_in_reply_is_answered(api, group):
    first = await answer(api, group, f"@article_bot {SWALLOW}")
    reply = await answer(
        api, group, "who keeps the keys of the Swallow", **api.as_reply_to(first)
    )
    assert "Olga Brandt" in reply["text"]


async def test_another_bot_that_replies_is_not_answered(api, group):
    first = await answer(api, group, f"@article_bot {SWALLOW}")
    bot = {"id": 55, "is_bot": True, "first_name": "B"}
    said = {"from": bot, **api.as_reply_to(first)}
    await api.ask(group, "What did you find?", **said)
    await settle(api, group)
    assert len(api.replies(group)) == 2


@pytest.mark.parametrize(
    "entity",
    [
        {"type": "text_mention", "user": ME},
        {"type": "text_link", "url": f"tg://user?id={ME['id']}"},
    ],
    ids=["mention", "link"],
)
async def test_a_mention_by_name_is_a_mention(api, group, entity):
    entities = [{"offset": 3, "length": 8, **entity}]
    reply = await answer(
        api, group, "😀 Lift Bot who keeps the keys?", entities=entities
    )
    assert "Olga Brandt" in reply["text"]


async def test_a_group_that_adds_the_bot_is_told_once_how_to_ask(api, group):
    await api.ask(group, new_chat_members=[ME])
    await api.wait(lambda: api.replies(group))
    assert "/ask" in api.replies(group)[0]["text"]
    await api.ask(group, new_chat_members=[{**ME, "id": 3}])
    await settle(api, group)
    assert len(api.replies(group)) == 2


async def test_a_complaint_counts_as_wrong_and_shows_another_passage(api, chat):
    first = await answer(api, chat, SWALLOW)
    reply = await answer(api, chat, "Wrong answer!")
    assert reply["text"].startswith("I am sorry.")
    assert "Another passage:" in reply["text"]
    assert "have told me already" in await api.press(first, "👎 Wrong")


async def test_a_complaint_about_nothing_gets_a_word(api, chat):
    reply = await answer(api, chat, "you did not answer my question")
    assert reply["text"] == "I am sorry. Asking in other words may help."


@pytest.mark.parametrize("text", ["never mind", "forget it", "so what", "sorry"])
async def test_an_aside_is_not_looked_up(api, chat, text):
    await answer(api, chat, SWALLOW)
    assert (await answer(api, chat, text))["text"] == "All right."


@pytest.mark.parametrize(
    "text", ["/privacy", "what do you store about me?", "please delete my data"]
)
async def test_privacy_says_what_is_stored_how_long_and_by_whom(api, chat, text):
    said = (await answer(api, chat, text))["text"]
    assert "30 days" in said
    assert "/forget" in said
    assert "@lift_keeper" in said


async def test_one_who_wants_a_human_is_told_the_contact(api, chat):
    reply = await answer(api, chat, "Can I talk to a human?")
    assert "@lift_keeper" in reply["text"]


async def test_a_reaction_rates_an_answer_as_its_buttons_do(api, chat):
    first = await answer(api, chat, SWALLOW)
    await api.react(first, "❤")
    await api.react(first, "👎")
    await settle(api, chat)
    assert "have told me already" in await api.press(first, "👍 Right")
    second = await answer(api, chat, HERON)
    await api.react(second, "👍")
    await settle(api, chat)
    assert "have told me already" in await api.press(second, "👎 Wrong")


async def test_a_reaction_to_what_is_no_answer_is_ignored(api, chat):
    greeting = await answer(api, chat, "Hello!")
    await api.react(greeting, "👍")
    await settle(api, chat)
    assert len(api.replies(chat)) == 2  # the greeting, and the reply of `settle`


async def test_nothing_is_deleted_where_telegram_does_not_name_administrators(
    api, group
):
    asked = await answer(api, group, "/forget@article_bot", by=21)
    api.fail("getChatMember", 400)
    toast = await api.press(asked, labels(asked)[0], by=21)
    assert toast.startswith("Sorry, something went wrong")
    assert "Shall I delete" in asked["text"]


async def test_only_administrators_delete_what_is_stored_of_a_group(api, group):
    api.administrators.add(21)
    asked = await answer(api, group, "/forget@article_bot", by=20)
    assert "only administrators" in await api.press(asked, labels(asked)[0], by=20)
    await api.press(asked, labels(asked)[0], by=21)
    assert "I have deleted" in asked["text"]
