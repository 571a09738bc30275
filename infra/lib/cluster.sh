# A private PostgreSQL cluster in a folder, on a free port of the loopback, for the user who calls.
#
# PostgreSQL refuses to run as root, so root hands it to the user `postgres`. That user may be unable to walk down to the
# folder (a checkout below /root, say). So root opens the folder and PostgreSQL reaches it through the open descriptor,
# /proc/self/fd/9, which needs no right on the parents. Nobody's permissions are changed.

cluster_user=postgres
cluster_pid=

# What a deployment should set too: an error in the log never quotes the row that it refused (terse).
cluster_settings=(
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c log_error_verbosity=terse
    -c shared_buffers=256MB -c random_page_cost=1.1 -c max_connections=120 -c checkpoint_timeout=15min -c max_wal_size=2GB
)

# Finds the programs of PostgreSQL: those of the existing data, else the newest.
cluster_programs() {
    local version_file=$1/postgres/PG_VERSION version=
    [[ -f $version_file ]] && version=$(<"$version_file")
    cluster_bin=${COLLECTIF_POSTGRES_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
    [[ -x $cluster_bin/postgres ]] || fail "PostgreSQL is not installed: run « apt-get install postgresql » as root, then try again."
    local installed
    installed=$("$cluster_bin/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    ((installed >= 15)) ||
        fail "PostgreSQL $installed is too old: install PostgreSQL 15 or later (https://www.postgresql.org/download), then try again."
    if [[ -n $version && $version != "$installed" ]]; then
        cluster_bin=/usr/lib/postgresql/$version/bin
        [[ -x $cluster_bin/postgres ]] || fail "The data in $1 are of PostgreSQL $version, which is not installed:" \
            "install postgresql-$version, move the data with pg_upgrade, or start afresh with --reset."
    fi
}

# Runs a program of PostgreSQL as the right user, with descriptor 9 on the data folder.
cluster_run_as() {
    cluster_as=()
    if ((EUID == 0)); then
        id "$cluster_user" &>/dev/null ||
            fail "The user « $cluster_user » is missing: run « adduser --system $cluster_user », then try again."
        cluster_as=(setpriv --reuid "$cluster_user" --regid "$(id -g "$cluster_user")" --init-groups)
    fi
}

# cluster_create DIR PASSWORD: makes DIR/postgres when it does not exist. An interrupted creation leaves only postgres.new.
cluster_create() {
    local folder=$1/postgres new=$1/postgres.new password log=$1/postgres.log
    [[ -f $folder/PG_VERSION ]] && return 0
    rm -rf "$new" && mkdir -m 700 "$new"
    password=$(mktemp)
    printf '%s\n' "$2" >"$password"
    ((EUID != 0)) || chown "$cluster_user" "$new" "$password"
    (cd / && exec 9<"$new" && "${cluster_as[@]}" "$cluster_bin/initdb" -D /proc/self/fd/9 -U postgres --pwfile="$password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums >"$log" 2>&1) || {
        rm -f "$password"
        tail_of "$log"
        fail "The PostgreSQL cluster could not be created in $1: the lines above say why; correct it, then try again."
    }
    rm -f "$password"
    mv "$new" "$folder"
}

# The server process that works in this folder, whoever started it.
cluster_holder() {
    local pid
    for pid in $(pgrep -x postgres || true); do
        [[ /proc/$pid/cwd -ef $1/postgres ]] && { echo "$pid"; return 0; }
    done
    return 0
}

# cluster_start DIR PORT [SETTING…] leaves the process id in $cluster_pid. A crashed cluster recovers by itself.
cluster_start() {
    local dir=$1 port=$2 tries=100
    shift 2
    # One that is still stopping after a killed run gets ten seconds; an abandoned lock file then misleads nobody.
    while [[ -n $(cluster_holder "$dir") ]]; do
        ((tries-- > 0)) || fail "A PostgreSQL server (process $(cluster_holder "$dir")) still works in $dir: stop it, then try again."
        sleep 0.1
    done
    rm -f "$dir/postgres/postmaster.pid"
    exec 9<"$dir/postgres"
    # setpriv sets the signal of orphans last, after the change of user, which would clear it.
    (cd / && exec setsid setpriv "${cluster_as[@]:1}" --pdeathsig INT "$cluster_bin/postgres" -D /proc/self/fd/9 -p "$port" \
        "${cluster_settings[@]}" "$@" 8>&- </dev/null >>"$dir/postgres.log" 2>&1) &
    cluster_pid=$!
    exec 9<&-
    until "$cluster_bin/pg_isready" -q -h 127.0.0.1 -p "$port"; do
        kill -0 "$cluster_pid" 2>/dev/null || {
            tail_of "$dir/postgres.log"
            fail "PostgreSQL did not start in $dir: the lines above say why (whole log: $dir/postgres.log)."
        }
        sleep 0.05
    done
}

cluster_stop() { stop "$cluster_pid" INT 30; cluster_pid=; }
