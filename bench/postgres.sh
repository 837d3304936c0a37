#!/bin/sh
# The nearest job in PostgreSQL:
#     postgres.sh CLUSTER FOLDER MONTHS SHARES OUT
#
# Starts a server of its own on a socket in CLUSTER (made if it is not there), loads with COPY,
# asks, and stops the server. Run under `measure`, the processor time is that of every process of
# the server: the postmaster waits for its children, and this script for the postmaster. Starting
# and stopping an idle server is in it, about 0.05 s.
#
# Set for speed, not safety: nothing is synced or logged, memory is plentiful.
set -eu
cluster=$1 folder=$2 months=$3 shares=$4 out=$5
here=$(dirname "$0")
for bin in /usr/lib/postgresql/*/bin; do :; done     # the newest

# PostgreSQL does not run as root.
as_owner() { "$@"; }
start() { exec "$@"; }
user=$(id -un)
if [ "$(id -u)" = 0 ]; then
    user=postgres
    as_owner() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
    start() { exec setpriv --reuid postgres --regid postgres --init-groups "$@"; }
fi

if [ ! -d "$cluster/data" ]; then
    mkdir -p "$cluster"
    [ "$(id -u)" != 0 ] || chown postgres "$cluster"
    as_owner "$bin/initdb" -D "$cluster/data" -A trust -U "$user" -E UTF8 --locale=C.UTF-8 \
        --no-sync >"$cluster/initdb.log"
fi
[ "${folder:-}" ] || exit 0         # only make the cluster

(start "$bin/postgres" -D "$cluster/data" -k "$cluster" -c listen_addresses= \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal \
    -c max_wal_senders=0 -c max_wal_size=64GB -c checkpoint_timeout=1d -c autovacuum=off \
    -c shared_buffers=1GB -c work_mem=1GB -c hash_mem_multiplier=2 -c jit="${JIT:-off}" \
    -c max_parallel_workers_per_gather=1 -c logging_collector=off 2>"$cluster/server.log") &
server=$!
trap 'kill -QUIT $server 2>/dev/null || true; wait $server || true' EXIT

tries=0
until "$bin/pg_isready" -q -h "$cluster"; do
    tries=$((tries + 1))
    [ $tries -lt 500 ] || { cat "$cluster/server.log" >&2; exit 1; }
    sleep 0.02
done

{
    cat <<'SQL'
SET client_min_messages = warning;
DROP TABLE IF EXISTS ledger, months, shares, accounts, cost_centres, places;
CREATE UNLOGGED TABLE ledger(entry_id bigint, partner text, date text, period text,
    cost_centre text, account text, amount numeric(15, 2), description text);
CREATE UNLOGGED TABLE months(month text, period text);
CREATE UNLOGGED TABLE shares(pool text, period text, partner text, share double precision);
CREATE UNLOGGED TABLE accounts(partner text, account text, grp text);
CREATE UNLOGGED TABLE cost_centres(partner text, cost_centre text, account text, from_period text,
    to_period text, treatment text, pool text, bearer text);
CREATE UNLOGGED TABLE places(partner text, cost_centre text, account text, period text,
    treatment text, pool text, bearer text);
SQL
    echo "COPY months FROM '$months' (FORMAT csv, HEADER);"
    echo "COPY shares FROM '$shares' (FORMAT csv, HEADER);"
    echo "COPY accounts FROM '$folder/accounts.csv' (FORMAT csv, HEADER);"
    echo "COPY cost_centres FROM '$folder/cost_centres.csv' (FORMAT csv, HEADER,
        FORCE_NOT_NULL (account, from_period, to_period, pool, bearer));"
    cat "$here/places.sql"
    echo ';'
    for file in "$folder"/ledger/*.csv; do
        echo "COPY ledger FROM '$file' (FORMAT csv, HEADER);"
    done
    echo 'ANALYZE ledger, places, accounts, months, shares;'
    echo "\\o $out"
    echo '\pset format csv' '\pset tuples_only on' | sed 's/ \\/\n\\/'
    cat "$here/close.sql"
    echo ';'
} | "$bin/psql" -q -X -v ON_ERROR_STOP=1 -h "$cluster" -U "$user" -d postgres
