# The platform itself: prepared, started, watched, stopped.

server_pid=

migrate() {
    "$binary" migrate >"$1/migrate.log" 2>&1 || {
        tail_of "$1/migrate.log"
        fail "The migrations failed: the lines above say why; nothing was left half done, so correct it and try again."
    }
}

load_demo() {
    step "loading the demo federation"
    (umask 077 && "$binary" demo load --accounts-file "$1/demo-accounts.json.new" >"$1/demo.log" 2>&1) || {
        tail_of "$1/demo.log"
        fail "The demo could not be loaded: the lines above say why; « --no-demo » starts without it, « --reset » starts afresh."
    }
    chmod 600 "$1/demo-accounts.json.new"
    mv "$1/demo-accounts.json.new" "$1/demo-accounts.json"
}

# start_server DIR PORT waits until it is ready.
start_server() {
    local log=$1/collectif.log tenths=300
    # What the server does not need, it does not hold: only commands of the operator speak as the owner.
    start TERM env -u COLLECTIF_OWNER_DATABASE_URL "$binary" serve --port "$2" >>"$log" 2>&1
    server_pid=$started
    until curl -fsS -o /dev/null --max-time 2 "http://127.0.0.1:$2/health/ready" 2>/dev/null; do
        kill -0 "$server_pid" 2>/dev/null || {
            tail_of "$log"
            fail "The server stopped while starting: the lines above say why (whole log: $log)."
        }
        ((tenths-- > 0)) || {
            tail_of "$log"
            fail "The server was not ready after 30 seconds: the lines above say why (whole log: $log)."
        }
        sleep 0.1
    done
}

stop_server() { stop "$server_pid" TERM 20; server_pid=; }

# The shortest way in: the coordinator of the first MSP whose account asks for no code.
print_first_account() {
    [[ -s $1/demo-accounts.json ]] || return 0
    python3 - "$1/demo-accounts.json" "$2" <<'PYTHON'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    accounts = json.load(file)
first = next((a for a in accounts if a["role"] == "COORDINATOR" and not a.get("totp_secret")), None)
if first:
    print(f"Start here: open {sys.argv[2]} and sign in as {first['email']} with the password {first['password']}")
PYTHON
}

print_accounts() {
    python3 - "$1/demo-accounts.json" <<'PYTHON'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    accounts = json.load(file)
columns = ("role", "organisation", "name", "email", "password", "totp_secret")
titles = dict(zip(columns, ("Role", "Organisation", "Name", "E-mail", "Password", "TOTP secret")))
rows = [titles] + [{c: str(a.get(c) or "") for c in columns} for a in accounts]
if not any(row["totp_secret"] for row in rows[1:]):
    columns = columns[:-1]
widths = {c: max(len(row[c]) for row in rows) for c in columns}
for row in rows:
    print("  " + "  ".join(row[c].ljust(widths[c]) for c in columns).rstrip())
PYTHON
}

# What comes next in an empty platform: the first MSP with its coordinator, who makes all the rest.
print_first_steps() {
    say "" "The platform is empty. The first MSP and its coordinator, in another terminal; the command says how to sign in:" "" \
        "    set -a; . $(printf %q "$1/env"); set +a" \
        "    $binary account create --email you@example.fr --first-name Claire --last-name Morvan \\" \
        "        --role COORDINATOR --organisation ma-msp --organisation-name 'Ma MSP' --organisation-kind MSP" ""
}
