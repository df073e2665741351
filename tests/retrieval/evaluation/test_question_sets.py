import json
import re

import pytest

from retrieval.errors import QuestionSetError
from retrieval.evaluation.question_sets import LabelledQuestion, load_question_set
from tests.question_sets import BEES, bees, entry, tea, write, write_readers


def test_one_title_is_one_article_its_contexts_joined_by_a_blank_line(tmp_path):
    question_set = load_question_set(write(tmp_path / "small.dev.json", bees(), tea()))
    assert question_set.name == "small.dev"
    first, second = question_set.articles
    assert first.article.text == "\n\n".join(BEES)
    assert (first.article.title, second.article.title) == ("Bee Keeping", "Tea")
    assert len(question_set.questions) == 4


def test_answers_are_found_in_the_whole_article(tmp_path):
    (labelled,) = load_question_set(write(tmp_path / "a.json", bees())).articles
    text = labelled.article.text
    found = [text[q.answer_starts[0] :][:5] for q in labelled.questions]
    assert found == ["Bees ", "white", "A que"]


def test_offsets_count_characters_and_not_bytes_or_utf_16_units(tmp_path):
    contexts = ("🐝 fliegen über Äcker.", "🍯 ist süß. Tee auch.")
    data = entry("Bienen", contexts, {"Was noch?": "Tee"})
    (labelled,) = load_question_set(write(tmp_path / "a.json", data)).articles
    (question,) = labelled.questions
    assert labelled.article.text[question.answer_starts[0] :] == "Tee auch."


def test_several_gold_answers_are_kept_once_each(tmp_path):
    data = tea()
    answers = [{"text": "Tea", "answer_start": start} for start in (9, 0, 9)]
    data["paragraphs"][0]["qas"][0]["answers"] = answers
    (question,) = load_question_set(write(tmp_path / "a.json", data)).questions
    assert question.answer_starts == (9, 0)


def test_an_impossible_question_has_no_answer_even_where_one_is_given(tmp_path):
    data = tea()
    data["paragraphs"][0]["qas"][0]["is_impossible"] = True
    (question,) = load_question_set(write(tmp_path / "a.json", data)).questions
    assert question.answer_starts == ()


def test_an_impossible_question_needs_no_list_of_answers(tmp_path):
    data = tea()
    data["paragraphs"][0]["qas"] = [{"question": "Who?", "is_impossible": True}]
    assert load_question_set(write(tmp_path / "a.json", data)).questions == (
        LabelledQuestion("Who?", ()),
    )


def test_a_title_may_be_missing_and_a_byte_order_mark_may_stand_first(tmp_path):
    data = tea()
    del data["title"]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"data": [data]}), "utf-8-sig")
    assert load_question_set(path).articles[0].article.title is None


def test_the_language_can_be_given(tmp_path):
    path = write(tmp_path / "a.json", tea())
    assert load_question_set(path).articles[0].article.language == "en"
    labelled = load_question_set(path, language="de").articles[0]
    assert labelled.article.language == "de"


@pytest.mark.parametrize(
    ("starts", "spans", "rank"),
    [
        ((5,), [(0, 5), (5, 9)], 2),
        ((9,), [(0, 5), (5, 9)], None),
        ((7, 3), [(0, 5), (5, 9)], 1),
        ((), [(0, 5)], None),
        ((0,), [], None),
    ],
    ids=["start", "end is past it", "any answer", "impossible", "no citation"],
)
def test_a_hit_holds_the_start_of_any_answer(starts, spans, rank):
    assert LabelledQuestion("Who?", starts).rank_of_hit(spans) == rank


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("missing.json", None, "no such file; check the path"),
        (".", None, r"no file in it ends in \.json; name another folder"),
        ("a\0b", None, "cannot be read"),
        ("latin.json", b'{"data": "caf\xe9"}', "this is not UTF-8; convert it"),
        ("empty.json", b"", "this is not JSON"),
        ("cut.json", b'{"data": [', "this is not JSON"),
        ("long.json", b"1" * 5000, "this is not JSON"),
        ("deep.json", b"[" * 100_000, "nested too deep"),
        ("list.json", b"[]", "the whole is no object"),
        ("else.json", b"{}", "data is missing"),
        ("text.json", b'{"data": "x"}', "data is no list"),
        ("none.json", b'{"data": []}', "there is no question in it"),
    ],
)
def test_a_file_that_is_no_question_set_says_what_to_do(tmp_path, name, data, words):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(QuestionSetError, match=words) as caught:
        load_question_set(path)
    assert caught.value.path == str(path)
    assert re.match(words, caught.value.problem)
    assert "\n" not in str(caught.value)


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    """Permissions do not bind root, who may run the tests."""

    def refuse(_):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(QuestionSetError, match="not readable; check its permissions"):
        load_question_set(tmp_path / "a.json")


def without(place, key):
    def change(data):
        del place(data)[key]

    return change


def with_value(place, key, value):
    def change(data):
        place(data)[key] = value

    return change


def paragraph(data):
    return data["paragraphs"][1]


def question(data):
    return paragraph(data)["qas"][0]


def first_answer(data):
    return question(data)["answers"][0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without(lambda data: data, "paragraphs"), "data[1].paragraphs is missing"),
        (without(paragraph, "context"), "data[1].paragraphs[1].context is missing"),
        (without(paragraph, "qas"), "data[1].paragraphs[1].qas is missing"),
        (without(question, "question"), "paragraphs[1].qas[0].question is missing"),
        (without(question, "answers"), "paragraphs[1].qas[0].answers is missing"),
        (without(first_answer, "answer_start"), "answers[0].answer_start is missing"),
        (with_value(question, "question", 5), "qas[0].question is no string"),
        (with_value(question, "answers", {}), "qas[0].answers is no list"),
        (
            with_value(first_answer, "answer_start", "0"),
            "answer_start is no whole number",
        ),
        (
            with_value(first_answer, "answer_start", True),
            "answer_start is no whole number",
        ),
        (with_value(paragraph, "qas", [7]), "paragraphs[1].qas[0] is no object"),
        (
            with_value(first_answer, "answer_start", len(BEES[1])),
            f"answer_start is {len(BEES[1])}, outside its context of 56 characters",
        ),
        (with_value(first_answer, "answer_start", -1), "answer_start is -1, outside"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_in_a_question_set_is_named_by_its_place(tmp_path, change, words):
    data = bees()
    change(data)
    with pytest.raises(QuestionSetError) as caught:
        load_question_set(write(tmp_path / "a.json", tea(), data))
    assert words in caught.value.problem
    assert caught.value.problem.startswith("data[1].")
    assert caught.value.problem.endswith("; correct it, or name another file")


def test_answers_whose_text_differs_are_taken_at_their_place(tmp_path):
    data = bees()
    first_answer(data)["text"] = "Something else"
    path = write(tmp_path / "a.json", data)
    assert load_question_set(path).questions[2].answer_starts == (len(BEES[0]) + 2,)


def quoted(labelled, question):
    text = labelled.article.text
    return [text[start:].split("\n")[0] for start in question.answer_starts]


def test_readers_questions_are_found_in_the_document_without_its_marks(tmp_path):
    question_set = load_question_set(write_readers(tmp_path))
    (labelled,) = question_set.articles
    assert question_set.name == "lamp"
    assert labelled.article.title == "The lamp of Corra"
    assert [q.kind for q in labelled.questions] == (
        ["paraphrased", "plain", "plain", "look-alike", "named"]
    )
    found = [quoted(labelled, question) for question in labelled.questions]
    assert found[0] == ["by Ann Lee. It burns oil."]
    assert found[1] == ["every morning.", "Trim the wick every morning."]
    assert found[2] == ["Wick | 4 pounds"]
    assert found[3:] == [[], []]


def test_the_turns_of_a_dialog_follow_each_other(tmp_path):
    (labelled,) = load_question_set(write_readers(tmp_path)).articles
    ((first, second, third),) = labelled.dialogs
    assert quoted(labelled, first) == ["in 1902 by Ann Lee. It burns oil."]
    assert second.question == "by whom?"
    assert third.answer_starts == ()


def test_a_folder_of_readers_questions_is_one_set(tmp_path):
    write_readers(tmp_path / "readers", "a")
    write_readers(tmp_path / "readers", "b")
    question_set = load_question_set(tmp_path / "readers")
    assert question_set.name == "readers"
    assert len(question_set.articles) == 2
    assert len(question_set.questions) == 10


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"file": "none.md"}, r"its document .*none\.md: no such file"),
        ({"file": 7}, "file is no string"),
        (
            {"questions": [{"q": "Who?", "gold": "Bob"}]},
            r"questions\[0\].gold stands no",
        ),
        (
            {"questions": [{"q": "Who?", "gold": [7]}]},
            r"questions\[0\].gold stands now",
        ),
        ({"questions": [{"q": "Who?", "gold": "an Ann"}]}, "stands nowhere: 'an Ann'"),
        ({"questions": [{"gold": "Ann"}]}, r"questions\[0\].q is missing"),
        ({"questions": []}, "there is no question in it"),
        ({"dialogs": [[7]]}, r"dialogs\[0\]\[0\] is no object"),
        ({"dialogs": [7]}, r"dialogs\[0\]\[0\] is no object"),
    ],
)
def test_what_is_wrong_with_readers_questions_is_one_line(tmp_path, changes, words):
    path = write_readers(tmp_path, **changes)
    with pytest.raises(QuestionSetError, match=words) as caught:
        load_question_set(path)
    assert caught.value.path == path
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("language", "text", "gold", "quoted"),
    [
        ("ja", "館は月曜に休みます。\n入場料は五百円です。", "五百円", "五百円です"),
        ("zh", "馆长是王芳。票价\n二十元。", "票价二十元", "票价"),
        ("th", "ปิดวันจันทร์ ค่าเข้าชมห้าสิบบาท", "เข้าชมห้าสิบ", "เข้าชม"),
        ("ko", "관장은 김봄이다. 표는 오천 원이다.", "오천 원", "오천"),
        ("en", "An anna was a coin. Ann has one.", "Ann has", "Ann has"),
    ],
)
def test_gold_is_found_where_no_blanks_part_words(
    tmp_path, language, text, gold, quoted
):
    (tmp_path / "a.txt").write_text(text)
    asked = {"q": "?", "gold": gold}
    content = {"file": "a.txt", "language": language, "questions": [asked]}
    (tmp_path / "a.json").write_text(json.dumps(content))
    (labelled,) = load_question_set(tmp_path / "a.json").articles
    assert labelled.article.language == language, "the set names it"
    (start,) = labelled.questions[0].answer_starts
    assert labelled.article.text[start:].startswith(quoted)
