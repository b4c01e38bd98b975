# Each target sets up what it needs: a local .venv with the locked requirements. Python 3.11+ and make suffice.

VENV := .venv
BIN := $(VENV)/bin
# The first of these that is 3.11 or newer.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Where fetched interpreters lie, for lessons on newer Pythons; an empty folder is fine.
export PEP_SPEEDRUN_PYTHONS ?= $(wildcard .pythons/bin)

# Neighbours stay together, and with them what they share, until a worker has nothing left to do.
# Twice as many workers as cores: tests wait for processes, disks and real timers.
WORKERS ?= --numprocesses auto --dist worksteal
export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2))

.PHONY: help playground run test test-slow lint format lessons lock screenshots gallery words clean

help:
	@echo "make playground    the real bot in a browser page, without a token"
	@echo "make run           the bot on Discord (DISCORD_TOKEN in the environment or .env)"
	@echo "make test          the tests; make test-slow: the long matrices"
	@echo "make lint          ruff and mypy; make format: put the code in shape"
	@echo "make lessons       check every lesson on the Pythons of this machine"
	@echo "make screenshots   the README's pictures, made again (needs Chromium)"
	@echo "make gallery       docs/gallery: every kind of message, made again (needs Chromium)"
	@echo "make words         the catalogues of other languages, brought up to date with the texts"
	@echo "make lock          the locked requirements, from pyproject.toml"

playground: $(VENV)/.playground
	$(BIN)/python -m bot playground $(ARGS)

run: $(VENV)/.run
	$(BIN)/python -m bot run

test: $(VENV)/.dev
	$(BIN)/python -m pytest -m "not slow" $(WORKERS) $(ARGS)

test-slow: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow $(WORKERS) $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lessons: $(VENV)/.run
	$(BIN)/python -m bot lessons check

screenshots: $(VENV)/.dev
	$(BIN)/python scripts/screenshots.py

gallery: $(VENV)/.dev
	$(BIN)/python scripts/gallery.py

words: $(VENV)/.dev
	$(BIN)/python scripts/words.py

# A stamp a set of requirements: what is installed stays until its lock file changes.
$(VENV)/.run: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.playground: requirements-playground.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-playground.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found."; exit 1; }
	$(PYTHON) -m venv $(VENV)

# --no-emit-index-url and --no-header keep addresses and paths of the machine that locks out of the files.
# --no-strip-extras: where a newer release exists, pip 23 takes `coverage[toml]` for a package without a pin.
LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-strip-extras --quiet
lock:
	$(LOCK) -o requirements.txt
	$(LOCK) --extra speed --extra postgres -o requirements-full.txt
	$(LOCK) --extra playground -o requirements-playground.txt
	$(LOCK) --extra dev -o requirements-dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .cache
