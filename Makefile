# Everything runs from .venv, which `make install` builds from requirements.lock: nothing else is asked of the machine
# but python3 >= 3.11 and make. With DATABASE_URL and REDIS_URL set, those servers are used instead of built-in ones.

PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
BENCH_STAMP := $(VENV)/.bench-installed
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check -q
ARGS ?=
MINUTES ?= 30
ROWS ?= 300000
THOROUGH_TESTS := tests/unit tests/integration/stories tests/integration/google tests/integration/rest/test_fuzz.py

.DEFAULT_GOAL := help
.PHONY: help install demo demo-once test check run bench bench-fairness bench-schedules bench-webhooks bench-sign-on bench-guarding bench-personal bench-quotas bench-matching bench-rules bench-rest bench-rotation bench-notices chaos soak isolation fuzz thorough lock clean

help:
	@echo "make demo       the whole service against emulated vendors, in a terminal, until Ctrl-C"
	@echo "make demo-once  the same story once, then everything stops; fails if any step fails"
	@echo "make test       all tests; ARGS='-k name' chooses some"
	@echo "make thorough   every fault at every step, and histories by the hundred, of which make test tries a part"
	@echo "make check      style, types, architecture, dependencies, migrations"
	@echo "make run        the service against the real vendors, configured by environment variables"
	@echo "make bench      the measurements; ROWS=1000000 makes the largest export as large as that"
	@echo "make bench-fairness  how long a small export waits behind a large company's; runs a second with 1, 2, 4 workers"
	@echo "make bench-schedules  how long a scheduler takes to look through 100,000 exports, 1,000 of them due"
	@echo "make bench-sign-on    how long coming in takes"
	@echo "make bench-guarding   what counting requests costs, and keeping answers"
	@echo "make bench-webhooks   how fast deliveries are taken in, and what follows them"
	@echo "make bench-notices    how fast 10,000 notices reach 5,000 chats, and how often Telegram asks to wait"
	@echo "make bench-rest  how fast the REST API answers reads"
	@echo "make bench-personal  what hiding people costs a row, and how long erasing a company takes"
	@echo "make bench-quotas  how fast rows are set aside of a plan's limit by 64 workers at once"
	@echo "make bench-rules      how long it takes until a document at one company is a draft at another"
	@echo "make bench-matching   how many request units finding a document's 1,000 goods among 50,000 takes"
	@echo "make bench-rotation   how long sealing 100,000 secrets anew takes while exports use them"
	@echo "make chaos      everything fails at random for ten minutes, and nothing may be lost; ARGS='--minutes 2' takes less"
	@echo "make soak       four workers spend MoySklad's budget for half an hour; MINUTES=3 takes less"
	@echo "make isolation  every endpoint, asked by one company for the things of another, beside every table: a matrix"
	@echo "make fuzz       whatever the OpenAPI document allows, asked of the running service; ARGS='--examples 10' takes less"
	@echo "make install    only builds .venv (the others do it when needed); PYTHON=python3.12 chooses the interpreter"
	@echo "make lock       writes requirements.lock and requirements-bench.lock anew from pyproject.toml"
	@echo "make clean      removes .venv, build and caches; the data in var/ stays"

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo "$(PYTHON) was not found. Install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, but $(PYTHON) is $$("$(PYTHON)" -V 2>&1). Install a newer one," \
	       "or name it: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python lacks the venv module. Install it (Debian, Ubuntu: apt-get install python3-venv)" \
	       "and run make again." >&2; exit 1; }
	@rm -f $(STAMP)
	@$(VENV)/bin/python -m pip --version >/dev/null 2>&1 || { \
	  echo "[1/3] creating $(VENV) with $$("$(PYTHON)" -V)"; "$(PYTHON)" -m venv --clear $(VENV); }
	@echo "[2/3] installing the locked packages (about a minute the first time)"
	@$(PIP) install --require-hashes -r requirements.lock
	@echo "[3/3] installing the project"
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: install
	@$(VENV)/bin/python -m devstack.demo

demo-once: install
	@$(VENV)/bin/python -m devstack.demo --once

run: install
	@$(VENV)/bin/python -m devstack.run

# What exports are measured beside is installed only here: pandas is heavy.
$(BENCH_STAMP): requirements-bench.lock $(STAMP)
	@echo "installing the packages that the measurements compare with"
	@$(PIP) install --require-hashes -r requirements-bench.lock
	@touch $(BENCH_STAMP)

bench: $(BENCH_STAMP)
	@$(VENV)/bin/python -m benchmarks --rows $(ROWS) $(ARGS)

bench-fairness: install
	@$(VENV)/bin/python -m benchmarks.fairness $(ARGS)

bench-rest: install
	@$(VENV)/bin/python -m benchmarks.rest $(ARGS)

bench-webhooks: install
	@$(VENV)/bin/python -m benchmarks.webhooks $(ARGS)

bench-notices: install
	@$(VENV)/bin/python -m benchmarks.notices $(ARGS)

bench-sign-on: install
	@$(VENV)/bin/python -m benchmarks.sign_on $(ARGS)

bench-personal: install
	@$(VENV)/bin/python -m benchmarks.personal $(ARGS)

bench-guarding: install
	@$(VENV)/bin/python -m benchmarks.guarding $(ARGS)

bench-quotas: install
	@$(VENV)/bin/python -m benchmarks.quotas $(ARGS)

bench-matching: install
	@$(VENV)/bin/python -m benchmarks.matching $(ARGS)

bench-rules: install
	@$(VENV)/bin/python -m benchmarks.rules $(ARGS)

bench-rotation: install
	@$(VENV)/bin/python -m benchmarks.rotation $(ARGS)

bench-schedules: install
	@$(VENV)/bin/python -m benchmarks.scheduling $(ARGS)

chaos: install
	@$(VENV)/bin/python -m benchmarks.chaos $(ARGS)

soak: install
	@$(VENV)/bin/python -m benchmarks.soak --minutes $(MINUTES)

# Compiled tests are kept, whatever the caller's environment says: compiling them takes each process ten seconds.
test: install
	PYTHONDONTWRITEBYTECODE= $(VENV)/bin/python -m pytest $(ARGS)

# All of what `make test` tries a part of: every fault at every step, histories by the hundred.
thorough: install
	THOROUGH=1 PYTHONDONTWRITEBYTECODE= $(VENV)/bin/python -m pytest --timeout 3600 -n 2 $(THOROUGH_TESTS) $(ARGS)

# Every endpoint beside every table, asked by one company for the things of another.
isolation: install
	@$(VENV)/bin/python -m pytest -q -s tests/integration/postgres/test_isolation_walk.py -k another_company

# Whatever the OpenAPI document allows, asked of the running service.
fuzz: install
	@$(VENV)/bin/python -m devstack.fuzz $(ARGS)

check: install
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy src emulators devstack benchmarks migrations/env.py
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry .
	$(VENV)/bin/python -m devstack.migrations_check

# The lock holds the versions and hashes for every platform and Python >= 3.11, development tools included; the second
# one is the same and what only `make bench` needs. They are written by uv: the one on PATH, else one installed into a
# virtual environment of its own under build/.
lock:
	@uv=$$(command -v uv || true); \
	if [ -z "$$uv" ]; then \
	  echo "installing uv into build/uv"; \
	  "$(PYTHON)" -m venv build/uv && build/uv/bin/python -m pip --disable-pip-version-check -q install uv || exit 1; \
	  uv=build/uv/bin/uv; \
	fi; \
	compile="$$uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q"; \
	$$compile --group dev pyproject.toml -o requirements.lock && echo "requirements.lock is written" && \
	$$compile --group bench -c requirements.lock pyproject.toml -o requirements-bench.lock && \
	echo "requirements-bench.lock is written"

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name '*.egg-info' -type d -prune -exec rm -rf {} +
