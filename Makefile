# `make run` and `make test` need nothing before them but Python 3.11 or newer.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run serve test test-fast lint format bench translations extract requirements

run: $(VENV)/run.ok translations
	@$(BIN)/flask --app app start --sample --port $(PORT)

# A company's own installation: no sample company, no known password.
serve: $(VENV)/run.ok translations
	@$(BIN)/flask --app app start --port $(PORT)

test: $(VENV)/test.ok translations
	@sh tests/install-browser
	TEST_DATABASE=sqlite $(BIN)/python -m pytest -n 2 -m "not slow"
	TEST_DATABASE=postgresql $(BIN)/python -m pytest -n 2 -m "not slow"
	TEST_DATABASE=sqlite $(BIN)/python -m pytest -n 2 -m slow
	TEST_DATABASE=postgresql $(BIN)/python -m pytest -m slow tests/journeys/test_faults.py

# What to run while working: seconds, on SQLite.
test-fast: $(VENV)/test.ok translations
	$(BIN)/python -m pytest -n 2 -m "not slow"

lint: $(VENV)/test.ok
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/test.ok
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/test.ok translations
	$(BIN)/python -m bench.run

translations: translations/zh_Hans_CN/LC_MESSAGES/messages.mo
translations/zh_Hans_CN/LC_MESSAGES/messages.mo: translations/zh_Hans_CN/LC_MESSAGES/messages.po $(VENV)/run.ok
	@$(BIN)/pybabel -q compile -d translations

# Gather every text anew; then fill what is empty in the .po file.
extract: $(VENV)/test.ok
	@mkdir -p build
	$(BIN)/pybabel -q extract --ignore-dirs '.*' -F babel.cfg -k N_ -k _l -k lazy_gettext --no-location --omit-header --sort-output -o build/messages.pot .
	$(BIN)/pybabel -q update -i build/messages.pot -d translations -l zh_Hans_CN --no-fuzzy-matching --ignore-obsolete

# requirements.txt and requirements-dev.txt are compiled from the short lists in requirements*.in.
requirements: $(VENV)/test.ok
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make requirements" -o requirements.txt requirements.in
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make requirements" -c requirements.txt -o requirements-dev.txt requirements-dev.in

$(VENV)/run.ok: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the requirements. The first time takes a minute."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/test.ok: requirements-dev.txt $(VENV)/run.ok
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
