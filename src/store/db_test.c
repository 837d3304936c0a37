/* One list of tests for both engines (test_store.h says which is tested), and a few of one.
 * (fail)(...) is base/base.h's; without the parentheses it would be a macro of cmocka. */
#include "store/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "store/store_sql.h"
#include "store/test_store.h"

#define THREADS 8
#define ROUNDS 25
#define LOAD_ROWS 100000

static struct test_store store;
static const struct db_scope nobody = { 0 };

/* --- a schema and queries of the tests' own --- */

static const struct migration test_schema = {
    2, "test", "2222222222222222222222222222222222222222222222222222222222222222",
    "CREATE TABLE thing (\n"
    "    id @id,\n"
    "    number @int64,\n"
    "    live @bool,\n"
    "    word TEXT,\n"
    "    file @blob,\n"
    "    taken @date,\n"
    "    CONSTRAINT thing_number_sane CHECK (number <> 13)\n"
    ");\n"
    "CREATE TABLE part (\n"
    "    thing @int64 NOT NULL REFERENCES thing (id),\n"
    "    place @int64 NOT NULL,\n"
    "    word TEXT NOT NULL,\n"
    "    UNIQUE (thing, place)\n"
    ");\n"
    "CREATE TABLE counter (id @id, count @int64 NOT NULL);\n"
    "INSERT INTO counter (id, count) VALUES (1, 0);\n"
};

static const struct migration *const test_migrations[] = { &migration_0001_store, &test_schema,
                                                           NULL };

static const struct query thing_add = {
    "thing_add", "INSERT INTO thing (id, number, live, word, file, taken) VALUES (?1, ?2, ?3, ?4, "
    "?5, ?6)", NULL };
static const struct query thing_new = {
    "thing_new", "INSERT INTO thing (number) VALUES (?1) RETURNING id", NULL };
static const struct query thing_get = {
    "thing_get", "SELECT number, live, word, file, taken FROM thing WHERE id = ?1", NULL };
static const struct query thing_list = { "thing_list", "SELECT id FROM thing ORDER BY id", NULL };
static const struct query thing_count = { "thing_count", "SELECT count(*) FROM thing", NULL };
static const struct query thing_sum = {
    "thing_sum", "SELECT CAST(sum(number) AS BIGINT), count(*) FROM thing", NULL };
static const struct query thing_raise = {
    "thing_raise", "UPDATE thing SET number = number + ?1", NULL };
static const struct query thing_before = {
    "thing_before", "SELECT count(*) FROM thing WHERE taken < ?1", NULL };
static const struct query part_add = {
    "part_add", "INSERT INTO part (thing, place, word) VALUES (?1, ?2, ?3)", NULL };
static const struct query counter_get = {
    "counter_get", "SELECT count FROM counter WHERE id = 1", NULL };
static const struct query counter_set = {
    "counter_set", "UPDATE counter SET count = ?1 WHERE id = 1", NULL };
static const struct query swapped = {
    "swapped", "SELECT CAST(?2 AS TEXT) || CAST(?1 AS TEXT)", NULL };
static const struct query bare = { "bare", "SELECT CAST(? AS BIGINT)", NULL };
static const struct query broken = { "broken", "SELEC 1", NULL };

static enum err run_int(struct tx *tx, const struct query *query, int64_t number,
                        struct trouble *trouble)
{
    struct statement *run;
    enum err err = tx_prepare(tx, query, &run, trouble);

    if (err != OK)
        return err;
    bind_int(run, 1, number);
    return statement_run(run, NULL, trouble);
}

static enum err ask_int(struct tx *tx, const struct query *query, int64_t *number,
                        struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, query, &ask, trouble);

    if (err == OK)
        err = statement_one(ask, trouble);
    if (err != OK)
        return err;
    *number = column_int(ask, 0);
    statement_end(ask);
    return OK;
}

static enum err add_one(struct tx *tx, int64_t id, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &thing_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, id);
    bind_int(add, 2, id * 10);
    return statement_run(add, NULL, trouble);
}

static enum err count_work(struct tx *tx, void *context, struct trouble *trouble)
{
    return ask_int(tx, &thing_count, context, trouble);
}

static int64_t things(void)
{
    int64_t count = -1;

    assert_int_equal(db_read(store.db, nobody, count_work, &count, NULL), OK);
    return count;
}

/* `err` is expected; the message of another one is shown. */
static void expect_write(db_work *work, void *context, enum err expected)
{
    struct trouble trouble = { 0 };
    enum err err = db_write(store.db, nobody, work, context, &trouble);

    if (err != expected)
        fail_msg("%d instead of %d: %s", err, expected, trouble.text);
    if (err != OK && trouble.text[0] == '\0')
        fail_msg("%d without a word", err);
}

/* --- values --- */

struct all {
    int64_t       id;
    int64_t       number;
    bool          live;
    struct text   word;
    struct text   file;
    struct db_day taken;
    bool          nothing;      /* all NULL instead */
};

static enum err all_add(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct all *all = context;
    struct statement *add;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &thing_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, all->id);
    if (!all->nothing) {
        bind_int(add, 2, all->number);
        bind_bool(add, 3, all->live);
        bind_text(add, 4, all->word);
        bind_blob(add, 5, all->file);
        bind_day(add, 6, all->taken);
    } else {
        bind_null(add, 2);
    }
    err = statement_run(add, &changed, trouble);
    assert_true(err != OK || changed == 1);
    return err;
}

static enum err all_compare(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct all *all = context;
    struct statement *get;
    enum err err = tx_prepare(tx, &thing_get, &get, trouble);

    if (err != OK)
        return err;
    bind_int(get, 1, all->id);
    if ((err = statement_one(get, trouble)) != OK)
        return err;
    for (int i = 0; i < 5; i++)
        assert_int_equal(column_null(get, i), all->nothing);
    if (all->nothing)
        return OK;
    assert_true(column_int(get, 0) == all->number);
    assert_int_equal(column_bool(get, 1), all->live);
    assert_true(text_equal(column_text(get, 2), all->word));
    assert_true(text_equal(column_blob(get, 3), all->file));
    assert_int_equal(column_day(get, 4).days, all->taken.days);
    return OK;
}

static struct db_day day(int year, int month, int of_month)
{
    struct db_day day = { 0 };

    assert_true(db_day_of(year, month, of_month, &day));
    return day;
}

static void values_come_back(void **state)
{
    static char large[300000];
    const struct all examples[] = {
        { 1, INT64_MAX, true, text_of("plain"), { "a\0b\xff", 4 }, day(2014, 6, 26), false },
        { 2, INT64_MIN, false, text_of(""), { "", 0 }, day(1, 1, 1), false },
        { 3, 0, true, text_of("Ceud mìle fàilte \xf0\x9f\x98\x80 'q' \"d\" \\ ?1 $1 %s"),
          { "\0", 1 }, day(9999, 12, 31), false },
        { 4, -1, true, { NULL, 0 }, { NULL, 0 }, day(2000, 2, 29), false },
        { 5, 1, false, text_of("\n\r\t"), { large, sizeof large }, day(1970, 1, 1), false },
        { 6, 1, false, { large, sizeof large }, text_of("x"), day(1969, 12, 31), false },
        { INT64_MAX, 0, false, { "", 0 }, { "", 0 }, { 0 }, true },
    };
    struct trouble trouble = { 0 };

    (void)state;
    memset(large, 'x', sizeof large);
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct all all = examples[i];
        expect_write(all_add, &all, OK);
        assert_int_equal(db_read(store.db, nobody, all_compare, &all, &trouble), OK);
    }
    assert_int_equal(things(), COUNT(examples));
}

static enum err count_before(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, &thing_before, &ask, trouble);

    if (err != OK)
        return err;
    bind_day(ask, 1, day(2014, 3, 1));
    if ((err = statement_one(ask, trouble)) == OK)
        *(int64_t *)context = column_int(ask, 0);
    return err;
}

static void days_are_in_order(void **state)
{
    const struct db_day days[] = { day(1, 1, 1), day(999, 12, 31), day(2014, 2, 28),
                                   day(2014, 3, 1), day(9999, 12, 31) };
    int64_t before = -1;

    (void)state;
    for (size_t i = 0; i < COUNT(days); i++) {
        struct all all = { .id = (int64_t)i + 1, .taken = days[i] };
        expect_write(all_add, &all, OK);
    }
    assert_int_equal(db_read(store.db, nobody, count_before, &before, NULL), OK);
    assert_int_equal(before, 3);
}

static enum err swap(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, &swapped, &ask, trouble);

    (void)context;
    if (err != OK)
        return err;
    bind_text(ask, 1, text_of("a"));
    bind_text(ask, 2, text_of("b"));
    if ((err = statement_one(ask, trouble)) == OK)
        assert_true(text_is(column_text(ask, 0), "ba"));
    return err;
}

static void parameters_go_by_their_number(void **state)
{
    (void)state;
    assert_int_equal(db_read(store.db, nobody, swap, NULL, NULL), OK);
}

static void text_that_is_none_is_refused(void **state)
{
    static const struct text examples[] = { { "a\0b", 3 }, { "\xff", 1 }, { "\xc3", 1 },
                                            { "\xed\xa0\x80", 3 } };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct all all = { .id = 1, .word = examples[i] };
        expect_write(all_add, &all, ERR_USAGE);
    }
    assert_int_equal(things(), 0);
}

/* --- what a program can do wrong --- */

static enum err read_wrongly(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *get;
    enum err err = tx_prepare(tx, &thing_get, &get, trouble);

    if (err != OK)
        return err;
    bind_int(get, 1, 1);
    if ((err = statement_one(get, trouble)) != OK)
        return err;
    switch (*(const int *)context) {
    case 0: assert_int_equal(column_text(get, 0).size, 0); break;
    case 1: assert_int_equal(column_int(get, 2), 0); break;
    case 2: assert_int_equal(column_day(get, 2).days, 0); break;
    case 3: assert_int_equal(column_blob(get, 2).size, 0); break;
    case 4: assert_int_equal(column_text(get, 3).size, 0); break;
    case 5: assert_int_equal(column_bool(get, 0), 0); break;
    case 6: assert_int_equal(column_int(get, 4), 0); break;
    default: assert_int_equal(column_int(get, 5), 0); break;
    }
    return OK;
}

static void a_column_is_only_what_it_is(void **state)
{
    struct all all = { .id = 1, .number = 7, .word = text_of("word"), .file = text_of("file") };

    (void)state;
    expect_write(all_add, &all, OK);
    for (int wrong = 0; wrong < 8; wrong++) {
        struct trouble trouble = { 0 };
        assert_int_equal(db_read(store.db, nobody, read_wrongly, &wrong, &trouble), ERR_BUG);
        assert_non_null(strstr(trouble.text, "thing_get: column"));
    }
    struct all empty = { .id = 2, .nothing = true };
    int wrong = 1;
    expect_write(all_add, &empty, OK);
    expect_write(read_wrongly, &wrong, ERR_BUG);
}

static enum err prepare_only(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *made;

    return tx_prepare(tx, context, &made, trouble);
}

static enum err prepare_twice(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *made;
    enum err err = prepare_only(tx, context, trouble);

    if (err == OK)
        err = tx_prepare(tx, context, &made, trouble);
    return err;
}

static void wrong_sql_is_a_bug(void **state)
{
    struct query asks[] = { bare, broken, thing_list };

    (void)state;
    expect_write(prepare_only, &asks[0], ERR_BUG);
    expect_write(prepare_only, &asks[1], ERR_BUG);
    expect_write(prepare_twice, &asks[2], ERR_BUG);
    expect_write(prepare_only, &asks[2], OK);
}

static enum err write_one(struct tx *tx, void *context, struct trouble *trouble)
{
    return add_one(tx, *(const int64_t *)context, trouble);
}

static void a_reader_cannot_write(void **state)
{
    int64_t id = 1;

    (void)state;
    assert_int_equal(db_read(store.db, nobody, write_one, &id, NULL), ERR_BUG);
    assert_int_equal(things(), 0);
}

/* --- transactions --- */

static enum err write_and_refuse(struct tx *tx, void *context, struct trouble *trouble)
{
    enum err err = add_one(tx, 1, trouble);

    (void)context;
    return err != OK ? err : (fail)(trouble, ERR_REFUSED, "no");
}

static enum err ignore_a_failure(struct tx *tx, void *context, struct trouble *trouble)
{
    enum err err = add_one(tx, 1, trouble);

    (void)context;
    assert_int_equal(add_one(tx, 1, NULL), ERR_CONFLICT);
    assert_int_equal(add_one(tx, 2, NULL), ERR_CONFLICT);   /* doomed: not even tried */
    return err;
}

static void ok_commits_and_nothing_else(void **state)
{
    int64_t id = 7;
    struct trouble trouble = { 0 };

    (void)state;
    expect_write(write_and_refuse, NULL, ERR_REFUSED);
    assert_int_equal(things(), 0);
    expect_write(ignore_a_failure, NULL, ERR_CONFLICT);
    assert_int_equal(things(), 0);
    expect_write(write_one, &id, OK);
    assert_int_equal(things(), 1);
    assert_int_equal(db_write(store.db, nobody, write_one, &id, &trouble), ERR_CONFLICT);
    assert_int_equal(things(), 1);
}

static enum err take_too_much(struct tx *tx, void *context, struct trouble *trouble)
{
    enum err err = add_one(tx, 1, trouble);

    if (err == OK)
        (void)arena_take(context, SIZE_MAX / 2, 1);
    return err;
}

static void memory_that_runs_out_rolls_back(void **state)
{
    struct arena arena = { 0 };
    struct trouble trouble = { 0 };
    int64_t id = 1;

    (void)state;
    assert_int_equal(db_write(store.db, (struct db_scope){ 0, &arena }, take_too_much, &arena,
                              &trouble), ERR_IO);
    assert_string_equal(trouble.text, "out of memory");
    assert_int_equal(things(), 0);
    expect_write(write_one, &id, OK);
    arena_free(&arena);
}

/* Rows 1 to 10; `context` names one that fails by a constraint after it was written. */
static enum err row_twice(struct tx *tx, void *context, struct trouble *trouble)
{
    const int64_t id = *(const int64_t *)context;
    enum err err = add_one(tx, id, trouble);

    if (err == OK && id % 3 == 0)
        err = add_one(tx, 100 + id, trouble);
    if (err == OK && id % 3 == 0)
        err = add_one(tx, id, trouble);
    return err;
}

static enum err ten_rows(struct tx *tx, void *context, struct trouble *trouble)
{
    int *failed = context;

    *failed = 0;
    for (int64_t id = 1; id <= 10; id++) {
        enum err err = tx_attempt(tx, row_twice, &id, NULL);
        if (err == ERR_CONFLICT)
            ++*failed;
        else if (err != OK)
            return (fail)(trouble, err, "another failure");
    }
    return OK;
}

static enum err inner_fails(struct tx *tx, void *context, struct trouble *trouble)
{
    int64_t id = 3;
    enum err err = add_one(tx, 50, trouble);

    (void)context;
    assert_int_equal(tx_attempt(tx, row_twice, &id, NULL), ERR_CONFLICT);
    assert_string_equal(tx_constraint(tx), "thing_pkey");
    return err != OK ? err : add_one(tx, 51, trouble);
}

static enum err outer_holds(struct tx *tx, void *context, struct trouble *trouble)
{
    return tx_attempt(tx, inner_fails, context, trouble);
}

static void a_savepoint_takes_back_one_row(void **state)
{
    int failed = 0;

    (void)state;
    expect_write(ten_rows, &failed, OK);
    assert_int_equal(failed, 3);
    assert_int_equal(things(), 7);
    expect_write(outer_holds, NULL, OK);
    assert_int_equal(things(), 9);
}

/* --- constraints --- */

struct breach {
    const char         *name;
    const struct query *query;
    int64_t             value[3];
    bool                no_word;
};

static enum err breach_make(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct breach *breach = context;
    struct statement *run;
    enum err err = tx_prepare(tx, breach->query, &run, trouble);

    if (err != OK)
        return err;
    bind_int(run, 1, breach->value[0]);
    bind_int(run, 2, breach->value[1]);
    if (breach->query == &part_add && !breach->no_word)
        bind_text(run, 3, text_of("word"));
    return statement_run(run, NULL, trouble);
}

static enum err breach_all(struct tx *tx, void *context, struct trouble *trouble)
{
    struct breach good = { "", &part_add, { 1, 1 }, false };
    struct breach *breach = context;
    enum err err = add_one(tx, 1, trouble);

    if (err == OK)
        err = breach_make(tx, &good, trouble);
    for (; err == OK && breach->name != NULL; breach++) {
        struct trouble said = { 0 };
        assert_int_equal(tx_attempt(tx, breach_make, breach, &said), ERR_CONFLICT);
        assert_string_equal(tx_constraint(tx), breach->name);
        assert_true(said.text[0] != '\0');
    }
    return err;
}

static void a_broken_constraint_has_its_name(void **state)
{
    struct breach breaches[] = {
        { "thing_pkey", &thing_add, { 1, 1 }, false },
        { "thing_number_sane", &thing_add, { 2, 13 }, false },
        { "part_thing_place_key", &part_add, { 1, 1 }, false },
        { "part_word_not_null", &part_add, { 1, 2 }, true },
        { "fkey", &part_add, { 99, 1 }, false },
        { NULL, NULL, { 0 }, false },
    };

    (void)state;
    expect_write(breach_all, breaches, OK);
    assert_int_equal(things(), 1);
}

static enum err no_such_thing(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *get;
    enum err err = tx_prepare(tx, &thing_get, &get, trouble);

    (void)context;
    if (err != OK)
        return err;
    bind_int(get, 1, 4711);
    return statement_one(get, trouble);
}

static void what_is_not_there_is_missing(void **state)
{
    (void)state;
    expect_write(no_such_thing, NULL, ERR_MISSING);
}

static enum err given_ids(struct tx *tx, void *context, struct trouble *trouble)
{
    int64_t *id = context;

    for (int i = 0; i < 3; i++) {
        struct statement *add;
        enum err err = tx_prepare(tx, &thing_new, &add, trouble);
        if (err != OK)
            return err;
        bind_int(add, 1, i);
        if ((err = statement_one(add, trouble)) != OK)
            return err;
        id[i] = column_int(add, 0);
        statement_end(add);
    }
    return OK;
}

static void a_new_row_tells_its_id(void **state)
{
    int64_t id[3];

    (void)state;
    expect_write(given_ids, id, OK);
    assert_true(id[0] < id[1] && id[1] < id[2]);
    assert_int_equal(things(), 3);
}

static enum err rows_in_rows(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *list;
    int64_t changed = -1;
    int64_t count = 0;
    bool row = true;
    enum err err = tx_prepare(tx, &thing_list, &list, trouble);

    (void)context;
    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        int64_t all = 0;
        err = ask_int(tx, &thing_count, &all, trouble);
        count += all;
    }
    assert_int_equal(count, 9);
    struct statement *raise;
    if (err != OK || (err = tx_prepare(tx, &thing_raise, &raise, trouble)) != OK)
        return err;
    bind_int(raise, 1, 1);
    err = statement_run(raise, &changed, trouble);
    assert_int_equal(changed, 3);
    return err;
}

static void a_query_runs_within_another(void **state)
{
    (void)state;
    for (int64_t id = 1; id <= 3; id++)
        expect_write(write_one, &id, OK);
    expect_write(rows_in_rows, NULL, OK);
}

/* --- many at once --- */

static enum err count_up(struct tx *tx, void *context, struct trouble *trouble)
{
    int64_t count = 0;
    enum err err = ask_int(tx, &counter_get, &count, trouble);

    (void)context;
    return err != OK ? err : run_int(tx, &counter_set, count + 1, trouble);
}

static void *count_up_often(void *db)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct trouble trouble = { 0 };
        enum err err = db_write(db, nobody, count_up, NULL, &trouble);
        if (err != OK)
            return printf("# %s\n", trouble.text) > 0 ? db : NULL;
    }
    return NULL;
}

static enum err counter_work(struct tx *tx, void *context, struct trouble *trouble)
{
    return ask_int(tx, &counter_get, context, trouble);
}

static int64_t counter(void)
{
    int64_t count = -1;

    assert_int_equal(db_read(store.db, nobody, counter_work, &count, NULL), OK);
    return count;
}

/* Two stores over one database stand for two servers: neither knows the other's mutex. */
static void no_update_is_lost(void **state)
{
    struct db *other = test_db_open(&store, 0);
    pthread_t thread[THREADS];
    void *failed;

    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, count_up_often,
                                        i % 2 == 0 ? store.db : other), 0);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(thread[i], &failed), 0);
        assert_null(failed);
    }
    assert_int_equal(counter(), THREADS * ROUNDS);
    db_close(other);
}

static atomic_int readings;

static void *read_often(void *context)
{
    int64_t first;

    (void)context;
    for (int i = 0; i < ROUNDS; i++) {
        first = -1;
        if (db_read(store.db, nobody, count_work, &first, NULL) != OK || first != 0)
            return store.db;
        atomic_fetch_add(&readings, 1);
    }
    return NULL;
}

/* While this one writes, readers go on, and see nothing of it. */
static enum err write_among_readers(struct tx *tx, void *context, struct trouble *trouble)
{
    pthread_t *thread = context;
    void *failed;
    enum err err = add_one(tx, 1, trouble);

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, read_often, NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(thread[i], &failed), 0);
        assert_null(failed);
    }
    return err != OK ? err : add_one(tx, 2, trouble);
}

static void readers_go_on_while_one_writes(void **state)
{
    pthread_t thread[THREADS];

    (void)state;
    atomic_store(&readings, 0);
    expect_write(write_among_readers, thread, OK);
    assert_int_equal(atomic_load(&readings), THREADS * ROUNDS);
    assert_int_equal(things(), 2);
}

static void *write_beside(void *context)
{
    int64_t id = 1;

    *(enum err *)context = db_write(store.db, nobody, write_one, &id, NULL);
    return NULL;
}

/* SQLite's rollback journal lets the other one commit only when this reader has gone; on
 * PostgreSQL it has committed before the second look. */
static enum err look_twice(struct tx *tx, void *context, struct trouble *trouble)
{
    pthread_t *thread = context;
    static enum err written;
    int64_t count[2] = { -1, -1 };
    enum err err = ask_int(tx, &thing_count, &count[0], trouble);

    assert_int_equal(pthread_create(thread, NULL, write_beside, &written), 0);
    if (test_on_server()) {
        assert_int_equal(pthread_join(*thread, NULL), 0);
        assert_int_equal(written, OK);
    } else {
        (void)poll(NULL, 0, 50);
    }
    if (err == OK)
        err = ask_int(tx, &thing_count, &count[1], trouble);
    assert_int_equal(count[0], count[1]);
    return err;
}

static void a_reader_sees_one_state(void **state)
{
    pthread_t thread = 0;

    (void)state;
    assert_int_equal(db_read(store.db, nobody, look_twice, &thread, NULL), OK);
    if (!test_on_server())
        assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(things(), 1);
}

/* A rival past the layer: it changes what the work has read (PostgreSQL: 40001), or holds the
 * file (SQLite: BUSY). The work must run again as a whole: a retry of its second half alone would
 * add 1 to a number that is no longer there. */
struct contest {
    struct rival rival;
    int          calls;
    int          lost;      /* how many attempts the rival spoils */
};

static enum err contested(struct tx *tx, void *context, struct trouble *trouble)
{
    struct contest *contest = context;
    int64_t count = 0;
    enum err err = ask_int(tx, &counter_get, &count, trouble);

    if (contest->calls++ < contest->lost && test_on_server())
        rival_do(&contest->rival, "UPDATE counter SET count = count + 100 WHERE id = 1");
    return err != OK ? err : run_int(tx, &counter_set, count + 1, trouble);
}

static void *let_go(void *context)
{
    struct contest *contest = context;

    (void)poll(NULL, 0, 250);
    rival_do(&contest->rival, "COMMIT");
    return NULL;
}

static void work_is_tried_again_as_a_whole(void **state)
{
    struct contest contest = { rival_open(store.url), 0, 2 };
    struct db *impatient = test_db_open(&store, 150);
    pthread_t thread = 0;

    (void)state;
    if (!test_on_server()) {
        rival_do(&contest.rival, "BEGIN IMMEDIATE");
        rival_do(&contest.rival, "UPDATE counter SET count = count + 200 WHERE id = 1");
        assert_int_equal(pthread_create(&thread, NULL, let_go, &contest), 0);
    }
    assert_int_equal(db_write(impatient, nobody, contested, &contest, NULL), OK);
    if (!test_on_server())
        assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(contest.calls, test_on_server() ? 3 : 1);
    assert_int_equal(counter(), 201);
    rival_close(&contest.rival);
    db_close(impatient);
}

static void retries_have_an_end(void **state)
{
    struct contest contest = { rival_open(store.url), 0, 1000 };
    struct db *impatient = test_db_open(&store, 10);
    struct trouble trouble = { 0 };

    (void)state;
    if (test_on_server())
        rival_do(&contest.rival, "BEGIN; LOCK TABLE store_writer IN EXCLUSIVE MODE");
    else
        rival_do(&contest.rival, "BEGIN IMMEDIATE");
    assert_int_equal(db_write(impatient, nobody, contested, &contest, &trouble), ERR_BUSY);
    assert_int_equal(contest.calls, 0);
    rival_do(&contest.rival, "ROLLBACK");
    if (test_on_server()) {
        assert_int_equal(db_write(impatient, nobody, contested, &contest, NULL), ERR_BUSY);
        assert_int_equal(contest.calls, 10);
        assert_int_equal(counter(), 1000);
    }
    contest.lost = 0;
    assert_int_equal(db_write(impatient, nobody, contested, &contest, NULL), OK);
    rival_close(&contest.rival);
    db_close(impatient);
}

/* --- many rows --- */

struct load {
    int64_t next, count;
    int64_t same;       /* this row has the id of the one before; 0: none */
    int64_t stops;      /* this row cannot be given */
    char    word[32];
};

static enum err next_thing(void *context, struct statement *row, bool *more,
                           struct trouble *trouble)
{
    struct load *load = context;
    const int64_t id = load->next++;

    *more = id <= load->count;
    if (!*more)
        return OK;
    if (id == load->stops)
        return (fail)(trouble, ERR_REFUSED, "row %lld is bad", (long long)id);
    (void)snprintf(load->word, sizeof load->word, "row\t%lld\\N", (long long)id);
    bind_int(row, 1, id == load->same ? id - 1 : id);
    bind_int(row, 2, id * 1000);
    bind_bool(row, 3, id % 2 == 0);
    if (id % 5 == 0)
        bind_null(row, 4);
    else
        bind_text(row, 4, text_of(load->word));
    bind_blob(row, 5, (struct text){ (const char *)&load->next, sizeof load->next });
    bind_day(row, 6, (struct db_day){ (int32_t)(id % 30000) - 15000 });
    return OK;
}

static enum err load_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct load *load = context;
    int64_t count = 0;

    load->next = 1;
    enum err err = tx_load(tx, &thing_add, next_thing, load, &count, trouble);
    assert_true(err != OK || count == load->count);
    return err;
}

static enum err sum_work(struct tx *tx, void *context, struct trouble *trouble)
{
    return ask_int(tx, &thing_sum, context, trouble);
}

static void many_rows_are_loaded(void **state)
{
    struct load load = { .count = LOAD_ROWS };
    const int64_t look[] = { 1, 5, LOAD_ROWS - 1, LOAD_ROWS };
    int64_t sum = 0;

    (void)state;
    expect_write(load_work, &load, OK);
    assert_int_equal(things(), LOAD_ROWS);
    assert_int_equal(db_read(store.db, nobody, sum_work, &sum, NULL), OK);
    assert_true(sum == (int64_t)LOAD_ROWS * (LOAD_ROWS + 1) / 2 * 1000);
    for (size_t i = 0; i < COUNT(look); i++) {
        char word[32];
        const int64_t next = look[i] + 1;
        struct all all = { look[i], look[i] * 1000, look[i] % 2 == 0, { word, 0 },
                           { (const char *)&next, sizeof next },
                           { (int32_t)(look[i] % 30000) - 15000 }, false };
        if (look[i] % 5 == 0)
            continue;
        all.word.size = (size_t)snprintf(word, sizeof word, "row\t%lld\\N", (long long)look[i]);
        assert_int_equal(db_read(store.db, nobody, all_compare, &all, NULL), OK);
    }
}

static void a_load_that_fails_leaves_nothing(void **state)
{
    struct load same = { .count = 3000, .same = 2000 };
    struct load stops = { .count = 3000, .stops = 2999 };
    struct load none = { .count = 0 };
    int64_t id = 1;

    (void)state;
    expect_write(load_work, &same, ERR_CONFLICT);
    assert_int_equal(things(), 0);
    expect_write(load_work, &stops, ERR_REFUSED);
    assert_int_equal(things(), 0);
    expect_write(load_work, &none, OK);
    expect_write(write_one, &id, OK);
    assert_int_equal(things(), 1);
}

/* --- a server alone: connections that are lost --- */

static void end_others(struct rival *rival)
{
    rival_do(rival, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
             "application_name = 'ochil' AND pid <> pg_backend_pid()");
}

static enum err lose_connection(struct tx *tx, void *context, struct trouble *trouble)
{
    struct contest *contest = context;
    enum err err = add_one(tx, 1, trouble);

    if (err == OK && contest->calls++ < contest->lost)
        end_others(&contest->rival);
    return err != OK ? err : add_one(tx, 2, trouble);
}

static void work_on_a_lost_connection_is_done_again(void **state)
{
    struct contest contest = { rival_open(store.url), 0, 2 };

    (void)state;
    expect_write(lose_connection, &contest, OK);
    assert_int_equal(contest.calls, 3);
    assert_int_equal(things(), 2);
    /* While nothing runs. */
    end_others(&contest.rival);
    assert_int_equal(things(), 2);
    end_others(&contest.rival);
    expect_write(count_up, NULL, OK);
    rival_close(&contest.rival);
}

static void *end_soon(void *context)
{
    struct contest *contest = context;
    char waits[TEST_PATH] = "";

    while (strcmp(waits, "1") != 0) {
        bool asked = rival_ask(&contest->rival, "SELECT count(*) FROM pg_stat_activity WHERE "
                               "application_name = 'ochil' AND query = 'COMMIT' AND state = "
                               "'active'", waits);
        assert(asked);
    }
    if (contest->lost == 1)
        end_others(&contest->rival);
    else
        rival_do(&contest->rival, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE "
                 "application_name = 'ochil' AND query = 'COMMIT'");
    return NULL;
}

static enum err add_and_count_calls(struct tx *tx, void *context, struct trouble *trouble)
{
    struct contest *contest = context;

    contest->calls++;
    return add_one(tx, 1, trouble);
}

/* The work once, while its COMMIT is disturbed; how many rows it left. */
static int64_t commit_disturbed(struct contest *contest)
{
    struct trouble trouble = { 0 };
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, end_soon, contest), 0);
    enum err err = db_write(store.db, nobody, add_and_count_calls, contest, &trouble);
    assert_int_equal(pthread_join(thread, NULL), 0);
    if (err != ERR_BUSY)
        fail_msg("%d: %s", err, trouble.text);
    assert_memory_equal(trouble.text, DB_OUTCOME_UNKNOWN, strlen(DB_OUTCOME_UNKNOWN));
    assert_int_equal(contest->calls, 1);
    return things();
}

/* A trigger that is deferred to COMMIT takes its time there; nothing was committed. */
static void a_connection_lost_in_commit_is_told_apart(void **state)
{
    struct contest contest = { rival_open(store.url), 0, 1 };

    (void)state;
    rival_do(&contest.rival,
             "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
             "pg_sleep(20); RETURN NULL; END $$");
    rival_do(&contest.rival,
             "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON thing DEFERRABLE INITIALLY DEFERRED "
             "FOR EACH ROW EXECUTE FUNCTION slow()");
    assert_int_equal(commit_disturbed(&contest), 0);
    rival_close(&contest.rival);
}

/* The wait for a copy of the database is ended: committed here, though the server only warns. */
static void a_commit_that_was_not_copied_is_told_apart(void **state)
{
    struct contest contest = { rival_open(store.url), 0, 0 };
    char shown[TEST_PATH] = "";

    (void)state;
    rival_do(&contest.rival, "SET synchronous_commit = local");
    for (contest.lost = 0; contest.lost < 2; contest.lost++) {
        contest.calls = 0;
        rival_do(&contest.rival, "TRUNCATE thing CASCADE");
        rival_do(&contest.rival, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        rival_do(&contest.rival, "SELECT pg_reload_conf()");
        while (strcmp(shown, "nobody") != 0)
            (void)rival_ask(&contest.rival, "SHOW synchronous_standby_names", shown);
        (void)poll(NULL, 0, 200);       /* the store's own connection hears of it too */
        assert_int_equal(commit_disturbed(&contest), 1);
        rival_do(&contest.rival, "ALTER SYSTEM RESET synchronous_standby_names");
        rival_do(&contest.rival, "SELECT pg_reload_conf()");
        while (shown[0] != '\0')
            (void)rival_ask(&contest.rival, "SHOW synchronous_standby_names", shown);
        (void)poll(NULL, 0, 200);
    }
    rival_close(&contest.rival);
}

static const struct query scope_get = {
    "scope_get", "SELECT current_setting('ochil.council', true)", NULL };

static enum err scope_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, &scope_get, &ask, trouble);

    if (err == OK)
        err = statement_one(ask, trouble);
    if (err == OK)
        assert_true(text_is(column_text(ask, 0), context));
    return err;
}

static void the_scope_ends_with_the_transaction(void **state)
{
    char seven[] = "7";
    char none[] = "0";

    (void)state;
    assert_int_equal(db_write(store.db, (struct db_scope){ 7, NULL }, scope_work, seven, NULL), OK);
    assert_int_equal(db_read(store.db, (struct db_scope){ 7, NULL }, scope_work, seven, NULL), OK);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(db_write(store.db, nobody, scope_work, none, NULL), OK);
        assert_int_equal(db_read(store.db, nobody, scope_work, none, NULL), OK);
    }
}

/* --- a file alone --- */

static const struct query settings[] = {
    { "foreign_keys", "PRAGMA foreign_keys", NULL },
    { "synchronous", "PRAGMA synchronous", NULL },
    { "trusted_schema", "PRAGMA trusted_schema", NULL },
};

static enum err settings_work(struct tx *tx, void *context, struct trouble *trouble)
{
    static const int64_t wanted[] = { 1, 2, 0 };

    (void)context;
    for (size_t i = 0; i < COUNT(settings); i++) {
        int64_t is = -1;
        enum err err = ask_int(tx, &settings[i], &is, trouble);
        if (err != OK)
            return err;
        assert_int_equal(is, wanted[i]);
    }
    return OK;
}

static void a_file_is_kept_safely(void **state)
{
    struct rival rival = rival_open(store.url);
    char mode[TEST_PATH];

    (void)state;
    expect_write(settings_work, NULL, OK);
    assert_int_equal(db_read(store.db, nobody, settings_work, NULL, NULL), OK);
    assert_true(rival_ask(&rival, "PRAGMA journal_mode", mode));
    /* A rival has its own rollback journal; WAL is written into the file. */
    assert_string_equal(mode, strcmp(db_journal(store.db), "wal") == 0 ? "wal" : "delete");
    assert_true(sqlite3_libversion_number() >= 3044006 ||
                strcmp(db_journal(store.db), "truncate") == 0);
    rival_close(&rival);
}

static void what_is_no_store_is_refused(void **state)
{
    struct arena arena = { 0 };
    struct db *db = NULL;
    struct trouble trouble = { 0 };
    const char *path = test_path(store.folder, "other.db");
    struct db_options options = { .url = path, .readers = 1 };

    (void)state;
    test_file_write(store.folder, "other.db", "this is not a database, but it is long enough");
    if (ARENA_GUARD(&arena))
        fail_msg("out of memory");
    assert_int_equal(db_open(&arena, &options, &db, &trouble), ERR_IO);
    options.url = test_path(store.folder, "none/such.db");
    assert_int_equal(db_open(&arena, &options, &db, &trouble), ERR_IO);
    options.readers = 0;
    assert_int_equal(db_open(&arena, &options, &db, &trouble), ERR_USAGE);
    assert_null(db);
    arena_free(&arena);
}

/* --- */

static int make(void **state)
{
    (void)state;
    test_store_make(&store, test_migrations);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&store);
    return 0;
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(void)
{
    const struct CMUnitTest both[] = {
        ON_STORE(values_come_back),
        ON_STORE(days_are_in_order),
        ON_STORE(parameters_go_by_their_number),
        ON_STORE(text_that_is_none_is_refused),
        ON_STORE(a_column_is_only_what_it_is),
        ON_STORE(wrong_sql_is_a_bug),
        ON_STORE(a_reader_cannot_write),
        ON_STORE(ok_commits_and_nothing_else),
        ON_STORE(memory_that_runs_out_rolls_back),
        ON_STORE(a_savepoint_takes_back_one_row),
        ON_STORE(a_broken_constraint_has_its_name),
        ON_STORE(what_is_not_there_is_missing),
        ON_STORE(a_new_row_tells_its_id),
        ON_STORE(a_query_runs_within_another),
        ON_STORE(no_update_is_lost),
        ON_STORE(readers_go_on_while_one_writes),
        ON_STORE(a_reader_sees_one_state),
        ON_STORE(work_is_tried_again_as_a_whole),
        ON_STORE(retries_have_an_end),
        ON_STORE(many_rows_are_loaded),
        ON_STORE(a_load_that_fails_leaves_nothing),
    };
    const struct CMUnitTest server[] = {
        ON_STORE(work_on_a_lost_connection_is_done_again),
        ON_STORE(a_connection_lost_in_commit_is_told_apart),
        ON_STORE(a_commit_that_was_not_copied_is_told_apart),
        ON_STORE(the_scope_ends_with_the_transaction),
    };
    const struct CMUnitTest file[] = {
        ON_STORE(a_file_is_kept_safely),
        ON_STORE(what_is_no_store_is_refused),
    };
    int failed = cmocka_run_group_tests(both, NULL, NULL);

    return failed + (test_on_server() ? cmocka_run_group_tests(server, NULL, NULL)
                                      : cmocka_run_group_tests(file, NULL, NULL));
}
