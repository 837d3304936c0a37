/*
 * CSV from any bytes. The reader agrees with a machine that takes one byte at a time (contract,
 * fine print 2); where a block is cut does not matter; what is written is read again the same.
 */
#include "formats/csv.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* ---- a reader that takes one byte at a time ---- */

struct machine {
    enum { AT_FIELD, IN_PLAIN, IN_QUOTES, BEHIND_QUOTES } state;
    char  *field[CSV_FIELDS_KEPT];       /* of the bytes' size each */
    size_t size[CSV_FIELDS_KEPT];
    size_t count, lines;
    bool   bad_line_end, bad_quote;
};

static void machine_put(struct machine *machine, char c)
{
    if (machine->count < CSV_FIELDS_KEPT)
        machine->field[machine->count][machine->size[machine->count]++] = c;
}

static void machine_next_field(struct machine *machine)
{
    machine->count++;
    machine->state = AT_FIELD;
}

/* Takes the byte at `at`; true when it ends the record. A CR is looked behind. */
static bool machine_take(struct machine *machine, struct text bytes, size_t *at)
{
    char c = bytes.data[*at];

    machine->lines += c == '\n';
    if (machine->state == IN_QUOTES) {
        if (c != '"')
            return machine_put(machine, c), false;
        bool doubled = *at + 1 < bytes.size && bytes.data[*at + 1] == '"';
        *at += doubled;
        if (doubled)
            return machine_put(machine, '"'), false;
        machine->state = BEHIND_QUOTES;
        return false;
    }
    if (c == '\n')
        return true;
    if (c == '\r' && *at + 1 < bytes.size && bytes.data[*at + 1] == '\n')
        return machine->lines++, (*at)++, true;
    if (c == ',')
        return machine_next_field(machine), false;
    if (c == '"' && machine->state == AT_FIELD)
        return machine->state = IN_QUOTES, false;
    machine->bad_line_end = machine->bad_line_end || c == '\r';
    machine->bad_quote = machine->bad_quote || machine->state == BEHIND_QUOTES;
    if (machine->state != BEHIND_QUOTES)
        machine->state = IN_PLAIN;
    machine_put(machine, c);
    return false;
}

/* The record at the start of the bytes; how many bytes it takes. */
static size_t machine_read(struct machine *machine, struct text bytes)
{
    size_t at = 0;

    machine->state = AT_FIELD;
    machine->count = machine->lines = 0;
    machine->bad_line_end = machine->bad_quote = false;
    memset(machine->size, 0, sizeof machine->size);
    while (at < bytes.size) {
        bool ends = machine_take(machine, bytes, &at);
        at++;
        if (ends) {
            machine->state = AT_FIELD;
            break;
        }
    }
    machine->count++;
    return at;
}

static void compare(const struct machine *machine, const struct csv_record *record)
{
    bool unclosed = machine->state == IN_QUOTES;

    assert(record->count == machine->count && record->lines == machine->lines);
    assert(((record->faults & CSV_UNCLOSED) != 0) == unclosed);
    assert(((record->faults & CSV_BAD_LINE_END) != 0) == machine->bad_line_end);
    assert(((record->faults & CSV_BAD_QUOTE) != 0) == machine->bad_quote);
    if (record->faults != 0)
        return;
    bool empty = true;
    for (size_t i = 0; i < record->count && i < CSV_FIELDS_KEPT; i++) {
        struct text field = { machine->field[i], machine->size[i] };
        assert(text_equal(record->field[i], field));
        empty = empty && field.size == 0;
    }
    assert(record->count > CSV_FIELDS_KEPT || record->empty == empty);
}

/* ---- the laws ---- */

struct buffer {
    struct sink sink;
    char       *bytes;
    size_t      size;
};

static enum err put(struct sink *sink, const void *bytes, size_t size, struct trouble *trouble)
{
    struct buffer *buffer = (struct buffer *)sink;

    (void)trouble;
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
    return OK;
}

/* What is written is read again the same. */
static void write_again(const struct csv_record *record, size_t size)
{
    struct buffer buffer = { { put }, malloc(size * 2 + 64), 0 };
    char *spare = malloc(size * 2 + 64);
    struct csv_writer writer;
    struct csv_record again;

    csv_open(&writer, &buffer.sink, NULL);
    for (size_t i = 0; i < record->count; i++)
        csv_text(&writer, record->field[i]);
    csv_end(&writer);
    enum err err = csv_close(&writer);
    size_t used = csv_read((struct text){ buffer.bytes, buffer.size }, true, spare, &again);
    assert(err == OK && used == buffer.size && again.faults == 0);
    assert(again.count == record->count);
    for (size_t i = 0; i < record->count; i++)
        assert(text_equal(again.field[i], record->field[i]));
    free(spare);
    free(buffer.bytes);
}

/* Reads all records; the same with and without spare bytes, to the end and record by record. */
static void read_all(struct text bytes, struct machine *machine, char *spare)
{
    size_t whole = csv_whole_records(bytes);
    size_t at = 0;

    assert(whole <= bytes.size);
    while (at < bytes.size) {
        struct text left = { bytes.data + at, bytes.size - at };
        struct csv_record record, extent, begun;
        size_t used = csv_read(left, true, spare, &record);
        size_t slow = machine_read(machine, left);
        assert(used == slow && used > 0);
        compare(machine, &record);
        size_t without = csv_read(left, true, NULL, &extent);
        assert(without == used && extent.lines == record.lines);
        size_t known = csv_read(left, false, spare, &begun);
        assert(known == (at + used <= whole ? used : 0));
        size_t alone = csv_whole_records((struct text){ left.data, used });
        assert(at + used > whole || alone == used);
        (void)csv_read(left, true, spare, &record);
        if (record.faults == 0 && record.count <= CSV_FIELDS_KEPT)
            write_again(&record, used);
        at += used;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct machine machine = { .state = AT_FIELD };
    char *spare;

    if (size > 4096)
        return 0;
    spare = malloc(size + 1);
    for (size_t i = 0; i < CSV_FIELDS_KEPT; i++)
        machine.field[i] = malloc(size + 1);
    read_all((struct text){ (const char *)bytes, size }, &machine, spare);
    for (size_t i = 0; i < CSV_FIELDS_KEPT; i++)
        free(machine.field[i]);
    free(spare);
    return 0;
}
