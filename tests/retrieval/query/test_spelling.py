import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Answerer, Article
from retrieval.query.spelling import Vocabulary

TEXTS = ["The sanctions on Bhutan hurt the weavers.", "Weavers weave; sanctions bite."]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sancitons", "sanctions"),  # changed places
        ("sanctons", "sanctions"),  # too few
        ("sanctiions", "sanctions"),  # too many
        ("sanxtions", "sanctions"),  # a wrong one
        ("zanctions", None),  # the first letter alone
        ("zanctoins", "sanctions"),  # two, in a long word
        ("Bhutna", "Bhutan"),
        ("bhutan", "Bhutan"),  # as it is written there
        ("Bhtuna", None),  # two, in a short word
        ("bit", None),  # too short to tell
        ("1999", None),
        ("them", None),  # near to a stop word alone
        ("weather", None),
    ],
)
def test_a_typing_error_away_from_a_word_of_the_article(typed, meant):
    assert Vocabulary(TEXTS, {"the", "on", "then"}).suggest(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wearers", None),  # an ordinary word
        ("Wearers", None),
        ("weavrs", "Weavers"),
    ],
)
def test_an_ordinary_word_is_not_mistyped(typed, meant):
    article = Article.from_text("Weavers weave in the town.", language="en")
    assert Vocabulary.of_articles([article]).suggest(typed) == meant


@pytest.mark.parametrize(
    ("typed", "written"),
    [("Joerg", "Jörg"), ("mueller", "Müller"), ("Soerensen", "Sørensen")],
)
def test_a_letter_that_is_spelled_out_finds_the_name(typed, written):
    vocabulary = Vocabulary(["Jörg Müller met Ida Sørensen."], frozenset(), ["en"])
    assert vocabulary.suggest(typed) == written


def test_a_language_without_a_dictionary_has_no_ordinary_words():
    article = Article.from_text("Wevers maken stof in Bhutan.", language="fi")
    assert Vocabulary.of_articles([article]).suggest("Bhutna") == "Bhutan"


def test_of_several_words_the_nearest_that_is_used_most_is_meant():
    vocabulary = Vocabulary(["baths baths bithe", "maths"], frozenset())
    assert vocabulary.suggest("bathe") == "baths"


@given(st.text(max_size=30))
def test_whatever_is_typed_is_looked_up(word):
    near = Vocabulary(TEXTS, frozenset()).suggest(word)
    assert near is None or near in " ".join(TEXTS)


def test_a_refusal_tells_what_may_have_been_meant():
    article = Article.from_text("The sanctions hurt the weavers of the old town.")
    answer = Answerer([article]).answer("Why were sancitons imposed in Bhutan?")
    assert not answer.found
    assert answer.corrections == (("sancitons", "sanctions"),)
    assert answer.corrected_question == "Why were sanctions imposed in Bhutan?"


def test_an_answer_that_is_found_asks_for_no_other_words():
    article = Article.from_text("The sanctions hurt the weavers of the old town.")
    answer = Answerer([article], min_confidence=0).answer("What did sancitons hurt?")
    assert answer.found
    assert answer.corrections == ()


def test_words_in_letters_without_blanks_are_told_of_whole():
    article = Article.from_text("제재는 옛 마을의 직공들에게 해를 끼쳤다.")
    answer = Answerer([article], reader=None).answer("박경진은 누구인가요?")
    assert answer.unseen_words[0] == "박경진은"


def test_no_word_of_another_language_is_told_of():
    article = Article.from_text("The sanctions hurt the weavers of the old town.")
    answer = Answerer([article], reader=None).answer("박경진은 누구인가요?")
    assert not answer.found
    assert answer.unseen_words == ()
