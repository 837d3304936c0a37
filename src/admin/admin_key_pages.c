#include "admin/admin_box.h"
#include "admin/admin_pages.h"

#include "store/council.h"

static const struct field key_box = {
    "key", "The public key",
    "The content of the file that ends with .pub, or its second line. It begins with RW.",
    "text", "off", { "", 0 }, NULL
};

static void key_row(struct html *h, const struct council_key *key, bool in_force)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "code") html_text(h, key->line);
        }
        El(h, "td") page_moment(h, key->added_at);
        El(h, "td") html_text(h, text_of(in_force ? "in force" : "for what it signed before"));
    }
}

static void key_table(struct html *h, const struct council_keys *keys)
{
    static const char *const head[] = { "Key", "Since", "It is" };

    box_table_begin(h, "Its keys so far", head, COUNT(head));
    for (size_t i = 0; i < keys->count; i++)
        key_row(h, &keys->key[i], i == 0);
    box_table_end(h);
}

static enum err show(struct request *request, const struct field *field)
{
    struct council_keys keys;
    const struct text name = admin_council_name(request, request->council);
    struct html *h = page_begin(request, "The council's key");
    enum err err = council_key_list(request->tx, request->arena, request->council, &keys,
                                    request->trouble);

    if (err != OK)
        return err;
    page_errors(request, h, field, 1);
    El(h, "p") {
        Lit(h, "With this key ");
        html_text(h, name);
        Lit(h, " signs checkpoints of the trail, on a machine of its own: with it nobody can "
               "rewrite the trail unseen, not even who runs this server. Only the public half "
               "comes here. Every council reads in the trail when a key was named.");
    }
    if (keys.count == 0)
        El(h, "p") {
            html_text(h, name);
            Lit(h, " has named no key. Make one with ");
            El(h, "code") Lit(h, "ochil keygen");
            Lit(h, " and name it here.");
        }
    else
        key_table(h, &keys);
    Form(request, h, Url("/council/key")) {
        /* A key's file has two lines, which a box of one line would run together. */
        page_text_field(h, field);
        page_button(h, keys.count == 0 ? "Name this key" : "Name another key from now on");
    }
    return page_end(request, h, field->error == NULL ? 200 : 422);
}

enum err council_key_show(struct request *request)
{
    return show(request, &key_box);
}

static enum err refuse(struct request *request, const char *words)
{
    struct field field = key_box;

    field.value = request_field(request, "key");
    field.error = words;
    return show(request, &field);
}

enum err council_key_set(struct request *request)
{
    struct minisign_public key;
    struct trouble *trouble = request->trouble;

    if (minisign_public_parse(request_field(request, "key"), &key, NULL) != OK)
        return refuse(request, "This is no public key as ochil keygen or minisign writes it.");
    enum err err = council_key_add(request->tx, request->arena, request->council, &key,
                                   request->happening.now, trouble);
    /* Found before anything was written. */
    if (err == ERR_CONFLICT) {
        *trouble = (struct trouble){ 0 };
        return refuse(request, "This key is in use already: take one of the council's own.");
    }
    const struct identity_event event = {
        text_of(request->actor.login), request->council, "council.key", "council",
        request->council, council_key_line(request->arena, &key)
    };
    if (err == OK)
        err = identity_record_shared(request->tx, &request->happening, &event, trouble);
    return err != OK ? err : answer_redirect(request, Url("/council/key"));
}
