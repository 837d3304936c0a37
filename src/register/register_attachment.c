/* register/register_attachment.c -- files of an entry: attached, sent, taken off. */
#include "cli/action.h"
#include "register/register_pages.h"
#include "store/council.h"

static struct evidence_deed deed_of(struct request *request)
{
    return (struct evidence_deed){ &request->happening, request->actor.acting,
                                   text_of(request->actor.login) };
}

/* `prepare` has no transaction, and nothing is kept or read for what is not there. */
struct looking {
    struct request *request;
    struct entry    entry;
};

static enum err look_entry(struct tx *tx, void *context, struct trouble *trouble)
{
    struct looking *looking = context;
    struct request *request = looking->request;
    const struct register_type *type = request->action->of;
    const struct entry_asker asker = register_asker(request);

    return entry_load(tx, request->arena, type, &asker, request_word(request, type->one),
                      &looking->entry, trouble);
}

/* The file belongs to the entry, and the council may read both. */
static enum err look_file(struct tx *tx, void *context, struct trouble *trouble)
{
    struct looking *looking = context;
    struct request *request = looking->request;
    struct evidence_links links;
    enum err err = look_entry(tx, looking, trouble);

    if (err != OK)
        return err;
    const struct evidence_subject subject = entry_subject(request->action->of, &looking->entry);
    err = evidence_links(tx, request->arena, request->actor.acting, &subject, &links, trouble);
    for (size_t i = 0; i < links.count && err == OK; i++)
        if (text_is(request_word(request, "evidence"), links.link[i].file.row.hex))
            return OK;
    return err == OK ? ERR_MISSING : err;
}

static enum err look(struct looking *looking, db_work *work)
{
    const struct request *request = looking->request;
    const struct db_scope scope = { request->actor.acting, request->arena };

    return db_read(request->site->db, scope, work, looking, request->trouble);
}

enum err register_file_prepare(struct request *request)
{
    struct looking looking = { .request = request };
    const enum err err = look(&looking, look_file);

    return err != OK ? err : evidence_fetch(request, request_word(request, "evidence"));
}

/* --- attaching --- */

enum err register_attach_prepare(struct request *request)
{
    struct looking looking = { .request = request };
    const enum err err = look(&looking, look_entry);

    if (err == OK && !entry_is_editable(&looking.entry, request->actor.acting))
        return ERR_MISSING;
    return err != OK ? err : evidence_keep_sent(request, evidence_is_personal(request));
}

/* All councils but the acting one: ",2,". */
static enum err find_partners(struct request *request, struct text *partners)
{
    struct councils councils;
    const char *words = ",";
    const enum err err = councils_read(request->tx, request->arena, &councils, request->trouble);

    for (size_t i = 0; err == OK && i < councils.count; i++)
        if (councils.council[i].id != request->actor.acting)
            words = arena_print(request->arena, "%s%lld,", words,
                                (long long)councils.council[i].id);
    *partners = text_of(words);
    return err;
}

/* What was kept before as personal stays so, whatever is said of it now. */
static enum err attach(struct request *request, const struct entry *entry, struct text hex)
{
    const struct evidence_deed deed = deed_of(request);
    struct evidence_subject subject = entry_subject(request->action->of, entry);
    struct evidence_found found;
    enum err err = evidence_find(request->tx, request->arena, request->actor.acting, hex, &found,
                                 request->trouble);

    if (err == OK && entry->sharing != SHARING_OWN && !found.row.personal &&
        !evidence_is_personal(request))
        err = find_partners(request, &subject.partners);
    return err != OK ? err : evidence_relink(request->tx, request->arena, &deed, hex, &subject,
                                             request->trouble);
}

static struct url entry_url(struct request *request, const struct entry *entry)
{
    return url_segment(request->arena, register_url(request->action->of, request->arena),
                       entry->reference);
}

enum err register_attach_make(struct request *request)
{
    const struct evidence_kept *kept = request->work;
    struct entry_page page = { .refused = NULL };
    enum err err = register_entry_load(request, true, &page.entry);

    if (err != OK)
        return err;
    if (kept->refused != NULL || kept->count == 0) {
        page.refused = kept->refused != NULL ? kept->refused : "Choose a file.";
        return register_entry_answer(request, &page, 422);
    }
    for (size_t i = 0; i < kept->count && err == OK; i++)
        err = attach(request, &page.entry, kept->file[i].hex);
    return err != OK ? err : answer_done(request, entry_url(request, &page.entry),
                                         WORD_DONE_FILE_ATTACHED);
}

/* --- taking off --- */

/* By the council whose file it is, also from an entry that it does not change any more. */
static enum err detach(struct request *request, struct entry *entry)
{
    const struct evidence_deed deed = deed_of(request);
    const struct text hex = request_word(request, "evidence");
    struct evidence_links links;
    enum err err = register_entry_load(request, false, entry);

    if (err != OK)
        return err;
    const struct evidence_subject subject = entry_subject(request->action->of, entry);
    err = evidence_links(request->tx, request->arena, deed.council, &subject, &links,
                         request->trouble);
    if (err != OK)
        return err;
    const struct evidence_link *link = evidence_link_of(&links, deed.council, hex);
    return link == NULL ? ERR_MISSING : evidence_unlink(request->tx, &deed, hex, &link->subject,
                                                        request->trouble);
}

enum err register_detach_make(struct request *request)
{
    struct entry entry;
    const enum err err = detach(request, &entry);

    return err != OK ? err : answer_done(request, entry_url(request, &entry),
                                         WORD_DONE_FILE_TAKEN_OFF);
}

/* --- calls --- */

enum err api_register_files(struct request *request)
{
    struct evidence_links links = { .count = 0 };
    struct answer_json out;
    struct entry entry;
    enum err err = register_entry_load(request, false, &entry);

    if (err != OK)
        return err;
    const struct evidence_subject subject = entry_subject(request->action->of, &entry);
    err = evidence_links(request->tx, request->arena, request->actor.acting, &subject, &links,
                         request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < links.count; i++)
        evidence_json(&out.json, &links.link[i].file.row);
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

enum err api_register_attach(struct request *request)
{
    const struct evidence_kept *kept = request->work;
    struct evidence_found found;
    struct answer_json out;
    struct entry entry;
    enum err err = register_entry_load(request, true, &entry);

    if (err != OK)
        return err;
    if (kept->refused != NULL || kept->count == 0)
        return evidence_answer_unkept(request);
    err = attach(request, &entry, kept->file[0].hex);
    if (err == OK)
        err = evidence_find(request->tx, request->arena, request->actor.acting,
                            kept->file[0].hex, &found, request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    evidence_json(&out.json, &found.row);
    return answer_json_end(request, &out, 201, JSON_TYPE);
}

enum err api_register_detach(struct request *request)
{
    struct entry entry;
    const enum err err = detach(request, &entry);

    return err != OK ? err : answer_bytes(request, 200, JSON_TYPE, text_of("{}\n"));
}
