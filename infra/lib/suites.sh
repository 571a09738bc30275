# The suites of infra/test, each a function that ends with a status other than zero when something is wrong.

suite_lint() {
    local status=0
    run_step swift format lint --strict --recursive --configuration "$root/.swift-format" \
        "$root/Package.swift" "$root/Sources" "$root/Plugins" "$root/Tests" || status=1
    python3 "$root/infra/lint" || status=1
    return "$status"
}

# Pure rules, and the database client against the live cluster. The random structures of Budget compute without a pause on every
# core: they come after the tests whose time limits are real.
suite_unit() {
    local status=0 log
    log=$(mktemp)
    run_step bash -c 'set -o pipefail; "$@" 2>&1 | tee "$0"' "$log" swift build --package-path "$root" --build-tests || status=1
    no_warning "$log" || status=1
    rm -f "$log"
    run_step swift test --package-path "$root" --skip BudgetTests || status=1
    run_step swift test --package-path "$root" --filter BudgetTests || status=1
    return "$status"
}

# no_warning LOG: a warning in a file of ours fails; those of other packages are the affair of their makers. It is no error of the
# compiler, because that of somebody who installs may be newer and warn of more.
no_warning() {
    local found
    found=$(grep -E "^$root/(Package\.swift|Sources|Plugins|Tests).*: warning:" "$1" | sort -u || true)
    [[ -z $found ]] || { say "compiler warnings:" "$found" && return 1; }
}

suite_build() { build_release; }

# pytest over the folders of Tests that exist; two processes, one per core of the smallest machine that we promise.
run_pytest() {
    local folder folders=()
    for folder in "$@"; do
        [[ -n $(find "$root/Tests/$folder" -name 'test_*.py' -print -quit 2>/dev/null) ]] && folders+=("$root/Tests/$folder")
    done
    ((${#folders[@]})) || { say "no Python tests in: $*" && return 0; }
    run_step "$venv/bin/python" -m pytest -c "$root/Tests/pytest.ini" --rootdir "$root/Tests" \
        -n "${COLLECTIF_TEST_PROCESSES:-2}" --dist loadfile -q --durations=8 "${folders[@]}"
}

suite_isolation() { run_pytest Isolation; }
suite_api() { run_pytest API Conformance; }
suite_scenarios() { run_pytest Scenarios Install; }
suite_browser() { run_pytest Browser; }
# Crashes and load disturb their neighbours: one process.
suite_resilience() { COLLECTIF_TEST_PROCESSES=0 run_pytest Resilience; }
