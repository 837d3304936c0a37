#include "extract/convert_batch.h"

#include <assert.h>
#include <string.h>

/* A record has a line end at least. */
#define BATCH_IDS_MAX BATCH_BYTES
/* How far the table of ids is looked ahead. */
#define IDS_AHEAD 8

static_assert(BATCH_ROWS <= BATCH_IDS_MAX, "copies of rows have ids too");

/* -- piles --------------------------------------------------------------------------------- */

static enum err pile_write(struct sink *sink, const void *bytes, size_t size,
                           struct trouble *trouble)
{
    struct pile *pile = (struct pile *)sink;

    (void)trouble;
    if (size > pile->room - pile->used) {
        const size_t room = 2 * (pile->used + size);
        pile->bytes = arena_grow(pile->arena, pile->bytes, pile->used, room, 1);
        pile->room = room;
    }
    memcpy(pile->bytes + pile->used, bytes, size);
    pile->used += size;
    return OK;
}

static void pile_open(struct pile *pile, struct arena *arena)
{
    *pile = (struct pile){ .sink = { pile_write }, .arena = arena };
}

/* -- what is written ----------------------------------------------------------------------- */

static void write_description(struct convert_batch *batch, const struct row *row)
{
    size_t count = row_description(&batch->extract->rules, row, batch->part,
                                   DESCRIPTION_PARTS_MAX);

    csv_joined(&batch->line_csv, batch->part, count);
}

static void write_line(struct convert_batch *batch, const struct row *row)
{
    const struct form_table *form = &form_table[batch->terms->request->form];
    const struct field_origin *origin = batch->extract->rules.profile->field;

    for (size_t i = 0; i < form->count; i++) {
        enum target field = form->field[i].field;
        if (target_kind(field) == KIND_TEXT && origin[field].origin == ORIGIN_COLUMN)
            write_description(batch, row);
        else
            csv_text(&batch->line_csv, batch->verdict.word[i]);
    }
    csv_end(&batch->line_csv);
}

/* -- what is counted ----------------------------------------------------------------------- */

/* An amount that is not taken in. */
static void count_amount(struct count *count, const struct row_verdict *verdict)
{
    if (verdict->amount.readable)
        decimal_sum_add(&count->total, verdict->amount.exact);
    else
        count->unreadable++;
}

static void count_accepted(struct convert_batch *batch, const struct row *row)
{
    struct proof *proof = &batch->proof;
    const struct amount_reading *amount = &batch->verdict.amount;

    count_row(&proof->accepted, batch->extract->name, row->number);
    if (batch->terms->request->form == FORM_BASIS_VALUES) {
        decimal_sum_add(&proof->accepted.total, amount->exact);
        return;
    }
    decimal_sum_add_pence(&proof->accepted.total, amount->pence);
    if (amount->rounded) {
        struct decimal exact = { -amount->exact.digits, amount->exact.places };
        proof->rounded++;
        decimal_sum_add_pence(&proof->rounding, amount->pence);
        decimal_sum_add(&proof->rounding, exact);
    }
}

/* A row that states the total: the last one of the file counts. */
static void note_total(struct convert_batch *batch)
{
    struct proof *proof = &batch->proof;

    decimal_sum_close(&proof->statement);
    decimal_sum_add(&proof->statement, batch->verdict.amount.exact);
    proof->stated = true;
}

static void count_left_out(struct convert_batch *batch, const struct row *row)
{
    const struct row_verdict *verdict = &batch->verdict;
    struct count *count = &batch->proof.left_out[verdict->left_out];

    count_row(count, batch->extract->name, row->number);
    if (!form_has_amount(batch->terms->request->form))
        return;
    if (verdict->left_out == LEFT_TOTAL)
        note_total(batch);
    else if (verdict->left_out >= LEFT_BY_PROFILE && !verdict->amount_blank)
        count_amount(count, verdict);
}

static void tell_refusal(struct convert_batch *batch, const struct row *row)
{
    char *fact;

    if (batch->refusals == REFUSALS_TOLD)
        return;
    fact = batch->fact[batch->refusals];
    (void)refusal_fact(&batch->extract->rules, row, &batch->verdict, fact);
    batch->refusal[batch->refusals++] = (struct refusal){
        .file = batch->extract->name,
        .row = row->number,
        .reason = batch->verdict.reason,
        .fact = fact,
    };
}

static void count_refused(struct convert_batch *batch, const struct row *row)
{
    struct count *count = &batch->proof.refused[batch->verdict.reason];

    count_row(count, batch->extract->name, row->number);
    if (form_has_amount(batch->terms->request->form))
        count_amount(count, &batch->verdict);
    tell_refusal(batch, row);
}

/* -- a row --------------------------------------------------------------------------------- */

/* An id that has come before is refused before anything that comes later in the row. */
static void test_repeated(struct convert_batch *batch, bool again)
{
    struct row_verdict *verdict = &batch->verdict;

    const struct id_doubt *doubt = batch->terms->request->doubt;

    if (!batch->terms->ids_tested || !verdict->identified
        || (doubt != NULL && !doubt->is_doubted(doubt->context, verdict->word[0])))
        return;
    if (!again) {
        batch->id[batch->ids] = id_hash_of(verdict->word[1], verdict->word[0]);
    } else if (batch->repeated[batch->ids]) {
        verdict->outcome = OUTCOME_REFUSED;
        verdict->reason = REASON_DUPLICATE;
        verdict->at_field = true;
        verdict->field = TARGET_ENTRY_ID;
    }
    batch->ids++;
}

/* A total that cannot be read is no total. */
static void test_total(struct row_verdict *verdict, enum form form)
{
    if (verdict->outcome != OUTCOME_LEFT_OUT || verdict->left_out != LEFT_TOTAL
        || verdict->amount.readable || !form_has_amount(form))
        return;
    verdict->outcome = OUTCOME_REFUSED;
    verdict->reason = REASON_AMOUNT;
    verdict->at_field = true;
    verdict->field = form == FORM_BASIS_VALUES ? TARGET_VALUE : TARGET_AMOUNT;
}

static void take_verdict(struct convert_batch *batch, const struct row *row)
{
    struct proof *proof = &batch->proof;
    const struct row_verdict *verdict = &batch->verdict;

    proof->rows++;
    if (verdict->outcome != OUTCOME_LEFT_OUT || verdict->left_out >= LEFT_BY_PROFILE) {
        proof->first_row = proof->first_row == 0 ? row->number : proof->first_row;
        proof->last_row = row->number;
    }
    switch (verdict->outcome) {
    case OUTCOME_ACCEPTED:
        count_accepted(batch, row);
        if (batch->terms->lines_wanted)
            write_line(batch, row);
        break;
    case OUTCOME_LEFT_OUT:
        count_left_out(batch, row);
        break;
    case OUTCOME_REFUSED:
        count_refused(batch, row);
        if (batch->terms->refused_wanted)
            error_file_row(&batch->error_file, &batch->extract->rules, row, verdict);
        break;
    }
}

/* -- a batch ------------------------------------------------------------------------------- */

static void begin(struct convert_batch *batch, struct trouble *trouble)
{
    proof_clear(&batch->proof);
    batch->lines.used = batch->refused.used = 0;
    batch->refusals = 0;
    batch->ids = 0;
    csv_open(&batch->line_csv, &batch->lines.sink, trouble);
    error_file_open(&batch->error_file, &batch->refused.sink, trouble);
    row_batch_rewind(&batch->rows);
}

/* Whoever wants to know of the row is told, or that it has to be told in order. */
static void show(struct convert_batch *batch, const struct row *row, bool again)
{
    const struct convert_request *request = batch->terms->request;
    const struct row_looker *looker = request->looker;

    if (again && request->see != NULL)
        request->see(request->see_context, &batch->extract->rules, row, &batch->verdict);
    else if (!again && !batch->seen)
        batch->seen = looker == NULL || !looker->look(looker->context, batch->place,
                                                      &batch->extract->rules, row,
                                                      &batch->verdict);
}

static enum err judge_rows(struct convert_batch *batch, bool again, struct trouble *trouble)
{
    const struct convert_request *request = batch->terms->request;
    struct row row;

    ARENA_KEEP(outer, &batch->arena);
    if (ARENA_GUARD(&batch->arena))
        return fail(trouble, ERR_IO, "out of memory");
    begin(batch, trouble);
    if (!again && request->looker != NULL)
        request->looker->begin(request->looker->context, batch->place, &batch->arena);
    while (row_batch_next(&batch->rows, &row)) {
        row_judge(&batch->extract->rules, &row, &batch->verdict);
        test_repeated(batch, again);
        test_total(&batch->verdict, request->form);
        if (request->see != NULL)
            show(batch, &row, again);
        take_verdict(batch, &row);
    }
    enum err err = csv_close(&batch->line_csv);
    return err != OK ? err : error_file_close(&batch->error_file);
}

void convert_batch_open(struct convert_batch *batch, struct arena *arena,
                        const struct batch_terms *terms, size_t place)
{
    row_batch_open(&batch->rows, arena);
    proof_open(&batch->proof, arena, terms->leave_outs);
    pile_open(&batch->lines, &batch->arena);
    pile_open(&batch->refused, &batch->arena);
    batch->terms = terms;
    batch->place = place;
    if (!terms->ids_tested)
        return;
    batch->id = arena_take(arena, BATCH_IDS_MAX, sizeof *batch->id);
    batch->repeated = arena_take(arena, BATCH_IDS_MAX, sizeof *batch->repeated);
}

enum err convert_batch_judge(struct convert_batch *batch, const struct extract *extract,
                             struct trouble *trouble)
{
    batch->extract = extract;
    batch->seen = false;
    return judge_rows(batch, false, trouble);
}

bool convert_batch_test_ids(struct convert_batch *batch, struct ids_seen *seen)
{
    bool any = false;

    for (size_t i = 0; i < batch->ids; i++) {
        if (i + IDS_AHEAD < batch->ids)
            ids_seen_expect(seen, batch->id[i + IDS_AHEAD]);
        batch->repeated[i] = ids_seen_before(seen, batch->id[i]);
        any = any || batch->repeated[i];
    }
    return any;
}

enum err convert_batch_judge_again(struct convert_batch *batch, struct trouble *trouble)
{
    return judge_rows(batch, true, trouble);
}

void convert_batch_close(struct convert_batch *batch)
{
    proof_close(&batch->proof);
    arena_free(&batch->arena);
}
