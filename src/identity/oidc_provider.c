#include "identity/oidc_provider.h"

#include "identity/identity_sql.h"

#define STATES_KEPT_MS INT64_C(3600000)     /* longer than a state lives (oidc_talk.h) */

/* Of a council: a statement whose first parameter is its number. */
static enum err begin(struct tx *tx, const struct query *query, int64_t council,
                      struct statement **out, struct trouble *trouble)
{
    enum err err = tx_scope(tx, council, trouble);

    if (err == OK)
        err = tx_prepare(tx, query, out, trouble);
    if (err == OK)
        bind_int(*out, 1, council);
    return err;
}

static enum err record(struct tx *tx, const struct happening *happening, struct text login,
                       int64_t council, const char *action, struct text after,
                       struct trouble *trouble)
{
    const struct identity_event event = { login, council, action, "council", council, after };

    return identity_record(tx, happening, &event, trouble);
}

/* --- where it is --- */

enum err oidc_provider_read(struct tx *tx, struct arena *arena, int64_t council,
                            struct oidc_provider *out, struct trouble *trouble)
{
    struct statement *get;
    bool row = false;
    enum err err = begin(tx, &sql_oidc_provider_get, council, &get, trouble);

    if (err != OK)
        return err;
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    *out = (struct oidc_provider){
        .council = council,
        .issuer = text_keep(arena, column_text(get, 0)),
        .client = text_keep(arena, column_text(get, 1)),
        .secret = text_keep(arena, column_blob(get, 2)),
        .name_claim = text_keep(arena, column_text(get, 3)),
        .groups_claim = text_keep(arena, column_text(get, 4)),
        .asks_second = column_bool(get, 5),
        .on = column_bool(get, 6),
        .authorization_url = text_keep(arena, column_text(get, 7)),
        .token_url = text_keep(arena, column_text(get, 8)),
        .keys_url = text_keep(arena, column_text(get, 9)),
        .secret_in_form = column_bool(get, 10),
        .keys = text_keep(arena, column_text(get, 11)),
        .tested = !column_null(get, 12),
    };
    statement_end(get);
    return OK;
}

enum err oidc_provider_write(struct tx *tx, const struct happening *happening, struct text login,
                             const struct oidc_provider *provider, struct trouble *trouble)
{
    struct statement *set;
    enum err err = begin(tx, &sql_oidc_provider_set, provider->council, &set, trouble);

    if (err != OK)
        return err;
    bind_text(set, 2, provider->issuer);
    bind_text(set, 3, provider->client);
    bind_blob(set, 4, provider->secret);
    bind_text(set, 5, provider->name_claim);
    bind_text(set, 6, provider->groups_claim);
    bind_bool(set, 7, provider->asks_second);
    bind_text(set, 8, provider->authorization_url);
    bind_text(set, 9, provider->token_url);
    bind_text(set, 10, provider->keys_url);
    bind_bool(set, 11, provider->secret_in_form);
    bind_text(set, 12, provider->keys);
    bind_moment(set, 13, happening->now);
    err = statement_run(set, NULL, trouble);
    return err != OK ? err : record(tx, happening, login, provider->council, "oidc.save",
                                    provider->issuer, trouble);
}

enum err oidc_provider_tested(struct tx *tx, struct moment now, int64_t council,
                              struct trouble *trouble)
{
    struct statement *set;
    enum err err = begin(tx, &sql_oidc_provider_tested, council, &set, trouble);

    if (err != OK)
        return err;
    bind_moment(set, 2, now);
    return statement_run(set, NULL, trouble);
}

enum err oidc_provider_turn(struct tx *tx, const struct happening *happening, struct text login,
                            int64_t council, bool on, struct trouble *trouble)
{
    struct statement *turn;
    int64_t changed = 0;
    enum err err = begin(tx, &sql_oidc_provider_turn, council, &turn, trouble);

    if (err != OK)
        return err;
    bind_bool(turn, 2, on);
    if ((err = statement_run(turn, &changed, trouble)) != OK)
        return err;
    if (changed != 1)
        return fail(trouble, ERR_REFUSED, "Test it with one account before it is turned on.");
    return record(tx, happening, login, council, on ? "oidc.on" : "oidc.off",
                  (struct text){ "", 0 }, trouble);
}

enum err oidc_keys_due(struct tx *tx, struct moment now, int64_t council, bool *due,
                       struct trouble *trouble)
{
    struct statement *mark;
    int64_t changed = 0;
    enum err err = begin(tx, &sql_oidc_keys_due, council, &mark, trouble);

    if (err != OK)
        return err;
    bind_moment(mark, 2, now);
    bind_int(mark, 3, now.ms - OIDC_KEYS_MS);
    err = statement_run(mark, &changed, trouble);
    *due = err == OK && changed == 1;
    return err;
}

enum err oidc_keys_write(struct tx *tx, int64_t council, struct text keys,
                         struct trouble *trouble)
{
    struct statement *set;
    enum err err = begin(tx, &sql_oidc_keys_set, council, &set, trouble);

    if (err != OK)
        return err;
    bind_text(set, 2, keys);
    return statement_run(set, NULL, trouble);
}

enum err oidc_state_use(struct tx *tx, struct moment now, int64_t council, const char *hash,
                        bool *fresh, struct trouble *trouble)
{
    struct statement *forget, *use;
    int64_t changed = 0;
    enum err err = begin(tx, &sql_oidc_states_forget, council, &forget, trouble);

    if (err != OK)
        return err;
    bind_int(forget, 2, now.ms - STATES_KEPT_MS);
    err = statement_run(forget, NULL, trouble);
    if (err == OK)
        err = begin(tx, &sql_oidc_state_use, council, &use, trouble);
    if (err != OK)
        return err;
    bind_text(use, 2, text_of(hash));
    bind_moment(use, 3, now);
    err = statement_run(use, &changed, trouble);
    *fresh = err == OK && changed == 1;
    return err;
}

/* --- whose addresses --- */

/* The next word of `*rest`; empty at the end. */
static struct text next_word(struct text *rest)
{
    size_t from = 0, end;

    while (from < rest->size && rest->data[from] == ' ')
        from++;
    for (end = from; end < rest->size && rest->data[end] != ' '; end++)
        ;
    const struct text word = { rest->data + from, end - from };
    *rest = (struct text){ rest->data + end, rest->size - end };
    return word;
}

static bool is_domain(struct text word)
{
    for (size_t i = 0; i < word.size; i++)
        if (!is_one_of(word.data[i], "abcdefghijklmnopqrstuvwxyz0123456789.-"))
            return false;
    return word.size >= 3 && word.size <= 253 && memchr(word.data, '.', word.size) != NULL &&
           word.data[0] != '.' && word.data[word.size - 1] != '.';
}

bool oidc_domains_are(struct text domains)
{
    int count = 0;

    for (struct text word = next_word(&domains); word.size > 0; word = next_word(&domains))
        if (!is_domain(word) || ++count > OIDC_DOMAINS_MOST)
            return false;
    return true;
}

bool oidc_domains_hold(struct text domains, struct text address)
{
    const char *at = memrchr(address.data, '@', address.size);

    if (at == NULL || at == address.data)
        return false;
    const struct text wanted = { at + 1, (size_t)(address.data + address.size - at - 1) };
    for (struct text word = next_word(&domains); word.size > 0; word = next_word(&domains))
        if (word.size == wanted.size && strncasecmp(word.data, wanted.data, word.size) == 0)
            return true;
    return false;
}

enum err oidc_domains_read(struct tx *tx, struct arena *arena, int64_t council, struct text *out,
                           struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = begin(tx, &sql_oidc_domains, council, &list, trouble);

    *out = (struct text){ "", 0 };
    if (err != OK)
        return err;
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        const struct text word = column_text(list, 0);
        *out = text_of(arena_print(arena, "%.*s%s%.*s", TEXT(*out), out->size > 0 ? " " : "",
                                   TEXT(word)));
    }
    return err;
}

enum err oidc_domains_write(struct tx *tx, int64_t council, struct text domains,
                            struct trouble *trouble)
{
    struct statement *drop, *add;
    int64_t changed = 0;
    enum err err = begin(tx, &sql_oidc_domains_drop, council, &drop, trouble);

    if (err == OK)
        err = statement_run(drop, NULL, trouble);
    for (struct text word = next_word(&domains); word.size > 0 && err == OK;
         word = next_word(&domains)) {
        if ((err = begin(tx, &sql_oidc_domain_add, council, &add, trouble)) != OK)
            break;
        bind_text(add, 2, word);
        err = statement_run(add, &changed, trouble);
        if (err == OK && changed != 1)
            err = fail(trouble, ERR_CONFLICT, "%.*s is there twice, or another council's.",
                       TEXT(word));
    }
    return err;
}

/* --- what groups give --- */

enum err oidc_groups_read(struct tx *tx, struct arena *arena, int64_t council,
                          struct oidc_groups *out, struct trouble *trouble)
{
    struct statement *list;
    size_t room = 16;
    enum role role;
    bool row = false;
    enum err err = begin(tx, &sql_oidc_groups, council, &list, trouble);

    *out = (struct oidc_groups){ arena_take(arena, room, sizeof *out->group), 0 };
    if (err != OK)
        return err;
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        if (!role_parse(column_text(list, 2), &role))
            continue;
        if (out->count == room) {
            out->group = arena_grow(arena, out->group, room, 2 * room, sizeof *out->group);
            room *= 2;
        }
        out->group[out->count++] = (struct oidc_group){
            column_int(list, 0), text_keep(arena, column_text(list, 1)), role,
            text_keep(arena, column_text(list, 3)),
        };
    }
    return err;
}

enum err oidc_group_add(struct tx *tx, const struct happening *happening, struct text login,
                        int64_t council, struct oidc_group *group, struct trouble *trouble)
{
    struct statement *add;
    int64_t changed = 0;
    enum err err = begin(tx, &sql_oidc_group_add, council, &add, trouble);

    if (err != OK)
        return err;
    bind_text(add, 2, group->name);
    bind_text(add, 3, text_of(role_name(group->role)));
    bind_text(add, 4, group->service);
    if ((err = statement_run(add, &changed, trouble)) != OK)
        return err;
    return changed != 1 ? ERR_CONFLICT
                        : record(tx, happening, login, council, "oidc.group.add", group->name,
                                 trouble);
}

enum err oidc_group_drop(struct tx *tx, const struct happening *happening, struct text login,
                         int64_t council, int64_t id, struct trouble *trouble)
{
    struct statement *drop;
    int64_t changed = 0;
    enum err err = begin(tx, &sql_oidc_group_drop, council, &drop, trouble);

    if (err != OK)
        return err;
    bind_int(drop, 2, id);
    if ((err = statement_run(drop, &changed, trouble)) != OK)
        return err;
    const struct identity_event event = { login, council, "oidc.group.end", "oidc_group", id,
                                          { 0 } };
    return changed != 1 ? ERR_MISSING : identity_record(tx, happening, &event, trouble);
}
