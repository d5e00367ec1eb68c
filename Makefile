# Two commands on a fresh clone: `make run` and `make test`. Either may come first; the stamp installs once.
PY ?= python3
BIN := .venv/bin
STAMP := .venv/.ready
UV := 0.13.8

.PHONY: run airflow test lint peers bench bench-identity lock clean

run: $(STAMP)
	$(BIN)/python -m dags

# Everything that runs by schedule, with a web page on 127.0.0.1, until Ctrl-C.
airflow: $(STAMP)
	exec $(BIN)/python -m dags.services

# A file of tests stays on one worker, in the order of tests/conftest.py. Marks for groups do not hold: xdist 3.8 writes
# them into node ids where pytest 9.2 does not look.
test: lint
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(STAMP): requirements.lock pyproject.toml
	$(PY) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --no-deps --editable .
	touch $@

# What heavy extras need: PySpark, and the libraries that the benchmark compares. Tests skip without them.
peers: $(STAMP)
	VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install --quiet --require-hashes -r requirements.peers.lock

# What counting costs beside the ways of others, at 10,000 and 100,000 posts; ARGS=--full adds a million.
bench: peers
	$(BIN)/python -m benchmarks.bench $(ARGS)

# Compares every token of 1,100,000 texts with jieba's; about twenty minutes.
bench-identity: $(STAMP)
	$(BIN)/python -m benchmarks.identity

# Re-reads the present lock as preferences, so that locking anew moves only what must move.
lock: $(STAMP)
	$(BIN)/uv pip compile pyproject.toml --extra airflow --extra notebooks --extra dev \
		--universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --strip-extras \
		--output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra spark --extra bench --constraints requirements.lock \
		--universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --strip-extras \
		--output-file requirements.peers.lock

clean:
	rm -rf .venv var
