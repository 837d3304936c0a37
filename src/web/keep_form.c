#include "web/keep_form.h"

#include "identity/session.h"

bool form_field_is_secret(const char *name)
{
    static const char *const secret[] = { "password", "present", "again", "code", "secret",
                                          "form_token", KEPT_FORM_FIELD, KEEP_FORM_FIELD };

    for (size_t i = 0; i < COUNT(secret); i++)
        if (strcmp(name, secret[i]) == 0)
            return true;
    return false;
}

bool form_may_wait(const struct request *request)
{
    const struct action *action = request->action;

    return !request->api && request->http->method == HTTP_POST && action != NULL &&
           action->right != MAY_OWN && action->upload_most == 0 && request->cookie.data != NULL;
}

/* --- as it is sealed: name NUL value NUL, since no field holds a NUL --- */

static bool is_kept(struct arena *arena, const struct form *form, size_t i)
{
    return form->value[i].size > 0 &&
           !form_field_is_secret(arena_print(arena, "%.*s", TEXT(form->name[i])));
}

static struct text pack(struct arena *arena, const struct form *form)
{
    size_t room = 1, size = 0;

    for (size_t i = 0; i < form->count; i++)
        room += form->name[i].size + form->value[i].size + 2;
    char *bytes = arena_take(arena, room, 1);
    for (size_t i = 0; i < form->count; i++) {
        const struct text part[] = { form->name[i], form->value[i] };

        for (size_t j = 0; is_kept(arena, form, i) && j < COUNT(part); j++) {
            if (part[j].size > 0)
                memcpy(bytes + size, part[j].data, part[j].size);
            size += part[j].size;
            bytes[size++] = '\0';
        }
    }
    return (struct text){ bytes, size };
}

/* Up to the next NUL. */
static bool next_part(struct text *rest, struct text *part)
{
    const char *end = rest->size == 0 ? NULL : memchr(rest->data, '\0', rest->size);

    if (end == NULL)
        return false;
    *part = (struct text){ rest->data, (size_t)(end - rest->data) };
    rest->data += part->size + 1;
    rest->size -= part->size + 1;
    return true;
}

static void unpack(struct text rest, struct form *form)
{
    form->count = 0;
    while (form->count < FORM_FIELDS_MOST && next_part(&rest, &form->name[form->count]) &&
           next_part(&rest, &form->value[form->count]))
        form->count++;
}

/* --- keeping --- */

struct keeping {
    struct request *request;
    struct actor    actor;      /* in the session that has ended; account 0: none */
    struct text     packed;
};

static enum err find_expired(struct tx *tx, void *context, struct trouble *trouble)
{
    struct keeping *keeping = context;
    const struct request *request = keeping->request;
    const enum err err = session_find_expired(tx, request->happening.now, request->cookie,
                                              &keeping->actor, trouble);

    if (err != OK)
        keeping->actor = (struct actor){ 0 };
    return err == ERR_MISSING ? OK : err;
}

/* `actor`: whose, and in which session. */
static enum err keep_for(struct tx *tx, const struct request *request, const struct actor *actor,
                         struct text packed, struct trouble *trouble)
{
    struct seal_place place;
    struct text sealed = { "", 0 };
    enum err err = request_seal_place(request, tx, actor->home, KEPT_FORM_PURPOSE, actor->account,
                                      &place, trouble);

    if (err == OK)
        err = words_seal(request->site->outside, request->arena, &place, packed, &sealed, trouble);
    return err != OK ? err : kept_form_add(tx, request->happening.now, actor,
                                           request->http->path, sealed, trouble);
}

static enum err keep(struct tx *tx, void *context, struct trouble *trouble)
{
    struct keeping *keeping = context;
    const enum err err = find_expired(tx, keeping, trouble);

    return err != OK || keeping->actor.account == 0
               ? err : keep_for(tx, keeping->request, &keeping->actor, keeping->packed, trouble);
}

/* Reads before it writes: anybody can make up a cookie and its token, and must hold up no writer
 * with them. */
enum err form_keep(struct request *request, bool *kept)
{
    const struct db_scope nobody = { 0, request->arena };
    struct keeping keeping = { .request = request,
                               .packed = pack(request->arena, &request->form) };
    enum err err = OK;

    *kept = false;
    if (keeping.packed.size == 0)
        return OK;
    err = db_read(request->site->db, nobody, find_expired, &keeping, request->trouble);
    if (err == OK && keeping.actor.account != 0)
        err = db_write(request->site->db, nobody, keep, &keeping, request->trouble);
    *kept = err == OK && keeping.actor.account != 0;
    return err;
}

/* --- using --- */

enum err form_open_kept(struct request *request, const struct kept_form *kept, struct form *form)
{
    const struct actor *actor = &request->actor;
    struct seal_place place;
    struct text plain = { "", 0 };
    enum err err = request_seal_place(request, request->tx, actor->home, KEPT_FORM_PURPOSE,
                                      actor->account, &place, request->trouble);

    if (err == OK)
        err = words_unseal(request->arena, &place, kept->fields, &plain, request->trouble);
    if (err == OK)
        unpack(plain, form);
    return err;
}

bool form_place(struct request *request, const struct kept_form *kept, struct url *place)
{
    struct route_values values;
    const struct action *action = site_action(request->site, ACTION_POST, kept->path, &values);

    return action != NULL && action->form != NULL && kept->acting == request->actor.acting &&
           url_sent(route_filled(request->arena, action->form, &values), place);
}

bool form_goes_on(const struct request *request)
{
    return !request->api && form_value(&request->form, KEPT_FORM_FIELD).data != NULL;
}

void page_keep_later(struct request *request, struct html *h)
{
    if (form_goes_on(request)) {
        Void(h, "input");
        LitAttr(h, "type", "hidden");
        Attr(h, "name", text_of(KEPT_FORM_FIELD));
        Attr(h, "value", request_field(request, KEPT_FORM_FIELD));
    }
    El(h, "button") {
        LitAttr(h, "type", "submit");
        LitAttr(h, "class", "second");
        Attr(h, "name", text_of(KEEP_FORM_FIELD));
        LitAttr(h, "value", "yes");
        Flag(h, "formnovalidate");
        page_say(request, h, WORD_KEEP_LATER);
    }
}

/* Is it there still, and for this row and council? */
static enum err test_named(struct request *request, int64_t id)
{
    struct kept_form kept = { 0 };
    enum err err = kept_form_get(request->tx, request->arena, request->happening.now,
                                 &request->actor, id, &kept, request->trouble);

    if (err == ERR_MISSING ||
        (err == OK && (kept.acting != request->actor.acting ||
                       !text_equal(kept.path, request->http->path))))
        return fail(request->trouble, ERR_CONFLICT, "This form was sent already, or discarded. "
                    "Nothing was done.");
    return err != OK ? err : tx_scope(request->tx, request->council, request->trouble);
}

/* A number as a route would have it. */
static enum err read_number(struct request *request, struct text digits, int64_t *id)
{
    struct route_values values;
    const struct text path = text_of(arena_print(request->arena, "/%.*s", TEXT(digits)));

    if (!route_matches("/{form}", path, &values))
        return fail(request->trouble, ERR_USAGE, "There is no such form.");
    *id = route_number(digits);
    return OK;
}

/* Of the form that the request names: what it holds stands in for the query. */
static enum err go_on(struct request *request, struct text named)
{
    struct kept_form kept = { 0 };
    struct url place = Url("/");
    int64_t id = 0;
    enum err err = read_number(request, named, &id);

    if (err == OK)
        err = kept_form_get(request->tx, request->arena, request->happening.now, &request->actor,
                            id, &kept, request->trouble);
    if (err == OK && (!form_place(request, &kept, &place) ||
                      !text_equal(place.text, request->http->path)))
        err = ERR_MISSING;
    if (err == OK)
        err = form_open_kept(request, &kept, &request->form);
    if (err != OK)
        return err;
    if (request->form.count < FORM_FIELDS_MOST) {
        request->form.name[request->form.count] = text_of(KEPT_FORM_FIELD);
        request->form.value[request->form.count++] = named;
    }
    return tx_scope(request->tx, request->council, request->trouble);
}

/* In place of the one that was gone on with, if that waits still. */
static enum err keep_for_later(struct request *request, struct text named)
{
    const struct text packed = pack(request->arena, &request->form);
    struct actor actor = request->actor;
    int64_t id = 0;
    enum err err = named.data == NULL ? OK : read_number(request, named, &id);

    if (err == OK && packed.size == 0)
        return fail(request->trouble, ERR_USAGE, "Nothing is typed yet. Nothing was kept.");
    if (err == OK && id != 0)
        err = kept_form_drop(request->tx, &request->actor, id, request->trouble);
    if (err != OK && err != ERR_MISSING)
        return err;
    actor.session = 0;
    err = keep_for(request->tx, request, &actor, packed, request->trouble);
    return err != OK ? err : answer_done(request, Url("/"), WORD_DONE_KEPT_LATER);
}

enum err form_respond(struct request *request)
{
    const struct text named = form_value(&request->form, KEPT_FORM_FIELD);
    int64_t id = 0;
    enum err err = OK;

    if (request->api)
        return request->action->respond(request);
    if (request->http->method != HTTP_POST) {
        if (named.data != NULL)
            err = go_on(request, named);
        return err != OK ? err : request->action->respond(request);
    }
    if (request->action->form != NULL && request_field(request, KEEP_FORM_FIELD).size > 0)
        return keep_for_later(request, named);
    if (named.data == NULL)
        return request->action->respond(request);
    err = read_number(request, named, &id);
    if (err == OK)
        err = test_named(request, id);
    if (err == OK)
        err = request->action->respond(request);
    if (err != OK || request->answer->status >= 400)
        return err;
    return kept_form_drop(request->tx, &request->actor, id, request->trouble);
}
