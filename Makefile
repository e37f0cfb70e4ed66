# Everything a person types. Each line after ## is shown by `make help`.
PYTHON3 ?= python3
PYTHON = .venv/bin/python
JOBS ?= 2
export PIP_NO_INPUT = 1

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench plans faults pins messages screenshots environment development

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: environment ## start the product on this machine: http://127.0.0.1:8000 (PORT=8080 for another port)
	@$(PYTHON) run/product.py

test: development ## run the whole suite from nothing (ARGS="-k banner" for some of it)
	@$(PYTHON) -m pytest -n $(JOBS) --dist worksteal $(ARGS)

check: development ## check format, lint, types, floors, templates, security, migrations and catalogues
	@$(PYTHON) run/check.py

fix: development ## format the code and mend what can be mended
	$(PYTHON) -m ruff check --fix-only --quiet .
	$(PYTHON) -m ruff format --quiet .

bench: development ## print one JSON line a benchmark: name, median, p95, unit, size (ARGS="queue_page sweep" for some)
	@$(PYTHON) -m bench $(ARGS)

plans: development ## print the plan of each query of the coordinators' queue, with 100,000 patients on PostgreSQL
	@$(PYTHON) -m bench.queue_page --plans

screenshots: development ## take the pictures of the README and the guides from the demonstration (needs Chromium)
	@$(PYTHON) run/screenshots.py $(ARGS)

messages: development ## collect the texts to translate and compile the catalogues (needs gettext)
	$(PYTHON) run/catalogues.py

faults: development ## kill, stop and flush what reminders stand on, and count 10,000 messages (COUNT=500 for fewer)
	@$(PYTHON) -m tests.faults $(COUNT)

pins: ## resolve requirements*.in into pinned, hashed requirements*.txt (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras requirements-dev.in -o requirements-dev.txt

environment:
	@$(PYTHON3) run/environment.py product

development:
	@$(PYTHON3) run/environment.py development
