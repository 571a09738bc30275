# Words for the terminal. Every failure is one sentence with its remedy, on stderr, and a status other than zero.

say() { (($# == 0)) || printf "%s\n" "$@"; }

# A step that takes time is announced, so that silence never looks like a fault.
step() { printf '· %s\n' "$*"; }

# Time since the script began.
elapsed() { ((SECONDS < 60)) && echo "$SECONDS s" || echo "$((SECONDS / 60)) min $((SECONDS % 60)) s"; }

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# The last lines of a log, for the failure whose cause only the log knows.
tail_of() { [[ -s $1 ]] && tail -n "${2:-15}" "$1" | sed 's/^/    /' >&2; return 0; }
