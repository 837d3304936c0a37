#include "identity/second_factor.h"

#include <assert.h>

#include "identity/identity_sql.h"
#include "identity/secret.h"

#define CODE_CHARACTERS ((size_t)16)        /* without the dashes */

enum err second_factor_read(struct tx *tx, struct arena *arena, const struct actor *actor,
                            struct second_factor *out, struct trouble *trouble)
{
    struct statement *get;
    bool row = false;
    enum err err = tx_scope(tx, actor->home, trouble);

    *out = (struct second_factor){ 0 };
    if (err == OK)
        err = tx_prepare(tx, &sql_second_factor_get, &get, trouble);
    if (err != OK)
        return err;
    bind_int(get, 1, actor->account);
    bind_int(get, 2, actor->home);
    if ((err = statement_step(get, &row, trouble)) != OK || !row)
        return err;
    out->on = !column_null(get, 0);
    if (out->on)
        out->secret = text_keep(arena, column_blob(get, 0));
    if (!column_null(get, 1))
        out->offered = text_keep(arena, column_blob(get, 1));
    out->counter = column_int(get, 2);
    statement_end(get);
    return OK;
}

/* Of the account: a statement whose first two parameters are it and its council. */
static enum err begin(struct tx *tx, const struct query *query, const struct actor *actor,
                      struct statement **out, struct trouble *trouble)
{
    enum err err = tx_scope(tx, actor->home, trouble);

    if (err == OK)
        err = tx_prepare(tx, query, out, trouble);
    if (err != OK)
        return err;
    bind_int(*out, 1, actor->account);
    bind_int(*out, 2, actor->home);
    return OK;
}

static enum err record(struct tx *tx, const struct happening *happening,
                       const struct actor *actor, const char *action, struct trouble *trouble)
{
    const struct identity_event event = { text_of(actor->login), actor->home, action, "account",
                                          actor->account, { 0 } };

    return identity_record(tx, happening, &event, trouble);
}

enum err second_factor_offer(struct tx *tx, const struct happening *happening,
                             const struct actor *actor, struct text sealed,
                             struct trouble *trouble)
{
    struct statement *offer;
    enum err err = begin(tx, &sql_second_factor_offer, actor, &offer, trouble);

    if (err != OK)
        return err;
    bind_blob(offer, 3, sealed);
    bind_moment(offer, 4, happening->now);
    return statement_run(offer, NULL, trouble);
}

enum err second_factor_begin(struct tx *tx, const struct happening *happening,
                             const struct actor *actor, int64_t counter, struct trouble *trouble)
{
    struct statement *confirm;
    int64_t changed = 0;
    enum err err = begin(tx, &sql_second_factor_confirm, actor, &confirm, trouble);

    if (err != OK)
        return err;
    bind_int(confirm, 3, counter);
    if ((err = statement_run(confirm, &changed, trouble)) != OK)
        return err;
    return changed != 1 ? ERR_MISSING : record(tx, happening, actor, "second.begin", trouble);
}

enum err second_factor_use(struct tx *tx, const struct actor *actor, int64_t counter, bool *fresh,
                           struct trouble *trouble)
{
    struct statement *use;
    int64_t changed = 0;
    enum err err = begin(tx, &sql_second_factor_use, actor, &use, trouble);

    if (err != OK)
        return err;
    bind_int(use, 3, counter);
    err = statement_run(use, &changed, trouble);
    *fresh = err == OK && changed == 1;
    return err;
}

/* --- recovery codes --- */

/* Thirty-two characters that are not taken for one another on paper. */
static enum err code_make(const struct outside *outside, char code[RECOVERY_CODE_TEXT],
                          struct trouble *trouble)
{
    static const char character[] = "abcdefghjkmnpqrstuvwxyz023456789";
    unsigned char bytes[CODE_CHARACTERS];
    size_t size = 0;

    _Static_assert(sizeof character == 33, "");
    if (outside->random(bytes, sizeof bytes) != 0)
        return fail(trouble, ERR_IO, "the system gives no random bytes");
    for (size_t i = 0; i < CODE_CHARACTERS; i++) {
        if (i > 0 && i % 4 == 0)
            code[size++] = '-';
        code[size++] = character[bytes[i] & 31];
    }
    code[size] = '\0';
    return OK;
}

/* As it is hashed; false: it cannot be one. */
static bool code_plain(struct text typed, char plain[CODE_CHARACTERS])
{
    size_t size = 0;

    for (size_t i = 0; i < typed.size; i++) {
        const char c = typed.data[i];
        if (c == '-' || c == ' ')
            continue;
        if (size == CODE_CHARACTERS)
            return false;
        plain[size++] = small_letter(c);
    }
    return size == CODE_CHARACTERS;
}

/* False: it is not written as one. */
static bool code_hash(struct text typed, char hex[SHA256_HEX_SIZE])
{
    char plain[CODE_CHARACTERS];
    const bool is = code_plain(typed, plain);

    if (is)
        secret_hash(SECRET_RECOVERY, (struct text){ plain, sizeof plain }, hex);
    return is;
}

static enum err codes_drop(struct tx *tx, const struct actor *actor, struct trouble *trouble)
{
    struct statement *drop;
    enum err err = begin(tx, &sql_recovery_codes_drop, actor, &drop, trouble);

    return err != OK ? err : statement_run(drop, NULL, trouble);
}

static enum err code_add(struct tx *tx, const struct happening *happening,
                         const struct actor *actor, const char *code, struct trouble *trouble)
{
    char hex[SHA256_HEX_SIZE];
    struct statement *add;
    const bool is = code_hash(text_of(code), hex);
    enum err err = begin(tx, &sql_recovery_code_add, actor, &add, trouble);

    assert(is);
    if (err != OK)
        return err;
    bind_text(add, 3, text_of(hex));
    bind_moment(add, 4, happening->now);
    return statement_run(add, NULL, trouble);
}

enum err recovery_codes_make(struct tx *tx, const struct happening *happening,
                             const struct actor *actor, struct recovery_codes *out,
                             struct trouble *trouble)
{
    enum err err = codes_drop(tx, actor, trouble);

    for (int i = 0; i < RECOVERY_CODES && err == OK; i++) {
        err = code_make(happening->outside, out->code[i], trouble);
        if (err == OK)
            err = code_add(tx, happening, actor, out->code[i], trouble);
    }
    return err != OK ? err : record(tx, happening, actor, "second.codes", trouble);
}

enum err recovery_codes_count(struct tx *tx, const struct actor *actor, int64_t *out,
                              struct trouble *trouble)
{
    struct statement *count;
    enum err err = begin(tx, &sql_recovery_codes_count, actor, &count, trouble);

    if (err == OK)
        err = statement_one(count, trouble);
    if (err != OK)
        return err;
    *out = column_int(count, 0);
    statement_end(count);
    return OK;
}

enum err recovery_code_use(struct tx *tx, const struct happening *happening,
                           const struct actor *actor, struct text code, bool *good,
                           struct trouble *trouble)
{
    char hex[SHA256_HEX_SIZE];
    struct statement *use;
    int64_t changed = 0;
    enum err err;

    *good = code_hash(code, hex);
    if (!*good)
        return OK;
    if ((err = begin(tx, &sql_recovery_code_use, actor, &use, trouble)) != OK)
        return err;
    bind_text(use, 3, text_of(hex));
    bind_moment(use, 4, happening->now);
    err = statement_run(use, &changed, trouble);
    *good = err == OK && changed == 1;
    return *good ? record(tx, happening, actor, "second.recover", trouble) : err;
}

enum err second_factor_reset(struct tx *tx, const struct happening *happening, struct text login,
                             const struct account *account, struct trouble *trouble)
{
    const struct actor owner = { .account = account->id, .home = account->council };
    struct statement *drop;
    int64_t changed = 0;
    enum err err = begin(tx, &sql_second_factor_drop, &owner, &drop, trouble);

    if (err == OK)
        err = statement_run(drop, &changed, trouble);
    if (err != OK)
        return err;
    if (changed != 1)
        return ERR_MISSING;
    err = codes_drop(tx, &owner, trouble);
    if (err == OK)
        err = account_end_sessions(tx, happening->now, account->council, account->id, trouble);
    if (err != OK)
        return err;
    const struct identity_event event = { login, account->council, "second.reset", "account",
                                          account->id, account->login };
    return identity_record(tx, happening, &event, trouble);
}
