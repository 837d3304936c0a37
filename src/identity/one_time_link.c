#include "identity/one_time_link.h"

#include "identity/identity_sql.h"

static const char purpose_administrator[] = "administrator";

enum err link_make(struct tx *tx, const struct happening *happening, int64_t council,
                   struct secret *secret, struct trouble *trouble)
{
    struct statement *add;
    enum err err = secret_make(happening->outside, secret, trouble);

    if (err == OK)
        err = tx_scope(tx, council, trouble);
    if (err == OK)
        err = tx_prepare(tx, &sql_link_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, council);
    bind_text(add, 2, text_of(purpose_administrator));
    bind_moment(add, 3, happening->now);
    bind_int(add, 4, happening->now.ms + LINK_MS);
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    const int64_t id = column_int(add, 0);
    statement_end(add);
    err = key_add(tx, SECRET_LINK, text_of(secret->text), (struct key_found){ council, id },
                  trouble);
    if (err != OK)
        return err;
    const struct identity_event event = { text_of("system"), council, "link.make",
                                          "one_time_link", id, text_of(purpose_administrator) };
    return identity_record(tx, happening, &event, trouble);
}

enum err link_find(struct tx *tx, struct moment now, struct text secret,
                   struct one_time_link *out, struct trouble *trouble)
{
    struct key_found found;
    struct statement *get;
    bool row = false;
    enum err err = key_find(tx, SECRET_LINK, secret, &found, trouble);

    if (err == OK)
        err = tx_scope(tx, found.council, trouble);
    if (err == OK)
        err = tx_prepare(tx, &sql_link_get, &get, trouble);
    if (err != OK)
        return err;
    bind_int(get, 1, found.subject);
    bind_int(get, 2, found.council);
    bind_moment(get, 3, now);
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    statement_end(get);
    *out = (struct one_time_link){ found.subject, found.council };
    return OK;
}

enum err link_use(struct tx *tx, const struct happening *happening, struct one_time_link link,
                  struct text login, struct trouble *trouble)
{
    struct statement *use;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_link_use, &use, trouble);

    if (err != OK)
        return err;
    bind_int(use, 1, link.id);
    bind_int(use, 2, link.council);
    bind_moment(use, 3, happening->now);
    if ((err = statement_run(use, &changed, trouble)) != OK)
        return err;
    if (changed != 1)
        return ERR_MISSING;
    if ((err = key_drop(tx, SECRET_LINK, link.id, trouble)) != OK)
        return err;
    const struct identity_event event = { login, link.council, "link.use", "one_time_link",
                                          link.id, text_of(purpose_administrator) };
    return identity_record(tx, happening, &event, trouble);
}
