/*
 * finance/finance_paper_bill.c -- the bill and statement of a council, and its instalments.
 */
#include <assert.h>

#include "finance/finance_paper.h"

#define PENNIES_SHOWN 60

/* --- 1 what is owed --- */

static void owed(const struct paper_case *paper, struct document *document, struct text code)
{
    size_t debts = 0;

    for (size_t i = 0; i < paper->bill.count; i++) {
        const struct bill_row *row = &paper->bill.row[i];
        if (!text_equal(row->from, code) && !text_equal(row->to, code))
            continue;
        debts++;
        document_item(document, text_of(arena_print(
            paper->arena, "%.*s owes %.*s %.*s. (%.*s)", TEXT(paper_name(paper, row->from)),
            TEXT(paper_name(paper, row->to)),
            TEXT(document_pounds(paper->arena, row->amount)),
            TEXT(paper_service_name(paper, row->service)))));
    }
    if (debts == 0)
        document_item(document, (struct text){ "This council owes nothing and is owed nothing.",
                                               46 });
}

static const char *settled_how(const struct paper_case *paper)
{
    return paper->model->settlement == SETTLEMENT_NET
               ? "Services are settled together: one sum between each two councils."
               : "Each service is settled by itself, through the council that leads it.";
}

static const char *rounded_how(const struct paper_case *paper)
{
    static const char *const rule[] = {
        [REMAINDER_LARGEST] = ("an odd penny goes to the largest remainder, on a tie to the "
                               "council listed first"),
        [REMAINDER_LEAD] = "odd pennies go to the council that leads the service",
        [REMAINDER_FIRST] = "odd pennies go to the council listed first",
    };

    return arena_print(paper->arena, "Shares are exact; %s. Amounts are %s.",
                       rule[paper->model->remainder],
                       paper->model->rounding == ROUNDING_YEAR_TO_DATE
                           ? "accumulated over the year, so that its bills add up to exactly the "
                             "year's share"
                           : "rounded for each period by itself");
}

static void owed_section(const struct paper_case *paper, struct document *document,
                         struct text code)
{
    wide borne = 0, paid = 0;

    for (size_t i = 0; i < paper->settlement.count; i++)
        if (text_equal(paper->settlement.row[i].partner, code)) {
            borne += paper->settlement.row[i].borne;
            paid += paper->settlement.row[i].paid;
        }
    document_section(document, "What is owed");
    document_paragraph(document, text_of(arena_print(
        paper->arena, "%.*s bears %.*s of the cost of the shared services and has paid %.*s of "
        "it out of its own ledger. The difference is %.*s.", TEXT(paper_name(paper, code)),
        TEXT(document_pounds(paper->arena, borne)), TEXT(document_pounds(paper->arena, paid)),
        TEXT(document_pounds(paper->arena, borne - paid)))));
    owed(paper, document, code);
    document_paragraph(document, text_of(settled_how(paper)));
}

/* --- 2 charges --- */

struct charge {
    struct text service, kind, pool;
    wide        borne, paid;
};

struct charges {
    struct charge *charge;
    size_t         count;
};

/* Rows of one service, kind and pool together, in the order of the file. */
static void add_charge(const struct paper_case *paper, struct charges *charges,
                       struct charge charge)
{
    for (size_t i = 0; i < charges->count; i++) {
        struct charge *known = &charges->charge[i];
        if (!text_equal(known->pool, charge.pool) || !text_equal(known->kind, charge.kind) ||
            !text_equal(known->service, charge.service))
            continue;
        known->borne += charge.borne;
        known->paid += charge.paid;
        return;
    }
    charges->charge = arena_grow(paper->arena, charges->charge, charges->count,
                                 charges->count + 1, sizeof charge);
    charges->charge[charges->count++] = charge;
}

static struct text service_of(const struct paper_case *paper, struct text pool)
{
    const struct pool *known = paper_pool(paper, pool);

    return known == NULL || known->service < 0 ? (struct text){ "", 0 }
                                               : paper->model->service[known->service].code;
}

/* By service alone, or by service, kind and pool. */
static struct charges gather(const struct paper_case *paper, struct text partner, bool pools)
{
    struct charges charges = { NULL, 0 };
    const struct text none = { "", 0 };

    for (size_t i = 0; i < paper->settlement.count; i++) {
        const struct settlement_row *row = &paper->settlement.row[i];
        if (text_equal(row->partner, partner))
            add_charge(paper, &charges, (struct charge){
                service_of(paper, row->pool), pools ? row->kind : none,
                pools ? row->pool : none, row->borne, row->paid });
    }
    return charges;
}

static const struct service *service_by(const struct paper_case *paper, struct text code)
{
    for (size_t i = 0; i < paper->model->services; i++)
        if (text_equal(paper->model->service[i].code, code))
            return &paper->model->service[i];
    return NULL;
}

static void services_table(const struct paper_case *paper, struct document *document,
                           struct text code)
{
    static const struct document_column columns[] = {
        { "Service", DOCUMENT_WORDS }, { "Led by", DOCUMENT_WORDS }, { "Borne", DOCUMENT_MONEY },
        { "Paid", DOCUMENT_MONEY }, { "Net", DOCUMENT_MONEY },
    };
    const struct charges charges = gather(paper, code, false);
    struct document_table *table = document_table(document, "What each service comes to",
                                                  "Services", columns);
    struct charge all = { .borne = 0 };

    for (size_t i = 0; i < charges.count; i++) {
        const struct charge *charge = &charges.charge[i];
        const struct service *service = service_by(paper, charge->service);
        document_words(table, paper_service_name(paper, charge->service));
        document_words(table, service == NULL || service->lead < 0
                                  ? (struct text){ "", 0 }
                                  : paper->model->partner[service->lead].name);
        document_money(table, charge->borne);
        document_money(table, charge->paid);
        document_money(table, charge->borne - charge->paid);
        all.borne += charge->borne;
        all.paid += charge->paid;
    }
    document_words(table, text_of("All services"));
    document_blank(table);
    document_money(table, all.borne);
    document_money(table, all.paid);
    document_money(table, all.borne - all.paid);
    table->sum = true;
    if (charges.count > 1)
        document_bars(document, table, 2, text_of(arena_print(
            paper->arena, "What %.*s bears of each service, as the table above has it.",
            TEXT(paper_name(paper, code)))));
}

static void pools_table(const struct paper_case *paper, struct document *document,
                        int32_t partner, struct text code)
{
    static const struct document_column columns[] = {
        { "Pool", DOCUMENT_WORDS }, { "Service", DOCUMENT_WORDS }, { "Kind", DOCUMENT_WORDS },
        { "VAT", DOCUMENT_WORDS }, { "Borne", DOCUMENT_MONEY }, { "Paid", DOCUMENT_MONEY },
        { "Net", DOCUMENT_MONEY },
    };
    const struct charges charges = gather(paper, code, true);
    struct document_table *table = document_table(document, "What each pool comes to", "Pools",
                                                  columns);
    wide borne = 0, paid = 0;

    for (size_t i = 0; i < charges.count; i++) {
        const struct charge *charge = &charges.charge[i];
        const struct pool *pool = paper_pool(paper, charge->pool);
        const struct text name = pool == NULL ? text_of("") : pool->name;
        document_words(table, text_of(arena_print(paper->arena, "%.*s %.*s", TEXT(charge->pool),
                                                  TEXT(name))));
        document_words(table, paper_service_name(paper, charge->service));
        document_words(table, charge->kind);
        document_words(table, text_of(layout_vat_title(
            paper_vat_of(paper, partner, charge->service, charge->pool).vat)));
        document_money(table, charge->borne);
        document_money(table, charge->paid);
        document_money(table, charge->borne - charge->paid);
        borne += charge->borne;
        paid += charge->paid;
    }
    document_words(table, text_of("All pools"));
    for (int i = 0; i < 3; i++)
        document_blank(table);
    document_money(table, borne);
    document_money(table, paid);
    document_money(table, borne - paid);
    table->sum = true;
}

static void charges_section(const struct paper_case *paper, struct document *document,
                            int32_t partner, struct text code)
{
    document_section(document, "What it is for");
    document_paragraph(document, text_of(
        "Borne is the council's part of a cost, by what was agreed. Paid is what it has paid of "
        "that cost itself. Net is what it owes for it, or, below zero, is owed."));
    services_table(paper, document, code);
    pools_table(paper, document, partner, code);
}

/* --- 3 corrections --- */

static void corrections_section(const struct paper_case *paper, struct document *document,
                                struct text code)
{
    static const struct document_column columns[] = {
        { "Locked period", DOCUMENT_WORDS }, { "Carried into", DOCUMENT_WORDS },
        { "Pool", DOCUMENT_WORDS }, { "Group", DOCUMENT_WORDS }, { "Borne", DOCUMENT_MONEY },
        { "Paid", DOCUMENT_MONEY }, { "Net", DOCUMENT_MONEY },
    };
    struct document_table *table = NULL;
    wide borne = 0, paid = 0;

    document_section(document, "Corrections of locked periods");
    for (size_t i = 0; i < paper->corrections.count; i++) {
        const struct correction_row *row = &paper->corrections.row[i];
        if (!text_equal(row->partner, code))
            continue;
        if (table == NULL) {
            document_paragraph(document, text_of(
                "What was charged for a locked period stands. What later lines, bases or maps "
                "change in it is part of the charges above, and comes from these periods:"));
            table = document_table(document, "Corrections by locked period", "Corrections",
                                   columns);
        }
        document_words(table, row->period);
        document_words(table, row->carried_in);
        document_words(table, row->pool);
        document_words(table, row->group);
        document_money(table, row->borne);
        document_money(table, row->paid);
        document_money(table, row->borne - row->paid);
        borne += row->borne;
        paid += row->paid;
    }
    if (table == NULL) {
        document_paragraph(document, text_of("None is carried into these periods."));
        return;
    }
    document_words(table, text_of("All corrections"));
    for (int i = 0; i < 3; i++)
        document_blank(table);
    document_money(table, borne);
    document_money(table, paid);
    document_money(table, borne - paid);
    table->sum = true;
}

/* --- 4 payment --- */

static void billed_table(const struct paper_case *paper, struct document *document,
                         struct text code)
{
    static const struct document_column columns[] = {
        { "Service", DOCUMENT_WORDS }, { "Owed by", DOCUMENT_WORDS }, { "To", DOCUMENT_WORDS },
        { "Due", DOCUMENT_MONEY }, { "Paid on account", DOCUMENT_MONEY },
        { "Still to pay", DOCUMENT_MONEY },
    };
    struct document_table *table = NULL;

    for (size_t i = 0; i < paper->true_up.count; i++) {
        const struct true_up_row *row = &paper->true_up.row[i];
        if (!text_equal(row->partner, code) && !text_equal(row->lead, code))
            continue;
        if (table == NULL)
            table = document_table(document, "Paid on account, the year so far", "On account",
                                   columns);
        document_words(table, paper_service_name(paper, row->service));
        document_words(table, paper_name(paper, row->partner));
        document_words(table, paper_name(paper, row->lead));
        document_money(table, row->due);
        document_money(table, row->billed);
        document_money(table, row->true_up);
    }
}

static void payment_section(const struct paper_case *paper, struct document *document,
                            struct text code)
{
    document_section(document, "Paying it");
    billed_table(paper, document, code);
    document_paragraph(document, text_of(
        "A charge that is queried or disputed does not hold up the rest: what is not disputed is "
        "payable when it falls due. A query names the period, the pool and the group; what comes "
        "of it is carried into the first open period as a correction, with the reason."));
}

/* --- 5 VAT, 6 pennies --- */

/* Line by line, as the table of pools has them. */
static void vat_table(const struct paper_case *paper, struct document *document, int32_t partner,
                      struct text code)
{
    static const struct document_column columns[] = {
        { "Pool", DOCUMENT_WORDS }, { "Service", DOCUMENT_WORDS }, { "VAT", DOCUMENT_WORDS },
        { "Why", DOCUMENT_WORDS }, { "Said by", DOCUMENT_WORDS },
    };
    const struct charges charges = gather(paper, code, true);
    struct document_table *table = document_table(document, "How each charge is treated", "VAT",
                                                  columns);

    for (size_t i = 0; i < charges.count; i++) {
        const struct charge *charge = &charges.charge[i];
        const struct paper_vat vat = paper_vat_of(paper, partner, charge->service, charge->pool);
        size_t before = 0;
        while (before < i && !text_equal(charges.charge[before].pool, charge->pool))
            before++;
        if (before < i)     /* of another kind: the same treatment */
            continue;
        document_words(table, charge->pool);
        document_words(table, paper_service_name(paper, charge->service));
        document_words(table, text_of(layout_vat_title(vat.vat)));
        document_words(table, vat.reason);
        document_words(table, text_of(vat.by));
    }
}

static void vat_section(const struct paper_case *paper, struct document *document,
                        int32_t partner, struct text code)
{
    document_section(document, "Value added tax");
    document_paragraph(document, text_of(
        "An activity that one local authority delegates to another is under a special legal "
        "regime, so that the charge for it is outside the scope of VAT (VATGPB3240). Staff "
        "supplied on the terms of a private business are taxable; teaching staff for education "
        "are exempt (VATGPB8860). How a charge is treated, and why, the councils agree in the "
        "cost model of the year; where they have not, the layout of the council's journals says "
        "it, or the usual treatment stands: outside the scope."));
    vat_table(paper, document, partner, code);
}

static void pennies_section(const struct paper_case *paper, struct document *document,
                            struct text code)
{
    static const struct document_column columns[] = {
        { "Pool", DOCUMENT_WORDS }, { "Group", DOCUMENT_WORDS }, { "Borne", DOCUMENT_MONEY },
        { "Carried, as a part of a penny", DOCUMENT_WORDS },
    };
    struct document_table *table = NULL;
    size_t shown = 0, left = 0;

    document_section(document, "Odd pennies");
    document_paragraph(document, text_of(rounded_how(paper)));
    for (size_t i = 0; i < paper->pennies.count; i++) {
        const struct penny_row *row = &paper->pennies.row[i];
        if (!text_equal(row->partner, code) || !text_equal(row->period, paper->last))
            continue;
        if (shown == PENNIES_SHOWN) {
            left++;
            continue;
        }
        if (table == NULL)
            table = document_table(document, "Parts of a penny that the council carries after "
                                   "the last period", "Pennies", columns);
        shown++;
        document_words(table, row->pool);
        document_words(table, row->group);
        document_money(table, row->borne);
        document_words(table, row->carried);
    }
    if (left > 0)
        document_note(document, text_of(arena_print(
            paper->arena, "%zu more stand in pennies.csv.", left)));
}

struct document *paper_bill(const struct paper_case *paper, int32_t partner)
{
    struct document *document = paper_open(paper, "Bill and statement", partner);
    const struct text code = paper->model->partner[partner].code;

    owed_section(paper, document, code);
    charges_section(paper, document, partner, code);
    corrections_section(paper, document, code);
    payment_section(paper, document, code);
    vat_section(paper, document, partner, code);
    pennies_section(paper, document, code);
    return document;
}

/* --- instalments --- */

wide paper_instalment(wide amount, int parts, int index)
{
    const wide size = amount < 0 ? -amount : amount;
    const wide part = size / parts + (index < (int)(size % parts) ? 1 : 0);

    return amount < 0 ? -part : part;
}

static void instalments_table(const struct paper_case *paper, struct document *document,
                              const char *caption, const char *sheet, const char *each, int parts,
                              struct text code)
{
    static const struct document_column columns[] = {
        { "Instalment", DOCUMENT_WORDS }, { "Owed by", DOCUMENT_WORDS }, { "To", DOCUMENT_WORDS },
        { "For", DOCUMENT_WORDS }, { "Amount", DOCUMENT_MONEY },
    };
    struct document_table *table = document_table(document, caption, sheet, columns);

    for (int i = 0; i < parts; i++)
        for (size_t debt = 0; debt < paper->bill.count; debt++) {
            const struct bill_row *row = &paper->bill.row[debt];
            if (!text_equal(row->from, code) && !text_equal(row->to, code))
                continue;
            document_words(table, text_of(arena_print(paper->arena, "%s %d", each, i + 1)));
            document_words(table, paper_name(paper, row->from));
            document_words(table, paper_name(paper, row->to));
            document_words(table, paper_service_name(paper, row->service));
            document_money(table, paper_instalment(row->amount, parts, i));
        }
}

struct document *paper_instalments(const struct paper_case *paper, int32_t partner)
{
    struct document *document = paper_open(paper, "Instalments", partner);
    const struct text code = paper->model->partner[partner].code;

    document_section(document, "The whole");
    document_paragraph(document, text_of(arena_print(
        paper->arena, "By the book %s these sums are owed for %.*s to %.*s:", paper->book,
        TEXT(paper->first), TEXT(paper->last))));
    owed(paper, document, code);
    document_paragraph(document, text_of(
        "Paid on account in equal parts, odd pennies with the first ones, the parts add up to "
        "exactly the whole. What was paid on account is set off at the year's end, where the "
        "true-up explains the difference."));
    document_section(document, "In parts");
    instalments_table(paper, document, "In 4 quarters", "Quarters", "Quarter", 4, code);
    instalments_table(paper, document, "In 12 months", "Months", "Month", 12, code);
    instalments_table(paper, document, "In 13 periods", "Periods", "Period", PERIODS, code);
    return document;
}
