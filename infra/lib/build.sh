# The release binary. A stamp made before a successful build lets the next start skip SwiftPM when no source is newer.

binary=$root/.build/release/collectif
build_stamp=$root/.build/release/.collectif-stamp

build_is_fresh() {
    [[ -x $binary && -f $build_stamp ]] || return 1
    [[ -z $(find "$root/Package.swift" "$root/Sources" "$root/Plugins" -newer "$build_stamp" -print -quit) ]]
}

build_release() {
    build_is_fresh && return 0
    need_swift
    step "building the release binary (some minutes the first time)"
    local mark
    mark=$(mktemp)
    local status=0
    run_step swift build --package-path "$root" -c release --product collectif || status=$?
    ((status < 128)) || fail "The build was stopped from outside (signal $((status - 128))), often for want of memory: try again."
    ((status == 0)) ||
        fail "The build failed: correct the error above; if it is about fetching packages, check the network, then try again."
    mv "$mark" "$build_stamp"
}
