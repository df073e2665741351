# Two commands do all the set-up: `make console` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: console test test-slow check docs figures pictures clean

console: .venv/console  ## ask the seed article at this terminal
	@$(BIN)/article-bot console

test: .venv/installed  ## run all tests but the slow ones; COV=--cov counts branches
	$(BIN)/pytest $(COV) --numprocesses auto -m 'not slow'

test-slow: .venv/voice  ## run the others
	$(BIN)/pytest --numprocesses auto -m slow

check: .venv/installed  ## what CI checks besides the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/installed  ## write docs/settings.md and .env.example from bot/settings.py
	$(BIN)/python -m docs.settings

figures: .venv/installed  ## check the measured numbers that the documents quote
	$(BIN)/python -m benchmarks.figures

pictures: .venv/installed  ## draw the README's picture; needs Chromium
	$(BIN)/python -m docs.pictures

clean:
	rm -rf .venv build dist

# What the console needs: every format, and the encoder.
.venv/console: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Article Bot needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up .venv, once; this takes a minute." >&2
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	@$(BIN)/pip install --quiet --editable '.[formats,reader]'
	@touch $@

# What the tests and checks need besides.
.venv/installed: .venv/console
	@echo "Adding what the tests need to .venv, once; this takes a minute." >&2
	@$(BIN)/pip install --quiet --editable . --group dev
	@touch $@

# What the slow tests need besides: speech recognition, and a model.
.venv/voice: .venv/installed
	@$(BIN)/pip install --quiet --group voice
	@touch $@
