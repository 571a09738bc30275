# The virtual environment of the tests, made again only when infra/requirements.txt changes.

venv=$root/.venv

make_venv() {
    local stamp=$venv/.requirements
    cmp -s "$root/infra/requirements.txt" "$stamp" 2>/dev/null && [[ -x $venv/bin/python ]] && return 0
    step "installing the Python tools of the tests"
    # The system's Python: the one that the package python3-venv completes.
    local python=/usr/bin/python3
    [[ -x $python ]] || python=python3
    "$python" -m venv --clear "$venv" ||
        fail "The virtual environment $venv could not be made: run « apt-get install python3-venv », then try again."
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-input -r "$root/infra/requirements.txt" ||
        fail "pip could not install infra/requirements.txt: check the network (https://pypi.org), then try again."
    cp "$root/infra/requirements.txt" "$stamp"
}
