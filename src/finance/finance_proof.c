#include "finance/finance_proof.h"

#include "base/index.h"
#include "finance/finance_settlement_rows.h"

/* Sums by a key of words. */
struct tally {
    struct index index;
    struct text *key;
    wide        *sum;
    size_t       count, room;
};

static void tally_open(struct tally *tally, struct arena *arena)
{
    *tally = (struct tally){ .count = 0 };
    index_open(&tally->index, arena);
}

static void tally_add(struct tally *tally, const char *key, wide pence)
{
    struct arena *arena = tally->index.arena;

    if (tally->count == tally->room) {
        tally->room = tally->room * 2 + 64;
        tally->key = arena_grow(arena, tally->key, tally->count, tally->room,
                                sizeof *tally->key);
        tally->sum = arena_grow(arena, tally->sum, tally->count, tally->room,
                                sizeof *tally->sum);
    }
    const int32_t at = index_add(&tally->index, 0, text_of(key), (int32_t)tally->count);
    if ((size_t)at == tally->count) {
        tally->key[tally->count] = text_of(key);
        tally->sum[tally->count++] = 0;
    }
    tally->sum[at] += pence;
}

/* The first sum that is not zero, in a sentence; NULL: all are. */
static const char *tally_rest(const struct tally *tally, const char *what)
{
    char pounds[MONEY_TEXT_MAX];

    for (size_t i = 0; i < tally->count; i++)
        if (tally->sum[i] != 0) {
            (void)money_print(tally->sum[i], pounds);
            return arena_print(tally->index.arena, "%s: %.*s is out by %s.", what,
                               TEXT(tally->key[i]), pounds);
        }
    return NULL;
}

struct proving {
    struct arena  *arena;
    struct tally   conservation, balance, mirror, bill;
    struct trouble trouble;
};

static enum err take_settlement(struct proving *proving, struct text bytes)
{
    struct settlement_rows rows;
    enum err err = settlement_rows_read(proving->arena, bytes, &rows, &proving->trouble);

    for (size_t i = 0; i < rows.count && err == OK; i++) {
        const struct settlement_row *row = &rows.row[i];
        tally_add(&proving->conservation,
                  arena_print(proving->arena, "%.*s %.*s %.*s %.*s", TEXT(row->kind),
                              TEXT(row->pool), TEXT(row->period), TEXT(row->group)),
                  row->borne - row->paid);
        tally_add(&proving->bill, arena_print(proving->arena, "%.*s", TEXT(row->partner)),
                  row->net);
        if (row->net != row->borne - row->paid)
            err = fail(&proving->trouble, ERR_CHECK, "a net is not borne less paid");
    }
    return err;
}

static enum err take_bill(struct proving *proving, struct text bytes)
{
    struct bill_rows rows;
    enum err err = bill_rows_read(proving->arena, bytes, &rows, &proving->trouble);

    for (size_t i = 0; i < rows.count && err == OK; i++) {
        const struct bill_row *row = &rows.row[i];
        tally_add(&proving->bill, arena_print(proving->arena, "%.*s", TEXT(row->from)),
                  -row->amount);
        tally_add(&proving->bill, arena_print(proving->arena, "%.*s", TEXT(row->to)),
                  row->amount);
    }
    return err;
}

static enum err take_journal(struct proving *proving, struct text name, struct text bytes)
{
    struct journal_rows rows;
    enum err err = journal_rows_read(proving->arena, bytes, &rows, &proving->trouble);

    for (size_t i = 0; i < rows.count && err == OK; i++) {
        const struct journal_row *row = &rows.row[i];
        const char *place = arena_print(proving->arena, "%.*s %.*s", TEXT(row->period),
                                        TEXT(row->service));
        tally_add(&proving->balance, arena_print(proving->arena, "%.*s %s", TEXT(name), place),
                  row->debit - row->credit);
        if (!text_is(row->kind, "clearing"))
            tally_add(&proving->mirror, place, row->debit - row->credit);
    }
    return err;
}

static bool is_journal(struct text name)
{
    return name.size > 8 && memcmp(name.data, "journal-", 8) == 0;
}

static enum err take(struct proving *proving, const struct run_output *output)
{
    if (text_is(output->name, "settlement.csv"))
        return take_settlement(proving, output->bytes);
    if (text_is(output->name, "bill.csv"))
        return take_bill(proving, output->bytes);
    return is_journal(output->name) ? take_journal(proving, output->name, output->bytes) : OK;
}

void run_proof_make(struct arena *arena, const struct run_output output[], size_t count,
                    struct run_proof *out)
{
    struct proving proving = { .arena = arena };
    size_t files = 0;
    enum err err = OK;

    tally_open(&proving.conservation, arena);
    tally_open(&proving.balance, arena);
    tally_open(&proving.mirror, arena);
    tally_open(&proving.bill, arena);
    for (size_t i = 0; i < count && err == OK; i++) {
        err = take(&proving, &output[i]);
        files += text_is(output[i].name, "settlement.csv") || text_is(output[i].name, "bill.csv");
    }
    *out = (struct run_proof){ .unreadable = NULL };
    if (err != OK || files != 2) {
        out->unreadable = err == OK ? "Settlement or bill is missing."
            : arena_print(arena, "A file cannot be read: %s.", proving.trouble.text);
        return;
    }
    out->conservation = tally_rest(&proving.conservation, "Borne and paid differ");
    out->balance = tally_rest(&proving.balance, "A journal does not balance");
    out->mirror = tally_rest(&proving.mirror, "The journals do not mirror each other");
    out->bill = tally_rest(&proving.bill, "Bill and settlement differ");
}
