# Thin targets: each says what it is for and calls one thing.
PY := .venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo setup test check golden messages lock css clean

demo: setup  ## everything, running, with a fictional bilingual book on http://127.0.0.1:8000
	.venv/bin/seawall demo

setup: .venv/.runtime  ## the command .venv/bin/seawall

.venv/.runtime: requirements/runtime.txt pyproject.toml
	test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install --quiet --no-deps --require-hashes -r requirements/runtime.txt
	$(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

.venv/.dev: .venv/.runtime requirements/dev.txt
	$(PY) -m pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	tools/debian
	touch $@

test: .venv/.dev  ## every test, on the embedded PostgreSQL, with a real browser
	$(PY) -m pytest -n 2 --dist loadgroup

check: .venv/.dev  ## lint and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

golden: .venv/.dev  ## re-write the golden cases, on purpose
	$(PY) -m pytest validation tests --golden

messages: .venv/.dev  ## collect the strings to translate and compile the catalogue
	tools/messages

lock:  ## resolve the requirements anew, with hashes
	tools/lock

css: .venv/.dev  ## build the style sheet from its sources
	$(PY) -m seawall.entrypoints.web.assets.build

clean:
	rm -rf .venv var
