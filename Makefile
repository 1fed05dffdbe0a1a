# Everything that is done with this checkout. A fresh Debian needs git, make and Python 3.11+ with venv.

VENV := .venv
PYTHON := $(VENV)/bin/python
RUN := $(PYTHON) -m
UV ?= uv
# Tests at once, one more than there are processors: most of them wait more than they reckon. In the order of their files: else all that wait longest come last.
JOBS ?= $(shell expr $$(nproc) + 1)

# What is compiled once serves every process after it: some hundred are started by the tests.
unexport PYTHONDONTWRITEBYTECODE

# Stamps carry the hash of what they stand for: a lock that did not change costs nothing.
stamp = $(VENV)/.$(1)-$(firstword $(shell cat $(2) pyproject.toml | sha256sum))
DEV := $(call stamp,dev,requirements-dev.lock)
PLAIN := $(or $(wildcard $(DEV)),$(call stamp,plain,requirements.lock))

.PHONY: help setup demo test check types rules fix bench outside i18n migrate migration lock

help: ## list these commands
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(DEV) ## make the environment and install everything in it

demo: $(PLAIN) ## load the demonstration and serve it on 127.0.0.1:8000
	@$(RUN) rimay demo

test: $(DEV) ## run every test; ARGS="-k turn" chooses some
	$(RUN) pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: types rules ## layout, lint, types, imports between rooms, catalogues, migrations

types: $(DEV)
	$(RUN) mypy

rules: $(DEV)
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(VENV)/bin/lint-imports
	$(RUN) i18n.drift --check
	$(RUN) pytest -q tests/test_house_rules.py tests/test_migrations.py

fix: $(DEV) ## lay out the code and mend what can be mended by itself
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

bench: $(DEV) ## figures beside a peer or a limit, measured here and now
	$(RUN) bench.turn
	$(RUN) bench.voting
	$(RUN) bench.crowd
	$(RUN) bench.start
	$(RUN) bench.transport
	$(RUN) bench.delivery
	$(RUN) bench.expressions
	$(RUN) bench.dialogue
	$(RUN) bench.workbook
	$(RUN) bench.export
	$(RUN) bench.opinions
	$(RUN) bench.prediction
	$(RUN) bench.next_statement
	$(RUN) bench.choosing
	$(RUN) bench.analysis
	$(RUN) bench.opening
	$(RUN) bench.lottery
	$(RUN) bench.alike
	$(RUN) bench.voices
	$(RUN) bench.agenda
	$(RUN) bench.brief
	$(RUN) bench.weights

outside: $(DEV) ## test against data of others; RIMAY_DATA names their folder
	$(RUN) pytest tests/outside $(ARGS)

i18n: $(DEV) ## bring the review states up to date and say what drifts
	$(RUN) i18n.drift

migrate: $(PLAIN) ## bring the tables of the database up to date
	@$(RUN) rimay migrate

migration: $(DEV) ## write a migration for what changed in the tables; name="what changed"
	@test -n "$(name)" || { echo 'make migration name="what changed"' >&2; exit 2; }
	$(RUN) migrations.schema "$(name)"

COMPILE = $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock: ## choose versions anew where pyproject.toml asks for it; needs uv, UPGRADE=--upgrade renews all
	@command -v $(UV) >/dev/null || { echo "make lock needs uv, which the other commands do not" >&2; exit 1; }
	$(COMPILE) $(UPGRADE) pyproject.toml -o requirements.lock
	$(COMPILE) $(UPGRADE) --extra dev --constraint requirements.lock pyproject.toml -o requirements-dev.lock

define install
@echo "Installing what $(1) names. The first time takes a few minutes."
@rm -f $(VENV)/.dev-* $(VENV)/.plain-*
@$(RUN) pip install -q --disable-pip-version-check --no-compile --require-hashes -r $(1)
@$(RUN) compileall -q -j 0 $(VENV)/lib >/dev/null || true # on all processors; what is no Python 3 is left as it is
@$(RUN) pip install -q --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
@touch $@
endef

$(VENV)/.plain-%: | $(PYTHON)
	$(call install,requirements.lock)

$(VENV)/.dev-%: | $(PYTHON)
	$(call install,requirements-dev.lock)

$(PYTHON):
	@for python in python3 python3.13 python3.12 python3.11; do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    $$python -c 'import ensurepip, venv' 2>/dev/null || \
	        { echo "Python cannot make environments here: apt install python3-venv" >&2; exit 1; }; \
	    exec $$python -m venv --clear $(VENV); \
	done; \
	echo "Rimay needs Python 3.11 or newer: apt install python3 python3-venv" >&2; exit 1
