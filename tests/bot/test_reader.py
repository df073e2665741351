"""The bot with its encoder: started, shown, damaged, asked by many at once."""

import asyncio
import shutil
import threading
from collections import Counter
from contextlib import nullcontext

import pytest

from bot.articles.local_watcher import LocalWatcher
from bot.chat.context import ANSWERED_AT_ONCE, ChatContexts
from bot.store.store import Store
from retrieval import Answerer, Article, load_article
from retrieval.encoder.card import ModelCard
from tests.bot.bot_process import free_port, running
from tests.bot.fake_bot_api import FakeBotApi
from tests.retrieval.encoder.fakes import TopicReranker
from tests.support import (
    LEADER,
    MODEL,
    article_bot,
    catalogue_of,
    from_nothing,
    get_json,
)

QUESTIONS = {
    LEADER: "Pak Kyong-jin, who leads",
    "What is Joguk?": "Joguk",
    "Where is Dongguk University?": "Dongguk University in Seoul",
}

NAMED = ModelCard.read(MODEL).name


@pytest.fixture
def _encoder_on(monkeypatch):
    monkeypatch.delenv("BOT_READER")


@pytest.mark.usefixtures("_encoder_on")
def test_the_encoder_answers_where_nothing_is_set():
    done = article_bot("check")
    assert (
        f"Encoder: {NAMED}, embeddings and a reranker, languages ar, de, "
        in done.stdout
    )
    done = article_bot("ask", LEADER)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Pak Kyong-jin, who leads" in done.stdout
    done = article_bot("ask", "Who founded Dongguk University?")
    assert done.returncode == 1


def test_check_says_when_words_alone_answer():
    done = article_bot("check")
    assert "Encoder: none, answers come from words alone\n" in done.stdout


def test_an_own_folder_without_a_head_gives_embeddings_alone(monkeypatch, tmp_path):
    folder = shutil.copytree(MODEL, tmp_path / "mine")
    (folder / "head.json").unlink()
    monkeypatch.setenv("BOT_READER", str(folder))
    done = article_bot("check")
    assert (
        f"Encoder: {NAMED}, embeddings, without a reranker, languages ar, "
        in done.stdout
    )
    assert article_bot("ask", LEADER).returncode == 0


@pytest.mark.parametrize("command", ["ask Who?", "console", "check", "evaluate a.json"])
def test_a_folder_without_a_model_is_one_line_and_exit_code_2(monkeypatch, command):
    monkeypatch.setenv("BOT_READER", "none/here")
    done = article_bot(*command.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "article-bot: none/here: tokenizer.json cannot be read"
    )
    assert done.stderr.count("\n") == 1


def test_a_damaged_model_is_one_line_and_exit_code_2(monkeypatch, tmp_path):
    folder = shutil.copytree(MODEL, tmp_path / "mine")
    (folder / "encoder.onnx").write_bytes(b"no model")
    monkeypatch.setenv("BOT_READER", str(folder))
    done = article_bot("ask", LEADER)
    assert (done.returncode, done.stdout) == (2, "")
    assert "this model cannot be used" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("_encoder_on")
def test_without_the_extra_one_line_says_so_and_words_answer(tmp_path, monkeypatch):
    (tmp_path / "onnxruntime.py").write_text("raise ImportError(name='onnxruntime')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = from_nothing("ask", LEADER)
    assert done.returncode == 0
    assert "Pak Kyong-jin, who leads" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "install article-bot[reader]" in done.stderr


@pytest.mark.usefixtures("_encoder_on")
def test_embeddings_outlive_the_process_and_questions_do_not(tmp_path):
    for _ in range(2):
        assert from_nothing("ask", LEADER).returncode == 0
    files = list((tmp_path / "cache").rglob("*.npy"))
    assert len(files) == 1


@pytest.mark.parametrize(
    "n_questions", [pytest.param(60), pytest.param(1_000, marks=pytest.mark.slow)]
)
async def test_many_questions_of_fifty_chats_are_answered_and_told_of(n_questions):
    port = free_port()
    asked = {}
    async with (
        FakeBotApi() as api,
        running(
            api,
            BOT_READER="on",
            BOT_LOG_LEVEL="INFO",
            BOT_HEALTH_PORT=str(port),
            BOT_MESSAGES_PER_SECOND="1000000",
            BOT_QUESTIONS_PER_MINUTE="1000000",
        ),
    ):
        texts = list(QUESTIONS)
        for n in range(n_questions):
            chat, text = 1 + n % 50, texts[n // 50 % len(texts)]
            asked[chat, await api.ask(chat, text)] = text
        await api.wait(lambda: api.sent)
        _, health = await get_json(port)
        assert health["reader"].startswith(
            f"{NAMED}, embeddings and a reranker, languages ar, de, el, en, "
        )
        await api.wait(lambda: len(api.sent) >= n_questions, 600)
    answered = Counter((m["chat_id"], m["reply_to"]) for m in api.sent)
    assert answered.keys() == asked.keys()
    assert set(answered.values()) == {1}
    for message in api.sent:
        text = asked[message["chat_id"], message["reply_to"]]
        assert QUESTIONS[text] in message["text"]


async def test_what_a_reader_computes_holds_up_nobody_and_few_at_a_time(
    tmp_path, article
):
    """The event loop goes on while answers are under way; the rest wait in line."""
    running_now, most = 0, 0
    go_on, lock = threading.Event(), threading.Lock()

    def compute():
        nonlocal running_now, most
        with lock:
            running_now += 1
            most = max(most, running_now)
        assert go_on.wait(60)
        with lock:
            running_now -= 1

    store = Store(f"sqlite:///{tmp_path}/store.sqlite3")
    catalogue = catalogue_of([article])
    chats = ChatContexts(lambda: catalogue, store, nullcontext)
    tasks = [asyncio.create_task(chats.run_limited(compute)) for _ in range(20)]
    while running_now < ANSWERED_AT_ONCE:
        await asyncio.sleep(0)  # the loop is free
    assert not any(task.done() for task in tasks)
    go_on.set()
    await asyncio.gather(*tasks)
    assert most == ANSWERED_AT_ONCE


def test_a_changed_article_is_understood_before_it_is_asked(tmp_path):
    reader = TopicReranker()
    file = tmp_path / "menu.txt"
    file.write_text("The menu\n\nThe café sells soup.")
    watcher = LocalWatcher(
        [str(file)],
        load_article,
        lambda articles: Answerer(articles, reader=reader),
    )
    watcher.load()
    watcher.warm_up()
    assert reader.embedded == ["The café sells soup."]
    file.write_text("The menu\n\nThe harbour sells lunch, too.")
    assert watcher.refresh()
    watcher.warm_up()
    assert reader.embedded[1:] == ["The harbour sells lunch, too."]


def test_a_conversation_about_several_articles_is_read_too(article):
    reader = TopicReranker()
    other = Article.from_text("Bees make honey.", language="en")
    catalogue = catalogue_of([article, other], reader=reader)
    catalogue.answer(LEADER, (), catalogue.entries[:1])
    assert reader.scored
