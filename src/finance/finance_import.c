#include "finance/finance_import.h"

#include <assert.h>

#include "finance/finance_sign.h"
#include "finance/finance_sql.h"
#include "finance/finance_standing.h"
#include "store/job.h"

static const struct {
    const char *word, *title;
} states[IMPORT_STATES] = {
    [IMPORT_NEW] = { "new", "not begun" },
    [IMPORT_READING] = { "reading", "being read" },
    [IMPORT_TAKEN] = { "taken", "taken in" },
    [IMPORT_REFUSED] = { "refused", "refused" },
    [IMPORT_WITHDRAWN] = { "withdrawn", "withdrawn" },
};

const char *import_state_word(enum import_state state)
{
    assert(state < IMPORT_STATES);
    return states[state].word;
}

const char *import_state_title(enum import_state state)
{
    assert(state < IMPORT_STATES);
    return states[state].title;
}

enum book book_of(struct text name)
{
    enum book book = BOOK_LEDGER;

    while (book < BOOKS && !text_is(name, book_name[book]))
        book++;
    return book;
}

const char *book_title(enum book book)
{
    static const char *const titles[BOOKS] = { "Ledger", "Budget", "Forecast" };

    assert(book < BOOKS);
    return titles[book];
}

/* --- reading --- */

static struct text kept_text(struct statement *row, struct arena *arena, int column)
{
    if (column_null(row, column))
        return text_of("");
    const struct text text = column_text(row, column);
    return text_keep(arena, text);
}

static int64_t number_or_0(struct statement *row, int column)
{
    return column_null(row, column) ? 0 : column_int(row, column);
}

static enum import_state state_of(struct text word)
{
    enum import_state state = IMPORT_NEW;

    while (state < IMPORT_STATES && !text_is(word, states[state].word))
        state++;
    assert(state < IMPORT_STATES);
    return state;
}

static struct ledger_import import_take(struct statement *row, struct arena *arena)
{
    return (struct ledger_import){
        .id = column_int(row, 0), .year = kept_text(row, arena, 1),
        .evidence = kept_text(row, arena, 2),
        .file = kept_text(row, arena, 3), .profile = number_or_0(row, 4),
        .state = state_of(column_text(row, 5)), .job = number_or_0(row, 6),
        .control = { number_or_0(row, 7), number_or_0(row, 8), { "", 0 } },
        .lines = column_int(row, 9),
        .left_out = column_int(row, 10), .refused = column_int(row, 11),
        .pence = column_int(row, 12), .outcome = kept_text(row, arena, 13),
        .errors = kept_text(row, arena, 14), .made_at = column_moment(row, 15),
        .made_by = kept_text(row, arena, 16), .ended_at = { number_or_0(row, 17) },
        .withdrawn_by = kept_text(row, arena, 18), .withdrawn_why = kept_text(row, arena, 19),
        .book = book_of(column_text(row, 20)),
    };
}

static enum err load(struct tx *tx, struct arena *arena, int64_t council, struct text year,
                     int64_t id, struct ledger_imports *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_ledger_import_list, &list, trouble);

    *out = (struct ledger_imports){ .count = 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    bind_text(list, 2, year);
    bind_int(list, 3, id);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->import = arena_grow(arena, out->import, out->count, out->count + 1,
                                 sizeof *out->import);
        out->import[out->count++] = import_take(list, arena);
    }
    return err;
}

enum err ledger_imports_load(struct tx *tx, struct arena *arena, int64_t council,
                             struct text year, struct ledger_imports *out,
                             struct trouble *trouble)
{
    return load(tx, arena, council, year, 0, out, trouble);
}

enum err ledger_import_load(struct tx *tx, struct arena *arena, int64_t council, int64_t id,
                            struct ledger_import *out, struct trouble *trouble)
{
    struct ledger_imports found;
    enum err err = load(tx, arena, council, text_of(""), id, &found, trouble);

    if (err != OK)
        return err;
    if (found.count == 0)
        return ERR_MISSING;
    *out = found.import[0];
    return OK;
}

enum err import_refusals_load(struct tx *tx, struct arena *arena, int64_t council, int64_t id,
                              int64_t place, int rows, struct import_refusal **out,
                              size_t *count, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_ledger_refusal_list, &list, trouble);

    *out = arena_take(arena, (size_t)rows + 1, sizeof **out);
    *count = 0;
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    bind_int(list, 2, id);
    bind_int(list, 3, place);
    bind_int(list, 4, rows);
    while ((err = statement_step(list, &row, trouble)) == OK && row)
        (*out)[(*count)++] = (struct import_refusal){ column_int(list, 0),
                                                      kept_text(list, arena, 1),
                                                      kept_text(list, arena, 2) };
    return err;
}

static enum err take_sums(struct statement *list, struct period_sums *out,
                          struct trouble *trouble)
{
    bool row = false;
    enum err err;

    *out = (struct period_sums){ .lines = { 0 } };
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        const int64_t period = column_int(list, 0);
        assert(period >= 1 && period <= PERIODS);
        out->lines[period - 1] = column_int(list, 1);
        out->pence[period - 1] = column_int(list, 2);
    }
    return err;
}

/* Who waits for the end asks often, and adding up what is there so far would take long. */
enum err import_sums_load(struct tx *tx, int64_t council, const struct ledger_import *import,
                          struct period_sums *out, struct trouble *trouble)
{
    struct statement *list;
    enum err err = OK;

    *out = (struct period_sums){ .lines = { 0 } };
    if (import->state == IMPORT_READING)
        return OK;
    if ((err = tx_prepare(tx, &sql_ledger_import_sums, &list, trouble)) != OK)
        return err;
    bind_int(list, 1, council);
    bind_int(list, 2, import->id);
    return take_sums(list, out, trouble);
}

enum err period_sums_load(struct tx *tx, int64_t council, struct text year,
                          struct period_sums *out, struct trouble *trouble)
{
    struct statement *list;
    enum err err = tx_prepare(tx, &sql_ledger_period_sums, &list, trouble);

    if (err != OK)
        return err;
    bind_int(list, 1, council);
    bind_text(list, 2, year);
    return take_sums(list, out, trouble);
}

enum err import_made_of(struct tx *tx, int64_t council, const char *hex,
                        char made[EVIDENCE_ID_HEX], bool *found, struct trouble *trouble)
{
    struct statement *ask;
    struct evidence_id id;
    enum err err = tx_prepare(tx, &sql_ledger_made_of, &ask, trouble);

    if (err != OK)
        return err;
    bind_int(ask, 1, council);
    bind_text(ask, 2, text_of(hex));
    err = statement_step(ask, found, trouble);
    if (err == OK && *found && !evidence_id_parse(column_text(ask, 0), &id))
        err = fail(trouble, ERR_CHECK, "the id of a file is none");
    if (err == OK && *found)
        evidence_id_print(&id, made);
    statement_end(ask);
    return err;
}

/* --- steps --- */

static enum err record(struct tx *tx, const struct happening *happening,
                       const struct actor *actor, const char *action, int64_t id,
                       struct text after, struct trouble *trouble)
{
    const struct identity_event event = { text_of(actor->login), actor->acting, action,
                                          "ledger_import", id, after };

    return identity_record(tx, happening, &event, trouble);
}

static enum err find_of_file(struct tx *tx, int64_t council, struct text evidence, int64_t *id,
                             struct trouble *trouble)
{
    struct statement *find;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_ledger_import_of_file, &find, trouble);

    *id = 0;
    if (err != OK)
        return err;
    bind_int(find, 1, council);
    bind_text(find, 2, evidence);
    err = statement_step(find, &row, trouble);
    if (err != OK || !row)
        return err;
    *id = column_int(find, 0);
    statement_end(find);
    return OK;
}

enum err ledger_import_add(struct tx *tx, const struct happening *happening,
                           const struct actor *actor, struct text year, enum book book,
                           struct text evidence, int64_t *id, bool *already,
                           struct trouble *trouble)
{
    struct statement *add;
    enum err err = find_of_file(tx, actor->acting, evidence, id, trouble);

    *already = *id != 0;
    if (err != OK || *already)
        return err;
    err = tx_prepare(tx, &sql_ledger_import_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, actor->acting);
    bind_text(add, 2, year);
    bind_text(add, 3, evidence);
    bind_moment(add, 4, happening->now);
    bind_text(add, 5, text_of(actor->login));
    bind_text(add, 6, text_of(book_name[book]));
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    *id = column_int(add, 0);
    statement_end(add);
    return record(tx, happening, actor, "money.import", *id, year, trouble);
}

/* A statement about one import, whose first parameters are the council and its number. */
static enum err prepare(struct tx *tx, const struct query *query, int64_t council, int64_t id,
                        struct statement **out, struct trouble *trouble)
{
    enum err err = tx_prepare(tx, query, out, trouble);

    if (err != OK)
        return err;
    bind_int(*out, 1, council);
    bind_int(*out, 2, id);
    return OK;
}

static enum err change_one(struct statement *change, const char *refused, struct trouble *trouble)
{
    int64_t changed = 0;
    enum err err = statement_run(change, &changed, trouble);

    return err != OK || changed == 1 ? err : fail(trouble, ERR_CONFLICT, "%s", refused);
}

/* Is the import's job still to do something? */
static enum err is_under_way(struct tx *tx, struct arena *arena, int64_t council,
                             const struct ledger_import *import, bool *under_way,
                             struct trouble *trouble)
{
    struct job job;
    enum err err = OK;

    *under_way = false;
    if (import->state != IMPORT_READING)
        return OK;
    err = job_load(tx, arena, council, import->job, &job, trouble);
    *under_way = err == OK && !job_state_ended(job.state);
    return err;
}

/* May it be read, for the first time or again? */
static enum err may_read(struct tx *tx, struct arena *arena, const struct actor *actor,
                         int64_t id, struct ledger_import *import, struct trouble *trouble)
{
    bool under_way;
    enum err err = ledger_import_load(tx, arena, actor->acting, id, import, trouble);

    if (err == OK)
        err = is_under_way(tx, arena, actor->acting, import, &under_way, trouble);
    if (err != OK)
        return err;
    if (under_way)
        return fail(trouble, ERR_CONFLICT, "The extract is being read already.");
    if (import->state == IMPORT_TAKEN || import->state == IMPORT_WITHDRAWN)
        return fail(trouble, ERR_CONFLICT, "The extract is %s.", states[import->state].title);
    return OK;
}

/* Behind its last lock a year has no period that could carry a late line. */
static enum err is_for_open_year(struct tx *tx, const struct ledger_import *import,
                                 struct trouble *trouble)
{
    enum period_state state[PERIODS];

    if (import->book != BOOK_LEDGER)
        return OK;
    enum err err = joint_periods_load(tx, import->year, state, trouble);
    if (err == OK && state[PERIODS - 1] == PERIOD_LOCKED)
        return fail(trouble, ERR_CONFLICT, "Every period of %.*s is locked: what comes later "
                    "belongs into the ledger of the next year.", TEXT(import->year));
    return err;
}

enum err ledger_import_choose(struct tx *tx, struct arena *arena, const struct actor *actor,
                              int64_t id, int64_t profile, struct trouble *trouble)
{
    struct statement *choose;
    struct ledger_import import;
    enum err err = may_read(tx, arena, actor, id, &import, trouble);

    if (err == OK)
        err = prepare(tx, &sql_ledger_import_choose, actor->acting, id, &choose, trouble);
    if (err != OK)
        return err;
    bind_int(choose, 3, profile);
    return change_one(choose, "The extract was taken in: its profile stays.", trouble);
}

enum err ledger_import_begin(struct tx *tx, struct arena *arena,
                             const struct happening *happening, const struct actor *actor,
                             int64_t id, const struct ledger_control *control,
                             struct trouble *trouble)
{
    const struct job_order order = {
        .now = happening->now, .kind = text_of(LEDGER_IMPORT_JOB), .council = actor->acting,
        .asked_by = text_of(actor->login), .arguments = text_of(arena_number(arena, id)),
        .priority = JOB_PRIORITY_USUAL, .idempotency = { "", 0 }, .request = happening->request,
    };
    struct statement *begin;
    struct ledger_import import;
    int64_t job = 0;
    enum err err = may_read(tx, arena, actor, id, &import, trouble);

    if (err == OK)
        err = is_for_open_year(tx, &import, trouble);
    if (err == OK)
        err = job_add(tx, happening->outside, &order, &job, trouble);
    if (err == OK)
        err = prepare(tx, &sql_ledger_import_begin, actor->acting, id, &begin, trouble);
    if (err != OK)
        return err;
    bind_int(begin, 3, job);
    bind_int(begin, 4, control->lines);
    bind_int(begin, 5, control->pence);
    err = change_one(begin, "Choose first how the extract is read: its profile.", trouble);
    if (err == OK && control->why.size > 0)
        err = import_late_why(tx, actor->acting, id, control->why, trouble);
    return err != OK ? err : record(tx, happening, actor, "money.import.begin", id, text_of(""),
                                    trouble);
}

enum err ledger_import_locked(struct tx *tx, int64_t council, int64_t id, int64_t *number,
                              struct trouble *trouble)
{
    struct statement *find;
    bool row = false;
    enum err err = prepare(tx, &sql_ledger_import_locked, council, id, &find, trouble);

    *number = 0;
    if (err == OK)
        err = statement_step(find, &row, trouble);
    if (err != OK || !row)
        return err;
    *number = column_int(find, 0);
    statement_end(find);
    return OK;
}

enum err ledger_import_withdraw(struct tx *tx, struct arena *arena,
                                const struct happening *happening, const struct actor *actor,
                                int64_t id, struct text why, struct trouble *trouble)
{
    struct ledger_import import;
    struct statement *withdraw;
    int64_t locked = 0;
    bool under_way = false;
    enum err err = ledger_import_load(tx, arena, actor->acting, id, &import, trouble);

    if (err == OK)
        err = is_under_way(tx, arena, actor->acting, &import, &under_way, trouble);
    if (err == OK && under_way)
        return fail(trouble, ERR_CONFLICT, "The extract is being read: stop its job first.");
    if (err == OK)
        err = ledger_import_locked(tx, actor->acting, id, &locked, trouble);
    if (err == OK && locked != 0)
        return fail(trouble, ERR_CONFLICT, "P%02lld is locked and rests on this extract: a "
                    "correction comes in the next open period.", (long long)locked);
    if (err == OK)
        err = prepare(tx, &sql_ledger_import_withdraw, actor->acting, id, &withdraw, trouble);
    if (err != OK)
        return err;
    bind_text(withdraw, 3, text_of(actor->login));
    bind_text(withdraw, 4, why);
    err = change_one(withdraw, "The import was withdrawn already.", trouble);
    if (err == OK)
        err = period_standing_note(tx, arena, happening, text_of(actor->login), actor->acting,
                                   import.year, trouble);
    return err != OK ? err : record(tx, happening, actor, "money.import.withdraw", id,
                                    text_of(""), trouble);
}
