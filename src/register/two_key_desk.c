#include "register/two_key_desk.h"

#include <assert.h>

#include "register/register_sql.h"
#include "web/form_json.h"

/* --- kinds --- */

const struct two_key_kind *two_key_kind_find(const struct two_key_kind *const kinds[],
                                             struct text name)
{
    for (size_t i = 0; kinds[i] != NULL; i++)
        if (text_is(name, kinds[i]->name))
            return kinds[i];
    return NULL;
}

size_t two_key_kind_fields(const struct two_key_kind *kind)
{
    size_t count = 0;

    while (kind->fields[count].name != NULL)
        count++;
    assert(count <= TWO_KEY_FIELDS_MAX);
    return count;
}

struct text two_key_payload(struct request *request, const struct two_key_kind *kind,
                            const struct form *form)
{
    struct answer_json out;

    answer_json_begin(request, &out);
    json_object(&out.json);
    for (size_t i = 0; kind->fields[i].name != NULL; i++) {
        const struct text value = form_value(form, kind->fields[i].name);
        json_key(&out.json, kind->fields[i].name);
        json_text(&out.json, value.data == NULL ? text_of("") : value);
    }
    json_object_end(&out.json);
    const enum err err = json_end(&out.json);
    assert(err == OK);      /* the sink does not fail */
    return (struct text){ out.bytes, out.size };
}

struct form two_key_content(struct arena *arena, struct text payload)
{
    struct form form;

    if (!form_read_json(arena, payload, &form))
        form.count = 0;
    return form;
}

struct text two_key_council(const struct councils *councils, int64_t council, bool code)
{
    for (size_t i = 0; i < councils->count; i++)
        if (councils->council[i].id == council)
            return code ? councils->council[i].code : councils->council[i].name;
    return text_of("");
}

/* --- how it stands --- */

static const char *const standing_words[TWO_KEY_STANDINGS] = {
    "draft", "waiting-here", "waiting-there", "coming", "in-force", "superseded", "returned",
    "withdrawn", "replaced",
};

const char *two_key_standing_word(enum two_key_standing standing)
{
    assert(standing < TWO_KEY_STANDINGS);
    return standing_words[standing];
}

static bool same_subject(const struct two_key_proposal *one, const struct two_key_proposal *other)
{
    return text_equal(one->kind, other->kind) && text_equal(one->subject, other->subject) &&
           text_equal(one->partners, other->partners);
}

/* An agreed one, beside the other versions of its subject. */
static enum two_key_standing agreed_stands(const struct two_key_proposal *proposal,
                                           const struct two_key_seen *all, struct db_day day)
{
    if (proposal->key.effective_days > day.days)
        return STANDS_COMING;
    for (size_t i = 0; i < all->count; i++) {
        const struct two_key_proposal *other = &all->proposal[i];
        if (other->key.state == TWO_KEY_AGREED && same_subject(proposal, other) &&
            other->version > proposal->version && other->key.effective_days <= day.days)
            return STANDS_SUPERSEDED;
    }
    return STANDS_IN_FORCE;
}

enum two_key_standing two_key_stands(const struct two_key_proposal *proposal,
                                     const struct two_key_seen *all, int64_t council,
                                     struct db_day day)
{
    switch (proposal->key.state) {
    case TWO_KEY_DRAFT: return STANDS_DRAFT;
    case TWO_KEY_RETURNED: return STANDS_RETURNED;
    case TWO_KEY_WITHDRAWN: return STANDS_WITHDRAWN;
    case TWO_KEY_REPLACED: return STANDS_REPLACED;
    case TWO_KEY_AGREED: return agreed_stands(proposal, all, day);
    case TWO_KEY_PROPOSED: break;
    }
    for (size_t i = 0; i < proposal->key.turn_count; i++)
        if (proposal->key.turns[i].council == council)
            return STANDS_THERE;
    return STANDS_HERE;
}

/* --- who asks --- */

struct two_key_act two_key_act_of(const struct request *request, const struct two_key_kind *kind)
{
    const struct actor *actor = &request->actor;

    return (struct two_key_act){
        .now = request->happening.now, .outside = request->happening.outside,
        .request = request->happening.request, .account = actor->account,
        .login = text_of(actor->login), .council = actor->acting,
        .may_prepare = actor_may(actor, MAY_PREPARE_PROPOSAL) && actor_may(actor, kind->prepare),
        .may_agree = actor_may(actor, MAY_AGREE_PROPOSAL) && actor_may(actor, kind->agree),
    };
}

enum err two_key_see(struct request *request, struct text kind, struct two_key_seen *out)
{
    struct two_key_filter filter = { .council = request->actor.acting, .kind = kind,
                                     .rows = TWO_KEY_ROWS_MAX };
    struct two_key_proposal *page;
    size_t count = TWO_KEY_ROWS_MAX;
    enum err err = OK;

    *out = (struct two_key_seen){ .count = 0 };
    while (err == OK && count == TWO_KEY_ROWS_MAX) {
        err = two_key_list(request->tx, request->arena, &filter, &page, &count, request->trouble);
        if (err != OK || count == 0)
            break;
        out->proposal = arena_grow(request->arena, out->proposal, out->count, out->count + count,
                                   sizeof *out->proposal);
        memcpy(out->proposal + out->count, page, count * sizeof *page);
        out->count += count;
        filter.below = page[count - 1].place.id;
    }
    return err;
}

/* --- one of them --- */

/* What would the rules say to it, if the form were filled in well? */
static enum two_key_refusal judge_move(const struct request *request,
                                       const struct two_key_kind *kind, const struct two_key *key,
                                       enum two_key_event event)
{
    const struct two_key_act act = two_key_act_of(request, kind);
    const int32_t today = day_of(act.now).days;
    const struct two_key_deed deed = {
        .event = event, .account = act.account, .council = act.council,
        .may_prepare = act.may_prepare, .may_agree = act.may_agree, .today_days = today,
        .reason = text_of("x"), .body = text_of("x"), .minute = text_of("x"), .decided = true,
        .decided_days = today < key->effective_days ? today : key->effective_days,
    };

    return two_key_judge(key, &deed);
}

static void judge_moves(const struct request *request, struct two_key_case *seen)
{
    static const enum two_key_event event[TWO_KEY_MOVES] = {
        TWO_KEY_CHANGE, TWO_KEY_PROPOSE, TWO_KEY_AGREE, TWO_KEY_RETURN, TWO_KEY_WITHDRAW,
    };

    for (size_t i = 0; i < TWO_KEY_MOVES; i++)
        seen->refusal[i] = judge_move(request, seen->kind, &seen->proposal.key, event[i]);
}

/* Versions of its subject, and which of them is in force today, beside itself. */
static enum err load_now(struct request *request, struct two_key_case *seen)
{
    const struct two_key_proposal *proposal = &seen->proposal;
    const struct two_key_asked asked = {
        request->actor.acting, proposal->kind, proposal->subject, proposal->key.councils,
        proposal->key.council_count, day_of(request->happening.now), request->happening.now,
    };
    enum err err = two_key_ask(request->tx, request->arena, &asked, &seen->now, &seen->has_now,
                               request->trouble);

    if (err != OK)
        return err;
    const bool itself = seen->has_now && seen->now.place.id == proposal->place.id;
    const struct two_key_seen all = { &seen->now, seen->has_now ? 1 : 0 };
    seen->standing = two_key_stands(proposal, &all, asked.council, asked.day);
    seen->has_now = seen->has_now && !itself;
    if (seen->has_now)
        seen->now_content = two_key_content(request->arena, seen->now.payload);
    return OK;
}

enum err two_key_case_load(struct request *request, int64_t id, struct two_key_case *out)
{
    const char *name = arena_print(request->arena, "%lld", (long long)id);
    const struct evidence_subject subject = { text_of("two_key"), text_of(name), text_of("") };
    struct trouble said = { 0 };
    enum err err = two_key_load(request->tx, request->arena, request->actor.acting, id,
                                &out->proposal, &said);

    if (err != OK)
        return err == ERR_MISSING ? err : fail(request->trouble, err, "%s", said.text);
    out->kind = two_key_kind_find(request->site->kinds, out->proposal.kind);
    if (out->kind == NULL)
        return ERR_MISSING;
    out->content = two_key_content(request->arena, out->proposal.payload);
    judge_moves(request, out);
    err = load_now(request, out);
    if (err == OK && out->kind->gather != NULL && !request->api)
        err = out->kind->gather(request, out);
    if (err == OK)
        err = evidence_links(request->tx, request->arena, request->actor.acting, &subject,
                             &out->files, request->trouble);
    if (err == OK)
        err = councils_read(request->tx, request->arena, &out->councils, request->trouble);
    return err;
}

/* --- what waits --- */

bool two_key_waits_for(const struct request *request, const struct two_key_kind *kind,
                       const struct two_key_proposal *proposal)
{
    return judge_move(request, kind, &proposal->key, TWO_KEY_AGREE) == TWO_KEY_FINE;
}

static enum err waits_of_kind(struct request *request, const struct two_key_kind *kind,
                              struct two_key_waits *waits)
{
    struct statement *ask;
    enum err err = tx_prepare(request->tx, &sql_two_key_waits, &ask, request->trouble);

    if (err != OK)
        return err;
    bind_int(ask, 1, request->actor.acting);
    bind_int(ask, 2, request->actor.account);
    bind_text(ask, 3, text_of(kind->name));
    err = statement_one(ask, request->trouble);
    if (err != OK)
        return err;
    const int64_t count = column_int(ask, 0);
    const struct moment oldest = column_moment(ask, 1);
    if (count > 0 && (waits->count == 0 || oldest.ms < waits->oldest.ms))
        waits->oldest = oldest;
    waits->count += count;
    statement_end(ask);
    return OK;
}

enum err two_key_waits(struct request *request, struct two_key_waits *waits)
{
    const struct two_key_kind *const *kind = request->site->kinds;
    enum err err = OK;

    *waits = (struct two_key_waits){ .count = 0 };
    for (; *kind != NULL && err == OK; kind++)
        if (two_key_act_of(request, *kind).may_agree)
            err = waits_of_kind(request, *kind, waits);
    return err;
}
