# Two commands: `make demo` rates an example article, `make test` runs the tests, but for the slow ones (`make test-all`).
# Both make their own virtual environment in .venv and install what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two processes, a file of tests each at a time; both with one thread, since threads of two would wait for one another.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 2 --dist loadfile

.PHONY: demo test test-all coverage lowest mutants constraints lint clean bench sums golden readme sample picture docs

demo: $(VENV)/.base
	$(BIN)/sourcegrade score data/examples/channel_relay.txt --outlet rivermail.example

test: $(VENV)/.dev
	$(PYTEST) -m "not slow"

test-all: test
	$(PYTEST) -m slow

coverage: $(VENV)/.dev
	$(BIN)/coverage erase
	PYTEST_ADDOPTS="--cov --cov-append --cov-report= --cov-fail-under=0" $(MAKE) test-all
	$(BIN)/coverage report

lowest: $(VENV)/.dev
	.ci/lowest $(BIN)/python

mutants: $(VENV)/.dev
	$(BIN)/python tests/mutants.py

lint: $(VENV)/.dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(VENV)/.base
	$(BIN)/python reports/evaluation/bench.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[dev,train,pdf]'
	@touch $@

$(VENV)/.docs: $(VENV)/.base
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

constraints: $(VENV)/.dev
	{ sed -n '/^#/p' constraints.txt; $(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//'; } > constraints.new && mv constraints.new constraints.txt

sums:
	cd data && find . -type f ! -name SHA256SUMS ! -name .DS_Store | LC_ALL=C sort | sed 's|^\./||' | xargs sha256sum > SHA256SUMS

golden: $(VENV)/.dev
	$(BIN)/python tests/test_golden.py

readme: $(VENV)/.dev
	$(BIN)/python tests/test_readme.py
	$(BIN)/python tests/test_docs.py

sample: $(VENV)/.base
	for format in html md; do $(BIN)/sourcegrade report data/examples/channel_relay.txt --outlet rivermail.example --format $$format --output reports/sample; done

picture: $(VENV)/.dev
	$(BIN)/python docs/images/take.py

docs: $(VENV)/.docs
	$(BIN)/mkdocs build --strict

clean:
	rm -rf $(VENV) dist build site .pytest_cache .mypy_cache .ruff_cache .coverage
