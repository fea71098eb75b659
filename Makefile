# Needs Python 3.11 or newer, make and git; uses uv where it is installed.
#
#   make run     start the portal with demo data (KMZ_PORT and KMZ_INSTANCE are passed on)
#   make test    every check, then every test; stops at the first failure
#   make lint    the checks alone
#   make bench   the measurements
#   make venv    .venv with everything for development
#   make lock    choose the newest versions again (needs uv)
#   make clean   remove what these targets made; the data in instance/ stays

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/installed-runtime
DEV := $(VENV)/installed-dev

# The Python that .venv is made from; another one: make PYTHON=/path/to/python venv
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11

# Recursive on purpose: asked only by the recipes that install.
UV = $(shell uv --version 2>/dev/null)
INSTALL = $(if $(UV),uv pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check)
CHECK_INSTALLED = $(if $(UV),uv pip check --quiet --python $(BIN)/python,$(BIN)/python -m pip check --disable-pip-version-check)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:
.PHONY: help run test lint bench venv lock clean

help:
	@sed -n 's/^#   //p' Makefile

run: $(RUNTIME)
	@exec $(BIN)/kmz demo

venv: $(DEV)

bench: $(DEV)
	@exec $(BIN)/python -m benchmarks

# Usage: $(call check,heading,command)
define check
@printf '\n== %s ==\n' '$(1)'
@$(2) || { printf '\n== FAILED: %s ==\n' '$(1)' >&2; exit 1; }
endef

lint: $(DEV)
	$(call check,ruff check,$(BIN)/ruff check .)
	$(call check,ruff format --check,$(BIN)/ruff format --check .)
	$(call check,mypy --strict kmz,$(BIN)/mypy --strict kmz)
	$(call check,import-linter,$(BIN)/lint-imports)
	$(call check,djlint,$(BIN)/djlint --quiet --lint --check kmz/templates)

test: lint
	$(call check,pytest,$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadgroup)

# --- .venv ---------------------------------------------------------------------------------------
# A stamp per set of packages: a start with nothing to install goes straight to the program.

$(BIN)/python:
	@python=; \
	for candidate in $(PYTHON); do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "kmz needs Python 3.11 or newer; tried: $(PYTHON)." >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python3.12 run" >&2; exit 1; \
	fi; \
	rm -rf $(VENV); \
	if [ -n "$(UV)" ]; then uv venv --quiet --python "$$python" $(VENV); \
	else "$$python" -m venv $(VENV); fi || { rm -rf $(VENV); \
	  echo "$$python could not make $(VENV); on Debian: apt-get install python3-venv" >&2; exit 1; }

# Usage: $(call install,lock file)
define install
@echo 'Installing $(1) into $(VENV) …'
@[ -n "$(UV)" ] || $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
@$(INSTALL) --require-hashes -r $(1)
@$(INSTALL) --no-deps --no-build-isolation -e .
@$(CHECK_INSTALLED) || { echo 'The locks do not fit pyproject.toml any more: make lock' >&2; exit 1; }
endef

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	$(call install,requirements.lock)
	@touch $@

# Holds everything of requirements.lock too.
$(DEV): requirements-dev.lock requirements.lock pyproject.toml | $(BIN)/python
	$(call install,requirements-dev.lock)
	@touch $(RUNTIME) $@

EXPORT = uv export --quiet --frozen --no-header --no-annotate --no-emit-project --format requirements-txt

lock:
	uv lock --upgrade
	$(EXPORT) --no-default-groups --group build --output-file requirements.lock
	$(EXPORT) --all-groups --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -type d -name __pycache__ -prune -exec rm -rf {} +
