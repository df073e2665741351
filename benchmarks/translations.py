"""Translations of questions, in SQuAD files that hold them in several languages."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path


def read_translations(paths: Sequence[str]) -> Mapping[str, list[str]]:
    """Return each question of SQuAD files with the questions of the same `id`.

    Args:
        paths: Paths of files and folders; folders have no such questions.
    """
    by_id: dict[str, list[str]] = {}
    for path in filter(os.path.isfile, paths):
        for entry in json.loads(Path(path).read_text("utf-8")).get("data", ()):
            for paragraph in entry["paragraphs"]:
                for asked in paragraph["qas"]:
                    by_id.setdefault(asked.get("id", ""), []).append(asked["question"])
    return {
        text: [other for other in texts if other != text]
        for number, texts in by_id.items()
        if number and len(set(texts)) > 1
        for text in texts
    }
