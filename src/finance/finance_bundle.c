#include "finance/finance_bundle.h"

#include "engine/verify.h"
#include "finance/finance_sql.h"
#include "store/job.h"
#include "store/trail_log.h"

#define SECOND_CLICK_MS 60000

const char *bundle_name(struct arena *arena, const struct period_place *place)
{
    return arena_print(arena, "%.*s-P%02d.ochil.zip", TEXT(place->year), place->index + 1);
}

static enum err prepare(struct tx *tx, const struct query *query,
                        const struct period_place *place, struct statement **out,
                        struct trouble *trouble)
{
    enum err err = tx_prepare(tx, query, out, trouble);

    if (err != OK)
        return err;
    bind_text(*out, 1, place->year);
    bind_int(*out, 2, place->index + 1);
    return OK;
}

enum err period_bundles_load(struct tx *tx, struct arena *arena, const struct period_place *place,
                             struct period_bundles *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = prepare(tx, &sql_period_bundle_list, place, &list, trouble);

    *out = (struct period_bundles){ .count = 0 };
    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        out->bundle = arena_grow(arena, out->bundle, out->count, out->count + 1,
                                 sizeof *out->bundle);
        out->bundle[out->count++] = (struct period_bundle){
            .council = column_int(list, 0), .evidence = text_keep(arena, column_text(list, 1)),
            .sha256 = text_keep(arena, column_text(list, 2)),
            .digest = text_keep(arena, column_text(list, 3)), .bytes = column_int(list, 4),
            .made_at = column_moment(list, 5) };
    }
    return err;
}

const struct period_bundle *period_bundle_of(const struct period_bundles *bundles,
                                             int64_t council)
{
    for (size_t i = 0; i < bundles->count; i++)
        if (bundles->bundle[i].council == council)
            return &bundles->bundle[i];
    return NULL;
}

/* --- signatures --- */

enum err bundle_signatures_load(struct tx *tx, struct arena *arena,
                                const struct period_place *place, struct bundle_signatures *out,
                                struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = prepare(tx, &sql_period_bundle_signature_list, place, &list, trouble);

    *out = (struct bundle_signatures){ .count = 0 };
    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        out->signature = arena_grow(arena, out->signature, out->count, out->count + 1,
                                    sizeof *out->signature);
        out->signature[out->count++] = (struct bundle_signature){
            column_int(list, 0), text_keep(arena, column_text(list, 1)),
            text_keep(arena, column_text(list, 2)), column_moment(list, 3),
            text_keep(arena, column_text(list, 4)) };
    }
    return err;
}

/* Of the store's own digits. */
static void read_digest(struct text hex, unsigned char digest[MINISIGN_DIGEST_BYTES])
{
    for (size_t i = 0; i < MINISIGN_DIGEST_BYTES; i++) {
        unsigned byte = 0;
        for (size_t d = 0; d < 2; d++) {
            const char c = hex.data[2 * i + d];
            byte = byte * 16 + (unsigned)(is_digit(c) ? c - '0' : c - 'a' + 10);
        }
        digest[i] = (unsigned char)byte;
    }
}

/* The claim that `ochil sign` makes: for which partner. */
static bool claims(struct arena *arena, const struct minisign_signature *signature,
                   struct text code)
{
    const struct text claim = text_of(signature_claim(arena, arena_print(arena, "%.*s",
                                                                         TEXT(code))));

    return signature->trusted.size >= claim.size &&
           memcmp(signature->trusted.data, claim.data, claim.size) == 0;
}

static enum err judge(struct arena *arena, const struct period_bundle *bundle,
                      const struct council_keys *keys, struct text code, struct text bytes,
                      struct trouble *trouble)
{
    unsigned char digest[MINISIGN_DIGEST_BYTES];
    struct minisign_signature signature;
    struct minisign_public key;

    if (keys->count == 0)
        return fail(trouble, ERR_USAGE, "Your council has named no key yet: an administrator "
                    "names it at Admin, The council's key.");
    if (!minisign_signature_parse(bytes, &signature))
        return fail(trouble, ERR_USAGE, "This is no signature as ochil sign or minisign writes "
                    "it.");
    enum err err = minisign_public_parse(keys->key[0].line, &key, trouble);
    if (err != OK)
        return err;
    read_digest(bundle->digest, digest);
    const enum minisign_verdict verdict = minisign_verify(
        &key, &signature, (struct text){ (const char *)digest, sizeof digest });
    if (!signature.prehashed || verdict != MINISIGN_GOOD)
        return fail(trouble, ERR_USAGE, "The signature does not hold: %s.",
                    minisign_sentence(signature.prehashed ? verdict : MINISIGN_MALFORMED));
    return claims(arena, &signature, code)
               ? OK : fail(trouble, ERR_USAGE, "It was not made for %.*s: sign with ochil sign.",
                           TEXT(code));
}

static enum err record(struct tx *tx, struct arena *arena, const struct period_deed *deed,
                       const char *action, struct text after, struct trouble *trouble)
{
    const struct trail_event event = {
        .now = deed->happening->now, .actor = text_of(deed->actor->login),
        .council = deed->actor->acting, .shared = true, .action = text_of(action),
        .subject_kind = text_of("joint_period"),
        .subject_id = text_of(arena_print(arena, "%.*s/P%02d", TEXT(deed->place.year),
                                          deed->place.index + 1)),
        .after = { after, false }, .request = deed->happening->request };

    return trail_append(tx, deed->happening->outside, &event, NULL, trouble);
}

struct adding {
    const struct period_deed *deed;
    struct text               key, signature;
};

static enum err add(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct adding *adding = context;
    struct statement *add;
    enum err err = prepare(tx, &sql_period_bundle_signature_add, &adding->deed->place, &add,
                           trouble);

    if (err != OK)
        return err;
    bind_int(add, 3, adding->deed->actor->acting);
    bind_text(add, 4, adding->key);
    bind_text(add, 5, adding->signature);
    bind_moment(add, 6, adding->deed->happening->now);
    bind_text(add, 7, text_of(adding->deed->actor->login));
    return statement_run(add, NULL, trouble);
}

enum err bundle_signature_add(struct tx *tx, struct arena *arena, const struct period_deed *deed,
                              struct text code, struct text signature, struct trouble *trouble)
{
    struct adding adding = { deed, { "", 0 }, signature };
    struct period_bundles bundles;
    struct council_keys keys;
    enum err err = period_bundles_load(tx, arena, &deed->place, &bundles, trouble);

    if (err == OK && bundles.count == 0)
        return fail(trouble, ERR_CONFLICT, "There is no bundle yet that could be signed.");
    if (err == OK)
        err = council_key_list(tx, arena, deed->actor->acting, &keys, trouble);
    if (err == OK)
        err = judge(arena, &bundles.bundle[0], &keys, code, signature, trouble);
    if (err != OK)
        return err;
    adding.key = keys.key[0].line;
    err = tx_attempt(tx, add, &adding, trouble);
    if (err == ERR_CONFLICT) {
        *trouble = (struct trouble){ .text = "" };
        return fail(trouble, err, "Your council's signature is there already.");
    }
    return err != OK ? err : record(tx, arena, deed, "money.bundle.sign", adding.key, trouble);
}

/* --- recounts --- */

/* One that was asked for a moment ago and has not ended: a second click asks for no other. */
static enum err find_at_work(struct tx *tx, struct arena *arena, const struct period_deed *deed,
                             bool *at_work, struct trouble *trouble)
{
    struct period_recounts recounts;
    const enum err err = period_recounts_load(tx, arena, deed->actor->acting, &deed->place,
                                              &recounts, trouble);

    *at_work = err == OK && recounts.count > 0 && !recounts.recount[0].ended &&
               deed->happening->now.ms - recounts.recount[0].asked_at.ms < SECOND_CLICK_MS;
    return err;
}

enum err period_recount_begin(struct tx *tx, struct arena *arena, const struct period_deed *deed,
                              struct trouble *trouble)
{
    const struct job_order order = {
        .now = deed->happening->now, .kind = text_of(PERIOD_RECOUNT_JOB),
        .council = deed->actor->acting, .asked_by = text_of(deed->actor->login),
        .arguments = text_of(arena_print(arena, "%.*s/P%02d", TEXT(deed->place.year),
                                         deed->place.index + 1)),
        .priority = JOB_PRIORITY_USUAL, .idempotency = { "", 0 },
        .request = deed->happening->request };
    struct period_lock lock;
    struct statement *recount;
    bool at_work = false;
    int64_t job;
    enum err err = period_lock_load(tx, arena, &deed->place, &lock, trouble);

    if (err == OK)
        err = find_at_work(tx, arena, deed, &at_work, trouble);
    if (err == OK && at_work)
        return OK;
    if (err == OK)
        err = job_add(tx, deed->happening->outside, &order, &job, trouble);
    if (err == OK)
        err = prepare(tx, &sql_period_recount_add, &deed->place, &recount, trouble);
    if (err != OK)
        return err;
    bind_int(recount, 3, deed->actor->acting);
    bind_moment(recount, 4, deed->happening->now);
    bind_text(recount, 5, text_of(deed->actor->login));
    bind_int(recount, 6, job);
    err = statement_run(recount, NULL, trouble);
    return err != OK ? err : record(tx, arena, deed, "money.recount", order.arguments, trouble);
}

enum err period_recounts_load(struct tx *tx, struct arena *arena, int64_t council,
                              const struct period_place *place, struct period_recounts *out,
                              struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = prepare(tx, &sql_period_recount_list, place, &list, trouble);

    *out = (struct period_recounts){ .count = 0 };
    if (err == OK)
        bind_int(list, 3, council);
    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        out->recount = arena_grow(arena, out->recount, out->count, out->count + 1,
                                  sizeof *out->recount);
        out->recount[out->count++] = (struct period_recount){
            .asked_at = column_moment(list, 0), .asked_by = text_keep(arena, column_text(list, 1)),
            .ended = !column_null(list, 2),
            .same = !column_null(list, 2) && column_bool(list, 2),
            .outcome = text_keep(arena, column_text(list, 3)) };
    }
    return err;
}

enum err period_evidence_load(struct tx *tx, struct arena *arena, int64_t council,
                              const struct period_place *place, struct period_evidence *out,
                              struct trouble *trouble)
{
    enum err err = period_bundles_load(tx, arena, place, &out->bundles, trouble);

    if (err == OK)
        err = bundle_signatures_load(tx, arena, place, &out->signatures, trouble);
    return err != OK ? err : period_recounts_load(tx, arena, council, place, &out->recounts,
                                                  trouble);
}
