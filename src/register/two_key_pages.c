/*
 * register/two_key_pages.c -- what a browser or a program can ask of proposals. Both come to the
 * same functions; answer_case() and refuse() know who asks.
 */
#include "register/register_table.h"
#include "register/two_key_view.h"
#include "web/api_field.h"
#include "web/keep_form.h"

static const char changed_words[] = "Somebody took a step meanwhile. This is how it stands now; "
                                    "nothing of yours was done.";

/* Text areas end in line ends that nobody meant; blanks around a line likewise. */
static struct text field_trimmed(const struct request *request, const char *name)
{
    struct text text = request_field(request, name);

    while (text.size > 0 && is_one_of(text.data[text.size - 1], " \n\t"))
        text.size--;
    while (text.size > 0 && is_one_of(text.data[0], " \n\t")) {
        text.data++;
        text.size--;
    }
    return text;
}

static int64_t number_of(struct text text)
{
    return text.size >= 1 && text.size <= 18 && text_digits(text, 0) == text.size
               ? route_number(text) : -1;
}

/* The revision that was seen: of the form, or of If-Match; -1: it is none. */
static int64_t revision_seen(const struct request *request)
{
    const struct text match = http_header(request->http, "if-match");

    if (match.size > 2 && match.data[0] == '"' && match.data[match.size - 1] == '"')
        return number_of((struct text){ match.data + 1, match.size - 2 });
    return number_of(request_field(request, "revision"));
}

/* --- answers --- */

static enum err answer_json(struct request *request, const struct two_key_case *seen, int status)
{
    struct answer_json out;

    answer_json_begin(request, &out);
    two_key_json(&out.json, seen);
    http_answer_header(request->answer, "ETag",
                       text_of(arena_print(request->arena, "\"%lld\"",
                                           (long long)seen->proposal.place.revision)));
    return answer_json_end(request, &out, status, JSON_TYPE);
}

/* What was done is done. */
static enum err answer_case(struct request *request, int64_t id, int status, enum word done)
{
    struct two_key_case seen = { 0 };

    if (!request->api)
        return answer_done(request, url_id(request->arena, Url("/proposals"), id), done);
    const enum err err = two_key_case_load(request, id, &seen);
    return err != OK ? err : answer_json(request, &seen, status);
}

static int status_of(enum err err)
{
    return err == ERR_CONFLICT ? 409 : err == ERR_RIGHTS ? 403 : 422;
}

/* In the form on the page, whose fault it is; NULL: of none. */
static const char *field_of(const struct request *request, enum two_key_refusal refusal)
{
    switch (refusal) {
    case TWO_KEY_NO_DECISION:
        return field_trimmed(request, "body").size == 0 ? "body"
               : field_trimmed(request, "minute").size == 0 ? "minute" : "decided";
    case TWO_KEY_DECIDED_AHEAD:
    case TWO_KEY_DECIDED_LATE: return "decided";
    case TWO_KEY_NO_REASON: return "reason";
    case TWO_KEY_NO_FILE: return "file";
    default: return NULL;
    }
}

static enum err answer_refused(struct request *request, struct two_key_case *seen,
                               const char *words, int status)
{
    const bool file = seen->field != NULL && strcmp(seen->field, "file") == 0;
    const struct api_fault fault = { .field = file ? "evidence" : seen->field, .code = "rule",
                                     .words = words };

    if (request->api && status == 422)
        return answer_faults(request, words, &fault, 1);
    if (request->api)
        return answer_error(request, status, "Not done", words);
    seen->refused = words;
    return two_key_page(request, seen, status);
}

/* A rule said no: nothing was written. */
static enum err refuse(struct request *request, struct two_key_case *seen,
                       enum two_key_refusal refusal)
{
    seen->field = field_of(request, refusal);
    return answer_refused(request, seen, two_key_refusal_sentence(refusal),
                          status_of(two_key_refusal_err(refusal)));
}

/* --- lists --- */

static enum err read_asked(struct request *request, struct two_key_list_model *model)
{
    const struct text show = request_field(request, "show");
    const struct text kind = request_field(request, "kind");
    const struct text on = request_field(request, "on");

    model->kinds = request->site->kinds;
    model->kind = two_key_kind_find(model->kinds, kind);
    model->day = day_of(request->happening.now);
    model->show = SHOW_ME;
    while (show.size > 0 && model->show < TWO_KEY_SHOWS &&
           !text_is(show, two_key_show_word(model->show)))
        model->show++;
    if (model->show == TWO_KEY_SHOWS || (kind.size > 0 && model->kind == NULL) ||
        (on.size > 0 && !db_day_parse(on, &model->day)))
        return fail(request->trouble, ERR_USAGE, "There is no such list, kind or day.");
    return OK;
}

static enum two_key_show show_of(enum two_key_standing standing, bool waits)
{
    switch (standing) {
    case STANDS_DRAFT: return SHOW_DRAFTS;
    case STANDS_HERE:
    case STANDS_THERE: return waits ? SHOW_ME : SHOW_OTHERS;
    case STANDS_COMING:
    case STANDS_IN_FORCE: return SHOW_FORCE;
    default: return SHOW_PAST;
    }
}

/* What is to come stands among what is in force, unless a day was asked for. */
static bool is_shown(const struct request *request, const struct two_key_list_model *model,
                     enum two_key_standing standing, bool waits)
{
    if (show_of(standing, waits) != model->show)
        return false;
    return standing != STANDS_COMING || request_field(request, "on").size == 0;
}

static void choose(struct request *request, struct two_key_list_model *model)
{
    const size_t most = model->all.count;

    model->found = arena_take(request->arena, most, sizeof *model->found);
    model->standing = arena_take(request->arena, most, sizeof *model->standing);
    for (size_t i = 0; i < most; i++) {
        const struct two_key_proposal *proposal = &model->all.proposal[i];
        const struct two_key_kind *kind = two_key_kind_find(model->kinds, proposal->kind);
        if (kind == NULL)
            continue;
        const bool waits = two_key_waits_for(request, kind, proposal);
        const enum two_key_standing standing = two_key_stands(proposal, &model->all,
                                                              request->actor.acting, model->day);
        model->waits += waits ? 1 : 0;
        if (!is_shown(request, model, standing, waits))
            continue;
        model->found[model->count] = proposal;
        model->standing[model->count++] = standing;
    }
}

static enum err load_list(struct request *request, struct two_key_list_model *model)
{
    enum err err = read_asked(request, model);

    if (err == OK)
        err = two_key_see(request, request_field(request, "kind"), &model->all);
    if (err == OK)
        err = councils_read(request->tx, request->arena, &model->councils, request->trouble);
    if (err == OK)
        choose(request, model);
    model->may_prepare = actor_may(&request->actor, MAY_PREPARE_PROPOSAL);
    return err;
}

static enum err proposals_show(struct request *request)
{
    struct two_key_list_model model = { .count = 0 };
    const enum err err = load_list(request, &model);

    return err != OK ? err : two_key_list_page(request, &model);
}

static enum err api_proposals_show(struct request *request)
{
    struct two_key_list_model model = { .count = 0 };
    struct answer_json out;
    const enum err err = load_list(request, &model);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < model.count; i++) {
        const struct two_key_case seen = {
            .kind = two_key_kind_find(model.kinds, model.found[i]->kind),
            .proposal = *model.found[i], .standing = model.standing[i],
            .content = two_key_content(request->arena, model.found[i]->payload),
            .councils = model.councils,
        };
        two_key_json(&out.json, &seen);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* --- one --- */

static enum err load(struct request *request, struct two_key_case *seen)
{
    return two_key_case_load(request, request_number(request, "proposal"), seen);
}

static enum err proposal_show(struct request *request)
{
    struct two_key_case seen = { 0 };
    const enum err err = load(request, &seen);

    if (err != OK)
        return err;
    return request->api ? answer_json(request, &seen, 200) : two_key_page(request, &seen, 200);
}

/* --- drafts --- */

static const char *judge_field(const struct two_key_field *field, struct text value)
{
    if (field->required && value.size == 0)
        return "Fill this in.";
    if (value.size > field->most)
        return "This is too long.";
    return !field->long_text && memchr(value.data, '\n', value.size) != NULL
               ? "This is one line." : NULL;
}

/* "Legal basis: Fill this in." */
static const char *labelled(struct request *request, const char *label, const char *words)
{
    return words == NULL ? NULL : arena_print(request->arena, "%s: %s", label, words);
}

static bool judge_lengths(struct request *request, struct two_key_form_model *model)
{
    const struct two_key_kind *kind = model->kind;
    bool fit = true;

    model->content.count = 0;
    for (size_t i = 0; kind->fields[i].name != NULL; i++) {
        const struct text value = field_trimmed(request, kind->fields[i].name);
        model->content.name[i] = text_of(kind->fields[i].name);
        model->content.value[i] = value;
        model->content.count++;
        model->error[i] = labelled(request, kind->fields[i].label,
                                   judge_field(&kind->fields[i], value));
        fit = fit && model->error[i] == NULL;
    }
    return fit;
}

/* What the kind knows more of. The rest of the form is fit. */
static enum err judge_content(struct request *request, struct two_key_form_model *model,
                              struct db_day effective, bool *fit)
{
    const struct two_key_kind *kind = model->kind;
    struct councils councils;
    size_t at = 0;

    if (kind->judge == NULL)
        return OK;
    const enum err err = councils_read(request->tx, request->arena, &councils, request->trouble);
    if (err != OK)
        return err;
    const struct two_key_judging judging = { request->arena, &councils, model->subject, effective,
                                             &model->content };
    const char *words = kind->judge(&judging, &at);
    model->error[at] = labelled(request, kind->fields[at].label, words);
    *fit = words == NULL;
    return OK;
}

/* The form as it was sent; `*fit` false: something in it is not. */
static enum err read_draft(struct request *request, struct two_key_form_model *model,
                           struct db_day *effective, bool *fit)
{
    const bool content = judge_lengths(request, model);

    model->effective = field_trimmed(request, "effective");
    model->overtakes = request_field(request, "overtakes").size > 0 &&
                       !text_is(request_field(request, "overtakes"), "false");
    if (model->seen == NULL)
        model->subject = field_trimmed(request, "subject");
    if (!db_day_parse(model->effective, effective))
        model->effective_error = "Takes effect on: Give a day.";
    if (model->subject.size == 0 || model->subject.size > TWO_KEY_SUBJECT_MAX ||
        memchr(model->subject.data, '\n', model->subject.size) != NULL)
        model->subject_error = labelled(request, model->kind->subject,
                                        "Give it a name of one line, in at most 200 bytes.");
    else if (model->seen == NULL && model->kind->judge_subject != NULL)
        model->subject_error = labelled(request, model->kind->subject,
                                        model->kind->judge_subject(model->subject));
    *fit = content && model->effective_error == NULL && model->subject_error == NULL;
    return *fit ? judge_content(request, model, *effective, fit) : OK;
}

/* The same, with nothing said of it yet. */
static enum err read_typed(struct request *request, struct two_key_form_model *model)
{
    struct db_day effective;
    bool fit;
    const enum err err = read_draft(request, model, &effective, &fit);

    memset(model->error, 0, sizeof model->error);
    model->subject_error = model->effective_error = NULL;
    return err;
}

/* What is wrong with a draft, as a program is told. */
struct draft_faults {
    struct api_fault fault[TWO_KEY_FIELDS_MAX + 3];
    size_t           count;
    const char      *words;         /* all of it */
};

static void add_fault(const struct request *request, struct draft_faults *faults,
                      const char *field, const char *words)
{
    const bool empty = field != NULL && field_trimmed(request, field).size == 0;

    if (words == NULL)
        return;
    faults->words = arena_print(request->arena, "%s%s%s", faults->words,
                                faults->count == 0 ? "" : " ", words);
    faults->fault[faults->count++] = (struct api_fault){
        .field = field, .code = empty ? "needed" : "rule", .words = words };
}

static enum err answer_draft(struct request *request, const struct two_key_form_model *model,
                             int status)
{
    struct draft_faults faults = { .words = "" };

    if (!request->api)
        return two_key_form_page(request, model, status);
    add_fault(request, &faults, NULL, model->refused);
    add_fault(request, &faults, "subject", model->subject_error);
    add_fault(request, &faults, "effective", model->effective_error);
    for (size_t i = 0; model->kind->fields[i].name != NULL; i++)
        add_fault(request, &faults, model->kind->fields[i].name, model->error[i]);
    if (status == 422)
        return answer_faults(request, faults.words, faults.fault, faults.count);
    return answer_error(request, status, "Not fit", faults.words);
}

static void goes_on_from(struct two_key_form_model *model, const struct request *request,
                         const struct two_key_case *from)
{
    const enum two_key_state state = from->proposal.key.state;

    model->seen = from;
    model->kind = from->kind;
    model->subject = from->proposal.subject;
    model->content = from->content;
    if (from->proposal.key.council == request->actor.acting && state != TWO_KEY_AGREED &&
        state != TWO_KEY_DRAFT)
        model->replaces = from->proposal.place.id;
}

/* Of which kind a new draft is, and what it goes on from. ERR_MISSING: of none. */
static enum err begin_new(struct request *request, struct two_key_form_model *model,
                          struct two_key_case *from)
{
    const int64_t id = number_of(request_field(request, "from"));

    model->is_new = true;
    if (id > 0) {
        const enum err err = two_key_case_load(request, id, from);
        if (err == OK)
            goes_on_from(model, request, from);
        return err;
    }
    model->kind = two_key_kind_find(request->site->kinds, request_field(request, "kind"));
    /* A page that leads here may know what about: "/new-proposal?kind=policy&subject=CLK-3". */
    model->subject = field_trimmed(request, "subject");
    return model->kind == NULL ? ERR_MISSING : OK;
}

static enum err proposal_new(struct request *request)
{
    struct two_key_form_model model = { .is_new = true };
    struct two_key_case from = { 0 };

    if (request_field(request, "kind").size == 0 && request_field(request, "from").size == 0)
        return two_key_kinds_page(request);
    enum err err = begin_new(request, &model, &from);
    if (err == OK && model.kind->begin != NULL)
        err = model.kind->begin(request, model.subject, &model.content);
    if (err == OK && form_goes_on(request))
        err = read_typed(request, &model);
    return err != OK ? err : two_key_form_page(request, &model, 200);
}

/* A draft of the council's own about the same, or a proposal that this one does not stand for. */
static const struct two_key_proposal *find_open(const struct request *request,
                                                const struct two_key_seen *all,
                                                const struct two_key_form_model *model)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct two_key_proposal *other = &all->proposal[i];
        const bool open = other->key.state == TWO_KEY_DRAFT ||
                          (other->key.state == TWO_KEY_PROPOSED &&
                           other->place.id != model->replaces);
        if (open && other->key.council == request->actor.acting &&
            text_equal(other->subject, model->subject))
            return other;
    }
    return NULL;
}

/* A second click sends the same again: it is the draft that is there. */
static bool is_same(const struct request *request, const struct two_key_proposal *open,
                    struct db_day effective, struct text payload)
{
    return open->key.state == TWO_KEY_DRAFT && open->key.preparer_count == 1 &&
           open->key.preparers[0] == request->actor.account &&
           open->key.effective_days == effective.days && text_equal(open->payload, payload);
}

static enum err draft(struct request *request, struct two_key_form_model *model,
                      struct db_day effective, struct text payload)
{
    const struct two_key_act act = two_key_act_of(request, model->kind);
    struct councils councils = { .count = 0 };
    int64_t partner[TWO_KEY_COUNCILS_MAX];
    size_t count = 0;
    struct two_key_place place;
    enum two_key_refusal refusal = TWO_KEY_FINE;
    struct trouble said = { 0 };
    enum err err = councils_read(request->tx, request->arena, &councils, request->trouble);

    if (err != OK)
        return err;
    for (; count < COUNT(partner) && count < councils.count; count++)
        partner[count] = councils.council[count].id;
    const struct two_key_wording wording = {
        text_of(model->kind->name), model->subject, partner, count, effective, model->overtakes,
        payload, model->replaces,
    };
    err = two_key_draft(request->tx, request->arena, &act, &wording, &place, &refusal, &said);
    if (refusal != TWO_KEY_FINE) {
        model->refused = two_key_refusal_sentence(refusal);
        return answer_draft(request, model, status_of(err));
    }
    if (err != OK)
        return fail(request->trouble, err, "%s", said.text);
    return answer_case(request, place.id, 201, WORD_DONE_DRAFT_KEPT);
}

static enum err proposal_make(struct request *request)
{
    struct two_key_form_model model = { .is_new = true };
    struct two_key_case from = { 0 };
    struct two_key_seen all;
    struct db_day effective = { 0 };
    bool fit = false;
    enum err err = begin_new(request, &model, &from);

    if (err == OK)
        err = read_draft(request, &model, &effective, &fit);
    if (err != OK)
        return err;
    if (!fit)
        return answer_draft(request, &model, 422);
    const struct text payload = two_key_payload(request, model.kind, &model.content);
    err = two_key_see(request, text_of(model.kind->name), &all);
    if (err != OK)
        return err;
    const struct two_key_proposal *open = find_open(request, &all, &model);
    if (open != NULL && is_same(request, open, effective, payload))
        return answer_case(request, open->place.id, 200, WORD_DONE_DRAFT_KEPT);
    if (open != NULL) {
        model.refused = arena_print(request->arena, "Your council has this under way already: "
                                    "number %lld. Go on with that one.",
                                    (long long)open->place.id);
        return answer_draft(request, &model, 409);
    }
    return draft(request, &model, effective, payload);
}

static struct two_key_form_model form_of(struct request *request, const struct two_key_case *seen)
{
    char day[DB_DAY_TEXT];

    db_day_print((struct db_day){ seen->proposal.key.effective_days }, day);
    return (struct two_key_form_model){
        .kind = seen->kind, .seen = seen, .subject = seen->proposal.subject,
        .effective = text_of(arena_copy(request->arena, day, sizeof day - 1)),
        .overtakes = seen->proposal.key.overtakes, .content = seen->content,
    };
}

/* Was it changed since it was seen? */
static void judge_revision(const struct request *request, struct two_key_form_model *model)
{
    model->conflict = revision_seen(request) != model->seen->proposal.place.revision;
    if (model->conflict)
        model->refused = "Somebody changed the draft meanwhile. Nothing of yours was kept yet: go "
                         "on from here.";
}

static enum err proposal_edit(struct request *request)
{
    struct two_key_case seen = { 0 };
    enum err err = load(request, &seen);

    if (err != OK)
        return err;
    if (seen.refusal[MOVE_CHANGE] != TWO_KEY_FINE)
        return refuse(request, &seen, seen.refusal[MOVE_CHANGE]);
    struct two_key_form_model model = form_of(request, &seen);
    if (form_goes_on(request)) {
        err = read_typed(request, &model);
        judge_revision(request, &model);
    }
    return err != OK ? err : two_key_form_page(request, &model, 200);
}

/* --- steps --- */

/* Was this very step taken by this very person, from what was seen: a second click? */
static bool is_done(const struct request *request, const struct two_key_case *seen,
                    const char *event, const char *or_event)
{
    const int64_t revision = revision_seen(request);

    for (size_t i = 0; i < seen->proposal.step_count; i++) {
        const struct two_key_step *step = &seen->proposal.step[i];
        if (step->revision == revision + 1 && step->council == request->actor.acting &&
            text_is(step->login, request->actor.login) &&
            (text_is(step->event, event) || text_is(step->event, or_event)))
            return true;
    }
    return false;
}

/* The proposal and the revision that was seen. `*answered`: there is an answer. */
static enum err begin_step(struct request *request, const char *event, const char *or_event,
                           enum word done, struct two_key_case *seen, struct two_key_place *place,
                           bool *answered)
{
    enum err err = load(request, seen);

    if (err != OK)
        return err;
    *place = (struct two_key_place){ seen->proposal.place.id, revision_seen(request) };
    *answered = true;
    if (is_done(request, seen, event, or_event))
        return answer_case(request, place->id, 200, done);
    if (place->revision != seen->proposal.place.revision)
        return answer_refused(request, seen, changed_words, 409);
    *answered = false;
    return OK;
}

/* What came of it. */
static enum err end_step(struct request *request, struct two_key_case *seen, enum err err,
                         enum two_key_refusal refusal, const struct trouble *said, enum word done)
{
    if (refusal != TWO_KEY_FINE)
        return refuse(request, seen, refusal);
    if (err != OK)
        return fail(request->trouble, err, "%s", said->text);
    return answer_case(request, seen->proposal.place.id, 200, done);
}

/* What is sent is what stands there: a second click. */
static bool is_kept(struct request *request, const struct two_key_case *seen,
                    const struct two_key_wording *wording)
{
    const struct two_key_proposal *now = &seen->proposal;

    return is_done(request, seen, "change", "change") &&
           now->key.state == TWO_KEY_DRAFT && text_equal(now->payload, wording->payload) &&
           now->key.effective_days == wording->effective.days &&
           now->key.overtakes == wording->overtakes;
}

static enum err proposal_change(struct request *request)
{
    struct two_key_case seen = { 0 };
    struct two_key_place place;
    enum two_key_refusal refusal = TWO_KEY_FINE;
    struct trouble said = { 0 };
    struct db_day effective = { 0 };
    enum err err = load(request, &seen);

    if (err != OK)
        return err;
    struct two_key_form_model model = form_of(request, &seen);
    bool fit = false;
    if ((err = read_draft(request, &model, &effective, &fit)) != OK)
        return err;
    const struct two_key_act act = two_key_act_of(request, seen.kind);
    const struct two_key_wording wording = {
        .effective = effective, .overtakes = model.overtakes,
        .payload = two_key_payload(request, seen.kind, &model.content),
    };
    place = (struct two_key_place){ seen.proposal.place.id, revision_seen(request) };
    if (fit && is_kept(request, &seen, &wording))
        return answer_case(request, place.id, 200, WORD_DONE_DRAFT_KEPT);
    if (seen.refusal[MOVE_CHANGE] != TWO_KEY_FINE)
        return refuse(request, &seen, seen.refusal[MOVE_CHANGE]);
    judge_revision(request, &model);
    if (model.conflict || !fit)
        return answer_draft(request, &model, model.conflict ? 409 : 422);
    err = two_key_change(request->tx, request->arena, &act, &place, &wording, &refusal, &said);
    return end_step(request, &seen, err, refusal, &said, WORD_DONE_DRAFT_KEPT);
}

/* The file belongs to the proposal from now on: its councils read it. */
static enum err link_file(struct request *request, const struct two_key_case *seen,
                          struct text hex, struct trouble *trouble)
{
    const struct evidence_deed deed = { &request->happening, request->actor.acting,
                                        text_of(request->actor.login) };
    const char *id = arena_print(request->arena, "%lld", (long long)seen->proposal.place.id);
    const struct evidence_subject subject = { text_of("two_key"), text_of(id),
                                              seen->proposal.partners };

    return hex.size == 0 ? OK : evidence_link(request->tx, request->arena, &deed, hex, &subject,
                                              trouble);
}

/* The file that the draft names: its councils read it from now on. */
static enum err link_evidence(struct request *request, const struct two_key_case *seen,
                              struct trouble *said)
{
    const struct text hex = seen->kind->evidence == NULL
                                ? text_of("") : form_value(&seen->content, seen->kind->evidence);
    enum err err = OK;

    if (hex.size > 0)
        err = link_file(request, seen, hex, said);
    return err == ERR_MISSING ? fail(said, ERR_REFUSED, "Your council has no kept file of the "
                                     "number that the draft gives as evidence.") : err;
}

static enum err proposal_propose(struct request *request)
{
    struct two_key_case seen = { 0 };
    struct two_key_place place;
    enum two_key_refusal refusal = TWO_KEY_FINE;
    struct trouble said = { 0 };
    bool answered;
    enum err err = begin_step(request, "propose", "propose", WORD_DONE_PROPOSED, &seen, &place,
                              &answered);

    if (err != OK || answered)
        return err;
    const struct two_key_act act = two_key_act_of(request, seen.kind);
    err = two_key_propose(request->tx, request->arena, &act, &place, &refusal, &said);
    /* From here on something is written: a failure takes it all back. */
    if (err == OK && (err = link_evidence(request, &seen, request->trouble)) != OK)
        return err;
    return end_step(request, &seen, err, refusal, &said, WORD_DONE_PROPOSED);
}

static enum err proposal_withdraw(struct request *request)
{
    struct two_key_case seen = { 0 };
    struct two_key_place place;
    enum two_key_refusal refusal = TWO_KEY_FINE;
    struct trouble said = { 0 };
    bool answered;
    enum err err = begin_step(request, "withdraw", "withdraw", WORD_DONE_WITHDRAWN, &seen, &place,
                              &answered);

    if (err != OK || answered)
        return err;
    const struct two_key_act act = two_key_act_of(request, seen.kind);
    err = two_key_withdraw(request->tx, request->arena, &act, &place, &refusal, &said);
    return end_step(request, &seen, err, refusal, &said, WORD_DONE_WITHDRAWN);
}

static enum err proposal_return(struct request *request)
{
    struct two_key_case seen = { 0 };
    struct two_key_place place;
    enum two_key_refusal refusal = TWO_KEY_FINE;
    struct trouble said = { 0 };
    bool answered;
    enum err err = begin_step(request, "return", "return", WORD_DONE_RETURNED, &seen, &place,
                              &answered);

    if (err != OK || answered)
        return err;
    const struct two_key_act act = two_key_act_of(request, seen.kind);
    err = two_key_return(request->tx, request->arena, &act, &place,
                         field_trimmed(request, "reason"), &refusal, &said);
    return end_step(request, &seen, err, refusal, &said, WORD_DONE_RETURNED);
}

/* --- agreeing --- */

/* The minute, if it came with the form. */
static enum err agree_prepare(struct request *request)
{
    return evidence_keep_sent(request, false);
}

/* The decision as it was sent. A program names a file that is kept already. */
static struct two_key_decision read_decision(struct request *request)
{
    const struct evidence_kept *kept = request->work;
    struct two_key_decision decision = {
        .body = field_trimmed(request, "body"), .minute = field_trimmed(request, "minute"),
        .evidence = kept == NULL ? field_trimmed(request, "evidence")
                    : kept->count > 0 ? kept->file[0].hex : text_of(""),
    };

    decision.decided = db_day_parse(field_trimmed(request, "decided"), &decision.day);
    return decision;
}

static enum err agree(struct request *request, struct two_key_case *seen,
                      struct two_key_place *place)
{
    const struct two_key_act act = two_key_act_of(request, seen->kind);
    const struct two_key_decision decision = read_decision(request);
    enum two_key_refusal refusal = TWO_KEY_FINE;
    struct trouble said = { 0 };
    int64_t version = 0;
    enum err err = two_key_agree(request->tx, request->arena, &act, place, &decision, &version,
                                 &refusal, &said);

    /* From here on something is written: a failure takes it all back. */
    if (err == OK && (err = link_file(request, seen, decision.evidence, request->trouble)) != OK)
        return err;
    seen->proposal.version = version;
    if (err == OK && version > 0 && seen->kind->effect != NULL &&
        (err = seen->kind->effect(request->tx, request->arena, &act, &seen->proposal,
                                  request->trouble)) != OK)
        return err;
    return end_step(request, seen, err, refusal, &said, version > 0 ? WORD_DONE_IN_FORCE
                                                                    : WORD_DONE_AGREED);
}

static enum err proposal_agree(struct request *request)
{
    const struct evidence_kept *kept = request->work;
    struct two_key_case seen = { 0 };
    struct two_key_place place;
    bool answered;
    const enum err err = begin_step(request, "agree", "complete", WORD_DONE_AGREED, &seen, &place,
                                    &answered);

    if (err != OK || answered)
        return err;
    if (kept != NULL && kept->refused != NULL) {
        seen.field = "file";
        return answer_refused(request, &seen, kept->refused, 422);
    }
    return agree(request, &seen, &place);
}

/* --- what the calls take and give --- */

static const char *const show_choices[] = { "me", "others", "drafts", "in-force", "past", NULL };
static const char *const standing_choices[] = {
    "draft", "waiting-here", "waiting-there", "coming", "in-force", "superseded", "returned",
    "withdrawn", "replaced", NULL,
};
#define REVISION                                                                                 \
    { .name = "revision", .type = API_NUMBER,                                                    \
      .help = "That was read; or If-Match has its ETag" }

static const struct api_field list_takes[] = {
    { .name = "show", .type = API_CHOICE, .choices = show_choices, .help = "Which list" },
    { .name = "kind", .type = API_LINE, .help = "Of this kind alone" },
    { .name = "on", .type = API_DAY, .help = "In force on this day; else today" },
    { 0 },
};
static const struct api_field draft_takes[] = {
    { .name = "kind", .type = API_LINE,
      .help = "As data-sharing; what is proposed stands beside it, by the names of its fields" },
    { .name = "subject", .type = API_LINE, .most = TWO_KEY_SUBJECT_MAX,
      .help = "What it is about, the same in every version" },
    { .name = "from", .type = API_NUMBER,
      .help = "Instead of kind and subject: a proposal that this one goes on from" },
    { .name = "effective", .type = API_DAY, .required = true, .help = "Its first day" },
    { .name = "overtakes", .type = API_FLAG,
      .help = "May it leave versions that are agreed no day of their own?" },
    { 0 },
};
static const struct api_field step_takes[] = { REVISION, { 0 } };
static const struct api_field return_takes[] = {
    REVISION,
    { .name = "reason", .type = API_TEXT, .required = true, .most = TWO_KEY_WORDS_MAX,
      .help = "Every council that it names reads it" },
    { 0 },
};
static const struct api_field agree_takes[] = {
    REVISION,
    { .name = "body", .type = API_LINE, .required = true, .most = TWO_KEY_WORDS_MAX,
      .help = "Who decided" },
    { .name = "decided", .type = API_DAY, .required = true, .help = "When" },
    { .name = "minute", .type = API_LINE, .required = true, .most = TWO_KEY_WORDS_MAX,
      .help = "Where it is recorded" },
    { .name = "evidence", .type = API_LINE, .help = "The number of a kept file" },
    { 0 },
};
static const struct api_field agreement_gives[] = {
    { .name = "council", .type = API_LINE, .required = true, .help = "Its code" },
    { .name = "by", .type = API_LINE, .required = true, .help = "Who turned its key" },
    { .name = "at", .type = API_MOMENT, .required = true, .help = "When" },
    { .name = "body", .type = API_LINE, .required = true, .help = "Who decided" },
    { .name = "decided", .type = API_DAY, .required = true, .help = "When" },
    { .name = "minute", .type = API_LINE, .required = true, .help = "Where it is recorded" },
    { .name = "evidence", .type = API_LINE, .required = true,
      .help = "The number of a kept file; empty without one" },
    { 0 },
};
static const struct api_field proposal_gives[] = {
    { .name = "id", .type = API_NUMBER, .required = true, .help = "Its number" },
    { .name = "revision", .type = API_NUMBER, .required = true,
      .help = "One more with every step" },
    { .name = "kind", .type = API_LINE, .required = true, .help = "Of what kind" },
    { .name = "subject", .type = API_LINE, .required = true, .help = "What it is about" },
    { .name = "standing", .type = API_CHOICE, .required = true, .choices = standing_choices,
      .help = "How it stands, for the council that asks" },
    { .name = "council", .type = API_LINE, .required = true, .help = "Who prepared it" },
    { .name = "councils", .type = API_WORDS, .required = true, .help = "Whom it names" },
    { .name = "effective", .type = API_DAY, .required = true, .help = "Its first day" },
    { .name = "version", .type = API_NUMBER, .help = "Of its subject, once it is agreed" },
    { .name = "content", .type = API_PAIRS, .required = true, .help = "What is proposed" },
    { .name = "agreements", .type = API_PARTS, .required = true, .parts = agreement_gives,
      .help = "The keys that are turned" },
    { 0 },
};
static const struct api_call list_call = { .answer = API_LIST, .takes = list_takes,
                                           .gives = proposal_gives };
static const struct api_call show_call = { .answer = API_OBJECT, .versioned = true,
                                           .gives = proposal_gives };
static const struct api_call make_call = { .answer = API_OBJECT, .status = 201, .versioned = true,
                                           .takes = draft_takes, .gives = proposal_gives };
static const struct api_call step_call = { .answer = API_OBJECT, .versioned = true,
                                           .takes = step_takes, .gives = proposal_gives };
static const struct api_call return_call = { .answer = API_OBJECT, .versioned = true,
                                             .takes = return_takes, .gives = proposal_gives };
static const struct api_call agree_call = { .answer = API_OBJECT, .versioned = true,
                                            .takes = agree_takes, .gives = proposal_gives };

static const struct action actions[] = {
    { .verb = "proposal list", .summary = "What is proposed between the councils, and in force",
      .description =
          "What binds the councils takes effect only when an authorised person of each has "
          "agreed, on a decision of that council. Here stands what waits for you, what waits for "
          "others, your council's drafts, what is in force on a day, and what is no longer.\n\n"
          "Choose a day to see what was in force on it, or will be.",
      .method = ACTION_GET, .route = "/proposals", .right = MAY_SEE_PROPOSAL,
      .respond = proposals_show },
    { .verb = "proposal new", .summary = "The form for a draft",
      .description =
          "Say what is proposed and from which day. A draft is your council's alone and can be "
          "changed; proposed, its words are fixed and every council it names reads it.\n\n"
          "Whoever prepares a proposal does not agree to it: somebody else of your council does.",
      .method = ACTION_GET, .route = "/new-proposal", .right = MAY_PREPARE_PROPOSAL,
      .respond = proposal_new },
    { .verb = "proposal make", .summary = "Keep a draft",
      .method = ACTION_POST, .route = "/proposals", .right = MAY_PREPARE_PROPOSAL,
      .form = "/new-proposal", .respond = proposal_make },
    { .verb = "proposal show", .summary = "A proposal, where each council stands, its history",
      .description =
          "What is proposed, beside what is in force now; which council has agreed, on which "
          "decision; and what happened. What you may do stands below; where you may not agree, "
          "the page says why.\n\n"
          "To agree, give the body that decided, the day and the minute, and the minute itself "
          "as a file if there is one. To return it, give a reason.",
      .method = ACTION_GET, .route = "/proposals/{proposal}", .right = MAY_SEE_PROPOSAL,
      .respond = proposal_show },
    { .verb = "proposal edit", .summary = "The form to change a draft",
      .description = "A draft can be changed until it is proposed. Whoever changes it has "
                     "prepared it, too, and does not agree to it.",
      .method = ACTION_GET, .route = "/proposals/{proposal}/edit", .right = MAY_PREPARE_PROPOSAL,
      .respond = proposal_edit },
    { .verb = "proposal change", .summary = "Change a draft",
      .method = ACTION_POST, .route = "/proposals/{proposal}", .right = MAY_PREPARE_PROPOSAL,
      .form = "/proposals/{proposal}/edit", .respond = proposal_change },
    { .verb = "proposal propose", .summary = "Propose a draft to every council that it names",
      .method = ACTION_POST, .route = "/proposals/{proposal}/propose",
      .right = MAY_PREPARE_PROPOSAL, .respond = proposal_propose },
    { .verb = "proposal withdraw", .summary = "Take a draft or a proposal back",
      .method = ACTION_POST, .route = "/proposals/{proposal}/withdraw",
      .right = MAY_PREPARE_PROPOSAL, .respond = proposal_withdraw },
    { .verb = "proposal agree", .summary = "Turn the council's key, on its decision",
      .method = ACTION_POST, .route = "/proposals/{proposal}/agree", .right = MAY_AGREE_PROPOSAL,
      .prepare = agree_prepare, .respond = proposal_agree, .upload_most = UPLOAD_USUAL },
    { .verb = "proposal return", .summary = "Return a proposal with a reason",
      .method = ACTION_POST, .route = "/proposals/{proposal}/return",
      .right = MAY_AGREE_PROPOSAL, .respond = proposal_return },

    { .verb = "api proposal list", .summary = "Proposals: ?show=me, others, drafts, in-force, past",
      .method = ACTION_GET, .route = "/api/v1/proposals", .right = MAY_SEE_PROPOSAL,
      .respond = api_proposals_show,
      .call = &list_call },
    { .verb = "api proposal show", .summary = "A proposal, with its ETag",
      .method = ACTION_GET, .route = "/api/v1/proposals/{proposal}", .right = MAY_SEE_PROPOSAL,
      .respond = proposal_show,
      .call = &show_call },
    { .verb = "api proposal make", .summary = "Keep a draft",
      .method = ACTION_POST, .route = "/api/v1/proposals", .right = MAY_PREPARE_PROPOSAL,
      .respond = proposal_make,
      .call = &make_call },
    { .verb = "api proposal propose", .summary = "Propose it, with If-Match",
      .method = ACTION_POST, .route = "/api/v1/proposals/{proposal}/propose",
      .right = MAY_PREPARE_PROPOSAL, .respond = proposal_propose,
      .call = &step_call },
    { .verb = "api proposal withdraw", .summary = "Take it back, with If-Match",
      .method = ACTION_POST, .route = "/api/v1/proposals/{proposal}/withdraw",
      .right = MAY_PREPARE_PROPOSAL, .respond = proposal_withdraw,
      .call = &step_call },
    { .verb = "api proposal agree", .summary = "Turn the council's key, with If-Match",
      .method = ACTION_POST, .route = "/api/v1/proposals/{proposal}/agree",
      .right = MAY_AGREE_PROPOSAL, .respond = proposal_agree,
      .call = &agree_call },
    { .verb = "api proposal return", .summary = "Return it with a reason, with If-Match",
      .method = ACTION_POST, .route = "/api/v1/proposals/{proposal}/return",
      .right = MAY_AGREE_PROPOSAL, .respond = proposal_return,
      .call = &return_call },
    { 0 },
};

const struct feature proposal_feature = { "proposal", "What the councils agree", actions };
