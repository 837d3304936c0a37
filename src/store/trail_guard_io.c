#include "store/trail_guard_io.h"

#include <errno.h>
#include <inttypes.h>

#include "formats/output_io.h"
#include "store/trail_page.h"
#include "trail/trail_io.h"
#include "trail/trail_time.h"

/* ---- the file ---- */

struct guard_file {
    const struct outside  *outside;
    struct arena          *arena;
    const char            *path;
    bool                   there;
    struct checkpoint_file read;
};

static enum err file_read(struct guard_file *file, const struct keyring *keyring,
                          struct trouble *trouble)
{
    struct stat status;

    file->path = arena_print(file->arena, "%s/%s", keyring->folder, KEYRING_CHECKPOINT);
    file->there = file->outside->stat(file->path, &status) == 0;
    if (!file->there && errno != ENOENT)
        return fail(trouble, ERR_IO, "%s: %s", file->path, strerror(errno));
    return file->there ? checkpoint_read(file->outside, file->path, &file->read, trouble) : OK;
}

static enum err file_raise(struct guard_file *file, const struct checkpoint *checkpoint,
                           struct trouble *trouble)
{
    char text[CHECKPOINT_TEXT_MAX];

    if (file->there && file->read.checkpoint.size >= checkpoint->size)
        return OK;
    return write_file_whole(file->outside, file->arena, file->path, text,
                            checkpoint_print(checkpoint, text), true, trouble);
}

/* ---- the guard ---- */

struct guarding {
    struct db            *db;
    struct arena         *arena;
    const struct keyring *keyring;
    bool                  raises;       /* writes the file */
    struct guard_file     file;
    struct trail_head     head;
    uint64_t              last;         /* the highest sequence */
    bool                  cosigned;     /* is there a checkpoint in the store? */
    struct checkpoint     in_store;     /* the newest cosigned one; of nothing when there is none */
    struct sha256         work;
    struct trail_chain    chain;
};

static enum err look_for_cosigned(struct tx *tx, struct guarding *guarding,
                                  struct trouble *trouble)
{
    uint64_t size = 0;
    struct checked checked;
    enum err err = checkpoint_cosigned(tx, &size, trouble);

    guarding->cosigned = size > 0;
    if (err != OK || size == 0)
        return err;
    err = checkpoint_load(tx, guarding->arena, size, &checked, trouble);
    if (err == OK && (checked.size != size ||
                      !checkpoint_parse(checked.text, &guarding->in_store)))
        err = fail(trouble, ERR_CHECK, "the checkpoint of %" PRIu64 " entries in the store is "
                   "damaged: restore a backup", size);
    return err;
}

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct guarding *guarding = context;
    struct store_identity identity;
    enum err err = store_identity_read(tx, guarding->arena, &identity, trouble);

    if (err == OK && !minisign_public_same(&identity.server, &guarding->keyring->public))
        err = fail(trouble, ERR_CHECK, "the keys in %s are not those of this store: name the "
                   "folder that belongs to it (--keys)", guarding->keyring->folder);
    if (err == OK)
        err = trail_head_read(tx, &guarding->work, 0, &guarding->head, trouble);
    if (err == OK)
        err = trail_last_sequence(tx, &guarding->last, trouble);
    return err != OK ? err : look_for_cosigned(tx, guarding, trouble);
}

static enum err refuse(const struct guarding *guarding, const struct checkpoint *checkpoint,
                       enum kept kept, struct trouble *trouble)
{
    char time[TRAIL_TIME_SIZE];

    trail_time_print(checkpoint->time_ms, time);
    switch (kept) {
    case KEPT:
        break;
    case KEPT_NOT_STORE:
        return fail(trouble, ERR_CHECK, "%s is of another store (%s, this is %s): the database "
                    "and the keys do not belong together", guarding->file.path,
                    checkpoint->store, guarding->head.store);
    case KEPT_NOT_YET:
        return fail(trouble, ERR_CHECK, "the trail ends with entry %" PRIu64 ", but a council has "
                    "cosigned a checkpoint of %" PRIu64 " entries (%s): this is an older state of "
                    "the store. Restore a newer backup; if there is none, docs/trail.md, section "
                    "7, says how the councils agree to go on", guarding->head.chain.size,
                    checkpoint->size, time);
    case KEPT_OTHER:
        return fail(trouble, ERR_CHECK, "the entries up to %" PRIu64 " are not those that a "
                    "council has cosigned (%s): the past was written anew. Restore the store from "
                    "a backup that was made before", checkpoint->size, time);
    }
    return OK;
}

/* The trail as far as the checkpoint, which it must keep. */
static enum err walk_to(struct guarding *guarding, const struct checkpoint *checkpoint,
                        struct trouble *trouble)
{
    const uint64_t size = guarding->head.chain.size;
    const uint64_t to = checkpoint->size < size ? checkpoint->size : size;
    enum err err = trail_page_walk(guarding->db, guarding->arena, &guarding->work,
                                   &guarding->chain, to, trouble);

    return err != OK ? err
        : refuse(guarding, checkpoint,
                 checkpoint_kept(&guarding->work, checkpoint, text_of(guarding->head.store),
                                 &guarding->chain), trouble);
}

static enum err walk(struct guarding *guarding, struct trouble *trouble)
{
    const struct checkpoint *first = &guarding->in_store;
    const struct checkpoint *second = &guarding->file.read.checkpoint;
    enum err err;

    trail_chain_begin(&guarding->work, text_of(guarding->head.store), &guarding->chain);
    if (second->size < first->size) {
        first = second;
        second = &guarding->in_store;
    }
    err = walk_to(guarding, first, trouble);
    if (err == OK)
        err = walk_to(guarding, second, trouble);
    if (err == OK)
        err = trail_page_walk(guarding->db, guarding->arena, &guarding->work, &guarding->chain,
                              guarding->head.chain.size, trouble);
    return err;
}

static enum err check_head(struct guarding *guarding, struct trouble *trouble)
{
    const struct trail_chain *head = &guarding->head.chain;
    struct sha256_sum kept, found;

    merkle_root(&guarding->work, &head->tree, &kept);
    merkle_root(&guarding->work, &guarding->chain.tree, &found);
    if (sha256_failed(&guarding->work))
        return fail(trouble, ERR_IO, "SHA-256: libcrypto failed");
    if (guarding->last != head->size || !sha256_equal(&guarding->chain.last, &head->last) ||
        !sha256_equal(&kept, &found))
        return fail(trouble, ERR_CHECK, "the head of the trail (entry %" PRIu64 ") is not that of "
                    "its last entry (%" PRIu64 "): somebody changed the store by hand. Restore it "
                    "from a backup", head->size, guarding->last);
    return OK;
}

/* Before anything was cosigned there is nothing to be kept. */
static void empty_checkpoint(struct guarding *guarding)
{
    struct trail_chain empty;

    trail_chain_begin(&guarding->work, text_of(guarding->head.store), &empty);
    checkpoint_of(&guarding->work, &empty, text_of(guarding->head.store), 0,
                  guarding->keyring->public.number, &guarding->in_store);
}

static enum err raise(struct tx *tx, void *context, struct trouble *trouble)
{
    struct guarding *guarding = context;
    enum err err = file_read(&guarding->file, guarding->keyring, trouble);

    (void)tx;   /* held so that nobody else writes the file */
    return err != OK ? err : file_raise(&guarding->file, &guarding->in_store, trouble);
}

static enum err guard(struct guarding *guarding, struct trouble *trouble)
{
    const struct db_scope scope = { 0, guarding->arena };
    struct guard_file *file = &guarding->file;
    enum err err = sha256_begin(&guarding->work, trouble);

    if (err == OK)
        err = file_read(file, guarding->keyring, trouble);
    if (err == OK)
        err = db_read(guarding->db, scope, look, guarding, trouble);
    if (err != OK)
        return err;
    if (!file->there && guarding->cosigned)
        return fail(trouble, ERR_CHECK, "%s is gone, so nobody can tell whether this store is the "
                    "newest: bring the last checkpoint that a council keeps (ochil checkpoint "
                    "take)", file->path);
    if (!guarding->cosigned)
        empty_checkpoint(guarding);
    if (!file->there)
        file->read.checkpoint = guarding->in_store;
    err = walk(guarding, trouble);
    if (err == OK)
        err = check_head(guarding, trouble);
    if (err == OK && guarding->raises &&
        (!file->there || file->read.checkpoint.size < guarding->in_store.size))
        err = db_write(guarding->db, scope, raise, guarding, trouble);
    return err;
}

static enum err guard_or_look(struct db *db, const struct outside *outside, struct arena *arena,
                              const struct keyring *keyring, bool raises,
                              struct trouble *trouble)
{
    struct guarding *guarding = arena_take(arena, 1, sizeof *guarding);

    *guarding = (struct guarding){
        .db = db, .arena = arena, .keyring = keyring, .raises = raises,
        .file = { .outside = outside, .arena = arena },
    };
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        sha256_drop(&guarding->work);
        arena_pass_on(&outer);
    }
    enum err err = guard(guarding, trouble);
    sha256_drop(&guarding->work);
    return err;
}

enum err trail_guard(struct db *db, const struct outside *secrets, struct arena *arena,
                     const struct keyring *keyring, struct trouble *trouble)
{
    return guard_or_look(db, secrets, arena, keyring, true, trouble);
}

enum err trail_guard_look(struct db *db, const struct outside *outside, struct arena *arena,
                          const struct keyring *keyring, struct trouble *trouble)
{
    return guard_or_look(db, outside, arena, keyring, false, trouble);
}

/* ---- what a council brings ---- */

struct bringing {
    struct guard_file         file;
    const struct keyring     *keyring;
    const struct trail_deed  *deed;         /* NULL: the file alone */
    const struct cosignature *given;
    struct text               server;
};

static enum err check_server(const struct bringing *bringing, struct trouble *trouble)
{
    const struct trail_signature signature = { text_of(CHECKPOINT_SERVER), bringing->server };
    const char *fault;
    enum err err = signature_fault(&bringing->keyring->public, 1, bringing->given->text,
                                   &signature, &fault, trouble);

    if (err == OK && fault != NULL)
        err = fail(trouble, ERR_CHECK, "the server's signature is not taken in: %s", fault);
    return err;
}

/* A few milliseconds of the disk within a write: rare, and it keeps two programs from putting the
 * smaller of two checkpoints into the file. */
static enum err bring(struct tx *tx, void *context, struct trouble *trouble)
{
    struct bringing *bringing = context;
    struct arena *arena = bringing->file.arena;
    struct checkpoint checkpoint;
    struct text kept;
    enum err err = cosignature_judge(tx, arena, bringing->given, &checkpoint, &kept, trouble);

    if (err == OK)
        err = bringing->deed == NULL
            ? check_server(bringing, trouble)
            : cosignature_add(tx, arena, bringing->deed, bringing->given, trouble);
    if (err != OK && err != ERR_CONFLICT)
        return err;
    enum err raised = file_read(&bringing->file, bringing->keyring, trouble);
    if (raised == OK)
        raised = file_raise(&bringing->file, &checkpoint, trouble);
    return err != OK ? err : raised;
}

enum err trail_guard_take(struct db *db, const struct outside *secrets, struct arena *arena,
                          const struct keyring *keyring, const struct trail_deed *deed,
                          const struct cosignature *given, struct trouble *trouble)
{
    struct bringing bringing = {
        .file = { .outside = secrets, .arena = arena }, .keyring = keyring, .deed = deed,
        .given = given,
    };

    return db_write(db, (struct db_scope){ 0, arena }, bring, &bringing, trouble);
}

enum err trail_guard_raise(struct db *db, const struct outside *secrets, struct arena *arena,
                           const struct keyring *keyring, const struct cosignature *given,
                           struct text server, struct trouble *trouble)
{
    struct bringing bringing = {
        .file = { .outside = secrets, .arena = arena }, .keyring = keyring, .given = given,
        .server = server,
    };

    return db_write(db, (struct db_scope){ 0, arena }, bring, &bringing, trouble);
}
