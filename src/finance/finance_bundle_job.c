/*
 * finance/finance_bundle_job.c -- the jobs that make a locked period's bundle, and make it again.
 */
#include "finance/finance_bundle.h"

#include <errno.h>
#include <sys/stat.h>

#include "engine/bundle.h"
#include "finance/finance_facts.h"
#include "finance/finance_ledger_file.h"
#include "finance/finance_sql.h"
#include "formats/folder_io.h"
#include "formats/minisign_io.h"
#include "formats/zip_io.h"
#include "store/evidence_intake.h"
#include "store/trail_audit.h"

#define BUNDLE_THREADS 2
#define OUTPUT_MOST ((size_t)256 * 1024 * 1024)

/* An extract that went into the run. */
struct original {
    const struct extract_desk *desk;
    int64_t                    import;
    struct text                evidence, words;
    struct text                ledger;      /* its lines as kept; empty: not, or unwanted */
};

struct making {
    struct job_run            *run;
    const struct bundle_desks *desks;
    struct period_place        place;
    struct period_lock         lock;
    struct run_part           *part;
    size_t                     parts;
    struct memory_file        *input;
    size_t                     inputs;
    struct run_output         *output;
    size_t                     outputs;
    const struct extract_desk *desk;        /* whose books are being read */
    struct money_map           map;         /* of all councils, put together */
    struct original           *original;
    size_t                     originals;
    bool                       from_extracts;       /* not from lines that were kept */
    struct work_folder         work;
    const char                *zip;
    struct sha256_sum          sum;
    unsigned char              digest[MINISIGN_DIGEST_BYTES];
    int64_t                    bytes;
    bool                       stop;
    enum err                   told;
    struct trouble             said;
};

/* --- what it is made of --- */

/* "2014-15/P03" */
static enum err read_place(struct making *making, struct trouble *trouble)
{
    const struct text words = making->run->lease->arguments;

    if (words.size != 11 || words.data[7] != '/' || words.data[8] != 'P')
        return fail(trouble, ERR_BUG, "a bundle of no period");
    making->place = (struct period_place){ { words.data, 7 }, (words.data[9] - '0') * 10 +
                                                               words.data[10] - '0' - 1 };
    return OK;
}

static enum err read_joint(struct tx *tx, void *context, struct trouble *trouble)
{
    struct making *making = context;
    struct arena *arena = making->run->arena;
    enum err err = period_lock_load(tx, arena, &making->place, &making->lock, trouble);

    if (err == OK)
        err = money_run_parts_load(tx, arena, making->lock.run, &making->part, &making->parts,
                                   trouble);
    if (err == OK)
        err = money_run_inputs_load(tx, arena, making->lock.run, &making->input,
                                    &making->inputs, trouble);
    return err == OK ? run_outputs_load(tx, arena, making->lock.run, &making->output,
                                        &making->outputs, trouble) : err;
}

static enum err read_map(struct tx *tx, struct making *making, const struct run_part *part,
                         struct trouble *trouble)
{
    struct arena *arena = making->run->arena;
    struct money_map map;
    const enum err err = money_map_version_load(tx, arena, part->council, making->place.year,
                                                part->version, &map, trouble);

    if (err != OK)
        return err;
    making->map.accounts = money_map_append(arena, making->map.accounts, map.accounts);
    making->map.cost_centres = money_map_append(arena, making->map.cost_centres,
                                                map.cost_centres);
    return OK;
}

static int64_t number_of(struct text word)
{
    int64_t number = 0;

    for (size_t i = 0; i < word.size && i < 18 && is_digit(word.data[i]); i++)
        number = number * 10 + (word.data[i] - '0');
    return number;
}

static enum err read_original(struct tx *tx, struct making *making, const struct run_part *part,
                              struct trouble *trouble)
{
    struct arena *arena = making->run->arena;
    struct statement *read;
    enum err err = tx_prepare(tx, &sql_period_import_profile, &read, trouble);

    if (err != OK)
        return err;
    bind_int(read, 1, part->council);
    bind_int(read, 2, number_of(part->subject));
    if ((err = statement_one(read, trouble)) != OK)
        return err;
    if (!column_null(read, 3)) {
        statement_end(read);
        return fail(trouble, ERR_CHECK, "the extract of import %.*s of %.*s was erased, and its "
                    "lines with it: they cannot be read again", TEXT(part->subject),
                    TEXT(making->desk->council.code));
    }
    making->original[making->originals++] = (struct original){
        making->desk, number_of(part->subject), text_keep(arena, column_text(read, 0)),
        text_keep(arena, column_text(read, 1)),
        making->from_extracts || column_null(read, 2) ? text_of("")
            : text_keep(arena, column_text(read, 2)) };
    statement_end(read);
    return OK;
}

/* A council's own; tried again it begins where it began. */
struct begun {
    struct making   *making;
    struct money_map map;
    size_t           originals;
};

static enum err read_council(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct begun *begun = context;
    struct making *making = begun->making;
    enum err err = OK;

    making->map = begun->map;
    making->originals = begun->originals;
    for (size_t i = 0; i < making->parts && err == OK; i++) {
        const struct run_part *part = &making->part[i];
        if (part->council != making->desk->council.id)
            continue;
        if (text_is(part->kind, "map"))
            err = read_map(tx, making, part, trouble);
        else if (text_is(part->kind, "import"))
            err = read_original(tx, making, part, trouble);
    }
    return err;
}

static enum err read_all(struct making *making, struct trouble *trouble)
{
    struct arena *arena = making->run->arena;
    struct db *db = making->desks->desk[0].db;
    const struct db_scope joint = { making->run->lease->council, arena };
    enum err err = db_read(db, joint, read_joint, making, trouble);

    making->original = arena_take(arena, making->parts + 1, sizeof *making->original);
    making->map = (struct money_map){ .accounts = text_of(ACCOUNTS_HEADER),
                                      .cost_centres = text_of(COST_CENTRES_HEADER) };
    for (size_t i = 0; i < making->desks->count && err == OK; i++) {
        making->desk = &making->desks->desk[i];
        struct begun begun = { making, making->map, making->originals };
        err = db_read(db, (struct db_scope){ making->desk->council.id, arena }, read_council,
                      &begun, trouble);
    }
    return err;
}

/* --- the folder --- */

static const struct outside *outside_of(const struct making *making)
{
    return making->desks->desk[0].outside;
}

static enum err put(struct making *making, const char *name, struct text bytes,
                    struct trouble *trouble)
{
    struct arena *arena = making->run->arena;
    struct sink *file;
    enum err err = work_folder_file(&making->work, arena,
                                    arena_print(arena, "%s/year/%s", making->work.path, name),
                                    &file, trouble);

    return err == OK ? file->write(file, bytes.data, bytes.size, trouble) : err;
}

/* What the run has kept, but for what stands there in place of the councils' codes. */
static bool is_of_model(const char *name)
{
    static const char *const not[] = { "accounts.csv", "cost_centres.csv", "sums.csv" };

    for (size_t i = 0; i < COUNT(not); i++)
        if (strcmp(name, not[i]) == 0)
            return false;
    return true;
}

static enum err put_model(struct making *making, struct trouble *trouble)
{
    enum err err = put(making, "accounts.csv", making->map.accounts, trouble);

    if (err == OK)
        err = put(making, "cost_centres.csv", making->map.cost_centres, trouble);
    for (size_t i = 0; i < making->inputs && err == OK; i++) {
        const char *name = making->input[i].name + strlen("input/");
        if (is_of_model(name))
            err = put(making, name, making->input[i].bytes, trouble);
    }
    return err;
}

/* Its lease goes on, however long it takes. */
static bool tell(void *context, uint64_t bytes)
{
    struct making *making = context;

    if (making->told == OK)
        making->told = job_progress(making->run, (int64_t)bytes, 0,
                                    text_of("bytes are read"), &making->stop, &making->said);
    return making->told == OK && !making->stop;
}

static enum err convert_one(struct making *making, const struct original *original,
                            struct trouble *trouble)
{
    struct arena *arena = making->run->arena;
    const struct progress_watch watch = { tell, making };
    struct ledger_file file = {
        .desk = original->desk, .evidence = original->evidence, .words = original->words,
        .ledger = original->ledger,
        .watch = &watch, .threads = BUNDLE_THREADS };
    enum err err = work_folder_file(
        &making->work, arena,
        arena_print(arena, "%s/year/ledger/%.*s-%lld.csv", making->work.path,
                    TEXT(original->desk->council.code), (long long)original->import),
        &file.out, trouble);

    return err == OK ? ledger_file_write(&file, arena, trouble) : err;
}

/* --- the bundle --- */

/* What the engine wrote into the archive is what was locked, byte for byte. (totals.csv counts
 * lines that a bundle leaves out.) */
static enum err compare(struct making *making, struct source *source, struct trouble *trouble)
{
    struct arena *arena = making->run->arena;
    enum err err = OK;

    for (size_t i = 0; i < making->outputs && err == OK; i++) {
        const struct run_output *output = &making->output[i];
        struct text bytes;
        if (text_is(output->name, "totals.csv"))
            continue;
        err = source_read_all(source, arena, arena_print(arena, "%.*s", TEXT(output->name)),
                              OUTPUT_MOST, &bytes, trouble);
        if (err == ERR_MISSING || (err == OK && !text_equal(bytes, output->bytes)))
            return fail(trouble, ERR_CHECK, "%.*s of run %lld comes out otherwise",
                        TEXT(output->name), (long long)making->lock.run);
    }
    return err;
}

static enum err compare_outputs(struct making *making, struct trouble *trouble)
{
    struct arena *arena = making->run->arena;
    struct zip_archive *archive = arena_take(arena, 1, sizeof *archive);
    struct zip_folder outputs;
    enum err err = zip_archive_open(archive, outside_of(making), arena, making->zip, trouble);

    if (err == OK) {
        zip_folder_open(&outputs, archive, OUTPUT_PREFIX);
        err = compare(making, &outputs.source, trouble);
    }
    zip_archive_close(archive);
    return err;
}

static enum err sum_up(struct making *making, struct trouble *trouble)
{
    struct arena *arena = making->run->arena;
    struct folder_source folder;
    struct stream *stream;
    struct stat status;

    if (outside_of(making)->stat(making->zip, &status) != 0)
        return fail(trouble, ERR_IO, "%s: %s", making->zip, strerror(errno));
    enum err err = folder_source_open(&folder, outside_of(making), making->work.path, trouble);
    if (err != OK)
        return err;
    err = folder.source.open(&folder.source, arena, bundle_name(arena, &making->place), &stream,
                             trouble);
    if (err == OK) {
        making->bytes = (int64_t)status.st_size;
        err = sha256_of_stream(stream, &making->sum, trouble);
        stream->close(stream);
    }
    folder_source_close(&folder);
    return err == OK ? minisign_digest(outside_of(making), making->zip, making->digest, trouble)
                     : err;
}

static enum err write_bundle(struct making *making, struct trouble *trouble)
{
    struct arena *arena = making->run->arena;
    const struct progress_watch watch = { tell, making };
    struct bundle_summary summary;
    const struct bundle_request request = {
        .outside = outside_of(making), .out = making->zip, .book = BOOK_LEDGER,
        .folder = arena_print(arena, "%s/year", making->work.path), .threads = BUNDLE_THREADS,
        .through = arena_print(arena, "%.*s/P%02d", TEXT(making->place.year),
                               making->place.index + 1), .watch = &watch };
    enum err err = bundle_write(&request, arena, &summary, trouble);

    if (err == ERR_REFUSED)
        return fail(trouble, ERR_CHECK, "what was locked is refused now: %s",
                    summary.closed.fault_list == NULL || summary.closed.faults == 0 ? "unknown"
                        : fault_name(summary.closed.fault_list->fault[0].code));
    if (err == OK)
        err = compare_outputs(making, trouble);
    return err == OK ? sum_up(making, trouble) : err;
}

static enum err open_folder(struct making *making, struct trouble *trouble)
{
    struct arena *arena = making->run->arena;
    struct work_folder *work = &making->work;
    enum err err = work_folder_open(work, arena, outside_of(making),
                                    making->desks->desk[0].spool, trouble);

    if (err != OK)
        return err;
    making->zip = arena_print(arena, "%s/%s", work->path, bundle_name(arena, &making->place));
    err = work_folder_within(work, arena_print(arena, "%s/year", work->path), trouble);
    return err == OK ? work_folder_within(work, arena_print(arena, "%s/year/ledger", work->path),
                                          trouble) : err;
}

/* All of it, in a folder of its own that the caller deletes. */
static enum err make(struct making *making, struct trouble *trouble)
{
    enum err err = read_place(making, trouble);

    if (err == OK)
        err = read_all(making, trouble);
    if (err != OK)
        return err;
    err = open_folder(making, trouble);
    if (err == OK)
        err = put_model(making, trouble);
    for (size_t i = 0; i < making->originals && err == OK; i++)
        err = convert_one(making, &making->original[i], trouble);
    return err == OK ? write_bundle(making, trouble) : err;
}

/* The folder goes whatever happened; what came before is told rather than that it stays. */
static enum err clean(struct making *making, enum err err, struct trouble *trouble)
{
    struct trouble unsaid = { .text = "" };
    const enum err cleaned = work_folder_close(&making->work, err == OK ? trouble : &unsaid);

    return err != OK ? err : cleaned;
}

/* --- what is kept --- */

struct keeping {
    const struct making *making;
    int64_t              council;
    char                 evidence[EVIDENCE_ID_HEX];
    struct moment        now;
};

static void hex_of(const unsigned char *bytes, size_t size, char *hex)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    hex[2 * size] = '\0';
}

static enum err add_bundle(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct keeping *keeping = context;
    const struct making *making = keeping->making;
    char sum[SHA256_HEX_SIZE], digest[2 * MINISIGN_DIGEST_BYTES + 1];
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_period_bundle_add, &add, trouble);

    if (err != OK)
        return err;
    sha256_hex(&making->sum, sum);
    hex_of(making->digest, sizeof making->digest, digest);
    bind_text(add, 1, making->place.year);
    bind_int(add, 2, making->place.index + 1);
    bind_int(add, 3, keeping->council);
    bind_text(add, 4, text_of(keeping->evidence));
    bind_text(add, 5, text_of(sum));
    bind_text(add, 6, text_of(digest));
    bind_int(add, 7, making->bytes);
    bind_moment(add, 8, keeping->now);
    return statement_run(add, NULL, trouble);
}

static enum err take(const struct making *making, const struct extract_desk *desk,
                     struct evidence_taken *taken, struct trouble *trouble)
{
    struct arena *arena = making->run->arena;
    const char *name = bundle_name(arena, &making->place);
    const struct evidence_arrival arrival = {
        .db = desk->db, .outside = desk->outside, .clock = desk->clock, .council = desk->council,
        .actor = desk->actor, .request = desk->request, .name = text_of(name),
        .media = text_of("application/zip"), .kind = EVIDENCE_BYTES,
    };
    struct folder_source folder;
    struct stream *stream;
    enum err err = folder_source_open(&folder, desk->outside, making->work.path, trouble);

    if (err != OK)
        return err;
    err = folder.source.open(&folder.source, arena, name, &stream, trouble);
    if (err == OK) {
        err = evidence_take(arena, &arrival, stream, taken, trouble);
        stream->close(stream);
    }
    folder_source_close(&folder);
    return err;
}

/* The council's copy; done twice it is the same. */
static enum err keep_for(const struct making *making, const struct extract_desk *desk,
                         struct trouble *trouble)
{
    struct keeping keeping = { .making = making, .council = desk->council.id,
                               .now = desk->clock() };
    struct evidence_taken taken;
    enum err err = take(making, desk, &taken, trouble);

    if (err != OK)
        return err;
    evidence_id_print(&taken.id, keeping.evidence);
    return db_write(desk->db, (struct db_scope){ desk->council.id, making->run->arena },
                    add_bundle, &keeping, trouble);
}

static enum err stopped(const struct making *making, enum err err, struct trouble *trouble)
{
    if (making->told != OK)
        return fail(trouble, making->told, "%s", making->said.text);
    return making->stop ? job_stopped(making->run, trouble) : err;
}

enum err period_bundle_work(struct job_run *run, const struct bundle_desks *desks,
                            struct trouble *trouble)
{
    struct making *making = arena_take(run->arena, 1, sizeof *making);

    *making = (struct making){ .run = run, .desks = desks };
    ARENA_KEEP(outer, run->arena);
    if (ARENA_GUARD(run->arena)) {
        (void)clean(making, ERR_IO, NULL);
        arena_pass_on(&outer);
    }
    enum err err = make(making, trouble);
    for (size_t i = 0; i < desks->count && err == OK; i++)
        err = keep_for(making, &desks->desk[i], trouble);
    err = clean(making, err, trouble);
    if (err != OK)
        return stopped(making, err, trouble);
    const struct job_outcome outcome = { .words = text_of(arena_print(
        run->arena, "%s: %lld bytes, kept for each council.",
        bundle_name(run->arena, &making->place), (long long)making->bytes)) };
    return job_finish(run, NULL, NULL, &outcome, trouble);
}

/* --- again --- */

struct recounting {
    struct making        *making;
    struct period_bundles bundles;
    bool                  same;
    const char           *words, *trail;
};

static enum err read_kept(struct tx *tx, void *context, struct trouble *trouble)
{
    struct recounting *recounting = context;

    return period_bundles_load(tx, recounting->making->run->arena, &recounting->making->place,
                               &recounting->bundles, trouble);
}

static enum err end_recount(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct recounting *recounting = context;
    const struct job_lease *lease = recounting->making->run->lease;
    struct statement *end;
    enum err err = tx_prepare(tx, &sql_period_recount_end, &end, trouble);

    if (err != OK)
        return err;
    bind_int(end, 1, lease->council);
    bind_int(end, 2, lease->job);
    bind_bool(end, 3, recounting->same);
    bind_text(end, 4, text_of(recounting->words));
    return statement_run(end, NULL, trouble);
}

/* The chain of the trail, in which the signatures and the lock stand. */
static enum err check_trail(struct recounting *recounting, const struct bundle_desks *desks,
                            struct trouble *trouble)
{
    struct arena *arena = recounting->making->run->arena;
    struct trail_audited audited;
    enum err err = trail_audit(desks->desk[0].db, arena, desks->server, &audited, trouble);

    if (err == OK)
        recounting->trail = arena_print(arena, "The trail's chain holds: %llu entries.",
                                        (unsigned long long)audited.entries);
    return err;
}

/* What was made again: every file of the locked run came out as it was, or it had failed. */
static void judge(struct recounting *recounting, enum err err, const struct trouble *said)
{
    const struct making *making = recounting->making;
    struct arena *arena = making->run->arena;
    char sum[SHA256_HEX_SIZE];
    bool same_bytes = false;

    if (err != OK) {
        recounting->words = arena_print(arena, "It does not come out: %.800s.", said->text);
        return;
    }
    sha256_hex(&making->sum, sum);
    for (size_t i = 0; i < recounting->bundles.count; i++)
        same_bytes = same_bytes || text_is(recounting->bundles.bundle[i].sha256, sum);
    recounting->same = true;
    recounting->words = same_bytes
        ? arena_print(arena, "To the penny: every file of the locked run, and the bundle byte for "
                      "byte. %s", recounting->trail)
        : arena_print(arena, "To the penny: every file of the locked run. The bundle that is kept "
                      "was made by another version of the program. %s", recounting->trail);
}

enum err period_recount_work(struct job_run *run, const struct bundle_desks *desks,
                             struct trouble *trouble)
{
    struct making *making = arena_take(run->arena, 1, sizeof *making);
    struct recounting recounting = { .making = making };
    struct trouble said = { .text = "" };

    *making = (struct making){ .run = run, .desks = desks, .from_extracts = true };
    ARENA_KEEP(outer, run->arena);
    if (ARENA_GUARD(run->arena)) {
        (void)clean(making, ERR_IO, NULL);
        arena_pass_on(&outer);
    }
    enum err err = clean(making, make(making, &said), &said);
    if (making->told != OK || making->stop || err == ERR_BUSY || err == ERR_IO)
        return stopped(making, fail(trouble, err, "%s", said.text), trouble);
    if (err == OK)
        err = db_read(desks->desk[0].db, (struct db_scope){ run->lease->council, run->arena },
                      read_kept, &recounting, &said);
    if (err == OK)
        err = check_trail(&recounting, desks, &said);
    judge(&recounting, err, &said);
    const struct job_outcome outcome = { .words = text_of(recounting.words) };
    return job_finish(run, end_recount, &recounting, &outcome, trouble);
}
