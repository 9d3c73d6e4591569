#!/usr/bin/env bash
# Fetches the pinned web assets of package-lock.json and lays what the pages load into var/web.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null; then
    if [[ ! -x .venv/bin/npm ]]; then
        echo "Node is missing here; taking it from its wheel, into .venv only"
        .venv/bin/python -m pip -q install --require-hashes -r requirements-node.lock
    fi
    PATH="$PWD/.venv/bin:$PATH"
fi

echo "Fetching the web assets"
npm ci --silent --ignore-scripts

# leaflet-src.esm.js is the ES module; the style sheet names its images relative to itself.
mkdir -p var/web/leaflet
cp -R node_modules/leaflet/dist/{leaflet-src.esm.js,leaflet.css,images} node_modules/leaflet/LICENSE var/web/leaflet/
mkdir -p var/web/scanner
cp node_modules/jsqr/dist/jsQR.js node_modules/jsqr/LICENSE var/web/scanner/
