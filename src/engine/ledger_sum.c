#include "engine/ledger.h"

#include <assert.h>
#include <stdio.h>

#include "engine/ledger_blocks.h"
#include "engine/ledger_ids.h"
#include "engine/ledger_line.h"
#include "engine/ledger_quick.h"
#include "engine/ledger_split.h"

#define THREADS_MAX 64
#define RESULTS 64                       /* how far blocks may run ahead of the settled ones */

/* Why the lines are read. */
enum pass {
    PASS_SUM,                            /* the first: everything but a proof that ids are unique */
    PASS_COLLECT,                        /* hashes of ids whose order proves nothing */
    PASS_COMPARE,                        /* everything, ids whose hash repeats compared exactly */
    PASS_VISIT                           /* somebody wants to see each line */
};

/* The ids of one partner in one block. */
struct block_ids {
    uint64_t      number;                /* of the block that it speaks of, plus one */
    struct id_run run;
    bool          disordered;
};

/* What a block came to, until the blocks before it are settled. */
struct result {
    bool          ready;
    int32_t       file;
    bool          starts_file;
    uint64_t      lines_before, lines, records;
    struct fault *fault;
    size_t        faults;
    uint64_t      faults_dropped;
    struct id_run *run;                  /* [ids] */
    int32_t      *partner;
    bool         *disordered;
    size_t        ids;
};

struct worker;

struct reading {
    const struct ledger_request *request;
    struct line_rules            rules;
    enum pass                    pass;
    struct blocks               *blocks;
    struct arena                 arena;          /* of what is settled, whichever thread does it */
    struct faults                faults;
    struct repeated              repeated;       /* PASS_COMPARE */
    const bool                  *collected;      /* [partner], PASS_COLLECT and PASS_COMPARE */
    struct worker               *worker;         /* [threads] */
    int                          threads;
    ledger_visit                *visit;
    struct arena                *visit_arena;    /* the caller's: the visitor may take from it */
    void                        *visit_context;
    pthread_mutex_t              settle;
    pthread_cond_t               settled;
    /* under `settle` */
    struct result                result[RESULTS];
    uint64_t                     next;           /* block to settle */
    uint64_t                     line;           /* of the file being settled */
    uint64_t                     records;
    bool                         too_many;
    bool                         stopped;
    struct id_runs              *ids;            /* [partner] */
};

struct worker {
    struct reading    *reading;
    struct arena       arena;
    struct sums        sums;
    struct split       split;
    struct line_memory memory;
    struct quick       quick;
    char              *spare;
    struct block_ids  *ids;              /* [partner] */
    int32_t           *present;          /* partners of this block */
    size_t             presents;
    const struct block *block;
    struct ledger_line line;
    uint64_t           lines;            /* of the block so far: LFs */
    uint64_t           records;
    struct fault      *fault;
    size_t             faults, fault_room;
    uint64_t           faults_dropped;
    struct index       seen;             /* PASS_COMPARE */
    struct hash_piece *hashes;           /* PASS_COLLECT */
    enum err           err;
    struct trouble     trouble;
};

/* ---- one line ---- */

static void keep_fault(struct worker *worker, enum fault_code code, struct text value)
{
    if (worker->faults == FAULTS_SHOWN) {
        worker->faults_dropped++;
        return;
    }
    if (worker->faults == worker->fault_room) {
        size_t room = worker->fault_room == 0 ? 16 : worker->fault_room * 2;
        worker->fault = arena_grow(&worker->arena, worker->fault, worker->faults, room,
                                   sizeof *worker->fault);
        worker->fault_room = room;
    }
    const char *copy = arena_copy(&worker->arena, value.data, value.size);
    worker->fault[worker->faults++] = (struct fault){ worker->block->file, code, worker->lines,
                                                      { copy, value.size } };
}

static uint64_t id_hash(const struct ledger_line *line)
{
    return text_hash(line->field[FIELD_ENTRY_ID], (uint64_t)line->partner + 1);
}

/* Notes that a partner has an id, in the order of the block. */
static inline void note_id(struct worker *worker, const struct ledger_line *line)
{
    struct block_ids *ids = &worker->ids[line->partner];
    struct text text = line->field[FIELD_ENTRY_ID];
    struct id id;

    if (text.size > ID_BYTES_MAX)
        id = (struct id){ { UINT64_MAX, UINT64_MAX, UINT64_MAX }, UINT32_MAX };
    else
        id = id_of(text);
    if (ids->number != worker->block->number + 1) {
        *ids = (struct block_ids){ worker->block->number + 1, { id, id },
                                   text.size > ID_BYTES_MAX };
        worker->present[worker->presents++] = line->partner;
    } else {
        ids->disordered = ids->disordered || !id_before(&ids->run.last, &id);
        ids->run.last = id;
    }
    worker->quick.last_id =
        line->field[FIELD_PARTNER].size <= LOOKUP_BYTES_MAX ? &ids->run.last : NULL;
}

/* PASS_COMPARE: whether this id was seen before, told only for ids whose hash repeats. */
static bool seen_before(struct worker *worker, const struct ledger_line *line)
{
    struct text id = line->field[FIELD_ENTRY_ID];

    if (!worker->reading->collected[line->partner] ||
        !hash_stands(&worker->reading->repeated, id_hash(line)))
        return false;
    if (index_find(&worker->seen, (uint32_t)line->partner, id) >= 0)
        return true;
    id.data = arena_copy(&worker->arena, id.data, id.size);
    index_add(&worker->seen, (uint32_t)line->partner, id, 0);
    return false;
}

static inline void add_line(struct worker *worker, const struct ledger_line *line)
{
    struct sums *sums = &worker->sums;

    if (line->slot < 0)
        return;                          /* a file is missing: the close is refused already */
    int32_t group = line->group < 0 ? 0 : line->group;
    if (line->period > worker->reading->request->through) {
        sums->later.lines++;
        sums->later.pence += line->pence;
        return;
    }
    sums->lines[line->slot]++;
    sums_add(sums, line->slot, group, line->period, line->pence);
    quick_remember(&worker->quick, line,
                   sums->cells[(size_t)line->slot * sums->model->groups + (size_t)group],
                   &sums->lines[line->slot]);
}

static enum err show_line(struct worker *worker)
{
    struct reading *reading = worker->reading;

    worker->line.file = FILE_BOOK + worker->block->file;
    worker->line.centre_row = worker->line.fault == FAULT_NONE
                                  ? line_centre_row(&reading->rules, &worker->line)
                                  : -1;
    worker->line.line = worker->lines +
                        (worker->block->starts_file ? 1 + worker->block->lines_before
                                                    : reading->line);
    return reading->visit(reading->visit_context, &worker->line);
}

/* A record of eight fields: judged, then summed (or whatever the pass asks for). */
static inline __attribute__((always_inline)) void take_line(struct worker *worker,
                                                            enum pass pass)
{
    const struct line_rules *rules = &worker->reading->rules;
    struct ledger_line *line = &worker->line;
    enum fault_code fault = line_judge_id(rules, &worker->memory, line);

    if (fault == FAULT_NONE && line->partner >= 0 && pass == PASS_SUM)
        note_id(worker, line);
    if (pass == PASS_COLLECT) {
        if (fault == FAULT_NONE && worker->reading->collected[line->partner])
            hash_keep(&worker->hashes, &worker->arena, id_hash(line));
        return;
    }
    if (fault == FAULT_NONE && pass == PASS_COMPARE && line->partner >= 0 &&
        seen_before(worker, line))
        fault = line_fault(line, FAULT_DUPLICATE, FIELD_ENTRY_ID);
    if (fault == FAULT_NONE)
        fault = line_judge_rest(rules, &worker->memory, line);
    if (pass == PASS_VISIT)
        worker->err = worker->err == OK ? show_line(worker) : worker->err;
    else if (fault != FAULT_NONE)
        keep_fault(worker, fault, line->fault_value);
    else
        add_line(worker, line);
}

static void take_line_slow(struct worker *worker)
{
    switch (worker->reading->pass) {
    case PASS_SUM:
        take_line(worker, PASS_SUM);
        break;
    case PASS_COLLECT:
        take_line(worker, PASS_COLLECT);
        break;
    case PASS_COMPARE:
        take_line(worker, PASS_COMPARE);
        break;
    case PASS_VISIT:
        take_line(worker, PASS_VISIT);
        break;
    }
}

/* A fault of the record as text, or of its number of fields. */
static void refuse_record(struct worker *worker, enum fault_code code, struct text value)
{
    struct reading *reading = worker->reading;

    if (reading->pass == PASS_VISIT) {
        memset(worker->line.field, 0, sizeof worker->line.field);
        worker->line.fault = code;
        worker->line.fault_value = value;
        worker->err = worker->err == OK ? show_line(worker) : worker->err;
    } else if (reading->pass != PASS_COLLECT) {
        keep_fault(worker, code, value);
    }
}

/* One record by the CSV reader: quotes, other letters, faults. Returns the bytes used. */
static size_t take_record(struct worker *worker, struct text left)
{
    struct csv_record record;
    size_t used = csv_read(left, true, worker->spare, &record);
    enum fault_code fault = record_fault((struct text){ left.data, used }, &record);
    char digits[24];

    if (fault != FAULT_NONE || !record.empty)
        worker->records++;
    if (fault != FAULT_NONE) {
        refuse_record(worker, fault, text_of(""));
    } else if (!record.empty && record.count != LEDGER_FIELDS) {
        size_t size = (size_t)snprintf(digits, sizeof digits, "%zu", record.count);
        refuse_record(worker, FAULT_FIELDS, (struct text){ digits, size });
    } else if (!record.empty) {
        memcpy(worker->line.field, record.field, sizeof worker->line.field);
        take_line_slow(worker);
    }
    worker->lines += record.lines;
    return used;
}

/* ---- one block ---- */

/* The eight fields between seven commas. */
static inline __attribute__((always_inline)) void
cut_fields(struct ledger_line *line, const char *data, uint32_t start, const uint32_t *comma,
           uint32_t end)
{
    for (size_t i = 0; i < LEDGER_FIELDS; i++) {
        uint32_t stop = i + 1 < LEDGER_FIELDS ? comma[i] : end;
        line->field[i] = (struct text){ data + start, stop - start };
        start = stop + 1;
    }
}

/* Whether a record whose odd bytes all lie in its description is in order: text without a CR in
 * valid UTF-8, or one pair of quotes around it. `special` are its odd bytes, up to `stop`. */
static bool description_is_plain(const char *data, uint32_t from, uint32_t stop,
                                 const uint32_t *special)
{
    if (data[from] == '"')
        return special[0] == from && special[1] == stop - 1 && stop - from > 2 &&
               data[special[1]] == '"';
    struct text text = { data + from, stop - from };
    return memchr(text.data, '\r', text.size) == NULL && text_is_utf8(text);
}

/* The end of a record without its line end; CRLF is one. */
static inline __attribute__((always_inline)) uint32_t record_stop(const char *data,
                                                                  uint32_t start, uint32_t end)
{
    return end - (end > start && data[end - 1] == '\r');
}

static inline __attribute__((always_inline)) void take_block_as(struct worker *worker,
                                                                enum pass pass)
{
    const struct text block = worker->block->records;
    const uint32_t *comma = worker->split.comma;
    const uint32_t *special = worker->split.special;
    const uint32_t *line = worker->split.line;
    const uint32_t *lines_end = line + worker->split.lines;
    uint32_t start = 0;

    while (line < lines_end) {
        uint32_t end = *line;
        uint32_t stop = record_stop(block.data, start, end);
        bool eight = (comma[6] < end) & (stop - start > LEDGER_FIELDS - 1);
        bool plain = eight & (*special >= stop) & (comma[7] > end);
        if (!plain && eight && *special > comma[6] && pass != PASS_VISIT)
            plain = (comma[7] > end || block.data[comma[6] + 1] == '"') &&
                    description_is_plain(block.data, comma[6] + 1, stop, special);
        if (__builtin_expect(plain, 1)) {
            if (pass != PASS_SUM ||
                !quick_take(&worker->quick, &worker->memory, block.data, start, comma)) {
                cut_fields(&worker->line, block.data, start, comma, stop);
                take_line(worker, pass);
            }
            worker->records++;
            worker->lines++;
            start = end + 1;
            comma += LEDGER_FIELDS - 1;
            line++;
        } else {
            start += (uint32_t)take_record(worker, (struct text){ block.data + start,
                                                                  block.size - start });
            while (line < lines_end && *line < start)
                line++;
        }
        while (*comma < start)
            comma++;
        while (*special < start)
            special++;
        if (pass == PASS_VISIT && worker->err != OK)
            return;
    }
    while (start < block.size)           /* a last record without a line end */
        start += (uint32_t)take_record(worker, (struct text){ block.data + start,
                                                              block.size - start });
}

static void take_block(struct worker *worker)
{
    split_block(&worker->split, worker->block->records);
    switch (worker->reading->pass) {
    case PASS_SUM:
        take_block_as(worker, PASS_SUM);
        break;
    case PASS_COLLECT:
        take_block_as(worker, PASS_COLLECT);
        break;
    case PASS_COMPARE:
        take_block_as(worker, PASS_COMPARE);
        break;
    case PASS_VISIT:
        take_block_as(worker, PASS_VISIT);
        break;
    }
}

/* ---- settling blocks in their order ---- */

/* Leaves what the block came to, for whoever settles it. The caller holds `settle`. */
static void leave_result(struct worker *worker, struct result *result)
{
    const struct block *block = worker->block;

    result->ready = true;
    result->file = block->file;
    result->starts_file = block->starts_file;
    result->lines_before = block->lines_before;
    result->lines = worker->lines;
    result->records = worker->records;
    result->fault = worker->fault;
    result->faults = worker->faults;
    result->faults_dropped = worker->faults_dropped;
    result->ids = worker->presents;
    for (size_t i = 0; i < worker->presents; i++) {
        const struct block_ids *ids = &worker->ids[worker->present[i]];
        result->partner[i] = worker->present[i];
        result->run[i] = ids->run;
        result->disordered[i] = ids->disordered;
    }
}

static void settle_ids(struct reading *reading, const struct result *result)
{
    for (size_t i = 0; i < result->ids; i++) {
        struct id_runs *runs = &reading->ids[result->partner[i]];
        runs->disordered = runs->disordered || result->disordered[i];
        id_runs_add(runs, &reading->arena, &result->run[i]);
    }
}

static void settle_result(struct reading *reading, const struct result *result)
{
    if (result->starts_file)
        reading->line = 1 + result->lines_before;
    for (size_t i = 0; i < result->faults; i++) {
        const struct fault *fault = &result->fault[i];
        if (reading->faults.count < FAULTS_SHOWN)
            fault_add(&reading->faults, FILE_BOOK + result->file, reading->line + fault->line,
                      fault->code, fault->value);
        else
            fault_count(&reading->faults, 1);
    }
    fault_count(&reading->faults, result->faults_dropped);
    settle_ids(reading, result);
    reading->line += result->lines;
    reading->records += result->records;
    if (reading->pass != PASS_COLLECT)
        reading->request->files->file[result->file].lines += result->records;
    if (reading->records > LINES_MAX && !reading->too_many) {
        reading->too_many = true;
        fault_add(&reading->faults, FILE_BOOK + result->file, 0, FAULT_LIMIT, text_of(""));
    }
}

/* Settles this block, and those behind it that were waiting for it. The caller holds `settle`
 * and does not let go of it: the arena and its guard are for whoever holds it. */
static enum err settle_in_order(struct worker *worker)
{
    struct reading *reading = worker->reading;
    struct result *next;

    ARENA_KEEP(outer, &reading->arena);
    if (ARENA_GUARD(&reading->arena))
        return fail(&worker->trouble, ERR_IO, "out of memory");
    leave_result(worker, &reading->result[worker->block->number % RESULTS]);
    while ((next = &reading->result[reading->next % RESULTS])->ready) {
        settle_result(reading, next);
        next->ready = false;
        reading->next++;
    }
    return OK;
}

static enum err settle(struct worker *worker)
{
    struct reading *reading = worker->reading;

    pthread_mutex_lock(&reading->settle);
    while (worker->block->number - reading->next >= RESULTS && !reading->stopped)
        pthread_cond_wait(&reading->settled, &reading->settle);
    enum err err = reading->stopped ? OK : settle_in_order(worker);
    pthread_cond_broadcast(&reading->settled);
    pthread_mutex_unlock(&reading->settle);
    return err;
}

/* ---- threads ---- */

static enum err work_block(struct worker *worker)
{
    const struct block *block = worker->block;

    ARENA_KEEP(outer, &worker->arena);
    if (ARENA_GUARD(&worker->arena))
        return fail(&worker->trouble, ERR_IO, "out of memory");
    worker->lines = worker->records = worker->faults_dropped = 0;
    worker->faults = worker->presents = worker->fault_room = 0;
    worker->quick.last_id = NULL;
    worker->fault = NULL;
    if (block->fault != FAULT_NONE)
        refuse_record(worker, block->fault, text_of(""));
    worker->records += block->fault_lines > 0;
    worker->lines += block->fault_lines;
    take_block(worker);
    return worker->err;
}

/* Whoever visits may run out of memory too; the reading then ends like any other. */
static enum err visit_block(struct worker *worker)
{
    struct arena *arena = worker->reading->visit_arena;

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(&worker->trouble, ERR_IO, "out of memory");
    return work_block(worker);
}

static void stop_reading(struct worker *worker, enum err err)
{
    struct reading *reading = worker->reading;

    blocks_stop(reading->blocks, err, &worker->trouble);
    pthread_mutex_lock(&reading->settle);
    reading->stopped = true;
    pthread_cond_broadcast(&reading->settled);
    pthread_mutex_unlock(&reading->settle);
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct blocks *blocks = worker->reading->blocks;
    struct block *block;
    enum err err = OK;

    while (err == OK && (block = blocks_next(blocks)) != NULL) {
        worker->block = block;
        err = worker->reading->pass == PASS_VISIT ? visit_block(worker) : work_block(worker);
        if (err == OK)
            err = settle(worker);
        blocks_release(blocks, block);
    }
    if (err != OK)
        stop_reading(worker, err);
    return NULL;
}

static enum err open_worker(struct worker *worker, struct reading *reading,
                            struct trouble *trouble)
{
    const struct model *model = reading->request->model;

    ARENA_KEEP(outer, &worker->arena);
    if (ARENA_GUARD(&worker->arena))
        return fail(trouble, ERR_IO, "out of memory");
    worker->reading = reading;
    line_memory_open(&worker->memory);
    quick_open(&worker->quick, &worker->arena, reading->request->through);
    sums_open(&worker->sums, &worker->arena, model);
    split_open(&worker->split, &worker->arena, BLOCK_BYTES);
    worker->spare = arena_take(&worker->arena, BLOCK_BYTES + LINE_PADDING, 1);
    worker->ids = arena_take(&worker->arena, model->partners, sizeof *worker->ids);
    worker->present = arena_take(&worker->arena, model->partners, sizeof *worker->present);
    index_open(&worker->seen, &worker->arena);
    return OK;
}

static enum err open_reading(struct reading *reading, struct trouble *trouble)
{
    size_t partners = reading->request->model->partners;

    ARENA_KEEP(outer, &reading->arena);
    if (ARENA_GUARD(&reading->arena))
        return fail(trouble, ERR_IO, "out of memory");
    faults_open(&reading->faults, &reading->arena);
    line_rules_open(&reading->rules, &reading->arena, reading->request->model);
    reading->ids = arena_take(&reading->arena, partners, sizeof *reading->ids);
    for (size_t i = 0; i < RESULTS; i++) {
        struct result *result = &reading->result[i];
        result->run = arena_take(&reading->arena, partners, sizeof *result->run);
        result->partner = arena_take(&reading->arena, partners, sizeof *result->partner);
        result->disordered = arena_take(&reading->arena, partners, sizeof *result->disordered);
    }
    for (size_t i = 0; i < reading->request->files->count && reading->pass != PASS_COLLECT; i++)
        reading->request->files->file[i].lines = 0;
    reading->blocks = blocks_open(reading->request, &reading->arena, reading->threads);
    return OK;
}

/* Starts the threads, the caller's own being the first worker, and waits for all. */
static enum err run_threads(struct reading *reading, struct worker *workers, int threads,
                            struct trouble *trouble)
{
    pthread_t thread[THREADS_MAX];
    pthread_t hash;
    int started = 1;
    int failed = 0;

    if (reading->request->hashes)
        failed = pthread_create(&hash, NULL, blocks_hash, reading->blocks);
    bool hashing = reading->request->hashes && failed == 0;
    while (failed == 0 && started < threads &&
           (failed = pthread_create(&thread[started], NULL, work, &workers[started])) == 0)
        started++;
    if (failed != 0 && reading->request->hashes && !hashing) {
        struct trouble no_thread = { 0 };
        blocks_stop(reading->blocks, fail(&no_thread, ERR_IO, "no thread could be started"),
                    &no_thread);
    }
    work(&workers[0]);
    for (int i = 1; i < started; i++)
        pthread_join(thread[i], NULL);
    if (hashing)
        pthread_join(hash, NULL);
    return blocks_close(reading->blocks, trouble);
}

static enum err open_workers(struct reading *reading, struct trouble *trouble)
{
    enum err err = OK;

    for (int i = 0; i < reading->threads && err == OK; i++)
        err = open_worker(&reading->worker[i], reading, trouble);
    return err;
}

/* Reads all files once. What was found stays in the reading until it is closed. */
static enum err read_all(struct reading *reading, struct trouble *trouble)
{
    enum err err = open_reading(reading, trouble);

    if (err == OK)
        err = open_workers(reading, trouble);
    if (err != OK)
        return err;
    pthread_mutex_init(&reading->settle, NULL);
    pthread_cond_init(&reading->settled, NULL);
    err = run_threads(reading, reading->worker, reading->threads, trouble);
    pthread_mutex_destroy(&reading->settle);
    pthread_cond_destroy(&reading->settled);
    return err;
}

static struct reading *new_reading(struct arena *arena, const struct ledger_request *request,
                                   enum pass pass, int threads)
{
    struct reading *reading = arena_take(arena, 1, sizeof *reading);

    reading->request = request;
    reading->pass = pass;
    reading->threads = threads;
    reading->worker = arena_take(arena, (size_t)threads, sizeof *reading->worker);
    return reading;
}

static void close_reading(struct reading *reading)
{
    for (int i = 0; i < reading->threads; i++)
        arena_free(&reading->worker[i].arena);
    arena_free(&reading->arena);
}

/* Hands the faults and the sums of a reading to the caller. */
static enum err give_findings(const struct reading *reading, struct arena *arena,
                              struct sums *sums, struct faults *faults, struct trouble *trouble)
{
    const struct faults *settled = &reading->faults;

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    for (size_t i = 0; i < settled->count; i++)
        fault_add(faults, settled->fault[i].file, settled->fault[i].line, settled->fault[i].code,
                  settled->fault[i].value);
    fault_count(faults, settled->total - settled->count);
    for (int i = 0; i < reading->threads; i++)
        sums_merge(sums, &reading->worker[i].sums);
    return OK;
}

/* Which partners' ids may stand twice for all that their order tells. */
static bool any_unproven(const struct reading *reading, bool *unproven)
{
    bool any = false;

    for (size_t p = 0; p < reading->request->model->partners; p++) {
        unproven[p] = !id_runs_prove_unique(&reading->ids[p]);
        any = any || unproven[p];
    }
    return any;
}

/* Which hashes that were collected stand more than once. They live in `arena`. */
static enum err compare_hashes(const struct reading *reading, struct arena *arena,
                               struct repeated *repeated, struct trouble *trouble)
{
    struct hash_piece *pieces[THREADS_MAX];

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    for (int i = 0; i < reading->threads; i++)
        pieces[i] = reading->worker[i].hashes;
    hashes_repeated(pieces, (size_t)reading->threads, arena, repeated);
    return OK;
}

/* The second reading collects hashes. */
static enum err find_repeated(struct reading *reading, struct arena *arena,
                              const bool *unproven, struct repeated *repeated,
                              struct trouble *trouble)
{
    reading->collected = unproven;
    enum err err = read_all(reading, trouble);
    if (err == OK)
        err = compare_hashes(reading, arena, repeated, trouble);
    close_reading(reading);
    return err;
}

/* The third reading compares ids, on one thread; what it finds replaces what the first found. */
static enum err sum_comparing(struct reading *reading, struct arena *arena,
                              const bool *unproven, const struct repeated *repeated,
                              struct sums *sums, struct faults *faults, struct trouble *trouble)
{
    reading->collected = unproven;
    reading->repeated = *repeated;
    enum err err = read_all(reading, trouble);
    if (err == OK)
        err = give_findings(reading, arena, sums, faults, trouble);
    close_reading(reading);
    return err;
}

enum err ledger_sum(const struct ledger_request *request, struct arena *arena, struct sums *sums,
                    struct faults *faults, struct trouble *trouble)
{
    struct repeated repeated = { NULL, 0 };
    struct ledger_request again = *request;
    bool *unproven = arena_take(arena, request->model->partners, sizeof *unproven);

    /* All three before the first is opened: what it opens must not be left by a jump. */
    assert(request->threads >= 1 && request->threads <= THREADS_MAX);
    struct reading *first = new_reading(arena, request, PASS_SUM, request->threads);
    struct reading *second = new_reading(arena, &again, PASS_COLLECT, request->threads);
    struct reading *third = new_reading(arena, &again, PASS_COMPARE, 1);
    again.hashes = false;
    sums_open(sums, arena, request->model);
    enum err err = read_all(first, trouble);
    if (err == OK && any_unproven(first, unproven))
        err = find_repeated(second, arena, unproven, &repeated, trouble);
    if (err == OK && repeated.count == 0)
        err = give_findings(first, arena, sums, faults, trouble);
    close_reading(first);
    if (err == OK && repeated.count > 0)
        err = sum_comparing(third, arena, unproven, &repeated, sums, faults, trouble);
    return err;
}

enum err ledger_each(const struct ledger_request *request, struct arena *arena,
                     ledger_visit *visit, void *context, struct trouble *trouble)
{
    struct ledger_request once = *request;
    struct reading *reading = new_reading(arena, &once, PASS_VISIT, 1);

    once.hashes = false;
    reading->visit = visit;
    reading->visit_arena = arena;
    reading->visit_context = context;
    enum err err = read_all(reading, trouble);
    close_reading(reading);
    return err == ERR_MISSING ? OK : err;
}

enum err ledger_list(struct source *source, struct arena *arena, enum book book,
                     struct faults *faults, struct book_files *files, struct trouble *trouble)
{
    struct text *names = NULL;
    size_t count = 0;
    enum err err = source->list(source, arena, book_name[book], &names, &count, trouble);

    if (err == ERR_MISSING) {
        trouble->text[0] = '\0';
        count = 0;
    } else if (err != OK) {
        return err;
    }
    *files = (struct book_files){ .book = book, .count = count };
    files->file = arena_take(arena, count, sizeof *files->file);
    faults->book_file = arena_take(arena, count + 1, sizeof *faults->book_file);
    faults->book_file[0] = book_name[book];
    for (size_t i = 0; i < count; i++)
        files->file[i].name = faults->book_file[i] =
            arena_copy(arena, names[i].data, names[i].size);
    if (count == 0)
        fault_add(faults, FILE_BOOK, 0, FAULT_MISSING, text_of(""));
    return OK;
}
