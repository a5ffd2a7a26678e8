#!/bin/sh
# Copies a film and gives it chapters: its beats, or else its shots.
#
#   add_chapters.sh FILM OUT [FILM.cinetag.json]
#
# The film is analysed unless its analysis is given. FFMPEG names another FFmpeg than the one on PATH.
set -eu
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
    echo "usage: add_chapters.sh FILM OUT [FILM.cinetag.json]" >&2
    exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ $# -eq 3 ]; then
    cinetag export -o "$work" --to ffmetadata -- "$3" 2>"$work/said" || { cat "$work/said" >&2; exit 4; }
else
    cinetag analyze -q -o "$work" --to ffmetadata -- "$1"
fi
"${FFMPEG:-ffmpeg}" -nostdin -v error -y -i "file:$1" -f ffmetadata -i "$(echo "$work"/*.ffmetadata.txt)" \
    -map 0 -map_metadata 0 -map_chapters 1 -c copy "file:$2"
