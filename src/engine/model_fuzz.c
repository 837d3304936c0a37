/*
 * A partnership from any bytes: the files of a folder, parted by the byte 0x1e, in the order of
 * `names`. Whatever they hold, there are faults or a settlement, and a settlement is sound:
 *
 *   - what is borne, what was paid and what was taken in are the same, in each pool;
 *   - the same close gives the same bytes again, with one thread and with two;
 *   - with the rows of the files whose order means nothing, and of the ledger, the other
 *     way round it gives the same bytes.
 */
#include <assert.h>
#include <stdlib.h>

#include "engine/close.h"
#include "formats/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define BYTES_MAX  ((size_t)12 * 1024)
#define POOLS_FEW  24                    /* more makes exact fractions that take seconds */

static const char *const names[] = {
    "partnership.csv", "partners.csv", "services.csv", "pools.csv", "bases.csv",
    "basis_values.csv", "accounts.csv", "cost_centres.csv", "ledger/a.csv", "support.csv",
    "blends.csv", "charged.csv", "corrected.csv", "billed.csv", "ledger/b.csv",
};

/* Their order of rows is free. */
static const char *const free_order[] = {
    "basis_values.csv", "cost_centres.csv", "ledger/a.csv", "support.csv", "blends.csv",
    "charged.csv", "corrected.csv", "billed.csv", "ledger/b.csv",
};

/* ---- where the files of a close go ---- */

struct gathered {
    struct close_target target;
    struct sink         sink;
    struct sha256       hash;
    struct sha256_sum   sum;             /* of every byte that the close wrote */
};

static struct gathered *gathered_of(struct sink *sink)
{
    void *start = (char *)sink - offsetof(struct gathered, sink);

    return start;
}

static enum err gather(struct sink *sink, const void *bytes, size_t size, struct trouble *trouble)
{
    (void)trouble;
    sha256_add(&gathered_of(sink)->hash, bytes, size);
    return OK;
}

static enum err gather_open(struct close_target *target, const char *name, struct sink **sink,
                            struct trouble *trouble)
{
    struct gathered *gathered = (struct gathered *)target;

    (void)trouble;
    sha256_add(&gathered->hash, name, strlen(name) + 1);
    *sink = &gathered->sink;
    return OK;
}

static enum err gather_shut(struct close_target *target, struct trouble *trouble)
{
    (void)target;
    (void)trouble;
    return OK;
}

/* ---- one close ---- */

struct closed {
    bool              refused;
    uint64_t          faults;
    struct sha256_sum sum;
};

static void check_pool(const struct settlement_result *result, enum kind kind, int32_t pool)
{
    const struct model *model = result->model;
    wide taken_in = 0;
    struct due stands = { 0, 0 };

    for (size_t s = 0; s < model->slots; s++)
        for (int32_t g = 0; g < (int32_t)model->groups; g++)
            for (int32_t t = 0; t <= result->through; t++)
                if (model->slot[s].kind == kind && model->slot[s].pool == pool)
                    taken_in += sums_get(result->sums, (int32_t)s, g, t);
    for (int32_t g = 0; g < (int32_t)model->groups; g++) {
        const struct account_line *line = settlement_line(result, kind, pool, g);
        for (int32_t t = 0; line != NULL && t <= result->through; t++)
            for (size_t p = 0; p < result->partners; p++) {
                struct due due = settlement_standing(result, line, t, p);
                stands.borne += due.borne;
                stands.paid += due.paid;
            }
    }
    /* What was charged need not balance; what has been settled since puts that right. */
    assert(stands.borne == taken_in);
    assert(stands.paid == taken_in);
}

static void check_settlement(const struct settlement_result *result)
{
    for (int kind = 0; kind < KIND_EXCLUDED; kind++)
        for (int32_t pool = 0; pool < (int32_t)result->model->pools; pool++)
            check_pool(result, (enum kind)kind, pool);
}

static void settle_all(struct partnership *partnership, struct closed *closed)
{
    struct gathered gathered = { .target = { gather_open, gather_shut }, .sink = { gather } };
    struct trouble trouble = { .text = "" };
    struct settlement_result result;
    struct close_summary summary;
    enum err err = sha256_begin(&gathered.hash, &trouble);

    assert(err == OK);
    err = close_write(partnership, false, &gathered.target, &result, &trouble);
    assert(err == OK);
    err = sha256_end(&gathered.hash, &closed->sum, &trouble);
    assert(err == OK);
    closed->refused = partnership_is_refused(partnership);
    if (closed->refused)
        return;
    close_summarise(partnership, &result, &summary);
    check_settlement(&result);
}

static bool is_small(const struct model *model)
{
    return model->pools <= POOLS_FEW && model->partners <= 8 && model->bases <= POOLS_FEW;
}

static void close_once(struct memory_file *file, size_t files, int threads, struct arena *arena,
                       struct closed *closed)
{
    struct memory_source source;
    struct partnership partnership;
    struct trouble trouble = { .text = "" };

    *closed = (struct closed){ .refused = true };
    memory_source_open(&source, file, files, NULL);
    enum err err = partnership_load(&partnership, &source.source, arena, BOOK_LEDGER, NULL,
                                    &trouble);
    assert(err == OK);
    if (is_small(&partnership.model)) {
        err = partnership_read(&partnership, threads, true, NULL, &trouble);
        assert(err == OK);
        if (partnership.usable && !partnership_is_refused(&partnership))
            settle_all(&partnership, closed);
    }
    faults_sort(&partnership.faults);
    closed->faults = partnership.faults.total;
    assert(!closed->refused || closed->faults > 0 || !is_small(&partnership.model));
    partnership_close(&partnership);
}

/* ---- the files ---- */

static size_t part(struct memory_file *file, const uint8_t *bytes, size_t size)
{
    struct text left = { (const char *)bytes, size };
    size_t files = 0;

    for (size_t i = 0; i < COUNT(names) && left.data != NULL; i++) {
        const char *end = left.size == 0 ? NULL : memchr(left.data, 0x1e, left.size);
        size_t used = end == NULL ? left.size : (size_t)(end - left.data);
        if (used > 0)
            file[files++] = (struct memory_file){ names[i], { left.data, used } };
        left = end == NULL ? (struct text){ NULL, 0 }
                           : (struct text){ end + 1, left.size - used - 1 };
    }
    return files;
}

static bool order_is_free(const char *name)
{
    for (size_t i = 0; i < COUNT(free_order); i++)
        if (strcmp(name, free_order[i]) == 0)
            return true;
    return false;
}

/* The header, then the other records from the last to the first. */
static struct text turned_round(struct arena *arena, struct text bytes)
{
    char *turned = arena_take(arena, bytes.size + 2, 1);
    char *at = turned + bytes.size + 1;
    struct csv_record record = { .count = 0 };
    size_t head = 0;

    do
        head += csv_read((struct text){ bytes.data + head, bytes.size - head }, true, NULL,
                         &record);
    while (record.empty && head < bytes.size);
    memcpy(turned, bytes.data, head);
    for (size_t start = head; start < bytes.size;) {
        struct text left = { bytes.data + start, bytes.size - start };
        size_t used = csv_read(left, true, NULL, &record);
        bool ended = left.data[used - 1] == '\n';
        at -= used + !ended;
        memcpy(at, left.data, used);
        if (!ended)
            at[used] = '\n';
        start += used;
    }
    size_t rest = (size_t)(turned + bytes.size + 1 - at);
    memmove(turned + head, at, rest);
    return (struct text){ turned, head + rest };
}

static void turn_round(struct memory_file *file, size_t files, struct arena *arena)
{
    for (size_t i = 0; i < files; i++)
        if (order_is_free(file[i].name))
            file[i].bytes = turned_round(arena, file[i].bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct memory_file file[COUNT(names)];
    struct closed first, again, turned;
    struct arena arena = { 0 };

    if (size > BYTES_MAX)
        return 0;
    size_t files = part(file, bytes, size);
    close_once(file, files, 1, &arena, &first);
    if (!first.refused || size % 8 == 0) {
        close_once(file, files, 2, &arena, &again);
        assert(again.refused == first.refused && again.faults == first.faults);
        assert(first.refused || sha256_equal(&first.sum, &again.sum));
    }
    if (!first.refused) {
        turn_round(file, files, &arena);
        close_once(file, files, 1, &arena, &turned);
        assert(!turned.refused && sha256_equal(&first.sum, &turned.sum));
    }
    arena_free(&arena);
    return 0;
}
