/*
 * finance/finance_on_account_home.c -- on Home: what was paid on account and waits for the answer
 * of the council that paid.
 */
#include "finance/finance_on_account.h"
#include "finance/finance_pages.h"
#include "finance/finance_table.h"

struct year_waits {
    struct text year;
    int64_t     payments, pence;
};

struct payment_waits {
    struct year_waits *year;
    size_t             count;
};

static enum err add_year(struct request *request, struct text year, struct payment_waits *waits)
{
    struct year_waits of_year = { .year = year };
    struct payments payments;
    enum err err = payments_load(request->tx, request->arena, year, &payments, request->trouble);

    if (err != OK)
        return err;
    for (size_t i = 0; i < payments.count; i++) {
        const struct payment *one = &payments.payment[i];
        if (one->state != PAYMENT_WAITING || one->debtor != request->actor.acting ||
            text_is(one->recorded_by, request->actor.login))
            continue;
        of_year.payments++;
        of_year.pence += one->pence;
    }
    if (of_year.payments > 0)
        waits->year[waits->count++] = of_year;
    return OK;
}

static enum err load_waiting(struct request *request, const void **found)
{
    struct payment_waits *waits = arena_take(request->arena, 1, sizeof *waits);
    struct joint_years years;
    enum err err = OK;

    *found = NULL;
    if (!actor_may(&request->actor, MAY_SIGN_PERIOD))
        return OK;
    err = joint_years_load(request->tx, request->arena, &years, request->trouble);
    if (err != OK)
        return err;
    waits->year = arena_take(request->arena, years.count + 1, sizeof *waits->year);
    for (size_t i = 0; i < years.count && err == OK; i++)
        err = add_year(request, years.year[i].year, waits);
    *found = waits->count > 0 ? waits : NULL;
    return err;
}

static void show_waiting(struct request *request, struct html *h, const void *found)
{
    const struct payment_waits *waits = found;

    for (size_t i = 0; i < waits->count; i++)
        El(h, "p") {
            const struct year_waits *one = &waits->year[i];
            El(h, "a") {
                Href(h, "href", url_segment(request->arena, Url("/money/on-account"), one->year));
                html_text(h, text_of(arena_print(
                    request->arena, one->payments == 1
                        ? "Answer %lld payment on account in %.*s"
                        : "Answer %lld payments on account in %.*s",
                    (long long)one->payments, TEXT(one->year))));
            }
            Lit(h, ", together ");
            page_pounds(h, one->pence);
        }
}

const struct home_part on_account_home = { load_waiting, show_waiting };
