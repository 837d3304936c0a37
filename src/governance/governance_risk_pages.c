/*
 * governance/governance_risk_pages.c -- what a browser or a program can ask of the risk register.
 */
#include "governance/governance_risk_call.h"
#include "governance/governance_risk_view.h"
#include "governance/governance_table.h"
#include "store/council.h"

/* --- what is asked for --- */

static struct text council_word(struct request *request, int64_t council, bool code)
{
    struct councils councils;

    if (councils_read(request->tx, request->arena, &councils, request->trouble) == OK)
        for (size_t i = 0; i < councils.count; i++)
            if (councils.council[i].id == council)
                return code ? councils.council[i].code : councils.council[i].name;
    return text_of("");
}

static bool read_column(struct text name, enum risk_column *out)
{
    for (*out = 0; *out < RISK_COLUMNS; ++*out)
        if (text_is(name, risk_columns[*out].name))
            return true;
    *out = COLUMN_REFERENCE;
    return name.size == 0;
}

static enum err read_filter(struct request *request, struct risk_filter *filter)
{
    const struct text down = request_field(request, "down");

    *filter = (struct risk_filter){
        .state = request_field(request, "state"),
        .category = request_field(request, "category"),
        .owner_post = request_field(request, "owner_post"),
        .rating = request_field(request, "rating"),
        .words = request_field(request, "q"),
        .down = down.size > 0,
    };
    if (!read_column(request_field(request, "sort"), &filter->order) ||
        !risk_filter_sane(filter) || (filter->down && !text_is(down, "yes")))
        return fail(request->trouble, ERR_USAGE, "There is no such state, rating, category or "
                    "column.");
    return OK;
}

/* The address without the place; what was not asked for is left out. */
static struct url list_url(struct request *request, const char *path)
{
    static const char *const names[] = { "q", "state", "rating", "category", "owner_post", "sort",
                                         "down" };
    struct url url = url_literal(path, strlen(path));

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct text value = request_field(request, names[i]);
        if (value.size > 0)
            url = url_argument(request->arena, url, names[i], value);
    }
    return url;
}

static void count_matrix(struct risk_list_model *model)
{
    for (size_t i = 0; i < model->found.count; i++) {
        const struct risk *risk = &model->found.risk[i];
        model->matrix[risk_scale(risk, RISK_CURRENT_LIKELIHOOD) - 1]
                     [risk_scale(risk, RISK_CURRENT_IMPACT) - 1]++;
    }
}

/* The page begins behind the risk that the last one ended with, wherever that stands by now and
 * whether or not it still matches. */
static enum err find_place(struct request *request, struct risk_list_model *model)
{
    const struct text after = request_field(request, "after");
    struct risk last;

    if (after.size > 0) {
        enum err err = risk_load(request->tx, request->arena, request->actor.acting, after, &last,
                                 request->trouble);
        if (err == ERR_MISSING)
            return fail(request->trouble, ERR_USAGE, "after: there is no such risk.");
        if (err != OK)
            return err;
        while (model->begin < model->found.count &&
               risk_compare(&model->filter, &model->found.risk[model->begin], &last) <= 0)
            model->begin++;
    }
    const size_t left = model->found.count - model->begin;
    model->end = model->begin + (left < RISK_PAGE_ROWS ? left : RISK_PAGE_ROWS);
    return OK;
}

static enum err load_list(struct request *request, const char *path,
                          struct risk_list_model *model)
{
    *model = (struct risk_list_model){
        .url = list_url(request, path),
        .may_edit = actor_may(&request->actor, MAY_EDIT_RISK),
    };
    enum err err = read_filter(request, &model->filter);
    if (err == OK)
        err = risk_list(request->tx, request->arena, request->actor.acting, &model->found,
                        request->trouble);
    if (err != OK)
        return err;
    model->all = model->found.count;
    risk_select(&model->filter, &model->found);
    count_matrix(model);
    return find_place(request, model);
}

static enum err risks_show(struct request *request)
{
    struct risk_list_model model;
    const enum err err = load_list(request, "/risks", &model);

    return err != OK ? err : risk_list_page(request, &model);
}

static enum err risks_csv(struct request *request)
{
    struct risk_list_model model;
    const enum err err = load_list(request, "/risks.csv", &model);

    return err != OK ? err : risk_list_csv(request, &model);
}

static enum err risks_json(struct request *request)
{
    struct risk_list_model model;
    const enum err err = load_list(request, "/risks.json", &model);

    return err != OK ? err : risk_list_json(request, &model,
                                            council_word(request, request->actor.acting, true));
}

/* --- one risk --- */

static enum err load(struct request *request, struct risk *risk)
{
    return risk_load(request->tx, request->arena, request->actor.acting,
                     request_word(request, "risk"), risk, request->trouble);
}

/* The risk, if it is this council's to change. */
static enum err load_editable(struct request *request, struct risk *risk)
{
    const enum err err = load(request, risk);

    return err == OK && !risk_is_editable(risk, request->actor.acting) ? ERR_MISSING : err;
}

static struct risk_deed deed_of(struct request *request, const char *action)
{
    return (struct risk_deed){ &request->happening, request->arena, request->actor.acting,
                               text_of(request->actor.login), action,
                               request_field(request, "why") };
}

static enum err show(struct request *request, struct risk_model *model, int status)
{
    const bool edits = actor_may(&request->actor, MAY_EDIT_RISK);
    const enum err err = risk_file_load(request->tx, request->arena, request->actor.acting,
                                        &model->risk, &model->file, request->trouble);

    if (err != OK)
        return err;
    model->council = council_word(request, model->risk.council, false);
    model->may_edit = edits && risk_is_editable(&model->risk, request->actor.acting);
    model->may_share = edits && model->risk.council == request->actor.acting;
    model->may_comment = edits;
    if (model->review[REVIEW_DUE].size == 0)
        model->review[REVIEW_DUE] = model->risk.field[RISK_REVIEW_DUE];
    return risk_page(request, model, status);
}

static enum err risk_show(struct request *request)
{
    struct risk_model model = { .refused = NULL };
    const enum err err = load(request, &model.risk);

    return err != OK ? err : show(request, &model, 200);
}

static enum err refuse(struct request *request, struct risk_model *model, const char *words)
{
    model->refused = words;
    model->why = request_field(request, "why");
    model->words = request_field(request, "words");
    return show(request, model, 422);
}

static enum err to_risk(struct request *request, const struct risk *risk)
{
    return answer_redirect(request, url_segment(request->arena, Url("/risks"), risk->reference));
}

/* --- the form --- */

/* Text areas end in line ends that nobody meant; blanks around a line likewise. */
static struct text trimmed(struct text text)
{
    while (text.size > 0 && is_one_of(text.data[text.size - 1], " \n\t"))
        text.size--;
    while (text.size > 0 && is_one_of(text.data[0], " \n\t")) {
        text.data++;
        text.size--;
    }
    return text;
}

static void read_fields(struct request *request, struct risk *risk)
{
    for (enum risk_field field = 0; field < RISK_FIELDS; field++) {
        risk->field[field] = trimmed(request_field(request, risk_fields[field].name));
        /* A program says true and false. */
        if (risk_fields[field].kind == FIELD_FLAG && request->api)
            risk->field[field] = text_of(text_is(risk->field[field], "true") ||
                                         text_is(risk->field[field], "yes") ? "yes" : "");
    }
}

/* What was typed into these fields, and whether it is fit. */
static bool read_form(struct request *request, const struct field_form form[], size_t count,
                      struct text value[], enum field_verdict verdict[])
{
    bool fit = true;

    for (size_t i = 0; i < count; i++) {
        value[i] = trimmed(request_field(request, form[i].name));
        verdict[i] = field_judge(&form[i], value[i]);
        fit = fit && verdict[i] == FIELD_FIT;
    }
    return fit;
}

/* The version that the form was made of; -1: it is none. */
static int64_t form_version(const struct request *request)
{
    const struct text version = request_field(request, "version");

    return version.size >= 1 && version.size <= 18 && text_digits(version, 0) == version.size
               ? route_number(version) : -1;
}

static bool why_fits(const struct request *request)
{
    return request_field(request, "why").size <= RISK_WHY_MOST;
}

static enum err risk_new(struct request *request)
{
    const struct risk_form_model model = { .was = NULL };

    return risk_form_page(request, &model, 200);
}

static enum err risk_make(struct request *request)
{
    struct risk_form_model model = { .was = NULL };
    const struct risk_deed deed = deed_of(request, "risk.make");

    read_fields(request, &model.now);
    if (!risk_judge(&model.now, model.verdict))
        return risk_form_page(request, &model, 422);
    const enum err err = risk_add(request->tx, &deed, &model.now, request->trouble);
    return err != OK ? err : to_risk(request, &model.now);
}

static enum err risk_edit(struct request *request)
{
    struct risk was = { 0 };
    const enum err err = load_editable(request, &was);
    const struct risk_form_model model = { .was = &was, .now = was };

    return err != OK ? err : risk_form_page(request, &model, 200);
}

static enum err risk_change_make(struct request *request)
{
    struct risk was = { 0 };
    const struct risk_deed deed = deed_of(request, "risk.edit");
    enum err err = load_editable(request, &was);
    struct risk_form_model model = { .was = &was, .now = was };

    if (err != OK)
        return err;
    if (!why_fits(request))
        return fail(request->trouble, ERR_USAGE, "%s", risk_refusal_sentence(RISK_REASON_LONG));
    read_fields(request, &model.now);
    const bool fit = risk_judge(&model.now, model.verdict);
    if (form_version(request) != was.version)
        return risk_conflict_page(request, &model);
    if (!fit)
        return risk_form_page(request, &model, 422);
    err = risk_save(request->tx, &deed, &was, &model.now, request->trouble);
    return err != OK ? err : to_risk(request, &was);
}

/* --- its life --- */

/* What a form on the risk's own page is about: the risk, unless it was changed meanwhile; `*done`:
 * there is an answer. */
static enum err begin_change(struct request *request, struct risk_model *model, bool *done)
{
    enum err err = load_editable(request, &model->risk);

    *done = err == OK && form_version(request) != model->risk.version;
    if (*done) {
        model->refused = "The risk was changed meanwhile; here is what it is now. Nothing of yours "
                         "was saved.";
        model->why = request_field(request, "why");
        model->review[REVIEW_FOUND] = request_field(request, "found");
        err = show(request, model, 409);
    }
    return err;
}

static enum err risk_state_make(struct request *request)
{
    struct risk_model model = { .refused = NULL };
    struct risk_deed deed = deed_of(request, "risk.state");
    struct risk now;
    bool done;
    enum err err = begin_change(request, &model, &done);

    if (err != OK || done)
        return err;
    if (!risk_event_parse(request_field(request, "event"), &model.event))
        return refuse(request, &model, "Choose what is done with the risk.");
    now = model.risk;
    const enum risk_refusal refusal = risk_step(&model.risk, model.event, deed.why, &now.state);
    if (refusal != RISK_FIT)
        return refuse(request, &model, risk_refusal_sentence(refusal));
    deed.action = arena_print(request->arena, "risk.%s", risk_event_word(model.event));
    err = risk_save(request->tx, &deed, &model.risk, &now, request->trouble);
    return err != OK ? err : to_risk(request, &now);
}

static enum err risk_review_make(struct request *request)
{
    struct risk_model model = { .refused = NULL };
    struct risk_deed deed = deed_of(request, "risk.review");
    struct risk now;
    bool done;
    enum err err = begin_change(request, &model, &done);

    if (err != OK || done)
        return err;
    if (!read_form(request, risk_review_fields, REVIEW_FIELDS, model.review,
                   model.review_verdict))
        return show(request, &model, 422);
    deed.why = model.review[REVIEW_FOUND];
    now = model.risk;
    now.field[RISK_REVIEW_DUE] = model.review[REVIEW_DUE];
    err = risk_save(request->tx, &deed, &model.risk, &now, request->trouble);
    return err != OK ? err : to_risk(request, &now);
}

static enum err risk_sharing_make(struct request *request)
{
    struct risk_model model = { .refused = NULL };
    const struct risk_deed deed = deed_of(request, "risk.share");
    struct risk now;
    bool done;
    enum err err = begin_change(request, &model, &done);

    if (err != OK || done)
        return err;
    now = model.risk;
    if (!risk_sharing_parse(request_field(request, "sharing"), &now.sharing))
        return refuse(request, &model, "Choose who sees the risk.");
    err = risk_save(request->tx, &deed, &model.risk, &now, request->trouble);
    return err != OK ? err : to_risk(request, &now);
}

/* --- what goes with it --- */

static enum err risk_comment_make(struct request *request)
{
    struct risk_model model = { .refused = NULL };
    const struct risk_deed deed = deed_of(request, "risk.comment");
    const struct text words = trimmed(request_field(request, "words"));
    enum err err = load(request, &model.risk);

    if (err != OK)
        return err;
    if (words.size == 0 || words.size > RISK_COMMENT_MOST)
        return refuse(request, &model, "A comment has 1 to 4,000 bytes.");
    err = risk_comment_add(request->tx, &deed, &model.risk, words, request->trouble);
    return err != OK ? err : to_risk(request, &model.risk);
}

static enum err risk_action_make(struct request *request)
{
    struct risk_model model = { .refused = NULL };
    const struct risk_deed deed = deed_of(request, "risk.act");
    struct risk_action action = { .done = false };
    enum err err = load_editable(request, &model.risk);

    if (err != OK)
        return err;
    if (!read_form(request, risk_action_fields, ACTION_FIELDS, model.act, model.act_verdict) ||
        !db_day_parse(model.act[ACTION_DUE], &action.due))
        return show(request, &model, 422);
    action.words = model.act[ACTION_WORDS];
    action.owner_post = model.act[ACTION_OWNER];
    err = risk_action_add(request->tx, &deed, &model.risk, &action, request->trouble);
    return err != OK ? err : to_risk(request, &model.risk);
}

static enum err risk_action_end(struct request *request)
{
    struct risk risk;
    const struct risk_deed deed = deed_of(request, "risk.act.done");
    enum err err = load_editable(request, &risk);

    if (err == OK)
        err = risk_action_done(request->tx, &deed, &risk, request_number(request, "action"),
                               request->trouble);
    return err != OK ? err : to_risk(request, &risk);
}

/* --- calls --- */

static struct text etag(struct request *request, const struct risk *risk)
{
    return text_of(arena_print(request->arena, "\"%lld\"", (long long)risk->version));
}

static enum err answer_risk(struct request *request, const struct risk *risk, int status)
{
    struct answer_json out;

    answer_json_begin(request, &out);
    risk_json(&out.json, risk);
    http_answer_header(request->answer, "ETag", etag(request, risk));
    return answer_json_end(request, &out, status, JSON_TYPE);
}

/* A page of the list; the next one is a link of the answer's head. */
static enum err api_risks_show(struct request *request)
{
    struct risk_list_model model;
    struct answer_json out;
    const enum err err = load_list(request, "/api/v1/risks", &model);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = model.begin; i < model.end; i++)
        risk_json(&out.json, &model.found.risk[i]);
    json_array_end(&out.json);
    if (model.end < model.found.count) {
        const struct url next = UrlArg(request->arena, model.url, "after",
                                       model.found.risk[model.end - 1].reference);
        http_answer_header(request->answer, "Link",
                           text_of(arena_print(request->arena, "<%.*s>; rel=\"next\"",
                                               TEXT(next.text))));
    }
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static enum err api_risk_show(struct request *request)
{
    struct risk risk;
    const enum err err = load(request, &risk);

    return err != OK ? err : answer_risk(request, &risk, 200);
}

/* All that is wrong at once. */
static enum err answer_verdicts(struct request *request, const enum field_verdict verdict[])
{
    const char *words = "";

    for (enum risk_field field = 0; field < RISK_FIELDS; field++)
        if (verdict[field] != FIELD_FIT)
            words = arena_print(request->arena, "%s%s%s: %s", words, words[0] == '\0' ? "" : " ",
                                risk_fields[field].name, field_verdict_sentence(verdict[field]));
    return answer_error(request, 422, "Not fit", words);
}

static enum err api_risk_make(struct request *request)
{
    struct risk risk = { 0 };
    enum field_verdict verdict[RISK_FIELDS];
    const struct risk_deed deed = deed_of(request, "risk.make");

    read_fields(request, &risk);
    if (!risk_judge(&risk, verdict))
        return answer_verdicts(request, verdict);
    const enum err err = risk_add(request->tx, &deed, &risk, request->trouble);
    return err != OK ? err : answer_risk(request, &risk, 201);
}

/* The whole of it is sent: what is left out becomes empty. */
static enum err api_risk_change(struct request *request)
{
    const struct text match = http_header(request->http, "if-match");
    struct risk was, now;
    enum field_verdict verdict[RISK_FIELDS];
    const struct risk_deed deed = deed_of(request, "risk.edit");
    enum err err = load_editable(request, &was);

    if (err != OK)
        return err;
    if (match.data == NULL)
        return answer_error(request, 428, "Which version?", "Send If-Match with the ETag that the "
                            "risk was read with.");
    if (!text_equal(match, etag(request, &was)))
        return answer_error(request, 412, "Changed meanwhile", "The risk has another version.");
    if (!why_fits(request))
        return fail(request->trouble, ERR_USAGE, "why: %s",
                    risk_refusal_sentence(RISK_REASON_LONG));
    now = was;
    read_fields(request, &now);
    if (!risk_judge(&now, verdict))
        return answer_verdicts(request, verdict);
    err = risk_save(request->tx, &deed, &was, &now, request->trouble);
    if (err == OK)
        err = load(request, &now);
    return err != OK ? err : answer_risk(request, &now, 200);
}

static const struct action actions[] = {
    { .verb = "risk list", .summary = "Risks: filtered, sorted, with their matrix",
      .description =
          "The risks that the acting council may see: its own, those of both councils, "
          "and those that the partner shares. The boxes narrow the list, a heading "
          "sorts it, and the matrix counts what the list shows, by likelihood and "
          "impact.\n\n"
          "The address of the page holds everything that was chosen, so it can be kept "
          "as a bookmark or sent to a colleague. The files hold exactly the rows on the "
          "page.",
      .method = ACTION_GET, .route = "/risks", .right = MAY_SEE_RISK, .respond = risks_show },
    { .verb = "risk csv", .summary = "The same as CSV",
      .method = ACTION_GET, .route = "/risks.csv", .right = MAY_SEE_RISK, .respond = risks_csv },
    { .verb = "risk json", .summary = "The same as JSON, with what was asked for",
      .method = ACTION_GET, .route = "/risks.json", .right = MAY_SEE_RISK,
      .respond = risks_json },
    { .verb = "risk new", .summary = "The form for a risk",
      .description =
          "What could happen, to which aim, and how likely and how bad it would be. A "
          "score is likelihood times impact. Only what is marked as needed must be "
          "filled in.",
      .method = ACTION_GET, .route = "/new-risk", .right = MAY_EDIT_RISK, .respond = risk_new },
    { .verb = "risk make", .summary = "Record a risk",
      .method = ACTION_POST, .route = "/risks", .right = MAY_EDIT_RISK, .respond = risk_make },
    { .verb = "risk show", .summary = "A risk with its history",
      .description =
          "All about a risk: its score before and after what is done about it, its "
          "actions, reviews and comments, and every change of every field with who made "
          "it and when.",
      .method = ACTION_GET, .route = "/risks/{risk:word}", .right = MAY_SEE_RISK,
      .respond = risk_show },
    { .verb = "risk edit", .summary = "The form to change a risk",
      .description =
          "Changes a risk. If somebody else changed it meanwhile, both values are shown "
          "and nothing is overwritten until you have chosen.",
      .method = ACTION_GET, .route = "/risks/{risk:word}/edit", .right = MAY_EDIT_RISK,
      .respond = risk_edit },
    { .verb = "risk change", .summary = "Change a risk, unless it was changed meanwhile",
      .method = ACTION_POST, .route = "/risks/{risk:word}", .right = MAY_EDIT_RISK,
      .respond = risk_change_make },
    { .verb = "risk state", .summary = "Treat, tolerate, close or reopen a risk",
      .method = ACTION_POST, .route = "/risks/{risk:word}/state", .right = MAY_EDIT_RISK,
      .respond = risk_state_make },
    { .verb = "risk review", .summary = "Record a review",
      .method = ACTION_POST, .route = "/risks/{risk:word}/reviews", .right = MAY_EDIT_RISK,
      .respond = risk_review_make },
    { .verb = "risk share", .summary = "Say who sees a risk of this council",
      .method = ACTION_POST, .route = "/risks/{risk:word}/sharing", .right = MAY_EDIT_RISK,
      .respond = risk_sharing_make },
    { .verb = "risk comment", .summary = "Comment on a risk",
      .method = ACTION_POST, .route = "/risks/{risk:word}/comments", .right = MAY_EDIT_RISK,
      .respond = risk_comment_make },
    { .verb = "risk act", .summary = "Plan an action against a risk",
      .method = ACTION_POST, .route = "/risks/{risk:word}/actions", .right = MAY_EDIT_RISK,
      .respond = risk_action_make },
    { .verb = "risk act done", .summary = "Say that an action is done",
      .method = ACTION_POST, .route = "/risks/{risk:word}/actions/{action}/done",
      .right = MAY_EDIT_RISK, .respond = risk_action_end },

    { .verb = "api risk list", .summary = "Risks, a page of them; the next by Link",
      .method = ACTION_GET, .route = "/api/v1/risks", .right = MAY_SEE_RISK,
      .respond = api_risks_show, .call = &risk_list_call },
    { .verb = "api risk show", .summary = "A risk, with its ETag",
      .method = ACTION_GET, .route = "/api/v1/risks/{risk:word}", .right = MAY_SEE_RISK,
      .respond = api_risk_show, .call = &risk_show_call },
    { .verb = "api risk make", .summary = "Record a risk",
      .method = ACTION_POST, .route = "/api/v1/risks", .right = MAY_EDIT_RISK,
      .respond = api_risk_make, .call = &risk_make_call },
    { .verb = "api risk change", .summary = "Change a risk, with If-Match",
      .method = ACTION_PUT, .route = "/api/v1/risks/{risk:word}", .right = MAY_EDIT_RISK,
      .respond = api_risk_change, .call = &risk_change_call },
    { 0 },
};

const struct feature risk_feature = { "risk", "Risks", actions };
