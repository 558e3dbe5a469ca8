# Two commands do everything on a machine with Python (3.11 to 3.13), gcc and make: `make run` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test check setup setup-dev lint types imports unit docs lock wheel clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run ## set up if needed, then the main job: FGO on ALFWorld, generated games, simulated model
	@$(BIN)/python -m harness method=fgo env=alfworld

test: check ## set up if needed, then lint, types, import rules and tests

check: lint types imports unit ## all that CI runs

setup: $(VENV)/.run ## install what a run needs
setup-dev: $(VENV)/.dev ## install what the tests need, TextWorld included (compiles for a minute)

$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) scripts/setup_venv.py $(VENV) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml $(VENV)/.run
	@$(PYTHON) scripts/setup_venv.py $(VENV) requirements-dev.lock
	@touch $@

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/lint-imports

unit: $(VENV)/.dev $(VENV)/.docs
	$(BIN)/python -m pytest -n 2 --dist loadscope

wheel: $(VENV)/.dev ## build the wheel into dist/
	$(BIN)/python -m build --wheel

$(VENV)/.docs: requirements-docs.lock $(VENV)/.run
	@$(PYTHON) scripts/setup_venv.py $(VENV) requirements-docs.lock
	@touch $@

docs: $(VENV)/.docs ## build the manual into site/, strictly: every link is checked
	$(BIN)/mkdocs build --strict

lock: ## resolve the lock files anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --override scripts/overrides.txt -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --override scripts/overrides-dev.txt --extra dev --extra textworld --extra paper --extra parquet --extra mlflow --extra wordllama --extra local --extra reasoning-gym --extra bfcl --extra ray --extra uvloop -c requirements.lock -o requirements-dev.lock pyproject.toml scripts/dev-only.txt
	# bfcl-eval alone: its own dependencies exclude ours, and its simulators need none of them.
	echo bfcl-eval | uv pip compile --quiet --no-deps --generate-hashes --no-emit-index-url --no-header - >> requirements-dev.lock
	$(PYTHON) -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['docs'], sep='\n')" \
	  | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  -c requirements-dev.lock -o requirements-docs.lock -

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist build
