#include "store/export.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "formats/csv.h"
#include "formats/json.h"
#include "formats/output_io.h"
#include "store/table_rows.h"

/* The tables in which nothing is any council's. */
static const char *const system_tables[] = {
    "schema_migration", "store_identity", "council", "council_key", "backup",
    "trail_head", "trail_entry", "trail_checkpoint", "trail_signature",
    "money_run", "money_run_part", "money_run_file", "on_account",
    "period_lock",
};

/* What lets somebody in, and what only the program can use: in no export. */
static const struct {
    const char *table;
    const char *column;         /* NULL: all of the table */
} withheld[] = {
    { "identity_key", NULL }, { "session", NULL }, { "one_time_link", NULL },
    { "kept_answer", NULL }, { "kept_form", NULL }, { "second_factor", NULL },
    { "recovery_code", NULL }, { "oidc_identity", NULL }, { "oidc_state", NULL },
    { "login_link_offer", NULL },
    { "oidc_provider", "secret" }, { "evidence_chunk", NULL }, { "evidence_intake", NULL },
    { "account", "password" }, { "evidence", "head" }, { "evidence", "wrapped_key" },
};

/* What the council of a row keeps for itself when the row is shared: fields of registers declared
 * `own`. For another council they are empty. */
static const struct {
    const char *table, *column;
} own_columns[] = {
    { "risk", "cost" }, { "obligation", "advice" },
};

#define TRAIL "trail_"          /* how its tables' names begin */

enum takes { TAKES_ALL, TAKES_OWN, TAKES_OWN_AND_SHARED, TAKES_OWN_AND_NAMED, TAKES_NONE };

/* The one way to write files that is known here. */
struct into_folder {
    struct export_into      into;
    const struct exporting *plan;
    struct arena           *arena;
    struct out_folder       folder;
    struct out_file         file;
};

struct export {
    const struct exporting *plan;
    struct arena           *arena;
    struct exported        *out;
    struct export_into     *into;
    struct db              *db;
    struct shape            shape;
    struct csv_writer       csv;
    struct json             json;       /* a line of it */
    bool                    as_json;
    char                   *hex;        /* of the largest blob so far */
    size_t                  room;
};

/* --- whose rows --- */

static bool is_system(const struct shape_table *table)
{
    for (size_t i = 0; i < COUNT(system_tables); i++) {
        if (strcmp(system_tables[i], table->name) == 0)
            return true;
    }
    return false;
}

static bool is_withheld(const char *table, const char *column)
{
    for (size_t i = 0; i < COUNT(withheld); i++) {
        if (strcmp(withheld[i].table, table) != 0)
            continue;
        if (column == NULL ? withheld[i].column == NULL
                           : withheld[i].column != NULL && strcmp(withheld[i].column, column) == 0)
            return true;
    }
    return false;
}

bool export_keeps_own(const char *table, const char *column)
{
    for (size_t i = 0; i < COUNT(own_columns); i++)
        if (strcmp(own_columns[i].table, table) == 0 &&
            strcmp(own_columns[i].column, column) == 0)
            return true;
    return false;
}

static bool has_column(const struct shape_table *table, const char *name)
{
    return shape_column_find(table, text_of(name)) >= 0;
}

static enum takes takes_of(const struct export *export, int number)
{
    const struct shape_table *table = &export->shape.table[number];

    if (export->plan->council == 0)
        return is_system(table) ? TAKES_ALL : TAKES_NONE;
    if (strncmp(table->name, TRAIL, strlen(TRAIL)) == 0)
        return TAKES_NONE;
    if (is_system(table))
        return TAKES_ALL;
    if (!has_column(table, "council") || is_withheld(table->name, NULL))
        return TAKES_NONE;
    if (has_column(table, "shared") && has_column(table, "partners"))
        return TAKES_OWN_AND_NAMED;
    return has_column(table, "shared") ? TAKES_OWN_AND_SHARED : TAKES_OWN;
}

static const char *where_of(enum takes takes)
{
    switch (takes) {
    case TAKES_OWN: return "council = ?2";
    case TAKES_OWN_AND_SHARED: return "council = ?2 OR council IS NULL OR shared";
    case TAKES_OWN_AND_NAMED:
        return "council = ?2 OR (shared AND partners LIKE '%,' || "
               "CAST(CAST(?2 AS BIGINT) AS TEXT) || ',%')";
    case TAKES_ALL:
    case TAKES_NONE: break;
    }
    return NULL;
}

/* --- one table --- */

static const char *hex_of(struct export *export, struct text blob)
{
    if (blob.size * 2 + 1 > export->room) {
        export->room = blob.size * 4 + 1;
        export->hex = arena_take(export->arena, export->room, 1);
    }
    (void)sodium_bin2hex(export->hex, export->room, (const unsigned char *)blob.data, blob.size);
    return export->hex;
}

static void put_cell(struct export *export, const struct cell_value *value)
{
    const struct text bytes = cell_bytes(value);
    char digits[24];

    if (value->null) {
        csv_word(&export->csv, "\\N");
    } else if (value->kind == COLUMN_TEXT) {
        csv_shown(&export->csv, bytes);
    } else if (value->kind == COLUMN_BLOB) {
        csv_word(&export->csv, hex_of(export, bytes));
    } else {
        (void)snprintf(digits, sizeof digits, "%lld", (long long)value->number);
        csv_word(&export->csv, digits);
    }
}

static void put_member(struct export *export, const char *name, const struct cell_value *value)
{
    const struct text bytes = cell_bytes(value);

    json_key(&export->json, name);
    if (value->null)
        json_null(&export->json);
    else if (value->kind == COLUMN_TEXT)
        json_text(&export->json, bytes);
    else if (value->kind == COLUMN_BLOB)
        json_string(&export->json, hex_of(export, bytes));
    else
        json_integer(&export->json, value->number);
}

/* Of another council's row that it shares. */
static bool is_anothers(const struct export *export, const struct table_rows *rows)
{
    const int council = shape_column_find(rows->table, text_of("council"));

    return export->plan->council != 0 && council >= 0 &&
           rows->value[council].number != export->plan->council;
}

static enum err put_row(struct export *export, struct sink *sink, const struct table_rows *rows,
                        struct trouble *trouble)
{
    static const struct cell_value nothing = { .null = true };
    const struct shape_table *table = rows->table;
    const bool anothers = is_anothers(export, rows);

    if (export->as_json) {
        json_begin(&export->json, sink, JSON_COMPACT, trouble);
        json_object(&export->json);
    }
    for (int i = 0; i < table->columns; i++) {
        if (is_withheld(table->name, table->column[i].name))
            continue;
        const struct cell_value *value = anothers && export_keeps_own(table->name,
                                                                      table->column[i].name)
                                             ? &nothing : &rows->value[i];
        if (export->as_json)
            put_member(export, table->column[i].name, value);
        else
            put_cell(export, value);
    }
    if (!export->as_json) {
        csv_end(&export->csv);
        return OK;          /* csv_close() tells */
    }
    json_object_end(&export->json);
    return json_end(&export->json);
}

static enum err put_rows(struct export *export, struct sink *sink, struct table_rows *rows,
                         struct trouble *trouble)
{
    bool more = false;
    enum err err = OK;

    for (int i = 0; i < rows->table->columns && !export->as_json; i++) {
        if (!is_withheld(rows->table->name, rows->table->column[i].name))
            csv_word(&export->csv, rows->table->column[i].name);
    }
    if (!export->as_json)
        csv_end(&export->csv);
    while (err == OK && (err = table_rows_next(rows, &more, trouble)) == OK && more) {
        err = put_row(export, sink, rows, trouble);
        export->out->rows += !export->as_json;
    }
    return err;
}

static enum err csv_begin(struct export *export, const char *name, struct trouble *trouble)
{
    struct sink *sink;
    enum err err = export->into->begin(export->into, name, &sink, trouble);

    if (err == OK)
        csv_open(&export->csv, sink, trouble);
    return err;
}

static enum err csv_finish(struct export *export, enum err err, struct trouble *trouble)
{
    const enum err written = csv_close(&export->csv);
    const enum err closed = export->into->end(export->into, trouble);

    err = err != OK ? err : written;
    return err != OK ? err : closed;
}

static enum err put_lines(struct export *export, struct table_rows *rows, struct trouble *trouble)
{
    struct sink *sink;
    enum err err = export->into->begin(export->into,
                                       arena_print(export->arena, "%s.jsonl", rows->table->name),
                                       &sink, trouble);

    if (err != OK)
        return err;
    export->as_json = true;
    err = put_rows(export, sink, rows, trouble);
    export->as_json = false;
    const enum err closed = export->into->end(export->into, trouble);
    return err != OK ? err : closed;
}

static enum err put_table(struct export *export, struct tx *tx, int number, enum takes takes,
                          struct trouble *trouble)
{
    const struct shape_table *table = &export->shape.table[number];
    struct table_rows rows;
    enum err err = csv_begin(export, arena_print(export->arena, "%s.csv", table->name), trouble);

    if (err != OK)
        return err;
    export->out->tables++;
    table_rows_open(&rows, tx, export->arena, table, where_of(takes), export->plan->council);
    err = csv_finish(export, put_rows(export, NULL, &rows, trouble), trouble);
    if (err != OK)
        return err;
    table_rows_open(&rows, tx, export->arena, table, where_of(takes), export->plan->council);
    return put_lines(export, &rows, trouble);
}

/* --- what the files are --- */

static void put_key(struct json *json, const char *key, const char *word)
{
    json_key(json, key);
    json_string(json, word);
}

static const char *datatype_of(enum column_kind kind)
{
    switch (kind) {
    case COLUMN_INT:
    case COLUMN_BOOL: return "integer";
    case COLUMN_BLOB: return "hexBinary";
    case COLUMN_TEXT:
    case COLUMN_DAY: break;
    }
    return "string";
}

static void describe_table(struct json *json, struct arena *arena, const struct shape_table *table)
{
    json_object(json);
    put_key(json, "url", arena_print(arena, "%s.csv", table->name));
    json_key(json, "tableSchema");
    json_object(json);
    json_key(json, "columns");
    json_array(json);
    for (int i = 0; i < table->columns; i++) {
        if (is_withheld(table->name, table->column[i].name))
            continue;
        json_object(json);
        put_key(json, "name", table->column[i].name);
        put_key(json, "datatype", datatype_of(table->column[i].kind));
        put_key(json, "null", "\\N");
        json_object_end(json);
    }
    json_array_end(json);
    json_key(json, "primaryKey");
    json_array(json);
    for (int i = 0; i < table->keys; i++)
        json_string(json, table->column[table->key[i]].name);
    json_array_end(json);
    json_object_end(json);
    json_object_end(json);
}

static enum err put_schema(struct export *export, struct trouble *trouble)
{
    struct json json;
    struct sink *sink;
    enum err err = export->into->begin(export->into, EXPORT_SCHEMA, &sink, trouble);

    if (err != OK)
        return err;
    json_begin(&json, sink, JSON_PRETTY, trouble);
    json_object(&json);
    put_key(&json, "@context", "http://www.w3.org/ns/csvw");
    json_key(&json, "tables");
    json_array(&json);
    for (int i = 0; i < export->shape.tables; i++) {
        if (takes_of(export, i) != TAKES_NONE)
            describe_table(&json, export->arena, &export->shape.table[i]);
    }
    json_array_end(&json);
    json_key(&json, "ochil:leftOut");
    json_array(&json);
    for (int i = 0; i < export->shape.tables; i++) {
        if (takes_of(export, i) == TAKES_NONE)
            json_string(&json, export->shape.table[i].name);
    }
    json_array_end(&json);
    json_object_end(&json);
    err = json_end(&json);
    const enum err closed = export->into->end(export->into, trouble);
    return err != OK ? err : closed;
}

/* How many rows each table has, and nothing of what is in them. */
static enum err put_counts(struct export *export, struct tx *tx, struct trouble *trouble)
{
    enum err err = csv_begin(export, EXPORT_ROWS, trouble);

    if (err != OK)
        return err;
    csv_literal(&export->csv, "table,rows\n");
    for (int i = 0; i < export->shape.tables && err == OK; i++) {
        struct query *query = arena_take(export->arena, 1, sizeof *query);
        struct statement *count;
        *query = (struct query){ "rows", arena_print(export->arena, "SELECT count(*) FROM %s",
                                                     export->shape.table[i].name), NULL };
        err = tx_prepare(tx, query, &count, trouble);
        if (err == OK)
            err = statement_one(count, trouble);
        if (err == OK) {
            csv_word(&export->csv, export->shape.table[i].name);
            csv_count(&export->csv, (uint64_t)column_int(count, 0));
            csv_end(&export->csv);
            statement_end(count);
        }
    }
    return csv_finish(export, err, trouble);
}

/* --- all of it --- */

static enum err put_all(struct tx *tx, void *context, struct trouble *trouble)
{
    struct export *export = context;
    enum err err;

    *export->out = (struct exported){ 0 };
    if ((err = export->into->restart(export->into, trouble)) != OK ||
        (err = shape_read(tx, export->arena, &export->shape, trouble)) != OK)
        return err;
    for (int i = 0; i < export->shape.tables && err == OK; i++) {
        const enum takes takes = takes_of(export, i);
        if (takes == TAKES_NONE)
            export->out->left_out++;
        else
            err = put_table(export, tx, i, takes, trouble);
    }
    if (err == OK)
        err = put_schema(export, trouble);
    return err == OK && export->plan->council == 0 ? put_counts(export, tx, trouble) : err;
}

static enum err export_into(const struct exporting *plan, struct export_into *into,
                            struct arena *arena, struct exported *out, struct trouble *trouble)
{
    const struct db_options options = { .url = plan->url, .readers = 1, .must_exist = true };
    const struct db_scope scope = { plan->council, arena };
    struct export *export = arena_take(arena, 1, sizeof *export);

    *export = (struct export){ .plan = plan, .arena = arena, .out = out, .into = into };
    enum err err = db_open(arena, &options, &export->db, trouble);
    if (err != OK)
        return err;
    err = db_read(export->db, scope, put_all, export, trouble);
    db_close(export->db);
    return err;
}

/* --- a folder --- */

static enum err folder_restart(struct export_into *into, struct trouble *trouble)
{
    struct into_folder *to = (struct into_folder *)into;

    (void)out_folder_abort(&to->folder, NULL);
    return out_folder_open(&to->folder, to->plan->outside, to->arena, to->plan->folder, false,
                           trouble);
}

static enum err folder_begin(struct export_into *into, const char *name, struct sink **sink,
                             struct trouble *trouble)
{
    struct into_folder *to = (struct into_folder *)into;

    *sink = &to->file.sink;
    return out_file_open(&to->folder, name, &to->file, trouble);
}

static enum err folder_end(struct export_into *into, struct trouble *trouble)
{
    return out_file_close(&((struct into_folder *)into)->file, trouble);
}

enum err export_store(const struct exporting *plan, struct arena *arena, struct exported *out,
                      struct trouble *trouble)
{
    if (plan->into != NULL)
        return export_into(plan, plan->into, arena, out, trouble);
    struct into_folder *to = arena_take(arena, 1, sizeof *to);

    *to = (struct into_folder){ { folder_restart, folder_begin, folder_end }, plan, arena,
                                { .made = false }, { .used = 0 } };
    enum err err = export_into(plan, &to->into, arena, out, trouble);
    if (err == OK)
        err = out_folder_commit(&to->folder, trouble);
    (void)out_folder_abort(&to->folder, trouble);
    return err;
}
