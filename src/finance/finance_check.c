#include "finance/finance_check.h"

#include <assert.h>

#include "money/money.h"

static struct check_result passed(const char *words)
{
    return (struct check_result){ CHECK_PASSED, words, false };
}

static struct check_result failed(const char *words)
{
    return (struct check_result){ CHECK_FAILED, words, false };
}

static struct check_result waits(const char *words)
{
    return (struct check_result){ CHECK_WAITS, words, false };
}

static struct check_result earlier(struct arena *arena, const struct period_facts *facts)
{
    if (facts->first_open >= facts->period)
        return passed("Nothing before it is open.");
    return failed(arena_print(arena, "P%02d is not locked yet.", facts->first_open + 1));
}

static struct check_result taken(struct arena *arena, const struct period_facts *facts)
{
    if (facts->untaken == NULL)
        return passed("Every council's lines are taken in.");
    return failed(arena_print(arena, "Missing from %s.", facts->untaken));
}

static struct check_result mapped(struct arena *arena, const struct period_facts *facts)
{
    if (facts->unmapped == NULL)
        return passed("Every code has a row.");
    return failed(arena_print(arena, "Codes without a row: %s.", facts->unmapped));
}

static struct check_result agreed(struct arena *arena, const struct period_facts *facts)
{
    (void)arena;
    return facts->disagreed == NULL ? passed("Both councils have agreed what the run rests on.")
                                    : failed(facts->disagreed);
}

static struct check_result run(struct arena *arena, const struct period_facts *facts)
{
    (void)arena;
    switch (facts->run) {
    case FACTS_NO_RUN: return failed("It was not worked out yet.");
    case FACTS_RUNNING: return waits("It is being worked out.");
    case FACTS_FAILED: return failed("The last run failed: begin it again.");
    case FACTS_CLOSED:
    case FACTS_REFUSED: break;
    }
    return passed("It was worked out.");
}

static bool has_ended(const struct period_facts *facts)
{
    return facts->run == FACTS_CLOSED || facts->run == FACTS_REFUSED;
}

static struct check_result refused(struct arena *arena, const struct period_facts *facts)
{
    if (!has_ended(facts))
        return waits("Waits for the run.");
    if (facts->run == FACTS_CLOSED)
        return passed("Nothing was refused.");
    return failed(arena_print(arena, "%lld faults, which the run lists.",
                              (long long)facts->faults));
}

static struct check_result newest(struct arena *arena, const struct period_facts *facts)
{
    (void)arena;
    if (!has_ended(facts))
        return waits("Waits for the run.");
    return facts->changed == NULL ? passed("Nothing was changed since the run.")
                                  : failed(facts->changed);
}

/* A law that the run's files keep among themselves. */
static struct check_result law(const struct period_facts *facts, const char *broken,
                               const char *kept)
{
    if (facts->run != FACTS_CLOSED)
        return waits("Waits for the run.");
    if (facts->proof.unreadable != NULL)
        return failed(facts->proof.unreadable);
    return broken == NULL ? passed(kept) : failed(broken);
}

static struct check_result conservation(struct arena *arena, const struct period_facts *facts)
{
    (void)arena;
    return law(facts, facts->proof.conservation, "All that was paid is borne, no more and no "
               "less.");
}

static struct check_result balance(struct arena *arena, const struct period_facts *facts)
{
    (void)arena;
    return law(facts, facts->proof.balance, "In each, debits are credits.");
}

static struct check_result mirror(struct arena *arena, const struct period_facts *facts)
{
    (void)arena;
    return law(facts, facts->proof.mirror, "What one council books the other books the other way.");
}

static struct check_result bill(struct arena *arena, const struct period_facts *facts)
{
    (void)arena;
    return law(facts, facts->proof.bill, "It is what the settlement comes to.");
}

/* Nothing is held up by it: what is not agreed is treated as outside the scope. */
static struct check_result vat(struct arena *arena, const struct period_facts *facts)
{
    if (facts->no_vat == NULL)
        return passed("The cost model says how every service is treated, and why.");
    return (struct check_result){ CHECK_PASSED, arena_print(
        arena, "Not agreed for %s: taken as outside the scope, or as the layout of each council's "
        "journals says. The cost model says it with a reason.", facts->no_vat), true };
}

static struct check_result queries(struct arena *arena, const struct period_facts *facts)
{
    char pounds[MONEY_TEXT_MAX];

    if (facts->queries == 0)
        return passed("No query is open.");
    (void)money_print(facts->disputed, pounds);
    return passed(arena_print(arena, "%lld open, about \xC2\xA3%s; what is not disputed stands, "
                              "and what a query changes comes as a correction in the next open "
                              "period.", (long long)facts->queries, pounds));
}

static const struct {
    struct check_result (*check)(struct arena *, const struct period_facts *);
    const char           *title, *why;
    enum check_source     source;
} checks[PERIOD_CHECKS] = {
    [CHECK_EARLIER] = { earlier, "Earlier periods are locked",
        "What a late line changes in a locked period is carried into the first open one. So "
        "periods are locked in their order.", SOURCE_EARLIER },
    [CHECK_TAKEN] = { taken, "Extracts are taken in",
        "Each council's ledger must have lines in the period, or its head of finance says that "
        "there are none.", SOURCE_EXTRACT },
    [CHECK_MAPPED] = { mapped, "Codes are mapped",
        "A line whose account or cost centre has no row would be left out; so there may be none.",
        SOURCE_MAP },
    [CHECK_AGREED] = { agreed, "Bases and model are agreed",
        "Cost is shared on what both councils have agreed, and on nothing else.",
        SOURCE_AGREEMENT },
    [CHECK_RUN] = { run, "The period is worked out",
        "A run works out what each council bears, from what is taken in, mapped and agreed.",
        SOURCE_RUN },
    [CHECK_REFUSED] = { refused, "The run refused nothing",
        "A single faulty line refuses the whole run: nothing is skipped or guessed.", SOURCE_RUN },
    [CHECK_NEWEST] = { newest, "The run is of what there is now",
        "Whatever was taken in, mapped or agreed after the run is not in it.", SOURCE_RUN },
    [CHECK_CONSERVATION] = { conservation, "Nothing is lost or made up",
        "Added up from the settlement: of every pool and group, what is borne is what was paid.",
        SOURCE_RUN },
    [CHECK_BALANCE] = { balance, "Journals balance",
        "Added up from each council's journal, by period and service.", SOURCE_RUN },
    [CHECK_MIRROR] = { mirror, "Journals mirror each other",
        "Added up over the journals of all councils: together they move nothing.", SOURCE_RUN },
    [CHECK_BILL] = { bill, "The bill is the settlement",
        "What a council owes by the bill is the sum of its nets in the settlement.", SOURCE_RUN },
    [CHECK_VAT] = { vat, "VAT of each charge is agreed",
        "Both councils' returns must treat a charge alike: the bill and both journals take it "
        "from the cost model.", SOURCE_AGREEMENT },
    [CHECK_QUERIES] = { queries, "Queries do not hold up the rest",
        "A line or figure in dispute is settled in its own time; the bill of everything else is "
        "due.", SOURCE_QUERIES },
};

struct check_result period_check(struct arena *arena, const struct period_facts *facts,
                                 enum period_check check)
{
    assert(check < PERIOD_CHECKS);
    return checks[check].check(arena, facts);
}

const char *period_check_title(enum period_check check)
{
    assert(check < PERIOD_CHECKS);
    return checks[check].title;
}

const char *period_check_why(enum period_check check)
{
    assert(check < PERIOD_CHECKS);
    return checks[check].why;
}

enum check_source period_check_source(enum period_check check)
{
    assert(check < PERIOD_CHECKS);
    return checks[check].source;
}

enum period_check period_check_first(struct arena *arena, const struct period_facts *facts)
{
    enum period_check check = 0;

    while (check < PERIOD_CHECKS && period_check(arena, facts, check).state == CHECK_PASSED)
        check++;
    return check;
}
