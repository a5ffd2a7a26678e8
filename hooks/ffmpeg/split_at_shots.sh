#!/bin/sh
# Encodes a film anew into a file a shot, cut on exactly its frames: FOLDER/000.mkv, FOLDER/001.mkv, ...
#
#   split_at_shots.sh FILM FOLDER [FILM.cinetag.json]
#
# The film is analysed unless its analysis is given; FOLDER/segments.csv says what each file is. FFMPEG
# names another FFmpeg than the one on PATH. The encoder is libx264; sound is copied, cut to whole packets.
# One pass: a key frame is forced on each cut, and the file is changed there. Cuts are
# counted in frames, not in seconds, which begin earlier than the picture in some files.
set -eu
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
    echo "usage: split_at_shots.sh FILM FOLDER [FILM.cinetag.json]" >&2
    exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ $# -eq 3 ]; then
    cinetag export -o "$work" --to segments -- "$3" 2>"$work/said" || { cat "$work/said" >&2; exit 4; }
else
    cinetag analyze -q -o "$work" --only shots --to segments -- "$1"
fi
mkdir -p -- "$2"
cp -- "$work"/*.segments.csv "$2/segments.csv"

# first frames of all pieces but the first, with commas between them
cuts=$(awk -F, 'NR > 2 { printf "%s%s", comma, $2; comma = "," }' "$2/segments.csv")
if [ -z "$cuts" ]; then
    set -- "$1" "$2" -segment_time 999999999
else
    # the next cut, looked up by halves from how many key frames were forced: FFmpeg takes no long sums
    keys=$(echo "$cuts" | awk -F, '
        function look(low, high,  middle) {
            if (low == high) return cut[low]
            middle = int((low + high + 1) / 2)
            return "if(lt(n_forced," middle ")," look(low, middle - 1) "," look(middle, high) ")"
        }
        { cut[0] = 0; for (i = 1; i <= NF; i++) cut[i] = $i; cut[NF + 1] = "1e9"; print look(0, NF + 1) }')
    set -- "$1" "$2" -force_key_frames "expr:gte(n,$keys)" -segment_frames "$cuts"
fi
film=$1 folder=$2
shift 2
"${FFMPEG:-ffmpeg}" -nostdin -v error -y -i "file:$film" -map 0:v:0 -map "0:a?" -fps_mode passthrough \
    -c:v libx264 -g 999999 -c:a copy "$@" -f segment -segment_format matroska \
    -reset_timestamps 1 "file:$folder/%03d.mkv"
