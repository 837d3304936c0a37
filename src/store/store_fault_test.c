/* A transaction on a SQLite store of rows alone, through every fault of the lab. */
#include "store/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "store/store_sql.h"
#include "store/test_fault_lab.h"

#define ROWS 3
#define BEFORE 20       /* rows that are there already: pages to change, not only to add */

static const struct migration schema = {
    2, "test", "3333333333333333333333333333333333333333333333333333333333333333",
    "CREATE TABLE thing (id @id, word TEXT NOT NULL);\n"
    "CREATE INDEX thing_word ON thing (word);\n" };
static const struct migration *const migrations[] = { &migration_0001_store, &schema, NULL };
static const struct query thing_add = {
    "thing_add", "INSERT INTO thing (id, word) VALUES (?1, ?2)", NULL };
static const struct query thing_change = {
    "thing_change", "UPDATE thing SET word = ?1 WHERE id <= 20", NULL };

static struct test_store made;

/* Longer than half a page, so that every row touches pages of its own. */
static char old_word[2500];
static char new_word[2500];

static enum err add(struct tx *tx, int64_t id, struct trouble *trouble)
{
    struct statement *run;
    enum err err = tx_prepare(tx, &thing_add, &run, trouble);

    if (err != OK)
        return err;
    bind_int(run, 1, id);
    bind_text(run, 2, (struct text){ old_word, sizeof old_word });
    return statement_run(run, NULL, trouble);
}

static enum err fill(struct tx *tx, void *context, struct trouble *trouble)
{
    enum err err = OK;

    (void)context;
    for (int64_t id = 1; id <= BEFORE && err == OK; id++)
        err = add(tx, id, trouble);
    return err;
}

static enum err add_and_change(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *run;
    enum err err = OK;

    (void)context;
    for (int64_t id = 1; id <= ROWS && err == OK; id++)
        err = add(tx, BEFORE + id, trouble);
    if (err != OK || (err = tx_prepare(tx, &thing_change, &run, trouble)) != OK)
        return err;
    bind_text(run, 1, (struct text){ new_word, sizeof new_word });
    return statement_run(run, NULL, trouble);
}

static enum err work(struct db *db, struct arena *arena, long *acknowledged,
                     struct trouble *trouble)
{
    const struct db_scope nobody = { 0 };
    enum err err = db_write(db, nobody, add_and_change, NULL, trouble);

    (void)arena;
    *acknowledged += err == OK;
    return err;
}

static long look(const char *path)
{
    const long added = lab_ask(path, "SELECT count(*) FROM thing WHERE id > 20");
    const long changed = lab_ask(path, "SELECT count(*) FROM thing WHERE word LIKE 'n%'");

    if ((added != 0 || changed != 0) && (added != ROWS || changed != BEFORE))
        fail_msg("%ld rows of %d, %ld changes of %d", added, ROWS, changed, BEFORE);
    return added / ROWS;
}

static const struct lab_work rows = { "rows", 1, work, look };

static int make(void **state)
{
    (void)state;
    memset(old_word, 'o', sizeof old_word);
    memset(new_word, 'n', sizeof new_word);
    test_store_make(&made, migrations);
    assert_int_equal(db_write(made.db, (struct db_scope){ 0 }, fill, NULL, NULL), OK);
    lab_open(made.url);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&made);
    lab_close();
    return 0;
}

static void a_transaction_is_there_or_not(void **state)
{
    (void)state;
    lab_every_fault(&rows, 4);
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_transaction_is_there_or_not) };

    lab_begin(count > 1 ? argument[1] : NULL, TEST_CASES_DIVISOR > 1 ? 7 : 1);
    return cmocka_run_group_tests(tests, make, drop);
}
