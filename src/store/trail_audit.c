#include "store/trail_audit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "store/trail_checks.h"
#include "store/trail_page.h"

#define ACTION_MAKE   "checkpoint.make"
#define ACTION_COSIGN "checkpoint.cosign"

/* A council with the keys that it has signed with. */
struct signer {
    struct council          council;
    struct minisign_public *key;
    size_t                  keys;
};

struct auditing {
    struct db                    *db;
    struct arena                 *arena;
    const struct minisign_public *server;
    struct trail_audited         *report;
    struct trouble               *trouble;
    struct signer                *signer;
    size_t                        signers;
    struct store_identity         identity;
    struct trail_head             head;         /* as it was seen first */
    uint64_t                      last;         /* the highest sequence then */
    struct trail_chain            chain;        /* as far as it was found good */
    struct sha256                 work;
    struct trail_page             page;
    char                         *spare;
    struct arena                  checks;       /* of one checkpoint */
    struct checked                next;         /* the one to come; size 0: none */
};

__attribute__((format(printf, 3, 4)))
static enum err blame(struct auditing *auditing, uint64_t entry, const char *format, ...)
{
    char said[256];
    va_list arguments;

    if (sha256_failed(&auditing->work))
        return fail(auditing->trouble, ERR_IO, "SHA-256: libcrypto failed");
    va_start(arguments, format);
    (void)vsnprintf(said, sizeof said, format, arguments);
    va_end(arguments);
    auditing->report->fault_entry = entry;
    auditing->report->fault_said = arena_copy(auditing->arena, said, strlen(said));
    if (entry == 0)
        return fail(auditing->trouble, ERR_CHECK, "the trail: %s", said);
    return fail(auditing->trouble, ERR_CHECK, "entry %" PRIu64 " of the trail: %s", entry, said);
}

/* ---- what is known before the first entry ---- */

static enum err read_signers(struct tx *tx, struct auditing *auditing, struct trouble *trouble)
{
    struct councils councils;
    enum err err = councils_read(tx, auditing->arena, &councils, trouble);

    if (err != OK)
        return err;
    auditing->signers = councils.count;
    auditing->signer = arena_take(auditing->arena, councils.count, sizeof *auditing->signer);
    for (size_t i = 0; i < councils.count && err == OK; i++) {
        struct signer *signer = &auditing->signer[i];

        signer->council = councils.council[i];
        err = council_keys_read(tx, auditing->arena, signer->council.id, &signer->key,
                                &signer->keys, trouble);
    }
    return err;
}

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct auditing *auditing = context;
    enum err err = store_identity_read(tx, auditing->arena, &auditing->identity, trouble);

    if (err == OK)
        err = trail_head_read(tx, &auditing->work, 0, &auditing->head, trouble);
    if (err == OK)
        err = read_signers(tx, auditing, trouble);
    return err != OK ? err : trail_last_sequence(tx, &auditing->last, trouble);
}

static enum err begin(struct auditing *auditing)
{
    const struct db_scope scope = { 0, auditing->arena };
    struct trouble said = { 0 };
    enum err err = db_read(auditing->db, scope, look, auditing, &said);

    if (err == ERR_CHECK)
        return blame(auditing, 0, "%s", said.text);
    if (err != OK)
        return fail(auditing->trouble, err, "%s", said.text);
    if (!minisign_public_same(&auditing->identity.server, auditing->server))
        return blame(auditing, 0, "the server's key in the store is not the one of its keyring");
    if (auditing->last != auditing->head.chain.size)
        return blame(auditing, 0, "its head says that there are %" PRIu64 " entries, and the "
                     "last is %" PRIu64, auditing->head.chain.size, auditing->last);
    trail_chain_begin(&auditing->work, text_of(auditing->head.store), &auditing->chain);
    return OK;
}

/* ---- one entry ---- */

static const char *code_of(const struct auditing *auditing, int64_t council)
{
    for (size_t i = 0; i < auditing->signers; i++)
        if (auditing->signer[i].council.id == council)
            return auditing->signer[i].council.code.data;
    return "";
}

static enum err check_opening(struct auditing *auditing, const struct trail_row *row,
                              const struct trail_entry *entry, enum trail_field field)
{
    const struct trail_opened *opened = row->opened[field];
    unsigned char salt[TRAIL_SEAL_SALT_BYTES];
    struct sha256_sum seal;

    if (opened == NULL)
        return OK;
    if (entry->value[field].form != TRAIL_SEALED || opened->salt.size != sizeof salt)
        return blame(auditing, entry->sequence, "its '%s' is opened, but not sealed",
                     trail_field_name[field]);
    memcpy(salt, opened->salt.data, sizeof salt);
    trail_seal(&auditing->work, salt, opened->text, &seal);
    if (!sha256_equal(&seal, &entry->value[field].seal))
        return blame(auditing, entry->sequence, "what opens its '%s' is not what was sealed",
                     trail_field_name[field]);
    if (opened->council != row->council || opened->shared != row->shared ||
        !text_equal(opened->subject_kind, entry->subject_kind) ||
        !text_equal(opened->subject_id, entry->subject_id))
        return blame(auditing, entry->sequence, "what opens its '%s' says of whom it is, or who "
                     "may read it, otherwise than the entry", trail_field_name[field]);
    auditing->report->openings++;
    return OK;
}

/* The columns that rights are taken from, against the text that was hashed. */
static enum err check_rights(struct auditing *auditing, const struct trail_row *row,
                             const struct trail_entry *entry)
{
    enum err err = OK;

    if (!text_is(entry->council, code_of(auditing, row->council)))
        return blame(auditing, entry->sequence, "its row says another council than its text");
    if (trail_salt_shared(entry->salt) != row->shared)
        return blame(auditing, entry->sequence, "its row says otherwise who may read it than its "
                     "text");
    for (enum trail_field field = 0; field < TRAIL_FIELDS && err == OK; field++)
        err = check_opening(auditing, row, entry, field);
    return err;
}

/* ---- checkpoints ---- */

static enum err load_next(struct tx *tx, void *context, struct trouble *trouble)
{
    struct auditing *auditing = context;

    return checkpoint_load(tx, &auditing->checks, auditing->next.size, &auditing->next, trouble);
}

static enum err seek_checkpoint(struct auditing *auditing, uint64_t size)
{
    arena_free(&auditing->checks);
    auditing->next = (struct checked){ .size = size };
    return db_read(auditing->db, (struct db_scope){ 0, &auditing->checks }, load_next, auditing,
                   auditing->trouble);
}

static enum err check_signature(struct auditing *auditing, const struct trail_signature *signature)
{
    const struct minisign_public *key = auditing->server;
    size_t keys = 1;
    const char *fault;

    if (!text_is(signature->by, CHECKPOINT_SERVER)) {
        keys = 0;
        for (size_t i = 0; i < auditing->signers; i++) {
            if (text_equal(auditing->signer[i].council.code, signature->by)) {
                key = auditing->signer[i].key;
                keys = auditing->signer[i].keys;
            }
        }
    }
    enum err err = signature_fault(key, keys, auditing->next.text, signature, &fault,
                                   auditing->trouble);
    if (err != OK)
        return err;
    if (fault == NULL && !signature_is_plain(signature->text))
        fault = "it was changed since it was taken in";
    if (fault != NULL)
        return blame(auditing, auditing->chain.size, "its checkpoint, signature of %.*s: %s",
                     TEXT(signature->by), fault);
    auditing->report->signatures++;
    return OK;
}

static enum err check_checkpoint(struct auditing *auditing)
{
    const struct checked *next = &auditing->next;
    char number[KEY_NUMBER_SIZE];
    struct checkpoint checkpoint;
    enum err err = OK;

    minisign_number_hex(auditing->server->number, number);
    if (!checkpoint_parse(next->text, &checkpoint) || strcmp(number, checkpoint.key) != 0 ||
        checkpoint_kept(&auditing->work, &checkpoint, auditing->identity.store,
                        &auditing->chain) != KEPT)
        return blame(auditing, auditing->chain.size, "the checkpoint made with it was changed");
    if (next->signatures == 0 || !text_is(next->signature[0].by, CHECKPOINT_SERVER))
        return blame(auditing, auditing->chain.size, "its checkpoint lost the server's signature");
    for (size_t i = 0; i < next->signatures && err == OK; i++)
        err = check_signature(auditing, &next->signature[i]);
    if (err != OK)
        return err;
    auditing->report->checkpoints++;
    return seek_checkpoint(auditing, auditing->chain.size + 1);
}

/* A checkpoint was made with the entry: is it there? */
static enum err check_made(struct auditing *auditing, const struct trail_entry *entry)
{
    const bool there = auditing->next.size == entry->sequence;

    if (there)
        return check_checkpoint(auditing);
    return text_is(entry->action, ACTION_MAKE)
        ? blame(auditing, entry->sequence, "the checkpoint made with it is gone") : OK;
}

struct looked {
    struct auditing          *auditing;
    const struct trail_entry *entry;
    bool                      found;
};

static enum err find_cosignature(struct tx *tx, void *context, struct trouble *trouble)
{
    struct looked *looked = context;
    struct checked checked;
    uint64_t size = 0;

    looked->found = false;
    for (size_t i = 0; i < looked->entry->subject_id.size; i++)
        size = size * 10 + (uint64_t)(looked->entry->subject_id.data[i] - '0');
    enum err err = checkpoint_load(tx, &looked->auditing->checks, size, &checked, trouble);
    for (size_t i = 0; err == OK && checked.size == size && i < checked.signatures; i++)
        looked->found |= text_equal(checked.signature[i].by, looked->entry->council);
    return err;
}

/* A cosignature was taken in with the entry: is it there? */
static enum err check_cosigned(struct auditing *auditing, const struct trail_entry *entry)
{
    struct looked looked = { auditing, entry, false };

    if (!text_is(entry->action, ACTION_COSIGN))
        return OK;
    enum err err = db_read(auditing->db, (struct db_scope){ 0, &auditing->checks },
                           find_cosignature, &looked, auditing->trouble);
    return err != OK || looked.found ? err
        : blame(auditing, entry->sequence, "the signature taken in with it is gone");
}

/* ---- the walk ---- */

static enum err check_row(struct auditing *auditing, const struct trail_row *row)
{
    const uint64_t sequence = auditing->chain.size + 1;
    struct sha256_sum content, hash;
    struct trail_entry entry;

    if (!row->sound)
        return blame(auditing, sequence, "it is missing");
    if (row->text.data == NULL)
        return blame(auditing, sequence, "its text is gone");
    trail_content(&auditing->work, row->text, &content);
    if (!sha256_equal(&content, &row->content))
        return blame(auditing, sequence, "its text is not the one that was hashed");
    trail_hash(&auditing->work, &auditing->chain, &content, &hash);
    if (!sha256_equal(&hash, &row->hash))
        return blame(auditing, sequence, "its hash does not follow from its text and the entry "
                     "before");
    if (!trail_entry_parse(row->text, auditing->spare, &entry) || entry.sequence != sequence)
        return blame(auditing, sequence, "its text is not written as a trail is");
    enum err err = check_rights(auditing, row, &entry);
    if (err != OK)
        return err;
    trail_chain_add(&auditing->work, &auditing->chain, &hash);
    auditing->report->entries++;
    err = check_made(auditing, &entry);
    return err != OK ? err : check_cosigned(auditing, &entry);
}

static enum err check_head(struct auditing *auditing)
{
    char kept[TREE_BYTES_MAX], found[TREE_BYTES_MAX];
    const size_t size = trail_tree_bytes(&auditing->head.chain.tree, kept);

    (void)trail_tree_bytes(&auditing->chain.tree, found);
    if (!sha256_equal(&auditing->chain.last, &auditing->head.chain.last) ||
        memcmp(kept, found, size) != 0)
        return blame(auditing, 0, "its head is not that of its last entry");
    return sha256_failed(&auditing->work)
        ? fail(auditing->trouble, ERR_IO, "SHA-256: libcrypto failed") : OK;
}

static enum err walk(struct auditing *auditing)
{
    int64_t *reader = arena_take(auditing->arena, auditing->signers + 1, sizeof *reader);
    enum err err = seek_checkpoint(auditing, 0);

    for (size_t i = 0; i < auditing->signers; i++)
        reader[i + 1] = auditing->signer[i].council.id;
    trail_page_open(&auditing->page, auditing->arena, auditing->db, reader,
                    auditing->signers + 1);
    auditing->spare = arena_take(auditing->arena, TRAIL_LINE_MAX, 1);
    while (err == OK && auditing->chain.size < auditing->head.chain.size) {
        err = trail_page_read(&auditing->page, auditing->chain.size + 1,
                              auditing->head.chain.size, auditing->trouble);
        for (size_t i = 0; err == OK && i < auditing->page.count; i++)
            err = check_row(auditing, &auditing->page.row[i]);
    }
    return err != OK ? err : check_head(auditing);
}

static void audit_drop(struct auditing *auditing)
{
    sha256_drop(&auditing->work);
    trail_page_close(&auditing->page);
    arena_free(&auditing->checks);
}

enum err trail_audit(struct db *db, struct arena *arena, const struct minisign_public *server,
                     struct trail_audited *report, struct trouble *trouble)
{
    struct auditing *auditing = arena_take(arena, 1, sizeof *auditing);

    *report = (struct trail_audited){ .entries = 0 };
    *auditing = (struct auditing){
        .db = db, .arena = arena, .server = server, .report = report, .trouble = trouble,
    };
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        audit_drop(auditing);
        arena_pass_on(&outer);
    }
    enum err err = sha256_begin(&auditing->work, trouble);
    if (err == OK)
        err = begin(auditing);
    if (err == OK)
        err = walk(auditing);
    audit_drop(auditing);
    return err;
}
