#include "identity/login_attempt.h"

#include "identity/identity_sql.h"

/* Under which two names an attempt is counted. */
struct counted {
    char who[2][SHA256_HEX_SIZE];
};

static struct counted counted_as(const struct login_attempt *attempt)
{
    struct counted out = { .who = { "" } };

    secret_hash(SECRET_LOGIN, attempt->login, out.who[0]);
    secret_hash(SECRET_ADDRESS, attempt->address, out.who[1]);
    return out;
}

static enum err count(struct tx *tx, const char *who, struct moment now, int64_t *out,
                      struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_attempt_count, &ask, trouble);

    if (err != OK)
        return err;
    bind_text(ask, 1, text_of(who));
    bind_int(ask, 2, now.ms - ATTEMPT_MS);
    if ((err = statement_one(ask, trouble)) != OK)
        return err;
    *out = column_int(ask, 0);
    statement_end(ask);
    return OK;
}

/* Adds an attempt, or takes it back. */
static enum err change(struct tx *tx, const struct query *query, const char *who,
                       struct moment at, struct trouble *trouble)
{
    struct statement *made;
    enum err err = tx_prepare(tx, query, &made, trouble);

    if (err != OK)
        return err;
    bind_text(made, 1, text_of(who));
    bind_moment(made, 2, at);
    return statement_run(made, NULL, trouble);
}

static enum err forget(struct tx *tx, struct moment now, struct trouble *trouble)
{
    struct statement *drop;
    enum err err = tx_prepare(tx, &sql_attempt_forget, &drop, trouble);

    if (err != OK)
        return err;
    bind_int(drop, 1, now.ms - ATTEMPT_MS);
    return statement_run(drop, NULL, trouble);
}

enum err attempt_begin(struct tx *tx, const struct login_attempt *attempt, bool *allowed,
                       struct trouble *trouble)
{
    const struct counted counted = counted_as(attempt);
    int64_t made[2] = { 0, 0 };
    enum err err = OK;

    for (int i = 0; i < 2 && err == OK; i++)
        err = count(tx, counted.who[i], attempt->at, &made[i], trouble);
    *allowed = err == OK && made[0] < ATTEMPTS_MOST && made[1] < ATTEMPTS_MOST;
    if (!*allowed)
        return err;
    err = forget(tx, attempt->at, trouble);
    for (int i = 0; i < 2 && err == OK; i++)
        err = change(tx, &sql_attempt_add, counted.who[i], attempt->at, trouble);
    return err;
}

enum err attempt_forgive(struct tx *tx, const struct login_attempt *attempt,
                         struct trouble *trouble)
{
    const struct counted counted = counted_as(attempt);
    enum err err = OK;

    for (int i = 0; i < 2 && err == OK; i++)
        err = change(tx, &sql_attempt_forgive, counted.who[i], attempt->at, trouble);
    return err;
}
