# The commonest commands. Bare `make` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := list
.PHONY: list setup demo test check bench docs lock

BIN := .venv/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
UV := $(shell command -v uv 2>/dev/null)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ifdef UV
PIP := uv pip install --quiet --python $(BIN)/python
endif
WORKERS ?= 2

list: ## what you are reading
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{ printf "  make %-7s %s\n", $$1, $$2 }'

.venv/bin/python:
	@test -n "$(UV)$(PYTHON)" || { echo "Handrail needs Python 3.11 or later and found none: install it, or say make PYTHON=/path/to/python3."; exit 1; }
	@echo "Making .venv."
	@$(if $(UV),uv venv --quiet --python '>=3.11' .venv,$(PYTHON) -m venv .venv)

# Only what running needs: a newcomer's first command is not to load the tools.
.venv/run-ready: locks/run.txt | .venv/bin/python
	@echo "Installing what Handrail needs to run."
	@$(PIP) -r locks/run.txt
	@$(PIP) --no-deps --editable .
	@touch $@

.venv/dev-ready: locks/dev.txt | .venv/bin/python
	@echo "Installing what its developers need."
	@$(PIP) -r locks/dev.txt
	@$(PIP) --no-deps --editable .
	@touch .venv/run-ready $@

setup: .venv/dev-ready ## make .venv with everything for development

demo: .venv/run-ready ## tell the story in a few minutes, on practice systems
	@$(BIN)/handrail demo

test: .venv/dev-ready ## run every test; says which were skipped and why
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: .venv/dev-ready ## lint, types, rooms, sizes and tests: what CI runs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/tidy.py
	@$(MAKE) --no-print-directory test
	@echo "Skipped by make check, besides the tests named above: branch coverage (measured by nobody yet), make docs, make bench."

bench: .venv/dev-ready ## measure each bench/*.py with its own defaults
	@ls bench/*.py >/dev/null 2>&1 || { echo "There is nothing to measure yet: bench/ is empty."; exit 1; }
	@for b in bench/*.py; do echo "== $$b"; $(BIN)/python "$$b" --json || exit 1; done

docs: ## build the pages under docs/ into site/, if zensical is there
	@if [ -x $(BIN)/zensical ]; then $(BIN)/zensical build; else \
	  echo "Skipped: zensical is not in .venv, so no site is built. Read docs/index.md as it is, or: $(BIN)/python -m pip install zensical"; fi

lock: ## renew locks/ from pyproject.toml
	@set -e; scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; \
	for set in run dev; do \
	  $(PYTHON) -m venv "$$scratch/$$set"; pip="$$scratch/$$set/bin/python -m pip"; \
	  $$pip install --quiet --upgrade pip; \
	  if [ $$set = run ]; then $$pip install --quiet .; else $$pip install --quiet --group dev '.[all]'; fi; \
	  { head -1 locks/$$set.txt; $$pip freeze --exclude handrail | grep -E '^[A-Za-z0-9._-]+==' | sort -f; } > "$$scratch/$$set.txt"; \
	done; cp "$$scratch/run.txt" "$$scratch/dev.txt" locks/
