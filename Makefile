# `make` alone prints what there is.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
CHARTS := src/tieout/ui/static/ui/vendor/echarts.min.js
T ?=

.PHONY: help setup demo demo-tryton test quick fix golden shots bench lock

help:
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/.installed: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(CHARTS): package-lock.json requirements/charts.sh | .venv/.installed
	sh requirements/charts.sh $(BIN)

setup: .venv/.installed $(CHARTS) ## make .venv and install what is locked

demo: setup ## the site, a worker and a QuickBooks sandbox on loopback; prints the address
	$(BIN)/tieout demo

demo-tryton: setup ## the same, with a real Tryton to connect to, which is installed first
	$(BIN)/tieout demo --provider tryton

test: setup ## everything that this machine can run; names what it could not
	$(BIN)/python -m tests.run_all

quick: setup ## the fast loop: make quick T=tests/ledger
	$(BIN)/ruff check src tests
	$(BIN)/pytest -q -m "not slow and not browser and not postgresql and not network and not tryton" $(T)

fix: setup ## format and mend what can be mended by machine
	$(BIN)/ruff check --fix src tests
	$(BIN)/ruff format src tests

golden: setup ## rewrite the golden tables, then show the difference
	GOLDEN=write $(BIN)/pytest -q tests/golden src -k golden
	git --no-pager diff --stat -- tests/golden

shots: setup ## pictures of every page, wide and narrow, light and dark, into shots/
	$(BIN)/python -m tests.e2e.shots

bench: setup ## timings, as medians, side by side
	$(BIN)/python -m tests.bench

lock: setup ## resolve the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes pyproject.toml -o requirements/base.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group dev pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements/tryton.in -o requirements/tryton.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements/node.in -o requirements/node.txt
