# A drill: tests with COLLECTIF_DRILL set, which then last as long as the real thing and print their figures.
for part in say packages processes build venv; do
    # shellcheck disable=SC1090
    . "$root/infra/lib/$part.sh"
done

# drill NAME TEST…: everything that it needs is installed and built first, as by infra/test.
drill() {
    local name=$1
    shift
    install_packages "${run_packages[@]}" "${test_packages[@]}"
    [[ -n ${COLLECTIF_TEST_BINARY:-} ]] || build_release
    make_venv
    mkdir -p "$root/.local/drills"
    COLLECTIF_DRILL=$name "$venv/bin/python" -m pytest -c "$root/Tests/pytest.ini" --rootdir "$root/Tests" -q "$@" |
        tee "$root/.local/drills/$name.txt"
}
