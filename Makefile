# make run     everything, at http://localhost:8000 (PORT=… for another port)
# make test    all tests (ARGS=… for pytest)
# make check   style, types, imports, migrations

.PHONY: run test check
ARGS ?=
PYTHON ?=
export PYTHON

run:
	@sh investcrm/local/prepare.sh requirements.txt
	@exec .venv/bin/python -m investcrm.local

test:
	@sh investcrm/local/prepare.sh requirements-dev.txt
	@exec .venv/bin/python -m pytest -n 2 $(ARGS)

check:
	@sh investcrm/local/prepare.sh requirements-dev.txt
	@exec sh investcrm/local/check.sh
