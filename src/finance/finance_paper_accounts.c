/*
 * finance/finance_paper_accounts.c -- a journal as plain-text accounting: a transaction for each
 * period and service, for ledger, hledger or beancount, which add it up by themselves.
 */
#include "finance/finance_paper.h"
#include "finance/finance_text_sink.h"

struct accounts {
    const struct paper_case *paper;
    enum paper_tongue        tongue;
    struct text_sink         out;
};

static void put(struct accounts *accounts, struct text words)
{
    (void)accounts->out.sink.write(&accounts->out.sink, words.data, words.size, NULL);
}

static void put_words(struct accounts *accounts, const char *words)
{
    put(accounts, text_of(words));
}

/* A part of an account's name. ledger and hledger end a name at two blanks, part it at a colon and
 * begin a comment with a semicolon. beancount wants letters, digits and hyphens of ASCII, a capital
 * or digit first. */
static void put_part(struct accounts *accounts, struct text words)
{
    char last = '-';

    for (size_t i = 0; i < words.size; i++) {
        char c = words.data[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (accounts->tongue == PAPER_BEANCOUNT) {
            if (!letter && !is_digit(c))
                c = '-';
            if (i == 0 && c == '-')
                put_words(accounts, "X");
            if (i == 0 && c >= 'a' && c <= 'z')
                c = (char)(c - 'a' + 'A');
        } else if (is_one_of(c, ":;\t\"()[]") || (unsigned char)c < ' ' ||
                   (c == ' ' && last == ' ')) {
            c = '-';
        }
        put(accounts, (struct text){ &c, 1 });
        last = c;
    }
}

static void put_account(struct accounts *accounts, const struct journal_row *row)
{
    if (text_is(row->kind, "clearing")) {
        put_words(accounts, "Assets:Clearing:");
        put_part(accounts, row->service);
        return;
    }
    put_words(accounts, "Expenses:");
    put_part(accounts, row->service);
    put_words(accounts, ":");
    put_part(accounts, row->kind);
    put_words(accounts, ":");
    put_part(accounts, row->pool);
    put_words(accounts, ":");
    put_part(accounts, row->group);
}

static bool same_account(const struct journal_row *one, const struct journal_row *other)
{
    return text_equal(one->service, other->service) && text_equal(one->kind, other->kind) &&
           text_equal(one->pool, other->pool) && text_equal(one->group, other->group);
}

/* beancount wants every account opened. */
static void put_openings(struct accounts *accounts, const struct journal_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        bool known = false;
        for (size_t other = 0; other < i && !known; other++)
            known = same_account(&rows->row[other], &rows->row[i]);
        if (known)
            continue;
        put_words(accounts, arena_print(accounts->paper->arena, "%04d-04-01 open ",
                                        accounts->paper->model->year));
        put_account(accounts, &rows->row[i]);
        put_words(accounts, " GBP\n");
    }
    put_words(accounts, "\n");
}

static void put_transaction(struct accounts *accounts, const struct journal_row *row)
{
    const struct paper_case *paper = accounts->paper;
    const bool quoted = accounts->tongue == PAPER_BEANCOUNT;

    put_words(accounts, arena_print(
        paper->arena, "%.*s * %s%.*s%s%.*s %.*s%s\n", TEXT(paper_day(paper, row->period)),
        quoted ? "\"" : "(", TEXT(paper_reference(paper, row)), quoted ? "\" \"" : ") ",
        TEXT(row->service), TEXT(row->period), quoted ? "\"" : ""));
}

static void put_head(struct accounts *accounts, int32_t partner)
{
    const struct paper_case *paper = accounts->paper;

    put_words(accounts, arena_print(
        paper->arena, "; Journal of %.*s, %.*s to %.*s, from %.*s\n",
        TEXT(paper->model->partner[partner].code), TEXT(paper->first), TEXT(paper->last),
        TEXT(paper->origin)));
    if (accounts->tongue == PAPER_HLEDGER)
        put_words(accounts, "decimal-mark .\n");
    put_words(accounts, "\n");
}

struct text paper_accounts(const struct paper_case *paper, int32_t partner,
                           enum paper_tongue tongue)
{
    struct accounts accounts = { paper, tongue, { .arena = NULL } };
    const struct journal_rows *rows = &paper->journal[partner];
    char amount[MONEY_TEXT_MAX];

    text_sink_open(&accounts.out, paper->arena);
    put_head(&accounts, partner);
    if (tongue == PAPER_BEANCOUNT)
        put_openings(&accounts, rows);
    for (size_t i = 0; i < rows->count; i++) {
        const struct journal_row *row = &rows->row[i];
        if (i == 0 || !text_equal(row->period, rows->row[i - 1].period) ||
            !text_equal(row->service, rows->row[i - 1].service)) {
            if (i > 0)
                put_words(&accounts, "\n");
            put_transaction(&accounts, row);
        }
        put_words(&accounts, "    ");
        put_account(&accounts, row);
        put_words(&accounts, "  ");
        put(&accounts, (struct text){ amount, money_print(row->debit - row->credit, amount) });
        put_words(&accounts, " GBP\n");
    }
    return text_sink_bytes(&accounts.out);
}
