/*
 * extract/guess_columns.c -- what stands in every column, counted over the whole file.
 *
 * The last row that counts is held back until another one follows: it may be a total of the rows
 * above, and then belongs to no column's figures.
 */
#include "extract/guess.h"

#include "base/index.h"

const char *const guess_period[GUESS_PERIODS] = {
    "yyyy-zz/Ppp", "yyyy-zz pp", "yyyy/zz pp", "yyyy pp", "yyyy-pp", "yyyy/pp", "pp/yyyy",
    "mmm yyyy", "mmm-yyyy", "mmm-yy", "mmm yy", "mmm", "Ppp", "pp"
};

/* -- a cell -------------------------------------------------------------------------------- */

static struct date_tally *tally_of(struct column_facts *column, const struct date_shape *shape)
{
    for (size_t i = 0; i < column->date_shapes; i++) {
        if (memcmp(&column->date[i].shape, shape, sizeof *shape) == 0)
            return &column->date[i];
    }
    if (column->date_shapes == DATE_SHAPES_MAX)
        return NULL;
    column->date[column->date_shapes] = (struct date_tally){ .shape = *shape };
    return &column->date[column->date_shapes++];
}

/* 00:00:00: what is left of a date whose format is gone. */
static bool is_time_alone(struct text text)
{
    return text.size == 8 && text.data[2] == ':' && text.data[5] == ':' && text.data[0] >= '0'
           && text.data[0] <= '9';
}

static void see_date(struct column_facts *column, const struct cell *cell, struct text text)
{
    struct date_seen seen;

    if (cell->kind == CELL_DATE) {
        column->typed_dates++;
        column->dates++;
        return;
    }
    if (cell->kind == CELL_TIME || is_time_alone(text)) {
        column->lost_dates++;
        return;
    }
    if (!date_shape_of(text, &seen))
        return;
    struct date_tally *tally = tally_of(column, &seen.shape);
    if (tally == NULL)
        return;
    column->dates++;
    tally->cells++;
    tally->day_first += seen.day_first;
    tally->month_first += seen.month_first;
}

static void see_amount(struct column_facts *column, const struct cell *cell)
{
    struct amount_shape shape;

    if (!amount_shape_of(cell, &shape))
        return;
    column->amounts++;
    column->numbers += cell->kind == CELL_NUMBER;
    column->decimals += shape.decimals;
    column->finer += shape.finer;
    column->residue += shape.residue;
    column->scientific += shape.scientific;
    column->proof[shape.proof]++;
    column->thousands[shape.thousands]++;
    column->minus += (shape.negative & NEGATIVE_MINUS) != 0 && cell->kind == CELL_TEXT;
    column->brackets += (shape.negative & NEGATIVE_BRACKETS) != 0;
    column->trailing += (shape.negative & NEGATIVE_TRAILING) != 0;
    column->cr += (shape.negative & NEGATIVE_CR) != 0;
    if (shape.currency < GUESS_CURRENCIES)
        column->currency[shape.currency]++;
    for (int i = 0; i < 2; i++) {
        if (!shape.reads[i])
            continue;
        decimal_sum_add(&column->sum[i], shape.exact[i]);
        decimal_sum_add(&column->since[i], shape.exact[i]);
    }
}

static bool is_side(struct text text)
{
    static const char *const sides[] = { "D", "C", "DR", "CR", "Dr", "Cr", "Debit", "Credit",
                                         "DEBIT", "CREDIT", "debit", "credit", "-", "+", "(", ")" };

    for (size_t i = 0; i < COUNT(sides) && text.size <= 6; i++) {
        if (text_is(text, sides[i]))
            return true;
    }
    return false;
}

static void see_period(const struct table_facts *facts, struct column_facts *column,
                       const struct cell *cell)
{
    period_number period;

    for (size_t i = 0; i < GUESS_PERIODS; i++)
        column->period[i] += period_read(cell, &facts->period[i], 2014, &period) == REASON_NONE;
}

static void see_value(struct column_facts *column, struct text text)
{
    if (column->varied)
        return;
    const uint64_t hash = text_hash(text, 1);
    if (column->filled == 1)
        column->first_hash = hash;
    column->varied = hash != column->first_hash;
}

static void see_cell(struct table_facts *facts, size_t at, const struct cell *cell)
{
    struct column_facts *column = &facts->column[at];
    const struct text text = cell_trim(cell->text);
    struct text code;

    if (text.size == 0)
        return;
    column->filled++;
    see_value(column, text);
    if (cell_is_error(cell)) {
        column->errors++;
        return;
    }
    column->lost += code_read(cell, &code) == REASON_CODE_LOST;
    column->sides += is_side(text);
    see_amount(column, cell);
    see_date(column, cell, text);
    if (column->period_wanted)
        see_period(facts, column, cell);
    if (column->id_wanted) {
        const char place[2] = { (char)('0' + at % 64), (char)('0' + at / 64) };
        column->id_twice = ids_seen_before(&facts->ids,
                                           id_hash_of((struct text){ place, 2 }, text))
                           || column->id_twice;
    }
}

/* -- rows that say that they are totals ------------------------------------------------------- */

static size_t label_size(struct text text)
{
    static const char *const words[] = { "sub-total", "subtotal", "sub total", "grand total",
                                         "total" };

    if (text.size < 5 || !is_one_of(text.data[0], "sStTgG"))
        return 0;
    for (size_t i = 0; i < COUNT(words); i++) {
        const size_t size = strlen(words[i]);
        size_t same = 0;
        while (same < size && same < text.size
               && (text.data[same] | 0x20) == (words[i][same] | 0x20))
            same++;
        if (same == size)
            return size;
    }
    return 0;
}

/* "Total", "GRAND TOTAL:", and nothing more. */
static bool is_label_alone(struct text text)
{
    size_t at = label_size(text);

    if (at == 0)
        return false;
    at += at < text.size && (text.data[at] | 0x20) == 's';
    for (; at < text.size; at++) {
        if (!is_one_of(text.data[at], " :.="))
            return false;
    }
    return true;
}

static size_t count_filled(const struct row *row, size_t *only)
{
    size_t filled = 0;

    for (size_t i = 0; i < row->count; i++) {
        if (cell_is_blank(row->cell[i].text))
            continue;
        filled++;
        *only = i;
    }
    return filled;
}

static struct total_label *label_of(struct table_facts *facts, size_t column, struct text prefix)
{
    for (size_t i = 0; i < facts->labels; i++) {
        if (facts->label[i].column == column && text_is(prefix, facts->label[i].prefix))
            return &facts->label[i];
    }
    if (facts->labels == LABELS_MAX)
        return NULL;
    struct total_label *label = &facts->label[facts->labels++];
    label->column = column;
    memcpy(label->prefix, prefix.data, prefix.size);
    for (int i = 0; i < 2; i++)
        label->met[i] = arena_take(facts->arena, facts->columns, sizeof *label->met[i]);
    return label;
}

/* Payments to "Total Fitness" are none: a subtotal stands below two rows or more, and the rest of
 * it is blank for the most part, unless it says "Total" and nothing else. */
static bool may_be_subtotal(const struct table_facts *facts, const struct row *row,
                            struct text words)
{
    size_t only;

    return facts->since_rows >= 2
           && (count_filled(row, &only) * 2 <= facts->columns || is_label_alone(words));
}

/* Whether a cell states the sum of those above since the last subtotal; if so, the next one is to
 * state what follows it. */
static bool meets_sum(struct column_facts *column, enum decimal_mark mark, struct decimal stated)
{
    struct decimal_sum own, difference;

    decimal_sum_open(&own);
    decimal_sum_open(&difference);
    decimal_sum_add(&own, stated);
    decimal_sum_difference(&own, &column->since[mark], &difference);
    const bool met = decimal_sum_is_zero(&difference) && stated.digits != 0;
    decimal_sum_close(&own);
    decimal_sum_close(&difference);
    if (!met)
        return false;
    decimal_sum_close(&column->since[mark]);
    decimal_sum_open(&column->since[mark]);
    /* Its own figure, which is added with the row's cells, is taken off beforehand. */
    stated.digits = -stated.digits;
    decimal_sum_add(&column->since[mark], stated);
    return true;
}

/* Before the row's own cells are counted. */
static void meet_sums(struct table_facts *facts, struct total_label *label, const struct row *row)
{
    struct amount_shape shape;

    bool met = false;

    label->rows++;
    for (size_t i = 0; i < facts->columns && i < row->count; i++) {
        if (!amount_shape_of(&row->cell[i], &shape))
            continue;
        for (int mark = 0; mark < 2; mark++) {
            if (!shape.reads[mark] || !meets_sum(&facts->column[i], (enum decimal_mark)mark,
                                                 shape.exact[mark]))
                continue;
            label->met[mark][i]++;
            met = true;
        }
    }
    if (met)
        facts->since_rows = 0;
}

static void see_labels(struct table_facts *facts, const struct row *row)
{
    for (size_t i = 0; i < facts->columns && i < row->count; i++) {
        const struct text text = cell_trim(row->cell[i].text);
        const size_t size = row->cell[i].kind == CELL_TEXT ? label_size(text) : 0;
        if (size == 0)
            continue;
        struct total_label *label = label_of(facts, i, (struct text){ text.data, size });
        if (label != NULL)
            label->alone += is_label_alone(text);
        if (label != NULL && may_be_subtotal(facts, row, text))
            meet_sums(facts, label, row);
        else if (label != NULL)
            label->rows++;
        return;
    }
}

/* -- rows ---------------------------------------------------------------------------------- */

static void count_held(struct table_facts *facts)
{
    const struct row *row = &facts->last;
    size_t only = 0;

    facts->counted++;
    if (count_filled(row, &only) == 1 && only < facts->columns)
        facts->column[only].alone++;
    see_labels(facts, row);
    facts->since_rows++;
    for (size_t i = 0; i < facts->columns && i < row->count; i++)
        see_cell(facts, i, &row->cell[i]);
    facts->held = false;
}

/* Copies the row to where it outlives the reader's next one. */
static void hold_row(struct table_facts *facts, const struct row *row)
{
    const size_t cells = row->count < facts->columns ? row->count : facts->columns;
    size_t bytes = 0;
    size_t at = 0;

    for (size_t i = 0; i < cells; i++)
        bytes += row->cell[i].text.size;
    if (bytes > facts->held_room) {
        facts->held_room = bytes * 2;
        facts->held_bytes = arena_take(facts->arena, facts->held_room, 1);
    }
    for (size_t i = 0; i < cells; i++) {
        const struct text text = row->cell[i].text;
        facts->held_cell[i] = (struct cell){ { facts->held_bytes + at, text.size },
                                             row->cell[i].kind };
        if (text.size > 0)
            memcpy(facts->held_bytes + at, text.data, text.size);
        at += text.size;
    }
    facts->last = (struct row){ .cell = facts->held_cell, .count = cells, .number = row->number };
    facts->held = true;
}

static bool repeats_header(const struct table_facts *facts, const struct row *row)
{
    if (facts->header.count == 0 || row->count < facts->header.count)
        return false;
    for (size_t i = 0; i < facts->header.count; i++) {
        if (!text_equal(cell_trim(row->cell[i].text), cell_trim(facts->header.cell[i].text)))
            return false;
    }
    return true;
}

/* A row that is not cut as the others are: nobody knows which of its cells is which. */
static bool does_not_fit(const struct table_facts *facts, const struct row *row)
{
    if (row->fault != ROW_GOOD || (facts->fewer_misfit && row->count < facts->columns))
        return true;
    for (size_t i = facts->columns; i < row->count; i++) {
        if (!cell_is_blank(row->cell[i].text))
            return true;
    }
    return false;
}

void facts_row(struct table_facts *facts, const struct row *row)
{
    size_t only;

    facts->rows++;
    if (row->fault == ROW_GOOD && count_filled(row, &only) == 0)
        facts->blank++;
    else if (does_not_fit(facts, row))
        facts->misfit++;
    else if (repeats_header(facts, row))
        facts->repeated++;
    else {
        if (facts->held)
            count_held(facts);
        hold_row(facts, row);
    }
}

/* -- the beginning and the end --------------------------------------------------------------- */

void facts_open(struct table_facts *facts, struct arena *arena, const struct row *header,
                size_t columns, bool fewer_misfit)
{
    *facts = (struct table_facts){ .arena = arena, .header = *header, .columns = columns,
                                   .fewer_misfit = fewer_misfit };
    if (header->count > 0)
        facts->columns = header->count;
    if (facts->columns > ROW_CELLS_MAX)
        facts->columns = ROW_CELLS_MAX;
    facts->column = arena_take(arena, facts->columns + 1, sizeof *facts->column);
    facts->held_cell = arena_take(arena, facts->columns + 1, sizeof *facts->held_cell);
    facts->held_room = 4096;
    facts->held_bytes = arena_take(arena, facts->held_room, 1);
    bool ids = false;
    for (size_t i = 0; i < facts->columns; i++) {
        struct column_facts *column = &facts->column[i];
        const struct text name = i < header->count ? header->cell[i].text : (struct text){ "", 0 };

        for (int mark = 0; mark < 2; mark++) {
            decimal_sum_open(&column->sum[mark]);
            decimal_sum_open(&column->since[mark]);
        }
        column->period_wanted = guess_name_score(name, TARGET_PERIOD) > 0
                                || guess_name_score(name, TARGET_FROM) > 0
                                || guess_name_score(name, TARGET_TO) > 0;
        column->id_wanted = guess_name_score(name, TARGET_ENTRY_ID) > 0;
        ids = ids || column->id_wanted;
    }
    if (ids)
        ids_seen_open(&facts->ids, arena);
    for (size_t i = 0; i < GUESS_PERIODS; i++)
        (void)period_pattern_parse(text_of(guess_period[i]), &facts->period[i]);
}

void facts_close(struct table_facts *facts)
{
    if (facts->column == NULL)      /* memory ran out before it was open */
        return;
    for (size_t i = 0; i < facts->columns; i++) {
        for (int mark = 0; mark < 2; mark++) {
            decimal_sum_close(&facts->column[i].sum[mark]);
            decimal_sum_close(&facts->column[i].since[mark]);
        }
    }
}

bool facts_last_amount(const struct table_facts *facts, size_t column, enum decimal_mark mark,
                       struct decimal *out)
{
    struct amount_shape shape;

    if (column >= facts->last.count || !amount_shape_of(&facts->last.cell[column], &shape)
        || !shape.reads[mark])
        return false;
    *out = shape.exact[mark];
    return true;
}

bool sum_is_residue(const struct decimal_sum *sum, uint64_t finer)
{
    if (decimal_sum_is_zero(sum))
        return true;
    if (finer == 0 || !sum->finer || sum->pence > INT64_MAX || sum->pence < INT64_MIN)
        return false;
    mpq_t off, pence;
    mpq_inits(off, pence, NULL);
    mpq_set_si(pence, (long)sum->pence, 100);
    mpq_canonicalize(pence);
    mpq_add(off, sum->rest, pence);
    mpq_abs(off, off);
    const bool small = mpq_cmp_ui(off, finer, 1000000) <= 0;
    mpq_clears(off, pence, NULL);
    return small;
}

static bool states_the_sum(const struct table_facts *facts, size_t column, enum decimal_mark mark)
{
    struct decimal_sum own, difference;
    struct decimal last;

    if (!facts_last_amount(facts, column, mark, &last))
        return false;
    decimal_sum_open(&own);
    decimal_sum_open(&difference);
    decimal_sum_add(&own, last);
    decimal_sum_difference(&own, &facts->column[column].sum[mark], &difference);
    const bool same = sum_is_residue(&difference, facts->column[column].finer);
    decimal_sum_close(&own);
    decimal_sum_close(&difference);
    return same;
}

/* Nothing but an amount in a row, below rows that are never so: a total, even if it does not
 * tie. */
static bool alone_in_its_kind(const struct table_facts *facts, size_t column)
{
    struct decimal last;

    return facts->counted > 1 && column < facts->columns && facts->columns > 1
           && facts->column[column].alone == 0
           && facts->column[column].amounts * 2 > facts->column[column].filled
           && (facts_last_amount(facts, column, DECIMAL_POINT, &last)
               || facts_last_amount(facts, column, DECIMAL_COMMA, &last));
}

void facts_end(struct table_facts *facts, struct last_row *last)
{
    bool same = false;
    bool label = false;
    bool exact_label = false;

    *last = (struct last_row){ .total = false };
    if (!facts->held)
        return;
    last->alone = count_filled(&facts->last, &last->label) == 1;
    for (size_t i = 0; i < facts->last.count; i++) {
        const struct text text = cell_trim(facts->last.cell[i].text);
        same = same || (facts->counted > 0 && (states_the_sum(facts, i, DECIMAL_POINT)
                                               || states_the_sum(facts, i, DECIMAL_COMMA)));
        if (label || label_size(text) == 0)
            continue;
        label = true;
        exact_label = is_label_alone(text);
        last->label = i;
        last->words = text;
    }
    last->total = exact_label || (same && label)
                  || (last->alone && (same || alone_in_its_kind(facts, last->label)));
    if (!last->total)
        count_held(facts);
}
