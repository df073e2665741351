import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Answerer, Article
from retrieval.index.corrections import Corrector
from retrieval.index.memory import MemoryIndex
from retrieval.query.unseen import reportable_words

MILL = Article.from_text("The mill grinds oats. Weavers weave by the mill.")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Wer leitet die Bäckerei?", ("leitet", "Bäckerei")),
        ("¿Quién dirige la panadería?", ("dirige", "panadería")),
        ("Кто печёт хлеб?", ("печёт", "хлеб")),
    ],
)
def test_function_words_of_another_language_are_not_called_missing(question, words):
    assert reportable_words(question, question.strip("¿?").split()) == words
    unseen = Answerer([MILL], reader=None).answer(question).unseen_words
    assert set(unseen) <= set(words)


def test_a_korean_word_is_reported_whole():
    article = Article.from_text("얼마 전에 방앗간이 문을 열었다. 빵은 30크론이다.")
    answer = Answerer([article], reader=None).answer("사우나는 얼마인가요?")
    assert set(answer.unseen_words) <= {"사우나는", "얼마인가요"}


def test_a_question_without_function_words_reports_all():
    assert reportable_words("zzyzx qwrt?", ["zzyzx"]) == ("zzyzx",)


@pytest.mark.parametrize("scope", [None, "mill"])
def test_a_word_that_the_article_writes_is_never_called_missing(scope):
    corrector = Corrector(MemoryIndex({"mill": MILL}))
    missing, corrections = corrector.review(["Weave", "weavres"], scope)
    assert missing == ("weavres",)
    assert corrections == (("weavres", "Weavers"),)


@given(st.text(max_size=60), st.lists(st.text(max_size=8)))
def test_only_words_of_the_question_are_reported(question, words):
    reported = reportable_words(question, words)
    assert all(one in words or one in question for one in reported)
