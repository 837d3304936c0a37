#include "register/evidence_link.h"

#include <assert.h>
#include <stdio.h>

#include "register/register_sql.h"
#include "store/trail_log.h"

/* --- making and ending --- */

static enum err record(struct tx *tx, const struct evidence_deed *deed, const char *action,
                       struct text hex, const struct evidence_subject *subject,
                       struct trouble *trouble)
{
    char words[300];

    (void)snprintf(words, sizeof words, "%.*s %.*s", TEXT(subject->kind), TEXT(subject->id));
    const struct trail_event event = {
        .now = deed->happening->now, .actor = deed->login, .council = deed->council,
        .shared = subject->partners.size > 0, .action = text_of(action),
        .subject_kind = text_of("evidence"), .subject_id = hex,
        .after = { text_of(words), false }, .request = deed->happening->request,
    };
    return trail_append(tx, deed->happening->outside, &event, NULL, trouble);
}

static void bind_link(struct statement *to, int from, struct text hex,
                      const struct evidence_subject *subject)
{
    bind_text(to, from, hex);
    bind_text(to, from + 1, subject->kind);
    bind_text(to, from + 2, subject->id);
}

static enum err link_there(struct tx *tx, int64_t council, struct text hex,
                           const struct evidence_subject *subject, bool *there,
                           struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_evidence_link_there, &ask, trouble);

    if (err != OK)
        return err;
    bind_int(ask, 1, council);
    bind_link(ask, 2, hex, subject);
    err = statement_step(ask, there, trouble);
    statement_end(ask);
    return err;
}

static enum err link_add(struct tx *tx, const struct evidence_deed *deed, struct text hex,
                         const struct evidence_subject *subject, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_evidence_link_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, deed->council);
    bind_text(add, 2, subject->partners);
    bind_link(add, 3, hex, subject);
    bind_moment(add, 6, deed->happening->now);
    bind_text(add, 7, deed->login);
    return statement_run(add, NULL, trouble);
}

/* A file of the council's own. */
static enum err own_file(struct tx *tx, struct arena *arena, int64_t council, struct text hex,
                         struct evidence_row *row)
{
    struct evidence_id id;

    if (!evidence_id_parse(hex, &id))
        return ERR_MISSING;
    return evidence_row_read(tx, arena, council, &id, row, NULL);
}

enum err evidence_link(struct tx *tx, struct arena *arena, const struct evidence_deed *deed,
                       struct text hex, const struct evidence_subject *subject,
                       struct trouble *trouble)
{
    struct evidence_row row = { .erased = false };
    bool there = false;
    enum err err = own_file(tx, arena, deed->council, hex, &row);

    if (err != OK || row.erased)
        return err != OK ? err : ERR_MISSING;
    if (row.personal && subject->partners.size > 0)
        return fail(trouble, ERR_REFUSED, "A file that holds personal data is not shown to "
                    "another council.");
    err = link_there(tx, deed->council, hex, subject, &there, trouble);
    if (err != OK || there)
        return err;
    err = link_add(tx, deed, hex, subject, trouble);
    return err != OK ? err : record(tx, deed, "evidence.link", hex, subject, trouble);
}

enum err evidence_unlink(struct tx *tx, const struct evidence_deed *deed, struct text hex,
                         const struct evidence_subject *subject, struct trouble *trouble)
{
    struct statement *end;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_evidence_link_end, &end, trouble);

    if (err != OK)
        return err;
    bind_int(end, 1, deed->council);
    bind_link(end, 2, hex, subject);
    bind_moment(end, 5, deed->happening->now);
    bind_text(end, 6, deed->login);
    err = statement_run(end, &changed, trouble);
    if (err == OK && changed == 0)
        return ERR_MISSING;
    return err != OK ? err : record(tx, deed, "evidence.unlink", hex, subject, trouble);
}

/* --- reading --- */

static enum err read_links(struct statement *ask, struct arena *arena, struct evidence_links *out,
                           struct trouble *trouble)
{
    size_t room = 8;
    bool row = false;
    enum err err;

    *out = (struct evidence_links){ arena_take(arena, room, sizeof *out->link), 0 };
    while ((err = statement_step(ask, &row, trouble)) == OK && row) {
        if (out->count == room) {
            out->link = arena_grow(arena, out->link, room, room * 2, sizeof *out->link);
            room *= 2;
        }
        struct evidence_link *link = &out->link[out->count++];
        *link = (struct evidence_link){
            .subject = { text_keep(arena, column_text(ask, 3)),
                         text_keep(arena, column_text(ask, 4)),
                         text_keep(arena, column_text(ask, 2)) },
            .file = { .council = column_int(ask, 0) },
            .made_at = column_moment(ask, 5), .made_by = text_keep(arena, column_text(ask, 6)),
        };
        (void)snprintf(link->file.row.hex, sizeof link->file.row.hex, "%.*s",
                       TEXT(column_text(ask, 1)));
    }
    return err;
}

/* The row of a file of `owner`, which a link lets the council that asks see. Row-level security
 * shows it in the scope of its own council alone. */
static enum err read_linked(struct tx *tx, struct arena *arena, int64_t owner, struct text hex,
                            struct evidence_row *row, struct trouble *trouble)
{
    const int64_t asking = tx_council(tx);
    struct evidence_id id;

    if (!evidence_id_parse(hex, &id))
        return fail(trouble, ERR_CHECK, "a link to no file");
    enum err err = tx_scope(tx, owner, trouble);
    if (err == OK)
        err = evidence_row_read(tx, arena, owner, &id, row, trouble);
    const enum err back = tx_scope(tx, asking, trouble);
    return err != OK ? err : back;
}

static enum err links_asked(struct tx *tx, struct arena *arena, struct statement *ask,
                            struct evidence_links *out, struct trouble *trouble)
{
    enum err err = read_links(ask, arena, out, trouble);

    for (size_t i = 0; i < out->count && err == OK; i++) {
        struct evidence_found *file = &out->link[i].file;
        err = read_linked(tx, arena, file->council,
                          text_of(arena_copy(arena, file->row.hex, EVIDENCE_ID_HEX - 1)),
                          &file->row, trouble);
    }
    return err;
}

enum err evidence_links(struct tx *tx, struct arena *arena, int64_t council,
                        const struct evidence_subject *subject, struct evidence_links *out,
                        struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_evidence_links_of_subject, &ask, trouble);

    *out = (struct evidence_links){ .count = 0 };
    if (err != OK)
        return err;
    bind_int(ask, 1, council);
    bind_text(ask, 2, subject->kind);
    bind_text(ask, 3, subject->id);
    return links_asked(tx, arena, ask, out, trouble);
}

const struct evidence_link *evidence_link_of(const struct evidence_links *links, int64_t council,
                                             struct text hex)
{
    for (size_t i = 0; i < links->count; i++)
        if (links->link[i].file.council == council && text_is(hex, links->link[i].file.row.hex))
            return &links->link[i];
    return NULL;
}

enum err evidence_relink(struct tx *tx, struct arena *arena, const struct evidence_deed *deed,
                         struct text hex, const struct evidence_subject *subject,
                         struct trouble *trouble)
{
    struct evidence_links links;
    enum err err = evidence_links(tx, arena, deed->council, subject, &links, trouble);

    if (err != OK)
        return err;
    const struct evidence_link *there = evidence_link_of(&links, deed->council, hex);
    if (there != NULL && !text_equal(there->subject.partners, subject->partners))
        err = evidence_unlink(tx, deed, hex, &there->subject, trouble);
    return err != OK ? err : evidence_link(tx, arena, deed, hex, subject, trouble);
}

/* An erased file is read by nobody, and no new link is made for one. */
enum err evidence_withdraw(struct tx *tx, struct arena *arena, const struct evidence_deed *deed,
                           const struct evidence_subject *subject, struct trouble *trouble)
{
    const struct evidence_subject alone = { subject->kind, subject->id, text_of("") };
    struct evidence_links links;
    enum err err = evidence_links(tx, arena, deed->council, subject, &links, trouble);

    for (size_t i = 0; i < links.count && err == OK; i++) {
        const struct evidence_found *file = &links.link[i].file;
        if (file->council == deed->council && !file->row.erased)
            err = evidence_relink(tx, arena, deed, text_of(file->row.hex), &alone, trouble);
    }
    return err;
}

enum err evidence_uses(struct tx *tx, struct arena *arena, int64_t council, struct text hex,
                       struct evidence_links *out, struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_evidence_links_of_file, &ask, trouble);

    *out = (struct evidence_links){ .count = 0 };
    if (err != OK)
        return err;
    bind_int(ask, 1, council);
    bind_text(ask, 2, hex);
    return links_asked(tx, arena, ask, out, trouble);
}

enum err evidence_find(struct tx *tx, struct arena *arena, int64_t council, struct text hex,
                       struct evidence_found *out, struct trouble *trouble)
{
    struct evidence_links uses;
    enum err err = own_file(tx, arena, council, hex, &out->row);

    out->council = council;
    if (err != ERR_MISSING)
        return err;
    err = evidence_uses(tx, arena, council, hex, &uses, trouble);
    if (err == OK && uses.count == 0)
        return ERR_MISSING;
    if (err == OK)
        *out = uses.link[0].file;
    return err;
}

/* --- the list --- */

static enum err read_row(struct statement *ask, struct arena *arena, struct evidence_row *row,
                         struct trouble *trouble)
{
    *row = (struct evidence_row){
        .name = text_keep(arena, column_text(ask, 1)),
        .media = text_keep(arena, column_text(ask, 2)),
        .personal = column_bool(ask, 3), .size = (uint64_t)column_int(ask, 4),
        .taken_at = column_moment(ask, 6), .taken_by = text_keep(arena, column_text(ask, 7)),
        .erased = column_bool(ask, 8),
    };
    (void)snprintf(row->hex, sizeof row->hex, "%.*s", TEXT(column_text(ask, 0)));
    if (!sha256_from_hex(column_text(ask, 5), &row->sum))
        return fail(trouble, ERR_CHECK, "evidence %s: its SHA-256 is none", row->hex);
    return OK;
}

enum err evidence_list(struct tx *tx, struct arena *arena, int64_t council,
                       const struct evidence_before *before, int rows, struct evidence_files *out,
                       struct trouble *trouble)
{
    struct evidence_before from = { { INT64_MAX }, text_of("") };
    struct statement *ask;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_evidence_newest, &ask, trouble);

    if (before != NULL)
        from = *before;
    *out = (struct evidence_files){ arena_take(arena, (size_t)rows, sizeof *out->row), 0 };
    if (err != OK)
        return err;
    bind_int(ask, 1, council);
    bind_moment(ask, 2, from.taken_at);
    bind_text(ask, 3, from.hex);
    bind_int(ask, 4, rows);
    while (err == OK && (err = statement_step(ask, &row, trouble)) == OK && row) {
        assert(out->count < (size_t)rows);
        err = read_row(ask, arena, &out->row[out->count++], trouble);
    }
    return err;
}
