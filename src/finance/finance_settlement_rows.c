#include "finance/finance_settlement_rows.h"

#include "engine/record.h"

#define TOTAL_DIGITS 30         /* before the point: sums of a year */

/* A file, record by record. */
struct reader {
    struct arena     *arena;
    struct text       rest;
    char             *spare;
    const char       *header;
    size_t            fields;
    struct csv_record record;
    enum err          err;
    struct trouble   *trouble;
};

static enum err is_no_file(struct reader *reader)
{
    reader->err = fail(reader->trouble, ERR_CHECK, "a file of a run is not '%s'", reader->header);
    return reader->err;
}

static bool read_record(struct reader *reader)
{
    const size_t used = reader->rest.size == 0
        ? 0 : csv_read(reader->rest, true, reader->spare, &reader->record);

    if (used == 0)
        return false;
    reader->rest = (struct text){ reader->rest.data + used, reader->rest.size - used };
    return true;
}

static void open_rows(struct reader *reader, struct arena *arena, struct text bytes,
                      const char *header, struct trouble *trouble)
{
    *reader = (struct reader){ .arena = arena, .rest = bytes, .header = header, .fields = 1,
                               .trouble = trouble };
    reader->spare = arena_take(arena, bytes.size + 1, 1);
    for (const char *at = header; *at != '\0'; at++)
        reader->fields += *at == ',';
    if (!read_record(reader) || !record_is_header(&reader->record, header))
        (void)is_no_file(reader);
}

/* The next record, as wide as the header. */
static bool next_row(struct reader *reader)
{
    if (reader->err != OK || !read_record(reader))
        return false;
    if (reader->record.count != reader->fields || reader->record.faults != 0)
        (void)is_no_file(reader);
    return reader->err == OK;
}

static struct text word(const struct reader *reader, size_t field)
{
    return reader->record.field[field];
}

/* Blank is nothing: one of a journal's two. */
static wide money(struct reader *reader, size_t field)
{
    const struct text text = reader->record.field[field];
    wide pence = 0;

    if (text.size > 0 && !amount_parse(text, TOTAL_DIGITS, &pence))
        (void)is_no_file(reader);
    return pence;
}

static int64_t number(struct reader *reader, size_t field)
{
    const struct text text = reader->record.field[field];
    int64_t value = 0;

    if (text.size == 0 || text.size > 18 || text_digits(text, 0) != text.size)
        (void)is_no_file(reader);
    for (size_t i = 0; i < text.size && reader->err == OK; i++)
        value = value * 10 + (text.data[i] - '0');
    return value;
}

/* Room for one more, of any kind of rows. */
static void *grown(struct reader *reader, void *rows, size_t count, size_t size)
{
    if (count >= 16 && (count & (count - 1)) != 0)
        return rows;
    return count != 0 && count < 16
               ? rows : arena_grow(reader->arena, rows, count, count == 0 ? 16 : count * 2, size);
}

#define NEXT_ROW(reader, out)                                                                    \
    ((out)->row = grown(reader, (out)->row, (out)->count, sizeof *(out)->row),                   \
     &(out)->row[(out)->count++])

enum err settlement_rows_read(struct arena *arena, struct text bytes,
                              struct settlement_rows *out, struct trouble *trouble)
{
    struct reader r;

    *out = (struct settlement_rows){ .count = 0 };
    open_rows(&r, arena, bytes, "kind,pool,period,group,partner,borne,paid,net", trouble);
    while (next_row(&r))
        *NEXT_ROW(&r, out) = (struct settlement_row){
            word(&r, 0), word(&r, 1), word(&r, 2), word(&r, 3), word(&r, 4), money(&r, 5),
            money(&r, 6), money(&r, 7) };
    return r.err;
}

enum err correction_rows_read(struct arena *arena, struct text bytes,
                              struct correction_rows *out, struct trouble *trouble)
{
    struct reader r;

    *out = (struct correction_rows){ .count = 0 };
    open_rows(&r, arena, bytes, "kind,pool,period,carried_in,group,partner,borne,paid", trouble);
    while (next_row(&r))
        *NEXT_ROW(&r, out) = (struct correction_row){
            word(&r, 0), word(&r, 1), word(&r, 2), word(&r, 3), word(&r, 4), word(&r, 5),
            money(&r, 6), money(&r, 7) };
    return r.err;
}

enum err bill_rows_read(struct arena *arena, struct text bytes, struct bill_rows *out,
                        struct trouble *trouble)
{
    struct reader r;

    *out = (struct bill_rows){ .count = 0 };
    open_rows(&r, arena, bytes, "service,from,to,amount", trouble);
    while (next_row(&r))
        *NEXT_ROW(&r, out) = (struct bill_row){ word(&r, 0), word(&r, 1), word(&r, 2),
                                                money(&r, 3) };
    return r.err;
}

enum err journal_rows_read(struct arena *arena, struct text bytes, struct journal_rows *out,
                           struct trouble *trouble)
{
    struct reader r;

    *out = (struct journal_rows){ .count = 0 };
    open_rows(&r, arena, bytes, "period,service,kind,pool,group,debit,credit", trouble);
    while (next_row(&r))
        *NEXT_ROW(&r, out) = (struct journal_row){ word(&r, 0), word(&r, 1), word(&r, 2),
                                                   word(&r, 3), word(&r, 4), money(&r, 5),
                                                   money(&r, 6) };
    return r.err;
}

enum err penny_rows_read(struct arena *arena, struct text bytes, struct penny_rows *out,
                         struct trouble *trouble)
{
    struct reader r;

    *out = (struct penny_rows){ .count = 0 };
    open_rows(&r, arena, bytes, "pool,period,group,partner,borne,carried_pence", trouble);
    while (next_row(&r))
        *NEXT_ROW(&r, out) = (struct penny_row){ word(&r, 0), word(&r, 1), word(&r, 2),
                                                 word(&r, 3), word(&r, 5), money(&r, 4) };
    return r.err;
}

enum err total_rows_read(struct arena *arena, struct text bytes, struct total_rows *out,
                         struct trouble *trouble)
{
    struct reader r;

    *out = (struct total_rows){ .count = 0 };
    open_rows(&r, arena, bytes, "treatment,lines,amount", trouble);
    while (next_row(&r))
        *NEXT_ROW(&r, out) = (struct total_row){ word(&r, 0), number(&r, 1), money(&r, 2) };
    return r.err;
}

enum err true_up_rows_read(struct arena *arena, struct text bytes, struct true_up_rows *out,
                           struct trouble *trouble)
{
    struct reader r;

    *out = (struct true_up_rows){ .count = 0 };
    open_rows(&r, arena, bytes, "service,partner,lead,due,billed,true_up", trouble);
    while (next_row(&r))
        *NEXT_ROW(&r, out) = (struct true_up_row){ word(&r, 0), word(&r, 1), word(&r, 2),
                                                   money(&r, 3), money(&r, 4), money(&r, 5) };
    return r.err;
}

enum err error_rows_read(struct arena *arena, struct text bytes, struct error_rows *out,
                         struct trouble *trouble)
{
    struct reader r;

    *out = (struct error_rows){ .count = 0 };
    open_rows(&r, arena, bytes, "file,line,code,value", trouble);
    while (next_row(&r))
        *NEXT_ROW(&r, out) = (struct error_row){ word(&r, 0), word(&r, 1), word(&r, 2),
                                                 word(&r, 3) };
    return r.err;
}
