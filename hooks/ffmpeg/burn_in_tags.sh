#!/bin/sh
# Encodes a film with the names of its beats and tags in the picture, each on exactly its frames.
#
#   burn_in_tags.sh FILM OUT [FILM.cinetag.json]
#
# The film is analysed unless its analysis is given. FFMPEG names another FFmpeg than the one on PATH,
# ENCODER its encoder (libx264), FONT a font for FFmpeg's drawtext (Sans). Sound is copied.
#
# Names stand in files of their own, where nothing in them can be taken for a filter's option.
set -eu
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
    echo "usage: burn_in_tags.sh FILM OUT [FILM.cinetag.json]" >&2
    exit 2
fi
case $1 in /*) film=$1 ;; *) film=$PWD/$1 ;; esac
case $2 in /*) out=$2 ;; *) out=$PWD/$2 ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ $# -eq 3 ]; then
    cinetag export -o "$work" --to csv --events beats,tags -- "$3" 2>"$work/said" || { cat "$work/said" >&2; exit 4; }
else
    cinetag analyze -q -o "$work" --to csv -- "$1"
fi
mv "$work"/*.csv "$work/events.csv"
cd "$work"

# one drawtext for each stretch of frames in which the same names hold; a file of names for each
LC_ALL=C awk -v font="${FONT:-Sans}" '
    # takes the first cell off a line of CSV and returns it
    function cell(  text) {
        if (substr(line, 1, 1) != "\"") {
            text = line; sub(/,.*/, "", text); line = substr(line, length(text) + 2)
            return text
        }
        text = ""; line = substr(line, 2)
        while (match(line, /"/)) {
            text = text substr(line, 1, RSTART - 1)
            line = substr(line, RSTART + 1)
            if (substr(line, 1, 1) != "\"") break
            text = text "\""; line = substr(line, 2)
        }
        line = substr(line, 2)
        return text
    }
    NR > 1 {
        sub(/\r$/, ""); line = $0
        for (i = 1; i <= 9; i++) cells[i] = cell()
        if (cells[7] != "beat" && cells[7] != "tag") next
        first[++n] = cells[1] + 0; end[n] = cells[2] + 0; name[n] = cells[9]
        edge[cells[1] + 0]; edge[cells[2] + 0]
    }
    END {
        for (e in edge) sorted[++m] = e + 0
        for (i = 2; i <= m; i++) {
            value = sorted[i]
            for (j = i - 1; j >= 1 && sorted[j] > value; j--) sorted[j + 1] = sorted[j]
            sorted[j + 1] = value
        }
        chain = "null"
        for (i = 1; i < m; i++) {
            names = ""
            for (k = 1; k <= n; k++) if (first[k] <= sorted[i] && end[k] > sorted[i])
                names = names (names == "" ? "" : "\n") name[k]
            if (names == "") continue
            printf "%s", names > (i ".names"); close(i ".names")
            chain = chain ",\ndrawtext=font=" font ":textfile=" i ".names:expansion=none" \
                ":fontcolor=white:fontsize=h/20:borderw=2:x=w/40:y=h-text_h-h/40" \
                ":enable='"'"'between(n," sorted[i] "," (sorted[i + 1] - 1) ")'"'"'"
        }
        print chain > "filters.txt"
    }' events.csv

"${FFMPEG:-ffmpeg}" -nostdin -v error -y -i "file:$film" -map 0:v:0 -map "0:a?" -fps_mode passthrough \
    -vf "$(cat filters.txt)" -c:v "${ENCODER:-libx264}" -c:a copy "file:$out"
