# The two commands of the README are `make demo` and `make test`. Each builds .venv first when it is not there.
PYTHON ?= python3
PIP = .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test test-long fuzz lint lessons notebooks docs clean

demo: .venv/demo
	.venv/bin/w2v demo --output demo --overwrite

test: .venv/test
	.venv/bin/python -m pytest -n auto --dist loadfile

test-long: .venv/test
	.venv/bin/python -m pytest -n auto --dist loadfile --hypothesis-profile thorough
	.venv/bin/python -m pytest -m long --timeout 3600

fuzz: .venv/test
	cd tests && ../.venv/bin/python -m fuzz --cases 20000 --keep ../build/fuzz

lessons: .venv/test
	.venv/bin/python docs/lessons/run.py

notebooks: .venv/lessons
	mkdir -p build/notebooks/lessons build/notebooks/zh/lessons
	cd docs && for lesson in lessons/[0-9]_*.py zh/lessons/[0-9]_*.py; do \
	    ../.venv/bin/jupytext --quiet --to ipynb --output ../build/notebooks/$${lesson%.py}.ipynb $$lesson || exit 1; done

docs: .venv/docs
	rm -rf build/site build/doctrees
	.venv/bin/python -m sphinx -q -W --keep-going -c docs -d build/doctrees . build/site
	.venv/bin/python docs/check.py build/site

lint: .venv/test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

clean:
	rm -rf .venv demo build *.egg-info

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/demo: .venv/bin/python setup.cfg constraints.txt
	$(PIP) -e '.[plots]'
	touch $@

.venv/lessons: .venv/bin/python setup.cfg constraints.txt
	$(PIP) -e '.[lessons]'
	touch $@

.venv/docs: .venv/bin/python setup.cfg constraints.txt
	$(PIP) -e '.[docs]'
	touch $@

.venv/test: .venv/bin/python setup.cfg constraints.txt
	$(PIP) -e '.[test]'
	touch $@
