// The nearest job in DuckDB:
//     node duckdb.mjs MODULES FOLDER MONTHS SHARES OUT THREADS
// MODULES is the folder in which npm installed @duckdb/node-api. The ledger is read where it
// lies, not loaded first: the least that DuckDB can do.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';

const [modules, folder, months, shares, out, threads] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(modules + '/')('@duckdb/node-api');

const quoted = (text) => "'" + text.replaceAll("'", "''") + "'";
const type = { amount: 'DECIMAL(15,2)', share: 'DOUBLE', entry_id: 'BIGINT' };
const columns = (names) =>
    '{' + names.map((name) => `${name}: '${type[name] ?? 'VARCHAR'}'`).join(', ') + '}';
const csv = (files, names) =>
    `read_csv([${files.map(quoted).join(', ')}], header = true, auto_detect = false, ` +
    `delim = ',', quote = '"', escape = '"', nullstr = '\\N', columns = ${columns(names)})`;

const sql = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const ledger = readdirSync(folder + '/ledger').sort().map((name) => `${folder}/ledger/${name}`);
const instance = await DuckDBInstance.create(':memory:', { threads });
const db = await instance.connect();
await db.run(`CREATE TABLE months AS FROM ${csv([months], ['month', 'period'])}`);
await db.run(`CREATE TABLE shares AS FROM ${
    csv([shares], ['pool', 'period', 'partner', 'share'])}`);
await db.run(`CREATE TABLE accounts AS FROM ${
    csv([folder + '/accounts.csv'], ['partner', 'account', 'grp'])}`);
await db.run(`CREATE TABLE cost_centres AS FROM ${
    csv([folder + '/cost_centres.csv'], ['partner', 'cost_centre', 'account', 'from_period',
        'to_period', 'treatment', 'pool', 'bearer'])}`);
await db.run(`CREATE TABLE places(partner VARCHAR, cost_centre VARCHAR, account VARCHAR,
    period VARCHAR, treatment VARCHAR, pool VARCHAR, bearer VARCHAR)`);
await db.run(sql('places.sql'));
await db.run(`CREATE VIEW ledger AS FROM ${
    csv(ledger, ['entry_id', 'partner', 'date', 'period', 'cost_centre', 'account', 'amount',
        'description'])}`);
await db.run(`COPY (${sql('close.sql')}) TO ${quoted(out)} (HEADER false)`);
