/*
 * finance/finance_import_job.c -- the job that reads an extract.
 *
 * Begun again after a kill it begins anew: the sums of the attempt before are taken away first, and
 * sums count only once the import is taken, which is the last step.
 */
#include "finance/finance_entries.h"

#include <stdio.h>

#include "finance/finance_map.h"
#include "finance/finance_profile.h"
#include "finance/finance_sign.h"
#include "finance/finance_sql.h"
#include "finance/finance_standing.h"
#include "store/job.h"

#define ROWS_AT_ONCE 2400            /* of one transaction: the one writer is not held for long */
#define ARRAY_BYTES ((size_t)32 * 1024)     /* about what that many codes have */
#define PIECES_AT_ONCE 8             /* of hashes, likewise */
#define READING_THREADS 2

struct working {
    struct job_run            *run;
    const struct extract_desk *desk;
    struct ledger_import       import;
    struct extract_profile     profile;
    int64_t                    size;        /* bytes of the extract */
    struct ledger_read         read;
    unsigned                   soft;        /* periods that are closed softly, a bit for each */
    bool                       explained;   /* why it comes late */
    enum import_state          becomes;
    struct shared_entries      shared;      /* with other imports */
    struct ledger_import       other;       /* one of them */
    struct extract_profile     other_profile;
    struct councils            councils;    /* ... and the map, for what its codes are */
    struct money_map           map;
    struct period_news         news;
    struct job_outcome         outcome;
    enum err                   told;        /* of telling how far it is */
    bool                       stop;
    struct trouble             said;
};

/* --- what is to be read --- */

static enum err load_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct working *working = context;
    struct arena *arena = working->run->arena;
    const int64_t council = working->run->lease->council;
    const struct text number = working->run->lease->arguments;
    struct evidence_row row;
    struct evidence_id id;
    int64_t import = 0;

    for (size_t i = 0; i < number.size && i < 18 && is_digit(number.data[i]); i++)
        import = import * 10 + (number.data[i] - '0');
    enum err err = ledger_import_load(tx, arena, council, import, &working->import, trouble);
    if (err == OK)
        err = extract_profile_load(tx, arena, council, working->import.profile,
                                   &working->profile, trouble);
    if (err != OK)
        return err;
    err = period_soft_load(tx, working->import.year, &working->soft, trouble);
    if (err == OK)
        err = import_is_explained(tx, council, import, &working->explained, trouble);
    if (err != OK)
        return err;
    if (!evidence_id_parse(working->import.evidence, &id))
        return fail(trouble, ERR_BUG, "an import of no file");
    err = evidence_row_read(tx, arena, council, &id, &row, trouble);
    working->size = (int64_t)row.size;
    return err;
}

/* --- how far it is --- */

static bool tell(void *context, uint64_t bytes)
{
    struct working *working = context;

    if (working->told == OK)
        working->told = job_progress(working->run, (int64_t)bytes, working->size,
                                     text_of("bytes of the extract are read"), &working->stop,
                                     &working->said);
    return working->told == OK && !working->stop;
}

/* --- what stays --- */

static enum err run_for(struct tx *tx, const struct query *query, const struct working *working,
                        struct trouble *trouble)
{
    struct statement *statement;
    enum err err = tx_prepare(tx, query, &statement, trouble);

    if (err != OK)
        return err;
    bind_int(statement, 1, working->run->lease->council);
    bind_int(statement, 2, working->import.id);
    return statement_run(statement, NULL, trouble);
}

static enum err clear(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct working *working = context;
    enum err err = run_for(tx, &sql_ledger_sum_clear, working, trouble);

    if (err == OK)
        err = run_for(tx, &sql_ledger_id_set_clear, working, trouble);
    return err == OK ? run_for(tx, &sql_ledger_refusal_clear, working, trouble) : err;
}

/* The parameters of a row behind the import and its council. */
static void bind_sum(const struct working *working, struct statement *row, size_t at)
{
    const struct ledger_sum *sum = &working->read.sum[at];

    bind_text(row, 3, sum->cost_centre);
    bind_text(row, 4, sum->account);
    bind_int(row, 5, sum->period + 1);
    bind_int(row, 6, (int64_t)sum->lines);
    bind_int(row, 7, sum->pence);
}

static void bind_refusal(const struct working *working, struct statement *row, size_t at)
{
    const struct ledger_refusal *refusal = &working->read.refusal[at];

    bind_int(row, 3, (int64_t)refusal->row);
    bind_text(row, 4, text_of(refusal->reason));
    bind_text(row, 5, text_of(refusal->words));
}

static void bind_entries(const struct working *working, struct statement *row, size_t at)
{
    const size_t from = at * ENTRIES_IN_PIECE, left = (size_t)working->read.lines - from;
    const size_t entries = left < ENTRIES_IN_PIECE ? left : ENTRIES_IN_PIECE;
    char *bytes = arena_take(working->run->arena, entries, sizeof(uint64_t));

    entry_piece_write(working->read.entry + from, entries, bytes);
    bind_int(row, 3, (int64_t)at);
    bind_blob(row, 4, (struct text){ bytes, entries * sizeof(uint64_t) });
}

/* An array, as PostgreSQL writes one down. */
struct array {
    struct arena *arena;
    char         *bytes;
    size_t        used, room;
};

static void array_put(struct array *array, const char *bytes, size_t size)
{
    if (size > array->room - array->used) {
        const size_t room = 2 * (array->used + size) + ARRAY_BYTES;
        array->bytes = arena_grow(array->arena, array->bytes, array->used, room, 1);
        array->room = room;
    }
    if (size > 0)
        memcpy(array->bytes + array->used, bytes, size);
    array->used += size;
}

static void array_text(struct array *array, struct text text)
{
    array_put(array, array->used == 0 ? "{\"" : ",\"", 2);
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\')
            array_put(array, "\\", 1);
        array_put(array, &text.data[i], 1);
    }
    array_put(array, "\"", 1);
}

static void array_number(struct array *array, int64_t number)
{
    char digits[24];
    const int size = snprintf(digits, sizeof digits, "%c%lld", array->used == 0 ? '{' : ',',
                              (long long)number);

    array_put(array, digits, (size_t)size);
}

/* All of them in one statement: each is a journey to the server and back. */
static void bind_sums(const struct working *working, struct statement *rows, size_t from,
                      size_t until)
{
    struct array array[5];

    for (size_t i = 0; i < COUNT(array); i++)
        array[i] = (struct array){ .arena = working->run->arena };
    for (size_t at = from; at < until; at++) {
        const struct ledger_sum *sum = &working->read.sum[at];
        array_text(&array[0], sum->cost_centre);
        array_text(&array[1], sum->account);
        array_number(&array[2], sum->period + 1);
        array_number(&array[3], (int64_t)sum->lines);
        array_number(&array[4], sum->pence);
    }
    for (size_t i = 0; i < COUNT(array); i++) {
        array_put(&array[i], "}", 1);
        bind_text(rows, 3 + (int)i, (struct text){ array[i].bytes, array[i].used });
    }
}

/* A transaction's worth of rows, from `from` on. (No COPY: row-level security forbids it.) */
struct piece {
    const struct working *working;
    const struct query   *query;
    void                (*bind)(const struct working *, struct statement *, size_t at);
    /* Of a query that takes arrays on PostgreSQL; NULL: it takes one row there, too. */
    void                (*bind_all)(const struct working *, struct statement *, size_t from,
                                    size_t until);
    size_t                from, until;
};

static enum err add_piece(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct piece *piece = context;
    const bool all = piece->bind_all != NULL && tx_engine(tx) == DB_POSTGRES;
    struct statement *add;
    enum err err = OK;

    for (size_t at = piece->from, next = 0; at < piece->until && err == OK; at = next) {
        next = all ? piece->until : at + 1;
        if ((err = tx_prepare(tx, piece->query, &add, trouble)) != OK)
            return err;
        bind_int(add, 1, piece->working->import.id);
        bind_int(add, 2, piece->working->run->lease->council);
        if (all)
            piece->bind_all(piece->working, add, at, next);
        else
            piece->bind(piece->working, add, at);
        err = statement_run(add, NULL, trouble);
    }
    return err;
}

static enum err add_rows(struct piece rows, size_t at_once, struct trouble *trouble)
{
    const size_t count = rows.until;
    enum err err = OK;

    for (rows.from = 0; rows.from < count && err == OK; rows.from += at_once) {
        const size_t left = count - rows.from;
        rows.until = rows.from + (left < at_once ? left : at_once);
        err = job_write(rows.working->run, add_piece, &rows, trouble);
    }
    return err;
}

/* --- what it brings --- */

static enum err load_map(struct tx *tx, void *context, struct trouble *trouble)
{
    struct working *working = context;
    struct arena *arena = working->run->arena;
    enum err err = councils_read(tx, arena, &working->councils, trouble);

    return err != OK ? err : money_map_load(tx, arena, working->run->lease->council,
                                            working->import.year, &working->map, trouble);
}

static enum err db_ask(struct working *working, db_work *work, struct trouble *trouble)
{
    const struct db_scope scope = { working->run->lease->council, working->run->arena };

    return db_read(working->desk->db, scope, work, working, trouble);
}

/* Before the transaction that it counts from, which would be long if it read all sums again. */
static enum err find_news(struct working *working, struct trouble *trouble)
{
    const struct ledger_read *read = &working->read;
    struct map_question question = { .councils = &working->councils, .map = &working->map,
                                     .year = working->import.year };
    struct map_gaps gaps;

    if (working->becomes != IMPORT_TAKEN || working->import.book != BOOK_LEDGER)
        return OK;
    enum err err = db_ask(working, load_map, trouble);
    for (size_t i = 0; i < working->councils.count && err == OK; i++)
        if (working->councils.council[i].id == working->run->lease->council)
            question.council = &working->councils.council[i];
    if (err == OK && question.council == NULL)
        return fail(trouble, ERR_BUG, "no such council");
    if (err == OK)
        err = money_map_gaps_of(working->run->arena, &question, read->sum, read->sums, &gaps,
                                trouble);
    if (err != OK)
        return err;
    working->news = (struct period_news){ .import = working->import.id,
                                          .unmapped = map_gap_periods(&gaps),
                                          .version = working->map.version };
    for (size_t i = 0; i < read->sums; i++)
        working->news.periods |= 1U << read->sum[i].period;
    return OK;
}

/* Where the lines are found again. */
static enum err keep_ledger(struct tx *tx, const struct working *working, struct trouble *trouble)
{
    struct statement *lines;
    enum err err = OK;

    if (working->becomes != IMPORT_TAKEN)
        return OK;
    if ((err = tx_prepare(tx, &sql_ledger_import_lines_keep, &lines, trouble)) != OK)
        return err;
    bind_int(lines, 1, working->run->lease->council);
    bind_int(lines, 2, working->import.id);
    bind_text(lines, 3, working->read.ledger);
    return statement_run(lines, NULL, trouble);
}

static enum err end_import(struct tx *tx, void *context, struct trouble *trouble)
{
    static const char *const words[IMPORT_STATES] = { [IMPORT_TAKEN] = "taken",
                                                      [IMPORT_REFUSED] = "refused" };
    const struct working *working = context;
    const struct job_server *server = working->run->server;
    const struct happening happening = { server->clock.now(server->clock.context),
                                         server->outside, working->desk->request };
    const struct ledger_read *read = &working->read;
    const struct identity_event event = {
        working->run->lease->asked_by, working->run->lease->council, "money.import.end",
        "ledger_import", working->import.id, text_of(words[working->becomes]) };
    struct statement *end;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_ledger_import_end, &end, trouble);

    if (err != OK)
        return err;
    bind_int(end, 1, working->run->lease->council);
    bind_int(end, 2, working->import.id);
    bind_text(end, 3, event.after);
    bind_int(end, 4, (int64_t)read->lines);
    bind_int(end, 5, (int64_t)read->left_out);
    bind_int(end, 6, (int64_t)read->refused);
    bind_int(end, 7, read->pence);
    bind_text(end, 8, working->outcome.words);
    bind_text(end, 9, read->errors.size > 0 ? read->errors : text_of(""));
    bind_moment(end, 10, happening.now);
    bind_int(end, 11, working->run->lease->job);
    err = statement_run(end, &changed, trouble);
    if (err != OK || changed == 0)
        return err;     /* it was begun anew meanwhile */
    err = keep_ledger(tx, working, trouble);
    if (err == OK)
        err = period_standing_add(tx, working->run->arena, &happening, event.login,
                                  working->run->lease->council, working->import.year,
                                  &working->news, trouble);
    return err != OK ? err : identity_record(tx, &happening, &event, trouble);
}

/* --- what came of it, in words --- */

static const char *pounds(struct arena *arena, wide pence)
{
    char text[MONEY_POUNDS_MAX];

    (void)money_print_pounds(pence, text);
    return arena_print(arena, "%s", text);
}

/* Has it lines of a period that is closed softly, and nobody said why? */
static unsigned unexplained(const struct working *working)
{
    unsigned periods = 0;

    for (size_t i = 0; i < working->read.sums; i++)
        periods |= 1U << working->read.sum[i].period;
    return working->explained ? 0 : periods & working->soft;
}

static const char *words_of(const struct working *working)
{
    struct arena *arena = working->run->arena;
    const struct ledger_read *read = &working->read;
    const unsigned long long counted = read->lines + read->left_out;

    if (read->refused > 0)
        return arena_print(arena, "%llu row%s refused, so nothing is taken in.",
                           (unsigned long long)read->refused,
                           read->refused == 1 ? " was" : "s were");
    if (!read->agrees)
        return arena_print(arena, "The amounts differ from the total of the ledger system by "
                           "\xC2\xA3%s, so nothing is taken in.", read->difference);
    if (counted == (uint64_t)working->import.control.lines && unexplained(working) != 0)
        return arena_print(arena, "%s is closed softly: an extract with lines of it needs a "
                           "reason.", period_soft_first(arena, unexplained(working)));
    if (working->becomes == IMPORT_REFUSED)
        return arena_print(arena, "The extract has %llu lines, the ledger system says %lld, so "
                           "nothing is taken in.", counted,
                           (long long)working->import.control.lines);
    return arena_print(arena, "%llu lines of %s are taken in; %llu rows were left out.",
                       (unsigned long long)read->lines, pounds(arena, read->pence),
                       (unsigned long long)read->left_out);
}

static enum err finish(struct working *working, const char *words, struct trouble *trouble)
{
    working->outcome = (struct job_outcome){ .words = text_of(words) };
    return job_finish(working->run, end_import, working, &working->outcome, trouble);
}

/* --- entries that another import has --- */

static enum err load_shared(struct tx *tx, void *context, struct trouble *trouble)
{
    struct working *working = context;

    return entries_shared(tx, working->run->arena, working->run->lease->council,
                          &working->import, working->read.entry, (size_t)working->read.lines,
                          &working->shared, trouble);
}

/* `working->other` is told by its number. */
static enum err load_other(struct tx *tx, void *context, struct trouble *trouble)
{
    struct working *working = context;
    struct arena *arena = working->run->arena;
    const int64_t council = working->run->lease->council;
    enum err err = ledger_import_load(tx, arena, council, working->other.id, &working->other,
                                      trouble);

    return err != OK ? err : extract_profile_load(tx, arena, council, working->other.profile,
                                                  &working->other_profile, trouble);
}

/* An extract once more: the other's for where the entries stand, or this one's to refuse them. */
static enum err read_again(struct working *working, const struct ledger_import *import,
                           const struct extract_profile *profile, struct entry_search *wanted,
                           const struct entry_search *twice, struct trouble *trouble)
{
    struct arena *arena = working->run->arena;
    struct ledger_read other;
    char control[MONEY_TEXT_MAX];
    const struct ledger_reading reading = {
        .desk = working->desk, .evidence = import->evidence, .words = profile->words,
        .year = import->year, .control = control, .control_lines = -1,
        .threads = READING_THREADS,
        .wanted = wanted, .twice = twice,
        .file = arena_print(arena, "%.*s (import %lld)", TEXT(import->file),
                            (long long)import->id),
    };

    (void)money_print(import->control.pence, control);
    const enum err err = ledger_read(&reading, arena, twice != NULL ? &working->read : &other,
                                     trouble);
    return err == ERR_REFUSED ? OK : err;
}

/* One chance in a million for a year's lines is that hashes are the same and the ids are not: then
 * nothing is known of where they stand, and nothing is refused. */
static enum err refuse_shared(struct working *working, struct trouble *trouble)
{
    struct entry_search search = {
        .hash = working->shared.hash, .count = working->shared.count,
        .place = arena_take(working->run->arena, REFUSALS_KEPT, sizeof *search.place) };
    enum err err = OK;

    for (size_t i = 0; i < working->shared.imports && err == OK; i++) {
        working->other.id = working->shared.import[i];
        err = db_ask(working, load_other, trouble);
        if (err == OK)
            err = read_again(working, &working->other, &working->other_profile, &search, NULL,
                             trouble);
    }
    if (err != OK)
        return err;
    entry_search_sort(&search);
    err = read_again(working, &working->import, &working->profile, NULL, &search, trouble);
    if (working->read.refused > 0)
        working->becomes = IMPORT_REFUSED;
    return err;
}

/* The ids are kept, and compared with those of others behind that. */
static enum err keep_entries(struct working *working, struct trouble *trouble)
{
    const size_t pieces = ((size_t)working->read.lines + ENTRIES_IN_PIECE - 1) / ENTRIES_IN_PIECE;
    enum err err = add_rows((struct piece){ working, &sql_ledger_id_set_add, bind_entries, NULL,
                                            0, pieces }, PIECES_AT_ONCE, trouble);

    if (err == OK)
        err = db_ask(working, load_shared, trouble);
    if (err != OK || working->shared.count == 0)
        return err;
    err = refuse_shared(working, trouble);
    if (err == OK && working->becomes == IMPORT_REFUSED)
        err = job_write(working->run, clear, working, trouble);
    return err;
}

/* `err` is what the reading came to. */
static enum err keep(struct working *working, enum err err, struct trouble *trouble)
{
    const struct ledger_read *read = &working->read;
    const bool counted = read->lines + read->left_out == (uint64_t)working->import.control.lines;

    working->becomes = err == OK && counted && unexplained(working) == 0 ? IMPORT_TAKEN
                                                                         : IMPORT_REFUSED;
    err = job_write(working->run, clear, working, trouble);
    if (err == OK && working->becomes == IMPORT_TAKEN)
        err = keep_entries(working, trouble);
    if (err == OK)
        err = add_rows((struct piece){ working, &sql_ledger_refusal_add, bind_refusal, NULL,
                                       0, read->refusals }, ROWS_AT_ONCE, trouble);
    if (err == OK && working->becomes == IMPORT_TAKEN)
        err = add_rows((struct piece){ working, &sql_ledger_sum_add, bind_sum, bind_sums,
                                       0, read->sums }, ROWS_AT_ONCE, trouble);
    if (err == OK)
        err = find_news(working, trouble);
    return err == OK ? finish(working, words_of(working), trouble) : err;
}

/* Nothing could be read: the file or the profile is at fault, as the message says. */
static enum err refuse_whole(struct working *working, struct trouble *trouble)
{
    const struct text said = text_of(working->said.text);

    working->read = (struct ledger_read){ .difference = "" };
    working->becomes = IMPORT_REFUSED;
    enum err err = job_write(working->run, clear, working, trouble);
    return err != OK ? err : finish(working, arena_print(working->run->arena, "%.*s",
                                                         (int)(said.size > 900 ? 900 : said.size),
                                                         said.data), trouble);
}

enum err ledger_import_work(struct job_run *run, const struct extract_desk *desk,
                            struct trouble *trouble)
{
    struct working *working = arena_take(run->arena, 1, sizeof *working);
    const struct progress_watch watch = { tell, working };
    const struct db_scope scope = { run->lease->council, run->arena };
    char control[MONEY_TEXT_MAX];

    *working = (struct working){ .run = run, .desk = desk };
    enum err err = db_read(desk->db, scope, load_work, working, trouble);
    if (err != OK)
        return err;
    if (working->import.state != IMPORT_READING || working->import.job != run->lease->job)
        return job_finish(run, NULL, NULL, &(struct job_outcome){
            .words = text_of("The import was begun anew meanwhile.") }, trouble);
    (void)money_print(working->import.control.pence, control);
    const struct ledger_reading reading = {
        .desk = desk, .evidence = working->import.evidence, .words = working->profile.words,
        .year = working->import.year, .control = control,
        .control_lines = working->import.control.lines, .threads = READING_THREADS,
        .watch = &watch,
    };
    err = ledger_read(&reading, run->arena, &working->read, &working->said);
    if (working->told != OK)
        return fail(trouble, working->told, "%s", working->said.text);
    if (working->stop)
        return job_stopped(run, trouble);
    if (err == OK || err == ERR_REFUSED)
        return keep(working, err, trouble);
    if (err == ERR_USAGE || err == ERR_CHECK)
        return refuse_whole(working, trouble);
    return fail(trouble, err, "%s", working->said.text);
}
