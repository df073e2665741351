import dataclasses

import pytest

from retrieval import Answer, Answerer, Citation
from retrieval.evaluation.question_sets import load_question_set
from retrieval.evaluation.runner import evaluate, n_steps
from tests.question_sets import (
    BEES,
    bees,
    cows,
    mills,
    tea,
    write,
    write_readers,
)
from tests.retrieval.encoder.fakes import TopicReranker

# (title, question) -> the order in which sentences are ranked, and the confidence
SCRIPT = {
    ("Bee Keeping", "Who makes honey?"): ("0123", 0.92),  # rank 1
    ("Bee Keeping", "What do keepers wear?"): ("0132", 0.45),  # rank 2
    ("Bee Keeping", "Who lays eggs?"): ("", 0.0),  # nothing found
    ("Tea", "Where does tea grow?"): ("10", 0.65),  # rank 2
    ("Tea", "Who makes honey?"): ("0", 0.45),
    ("Tea", "What do keepers wear?"): ("0", 0.05),
    ("Tea", "Who lays eggs?"): ("", 0.0),
    ("Bee Keeping", "Where does tea grow?"): ("1", 0.15),
    ("Bee Keeping", "Who reads?"): ("2", 0.55),  # impossible
}


class ScriptedAnswerer:
    """Ranks sentences and is sure of them as the script says."""

    def __init__(self, articles, *, min_confidence, **_):
        (self._article,) = articles
        self._min_confidence = min_confidence

    def rank(self, question, k):
        order, _ = SCRIPT[self._article.title, question]
        placed = [
            (passage, sentence)
            for passage in self._article.passages
            for sentence in passage.sentences
        ]
        return [
            Citation(self._article, passage, sentence.start, sentence.end, 1.0, ())
            for passage, sentence in (placed[int(n)] for n in order[:k])
        ]

    def answer(self, question):
        _, confidence = SCRIPT[self._article.title, question]
        citations = tuple(self.rank(question, 1))
        found = bool(citations) and confidence >= self._min_confidence
        return Answer(question, found, confidence, citations, ())


@pytest.fixture
def measured(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.evaluation.runner.Answerer", ScriptedAnswerer)
    path = write(tmp_path / "set.json", bees(impossible=["Who reads?"]), tea())
    return evaluate(load_question_set(path), min_confidence=0.5)


def test_questions_are_counted(measured):
    assert (measured.name, measured.articles) == ("set", 2)
    assert (measured.questions, measured.answerable, measured.impossible) == (5, 4, 1)


def test_the_sentence_is_measured_on_answerable_questions(measured):
    """Ranks 1, 2, none, 2; the first two of them in the right passage, and the last."""
    assert measured.hit_at_1 == 0.25
    assert measured.hit_at_3 == 0.75
    assert measured.mrr == pytest.approx((1 + 1 / 2 + 0 + 1 / 2) / 4)
    assert measured.passage_hit_at_1 == 0.75


def test_characters_are_those_of_the_first_citation_where_there_is_one(measured):
    honey = len("Bees make honey in wooden hives.")
    pickers = len("Pickers carry baskets at dawn.")
    assert measured.mean_characters == pytest.approx((2 * honey + pickers) / 3)


def test_the_answer_itself_is_measured_in_hits(tmp_path, monkeypatch):
    class AnswerMarker(ScriptedAnswerer):
        def answer(self, question):
            answer = super().answer(question)
            citations = (
                dataclasses.replace(citation, answer=(0, len("Bees make")))
                for citation in answer.citations
            )
            return dataclasses.replace(answer, citations=tuple(citations))

    monkeypatch.setattr("retrieval.evaluation.runner.Answerer", AnswerMarker)
    measured = evaluate(load_question_set(write(tmp_path / "set.json", bees(), tea())))
    # One question of four is answered by a hit: by "Bees".
    assert measured.answer_f1 == pytest.approx(2 / 3)


def test_a_hit_without_an_answer_of_its_own_counts_as_no_match(measured):
    assert measured.answer_f1 == 0.0


def test_refusal_is_measured_against_another_article_and_impossible_questions(measured):
    """Own .92 .45 0 .65, other .45 .05 0 .15: 4 + 3.5 + .5 + 4 of 16 pairs.

    Against the impossible one at .55: 2 of 4.
    """
    assert measured.auroc_other == pytest.approx(12 / 16)
    assert measured.auroc_impossible == 0.5
    assert measured.found_own == 0.5
    assert measured.found_other == 0.0
    assert measured.found_impossible == 1.0


def test_calibration_is_measured_on_three_named_groups(measured):
    """Only .92 is a hit, off by .08.

    Own: .08 + .45 + 0 + .65 = 1.18 of 4. Other: .45 + .05 + 0 + .15 = .65 of 4; its
    bins hold no hit either, so the distances add up. Impossible: .55 of 1.
    """
    assert measured.calibration_own.error == pytest.approx(1.18 / 4)
    assert measured.calibration.error == pytest.approx((1.18 + 0.65) / 8)
    assert measured.calibration_own_and_impossible.error == pytest.approx(1.73 / 5)
    assert sum(row.count for row in measured.calibration.bins) == 8


def test_risk_leaves_out_questions_that_nothing_was_found_for(measured):
    """Three of four answered, the surest rightly."""
    points = [(point.coverage, point.risk) for point in measured.risk_coverage]
    assert points == [(0.25, 0), (0.5, 0.5), (0.75, pytest.approx(2 / 3))]


def test_with_one_article_there_is_no_other_to_ask(tmp_path):
    measured = evaluate(load_question_set(write(tmp_path / "a.json", bees())))
    assert measured.auroc_other is None
    assert measured.found_other is None
    assert measured.calibration is None
    assert measured.calibration_own is not None
    assert measured.calibration_own_and_impossible is None
    assert measured.auroc_impossible is None
    assert measured.found_impossible is None


def test_a_set_of_impossible_questions_alone_has_no_hits_to_measure(tmp_path):
    data = bees(impossible=["Who reads?"])
    data["paragraphs"] = data["paragraphs"][1:]
    data["paragraphs"][0]["qas"] = data["paragraphs"][0]["qas"][1:]
    measured = evaluate(load_question_set(write(tmp_path / "a.json", data)))
    assert (measured.answerable, measured.impossible) == (0, 1)
    assert measured.hit_at_1 is None
    assert measured.mean_characters is None
    assert measured.calibration_own is None
    assert measured.risk_coverage == ()
    assert measured.found_impossible is not None


def test_an_article_without_questions_or_words_harms_nothing(tmp_path):
    empty = {"title": "Empty", "paragraphs": []}
    measured = evaluate(load_question_set(write(tmp_path / "a.json", bees(), empty)))
    assert measured.articles == 2
    assert measured.found_other == 0.0


def test_easy_questions_are_answered_and_told_from_those_of_another_article(tmp_path):
    steps = []
    question_set = load_question_set(write(tmp_path / "a.json", bees(), tea()))
    measured = evaluate(question_set, progress=lambda: steps.append(1))
    assert len(steps) == 4
    assert measured.hit_at_1 == 1.0
    assert measured.auroc_other == 1.0
    assert measured.median_milliseconds > 0


def test_the_first_citation_of_an_answer_is_the_one_ranked_first(tmp_path):
    """So hit@1, from the answer, goes with hit@3 and MRR, from the ranking."""
    question_set = load_question_set(write(tmp_path / "a.json", bees()))
    answerer = Answerer([question_set.articles[0].article])
    for question in question_set.questions:
        (first,) = answerer.rank(question.question, 1)
        assert answerer.answer(question.question).citations[0] == first
    assert first.quote == BEES[1].split(".")[0] + "."


def test_questions_are_put_to_half_of_the_articles_with_their_own_and_without(tmp_path):
    steps = []
    sets = write(tmp_path / "a.json", bees(), tea(), cows(), mills())
    question_set = load_question_set(sets)
    measured = evaluate(question_set, progress=lambda: steps.append(1))
    among = measured.among
    assert len(steps) == n_steps(question_set) == 2 * 6
    assert among.articles == 2
    assert among.article_hit_at_1 == among.hit_at_1 == 1.0
    assert among.found_own > among.found_other
    assert among.auroc > 0.9


def test_too_few_articles_are_not_halved(tmp_path):
    question_set = load_question_set(write(tmp_path / "a.json", bees(), tea(), cows()))
    assert evaluate(question_set).among is None
    assert n_steps(question_set) == len(question_set.questions)


LAMP_SCRIPT = {
    "who switched it on": ("1902", 0.9),  # right, and sure
    "How often must the wick be trimmed?": ("burns", 0.85),  # wrong, and sure
    "What does a wick cost?": ("4 pounds", 0.2),  # refused, though ranked first
    "What does the brass cost?": ("4 pounds", 0.3),  # refused rightly
    "How old was Ann Lee?": ("1902", 0.6),  # answered, though it is not said
    "When was the lamp lit?": ("1902", 0.9),
    "by whom?": ("1902", 0.7),  # right
    "and how old was she?": ("1902", 0.1),  # refused rightly
}


class LampAnswerer:
    """Answers as the script says, and records the history it gets."""

    def __init__(self, articles, *, min_confidence, **_):
        (self._article,) = articles
        self._min_confidence = min_confidence

    def rank(self, question, _):
        words, _ = LAMP_SCRIPT[question]
        placed = [(p, s) for p in self._article.passages for s in p.sentences]
        passage, sentence = next(one for one in placed if words in one[1].text)
        start, end = sentence.start, sentence.end
        return [Citation(self._article, passage, start, end, 1.0, ())]

    def answer(self, question, history=()):
        HISTORIES[question] = [answer.question for answer in history]
        _, confidence = LAMP_SCRIPT[question]
        found = confidence >= self._min_confidence
        return Answer(question, found, confidence, tuple(self.rank(question, 1)), ())


HISTORIES = {}


def test_each_kind_of_question_is_counted_right_wrong_or_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.evaluation.runner.Answerer", LampAnswerer)
    question_set = load_question_set(write_readers(tmp_path))
    measured = evaluate(question_set, min_confidence=0.5)
    counts = {
        kind.name: (kind.questions, kind.right, kind.wrong, kind.refused, kind.first)
        for kind in measured.kinds
    }
    assert counts == {
        "paraphrased": (1, 1, 0, 0, 1),
        "plain": (2, 0, 1, 1, 1),
        "look-alike": (1, 1, 0, 0, None),
        "named": (1, 0, 1, 0, None),
        "follow-up": (2, 2, 0, 0, 1),
    }
    sure = [(kind.confident, kind.confident_right) for kind in measured.kinds]
    assert sure == [(1, 1), (1, 0), (0, 0), (0, 0), (0, 0)]


def test_results_are_counted_by_language(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.evaluation.runner.Answerer", LampAnswerer)
    question_set = load_question_set(write_readers(tmp_path, language="de"))
    (german,) = evaluate(question_set, min_confidence=0.5).languages
    assert (german.language, german.answerable, german.right) == ("de", 4, 2)
    assert (german.first, german.unanswerable, german.refused) == (3, 3, 2)
    assert (german.confident, german.confident_right) == (2, 1)
    assert [kind.name for kind in german.kinds] == [
        "paraphrased",
        "plain",
        "look-alike",
        "named",
        "follow-up",
    ]


def test_the_turns_of_a_dialog_are_asked_with_those_before(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.evaluation.runner.Answerer", LampAnswerer)
    evaluate(load_question_set(write_readers(tmp_path)), min_confidence=0.5)
    assert HISTORIES["and how old was she?"] == ["When was the lamp lit?", "by whom?"]


def test_a_set_without_kinds_has_none_to_count(measured):
    assert measured.kinds == ()


def test_the_reader_that_is_given_answers(tmp_path):
    reader = TopicReranker()
    evaluate(load_question_set(write_readers(tmp_path)), reader=reader)
    assert "Who switched it on?" in {question for question, _ in reader.scored}
    evaluate(load_question_set(write_readers(tmp_path)), reader=None)
