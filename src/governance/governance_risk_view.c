#include "governance/governance_risk_view.h"

#include "formats/csv.h"
#include "governance/governance_field_view.h"
#include "trail/trail_time.h"

static struct url risk_url(struct request *request, struct text reference)
{
    return url_segment(request->arena, Url("/risks"), reference);
}

/* An address below the risk's: "/risks/CLK-12/edit". */
static struct url risk_sub_url(struct request *request, struct text reference, const char *word)
{
    return url_segment(request->arena, risk_url(request, reference), text_of(word));
}

static void link_to(struct html *h, struct url url, const char *words)
{
    El(h, "a") {
        Href(h, "href", url);
        html_text(h, text_of(words));
    }
}

/* What people wrote is shown as it is. */
static void shown(struct html *h, struct text text)
{
    if (text.size == 0)
        Lit(h, "\xE2\x80\x93");
    else
        html_text(h, text);
}

static void cell_shown(struct request *request, struct html *h, const struct risk *risk,
                       enum risk_column column)
{
    const struct cell cell = risk_cell(risk, column);

    if (column == COLUMN_REVIEW_DUE)
        day_shown(h, cell.text);
    else if (cell.is_number)
        html_int(h, cell.number);
    else if (column == COLUMN_TITLE || column == COLUMN_OWNER_POST)
        html_text(h, cell.text);
    else
        shown(h, word_shown(request->arena, cell.text));
}

/* --- the list --- */

static const char *const rating_choices[] = { "very high", "high", "medium", "low", NULL };

static void hidden(struct html *h, const char *name, const char *value)
{
    Void(h, "input");
    LitAttr(h, "type", "hidden");
    Attr(h, "name", text_of(name));
    Attr(h, "value", text_of(value));
}

static void search_box(struct html *h, const char *name, const char *label, struct text value)
{
    const struct field field = { name, label, NULL, "search", "off", value, NULL };

    page_field(h, &field);
}

/* A link to what it makes is a view that can be kept and sent. */
static void filter_form(struct request *request, struct html *h,
                        const struct risk_filter *filter)
{
    El(h, "form") {
        LitAttr(h, "method", "get");
        Href(h, "action", Url("/risks"));
        LitAttr(h, "role", "search");
        search_box(h, "q", "Words in number, title or description", filter->words);
        choice_box(request, h, "state", "State", "Any", risk_states, filter->state);
        choice_box(request, h, "rating", "Rating", "Any", rating_choices, filter->rating);
        choice_box(request, h, "category", "Category", "Any", risk_categories, filter->category);
        search_box(h, "owner_post", "Owner", filter->owner_post);
        hidden(h, "sort", risk_columns[filter->order].name);
        hidden(h, "down", filter->down ? "yes" : "");
        page_button(h, "Show");
        Lit(h, " ");
        link_to(h, Url("/risks"), "Show all");
    }
}

/* The list by this column; by the one it has already, the other way round. */
static struct url sorted_by(struct request *request, const struct risk_filter *filter,
                            enum risk_column column)
{
    const bool down = column == filter->order && !filter->down;
    struct url url = Url("/risks");

    url = UrlArg(request->arena, url, "q", filter->words);
    url = UrlArg(request->arena, url, "state", filter->state);
    url = UrlArg(request->arena, url, "rating", filter->rating);
    url = UrlArg(request->arena, url, "category", filter->category);
    url = UrlArg(request->arena, url, "owner_post", filter->owner_post);
    url = UrlArg(request->arena, url, "sort", text_of(risk_columns[column].name));
    return UrlArg(request->arena, url, "down", text_of(down ? "yes" : ""));
}

static void list_head(struct request *request, struct html *h, const struct risk_filter *filter)
{
    El(h, "thead") El(h, "tr") {
        for (enum risk_column column = 0; column < RISK_COLUMNS; column++)
            El(h, "th") {
                LitAttr(h, "scope", "col");
                if (column == filter->order)
                    Attr(h, "aria-sort", text_of(filter->down ? "descending" : "ascending"));
                link_to(h, sorted_by(request, filter, column), risk_columns[column].label);
            }
    }
}

static void list_row(struct request *request, struct html *h, const struct risk *risk)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", risk_url(request, risk->reference));
                html_text(h, risk->reference);
            }
        }
        for (enum risk_column column = COLUMN_TITLE; column < RISK_COLUMNS; column++)
            El(h, "td") cell_shown(request, h, risk, column);
    }
}

static void list_table(struct request *request, struct html *h,
                       const struct risk_list_model *model)
{
    table_begin(h, "Risks");
    list_head(request, h, &model->filter);
    El(h, "tbody") for (size_t i = model->begin; i < model->end; i++)
        list_row(request, h, &model->found.risk[i]);
    table_end(h);
}

/* How many risks have each likelihood and impact; a cell says its rating in words. */
static void matrix_table(struct request *request, struct html *h,
                         const struct risk_list_model *model)
{
    table_begin(h, "How many by current likelihood (rows) and impact (columns)");
    El(h, "thead") El(h, "tr") {
        page_head(h, "Likelihood");
        for (int impact = 1; impact <= 5; impact++)
            page_head(h, arena_print(request->arena, "Impact %d", impact));
    }
    El(h, "tbody") for (int likelihood = 5; likelihood >= 1; likelihood--)
        El(h, "tr") {
            El(h, "th") {
                LitAttr(h, "scope", "row");
                html_int(h, likelihood);
            }
            for (int impact = 1; impact <= 5; impact++)
                El(h, "td") {
                    html_int(h, model->matrix[likelihood - 1][impact - 1]);
                    Lit(h, " ");
                    El(h, "small") html_text(h, text_of(risk_band_word(risk_band(likelihood,
                                                                                 impact))));
                }
        }
    table_end(h);
}

/* The same question to another address. */
static struct url same_question(struct request *request, const char *path)
{
    return (struct url){ text_of(arena_print(request->arena, "%s?%.*s", path,
                                             TEXT(request->http->query))) };
}

static void list_counts(struct html *h, const struct risk_list_model *model)
{
    El(h, "p") {
        LitAttr(h, "role", "status");
        html_int(h, (int64_t)model->found.count);
        Lit(h, " of ");
        html_int(h, (int64_t)model->all);
        Lit(h, " risks");
        if (model->end - model->begin < model->found.count) {
            Lit(h, ", here ");
            html_int(h, (int64_t)model->begin + 1);
            Lit(h, " to ");
            html_int(h, (int64_t)model->end);
        }
        Lit(h, ".");
    }
}

static void list_ways(struct request *request, struct html *h, const struct risk_list_model *model)
{
    if (model->begin > 0)
        El(h, "p") link_to(h, model->url, "First page");
    if (model->end < model->found.count)
        El(h, "p") link_to(h, UrlArg(request->arena, model->url, "after",
                                     model->found.risk[model->end - 1].reference), "Next page");
    El(h, "p") {
        Lit(h, "All that are found, in this order: ");
        link_to(h, same_question(request, "/risks.csv"), "CSV");
        Lit(h, ", ");
        link_to(h, same_question(request, "/risks.json"), "JSON");
        Lit(h, ". This page's address is the view: keep it, or send it on.");
    }
}

enum err risk_list_page(struct request *request, const struct risk_list_model *model)
{
    struct html *h = page_begin(request, "Risks");

    if (model->may_edit)
        El(h, "p") link_to(h, Url("/new-risk"), "Record a risk");
    if (model->all == 0) {
        El(h, "p") Lit(h, "No risk is recorded yet, and none is shared with you. A risk is what "
                          "may go wrong, how likely and how bad it is, and who answers for it.");
        return page_end(request, h, 200);
    }
    filter_form(request, h, &model->filter);
    list_counts(h, model);
    if (model->found.count > 0) {
        list_table(request, h, model);
        list_ways(request, h, model);
        El(h, "h2") Lit(h, "Matrix");
        matrix_table(request, h, model);
    }
    return page_end(request, h, 200);
}

/* --- files --- */

enum err risk_list_csv(struct request *request, const struct risk_list_model *model)
{
    struct csv_writer *csv = arena_take(request->arena, 1, sizeof *csv);
    struct answer_json out;

    answer_json_begin(request, &out);
    csv_open(csv, &out.sink, request->trouble);
    for (enum risk_column column = 0; column < RISK_COLUMNS; column++)
        csv_word(csv, risk_columns[column].name);
    csv_end_crlf(csv);
    for (size_t i = 0; i < model->found.count; i++) {
        for (enum risk_column column = 0; column < RISK_COLUMNS; column++)
            csv_text(csv, cell_csv(request->arena, risk_cell(&model->found.risk[i], column)));
        csv_end_crlf(csv);
    }
    const enum err err = csv_close(csv);
    if (err != OK)
        return err;
    answer_saved_as(request, "risks.csv");
    return answer_bytes(request, 200, "text/csv; charset=utf-8; header=present",
                        (struct text){ out.bytes, out.size });
}

static void key_text(struct json *json, const char *key, struct text value)
{
    json_key(json, key);
    json_text(json, value);
}

static void key_moment(struct json *json, const char *key, struct moment moment)
{
    char iso[TRAIL_TIME_SIZE];

    trail_time_print(moment.ms, iso);
    key_text(json, key, text_of(iso));
}

static void json_cell(struct json *json, struct cell cell)
{
    if (cell.is_number)
        json_integer(json, cell.number);
    else if (cell.text.size == 0)
        json_null(json);
    else
        json_text(json, cell.text);
}

/* Whence the file comes, and what was asked for. */
static void json_about(struct request *request, struct json *json,
                       const struct risk_list_model *model, struct text council)
{
    const struct risk_filter *filter = &model->filter;

    json_key(json, "about");
    json_object(json);
    key_text(json, "what", text_of("Risks"));
    key_text(json, "council", council);
    key_text(json, "by", text_of(request->actor.login));
    key_moment(json, "at", request->happening.now);
    key_text(json, "program", text_of("Ochil " OCHIL_VERSION));
    key_text(json, "words", filter->words);
    key_text(json, "state", filter->state);
    key_text(json, "rating", filter->rating);
    key_text(json, "category", filter->category);
    key_text(json, "owner_post", filter->owner_post);
    key_text(json, "sort", text_of(risk_columns[filter->order].name));
    json_key(json, "down");
    json_bool(json, filter->down);
    json_key(json, "rows");
    json_integer(json, (int64_t)model->found.count);
    json_key(json, "of");
    json_integer(json, (int64_t)model->all);
    json_object_end(json);
}

enum err risk_list_json(struct request *request, const struct risk_list_model *model,
                        struct text council)
{
    struct answer_json out;

    answer_json_begin(request, &out);
    json_object(&out.json);
    json_about(request, &out.json, model, council);
    json_key(&out.json, "risks");
    json_array(&out.json);
    for (size_t i = 0; i < model->found.count; i++) {
        json_object(&out.json);
        for (enum risk_column column = 0; column < RISK_COLUMNS; column++) {
            json_key(&out.json, risk_columns[column].name);
            json_cell(&out.json, risk_cell(&model->found.risk[i], column));
        }
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    json_object_end(&out.json);
    answer_saved_as(request, "risks.json");
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

void risk_json(struct json *json, const struct risk *risk)
{
    json_object(json);
    key_text(json, "risk", risk->reference);
    json_key(json, "version");
    json_integer(json, risk->version);
    key_text(json, "state", text_of(risk_state_word(risk->state)));
    key_text(json, "sharing", text_of(risk_sharing_word(risk->sharing)));
    for (enum risk_field field = 0; field < RISK_FIELDS; field++) {
        const int scale = risk_fields[field].kind == FIELD_SCALE ? risk_scale(risk, field) : 0;
        json_key(json, risk_fields[field].name);
        if (risk_fields[field].kind == FIELD_FLAG)
            json_bool(json, risk->field[field].size > 0);
        else
            json_cell(json, (struct cell){ scale > 0, scale, risk->field[field] });
    }
    for (enum risk_column column = COLUMN_INHERENT; column <= COLUMN_APPETITE; column++) {
        json_key(json, risk_columns[column].name);
        json_cell(json, risk_cell(risk, column));
    }
    key_moment(json, "changed_at", risk->changed_at);
    key_text(json, "changed_by", risk->changed_by);
    json_object_end(json);
}

/* --- one risk --- */

static void entry_cell(struct request *request, struct html *h, const struct risk *risk,
                       enum risk_column column)
{
    El(h, "dt") html_text(h, text_of(risk_columns[column].label));
    El(h, "dd") cell_shown(request, h, risk, column);
}

/* "16: likelihood 4, impact 4, high" */
static void entry_score(struct request *request, struct html *h, const struct risk *risk,
                        const char *label, enum risk_field likelihood)
{
    const int score = risk_score(risk, likelihood);

    El(h, "dt") html_text(h, text_of(label));
    El(h, "dd") {
        if (score == 0)
            Lit(h, "None is set");
        else
            html_text(h, text_of(arena_print(
                request->arena, "%d: likelihood %d, impact %d, %s", score,
                risk_scale(risk, likelihood), risk_scale(risk, likelihood + 1),
                risk_band_word(risk_band(risk_scale(risk, likelihood),
                                         risk_scale(risk, likelihood + 1))))));
    }
}

static void entry_text(struct html *h, const struct risk *risk, enum risk_field field)
{
    El(h, "dt") html_text(h, text_of(risk_fields[field].label));
    El(h, "dd") {
        LitAttr(h, "class", "lines");
        shown(h, risk->field[field]);
    }
}

static void risk_facts(struct request *request, struct html *h, const struct risk_model *model)
{
    const struct risk *risk = &model->risk;

    El(h, "dl") {
        entry_cell(request, h, risk, COLUMN_REFERENCE);
        entry_cell(request, h, risk, COLUMN_STATE);
        entry_cell(request, h, risk, COLUMN_RATING);
        entry_cell(request, h, risk, COLUMN_APPETITE);
        entry_score(request, h, risk, "Inherent score", RISK_INHERENT_LIKELIHOOD);
        entry_score(request, h, risk, "Current score", RISK_CURRENT_LIKELIHOOD);
        entry_score(request, h, risk, "Target score", RISK_TARGET_LIKELIHOOD);
        entry_cell(request, h, risk, COLUMN_OWNER_POST);
        entry_cell(request, h, risk, COLUMN_CATEGORY);
        entry_cell(request, h, risk, COLUMN_REVIEW_DUE);
        entry_cell(request, h, risk, COLUMN_ESCALATED);
        entry_text(h, risk, RISK_DESCRIPTION);
        entry_text(h, risk, RISK_CAUSE);
        entry_text(h, risk, RISK_EFFECT);
        entry_text(h, risk, RISK_CONTROLS);
    }
}

/* Who can see this. */
static void risk_seen_by(struct html *h, const struct risk_model *model)
{
    static const char *const words[RISK_SHARINGS] = {
        [RISK_OWN] = "Seen by this council alone:",
        [RISK_SHARED] = "Shared: the other council reads it. It is the risk of",
        [RISK_JOINT] = "Joint: both councils read and change it. It stands in the register of",
    };

    El(h, "p") {
        html_text(h, text_of(words[model->risk.sharing]));
        Lit(h, " ");
        html_text(h, model->council);
        Lit(h, ".");
        if (model->risk.sharing != RISK_OWN) {
            Lit(h, " Said so by ");
            html_text(h, model->risk.shared_by);
            Lit(h, ", ");
            page_moment(h, model->risk.shared_at);
            Lit(h, ".");
        }
    }
}

static void version_field(struct request *request, struct html *h, const struct risk *risk)
{
    hidden(h, "version", arena_print(request->arena, "%lld", (long long)risk->version));
}

static void text_field(struct request *request, struct html *h, const char *name,
                       const char *label, const char *hint, struct text value)
{
    const struct field_form form = { name, label, hint, FIELD_TEXT, false, 0, NULL };

    field_box(request, h, &form, value, FIELD_FIT);
}

static void state_form(struct request *request, struct html *h, const struct risk_model *model)
{
    const char *choices[RISK_EVENTS + 1] = { NULL };
    size_t count = 0;

    for (enum risk_event event = 0; event < RISK_EVENTS; event++)
        if (risk_can(model->risk.state, event))
            choices[count++] = risk_event_word(event);
    El(h, "h2") Lit(h, "Change its state");
    Form(request, h, risk_sub_url(request, model->risk.reference, "state")) {
        version_field(request, h, &model->risk);
        choice_box(request, h, "event", "What is done", "Choose", choices,
                   model->refused == NULL ? text_of("") : text_of(risk_event_word(model->event)));
        text_field(request, h, "why", "Why", "It is kept in the history", model->why);
        page_button(h, "Change the state");
    }
}

static void review_form(struct request *request, struct html *h, const struct risk_model *model)
{
    El(h, "h2") Lit(h, "Record a review");
    Form(request, h, risk_sub_url(request, model->risk.reference, "reviews")) {
        version_field(request, h, &model->risk);
        for (size_t i = 0; i < REVIEW_FIELDS; i++)
            field_box(request, h, &risk_review_fields[i], model->review[i],
                      model->review_verdict[i]);
        page_button(h, "Record the review");
    }
}

static void sharing_form(struct request *request, struct html *h, const struct risk_model *model)
{

    El(h, "h2") Lit(h, "Who sees it");
    Form(request, h, risk_sub_url(request, model->risk.reference, "sharing")) {
        version_field(request, h, &model->risk);
        choice_box(request, h, "sharing", "Seen by", "Choose", risk_sharings,
                   text_of(risk_sharing_word(model->risk.sharing)));
        page_button(h, "Change who sees it");
    }
}

static void action_row(struct request *request, struct html *h, const struct risk_model *model,
                       const struct risk_action *action)
{
    char due[DB_DAY_TEXT];

    db_day_print(action->due, due);
    El(h, "tr") {
        El(h, "td") html_text(h, action->words);
        El(h, "td") html_text(h, action->owner_post);
        El(h, "td") day_shown(h, text_of(due));
        El(h, "td") {
            if (action->done)
                page_moment(h, action->done_at);
            else if (model->may_edit)
                Form(request, h, url_segment(request->arena, url_id(request->arena,
                         risk_sub_url(request, model->risk.reference, "actions"), action->number),
                         text_of("done")))
                    page_button(h, "It is done");
            else
                Lit(h, "Not yet");
        }
    }
}

static void actions_table(struct request *request, struct html *h, const struct risk_model *model)
{
    if (model->file.actions == 0) {
        El(h, "p") Lit(h, "Nothing is planned yet.");
        return;
    }
    table_begin(h, "Planned actions");
    El(h, "thead") El(h, "tr") {
        page_head(h, "What");
        page_head(h, "Owner");
        page_head(h, "Due");
        page_head(h, "Done");
    }
    El(h, "tbody") for (size_t i = 0; i < model->file.actions; i++)
        action_row(request, h, model, &model->file.action[i]);
    table_end(h);
}

static void action_form(struct request *request, struct html *h, const struct risk_model *model)
{
    Form(request, h, risk_sub_url(request, model->risk.reference, "actions")) {
        for (size_t i = 0; i < ACTION_FIELDS; i++)
            field_box(request, h, &risk_action_fields[i], model->act[i], model->act_verdict[i]);
        page_button(h, "Add an action");
    }
}

static void comments_list(struct request *request, struct html *h, const struct risk_model *model)
{
    for (size_t i = 0; i < model->file.comments; i++) {
        const struct risk_comment *comment = &model->file.comment[i];
        El(h, "p") {
            El(h, "strong") html_text(h, comment->by);
            Lit(h, ", ");
            html_text(h, comment->council);
            Lit(h, ", ");
            page_moment(h, comment->at);
        }
        El(h, "p") {
            LitAttr(h, "class", "lines");
            html_text(h, comment->words);
        }
    }
    if (!model->may_comment)
        return;
    Form(request, h, risk_sub_url(request, model->risk.reference, "comments")) {
        text_field(request, h, "words", "Comment", "Whoever sees the risk sees it", model->words);
        page_button(h, "Add the comment");
    }
}

static const char *field_label(struct text name)
{
    for (enum risk_field field = 0; field < RISK_FIELDS; field++)
        if (text_is(name, risk_fields[field].name))
            return risk_fields[field].label;
    if (text_is(name, "state"))
        return "State";
    return text_is(name, "sharing") ? "Seen by" : "Review";
}

static void history_row(struct html *h, const struct risk_change *change)
{
    El(h, "tr") {
        El(h, "td") html_int(h, change->version);
        El(h, "td") html_text(h, text_of(field_label(change->field)));
        El(h, "td") {
            LitAttr(h, "class", "lines");
            shown(h, change->before);
        }
        El(h, "td") {
            LitAttr(h, "class", "lines");
            shown(h, change->after);
        }
        El(h, "td") html_text(h, change->by);
        El(h, "td") page_moment(h, change->at);
        El(h, "td") {
            LitAttr(h, "class", "lines");
            shown(h, change->why);
        }
    }
}

static void history_table(struct html *h, const struct risk_file *file)
{
    table_begin(h, "History, the newest first");
    El(h, "thead") El(h, "tr") {
        page_head(h, "Version");
        page_head(h, "Field");
        page_head(h, "Before");
        page_head(h, "After");
        page_head(h, "By");
        page_head(h, "When");
        page_head(h, "Why");
    }
    El(h, "tbody") for (size_t i = 0; i < file->changes; i++)
        history_row(h, &file->change[i]);
    table_end(h);
}

static void refusal(struct html *h, const char *words)
{
    if (words == NULL)
        return;
    El(h, "div") {
        LitAttr(h, "class", "errors");
        LitAttr(h, "role", "alert");
        El(h, "h2") Lit(h, "There is something to correct");
        El(h, "p") html_text(h, text_of(words));
    }
}

enum err risk_page(struct request *request, const struct risk_model *model, int status)
{
    const struct text title = model->risk.field[RISK_TITLE];
    struct html *h = page_begin(request, arena_copy(request->arena, title.data, title.size));

    refusal(h, model->refused);
    field_errors(request, h, risk_action_fields, model->act_verdict, ACTION_FIELDS);
    field_errors(request, h, risk_review_fields, model->review_verdict, REVIEW_FIELDS);
    El(h, "p") link_to(h, Url("/risks"), "All risks");
    risk_seen_by(h, model);
    if (model->may_edit)
        El(h, "p") link_to(h, risk_sub_url(request, model->risk.reference, "edit"),
                           "Change this risk");
    risk_facts(request, h, model);
    El(h, "h2") Lit(h, "Actions");
    actions_table(request, h, model);
    if (model->may_edit) {
        action_form(request, h, model);
        state_form(request, h, model);
        review_form(request, h, model);
    }
    if (model->may_share)
        sharing_form(request, h, model);
    El(h, "h2") Lit(h, "Comments");
    comments_list(request, h, model);
    El(h, "h2") Lit(h, "History");
    history_table(h, &model->file);
    return page_end(request, h, status);
}

/* --- forms --- */

static struct url form_url(struct request *request, const struct risk_form_model *model)
{
    return model->was == NULL ? Url("/risks") : risk_url(request, model->was->reference);
}

static void fields(struct request *request, struct html *h, const struct risk_form_model *model)
{
    Form(request, h, form_url(request, model)) {
        if (model->was != NULL)
            version_field(request, h, model->was);
        for (enum risk_field field = 0; field < RISK_FIELDS; field++)
            field_box(request, h, &risk_fields[field], model->now.field[field],
                      model->verdict[field]);
        if (model->was != NULL)
            text_field(request, h, "why", "Why it is changed", "It is kept in the history",
                       request_field(request, "why"));
        page_button(h, model->was == NULL ? "Record the risk" : "Save");
    }
}

enum err risk_form_page(struct request *request, const struct risk_form_model *model, int status)
{
    const char *title = model->was == NULL
        ? "Record a risk"
        : arena_print(request->arena, "Change %.*s", TEXT(model->was->reference));
    struct html *h = page_begin(request, title);

    field_errors(request, h, risk_fields, model->verdict, RISK_FIELDS);
    fields(request, h, model);
    return page_end(request, h, status);
}

static void conflict_table(struct html *h, const struct risk_form_model *model)
{
    table_begin(h, "What stands there now, and what you entered");
    El(h, "thead") El(h, "tr") {
        page_head(h, "Field");
        page_head(h, "Stands there now");
        page_head(h, "You entered");
    }
    El(h, "tbody") for (enum risk_field field = 0; field < RISK_FIELDS; field++) {
        if (text_equal(model->was->field[field], model->now.field[field]))
            continue;
        El(h, "tr") {
            El(h, "th") {
                LitAttr(h, "scope", "row");
                html_text(h, text_of(risk_fields[field].label));
            }
            El(h, "td") shown(h, model->was->field[field]);
            El(h, "td") shown(h, model->now.field[field]);
        }
    }
    table_end(h);
}

enum err risk_conflict_page(struct request *request, const struct risk_form_model *model)
{
    struct html *h = page_begin(request, "Changed meanwhile");

    El(h, "p") {
        Lit(h, "While you were at it ");
        html_text(h, model->was->changed_by);
        Lit(h, " saved version ");
        html_int(h, model->was->version);
        Lit(h, ", ");
        page_moment(h, model->was->changed_at);
        Lit(h, ". Nothing of yours was saved. Compare, and save what shall stand.");
    }
    conflict_table(h, model);
    El(h, "h2") Lit(h, "What you entered");
    fields(request, h, model);
    return page_end(request, h, 409);
}
