from retrieval.documents.traits import read_traits
from retrieval.text.analysis import Analyzer


def read(text, language="en"):
    analyzer = Analyzer(language)
    return read_traits(text, analyzer.analyze(text), analyzer.language)


def test_what_a_sentence_offers():
    traits = read("In 1999 Ann Lee sold 12 hives, three veils, and a smoker.")
    assert (traits.names, traits.numbers) == (2, 2)
    assert (traits.year, traits.number_word) == (1, 1)
    assert (traits.ordinal, traits.starts_with_pronoun) == (0, 0)


def test_a_leading_pronoun_and_an_ordinal():
    traits = read('"They left after the fourth flood."')
    assert (traits.starts_with_pronoun, traits.ordinal) == (1, 1)


def test_an_address_of_four_digits_in_a_longer_number_is_no_year():
    assert read("It cost 19990 dollars.").year == 0


def test_width_is_in_columns():
    assert read("Tea grows.").width == 10
    assert read("茶长在山上。", "zh").width == 12
    assert read("Čaj raste.", "sl").width == 10


def test_a_language_of_which_nothing_is_known_offers_names_and_numbers_alone():
    traits = read("Wapili, Ann ana 3.", "sw")
    assert (traits.names, traits.numbers, traits.number_word) == (1, 1, 0)


def test_months_and_days_are_told_from_words_like_them():
    assert read("The fair opens in May.").calendar == 1
    assert read("It may rain, and they march on.").calendar == 0
    assert read("Am Montag regnet es.", "de").calendar == 1
    assert read("他们星期一开会。", "zh").calendar == 1
    assert read("Hy begin Maandag.", "af").calendar == 0
