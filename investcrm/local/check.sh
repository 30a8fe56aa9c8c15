#!/bin/sh
# Runs every check and names the ones that failed. A new check is one more line at the end.
set -u
cd "$(dirname "$0")/../.."
PATH="$PWD/.venv/bin:$PATH"
failed=""

check() {
    printf '== %s\n' "$*"
    "$@" || failed="$failed
  $*"
}

check ruff check .
check ruff format --check .
check mypy .
check lint-imports
check python manage.py makemigrations --check --dry-run
check python scripts/messages.py --check

if [ -n "$failed" ]; then
    printf '\nFailed:%s\n' "$failed" >&2
    exit 1
fi
printf '\nAll checks passed.\n'
