import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.query.language import (
    STOP_WORD_LANGUAGES,
    foreign_language,
    question_language,
)
from retrieval.text.language import QUESTION_LANGUAGES


@pytest.mark.parametrize(
    ("question", "own", "expected"),
    [
        ("Wie alt ist die Brücke?", ["en"], "de"),
        ("Où se trouve le musée et qui l’a fondé ?", ["en"], "fr"),
        ("How old is the bridge?", ["de"], "en"),
        ("다리는 얼마나 오래되었나요?", ["en"], "ko"),
        ("この橋はいつ建てられましたか？", ["zh"], "ja"),
        ("大人的门票多少钱？", ["en"], "zh"),
        ("Скільки коштує вхід до музею?", ["ru"], "uk"),
        ("Quem fundou o museu e quando ele abriu?", ["en"], "pt"),
    ],
)
def test_a_question_in_another_language_is_recognised(question, own, expected):
    assert foreign_language(question, own) == expected


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("How old is the bridge?", ["en"]),
        ("how old is the bridge", ["de", "en"]),
        ("bridge age", ["en"]),
        ("Who is Jääskeläinen?", ["en"]),
        ("Was Kim Jong-un there?", ["en"]),
        ("Who is 김정은?", ["en"]),
        ("LINEで払えますか", ["ja"]),
        ("2024", ["en"]),
        ("?", ["en"]),
        ("", ["en"]),
        ("How old is it?", []),
    ],
)
def test_a_question_that_may_be_in_the_articles_language_is_not_foreign(question, own):
    assert foreign_language(question, own) is None


@given(st.text(max_size=80), st.sampled_from(QUESTION_LANGUAGES))
def test_any_text_has_a_known_foreign_language_or_none(text, own):
    found = foreign_language(text, [own])
    assert found is None or found in set(QUESTION_LANGUAGES) - {own}


@pytest.mark.parametrize(
    ("question", "usual", "language"),
    [
        ("¿Cuándo abre?", "en", "es"),
        ("Когда он открывается?", "en", "ru"),
        ("Коли він відкривається?", "ru", "uk"),
        ("متى يفتح؟", "en", "ar"),
        ("何時に開きますか", "zh", "ja"),
        ("什么时候开门", "ja", "zh"),
        ("When does it open?", "ko", "en"),
        # in doubt
        ("Quando abre?", "en", "en"),
        ("opening hours", "de", "de"),
        ("Samsung", "ko", "ko"),
        ("When does it open?", "en", "en"),
        ("2024?", "fr", "fr"),
    ],
)
def test_a_question_is_in_the_usual_language_if_in_doubt(question, usual, language):
    assert question_language(question, usual) == language


@given(st.text(max_size=80))
def test_any_text_has_a_language(text):
    assert question_language(text, "xx") in {"xx", *QUESTION_LANGUAGES}


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Kdo ten most postavil a kdy se to stalo?", "cs"),
        ("מי בנה את הגשר?", "he"),
        ("How old is the bridge?", None),
        ("bridge opening hours", None),
    ],
)
def test_more_languages_are_told_apart_by_their_stop_words(question, language):
    assert foreign_language(question, ["en"]) is None
    assert foreign_language(question, ["en"], STOP_WORD_LANGUAGES) == language
