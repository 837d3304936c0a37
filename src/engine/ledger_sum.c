#include "engine/ledger.h"

#include <assert.h>

#include "engine/ledger_reading.h"

const char *const book_name[BOOKS] = { "ledger", "budget", "forecast" };

static void stop_reading(struct worker *worker, enum err err)
{
    struct reading *reading = worker->reading;

    blocks_stop(reading->blocks, err, &worker->trouble);
    pthread_mutex_lock(&reading->settle);
    reading->stopped = true;
    pthread_cond_broadcast(&reading->settled);
    pthread_mutex_unlock(&reading->settle);
}

/* Puts what the worker still holds back to its sums, which may need memory. */
static enum err end_work(struct worker *worker)
{
    ARENA_KEEP(outer, &worker->arena);
    if (ARENA_GUARD(&worker->arena))
        return fail(&worker->trouble, ERR_IO, "out of memory");
    quick_count_all(&worker->quick, &worker->sums);
    return OK;
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct blocks *blocks = worker->reading->blocks;
    struct block *block;
    enum err err = OK;

    while (err == OK && (block = blocks_next(blocks, &worker->split)) != NULL) {
        worker->block = block;
        err = worker_take_block(worker);
        if (err == OK)
            err = worker_settle(worker);
        blocks_release(blocks, block);
    }
    if (err == OK)
        err = end_work(worker);
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
    quick_open(&worker->quick, &worker->arena);
    sums_open(&worker->sums, &worker->arena, model);
    split_open(&worker->split, &worker->arena, BLOCK_RECORDS_MAX);
    worker->spare = arena_take(&worker->arena, BLOCK_RECORDS_MAX + LINE_PADDING, 1);
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
    pthread_t hash = 0;
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
    const struct hash_piece *pieces[THREADS_MAX];

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
