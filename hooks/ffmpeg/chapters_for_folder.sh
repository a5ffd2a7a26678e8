#!/bin/sh
# Gives every film of a folder chapters; a film that fails does not stop the others.
#
#   chapters_for_folder.sh FOLDER OUT
#
# OUT/failed.tsv lists what failed: exit code, file, last line of what was said. It is empty where nothing
# did. Exit code 3 where something failed, as of cinetag batch.
set -eu
if [ $# -ne 2 ]; then
    echo "usage: chapters_for_folder.sh FOLDER OUT" >&2
    exit 2
fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
mkdir -p -- "$2"
failed=$2/failed.tsv
: >"$failed"
said=$(mktemp)
trap 'rm -f "$said"' EXIT

for film in "$1"/*; do
    [ -f "$film" ] || continue
    code=0
    # nothing here may read the terminal: FFmpeg and what starts it would take keys for commands
    sh "$here/add_chapters.sh" "$film" "$2/${film##*/}" </dev/null >"$said" 2>&1 || code=$?
    if [ "$code" -ne 0 ]; then
        rm -f -- "$2/${film##*/}"
        printf '%s\t%s\t%s\n' "$code" "$(printf '%s' "${film##*/}" | tr '\t\n' '  ')" \
            "$(tail -n 1 "$said" | tr '\t' ' ')" >>"$failed"
    fi
done
[ ! -s "$failed" ] || { echo "$(wc -l <"$failed") failed: $failed" >&2; exit 3; }
