#include "store/trail_page.h"

#include <inttypes.h>

#include "store/store_sql.h"

#define TEXTS_AT_ONCE 128   /* PostgreSQL hands over all rows of a query together */

/* What is read for one reader, between two entries. */
struct page_part {
    struct trail_page *page;
    size_t             reader;
};

void trail_page_open(struct trail_page *page, struct arena *arena, struct db *db,
                     const int64_t reader[], size_t readers)
{
    *page = (struct trail_page){
        .db = db, .reader = reader, .readers = readers,
        .row = arena_take(arena, TRAIL_PAGE_ENTRIES, sizeof *page->row),
    };
}

void trail_page_close(struct trail_page *page)
{
    arena_free(&page->texts);
}

/* The row with this sequence; NULL: not on the page. */
static struct trail_row *row_at(const struct trail_page *page, int64_t sequence)
{
    const uint64_t at = (uint64_t)sequence - page->first;

    return at < page->count ? &page->row[at] : NULL;
}

static enum err read_hashes(struct tx *tx, const struct trail_page *page,
                            struct trouble *trouble)
{
    struct statement *list;
    bool there = false;
    enum err err = tx_prepare(tx, &sql_trail_hashes, &list, trouble);

    memset(page->row, 0, page->count * sizeof *page->row);
    if (err != OK)
        return err;
    bind_int(list, 1, (int64_t)page->first);
    bind_int(list, 2, (int64_t)(page->first + page->count - 1));
    while ((err = statement_step(list, &there, trouble)) == OK && there) {
        struct trail_row *row = row_at(page, column_int(list, 0));

        if (row != NULL)
            row->sound = trail_sum_of(column_blob(list, 1), &row->content) &&
                         trail_sum_of(column_blob(list, 2), &row->hash);
    }
    return err;
}

static struct text keep(struct trail_page *page, struct text text)
{
    page->bytes += text.size;
    return text_keep(&page->texts, text);
}

static int64_t council_of(struct statement *row, int column)
{
    return column_null(row, column) ? 0 : column_int(row, column);
}

/* Texts from `*from` on, some of them; `*from` is behind the last one then, or behind the page. */
static enum err read_texts(struct tx *tx, const struct page_part *part, uint64_t *from,
                           struct trouble *trouble)
{
    struct trail_page *page = part->page;
    const uint64_t last = page->first + page->count - 1;
    struct statement *list;
    bool there = false;
    int count = 0;
    enum err err = tx_prepare(tx, &sql_trail_texts, &list, trouble);

    if (err != OK)
        return err;
    bind_int(list, 1, (int64_t)*from);
    bind_int(list, 2, (int64_t)last);
    bind_int(list, 3, page->reader[part->reader]);
    bind_int(list, 4, TEXTS_AT_ONCE);
    while ((err = statement_step(list, &there, trouble)) == OK && there) {
        const int64_t sequence = column_int(list, 0);
        struct trail_row *row = row_at(page, sequence);

        count++;
        *from = (uint64_t)sequence + 1;
        if (row == NULL || row->text.data != NULL)
            continue;   /* shared, and read for the reader before */
        row->council = council_of(list, 1);
        row->shared = column_bool(list, 2);
        row->text = keep(page, column_text(list, 3));
    }
    if (count < TEXTS_AT_ONCE)
        *from = last + 1;
    return err;
}

static void keep_opening(struct trail_page *page, struct statement *list)
{
    struct trail_row *row = row_at(page, column_int(list, 0));
    const struct text name = column_text(list, 1);
    size_t field = 0;

    while (field < TRAIL_FIELDS && !text_is(name, trail_field_name[field]))
        field++;
    if (row == NULL || field == TRAIL_FIELDS || row->opened[field] != NULL)
        return;
    struct trail_opened *opened = arena_take(&page->texts, 1, sizeof *opened);
    *opened = (struct trail_opened){
        .council = council_of(list, 2), .shared = column_bool(list, 3),
        .subject_kind = keep(page, column_text(list, 4)),
        .subject_id = keep(page, column_text(list, 5)),
        .salt = keep(page, column_blob(list, 6)), .text = keep(page, column_text(list, 7)),
    };
    row->opened[field] = opened;
}

static enum err read_openings(struct tx *tx, const struct page_part *part, uint64_t first,
                              uint64_t behind, struct trouble *trouble)
{
    struct statement *list;
    bool there = false;
    enum err err = tx_prepare(tx, &sql_trail_openings, &list, trouble);

    if (err != OK)
        return err;
    bind_int(list, 1, (int64_t)first);
    bind_int(list, 2, (int64_t)behind - 1);
    bind_int(list, 3, part->page->reader[part->reader]);
    while ((err = statement_step(list, &there, trouble)) == OK && there)
        keep_opening(part->page, list);
    return err;
}

/* A transaction that is tried again finds what it has read already, and reads on. */
static enum err read_part(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct page_part *part = context;
    struct trail_page *page = part->page;
    uint64_t from = page->first;
    enum err err = part->reader == 0 ? read_hashes(tx, page, trouble) : OK;

    while (err == OK && page->readers > 0 && from < page->first + page->count) {
        const uint64_t first = from;

        err = read_texts(tx, part, &from, trouble);
        if (err == OK)
            err = read_openings(tx, part, first, from, trouble);
        if (page->bytes > TRAIL_PAGE_BYTES)     /* the rest stands on the next page */
            page->count = (size_t)(from - page->first);
    }
    return err;
}

enum err trail_page_read(struct trail_page *page, uint64_t first, uint64_t last,
                         struct trouble *trouble)
{
    const uint64_t left = last - first + 1;
    struct page_part part = { page, 0 };
    enum err err;

    arena_free(&page->texts);
    page->first = first;
    page->count = left < TRAIL_PAGE_ENTRIES ? (size_t)left : TRAIL_PAGE_ENTRIES;
    page->bytes = 0;
    do {
        const int64_t council = page->readers > 0 ? page->reader[part.reader] : 0;

        err = db_read(page->db, (struct db_scope){ council, &page->texts }, read_part, &part,
                      trouble);
    } while (err == OK && ++part.reader < page->readers);
    return err;
}

/* The hashes of one page. */
static enum err walk_rows(const struct trail_page *page, struct sha256 *work,
                          struct trail_chain *chain, struct trouble *trouble)
{
    struct sha256_sum hash;

    for (size_t i = 0; i < page->count; i++) {
        const struct trail_row *row = &page->row[i];

        if (!row->sound)
            return fail(trouble, ERR_CHECK, "entry %" PRIu64 " of the trail is missing",
                        chain->size + 1);
        trail_hash(work, chain, &row->content, &hash);
        if (!sha256_equal(&hash, &row->hash))
            return fail(trouble, ERR_CHECK, "entry %" PRIu64 " of the trail was changed: its hash "
                        "does not follow from the one before", chain->size + 1);
        trail_chain_add(work, chain, &hash);
    }
    return OK;
}

enum err trail_page_walk(struct db *db, struct arena *arena, struct sha256 *work,
                         struct trail_chain *chain, uint64_t to, struct trouble *trouble)
{
    struct trail_page page;
    enum err err = OK;

    trail_page_open(&page, arena, db, NULL, 0);
    while (err == OK && chain->size < to) {
        err = trail_page_read(&page, chain->size + 1, to, trouble);
        if (err == OK)
            err = walk_rows(&page, work, chain, trouble);
    }
    trail_page_close(&page);
    return err;
}
