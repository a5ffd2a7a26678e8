# What the scripts of this folder share: what they make is there whole or not at all, nothing that stood
# before is touched, and an interrupted script leaves neither files nor programs behind. Sourced by them.

# ends the program that runs, and removes what is not finished
clear_away() {
    trap '' INT TERM HUP
    [ "${!:-}" = "$ended" ] || { kill "$!" && wait "$!"; } 2>/dev/null || :
    rm -rf -- ${work:+"$work"} ${beside:+"$beside"}
}

# says how the script is called, as its head has it
wrong_usage() {
    sed -n 's/^#   /usage: /p' "$0" >&2
    exit 2
}

# says one line: FILE, what is wrong and what to do; control characters could drive the terminal
say() {
    printf '%s: %s: %s' "${0##*/}" "$1" "$2" | LC_ALL=C tr '\000-\037\177' '?' >&2
    echo >&2
}

# ends with CODE and a line: CODE FILE TEXT
fail() {
    say "$2" "$3"
    exit "$1"
}

# runs a program; not in front, for a shell minds no signal before such a one has ended
watched() {
    code=0
    "$@" &
    wait "$!" || code=$?
    ended=$!
    return "$code"
}

# runs FFmpeg; it would take keys, and the lines of a loop, for commands
run_ffmpeg() {
    watched "${FFMPEG:-ffmpeg}" -nostdin -v error -y "$@"
}

# announces what will be made and what is read: OUT INPUT...; made at $part, put in its place by `keep`
will_make() {
    [ -n "$1" ] || wrong_usage
    out=${1%/}
    shift
    for input; do
        [ ! "$input" -ef "$out" ] || fail 2 "$out" "is what is read: name another"
    done
    must_be_new
    case $out in /*) ;; *) out=$PWD/$out ;; esac
    beside=$(mktemp -d "${out%/*}/.cinetag.XXXXXX" 2>/dev/null) ||
        fail 6 "$out" "cannot be written: name a place in a folder of yours"
    part=$beside/${out##*/} # the same ending, by which FFmpeg knows the format
}

must_be_new() {
    if [ -e "$out" ] || [ -L "$out" ]; then
        fail 6 "$out" "exists: name another, or remove it"
    fi
}

# puts what was made in its place
keep() {
    must_be_new
    mv -- "$part" "$out" || exit 6
}

# sets $ending to that of a file, in small letters
ending_of() {
    ending=$(printf '%s' "${1##*.}" | LC_ALL=C tr '[:upper:]' '[:lower:]')
}

# writes FORMAT into $work from the analysis, or where that is empty from the film, analysed:
# FILM ANALYSIS FORMAT [OPTION OF ANALYZE...]
describe() {
    film=$1 analysis=$2 format=$3
    shift 3
    if [ -z "$analysis" ]; then
        watched cinetag analyze -q -o "$work" --to "$format" "$@" -- "$film"
    elif ! watched cinetag export -o "$work" --to "$format" -- "$analysis" 2>"$work/said"; then
        cat "$work/said" >&2
        exit "$code"
    fi
}

# sets $option and $value so that FFmpeg's OPTION is what stands in FILE: OPTION FILE. Newer FFmpeg
# reads the file itself; an argument holds 128 kB at most
take_from_file() {
    option=-/$1 value=$2
    case $("${FFMPEG:-ffmpeg}" -nostdin -hide_banner -h long </dev/null 2>/dev/null) in
        *-filter_script*) ;;
        *) return ;;
    esac
    option=-$1
    if [ "${1%%:*}" = filter ]; then
        option=-filter_script:${1#*:}
    elif [ "$(wc -c <"$2")" -lt 131072 ]; then
        value=$(cat "$2")
    else
        fail 4 "$film" "has more cuts than this FFmpeg takes: name FFmpeg 8 or later in FFMPEG"
    fi
}

set -eu
work='' beside='' ended=''
trap clear_away EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
work=$(mktemp -d)
