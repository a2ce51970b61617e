# Needs make and Python 3.11 or newer, nothing else: whatever runs first sets up .venv from the hash-locked files.

PACK := ashfall
SEED := 7
OUT := tale
ARGS :=

BIN := .venv/bin
PYTHONS := $(BIN)/python python3 python3.14 python3.13 python3.12 python3.11
PYTEST := $(BIN)/python -m pytest -q -n auto --maxprocesses 8
# The machine's uv serves as well as ours.
COMPILE := $$([ -x $(BIN)/uv ] && echo $(BIN)/uv || echo uv) pip compile pyproject.toml --quiet \
	--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command 'make lock' --group build

.DEFAULT_GOAL := help
.PHONY: help setup play test check bench soak lock clean runtime dev

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1@\2/p' Makefile | awk -F@ '{ printf "%-12s %s\n", $$1, $$2 }'

setup: dev ## set up .venv, development tools included
	@echo "Ready: $(BIN)/fabula"

play: runtime ## play a campaign and tell it (PACK=ashfall SEED=7 OUT=tale ARGS="--turns 6")
	@$(BIN)/fabula play "$(PACK)" --seed "$(SEED)" --out "$(OUT)" $(ARGS)

test: dev ## run every test but the nightly ones (ARGS="-k whisper")
	@$(PYTEST) $(ARGS)

check: dev ## format, lint, strict types, arrows between rooms
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

bench: dev ## measure speed and size against their marks
	@$(BIN)/python benchmarks/run.py $(ARGS)

soak: dev ## run the nightly tests: long runs, many seeds, real kills
	@$(PYTEST) -m nightly $(ARGS)

lock: runtime ## compile the lock files again (ARGS=--upgrade for newer versions)
	@$(COMPILE) $(ARGS) --output-file requirements.lock
	@$(COMPILE) $(ARGS) --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove all that make has made, stories excepted
	@rm -rf .venv .venv-old dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime dev:
	@for python in $(PYTHONS); do \
		"$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		exec "$$python" .ci/set_up.py $@; \
	done; \
	echo "Fabula needs Python 3.11 or newer with its venv module; none of these is one: $(PYTHONS)." >&2; \
	echo "Install it (on Debian and Ubuntu: apt install python3-venv) or name yours: make PYTHONS=/path/to/python" >&2; \
	exit 1
