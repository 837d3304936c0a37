#include "finance/finance_run.h"

#include <assert.h>

#include "finance/finance_sql.h"
#include "finance/finance_standing.h"
#include "finance/finance_year.h"
#include "store/job.h"

static const struct {
    const char *word, *title;
} states[RUN_STATES] = {
    [RUN_WAITING] = { "waiting", "being worked out" },
    [RUN_CLOSED] = { "closed", "worked out" },
    [RUN_REFUSED] = { "refused", "refused" },
    [RUN_SAME] = { "same", "nothing had changed" },
    [RUN_FAILED] = { "failed", "failed" },
};

const char *run_state_word(enum run_state state)
{
    assert(state < RUN_STATES);
    return states[state].word;
}

const char *run_state_title(enum run_state state)
{
    assert(state < RUN_STATES);
    return states[state].title;
}

/* --- reading --- */

static enum run_state state_of(struct text word)
{
    enum run_state state = RUN_WAITING;

    while (state < RUN_STATES && !text_is(word, states[state].word))
        state++;
    assert(state < RUN_STATES);
    return state;
}

static enum book book_of(struct text word)
{
    enum book book = BOOK_LEDGER;

    while (book < BOOKS && !text_is(word, book_name[book]))
        book++;
    assert(book < BOOKS);
    return book;
}

static int64_t number_or_0(struct statement *row, int column)
{
    return column_null(row, column) ? 0 : column_int(row, column);
}

static struct money_run run_take(struct statement *row, struct arena *arena)
{
    return (struct money_run){
        .id = column_int(row, 0), .year = text_keep(arena, column_text(row, 1)),
        .through = column_int(row, 2), .book = book_of(column_text(row, 3)),
        .state = state_of(column_text(row, 4)), .job = column_int(row, 5),
        .made_for = column_int(row, 6), .made_at = column_moment(row, 7),
        .made_by = text_keep(arena, column_text(row, 8)), .ended_at = { number_or_0(row, 9) },
        .outcome = text_keep(arena, column_text(row, 10)), .lines = column_int(row, 11),
        .faults = column_int(row, 12), .inputs = text_keep(arena, column_text(row, 13)),
        .same_as = number_or_0(row, 14),
    };
}

/* The one row of a statement. ERR_MISSING: there is none. */
static enum err take_one(struct statement *find, struct arena *arena, struct money_run *out,
                         struct trouble *trouble)
{
    bool row = false;
    enum err err = statement_step(find, &row, trouble);

    if (err != OK)
        return err;
    if (!row)
        return ERR_MISSING;
    *out = run_take(find, arena);
    statement_end(find);
    return OK;
}

static enum err list(struct tx *tx, struct text year, int64_t id, struct statement **out,
                     struct trouble *trouble)
{
    enum err err = tx_prepare(tx, &sql_money_run_list, out, trouble);

    if (err != OK)
        return err;
    bind_text(*out, 1, year);
    bind_int(*out, 2, id);
    return OK;
}

enum err money_run_load(struct tx *tx, struct arena *arena, int64_t id, struct money_run *out,
                        struct trouble *trouble)
{
    struct statement *find;
    enum err err = id <= 0 ? ERR_MISSING : list(tx, text_of(""), id, &find, trouble);

    return err == OK ? take_one(find, arena, out, trouble) : err;
}

enum err money_runs_load(struct tx *tx, struct arena *arena, struct text year,
                         struct money_runs *out, struct trouble *trouble)
{
    struct statement *rows;
    bool row = false;
    enum err err = list(tx, year, 0, &rows, trouble);

    *out = (struct money_runs){ .count = 0 };
    while (err == OK && (err = statement_step(rows, &row, trouble)) == OK && row) {
        out->run = arena_grow(arena, out->run, out->count, out->count + 1, sizeof *out->run);
        out->run[out->count++] = run_take(rows, arena);
    }
    return err;
}

static enum err last(struct tx *tx, struct arena *arena, const struct money_run *below,
                     struct money_run *out, struct trouble *trouble)
{
    struct statement *find;
    enum err err = tx_prepare(tx, &sql_money_run_last, &find, trouble);

    if (err != OK)
        return err;
    bind_text(find, 1, below->year);
    bind_text(find, 2, text_of(book_name[below->book]));
    bind_int(find, 3, below->through);
    bind_int(find, 4, below->id);
    return take_one(find, arena, out, trouble);
}

enum err money_run_last(struct tx *tx, struct arena *arena, struct text year, enum book book,
                        int64_t through, struct money_run *out, struct trouble *trouble)
{
    const struct money_run any = { .id = INT64_MAX, .year = year, .through = through,
                                   .book = book };

    return last(tx, arena, &any, out, trouble);
}

enum err money_run_before(struct tx *tx, struct arena *arena, const struct money_run *run,
                          struct money_run *out, struct trouble *trouble)
{
    return last(tx, arena, run, out, trouble);
}

enum err money_run_of_job(struct tx *tx, struct arena *arena, int64_t council, int64_t job,
                          struct money_run *out, struct trouble *trouble)
{
    struct statement *find;
    enum err err = tx_prepare(tx, &sql_money_run_of_job, &find, trouble);

    if (err != OK)
        return err;
    bind_int(find, 1, council);
    bind_int(find, 2, job);
    return take_one(find, arena, out, trouble);
}

enum err money_run_file(struct tx *tx, struct arena *arena, int64_t run, const char *name,
                        struct text *bytes, struct trouble *trouble)
{
    struct statement *find;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_money_run_file_read, &find, trouble);

    if (err != OK)
        return err;
    bind_int(find, 1, run);
    bind_text(find, 2, text_of(name));
    err = statement_step(find, &row, trouble);
    if (err != OK || !row)
        return err == OK ? ERR_MISSING : err;
    *bytes = text_keep(arena, column_text(find, 0));
    statement_end(find);
    return OK;
}

/* A statement about one run. */
static enum err prepare(struct tx *tx, const struct query *query, int64_t run,
                        struct statement **out, struct trouble *trouble)
{
    enum err err = tx_prepare(tx, query, out, trouble);

    if (err == OK)
        bind_int(*out, 1, run);
    return err;
}

enum err money_run_files_load(struct tx *tx, struct arena *arena, int64_t run,
                              struct run_file **out, size_t *count, struct trouble *trouble)
{
    struct statement *rows;
    bool row = false;
    enum err err = prepare(tx, &sql_money_run_file_list, run, &rows, trouble);

    *out = NULL;
    *count = 0;
    while (err == OK && (err = statement_step(rows, &row, trouble)) == OK && row) {
        *out = arena_grow(arena, *out, *count, *count + 1, sizeof **out);
        (*out)[(*count)++] = (struct run_file){ text_keep(arena, column_text(rows, 0)),
                                                text_keep(arena, column_text(rows, 1)),
                                                column_int(rows, 2) };
    }
    return err;
}

enum err money_run_parts_load(struct tx *tx, struct arena *arena, int64_t run,
                              struct run_part **out, size_t *count, struct trouble *trouble)
{
    struct statement *rows;
    bool row = false;
    enum err err = prepare(tx, &sql_money_run_part_list, run, &rows, trouble);

    *out = NULL;
    *count = 0;
    while (err == OK && (err = statement_step(rows, &row, trouble)) == OK && row) {
        *out = arena_grow(arena, *out, *count, *count + 1, sizeof **out);
        (*out)[(*count)++] = (struct run_part){
            number_or_0(rows, 0), text_keep(arena, column_text(rows, 1)),
            text_keep(arena, column_text(rows, 2)), column_int(rows, 3),
            text_keep(arena, column_text(rows, 4)) };
    }
    return err;
}

enum err money_run_inputs_load(struct tx *tx, struct arena *arena, int64_t run,
                               struct memory_file **out, size_t *count, struct trouble *trouble)
{
    struct statement *rows;
    bool row = false;
    enum err err = prepare(tx, &sql_money_run_input_list, run, &rows, trouble);

    *out = NULL;
    *count = 0;
    while (err == OK && (err = statement_step(rows, &row, trouble)) == OK && row) {
        const struct text name = column_text(rows, 0);
        *out = arena_grow(arena, *out, *count, *count + 1, sizeof **out);
        (*out)[(*count)++] = (struct memory_file){ arena_copy(arena, name.data, name.size),
                                                   text_keep(arena, column_text(rows, 1)) };
    }
    return err;
}

/* --- to begin --- */

static void add_gap(struct arena *arena, struct run_gaps *gaps, struct joint_gap gap)
{
    gaps->gap = arena_grow(arena, gaps->gap, gaps->count, gaps->count + 1, sizeof *gaps->gap);
    gaps->gap[gaps->count++] = gap;
}

/* How far a council is with the year, as its standing tells everybody. */
struct books {
    bool taken;         /* lines of some period that is settled */
    int  unmapped;      /* the first period with codes that its map lacks; -1: none */
};

static enum err look_at_books(struct tx *tx, struct arena *arena, const struct councils *councils,
                              struct text year, int64_t through, struct books *books,
                              struct trouble *trouble)
{
    struct period_standing *standing = arena_take(arena, councils->count + 1, sizeof *standing);
    enum err err = OK;

    for (size_t c = 0; c < councils->count; c++)
        books[c] = (struct books){ .unmapped = -1 };
    for (int index = 0; index < PERIODS && err == OK; index++) {
        err = period_standing_load(tx, councils, year, index, standing, trouble);
        for (size_t c = 0; c < councils->count && err == OK; c++) {
            books[c].taken |= standing[c].taken && index < through;
            if (standing[c].taken && !standing[c].mapped && books[c].unmapped < 0)
                books[c].unmapped = index;
        }
    }
    return err;
}

/* A month may well have no lines of a council; a year without any is one that was not taken in. */
static enum err add_books(struct tx *tx, struct arena *arena, const struct councils *councils,
                          struct text year, int64_t through, struct run_gaps *gaps,
                          struct trouble *trouble)
{
    struct books *books = arena_take(arena, councils->count + 1, sizeof *books);
    enum err err = look_at_books(tx, arena, councils, year, through, books, trouble);

    for (size_t c = 0; c < councils->count && err == OK; c++) {
        const struct council *council = &councils->council[c];
        if (!books[c].taken)
            add_gap(arena, gaps, (struct joint_gap){
                council->code, "extract", year,
                arena_print(arena, "%.*s has taken in no lines of %.*s up to P%02lld.",
                            TEXT(council->name), TEXT(year), (long long)through) });
        if (books[c].unmapped >= 0)
            add_gap(arena, gaps, (struct joint_gap){
                council->code, "map", year,
                arena_print(arena, "%.*s has codes in P%02d that its map does not know.",
                            TEXT(council->name), books[c].unmapped + 1) });
    }
    return err;
}

enum err money_run_gaps(struct tx *tx, struct arena *arena, struct text year, int64_t through,
                        enum book book, struct run_gaps *out, struct trouble *trouble)
{
    struct joint_model *model = arena_take(arena, 1, sizeof *model);
    struct councils councils;
    struct db_day day;
    enum err err = councils_read(tx, arena, &councils, trouble);

    *out = (struct run_gaps){ .count = 0 };
    if (err == OK && !joint_period_day(year, (int)through - 1, &day))
        return fail(trouble, ERR_USAGE, "There is no such period.");
    if (err == OK)
        err = joint_model_agreed(tx, arena, &councils, year, day, model, trouble);
    for (size_t i = 0; i < model->gaps && err == OK; i++)
        add_gap(arena, out, model->gap[i]);
    /* How far a council is with its budget is told by the run alone. */
    return err == OK && book == BOOK_LEDGER
               ? add_books(tx, arena, &councils, year, through, out, trouble) : err;
}

static enum err must_have_all(struct tx *tx, struct arena *arena, struct text year,
                              int64_t through, enum book book, struct trouble *trouble)
{
    struct run_gaps gaps;
    enum err err = money_run_gaps(tx, arena, year, through, book, &gaps, trouble);

    return err != OK || gaps.count == 0 ? err : fail(trouble, ERR_REFUSED, "%s",
                                                     gaps.gap[0].words);
}

/* A locked period is charged and billed: only what comes behind it is worked out. */
static enum err may_run(struct tx *tx, struct text year, int64_t through, enum book book,
                        struct trouble *trouble)
{
    enum period_state state[PERIODS];
    enum err err = through < 1 || through > PERIODS
                       ? fail(trouble, ERR_USAGE, "There is no such period.") : OK;

    if (err == OK)
        err = joint_periods_load(tx, year, state, trouble);
    if (err == OK && book == BOOK_LEDGER && state[through - 1] == PERIOD_LOCKED)
        return fail(trouble, ERR_CONFLICT, "P%02lld is locked: what was charged for it stands.",
                    (long long)through);
    return err;
}

static enum err add(struct tx *tx, const struct happening *happening, const struct actor *actor,
                    const struct money_run *run, int64_t *id, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_money_run_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, actor->acting);
    bind_text(add, 2, run->year);
    bind_int(add, 3, run->through);
    bind_text(add, 4, text_of(book_name[run->book]));
    bind_int(add, 5, run->job);
    bind_moment(add, 6, happening->now);
    bind_text(add, 7, text_of(actor->login));
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    *id = column_int(add, 0);
    statement_end(add);
    return OK;
}

enum err money_run_begin(struct tx *tx, struct arena *arena, const struct happening *happening,
                         const struct actor *actor, struct text year, int64_t through,
                         enum book book, int64_t *id, struct trouble *trouble)
{
    struct money_run run = { .year = year, .through = through, .book = book };
    const char *what = arena_print(arena, "%.*s/P%02lld %s", TEXT(year), (long long)through,
                                   book_name[book]);
    const struct job_order order = {
        .now = happening->now, .kind = text_of(MONEY_RUN_JOB), .council = actor->acting,
        .asked_by = text_of(actor->login), .arguments = text_of("{}"),
        .priority = JOB_PRIORITY_USUAL, .idempotency = { "", 0 }, .request = happening->request,
    };
    enum err err = may_run(tx, year, through, book, trouble);

    if (err == OK)
        err = must_have_all(tx, arena, year, through, book, trouble);
    if (err == OK)
        err = job_add(tx, happening->outside, &order, &run.job, trouble);
    if (err == OK)
        err = add(tx, happening, actor, &run, id, trouble);
    const struct identity_event event = { text_of(actor->login), actor->acting, "money.run",
                                          "money_run", *id, text_of(what) };
    return err == OK ? identity_record_shared(tx, happening, &event, trouble) : err;
}
