#include "store/evidence_erase.h"

#include <inttypes.h>
#include <stdio.h>

#include "store/store_sql.h"

/* Chunks that one transaction takes away: some MiB, as a rule. */
#define REMOVE_CHUNKS 64

/* ---- one intake ---- */

struct removing {
    int64_t     council;
    const char *hex;
    int64_t     chunks;     /* that the transaction took away */
    int64_t     intakes;
};

static enum err end_work(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct removing *removing = context;
    int64_t changed;

    return evidence_change(tx, &sql_evidence_intake_end, removing->council, removing->hex,
                           &changed, trouble);
}

/* Some chunks; once there are none, the intake itself. */
static enum err remove_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct removing *removing = context;
    struct statement *run;
    enum err err = tx_prepare(tx, &sql_evidence_chunks_remove, &run, trouble);

    removing->chunks = removing->intakes = 0;
    if (err != OK)
        return err;
    bind_int(run, 1, removing->council);
    bind_text(run, 2, text_of(removing->hex));
    bind_int(run, 3, REMOVE_CHUNKS);
    err = statement_run(run, &removing->chunks, trouble);
    if (err == OK && removing->chunks < REMOVE_CHUNKS)
        err = evidence_change(tx, &sql_evidence_intake_ended_remove, removing->council,
                              removing->hex, &removing->intakes, trouble);
    return err;
}

/* Of an intake that has ended. */
static enum err remove_ended(struct db *db, int64_t council, const char *hex,
                             struct evidence_collected *collected, struct trouble *trouble)
{
    const struct db_scope scope = { .council = council };
    struct removing removing = { council, hex, REMOVE_CHUNKS, 0 };
    enum err err = OK;

    while (err == OK && removing.chunks == REMOVE_CHUNKS) {
        err = db_write(db, scope, remove_work, &removing, trouble);
        if (err == OK) {
            collected->chunks += (uint64_t)removing.chunks;
            collected->intakes += (uint64_t)removing.intakes;
        }
    }
    return err;
}

enum err evidence_remove(struct db *db, int64_t council, const char *hex,
                         struct evidence_collected *collected, struct trouble *trouble)
{
    const struct db_scope scope = { .council = council };
    struct removing removing = { council, hex, 0, 0 };
    enum err err = db_write(db, scope, end_work, &removing, trouble);

    return err == OK ? remove_ended(db, council, hex, collected, trouble) : err;
}

/* ---- all of them ---- */

struct collecting {
    int64_t       council;
    struct moment since;
    bool          found;
    char          hex[EVIDENCE_ID_HEX];
};

static enum err expire_work(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct collecting *collecting = context;
    struct statement *run;
    enum err err = tx_prepare(tx, &sql_evidence_intakes_end, &run, trouble);

    if (err != OK)
        return err;
    bind_int(run, 1, collecting->council);
    bind_moment(run, 2, collecting->since);
    return statement_run(run, NULL, trouble);
}

static enum err next_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct collecting *collecting = context;
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_evidence_intake_ended, &ask, trouble);

    collecting->found = false;
    if (err != OK)
        return err;
    bind_int(ask, 1, collecting->council);
    err = statement_step(ask, &collecting->found, trouble);
    if (err == OK && collecting->found)
        (void)snprintf(collecting->hex, sizeof collecting->hex, "%.*s",
                       TEXT(column_text(ask, 0)));
    statement_end(ask);
    return err;
}

/* Whatever has ended. */
static enum err collect_ended(struct db *db, int64_t council,
                              struct evidence_collected *collected, struct trouble *trouble)
{
    const struct db_scope scope = { .council = council };
    struct collecting collecting = { .council = council, .found = true };
    enum err err = OK;

    while (err == OK && collecting.found) {
        err = db_read(db, scope, next_work, &collecting, trouble);
        if (err == OK && collecting.found)
            err = remove_ended(db, council, collecting.hex, collected, trouble);
    }
    return err;
}

enum err evidence_collect(struct db *db, int64_t council, struct moment now, int64_t idle_ms,
                          struct evidence_collected *collected, struct trouble *trouble)
{
    const struct db_scope scope = { .council = council };
    struct collecting collecting = { .council = council, .since = { now.ms - idle_ms } };

    *collected = (struct evidence_collected){ 0 };
    if (idle_ms < EVIDENCE_IDLE_LEAST_MS)
        return fail(trouble, ERR_USAGE, "an intake may be silent for %d s",
                    EVIDENCE_IDLE_LEAST_MS / 1000);
    enum err err = db_write(db, scope, expire_work, &collecting, trouble);
    return err == OK ? collect_ended(db, council, collected, trouble) : err;
}

/* ---- erasing ---- */

#define MADE_NAMED 8        /* of what was made of the file; the rest is counted */

struct erasing {
    const struct evidence_erasure *erasure;
    struct wrapped_key             zeros;
    char                           hex[EVIDENCE_ID_HEX];
    int                            made;
    char                           with[64 + MADE_NAMED * EVIDENCE_ID_HEX];
};

static enum err erase_key(struct tx *tx, const struct erasing *erasing, const char *hex,
                          struct trouble *trouble)
{
    struct statement *erase;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_evidence_erase, &erase, trouble);

    if (err != OK)
        return err;
    bind_int(erase, 1, erasing->erasure->council);
    bind_text(erase, 2, text_of(hex));
    bind_blob(erase, 3, (struct text){ (const char *)erasing->zeros.bytes,
                                       sizeof erasing->zeros.bytes });
    bind_moment(erase, 4, erasing->erasure->now);
    err = statement_run(erase, &changed, trouble);
    if (err == OK && changed != 1)
        return fail(trouble, ERR_MISSING, "there is no evidence %s", hex);
    return err;
}

/* What is left comes back as an intake that has ended. */
static enum err give_chunks_back(struct tx *tx, const struct erasing *erasing, const char *hex,
                                 struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_evidence_intake_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, erasing->erasure->council);
    bind_text(add, 2, text_of(hex));
    bind_moment(add, 3, erasing->erasure->now);
    bind_bool(add, 4, true);
    return statement_run(add, NULL, trouble);
}

static enum err erase_one(struct tx *tx, const struct erasing *erasing, const char *hex,
                          struct trouble *trouble)
{
    const enum err err = erase_key(tx, erasing, hex, trouble);

    return err == OK ? give_chunks_back(tx, erasing, hex, trouble) : err;
}

/* What was made of it, one after another, until there is no more. */
static enum err erase_made(struct tx *tx, struct erasing *erasing, struct trouble *trouble)
{
    const struct evidence_erasure *erasure = erasing->erasure;
    char hex[EVIDENCE_ID_HEX];
    bool found = erasure->made_of != NULL;
    size_t used = 0;
    enum err err = OK;

    erasing->made = 0;
    while (found && err == OK) {
        err = erasure->made_of(tx, erasure->council, erasing->hex, hex, &found, trouble);
        if (err != OK || !found)
            break;
        if (erasing->made++ < MADE_NAMED)
            used += (size_t)snprintf(erasing->with + used, sizeof erasing->with - used, " %s",
                                     hex);
        err = erase_one(tx, erasing, hex, trouble);
    }
    if (erasing->made > MADE_NAMED)
        (void)snprintf(erasing->with + used, sizeof erasing->with - used, " and %d more",
                       erasing->made - MADE_NAMED);
    return err;
}

static enum err erase_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct erasing *erasing = context;
    const struct evidence_erasure *erasure = erasing->erasure;
    enum err err = erase_one(tx, erasing, erasing->hex, trouble);

    if (err == OK)
        err = erase_made(tx, erasing, trouble);
    if (err != OK)
        return err;
    char made[sizeof erasing->with + 32];
    (void)snprintf(made, sizeof made, "with what was made of it:%s", erasing->with);
    const struct trail_event event = {
        .now = erasure->now,
        .actor = erasure->actor,
        .council = erasure->council,
        .action = text_of("evidence.erase"),
        .subject_kind = text_of("evidence"),
        .subject_id = text_of(erasing->hex),
        .after = { erasing->made > 0 ? text_of(made) : (struct text){ NULL, 0 }, false },
        .why = erasure->why,
        .request = erasure->request,
    };
    return trail_append(tx, erasure->outside, &event, NULL, trouble);
}

enum err evidence_erase(struct db *db, const struct evidence_erasure *erasure,
                        const struct evidence_id *id, struct trouble *trouble)
{
    struct erasing erasing = { .erasure = erasure };
    struct evidence_collected collected = { 0 };

    key_erase(&erasing.zeros);
    evidence_id_print(id, erasing.hex);
    enum err err = db_write(db, (struct db_scope){ .council = erasure->council }, erase_work,
                            &erasing, trouble);
    if (err == OK)
        (void)collect_ended(db, erasure->council, &collected, NULL);
    return err;
}
