#!/bin/sh
# Encodes a film with the names of its beats and tags in the picture, each on exactly its frames.
#
#   burn_in_tags.sh FILM OUT [FILM.cinetag.json]
#
# The film is analysed unless its analysis is given. FFMPEG names another FFmpeg than the one on PATH,
# ENCODER its encoder (libx264), FONT a font for FFmpeg's drawtext (Sans). Sound is copied.
#
# Names stand in files of their own, where nothing in them can be taken for a filter's option.
. "$(dirname -- "$0")/whole_or_nothing.sh"
[ $# -eq 2 ] || [ $# -eq 3 ] || wrong_usage
will_make "$2" "$1" "${3-}"
describe "$1" "${3-}" csv
case $film in /*) ;; *) film=$PWD/$film ;; esac
mv -- "$work"/*.csv "$work/events.csv"
cd "$work"

# one drawtext for all stretches of frames in which the same names hold; a file of names for each
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
    # returns whether frame n lies in a stretch of a text, by halves: FFmpeg takes no long sums
    function held(text, low, high,  middle) {
        if (low == high) return "between(n," from[text, low] "," to[text, low] ")"
        middle = int((low + high + 1) / 2)
        return "if(lt(n," from[text, middle] ")," held(text, low, middle - 1) "," held(text, middle, high) ")"
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
        for (i = 1; i < m; i++) {
            names = ""
            for (k = 1; k <= n; k++) if (first[k] <= sorted[i] && end[k] > sorted[i])
                names = names (names == "" ? "" : "\n") name[k]
            if (names == "") continue
            if (!(names in text_of)) { text_of[names] = ++texts; names_of[texts] = names }
            text = text_of[names]
            from[text, ++stretches[text]] = sorted[i]; to[text, stretches[text]] = sorted[i + 1] - 1
        }
        printf "null"
        for (text = 1; text <= texts; text++) {
            printf "%s", names_of[text] > (text ".names"); close(text ".names")
            print ",\ndrawtext=font=" font ":textfile=" text ".names:expansion=none" \
                ":fontcolor=white:fontsize=h/20:borderw=2:x=w/40:y=h-text_h-h/40" \
                ":enable='"'"'" held(text, 1, stretches[text]) "'"'"'"
        }
    }' events.csv >graph

take_from_file filter:v graph
run_ffmpeg -i "file:$film" -map 0:v:0 -map "0:a?" -fps_mode passthrough "$option" "$value" \
    -c:v "${ENCODER:-libx264}" -c:a copy "file:$part"
keep
