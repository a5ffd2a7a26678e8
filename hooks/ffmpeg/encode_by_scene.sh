#!/bin/sh
# Encodes a film in two passes of libx264: key frames at its cuts and beats, bits by scene.
#
#   encode_by_scene.sh FILM KILOBITS OUT.mp4
#
# FFMPEG names another FFmpeg than the one on PATH. Sound is copied.
. "$(dirname -- "$0")/whole_or_nothing.sh"
[ $# -eq 3 ] || wrong_usage
kilobits=$2

encode() {
    run_ffmpeg -i "file:$film" -map 0:v:0 -fps_mode passthrough -c:v libx264 -b:v "${kilobits}k" \
        -x264-params "zones=$zones" "$option" "$value" -passlogfile "$work/log" "$@"
}

will_make "$3" "$1"
describe "$1" "" keyframes,zones
mv -- "$work"/*.keyframes.txt "$work/keys"
take_from_file force_key_frames "$work/keys"
zones=$(cat "$work"/*.zones.txt)
encode -pass 1 -f null -
encode -pass 2 -map "0:a?" -c:a copy "file:$part"
keep
