#include "store/trail_log.h"

#include <errno.h>

#include "store/store_sql.h"
#include "store/trail_rows.h"

/* One entry on its way in. All memory is taken before the first hash is begun. */
struct appending {
    const struct trail_event *event;
    const struct trail_words *words[TRAIL_FIELDS];
    struct trail_head         head;
    struct trail_entry        entry;
    unsigned char             salt[TRAIL_FIELDS][TRAIL_SEAL_SALT_BYTES];
    struct trail_line         line;
    struct sha256             work;
};

static enum err refuse(const struct trail_event *event, enum trail_refusal refusal,
                       struct trouble *trouble)
{
    return fail(trouble, ERR_USAGE, "'%.*s' cannot go into the trail: %s",
                event->action.size > 64 ? 64 : (int)event->action.size,
                event->action.data == NULL ? "" : event->action.data,
                trail_refusal_sentence(refusal));
}

/* For whom may this transaction speak? Its own council; without one it is the system's own, which
 * may act for any. (On PostgreSQL a policy says so too.) */
static enum err check_council(const struct tx *tx, const struct appending *appending,
                              struct trouble *trouble)
{
    const int64_t council = appending->event->council, scope = tx_council(tx);

    if (council != 0 && appending->head.council[0] == '\0')
        return fail(trouble, ERR_MISSING, "there is no council %lld", (long long)council);
    if (council != 0 && scope != 0 && scope != council)
        return fail(trouble, ERR_RIGHTS, "a transaction of another council cannot write an entry "
                    "of the trail for %s", appending->head.council);
    return OK;
}

static enum err draw(const struct outside *outside, void *bytes, size_t size,
                     struct trouble *trouble)
{
    if (outside->random(bytes, size) < 0)
        return fail(trouble, ERR_IO, "the system gives no random bytes: %s", strerror(errno));
    return OK;
}

/* Words as they are hashed: plain, or their seal. */
static enum err put_words(struct appending *appending, const struct outside *outside,
                          enum trail_field field, struct trouble *trouble)
{
    const struct trail_words *words = appending->words[field];
    struct trail_value *value = &appending->entry.value[field];

    *value = (struct trail_value){ .form = TRAIL_ABSENT };
    if (words->text.data == NULL)
        return OK;
    if (words->text.size > TRAIL_VALUE_MAX || !text_is_utf8(words->text))
        return refuse(appending->event, TRAIL_BAD_VALUE, trouble);
    value->form = words->personal ? TRAIL_SEALED : TRAIL_PLAIN;
    value->text = words->text;
    if (!words->personal)
        return OK;
    enum err err = draw(outside, appending->salt[field], TRAIL_SEAL_SALT_BYTES, trouble);
    if (err == OK)
        trail_seal(&appending->work, appending->salt[field], words->text, &value->seal);
    return err;
}

static struct text not_null(struct text text)
{
    return text.data == NULL ? (struct text){ "", 0 } : text;
}

static enum err make_entry(struct appending *appending, const struct outside *outside,
                           struct trouble *trouble)
{
    const struct trail_event *event = appending->event;
    struct trail_entry *entry = &appending->entry;
    enum err err = OK;

    *entry = (struct trail_entry){
        .sequence = appending->head.chain.size + 1, .time_ms = event->now.ms,
        .actor = not_null(event->actor), .council = text_of(appending->head.council),
        .action = not_null(event->action), .subject_kind = not_null(event->subject_kind),
        .subject_id = not_null(event->subject_id), .request = not_null(event->request),
    };
    for (enum trail_field field = 0; field < TRAIL_FIELDS && err == OK; field++)
        err = put_words(appending, outside, field, trouble);
    if (err == OK)
        err = draw(outside, entry->salt, sizeof entry->salt, trouble);
    if (err != OK)
        return err;
    trail_salt_mark(entry->salt, event->shared);
    enum trail_refusal refusal = trail_entry_judge(entry);
    if (refusal != TRAIL_FIT)
        return refuse(event, refusal, trouble);
    trail_entry_encode(entry, &appending->line);
    return OK;
}

static void bind_council(struct statement *statement, int number, int64_t council)
{
    if (council != 0)
        bind_int(statement, number, council);
}

static enum err add_hashes(struct tx *tx, uint64_t sequence, const struct sha256_sum *content,
                           const struct sha256_sum *hash, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_trail_entry_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, (int64_t)sequence);
    bind_blob(add, 2, trail_sum_text(content));
    bind_blob(add, 3, trail_sum_text(hash));
    return statement_run(add, NULL, trouble);
}

static enum err add_text(struct tx *tx, const struct appending *appending,
                         struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_trail_text_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, (int64_t)appending->entry.sequence);
    bind_council(add, 2, appending->event->council);
    bind_bool(add, 3, appending->event->shared);
    bind_text(add, 4, (struct text){ appending->line.bytes, appending->line.size });
    return statement_run(add, NULL, trouble);
}

static enum err add_opening(struct tx *tx, const struct appending *appending,
                            enum trail_field field, struct trouble *trouble)
{
    const struct trail_event *event = appending->event;
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_trail_opening_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, (int64_t)appending->entry.sequence);
    bind_text(add, 2, text_of(trail_field_name[field]));
    bind_council(add, 3, event->council);
    bind_bool(add, 4, event->shared);
    bind_text(add, 5, event->subject_kind);
    bind_text(add, 6, event->subject_id);
    bind_blob(add, 7, (struct text){ (const char *)appending->salt[field],
                                     TRAIL_SEAL_SALT_BYTES });
    bind_text(add, 8, appending->words[field]->text);
    return statement_run(add, NULL, trouble);
}

static enum err put_head(struct tx *tx, const struct trail_chain *chain, struct trouble *trouble)
{
    char tree[TREE_BYTES_MAX];
    struct statement *put;
    enum err err = tx_prepare(tx, &sql_trail_head_put, &put, trouble);

    if (err != OK)
        return err;
    bind_int(put, 1, (int64_t)chain->size);
    bind_blob(put, 2, trail_sum_text(&chain->last));
    bind_blob(put, 3, (struct text){ tree, trail_tree_bytes(&chain->tree, tree) });
    return statement_run(put, NULL, trouble);
}

/* The rows of the entry that was made, and the head behind it. */
static enum err add_rows(struct tx *tx, struct appending *appending, struct trouble *trouble)
{
    const struct text canonical = { appending->line.bytes, appending->line.size };
    struct trail_chain *chain = &appending->head.chain;
    struct sha256_sum content, hash;

    trail_content(&appending->work, canonical, &content);
    trail_hash(&appending->work, chain, &content, &hash);
    trail_chain_add(&appending->work, chain, &hash);
    if (sha256_failed(&appending->work))
        return fail(trouble, ERR_IO, "SHA-256: libcrypto failed");
    enum err err = add_hashes(tx, chain->size, &content, &hash, trouble);
    if (err == OK)
        err = add_text(tx, appending, trouble);
    for (enum trail_field field = 0; field < TRAIL_FIELDS && err == OK; field++)
        if (appending->entry.value[field].form == TRAIL_SEALED)
            err = add_opening(tx, appending, field, trouble);
    return err == OK ? put_head(tx, chain, trouble) : err;
}

static enum err append(struct tx *tx, const struct outside *outside, struct appending *appending,
                       struct trouble *trouble)
{
    enum err err = sha256_begin(&appending->work, trouble);

    if (err != OK)
        return err;
    err = trail_head_read(tx, &appending->work, appending->event->council, &appending->head,
                          trouble);
    if (err == OK)
        err = check_council(tx, appending, trouble);
    if (err == OK)
        err = make_entry(appending, outside, trouble);
    if (err == OK)
        err = add_rows(tx, appending, trouble);
    sha256_drop(&appending->work);
    return err;
}

/* No more than any entry has: what is longer is refused before it is written down. */
static size_t texts_of(const struct trail_event *event)
{
    const size_t sizes[] = {
        event->actor.size, event->action.size, event->subject_kind.size, event->subject_id.size,
        event->before.text.size, event->after.text.size, event->why.text.size,
        event->request.size, TRAIL_CODE_MAX,
    };
    size_t sum = 0;

    for (size_t i = 0; i < COUNT(sizes); i++)
        sum += sizes[i] < TRAIL_VALUE_MAX ? sizes[i] : TRAIL_VALUE_MAX;
    return sum;
}

enum err trail_append(struct tx *tx, const struct outside *outside,
                      const struct trail_event *event, uint64_t *sequence,
                      struct trouble *trouble)
{
    struct arena arena = { 0 };

    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena)) {
        arena_free(&arena);
        return fail(trouble, ERR_IO, "out of memory");
    }
    struct appending *appending = arena_take(&arena, 1, sizeof *appending);
    appending->event = event;
    appending->words[TRAIL_BEFORE] = &event->before;
    appending->words[TRAIL_AFTER] = &event->after;
    appending->words[TRAIL_WHY] = &event->why;
    trail_line_open_for(&appending->line, &arena, texts_of(event));
    enum err err = append(tx, outside, appending, trouble);
    if (err == OK && sequence != NULL)
        *sequence = appending->entry.sequence;
    arena_free(&arena);
    return err;
}

enum err trail_erase(struct tx *tx, const struct outside *outside,
                     const struct trail_event *event, int64_t *erased, struct trouble *trouble)
{
    struct statement *erase;

    /* The row-level rights of a database would else find nothing to erase, and say nothing. */
    if (event->council != tx_council(tx))
        return fail(trouble, ERR_RIGHTS, "personal data is erased by the council whose it is");
    enum err err = tx_prepare(tx, &sql_trail_openings_erase, &erase, trouble);
    if (err != OK)
        return err;
    bind_text(erase, 1, event->subject_kind);
    bind_text(erase, 2, event->subject_id);
    bind_council(erase, 3, event->council);
    err = statement_run(erase, erased, trouble);
    return err == OK ? trail_append(tx, outside, event, NULL, trouble) : err;
}
