# Two commands are all a new person needs: `make demo` and `make test`.
export PORT VAR_DIR RESET

.PHONY: help install demo test prove bench lint format messages

help:
	@echo "make demo      the portal with invented people, on http://localhost:8000/demo/"
	@echo "               PORT=8001 another port, VAR_DIR=... another folder than var, RESET=1 starts over"
	@echo "make test      everything, on SQLite and on PostgreSQL, in a browser too"
	@echo "make prove     the same in full sizes; takes hours"
	@echo "make bench     what the promises about speed say, measured beside floors (B=--quick for small sizes)"
	@echo "make lint      style, types, imports, templates, translations, settings"
	@echo "make format    do what style wants"
	@echo "make messages  write new texts into the Dutch catalogue"
	@echo "make install   only the set-up that make demo does by itself"

install:
	@python3 scripts/bootstrap.py base

demo: install
	@exec .venv/bin/python -m scripts.demo

test:
	@python3 scripts/bootstrap.py dev
	@exec .venv/bin/python -m scripts.test $(T)

prove:
	@python3 scripts/bootstrap.py dev
	@exec .venv/bin/python -m scripts.test --prove $(T)

bench:
	@python3 scripts/bootstrap.py dev
	@exec .venv/bin/python -m bench $(B)

lint:
	@python3 scripts/bootstrap.py dev
	@exec .venv/bin/python -m scripts.lint

format:
	@python3 scripts/bootstrap.py dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .
	@find templates -name '*.html' | xargs .venv/bin/djade --target-version 5.2

messages:
	@python3 scripts/bootstrap.py dev
	@exec .venv/bin/python -m scripts.catalogues update
