from benchmarks import scans


def test_pages_are_drawn_and_read_and_letters_counted(monkeypatch, capsys, tmp_path):
    font = next(scans.FONTS.rglob("*Serif-Regular.ttf"), None)
    assert font, "the tests need a font: Debian's fonts-liberation"
    document = tmp_path / "en.txt"
    document.write_text("The keeper of the hive is Ida Brandt. " * 60)
    monkeypatch.setattr(scans, "FOLDER", tmp_path)
    monkeypatch.setattr(scans, "RESOLUTIONS", (150,))
    monkeypatch.setattr(scans, "SKEWS", (0,))
    monkeypatch.setattr(
        scans, "DOCUMENTS", {"en": ("en.txt", str(font), "eng"), "xx": ("", "none", "")}
    )
    scans.main(["--engine", "article-bot", "tesseract"])
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in capsys.readouterr().out.splitlines()
        if "%" in line
    ]
    assert [row[0] for row in rows] == [
        "article-bot, en",
        "article-bot",
        "tesseract, en",
        "tesseract",
    ]
    assert all(row[1] == "1" and float(row[2].rstrip("%")) > 90 for row in rows)
