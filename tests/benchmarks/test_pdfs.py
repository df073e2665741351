from benchmarks import pdfs
from tests.retrieval.loading.sample_files import FILES


def test_libraries_are_measured_on_the_files_of_a_folder(tmp_path, capsys):
    (tmp_path / "bees.pdf").write_bytes(FILES["bees.pdf"])
    (tmp_path / "torn.pdf").write_bytes(FILES["bees.pdf"][:100])
    pdfs.main([str(tmp_path)])
    rows = {
        cells[1].strip(): [cell.strip() for cell in cells[2:-1]]
        for line in capsys.readouterr().out.splitlines()
        if len(cells := line.split("│")) > 3
    }
    assert {"article-bot", "pypdfium2", "pypdf", "pdfminer.six", "pdfplumber"} == set(
        rows
    )
    _, _, refused, letters, _ = rows["article-bot"]
    assert refused == "1", "the torn file"
    assert int(letters.replace(",", "")) > 1_000
