from benchmarks import sentences


def test_splitters_are_measured_on_the_marked_texts(capsys):
    sentences.main()
    out = capsys.readouterr().out
    ours = next(line for line in out.splitlines() if "article-bot" in line)
    theirs = next(line for line in out.splitlines() if "sentencex" in line)
    right = [int(line.split("│")[2].partition("/")[0]) for line in (ours, theirs)]
    assert right[0] > right[1] > 0
