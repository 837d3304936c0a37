#include "finance/finance_on_account.h"

#include <assert.h>

#include "finance/finance_agreed.h"
#include "finance/finance_csv_file.h"
#include "finance/finance_sql.h"
#include "store/trail_log.h"

static const char *const state_words[] = { "waiting", "confirmed", "refused", "withdrawn" };
static const char *const state_titles[] = { "Waits for the debtor", "Confirmed by both",
                                            "Refused by the debtor", "Withdrawn" };

const char *payment_state_word(enum payment_state state)
{
    assert(state < PAYMENT_STATES);
    return state_words[state];
}

const char *payment_state_title(enum payment_state state)
{
    assert(state < PAYMENT_STATES);
    return state_titles[state];
}

/* --- read --- */

static struct text kept_text(struct statement *row, struct arena *arena, int column)
{
    return column_null(row, column) ? text_of("") : text_keep(arena, column_text(row, column));
}

static struct payment of_row(struct statement *row, struct arena *arena)
{
    struct payment payment = {
        .id = column_int(row, 0),
        .place = { kept_text(row, arena, 1), (int)column_int(row, 2) - 1 },
        .service = kept_text(row, arena, 3), .creditor = column_int(row, 4),
        .debtor = column_int(row, 5), .pence = column_int(row, 6),
        .reference = kept_text(row, arena, 7), .paid_on = column_day(row, 8),
        .reverses = column_null(row, 9) ? 0 : column_int(row, 9),
        .recorded_at = column_moment(row, 10), .recorded_by = kept_text(row, arena, 11),
        .ended_at = { column_null(row, 13) ? 0 : column_int(row, 13) },
        .ended_by = kept_text(row, arena, 14), .ended_why = kept_text(row, arena, 15),
    };

    for (enum payment_state state = 0; state < PAYMENT_STATES; state++)
        if (text_is(column_text(row, 12), state_words[state]))
            payment.state = state;
    return payment;
}

static enum err load(struct tx *tx, struct arena *arena, struct text year, int64_t id,
                     struct payments *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_on_account_list, &list, trouble);

    *out = (struct payments){ .count = 0 };
    if (err != OK)
        return err;
    bind_text(list, 1, year);
    bind_int(list, 2, id);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->payment = arena_grow(arena, out->payment, out->count, out->count + 1,
                                  sizeof *out->payment);
        out->payment[out->count++] = of_row(list, arena);
    }
    return err;
}

enum err payments_load(struct tx *tx, struct arena *arena, struct text year,
                       struct payments *out, struct trouble *trouble)
{
    return load(tx, arena, year, 0, out, trouble);
}

enum err payment_load(struct tx *tx, struct arena *arena, int64_t id, struct payment *out,
                      struct trouble *trouble)
{
    struct payments found = { .count = 0 };
    enum err err = id > 0 ? load(tx, arena, text_of(""), id, &found, trouble) : ERR_MISSING;

    if (err != OK || found.count == 0)
        return err != OK ? err : ERR_MISSING;
    *out = found.payment[0];
    return OK;
}

enum err services_led(struct tx *tx, struct arena *arena, const struct councils *councils,
                      const struct period_place *place, struct text council,
                      struct led_services *out, struct trouble *trouble)
{
    struct joint_model *model = arena_take(arena, 1, sizeof *model);
    struct csv_rows rows;
    struct db_day day;

    *out = (struct led_services){ .count = 0 };
    if (!joint_period_day(place->year, place->index, &day))
        return ERR_MISSING;
    const enum err err = joint_model_agreed(tx, arena, councils, place->year, day, model, trouble);
    for (size_t i = 0; err == OK && i < model->files; i++) {
        if (strcmp(model->file[i].name, "services.csv") != 0)
            continue;
        csv_rows_open(&rows, arena, model->file[i].bytes);
        while (csv_rows_next(&rows)) {
            if (!text_equal(csv_rows_field(&rows, 2), council))
                continue;
            out->code = arena_grow(arena, out->code, out->count, out->count + 1,
                                   sizeof *out->code);
            out->name = arena_grow(arena, out->name, out->count, out->count + 1,
                                   sizeof *out->name);
            out->code[out->count] = text_keep(arena, csv_rows_field(&rows, 0));
            out->name[out->count++] = text_keep(arena, csv_rows_field(&rows, 1));
        }
    }
    return err;
}

/* --- the trail --- */

static enum err record(struct tx *tx, struct arena *arena, const struct happening *happening,
                       const struct actor *actor, const char *action,
                       const struct payment *payment, struct text why, struct trouble *trouble)
{
    char pounds[MONEY_TEXT_MAX];

    (void)money_print(payment->pence, pounds);
    const struct trail_event event = {
        .now = happening->now, .actor = text_of(actor->login), .council = actor->acting,
        .shared = true, .action = text_of(action), .subject_kind = text_of("on_account"),
        .subject_id = text_of(arena_number(arena, payment->id)),
        .after = { text_of(arena_print(arena, "%.*s/P%02d %.*s: %s", TEXT(payment->place.year),
                                       payment->place.index + 1, TEXT(payment->service),
                                       pounds)), false },
        .why = { why.size > 0 ? why : (struct text){ NULL, 0 }, false },
        .request = happening->request,
    };

    return trail_append(tx, happening->outside, &event, NULL, trouble);
}

/* --- recorded --- */

static enum err add(struct tx *tx, struct arena *arena, const struct happening *happening,
                    const struct actor *actor, struct payment *payment, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_on_account_add, &add, trouble);

    if (err != OK)
        return err;
    bind_text(add, 1, payment->place.year);
    bind_int(add, 2, payment->place.index + 1);
    bind_text(add, 3, payment->service);
    bind_int(add, 4, payment->creditor);
    bind_int(add, 5, payment->debtor);
    bind_int(add, 6, payment->pence);
    bind_text(add, 7, payment->reference);
    bind_day(add, 8, payment->paid_on);
    if (payment->reverses > 0)
        bind_int(add, 9, payment->reverses);
    bind_moment(add, 10, happening->now);
    bind_text(add, 11, text_of(actor->login));
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    payment->id = column_int(add, 0);
    statement_end(add);
    return record(tx, arena, happening, actor,
                  payment->reverses > 0 ? "money.on-account.reverse" : "money.on-account.record",
                  payment, text_of(""), trouble);
}

static enum err judge(struct tx *tx, struct arena *arena, const struct payment *payment,
                      struct trouble *trouble)
{
    struct councils councils;
    struct led_services led = { .count = 0 };
    struct text code = { NULL, 0 };
    bool leads = false, owes = false;
    enum err err = councils_read(tx, arena, &councils, trouble);

    for (size_t i = 0; err == OK && i < councils.count; i++) {
        if (councils.council[i].id == payment->creditor)
            code = councils.council[i].code;
        owes = owes || (councils.council[i].id == payment->debtor &&
                        payment->debtor != payment->creditor);
    }
    if (err == OK)
        err = services_led(tx, arena, &councils, &payment->place, code, &led, trouble);
    for (size_t i = 0; i < led.count; i++)
        leads = leads || text_equal(led.code[i], payment->service);
    if (err != OK)
        return err;
    if (!owes)
        return fail(trouble, ERR_CONFLICT, "Choose the council that has paid.");
    return leads ? OK : fail(trouble, ERR_CONFLICT, "What is paid on account for a service is "
                             "recorded by the council that leads it, by the cost model that is "
                             "agreed for the period.");
}

enum err payment_record(struct tx *tx, struct arena *arena, const struct happening *happening,
                        const struct actor *actor, const struct payment *given, int64_t *id,
                        struct trouble *trouble)
{
    struct payment payment = *given;
    enum err err;

    payment.creditor = actor->acting;
    payment.reverses = 0;
    err = judge(tx, arena, &payment, trouble);
    if (err == OK)
        err = add(tx, arena, happening, actor, &payment, trouble);
    *id = payment.id;
    return err;
}

/* Its reversal that waits or was confirmed; 0: none. */
static enum err find_reversal(struct tx *tx, struct arena *arena, const struct payment *payment,
                              int64_t *found, struct trouble *trouble)
{
    struct payments all;
    enum err err = payments_load(tx, arena, payment->place.year, &all, trouble);

    *found = 0;
    for (size_t i = 0; err == OK && i < all.count; i++)
        if (all.payment[i].reverses == payment->id && all.payment[i].state <= PAYMENT_CONFIRMED)
            *found = all.payment[i].id;
    return err;
}

enum err payment_reverse(struct tx *tx, struct arena *arena, const struct happening *happening,
                         const struct actor *actor, int64_t reversed, struct text reference,
                         int64_t *id, struct trouble *trouble)
{
    struct payment payment;
    int64_t earlier = 0;
    enum err err = payment_load(tx, arena, reversed, &payment, trouble);

    if (err == OK && payment.creditor != actor->acting)
        return ERR_MISSING;
    if (err == OK)
        err = find_reversal(tx, arena, &payment, &earlier, trouble);
    if (err != OK)
        return err;
    if (payment.state != PAYMENT_CONFIRMED || payment.reverses > 0 || earlier > 0)
        return fail(trouble, ERR_CONFLICT, earlier > 0 ? "It is reversed already." : "Only what "
                    "was confirmed, and is no reversal itself, can be reversed.");
    payment.reverses = payment.id;
    payment.pence = -payment.pence;
    payment.reference = reference;
    err = add(tx, arena, happening, actor, &payment, trouble);
    *id = payment.id;
    return err;
}

/* --- answered --- */

static enum err may_answer(const struct payment *payment, const struct actor *actor,
                           enum payment_state to, struct text why, struct trouble *trouble)
{
    const bool withdraws = to == PAYMENT_WITHDRAWN;

    assert(to != PAYMENT_WAITING && to < PAYMENT_STATES);
    if ((withdraws ? payment->creditor : payment->debtor) != actor->acting)
        return fail(trouble, ERR_CONFLICT, withdraws
                    ? "Who has recorded it withdraws it: the council that is paid."
                    : "Neither council alone: the one that pays confirms or refuses it.");
    if (payment->state != PAYMENT_WAITING)
        return fail(trouble, ERR_CONFLICT, "It was answered already, and stays as it is. What was "
                    "confirmed is reversed by another entry.");
    if (to == PAYMENT_CONFIRMED && text_is(payment->recorded_by, actor->login))
        return fail(trouble, ERR_CONFLICT, "You have recorded it yourself: somebody else confirms "
                    "it.");
    if (to != PAYMENT_CONFIRMED && (why.size == 0 || why.size > PERIOD_WHY_MOST))
        return fail(trouble, ERR_USAGE, "Say why, in at most 1000 bytes.");
    return OK;
}

static enum err end(struct tx *tx, const struct payment *payment,
                    const struct happening *happening, const struct actor *actor,
                    enum payment_state to, struct text why, struct trouble *trouble)
{
    struct statement *end;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_on_account_end, &end, trouble);

    if (err != OK)
        return err;
    bind_int(end, 1, payment->id);
    bind_text(end, 2, text_of(state_words[to]));
    bind_moment(end, 3, happening->now);
    bind_int(end, 4, actor->acting);
    bind_text(end, 5, text_of(actor->login));
    if (to != PAYMENT_CONFIRMED)
        bind_text(end, 6, why);
    err = statement_run(end, &changed, trouble);
    return err != OK || changed == 1 ? err : fail(trouble, ERR_CONFLICT, "It was answered "
                                                  "meanwhile: look again.");
}

enum err payment_answer(struct tx *tx, struct arena *arena, const struct happening *happening,
                        const struct actor *actor, int64_t id, enum payment_state to,
                        struct text why, struct trouble *trouble)
{
    struct payment payment;
    enum err err = payment_load(tx, arena, id, &payment, trouble);

    if (err == OK)
        err = may_answer(&payment, actor, to, why, trouble);
    if (err == OK)
        err = end(tx, &payment, happening, actor, to, why, trouble);
    if (err == OK)
        err = record(tx, arena, happening, actor,
                     arena_print(arena, "money.on-account.%s", state_words[to]), &payment,
                     to == PAYMENT_CONFIRMED ? text_of("") : why, trouble);
    if (err != OK || to != PAYMENT_CONFIRMED)
        return err;
    const struct agreed_change change = {
        happening, actor->acting, text_of(actor->login),
        arena_print(arena, "payment %lld on account was confirmed", (long long)id) };
    return agreed_undo(tx, arena, &change, trouble);
}

/* --- as the engine reads it --- */

enum err payments_billed(struct tx *tx, struct arena *arena, const struct period_place *place,
                         struct text *billed, struct trouble *trouble)
{
    struct statement *list;
    struct csv_file made;
    bool row = false, any = false;
    char pounds[MONEY_TEXT_MAX];
    enum err err = tx_prepare(tx, &sql_on_account_billed, &list, trouble);

    *billed = text_of("");
    if (err != OK)
        return err;
    csv_file_open(&made, arena, text_of("service,partner,amount\n"));
    bind_text(list, 1, place->year);
    bind_int(list, 2, place->index + 1);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        (void)money_print(column_int(list, 2), pounds);
        csv_file_row(&made, (struct text[]){ column_text(list, 0), column_text(list, 1),
                                             text_of(pounds) }, 3);
        any = true;
    }
    const struct text bytes = csv_file_close(&made);
    if (err == OK && any)
        *billed = bytes;
    return err;
}

enum err run_is_billed(struct tx *tx, struct arena *arena, int64_t run,
                       const struct period_place *place, bool *same, struct trouble *trouble)
{
    struct text was = text_of(""), now;
    enum err err = payments_billed(tx, arena, place, &now, trouble);

    if (err == OK)
        err = money_run_file(tx, arena, run, "input/" BILLED_FILE, &was, trouble);
    if (err == ERR_MISSING) {
        was = text_of("");
        err = OK;
    }
    *same = text_equal(was, now);
    return err;
}
