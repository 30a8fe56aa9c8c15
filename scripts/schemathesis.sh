#!/bin/sh
# Requests made from the API's document for as long as one likes: scripts/schemathesis.sh [examples] [seconds]
# It starts servers of its own, with data, and stops them at the end.
set -eu
cd "$(dirname "$0")/.."
export SCHEMATHESIS_EXAMPLES="${1:-100}" SCHEMATHESIS_SECONDS="${2:-600}"
exec .venv/bin/python -m pytest -q -s -o timeout=0 tests/api/test_schemathesis.py
