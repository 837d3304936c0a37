/*
 * engine/ledger_order.c -- what depends on the order of blocks: line numbers, faults, ids.
 *
 * Blocks are judged by any thread in any order. What they came to is left in a ring and settled
 * block after block, by whichever thread brings the one that was missing.
 */
#include "engine/ledger_reading.h"

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

enum err worker_settle(struct worker *worker)
{
    struct reading *reading = worker->reading;

    pthread_mutex_lock(&reading->settle);
    while (worker->block->number - reading->next >= RESULTS && !reading->stopped)
        pthread_cond_wait(&reading->settled, &reading->settle);
    enum err err = reading->stopped ? OK : settle_in_order(worker);
    if (err != OK)                       /* half settled: nobody else may go on from here */
        reading->stopped = true;
    pthread_cond_broadcast(&reading->settled);
    pthread_mutex_unlock(&reading->settle);
    return err;
}
