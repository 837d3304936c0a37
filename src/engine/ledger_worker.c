/*
 * engine/ledger_worker.c -- the lines of one block.
 *
 * The fast way cuts a record at its commas; the CSV reader takes what is out of the ordinary.
 * Both are judged by the same rule (ledger_line.h).
 */
#include <assert.h>
#include <stdio.h>

#include "engine/ledger_reading.h"

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
    quick_note_id(&worker->quick, &ids->run.last, (uint32_t)line->partner);
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
    if (worker->reading->pass == PASS_SUM)
        quick_remember(&worker->quick, sums, line);
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
static void take_line(struct worker *worker)
{
    const enum pass pass = worker->reading->pass;
    const struct line_rules *rules = &worker->reading->rules;
    struct ledger_line *line = &worker->line;
    enum fault_code fault = line_judge_id(rules, &worker->memory, line);

    if (fault == FAULT_NONE && line->partner >= 0 && pass == PASS_SUM)
        note_id(worker, line);
    if (pass == PASS_COLLECT) {
        if (fault == FAULT_NONE && line->partner >= 0 &&
            worker->reading->collected[line->partner])
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
        take_line(worker);
    }
    worker->lines += record.lines;
    return used;
}

/* ---- one block ---- */

/* How far a block has been cut: the line end and the special byte that come next. */
struct cutting {
    struct text     block;
    const uint32_t *line, *lines_end, *special;
    uint32_t        start;
};

/* The end of a record without its line end; CRLF is one. */
static inline uint32_t record_stop(const char *data, uint32_t start, uint32_t end)
{
    return end - (end > start && data[end - 1] == '\r');
}

/* A record that is one line, whose eight fields lie between seven commas before `bound`; or
 * whatever it is. */
static __attribute__((noinline)) void take_cut(struct worker *worker, struct text block, size_t i)
{
    const struct quick_lines *lines = worker->quick.lines;
    const char *start = block.data + quick_start(lines, i);
    const char *bound = block.data + lines->bound[i];
    const char *stop = block.data + record_stop(block.data, quick_start(lines, i), lines->end[i]);
    const char *from = start;
    uint32_t comma[SPLIT_COMMAS];

    worker->split.way->line((struct text){ start, (size_t)(bound - start) }, comma);
    if (comma[LEDGER_FIELDS - 2] == SPLIT_END || comma[LEDGER_FIELDS - 1] != SPLIT_END ||
        stop - start < LEDGER_FIELDS) {
        (void)take_record(worker, (struct text){ start,
                                                 block.size - (size_t)(start - block.data) });
        return;
    }
    for (size_t k = 0; k < LEDGER_FIELDS; k++) {
        const char *to = k + 1 < LEDGER_FIELDS ? start + comma[k] : stop;
        worker->line.field[k] = (struct text){ from, (size_t)(to - from) };
        from = to + 1;
    }
    worker->records++;
    take_line(worker);
}

/* Whether the quotes of a field, from the one that opens it, are as they should be up to its end:
 * all others but the last one doubled. `special` are the odd bytes from there on. */
static bool quotes_are_plain(const char *data, const uint32_t *special, uint32_t stop)
{
    const uint32_t open = *special;

    for (special++; *special < stop - 1; special += 2)
        if (special[1] != special[0] + 1 || data[special[0]] != '"' || data[special[1]] != '"')
            return false;
    return *special == stop - 1 && stop - open > 2 && data[*special] == '"';
}

/* Whether a line is a record by itself, though there are odd bytes in it, the first of them at
 * *special: all in one pair of quotes around its last field, or letters in valid UTF-8, or a CR at
 * its end. Seven commas should then stand before `bound`. */
static __attribute__((noinline)) bool line_is_record(const char *data, uint32_t start,
                                                     uint32_t end, const uint32_t *special,
                                                     bool visiting, uint32_t *bound)
{
    const uint32_t stop = record_stop(data, start, end);
    const struct text text = { data + *special, stop - *special };

    *bound = stop;
    if (*special == stop)
        return true;
    if (visiting)                        /* who wants each field as it is */
        return false;
    if (data[*special] != '"')
        return memchr(text.data, '"', text.size) == NULL &&
               memchr(text.data, '\r', text.size) == NULL && text_is_utf8(text);
    *bound = *special;
    return *special > start && data[*special - 1] == ',' && quotes_are_plain(data, special, stop);
}

/* The lines that come next and are records by themselves, as many as fit. */
static size_t cut_batch(struct cutting *cutting, struct quick_lines *lines, bool visiting)
{
    const uint32_t *line = cutting->line;
    const uint32_t *special = cutting->special;
    const size_t left = (size_t)(cutting->lines_end - line);
    const size_t most = left < QUICK_BATCH ? left : QUICK_BATCH;
    size_t count = 0;

    static_assert(QUICK_BATCH <= SPLIT_SPARE, "what is copied is there");
    lines->end = line;
    memcpy(lines->bound, line, sizeof lines->bound);
    for (;; count++) {
        /* cppcheck-suppress knownConditionTrueFalse ; it grows below */
        while (count < most && line[count] < *special)
            count++;
        if (count == most ||
            !line_is_record(cutting->block.data, quick_start(lines, count), line[count], special,
                            visiting, &lines->bound[count]))
            break;
        while (*special < line[count])
            special++;
    }
    cutting->start = quick_start(lines, count);
    cutting->line = line + count;
    cutting->special = special;
    return count;
}

/* Goes on behind a record that is more than a line. */
static void cut_on(struct cutting *cutting, size_t used)
{
    cutting->start += (uint32_t)used;
    while (cutting->line < cutting->lines_end && *cutting->line < cutting->start)
        cutting->line++;
    while (*cutting->special < cutting->start)
        cutting->special++;
}

/* The lines of a batch, each by itself. */
static void take_each(struct worker *worker, struct text block, size_t count)
{
    const uint64_t lines_before = worker->lines;

    for (size_t i = 0; i < count && worker->err == OK; i++) {
        worker->lines = lines_before + i;
        take_cut(worker, block, i);
    }
    worker->lines = lines_before + count;
}

/* The lines of a batch in turn: those that are like lines before, and those in between. What was
 * prepared of a line may be out of date when one before was judged in full: if so it is prepared
 * anew, and those behind it, few at first. */
static void take_batch(struct worker *worker, struct text block, size_t count)
{
    struct quick *quick = &worker->quick;
    const uint64_t lines_before = worker->lines;
    size_t ready = 0;
    size_t i = 0;

    while (i < count) {
        if (i == ready)
            ready = i + quick_prepare(quick, block.data, i, count);
        const size_t first = i;
        i = quick_take(quick, &worker->sums, block.data, i, ready);
        worker->records += i - first;
        if (i == ready)
            continue;
        worker->lines = lines_before + i;
        take_cut(worker, block, i++);
        if (quick->outdated) {
            quick->ahead = 1;
            ready = i;
        }
    }
    worker->lines = lines_before + count;
}

static struct text left_of(const struct cutting *cutting)
{
    return (struct text){ cutting->block.data + cutting->start,
                          cutting->block.size - cutting->start };
}

static void take_block(struct worker *worker)
{
    const struct split *split = &worker->split;
    const struct text block = worker->block->records;
    const enum pass pass = worker->reading->pass;

    struct cutting cutting = { block, split->line, split->line + split->lines, split->special, 0 };
    while (cutting.line < cutting.lines_end && worker->err == OK) {
        size_t count = cut_batch(&cutting, worker->quick.lines, pass == PASS_VISIT);
        if (pass == PASS_SUM)
            take_batch(worker, block, count);
        else
            take_each(worker, block, count);
        if (count == 0 && worker->err == OK)
            cut_on(&cutting, take_record(worker, left_of(&cutting)));
    }
    while (cutting.start < block.size && worker->err == OK)   /* a last one without a line end */
        cut_on(&cutting, take_record(worker, left_of(&cutting)));
}

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

enum err worker_take_block(struct worker *worker)
{
    return worker->reading->pass == PASS_VISIT ? visit_block(worker) : work_block(worker);
}
