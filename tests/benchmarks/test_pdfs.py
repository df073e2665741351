from benchmarks import pdfs
from tests.retrieval.loading.test_formats import FILES


def test_libraries_are_measured_on_the_files_of_a_folder(tmp_path, capsys):
    (tmp_path / "bees.pdf").write_bytes(FILES["bees.pdf"])
    (tmp_path / "torn.pdf").write_bytes(FILES["bees.pdf"][:100])
    pdfs.main([str(tmp_path)])
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    ours = next(row for row in rows if "article-bot" in row)
    assert ours[-6:-5] == ["1"], "the torn file is refused"
    assert int(ours[ours.index("1") + 2].replace(",", "")) > 1_000
    assert {"pypdf", "pdfminer.six", "pdfplumber"} <= {
        cell for row in rows for cell in row
    }
