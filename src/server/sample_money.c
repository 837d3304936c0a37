/*
 * server/sample_money.c -- what a sample store's finance people have asked each other, and what
 * stands beside the bill (sample_year.h). OUR data, all of it, and each entry says so.
 */
#include "server/sample_money.h"

#include "finance/finance_what_if.h"
#include "server/sample.h"
#include "server/sample_entry.h"

#define MADE_UP "Made up for this sample. "

enum { CLK, STI };

#define TURNS(...) (const struct sample_turn[]){ __VA_ARGS__, { 0 } }

static const struct sample_entry entries[] = {
    { "query", CLK, "accounts", SHARING_OWN,
      { "title=Supply teachers of May stand in primary, and were in secondary",
        "year=2014-15", "period=P02", "pool=ED-PRI", "cost_group=employees",
        "detail=" MADE_UP "Two weeks of supply cover were booked to the wrong school.",
        "amount=4210.00", "disputed=1250.40" },
      TURNS({ CLK, "accounts", "put", NULL, { NULL } },
        { STI, "accounts", "answer", NULL,
          { "owner_post=Education accountant", "outcome=corrected",
            "corrected_from=2014-15/P02", "correction=-1250.40",
            "answer=Agreed. It is booked back in July, and comes as a correction of May." } },
        { CLK, "accounts", "accept", "It was booked back.", { NULL } }) },
    { "query", STI, "accounts", SHARING_OWN,
      { "title=Which roll counts for pre-primary places in April?",
        "year=2014-15", "period=P01", "pool=ED-PRE", "bearer=STI",
        "detail=" MADE_UP "The census was in March; the term began in April.",
        "disputed=300.00", "amount=300.00" },
      TURNS({ STI, "accounts", "put", NULL, { NULL } },
        { CLK, "finance", "answer", NULL,
          { "owner_post=Accountant", "outcome=stands",
            "answer=The census that both councils agreed on, of March." } }) },
    { "query", CLK, "accounts", SHARING_OWN,
      { "title=Care home fees of a client who moved away in May",
        "year=2014-15", "period=P03", "pool=SW-CARE", "cost_group=third party payments",
        "detail=" MADE_UP "Fees of June are for a client who had moved in May.",
        "amount=2860.00", "disputed=2860.00" },
      TURNS({ CLK, "accounts", "put", NULL, { NULL } },
        { STI, "accounts", "answer", NULL,
          { "owner_post=Social work accountant", "outcome=stands",
            "answer=The contract has a month's notice." } },
        { CLK, "accounts", "return", "The notice was given in April: see the letter.",
          { NULL } }) },
    { "query", STI, "accounts", SHARING_OWN,
      { "title=What is the audit fee in the final accounts for?",
        "year=2014-15", "period=P13", "pool=SUP-ED",
        "detail=" MADE_UP "It has no counterpart in the year before.", "disputed=3120.00",
        "amount=3120.00" },
      TURNS({ STI, "accounts", "put", NULL, { NULL } }) },
    { "initiative", STI, "finance", SHARING_SHARED,
      { "title=Smaller first classes than the joint service plans",
        "purpose=" MADE_UP "Stirling alone pays for more teachers in its first classes.",
        "decision=Stirling Council, 24 April 2014, item 5", "starts=2014-04-01",
        "cost_centres=S87777", "pool=ED-PRI", "budget=130000.00",
        "owner_post=Head of Education", "service=Education" },
      TURNS({ STI, "finance", "start", NULL, { NULL } }) },
    { "initiative", CLK, "finance", SHARING_OWN,
      { "title=Evening lessons in Gaelic", "starts=2015-04-01",
        "purpose=" MADE_UP "It waits for a decision.", "owner_post=Head of Education",
        "service=Education" }, NULL },
    { "fund", CLK, "finance", SHARING_SHARED,
      { "title=Grant for early years", "funder=Scottish Government",
        "conditions=" MADE_UP "For children under three in Clackmannanshire alone.",
        "amount=84000.00", "starts=2014-04-01", "ends=2015-03-31", "cost_centres=719999",
        "owner_post=Accountant", "report_due=+60" },
      TURNS({ CLK, "finance", "receive", NULL, { NULL } }) },
    { "memorandum", CLK, "finance", SHARING_JOINT,
      { "title=Moving two teams into one office", "kind=set-up", "amount=61500.00",
        "valued_at=2014-04-01", "method=" MADE_UP "Quotations for the move and for lines.",
        "source=Quotations of February 2014", "split=By area served",
        "owner_post=Head of Finance" }, NULL },
    { "memorandum", STI, "finance", SHARING_SHARED,
      { "title=Holidays not taken by staff who change their employer", "kind=leave",
        "amount=18250.00", "valued_at=2014-04-01", "method=" MADE_UP "Days by daily pay.",
        "source=Payroll of March 2014", "bearer=STI", "owner_post=Head of HR" },
      NULL },
};

static enum err add_what_if(struct tx *tx, struct arena *arena, const struct happening *happening,
                            const struct actor *actor, int64_t run, struct trouble *trouble)
{
    struct what_if question = {
        .run = run, .name = text_of("Primary education shared as secondary is (made up)"),
        .assignments = text_of("pool.ED-PRI.basis=SECONDARY") };
    const enum err err = what_if_keep(tx, arena, happening, actor, &question, trouble);

    return err != OK ? err
                     : what_if_share(tx, happening, actor, question.id, true, trouble);
}

enum err sample_money_fill(struct tx *tx, struct arena *arena, const struct happening *happening,
                           const struct councils *councils, const struct actor *accountant,
                           int64_t run, struct trouble *trouble)
{
    enum err err = sample_entries_add(tx, arena, happening, councils, entries, COUNT(entries),
                                      trouble);

    if (err == OK)
        err = tx_scope(tx, accountant->acting, trouble);
    return err != OK ? err : add_what_if(tx, arena, happening, accountant, run, trouble);
}
