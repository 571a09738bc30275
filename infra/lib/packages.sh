# Debian packages: one list per purpose, installed only when one of them is missing.

# What the platform needs to be built and to run.
run_packages=(
    ca-certificates git curl pkg-config               # fetch and build
    libpq-dev libssl-dev libqrencode-dev              # linked libraries
    postgresql                                        # the database
    weasyprint fonts-dejavu-core fonts-liberation     # PDF documents
    poppler-utils                                     # opening the PDF files that people deposit
    msmtp python3 python3-aiosmtpd                    # mail: sending, and the local mail catcher
)
# What the tests need on top of that: two browsers, a virtual environment.
test_packages=(chromium webkit2gtk-driver xvfb xauth python3-venv unzip pgbouncer
    systemd logrotate strace pgbackrest               # checks of infra/service, drills
    rclone)                                           # files in object storage
# Whose programs the tests call, and whose services nobody wants started on a developer's machine: unpacked, not installed.
unpacked_packages=(nginx caddy prometheus)
# What the measurements need.
bench_packages=(wrk postgresql-contrib)
# What the failover drill needs.
drill_packages=(patroni python3-etcd etcd-server haproxy python3-venv)

missing_packages() {
    local name state
    for name in "$@"; do
        state=$(dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null || true)
        [[ $state == ii* ]] || printf '%s ' "$name"
    done
}

# install_packages NAME… does nothing, in some milliseconds, when all are there.
install_packages() {
    [[ -z ${COLLECTIF_SKIP_PACKAGES:-} ]] || return 0
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
        fail "This system has no apt; install the equivalents of « $* » yourself, then set COLLECTIF_SKIP_PACKAGES=1."
    local missing root=()
    missing=$(missing_packages "$@")
    [[ -n $missing ]] || return 0
    if ((EUID != 0)); then
        command -v sudo >/dev/null ||
            fail "These Debian packages are missing and you are not root: run « apt-get install $missing» as root, then try again."
        root=(sudo)
        sudo -n true 2>/dev/null || [[ -t 0 ]] ||
            fail "These Debian packages are missing and sudo needs a password: run « sudo apt-get install $missing» first."
    fi
    step "installing $(wc -w <<<"$missing") Debian packages, once (one to three minutes): $missing"
    local log
    log=$(mktemp)
    # The lists first: a fresh machine has none, and old ones name versions that are gone. What apt says is shown when it fails.
    # shellcheck disable=SC2086  # one word per package
    { apt_get update && apt_get install -y --no-install-recommends $missing; } >"$log" 2>&1 || {
        tail_of "$log"
        rm -f "$log"
        fail "apt could not install « $missing»: read its message above, check the network and /etc/apt/sources.list, then try again."
    }
    rm -f "$log"
}

# unpack_packages FOLDER NAME… leaves their programs in FOLDER/usr/bin and FOLDER/usr/sbin.
unpack_packages() {
    [[ -z ${COLLECTIF_SKIP_PACKAGES:-} ]] || return 0
    local folder=$1 name log root=()
    shift
    for name in "$@"; do
        [[ ! -f $folder/$name.done ]] || continue
        step "unpacking the Debian package $name for the tests"
        mkdir -p "$folder/new" && log=$(mktemp)
        (cd "$folder/new" && rm -f ./*.deb && { apt_get download "$name" || { apt_get update && apt_get download "$name"; } } &&
            dpkg -x ./*.deb "$folder") >"$log" 2>&1 || {
            tail_of "$log"
            fail "apt could not fetch « $name »: read its message above, check the network and /etc/apt/sources.list, then try again."
        }
        rm -rf "$folder/new" "$log" && touch "$folder/$name.done"
    done
}

apt_get() { "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@"; }

need_swift() {
    command -v swift >/dev/null ||
        fail "The Swift toolchain is missing: install Swift 6.3 or later from https://www.swift.org/install, then try again."
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -1)
    [[ -z $version ]] || at_least "$version" 6.3 ||
        fail "Swift $version is too old: install Swift 6.3 or later from https://www.swift.org/install, then try again."
}

# at_least 6.10 6.3: versions compared by number.
at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -1) == "$2" ]]; }

# need_space DIR MEGABYTES
need_space() {
    local free
    free=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
    ((free >= $2)) ||
        fail "Only $free MB are free on the disk of $1, and $2 MB are needed: free some space, or choose another disk with --data."
}
