PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
DATA ?= ../shared/data
READY = $(VENV)/.ready
DEV = $(VENV)/.ready-dev
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --no-annotate --no-header

.PHONY: report test test-all check bench starter docs position serve lock clean

report: $(READY)
	$(BIN)/comity profile CHN RUS

test: $(DEV)
	$(BIN)/python -m pytest -m "not slow" -n 2

test-all: $(DEV)
	$(BIN)/python -m pytest -n 2

check: $(DEV)
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy

bench: $(DEV)
	$(BIN)/python -m bench --data $(DATA)

starter: $(READY)
	$(BIN)/comity --home $(VENV)/starter-home build --from $(DATA)
	$(BIN)/python -m comity.release $(VENV)/starter-home

docs: $(DEV)
	$(BIN)/python -m comity.docs docs
	$(BIN)/python -m comity.manual docs
	$(BIN)/mkdocs build --strict --quiet

position: $(DEV)
	$(BIN)/comity --home $(VENV)/starter-home build --from $(DATA)
	$(BIN)/python -W ignore -m bench.position $(VENV)/starter-home --write docs/position.md

serve: $(DEV)
	$(BIN)/comity serve

lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --extra all --group dev -c requirements.lock -o requirements-dev.lock

$(READY): pyproject.toml requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements.lock
	$(PIP) --no-deps -e .
	touch $(READY)

$(DEV): $(READY) requirements-dev.lock
	$(PIP) -r requirements-dev.lock
	touch $(DEV)

clean:
	rm -rf $(VENV) dist build
