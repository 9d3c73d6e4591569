# What can be done in this checkout; `make` alone prints the list.
# Variables: PYTHON=python3.12 (which Python makes .venv), ARGS="..." (handed on to youlin or pytest).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip -q
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: help setup web run test faults fuzz lint format bench db messages lock clean

help: ## Print this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.development ## Make .venv with everything for developing, from the hashed locks.

web: var/web/.fetched ## Fetch the pinned web assets into var/web (npm, or Node from a wheel where npm is missing).

run: .venv/.runtime var/web/.fetched ## Set up what is missing, then start everything: the playground, or Telegram with YOULIN_BOT_TOKEN.
	@exec $(BIN)/youlin run $(ARGS)

test: .venv/.development var/web/.fetched ## Run all tests, on SQLite, a PostgreSQL of their own and a headless Chromium.
	@scripts/need.sh tests
	$(BIN)/pytest -n 4 --dist worksteal -m "not slow" $(ARGS)

faults: .venv/.development var/web/.fetched ## Kill, repeat, reorder and race several hundred times, on both databases (long).
	@scripts/need.sh tests
	$(BIN)/pytest -m slow $(ARGS)

fuzz: .venv/.development ## Throw bytes at every decoder, 20 s each (Linux; ARGS="--seconds 600 watch_stream").
	$(BIN)/python -m tests.fuzz $(ARGS)

lint: .venv/.development ## Check style, format, types and who imports whom.
	@# All four are run before it fails, so that one look shows everything.
	@failed=; for check in "ruff check ." "ruff format --check ." "mypy" "lint-imports"; do \
		echo "$$check"; $(BIN)/$$check || failed="$$failed [$$check]"; \
	done; [[ -z "$$failed" ]] || { echo "failed:$$failed"; exit 1; }

format: .venv/.development ## Put the code into its standard form.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only .

bench: .venv/.development ## Measure beside the floors; writes bench/RESULTS.md.
	@scripts/need.sh tests
	$(BIN)/python -m bench $(ARGS)

db: .venv/.runtime ## Bring the database of YOULIN_DATABASE_URL (default: SQLite in var/) to the newest tables.
	$(BIN)/youlin db upgrade

messages: .venv/.development ## Check the words: every language complete, every key that the program asks for known.
	$(BIN)/pytest tests/architecture/test_words.py $(ARGS)

lock: ## Write the lock files anew after a change of pyproject.toml (the only target that needs uv).
	uv pip compile -q --universal --generate-hashes pyproject.toml -o requirements.lock
	uv pip compile -q --universal --generate-hashes pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	uv pip compile -q --universal --generate-hashes --group pyproject.toml:node -o requirements-node.lock

clean: ## Remove what can be made again; databases and media in var/ stay.
	rm -rf .venv node_modules var/web build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each is touched when its step has been done to the end, so that a second `make run` starts at once.

.venv/.made:
	@scripts/need.sh python $(PYTHON)
	@echo "Making the virtual environment .venv"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: .venv/.made requirements.lock pyproject.toml
	@echo "Installing the pinned requirements (a minute or two the first time)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.development: .venv/.runtime requirements-dev.lock
	@echo "Installing the pinned requirements of the tests"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

var/web/.fetched: package.json package-lock.json scripts/web.sh | .venv/.made
	@scripts/web.sh
	@touch $@
