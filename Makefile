# Needs Python 3.11 to 3.14, make and a package index; everything else is installed into
# .venv, at the versions and hashes of the lock files. Another Python: make PYTHON=python3.12 run

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Stamps: each is newer than what it was made from, so nothing is installed twice.
MADE := $(VENV)/.made
CORE := $(VENV)/.core
DEV := $(VENV)/.dev
PEERS := $(VENV)/.peers

UV := build/lock/bin/uv
LOCK := $(UV) pip compile --quiet --no-header --no-strip-extras --universal --python-version 3.11 --generate-hashes

.DEFAULT_GOAL := help
.PHONY: help run dev test uncompiled test-system validate bench docs docs-check refreeze kernels lint types floors lock clean

help: ## Say what there is to make.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 14

run: $(CORE) ## Run the baseline and the what-if, and compare them.
	$(BIN)/caresim run west-yorkshire --scale 1:20 --replications 5 --out runs/baseline --replace
	$(BIN)/caresim run mental-health-plus-30 --scale 1:20 --replications 5 --out runs/mental-health-plus-30 --replace
	$(BIN)/caresim compare runs/baseline runs/mental-health-plus-30
	@echo
	@echo "Result folders: runs/baseline and runs/mental-health-plus-30"

dev: $(DEV) ## Install what tests and checks need.

# Side by side what uses one core each; the tests then find all kernels compiled.
test: $(DEV) ## Check form, types and floors, then run the tests.
	$(MAKE) --no-print-directory -j2 lint types floors kernels
	$(BIN)/python -m pytest tests -n auto -m "not validate and not system"
	$(MAKE) --no-print-directory uncompiled

uncompiled: $(DEV) ## Run the tests of kernels uncompiled, and count their branches.
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest tests/unit/kernels -n auto -m "not validate" --cov=kernels --cov-branch --cov-report=term --cov-fail-under=95

test-system: $(DEV) ## Run the tests that need system packages, and install those.
	.ci/system-packages chromium libreoffice-calc slurm-wlm munge shellcheck
	$(BIN)/python -m pytest tests/system -m system

validate: $(DEV) ## Run the long checks against theory and published cases.
	rm -rf build/validation
	$(BIN)/python -m pytest tests -n auto -m validate
	$(BIN)/python -m tests.validation.report

bench: $(PEERS) ## Measure the speed, beside SimPy, Ciw and Cimba; about a quarter of an hour.
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.features
	$(BIN)/python -m benchmarks.full_size

docs: $(DEV) ## Write the pages of the catalogue from the figures that are kept.
	$(BIN)/python -m docs.pages write

docs-check: $(DEV) ## Say whether the pages of the catalogue are as they would be written.
	$(BIN)/python -m docs.pages check

refreeze: $(DEV) ## Play the catalogue anew and write its figures and pages; about half an hour.
	$(BIN)/python -m docs.pages freeze
	$(BIN)/python -m docs.pages write

kernels: $(CORE) ## Compile the kernels, as the first run would.
	$(BIN)/caresim warmup

lint: $(DEV) ## Check form and spelling.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell

types: $(DEV) ## Check types.
	$(BIN)/mypy

floors: $(DEV) ## Check that no package imports one above it.
	$(BIN)/lint-imports

lock: $(UV) ## Make the lock files anew, at the newest versions.
	$(LOCK) --upgrade --extra build --extra report --output-file requirements.lock setup.cfg
	$(LOCK) --upgrade --extra build --extra report --extra cluster --extra dev --constraint requirements.lock --output-file requirements-dev.lock setup.cfg
	$(LOCK) --upgrade --extra build --extra report --extra bench --constraint requirements-dev.lock --output-file requirements-bench.lock setup.cfg

clean: ## Remove the environment and all caches; runs/ is kept.
	rm -rf $(VENV) build dist caresim.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 15) else "caresim needs Python 3.11 to 3.14, and $(PYTHON) is %d.%d. Name another: make PYTHON=python3.12 run" % v)'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(CORE): $(MADE) requirements.lock setup.cfg pyproject.toml
	@echo "Installing into $(VENV): once, about 700 MB."
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(CORE) requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Where one of them cannot be installed, the run says who is missing and goes on.
$(PEERS): $(CORE) requirements-bench.lock
	$(PIP) install --require-hashes --only-binary :all: -r requirements-bench.lock && touch $@ || echo "Not all peers could be installed."

$(UV):
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install uv==0.13.9
