# The one door for developers. `make check` never edits; `make fix` does.
RUN := uv run --quiet --group dev
DATA ?= ./cairn-data

.PHONY: test check fix run demo docs docs-print bench help

help: ## what this file can do
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

test: ## the whole suite
	$(RUN) pytest -n auto

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
