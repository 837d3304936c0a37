#include "register/two_key_view.h"

#include <assert.h>

#include "trail/trail_time.h"
#include "web/keep_form.h"

/* --- words --- */

static const struct {
    const char *word, *label, *none, *hint;
} shows[TWO_KEY_SHOWS] = {
    [SHOW_ME] = { "me", "Waiting for you", "Nothing waits for your agreement.",
                  "What another person has prepared comes here once it is proposed." },
    [SHOW_OTHERS] = { "others", "Waiting for others", "Nothing waits for anybody else.",
                      "Proposals stand here until every council has agreed to them." },
    [SHOW_DRAFTS] = { "drafts", "Drafts", "Your council has no drafts.",
                      "A draft is its council's alone until it is proposed." },
    [SHOW_FORCE] = { "in-force", "In force", "Nothing is in force on this day.",
                     "What every council has agreed to stands here from its first day on." },
    [SHOW_PAST] = { "past", "No longer", "Nothing was returned, withdrawn or superseded.",
                    "All that was once proposed is kept here." },
};

const char *two_key_show_word(enum two_key_show show)
{
    return shows[show].word;
}

static const struct {
    enum tag_kind kind;
    const char   *words;
} tags[TWO_KEY_STANDINGS] = {
    [STANDS_DRAFT] = { TAG_PLAIN, "draft" },
    [STANDS_HERE] = { TAG_WARNING, "waits for your council" },
    [STANDS_THERE] = { TAG_NEWS, "waits for the partner" },
    [STANDS_COMING] = { TAG_GOOD, "agreed, not yet in force" },
    [STANDS_IN_FORCE] = { TAG_GOOD, "in force" },
    [STANDS_SUPERSEDED] = { TAG_PLAIN, "superseded" },
    [STANDS_RETURNED] = { TAG_BAD, "returned" },
    [STANDS_WITHDRAWN] = { TAG_PLAIN, "withdrawn" },
    [STANDS_REPLACED] = { TAG_PLAIN, "replaced" },
};

static void tag(struct html *h, enum two_key_standing standing)
{
    page_tag(h, tags[standing].kind, tags[standing].words);
}

static struct url place_url(struct arena *arena, int64_t id)
{
    return url_id(arena, Url("/proposals"), id);
}

static struct url step_url(struct arena *arena, int64_t id, const char *step)
{
    return url_segment(arena, place_url(arena, id), text_of(step));
}

static const char *title_of(struct request *request, const struct two_key_case *seen)
{
    return arena_print(request->arena, "%s: %.*s", seen->kind->title,
                       TEXT(seen->proposal.subject));
}

/* --- lists --- */

static void list_row(struct request *request, struct html *h,
                     const struct two_key_list_model *model, size_t at)
{
    const struct two_key_proposal *proposal = model->found[at];
    const struct two_key_kind *kind = two_key_kind_find(model->kinds, proposal->kind);

    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", place_url(request->arena, proposal->place.id));
                html_text(h, proposal->subject);
            }
        }
        page_cell(h, text_of(kind->title));
        El(h, "td") page_day(h, (struct db_day){ proposal->key.effective_days });
        page_cell(h, two_key_council(&model->councils, proposal->key.council, false));
        El(h, "td") tag(h, model->standing[at]);
    }
}

static void list_tabs(struct request *request, struct html *h,
                      const struct two_key_list_model *model)
{
    struct tab tab[TWO_KEY_SHOWS];

    for (enum two_key_show show = 0; show < TWO_KEY_SHOWS; show++)
        tab[show] = (struct tab){
            show != SHOW_ME ? shows[show].label
                            : arena_print(request->arena, "%s (%zu)", shows[show].label,
                                          model->waits),
            UrlArg(request->arena, Url("/proposals"), "show", text_of(shows[show].word)),
        };
    page_tabs(h, "Proposals", tab, COUNT(tab), model->show);
}

static void list_filter(struct request *request, struct html *h,
                        const struct two_key_list_model *model)
{
    struct choice choice[32];
    size_t count = 0;
    char day[DB_DAY_TEXT];
    const struct field kind = { .name = "kind", .label = "Kind",
                                .value = text_of(model->kind == NULL ? "" : model->kind->name) };

    db_day_print(model->day, day);
    for (; count < COUNT(choice) && model->kinds[count] != NULL; count++)
        choice[count] = (struct choice){ model->kinds[count]->name, model->kinds[count]->title };
    Filter(request, h, Url("/proposals")) {
        Void(h, "input");
        LitAttr(h, "type", "hidden");
        LitAttr(h, "name", "show");
        Attr(h, "value", text_of(shows[model->show].word));
        page_choice_field(h, &kind, "Any", choice, count);
        if (model->show == SHOW_FORCE) {
            const struct field on = { .name = "on", .label = "On the day", .type = "date",
                                      .autocomplete = "off",
                                      .value = text_of(arena_copy(request->arena, day,
                                                                  sizeof day - 1)) };
            page_field(h, &on);
        }
    }
}

enum err two_key_list_page(struct request *request, const struct two_key_list_model *model)
{
    static const struct column columns[] = {
        { "Subject", COLUMN_WORDS }, { "Kind", COLUMN_WORDS }, { "From", COLUMN_WORDS },
        { "Prepared by", COLUMN_WORDS }, { "How it stands", COLUMN_WORDS },
    };
    struct html *h = page_begin(request, "Proposals");

    if (model->may_prepare)
        El(h, "p") El(h, "a") {
            LitAttr(h, "class", "ds_button");
            Href(h, "href", Url("/new-proposal"));
            Lit(h, "Prepare a proposal");
        }
    list_tabs(request, h, model);
    list_filter(request, h, model);
    if (model->count == 0)
        page_empty(h, shows[model->show].none, shows[model->show].hint);
    else
        Table(h, shows[model->show].label, columns)
            for (size_t i = 0; i < model->count; i++)
                list_row(request, h, model, i);
    return page_end(request, h, 200);
}

enum err two_key_kinds_page(struct request *request)
{
    struct html *h = page_begin(request, "Prepare a proposal");
    bool any = false;

    El(h, "p") Lit(h, "A proposal binds every council that agrees to it. What is it about?");
    El(h, "dl") for (size_t i = 0; request->site->kinds[i] != NULL; i++) {
        const struct two_key_kind *kind = request->site->kinds[i];
        if (!two_key_act_of(request, kind).may_prepare)
            continue;
        any = true;
        El(h, "dt") El(h, "a") {
            Href(h, "href", UrlArg(request->arena, Url("/new-proposal"), "kind",
                                   text_of(kind->name)));
            html_phrase(h, text_of(kind->title));
        }
        El(h, "dd") html_phrase(h, text_of(kind->purpose));
    }
    if (!any)
        El(h, "p") Lit(h, "Your council has not authorised you to prepare any.");
    return page_end(request, h, 200);
}

/* --- what is proposed --- */

static struct text value_of(const struct form *form, const char *name)
{
    const struct text value = form_value(form, name);

    return value.data == NULL ? text_of("") : value;
}

/* One line stands alone. */
static void paragraphs(struct html *h, struct text text)
{
    if (memchr(text.data, '\n', text.size) == NULL) {
        html_text(h, text);
        return;
    }
    while (text.size > 0) {
        const char *end = memchr(text.data, '\n', text.size);
        const size_t size = end == NULL ? text.size : (size_t)(end - text.data);
        if (size > 0)
            El(h, "p") html_text(h, (struct text){ text.data, size });
        text.data += size + (end != NULL);
        text.size -= size + (end != NULL);
    }
}

static void content_row(struct html *h, const struct two_key_case *seen,
                        const struct two_key_field *field)
{
    const struct text now = value_of(&seen->now_content, field->name);
    const struct text then = value_of(&seen->content, field->name);

    if (now.size == 0 && then.size == 0 && !field->required)
        return;
    El(h, "tr") {
        page_row_head(h, text_of(field->label));
        if (seen->has_now)
            El(h, "td") paragraphs(h, now);
        El(h, "td") {
            if (seen->has_now && text_equal(now, then))
                Lit(h, "As it is now");
            else
                paragraphs(h, then);
        }
    }
}

static void content_table(struct request *request, struct html *h,
                          const struct two_key_case *seen)
{
    const bool agreed = seen->proposal.version > 0;
    const char *what = agreed ? "What is agreed" : "What is proposed";
    const char *this = agreed ? arena_print(request->arena, "Version %lld",
                                            (long long)seen->proposal.version) : what;
    const struct column columns[] = {
        { "About", COLUMN_WORDS },
        { !seen->has_now ? this : arena_print(request->arena, "In force: version %lld",
                                              (long long)seen->now.version), COLUMN_WORDS },
        { this, COLUMN_WORDS },
    };

    for (bool once = page_table_begin(h, what, columns, seen->has_now ? 3 : 2); once;
         once = page_table_end(h))
        for (const struct two_key_field *field = seen->kind->fields; field->name != NULL; field++)
            content_row(h, seen, field);
}

/* --- where each council stands --- */

static const struct two_key_agreement *agreement_of(const struct two_key_proposal *proposal,
                                                    int64_t council)
{
    for (size_t i = 0; i < proposal->key.turn_count; i++)
        if (proposal->agreement[i].council == council)
            return &proposal->agreement[i];
    return NULL;
}

static void decision_file(struct request *request, struct html *h,
                          const struct two_key_case *seen, struct text hex)
{
    for (size_t i = 0; i < seen->files.count; i++) {
        const struct evidence_row *row = &seen->files.link[i].file.row;
        if (!text_is(hex, row->hex))
            continue;
        if (row->erased)
            Lit(h, "Erased");
        else
            El(h, "a") {
                Href(h, "href", evidence_url(request->arena, hex));
                html_text(h, row->name);
            }
        return;
    }
    html_text(h, text_of(hex.size > 0 ? "Kept by its council" : "None"));
}

static void council_row(struct request *request, struct html *h, const struct two_key_case *seen,
                        int64_t council)
{
    const struct two_key_agreement *agreement = agreement_of(&seen->proposal, council);
    const bool open = seen->proposal.key.state == TWO_KEY_PROPOSED;

    El(h, "tr") {
        page_row_head(h, two_key_council(&seen->councils, council, false));
        if (agreement == NULL) {
            El(h, "td") page_tag(h, open ? TAG_WARNING : TAG_PLAIN,
                                 open ? "has not agreed yet" : "has not agreed");
            for (int i = 0; i < 3; i++)
                page_cell(h, text_of("-"));
        } else {
            El(h, "td") {
                page_tag(h, TAG_GOOD, "agreed");
                Lit(h, " ");
                html_text(h, agreement->login);
                Lit(h, ", ");
                page_moment(h, agreement->agreed_at);
            }
            page_cell(h, agreement->decision.body);
            El(h, "td") {
                page_day(h, agreement->decision.day);
                Lit(h, ", ");
                html_text(h, agreement->decision.minute);
            }
            El(h, "td") decision_file(request, h, seen, agreement->decision.evidence);
        }
    }
}

static void councils_table(struct request *request, struct html *h,
                           const struct two_key_case *seen)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "Agreed", COLUMN_WORDS }, { "Decided by", COLUMN_WORDS },
        { "Decision", COLUMN_WORDS }, { "File", COLUMN_WORDS },
    };

    Table(h, "Where each council stands", columns)
        for (size_t i = 0; i < seen->proposal.key.council_count; i++)
            council_row(request, h, seen, seen->proposal.key.councils[i]);
}

/* --- what one may do --- */

static void revision_input(struct request *request, struct html *h,
                           const struct two_key_case *seen)
{
    Void(h, "input");
    LitAttr(h, "type", "hidden");
    LitAttr(h, "name", "revision");
    Attr(h, "value", text_of(arena_print(request->arena, "%lld",
                                         (long long)seen->proposal.place.revision)));
}

static const char *error_at(const struct two_key_case *seen, const char *name)
{
    return seen->field != NULL && strcmp(seen->field, name) == 0 ? seen->refused : NULL;
}

static void agree_form(struct request *request, struct html *h, const struct two_key_case *seen)
{
    const struct field body = {
        .name = "body", .label = "Decided by", .hint = "The council or committee.",
        .type = "text", .autocomplete = "off", .value = request_field(request, "body"),
        .error = error_at(seen, "body") };
    const struct field day = {
        .name = "decided", .label = "On", .type = "date", .autocomplete = "off",
        .value = request_field(request, "decided"), .error = error_at(seen, "decided") };
    const struct field minute = {
        .name = "minute", .label = "Minute", .hint = "Such as: item 7.", .type = "text",
        .autocomplete = "off", .value = request_field(request, "minute"),
        .error = error_at(seen, "minute") };

    El(h, "h2") {
        Lit(h, "Agree for ");
        html_text(h, page_council(request, request->actor.acting));
    }
    El(h, "p") Lit(h, "An agreement rests on a decision of your council. It stays for ever and "
                      "every council named here reads it.");
    UploadForm(request, h, step_url(request->arena, seen->proposal.place.id, "agree")) {
        revision_input(request, h, seen);
        page_field(h, &body);
        page_field(h, &day);
        page_field(h, &minute);
        evidence_box(h, "file", "The minute itself",
                     "If there is one: a file without personal data. The other councils can "
                     "read it.", error_at(seen, "file"), false);
        page_button(h, "Agree");
    }
}

static void return_form(struct request *request, struct html *h, const struct two_key_case *seen)
{
    const struct field reason = {
        .name = "reason", .label = "Why", .hint = "Every council named here reads it: name nobody.",
        .value = request_field(request, "reason"), .error = error_at(seen, "reason") };

    El(h, "h2") Lit(h, "Or return it");
    Form(request, h, step_url(request->arena, seen->proposal.place.id, "return")) {
        revision_input(request, h, seen);
        page_text_field(h, &reason);
        El(h, "button") {
            LitAttr(h, "type", "submit");
            LitAttr(h, "class", "second");
            Lit(h, "Return it with this reason");
        }
    }
}

static void step_form(struct request *request, struct html *h, const struct two_key_case *seen,
                      const char *step, const char *words, bool second)
{
    Form(request, h, step_url(request->arena, seen->proposal.place.id, step)) {
        revision_input(request, h, seen);
        El(h, "button") {
            LitAttr(h, "type", "submit");
            if (second)
                LitAttr(h, "class", "second");
            html_phrase(h, text_of(words));
        }
    }
}

static void link_to(struct html *h, struct url url, const char *words)
{
    El(h, "p") El(h, "a") {
        Href(h, "href", url);
        html_phrase(h, text_of(words));
    }
}

/* What there is to do, and what there is not, with the reason. */
static void draft_moves(struct request *request, struct html *h, const struct two_key_case *seen)
{
    if (seen->refusal[MOVE_PROPOSE] != TWO_KEY_FINE) {
        El(h, "p") html_text(h, text_of(two_key_refusal_sentence(seen->refusal[MOVE_PROPOSE])));
        return;
    }
    El(h, "p") Lit(h, "It is your council's alone. Proposed, its words are fixed and every "
                      "council named here reads it. Whoever prepared it does not agree to it.");
    link_to(h, step_url(request->arena, seen->proposal.place.id, "edit"), "Change the draft");
    step_form(request, h, seen, "propose", "Propose it", false);
    step_form(request, h, seen, "withdraw", "Withdraw it", true);
}

static void proposed_moves(struct request *request, struct html *h,
                           const struct two_key_case *seen)
{
    if (seen->refusal[MOVE_AGREE] == TWO_KEY_FINE) {
        agree_form(request, h, seen);
    } else {
        El(h, "h2") Lit(h, "Your council's key");
        El(h, "p") html_text(h, text_of(two_key_refusal_sentence(seen->refusal[MOVE_AGREE])));
    }
    if (seen->refusal[MOVE_RETURN] == TWO_KEY_FINE)
        return_form(request, h, seen);
    if (seen->refusal[MOVE_WITHDRAW] == TWO_KEY_FINE) {
        El(h, "h2") Lit(h, "Take it back");
        step_form(request, h, seen, "withdraw", "Withdraw it", true);
    }
}

static void moves(struct request *request, struct html *h, const struct two_key_case *seen)
{
    const bool own = seen->proposal.key.council == request->actor.acting;
    const bool prepares = two_key_act_of(request, seen->kind).may_prepare;
    const enum two_key_state state = seen->proposal.key.state;
    const struct url again = UrlArg(request->arena, Url("/new-proposal"), "from",
                                    text_of(arena_print(request->arena, "%lld",
                                                        (long long)seen->proposal.place.id)));

    if (state == TWO_KEY_DRAFT)
        draft_moves(request, h, seen);
    if (state == TWO_KEY_PROPOSED)
        proposed_moves(request, h, seen);
    if (!prepares)
        return;
    if (state == TWO_KEY_AGREED)
        link_to(h, again, "Prepare a change to it");
    else if (state == TWO_KEY_PROPOSED && own)
        link_to(h, again, "Prepare another one in its place");
    else if (own && (state == TWO_KEY_RETURNED || state == TWO_KEY_WITHDRAWN))
        link_to(h, again, "Propose it again, changed");
}

/* --- its history --- */

static const char *event_words(struct text event)
{
    static const struct { const char *event, *words; } events[] = {
        { "prepare", "Prepared" }, { "change", "Changed" }, { "propose", "Proposed" },
        { "agree", "Agreed" }, { "complete", "Agreed, as the last" }, { "return", "Returned" },
        { "withdraw", "Withdrawn" }, { "replace", "Replaced by another" },
    };

    for (size_t i = 0; i < COUNT(events); i++)
        if (text_is(event, events[i].event))
            return events[i].words;
    return "Changed";
}

static void history_table(struct html *h, const struct two_key_case *seen)
{
    static const struct column columns[] = {
        { "What", COLUMN_WORDS }, { "When", COLUMN_WORDS }, { "By", COLUMN_WORDS },
        { "For", COLUMN_WORDS }, { "Why", COLUMN_WORDS },
    };

    Table(h, "What happened, the latest first", columns)
        for (size_t i = seen->proposal.step_count; i-- > 0;) {
            const struct two_key_step *step = &seen->proposal.step[i];
            El(h, "tr") {
                page_row_head(h, text_of(event_words(step->event)));
                El(h, "td") page_moment(h, step->at);
                page_cell(h, step->login);
                page_cell(h, two_key_council(&seen->councils, step->council, false));
                page_cell(h, step->reason.size > 0 ? step->reason : text_of("-"));
            }
        }
}

/* --- the page --- */

static void facts(struct html *h, const struct two_key_case *seen)
{
    const struct two_key_proposal *proposal = &seen->proposal;

    El(h, "dl") {
        El(h, "dt") Lit(h, "How it stands");
        El(h, "dd") tag(h, seen->standing);
        page_entry(h, "Kind", text_of(seen->kind->title));
        page_entry(h, seen->kind->subject, proposal->subject);
        El(h, "dt") Lit(h, "Takes effect");
        El(h, "dd") {
            page_day(h, (struct db_day){ proposal->key.effective_days });
            if (proposal->key.overtakes)
                Lit(h, ", overtaking what was agreed for that day or after it");
        }
        page_entry(h, "Prepared by", two_key_council(&seen->councils, proposal->key.council,
                                                     false));
        El(h, "dt") Lit(h, "Who reads it");
        if (!proposal->shared)
            El(h, "dd") html_text(h, two_key_council(&seen->councils, proposal->key.council,
                                                     false));
        else
            for (size_t i = 0; i < proposal->key.council_count; i++)
                El(h, "dd") html_text(h, two_key_council(&seen->councils,
                                                         proposal->key.councils[i], false));
    }
}

static void refusal_shown(struct request *request, struct html *h, const struct two_key_case *seen)
{
    const struct field field = { .name = seen->field, .error = seen->refused };

    if (seen->refused == NULL)
        return;
    if (seen->field != NULL)
        page_errors(request, h, &field, 1);
    else
        El(h, "div") {
            LitAttr(h, "class", "errors");
            LitAttr(h, "role", "alert");
            El(h, "p") html_text(h, text_of(seen->refused));
        }
}

enum err two_key_page(struct request *request, const struct two_key_case *seen, int status)
{
    struct html *h = page_begin(request, title_of(request, seen));

    refusal_shown(request, h, seen);
    facts(h, seen);
    content_table(request, h, seen);
    if (seen->kind->show != NULL)
        seen->kind->show(request, h, seen);
    councils_table(request, h, seen);
    moves(request, h, seen);
    history_table(h, seen);
    return page_end(request, h, status);
}

/* --- a draft --- */

static size_t form_fields(const struct two_key_form_model *model,
                          struct field field[TWO_KEY_FIELDS_MAX + 2])
{
    const struct two_key_kind *kind = model->kind;
    size_t count = 0;

    if (model->seen == NULL)
        field[count++] = (struct field){ "subject", kind->subject, kind->subject_hint, "text",
                                         "off", model->subject, model->subject_error };
    for (size_t i = 0; kind->fields[i].name != NULL; i++)
        field[count++] = (struct field){ kind->fields[i].name, kind->fields[i].label,
                                         kind->fields[i].hint, "text", "off",
                                         value_of(&model->content, kind->fields[i].name),
                                         model->error[i] };
    field[count++] = (struct field){ "effective", "Takes effect on", NULL, "date", "off",
                                     model->effective, model->effective_error };
    return count;
}

static void hidden(struct html *h, const char *name, struct text value)
{
    Void(h, "input");
    LitAttr(h, "type", "hidden");
    Attr(h, "name", text_of(name));
    Attr(h, "value", value);
}

/* What the form is about, beside its boxes. */
static void form_about(struct request *request, struct html *h,
                       const struct two_key_form_model *model)
{
    if (model->is_new) {
        hidden(h, "kind", text_of(model->kind->name));
        if (model->seen != NULL)
            hidden(h, "from", text_of(arena_print(request->arena, "%lld",
                                                  (long long)model->seen->proposal.place.id)));
    } else {
        revision_input(request, h, model->seen);
    }
}

/* NULL: it is not chosen but written. */
static const char *const *choices_of(const struct two_key_kind *kind, const char *name)
{
    for (size_t i = 0; kind->choices != NULL && kind->choices[i].field != NULL; i++)
        if (strcmp(kind->choices[i].field, name) == 0)
            return kind->choices[i].word;
    return NULL;
}

static void choice_box(struct html *h, const struct field *field, const char *const words[])
{
    struct choice choice[TWO_KEY_CHOICES_MAX];
    size_t count = 0;
    const char *none = words[0][0] == '\0' ? "As usual" : NULL;

    for (size_t i = none != NULL ? 1 : 0; words[i] != NULL; i++) {
        assert(count < COUNT(choice));
        choice[count++] = (struct choice){ words[i], words[i] };
    }
    page_choice_field(h, field, none, choice, count);
}

static void form_boxes(struct html *h, const struct two_key_form_model *model,
                       const struct field field[], size_t count)
{
    const size_t first = model->seen == NULL ? 1 : 0;

    for (size_t i = 0; i < count; i++) {
        const bool own = i >= first && i + 1 < count;   /* of the kind */
        const char *const *words = own ? choices_of(model->kind, field[i].name) : NULL;
        if (words != NULL)
            choice_box(h, &field[i], words);
        else if (own && model->kind->fields[i - first].long_text)
            page_text_field(h, &field[i]);
        else
            page_field(h, &field[i]);
    }
    page_tick(h, "overtakes", "It overtakes what is agreed for that day or after it",
              model->overtakes);
}

enum err two_key_form_page(struct request *request, const struct two_key_form_model *model,
                           int status)
{
    struct field field[TWO_KEY_FIELDS_MAX + 2];
    const size_t count = form_fields(model, field);
    const struct two_key_case told = { .refused = model->refused };
    const struct url to = model->is_new ? Url("/proposals")
                                        : place_url(request->arena,
                                                    model->seen->proposal.place.id);
    struct html *h = page_begin(request, model->is_new
                                             ? arena_print(request->arena, "Prepare: %s",
                                                           model->kind->title)
                                             : "Change a draft");

    refusal_shown(request, h, &told);
    page_errors(request, h, field, count);
    if (model->conflict) {
        El(h, "h2") Lit(h, "As it stands now");
        content_table(request, h, model->seen);
        El(h, "h2") Lit(h, "What you typed");
    }
    El(h, "p") html_phrase(h, text_of(model->kind->purpose));
    El(h, "p") {
        LitAttr(h, "class", "hint");
        Lit(h, "What is agreed stays for ever and is read by every council that it names: do not "
               "name people.");
    }
    if (model->seen != NULL)
        El(h, "dl") page_entry(h, model->kind->subject, model->subject);
    Form(request, h, to) {
        form_about(request, h, model);
        form_boxes(h, model, field, count);
        page_button(h, "Keep the draft");
        page_keep_later(request, h);
    }
    return page_end(request, h, status);
}

/* --- JSON --- */

static void word(struct json *json, const char *key, struct text text)
{
    json_key(json, key);
    json_text(json, text);
}

static void day_json(struct json *json, const char *key, struct db_day day)
{
    char text[DB_DAY_TEXT];

    db_day_print(day, text);
    json_word(json, key, text);
}

static void moment_json(struct json *json, const char *key, struct moment moment)
{
    char text[TRAIL_TIME_SIZE];

    trail_time_print(moment.ms, text);
    json_word(json, key, text);
}

static void agreements_json(struct json *json, const struct two_key_case *seen)
{
    json_key(json, "agreements");
    json_array(json);
    for (size_t i = 0; i < seen->proposal.key.turn_count; i++) {
        const struct two_key_agreement *agreement = &seen->proposal.agreement[i];
        json_object(json);
        word(json, "council", two_key_council(&seen->councils, agreement->council, true));
        word(json, "by", agreement->login);
        moment_json(json, "at", agreement->agreed_at);
        word(json, "body", agreement->decision.body);
        day_json(json, "decided", agreement->decision.day);
        word(json, "minute", agreement->decision.minute);
        word(json, "evidence", agreement->decision.evidence);
        json_object_end(json);
    }
    json_array_end(json);
}

void two_key_json(struct json *json, const struct two_key_case *seen)
{
    const struct two_key_proposal *proposal = &seen->proposal;

    json_object(json);
    json_key(json, "id");
    json_integer(json, proposal->place.id);
    json_key(json, "revision");
    json_integer(json, proposal->place.revision);
    word(json, "kind", proposal->kind);
    word(json, "subject", proposal->subject);
    json_word(json, "standing", two_key_standing_word(seen->standing));
    word(json, "council", two_key_council(&seen->councils, proposal->key.council, true));
    json_key(json, "councils");
    json_array(json);
    for (size_t i = 0; i < proposal->key.council_count; i++)
        json_text(json, two_key_council(&seen->councils, proposal->key.councils[i], true));
    json_array_end(json);
    day_json(json, "effective", (struct db_day){ proposal->key.effective_days });
    json_key(json, "version");
    if (proposal->version > 0)
        json_integer(json, proposal->version);
    else
        json_null(json);
    json_key(json, "content");
    json_object(json);
    for (const struct two_key_field *field = seen->kind->fields; field->name != NULL; field++)
        word(json, field->name, value_of(&seen->content, field->name));
    json_object_end(json);
    agreements_json(json, seen);
    json_object_end(json);
}
