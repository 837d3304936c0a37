/*
 * finance/finance_paper_true_up.c -- the true-up at the year's end, explained by cause.
 */
#include "finance/finance_paper_cause.h"

static bool concerns(const struct cause_row *row, struct text code)
{
    return text_equal(row->partner, code) || text_equal(row->lead, code);
}

static void services_table(const struct paper_case *paper, struct document *document,
                           const struct cause_rows *rows, struct text code)
{
    static const struct document_column columns[] = {
        { "Service", DOCUMENT_WORDS }, { "Owed by", DOCUMENT_WORDS }, { "To", DOCUMENT_WORDS },
        { "Due for the year", DOCUMENT_MONEY }, { "Paid on account", DOCUMENT_MONEY },
        { "True-up", DOCUMENT_MONEY },
    };
    struct document_table *table = document_table(document, "What is still to pay, by service",
                                                  "True-up", columns);

    for (size_t i = 0; i < rows->count; i++) {
        const struct cause_row *row = &rows->row[i];
        if (!concerns(row, code))
            continue;
        document_words(table, paper_service_name(paper, row->service));
        document_words(table, paper_name(paper, row->partner));
        document_words(table, paper_name(paper, row->lead));
        document_money(table, row->due);
        document_money(table, row->billed);
        document_money(table, row->due - row->billed);
    }
}

/* The causes of all services together, with bars: what the council owes, less what it is owed. */
static void causes_table(const struct paper_case *paper, struct document *document,
                         const struct cause_rows *rows, struct text code)
{
    static const struct document_column columns[] = {
        { "Cause", DOCUMENT_WORDS }, { "What it means", DOCUMENT_WORDS },
        { "Amount", DOCUMENT_MONEY },
    };
    static const char *const meaning[CAUSES] = {
        [CAUSE_ACCOUNT] = "Less was paid on account than was estimated; below zero: more",
        [CAUSE_VOLUME] = "There are more units of the basis than were estimated",
        [CAUSE_PRICE] = "A unit costs more than was estimated",
        [CAUSE_BASIS] = "The share has moved",
        [CAUSE_CORRECTION] = "Late lines and corrected bases or maps of locked periods",
        [CAUSE_PAID] = "What was paid beyond the estimate already, taken off",
    };
    struct document_table *table = document_table(
        document, arena_print(paper->arena, "Why %.*s pays more or less than on account",
                              TEXT(paper_name(paper, code))), "Causes", columns);
    wide by[CAUSES] = { 0 }, sum = 0;

    for (size_t i = 0; i < rows->count; i++)
        for (int cause = 0; cause < CAUSES && concerns(&rows->row[i], code); cause++)
            by[cause] += text_equal(rows->row[i].partner, code) ? rows->row[i].by[cause]
                                                                : -rows->row[i].by[cause];
    for (int cause = 0; cause < CAUSES; cause++) {
        document_words(table, text_of(cause_title[cause]));
        document_words(table, text_of(meaning[cause]));
        document_money(table, by[cause]);
        sum += by[cause];
    }
    document_words(table, text_of("All causes"));
    document_blank(table);
    document_money(table, sum);
    table->sum = true;
    document_bars(document, table, 2, text_of(arena_print(
        paper->arena, "The causes for %.*s, as the table above has them.",
        TEXT(paper_name(paper, code)))));
}

/* Service by service, each owed by one council to another. */
static void services_by_cause(const struct paper_case *paper, struct document *document,
                              const struct cause_rows *rows, struct text code)
{
    static const struct document_column columns[] = {
        { "Service", DOCUMENT_WORDS }, { "Owed by", DOCUMENT_WORDS },
        { "On account", DOCUMENT_MONEY }, { "Volume", DOCUMENT_MONEY },
        { "Price", DOCUMENT_MONEY }, { "Basis", DOCUMENT_MONEY },
        { "Corrections", DOCUMENT_MONEY }, { "Paid itself", DOCUMENT_MONEY },
        { "True-up", DOCUMENT_MONEY },
    };
    struct document_table *table = document_table(document, "The causes of each service",
                                                  "Services by cause", columns);

    for (size_t i = 0; i < rows->count; i++) {
        const struct cause_row *row = &rows->row[i];
        if (!concerns(row, code))
            continue;
        document_words(table, paper_service_name(paper, row->service));
        document_words(table, row->partner);
        for (int cause = 0; cause < CAUSES; cause++)
            document_money(table, row->by[cause]);
        document_money(table, row->due - row->billed);
    }
}

static void pools_table(struct document *document, const struct cause_rows *rows, struct text code)
{
    static const struct document_column columns[] = {
        { "Pool", DOCUMENT_WORDS }, { "Kind", DOCUMENT_WORDS }, { "Owed by", DOCUMENT_WORDS },
        { "Estimate", DOCUMENT_MONEY }, { "Volume", DOCUMENT_MONEY }, { "Price", DOCUMENT_MONEY },
        { "Basis", DOCUMENT_MONEY }, { "Corrections", DOCUMENT_MONEY },
        { "Paid itself", DOCUMENT_MONEY }, { "Due", DOCUMENT_MONEY },
    };
    struct document_table *table = document_table(document, "From the estimate to what is due, "
                                                  "pool by pool", "Pools", columns);

    for (size_t i = 0; i < rows->count; i++) {
        const struct cause_row *row = &rows->row[i];
        if (!concerns(row, code))
            continue;
        document_words(table, row->pool);
        document_words(table, row->kind);
        document_words(table, row->partner);
        document_money(table, row->estimate);
        for (int cause = CAUSE_VOLUME; cause < CAUSES; cause++)
            document_money(table, row->by[cause]);
        document_money(table, row->due);
    }
}

static void method_section(struct document *document)
{
    document_section(document, "How it is worked out");
    document_paragraph(document, text_of(
        "Each cause is the difference between two sums of whole pence, one after the other, so "
        "that they add up to the true-up exactly:"));
    document_item(document, text_of("the estimate, in the share in which it was borne"));
    document_item(document, text_of("the same at today's number of units of the basis: volume"));
    document_item(document, text_of("the actual cost, still in that share: price"));
    document_item(document, text_of("the actual cost in the share that holds: basis"));
    document_item(document, text_of("with what was carried in for locked periods: corrections"));
    document_item(document, text_of("less what the council has paid itself: what is due"));
    document_paragraph(document, text_of(
        "Where a pool's basis counts no units, or they have not changed, nothing is put down to "
        "volume. A pool that was not in the estimate is all price."));
}

enum err paper_true_up(const struct paper_case *paper, int32_t partner, struct document **out,
                       struct trouble *trouble)
{
    const struct text code = paper->model->partner[partner].code;
    struct cause_rows services, pools;

    if (!paper->has_true_up && paper->estimate.size == 0)
        return fail(trouble, ERR_MISSING, "nothing was paid on account, and there is no estimate");
    enum err err = paper_causes(paper, &services, &pools, trouble);
    if (err != OK)
        return err;
    struct document *document = paper_open(paper, "True-up by cause", partner);
    document_section(document, "What is still to pay");
    services_table(paper, document, &services, code);
    if (paper->estimate.size == 0) {
        document_paragraph(document, text_of(
            "There is no estimate to hold this against: the whole is put down to price."));
    }
    document_section(document, "Why");
    causes_table(paper, document, &services, code);
    services_by_cause(paper, document, &services, code);
    document_section(document, "Pool by pool");
    pools_table(document, &pools, code);
    method_section(document);
    *out = document;
    return OK;
}
