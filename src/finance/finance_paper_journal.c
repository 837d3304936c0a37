/*
 * finance/finance_paper_journal.c -- the journal of a council: as a file for its own ledger, and as
 * a document that shows what was posted and that the partners post the other side.
 */
#include <assert.h>
#include <stdio.h>

#include "finance/finance_paper.h"
#include "finance/finance_text_sink.h"
#include "formats/csv.h"

struct posting {
    const struct paper_case   *paper;
    const struct paper_layout *layout;
    const struct journal_row  *row;
    int32_t                    partner;
    size_t                     line;        /* from 1 */
};

static bool is_clearing(const struct journal_row *row)
{
    return text_is(row->kind, "clearing");
}

/* Its own account; without a map, the joint group. Empty: the map lacks it. */
static struct text account_of(const struct paper_layout *layout, const struct journal_row *row)
{
    if (is_clearing(row))
        return layout->mapped ? layout->clearing : (struct text){ "clearing", 8 };
    return layout->mapped ? layout_code_of(&layout->account, row->group) : row->group;
}

/* Every group that is posted has an account, else none is posted. */
static enum err accounts_are_there(const struct paper_layout *layout,
                                   const struct journal_rows *rows, struct trouble *trouble)
{
    for (size_t i = 0; i < rows->count; i++)
        if (account_of(layout, &rows->row[i]).size == 0)
            return fail(trouble, ERR_REFUSED, "%.*s has no account for the group '%.*s': add a "
                        "line 'account %.*s = CODE'", TEXT(layout->name),
                        TEXT(rows->row[i].group), TEXT(rows->row[i].group));
    return OK;
}

/* --- what stands in a column --- */

static struct text date_text(const struct posting *posting)
{
    static const char *const month[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec" };
    const struct text iso = paper_day(posting->paper, posting->row->period);
    const char *year = iso.data, *number = iso.data + 5, *day = iso.data + 8;
    struct arena *arena = posting->paper->arena;

    switch (posting->layout->date) {
    case LAYOUT_SLASHES: return text_of(arena_print(arena, "%.2s/%.2s/%.4s", day, number, year));
    case LAYOUT_DOTS: return text_of(arena_print(arena, "%.2s.%.2s.%.4s", day, number, year));
    case LAYOUT_MONTH_NAME:
        return text_of(arena_print(arena, "%.2s-%s-%.4s", day,
                                   month[(number[0] - '0') * 10 + number[1] - '0' - 1], year));
    case LAYOUT_ISO: break;
    }
    return iso;
}

static struct text amount_text(struct arena *arena, const struct paper_layout *layout,
                               wide pence)
{
    char plain[MONEY_POUNDS_MAX], *number = plain;

    if (layout->thousands)
        (void)money_print_pounds(pence < 0 ? -pence : pence, plain);
    else
        (void)money_print(pence < 0 ? -pence : pence, plain);
    number += layout->thousands ? 2 : 0;        /* behind the pound sign */
    if (pence >= 0)
        return text_of(arena_print(arena, "%s", number));
    switch (layout->sign) {
    case LAYOUT_BRACKETS: return text_of(arena_print(arena, "(%s)", number));
    case LAYOUT_BEHIND: return text_of(arena_print(arena, "%s-", number));
    case LAYOUT_MINUS: break;
    }
    return text_of(arena_print(arena, "-%s", number));
}

/* Of two columns, one is empty. */
static struct text side_text(const struct posting *posting, wide pence)
{
    return pence == 0 ? (struct text){ "", 0 }
                      : amount_text(posting->paper->arena, posting->layout, pence);
}

static struct text narrative(const struct posting *posting)
{
    const struct paper_case *paper = posting->paper;
    const struct journal_row *row = posting->row;
    const struct pool *pool = paper_pool(paper, row->pool);
    const struct text service = paper_service_name(paper, row->service);

    if (is_clearing(row))
        return text_of(arena_print(paper->arena, "%.*s %.*s clearing", TEXT(service),
                                   TEXT(row->period)));
    return text_of(arena_print(paper->arena, "%.*s %.*s %.*s", TEXT(service), TEXT(row->period),
                               TEXT(pool == NULL ? row->pool : pool->name)));
}

/* The council that the service is settled with; the lead settles with all others. */
static struct text counterparty(const struct posting *posting)
{
    const struct model *model = posting->paper->model;
    int32_t lead = -1;

    for (size_t i = 0; i < model->services; i++)
        if (text_equal(model->service[i].code, posting->row->service))
            lead = model->service[i].lead;
    if (lead >= 0 && lead != posting->partner)
        return model->partner[lead].code;
    if (model->partners == 2)
        return model->partner[1 - posting->partner].code;
    return (struct text){ "several", 7 };
}

static struct text centre(const struct posting *posting)
{
    const struct text code = layout_code_of(&posting->layout->centres, posting->row->service);

    return code.size > 0 ? code : posting->layout->centre;
}

static struct text vat(const struct posting *posting)
{
    const char *word = layout_vat_word(paper_vat_of(posting->paper, posting->partner,
                                                    posting->row->service,
                                                    posting->row->pool).vat);
    const struct text code = layout_code_of(&posting->layout->vat_code, text_of(word));

    return code.size > 0 ? code : text_of(word);
}

static struct text batch(const struct paper_case *paper, int32_t partner)
{
    return text_of(arena_print(paper->arena, "%.*s-%.*s", TEXT(paper->model->partner[partner].code),
                               TEXT(paper->last)));
}

static struct text field_text(const struct posting *posting, enum layout_field field)
{
    const struct journal_row *row = posting->row;
    const struct paper_layout *layout = posting->layout;

    switch (field) {
    case LAYOUT_BATCH: return batch(posting->paper, posting->partner);
    case LAYOUT_REFERENCE: return paper_reference(posting->paper, row);
    case LAYOUT_LINE: return text_of(arena_number(posting->paper->arena,
                                                  (int64_t)posting->line));
    case LAYOUT_PERIOD: return row->period;
    case LAYOUT_DATE: return date_text(posting);
    case LAYOUT_COST_CENTRE: return centre(posting);
    case LAYOUT_ACCOUNT: return account_of(layout, row);
    case LAYOUT_AMOUNT: return amount_text(posting->paper->arena, layout,
                                           row->debit - row->credit);
    case LAYOUT_DEBIT: return side_text(posting, row->debit);
    case LAYOUT_CREDIT: return side_text(posting, row->credit);
    case LAYOUT_SIDE: return row->debit > 0 ? layout->debit : layout->credit;
    case LAYOUT_NARRATIVE: return narrative(posting);
    case LAYOUT_COUNTERPARTY: return counterparty(posting);
    case LAYOUT_VAT: return vat(posting);
    case LAYOUT_SERVICE: return row->service;
    case LAYOUT_POOL: return row->pool;
    case LAYOUT_GROUP: return row->group;
    case LAYOUT_FIELDS: break;
    }
    return (struct text){ "", 0 };
}

/* --- the file --- */

static void put(struct text_sink *out, struct text words)
{
    (void)out->sink.write(&out->sink, words.data, words.size, NULL);
}

/* In quotes where the ledger would cut it, or a spreadsheet take it for a formula's beginning. */
static void put_field(struct text_sink *out, const struct paper_layout *layout, struct text words)
{
    bool quoted = false;

    for (size_t i = 0; i < words.size; i++)
        quoted = quoted || words.data[i] == layout->delimiter || words.data[i] == '"';
    if (quoted)
        put(out, text_of("\""));
    for (size_t i = 0; i < words.size; i++) {
        if (words.data[i] == '"')
            put(out, text_of("\""));
        put(out, (struct text){ words.data + i, 1 });
    }
    if (quoted)
        put(out, text_of("\""));
}

static void put_record(struct text_sink *out, const struct paper_layout *layout,
                       const struct text field[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            put(out, (struct text){ &layout->delimiter, 1 });
        put_field(out, layout, field[i]);
    }
    put(out, text_of(layout->crlf ? "\r\n" : "\n"));
}

struct control {
    size_t lines;
    wide   debits, credits;
};

static struct control control_of(const struct journal_rows *rows)
{
    struct control control = { rows->count, 0, 0 };

    for (size_t i = 0; i < rows->count; i++) {
        control.debits += rows->row[i].debit;
        control.credits += rows->row[i].credit;
    }
    return control;
}

static void put_total(struct text_sink *out, const struct paper_case *paper,
                      const struct paper_layout *layout, const struct control *control)
{
    const struct text field[] = {
        { "TOTAL", 5 }, text_of(arena_number(paper->arena, (int64_t)control->lines)),
        amount_text(paper->arena, layout, control->debits),
        amount_text(paper->arena, layout, control->credits),
    };

    put_record(out, layout, field, COUNT(field));
}

enum err paper_journal_file(const struct paper_case *paper, int32_t partner, struct text *bytes,
                            struct trouble *trouble)
{
    const struct paper_layout *layout = &paper->layout[partner];
    const struct journal_rows *rows = &paper->journal[partner];
    const struct control control = control_of(rows);
    struct text field[LAYOUT_COLUMNS_MOST];
    struct text_sink out;
    enum err err = accounts_are_there(layout, rows, trouble);

    if (err != OK)
        return err;
    assert(control.debits == control.credits);      /* paper_case_read() */
    text_sink_open(&out, paper->arena);
    for (size_t i = 0; i < layout->columns; i++)
        field[i] = layout->column[i].head;
    if (layout->header)
        put_record(&out, layout, field, layout->columns);
    for (size_t line = 0; line < rows->count; line++) {
        const struct posting posting = { paper, layout, &rows->row[line], partner, line + 1 };
        for (size_t i = 0; i < layout->columns; i++)
            field[i] = field_text(&posting, layout->column[i].field);
        put_record(&out, layout, field, layout->columns);
    }
    if (layout->total)
        put_total(&out, paper, layout, &control);
    *bytes = text_sink_bytes(&out);
    return OK;
}

/* --- the document --- */

static void lines_table(const struct paper_case *paper, struct document *document,
                        int32_t partner)
{
    static const struct document_column columns[] = {
        { "Reference", DOCUMENT_WORDS }, { "Date", DOCUMENT_DAY }, { "Account", DOCUMENT_WORDS },
        { "For", DOCUMENT_WORDS }, { "VAT", DOCUMENT_WORDS }, { "Debit", DOCUMENT_MONEY },
        { "Credit", DOCUMENT_MONEY },
    };
    const struct journal_rows *rows = &paper->journal[partner];
    const struct control control = control_of(rows);
    struct document_table *table = document_table(document, "Lines as they are posted", "Journal",
                                                  columns);

    for (size_t i = 0; i < rows->count; i++) {
        const struct posting posting = { paper, &paper->layout[partner], &rows->row[i], partner,
                                         i + 1 };
        const struct pool *pool = paper_pool(paper, rows->row[i].pool);
        document_words(table, paper_reference(paper, &rows->row[i]));
        document_words(table, paper_day(paper, rows->row[i].period));
        document_words(table, account_of(&paper->layout[partner], &rows->row[i]));
        document_words(table, pool == NULL ? rows->row[i].kind : pool->name);
        document_words(table, vat(&posting));
        if (rows->row[i].debit != 0)
            document_money(table, rows->row[i].debit);
        else
            document_blank(table);
        if (rows->row[i].credit != 0)
            document_money(table, rows->row[i].credit);
        else
            document_blank(table);
    }
    document_words(table, text_of("All lines"));
    for (int i = 0; i < 4; i++)
        document_blank(table);
    document_money(table, control.debits);
    document_money(table, control.credits);
    table->sum = true;
}

/* What all others clear under the same reference: the lead's is the sum of theirs. */
static wide cleared_by_others(const struct paper_case *paper, int32_t partner,
                              const struct journal_row *row)
{
    wide sum = 0;

    for (size_t other = 0; other < paper->model->partners; other++)
        for (size_t i = 0; (int32_t)other != partner && i < paper->journal[other].count; i++) {
            const struct journal_row *theirs = &paper->journal[other].row[i];
            if (is_clearing(theirs) && text_equal(theirs->period, row->period) &&
                text_equal(theirs->service, row->service))
                sum += theirs->debit - theirs->credit;
        }
    return sum;
}

static void mirror_table(const struct paper_case *paper, struct document *document,
                         int32_t partner)
{
    static const struct document_column columns[] = {
        { "Reference", DOCUMENT_WORDS }, { "Cleared here", DOCUMENT_MONEY },
        { "Cleared by the others", DOCUMENT_MONEY }, { "Together", DOCUMENT_MONEY },
    };
    const struct journal_rows *rows = &paper->journal[partner];
    struct document_table *table = document_table(document, "The other side of each reference",
                                                  "Mirror", columns);

    for (size_t i = 0; i < rows->count; i++) {
        const struct journal_row *row = &rows->row[i];
        if (!is_clearing(row))
            continue;
        const wide here = row->debit - row->credit;
        const wide there = cleared_by_others(paper, partner, row);
        document_words(table, paper_reference(paper, row));
        document_money(table, here);
        document_money(table, there);
        document_money(table, here + there);
    }
}

enum err paper_journal(const struct paper_case *paper, int32_t partner, struct document **out,
                       struct trouble *trouble)
{
    const struct control control = control_of(&paper->journal[partner]);
    const enum err err = accounts_are_there(&paper->layout[partner], &paper->journal[partner],
                                            trouble);

    if (err != OK)
        return err;
    struct document *document = paper_open(paper, "Journal", partner);
    document_fact(document, "Batch", batch(paper, partner));
    document_fact(document, "Layout", paper->layout[partner].name);
    document_section(document, "Control totals");
    document_paragraph(document, text_of(arena_print(
        paper->arena, "%zu lines. Debits are %.*s, credits %.*s: they balance.", control.lines,
        TEXT(document_pounds(paper->arena, control.debits)),
        TEXT(document_pounds(paper->arena, control.credits)))));
    document_section(document, "Lines");
    lines_table(paper, document, partner);
    document_section(document, "The other side");
    document_paragraph(document, text_of(
        "A charge has one reference in the ledgers of all councils. What one of them clears under "
        "it the others clear with the other sign, so that all of it together is nothing; where "
        "there are more than two councils, that of the lead is the sum of all others."));
    mirror_table(paper, document, partner);
    *out = document;
    return OK;
}
