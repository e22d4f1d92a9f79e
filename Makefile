# dicomspec: what one needs to try it, to test it and to build it. Wants make and Python 3.10 or newer.
#
#   make demo                       install, read a bundled plan, change it, write it, show the difference
#   make test                       install, lint, types, generated code up to date, all tests
#   make test PYTHON=python3.13     the same with another Python; VENV=folder keeps its environment apart
#   make bench [QUICK=1]            the figures of the README
#   make build                      sdist and wheel, in dist/

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.10 python3.14 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$name && break; done)
VENV ?= .venv
QUICK ?=

VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null)
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
RUN := $(BIN)/python
BASE := $(VENV)/.installed-$(VERSION)
DEV := $(VENV)/.installed-dev-$(VERSION)
BENCH := $(VENV)/.installed-bench-$(VERSION)
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test lint types generated pytest bench build clean

help:
	@sed -n 's/^#   //p' Makefile

demo: $(BASE)
	@$(RUN) -m tools.demo

test: lint types generated pytest

lint: $(DEV)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: $(DEV)
	$(RUN) -m mypy
	$(RUN) -m mypy tests/typing
	$(BIN)/basedpyright

generated: $(DEV)
	$(RUN) -m codegen --quiet build --check
	$(RUN) -m tools.make_examples --check

pytest: $(DEV)
	$(RUN) -m pytest

bench: $(BENCH)
	$(RUN) -m benchmarks $(if $(QUICK),--quick)

build: $(DEV)
	$(PIP) build
	$(RUN) -m build --outdir dist .

# The environment is made anew for another Python, and when the dependencies may have changed.
$(BASE): pyproject.toml
	@test -n "$(VERSION)" || { echo "make: no Python 3.10 or newer found; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "make: $(PYTHON) is Python $(VERSION); 3.10 or newer is needed: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --editable .
	@touch $@

$(DEV): $(BASE)
	$(PIP) --editable '.[dev]'
	@touch $@

$(BENCH): $(DEV)
	$(PIP) --editable '.[bench]'
	@touch $@

clean:
	rm -rf $(VENV) .venv-* build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
