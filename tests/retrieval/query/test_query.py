import pytest

from retrieval import Article
from retrieval.query.followups import QUESTION_WEIGHT
from retrieval.query.query import analyzers_for, parse_query
from retrieval.results import Answer, Citation
from retrieval.text.analysis import Analyzer


def read(question, language="en", history=()):
    return parse_query(question, [Analyzer(language)], history)


def terms_of(query, term_class):
    return [
        t.term
        for n, t in enumerate(query.terms)
        if getattr(query.classes, term_class)[n]
    ]


def test_terms_are_told_by_what_they_are():
    query = read("How many systems did Ann Lee sell to hospitals in 1999?")
    assert terms_of(query, "names") == ["ann", "lee"]
    assert terms_of(query, "numbers") == ["1999"]
    assert terms_of(query, "common") == ["mani"]
    assert terms_of(query, "others") == ["system", "sell", "hospit"]
    assert [t.term for t, y in zip(query.terms, query.years, strict=True) if y] == [
        "1999"
    ]


def test_a_question_in_capitals_or_its_first_word_names_nobody():
    assert terms_of(read("WHO SELLS BREAD?"), "names") == []
    assert terms_of(read("Bread for whom?"), "names") == []


def test_ordinals_are_known_in_words():
    query = read("When was the fourth nuclear test?")
    assert query.ordinals.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("language", "question", "answer_type"),
    [
        ("en", "Who leads the office?", "person"),
        ("en", "How many hives stand there?", "quantity"),
        ("en", "In what year did it open?", "time"),
        ("en", "Where does tea grow?", "location"),
        ("en", "Why did they leave?", "reason"),
        ("en", "What did she say?", "other"),
        ("ar", "متى ولد؟", "time"),
        ("de", "Wie viele Bienen leben dort?", "quantity"),
        ("el", "Πού ζουν;", "location"),
        ("es", "¿Quién dirige la oficina?", "person"),
        ("hi", "यह कब हुआ?", "time"),
        ("ro", "Unde au plecat?", "location"),
        ("ru", "Сколько ульев там стоит?", "quantity"),
        ("th", "ใครเป็นผู้นำ", "person"),
        ("tr", "Çay nerede yetişir?", "location"),
        ("vi", "Ai lãnh đạo văn phòng?", "person"),
        ("zh", "茶长在哪里？", "location"),
        ("ja", "誰が書いたのですか", "person"),
        ("ko", "언제 열렸습니까?", "time"),
        ("fi", "Kuka johtaa toimistoa?", "other"),
    ],
)
def test_a_question_has_an_expected_type_of_answer(language, question, answer_type):
    assert read(question, language).answer_type == answer_type


def test_the_focus_is_the_noun_that_is_asked_for():
    query = read("Which magazine did the bees read?")
    assert query.focus is not None
    assert query.terms[query.focus].term == "magazin"
    assert read("Who reads?").focus is None
    assert read("Which is it?").focus is None


def found(question, text):
    article = Article.from_text(text, language="en")
    passage = article.passages[0]
    citation = Citation(article, passage, passage.start, passage.end, 1.0, ())
    return Answer(question, True, 0.9, (citation,), ())


def test_what_was_not_found_is_no_topic():
    refused = Answer("Where do wolves sleep?", False, 0.0, (), ())
    earlier = found("Where do hives stand?", "Here.")
    asked = "And who keeps bees?"
    query = read(asked, history=[earlier, refused])
    assert query.terms == read(asked, history=[earlier]).terms
    assert query.text == "Where do hives stand? And who keeps bees?"
    assert read(asked, history=[refused]).terms == read(asked).terms


@pytest.mark.parametrize("mark", ["", "?", "??", " ?", ".", "…", "？", "؟", "!"])
def test_the_final_mark_of_a_question_does_not_matter(mark):
    assert read(f"Who keeps bees{mark}").text == "Who keeps bees?"


def test_terms_of_earlier_turns_follow_with_their_weights():
    earlier = found("Where do hives and bees stand?", "Here.")
    query = read("And who keeps bees?", history=[earlier])
    assert [term.term for term in query.terms] == ["keep", "bee", "hive", "stand"]
    assert query.n_question_terms == 2
    assert query.weights.tolist() == [1, 1, QUESTION_WEIGHT, QUESTION_WEIGHT]
    assert [of_class[-1] for of_class in query.classes] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("question", "languages"),
    [
        ("Who was in Berlin?", ["en"]),
        ("Wer war in Berlin?", ["de"]),
        ("李明在哪里教授物理？", ["zh"]),
        ("Berlin?", ["en", "de", "zh"]),
    ],
)
def test_a_question_is_read_in_its_own_language_where_that_shows(question, languages):
    analyzers = [Analyzer(code) for code in ("en", "de", "zh")]
    fitting = analyzers_for(question, analyzers)
    assert [analyzer.language.code for analyzer in fitting] == languages


@pytest.mark.parametrize(
    ("question", "highlighted"),
    [
        ("Thank you, I want 300 jars of honey", {"jar", "honey"}),
        ("What opened in 1998?", {"1998"}),
        ("What is new in version 3.2?", {"version", "3.2"}),
        ("What is the third world?", {"third", "world"}),  # they are common words
        ("Why?", set()),
    ],
)
def test_what_carries_a_match_is_highlighted(question, highlighted):
    assert read(question).highlighted_terms >= highlighted
    assert not read(question).highlighted_terms & {"want", "thank", "300"}


def test_a_follow_up_highlights_its_own_words():
    before = found("What is the museum?", "The museum is a barn.")
    query = read("And when was it restored?", history=[before])
    assert query.highlighted_terms == {"restor"}
