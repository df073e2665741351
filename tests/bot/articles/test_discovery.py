import os
from pathlib import Path

import pytest

from bot.articles.discovery import expand_sources, split_sources, watched_folders
from retrieval import ArticleError


@pytest.fixture
def files(tmp_path):
    for name in ("b.txt", "a.md", "deep/c.txt", ".hidden", ".git/config", "x y.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Bees fly.")
    return tmp_path


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("a.txt", ("a.txt",)),
        (" a.txt,b.txt  https://e.org/c ", ("a.txt", "b.txt", "https://e.org/c")),
        ('["a b.txt", "c,d.txt"]', ("a b.txt", "c,d.txt")),
        ("x y.txt", ("x y.txt",)),  # it exists
        ("x z.txt", ("x", "z.txt")),
        ("a" * 5_000, ("a" * 5_000,)),
    ],
)
@pytest.mark.usefixtures("files")
def test_a_setting_names_files_in_several_ways(value, names):
    assert split_sources(value) == names


@pytest.mark.parametrize("value", ["[1]", "[]", "[a]"])
def test_a_wrong_list_is_refused(value):
    with pytest.raises(ValueError, match=r"expect|Expect"):
        split_sources(value)


def test_a_folder_stands_for_its_files_without_hidden_ones(files):
    names = [os.path.relpath(source, files) for source in expand_sources([str(files)])]
    assert names == ["a.md", "b.txt", "deep/c.txt", "x y.txt"]


def test_a_glob_stands_for_what_matches(files):
    pattern = str(files / "**" / "*.txt")
    names = [os.path.relpath(source, files) for source in expand_sources([pattern])]
    assert names == ["b.txt", "deep/c.txt", "x y.txt"]


def test_each_source_counts_once_and_named_ones_have_to_be_there(files):
    link, path = "https://e.org/a", str(files / "b.txt")
    sources = expand_sources([path, link, str(files / "*.txt"), path])
    assert sources == {path: True, link: True, str(files / "x y.txt"): False}


@pytest.mark.parametrize("name", ["*.pdf", "hollow", "no/such/*.txt"])
def test_what_stands_for_nothing_says_so(tmp_path, name):
    (tmp_path / "hollow").mkdir()
    with pytest.raises(ArticleError, match=r"no file"):
        expand_sources([name])


def test_a_change_is_looked_for_where_the_files_are(files):
    """Folders beside a file are not watched: they may be large, or belong to others."""
    b, deep = str(files / "b.txt"), str(files / "deep")
    assert watched_folders([b, "https://e.org/a", deep]) == {
        files: False,
        files / "deep": True,
    }
    assert watched_folders([b, str(files / "**" / "*.txt")]) == {files: True}
    assert watched_folders([str(files / "*" / "c.txt"), b]) == {files: True}
    assert watched_folders([str(files / "*.txt")]) == {files: False}
    assert watched_folders(["none/a.txt", "a*.txt"]) == {Path(): False}


def test_a_folder_that_cannot_be_read_says_so(files, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(
        ArticleError, match=r"Permission denied\); check .* permissions"
    ):
        expand_sources([str(files)])


def test_a_folder_inside_that_cannot_be_read_is_left_out_and_logged(
    files, monkeypatch, caplog
):
    """The error is simulated, since root may read every folder."""
    real = os.scandir

    def scan(path):
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scan)
    assert [Path(name).name for name in expand_sources([str(files)])] == [
        "a.md",
        "b.txt",
        "x y.txt",
    ]
    assert "deep: cannot be read (Permission denied). It is left out" in caplog.text


def test_what_cannot_be_looked_at_is_not_watched(monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", refuse)
    assert watched_folders(["secret"]) == {}


def test_a_folder_lists_no_programs_and_a_name_that_is_given_stays(tmp_path):
    for name in ("bees.txt", "__init__.py", "settings.TOML", "style.css"):
        (tmp_path / name).write_text("Bees make honey.")
    assert list(expand_sources([str(tmp_path)])) == [str(tmp_path / "bees.txt")]
    named = str(tmp_path / "__init__.py")
    assert list(expand_sources([named])) == [named]
