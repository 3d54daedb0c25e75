# Everything that is done with this repository. Bare `make` prints the targets.
# Needs: make, Python 3.11 or newer with its venv module, and the network the first time.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --root-user-action=ignore
PROCESSES ?= 2
# What the tests are compiled to is kept, for the workers and the run on the other database to read.
PYTEST := PYTHONDONTWRITEBYTECODE= NAMEPLATE_CHROMIUM="$$(.ci/find-chromium $(BIN)/python)" $(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal $(ARGS)

.PHONY: help
help: ## print this
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

.PHONY: run
run: $(RUNTIME) ## install, migrate, fill an empty database with the demo company, serve on http://127.0.0.1:8000 (PORT=, NAMEPLATE_DATA=, DATABASE_URL=)
	@$(BIN)/python -m nameplate migrate
	@$(BIN)/python -m nameplate demo
	@exec $(BIN)/python -m nameplate serve

.PHONY: demo
demo: $(RUNTIME) ## fill an empty database with the demo company and print its sign-ins
	@$(BIN)/python -m nameplate migrate
	@$(BIN)/python -m nameplate demo

.PHONY: verify
verify: $(RUNTIME) ## prove that what stands in every list is the fold of the ledger
	@$(BIN)/python -m nameplate verify

# What the database has no part in: texts, layers, papers, who may what, how pages and the API read what they are sent and how they look.
# `make test` tries it on SQLite alone, `make prove` on both. On PostgreSQL it tries what operations, the ledger, lists and jobs do, and
# through the doors: two stories over the API and one in a browser, the real drives, requests sent twice, and nonsense of every kind.
DOORS := $(filter-out $(foreach part,fuzz once real_drives,tests/api/test_$(part).py),$(wildcard tests/api/test_*.py))
WITHOUT_DATABASE := $(foreach part,tests/text tests/house tests/documents tests/web tests/browser tests/test_shape.py $(DOORS),--ignore=$(part)) \
  --deselect tests/stories/test_from_order_to_pod.py::test_in_a_browser

# A number that decides which of the tests this run takes where it takes a share (tests/proving.py); `make test DRAW=` takes all, as CI does.
ifeq ($(origin DRAW), undefined)
DRAW := $(shell echo $$RANDOM)
endif

.PHONY: test
test: ## the short form of every test, on SQLite and on PostgreSQL: under five minutes (ARGS= is passed to pytest, DRAW= leaves nothing out)
	@NAMEPLATE_DRAW=$(DRAW) $(MAKE) test-sqlite ARGS="$(ARGS)"
	@NAMEPLATE_DRAW=$(DRAW) $(MAKE) test-postgresql ARGS="$(ARGS) $(WITHOUT_DATABASE)"

.PHONY: test-sqlite
test-sqlite: $(DEVELOPMENT) ## the same on SQLite alone
	@NAMEPLATE_TEST_DATABASE=sqlite $(PYTEST)

.PHONY: test-postgresql
test-postgresql: $(DEVELOPMENT) ## the same on PostgreSQL alone; it starts a server of its own
	@NAMEPLATE_TEST_DATABASE=postgresql $(PYTEST)

.PHONY: prove
prove: $(DEVELOPMENT) ## every test at full count, seeds printed, on both databases; writes docs/proof/
	@mkdir -p docs/proof
	@git log -1 --format='commit %h, %cI' | tee docs/proof/sqlite.txt
	@NAMEPLATE_PROVE=1 NAMEPLATE_TEST_DATABASE=sqlite $(PYTEST) --durations=20 | tee -a docs/proof/sqlite.txt
	@git log -1 --format='commit %h, %cI' | tee docs/proof/postgresql.txt
	@NAMEPLATE_PROVE=1 NAMEPLATE_TEST_DATABASE=postgresql $(PYTEST) --durations=20 | tee -a docs/proof/postgresql.txt

.PHONY: lint
lint: $(DEVELOPMENT) ## ruff, djlint and the layers (import-linter)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/djlint --quiet --lint nameplate/templates
	@$(BIN)/lint-imports --no-cache --verbose > /dev/null || { $(BIN)/lint-imports --no-cache; exit 1; }

.PHONY: format
format: $(DEVELOPMENT) ## write what ruff would have
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

.PHONY: types
types: $(DEVELOPMENT) ## mypy, strict
	@$(BIN)/mypy

.PHONY: migrations-check
migrations-check: $(DEVELOPMENT) ## do the migrations say what the models say?
	@data=$$(mktemp -d); trap 'rm -rf "$$data"' EXIT; \
	 NAMEPLATE_DATA="$$data" DATABASE_URL= $(BIN)/python -m nameplate manage makemigrations --check --dry-run

.PHONY: bench
bench: $(DEVELOPMENT) ## measure every workload against the bare database; writes bench/results/
	@$(BIN)/python -m bench $(ARGS)

.PHONY: screenshots
screenshots: $(DEVELOPMENT) ## take the pictures of the help and of docs/guide again, in the browser of the tests (ARGS= names some)
	@NAMEPLATE_CHROMIUM="$$(.ci/find-chromium $(BIN)/python)" $(BIN)/python -m tests.browser.pictures $(ARGS)

.PHONY: lock
lock: $(DEVELOPMENT) ## renew both lock files from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	@uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements-dev.lock

# The virtual environment. A file in it says what was installed last, so that a second run begins at once.

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Nameplate needs Python 3.11 or newer; say which: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(RUNTIME): $(VENV)/pyvenv.cfg requirements.lock
	@echo "Installing what Nameplate needs into $(VENV) …"
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@

$(DEVELOPMENT): $(RUNTIME) requirements-dev.lock pyproject.toml
	@echo "Installing what its tests need into $(VENV) …"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --editable .
	@touch $@
