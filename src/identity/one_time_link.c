#include "identity/one_time_link.h"

#include "identity/identity_sql.h"

static const char *const purpose_name[] = {
    [LINK_ADMINISTRATOR] = "administrator", [LINK_PASSWORD] = "password",
};

static enum err add(struct tx *tx, struct moment now, struct one_time_link *link,
                    struct trouble *trouble)
{
    struct statement *made;
    enum err err = tx_prepare(tx, &sql_link_add, &made, trouble);

    if (err != OK)
        return err;
    bind_int(made, 1, link->council);
    bind_text(made, 2, text_of(purpose_name[link->purpose]));
    bind_moment(made, 3, now);
    bind_int(made, 4, now.ms + LINK_MS);
    if (link->account != 0)
        bind_int(made, 5, link->account);
    else
        bind_null(made, 5);
    if ((err = statement_one(made, trouble)) != OK)
        return err;
    link->id = column_int(made, 0);
    statement_end(made);
    return OK;
}

enum err link_make(struct tx *tx, const struct happening *happening, struct text login,
                   struct one_time_link *link, struct secret *secret, struct trouble *trouble)
{
    enum err err = secret_make(happening->outside, secret, trouble);

    if (err == OK)
        err = tx_scope(tx, link->council, trouble);
    if (err == OK && link->account != 0)
        err = link_end_all(tx, happening->now, link->council, link->account, trouble);
    if (err == OK)
        err = add(tx, happening->now, link, trouble);
    if (err == OK)
        err = key_add(tx, SECRET_LINK, text_of(secret->text),
                      (struct key_found){ link->council, link->id }, trouble);
    if (err != OK)
        return err;
    const struct identity_event event = { login, link->council, "link.make", "one_time_link",
                                          link->id, text_of(purpose_name[link->purpose]) };
    return identity_record(tx, happening, &event, trouble);
}

enum err link_find(struct tx *tx, struct moment now, enum link_purpose purpose,
                   struct text secret, struct one_time_link *out, struct trouble *trouble)
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
    bind_text(get, 4, text_of(purpose_name[purpose]));
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    *out = (struct one_time_link){ found.subject, found.council, purpose, column_int(get, 0) };
    statement_end(get);
    return OK;
}

enum err link_end_all(struct tx *tx, struct moment now, int64_t council, int64_t account,
                      struct trouble *trouble)
{
    return keys_end(tx, &sql_account_link_keys_drop, &sql_account_links_end, now, council, account,
                    trouble);
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
                                          link.id, text_of(purpose_name[link.purpose]) };
    return identity_record(tx, happening, &event, trouble);
}
