"""Small talk, pages and metrics in Telegram, with one bot process."""

import asyncio
import re
from itertools import count

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from bot.telegram.metrics import Outcome
from tests.bot.bot_process import free_port, running, webhook
from tests.bot.fake_bot_api import TOKEN, FakeBotApi, buttons, labels
from tests.support import LEADER, answer, run_article_bot

SANCTIONS = "Which sancitons hit Bhutan?"
PUBLIC = "https://127.0.0.1:9"  # where nobody listens; nothing leaves this machine

pytestmark = pytest.mark.asyncio(loop_scope="module")
_CHATS = count(1_000)


@pytest.fixture(scope="module")
def ports():
    return webhook() | {"BOT_HEALTH_PORT": str(free_port())}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(ports, tmp_path_factory):
    async with (
        FakeBotApi() as api,
        running(
            api,
            folder=tmp_path_factory.mktemp("company"),
            BOT_MESSAGES_PER_SECOND="1000",
            BOT_PUBLIC_URL=PUBLIC,
            **ports,
        ),
    ):
        await api.wait(lambda: api.webhook)
        yield api


@pytest.fixture
def chat():
    return next(_CHATS)


async def metrics(ports):
    """Read the metrics as Prometheus does."""
    async with ClientSession() as session:
        url = f"http://127.0.0.1:{ports['BOT_HEALTH_PORT']}/metrics"
        async with session.get(url) as reply:
            assert reply.status == 200
            text = await reply.text()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }, text


def button(message, label):
    return next(each for each in buttons(message) if each["text"] == label)


async def test_source_opens_the_page_inside_telegram_in_a_private_chat(
    api, chat, ports
):
    reply = await answer(api, chat, LEADER)
    url = button(reply, "Source")["web_app"]["url"]
    assert url.startswith(f"{PUBLIC}/read/north-korea-seeks-investment?s=")
    local = url.replace(PUBLIC, f"http://127.0.0.1:{ports['BOT_WEBHOOK_PORT']}")
    async with ClientSession() as session, session.get(local) as page:
        body = await page.text()
    assert '<mark id="cited">&#34;We are to focus more' in body


async def test_source_is_a_link_in_a_group(api):
    reply = await answer(api, -next(_CHATS), f"@article_bot {LEADER}")
    assert button(reply, "Source")["url"].startswith(f"{PUBLIC}/read/")


async def test_another_view_has_the_page_of_its_own_passage(api, chat):
    reply = await answer(api, chat, LEADER)
    first = button(reply, "Source")["web_app"]["url"]
    await api.press(reply, "Another passage")
    await api.wait(lambda: "Back to the answer" in labels(reply))
    assert button(reply, "Source")["web_app"]["url"] != first


async def test_thanks_forgets_nothing_and_more_goes_on(api, chat):
    await answer(api, chat, LEADER)
    assert (await answer(api, chat, "Thanks!"))["text"].startswith("You are welcome.")
    assert "Pak Kyong-jin" in (await answer(api, chat, "/source"))["text"]
    more = await answer(api, chat, "tell me more")
    assert more["text"].startswith("Another passage:")
    assert "Pak Kyong-jin" not in more["text"]
    again = await answer(api, chat, "more")
    assert again["text"] != more["text"]
    assert again["text"].split("\n")[1] in (await answer(api, chat, "/source"))["text"]


async def test_what_was_meant_is_asked_by_a_press_and_takes_the_refusals_place(
    api, chat
):
    refusal = await answer(api, chat, SANCTIONS)
    assert "Did you mean “sanctions”?" in refusal["text"]
    await api.press(refusal, "Yes, “sanctions”")
    await api.wait(lambda: refusal["text"].startswith("Which sanctions hit Bhutan?"))
    assert "sancitons" not in refusal["text"]
    assert not [label for label in labels(refusal) if "sancitons" in label]


async def test_what_was_meant_is_asked_by_yes(api, chat):
    await answer(api, chat, SANCTIONS)
    yes = await answer(api, chat, "yes")
    assert "sancitons" not in yes["text"]
    assert "sanctions" in yes["text"]


async def test_a_press_for_what_was_meant_that_is_forged_is_out_of_date(api, chat):
    reply = await answer(api, chat, LEADER)
    assert "out of date" in await api.press(reply, "1:m:0")


async def test_a_sample_question_is_asked_by_a_press(api, chat):
    start = await answer(api, chat, "/start")
    sample = labels(start)[0]
    assert sample.endswith("?")
    await api.press(start, sample)
    await api.wait(lambda: len(api.replies(chat)) == 2)
    reply = api.replies(chat)[1]
    assert reply["text"].startswith(f"{sample}\n")
    assert reply["reply_to"] == start["message_id"]
    quoted = reply["text"].splitlines()[1]
    assert quoted in (await answer(api, chat, "/source"))["text"]
    assert "Thank you" in await api.press(reply, "👍 Right")


async def test_a_sample_that_is_none_any_more_is_out_of_date(api, chat):
    start = await answer(api, chat, "/start")
    assert "out of date" in await api.press(start, "1:q:9999")


async def test_a_refusal_offers_questions_that_are_answered(api, chat):
    refusal = await answer(api, chat, "What is the weather in Oslo?")
    assert "Questions that I can answer:" in refusal["text"]
    before = len(api.replies(chat))
    await api.press(refusal, labels(refusal)[0])
    await api.wait(lambda: len(api.replies(chat)) > before)
    assert "does not say" not in api.replies(chat)[before]["text"]


async def test_the_article_itself_is_told_of_and_its_source_shown(api, chat):
    reply = await answer(api, chat, "What is this about?")
    assert "begins:\n\nNorth Korea has been revving up" in reply["text"]
    assert labels(reply) == ["Source"]
    assert "revving up" in (await answer(api, chat, "/source"))["text"]


@pytest.mark.parametrize("times", [1, pytest.param(5, marks=pytest.mark.slow)])
async def test_after_many_questions_the_metrics_are_true(api, ports, times):
    before, _ = await metrics(ports)
    chats = [next(_CHATS) for _ in range(10 * times)]
    asked = [LEADER, "What is Joguk?", "Who wrote Hamlet?", "thanks", "hi"] * 2

    async def ask(chat):
        for text in asked:
            await answer(api, chat, text)

    await asyncio.gather(*map(ask, chats))
    after, text = await metrics(ports)
    while after["article_bot_updates_waiting",]:  # the last is put away
        after, text = await metrics(ports)
    new = {key: value - before.get(key, 0) for key, value in after.items()}
    name = "article_bot_questions_total"
    assert new[name, "found"] == 40 * times
    assert new[name, "not_found"] == 20 * times
    assert new[name, "talk"] == 40 * times
    assert new[name, "failed"] == 0
    assert new["article_bot_answer_seconds_count",] == 100 * times
    assert new["article_bot_answer_seconds_bucket", "+Inf"] == 100 * times
    assert after["article_bot_answer_seconds_sum",] > 0
    assert after["article_bot_articles",] == 1
    assert after["article_bot_store_up",] == 1
    assert "Hamlet" not in text
    assert "Joguk" not in text
    # A chat could only be told by a label; as mere digits it may stand in any sum.
    assert set(re.findall(r'(\w+)="', text)) == {"outcome", "le"}
    assert set(re.findall(r'outcome="([^"]*)"', text)) == set(Outcome)


async def test_requests_that_are_sent_again_or_fail_are_counted(api, ports, chat):
    before, _ = await metrics(ports)
    api.fail("sendMessage", 500, 500)
    await answer(api, chat, LEADER)
    api.fail("sendMessage", 400)
    assert "sorry" in (await answer(api, chat, LEADER))["text"].lower()
    await answer(api, chat, "/help")
    after, _ = await metrics(ports)
    new = {key: value - before[key] for key, value in after.items()}
    assert new["article_bot_requests_retried_total",] == 2
    assert new["article_bot_questions_total", "failed"] == 1


async def test_check_sees_the_running_bot_and_telegrams_last_error(api, ports):
    environment = {
        "BOT_TOKEN": TOKEN,
        "BOT_BASE_URL": api.base_url,
        "BOT_PUBLIC_URL": PUBLIC,
        **ports,
    }
    api.webhook_error = "Wrong response from the webhook: 502 Bad Gateway"
    try:
        code, out, _ = await run_article_bot("check", **environment)
    finally:
        api.webhook_error = ""
    assert code == 2
    assert "Telegram's last error: Wrong response from the webhook: 502" in out
    assert out.count("where the bot is running") == 2
    assert f"Pages: {PUBLIC}/read/ does not answer now" in out
    code, out, _ = await run_article_bot("check", **environment)
    assert code == 0
    assert f"Webhook: {ports['BOT_WEBHOOK_URL']}, set; none waits" in out
