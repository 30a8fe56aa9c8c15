# make run     everything, at http://localhost:8000 (PORT=… for another port)
# make test    all tests (ARGS=… for pytest)
# make check   style, types, imports, migrations
# make bench   times beside the barest code that gives the same (SIZES="10000 100000 1000000"), into docs/performance.md

.PHONY: run test check bench
ARGS ?=
SIZES ?= 10000 100000 1000000
PYTHON ?=
export PYTHON

run:
	@sh investcrm/local/prepare.sh requirements.txt
	@exec .venv/bin/python -m investcrm.local

test:
	@sh investcrm/local/prepare.sh requirements-dev.txt
	@exec .venv/bin/python -m pytest -n 2 --dist worksteal $(ARGS)

check:
	@sh investcrm/local/prepare.sh requirements-dev.txt
	@exec sh investcrm/local/check.sh

bench:
	@sh investcrm/local/prepare.sh requirements-dev.txt
	@exec .venv/bin/python -m bench --sizes $(SIZES) $(ARGS)
