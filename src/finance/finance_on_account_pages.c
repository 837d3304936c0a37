/*
 * finance/finance_on_account_pages.c -- what is paid on account: the schedule by the agreed budget,
 * what was recorded and confirmed, and how either council has its say.
 */
#include "finance/finance_pages.h"

#include "finance/finance_csv_file.h"
#include "finance/finance_on_account.h"
#include "finance/finance_paper.h"
#include "finance/finance_sheet.h"
#include "register/register_field_view.h"

#define MONTHS_PAID 12

/* What a council owes the lead of a service for the year, by the budget. */
struct debt {
    struct text service, debtor, creditor;      /* codes */
    wide        planned;
};

struct on_account_page {
    struct text         year;
    struct councils     councils;
    struct payments     payments;
    struct led_services led;            /* by the acting council, in the month asked for */
    struct true_up_rows true_up;        /* of the last run */
    struct money_run    run;            /* it; id 0: none has one */
    struct money_run    budget;         /* id 0: none */
    struct debt        *debt;
    size_t              debts;
    struct money_sheet  schedule, entries;
    const char         *wrong[PAYMENT_ASKED];   /* of the form, by its fields */
    const char         *wrong_why;      /* of an answer, whose reason is missing */
    const char         *refused;
};

static struct url page_url(struct arena *arena, struct text year)
{
    return url_segment(arena, Url("/money/on-account"), year);
}

/* --- the schedule --- */

static struct debt *debt_of(struct arena *arena, struct on_account_page *page,
                            struct text service, struct text debtor, struct text creditor)
{
    for (size_t i = 0; i < page->debts; i++)
        if (text_equal(page->debt[i].service, service) &&
            text_equal(page->debt[i].debtor, debtor) &&
            text_equal(page->debt[i].creditor, creditor))
            return &page->debt[i];
    page->debt = arena_grow(arena, page->debt, page->debts, page->debts + 1, sizeof *page->debt);
    page->debt[page->debts] = (struct debt){ service, debtor, creditor, 0 };
    return &page->debt[page->debts++];
}

static enum err budget_file(struct request *request, const struct on_account_page *page,
                            const char *name, struct text *bytes)
{
    return money_run_file(request->tx, request->arena, page->budget.id, name, bytes,
                          request->trouble);
}

/* The budget's settlement by service: what each council that does not lead owes. */
static enum err plan(struct request *request, struct on_account_page *page)
{
    struct settlement_rows rows = { .count = 0 };
    struct text bytes = { NULL, 0 }, pools = bytes, services = bytes;
    enum err err = budget_file(request, page, "settlement.csv", &bytes);

    if (err == OK)
        err = settlement_rows_read(request->arena, bytes, &rows, request->trouble);
    if (err == OK)
        err = budget_file(request, page, "input/pools.csv", &pools);
    if (err == OK)
        err = budget_file(request, page, "input/services.csv", &services);
    for (size_t i = 0; err == OK && i < rows.count; i++) {
        const struct settlement_row *row = &rows.row[i];
        const struct text service = csv_looked_up(request->arena, pools, row->pool, 2);
        const struct text lead = csv_looked_up(request->arena, services, service, 2);
        if (!text_equal(lead, row->partner))
            debt_of(request->arena, page, service, row->partner, lead)->planned +=
                row->borne - row->paid;
    }
    return err;
}

static enum err load_plan(struct request *request, struct on_account_page *page)
{
    enum err err = money_run_last(request->tx, request->arena, page->year, BOOK_BUDGET, PERIODS,
                                  &page->budget, request->trouble);

    if (err == ERR_MISSING)
        page->budget = (struct money_run){ .id = 0 };
    if (err == OK)
        err = plan(request, page);
    else if (err == ERR_MISSING)
        err = OK;
    for (size_t i = 0; err == OK && i < page->payments.count; i++) {
        const struct payment *payment = &page->payments.payment[i];
        (void)debt_of(request->arena, page, payment->service,
                      money_council_code(request, payment->debtor),
                      money_council_code(request, payment->creditor));
    }
    return err;
}

static wide paid(const struct request *request, const struct on_account_page *page,
                 const struct debt *debt, int index, enum payment_state state)
{
    wide sum = 0;

    for (size_t i = 0; i < page->payments.count; i++) {
        const struct payment *one = &page->payments.payment[i];
        if (one->place.index == index && one->state == state &&
            text_equal(one->service, debt->service) &&
            text_equal(money_council_code(request, one->debtor), debt->debtor) &&
            text_equal(money_council_code(request, one->creditor), debt->creditor))
            sum += one->pence;
    }
    return sum;
}

static void make_schedule(struct request *request, struct on_account_page *page)
{
    static const struct sheet_column columns[] = {
        { "period", "Period", SHEET_WORDS }, { "service", "Service", SHEET_WORDS },
        { "from", "Owed by", SHEET_WORDS }, { "to", "To", SHEET_WORDS },
        { "instalment", "Instalment by the budget", SHEET_MONEY },
        { "waiting", "Recorded, not confirmed", SHEET_MONEY },
        { "confirmed", "Confirmed", SHEET_MONEY },
    };
    struct money_sheet *sheet = &page->schedule;
    wide sum[3] = { 0 };

    money_sheet_open(sheet, request->arena, "schedule", "The year's instalments, and what was paid",
                     columns, COUNT(columns));
    money_sheet_about(sheet, "year", "Year", page->year);
    for (int index = 0; index < PERIODS; index++)
        for (size_t i = 0; i < page->debts; i++) {
            const struct debt *debt = &page->debt[i];
            const wide amount[3] = {
                index < MONTHS_PAID ? paper_instalment(debt->planned, MONTHS_PAID, index) : 0,
                paid(request, page, debt, index, PAYMENT_WAITING),
                paid(request, page, debt, index, PAYMENT_CONFIRMED) };
            if (amount[0] == 0 && amount[1] == 0 && amount[2] == 0)
                continue;
            struct sheet_cell *row = money_sheet_row(sheet);
            row[0] = sheet_words(text_of(period_title(request->arena, page->year, index)));
            row[1] = sheet_words(debt->service);
            row[2] = sheet_words(debt->debtor);
            row[3] = sheet_words(debt->creditor);
            for (size_t k = 0; k < COUNT(amount); k++) {
                row[4 + k] = sheet_money(amount[k]);
                sum[k] += amount[k];
            }
        }
    struct sheet_cell *foot = money_sheet_foot(sheet);
    foot[0] = sheet_words(text_of("The year"));
    for (size_t k = 0; k < COUNT(sum); k++)
        foot[4 + k] = sheet_money(sum[k]);
}

static void make_entries(struct request *request, struct on_account_page *page)
{
    static const struct sheet_column columns[] = {
        { "entry", "Entry", SHEET_NUMBER }, { "period", "Period", SHEET_WORDS },
        { "service", "Service", SHEET_WORDS }, { "from", "From", SHEET_WORDS },
        { "to", "To", SHEET_WORDS }, { "amount", "Amount", SHEET_MONEY },
        { "paid_on", "Paid on", SHEET_WORDS }, { "reference", "Reference", SHEET_WORDS },
        { "state", "State", SHEET_WORDS }, { "recorded_by", "Recorded by", SHEET_WORDS },
        { "answered_by", "Answered by", SHEET_WORDS }, { "why", "Why", SHEET_WORDS },
        { "reverses", "Reverses", SHEET_WORDS },
    };
    struct money_sheet *sheet = &page->entries;
    struct arena *arena = request->arena;

    money_sheet_open(sheet, arena, "entries", "Every entry, and who has said what", columns,
                     COUNT(columns));
    money_sheet_about(sheet, "year", "Year", page->year);
    for (size_t i = 0; i < page->payments.count; i++) {
        const struct payment *one = &page->payments.payment[i];
        struct sheet_cell *row = money_sheet_row(sheet);
        char day[DB_DAY_TEXT];
        db_day_print(one->paid_on, day);
        row[0] = sheet_number(arena, one->id);
        row[1] = sheet_words(text_of(period_title(arena, page->year, one->place.index)));
        row[2] = sheet_words(one->service);
        row[3] = sheet_words(money_council_code(request, one->debtor));
        row[4] = sheet_words(money_council_code(request, one->creditor));
        row[5] = sheet_money(one->pence);
        row[6] = sheet_words(text_of(arena_copy(arena, day, strlen(day))));
        row[7] = sheet_words(one->reference);
        row[8] = sheet_words(text_of(payment_state_title(one->state)));
        row[9] = sheet_words(one->recorded_by);
        row[10] = sheet_words(one->ended_by);
        row[11] = sheet_words(one->ended_why);
        if (one->reverses > 0)
            row[12] = sheet_words(text_of(arena_print(arena, "entry %lld",
                                                      (long long)one->reverses)));
    }
}

/* --- loaded --- */

/* The true-up of the newest run that has one. */
static enum err load_true_up(struct request *request, struct on_account_page *page)
{
    struct money_runs runs;
    struct text bytes;
    enum err err = money_runs_load(request->tx, request->arena, page->year, &runs,
                                   request->trouble);

    for (size_t i = 0; err == OK && i < runs.count && page->run.id == 0; i++) {
        if (runs.run[i].state != RUN_CLOSED || runs.run[i].book != BOOK_LEDGER)
            continue;
        err = money_run_file(request->tx, request->arena, runs.run[i].id, "true_up.csv", &bytes,
                             request->trouble);
        if (err == OK) {
            page->run = runs.run[i];
            err = true_up_rows_read(request->arena, bytes, &page->true_up, request->trouble);
        } else if (err == ERR_MISSING) {
            err = OK;
        }
    }
    return err;
}

static enum err load_page(struct request *request, struct text year, struct on_account_page *page)
{
    enum period_state state[PERIODS];
    const struct period_place last = { year, PERIODS - 1 };
    enum err err = joint_periods_load(request->tx, year, state, request->trouble);

    *page = (struct on_account_page){ .year = year };
    if (err == OK)
        err = councils_read(request->tx, request->arena, &page->councils, request->trouble);
    if (err == OK)
        err = payments_load(request->tx, request->arena, year, &page->payments, request->trouble);
    if (err == OK)
        err = services_led(request->tx, request->arena, &page->councils, &last,
                           money_council_code(request, request->actor.acting), &page->led,
                           request->trouble);
    if (err == OK)
        err = load_plan(request, page);
    if (err == OK)
        err = load_true_up(request, page);
    if (err != OK)
        return err;
    make_schedule(request, page);
    make_entries(request, page);
    return OK;
}

/* --- shown --- */

static void true_up(struct request *request, struct html *h, const struct on_account_page *page)
{
    static const struct column columns[] = {
        { "Service", COLUMN_WORDS }, { "Owed by", COLUMN_WORDS }, { "To", COLUMN_WORDS },
        { "Due", COLUMN_NUMBER }, { "Paid on account", COLUMN_NUMBER },
        { "Still to pay", COLUMN_NUMBER },
    };

    if (page->run.id == 0)
        return;
    Table(h, arena_print(request->arena, "The true-up, by run %lld up to P%02lld",
                         (long long)page->run.id, (long long)page->run.through), columns)
        for (size_t i = 0; i < page->true_up.count; i++)
            El(h, "tr") {
                const struct true_up_row *row = &page->true_up.row[i];
                page_row_head(h, row->service);
                page_cell(h, row->partner);
                page_cell(h, row->lead);
                page_money(h, row->due);
                page_money(h, row->billed);
                page_money(h, row->true_up);
            }
}

/* What waits for this council, the earliest first: when it is answered the next one stands here. */
static void answer_form(struct request *request, struct html *h, const struct payment *payment,
                        const struct on_account_page *page)
{
    static const struct choice answers[] = {
        { "confirmed", "It is so: confirm it" }, { "refused", "It is not so: refuse it" },
    };
    const bool owes = payment->debtor == request->actor.acting;
    const struct field answer = { .name = "answer", .label = "Answer",
                                  .value = request_field(request, "answer") };
    const struct field why = { .name = "why", .label = owes ? "Why, if it is refused" : "Why",
                               .type = "text", .autocomplete = "off",
                               .hint = "Every council reads it: name nobody.",
                               .value = request_field(request, "why"), .error = page->wrong_why };
    char pounds[MONEY_POUNDS_MAX];

    (void)money_print_pounds(payment->pence, pounds);
    El(h, "h3") html_text(h, text_of(arena_print(
        request->arena, "Entry %lld: %.*s from %.*s for %.*s, %s", (long long)payment->id,
        TEXT(text_of(period_title(request->arena, page->year, payment->place.index))),
        TEXT(page_council(request, payment->debtor)), TEXT(payment->service), pounds)));
    Form(request, h, url_segment(request->arena, url_id(request->arena, Url("/money/payments"),
                                                        payment->id), text_of(owes ? "answer"
                                                                             : "withdraw"))) {
        if (owes)
            page_choice_field(h, &answer, NULL, answers, COUNT(answers));
        page_field(h, &why);
        page_button(h, owes ? "Answer" : "Withdraw it");
    }
}

static void waiting(struct request *request, struct html *h, const struct on_account_page *page)
{
    for (size_t i = 0; i < page->payments.count; i++) {
        const struct payment *one = &page->payments.payment[i];
        const bool owes = one->debtor == request->actor.acting;
        const enum right right = owes ? MAY_SIGN_PERIOD : MAY_TAKE_EXTRACT;
        if (one->state != PAYMENT_WAITING || !actor_may(&request->actor, right) ||
            (!owes && one->creditor != request->actor.acting))
            continue;
        El(h, "h2") Lit(h, "The first that is not answered yet");
        answer_form(request, h, one, page);
        return;
    }
}

static void reverse_form(struct request *request, struct html *h,
                         const struct on_account_page *page)
{
    struct arena *arena = request->arena;
    struct choice *choice = arena_take(arena, page->payments.count + 1, sizeof *choice);
    const struct field entry = { .name = "entry", .label = "Entry that was wrong",
                                 .value = request_field(request, "entry") };
    const struct field reference = { .name = "credit", .label = "Reference", .type = "text",
                                     .autocomplete = "off", .hint = "As of the credit note" };
    size_t choices = 0;

    for (size_t i = 0; i < page->payments.count; i++) {
        const struct payment *one = &page->payments.payment[i];
        if (one->state == PAYMENT_CONFIRMED && one->reverses == 0 &&
            one->creditor == request->actor.acting)
            choice[choices++] = (struct choice){
                arena_number(arena, one->id),
                arena_print(arena, "%lld: %.*s", (long long)one->id, TEXT(one->reference)) };
    }
    if (choices == 0)
        return;
    El(h, "h2") Lit(h, "Reverse an entry");
    El(h, "p") Lit(h, "What both have confirmed is never changed: an entry of the same amount with "
                      "the other sign takes it back, once the other council confirms that, too.");
    Form(request, h, url_segment(arena, page_url(arena, page->year), text_of("reverse"))) {
        page_choice_field(h, &entry, NULL, choice, choices);
        page_field(h, &reference);
        page_button(h, "Record its reversal");
    }
}

static void choose_fields(struct request *request, struct html *h,
                          const struct on_account_page *page)
{
    struct arena *arena = request->arena;
    struct choice *service = arena_take(arena, page->led.count + 1, sizeof *service);
    struct choice *council = arena_take(arena, page->councils.count + 1, sizeof *council);
    struct choice period[PERIODS];
    const struct field fields[] = {
        { .name = "service", .label = "Service", .value = request_field(request, "service") },
        { .name = "council", .label = "Paid by", .value = request_field(request, "council") },
        { .name = "period", .label = "For", .value = request_field(request, "period") },
    };
    size_t councils = 0;

    for (size_t i = 0; i < page->led.count; i++)
        service[i] = (struct choice){ arena_print(arena, "%.*s", TEXT(page->led.code[i])),
                                      arena_print(arena, "%.*s", TEXT(page->led.name[i])) };
    for (size_t i = 0; i < page->councils.count; i++)
        if (page->councils.council[i].id != request->actor.acting)
            council[councils++] = (struct choice){
                arena_print(arena, "%.*s", TEXT(page->councils.council[i].code)),
                arena_print(arena, "%.*s", TEXT(page->councils.council[i].name)) };
    for (int index = 0; index < PERIODS; index++)
        period[index] = (struct choice){ arena_print(arena, "P%02d", index + 1),
                                         arena_print(arena, "P%02d, %s", index + 1,
                                                     month_name(index)) };
    page_choice_field(h, &fields[0], NULL, service, page->led.count);
    page_choice_field(h, &fields[1], NULL, council, councils);
    page_choice_field(h, &fields[2], NULL, period, PERIODS);
}

static void record_form(struct request *request, struct html *h,
                        const struct on_account_page *page, const struct field fields[3])
{
    if (!actor_may(&request->actor, MAY_TAKE_EXTRACT))
        return;
    El(h, "h2") Lit(h, "Record what was paid to your council");
    if (page->led.count == 0) {
        El(h, "p") Lit(h, "By the cost model that is agreed your council leads no service: what "
                          "is paid is recorded by the council that does.");
        return;
    }
    Form(request, h, page_url(request->arena, page->year)) {
        choose_fields(request, h, page);
        for (int i = 0; i < 3; i++)
            page_field(h, &fields[i]);
        page_button(h, "Record it");
    }
    reverse_form(request, h, page);
}

static enum err answer_page(struct request *request, const struct on_account_page *page,
                            int status)
{
    const struct field fields[] = {
        { .name = "amount", .label = "Amount", .type = "text", .autocomplete = "off",
          .hint = "In pounds, as 1234.56; with a minus, if it was given back",
          .value = request_field(request, "amount"), .error = page->wrong[ASKED_AMOUNT] },
        { .name = "reference", .label = "Reference", .type = "text", .autocomplete = "off",
          .hint = "Of the invoice or the payment; name nobody",
          .value = request_field(request, "reference"), .error = page->wrong[ASKED_REFERENCE] },
        { .name = "paid_on", .label = "Paid on", .type = "date", .autocomplete = "off",
          .value = request_field(request, "paid_on"), .error = page->wrong[ASKED_PAID_ON] },
        { .name = "why", .label = "Why", .error = page->wrong_why },
    };
    struct html *h = page_begin(request, arena_print(request->arena, "Paid on account in %.*s",
                                                     TEXT(page->year)));

    page_errors(request, h, fields, COUNT(fields));
    if (page->refused != NULL)
        El(h, "p") {
            page_tag(h, TAG_BAD, "Nothing was done");
            Lit(h, " ");
            html_text(h, text_of(page->refused));
        }
    El(h, "p") Lit(h, "The council that leads a service records what was paid to it; the council "
                      "that paid confirms it. Only what both have said is set off in the true-up.");
    true_up(request, h, page);
    if (page->schedule.rows == 0) {
        page_empty(h, "Nothing was paid on account, and there is no budget to plan it by.",
                   "A run of the book budget up to P13 gives the schedule of instalments.");
        El(h, "p") link_to(h, month_part_url(request->arena, &(struct period_place){
            page->year, PERIODS - 1 }, "settlement"), "Work out the budget of the whole year");
    } else {
        money_sheet_show(h, &page->schedule);
        money_sheet_links(request, h, &page->schedule, page_url(request->arena, page->year),
                          text_of(""));
    }
    waiting(request, h, page);
    if (page->entries.rows > 0) {
        money_sheet_show(h, &page->entries);
        money_sheet_links(request, h, &page->entries, page_url(request->arena, page->year),
                          text_of(""));
    }
    record_form(request, h, page, fields);
    return page_end(request, h, status);
}

enum err on_account_show(struct request *request)
{
    struct on_account_page page;
    const enum err err = load_page(request, request_word(request, "year"), &page);

    return err != OK ? err : answer_page(request, &page, 200);
}

enum err on_account_first(struct request *request)
{
    struct joint_years years;
    const enum err err = joint_years_load(request->tx, request->arena, &years, request->trouble);

    if (err == OK && years.count > 0)
        return answer_redirect(request, page_url(request->arena, years.year[0].year));
    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Paid on account");
    page_empty(h, "No year has begun.", "A head of finance begins it under Months.");
    return page_end(request, h, 200);
}

enum err on_account_file(struct request *request)
{
    const struct text file = request_word(request, "file");
    const struct period_place last = { request_word(request, "year"), PERIODS - 1 };
    struct on_account_page page;
    struct text billed;
    enum err err = load_page(request, last.year, &page);

    if (err == OK && text_is(file, BILLED_FILE)) {
        err = payments_billed(request->tx, request->arena, &last, &billed, request->trouble);
        return err != OK ? err : answer_bytes(request, 200,
                                              "text/csv; charset=utf-8; header=present", billed);
    }
    if (err != OK)
        return err;
    const bool schedule = file.size > 8 && memcmp(file.data, "schedule", 8) == 0;
    return money_sheet_answer(request, schedule ? &page.schedule : &page.entries, file);
}

/* --- done --- */

/* What a rule refuses is told on the page; nothing was written. */
static enum err told(struct request *request, struct text year, enum err err,
                     const struct trouble *said)
{
    struct on_account_page page;

    if (err != ERR_CONFLICT && err != ERR_USAGE)
        return err == ERR_MISSING ? err : fail(request->trouble, err, "%s", said->text);
    const char *words = arena_copy(request->arena, said->text, strlen(said->text));
    const enum err loaded = load_page(request, year, &page);
    page.refused = words;
    return loaded != OK ? loaded : answer_page(request, &page, err == ERR_USAGE ? 422 : 409);
}

bool payment_read(struct request *request, const struct councils *councils, struct payment *out,
                  const char *wrong[PAYMENT_ASKED])
{
    const struct text amount = request_field(request, "amount");
    wide pence = 0;

    *out = (struct payment){
        .place = { request_word(request, "year"), month_index(request_field(request, "period")) },
        .service = request_field(request, "service"),
        .reference = request_field(request, "reference") };
    for (size_t i = 0; i < councils->count; i++)
        if (text_equal(councils->council[i].code, request_field(request, "council")))
            out->debtor = councils->council[i].id;
    if (!amount_parse(amount, 13, &pence) || pence == 0)
        wrong[ASKED_AMOUNT] = "Give an amount, as 1234.56.";
    out->pence = (int64_t)pence;
    if (out->reference.size == 0 || out->reference.size > PAYMENT_WORDS_MOST)
        wrong[ASKED_REFERENCE] = "Give the reference of the invoice or the payment, in at most "
                                 "200 bytes.";
    if (!db_day_parse(request_field(request, "paid_on"), &out->paid_on))
        wrong[ASKED_PAID_ON] = "Give the day, as 2014-06-30.";
    if (out->place.index < 0)
        wrong[ASKED_PERIOD] = "Choose a period.";
    return wrong[0] == NULL && wrong[1] == NULL && wrong[2] == NULL && wrong[3] == NULL;
}

enum err on_account_record(struct request *request)
{
    const struct text year = request_word(request, "year");
    struct on_account_page page;
    struct payment payment;
    struct trouble said = { 0 };
    int64_t id;
    enum err err = load_page(request, year, &page);

    if (err != OK)
        return err;
    if (!payment_read(request, &page.councils, &payment, page.wrong))
        return answer_page(request, &page, 422);
    err = payment_record(request->tx, request->arena, &request->happening, &request->actor,
                         &payment, &id, &said);
    return err != OK ? told(request, year, err, &said)
                     : answer_done(request, page_url(request->arena, year), WORD_DONE_ON_ACCOUNT);
}

enum err on_account_reverse(struct request *request)
{
    const struct text year = request_word(request, "year");
    const struct text entry = request_field(request, "entry");
    const struct text reference = request_field(request, "credit");
    struct trouble said = { 0 };
    int64_t id;

    if (entry.size == 0 || entry.size > 18 || text_digits(entry, 0) != entry.size)
        return told(request, year, ERR_USAGE, &(struct trouble){ .text = "Choose an entry." });
    if (reference.size == 0 || reference.size > PAYMENT_WORDS_MOST)
        return told(request, year, ERR_USAGE, &(struct trouble){
            .text = "Give a reference, in at most 200 bytes." });
    const enum err err = payment_reverse(request->tx, request->arena, &request->happening,
                                         &request->actor, route_number(entry), reference, &id,
                                         &said);
    return err != OK ? told(request, year, err, &said)
                     : answer_done(request, page_url(request->arena, year), WORD_DONE_ON_ACCOUNT);
}

static enum err reason_missing(struct request *request, struct text year,
                               const struct trouble *said)
{
    const char *words = arena_copy(request->arena, said->text, strlen(said->text));
    struct on_account_page page;
    const enum err err = load_page(request, year, &page);

    page.wrong_why = words;
    return err != OK ? err : answer_page(request, &page, 422);
}

static enum err end_payment(struct request *request, enum payment_state state)
{
    static const enum word done[PAYMENT_STATES] = {
        [PAYMENT_CONFIRMED] = WORD_DONE_ON_ACCOUNT_CONFIRMED,
        [PAYMENT_REFUSED] = WORD_DONE_ON_ACCOUNT_REFUSED,
        [PAYMENT_WITHDRAWN] = WORD_DONE_ON_ACCOUNT_WITHDRAWN,
    };
    const int64_t id = request_number(request, "payment");
    struct trouble said = { 0 };
    struct payment payment;
    enum err err = payment_load(request->tx, request->arena, id, &payment, request->trouble);

    if (err != OK)
        return err;
    if (state == PAYMENT_STATES)
        return told(request, payment.place.year, ERR_USAGE, &(struct trouble){
            .text = "Confirm it, or refuse it." });
    err = payment_answer(request->tx, request->arena, &request->happening, &request->actor, id,
                         state, request_field(request, "why"), &said);
    if (err == ERR_USAGE)
        return reason_missing(request, payment.place.year, &said);
    return err != OK ? told(request, payment.place.year, err, &said)
                     : answer_done(request, page_url(request->arena, payment.place.year),
                                   done[state]);
}

enum err on_account_answer(struct request *request)
{
    const struct text answer = request_field(request, "answer");

    return end_payment(request,
                       text_is(answer, payment_state_word(PAYMENT_CONFIRMED)) ? PAYMENT_CONFIRMED
                       : text_is(answer, payment_state_word(PAYMENT_REFUSED)) ? PAYMENT_REFUSED
                                                                              : PAYMENT_STATES);
}

enum err on_account_withdraw(struct request *request)
{
    return end_payment(request, PAYMENT_WITHDRAWN);
}
