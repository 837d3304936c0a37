#include "finance/finance_reading.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "engine/ledger_ids.h"
#include "engine/ledger_line.h"
#include "extract/convert_io.h"
#include "finance/finance_entries.h"
#include "store/evidence_intake.h"
#include "web/spool.h"

#define LINE_BYTES ((size_t)LEDGER_FIELDS * (CELL_BYTES_MAX + LINE_PADDING))

/* An error file, while it is written. */
struct error_spool {
    struct sink  sink;
    struct spool spool;
};

/* The lines, on their way into a file of their own. */
struct lines_sink {
    struct sink             sink;
    struct evidence_arrival arrival;
    struct evidence_intake *intake;     /* NULL: they are not kept */
};

struct reader {
    const struct ledger_reading *request;
    struct arena                *arena;
    struct ledger_read          *out;
    struct line_rules            rules;
    struct line_memory           memory;
    char                        *bytes;         /* of a line, where the engine may read past them */
    struct index                 index;         /* of sums, by centre, account and period */
    size_t                       room, refusal_room;
    struct hash_piece           *hashes;        /* of ids */
    struct row_verdict           refused;       /* a line that the engine refuses */
    struct error_file           *errors;        /* NULL: no row was refused yet */
    struct error_spool           spool;
    struct lines_sink            lines;
    enum err                     err;           /* of what a row came to: all stops */
    struct trouble               trouble;
};

static enum err spool_write(struct sink *sink, const void *bytes, size_t size,
                            struct trouble *trouble)
{
    return spool_add(&((struct error_spool *)sink)->spool, bytes, size, trouble);
}

/* --- a row that is refused --- */

static void begin_errors(struct reader *reader, const struct row_rules *rules)
{
    const struct extract_desk *desk = reader->request->desk;

    if (reader->errors != NULL)
        return;
    reader->err = spool_open(&reader->spool.spool, desk->spool, desk->outside, &reader->trouble);
    if (reader->err != OK)
        return;
    reader->errors = arena_take(reader->arena, 1, sizeof *reader->errors);
    error_file_open(reader->errors, &reader->spool.sink, &reader->trouble);
    error_file_header(reader->errors, rules->names);
}

/* `more`: what is behind it; NULL: what the reason's own help says. */
static void refuse(struct reader *reader, const struct row_rules *rules, const struct row *row,
                   const struct row_verdict *verdict, const char *more)
{
    struct ledger_read *out = reader->out;
    char words[REFUSAL_TEXT_MAX];

    begin_errors(reader, rules);
    if (reader->err != OK)
        return;
    error_file_row(reader->errors, rules, row, verdict);
    out->refused++;
    if (out->refusals == REFUSALS_KEPT)
        return;
    if (out->refusals == reader->refusal_room) {
        reader->refusal_room = reader->refusal_room * 2 + 16;
        out->refusal = arena_grow(reader->arena, out->refusal, out->refusals,
                                  reader->refusal_room, sizeof *out->refusal);
    }
    if (more == NULL)
        refusal_text(rules, row, verdict, words);
    out->refusal[out->refusals++] = (struct ledger_refusal){
        row->number, reason_name(verdict->reason),
        more != NULL ? more : arena_copy(reader->arena, words, strlen(words)) };
}

/* --- a line that another extract has --- */

static int by_hash(const void *one, const void *other)
{
    const struct entry_place *a = one, *b = other;

    return a->hash < b->hash ? -1 : a->hash > b->hash;
}

void entry_search_sort(struct entry_search *search)
{
    if (search->places > 0)
        qsort(search->place, search->places, sizeof *search->place, by_hash);
}

static bool is_wanted(const struct entry_search *search, uint64_t hash)
{
    const struct repeated hashes = { search->hash, search->count };

    return hash_stands(&hashes, hash);
}

static void note_place(struct reader *reader, uint64_t hash, struct text id, uint64_t row)
{
    struct entry_search *search = reader->request->wanted;

    if (search->places < REFUSALS_KEPT && is_wanted(search, hash))
        search->place[search->places++] = (struct entry_place){
            hash, text_keep(reader->arena, id), row, reader->request->file };
}

/* The same to the byte; NULL: none of those that are known. */
static const struct entry_place *find_place(const struct entry_search *search, uint64_t hash,
                                            struct text id)
{
    const struct entry_place wanted = { .hash = hash };
    const struct entry_place *found = search->places == 0 ? NULL
        : bsearch(&wanted, search->place, search->places, sizeof *search->place, by_hash);

    return found != NULL && text_equal(found->id, id) ? found : NULL;
}

/* Whether the line was refused. Of more than REFUSALS_KEPT those behind are known by their hashes
 * alone. */
static bool refuse_twice(struct reader *reader, const struct row_rules *rules,
                         const struct row *row, const struct row_verdict *verdict, uint64_t hash,
                         struct text id)
{
    const struct entry_search *twice = reader->request->twice;

    if (twice == NULL || !is_wanted(twice, hash))
        return false;
    const struct entry_place *place = find_place(twice, hash, id);
    if (place == NULL && twice->places < REFUSALS_KEPT)
        return false;
    const char *words = place == NULL
        ? arena_print(reader->arena, "Entry %.*s stands in another extract, too.", TEXT(id))
        : arena_print(reader->arena, "Entry %.*s stands in %s, row %llu, too: take it out of one "
                      "of them.", TEXT(id), place->file, (unsigned long long)place->row);

    reader->refused = *verdict;
    reader->refused.outcome = OUTCOME_REFUSED;
    reader->refused.reason = REASON_DUPLICATE;
    reader->refused.at_field = true;
    reader->refused.field = TARGET_ENTRY_ID;
    refuse(reader, rules, row, &reader->refused, words);
    return true;
}

/* --- a row that is a line --- */

/* The fields as the engine reads them: bytes behind each may be loaded. */
static void set_fields(struct reader *reader, const struct row_verdict *verdict,
                       struct ledger_line *line)
{
    char *at = reader->bytes;

    *line = (struct ledger_line){ .fault = FAULT_NONE };
    for (size_t i = 0; i < FIELD_DESCRIPTION; i++) {
        const struct text word = verdict->word[i];
        if (word.size > 0)
            memcpy(at, word.data, word.size);
        line->field[i] = (struct text){ at, word.size };
        at += word.size + LINE_PADDING;
    }
}

static struct ledger_sum *sum_of(struct reader *reader, const struct ledger_line *line)
{
    struct ledger_read *out = reader->out;
    const struct text centre = line->field[FIELD_COST_CENTRE];
    const struct text account = line->field[FIELD_ACCOUNT];
    char *key = reader->bytes + LINE_BYTES;

    memcpy(key, centre.data, centre.size);
    key[centre.size] = '\0';
    memcpy(key + centre.size + 1, account.data, account.size);
    const struct text text = { key, centre.size + 1 + account.size };
    const int32_t found = index_find(&reader->index, (uint32_t)line->period, text);
    if (found >= 0)
        return &out->sum[found];
    if (out->sums == reader->room) {
        reader->room = reader->room * 2 + 256;
        out->sum = arena_grow(reader->arena, out->sum, out->sums, reader->room,
                              sizeof *out->sum);
    }
    const struct text kept = { arena_copy(reader->arena, text.data, text.size), text.size };
    (void)index_add(&reader->index, (uint32_t)line->period, kept, (int32_t)out->sums);
    out->sum[out->sums] = (struct ledger_sum){
        .cost_centre = { kept.data, centre.size },
        .account = { kept.data + centre.size + 1, account.size }, .period = line->period };
    return &out->sum[out->sums++];
}

static void take_line(struct reader *reader, const struct row_rules *rules, const struct row *row,
                      const struct row_verdict *verdict)
{
    struct ledger_read *out = reader->out;
    struct ledger_line line;

    set_fields(reader, verdict, &line);
    if (line_judge_id(&reader->rules, &reader->memory, &line) != FAULT_NONE ||
        line_judge_rest(&reader->rules, &reader->memory, &line) != FAULT_NONE) {
        reader->refused = *verdict;
        reader->refused.outcome = OUTCOME_REFUSED;
        reader->refused.reason = line.fault == FAULT_PERIOD ? REASON_YEAR : REASON_DATE;
        reader->refused.at_field = true;
        reader->refused.field = line.field[FIELD_PERIOD].size > 0 ? TARGET_PERIOD : TARGET_DATE;
        refuse(reader, rules, row, &reader->refused, NULL);
        return;
    }
    const struct text id = line.field[FIELD_ENTRY_ID];
    const uint64_t hash = entry_hash(id);
    if (reader->request->wanted != NULL)
        note_place(reader, hash, id, row->number);
    if (refuse_twice(reader, rules, row, verdict, hash, id))
        return;
    hash_keep(&reader->hashes, reader->arena, hash);
    struct ledger_sum *sum = sum_of(reader, &line);
    sum->lines++;
    out->lines++;
    if (__builtin_add_overflow(sum->pence, line.pence, &sum->pence) ||
        __builtin_add_overflow(out->pence, line.pence, &out->pence))
        reader->err = fail(&reader->trouble, ERR_USAGE, "the amounts add up to more than can be "
                           "held");
}

static void see(void *context, const struct row_rules *rules, const struct row *row,
                const struct row_verdict *verdict)
{
    struct reader *reader = context;

    if (reader->err != OK || verdict->outcome == OUTCOME_LEFT_OUT)
        return;
    if (verdict->outcome == OUTCOME_ACCEPTED)
        take_line(reader, rules, row, verdict);
    else
        refuse(reader, rules, row, verdict, NULL);
}

/* --- all of it --- */

/* The engine's rules for lines of this council and year, and nothing else. */
static enum err open_rules(struct reader *reader, struct model *model)
{
    const struct ledger_reading *request = reader->request;
    const struct memory_file files[] = {
        { "partnership.csv", text_of(arena_print(reader->arena, "key,value\nyear,%.*s\n",
                                                 TEXT(request->year))) },
        { "partners.csv", text_of(arena_print(reader->arena, "partner,name\n%.*s,council\n",
                                              TEXT(request->desk->council.code))) },
        { NULL, { NULL, 0 } },
    };
    struct memory_source source;
    struct faults faults;
    bool usable;

    memory_source_open(&source, files, COUNT(files) - 1, NULL);
    faults_open(&faults, reader->arena);
    enum err err = model_load(&source.source, reader->arena, false, &faults, model, &usable,
                              &reader->trouble);
    if (err == OK && !usable)
        err = fail(&reader->trouble, ERR_USAGE, "%.*s is not a year", TEXT(request->year));
    if (err != OK)
        return err;
    line_rules_open(&reader->rules, reader->arena, model);
    line_memory_open(&reader->memory);
    return OK;
}

static int by_codes(const void *one, const void *other)
{
    const struct ledger_sum *a = one, *b = other;
    int order = text_compare(a->cost_centre, b->cost_centre);

    if (order == 0)
        order = text_compare(a->account, b->account);
    return order != 0 ? order : a->period - b->period;
}

/* "june.xlsx" and "_errors": "june_errors.csv". */
static struct text name_beside(struct arena *arena, struct text name, const char *word)
{
    const char *dot = memrchr(name.data, '.', name.size);
    const size_t stem = dot == NULL || dot == name.data ? name.size : (size_t)(dot - name.data);

    return text_of(arena_print(arena, "%.*s%s.csv", stem > 240 ? 240 : (int)stem, name.data,
                               word));
}

static struct evidence_arrival arrival_of(struct reader *reader, const struct extract_copy *copy,
                                          const char *word)
{
    const struct extract_desk *desk = reader->request->desk;

    return (struct evidence_arrival){
        .db = desk->db, .outside = desk->outside, .clock = desk->clock, .council = desk->council,
        .actor = desk->actor, .request = desk->request,
        .name = name_beside(reader->arena, copy->name, word), .media = text_of("text/csv"),
        .kind = EVIDENCE_RECORDS, .personal = copy->personal };
}

static enum err lines_write(struct sink *sink, const void *bytes, size_t size,
                            struct trouble *trouble)
{
    return evidence_intake_add(((struct lines_sink *)sink)->intake, bytes, size, trouble);
}

static enum err begin_lines(struct reader *reader, const struct extract_copy *copy)
{
    struct lines_sink *lines = &reader->lines;

    if (reader->request->control_lines < 0)
        return OK;
    lines->sink = (struct sink){ lines_write };
    lines->arrival = arrival_of(reader, copy, "_lines");
    return evidence_intake_begin(reader->arena, &lines->arrival, &lines->intake,
                                 &reader->trouble);
}

/* Nothing is kept of an extract that is not taken in. */
static enum err end_lines(struct reader *reader)
{
    struct ledger_read *out = reader->out;
    const uint64_t counted = out->lines + out->left_out;
    char hex[EVIDENCE_ID_HEX];
    struct evidence_taken taken;

    if (reader->lines.intake == NULL || out->refused > 0 || !out->agrees ||
        counted != (uint64_t)reader->request->control_lines)
        return OK;
    enum err err = evidence_intake_end(reader->lines.intake, &taken, &reader->trouble);
    if (err != OK)
        return err;
    evidence_id_print(&taken.id, hex);
    out->ledger = text_of(arena_copy(reader->arena, hex, sizeof hex - 1));
    return OK;
}

static enum err keep_errors(struct reader *reader, const struct extract_copy *copy)
{
    char hex[EVIDENCE_ID_HEX];
    struct evidence_taken taken;

    if (reader->errors == NULL)
        return OK;
    enum err err = error_file_close(reader->errors);
    if (err != OK)
        return err;
    const struct evidence_arrival arrival = arrival_of(reader, copy, "_errors");
    err = evidence_take(reader->arena, &arrival,
                        spool_stream(reader->arena, &reader->spool.spool, 0,
                                     reader->spool.spool.size), &taken, &reader->trouble);
    if (err != OK)
        return err;
    evidence_id_print(&taken.id, hex);
    reader->out->errors = text_of(arena_copy(reader->arena, hex, sizeof hex - 1));
    return OK;
}

static int by_size(const void *one, const void *other)
{
    const uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

    return a < b ? -1 : a > b;
}

static void take_entries(struct reader *reader)
{
    struct ledger_read *out = reader->out;
    size_t count = 0;

    out->entry = arena_take(reader->arena, (size_t)out->lines + 1, sizeof *out->entry);
    for (const struct hash_piece *piece = reader->hashes; piece != NULL; piece = piece->older)
        for (size_t i = 0; i < piece->count; i++)
            out->entry[count++] = piece->hash[i];
    assert(count == out->lines);
    qsort(out->entry, count, sizeof *out->entry, by_size);
}

static bool differs(enum agreement agreement)
{
    return agreement == AGREE_NOT || agreement == AGREE_NOT_READABLE;
}

static void take_summary(struct reader *reader, const struct convert_summary *summary)
{
    struct ledger_read *out = reader->out;
    const struct convert_file *file = &summary->file[0];
    const struct decimal_sum *difference = differs(file->agreement) ? &file->difference
                                                                    : &summary->difference;

    for (size_t i = 0; i < summary->proof.rules; i++)
        out->left_out += summary->proof.left_out[LEFT_BY_PROFILE + i].rows;
    out->agrees = !differs(summary->agreement) && !differs(file->agreement);
    if (!out->agrees)
        out->difference = decimal_sum_text(difference, reader->arena);
    if (out->sums > 0)
        qsort(out->sum, out->sums, sizeof *out->sum, by_codes);
}

static enum err convert(struct reader *reader, const struct extract_copy *copy)
{
    struct convert_summary summary;
    enum err err = begin_lines(reader, copy);

    if (err != OK)
        return err;
    const struct convert_request request = {
        .outside = reader->request->desk->outside, .profile = copy->profile,
        .extract = &copy->extract, .extracts = 1, .form = FORM_LEDGER,
        .control = reader->request->control, .threads = reader->request->threads,
        .watch = reader->request->watch, .see = see, .see_context = reader,
        .lines = reader->lines.intake == NULL ? NULL : &reader->lines.sink,
    };
    err = convert_extracts(&request, reader->arena, &summary, &reader->trouble);

    if (err != OK && err != ERR_REFUSED)
        return err;
    take_summary(reader, &summary);
    convert_summary_close(&summary);
    if (reader->err != OK)
        return reader->err;
    take_entries(reader);
    err = keep_errors(reader, copy);
    if (err == OK)
        err = end_lines(reader);
    return err != OK ? err : reader->out->refused > 0 || !reader->out->agrees ? ERR_REFUSED : OK;
}

enum err ledger_read(const struct ledger_reading *request, struct arena *arena,
                     struct ledger_read *out, struct trouble *trouble)
{
    struct reader *reader = arena_take(arena, 1, sizeof *reader);
    struct model model;
    struct extract_copy copy;
    enum err err = OK;

    *out = (struct ledger_read){ .difference = "" };
    *reader = (struct reader){ .request = request, .arena = arena, .out = out,
                               .spool = { { spool_write }, SPOOL_NONE } };
    reader->bytes = arena_take(arena, 2 * LINE_BYTES, 1);
    index_open(&reader->index, arena);
    err = extract_copy_open(&copy, arena, request->desk, request->evidence, request->words,
                            trouble);
    if (err != OK)
        return err;
    err = open_rules(reader, &model);
    if (err == OK) {
        err = convert(reader, &copy);
        if (reader->lines.intake != NULL)
            evidence_intake_drop(reader->lines.intake);
        model_close(&model);
    }
    if (err != OK && err != ERR_REFUSED)
        err = fail(trouble, err, "%s", extract_copy_message(&copy, arena, reader->trouble.text));
    spool_close(&reader->spool.spool);
    extract_copy_close(&copy);
    return err;
}
