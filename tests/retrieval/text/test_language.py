import pytest

from retrieval.text.detection import detect_language
from retrieval.text.language import ANSWER_TYPES, language_for

TWELVE = ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh")


@pytest.mark.parametrize("code", [*TWELVE, "ja", "ko"])
def test_every_supported_language_knows_its_question_words(code):
    language = language_for(code)
    assert [name for name, _ in language.answer_types] == list(ANSWER_TYPES)
    assert language.pronouns
    assert language.number_words
    assert language.ordinals
    assert language.anaphora
    assert language.followup_openers
    assert language.stop_words


def test_an_unknown_language_is_all_empty():
    language = language_for("xx")
    assert language.answer_types == ()
    assert language.carrier_phrases is language.focus is language.anaphora is None
    assert not language.stop_words


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ar", "النحل يصنع العسل في الربيع والشاي ينمو على التلال الخضراء"),
        ("de", "Die Bienen machen im Frühling Honig, und der Tee wächst am Hang."),
        ("el", "Οι μέλισσες φτιάχνουν μέλι την άνοιξη."),
        ("es", "Las abejas hacen miel en primavera y el té crece en las colinas."),
        ("hi", "मधुमक्खियाँ वसंत में शहद बनाती हैं।"),
        ("ro", "Albinele fac miere primăvara, iar ceaiul crește pe dealuri."),
        ("ru", "Пчёлы делают мёд весной, а чай растёт на холмах."),
        ("th", "ผึ้งทำน้ำผึ้งในฤดูใบไม้ผลิ"),
        ("tr", "Arılar ilkbaharda bal yapar ve çay tepelerde yetişir."),
        ("vi", "Ong làm mật vào mùa xuân và chè mọc trên đồi."),
        ("zh", "蜜蜂在春天酿蜜，茶长在山上。"),
        ("ko", "벌은 봄에 꿀을 만든다. 차는 언덕에서 자란다."),
        ("ja", "ミツバチは春に蜂蜜を作ります。"),
    ],
)
def test_the_language_of_a_text_is_detected(code, text):
    assert detect_language(text) == code
