PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
DATA ?= ../shared/data
READY = $(VENV)/.ready

.PHONY: report test test-all check bench starter docs lock clean

report: $(READY)
	$(BIN)/comity profile CHN RUS

test: $(READY)
	$(BIN)/python -m pytest -m "not slow" -n 2

test-all: $(READY)
	$(BIN)/python -m pytest -n 2

check: $(READY)
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m bench --data $(DATA)

starter: $(READY)
	$(BIN)/comity --home $(VENV)/starter-home build --from $(DATA)
	$(BIN)/python -m comity.release $(VENV)/starter-home

docs: $(READY)
	$(BIN)/python -m comity.docs docs

lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --no-annotate --no-header -o requirements.lock

$(READY): pyproject.toml requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $(READY)

clean:
	rm -rf $(VENV) dist build
