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
    local url=$COLLECTIF_DATABASE_URL version
    psql=$(command -v psql || true)
    [[ -n $psql ]] || fail "The program psql is missing: run « apt-get install postgresql-client », then try again."
    version=$("$psql" -X -A -t -d "$url" -c 'show server_version_num' 2>&1) ||
        fail "The database of COLLECTIF_DATABASE_URL does not answer (${version//$'\n'/ }): correct the address or start that server."
    ((version >= 150000)) ||
        fail "The PostgreSQL of COLLECTIF_DATABASE_URL is version $((version / 10000)): version 15 or later is needed, upgrade it first."
    if [[ -n ${COLLECTIF_OWNER_DATABASE_URL:-} && -n ${COLLECTIF_WORKER_DATABASE_URL:-} ]]; then
        owner_url=$COLLECTIF_OWNER_DATABASE_URL
        worker_url=$COLLECTIF_WORKER_DATABASE_URL
        server_url=$url
        return 0
    fi
    [[ $("$psql" -X -A -t -d "$url" -c "select rolsuper from pg_roles where rolname = current_user") == t ]] ||
        fail "The user of COLLECTIF_DATABASE_URL may not create roles: give the address of a superuser," \
            "or set COLLECTIF_OWNER_DATABASE_URL and COLLECTIF_WORKER_DATABASE_URL as well (docs/operator/running.md)."
    apply_roles "$(url_part "$url" database)" -d "$url" ||
        fail "infra/roles.sql failed on the database of COLLECTIF_DATABASE_URL: the lines above say why."
    owner_url=$(url_as "$url" collectif_owner "$owner_password")
    server_url=$(url_as "$url" collectif_server "$server_password")
    worker_url=$(url_as "$url" collectif_worker "$worker_password")
}

url_part() {
    URL=$1 python3 -c 'import os, urllib.parse as u; p = u.urlsplit(os.environ["URL"]); print(u.unquote(p.path.strip("/")) or "collectif")'
}

# url_as URL USER PASSWORD: the same server and database, as another user; host and options are kept.
url_as() {
    URL=$1 ROLE=$2 SECRET=$3 python3 - <<'PYTHON'
import os
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

parts = urlsplit(os.environ["URL"])
place = parts.netloc.rpartition("@")[2]
query = urlencode([(k, v) for k, v in parse_qsl(parts.query) if k not in ("user", "password", "dbname")], safe="/")
path = parts.path if parts.path.strip("/") else "/collectif"
print(urlunsplit((parts.scheme, f"{os.environ['ROLE']}:{os.environ['SECRET']}@{place}", path, query, "")))
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
