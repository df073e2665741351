"""The operator's file of answers and synonyms."""

import logging

import pytest

from bot.articles.answers_file import (
    AnswersFileError,
    load_answers_file,
    resolve,
)
from retrieval import Article
from retrieval.index.memory import MemoryIndex
from retrieval.steering import SteeredAnswerer
from tests.support import run_article_bot

ROOMS = "\n\n".join(
    f"Room number {n} is painted in colour {n}{n}. Its key hangs on hook {n}."
    for n in range(1, 51)
)


def fifty_entries(false_ones=range(10)):
    """Return a file of 50 entries; the false ones quote what stands nowhere."""
    entries = []
    for n in range(50):
        hook = n + 1 if n not in false_ones else n + 701
        entries.append(
            f'[[answers]]\nquestion = "Where do I find access {n + 1}?"\n'
            f'article = "rooms.txt"\nquote = "Its key hangs on hook {hook}."\n'
        )
    return "\n".join(entries)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rooms.txt").write_text(f"The rooms\n\n{ROOMS}\n")
    (tmp_path / "answers.toml").write_text(fifty_entries())
    return tmp_path


def environment(folder):
    return {
        "BOT_ARTICLE": str(folder / "rooms.txt"),
        "BOT_ANSWERS": str(folder / "answers.toml"),
    }


def index_of(**articles):
    return MemoryIndex(
        {
            key: Article.from_text(text, source=f"{key}.txt", language="en")
            for key, text in articles.items()
        }
    )


def test_of_fifty_entries_the_ten_false_ones_are_left_out_with_a_line_each(folder):
    answers = load_answers_file(folder / "answers.toml")
    index = index_of(rooms=ROOMS)
    steering, problems = resolve(answers, index)
    assert (len(steering.pinned), len(problems)) == (40, 10)
    for n, line in enumerate(problems, 1):
        assert line.startswith(f"answers, entry {n} (“Where do I find access {n}?”)")
        assert "the quote does not stand in one passage of “rooms.txt”" in line
        assert "\n" not in line
    answerer = SteeredAnswerer(index, steering, reader=None)
    for n in range(1, 51):
        answer = answerer.answer(f"where do i find access {n}")
        is_pinned = answer.found and answer.confidence == 1
        assert is_pinned == (n > 10)
        if is_pinned:
            assert answer.citations[0].quote == f"Its key hangs on hook {n}."


async def test_ask_uses_the_file_and_names_each_false_entry(folder):
    code, out, error = await run_article_bot(
        "ask", "Where do I find access 17?", **environment(folder)
    )
    assert code == 0
    assert "Its key hangs on hook 17." in out
    lines = [line for line in error.splitlines() if "answers, entry" in line]
    assert len(lines) == 10


async def test_check_counts_the_entries_and_names_the_false_ones(folder):
    code, out, _ = await run_article_bot("check", **environment(folder))
    assert code == 2
    assert "40 of 50 entries fit, 40 answers and 0 synonym groups" in out
    assert out.count("the quote does not stand") == 10


async def test_evaluate_takes_the_file_as_a_question_set(folder):
    file = str(folder / "answers.toml")
    settings = {"BOT_ARTICLE": environment(folder)["BOT_ARTICLE"]}
    code, out, error = await run_article_bot("evaluate", file, **settings)
    assert code == 2
    assert error.count("the quote does not stand") == error.count("\n") == 10
    assert "40" in out
    (folder / "answers.toml").write_text(fifty_entries(false_ones=()))
    code, out, error = await run_article_bot("evaluate", "--json", file, **settings)
    assert (code, error) == (0, "")
    assert '"hit_at_1": 1.0' in out


async def test_evaluate_of_a_file_without_a_true_answer_is_one_line(folder):
    (folder / "answers.toml").write_text('synonyms = [{words = ["a", "b"]}]')
    code, out, error = await run_article_bot(
        "evaluate",
        str(folder / "answers.toml"),
        BOT_ARTICLE=environment(folder)["BOT_ARTICLE"],
    )
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert "no answer in it fits the articles" in error


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[[answers]\n", "is not TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        (b'[[answers]]\nquestion = "a"\narticle = "b"\n', "entry 1, quote is missing"),
        (b'[[answer]]\nquestion = "a"\n', "answer is not known"),
        (b'answers = "a"', "answers is not"),
        (b'[[answers]]\nquestion = []\narticle = "b"\nquote = "c"\n', "too little"),
        (b'[[answers]]\nquestion = 7\narticle = "b"\nquote = "c"\n', "is not a list"),
        (b'[[answers]]\nquestion = "a"\narticle = 7\nquote = "c"\n', "is not a text"),
        (b"answers = [7]", "answers, entry 1 is not a table"),
        (b'[[synonyms]]\nwords = ["a"]\n', "synonyms, entry 1, words holds too little"),
        (b"a = " + b"[" * 5_000, "is "),
    ],
)
async def test_a_file_that_is_wrong_is_one_line(folder, content, words):
    (folder / "answers.toml").write_bytes(content)
    with pytest.raises(AnswersFileError) as caught:
        load_answers_file(folder / "answers.toml")
    assert words in str(caught.value)
    code, out, error = await run_article_bot("ask", "Who?", **environment(folder))
    assert (code, out, error.count("\n")) == (2, "", 1)


async def test_a_file_that_is_missing_is_one_line(folder):
    (folder / "answers.toml").unlink()
    code, out, error = await run_article_bot("ask", "Who?", **environment(folder))
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert "check BOT_ANSWERS" in error


@pytest.mark.parametrize("name", ["tea", "tea.txt", "/srv/tea.txt", "Tea time"])
def test_an_article_is_named_by_slug_file_path_or_title(tmp_path, name):
    file = tmp_path / "a.toml"
    file.write_text(
        f'[[answers]]\nquestion = "Who?"\narticle = "{name}"\nquote = "Ann pours."\n'
        f'[[synonyms]]\nwords = ["a", "b"]\narticle = "{name}"\n'
    )
    text = "Tea time\n\nAnn pours. Bob drinks.\n"
    article = Article.from_text(text, source="/srv/tea.txt", language="en")
    index = MemoryIndex({"drinks": article})
    steering, problems = resolve(load_answers_file(file), index)
    assert problems == ()
    assert steering.pinned[0].key == steering.synonyms[0].key == "drinks"


def test_an_article_that_is_not_there_is_named(tmp_path):
    file = tmp_path / "a.toml"
    file.write_text(
        '[[answers]]\nquestion = "Who?"\narticle = "coffee"\nquote = "Ann pours."\n'
        '[[synonyms]]\nwords = ["a", "b"]\narticle = "coffee"\n'
    )
    steering, problems = resolve(load_answers_file(file), index_of(tea="Ann pours."))
    assert (steering.pinned, steering.synonyms) == ((), ())
    assert len(problems) == 2
    assert all("there is no article “coffee”" in line for line in problems)


def test_a_document_of_a_chat_has_the_synonyms_for_all_articles_alone(tmp_path, caplog):
    file = tmp_path / "a.toml"
    file.write_text(
        '[[answers]]\nquestion = "Who?"\narticle = "tea"\nquote = "Ann pours."\n'
        '[[synonyms]]\nwords = ["a", "b"]\n[[synonyms]]\nwords = ["c", "d"]\n'
        'article = "tea"\n'
    )
    caplog.set_level(logging.WARNING)
    steering, problems = resolve(load_answers_file(file), index_of(_3="Bob drinks."))
    assert (len(steering.pinned), len(steering.synonyms), problems) == (0, 1, ())
