#!/usr/bin/env bash
# Sees to it that this machine has what a make target needs, or says in plain words what to install.
#   scripts/need.sh python [PYTHON]   Python 3.11 or newer that can make a virtual environment
#   scripts/need.sh tests             PostgreSQL's server programs, a Chromium, and fonts with Chinese and emoji
# Packages are installed only by root on a machine with apt-get; anybody else is told the command.
set -euo pipefail

# The first of the given commands that exists; the same names are looked for in tests/ground/chromium.py.
first_command() {
    local name
    for name in "$@"; do
        command -v "$name" && return 0
    done
    return 1
}

has_postgres() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null
}

has_chromium() {
    [[ -n "${CHROMIUM:-}" && -x "$CHROMIUM" ]] || first_command chromium google-chrome >/dev/null
}

has_font() { # LANGUAGE or FAMILY pattern, as fontconfig spells it
    command -v fc-list >/dev/null && [[ -n "$(fc-list "$1" family)" ]]
}

need_python() {
    local python=$1 version
    if ! command -v "$python" >/dev/null; then
        echo "Python is missing. Install it with:  sudo apt-get install python3 python3-venv" >&2
        return 1
    fi
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        echo "$python is Python $version; Youlin needs 3.11 or newer." >&2
        echo "Install a newer one and name it, for example:  make run PYTHON=python3.12" >&2
        return 1
    fi
    # Debian and Ubuntu ship Python without the part that makes virtual environments.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        if may_install; then
            install_packages "python$version-venv"
            return
        fi
        echo "This Python cannot make a virtual environment. Install the missing part with:" >&2
        echo "    sudo apt-get install python$version-venv" >&2
        return 1
    fi
}

may_install() {
    [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null
}

install_packages() {
    echo "Installing from this system's packages: $*"
    # Another installation may hold the lock for a while; five minutes is longer than any of ours takes.
    local apt=(apt-get -q -y -o DPkg::Lock::Timeout=300)
    export DEBIAN_FRONTEND=noninteractive
    "${apt[@]}" update >/dev/null
    "${apt[@]}" install --no-install-recommends "$@" >/dev/null
}

need_tests() {
    local missing=()
    has_postgres || missing+=(postgresql)
    has_chromium || missing+=(chromium)
    has_font ':lang=zh-cn' || missing+=(fonts-noto-cjk fontconfig)
    has_font 'Noto Color Emoji' || missing+=(fonts-noto-color-emoji)
    if [[ ${#missing[@]} == 0 ]]; then
        return 0
    fi
    if may_install && install_packages "${missing[@]}"; then
        return 0
    fi
    {
        echo "The tests need packages that this machine lacks. Install them with:"
        echo "    sudo apt-get install ${missing[*]}"
        echo "On Ubuntu, where chromium is only a snap, install Google Chrome's package, or set CHROMIUM=/path/to/chromium."
        echo "Nothing was tested."
    } >&2
    return 1
}

case "${1:-}" in
    python) need_python "${2:-python3}" ;;
    tests) need_tests ;;
    *)
        echo "usage: scripts/need.sh python [PYTHON] | tests" >&2
        exit 2
        ;;
esac
