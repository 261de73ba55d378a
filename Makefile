# The one door for developers. `make check` never edits; `make fix` does.
RUN := uv run --quiet --group dev
DATA ?= ./cairn-data

.PHONY: test test-browser test-fast check fix run demo docs docs-print bench help

help: ## what this file can do
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

test: ## all tests but those in a browser
	$(RUN) pytest -n auto -m "not browser"

test-browser: ## what each user does, and every page of every role, in a real browser
	$(RUN) pytest -n auto -m browser

# Every rule and every number, and one app with its database and pages; no browser, no server.
FAST := tests/policy tests/sdc tests/matching tests/warehouse tests/checks tests/governance/training
test-fast: ## the pure core and one app, in about a minute
	$(RUN) pytest -q -n auto -m "not slow and not browser" $(FAST)

check: ## format, lint, types, import contracts, printed docs, migrations; edits nothing
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) python checks/names.py
	$(RUN) python docs/print_reference.py --check
	$(RUN) python -m django makemigrations --check --dry-run --settings cairn.config.settings

fix: ## format, mend what the linter can, print the reference pages again
	$(RUN) ruff format .
	$(RUN) ruff check --fix .
	$(RUN) python docs/print_reference.py

run: ## serve the data folder in $(DATA)
	CAIRN_DATA=$(DATA) uv run cairn serve

demo: ## make the demo community and serve it
	uv run cairn demo

docs: ## build the documentation site into site/
	uv run --group docs zensical build

bench: ## the benchmark table (takes some minutes)
	$(RUN) python benchmarks/run.py
