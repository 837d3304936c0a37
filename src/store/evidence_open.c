#include "store/evidence_open.h"

#include "store/evidence_shelf.h"

struct evidence_opened {
    struct arena                  *arena;
    struct db                     *db;
    struct evidence_warrant        warrant;
    const struct evidence_council *owner;
    struct evidence_row            row;
    struct evidence_key            key;
    struct evidence_shelf          shelf;
    struct evidence_reader        *reader;
    struct evidence_index          index;
    bool                           indexed;     /* the index is read */
};

/* ---- rights ---- */

/* The row, if it is of one of the councils that the warrant names. */
static enum err find_row(struct evidence_opened *opened, const struct evidence_id *id,
                         struct trouble *trouble)
{
    const struct evidence_warrant *warrant = &opened->warrant;
    char hex[EVIDENCE_ID_HEX];
    enum err err = ERR_MISSING;

    for (size_t i = 0; err == ERR_MISSING && i < warrant->councils; i++) {
        struct trouble said = { .text = "" };
        opened->owner = &warrant->council[i];
        err = evidence_row_load(opened->db, opened->arena, opened->owner->id, id, &opened->row,
                                &said);
        if (err != OK && err != ERR_MISSING)
            return fail(trouble, err, "%s", said.text);
    }
    evidence_id_print(id, hex);
    return err == OK ? OK : fail(trouble, err, "there is no evidence %s", hex);
}

static enum err record_work(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct evidence_opened *opened = context;
    const struct evidence_warrant *warrant = &opened->warrant;
    const struct trail_event event = {
        .now = warrant->now,
        .actor = warrant->actor,
        .council = warrant->acting,
        .shared = warrant->acting != opened->owner->id,
        .action = text_of("evidence.read"),
        .subject_kind = text_of("evidence"),
        .subject_id = text_of(opened->row.hex),
        .why = warrant->why,
        .request = warrant->request,
    };

    return trail_append(tx, warrant->outside, &event, NULL, trouble);
}

/* In the scope of whoever reads: what is read is in the owner's, so this is another transaction,
 * and the first. */
static enum err record_reading(struct evidence_opened *opened, struct trouble *trouble)
{
    if (!opened->row.personal)
        return OK;
    return db_write(opened->db, (struct db_scope){ .council = opened->warrant.acting },
                    record_work, opened, trouble);
}

/* ---- opening ---- */

static enum err open_reader(struct evidence_opened *opened, struct trouble *trouble)
{
    const struct evidence_council *owner = opened->owner;
    const struct evidence_row *row = &opened->row;
    const struct key_owner of = { owner->code, &row->id };
    enum err err = key_unwrap(owner->master, &of, row->wrapped, &opened->key, trouble);

    if (err != OK)
        return err;
    opened->shelf = evidence_shelf_of(opened->db, opened->arena, owner->id, row, PART_FRAME);
    struct evidence_file file = { row->name.data, row->id, opened->key, row->head,
                                  &opened->shelf.fetch };
    err = evidence_reader_open(opened->arena, &file, &opened->reader, trouble);
    evidence_key_wipe(&file.key);
    return err;
}

enum err evidence_open(struct arena *arena, struct db *db,
                       const struct evidence_warrant *warrant, const struct evidence_id *id,
                       struct evidence_opened **out, struct trouble *trouble)
{
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    struct evidence_opened *opened = arena_take(arena, 1, sizeof *opened);
    opened->arena = arena;
    opened->db = db;
    opened->warrant = *warrant;
    enum err err = find_row(opened, id, trouble);
    if (err == OK && opened->row.erased)
        return fail(trouble, ERR_MISSING, "evidence %s was erased", opened->row.hex);
    if (err == OK)
        err = record_reading(opened, trouble);
    if (err == OK)
        err = open_reader(opened, trouble);
    if (err != OK)
        evidence_key_wipe(&opened->key);
    else
        *out = opened;
    return err;
}

void evidence_close(struct evidence_opened *opened)
{
    evidence_reader_drop(opened->reader);
    evidence_key_wipe(&opened->key);
}

const struct evidence_row *evidence_opened_row(const struct evidence_opened *opened)
{
    return &opened->row;
}

/* ---- reading ---- */

enum err evidence_opened_stream(struct evidence_opened *opened, struct stream **out,
                                struct trouble *trouble)
{
    if (!opened->warrant.whole)
        return fail(trouble, ERR_RIGHTS, "evidence %s: some lines of it may be read, but not the "
                    "whole of it", opened->row.hex);
    return evidence_stream_open(opened->reader, out, trouble);
}

static enum err need_index(struct evidence_opened *opened, struct trouble *trouble)
{
    if (opened->indexed)
        return OK;
    enum err err = evidence_shelf_index(&opened->shelf, &opened->key,
                                        evidence_reader_head(opened->reader), &opened->index,
                                        trouble);
    opened->indexed = err == OK;
    return err;
}

enum err evidence_opened_lines(struct evidence_opened *opened,
                               const struct evidence_query *query, evidence_visit *visit,
                               void *context, struct evidence_scanned *scanned,
                               struct trouble *trouble)
{
    enum err err = need_index(opened, trouble);

    *scanned = (struct evidence_scanned){ 0 };
    if (err != OK)
        return err;
    return evidence_scan(opened->reader, &opened->index, query, &opened->warrant.lines,
                         opened->arena, visit, context, scanned, trouble);
}
