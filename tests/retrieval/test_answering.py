from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Answerer, Article
from retrieval.ranking.selection import MAX_MORE_SPANS
from tests.retrieval.encoder.fakes import TopicReranker
from tests.strategies import texts
from tests.support import LEADER

COLOURS = "red blue white yellow pink green black grey".split()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (LEADER, "Pak Kyong-jin, who leads"),
        ("When was the office established?", "The office was established last year"),
        ("where is dongguk university", "Dongguk University in Seoul"),
        ("What did Kim Jong-un push for?", "Kim Jong-un has been pushing"),
        ("What does the article say about Minjoktongsin?", "Minjoktongsin"),
    ],
)
def test_the_sentence_that_answers_is_cited_first(answerer, question, words):
    answer = answerer.answer(question)
    assert answer.found
    assert words in answer.citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "When was the fifth nuclear test?",
        "How did the sanctions of 1987 begin?",
        "Who won the football match in Seoul yesterday?",
    ],
)
def test_what_the_article_does_not_say_is_not_found(answerer, question):
    assert not answerer.answer(question).found


@pytest.mark.parametrize("question", ["", " ", "what is the", "🙂🙂", "?!", "\ud800"])
def test_a_question_without_a_word_to_look_up_is_not_found(answerer, question):
    answer = answerer.answer(question)
    assert (answer.found, answer.confidence, answer.citations) == (False, 0, ())


@pytest.mark.parametrize("n_copies", [1, 4])
def test_versions_of_an_article_take_no_confidence_from_each_other(article, n_copies):
    others = [
        Article.from_text(f"{article.text}\n\nEdition {n}.", language="en")
        for n in range(n_copies)
    ]
    alone = Answerer([article], reader=None).answer(LEADER)
    answer = Answerer([article, *others], reader=None).answer(LEADER)
    assert answer.citations[0].quote == alone.citations[0].quote
    assert answer.confidence == pytest.approx(alone.confidence, abs=0.1)
    quotes = [citation.quote for citation in answer.citations]
    assert len(set(quotes)) == len(quotes)


def test_a_refusal_names_the_words_that_the_article_never_uses(answerer):
    answer = answerer.answer("What is the capital of France, France?")
    assert answer.unseen_words == ("capital", "France")


def test_a_citation_points_into_the_article_and_its_passage(article, answerer):
    citation = answerer.answer(LEADER).citations[0]
    assert article.text[citation.start : citation.end] == citation.quote
    assert citation.passage.number == 3
    assert citation.quote in citation.passage.text
    marked = [citation.quote[start:end] for start, end in citation.highlights]
    assert {"leads", "Economic", "Cooperation", "Office"} <= set(marked)


def test_rank_gives_at_most_k_best_first_whatever_the_confidence(answerer):
    ranked = answerer.rank("Who founded the office of the weather?", k=2)
    assert len(ranked) == 2
    assert ranked[0].probability >= ranked[1].probability
    assert answerer.rank("Hamlet") == []


def test_retrieve_gives_the_passages_that_match_best_first(answerer):
    scored = answerer.retrieve("special economic zones", k=5)
    assert scored[0].passage.number == 8
    assert all(a.score >= b.score > 0 for a, b in pairwise(scored))


def test_sentences_about_as_strong_are_cited_together():
    article = Article.from_text(
        "Bees like red clover. Rain fell. Bees like blue clover. Cows eat grass."
    )
    citations = Answerer([article]).answer("Which clover do bees like?").citations
    assert {c.quote for c in citations} == {
        "Bees like red clover.",
        "Bees like blue clover.",
    }


def test_max_citations_bounds_an_answer():
    article = Article.from_text(
        "Bees like red clover. Rain fell. Bees like blue clover. Cows eat grass."
    )
    answerer = Answerer([article], max_citations=1)
    assert len(answerer.answer("Which clover do bees like?").citations) == 1


def test_two_neighbours_are_quoted_where_either_may_answer():
    article = Article.from_text(
        "Bees like red clover. Bees like blue clover. Cows eat grass."
    )
    (citation,) = Answerer([article]).answer("Which clover do bees like?").citations
    assert citation.quote == "Bees like red clover. Bees like blue clover."


def test_neighbours_are_never_quoted_across_passages():
    article = Article.from_text(
        "Rain fell. Bees like red clover.\n\nBees like blue clover. Cows eat grass."
    )
    for citation in Answerer([article]).rank("Which clover do bees like?", k=9):
        assert citation.quote in citation.passage.text


def test_a_year_that_the_article_never_mentions_is_not_answered_by_another():
    article = Article.from_text(
        "The bridge was opened in 1921. It was closed in 1940 after a flood."
    )
    answerer = Answerer([article])
    assert answerer.answer("Was the bridge opened in 1921?").found
    assert not answerer.answer("Was the bridge opened in 1923?").found


def test_common_words_are_not_told_as_missing(answerer):
    answer = answerer.answer("How much money has been invested so far?")
    assert answer.unseen_words == ("money",)


def test_an_unrelated_article_does_not_change_the_quote(article, answerer):
    bees = Article.from_text("Bees\n\nBees make honey from nectar. Drones sleep.")
    both = Answerer([article, bees])
    assert (
        both.answer(LEADER).citations[0].quote
        == answerer.answer(LEADER).citations[0].quote
    )


def test_min_confidence_decides_what_counts_as_found(article):
    question = "Who heads the office for overseas Koreans?"
    assert Answerer([article], min_confidence=0).answer(question).found
    assert not Answerer([article], min_confidence=1).answer(question).found


def test_with_two_articles_the_one_that_answers_is_cited(article):
    bees = Article.from_text("Bees\n\nBees make honey from nectar.")
    ameise = Article.from_text("Ameisen bauen ihre Hügel aus Nadeln.", language="de")
    both = Answerer([article, bees, ameise])
    assert both.answer("What do bees make honey from?").citations[0].article is bees
    assert both.answer(LEADER).citations[0].article is article
    assert both.answer("Woraus bauen Ameisen Hügel?").citations[0].article is ameise


def test_overlapping_bigrams_are_one_highlight():
    article = Article.from_text("他在北京大学学习。今天下雨。", language="zh")
    citation = Answerer([article]).rank("北京大学")[0]
    assert citation.highlights == ((2, 6),)


def test_an_empty_collection_finds_nothing():
    assert not Answerer([]).answer("Who?").found


@given(texts(), texts())
def test_any_text_answers_any_question_truly(text, question):
    article = Article.from_text(text)
    answerer = Answerer([article])
    answer = answerer.answer(question)
    unshown = dict.fromkeys(range(55296, 57344), "�")
    unshown |= dict.fromkeys(map(ord, "\u00ad\u180e\u200b\u2060\ufeff"))
    assert article.text == text.translate(unshown)
    assert 0 <= answer.confidence <= 1
    assert answer == answerer.answer(question)
    for citation in (*answer.citations, *answerer.rank(question)):
        assert article.text[citation.start : citation.end] == citation.quote
        citation.quote.encode()
        past = 0
        for start, end in citation.highlights:
            assert past <= start < end <= len(citation.quote)
            past = end


@given(texts(), texts())
def test_what_is_quoted_stands_in_the_article_that_is_named_for_it(text, question):
    article = Article.from_text(text, language="en")
    other = Article.from_text("Пчёлы делают мёд. Дождь идёт.", language="ru")
    for citation in Answerer([article, other]).answer(question).citations:
        source = citation.article
        assert source in (article, other)
        assert citation.passage in source.passages
        assert source.text[citation.start : citation.end] == citation.quote
        starts = [sentence.start for sentence in citation.passage.sentences]
        assert citation.start in starts


@given(st.lists(texts(), max_size=3), texts())
def test_any_history_keeps_answers_true(questions, question):
    article = Article.from_text("Bees make honey. It is sweet.\n\nCows eat grass.")
    answerer = Answerer([article])
    history = [answerer.answer(asked) for asked in questions]
    answer = answerer.answer(question, history)
    assert 0 <= answer.confidence <= 1
    assert answer == answerer.answer(question, history)
    for citation in answer.citations:
        assert article.text[citation.start : citation.end] == citation.quote


def test_the_answer_is_found_in_an_article_of_a_thousand_sentences():
    paragraph = "Bees make honey. Keepers wear veils. Rain fell. Cows eat grass."
    text = "\n\n".join([paragraph] * 250 + ["Bees in Riverton make mead."])
    answer = Answerer([Article.from_text(text)]).answer("Which bees make mead?")
    assert answer.citations[0].quote == "Bees in Riverton make mead."


def test_further_citations_come_each_from_another_passage_best_first():
    text = "\n\n".join(f"Bees like {c} clover. Bees fly." for c in COLOURS)
    answer = Answerer([Article.from_text(text)]).answer("Do bees like red clover?")
    shown = [c.passage.number for c in answer.citations + answer.more_citations]
    assert len(answer.more_citations) == MAX_MORE_SPANS
    assert len(set(shown[-MAX_MORE_SPANS - 1 :])) == MAX_MORE_SPANS + 1
    scores = [citation.probability for citation in answer.more_citations]
    assert scores == sorted(scores, reverse=True)


def test_an_article_of_one_passage_has_nothing_further():
    article = Article.from_text("Bees like clover. Bees fly. Cows eat grass.")
    assert Answerer([article]).answer("What do bees like?").more_citations == ()


def test_a_question_is_answered_in_its_language_among_articles_in_others():
    bees = Article.from_text("Bees make honey in hives. Keepers wear veils in summer.")
    mill = Article.from_text(
        "Die Mühle mahlt Weizen. Der Müller trägt eine weiße Schürze.", language="de"
    )
    answerer = Answerer([bees, mill])
    worn = answerer.answer("What do keepers wear?")
    getragen = answerer.answer("Was trägt der Müller?")
    assert worn.citations[0].quote == "Keepers wear veils in summer."
    assert getragen.citations[0].quote == "Der Müller trägt eine weiße Schürze."
    assert worn.unseen_words == getragen.unseen_words == ()
    rome = answerer.answer("Wer hat Rom gegründet?")
    assert rome.unseen_words == ("Rom", "gegründet")


def test_a_question_in_the_article_is_quoted_with_its_answer():
    text = (
        "How long is the guarantee?\n\nWe repair every pack for ten years.\n\n"
        "Is it waterproof?\n\nThe fabric is, the seams are not."
    )
    answerer = Answerer([Article.from_text(text, language="en")])
    answer = answerer.answer("How long is the guarantee?")
    assert answer.citations[0].quote == (
        "How long is the guarantee?\n\nWe repair every pack for ten years."
    )
    last = Answerer([Article.from_text("Cows stay. Do bees fly?", language="en")])
    assert last.answer("Do bees fly?").citations[0].quote == "Do bees fly?"


def test_the_title_tells_which_of_several_articles_is_meant():
    """Its words count for the passages below it, though these do not repeat them."""
    articles = [
        Article.from_text(
            f"News from {city}\n\nThe mayor is {mayor}.\n\nThe old mill was sold.",
            source=city,
        )
        for city, mayor in (
            ("Abach", "Ann Ito"),
            ("Etal", "Bob Bee"),
            ("Ulm", "Eve Elm"),
        )
    ]
    answer = Answerer(articles).answer("Who is the mayor of Etal?")
    assert answer.found
    assert answer.citations[0].quote == "The mayor is Bob Bee."
    assert answer.unseen_words == ()


def test_a_word_is_mentioned_if_it_is_in_any_language_of_the_articles():
    german = Article.from_text("Die Häuser stehen am Fluss.", language="de")
    english = Article.from_text("The houses stand by the river.", language="en")
    answer = Answerer([german, english]).answer("Who painted the houses?")
    assert answer.unseen_words == ("painted",)


def test_titles_and_publishers_count_as_mentioned():
    text = "BERN, May 3 (Reuters) -- Bees make honey."
    article = Article.from_text(text, title="Swiss hives", language="en")
    assert article.publisher == "Reuters"
    answer = Answerer([article]).answer("Do Swiss hives of Reuters fly?")
    assert answer.unseen_words == ("fly",)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"min_confidence": 5}, "min_confidence"),
        ({"min_confidence": -0.1}, "min_confidence"),
        ({"max_citations": 0}, "max_citations"),
    ],
)
def test_limits_out_of_bounds_are_refused_at_once(article, options, words):
    with pytest.raises(ValueError, match=words):
        Answerer([article], **options)


@pytest.mark.parametrize("k", [0, -1])
def test_less_than_one_of_anything_cannot_be_asked_for(answerer, k):
    with pytest.raises(ValueError, match="1 or more"):
        answerer.retrieve("What is Joguk?", k)
    with pytest.raises(ValueError, match="1 or more"):
        answerer.rank("What is Joguk?", k)


@pytest.mark.parametrize("text", [None, 5, b"Who?"])
def test_what_is_no_text_cannot_be_asked(answerer, text):
    with pytest.raises(TypeError, match="a question is a text"):
        answerer.answer(text)


def test_a_text_that_repeats_itself_is_quoted_once():
    story = (
        "Captain Sheila O'Brien runs the terminal. Ferries leave at noon.\n\n"
        "The old terminal burned down in 1998. Nobody was hurt.\n\n"
    )
    article = Article.from_text(f"Port of Larkey\n\n{story * 4}", language="en")
    answer = Answerer([article], reader=None).answer("Who runs the terminal?")
    assert answer.found
    cited = (*answer.citations, *answer.more_citations)
    quotes = [citation.quote for citation in cited]
    assert quotes[0].startswith("Captain Sheila O'Brien runs the terminal.")
    assert len(set(quotes)) == len(quotes)


def test_in_a_language_that_the_reader_does_not_know_words_answer():
    reader = TopicReranker()
    german = Article.from_text("Die Garantie gilt drei Jahre. Kühe fressen Gras.")
    english = Article.from_text("The guarantee holds for three years. Cows eat grass.")
    assert (german.language, english.language) == ("de", "en")
    question = "Wie lange gilt die Garantie?"
    answerer = Answerer([german], reader=reader)
    expected = Answerer([german], reader=None).answer(question)
    assert answerer.answer(question) == expected
    assert answerer.rank(question) == Answerer([german], reader=None).rank(question)
    both = Answerer([german, english], reader=reader)
    assert both.answer(question).found
    best = both.answer("How long is the warranty?").citations[0]
    assert "guarantee holds" in best.quote, "by meaning, in the language it has"


@pytest.mark.parametrize(
    ("question", "other", "is_understood"),
    [
        ("Wer hat die Brücke gebaut und wann?", ("en",), False),
        ("Wie heeft de brug gebouwd en wanneer was het?", ("en",), False),
        ("Who paints the moon?", (), True),
    ],
)
def test_a_refusal_says_whether_the_language_was_understood(
    question, other, is_understood
):
    """Without an encoder, no other language than the article's is."""
    article = Article.from_text("Ada built the bridge.", language="en")
    answer = Answerer([article], reader=None).answer(question)
    assert not answer.found
    assert (answer.other_languages, answer.is_understood) == (other, is_understood)
    assert bool(answer.unseen_words) == is_understood
