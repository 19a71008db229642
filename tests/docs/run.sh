#!/usr/bin/env bash
# Runs the commands of docs/first-steps.md that need no root, with the programs that were built.
# Usage: run.sh KETENSYNC KETENSYNC_REGION SOURCE_FOLDER
set -euo pipefail
work=$(mktemp -d)
leave() {
    # What the page starts in the background and did not end, because a command before failed.
    if [ -e "$work/script.pid" ]; then pkill -P "$(cat "$work/script.pid")" 2> /dev/null || true; fi
    rm -rf "$work"
}
trap leave EXIT
mkdir "$work/bin" "$work/here"
ln -s "$1" "$work/bin/ketensync"
ln -s "$2" "$work/bin/ketensync_region"
"$3"/tests/docs/commands_of.sh "$3/docs/first-steps.md" > "$work/script"
cd "$work/here"
begun=$SECONDS
PATH=$work/bin:$PATH bash "$work/script" < /dev/null > "$work/out" 2>&1 &
script=$!
echo $script > "$work/script.pid"
if ! wait $script; then
    cat "$work/out"
    echo "a command of docs/first-steps.md failed"
    exit 1
fi
rm "$work/script.pid"
for wanted in 'in order: sources' 'no golden record differs\|added,' 'feed' '"type"'; do
    grep -q "$wanted" "$work/out" || { cat "$work/out"; echo "docs/first-steps.md did not show: $wanted"; exit 1; }
done
[ -z "$(ls -A .)" ] || { ls -A; echo "docs/first-steps.md leaves something behind"; exit 1; }
echo "docs/first-steps.md: $(grep -c '^>>> ' "$work/out") commands in $((SECONDS - begun)) s"
