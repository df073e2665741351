import re

from benchmarks.latency import main
from tests.question_sets import bees, tea, write


def test_words_alone_and_the_reader_stand_side_by_side(tmp_path, capsys):
    assert main(["--busy", write(tmp_path / "a.json", bees(), tea())]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    rows = re.findall(r"(words alone|the reader, too) +([\d.]+ +){3}\d+", out)
    assert [name for name, _ in rows] == ["words alone", "the reader, too"]


def test_a_bad_file_is_one_line(capsys):
    assert main(["none.json"]) == 2
    assert capsys.readouterr().err.endswith("none.json: no such file; check the path\n")
