#!/bin/sh
# Encodes a film anew into a file a shot, cut on exactly its frames: FOLDER/000.mkv, FOLDER/001.mkv, ...
#
#   split_at_shots.sh FILM FOLDER [FILM.cinetag.json]
#
# The film is analysed unless its analysis is given; FOLDER is made, and FOLDER/segments.csv says what each
# file is. FFMPEG names another FFmpeg than the one on PATH. The encoder is libx264; sound is copied, cut to
# whole packets. One pass: a key frame is forced on each cut and nowhere else, and the file is changed at
# each. Cuts are counted in frames, not in seconds, which begin earlier than the picture in some files.
. "$(dirname -- "$0")/whole_or_nothing.sh"
[ $# -eq 2 ] || [ $# -eq 3 ] || wrong_usage
will_make "$2" "$1" "${3-}"
describe "$1" "${3-}" segments --only shots
case $film in /*) ;; *) film=$PWD/$film ;; esac
mkdir -- "$part"
mv -- "$work"/*.segments.csv "$part/segments.csv"

# the next cut, looked up by halves from how many key frames were forced: FFmpeg takes no long sums
awk -F, '
    function look(low, high,  middle) {
        if (low == high) return cut[low]
        middle = int((low + high + 1) / 2)
        return "if(lt(n_forced," middle ")," look(low, middle - 1) "," look(middle, high) ")"
    }
    NR > 1 { cut[pieces++] = $2 }
    END { cut[0] = 0; cut[pieces] = "1e9"; print "expr:gte(n," look(0, pieces) ")" }' \
    "$part/segments.csv" >"$work/keys"
take_from_file force_key_frames "$work/keys"

pieces=$(($(wc -l <"$part/segments.csv") - 1))
digits=${#pieces}
[ "$digits" -gt 3 ] || digits=3
cd "$part" # FFmpeg would take a % in the folder's name for its own
run_ffmpeg -i "file:$film" -map 0:v:0 -map "0:a?" -fps_mode passthrough \
    -c:v libx264 -g 999999 -sc_threshold 0 "$option" "$value" -c:a copy \
    -f segment -segment_time 0.000001 -segment_format matroska -reset_timestamps 1 "%0${digits}d.mkv"
cd "$work"
keep
