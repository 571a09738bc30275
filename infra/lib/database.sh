# Roles, passwords and addresses of the database, for a private cluster or for one given by COLLECTIF_DATABASE_URL.

# Secrets are made once and kept in DIR/secrets, readable by the owner alone.
load_secrets() {
    local file=$1/secrets name
    if [[ ! -f $file ]]; then
        (umask 077 && for name in admin_password owner_password server_password worker_password collectif_secret; do
            printf '%s=%s\n' "$name" "$(random_hex 32)"
        done >"$file.new") && mv "$file.new" "$file"
    fi
    # shellcheck disable=SC1090
    . "$file"
}

# Roles and the empty database. The passwords go through standard input: a command line is readable by every user.
# apply_roles DATABASE CONNECTION…
apply_roles() {
    local database=$1
    shift
    {
        printf "\\\\set owner_password '%s'\n\\\\set server_password '%s'\n\\\\set worker_password '%s'\n" \
            "$owner_password" "$server_password" "$worker_password"
        cat "$root/infra/roles.sql"
    } | PGOPTIONS='-c client_min_messages=warning' "$psql" -X -q -v ON_ERROR_STOP=1 -v database="$database" "$@" >/dev/null
}

# The three addresses of a private cluster: private_urls PORT [DATABASE]
private_urls() {
    local place=127.0.0.1:$1/${2:-collectif}
    admin_url=postgresql://postgres:$admin_password@127.0.0.1:$1/postgres
    owner_url=postgresql://collectif_owner:$owner_password@$place
    server_url=postgresql://collectif_server:$server_password@$place
    worker_url=postgresql://collectif_worker:$worker_password@$place
}

# A PostgreSQL of the operator. With the owner's and the worker's addresses too, all three are used as they are.
# With one address alone, it must be that of a superuser: the roles are made there, and the three addresses derived from it.
external_urls() {
    local url=$COLLECTIF_DATABASE_URL door=$COLLECTIF_DATABASE_URL version
    psql=$(command -v psql || true)
    [[ -n $psql ]] || fail "The program psql is missing: run « apt-get install postgresql-client », then try again."
    # The database may be yet to be made: then the server is reached by its database `postgres`.
    "$psql" -X -d "$url" -c '' &>/dev/null || door=$(url_as "$url" '' '' postgres)
    version=$("$psql" -X -A -t -d "$door" -c 'show server_version_num' 2>&1) ||
        fail "The database of COLLECTIF_DATABASE_URL does not answer (${version//$'\n'/ }): correct the address or start that server."
    ((version >= 150000)) ||
        fail "The PostgreSQL of COLLECTIF_DATABASE_URL is version $((version / 10000)): version 15 or later is needed, upgrade it first."
    if [[ -n ${COLLECTIF_OWNER_DATABASE_URL:-} && -n ${COLLECTIF_WORKER_DATABASE_URL:-} ]]; then
        owner_url=$COLLECTIF_OWNER_DATABASE_URL
        worker_url=$COLLECTIF_WORKER_DATABASE_URL
        server_url=$url
        return 0
    fi
    [[ $("$psql" -X -A -t -d "$door" -c "select rolsuper from pg_roles where rolname = current_user") == t ]] ||
        fail "The user of COLLECTIF_DATABASE_URL may not create roles: give the address of a superuser," \
            "or set COLLECTIF_OWNER_DATABASE_URL and COLLECTIF_WORKER_DATABASE_URL as well (docs/operator/running.md)."
    apply_roles "$(url_part "$url" database)" -d "$door" ||
        fail "infra/roles.sql failed on the database of COLLECTIF_DATABASE_URL: the lines above say why."
    owner_url=$(url_as "$url" collectif_owner "$owner_password")
    server_url=$(url_as "$url" collectif_server "$server_password")
    worker_url=$(url_as "$url" collectif_worker "$worker_password")
}

url_part() {
    URL=$1 python3 -c 'import os, urllib.parse as u; p = u.urlsplit(os.environ["URL"]); print(u.unquote(p.path.strip("/")) or "collectif")'
}

# url_as URL USER PASSWORD [DATABASE]: the same server as another user, or as the same when USER is empty. Options are kept.
url_as() {
    URL=$1 ROLE=$2 SECRET=$3 BASE=${4:-} python3 - <<'PYTHON'
import os
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

parts = urlsplit(os.environ["URL"])
person, _, place = parts.netloc.rpartition("@")
path = "/" + (os.environ["BASE"] or parts.path.strip("/") or "collectif")
options = parse_qsl(parts.query)
if os.environ["ROLE"]:
    person = f"{os.environ['ROLE']}:{os.environ['SECRET']}"
    options = [(name, value) for name, value in options if name not in ("user", "password")]
print(urlunsplit((parts.scheme, f"{person}@{place}" if person else place, path, urlencode(options, safe="/"), "")))
PYTHON
}

# DIR/env: what a shell or a program needs to talk to this installation. Values are quoted only where a shell requires it.
write_env() {
    (
        umask 077
        {
            printf '# Written by %s at each start. In a shell: set -a; . %q; set +a\n' "${0##*/}" "$1/env"
            printf '%s=%q\n' COLLECTIF_URL "$public_url" \
                COLLECTIF_DATABASE_URL "$server_url" COLLECTIF_OWNER_DATABASE_URL "$owner_url" \
                COLLECTIF_WORKER_DATABASE_URL "$worker_url" COLLECTIF_SECRET "$collectif_secret" COLLECTIF_SMTP_URL "$smtp_url"
        } >"$1/env.new"
    )
    mv "$1/env.new" "$1/env"
    set -a
    # shellcheck disable=SC1091
    . "$1/env"
    set +a
}

# A shell that has read DIR/env carries the addresses of this very installation: they are not those of another server.
forget_own_env() {
    [[ -f $1/env && -d $1/postgres ]] || return 0
    local name
    for name in COLLECTIF_DATABASE_URL COLLECTIF_OWNER_DATABASE_URL COLLECTIF_WORKER_DATABASE_URL COLLECTIF_SMTP_URL; do
        [[ -z ${!name:-} ]] || ! grep -qxF "$name=$(printf %q "${!name}")" "$1/env" || unset "$name"
    done
}
