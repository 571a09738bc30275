# Children that never outlive this script: each runs in a session of its own, so that Ctrl-C reaches only the script,
# which stops them in order; and the kernel signals each of them should the script itself be killed.
# They must be started from the main shell, not in $(…) nor in a pipe: the signal follows the death of the direct parent.

# start NAME SIGNAL COMMAND… leaves the process id in $started. The caller redirects its output.
start() {
    local signal=$1
    shift
    setsid setpriv --pdeathsig "$signal" "$@" 8>&- </dev/null &
    started=$!
}

# A long step that Ctrl-C and TERM can interrupt at once.
running_step=
run_step() {
    start TERM "$@"
    running_step=$started
    local status=0
    wait "$running_step" || status=$?
    running_step=
    return "$status"
}

# stop PID SIGNAL SECONDS: asks, waits, then insists.
stop() {
    [[ -n ${1:-} ]] && kill -0 "$1" 2>/dev/null || return 0
    kill "-$2" "$1" 2>/dev/null || return 0
    local tenths=$(($3 * 10))
    while ((tenths-- > 0)) && kill -0 "$1" 2>/dev/null; do sleep 0.1; done
    kill -KILL "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

stop_step() {
    [[ -n $running_step ]] || return 0
    kill -TERM -- "-$running_step" 2>/dev/null || true
    wait "$running_step" 2>/dev/null || true
}

port_taken() { (exec 3<>"/dev/tcp/${2:-127.0.0.1}/$1") 2>/dev/null; }

# free_port [WISHED] leaves a free port of the loopback in $port_found, the wished one when it is free.
free_port() {
    port_found=${1:-0}
    while ((port_found == 0)) || port_taken "$port_found"; do
        port_found=$((20000 + RANDOM % 12000))
    done
}

# One process at a time per folder; the lock goes with the process, even when it is killed.
lock_folder() {
    exec 8>"$1/lock"
    flock -n 8 || fail "Another command is working in $1: stop it first, or choose another folder with --data."
}

random_hex() { od -An -vtx1 -N"$1" /dev/urandom | tr -d ' \n'; }

# ending_of STATUS says how a process ended: by which signal, or with which status.
ending_of() {
    if (($1 > 128)); then
        printf 'signal %s' "$(kill -l "$(($1 - 128))" 2>/dev/null || echo $(($1 - 128)))"
    else
        printf 'exit status %s' "$1"
    fi
}

# supervise DIR VARIABLE:NAME:LOG:RESTART… starts again what dies, as a service manager would, at most five times a minute.
# The variable holds the process id, empty when that part is not ours.
supervise() {
    local dir=$1 deaths=() part variable name log restart
    shift
    while true; do
        local watched=()
        for part in "$@"; do
            variable=${part%%:*}
            [[ -z ${!variable} ]] || watched+=("${!variable}")
        done
        local status=0
        wait -n "${watched[@]}" || status=$?
        for part in "$@"; do
            IFS=: read -r variable name log restart <<<"$part"
            [[ -n ${!variable} ]] && ! kill -0 "${!variable}" 2>/dev/null || continue
            deaths+=("$SECONDS")
            if ((${#deaths[@]} > 5 && SECONDS - deaths[-6] < 60)); then
                tail_of "$dir/$log"
                fail "$name stopped again and again: the lines above say why (whole log: $dir/$log)."
            fi
            step "$name stopped unexpectedly ($(ending_of "$status")), starting it again (log: $dir/$log)"
            "$restart"
        done
    done
}
