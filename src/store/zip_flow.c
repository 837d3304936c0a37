#include "store/zip_flow.h"

#include <assert.h>
#include <string.h>

#include "formats/zip_io.h"

#define LEVEL 4                         /* a third of the time of zlib's custom, a tenth larger */
#define FIRST_DAY ((1 << 5) | 1)        /* 1980-01-01 as DOS writes it */
#define FLAGS ((1 << 3) | (1 << 11))    /* sums stand behind; the name is UTF-8 */
#define DEFLATED 8
#define UNIX_MADE (3 << 8)
#define REGULAR_FILE (UINT32_C(0100644) << 16)
#define PLAIN_VERSION 20
#define LARGE_VERSION 45
#define LARGE UINT64_C(0xffffffff)      /* as a size: it stands in the extra field */
#define MANY 0xffffU
/* Deflate makes what it cannot pack larger by less than this in 4 GiB. */
#define SPARE (UINT64_C(16) << 20)

/* ---- numbers, the lowest byte first ---- */

struct record {
    unsigned char bytes[128];
    size_t        size;
};

static void put(struct record *record, uint64_t number, size_t bytes)
{
    assert(record->size + bytes <= sizeof record->bytes);
    for (size_t i = 0; i < bytes; i++)
        record->bytes[record->size++] = (unsigned char)(number >> (8 * i));
}

static enum err pass_on(struct zip_flow *flow, const void *bytes, size_t size,
                        struct trouble *trouble)
{
    flow->written += size;
    return flow->to->write(flow->to, bytes, size, trouble);
}

static enum err write_record(struct zip_flow *flow, const struct record *record,
                             struct trouble *trouble)
{
    return pass_on(flow, record->bytes, record->size, trouble);
}

static uint64_t capped(uint64_t number)
{
    return number < LARGE ? number : LARGE;
}

/* ---- an entry ---- */

static bool is_large(uint64_t size)
{
    return size >= LARGE - SPARE;
}

static enum err write_head(struct zip_flow *flow, struct trouble *trouble)
{
    const bool large = is_large(flow->said);
    const size_t name = strlen(flow->entry->name);
    struct record record = { .size = 0 };

    put(&record, 0x04034b50, 4);
    put(&record, large ? LARGE_VERSION : PLAIN_VERSION, 2);
    put(&record, FLAGS, 2);
    put(&record, DEFLATED, 2);
    put(&record, 0, 2);
    put(&record, FIRST_DAY, 2);
    put(&record, 0, 4);                         /* the sum and both sizes stand behind */
    put(&record, large ? LARGE : 0, 4);
    put(&record, large ? LARGE : 0, 4);
    put(&record, name, 2);
    put(&record, large ? 20 : 0, 2);
    enum err err = write_record(flow, &record, trouble);
    if (err == OK)
        err = pass_on(flow, flow->entry->name, name, trouble);
    if (err != OK || !large)
        return err;
    record.size = 0;
    put(&record, 1, 2);
    put(&record, 16, 2);
    put(&record, 0, 8);
    put(&record, 0, 8);
    return write_record(flow, &record, trouble);
}

/* Packs what was given in, and with Z_FINISH all that is left. */
static enum err pack(struct zip_flow *flow, int how, struct trouble *trouble)
{
    do {
        flow->deflate.next_out = flow->packed;
        flow->deflate.avail_out = sizeof flow->packed;
        const int code = deflate(&flow->deflate, how);
        assert(code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR);
        const size_t size = sizeof flow->packed - flow->deflate.avail_out;
        enum err err = size == 0 ? OK : pass_on(flow, flow->packed, size, trouble);
        flow->entry->packed += size;
        if (err != OK)
            return err;
    } while (flow->deflate.avail_out == 0);
    return OK;
}

static enum err write_entry(struct sink *sink, const void *bytes, size_t size,
                            struct trouble *trouble)
{
    struct zip_flow *flow = (struct zip_flow *)sink;
    const unsigned char *at = bytes;
    enum err err = OK;

    assert(flow->entry != NULL);
    while (size > 0 && err == OK) {
        const uInt now = size < 1U << 30 ? (uInt)size : 1U << 30;
        flow->entry->sum = (uint32_t)crc32(flow->entry->sum, at, now);
        flow->entry->size += now;
        flow->deflate.next_in = at;
        flow->deflate.avail_in = now;
        err = pack(flow, Z_NO_FLUSH, trouble);
        at += now;
        size -= now;
    }
    return err;
}

enum err zip_flow_open(struct zip_flow *flow, struct arena *arena, struct sink *to,
                       struct trouble *trouble)
{
    *flow = (struct zip_flow){ .entry_sink = { write_entry }, .to = to, .arena = arena };
    flow->last = &flow->first;
    /* -15: without a header of zlib's. */
    if (deflateInit2(&flow->deflate, LEVEL, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return fail(trouble, ERR_IO, "out of memory");
    flow->open = true;
    return OK;
}

enum err zip_flow_entry(struct zip_flow *flow, const char *name, uint64_t size, struct sink **sink,
                        struct trouble *trouble)
{
    const char *fault = zip_name_fault(name);

    assert(flow->open && flow->entry == NULL);
    if (fault != NULL)
        return fail(trouble, ERR_USAGE, "entry '%s' %s", name, fault);
    flow->entry = arena_take(flow->arena, 1, sizeof *flow->entry);
    *flow->entry = (struct zip_flow_entry){
        .name = arena_copy(flow->arena, name, strlen(name)), .at = flow->written,
        .sum = (uint32_t)crc32(0, NULL, 0) };
    *flow->last = flow->entry;
    flow->last = &flow->entry->next;
    flow->count++;
    flow->said = size;
    *sink = &flow->entry_sink;
    const int code = deflateReset(&flow->deflate);
    assert(code == Z_OK);
    return write_head(flow, trouble);
}

enum err zip_flow_entry_end(struct zip_flow *flow, struct trouble *trouble)
{
    struct record record = { .size = 0 };
    enum err err = pack(flow, Z_FINISH, trouble);

    if (err == OK && flow->entry->size != flow->said)
        err = fail(trouble, ERR_CHECK, "'%s' was to have %llu bytes and has %llu",
                   flow->entry->name, (unsigned long long)flow->said,
                   (unsigned long long)flow->entry->size);
    if (err != OK)
        return err;
    put(&record, 0x08074b50, 4);
    put(&record, flow->entry->sum, 4);
    put(&record, flow->entry->packed, is_large(flow->said) ? 8 : 4);
    put(&record, flow->entry->size, is_large(flow->said) ? 8 : 4);
    flow->entry = NULL;
    return write_record(flow, &record, trouble);
}

/* ---- the directory ---- */

/* What is too large for its place: in this order, and only that. */
static void put_extra(struct record *record, const struct zip_flow_entry *entry)
{
    const uint64_t number[] = { entry->size, entry->packed, entry->at };
    struct record large = { .size = 0 };

    for (size_t i = 0; i < COUNT(number); i++)
        if (number[i] >= LARGE)
            put(&large, number[i], 8);
    if (large.size == 0)
        return;
    put(record, 1, 2);
    put(record, large.size, 2);
    for (size_t i = 0; i < large.size; i++)
        put(record, large.bytes[i], 1);
}

static enum err write_listed(struct zip_flow *flow, const struct zip_flow_entry *entry,
                             struct trouble *trouble)
{
    const size_t name = strlen(entry->name);
    struct record extra = { .size = 0 };
    struct record record = { .size = 0 };

    put_extra(&extra, entry);
    const int version = extra.size > 0 || is_large(entry->size) ? LARGE_VERSION : PLAIN_VERSION;
    put(&record, 0x02014b50, 4);
    put(&record, (uint64_t)(UNIX_MADE | version), 2);
    put(&record, (uint64_t)version, 2);
    put(&record, FLAGS, 2);
    put(&record, DEFLATED, 2);
    put(&record, 0, 2);
    put(&record, FIRST_DAY, 2);
    put(&record, entry->sum, 4);
    put(&record, capped(entry->packed), 4);
    put(&record, capped(entry->size), 4);
    put(&record, name, 2);
    put(&record, extra.size, 2);
    put(&record, 0, 2);                         /* no comment */
    put(&record, 0, 2);                         /* the first and only disk */
    put(&record, 0, 2);
    put(&record, REGULAR_FILE, 4);
    put(&record, capped(entry->at), 4);
    enum err err = write_record(flow, &record, trouble);
    if (err == OK)
        err = pass_on(flow, entry->name, name, trouble);
    return err == OK && extra.size > 0 ? write_record(flow, &extra, trouble) : err;
}

static void put_large_end(struct record *record, const struct zip_flow *flow, uint64_t at,
                          uint64_t size)
{
    put(record, 0x06064b50, 4);
    put(record, 44, 8);                         /* bytes that follow */
    put(record, UNIX_MADE | LARGE_VERSION, 2);
    put(record, LARGE_VERSION, 2);
    put(record, 0, 8);                          /* the disk, twice */
    put(record, flow->count, 8);
    put(record, flow->count, 8);
    put(record, size, 8);
    put(record, at, 8);
    put(record, 0x07064b50, 4);                 /* where that began */
    put(record, 0, 4);
    put(record, flow->written, 8);
    put(record, 1, 4);
}

enum err zip_flow_end(struct zip_flow *flow, struct trouble *trouble)
{
    const uint64_t at = flow->written;
    struct record record = { .size = 0 };
    enum err err = OK;

    assert(flow->open && flow->entry == NULL);
    for (const struct zip_flow_entry *entry = flow->first; entry != NULL && err == OK;
         entry = entry->next)
        err = write_listed(flow, entry, trouble);
    const uint64_t size = flow->written - at;
    if (err != OK)
        return err;
    if (at >= LARGE || size >= LARGE || flow->count >= MANY)
        put_large_end(&record, flow, at, size);
    put(&record, 0x06054b50, 4);
    put(&record, 0, 4);
    put(&record, flow->count < MANY ? flow->count : MANY, 2);
    put(&record, flow->count < MANY ? flow->count : MANY, 2);
    put(&record, capped(size), 4);
    put(&record, capped(at), 4);
    put(&record, 0, 2);
    return write_record(flow, &record, trouble);
}

void zip_flow_drop(struct zip_flow *flow)
{
    if (flow->open)
        (void)deflateEnd(&flow->deflate);
    flow->open = false;
}
