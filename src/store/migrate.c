#include "store/migrate.h"

#include <assert.h>
#include <stdio.h>

#include "store/db_inside.h"
#include "store/store_sql.h"

/* One migration's way through. */
struct step {
    const struct migrating *plan;
    int                     found;      /* the version of the store */
    int                     tables;     /* that it has, whosever */
};

static enum err count_of(struct tx *tx, const struct query *query, int *count,
                         struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, query, &ask, trouble);

    if (err == OK)
        err = statement_one(ask, trouble);
    if (err != OK)
        return err;
    *count = (int)column_int(ask, 0);
    statement_end(ask);
    return OK;
}

static enum err compare(struct statement *row, const struct migration *const *known, int *found,
                        struct trouble *trouble)
{
    const int64_t version = column_int(row, 0);
    const struct migration *migration = *found == 0 && known[0] == NULL ? NULL : known[*found];
    const struct text name = column_text(row, 1);

    if (migration == NULL)
        return fail(trouble, ERR_CHECK, "the store has been through migration %04lld (%.*s), which "
                    "this program does not know: it needs a newer program", (long long)version,
                    TEXT(name));
    if (version != migration->version || !text_is(name, migration->name) ||
        !text_is(column_text(row, 2), migration->sha256))
        return fail(trouble, ERR_CHECK, "migration %04lld (%.*s) of the store is not this "
                    "program's %04d (%s): an old migration must never be changed",
                    (long long)version, TEXT(name), migration->version, migration->name);
    ++*found;
    return OK;
}

/* How far the store is, all that it has been through being as we know it. */
static enum err find_version(struct tx *tx, struct step *step, struct trouble *trouble)
{
    struct statement *list;
    int there = 0;
    bool row = false;
    enum err err = count_of(tx, &sql_schema_tables, &there, trouble);

    step->found = 0;
    if (err == OK)
        err = count_of(tx, &sql_schema_tables_any, &step->tables, trouble);
    if (err != OK || there == 0)
        return err;
    err = tx_prepare(tx, &sql_migrations_applied, &list, trouble);
    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row)
        err = compare(list, step->plan->migrations, &step->found, trouble);
    return err;
}

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    return find_version(tx, context, trouble);
}

static enum err record(struct tx *tx, const struct migration *migration, struct moment now,
                       struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_migration_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, migration->version);
    bind_text(add, 2, text_of(migration->name));
    bind_text(add, 3, text_of(migration->sha256));
    bind_moment(add, 4, now);
    return statement_run(add, NULL, trouble);
}

static enum err run_statement(struct tx *tx, struct arena *arena, struct text statement,
                              struct trouble *trouble)
{
    const char *sql;
    enum sql_fault fault;

    if (!sql_is_for(statement, tx_engine(tx)))
        return OK;
    fault = sql_ddl(arena, statement, tx_engine(tx), &sql);
    if (fault != SQL_FINE)
        return fail(trouble, ERR_BUG, "%s", sql_fault_text(fault));
    return tx_execute(tx, sql, trouble);
}

static enum err run_statements(struct tx *tx, const struct migration *migration,
                               struct trouble *trouble)
{
    struct arena arena = { 0 };
    struct text rest = text_of(migration->sql);
    struct text statement;
    volatile enum err err = OK;

    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena)) {
        arena_free(&arena);
        return fail(trouble, ERR_IO, "out of memory");
    }
    while (err == OK && sql_next_statement(&rest, &statement))
        err = run_statement(tx, &arena, statement, trouble);
    arena_free(&arena);
    return err;
}

/* The next migration, unless somebody else has done it meanwhile. */
static enum err run_next(struct tx *tx, void *context, struct trouble *trouble)
{
    struct step *step = context;
    struct trouble said = { 0 };
    enum err err = find_version(tx, step, trouble);
    const struct migration *next = step->plan->migrations[step->found];

    if (err != OK || next == NULL)
        return err;
    assert(next->version == step->found + 1);
    if (step->found == 0 && step->tables > 0)
        return fail(trouble, ERR_CHECK, "the database holds tables that are not Ochil's");
    if (step->found > 0 && tx_engine(tx) == DB_POSTGRES)
        err = tx_execute(tx, "LOCK TABLE store_writer IN EXCLUSIVE MODE", trouble);
    if (err == OK && (err = run_statements(tx, next, &said)) != OK)
        return fail(trouble, err, "migration %04d (%s): %s", next->version, next->name, said.text);
    if (err == OK)
        err = record(tx, next, step->plan->now, trouble);
    step->found += err == OK;
    return err;
}

/* Letters, digits and _: what needs no quotes in a GRANT, and cannot end one. */
static bool is_role(const char *role)
{
    return role[0] != '\0' && strlen(role) < 64 &&
           strspn(role, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(role);
}

/* What the serving role may not do to a table: there things are added, and stay. (On SQLite
 * triggers say the same.) */
static enum err restrict_tables(struct tx *tx, const char *role, struct trouble *trouble)
{
    static const struct { const char *table, *rights; } refused[] = {
        { "schema_migration", "INSERT, UPDATE, DELETE" },
        { "council_key", "UPDATE, DELETE" },
        { "trail_head", "DELETE" },
        { "trail_entry", "UPDATE, DELETE" },
        { "trail_text", "UPDATE, DELETE" },
        { "trail_opening", "UPDATE" },
        { "trail_checkpoint", "UPDATE, DELETE" },
        { "trail_signature", "UPDATE, DELETE" },
        { "two_key", "DELETE" },
        { "two_key_agreement", "UPDATE, DELETE" },
        { "two_key_step", "UPDATE, DELETE" },
        { "entry_change", "UPDATE, DELETE" },
        { "register_import_change", "UPDATE, DELETE" },
        { "entry_comment", "UPDATE, DELETE" },
        { "risk", "DELETE" },
        { "action", "DELETE" },
        { "obligation", "DELETE" },
        { "policy", "DELETE" },
        { "joint_year", "UPDATE, DELETE" },
        { "joint_period", "DELETE" },
        { "extract_profile", "UPDATE, DELETE" },
        { "journal_layout", "UPDATE, DELETE" },
        { "basis_file", "DELETE" },
        { "on_account", "DELETE" },
        { "ledger_import", "DELETE" },
        { "money_map", "UPDATE, DELETE" },
        { "period_signature", "DELETE" },
        { "period_lock", "UPDATE, DELETE" },
        { "period_nothing", "UPDATE" },
        { "period_bundle", "UPDATE, DELETE" },
        { "period_bundle_signature", "UPDATE, DELETE" },
        { "period_recount", "DELETE" },
        { "money_run", "DELETE" },
        { "money_run_part", "UPDATE, DELETE" },
        { "money_run_file", "UPDATE, DELETE" },
        { "restatement", "UPDATE, DELETE" },
        { "restatement_map", "UPDATE, DELETE" },
        { "restatement_file", "UPDATE, DELETE" },
        { "query", "DELETE" },
        { "initiative", "DELETE" },
        { "memorandum", "DELETE" },
        { "fund", "DELETE" },
    };
    enum err err = OK;
    char sql[256];

    for (size_t i = 0; i < COUNT(refused) && err == OK; i++) {
        (void)snprintf(sql, sizeof sql, "DO $$ BEGIN IF to_regclass('%s') IS NOT NULL THEN "
                       "REVOKE %s ON %s FROM %s; END IF; END $$", refused[i].table,
                       refused[i].rights, refused[i].table, role);
        err = tx_execute(tx, sql, trouble);
    }
    return err;
}

/* Rows of every table there is, with those restrictions. */
static enum err grant(struct tx *tx, void *context, struct trouble *trouble)
{
    static const char *const grants[] = {
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO",
    };
    const struct step *step = context;
    enum err err = OK;
    char sql[256];

    for (size_t i = 0; i < COUNT(grants) && err == OK; i++) {
        (void)snprintf(sql, sizeof sql, "%s %s", grants[i], step->plan->role);
        err = tx_execute(tx, sql, trouble);
    }
    return err == OK ? restrict_tables(tx, step->plan->role, trouble) : err;
}

static enum err back_up(struct db *db, const struct step *step, struct migrated *out,
                        struct trouble *trouble)
{
    const int size = snprintf(out->backup, sizeof out->backup, "%s.before-%04d-%lld",
                              db_url_of(db)->place, step->found + 1,
                              (long long)step->plan->now.ms);

    if (size < 0 || (size_t)size >= sizeof out->backup)
        return fail(trouble, ERR_USAGE, "the name of the store is too long");
    return sqlite_backup(db, out->backup, trouble);
}

enum err schema_migrate(struct db *db, const struct migrating *plan, struct migrated *out,
                        struct trouble *trouble)
{
    const struct db_scope nobody = { 0 };
    struct step step = { .plan = plan };
    const bool grants = plan->role != NULL && db_engine_of(db) == DB_POSTGRES;

    *out = (struct migrated){ 0 };
    if (grants && !is_role(plan->role))
        return fail(trouble, ERR_USAGE, "'%s' is no name of a role", plan->role);
    enum err err = db_read(db, nobody, look, &step, trouble);
    if (err != OK)
        return err;
    out->before = out->after = step.found;
    if (db_engine_of(db) == DB_SQLITE && step.found > 0 && plan->migrations[step.found] != NULL)
        err = back_up(db, &step, out, trouble);
    while (err == OK && plan->migrations[step.found] != NULL)
        err = db_transact(db, TX_MIGRATE, nobody, run_next, &step, trouble);
    if (err == OK && db_engine_of(db) == DB_SQLITE && out->before == 0)
        err = sqlite_sync_folder(db, trouble);
    if (err == OK && grants)
        err = db_transact(db, TX_MIGRATE, nobody, grant, &step, trouble);
    if (err == OK)
        out->after = step.found;
    return err;
}

enum err schema_version(struct db *db, const struct migration *const *migrations, int *version,
                        struct trouble *trouble)
{
    const struct migrating plan = { .migrations = migrations };
    struct step step = { .plan = &plan };
    enum err err = db_read(db, (struct db_scope){ 0 }, look, &step, trouble);

    *version = step.found;
    return err;
}

enum err schema_check(struct db *db, const struct migration *const *migrations,
                      struct trouble *trouble)
{
    int version;
    enum err err = schema_version(db, migrations, &version, trouble);

    if (err == OK && migrations[version] != NULL)
        return fail(trouble, ERR_MISSING, "the store is at version %d and must be migrated first "
                    "(ochil migrate)", version);
    return err;
}
