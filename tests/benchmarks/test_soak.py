import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("store", ["works", "locked"])
def test_the_soak_tells_what_was_lost_and_what_it_took(store):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.soak"),
            *("--questions", "60", "--chats", "20", "--store", store),
        ],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith("COV")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"60 questions, 20 chats, store {store}: ")
    assert "lost 0, crossed 0, twice 0" in done.stdout
    assert f"warnings {int(store == 'locked')}" in done.stdout
