#!/bin/sh
# Copies a film and gives it chapters: its beats, or else its shots.
#
#   add_chapters.sh FILM OUT [FILM.cinetag.json]
#
# The film is analysed unless its analysis is given. FFMPEG names another FFmpeg than the one on PATH.
#
# Everything is copied but data (timecode tracks, old chapters' text). Where OUT's format does not hold that,
# attachments are left out and subtitles converted to its own kind; where that fails, they are left out too.
. "$(dirname -- "$0")/whole_or_nothing.sh"
[ $# -eq 2 ] || [ $# -eq 3 ] || wrong_usage

# copies what the options map
copied() {
    run_ffmpeg -i "file:$film" -f ffmetadata -i "$work/chapters" -ignore_unknown -map_metadata 0 \
        -map_chapters 1 -c copy "$@" "file:$part" 2>"$work/said"
}

will_make "$2" "$1" "${3-}"
describe "$1" "${3-}" ffmetadata
mv -- "$work"/*.ffmetadata.txt "$work/chapters"
ending_of "$out"
case $ending in
    mkv) subtitles=subrip ;;
    mp4 | m4v | mov) subtitles=mov_text ;;
    webm) subtitles=webvtt ;;
    *) subtitles=copy ;;
esac
if copied -map 0 -map -0:d; then
    :
elif copied -map 0:v -map "0:a?" -map "0:s?" -c:s "$subtitles"; then
    say "$out" "its format does not hold everything: subtitles are converted, attachments left out"
elif copied -map 0:v -map "0:a?"; then
    say "$out" "its format does not hold everything: subtitles and attachments are left out"
else
    cat "$work/said" >&2
    exit "$code"
fi
run_ffmpeg -i "file:$part" -f ffmetadata "$work/kept"
grep -q '^\[CHAPTER\]' "$work/kept" || fail 6 "$out" "its format holds no chapters: name one that ends in .mkv"
keep
