#!/bin/sh
# Gives every film of a folder chapters; a film that fails does not stop the others.
#
#   chapters_for_folder.sh FOLDER OUT
#
# Films are known by their endings, as cinetag analyze does; FILM.cinetag.json beside one is used.
# OUT/failed.tsv lists what failed: exit code, file, last line of what was said. It is empty where nothing
# did. Exit code 3 where something failed, as of cinetag batch.
. "$(dirname -- "$0")/whole_or_nothing.sh"
[ $# -eq 2 ] || wrong_usage
folder=$1 out=$2
[ -d "$folder" ] || fail 4 "$folder" "no folder: name the folder with the films"
mkdir -p -- "$out" 2>/dev/null || fail 6 "$out" "cannot be written: name a folder of yours"
[ ! "$folder" -ef "$out" ] || fail 2 "$out" "is what is read: name another"
failed=$out/failed.tsv
: >"$failed" || exit 6

is_film() {
    [ -f "$1" ] || return 1
    ending_of "$1"
    case $ending in
        3g2 | 3gp | asf | avi | dv | flv | gif | m1v | m2t | m2ts | m2v | m4v | mkv | mov | mp4 | mpeg | mpg) ;;
        mts | mxf | nut | ogv | qt | rm | rmvb | ts | vob | webm | wmv | y4m) ;;
        264 | 265 | h264 | h265 | hevc | ivf) ;;
        *) return 1 ;;
    esac
}

# sets $analysis to that of a film, empty where none lies beside it or it is that of another of the same stem
find_analysis() {
    analysis=${1%.*}.cinetag.json
    grep -qsF -- "${1##*/}\"," "$analysis" || analysis=''
}

set --
for film in "$folder"/*; do
    if is_film "$film"; then set -- "$@" "$film"; fi
done
[ $# -gt 0 ] || fail 4 "$folder" "holds no film: name the folder with the films"
number=0
for film; do
    name=${film##*/}
    say "$name" "$((number += 1)) of $#"
    find_analysis "$film"
    if watched sh "$(dirname -- "$0")/add_chapters.sh" "$film" "$out/$name" ${analysis:+"$analysis"} >"$work/said" 2>&1
    then
        cat "$work/said" >&2
    else
        printf '%s\t%s\t%s\n' "$code" "$(printf '%s' "$name" | tr '\t\n' '  ')" \
            "$(tail -n 1 "$work/said" | tr '\t' ' ')" >>"$failed"
    fi
done
[ ! -s "$failed" ] || { echo "$(wc -l <"$failed") failed: $failed" >&2; exit 3; }
