#include "store/health.h"

#include "store/store_sql.h"

static enum err read_version(struct tx *tx, struct arena *arena, struct text *version,
                             struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_health_version, &ask, trouble);

    if (err == OK)
        err = statement_one(ask, trouble);
    if (err != OK)
        return err;
    const struct text said = column_text(ask, 0);
    *version = text_keep(arena, said);
    statement_end(ask);
    return OK;
}

enum err store_health_read(struct tx *tx, struct arena *arena, struct store_health *out,
                           struct trouble *trouble)
{
    struct statement *ask;
    enum err err = read_version(tx, arena, &out->version, trouble);

    if (err == OK)
        err = tx_prepare(tx, &sql_health_safety, &ask, trouble);
    if (err == OK)
        err = statement_one(ask, trouble);
    if (err != OK)
        return err;
    out->fsync = text_is(column_text(ask, 0), "on");
    out->full_pages = text_is(column_text(ask, 1), "on");
    /* "remote_apply" and "remote_write" wait for the own disk too; "local" as well. */
    out->waits = !text_is(column_text(ask, 2), "off");
    out->may_everything = column_int(ask, 3) != 0;
    out->passes_rights = column_int(ask, 4) != 0;
    statement_end(ask);
    return OK;
}
