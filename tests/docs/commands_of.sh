#!/usr/bin/env bash
# The commands of a page of docs/, as one script that stops at the first that fails and tells what each took.
# Usage: commands_of.sh PAGE [root]: only what anybody may do, or with "root" also the blocks marked so.
set -euo pipefail
echo 'set -eu'
awk -v root="${2:-}" '
    /^```sh root$/ { inside = (root == "root"); next }
    /^```sh$/      { inside = 1; next }
    /^```/         { inside = 0; next }
    inside         { command = $0; gsub(/\x27/, "\x27\\\x27\x27", command); printf "printf \x27>>> %%s\\n\x27 \x27%s\x27\n%s\n", command, $0 }
' "$1"
