from benchmarks import spelling


def test_most_mistyped_words_are_recognised_and_few_real_ones_are_mistaken(capsys):
    assert spelling.main(["--words", "200"]) == 0
    mistyped, real = (
        float(line.split()[-2]) for line in capsys.readouterr().out.splitlines()
    )
    assert mistyped >= 80
    assert real <= 3
