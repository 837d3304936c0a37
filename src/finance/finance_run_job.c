/*
 * finance/finance_run_job.c -- the job that works a run out.
 *
 * What both agreed is read for the council that asked; then each council's map and sums in a
 * transaction of that council's own, since nobody else may read them. The rest is arithmetic in
 * memory (finance_run_model.h), and what came of it is written in the transaction that ends the
 * job: a run has all of its files or none.
 */
#include "finance/finance_run.h"

#include <inttypes.h>

#include "engine/certificate.h"
#include "finance/finance_joint_model.h"
#include "finance/finance_locked.h"
#include "finance/finance_on_account.h"
#include "finance/finance_run_model.h"
#include "finance/finance_sign.h"
#include "finance/finance_sql.h"
#include "store/evidence_row.h"

#define ATTEMPTS_LAST 3         /* the chore's */

struct working {
    struct job_run     *job;
    struct db          *db;
    struct money_run    run;
    struct councils     councils;
    const struct council *council;      /* whose books are being read */
    struct joint_model  model;
    struct text         charged, corrected;     /* of the locked periods */
    struct text         billed;                 /* paid on account; empty: nothing was */
    struct run_part    *part;
    size_t              parts, part_room;
    struct run_sum     *sum;
    size_t              sums, sum_room;
    char                inputs[SHA256_HEX_SIZE];
    struct money_run    stands;         /* the last one that closed; id 0: none */
    struct run_answer   answer;
    enum run_state      becomes;
    struct job_outcome  outcome;
};

static struct moment now(const struct working *working)
{
    const struct job_clock *clock = &working->job->server->clock;

    return clock->now(clock->context);
}

/* --- what is read --- */

static void add_part(struct working *working, const struct run_part *part)
{
    if (working->parts == working->part_room) {
        const size_t room = working->part_room * 2 + 32;
        working->part = arena_grow(working->job->arena, working->part, working->parts, room,
                                   sizeof *working->part);
        working->part_room = room;
    }
    working->part[working->parts++] = *part;
}

static enum err read_agreed(struct tx *tx, void *context, struct trouble *trouble)
{
    struct working *working = context;
    struct arena *arena = working->job->arena;
    const struct job_lease *lease = working->job->lease;
    struct db_day day;
    enum err err = money_run_of_job(tx, arena, lease->council, lease->job, &working->run,
                                    trouble);

    if (err == OK)
        err = councils_read(tx, arena, &working->councils, trouble);
    if (err == OK && !joint_period_day(working->run.year, (int)working->run.through - 1, &day))
        err = fail(trouble, ERR_BUG, "a run of no period");
    if (err == OK)
        err = joint_model_agreed(tx, arena, &working->councils, working->run.year, day,
                                 &working->model, trouble);
    if (err == OK)
        err = locked_files(tx, arena, working->run.year, &working->charged, &working->corrected,
                           trouble);
    const struct period_place place = { working->run.year, (int)working->run.through - 1 };
    if (err == OK)
        err = payments_billed(tx, arena, &place, &working->billed, trouble);
    if (err != OK)
        return err;
    err = money_run_last(tx, arena, working->run.year, working->run.book, working->run.through,
                         &working->stands, trouble);
    if (err == ERR_MISSING)
        working->stands = (struct money_run){ .id = 0 };
    return err == ERR_MISSING ? OK : err;
}

static enum err bind_books(struct tx *tx, const struct query *query,
                           const struct working *working, struct statement **out,
                           struct trouble *trouble)
{
    enum err err = tx_prepare(tx, query, out, trouble);

    if (err != OK)
        return err;
    bind_int(*out, 1, working->council->id);
    bind_text(*out, 2, working->run.year);
    bind_text(*out, 3, text_of(book_name[working->run.book]));
    return OK;
}

/* An extract that is taken in, by its number and the bytes' hash. */
static enum err read_taken(struct tx *tx, struct working *working, struct trouble *trouble)
{
    struct arena *arena = working->job->arena;
    struct statement *list;
    bool row = false;
    enum err err = bind_books(tx, &sql_ledger_taken_list, working, &list, trouble);

    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        const struct run_part part = {
            .council = working->council->id, .kind = text_of("import"),
            .subject = text_of(arena_number(arena, column_int(list, 0))),
            .sha256 = text_keep(arena, column_text(list, 1)) };
        add_part(working, &part);
    }
    return err;
}

static enum err read_sums(struct tx *tx, struct working *working, struct trouble *trouble)
{
    struct arena *arena = working->job->arena;
    struct statement *list;
    bool row = false;
    enum err err = bind_books(tx, &sql_ledger_book_sums, working, &list, trouble);

    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        if (working->sums == working->sum_room) {
            const size_t room = working->sum_room * 2 + 1024;
            working->sum = arena_grow(arena, working->sum, working->sums, room,
                                      sizeof *working->sum);
            working->sum_room = room;
        }
        working->sum[working->sums++] = (struct run_sum){
            working->council->code, text_keep(arena, column_text(list, 0)),
            text_keep(arena, column_text(list, 1)), (int32_t)column_int(list, 2) - 1,
            (uint64_t)column_int(list, 3), column_int(list, 4) };
    }
    return err;
}

/* A council's own: tried again it begins where it began. */
struct place {
    struct working *working;
    size_t          parts, sums;
};

static enum err read_council(struct tx *tx, void *context, struct trouble *trouble)
{
    struct place *place = context;
    struct working *working = place->working;

    working->parts = place->parts;
    working->sums = place->sums;
    enum err err = joint_model_council(tx, working->job->arena, working->council,
                                       &working->model, trouble);
    if (err == OK)
        err = read_taken(tx, working, trouble);
    return err == OK ? read_sums(tx, working, trouble) : err;
}

static void add_file(struct working *working, const char *name, struct text bytes)
{
    struct joint_model *model = &working->model;

    model->file = arena_grow(working->job->arena, model->file, model->files, model->files + 1,
                             sizeof *model->file);
    model->file[model->files++] = (struct memory_file){ name, bytes };
}

/* What was charged for locked periods stands (docs/engine.md, section 5), and what was paid on
 * account is set off; only of the ledger. */
static void add_locked(struct working *working)
{
    if (working->run.book != BOOK_LEDGER)
        return;
    if (!text_is(working->charged, CHARGED_HEADER)) {
        add_file(working, "charged.csv", working->charged);
        add_file(working, "corrected.csv", working->corrected);
    }
    if (working->billed.size > 0)
        add_file(working, BILLED_FILE, working->billed);
}

static enum err read_all(struct working *working, struct trouble *trouble)
{
    struct arena *arena = working->job->arena;
    const struct db_scope joint = { working->job->lease->council, arena };
    enum err err = db_read(working->db, joint, read_agreed, working, trouble);

    for (size_t i = 0; i < working->councils.count && err == OK; i++) {
        struct place place = { working, working->parts, working->sums };
        working->council = &working->councils.council[i];
        err = db_read(working->db, (struct db_scope){ working->council->id, arena }, read_council,
                      &place, trouble);
    }
    if (err != OK)
        return err;
    joint_model_whole(arena, &working->model);
    add_locked(working);
    for (size_t i = 0; i < working->model.parts; i++) {
        const struct joint_part *from = &working->model.part[i];
        const struct run_part part = { from->council, text_of(from->kind), from->subject,
                                       from->version, text_of(from->sha256) };
        add_part(working, &part);
    }
    return OK;
}

/* --- has anything changed? --- */

static void hash_text(struct sha256 *hash, struct text text)
{
    const uint64_t size = text.size;

    sha256_add(hash, &size, sizeof size);
    sha256_add(hash, text.data, text.size);
}

static void hash_number(struct sha256 *hash, int64_t number)
{
    sha256_add(hash, &number, sizeof number);
}

/* Of all that a run depends on, the engine's rules among it. */
static enum err hash_inputs(struct working *working, struct trouble *trouble)
{
    struct sha256 hash = { 0 };
    struct sha256_sum sum;
    enum err err = sha256_begin(&hash, trouble);

    if (err != OK)
        return err;
    hash_number(&hash, RULES_VERSION);
    hash_number(&hash, (int64_t)working->run.book);
    hash_number(&hash, working->run.through);
    for (size_t i = 0; i < working->parts; i++) {
        const struct run_part *part = &working->part[i];
        hash_number(&hash, part->council);
        hash_text(&hash, part->kind);
        hash_text(&hash, part->subject);
        hash_number(&hash, part->version);
        hash_text(&hash, part->sha256);
    }
    for (size_t i = 0; i < working->model.files; i++) {
        hash_text(&hash, text_of(working->model.file[i].name));
        hash_text(&hash, working->model.file[i].bytes);
    }
    err = sha256_end(&hash, &sum, trouble);
    if (err == OK)
        sha256_hex(&sum, working->inputs);
    return err;
}

/* --- what is written --- */

static enum err keep_file(struct tx *tx, const struct working *working,
                          const struct memory_file *file, struct trouble *trouble)
{
    char hex[SHA256_HEX_SIZE];
    struct sha256_sum sum;
    struct statement *add;
    enum err err = sha256_of(file->bytes.data, file->bytes.size, &sum, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_money_run_file_add, &add, trouble);
    if (err != OK)
        return err;
    sha256_hex(&sum, hex);
    bind_int(add, 1, working->run.id);
    bind_text(add, 2, text_of(file->name));
    bind_text(add, 3, file->bytes);
    bind_text(add, 4, text_of(hex));
    return statement_run(add, NULL, trouble);
}

static enum err keep_part(struct tx *tx, const struct working *working, size_t at,
                          struct trouble *trouble)
{
    const struct run_part *part = &working->part[at];
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_money_run_part_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, working->run.id);
    bind_int(add, 2, (int64_t)at + 1);
    bind_int(add, 3, part->council);
    bind_text(add, 4, part->kind);
    bind_text(add, 5, part->subject);
    bind_int(add, 6, part->version);
    bind_text(add, 7, part->sha256);
    return statement_run(add, NULL, trouble);
}

static enum err keep_all(struct tx *tx, const struct working *working, struct trouble *trouble)
{
    const struct run_answer *answer = &working->answer;
    enum err err = OK;

    for (size_t i = 0; i < working->parts && err == OK; i++)
        err = keep_part(tx, working, i, trouble);
    for (size_t i = 0; i < answer->files && err == OK; i++)
        err = keep_file(tx, working, &answer->file[i], trouble);
    for (size_t i = 0; i < answer->inputs && err == OK; i++)
        err = keep_file(tx, working, &answer->input[i], trouble);
    return err;
}

/* It says something else than the run that was signed. */
static enum err undo_signatures(struct tx *tx, const struct working *working,
                                const struct happening *happening, struct trouble *trouble)
{
    const struct money_run *run = &working->run;
    const struct period_undoing undoing = {
        happening, working->job->lease->council, working->job->lease->asked_by,
        { run->year, (int)run->through - 1 },
        arena_print(working->job->arena, "run %lld came to something else", (long long)run->id) };

    if (run->book != BOOK_LEDGER ||
        (working->becomes != RUN_CLOSED && working->becomes != RUN_REFUSED))
        return OK;
    return period_sign_undo(tx, working->job->arena, &undoing, trouble);
}

static enum err end_run(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct working *working = context;
    const struct job_lease *lease = working->job->lease;
    const struct happening happening = { now(working), working->job->server->outside,
                                         text_of("") };
    const struct identity_event event = { lease->asked_by, lease->council, "money.run.end",
                                          "money_run", working->run.id,
                                          text_of(run_state_word(working->becomes)) };
    struct statement *end;
    enum err err = tx_prepare(tx, &sql_money_run_end, &end, trouble);

    if (err != OK)
        return err;
    bind_int(end, 1, lease->council);
    bind_int(end, 2, working->run.id);
    bind_text(end, 3, event.after);
    bind_moment(end, 4, happening.now);
    bind_text(end, 5, working->outcome.words);
    bind_int(end, 6, (int64_t)working->answer.lines);
    bind_int(end, 7, (int64_t)working->answer.faults);
    bind_text(end, 8, text_of(working->inputs));
    bind_int(end, 9, working->becomes == RUN_SAME ? working->stands.id : 0);
    err = statement_run(end, NULL, trouble);
    if (err == OK && working->becomes != RUN_SAME)
        err = keep_all(tx, working, trouble);
    if (err == OK)
        err = undo_signatures(tx, working, &happening, trouble);
    return err == OK ? identity_record_shared(tx, &happening, &event, trouble) : err;
}

static enum err finish(struct working *working, enum run_state becomes, const char *words,
                       struct trouble *trouble)
{
    const struct text said = text_of(words);

    working->becomes = becomes;
    working->outcome = (struct job_outcome){
        .words = { said.data, said.size > 900 ? 900 : said.size } };
    return job_finish(working->job, end_run, working, &working->outcome, trouble);
}

/* --- the work --- */

static const char *words_of(const struct working *working)
{
    const struct run_answer *answer = &working->answer;
    struct arena *arena = working->job->arena;

    if (answer->refused)
        return arena_print(arena, "%" PRIu64 " fault%s in what it is made of, so nothing is "
                           "settled.", answer->faults, answer->faults == 1 ? "" : "s");
    return arena_print(arena, "%" PRIu64 " lines were added up and settled up to P%02lld.",
                       answer->lines,
                       (long long)working->run.through);
}

static enum err fail_run(struct working *working, const char *words, struct trouble *trouble)
{
    working->inputs[0] = '\0';
    working->parts = 0;
    working->answer = (struct run_answer){ .refused = false };
    return finish(working, RUN_FAILED, words, trouble);
}

static enum err work_out(struct working *working, struct trouble *trouble)
{
    struct arena *arena = working->job->arena;
    const struct run_question question = {
        .file = working->model.file, .files = working->model.files, .sum = working->sum,
        .sums = working->sums, .book = working->run.book,
        .through = arena_print(arena, "%.*s/P%02lld", TEXT(working->run.year),
                               (long long)working->run.through) };
    enum err err;

    if (working->model.gaps > 0)
        return fail_run(working, working->model.gap[0].words, trouble);
    err = hash_inputs(working, trouble);
    if (err == OK && text_is(working->stands.inputs, working->inputs))
        return finish(working, RUN_SAME, arena_print(
            arena, "Nothing has changed since run %lld, which stands.",
            (long long)working->stands.id), trouble);
    if (err == OK)
        err = run_work_out(arena, &question, &working->answer, trouble);
    if (err == OK && working->answer.refused)
        err = joint_model_own_faults(arena, &working->model, &working->answer.file[0].bytes,
                                     trouble);
    if (err != OK)
        return err;
    return finish(working, working->answer.refused ? RUN_REFUSED : RUN_CLOSED,
                  words_of(working), trouble);
}

/* What another attempt may mend is left to one; else the run says that it failed, and why. (If the
 * job was taken over, nothing can be written any more, and nothing is.) */
static bool is_for_good(const struct working *working, enum err err)
{
    if (working->run.id == 0 || working->job->ended)
        return false;
    return (err != ERR_BUSY && err != ERR_IO) || working->job->lease->attempt >= ATTEMPTS_LAST;
}

enum err money_run_work(struct job_run *job, struct db *db, struct trouble *trouble)
{
    struct working *working = arena_take(job->arena, 1, sizeof *working);
    struct trouble said = { .text = "" };
    enum err err;

    *working = (struct working){ .job = job, .db = db };
    err = read_all(working, &said);
    if (err == OK && working->run.state != RUN_WAITING)
        return OK;
    if (err == OK)
        err = work_out(working, &said);
    if (err == OK || job->ended)
        return err == OK ? OK : fail(trouble, err, "%s", said.text);
    if (!is_for_good(working, err))
        return fail(trouble, err, "%s", said.text);
    return fail_run(working, said.text, trouble);
}
