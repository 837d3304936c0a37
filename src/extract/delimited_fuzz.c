/*
 * Delimited rows from any bytes, in a dialect that the first three bytes choose. The reader agrees
 * with a machine that takes one byte at a time and starts again when a quote turns out not to be
 * closed; it gives the same rows in blocks of any size as in one go, and a text may be cut where
 * delimited_whole_records() says. Limits are small, so that they are met.
 */
#include "extract/delimited.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define BYTES_MAX 1200
#define CELLS_MAX 40

/* ---- a reader that takes one byte at a time ---- */

enum state { AT_START, IN_PLAIN, IN_QUOTES, BEHIND_QUOTES };

struct machine {
    const struct dialect *dialect;
    struct text           bytes;       /* what a record may take of them */
    bool                  ordinary[BYTES_MAX];      /* quotes that are not closed */
    char                  cell[2 * BYTES_MAX];      /* one behind another */
    size_t                cell_size[BYTES_MAX];
    size_t                used, cells, cell_bytes, lines;
    size_t                begun, open, close;       /* of the field */
    enum state            state;
    bool                  bad_field, bad_row, too_long;
    enum row_fault        fault;
};

static bool machine_blank(const struct machine *machine, char c)
{
    return strchr(" \t\r\n", c) != NULL && c != 0 && c != machine->dialect->delimiter &&
           c != machine->dialect->line_last;
}

/* Keeps the field that ends before `end`. */
static void machine_keep(struct machine *machine, size_t end)
{
    const bool quoted = machine->state == BEHIND_QUOTES && !machine->bad_field;
    const size_t from = quoted ? machine->open + 1 : machine->begun;
    const size_t to = quoted ? machine->close : end;
    size_t size = 0;

    for (size_t at = from; at < to; at++) {
        machine->cell[machine->cell_bytes + size++] = machine->bytes.data[at];
        at += quoted && machine->bytes.data[at] == '"';
    }
    machine->too_long = machine->too_long || size > machine->dialect->cell_bytes_max;
    machine->cell_size[machine->cells++] = size;
    machine->cell_bytes += size;
    machine->state = AT_START;
    machine->bad_field = false;
}

/* Takes the byte at `*at`, and that of a doubled quote. */
static void machine_take(struct machine *machine, size_t *at)
{
    const struct dialect *dialect = machine->dialect;
    const struct text bytes = machine->bytes;
    const char c = bytes.data[*at];
    const bool quote = c == '"' && dialect->quote == '"' && dialect->delimiter != '"';

    if (machine->state == IN_QUOTES) {
        machine->lines += c == dialect->line_last;
        bool doubled = quote && *at + 1 < bytes.size && bytes.data[*at + 1] == '"';
        *at += doubled;
        if (quote && !doubled) {
            machine->close = *at;
            machine->state = BEHIND_QUOTES;
        }
    } else if (machine->state == AT_START && quote) {
        machine->bad_row = machine->bad_row || machine->ordinary[*at];
        machine->state = machine->ordinary[*at] ? IN_PLAIN : IN_QUOTES;
        machine->open = *at;
    } else if (machine->state == AT_START && !machine_blank(machine, c)) {
        machine->state = IN_PLAIN;
    } else if (machine->state == BEHIND_QUOTES && !machine_blank(machine, c)) {
        machine->bad_field = machine->bad_row = true;
    }
}

/* Up to the line end or the end of the bytes; false: inside quotes, to be started again. */
static bool machine_run(struct machine *machine, size_t *end)
{
    const struct dialect *dialect = machine->dialect;
    size_t at = 0;

    machine->cells = machine->cell_bytes = machine->lines = machine->begun = 0;
    machine->state = AT_START;
    machine->bad_field = machine->bad_row = machine->too_long = false;
    for (; at < machine->bytes.size; at++) {
        char c = machine->bytes.data[at];
        if (machine->state != IN_QUOTES && c == dialect->delimiter) {
            machine_keep(machine, at);
            machine->begun = at + 1;
            continue;
        }
        if (machine->state != IN_QUOTES && c == dialect->line_last)
            break;
        machine_take(machine, &at);
    }
    *end = at;
    if (machine->state == IN_QUOTES)
        machine->ordinary[machine->open] = true;
    return machine->state != IN_QUOTES;
}

/* A record that is longer than it may be ends with the line. */
static void machine_skip(struct machine *machine, struct text bytes, size_t from)
{
    const char last = machine->dialect->line_last;

    machine->fault = ROW_LONG;
    machine->cells = 0;
    machine->used = from;
    while (machine->used < bytes.size && bytes.data[machine->used] != last)
        machine->used++;
    if (machine->used == bytes.size)
        return;
    machine->used++;
    machine->lines++;
    if (last == '\r' && machine->used < bytes.size && bytes.data[machine->used] == '\n')
        machine->used++;
}

/* The record at the start of the bytes. */
static void machine_read(struct machine *machine, struct text bytes)
{
    const struct dialect *dialect = machine->dialect;
    const size_t window = dialect->record_bytes_max + 2;
    size_t end;

    machine->bytes = (struct text){ bytes.data, bytes.size < window ? bytes.size : window };
    memset(machine->ordinary, 0, machine->bytes.size);
    while (!machine_run(machine, &end))
        ;
    if (end == machine->bytes.size && end < bytes.size) {
        machine_skip(machine, bytes, end);
        return;
    }
    bool ended = end < machine->bytes.size;
    bool after_cr = ended && dialect->line_last == '\n' && end > 0 && bytes.data[end - 1] == '\r';
    machine_keep(machine, after_cr && end > machine->begun ? end - 1 : end);
    machine->used = end + ended;
    machine->lines += ended;
    if (ended && dialect->line_last == '\r' && end + 1 < bytes.size && bytes.data[end + 1] == '\n')
        machine->used++;
    end -= after_cr;
    machine->too_long = machine->too_long || machine->cells > dialect->cells_max ||
                        end > dialect->record_bytes_max;
    machine->fault = !text_is_utf8((struct text){ bytes.data, end }) ? ROW_ENCODING
                   : machine->too_long ? ROW_LONG : machine->bad_row ? ROW_QUOTE : ROW_GOOD;
    if (machine->too_long)
        machine->cells = 0;
}

static void compare(const struct machine *machine, const struct row *row)
{
    const char *cell = machine->cell;

    assert(row->fault == machine->fault && row->count == machine->cells);
    for (size_t i = 0; i < row->count; i++) {
        assert(text_equal(row->cell[i].text, (struct text){ cell, machine->cell_size[i] }));
        cell += machine->cell_size[i];
    }
}

/* ---- the laws ---- */

static struct machine machine;

/* In one go, each row against the machine. Gives the row's beginnings, and the lines before. */
static size_t read_at_once(struct text bytes, const struct dialect *dialect, char *spare,
                           struct cell *cells, size_t starts[BYTES_MAX + 1],
                           size_t lines[BYTES_MAX + 1])
{
    size_t count = 0;
    size_t at = 0;

    starts[0] = lines[0] = 0;
    while (at < bytes.size) {
        struct row row = { .cell = cells };
        struct text left = { bytes.data + at, bytes.size - at };
        struct record_extent extent = delimited_read(left, true, dialect, spare, &row);
        machine_read(&machine, left);
        assert(!extent.unended && extent.used == machine.used && extent.used > 0);
        assert(extent.lines == machine.lines);
        compare(&machine, &row);
        at += extent.used;
        count++;
        starts[count] = at;
        lines[count] = lines[count - 1] + extent.lines;
    }
    return count;
}

/* As a reader of files does it, with `step` bytes more each time. */
static void read_in_blocks(struct text bytes, size_t step, const struct dialect *dialect,
                           char *spare, struct cell *cells, const size_t starts[],
                           const size_t lines[])
{
    size_t known = 0;
    size_t at = 0;
    size_t line = 0;
    bool skipping = false;

    for (size_t row_number = 0; at < bytes.size;) {
        struct row row = { .cell = cells };
        struct text left = { bytes.data + at, known - at };
        const bool final = known == bytes.size;
        struct record_extent extent = skipping
            ? line_skip(left, final, dialect->line_last)
            : delimited_read(left, final, dialect, spare, &row);
        assert(skipping || extent.used == 0 || at == starts[row_number]);
        at += extent.used;
        line += extent.lines;
        skipping = extent.unended;
        if (extent.used > 0 && !skipping)
            row_number++;
        assert(skipping || extent.used == 0 || line == lines[row_number]);
        known = extent.used > 0 && !skipping ? known
              : known + step < bytes.size ? known + step : bytes.size;
    }
}

static void cut_somewhere(struct text bytes, size_t cut, const struct dialect *dialect,
                          struct cell *cells, char *spare, const size_t starts[],
                          const size_t lines[])
{
    size_t held;
    size_t whole = delimited_whole_records((struct text){ bytes.data, cut }, dialect, &held);
    size_t row_number = 0;

    assert(whole <= cut);
    for (size_t at = 0; at < whole; row_number++) {
        struct row row = { .cell = cells };
        struct text left = { bytes.data + at, whole - at };
        struct record_extent extent = delimited_read(left, true, dialect, spare, &row);
        machine_read(&machine, (struct text){ bytes.data + at, bytes.size - at });
        compare(&machine, &row);
        assert(at == starts[row_number]);
        at += extent.used;
    }
    assert(whole == starts[row_number] && held == lines[row_number]);
}

/* Room of exactly what is promised, so that a sanitizer sees one byte too far. */
static void check(struct text bytes, struct dialect *dialect, size_t step)
{
    static size_t starts[BYTES_MAX + 1];
    static size_t lines[BYTES_MAX + 1];
    char *spare = malloc(dialect->record_bytes_max);
    struct cell *cells = malloc(dialect->cells_max * sizeof *cells);

    machine.dialect = dialect;
    for (size_t way = 0; way < delimited_ways_count; way++) {
        dialect->way = &delimited_ways[way];
        if (!dialect->way->runs_here())
            continue;
        (void)read_at_once(bytes, dialect, spare, cells, starts, lines);
        read_in_blocks(bytes, step, dialect, spare, cells, starts, lines);
        cut_somewhere(bytes, bytes.size * step / 64, dialect, cells, spare, starts, lines);
    }
    free(spare);
    free(cells);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char delimiters[] = ",;\t| \"a\xC2";
    struct dialect dialect;

    if (size < 3 || size > BYTES_MAX)
        return 0;
    dialect_open(&dialect, delimiters[bytes[0] % 8], (bytes[0] & 8) != 0,
                 (bytes[0] & 16) != 0 ? LINE_END_CR : LINE_END_LF);
    dialect.cell_bytes_max = (bytes[1] & 1) != 0 ? 20 : 130;
    dialect.record_bytes_max = (bytes[1] & 2) != 0 ? 130 : 600;
    dialect.cells_max = (bytes[1] & 4) != 0 ? 10 : CELLS_MAX;
    dialect.plain_bytes_max = dialect.cell_bytes_max;
    char *text = malloc(size - 3 + (size == 3));
    memcpy(text, bytes + 3, size - 3);
    check((struct text){ text, size - 3 }, &dialect, bytes[2] % 64 + 1);
    (void)delimited_line_end((struct text){ text, size - 3 }, dialect.delimiter, bytes[1] & 1);
    free(text);
    return 0;
}
