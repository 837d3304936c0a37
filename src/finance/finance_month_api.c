/*
 * finance/finance_month_api.c -- a month's checks, its signing and what is locked, for programs.
 * They do what the pages do, by the same functions: who may, who may not, and why.
 */
#include "finance/finance_api.h"

#include "cli/answer.h"
#include "finance/finance_bundle.h"
#include "finance/finance_table.h"
#include "identity/right.h"
#include "register/evidence_desk.h"
#include "web/api_field.h"

/* --- checks --- */

static const char *const check_words[] = {
    [CHECK_EARLIER] = "earlier", [CHECK_TAKEN] = "taken", [CHECK_MAPPED] = "mapped",
    [CHECK_AGREED] = "agreed", [CHECK_RUN] = "run", [CHECK_REFUSED] = "refused",
    [CHECK_NEWEST] = "newest", [CHECK_CONSERVATION] = "conservation",
    [CHECK_BALANCE] = "balance", [CHECK_MIRROR] = "mirror", [CHECK_BILL] = "bill",
    [CHECK_VAT] = "vat", [CHECK_QUERIES] = "queries", [PERIOD_CHECKS] = NULL,
};
static const char *const check_states[] = {
    [CHECK_PASSED] = "passed", [CHECK_FAILED] = "failed", [CHECK_WAITS] = "waits",
    [CHECK_STATES] = NULL,
};

static enum err check_list(struct request *request)
{
    struct period_place place;
    struct period_known known;
    struct answer_json out;
    enum err err = month_known(request, &place, &known);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (enum period_check check = 0; check < PERIOD_CHECKS; check++) {
        const struct check_result result = period_check(request->arena, &known.facts, check);
        json_object(&out.json);
        api_text(&out.json, "check", text_of(check_words[check]));
        api_text(&out.json, "state", text_of(check_states[result.state]));
        api_text(&out.json, "title", text_of(period_check_title(check)));
        api_text(&out.json, "words", text_of(result.words));
        api_flag(&out.json, "warns", result.warns);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* --- signing --- */

static void write_signature(struct request *request, struct json *json,
                            const struct period_signature *signature)
{
    json_object(json);
    api_text(json, "council", money_council_code(request, signature->council));
    api_number(json, "run", signature->run);
    api_text(json, "outputs", signature->outputs);
    api_text(json, "login", signature->login);
    api_moment(json, "signed_at", signature->signed_at);
    api_moment(json, "undone_at", signature->undone_at);
    api_text_or_null(json, "undone_by", signature->undone_by);
    api_text_or_null(json, "undone_why", signature->undone_why);
    json_object_end(json);
}

static void write_signatures(struct request *request, struct json *json,
                             const struct period_known *known)
{
    json_key(json, "signatures");
    json_array(json);
    for (size_t i = 0; i < known->signatures.count; i++)
        write_signature(request, json, &known->signatures.signature[i]);
    json_array_end(json);
}

/* The first check that holds it up; empty: none does. */
static struct text held_up_by(struct request *request, const struct period_known *known)
{
    const enum period_check check = period_check_first(request->arena, &known->facts);

    return check == PERIOD_CHECKS ? text_of("") : text_of(arena_print(
        request->arena, "%s: %s", period_check_title(check),
        period_check(request->arena, &known->facts, check).words));
}

/* `lock` NULL: it is not locked. */
static void write_signing(struct request *request, struct json *json,
                          const struct period_place *place, const struct period_known *known,
                          const struct period_lock *lock)
{
    const struct moment never = { 0 };
    const bool closed = known->has_run && known->run.state == RUN_CLOSED;

    json_object(json);
    api_text(json, "period", text_of(period_title(request->arena, place->year, place->index)));
    api_text(json, "state", text_of(period_state_word(known->state)));
    api_number_or_null(json, "run", closed ? known->run.id : 0);
    api_text_or_null(json, "outputs", closed ? known->outputs : text_of(""));
    api_text_or_null(json, "run_by", closed ? known->run.made_by : text_of(""));
    api_text_or_null(json, "held_up_by", lock != NULL ? text_of("") : held_up_by(request, known));
    write_signatures(request, json, known);
    api_number_or_null(json, "locked_run", lock == NULL ? 0 : lock->run);
    api_moment(json, "locked_at", lock == NULL ? never : lock->locked_at);
    api_text_or_null(json, "locked_by", lock == NULL ? text_of("") : lock->locked_by);
    json_object_end(json);
}

static enum err signing_show(struct request *request)
{
    struct period_place place;
    struct period_known known;
    struct period_lock lock;
    struct answer_json out;
    enum err err = month_known(request, &place, &known);

    if (err != OK)
        return err;
    err = period_lock_load(request->tx, request->arena, &place, &lock, request->trouble);
    if (err != OK && err != ERR_MISSING)
        return err;
    answer_json_begin(request, &out);
    write_signing(request, &out.json, &place, &known, err == OK ? &lock : NULL);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* What came of a step: how the period stands now, or why nothing was done. */
static enum err answer_step(struct request *request, month_stepping *stepping)
{
    struct month_step step;
    const enum err err = stepping(request, &step);
    const struct api_fault fault = { .field = "why", .code = "length", .words = step.said.text,
                                     .value = request_field(request, "why") };

    if (err == OK)
        return signing_show(request);
    if (err == ERR_USAGE)
        return answer_faults(request, step.said.text, &fault, 1);
    return err == ERR_MISSING ? err : fail(request->trouble, err, "%s", step.said.text);
}

static enum err month_sign(struct request *request)
{
    return answer_step(request, month_sign_step);
}

static enum err month_refuse(struct request *request)
{
    return answer_step(request, month_refuse_step);
}

static enum err month_soft(struct request *request)
{
    return answer_step(request, month_soft_step);
}

static enum err month_open(struct request *request)
{
    return answer_step(request, month_open_step);
}

static enum err month_nothing(struct request *request)
{
    return answer_step(request, month_nothing_step);
}

/* --- what is locked --- */

static enum err locked_list(struct request *request)
{
    const struct text year = request_word(request, "year");
    enum period_state state[PERIODS];
    struct answer_json out;
    enum err err = joint_periods_load(request->tx, year, state, request->trouble);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (int i = 0; i < PERIODS; i++) {
        const struct period_place place = { year, i };
        struct period_lock lock;
        if (state[i] != PERIOD_LOCKED)
            continue;
        err = period_lock_load(request->tx, request->arena, &place, &lock, request->trouble);
        if (err != OK)
            return err;
        json_object(&out.json);
        api_text(&out.json, "period", text_of(period_title(request->arena, year, i)));
        api_number(&out.json, "run", lock.run);
        api_text(&out.json, "outputs", lock.outputs);
        api_moment(&out.json, "locked_at", lock.locked_at);
        api_text(&out.json, "locked_for", money_council_code(request, lock.locked_for));
        api_text(&out.json, "locked_by", lock.locked_by);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

struct locked_month {
    struct period_place   place;
    struct period_evidence evidence;
};

static enum err load_locked(struct request *request, struct locked_month *month)
{
    enum period_state state[PERIODS];
    enum err err = month_place(request, &month->place);

    if (err == OK)
        err = joint_periods_load(request->tx, month->place.year, state, request->trouble);
    return err != OK ? err : period_evidence_load(
        request->tx, request->arena, request->actor.acting, &month->place, &month->evidence,
        request->trouble);
}

static void write_bundle_signatures(struct request *request, struct json *json,
                                    const struct bundle_signatures *signatures)
{
    json_key(json, "signatures");
    json_array(json);
    for (size_t i = 0; i < signatures->count; i++) {
        const struct bundle_signature *signature = &signatures->signature[i];
        json_object(json);
        api_text(json, "council", money_council_code(request, signature->council));
        api_text(json, "key", signature->key);
        api_moment(json, "taken_at", signature->taken_at);
        api_text(json, "taken_by", signature->taken_by);
        json_object_end(json);
    }
    json_array_end(json);
}

static const char *const recount_states[] = { "waiting", "same", "differs", NULL };

static void write_recounts(struct json *json, const struct period_recounts *recounts)
{
    json_key(json, "recounts");
    json_array(json);
    for (size_t i = 0; i < recounts->count; i++) {
        const struct period_recount *recount = &recounts->recount[i];
        json_object(json);
        api_text(json, "state", text_of(recount_states[!recount->ended ? 0 : recount->same ? 1
                                                                                           : 2]));
        api_text(json, "outcome", recount->outcome);
        api_moment(json, "asked_at", recount->asked_at);
        api_text(json, "asked_by", recount->asked_by);
        json_object_end(json);
    }
    json_array_end(json);
}

static enum err answer_locked(struct request *request, int status)
{
    struct locked_month month;
    struct answer_json out;
    const enum err err = load_locked(request, &month);

    if (err != OK)
        return err;
    const struct moment never = { 0 };
    const struct period_bundle *own = period_bundle_of(&month.evidence.bundles,
                                                       request->actor.acting);
    answer_json_begin(request, &out);
    json_object(&out.json);
    api_text(&out.json, "period", text_of(period_title(request->arena, month.place.year,
                                                       month.place.index)));
    api_text(&out.json, "name", text_of(bundle_name(request->arena, &month.place)));
    api_number_or_null(&out.json, "bytes", own == NULL ? 0 : own->bytes);
    api_text_or_null(&out.json, "sha256", own == NULL ? text_of("") : own->sha256);
    api_moment(&out.json, "made_at", own == NULL ? never : own->made_at);
    write_bundle_signatures(request, &out.json, &month.evidence.signatures);
    write_recounts(&out.json, &month.evidence.recounts);
    json_object_end(&out.json);
    return answer_json_end(request, &out, status, JSON_TYPE);
}

static enum err locked_show_call(struct request *request)
{
    return answer_locked(request, 200);
}

static enum err locked_sign(struct request *request)
{
    const struct text signature = request_field(request, "signature");
    struct trouble said = { .text = "" };
    struct period_deed deed;
    struct council council;
    enum err err = month_deed(request, &deed);

    if (err == OK)
        err = money_council(request, &council);
    if (err == OK)
        err = bundle_signature_add(request->tx, request->arena, &deed, council.code, signature,
                                   &said);
    if (err == ERR_USAGE) {
        const struct api_fault fault = { .field = "signature", .code = "rule",
                                         .words = said.text };
        return answer_faults(request, said.text, &fault, 1);
    }
    if (err != OK)
        return err == ERR_MISSING ? err : fail(request->trouble, err, "%s", said.text);
    return answer_locked(request, 201);
}

static enum err locked_recount(struct request *request)
{
    struct period_deed deed;
    enum err err = month_deed(request, &deed);

    if (err == OK)
        err = period_recount_begin(request->tx, request->arena, &deed, request->trouble);
    return err != OK ? err : answer_locked(request, 202);
}

/* --- the rows --- */

#define LINE(n, h)     { .name = (n), .type = API_LINE, .required = true, .help = (h) }
#define MAYBE(n, h)    { .name = (n), .type = API_LINE, .help = (h) }
#define NUMBER(n, h)   { .name = (n), .type = API_NUMBER, .required = true, .least = 1, \
                         .help = (h) }
#define MOMENT(n, h)   { .name = (n), .type = API_MOMENT, .required = true, .help = (h) }
#define PERIOD         { .name = "period", .type = API_LINE, .required = true, .brief = true, \
                         .help = "The period, as 2014-15/P03" }

static const char *const period_states[] = { "open", "soft", "locked", NULL };

static const struct api_field check_gives[] = {
    { .name = "check", .type = API_CHOICE, .required = true, .brief = true,
      .choices = check_words, .help = "Which" },
    { .name = "state", .type = API_CHOICE, .required = true, .brief = true,
      .choices = check_states, .help = "Waits: it cannot be judged yet" },
    LINE("title", "What must hold"),
    { .name = "words", .type = API_LINE, .required = true, .brief = true,
      .help = "What was found" },
    { .name = "warns", .type = API_FLAG, .required = true,
      .help = "It has passed, and is to be looked at" },
    { 0 },
};
static const struct api_field signature_part[] = {
    LINE("council", "The council's code"),
    NUMBER("run", "The run that was signed"),
    LINE("outputs", "The sum of its files (SHA-256)"),
    LINE("login", "Who signed"),
    MOMENT("signed_at", "When"),
    { .name = "undone_at", .type = API_MOMENT, .help = "Since when it is undone; none: it stands" },
    MAYBE("undone_by", "By whom"),
    MAYBE("undone_why", "And why"),
    { 0 },
};
static const struct api_field signing_gives[] = {
    PERIOD,
    { .name = "state", .type = API_CHOICE, .required = true, .brief = true,
      .choices = period_states, .help = "Open, closed softly, or locked" },
    { .name = "run", .type = API_NUMBER, .least = 1,
      .help = "The run that would be signed; none: there is none" },
    MAYBE("outputs", "The sum of its files (SHA-256)"),
    MAYBE("run_by", "Who began it: that person does not sign it"),
    MAYBE("held_up_by", "The first check that has not passed; none: it can be signed"),
    { .name = "signatures", .type = API_PARTS, .required = true, .parts = signature_part,
      .help = "The newest first, those that were undone, too" },
    { .name = "locked_run", .type = API_NUMBER, .least = 1,
      .help = "The run that was locked; none: it is not locked" },
    { .name = "locked_at", .type = API_MOMENT, .help = "When" },
    MAYBE("locked_by", "By whose signature"),
    { 0 },
};
static const struct api_field sign_takes[] = {
    NUMBER("run", "The run that is signed, and no other"),
    { .name = "outputs", .type = API_LINE, .required = true, .most = 64,
      .help = "The sum of its files (SHA-256), so that it is certain what is signed" },
    { 0 },
};
static const struct api_field why_takes[] = {
    { .name = "why", .type = API_LINE, .required = true, .most = PERIOD_WHY_MOST,
      .help = "Why; every council reads it: name nobody" },
    { 0 },
};
static const struct api_field locked_gives[] = {
    PERIOD,
    { .name = "run", .type = API_NUMBER, .required = true, .brief = true, .least = 1,
      .help = "The run that was locked" },
    LINE("outputs", "The sum of its files (SHA-256)"),
    { .name = "locked_at", .type = API_MOMENT, .required = true, .brief = true, .help = "When" },
    LINE("locked_for", "Whose signature was the last one"),
    LINE("locked_by", "And by whom"),
    { 0 },
};
static const struct api_field bundle_signature_part[] = {
    LINE("council", "The council's code"),
    LINE("key", "The public key that it was checked with"),
    MOMENT("taken_at", "When it was brought"),
    LINE("taken_by", "By whom"),
    { 0 },
};
static const struct api_field recount_part[] = {
    { .name = "state", .type = API_CHOICE, .required = true, .choices = recount_states,
      .help = "Waiting for its job, the same, or not the same" },
    LINE("outcome", "What was found"),
    MOMENT("asked_at", "When it was asked for"),
    LINE("asked_by", "By whom"),
    { 0 },
};
static const struct api_field bundle_gives[] = {
    PERIOD,
    LINE("name", "The file's name"),
    { .name = "bytes", .type = API_NUMBER, .least = 1,
      .help = "Its size; none: the bundle is not made yet" },
    MAYBE("sha256", "Its SHA-256"),
    { .name = "made_at", .type = API_MOMENT, .help = "When it was made" },
    { .name = "signatures", .type = API_PARTS, .required = true, .parts = bundle_signature_part,
      .help = "The councils' signatures under it" },
    { .name = "recounts", .type = API_PARTS, .required = true, .parts = recount_part,
      .help = "For the acting council, the newest first" },
    { 0 },
};
static const struct api_field signature_file_takes[] = {
    { .name = "council", .type = API_LINE, .most = 32,
      .help = "Whose, by its code; none: the acting council's" },
    { 0 },
};
static const struct api_field bundle_sign_takes[] = {
    { .name = "signature", .type = API_TEXT, .required = true, .most = 4000,
      .help = "The content of the file .minisig that ochil sign writes beside the bundle" },
    { 0 },
};

static const struct api_call checks_call = { .answer = API_LIST, .gives = check_gives };
static const struct api_call signing_call = { .answer = API_OBJECT, .gives = signing_gives };
static const struct api_call sign_call = { .answer = API_OBJECT, .takes = sign_takes,
                                           .gives = signing_gives };
static const struct api_call why_call = { .answer = API_OBJECT, .takes = why_takes,
                                          .gives = signing_gives };
static const struct api_call locked_call = { .answer = API_LIST, .gives = locked_gives };
static const struct api_call bundle_call = { .answer = API_OBJECT, .gives = bundle_gives };
static const struct api_call bundle_file_call = { .answer = API_FILE, .type = FILE_TYPE };
static const struct api_call signature_file_call = { .answer = API_FILE, .type = "text/plain",
                                                     .takes = signature_file_takes };
static const struct api_call bundle_sign_call = { .answer = API_OBJECT, .status = 201,
                                                  .takes = bundle_sign_takes,
                                                  .gives = bundle_gives };
static const struct api_call recount_call = { .answer = API_OBJECT, .status = 202,
                                              .gives = bundle_gives };

#define MONTH "/api/v1/years/{year:year}/periods/{period:word}"

static const struct action actions[] = {
    { .verb = "api month checks", .summary = "A month's checks, and what was found",
      .method = ACTION_GET, .route = MONTH "/checks", .right = MAY_SEE_MONEY,
      .respond = check_list, .call = &checks_call },
    { .verb = "api month signing", .summary = "Who has signed a month, and what holds it up",
      .method = ACTION_GET, .route = MONTH "/signing", .right = MAY_SEE_MONEY,
      .respond = signing_show, .call = &signing_call },
    { .verb = "api month sign", .summary = "Sign a month's run for the acting council",
      .description = "The last council's signature locks the month. Nobody signs a run that they "
                     "began themselves, nor for two councils. Signed twice, it is signed once.",
      .method = ACTION_POST, .route = MONTH "/sign", .right = MAY_SIGN_PERIOD,
      .respond = month_sign, .call = &sign_call },
    { .verb = "api month refuse", .summary = "Take back what was signed of a month, with a reason",
      .method = ACTION_POST, .route = MONTH "/refuse", .right = MAY_SIGN_PERIOD,
      .respond = month_refuse, .call = &why_call },
    { .verb = "api month soft", .summary = "Close a month softly",
      .method = ACTION_POST, .route = MONTH "/soft", .right = MAY_SIGN_PERIOD,
      .respond = month_soft, .call = &signing_call },
    { .verb = "api month open", .summary = "Open a month that is closed softly, with a reason",
      .method = ACTION_POST, .route = MONTH "/open", .right = MAY_SIGN_PERIOD,
      .respond = month_open, .call = &why_call },
    { .verb = "api month nothing", .summary = "Say that the council has no lines in a month",
      .method = ACTION_POST, .route = MONTH "/nothing", .right = MAY_SIGN_PERIOD,
      .respond = month_nothing, .call = &signing_call },
    { .verb = "api locked list", .summary = "The locked months of a year",
      .method = ACTION_GET, .route = "/api/v1/years/{year:year}/locked", .right = MAY_SEE_MONEY,
      .respond = locked_list, .call = &locked_call },
    { .verb = "api locked show", .summary = "The evidence of a locked month",
      .method = ACTION_GET, .route = MONTH "/evidence", .right = MAY_SEE_MONEY,
      .respond = locked_show_call, .call = &bundle_call },
    { .verb = "api locked bundle", .summary = "The bundle of a locked month",
      .method = ACTION_GET, .route = MONTH "/evidence/bundle", .right = MAY_SEE_MONEY,
      .prepare = bundle_file_prepare, .respond = evidence_fetched, .call = &bundle_file_call },
    { .verb = "api locked signature", .summary = "A council's signature under the bundle",
      .method = ACTION_GET, .route = MONTH "/evidence/signature", .right = MAY_SEE_MONEY,
      .respond = bundle_signature_file, .call = &signature_file_call },
    { .verb = "api locked sign", .summary = "Bring the council's signature under the bundle",
      .method = ACTION_POST, .route = MONTH "/evidence/signatures", .right = MAY_SIGN_PERIOD,
      .respond = locked_sign, .call = &bundle_sign_call },
    { .verb = "api locked recount", .summary = "Work a locked month out again, and compare",
      .method = ACTION_POST, .route = MONTH "/evidence/recount", .right = MAY_RECOUNT,
      .respond = locked_recount, .call = &recount_call },
    { 0 },
};

const struct feature month_call_feature = { "months", "Months", actions };
