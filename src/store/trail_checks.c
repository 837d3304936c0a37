#include "store/trail_checks.h"

#include <inttypes.h>

#include "engine/verify.h"
#include "store/store_sql.h"
#include "store/trail_log.h"
#include "store/trail_rows.h"

#define UNTRUSTED "signature of a checkpoint of ochil"

/* ---- signatures ---- */

static const char first_line[] = "untrusted comment: " UNTRUSTED "\n";

/* In the spelling that is kept; it is a signature. */
static struct text signature_plain(struct arena *arena, struct text signature)
{
    const size_t comment = sizeof first_line - 1;
    char *plain = arena_take(arena, comment + signature.size + 1, 1);
    size_t at = 0, size = comment;

    memcpy(plain, first_line, comment);
    while (at < signature.size && signature.data[at] != '\n')
        at++;
    for (at++; at < signature.size; at++)
        if (signature.data[at] != '\r')
            plain[size++] = signature.data[at];
    if (plain[size - 1] != '\n')
        plain[size++] = '\n';
    return (struct text){ plain, size };
}

bool signature_is_plain(struct text signature)
{
    const size_t comment = sizeof first_line - 1;

    return signature.size > comment && memcmp(signature.data, first_line, comment) == 0 &&
           memchr(signature.data, '\r', signature.size) == NULL &&
           signature.data[signature.size - 1] == '\n';
}

/* Which of the keys has this number; `count`: none. */
static size_t key_of(const struct minisign_public key[], size_t count,
                     const struct minisign_signature *signature)
{
    size_t i = 0;

    while (i < count && memcmp(key[i].number, signature->number, MINISIGN_NUMBER_BYTES) != 0)
        i++;
    return i;
}

enum err signature_fault(const struct minisign_public key[], size_t keys, struct text text,
                         const struct trail_signature *given, const char **fault,
                         struct trouble *trouble)
{
    unsigned char digest[MINISIGN_DIGEST_BYTES];
    struct minisign_signature signature;
    enum err err = minisign_digest_of(text, digest, trouble);

    if (err != OK)
        return err;
    *fault = "it is damaged, or not a signature";
    if (!minisign_signature_parse(given->text, &signature))
        return OK;
    const struct text message = signature.prehashed
        ? (struct text){ (const char *)digest, sizeof digest } : text;
    const size_t which = key_of(key, keys, &signature);
    *fault = "it was made by another key";
    if (which == keys)
        return OK;
    const enum minisign_verdict verdict = minisign_verify(&key[which], &signature, message);
    *fault = verdict == MINISIGN_BAD_SIGNATURE ? "this is not the text that was signed"
        : verdict != MINISIGN_GOOD ? "its comment is not the one that was signed"
        : signature_names_another(signature.trusted, given->by) ? "it was made for somebody else"
        : NULL;
    return OK;
}

static enum err sign(struct arena *arena, const struct minisign_secret *server, uint64_t size,
                     struct text text, struct text *out, struct trouble *trouble)
{
    unsigned char digest[MINISIGN_DIGEST_BYTES];
    const char *said = arena_print(arena, SIGNATURE_CLAIM CHECKPOINT_SERVER "\tcheckpoint:%" PRIu64,
                                   size);
    enum err err = minisign_digest_of(text, digest, trouble);

    return err != OK ? err : minisign_sign(arena, server, digest, text_of(UNTRUSTED),
                                           text_of(said), out, trouble);
}

/* ---- rows ---- */

static enum err add_checkpoint(struct tx *tx, uint64_t size, struct text text,
                               struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_trail_checkpoint_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, (int64_t)size);
    bind_text(add, 2, text);
    return statement_run(add, NULL, trouble);
}

static enum err add_signature(struct tx *tx, uint64_t size, const struct trail_signature *signature,
                              struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_trail_signature_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, (int64_t)size);
    bind_text(add, 2, signature->by);
    bind_text(add, 3, signature->text);
    return statement_run(add, NULL, trouble);
}

static enum err load_signatures(struct tx *tx, struct arena *arena, struct checked *out,
                                struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_trail_signatures, &list, trouble);

    if (err != OK)
        return err;
    bind_int(list, 1, (int64_t)out->size);
    while ((err = statement_step(list, &row, trouble)) == OK && row &&
           out->signatures < SIGNATURES_MAX)
        out->signature[out->signatures++] = (struct trail_signature){
            text_keep(arena, column_text(list, 0)), text_keep(arena, column_text(list, 1)) };
    statement_end(list);
    return err;
}

enum err checkpoint_load(struct tx *tx, struct arena *arena, uint64_t size, struct checked *out,
                         struct trouble *trouble)
{
    struct statement *find;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_trail_checkpoint_from, &find, trouble);

    *out = (struct checked){ .size = 0 };
    if (err != OK)
        return err;
    bind_int(find, 1, (int64_t)size);
    err = statement_step(find, &row, trouble);
    if (err != OK || !row)
        return err;
    out->size = (uint64_t)column_int(find, 0);
    out->text = text_keep(arena, column_text(find, 1));
    statement_end(find);
    return load_signatures(tx, arena, out, trouble);
}

enum err checkpoint_newest(struct tx *tx, uint64_t *size, struct trouble *trouble)
{
    return trail_number(tx, &sql_trail_checkpoint_newest, size, trouble);
}

enum err checkpoint_cosigned(struct tx *tx, uint64_t *size, struct trouble *trouble)
{
    return trail_number(tx, &sql_trail_cosigned_newest, size, trouble);
}

/* ---- making ---- */

static enum err append_about(struct tx *tx, struct arena *arena, const struct trail_deed *deed,
                             const char *action, int64_t council, uint64_t size,
                             struct trouble *trouble)
{
    const struct trail_event event = {
        .now = deed->now, .actor = deed->actor, .council = council, .shared = true,
        .action = text_of(action), .subject_kind = text_of("checkpoint"),
        .subject_id = text_of(arena_print(arena, "%" PRIu64, size)),
    };

    return trail_append(tx, deed->outside, &event, NULL, trouble);
}

static enum err make(struct tx *tx, struct arena *arena, struct sha256 *work,
                     const struct trail_deed *deed, const struct minisign_secret *server,
                     struct checked *out, struct trouble *trouble)
{
    char *text = arena_take(arena, CHECKPOINT_TEXT_MAX, 1);
    struct checkpoint checkpoint;
    struct trail_head head;
    enum err err = trail_head_read(tx, work, 0, &head, trouble);

    if (err == OK)
        err = append_about(tx, arena, deed, "checkpoint.make", 0, head.chain.size + 1, trouble);
    if (err == OK)
        err = trail_head_read(tx, work, 0, &head, trouble);
    if (err != OK)
        return err;
    checkpoint_of(work, &head.chain, text_of(head.store), deed->now.ms, server->number,
                  &checkpoint);
    if (sha256_failed(work))
        return fail(trouble, ERR_IO, "SHA-256: libcrypto failed");
    *out = (struct checked){ .size = checkpoint.size, .signatures = 1 };
    out->text = (struct text){ text, checkpoint_print(&checkpoint, text) };
    out->signature[0].by = text_of(CHECKPOINT_SERVER);
    err = sign(arena, server, out->size, out->text, &out->signature[0].text, trouble);
    if (err == OK)
        err = add_checkpoint(tx, out->size, out->text, trouble);
    return err != OK ? err : add_signature(tx, out->size, &out->signature[0], trouble);
}

enum err checkpoint_make(struct tx *tx, struct arena *arena, const struct trail_deed *deed,
                         const struct minisign_secret *server, struct checked *out,
                         struct trouble *trouble)
{
    struct sha256 *work = arena_take(arena, 1, sizeof *work);

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        sha256_drop(work);
        arena_pass_on(&outer);
    }
    enum err err = sha256_begin(work, trouble);
    if (err == OK)
        err = make(tx, arena, work, deed, server, out, trouble);
    sha256_drop(work);
    return err;
}

/* ---- cosigning ---- */

enum err council_keys_read(struct tx *tx, struct arena *arena, int64_t council,
                           struct minisign_public **out, size_t *count, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_trail_council_keys, &list, trouble);

    *out = NULL;
    *count = 0;
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        *out = arena_grow(arena, *out, *count, *count + 1, sizeof **out);
        if (minisign_public_parse(column_text(list, 0), &(*out)[(*count)++], NULL) != OK)
            return fail(trouble, ERR_CHECK, "a key of council %" PRId64 " is damaged", council);
    }
    return err;
}

static enum err check_store(struct tx *tx, struct arena *arena, struct text text,
                            struct checkpoint *checkpoint, struct trouble *trouble)
{
    char number[KEY_NUMBER_SIZE];
    struct store_identity identity;

    if (!checkpoint_parse(text, checkpoint))
        return fail(trouble, ERR_CHECK, "this is not the checkpoint of a trail");
    enum err err = store_identity_read(tx, arena, &identity, trouble);
    if (err != OK)
        return err;
    if (!text_is(identity.store, checkpoint->store))
        return fail(trouble, ERR_CHECK, "the checkpoint is of another store (%s; this is %.*s)",
                    checkpoint->store, TEXT(identity.store));
    minisign_number_hex(identity.server.number, number);
    if (strcmp(number, checkpoint->key) != 0)
        return fail(trouble, ERR_CHECK, "the checkpoint names the key %s of a server; this store "
                    "has %s", checkpoint->key, number);
    return OK;
}

/* By the key that is in force: an earlier one may be in other hands by now. */
static enum err check_signer(struct tx *tx, struct arena *arena, const struct cosignature *given,
                             struct text *kept, struct trouble *trouble)
{
    struct trail_signature signature = { given->council, given->signature };
    struct minisign_public *key;
    struct council council;
    const char *fault;
    size_t keys;
    enum err err = council_find(tx, arena, given->council, &council, trouble);

    if (err == OK)
        err = council_keys_read(tx, arena, council.id, &key, &keys, trouble);
    if (err != OK)
        return err;
    if (keys == 0)
        return fail(trouble, ERR_MISSING, "%.*s has named no key to sign checkpoints with",
                    TEXT(given->council));
    err = signature_fault(key, 1, given->text, &signature, &fault, trouble);
    if (err != OK)
        return err;
    if (fault != NULL)
        return fail(trouble, ERR_CHECK, "the signature of %.*s is not taken in: %s",
                    TEXT(given->council), fault);
    *kept = signature_plain(arena, given->signature);
    return OK;
}

enum err cosignature_judge(struct tx *tx, struct arena *arena, const struct cosignature *given,
                           struct checkpoint *checkpoint, struct text *kept,
                           struct trouble *trouble)
{
    enum err err = check_store(tx, arena, given->text, checkpoint, trouble);

    return err != OK ? err : check_signer(tx, arena, given, kept, trouble);
}

/* Is there a checkpoint with this text, which the council has not signed yet? */
static enum err check_unsigned(struct tx *tx, struct arena *arena, const struct cosignature *given,
                               uint64_t size, struct trouble *trouble)
{
    struct checked made;
    enum err err = checkpoint_load(tx, arena, size, &made, trouble);

    if (err != OK)
        return err;
    if (made.size != size || !text_equal(made.text, given->text))
        return fail(trouble, ERR_MISSING, "this store has made no such checkpoint of %" PRIu64
                    " entries", size);
    for (size_t i = 0; i < made.signatures; i++)
        if (text_equal(made.signature[i].by, given->council))
            return fail(trouble, ERR_CONFLICT, "%.*s has signed this checkpoint already",
                        TEXT(given->council));
    if (made.signatures == SIGNATURES_MAX)
        return fail(trouble, ERR_CONFLICT, "the checkpoint has %d signatures already",
                    SIGNATURES_MAX);
    return OK;
}

enum err cosignature_add(struct tx *tx, struct arena *arena, const struct trail_deed *deed,
                         const struct cosignature *given, struct trouble *trouble)
{
    struct checkpoint checkpoint;
    struct council council;
    struct text kept = { "", 0 };
    enum err err = cosignature_judge(tx, arena, given, &checkpoint, &kept, trouble);

    if (err == OK)
        err = check_unsigned(tx, arena, given, checkpoint.size, trouble);
    if (err == OK)
        err = council_find(tx, arena, given->council, &council, trouble);
    if (err == OK)
        err = append_about(tx, arena, deed, "checkpoint.cosign", council.id, checkpoint.size,
                           trouble);
    if (err != OK)
        return err;
    const struct trail_signature signature = { given->council, kept };
    return add_signature(tx, checkpoint.size, &signature, trouble);
}
