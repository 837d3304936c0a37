#include "trail/trail_writer.h"

#include <assert.h>

static void put_sum(struct json *json, const struct sha256_sum *sum)
{
    char hex[SHA256_HEX_SIZE];

    sha256_hex(sum, hex);
    json_string(json, hex);
}

static struct json begin_line(struct trail_writer *writer)
{
    struct json json;

    writer->line.size = 0;
    json_begin(&json, &writer->line.sink, JSON_COMPACT, writer->trouble);
    json_object(&json);
    return json;
}

static enum err write_line(struct trail_writer *writer)
{
    sha256_add(&writer->file, writer->line.bytes, writer->line.size);
    return writer->sink->write(writer->sink, writer->line.bytes, writer->line.size,
                               writer->trouble);
}

static enum err end_line(struct trail_writer *writer, struct json *json)
{
    json_object_end(json);
    enum err err = json_end(json);
    return err == OK ? write_line(writer) : err;
}

static enum err write_header(struct trail_writer *writer, const struct trail_header *header)
{
    const struct merkle *tree = &header->before.tree;
    struct json json = begin_line(writer);

    json_key(&json, "ochil");
    json_string(&json, "trail export 1");
    json_key(&json, "store");
    json_text(&json, header->store);
    json_key(&json, "for");
    if (writer->for_council)
        json_text(&json, header->council);
    else
        json_null(&json);
    json_count(&json, "from", writer->chain.size + 1);
    json_count(&json, "to", writer->to);
    json_key(&json, "previous");
    put_sum(&json, &writer->chain.last);
    json_key(&json, "tree");
    json_array(&json);
    for (unsigned height = MERKLE_HEIGHT_MAX; height-- > 0;)
        if ((tree->size >> height & 1) != 0)
            put_sum(&json, &tree->peak[height]);
    json_array_end(&json);
    return end_line(writer, &json);
}

enum err trail_writer_open(struct trail_writer *writer, struct arena *arena, struct sink *sink,
                           const struct trail_header *header, struct trouble *trouble)
{
    *writer = (struct trail_writer){
        .sink = sink, .trouble = trouble, .chain = header->before, .to = header->to,
        .for_council = header->council.size > 0,
    };
    if (header->to < header->before.size || header->store.size != TRAIL_STORE_DIGITS)
        return fail(trouble, ERR_BUG, "an export of the trail from %llu to %llu",
                    (unsigned long long)header->before.size + 1, (unsigned long long)header->to);
    trail_line_open(&writer->line, arena);
    enum err err = sha256_begin(&writer->work, trouble);
    if (err == OK)
        err = sha256_begin(&writer->file, trouble);
    if (err == OK)
        err = write_header(writer, header);
    if (err != OK)
        trail_writer_drop(writer);
    return err;
}

/* Puts `,"hash":"..."}` behind what stands on the line, and lets the chain go on. */
static enum err end_entry(struct trail_writer *writer, const struct sha256_sum *content,
                          struct sha256_sum *hash)
{
    char hex[SHA256_HEX_SIZE];

    trail_hash(&writer->work, &writer->chain, content, hash);
    trail_chain_add(&writer->work, &writer->chain, hash);
    if (sha256_failed(&writer->work))
        return fail(writer->trouble, ERR_IO, "SHA-256: libcrypto failed");
    sha256_hex(hash, hex);
    trail_line_add(&writer->line, ",\"hash\":\"", 9);
    trail_line_add(&writer->line, hex, SHA256_HEX_SIZE - 1);
    trail_line_add(&writer->line, "\"}\n", 3);
    writer->entries++;
    return write_line(writer);
}

static enum err one_too_many(const struct trail_writer *writer)
{
    return fail(writer->trouble, ERR_BUG, "an entry behind the last of the export");
}

enum err trail_writer_entry(struct trail_writer *writer, struct text canonical,
                            struct sha256_sum *hash)
{
    struct sha256_sum content;

    if (writer->chain.size == writer->to)
        return one_too_many(writer);
    trail_content(&writer->work, canonical, &content);
    writer->line.size = 0;
    trail_line_add(&writer->line, "{\"entry\":", 9);
    trail_line_add(&writer->line, canonical.data, canonical.size);
    return end_entry(writer, &content, hash);
}

enum err trail_writer_withheld(struct trail_writer *writer, const struct sha256_sum *content,
                               struct sha256_sum *hash)
{
    struct json json;

    if (writer->chain.size == writer->to)
        return one_too_many(writer);
    if (!writer->for_council)
        return fail(writer->trouble, ERR_BUG, "an entry withheld in an export for everybody");
    json = begin_line(writer);
    json_count(&json, "withheld", writer->chain.size + 1);
    json_key(&json, "content");
    put_sum(&json, content);
    json_object_end(&json);
    enum err err = json_end(&json);
    if (err != OK)
        return err;
    writer->line.size -= 2;   /* the brace and the line feed: the hash comes before them */
    writer->withheld++;
    return end_entry(writer, content, hash);
}

enum err trail_writer_opening(struct trail_writer *writer, enum trail_field field,
                              const unsigned char salt[TRAIL_SEAL_SALT_BYTES], struct text text)
{
    struct json json = begin_line(writer);
    struct sha256_sum hex;

    _Static_assert(sizeof hex.bytes == TRAIL_SEAL_SALT_BYTES, "the salt is as long as a sum");
    memcpy(hex.bytes, salt, sizeof hex.bytes);
    json_count(&json, "opening", writer->chain.size);
    json_key(&json, "field");
    json_string(&json, trail_field_name[field]);
    json_key(&json, "salt");
    put_sum(&json, &hex);
    json_key(&json, "text");
    json_text(&json, text);
    writer->openings++;
    return end_line(writer, &json);
}

enum err trail_writer_checkpoint(struct trail_writer *writer, struct text text,
                                 const struct trail_signature signature[], size_t count)
{
    struct json json = begin_line(writer);

    json_key(&json, "checkpoint");
    json_text(&json, text);
    json_key(&json, "signatures");
    json_array(&json);
    for (size_t i = 0; i < count; i++) {
        json_object(&json);
        json_key(&json, "by");
        json_text(&json, signature[i].by);
        json_key(&json, "signature");
        json_text(&json, signature[i].text);
        json_object_end(&json);
    }
    json_array_end(&json);
    writer->checkpoints++;
    return end_line(writer, &json);
}

static enum err write_trailer(struct trail_writer *writer)
{
    struct json json = begin_line(writer);
    struct sha256_sum sum;
    enum err err = sha256_end(&writer->file, &sum, writer->trouble);

    if (err != OK)
        return err;
    json_count(&json, "end", writer->chain.size);
    json_count(&json, "entries", writer->entries);
    json_count(&json, "withheld", writer->withheld);
    json_count(&json, "openings", writer->openings);
    json_count(&json, "checkpoints", writer->checkpoints);
    json_key(&json, "last");
    put_sum(&json, &writer->chain.last);
    json_key(&json, "sha256");
    put_sum(&json, &sum);
    json_object_end(&json);
    err = json_end(&json);
    return err != OK ? err : writer->sink->write(writer->sink, writer->line.bytes,
                                                 writer->line.size, writer->trouble);
}

enum err trail_writer_close(struct trail_writer *writer)
{
    enum err err = OK;

    if (writer->chain.size != writer->to)
        err = fail(writer->trouble, ERR_BUG, "the export ends before its last entry");
    if (err == OK)
        err = write_trailer(writer);
    trail_writer_drop(writer);
    return err;
}

void trail_writer_drop(struct trail_writer *writer)
{
    sha256_drop(&writer->work);
    sha256_drop(&writer->file);
}
