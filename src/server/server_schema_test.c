/* The schema's way through its versions, on either engine (test_store.h). */
#include "store/migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "cli/action.h"
#include "formats/sha256.h"
#include "register/register.h"
#include "server/server.h"
#include "store/export.h"
#include "store/shape.h"
#include "store/store_sql.h"
#include "store/test_trail_store.h"
#include "web/menu.h"

static const char hash_a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
static const char hash_b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

static const struct migration two = {
    2, "two", hash_a,
    "CREATE TABLE two (id @id, live @bool, taken @date, file @blob);\n"
    "INSERT INTO two (id) VALUES (1);\n"
    "-- only: postgres\nCREATE TABLE on_server (id @id);\n"
    "-- only: sqlite\nCREATE TABLE on_file (id @id);\n" };
static const struct migration three = { 3, "three", hash_a, "CREATE TABLE three (id @id);\n" };
static const struct migration three_changed = { 3, "three", hash_b, "CREATE TABLE three (x @id)" };
static const struct migration three_renamed = { 3, "drei", hash_a, "CREATE TABLE three (id @id)" };
static const struct migration bad = { 3, "bad", hash_a,
                                      "CREATE TABLE three (id @id); CREATE TABLE two (id @id);" };
static const struct migration unknown_type = { 3, "bad", hash_a, "CREATE TABLE three (id @int);" };

typedef const struct migration *const migrations_of_test[];
static migrations_of_test to_one = { &migration_0001_store, NULL };
static migrations_of_test to_two = { &migration_0001_store, &two, NULL };
static migrations_of_test to_three = { &migration_0001_store, &two, &three, NULL };
static migrations_of_test changed = { &migration_0001_store, &two, &three_changed, NULL };
static migrations_of_test renamed = { &migration_0001_store, &two, &three_renamed, NULL };
static migrations_of_test failing = { &migration_0001_store, &two, &bad, NULL };
static migrations_of_test mistyped = { &migration_0001_store, &two, &unknown_type, NULL };

static struct test_store store;
static int64_t now_ms;       /* a copy is named after it */

static enum err migrate(const struct migration *const *list, struct migrated *done,
                        struct trouble *trouble)
{
    struct migrating plan = { list, { now_ms++ }, NULL };

    return schema_migrate(store.db, &plan, done, trouble);
}

static int open_place(void **state)
{
    (void)state;
    store = (struct test_store){ 0 };
    now_ms = 1403776800123;
    test_store_place(&store);
    store.db = test_db_open(&store, 0);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&store);
    return 0;
}

/* What the rival finds, as text. */
static void expect_answer(const char *sql, const char *expected)
{
    struct rival rival = rival_open(store.url);
    char text[TEST_PATH];
    bool asked = rival_ask(&rival, sql, text);

    rival_close(&rival);
    assert_true(asked);
    assert_string_equal(text, expected);
}

static void an_empty_store_comes_to_the_newest(void **state)
{
    struct migrated done;

    (void)state;
    assert_int_equal(schema_check(store.db, to_two, NULL), ERR_MISSING);
    assert_int_equal(migrate(to_two, &done, NULL), OK);
    assert_int_equal(done.before, 0);
    assert_int_equal(done.after, 2);
    assert_string_equal(done.backup, "");
    assert_int_equal(schema_check(store.db, to_two, NULL), OK);
    expect_answer("SELECT applied_at FROM schema_migration WHERE version = 2", "1403776800123");
    expect_answer(test_on_server() ? "SELECT count(*) FROM on_server"
                                   : "SELECT count(*) FROM on_file", "0");
    assert_int_equal(migrate(to_two, &done, NULL), OK);
    assert_int_equal(done.before, 2);
    assert_int_equal(done.after, 2);
}

static void a_program_wants_its_own_version(void **state)
{
    struct migrated done;
    struct trouble trouble = { 0 };

    (void)state;
    assert_int_equal(migrate(to_two, &done, NULL), OK);
    assert_int_equal(schema_check(store.db, to_three, &trouble), ERR_MISSING);
    assert_non_null(strstr(trouble.text, "version 2"));
    assert_int_equal(migrate(to_three, &done, NULL), OK);
    assert_int_equal(done.before, 2);
    trouble = (struct trouble){ 0 };
    assert_int_equal(schema_check(store.db, to_two, &trouble), ERR_CHECK);
    assert_non_null(strstr(trouble.text, "0003"));
    assert_int_equal(schema_check(store.db, to_one, NULL), ERR_CHECK);
    assert_int_equal(migrate(to_two, &done, NULL), ERR_CHECK);
    assert_int_equal(schema_check(store.db, to_three, NULL), OK);
}

static void an_old_migration_may_not_change(void **state)
{
    struct migrated done;
    struct trouble trouble = { 0 };

    (void)state;
    assert_int_equal(migrate(to_three, &done, NULL), OK);
    assert_int_equal(schema_check(store.db, changed, &trouble), ERR_CHECK);
    assert_non_null(strstr(trouble.text, "must never be changed"));
    assert_int_equal(schema_check(store.db, renamed, NULL), ERR_CHECK);
    assert_int_equal(migrate(changed, &done, NULL), ERR_CHECK);
}

static void a_migration_is_whole_or_not_at_all(void **state)
{
    struct migrated done;
    struct trouble trouble = { 0 };

    (void)state;
    assert_int_equal(migrate(failing, &done, &trouble), ERR_BUG);
    assert_non_null(strstr(trouble.text, "migration 0003 (bad)"));
    assert_int_equal(schema_check(store.db, to_two, NULL), OK);
    assert_int_equal(migrate(mistyped, &done, NULL), ERR_BUG);
    assert_int_equal(migrate(to_three, &done, NULL), OK);
    assert_int_equal(schema_check(store.db, to_three, NULL), OK);
}

static void tables_of_others_are_left_alone(void **state)
{
    struct rival rival = rival_open(store.url);
    struct migrated done;
    struct trouble trouble = { 0 };

    (void)state;
    rival_do(&rival, "CREATE TABLE accounts (id INTEGER)");
    rival_close(&rival);
    assert_int_equal(migrate(to_two, &done, &trouble), ERR_CHECK);
    assert_non_null(strstr(trouble.text, "not Ochil's"));
}

/* One of this folder's own, and all of the program's: the hash is that of the text, versions have
 * no gap. */
static void every_migration_has_its_hash(void **state)
{
    (void)state;
    for (int i = 0; server_migrations[i] != NULL; i++) {
        const struct migration *migration = server_migrations[i];
        struct sha256_sum sum;
        char hex[SHA256_HEX_SIZE];

        assert_int_equal(migration->version, i + 1);
        assert_int_equal(sha256_of(migration->sql, strlen(migration->sql), &sum, NULL), OK);
        sha256_hex(&sum, hex);
        assert_string_equal(hex, migration->sha256);
        printf("# migration %04d %s %s\n", migration->version, migration->name, hex);
    }
}

static enum err prepare_all(struct tx *tx, void *context, struct trouble *trouble)
{
    (void)context;
    for (int i = 0; store_queries[i] != NULL; i++) {
        struct statement *made;
        enum err err = tx_prepare(tx, store_queries[i], &made, trouble);
        if (err != OK)
            return err;
    }
    return OK;
}

static void every_query_can_be_prepared(void **state)
{
    struct migrated done;
    struct trouble trouble = { 0 };

    (void)state;
    assert_int_equal(migrate(server_migrations, &done, NULL), OK);
    if (db_write(store.db, (struct db_scope){ 0 }, prepare_all, NULL, &trouble) != OK)
        fail_msg("%s", trouble.text);
}

/* --- registers: what is declared against tables, rows and help --- */

/* Calls `look` for each register that a row of the action table is about, once. */
static void every_register(void (*look)(const struct register_type *))
{
    const struct register_type *last = NULL;
    const struct action *action;
    size_t feature = 0, row = 0, count = 0;

    while ((action = action_next(site_features, &feature, &row)) != NULL)
        if (action->of != NULL && action->of != last) {
            look(last = action->of);
            count++;
        }
    assert_true(count > 0);
}

static enum err read_shape(struct tx *tx, void *context, struct trouble *trouble)
{
    return shape_read(tx, &store.arena, context, trouble);
}

static enum column_kind kind_of(const struct field_form *form)
{
    switch (form->kind) {
    case FIELD_SCALE:
    case FIELD_NUMBER:
    case FIELD_MONEY: return COLUMN_INT;
    case FIELD_DAY: return test_on_server() ? COLUMN_DAY : COLUMN_TEXT;
    case FIELD_FLAG: return test_on_server() ? COLUMN_BOOL : COLUMN_INT;
    case FIELD_LINE:
    case FIELD_TEXT:
    case FIELD_CHOICE:
    case FIELD_LOGIN:
    case FIELD_SERVICE:
    case FIELD_COUNCIL:
    case FIELD_ENTRY: break;
    }
    return COLUMN_TEXT;
}

/* The fields stand among the columns, in their order, and nothing else but what all have. */
static void look_at_columns(const struct register_type *type)
{
    static const char *const common[] = { "council", "number", "version", "state", "shared",
                                          "joint", "shared_at", "shared_by", "made_at",
                                          "changed_at", "changed_by", NULL };
    struct shape shape;
    size_t field = 0;

    assert_int_equal(db_read(store.db, (struct db_scope){ 0, &store.arena }, read_shape, &shape,
                             NULL), OK);
    const int found = shape_find(&shape, text_of(type->one));
    if (found < 0)
        fail_msg("no migration makes the table %s", type->one);
    for (int i = 0; i < shape.table[found].columns; i++) {
        const struct shape_column *column = &shape.table[found].column[i];
        if (word_place(common, text_of(column->name)) >= 0)
            continue;
        const struct field_form *form = &type->fields[field];
        if (field++ >= type->field_count || strcmp(column->name, form->name) != 0)
            fail_msg("%s: column %s is not declared there", type->one, column->name);
        const bool may_be_null = !form->required && (kind_of(form) == COLUMN_DAY ||
                                                     form->kind == FIELD_DAY ||
                                                     form->kind == FIELD_SCALE ||
                                                     form->kind == FIELD_NUMBER ||
                                                     form->kind == FIELD_MONEY);
        if (column->kind != kind_of(form) || column->never_null == may_be_null)
            fail_msg("%s: column %s is of another type", type->one, column->name);
    }
    if (field != type->field_count)
        fail_msg("%s: field %s has no column", type->one, type->fields[field].name);
}

static struct text sample_of(const struct field_form *form)
{
    if (form->fixed)
        return text_of("");
    switch (form->kind) {
    case FIELD_CHOICE: return text_of(form->choices[0]);
    case FIELD_SCALE: return text_of("3");
    case FIELD_NUMBER: return text_of(arena_print(&store.arena, "%lld", (long long)form->least));
    case FIELD_MONEY: return text_of("0.00");
    case FIELD_DAY: return text_of("2030-01-01");
    case FIELD_FLAG: return text_of("yes");
    case FIELD_ENTRY: return text_of("CLK-1");
    case FIELD_LINE:
    case FIELD_TEXT:
    case FIELD_SERVICE:
    case FIELD_COUNCIL:
    case FIELD_LOGIN: break;
    }
    return text_of("xx");
}

static enum err add_entry(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct register_type *const *of = context;
    const struct register_type *type = *of;
    const struct happening at = { { TEST_NOW }, &real_outside, { "", 0 } };
    const struct register_deed deed = { &at, &store.arena, CLK, text_of("first.clk"), "test.make",
                                        { "", 0 }, NULL };
    const struct entry_asker program = { .council = CLK };
    struct entry entry = { 0 }, found = { 0 };

    for (size_t i = 0; i < type->field_count; i++)
        entry.field[i] = sample_of(&type->fields[i]);
    enum err err = entry_add(tx, type, &deed, &entry, trouble);
    if (err == OK)
        err = entry_load(tx, &store.arena, type, &program, entry.reference, &found, trouble);
    for (size_t i = 0; err == OK && i < type->field_count; i++)
        if (!text_equal(entry.field[i], found.field[i]))
            return (fail)(trouble, ERR_CHECK, "%s does not come back", type->fields[i].name);
    return err;
}

/* Past the program, one column of the entry. */
static void set_column(const struct register_type *type, const char *name, const char *value,
                       bool may)
{
    struct rival rival = rival_open(store.url);
    char text[TEST_PATH];
    const char *sql = arena_print(&store.arena, "UPDATE %s SET %s = %s", type->one, name, value);
    const bool did = rival_ask(&rival, sql, text);

    rival_close(&rival);
    if (did != may)
        fail_msg("the table %s %s %s = %s", type->one, may ? "refuses" : "takes", name, value);
}

static const char *quoted(const char *word)
{
    return arena_print(&store.arena, "'%s'", word);
}

static void look_at_checks(const struct register_type *type, const struct field_form *form)
{
    const bool text = form->kind == FIELD_LINE || form->kind == FIELD_TEXT ||
                      form->kind == FIELD_SERVICE || form->kind == FIELD_COUNCIL;

    /* No export shows what a page does not. */
    assert_true(form->own == export_keeps_own(type->one, form->name));
    /* Who does not read or write it must be able to save the rest. */
    assert_true(!form->required || (!form->own && form->read_by == MAY_NOTHING &&
                                    form->changed_by == MAY_NOTHING));
    if (form->required)
        set_column(type, form->name, kind_of(form) == COLUMN_TEXT && form->kind != FIELD_DAY
                                         ? "''" : "NULL", false);
    if (text) {
        char *long_text = arena_take(&store.arena, (size_t)form->most + 2, 1);
        memset(long_text, 'x', (size_t)form->most + 1);
        set_column(type, form->name, quoted(long_text), false);
        set_column(type, form->name, quoted(long_text + 1), true);
    }
    if (form->kind == FIELD_CHOICE)
        set_column(type, form->name, "'no such'", false);
    for (size_t i = 0; form->kind == FIELD_CHOICE && form->choices[i] != NULL; i++)
        set_column(type, form->name, quoted(form->choices[i]), true);
    const bool counted = form->kind == FIELD_NUMBER || form->kind == FIELD_MONEY;
    if (!counted && form->kind != FIELD_SCALE)
        return;
    const long long least = counted ? form->least : 1, most = counted ? form->most : 5;
    set_column(type, form->name, arena_print(&store.arena, "%lld", least - 1), false);
    set_column(type, form->name, arena_print(&store.arena, "%lld", most + 1), false);
    set_column(type, form->name, arena_print(&store.arena, "%lld", most), true);
}

static void look_at_table(const struct register_type *type)
{
    struct trouble trouble = { 0 };
    struct register_column column[REGISTER_COLUMNS_MAX];
    struct register_filter filter;

    look_at_columns(type);
    if (db_write(store.db, (struct db_scope){ CLK, &store.arena }, add_entry, &type,
                 &trouble) != OK)
        fail_msg("%s: %s", type->one, trouble.text);
    /* Some states are of what both councils see. */
    set_column(type, "shared", "TRUE, joint = TRUE, shared_at = 1, shared_by = 'x'", true);
    for (size_t i = 0; i < type->field_count; i++)
        look_at_checks(type, &type->fields[i]);
    for (size_t i = 0; type->states[i] != NULL; i++)
        set_column(type, "state", quoted(type->states[i]), true);
    set_column(type, "state", "'no such'", false);
    for (const struct register_step *step = type->steps; step->from != NULL; step++)
        assert_true(word_place(type->states, text_of(step->from)) >= 0 &&
                    word_place(type->states, text_of(step->to)) >= 0);
    /* Both name columns that there are, or stop. */
    assert_true(register_columns(type, column) > 1);
    register_filter_any(type, &filter);
}

static void every_register_has_its_table(void **state)
{
    struct migrated done;

    (void)state;
    assert_int_equal(migrate(server_migrations, &done, NULL), OK);
    test_councils_add(&store);
    every_register(look_at_table);
}

/* Its rows say the same as the declaration; it is in the menu, under its own name, for whoever may
 * see it; its pages have help, its fields have labels. */
static void look_at_words(const struct register_type *type)
{
    const char *path = arena_print(&store.arena, "/%s", type->many);
    const struct menu_row *there = menu_at(text_of(path));
    const struct action *action;
    size_t feature = 0, row = 0, rows = 0;
    enum language is;

    if (there == NULL || strcmp(there->path, path) != 0 || there->right != type->may_see ||
        strcasecmp(word_in(there->label, ENGLISH, &is), type->many) != 0)
        fail_msg("%s is not in the menu", path);
    assert_true(strlen(type->about) > 20);
    assert_true(right_is_by_service(type->may_see) && right_is_by_service(type->may_edit));
    for (size_t i = 0; i < type->field_count; i++)
        assert_true(type->fields[i].label != NULL && type->fields[i].label[0] >= 'A' &&
                    type->fields[i].label[0] <= 'Z');
    while ((action = action_next(site_features, &feature, &row)) != NULL) {
        if (action->of != type)
            continue;
        const bool api = strncmp(action->verb, "api ", 4) == 0;
        const bool reads = action->method == ACTION_GET && strstr(action->route, "new-") == NULL &&
                           strstr(action->route, "/edit") == NULL &&
                           strstr(action->route, "/import/") == NULL;
        const bool page = !api && action->method == ACTION_GET &&
                          strstr(action->route, "}") != NULL;
        if (strncmp(action->verb + (api ? 4 : 0), type->one, strlen(type->one)) != 0 ||
            strstr(action->route, strstr(action->route, "/new-") == action->route
                                      ? type->one : type->many) == NULL ||
            action->right != (reads ? type->may_see : type->may_edit) ||
            (page && action->description == NULL))
            fail_msg("the row '%s' is not as the register says", action->verb);
        rows++;
    }
    assert_true(rows >= 15);
}

static void every_register_has_its_words(void **state)
{
    (void)state;
    every_register(look_at_words);
}

/* --- what a migration moves --- */

#define BEFORE_SERVICES 20

/* Before services, obligations had three words, and a risk had planned actions of its own. */
static void what_was_planned_becomes_actions(void **state)
{
    const struct migration *before[BEFORE_SERVICES + 1] = { NULL };
    struct migrated done;
    struct rival rival;

    (void)state;
    memcpy(before, server_migrations, BEFORE_SERVICES * sizeof *before);
    assert_int_equal(migrate(before, &done, NULL), OK);
    test_councils_add(&store);
    rival = rival_open(store.url);
    rival_do(&rival, "INSERT INTO risk (council, number, version, state, shared, joint, shared_at, "
             "shared_by, title, description, cause, effect, category, inherent_likelihood, "
             "inherent_impact, current_likelihood, current_impact, owner_post, controls, "
             "review_due, escalated, made_at, changed_at, changed_by) VALUES (1, 3, 1, 'open', "
             "TRUE, FALSE, 5, 'x', 'x', 'x', '', '', 'finance', 1, 1, 1, 1, 'x', '', '2030-01-01', "
             "FALSE, 1, 2, 'x')");
    rival_do(&rival, "INSERT INTO action (council, number, version, state, shared, joint, title, "
             "source, risk, detail, owner_post, assigned, due, outcome, made_at, changed_at, "
             "changed_by) VALUES (1, 1, 1, 'open', FALSE, FALSE, 'x', '', '', '', 'x', '', "
             "'2030-01-01', '', 1, 1, 'x')");
    rival_do(&rival, arena_print(&store.arena, "INSERT INTO risk_action (council, risk, number, "
             "words, owner_post, due, done_at, done_by) VALUES (1, 3, 1, 'Short', 'Head', "
             "'2030-01-02', 7, 'first'), (1, 3, 2, '%0300d', 'Head', '2030-01-03', NULL, NULL)",
             7));
    rival_do(&rival, "INSERT INTO obligation (council, number, version, state, shared, joint, "
             "title, law, service, owner_post, rag, how_met, evidence, next_check, risk, made_at, "
             "changed_at, changed_by) VALUES (1, 1, 1, 'current', FALSE, FALSE, 'x', 'x', "
             "'support', 'x', 'red', 'x', '', '2030-01-01', '', 1, 1, 'x')");
    rival_close(&rival);
    assert_int_equal(migrate(server_migrations, &done, NULL), OK);
    expect_answer("SELECT count(*) FROM action WHERE number = 2 AND title = 'Short' AND risk = "
                  "'CLK-3' AND state = 'done' AND shared AND shared_at = 5 AND changed_by = "
                  "'first' AND changed_at = 7 AND detail = ''", "1");
    expect_answer("SELECT count(*) FROM action WHERE number = 3 AND length(title) = 200 AND "
                  "length(detail) = 300 AND state = 'open' AND outcome = ''", "1");
    expect_answer("SELECT count(*) FROM action", "3");
    expect_answer("SELECT count(*) FROM entry_change WHERE register = 'action' AND shared", "2");
    expect_answer("SELECT service FROM obligation", "support");
}

/* --- a file alone --- */

static void a_copy_is_kept_first(void **state)
{
    struct migrated done;
    char expected[sizeof store.url + 64];
    struct rival rival;
    char text[TEST_PATH];

    (void)state;
    assert_int_equal(migrate(to_two, &done, NULL), OK);
    assert_int_equal(migrate(to_three, &done, NULL), OK);
    (void)snprintf(expected, sizeof expected, "%s.before-0003-1403776800124", store.url);
    assert_string_equal(done.backup, expected);
    rival = rival_open(done.backup);
    assert_true(rival_ask(&rival, "SELECT max(version) FROM schema_migration", text));
    assert_string_equal(text, "2");
    assert_true(rival_ask(&rival, "PRAGMA integrity_check", text));
    assert_string_equal(text, "ok");
    rival_close(&rival);
}

static void without_a_copy_nothing_is_changed(void **state)
{
    struct migrated done;
    char path[sizeof store.url + 64];

    (void)state;
    assert_int_equal(migrate(to_two, &done, NULL), OK);
    (void)snprintf(path, sizeof path, "%s.before-0003-1403776800124", store.url);
    test_bytes_write(path, "something", 9);
    assert_true(migrate(to_three, &done, NULL) != OK);
    assert_int_equal(schema_check(store.db, to_two, NULL), OK);
}

/* --- a server alone --- */

/* The role that serves reads and changes rows, but neither tables nor their history. */
static void the_serving_role_is_not_the_owner(void **state)
{
    static const char *const refused[] = {
        "CREATE TABLE mine (id BIGINT)", "DROP TABLE two", "TRUNCATE two",
        "DELETE FROM schema_migration", "ALTER TABLE two ADD COLUMN x BIGINT",
    };
    struct migrating plan = { to_two, { 1 }, "ochil_app" };
    struct migrated done;
    struct rival rival = rival_open(store.url);
    char text[TEST_PATH];

    (void)state;
    rival_do(&rival, "DROP ROLE IF EXISTS ochil_app");
    rival_do(&rival, "CREATE ROLE ochil_app");
    rival_do(&rival, "GRANT USAGE ON SCHEMA public TO ochil_app");
    assert_int_equal(schema_migrate(store.db, &plan, &done, NULL), OK);
    rival_do(&rival, "SET ROLE ochil_app");
    rival_do(&rival, "INSERT INTO two (live) VALUES (true) ON CONFLICT DO NOTHING");
    rival_do(&rival, "BEGIN ISOLATION LEVEL SERIALIZABLE");
    rival_do(&rival, "LOCK TABLE store_writer IN EXCLUSIVE MODE");
    rival_do(&rival, "UPDATE two SET live = false");
    rival_do(&rival, "COMMIT");
    assert_true(rival_ask(&rival, "SELECT count(*) FROM schema_migration", text));
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_false(rival_ask(&rival, refused[i], text));
    rival_do(&rival, "RESET ROLE");
    rival_do(&rival, "DROP OWNED BY ochil_app");
    rival_do(&rival, "DROP ROLE ochil_app");
    rival_close(&rival);
    plan.role = "x; DROP TABLE two";
    assert_int_equal(schema_migrate(store.db, &plan, &done, NULL), ERR_USAGE);
}

#define ON_PLACE(test) cmocka_unit_test_setup_teardown(test, open_place, drop)

int main(void)
{
    const struct CMUnitTest both[] = {
        ON_PLACE(an_empty_store_comes_to_the_newest),
        ON_PLACE(a_program_wants_its_own_version),
        ON_PLACE(an_old_migration_may_not_change),
        ON_PLACE(a_migration_is_whole_or_not_at_all),
        ON_PLACE(tables_of_others_are_left_alone),
        ON_PLACE(every_query_can_be_prepared),
        cmocka_unit_test(every_migration_has_its_hash),
        ON_PLACE(every_register_has_its_table),
        ON_PLACE(every_register_has_its_words),
        ON_PLACE(what_was_planned_becomes_actions),
    };
    const struct CMUnitTest server[] = {
        ON_PLACE(the_serving_role_is_not_the_owner),
    };
    const struct CMUnitTest file[] = {
        ON_PLACE(a_copy_is_kept_first),
        ON_PLACE(without_a_copy_nothing_is_changed),
    };
    int failed = cmocka_run_group_tests(both, NULL, NULL);

    return failed + (test_on_server() ? cmocka_run_group_tests(server, NULL, NULL)
                                      : cmocka_run_group_tests(file, NULL, NULL));
}
