"""Checks of documents with questions, before anything is trained on them."""

import json
from pathlib import Path

import pytest

from benchmarks import check_questions
from benchmarks.check_questions import LEAST, REFUSED, faults, main

FOLDER = Path(check_questions.__file__).parent / "user_questions"
TEXT = """# The mill of Brae

The mill grinds flour every Tuesday. Its wheel was mended in May.

| day | visitors |
|---|---|
| Monday | 40 |
"""
GOLD = "The mill grinds flour every Tuesday"


def questions(**changes):
    """Make the least number of each kind; `changes` replaces some entries."""
    entries = []
    for kind, least in LEAST.items():
        for n in range(least):
            gold = None if kind in REFUSED else GOLD
            entry = {"q": f"Quux {kind} {n}?", "kind": kind, "gold": gold}
            if kind == "two-sentence":
                entry["gold"] = [GOLD, "wheel was mended in May"]
            if kind == "cross":
                entry["language"] = "de" if n % 2 else "fr"
            if n == 0:
                entry |= changes.get(kind.replace("-", "_"), {})
            entries.append(entry)
    return entries


def write(folder, asked=None, text=TEXT, **changes):
    turn = {"q": "And then?", "gold": None}
    content = {
        "file": "en-01-mill.md",
        "language": "en",
        "split": "test",
        "names": ["Brae"],
        "questions": asked or questions(),
        "dialogs": [[{"q": "When?", "gold": GOLD}, turn]] * 3,
    }
    (folder / "en-01-mill.md").write_text(text)
    path = folder / "en-01-mill.json"
    path.write_text(json.dumps(content | changes))
    return path


def test_a_sound_file_has_no_fault(tmp_path):
    assert list(faults(write(tmp_path))) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"paraphrased": {"q": "On which day are flours made?"}}, "shares flor with"),
        ({"plain": {"gold": "The mill grinds rye"}}, "stands 0 times"),
        ({"plain": {"gold": "mill"}}, "stands 2 times"),
        ({"plain": {"gold": None}}, "gold is missing"),
        ({"named": {"gold": GOLD}}, "gold is to be null"),
        ({"two_sentence": {"gold": GOLD}}, "each of two sentences"),
        ({"plain": {"kind": "odd"}}, "no such kind: odd"),
        ({"plain": {"kind": "typed"}}, "6 questions are plain, 7 are needed"),
    ],
)
def test_a_fault_is_told_in_a_line(tmp_path, changes, words):
    found = list(faults(write(tmp_path, questions(**changes))))
    assert any(words in fault for fault in found), found


def test_names_may_be_shared_by_question_and_answer(tmp_path):
    asked = questions(paraphrased={"q": "What is in Brae?", "gold": "mill of Brae"})
    path = write(tmp_path, asked, "# The mill of Brae\n\n" + GOLD + ".\n\nIts " + (
        "wheel was mended in May."
    ))  # fmt: skip
    assert list(faults(path)) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"names": ["Nobody"]}, "no such name"),
        ({"dialogs": []}, "3 dialogs are needed"),
        ({"dialogs": [[{"q": "When?", "gold": GOLD}]] * 3}, "unanswerable"),
        ({"language": "de"}, "two other languages"),
        ({"split": "tests"}, "the split is one of train, dev, test, not 'tests'"),
        ({"questions": 7}, "cannot be read"),
        ({"file": "none.md"}, "cannot be read"),
    ],
)
def test_a_fault_of_the_whole_file_is_told_too(tmp_path, changes, words):
    found = list(faults(write(tmp_path, **changes)))
    assert any(words in fault for fault in found), found


@pytest.mark.parametrize(
    ("language", "one", "other", "shared"),
    [
        ("zh", "图书馆几点开门", "图书馆九点开放", True),
        ("zh", "几点能进去看书", "九点开放", False),
        ("ja", "カメラはどこ", "カメラは受付にあります", True),
        ("ko", "도서관이 언제 열려요", "도서관은 아홉 시에 문을 엽니다", True),
        ("ko", "책은 몇 시부터 볼 수 있나요", "도서관은 아홉 시에 문을 엽니다", False),
        ("th", "ห้องสมุดเปิดเมื่อไร", "ห้องสมุดเปิดเก้าโมง", True),
        ("vi", "thư viện mở khi nào", "thư viện mở lúc chín giờ", True),
        ("uk", "коли бібліотека відчинена", "бібліотеку відчиняють", True),
        ("de", "Wann öffnen die Büchereien?", "Die Bücherei öffnet um neun.", True),
        ("de", "Ab wann kann ich was leihen?", "Die Bücherei öffnet um neun.", False),
    ],
)  # fmt: skip
def test_what_two_texts_share_is_found_in_every_script(language, one, other, shared):
    stems = check_questions._stems
    assert bool(stems(one, language, []) & stems(other, language, [])) is shared


def test_a_question_of_two_documents_is_told(tmp_path, capsys):
    write(tmp_path)
    second = json.loads((tmp_path / "en-01-mill.json").read_text())
    (tmp_path / "en-02-mill.json").write_text(json.dumps(second))
    assert main([str(tmp_path)]) == 1
    assert "asked in en-01-mill.json, too" in capsys.readouterr().out


def test_a_folder_without_questions_is_one_line(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_documents_of_the_project_have_no_fault_and_are_as_many_as_told(capsys):
    assert main([str(FOLDER)]) == 0
    said = capsys.readouterr().out
    assert said.endswith("196 documents, 0 faults\n")
    readme = (FOLDER / "README.md").read_text()
    for line in said.splitlines()[:-1]:
        count, kind = line.split()
        assert f"| {kind} | {count} |" in readme
