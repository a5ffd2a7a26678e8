#!/bin/sh
# Encodes a film in two passes of libx264: key frames at its cuts and beats, bits by scene.
#
#   encode_by_scene.sh FILM KILOBITS OUT.mp4
#
# FFMPEG names another FFmpeg than the one on PATH. Sound is copied.
set -eu
if [ $# -ne 3 ]; then
    echo "usage: encode_by_scene.sh FILM KILOBITS OUT.mp4" >&2
    exit 2
fi
film=file:$1 kilobits=$2 out=file:$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cinetag analyze -q -o "$work" --to keyframes,zones -- "$1"
keys=$(cat "$work"/*.keyframes.txt)
zones=$(cat "$work"/*.zones.txt)

encode() {
    "${FFMPEG:-ffmpeg}" -nostdin -v error -y -i "$film" -map 0:v:0 -fps_mode passthrough \
        -c:v libx264 -b:v "${kilobits}k" -x264-params "zones=$zones" -force_key_frames "$keys" \
        -passlogfile "$work/log" "$@"
}

encode -pass 1 -f null -
encode -pass 2 -map "0:a?" -c:a copy "$out"
