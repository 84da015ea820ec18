# One word per act, for people and for CI. `make run` and `make test` need Python 3.11, make and the registries.
SHELL := /bin/bash
PY ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
LOCK := uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate --quiet
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes --python $(BIN)/python

.PHONY: help run test demo bench faults screenshots check fix lock
.DEFAULT_GOAL := help

help:
	@echo "make run    everything on this machine, with demo data, until Ctrl-C (PORT=8000 HOST=127.0.0.1)"
	@echo "make test   the whole test suite (ARGS='-k name' narrows it)"
	@echo "make demo   one post from sign-up to TikTok's page, without a person"
	@echo "make bench  every promise of speed beside its peers and limits (ARGS='--quick' or '--only NAME')"
	@echo "make faults every fault of the list, one by one; SEED=7 or SEED=1..20, KILLS=40: a whole engine at random"
	@echo "make screenshots  every page, at a desk and on a phone, light and dark, into .data/screenshots/"
	@echo "make check  lint, types, import arrows, migrations, deploy checks, locks"
	@echo "make fix    format and repair what can be repaired; make lock: update the lock files"

# The work tree's environment: hash-locked, byte-compiled (uncompiled, each process starts three times slower).
.venv/.uv: .ci/uv.txt
	@echo "Creating the virtual environment …"
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Oncue needs Python 3.11 or newer: make PY=/path/to/python3.11")'
	@$(PY) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/uv.txt
	@touch $@
.venv/.run: requirements.txt .venv/.uv
	@echo "Installing what Oncue runs on …"
	@$(INSTALL) -r requirements.txt
	@touch $@
.venv/.dev: requirements-dev.txt .venv/.run
	@echo "Installing what tests and checks need …"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

run: .venv/.run
	@exec $(BIN)/python manage.py up --host $(HOST) --port $(PORT)

test: .venv/.dev
	@$(BIN)/python -m tests.chromium
	@exec $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

demo: .venv/.run
	@exec $(BIN)/python manage.py demo

bench: .venv/.dev
	@exec $(BIN)/python -m tests.benchmarks $(ARGS)

# More workers than cores: a fault test mostly waits for a lease to end.
faults: .venv/.dev
ifdef SEED
	@exec $(BIN)/python -m tests.faults.campaign --seeds $(SEED) --kills $(or $(KILLS),40) $(ARGS)
else
	@exec $(BIN)/python -m pytest -q -n 5 --dist worksteal -m "slow or faults" tests/faults $(ARGS)
endif

screenshots: .venv/.dev
	@$(BIN)/python -m tests.chromium
	@exec $(BIN)/python -m tests.screenshots $(ARGS)

check: .venv/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" .ci/check

fix: .venv/.dev
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .
	@git ls-files -z 'templates/*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2

lock: .venv/.uv
	@$(BIN)/$(LOCK) $(UPGRADE) --output-file requirements.txt
	@$(BIN)/$(LOCK) $(UPGRADE) --group dev --output-file requirements-dev.txt
