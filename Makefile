# Each target calls one tool. `make demo` and `make test` need Python 3.11+ and nothing else.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup setup-dev demo test check bench soak lock clean

setup:
	@$(PYTHON) deploy/local/bootstrap.py run

setup-dev:
	@$(PYTHON) deploy/local/bootstrap.py dev

demo: setup
	@$(BIN)/forbliv demo $(if $(FILE),--file "$(FILE)") $(if $(MAPPING),--mapping "$(MAPPING)")

test: setup-dev
	@$(BIN)/pytest -n 2

# The fast part: format, lint, types, imports (tests/house runs these tools), rules of the house, contracts, unit.
check: setup-dev
	@$(BIN)/pytest tests/house tests/contracts tests/unit

bench: setup-dev
	@$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY)) $(if $(RUNS),--runs $(RUNS)) $(if $(EVENTS),--events $(EVENTS)) $(if $(FULL),--full)

soak: setup-dev
	@$(BIN)/python -m tests.faults.soak --minutes $(or $(MINUTES),60) $(if $(SEED),--seed $(SEED))

# New versions: run, look at the difference, run make test, commit.
lock: setup-dev
	@$(BIN)/python deploy/local/lock.py

clean:
	@if [ -x $(BIN)/forbliv ]; then $(BIN)/forbliv down --wipe; fi
	@rm -rf .venv .venv.lock .venv.log build forbliv.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
