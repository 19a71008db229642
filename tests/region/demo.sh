#!/usr/bin/env bash
# A whole region synchronised: starts the simulated region, runs ketensync against it three times (first load, nothing
# new, thirty days later), prints what happened, and cleans up. Usage: demo.sh BUILD_FOLDER [PERSONS]
set -euo pipefail
build=$1
persons=${2:-10000}
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
region_pid=
cleanup() {
    if [ -n "$region_pid" ]; then kill "$region_pid" 2>/dev/null || true; wait "$region_pid" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap cleanup EXIT

region=$build/tests/region/ketensync_region
ketensync=$build/daemon/commands/ketensync
config=$work/region/conf/ketensync.toml
mkfifo "$work/ready"
echo "== The region: $persons inhabitants, seven municipalities, UWV, two providers, the project administration =="
"$region" --seed=1 --persons="$persons" --folder="$work/region" --mappings="$here/mappings" > "$work/ready" &
region_pid=$!
exec 3< "$work/ready"
read -r ready <&3 || { echo "the region did not start"; exit 1; }
echo "$ready"

sync() { # records were set aside on purpose: 3 is an ordinary ending here
    local code=0
    "$ketensync" --config="$config" --sync=all "$@" || code=$?
    [ "$code" = 0 ] || [ "$code" = 3 ] || exit "$code"
}

echo; echo "== First synchronisation =="
sync
echo; echo "== Who is who: against the truth the region wrote =="
"$build"/tests/region/ketensync_region_score --truth="$work/region/truth" --state="$work/region/state/state.sqlite" \
    --key="$work/region/secrets/state-key"
echo; echo "== Monitor: goals and results =="
warehouse=$(sed -n '/^\[warehouse\]/,/^\[/s/^file *= *"\(.*\)"/\1/p' "$config" | head -n 1)
sqlite3 -header -column "$warehouse" "SELECT project, substr(projectnaam, 1, 28) AS naam, categorie, status, doel_trajecten,
    trajecten, uitstroom, doel_plaatsingen, plaatsingen FROM monitor_4_doelen ORDER BY project"
echo; echo "Trajecten gestart per kwartaal en gemeente (laatste vier kwartalen)"
sqlite3 -header -column "$warehouse" "SELECT kwartaal, gemeente, sum(gestart) AS gestart FROM monitor_1_trajecten
    WHERE kwartaal IN (SELECT DISTINCT kwartaal FROM monitor_1_trajecten ORDER BY 1 DESC LIMIT 4) GROUP BY 1, 2 ORDER BY 1, 2"

before=$(sha256sum "$warehouse" | cut -d' ' -f1)
echo; echo "== The same again: nothing changed =="
sync --quiet
after=$(sha256sum "$warehouse" | cut -d' ' -f1)
if [ "$before" = "$after" ]; then echo "the warehouse is the same, byte for byte"; else echo "the warehouse was written to"; exit 1; fi

echo; echo "== Thirty days later =="
"$region" --folder="$work/region" --advance=30d > /dev/null
sync
echo; echo "== Health =="
"$ketensync" --config="$config" --status | tail -n 12
