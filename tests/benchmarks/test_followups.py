import re

from benchmarks.followups import main
from retrieval.query import followups
from tests.question_sets import write_readers


def test_every_pair_of_weights_has_its_share_of_hits(tmp_path, capsys):
    kept = followups.QUESTION_WEIGHT, followups.CITATION_WEIGHT
    assert main([write_readers(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert len(re.findall(r"\d+\.\d\b(?= |$)", out, re.M)) >= 25
    assert kept == (followups.QUESTION_WEIGHT, followups.CITATION_WEIGHT)


def test_a_bad_file_is_one_line(capsys):
    assert main(["none.json"]) == 2
    assert capsys.readouterr().err.endswith("none.json: no such file; check the path\n")
