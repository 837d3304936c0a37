/*
 * engine/ledger_worker.c -- the lines of one block.
 *
 * The fast way cuts a record at its commas; the CSV reader takes what is out of the ordinary.
 * Both are judged by the same rule (ledger_line.h).
 */
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
        quick_remember(&worker->quick, line,
                       sums->cells[(size_t)line->slot * sums->model->groups + (size_t)group]);
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

/* A record whose eight fields lie between seven commas. Kept out of the loop below, which then has
 * the processor's registers for itself. */
static __attribute__((noinline)) void take_cut(struct worker *worker, const char *data,
                                               uint32_t start, const uint32_t *comma,
                                               uint32_t end)
{
    for (size_t i = 0; i < LEDGER_FIELDS; i++) {
        uint32_t stop = i + 1 < LEDGER_FIELDS ? comma[i] : end;
        worker->line.field[i] = (struct text){ data + start, stop - start };
        start = stop + 1;
    }
    take_line(worker);
}

/* Whether a record whose odd bytes all lie in its description is in order: text without a CR in
 * valid UTF-8, or one pair of quotes around it and doubled ones within. `special` are its odd
 * bytes, up to `stop`. */
static __attribute__((noinline)) bool description_is_plain(const char *data, uint32_t from,
                                                           uint32_t stop,
                                                           const uint32_t *special)
{
    struct text text = { data + from, stop - from };

    if (data[from] != '"')
        return memchr(text.data, '\r', text.size) == NULL && text_is_utf8(text);
    for (special++; *special < stop - 1; special += 2)
        if (special[1] != special[0] + 1 || data[special[0]] != '"' || data[special[1]] != '"')
            return false;
    return *special == stop - 1 && stop - from > 2 && data[*special] == '"';
}

/* The end of a record without its line end; CRLF is one. */
static inline __attribute__((always_inline)) uint32_t record_stop(const char *data,
                                                                  uint32_t start, uint32_t end)
{
    return end - (end > start && data[end - 1] == '\r');
}

/* How far a block has been cut: the positions that come next. */
struct cutting {
    const char     *data;
    const uint32_t *comma, *special, *line, *lines_end;
    uint32_t        start;
};

/* Whether the next record can be taken by its commas though it is not the simplest sort; if not,
 * the CSV reader must have it. */
static __attribute__((noinline)) bool cut_is_plain(const struct cutting *cutting, bool visiting)
{
    const uint32_t *comma = cutting->comma;
    const uint32_t end = *cutting->line;
    const uint32_t stop = record_stop(cutting->data, cutting->start, end);

    if (comma[6] >= end || stop - cutting->start < LEDGER_FIELDS || *cutting->special <= comma[6])
        return false;
    if (comma[7] > end && *cutting->special >= stop)
        return true;
    return !visiting && (comma[7] > end || cutting->data[comma[6] + 1] == '"') &&
           description_is_plain(cutting->data, comma[6] + 1, stop, cutting->special);
}

/* Goes on to the record at `start`. */
static inline __attribute__((always_inline)) void cut_on(struct cutting *cutting, uint32_t start)
{
    cutting->start = start;
    while (*cutting->comma < start)
        cutting->comma++;
    while (*cutting->special < start)
        cutting->special++;
}

/* The plain records that come next, as many as fit. Most have seven commas and nothing odd: they
 * are passed over with all that is needed in registers. */
static inline __attribute__((always_inline)) size_t cut_batch(struct cutting *cutting,
                                                              struct quick_lines *lines,
                                                              bool visiting)
{
    const uint32_t *comma = cutting->comma;
    const uint32_t *line = cutting->line;
    const uint32_t *const lines_end = cutting->lines_end;
    uint32_t start = cutting->start;
    uint32_t special = *cutting->special;
    size_t count = 0;

    for (; count < QUICK_BATCH && line < lines_end; count++) {
        const uint32_t end = *line;
        const bool simple = (comma[6] < end) & (comma[7] > end) & (special > end) &
                            (end - start >= LEDGER_FIELDS);

        lines->comma[count] = comma;
        lines->start[count] = start;
        lines->end[count] = end;
        comma += LEDGER_FIELDS - 1;
        start = end + 1;
        if (__builtin_expect(simple, 1)) {
            line++;
            continue;
        }
        cutting->comma = lines->comma[count];
        cutting->line = line;
        cutting->start = lines->start[count];
        if (!cut_is_plain(cutting, visiting))
            return count;
        cut_on(cutting, start);
        line++;
        comma = cutting->comma;
        special = *cutting->special;
    }
    cutting->comma = comma;
    cutting->line = line;
    cutting->start = start;
    return count;
}

/* Whether another way of judging a line is open than when it was prepared. */
static bool line_is_stale(const struct quick *quick, const char *data, size_t i)
{
    return (quick->changed >> quick_kind_of(data, quick->lines.comma[i]) & 1) != 0;
}

/* The lines of a batch in turn. What was prepared of a line may be out of date when the one before
 * was judged in full: if so it is prepared anew, and those behind it, few at first. */
static void take_batch(struct worker *worker, const char *data, size_t count)
{
    struct quick *quick = &worker->quick;
    const struct quick_lines *lines = &quick->lines;
    const bool summing = worker->reading->pass == PASS_SUM;
    const uint64_t lines_before = worker->lines;
    size_t ready = summing ? 0 : count;
    size_t i = 0;

    worker->records += count;
    while (i < count && worker->err == OK) {
        if (i == ready) {
            quick_settle(quick, &worker->sums);
            ready = i + quick_prepare(quick, data, i, count);
        }
        if (summing)
            i = quick_take(quick, i, ready);
        if (i == ready)
            continue;
        worker->lines = lines_before + i;
        quick->changed = 0;
        take_cut(worker, data, lines->start[i], lines->comma[i],
                 record_stop(data, lines->start[i], lines->end[i]));
        i++;
        if (summing && i < ready && line_is_stale(quick, data, i)) {
            quick->ahead = 1;
            ready = i;
        }
    }
    worker->lines = lines_before + i;
    quick_settle(quick, &worker->sums);
}

static void take_block(struct worker *worker)
{
    const struct text block = worker->block->records;
    const bool visiting = worker->reading->pass == PASS_VISIT;

    split_block(&worker->split, block);
    struct cutting cutting = { block.data, worker->split.comma, worker->split.special,
                               worker->split.line, worker->split.line + worker->split.lines, 0 };
    while (cutting.line < cutting.lines_end && worker->err == OK) {
        size_t count = cut_batch(&cutting, &worker->quick.lines, visiting);
        take_batch(worker, block.data, count);
        if (count > 0 || worker->err != OK)
            continue;
        uint32_t start = cutting.start;
        start += (uint32_t)take_record(worker, (struct text){ block.data + start,
                                                              block.size - start });
        while (cutting.line < cutting.lines_end && *cutting.line < start)
            cutting.line++;
        cut_on(&cutting, start);
    }
    while (cutting.start < block.size && worker->err == OK)   /* a last one without a line end */
        cutting.start += (uint32_t)take_record(worker,
                                               (struct text){ block.data + cutting.start,
                                                              block.size - cutting.start });
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
