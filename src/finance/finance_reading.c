#include "finance/finance_reading.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "extract/convert_io.h"
#include "finance/finance_entries.h"
#include "store/evidence_intake.h"
#include "web/spool.h"

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
    struct line_tally                 tally;
    struct tally_desk            desk[ROW_PLACES_MAX];  /* lines whose order is of no account */
    struct tally_desk            in_order;              /* and those where it is */
    struct hash_piece           *ids;           /* hashes of the ids of rows that are refused */
    const struct repeated       *doubted;       /* those that stand twice; NULL: they are looked
                                                   for behind the last row */
    size_t                       refusal_room;
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

static void take_line(struct reader *reader, const struct row_rules *rules, const struct row *row,
                      const struct row_verdict *verdict)
{
    struct ledger_line judged;
    struct tally_line line;

    if (tally_judge(&reader->in_order, verdict->word, &judged, &line) != FAULT_NONE) {
        reader->refused = *verdict;
        reader->refused.outcome = OUTCOME_REFUSED;
        reader->refused.reason = judged.fault == FAULT_PERIOD ? REASON_YEAR : REASON_DATE;
        reader->refused.at_field = true;
        reader->refused.field = judged.field[FIELD_PERIOD].size > 0 ? TARGET_PERIOD : TARGET_DATE;
        hash_keep(&reader->ids, reader->arena, entry_hash(verdict->word[FIELD_ENTRY_ID]));
        refuse(reader, rules, row, &reader->refused, NULL);
        return;
    }
    const struct text id = judged.field[FIELD_ENTRY_ID];
    if (reader->request->wanted != NULL)
        note_place(reader, line.hash, id, row->number);
    if (!refuse_twice(reader, rules, row, verdict, line.hash, id))
        tally_add(&reader->tally, &line);
}

static void see(void *context, const struct row_rules *rules, const struct row *row,
                const struct row_verdict *verdict)
{
    struct reader *reader = context;

    if (reader->err != OK || verdict->outcome == OUTCOME_LEFT_OUT)
        return;
    if (verdict->outcome == OUTCOME_ACCEPTED) {
        take_line(reader, rules, row, verdict);
        return;
    }
    if (verdict->identified)
        hash_keep(&reader->ids, reader->arena, entry_hash(verdict->word[FIELD_ENTRY_ID]));
    refuse(reader, rules, row, verdict, NULL);
}

/* --- rows whose order is of no account --- */

static void begin_batch(void *context, size_t place, struct arena *arena)
{
    struct reader *reader = context;
    struct tally_desk *desk = &reader->desk[place];

    if (desk->rules == NULL)
        tally_desk_open(desk, arena, &reader->rules);
    tally_clear(desk);
}

/* A row that is refused, or may be for what other extracts have, is for see() to tell. */
static bool look(void *context, size_t place, const struct row_rules *rules,
                 const struct row *row, const struct row_verdict *verdict)
{
    struct reader *reader = context;
    struct tally_desk *desk = &reader->desk[place];
    struct ledger_line judged;
    struct tally_line line;

    (void)rules;
    (void)row;
    if (verdict->outcome == OUTCOME_LEFT_OUT)
        return true;
    return verdict->outcome == OUTCOME_ACCEPTED && reader->request->wanted == NULL &&
           reader->request->twice == NULL &&
           tally_judge(desk, verdict->word, &judged, &line) == FAULT_NONE &&
           tally_hold(desk, &line);
}

static void settle_batch(void *context, size_t place)
{
    struct reader *reader = context;

    tally_settle(&reader->tally, &reader->desk[place]);
}

/* --- ids that stand twice --- */

static bool is_doubted(void *context, struct text id)
{
    const struct reader *reader = context;

    return hash_stands(reader->doubted, entry_hash(id));
}

/* All ids' hashes, in order, of which the lines' are kept; of an extract with others nothing is.
 * Those that stand more than once are doubted. */
static void take_entries(struct reader *reader, struct repeated *doubted)
{
    const struct hash_piece *const pieces[] = { reader->tally.hashes, reader->ids };
    struct ledger_read *out = reader->out;
    size_t count = 0;
    bool again = false;

    hashes_sorted(pieces, COUNT(pieces), reader->arena, &out->entry, &count);
    assert(count == out->lines || out->refused > 0);
    for (size_t i = 1; i < count && !again; i++)
        again = out->entry[i] == out->entry[i - 1];
    if (again)
        hashes_repeated(pieces, COUNT(pieces), reader->arena, doubted);
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
    return OK;
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

static bool differs(enum agreement agreement)
{
    return agreement == AGREE_NOT || agreement == AGREE_NOT_READABLE;
}

static enum err take_summary(struct reader *reader, const struct convert_summary *summary)
{
    struct ledger_read *out = reader->out;
    struct line_tally *tally = &reader->tally;
    const struct convert_file *file = &summary->file[0];
    const struct decimal_sum *difference = differs(file->agreement) ? &file->difference
                                                                    : &summary->difference;

    for (size_t i = 0; i < summary->proof.rules; i++)
        out->left_out += summary->proof.left_out[LEFT_BY_PROFILE + i].rows;
    out->agrees = !differs(summary->agreement) && !differs(file->agreement);
    if (!out->agrees)
        out->difference = decimal_sum_text(difference, reader->arena);
    if (tally->overflown)
        return fail(&reader->trouble, ERR_USAGE, "the amounts add up to more than can be held");
    tally_sort(tally);
    out->sum = tally->sum;
    out->sums = tally->sums;
    out->lines = tally->lines;
    out->pence = tally->pence;
    return reader->err;
}

/* Every row, and what the lines come to. */
static enum err convert(struct reader *reader, const struct extract_copy *copy)
{
    const struct row_looker looker = { reader, begin_batch, look, settle_batch };
    const struct id_doubt doubt = { reader->doubted == NULL ? NULL : is_doubted, reader };
    const struct convert_request request = {
        .outside = reader->request->desk->outside, .profile = copy->profile,
        .extract = &copy->extract, .extracts = 1, .form = FORM_LEDGER,
        .control = reader->request->control, .threads = reader->request->threads,
        .watch = reader->request->watch, .see = see, .see_context = reader, .looker = &looker,
        .doubt = &doubt, .lines = reader->lines.intake == NULL ? NULL : &reader->lines.sink,
    };
    struct convert_summary summary;
    enum err err = convert_extracts(&request, reader->arena, &summary, &reader->trouble);

    if (err != OK && err != ERR_REFUSED)
        return err;
    err = take_summary(reader, &summary);
    convert_summary_close(&summary);
    return err;
}

static enum err read_rows(struct reader *reader, const struct extract_copy *copy)
{
    struct model model;
    enum err err = open_rules(reader, &model);

    if (err != OK)
        return err;
    tally_open(&reader->tally, reader->arena);
    tally_desk_open(&reader->in_order, reader->arena, &reader->rules);
    err = begin_lines(reader, copy);
    if (err == OK)
        err = convert(reader, copy);
    model_close(&model);
    return err;
}

static struct reader begin_reader(const struct ledger_reading *request, struct arena *arena,
                                  struct ledger_read *out, const struct repeated *doubted)
{
    *out = (struct ledger_read){ .difference = "" };
    return (struct reader){ .request = request, .arena = arena, .out = out, .doubted = doubted,
                            .spool = { { spool_write }, SPOOL_NONE } };
}

static void end_reader(struct reader *reader)
{
    if (reader->lines.intake != NULL)
        evidence_intake_drop(reader->lines.intake);
    reader->lines.intake = NULL;
    spool_close(&reader->spool.spool);
}

/* Once more, if ids seem to stand twice: then all that came before a row counts. */
static enum err read_whole(struct reader *reader, const struct extract_copy *copy)
{
    struct repeated doubted = { NULL, 0 };
    enum err err = read_rows(reader, copy);

    if (err != OK)
        return err;
    take_entries(reader, &doubted);
    if (doubted.count > 0) {
        end_reader(reader);
        *reader = begin_reader(reader->request, reader->arena, reader->out, &doubted);
        err = read_rows(reader, copy);
        if (err == OK)
            take_entries(reader, &doubted);
    }
    if (err == OK)
        err = keep_errors(reader, copy);
    if (err == OK)
        err = end_lines(reader);
    return err != OK ? err : reader->out->refused > 0 || !reader->out->agrees ? ERR_REFUSED : OK;
}

enum err ledger_read(const struct ledger_reading *request, struct arena *arena,
                     struct ledger_read *out, struct trouble *trouble)
{
    struct reader *reader = arena_take(arena, 1, sizeof *reader);
    struct extract_copy copy;
    enum err err = extract_copy_open(&copy, arena, request->desk, request->evidence,
                                     request->words, trouble);

    *reader = begin_reader(request, arena, out, NULL);
    if (err != OK)
        return err;
    err = read_whole(reader, &copy);
    if (err != OK && err != ERR_REFUSED)
        err = fail(trouble, err, "%s", extract_copy_message(&copy, arena, reader->trouble.text));
    end_reader(reader);
    extract_copy_close(&copy);
    return err;
}
