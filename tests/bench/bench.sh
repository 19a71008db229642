#!/usr/bin/env bash
# All figures, beside the floor. Usage: bench.sh BUILD_FOLDER [DOCUMENTS]
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
exec python3 "$here/tests/bench/bench.py" --build="$1" --documents="${2:-1000000}" --mappings="$here/mappings"
