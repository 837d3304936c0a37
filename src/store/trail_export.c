#include "store/trail_export.h"

#include <inttypes.h>

#include "store/trail_checks.h"
#include "store/trail_page.h"

/* One export being written. It holds sums of libcrypto's and arenas of its own, which whoever
 * leaves it gives back (export_drop). */
struct exporting {
    const struct trail_exporting *request;
    struct db                    *db;
    struct arena                 *arena;
    struct councils               councils;
    struct trail_head             head;         /* as it was seen first: the end of the export */
    struct trail_chain            before;       /* up to the first entry */
    struct sha256                 work;
    struct trail_page             page;
    struct arena                  checks;       /* of one checkpoint */
    struct checked                next;         /* the one to come; size 0: none */
    struct trail_writer           writer;
};

static enum err look(struct tx *tx, void *context, struct trouble *trouble)
{
    struct exporting *exporting = context;
    enum err err = trail_head_read(tx, &exporting->work, 0, &exporting->head, trouble);

    return err != OK ? err : councils_read(tx, exporting->arena, &exporting->councils, trouble);
}

/* For which councils the texts are read, in turn. */
static enum err choose_readers(const struct exporting *exporting, int64_t *reader, size_t *count,
                               struct trouble *trouble)
{
    const struct trail_exporting *request = exporting->request;
    const bool all = request->reader == TRAIL_FOR_ALL;

    *count = 0;
    if (request->reader != TRAIL_FOR_COUNCIL)
        reader[(*count)++] = 0;
    for (size_t i = 0; i < exporting->councils.count; i++) {
        const struct council *council = &exporting->councils.council[i];

        if (all || (request->reader == TRAIL_FOR_COUNCIL &&
                    text_equal(council->code, request->council)))
            reader[(*count)++] = council->id;
    }
    return *count > 0 ? OK : fail(trouble, ERR_MISSING, "there is no council '%.*s' in this store",
                                  TEXT(request->council));
}

static enum err next_checkpoint(struct tx *tx, void *context, struct trouble *trouble)
{
    struct exporting *exporting = context;

    return checkpoint_load(tx, &exporting->checks, exporting->next.size, &exporting->next,
                           trouble);
}

/* Looks for the first checkpoint of at least `size` entries. */
static enum err seek_checkpoint(struct exporting *exporting, uint64_t size,
                                struct trouble *trouble)
{
    arena_free(&exporting->checks);
    exporting->next = (struct checked){ .size = size };
    return db_read(exporting->db, (struct db_scope){ 0, &exporting->checks }, next_checkpoint,
                   exporting, trouble);
}

static enum err write_checkpoints(struct exporting *exporting, struct trouble *trouble)
{
    const struct checked *next = &exporting->next;
    const uint64_t size = exporting->writer.chain.size;

    if (next->size == 0 || next->size != size)
        return OK;
    enum err err = trail_writer_checkpoint(&exporting->writer, next->text, next->signature,
                                           next->signatures);
    return err != OK ? err : seek_checkpoint(exporting, size + 1, trouble);
}

static enum err write_openings(struct exporting *exporting, const struct trail_row *row,
                               struct trouble *trouble)
{
    unsigned char salt[TRAIL_SEAL_SALT_BYTES];
    enum err err = OK;

    for (enum trail_field field = 0; field < TRAIL_FIELDS && err == OK; field++) {
        const struct trail_opened *opened = row->opened[field];

        if (opened == NULL)
            continue;
        if (opened->salt.size != sizeof salt)
            return fail(trouble, ERR_CHECK, "entry %" PRIu64 ": what opens its '%s' was changed",
                        exporting->writer.chain.size, trail_field_name[field]);
        memcpy(salt, opened->salt.data, sizeof salt);
        err = trail_writer_opening(&exporting->writer, field, salt, opened->text);
    }
    return err;
}

static enum err write_row(struct exporting *exporting, const struct trail_row *row,
                          struct trouble *trouble)
{
    struct trail_writer *writer = &exporting->writer;
    const uint64_t sequence = writer->chain.size + 1;
    struct sha256_sum hash;
    enum err err;

    if (!row->sound || (row->text.data == NULL && exporting->request->reader == TRAIL_FOR_ALL))
        return fail(trouble, ERR_CHECK, "entry %" PRIu64 " of the trail is not there whole",
                    sequence);
    if (row->text.data != NULL)
        err = trail_writer_entry(writer, row->text, &hash);
    else
        err = trail_writer_withheld(writer, &row->content, &hash);
    if (err == OK && !sha256_equal(&hash, &row->hash))
        err = fail(trouble, ERR_CHECK, "entry %" PRIu64 " of the trail was changed: its text and "
                   "the hash before it do not give its hash", sequence);
    if (err == OK && row->text.data != NULL)
        err = write_openings(exporting, row, trouble);
    return err != OK ? err : write_checkpoints(exporting, trouble);
}

static enum err tell(const struct exporting *exporting, struct trouble *trouble)
{
    const struct progress_watch *watch = exporting->request->watch;

    return watch == NULL || watch->tell(watch->context, exporting->writer.entries)
        ? OK : fail(trouble, ERR_BUSY, "stopped");
}

static enum err write_rows(struct exporting *exporting, struct trouble *trouble)
{
    enum err err = seek_checkpoint(exporting, exporting->before.size, trouble);

    if (err == OK)
        err = write_checkpoints(exporting, trouble);
    while (err == OK && exporting->writer.chain.size < exporting->head.chain.size) {
        err = trail_page_read(&exporting->page, exporting->writer.chain.size + 1,
                              exporting->head.chain.size, trouble);
        for (size_t i = 0; err == OK && i < exporting->page.count; i++)
            err = write_row(exporting, &exporting->page.row[i], trouble);
        if (err == OK)
            err = tell(exporting, trouble);
    }
    if (err == OK && !sha256_equal(&exporting->writer.chain.last, &exporting->head.chain.last))
        err = fail(trouble, ERR_CHECK, "the head of the trail is not that of its last entry");
    return err;
}

static enum err write_whole(struct exporting *exporting, struct sink *sink,
                            struct trouble *trouble)
{
    struct trail_header header = {
        .store = text_of(exporting->head.store), .to = exporting->head.chain.size,
        .before = exporting->before, .council = exporting->request->council,
    };

    if (exporting->request->reader != TRAIL_FOR_COUNCIL)
        header.council = text_of(exporting->request->reader == TRAIL_FOR_ALL ? ""
                                                                             : CHECKPOINT_SERVER);
    enum err err = trail_writer_open(&exporting->writer, exporting->arena, sink, &header, trouble);
    if (err == OK)
        err = write_rows(exporting, trouble);
    return err != OK ? err : trail_writer_close(&exporting->writer);
}

static enum err export_whole(struct exporting *exporting, struct sink *sink,
                             struct trouble *trouble)
{
    const uint64_t from = exporting->request->from;
    enum err err = sha256_begin(&exporting->work, trouble);

    if (err == OK)
        err = db_read(exporting->db, (struct db_scope){ 0, exporting->arena }, look, exporting,
                      trouble);
    if (err != OK)
        return err;
    if (from < 1 || from > exporting->head.chain.size + 1)
        return fail(trouble, ERR_USAGE, "the trail has %" PRIu64 " entries: an export cannot "
                    "begin with entry %" PRIu64, exporting->head.chain.size, from);
    int64_t *reader = arena_take(exporting->arena, exporting->councils.count + 1, sizeof *reader);
    size_t readers;
    err = choose_readers(exporting, reader, &readers, trouble);
    if (err != OK)
        return err;
    trail_page_open(&exporting->page, exporting->arena, exporting->db, reader, readers);
    trail_chain_begin(&exporting->work, text_of(exporting->head.store), &exporting->before);
    err = trail_page_walk(exporting->db, exporting->arena, &exporting->work, &exporting->before,
                          from - 1, trouble);
    return err != OK ? err : write_whole(exporting, sink, trouble);
}

static void export_drop(struct exporting *exporting)
{
    trail_writer_drop(&exporting->writer);
    sha256_drop(&exporting->work);
    trail_page_close(&exporting->page);
    arena_free(&exporting->checks);
}

enum err trail_export(struct db *db, struct arena *arena, const struct trail_exporting *request,
                      struct sink *sink, struct trail_exported *out, struct trouble *trouble)
{
    struct exporting *exporting = arena_take(arena, 1, sizeof *exporting);

    exporting->request = request;
    exporting->db = db;
    exporting->arena = arena;
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        export_drop(exporting);
        arena_pass_on(&outer);
    }
    enum err err = export_whole(exporting, sink, trouble);
    *out = (struct trail_exported){
        request->from, exporting->head.chain.size, exporting->writer.withheld,
        exporting->writer.openings, exporting->writer.checkpoints,
    };
    export_drop(exporting);
    return err;
}
