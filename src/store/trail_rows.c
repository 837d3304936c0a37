#include "store/trail_rows.h"

#include "store/store_sql.h"

bool trail_sum_of(struct text bytes, struct sha256_sum *sum)
{
    if (bytes.size != sizeof sum->bytes)
        return false;
    memcpy(sum->bytes, bytes.data, sizeof sum->bytes);
    return true;
}

size_t trail_tree_bytes(const struct merkle *tree, char bytes[TREE_BYTES_MAX])
{
    size_t size = 0;

    for (unsigned height = MERKLE_HEIGHT_MAX; height-- > 0;) {
        if ((tree->size >> height & 1) == 0)
            continue;
        memcpy(bytes + size, tree->peak[height].bytes, SHA256_BYTES);
        size += SHA256_BYTES;
    }
    return size;
}

static bool tree_of(struct text bytes, uint64_t size, struct merkle *tree)
{
    size_t at = 0;

    if (bytes.size != (size_t)__builtin_popcountll(size) * SHA256_BYTES)
        return false;
    *tree = (struct merkle){ .size = size };
    for (unsigned height = MERKLE_HEIGHT_MAX; height-- > 0;) {
        if ((size >> height & 1) == 0)
            continue;
        memcpy(tree->peak[height].bytes, bytes.data + at, SHA256_BYTES);
        at += SHA256_BYTES;
    }
    return true;
}

/* False: too long to be one. */
static bool keep_code(struct text text, char *into, size_t room)
{
    if (text.size >= room)
        return false;
    if (text.size > 0)
        memcpy(into, text.data, text.size);
    into[text.size] = '\0';
    return true;
}

static bool head_of(struct statement *row, struct sha256 *work, struct trail_head *head)
{
    struct trail_chain *chain = &head->chain;

    if (!keep_code(column_text(row, 0), head->store, sizeof head->store) ||
        strlen(head->store) != TRAIL_STORE_DIGITS)
        return false;
    if (!column_null(row, 1) &&
        !keep_code(column_text(row, 1), head->council, sizeof head->council))
        return false;
    trail_chain_begin(work, text_of(head->store), chain);
    if (column_null(row, 2))
        return true;
    const int64_t size = column_int(row, 2);
    chain->size = (uint64_t)size;
    return size > 0 && chain->size <= TRAIL_SEQUENCE_MAX &&
           trail_sum_of(column_blob(row, 3), &chain->last) &&
           tree_of(column_blob(row, 4), chain->size, &chain->tree);
}

enum err trail_head_read(struct tx *tx, struct sha256 *work, int64_t council,
                         struct trail_head *head, struct trouble *trouble)
{
    struct trouble said = { 0 };
    struct statement *ask;
    enum err err = tx_prepare(tx, &sql_trail_head_of, &ask, trouble);

    *head = (struct trail_head){ .store = "" };
    if (err != OK)
        return err;
    bind_int(ask, 1, council);
    err = statement_one(ask, &said);
    if (err == ERR_MISSING)
        return fail(trouble, err, "the store has no identity yet (ochil init gives it one)");
    if (err != OK)
        return fail(trouble, err, "%s", said.text);
    if (!head_of(ask, work, head))
        err = fail(trouble, ERR_CHECK, "the head of the trail is damaged");
    statement_end(ask);
    return err;
}

enum err trail_number(struct tx *tx, const struct query *query, uint64_t *out,
                      struct trouble *trouble)
{
    struct statement *ask;
    enum err err = tx_prepare(tx, query, &ask, trouble);

    if (err == OK)
        err = statement_one(ask, trouble);
    if (err != OK)
        return err;
    *out = (uint64_t)column_int(ask, 0);
    statement_end(ask);
    return OK;
}

enum err trail_last_sequence(struct tx *tx, uint64_t *last, struct trouble *trouble)
{
    return trail_number(tx, &sql_trail_last_sequence, last, trouble);
}

void trail_salt_mark(unsigned char salt[TRAIL_SALT_BYTES], bool shared)
{
    unsigned char *last = &salt[TRAIL_SALT_BYTES - 1];

    *last = (unsigned char)((*last & 0xfe) | (shared ? 1 : 0));
}

bool trail_salt_shared(const unsigned char salt[TRAIL_SALT_BYTES])
{
    return (salt[TRAIL_SALT_BYTES - 1] & 1) != 0;
}
