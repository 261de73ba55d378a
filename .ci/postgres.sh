# Sourced by .ci/run: a PostgreSQL server of our own on a socket in a temporary folder.
# Sets postgres_url (without a database name). PostgreSQL refuses to run as root.
postgres_home=""

as_postgres() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

postgres_bin() {
    ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1
}

start_postgres() {
    local bin
    bin=$(postgres_bin)
    if [ -z "$bin" ] && command -v apt-get >/dev/null; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql \
            >/dev/null || return 1
        bin=$(postgres_bin)
    fi
    [ -n "$bin" ] || return 1
    postgres_home=$(mktemp -d)
    [ "$(id -u)" != 0 ] || chown postgres "$postgres_home"
    as_postgres "$bin/initdb" -D "$postgres_home/data" -U cairn -A trust -E UTF8 --no-sync \
        --locale=C.UTF-8 >/dev/null || return 1
    # What is thrown away need not survive a power cut. Compiling a query (jit) pays off for millions
    # of rows only.
    local options="-k $postgres_home -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    options+=" -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0"
    options+=" -c autovacuum=off -c jit=off"
    as_postgres "$bin/pg_ctl" -D "$postgres_home/data" -s -w -l "$postgres_home/log" \
        -o "$options" start || return 1
    as_postgres "$bin/createdb" -h "$postgres_home" -U cairn cairn
    as_postgres "$bin/createdb" -h "$postgres_home" -U cairn identities
    postgres_url="postgres://cairn@${postgres_home//\//%2F}"
}

stop_postgres() {
    [ -n "$postgres_home" ] || return 0
    as_postgres "$(postgres_bin)/pg_ctl" -D "$postgres_home/data" -s -m fast stop || true
    rm -rf "$postgres_home"
}
