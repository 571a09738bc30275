# The release binary. A stamp made before a successful build lets the next start skip SwiftPM when no source is newer.

binary=$root/.build/release/collectif
export PROGRESS=$root/infra/lib/progress.awk
build_stamp=$root/.build/release/.collectif-stamp

build_is_fresh() {
    [[ -x $binary && -f $build_stamp ]] || return 1
    [[ -z $(find "$root/Package.swift" "$root/Sources" "$root/Plugins" -newer "$build_stamp" -print -quit) ]]
}

build_release() {
    build_is_fresh && return 0
    need_swift
    local expected="10 to 15 minutes on two cores, the first time" mark log status=0
    [[ ! -x $binary ]] || expected="one to six minutes"
    step "building the release binary ($expected)"
    mark=$(mktemp)
    log=$(mktemp)
    run_step bash -c 'set -o pipefail; "$@" 2>&1 | tee "$0" | awk -f "$PROGRESS"' "$log" \
        swift build --package-path "$root" -c release --product collectif || status=$?
    ((status < 128)) || fail "The build was stopped from outside (signal $((status - 128))), often for want of memory: try again."
    ((status == 0)) || {
        grep -E 'error:|fatal' "$log" | tail -n 20 >&2 || true
        tail_of "$log"
        fail "The build failed: correct the error above; if it is about fetching packages, check the network, then try again."
    }
    rm -f "$log"
    mv "$mark" "$build_stamp"
}
