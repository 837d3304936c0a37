#include "engine/explain_line.h"

#include <assert.h>

#include "engine/record.h"

#define BUFFER_BYTES ((size_t)256 * 1024)

const char *const line_outcome_name[LINE_OUTCOMES] = {
    "charged", "borne", "excluded", "later", "faulty", "empty", "header", "not_read"
};

/* ---- which file, which line ---- */

/* "ledger/a.csv:17" -> the length of the name and 17; 0 if it is not of that form. */
static size_t split_place(const char *typed, uint64_t *line)
{
    const char *colon = strrchr(typed, ':');
    const char *at;

    *line = 0;
    if (colon == NULL || colon == typed || colon[1] == '\0')
        return 0;
    for (at = colon + 1; *at >= '0' && *at <= '9' && at - colon <= 18; at++)
        *line = *line * 10 + (uint64_t)(*at - '0');
    return *at == '\0' && *line > 0 ? (size_t)(colon - typed) : 0;
}

/* A file by its name, with or without the book's folder before it. */
static enum err find_file(struct line_story *story, struct text name, struct trouble *trouble)
{
    const struct book_files *files = &story->partnership->files;
    struct arena *arena = story->partnership->arena;
    struct text *names = arena_take(arena, files->count, sizeof *names);
    size_t folder = strlen(book_name[files->book]) + 1;

    for (size_t i = 0; i < files->count; i++) {
        names[i] = text_of(files->file[i].name);
        if (text_equal(names[i], name) || text_is(name, files->file[i].name + folder)) {
            story->file = (int32_t)i;
            return OK;
        }
    }
    return explain_no_such(arena, "ledger file", arena_copy(arena, name.data, name.size), names,
                           files->count, trouble);
}

/* ---- the records of one file ---- */

/* A walk over a file's records by the CSV reader, as the ledger is read: only where each record
 * stands is looked at. */
struct record_walk {
    struct line_story *story;
    struct sha256      hash;
    char              *buffer, *spare;
    size_t             room, filled;
    bool               ended;
    bool               begun;            /* past a byte order mark */
    bool               header_seen, header_good;
    uint64_t           line;             /* of the record that follows */
    bool               found;
    bool               open_end;         /* the last record has no line end */
};

static enum err fill_walk(struct record_walk *walk, struct stream *stream,
                          struct trouble *trouble)
{
    struct arena *arena = walk->story->partnership->arena;

    if (walk->filled == walk->room) {
        walk->buffer = arena_grow(arena, walk->buffer, walk->filled, walk->room * 2, 1);
        walk->room *= 2;
        walk->spare = arena_take(arena, walk->room, 1);
    }
    while (!walk->ended && walk->filled < walk->room) {
        size_t got;
        enum err err = stream->read(stream, walk->buffer + walk->filled,
                                    walk->room - walk->filled, &got, trouble);
        if (err != OK)
            return err;
        sha256_add(&walk->hash, walk->buffer + walk->filled, got);
        walk->filled += got;
        walk->ended = got == 0;
    }
    return OK;
}

/* What the record is, when it is the one asked for. */
static void note_record(struct record_walk *walk, const struct csv_record *record,
                        enum fault_code fault)
{
    struct line_story *story = walk->story;
    bool faulty = fault != FAULT_NONE;
    uint64_t last = walk->line + record->lines - (record->lines > 0 ? 1 : 0);
    bool here = !walk->found && story->asked >= walk->line && story->asked <= last;
    bool is_header = !walk->header_seen && (faulty || !record->empty);

    if (is_header) {
        walk->header_seen = true;
        walk->header_good = !faulty && record_is_header(record, LEDGER_HEADER);
    }
    if (!here)
        return;
    walk->found = true;
    story->start = walk->line;
    if (is_header)
        story->line.fault = faulty ? fault : FAULT_HEADER;
    if (!faulty && record->empty)
        story->outcome = LINE_EMPTY;
    else if (is_header && walk->header_good)
        story->outcome = LINE_HEADER;
    else
        story->outcome = is_header || walk->header_good ? LINE_FAULTY : LINE_NOT_READ;
}

static void walk_records(struct record_walk *walk)
{
    struct text left = { walk->buffer, walk->filled };
    struct csv_record record;
    size_t used;

    if (!walk->begun)
        left = after_mark(left);
    walk->begun = true;
    if (!walk->ended)
        left.size = csv_whole_records(left);
    while ((used = csv_read(left, walk->ended, walk->spare, &record)) > 0) {
        struct text raw = { left.data, used };
        note_record(walk, &record, record_fault(raw, &record));
        walk->line += record.lines;
        walk->open_end = left.data[used - 1] != '\n';
        left.data += used;
        left.size -= used;
    }
    walk->filled -= (size_t)(left.data - walk->buffer);
    memmove(walk->buffer, left.data, walk->filled);
}

static enum err walk_stream(struct record_walk *walk, struct trouble *trouble)
{
    struct partnership *partnership = walk->story->partnership;
    const char *name = partnership->files.file[walk->story->file].name;
    struct stream *stream;
    enum err err = partnership->source->open(partnership->source, partnership->arena, name,
                                             &stream, trouble);

    if (err != OK)
        return err;
    while (err == OK && !walk->ended) {
        err = fill_walk(walk, stream, trouble);
        if (err == OK)
            walk_records(walk);
    }
    stream->close(stream);
    return err;
}

static enum err walk_file(struct record_walk *walk, struct trouble *trouble)
{
    struct arena *arena = walk->story->partnership->arena;

    walk->room = BUFFER_BYTES;
    walk->buffer = arena_take(arena, walk->room, 1);
    walk->spare = arena_take(arena, walk->room, 1);
    walk->line = 1;
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {            /* the hash is not in the arena */
        sha256_drop(&walk->hash);
        arena_pass_on(&outer);
    }
    enum err err = sha256_begin(&walk->hash, trouble);
    if (err == OK)
        err = walk_stream(walk, trouble);
    if (err == OK)
        return sha256_end(&walk->hash, &walk->story->sum, trouble);
    sha256_drop(&walk->hash);
    return err;
}

enum err story_find(struct partnership *partnership, const char *typed, struct line_story *story,
                    struct trouble *trouble)
{
    struct record_walk *walk = arena_take(partnership->arena, 1, sizeof *walk);
    size_t size;
    enum err err;

    *story = (struct line_story){ .partnership = partnership };
    size = split_place(typed, &story->asked);
    if (size == 0)
        return fail(trouble, ERR_USAGE, "--line is a file and a line number, such as "
                    "ledger/stirling.csv:1207, not '%s'", typed);
    if ((err = find_file(story, (struct text){ typed, size }, trouble)) != OK)
        return err;
    walk->story = story;
    if ((err = walk_file(walk, trouble)) != OK)
        return err;
    story->lines = walk->line - 1 + walk->open_end;
    if (walk->found)
        return OK;
    return fail(trouble, ERR_MISSING, "%s has %llu line%s: there is no line %llu",
                partnership->files.file[story->file].name, (unsigned long long)story->lines,
                story->lines == 1 ? "" : "s", (unsigned long long)story->asked);
}

/* ---- what the line is ---- */

static void keep_fields(struct arena *arena, const struct text *from, struct text *to)
{
    for (size_t f = 0; f < LEDGER_FIELDS; f++)
        to[f] = from[f].data == NULL
                    ? (struct text){ "", 0 }
                    : (struct text){ arena_copy(arena, from[f].data, from[f].size),
                                     from[f].size };
}

static enum err take_line(void *context, const struct ledger_line *line)
{
    struct line_story *story = context;
    struct arena *arena = story->partnership->arena;
    struct text value = line->fault_value;

    if (line->line < story->start)
        return OK;
    if (line->line > story->start)
        return ERR_MISSING;
    story->line = *line;
    keep_fields(arena, line->field, story->line.field);
    story->line.fault_value = line->fault == FAULT_NONE
                                  ? text_of("")
                                  : (struct text){ arena_copy(arena, value.data, value.size),
                                                   value.size };
    return ERR_MISSING;
}

/* Whether a line's id counts as seen (fine print 7). */
static bool counts_as_seen(const struct ledger_line *line)
{
    return (line->fault == FAULT_NONE || line->fault > FAULT_PARTNER) && line->partner >= 0;
}

static enum err look_for_twin(void *context, const struct ledger_line *line)
{
    struct line_story *story = context;

    if (line->file == FILE_BOOK + story->file && line->line >= story->start)
        return ERR_MISSING;
    if (!counts_as_seen(line) || line->partner != story->line.partner ||
        !text_equal(line->field[FIELD_ENTRY_ID], story->line.field[FIELD_ENTRY_ID]))
        return OK;
    story->twin.file = line->file - FILE_BOOK;
    story->twin.line = line->line;
    keep_fields(story->partnership->arena, line->field, story->twin.field);
    return ERR_MISSING;
}

/* Visits the lines of `count` files from `first` on. */
static enum err visit(struct line_story *story, size_t first, size_t count, ledger_visit *each,
                      const struct progress_watch *watch, struct trouble *trouble)
{
    struct partnership *partnership = story->partnership;
    struct book_files files = { partnership->files.book, NULL, count };
    struct ledger_request request = {
        .source = partnership->source, .model = &partnership->model, .files = &files,
        .through = partnership->through, .threads = 1, .watch = watch,
    };

    files.file = arena_take(partnership->arena, count, sizeof *files.file);
    memcpy(files.file, partnership->files.file + first, count * sizeof *files.file);
    return ledger_each(&request, partnership->arena, each, story, trouble);
}

/* The treatment of a line that passed the tests. */
static void take_treatment(struct line_story *story)
{
    const struct partnership *partnership = story->partnership;
    const struct ledger_line *line = &story->line;

    if (line->slot < 0) {                /* cost_centres.csv is missing: refused as a whole */
        story->outcome = LINE_FAULTY;
        return;
    }
    story->slot = partnership->model.slot[line->slot];
    story->row = &partnership->model.centre_row[line->centre_row];
    if (story->slot.kind == KIND_EXCLUDED)
        story->outcome = LINE_EXCLUDED;
    else if (line->period > partnership->through)
        story->outcome = LINE_LATER;
    else
        story->outcome = story->slot.bearer >= 0 ? LINE_BORNE : LINE_CHARGED;
}

enum err story_judge(struct line_story *story, const struct progress_watch *watch,
                     struct trouble *trouble)
{
    enum err err;

    if (story->outcome != LINE_FAULTY)
        return OK;
    err = visit(story, (size_t)story->file, 1, take_line, watch, trouble);
    if (err != OK)
        return err;
    if (story->line.line != story->start) {      /* the header: it is not visited */
        story->line.fault_value = text_of("");
        keep_fields(story->partnership->arena, story->line.field, story->line.field);
        return OK;
    }
    story->line.file = FILE_BOOK + story->file;
    if (counts_as_seen(&story->line)) {
        err = visit(story, 0, (size_t)story->file + 1, look_for_twin, watch, trouble);
        if (err != OK)
            return err;
    }
    if (story->twin.line != 0) {
        story->line.fault = FAULT_DUPLICATE;
        story->line.fault_value = story->line.field[FIELD_ENTRY_ID];
    }
    if (story->line.fault == FAULT_NONE)
        take_treatment(story);
    return OK;
}

/* ---- where its money went ---- */

static void share_line(struct line_story *story)
{
    const struct partnership *partnership = story->partnership;
    const struct pool_shares *shares = &partnership->shares.pool[story->slot.pool];
    struct exact *share = explain_shares(&story->figure, story->slot.pool, story->line.period);
    struct arena *arena = partnership->arena;
    mpz_t pence;

    assert(share != NULL);
    story->part = arena_take(arena, partnership->model.partners, sizeof *story->part);
    mpz_init(pence);
    for (size_t p = 0; p < partnership->model.partners; p++) {
        wide_to_mpz(story->line.pence, pence);
        mpz_mul(pence, pence, shares->numerator[story->line.period][p]);
        story->part[p].share = share[p];
        story->part[p].pence = exact_ratio(arena, pence, shares->denominator, EXPLAIN_PLACES);
    }
    mpz_clear(pence);
}

void story_settle(struct line_story *story, struct settlement_result *result)
{
    if (story->outcome != LINE_CHARGED && story->outcome != LINE_BORNE)
        return;
    story->figure = (struct explanation){
        .partnership = story->partnership, .pool = story->slot.pool,
        .period = story->line.period, .group = story->line.group, .partner = -1,
        .locked = story->line.period < story->partnership->model.locked,
    };
    explain_work_out(&story->figure, result);
    for (size_t i = 0; i < story->figure.figures; i++)
        if (story->figure.figure[i].kind == story->slot.kind)
            story->of = &story->figure.figure[i];
    assert(story->of != NULL);
    if (story->outcome == LINE_CHARGED)
        share_line(story);
    story->settled = true;
}
