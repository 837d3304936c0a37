#!/bin/sh
# The nearest job in SQLite's shell:
#     sqlite.sh FOLDER MONTHS SHARES OUT
#
# In memory, so that no disk is in the figure. The shell's own .import does the loading.
set -eu
folder=$1 months=$2 shares=$3 out=$4
here=$(dirname "$0")
{
    cat <<'SQL'
CREATE TABLE ledger(entry_id INTEGER, partner TEXT, date TEXT, period TEXT, cost_centre TEXT,
    account TEXT, amount REAL, description TEXT);
CREATE TABLE months(month TEXT PRIMARY KEY, period TEXT) WITHOUT ROWID;
CREATE TABLE shares(pool TEXT, period TEXT, partner TEXT, share REAL,
    PRIMARY KEY (pool, period, partner)) WITHOUT ROWID;
CREATE TABLE accounts(partner TEXT, account TEXT, grp TEXT,
    PRIMARY KEY (partner, account)) WITHOUT ROWID;
CREATE TABLE cost_centres(partner TEXT, cost_centre TEXT, account TEXT, from_period TEXT,
    to_period TEXT, treatment TEXT, pool TEXT, bearer TEXT);
CREATE TABLE places(partner TEXT, cost_centre TEXT, account TEXT, period TEXT, treatment TEXT,
    pool TEXT, bearer TEXT, PRIMARY KEY (cost_centre, period, partner, account)) WITHOUT ROWID;
.mode csv
SQL
    echo ".import --skip 1 '$months' months"
    echo ".import --skip 1 '$shares' shares"
    echo ".import --skip 1 '$folder/accounts.csv' accounts"
    echo ".import --skip 1 '$folder/cost_centres.csv' cost_centres"
    cat "$here/places.sql"
    echo ';'
    for file in "$folder"/ledger/*.csv; do
        echo ".import --skip 1 '$file' ledger"
    done
    echo ".output '$out'"
    cat "$here/close.sql"
    echo ';'
} | sqlite3 -bail :memory:
