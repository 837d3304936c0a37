/*
 * finance/finance_on_account_api.c -- what is paid on account, for programs: recorded, confirmed,
 * refused, withdrawn and reversed by the functions of the pages, with the same rights.
 */
#include "finance/finance_api.h"

#include "cli/answer.h"
#include "finance/finance_on_account.h"
#include "finance/finance_pages.h"
#include "finance/finance_table.h"
#include "identity/right.h"
#include "web/api_field.h"

/* --- given --- */

static void write_payment(struct request *request, struct json *json,
                          const struct payment *payment)
{
    char day[DB_DAY_TEXT];

    db_day_print(payment->paid_on, day);
    json_object(json);
    api_number(json, "id", payment->id);
    api_text(json, "period", text_of(period_title(request->arena, payment->place.year,
                                                  payment->place.index)));
    api_text(json, "service", payment->service);
    api_text(json, "creditor", money_council_code(request, payment->creditor));
    api_text(json, "debtor", money_council_code(request, payment->debtor));
    api_money(json, "amount", payment->pence);
    api_text(json, "reference", payment->reference);
    api_text(json, "paid_on", text_of(day));
    api_number_or_null(json, "reverses", payment->reverses);
    api_text(json, "state", text_of(payment_state_word(payment->state)));
    api_moment(json, "recorded_at", payment->recorded_at);
    api_text(json, "recorded_by", payment->recorded_by);
    api_moment(json, "ended_at", payment->ended_at);
    api_text_or_null(json, "ended_by", payment->ended_by);
    api_text_or_null(json, "ended_why", payment->ended_why);
    json_object_end(json);
}

/* ERR_MISSING: the partnership has no such year. */
static enum err find_year(struct request *request)
{
    enum period_state state[PERIODS];

    return joint_periods_load(request->tx, request_word(request, "year"), state,
                              request->trouble);
}

static enum err payment_list(struct request *request)
{
    struct payments payments;
    struct answer_json out;
    enum err err = find_year(request);

    if (err == OK)
        err = payments_load(request->tx, request->arena, request_word(request, "year"),
                            &payments, request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < payments.count; i++)
        write_payment(request, &out.json, &payments.payment[i]);
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* What came of it; a rule that refuses says why, and `field` is what it is about. */
static enum err answer_payment(struct request *request, enum err err, const struct trouble *said,
                               int64_t id, int status, const char *field)
{
    const struct api_fault fault = { .field = field, .code = "rule", .words = said->text };
    struct payment payment;
    struct answer_json out;

    if (err == ERR_USAGE)
        return answer_faults(request, said->text, &fault, 1);
    if (err != OK)
        return err == ERR_MISSING ? err : fail(request->trouble, err, "%s", said->text);
    err = payment_load(request->tx, request->arena, id, &payment, request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    write_payment(request, &out.json, &payment);
    return answer_json_end(request, &out, status, JSON_TYPE);
}

/* --- done --- */

static enum err payment_make(struct request *request)
{
    static const char *const names[PAYMENT_ASKED] = {
        [ASKED_AMOUNT] = "amount", [ASKED_REFERENCE] = "reference",
        [ASKED_PAID_ON] = "paid_on", [ASKED_PERIOD] = "period",
    };
    const char *wrong[PAYMENT_ASKED] = { NULL };
    struct api_fault fault[PAYMENT_ASKED];
    struct trouble said = { .text = "" };
    struct payment payment;
    size_t faults = 0;
    int64_t id = 0;
    enum err err = find_year(request);

    if (err != OK)
        return err;
    if (!payment_read(request, &request->councils, &payment, wrong)) {
        for (size_t i = 0; i < PAYMENT_ASKED; i++)
            if (wrong[i] != NULL)
                fault[faults++] = (struct api_fault){
                    .field = names[i], .code = "rule", .words = wrong[i],
                    .value = request_field(request, names[i]) };
        return answer_faults(request, fault[0].words, fault, faults);
    }
    err = payment_record(request->tx, request->arena, &request->happening, &request->actor,
                         &payment, &id, &said);
    return answer_payment(request, err, &said, id, 201, "service");
}

static enum err payment_take_back(struct request *request)
{
    const struct text reference = request_field(request, "reference");
    struct trouble said = { .text = "" };
    int64_t id = 0;
    const enum err err = payment_reverse(request->tx, request->arena, &request->happening,
                                         &request->actor, request_number(request, "payment"),
                                         reference, &id, &said);

    return answer_payment(request, err, &said, id, 201, "reference");
}

static enum err end_payment(struct request *request, enum payment_state state)
{
    const int64_t id = request_number(request, "payment");
    struct trouble said = { .text = "" };
    const enum err err = payment_answer(request->tx, request->arena, &request->happening,
                                        &request->actor, id, state,
                                        request_field(request, "why"), &said);

    return answer_payment(request, err, &said, id, 200, "why");
}

static enum err payment_confirm_or_refuse(struct request *request)
{
    const bool so = text_is(request_field(request, "answer"),
                            payment_state_word(PAYMENT_CONFIRMED));

    return end_payment(request, so ? PAYMENT_CONFIRMED : PAYMENT_REFUSED);
}

static enum err payment_withdraw(struct request *request)
{
    return end_payment(request, PAYMENT_WITHDRAWN);
}

/* --- the rows --- */

#define LINE(n, h)     { .name = (n), .type = API_LINE, .required = true, .help = (h) }
#define SHOWN(n, h)    { .name = (n), .type = API_LINE, .required = true, .brief = true, \
                         .help = (h) }
#define MAYBE(n, h)    { .name = (n), .type = API_LINE, .help = (h) }

static const char *const states[] = { "waiting", "confirmed", "refused", "withdrawn", NULL };
static const char *const answers[] = { "confirmed", "refused", NULL };

static const struct api_field payment_gives[] = {
    { .name = "id", .type = API_NUMBER, .required = true, .brief = true, .least = 1,
      .help = "The entry's number" },
    SHOWN("period", "The period that it is for, as 2014-15/P03"),
    SHOWN("service", "The service's code"),
    LINE("creditor", "The council that leads it, which was paid"),
    SHOWN("debtor", "The council that paid"),
    SHOWN("amount", "In pounds, as 1234.56; a minus: it was given back"),
    LINE("reference", "Of the invoice or the payment"),
    { .name = "paid_on", .type = API_DAY, .required = true, .help = "The day" },
    { .name = "reverses", .type = API_NUMBER, .least = 1,
      .help = "The entry that it takes back; none: it is no reversal" },
    { .name = "state", .type = API_CHOICE, .required = true, .brief = true, .choices = states,
      .help = "Only what is confirmed counts" },
    { .name = "recorded_at", .type = API_MOMENT, .required = true, .help = "When" },
    LINE("recorded_by", "By whom, of the creditor"),
    { .name = "ended_at", .type = API_MOMENT, .help = "When it was answered; none: it waits" },
    MAYBE("ended_by", "By whom"),
    MAYBE("ended_why", "And why, if it was not confirmed"),
    { 0 },
};
static const struct api_field payment_takes[] = {
    { .name = "service", .type = API_LINE, .required = true, .most = 64,
      .help = "The code of a service that the acting council leads" },
    { .name = "council", .type = API_LINE, .required = true, .most = 32,
      .help = "The code of the council that paid" },
    { .name = "period", .type = API_LINE, .required = true, .most = 3, .help = "P01 to P13" },
    { .name = "amount", .type = API_LINE, .required = true, .most = 24,
      .help = "In pounds, as 1234.56; with a minus, if it was given back" },
    { .name = "reference", .type = API_LINE, .required = true, .most = PAYMENT_WORDS_MOST,
      .help = "Of the invoice or the payment; name nobody" },
    { .name = "paid_on", .type = API_DAY, .required = true, .help = "The day" },
    { 0 },
};
static const struct api_field reversal_takes[] = {
    { .name = "reference", .type = API_LINE, .required = true, .most = PAYMENT_WORDS_MOST,
      .help = "Of the credit note" },
    { 0 },
};
static const struct api_field answer_takes[] = {
    { .name = "answer", .type = API_CHOICE, .required = true, .choices = answers,
      .help = "Is it so?" },
    { .name = "why", .type = API_LINE, .most = PERIOD_WHY_MOST,
      .help = "Why, if it is refused; every council reads it: name nobody" },
    { 0 },
};
static const struct api_field withdraw_takes[] = {
    { .name = "why", .type = API_LINE, .required = true, .most = PERIOD_WHY_MOST,
      .help = "Why; every council reads it: name nobody" },
    { 0 },
};

static const struct api_call list_call = { .answer = API_LIST, .gives = payment_gives };
static const struct api_call record_call = { .answer = API_OBJECT, .status = 201,
                                             .takes = payment_takes, .gives = payment_gives };
static const struct api_call reverse_call = { .answer = API_OBJECT, .status = 201,
                                              .takes = reversal_takes, .gives = payment_gives };
static const struct api_call answer_call = { .answer = API_OBJECT, .takes = answer_takes,
                                             .gives = payment_gives };
static const struct api_call withdraw_call = { .answer = API_OBJECT, .takes = withdraw_takes,
                                               .gives = payment_gives };

#define YEAR    "/api/v1/years/{year:year}/payments"
#define PAYMENT "/api/v1/payments/{payment}"

static const struct action actions[] = {
    { .verb = "api payment list", .summary = "What was paid on account in a year",
      .method = ACTION_GET, .route = YEAR, .right = MAY_SEE_MONEY,
      .respond = payment_list, .call = &list_call },
    { .verb = "api payment record", .summary = "Record what was paid on account to the council",
      .description = "It counts when the council that paid has confirmed it.",
      .method = ACTION_POST, .route = YEAR, .right = MAY_TAKE_EXTRACT,
      .respond = payment_make, .call = &record_call },
    { .verb = "api payment reverse", .summary = "Record the reversal of what was confirmed",
      .method = ACTION_POST, .route = PAYMENT "/reversal", .right = MAY_TAKE_EXTRACT,
      .respond = payment_take_back, .call = &reverse_call },
    { .verb = "api payment answer", .summary = "Confirm or refuse what the creditor has recorded",
      .method = ACTION_POST, .route = PAYMENT "/answer", .right = MAY_SIGN_PERIOD,
      .respond = payment_confirm_or_refuse, .call = &answer_call },
    { .verb = "api payment withdraw", .summary = "Withdraw what the council has recorded",
      .method = ACTION_POST, .route = PAYMENT "/withdraw", .right = MAY_TAKE_EXTRACT,
      .respond = payment_withdraw, .call = &withdraw_call },
    { 0 },
};

const struct feature payment_call_feature = { "payments", "Payments", actions };
