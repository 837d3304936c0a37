#include "extract/delimited.h"

#include <assert.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* ---- 64 bytes at a time ---- */

/* A bit for each byte, the first the lowest. */
struct marks {
    uint64_t delimiter, quote, last;
    uint64_t odd;                     /* NULs and all bytes above 127 */
};

typedef void find_marks(const char *bytes, const struct dialect *, struct marks *);

#define INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__)

#define WITH_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

INLINE WITH_AVX2 uint64_t equal_avx2(__m256i v, __m256i w, char c)
{
    const __m256i wanted = _mm256_set1_epi8(c);
    uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, wanted));
    uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(w, wanted));

    return low | (uint64_t)high << 32;
}

INLINE WITH_AVX2 void marks_avx2(const char *bytes, const struct dialect *dialect,
                                 struct marks *marks)
{
    __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i w = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));

    marks->delimiter = equal_avx2(v, w, dialect->delimiter);
    marks->quote = equal_avx2(v, w, dialect->quote);
    marks->last = equal_avx2(v, w, dialect->line_last);
    marks->odd = equal_avx2(v, w, 0) | (uint32_t)_mm256_movemask_epi8(v) |
                 (uint64_t)(uint32_t)_mm256_movemask_epi8(w) << 32;
}

INLINE uint64_t equal_sse2(const __m128i v[4], char c)
{
    const __m128i wanted = _mm_set1_epi8(c);
    uint64_t equal = 0;

    for (unsigned i = 0; i < 4; i++)
        equal |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], wanted)) << 16 * i;
    return equal;
}

INLINE void marks_sse2(const char *bytes, const struct dialect *dialect, struct marks *marks)
{
    __m128i v[4];

    for (unsigned i = 0; i < 4; i++)
        v[i] = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * (size_t)i));
    marks->delimiter = equal_sse2(v, dialect->delimiter);
    marks->quote = equal_sse2(v, dialect->quote);
    marks->last = equal_sse2(v, dialect->line_last);
    marks->odd = equal_sse2(v, 0);
    for (unsigned i = 0; i < 4; i++)
        marks->odd |= (uint64_t)(uint32_t)_mm_movemask_epi8(v[i]) << 16 * i;
}

#endif

INLINE void marks_plain(const char *bytes, const struct dialect *dialect, struct marks *marks)
{
    *marks = (struct marks){ 0 };
    for (unsigned i = 0; i < 64; i++) {
        char c = bytes[i];
        marks->delimiter |= (uint64_t)(c == dialect->delimiter) << i;
        marks->quote |= (uint64_t)(c == dialect->quote) << i;
        marks->last |= (uint64_t)(c == dialect->line_last) << i;
        marks->odd |= (uint64_t)(c == 0 || (unsigned char)c > 127) << i;
    }
}

/* ---- the quick half: rows without a quote ---- */

/* Appends the cells that the delimiters end. Four are written at a time whether there are so
 * many or not, since a loop that is left at every bit would be guessed wrong by the processor;
 * so there must be room for three more. */
INLINE void put_cells(struct cell *cell, size_t start, uint64_t delimiters, const char *bytes,
                      size_t base)
{
    const unsigned count = (unsigned)__builtin_popcountll(delimiters);

    for (unsigned done = 0; done < count; done += 4)
        for (unsigned i = 0; i < 4; i++) {
            size_t at = base + (size_t)__builtin_ctzll(delimiters | UINT64_C(1) << 63);
            cell[done + i] = (struct cell){ { bytes + start, at - start }, CELL_TEXT };
            start = at + 1;
            delimiters &= delimiters - 1;
        }
}

/* A row of ordinary size without a quote, far from the end of the bytes; gives where its line
 * end stands, or SIZE_MAX: it is another sort of row. */
INLINE size_t read_plain_row(struct text bytes, const struct dialect *dialect, struct row *row,
                             find_marks *find, uint64_t *odd)
{
    const bool quotes = dialect->quote != dialect->delimiter;
    const size_t most = dialect->plain_bytes_max < bytes.size ? dialect->plain_bytes_max
                                                              : bytes.size;
    size_t cells = 0;
    size_t start = 0;

    *odd = 0;
    for (size_t base = 0; base + 64 <= most; base += 64) {
        struct marks marks;
        find(bytes.data + base, dialect, &marks);
        const uint64_t inside = marks.last == 0 ? UINT64_MAX : (marks.last - 1) & ~marks.last;
        const uint64_t delimiters = marks.delimiter & inside;
        const size_t more = (size_t)__builtin_popcountll(delimiters);
        if ((quotes && (marks.quote & inside) != 0) || cells + more + 4 > dialect->cells_max)
            return SIZE_MAX;
        *odd |= marks.odd & inside;
        if (row->cell != NULL)
            put_cells(row->cell + cells, start, delimiters, bytes.data, base);
        cells += more;
        if (delimiters != 0)
            start = base + 64 - (size_t)__builtin_clzll(delimiters);
        if (marks.last == 0)
            continue;
        size_t end = base + (size_t)__builtin_ctzll(marks.last);
        bool crlf = end > start && dialect->line_last == '\n' && bytes.data[end - 1] == '\r';
        if (row->cell != NULL)
            row->cell[cells] = (struct cell){ { bytes.data + start, end - crlf - start },
                                              CELL_TEXT };
        row->count = cells + 1;
        return end;
    }
    return SIZE_MAX;
}

/* ---- the careful half ---- */

/* A row being read. Places are counted from the start of its bytes. */
struct reading {
    const struct dialect *dialect;
    find_marks           *find;
    const char           *bytes;
    size_t                size;      /* what may be looked at: no more than a record takes */
    size_t                base;      /* of the 64 bytes that `stop` tells of */
    uint64_t              stop;      /* those not visited yet */
    uint64_t              odd;       /* not 0: this row or what follows it may be odd */
    struct cell          *cell;      /* or NULL */
    size_t                cells;
    char                 *spare;
    size_t                lines;
    bool                  known;     /* nothing that may follow could change the answer */
    bool                  bad_quote, too_long;
};

INLINE void look_at(struct reading *reading, size_t base)
{
    size_t left = reading->size - base;
    struct marks marks;

    reading->base = base;
    if (left >= 64) {
        reading->find(reading->bytes + base, reading->dialect, &marks);
    } else {
        char last[64] = { 0 };
        uint64_t inside = (UINT64_C(1) << left) - 1;
        if (left > 0)
            memcpy(last, reading->bytes + base, left);
        reading->find(last, reading->dialect, &marks);
        marks.delimiter &= inside;
        marks.quote &= inside;
        marks.last &= inside;
        marks.odd &= inside;
    }
    reading->stop = marks.delimiter | marks.quote | marks.last;
    reading->odd |= marks.odd;
}

/* The next place where a delimiter, a quote or a line end stands; `size` when there is none. */
INLINE size_t next_stop(struct reading *reading)
{
    while (reading->stop == 0) {
        if (reading->size - reading->base <= 64)
            return reading->size;
        look_at(reading, reading->base + 64);
    }
    size_t at = reading->base + (size_t)__builtin_ctzll(reading->stop);
    reading->stop &= reading->stop - 1;
    return at;
}

/* The next delimiter or line end: quotes are ordinary here. */
INLINE size_t next_end(struct reading *reading)
{
    const struct dialect *dialect = reading->dialect;

    for (;;) {
        size_t at = next_stop(reading);
        if (at == reading->size || reading->bytes[at] == dialect->delimiter ||
            reading->bytes[at] == dialect->line_last)
            return at;
    }
}

/* White space of one byte, where it neither parts fields nor ends a line. */
INLINE bool is_blank(const struct dialect *dialect, char c)
{
    return (c == ' ' || c == '\t' || c == '\r' || c == '\n') && c != dialect->delimiter &&
           c != dialect->line_last;
}

INLINE bool all_blank(const struct reading *reading, size_t from, size_t to)
{
    while (from < to && is_blank(reading->dialect, reading->bytes[from]))
        from++;
    return from == to;
}

/* What stands between two quotes, each doubled one as one, in the spare bytes. */
static struct text without_doubles(char *spare, struct text quoted)
{
    char *out = spare;
    const char *end = quoted.data + quoted.size;

    for (const char *at = quoted.data; at < end;) {
        const char *quote = memchr(at, '"', (size_t)(end - at));
        size_t size = quote == NULL ? (size_t)(end - at) : (size_t)(quote - at) + 1;
        memcpy(out, at, size);
        out += size;
        at += size + (quote != NULL);
    }
    return (struct text){ spare, (size_t)(out - spare) };
}

/* From the opening quote, which was the last stop, to the closing one; SIZE_MAX: there is none.
 * Then nothing is changed. */
INLINE size_t find_closing(struct reading *reading, bool *doubled)
{
    const struct dialect *dialect = reading->dialect;
    size_t lines = 0;

    *doubled = false;
    for (;;) {
        size_t at = next_stop(reading);
        if (at == reading->size)
            return SIZE_MAX;
        if (reading->bytes[at] != dialect->quote) {
            lines += reading->bytes[at] == dialect->line_last;
            continue;
        }
        if (at + 1 == reading->size || reading->bytes[at + 1] != dialect->quote) {
            reading->lines += lines;
            return at;
        }
        *doubled = true;
        (void)next_stop(reading);
    }
}

/* A field that begins with blanks, or none, and a quote, which stands at `open`. Gives where it
 * ends. */
INLINE size_t read_quoted(struct reading *reading, size_t start, size_t open, struct text *field)
{
    bool doubled;

    (void)next_stop(reading);                   /* the opening quote */
    size_t close = find_closing(reading, &doubled);
    if (close == SIZE_MAX) {
        if (!reading->known)
            return reading->size;
        reading->bad_quote = true;
        look_at(reading, open + 1);
    }
    size_t end = next_end(reading);
    *field = (struct text){ reading->bytes + start, end - start };
    if (close == SIZE_MAX)
        return end;
    if (end != close + 1 && !all_blank(reading, close + 1, end)) {
        reading->bad_quote = true;
        return end;
    }
    *field = (struct text){ reading->bytes + open + 1, close - open - 1 };
    if (doubled && reading->spare != NULL) {
        *field = without_doubles(reading->spare, *field);
        reading->spare += field->size;
    }
    return end;
}

INLINE size_t read_field(struct reading *reading, size_t start, struct text *field)
{
    const struct dialect *dialect = reading->dialect;

    if (dialect->quote != dialect->delimiter) {
        size_t open = start;
        while (open < reading->size && is_blank(dialect, reading->bytes[open]))
            open++;
        if (open < reading->size && reading->bytes[open] == dialect->quote)
            return read_quoted(reading, start, open, field);
    }
    size_t end = next_end(reading);
    *field = (struct text){ reading->bytes + start, end - start };
    return end;
}

INLINE void keep_field(struct reading *reading, struct text field)
{
    reading->too_long = reading->too_long || field.size > reading->dialect->cell_bytes_max ||
                        reading->cells == reading->dialect->cells_max;
    if (reading->cell != NULL && reading->cells < reading->dialect->cells_max)
        reading->cell[reading->cells] = (struct cell){ field, CELL_TEXT };
    reading->cells++;
}

/* The last field of a row that a CRLF ends holds the CR, unless it is quoted. */
INLINE void drop_cr(const struct reading *reading, size_t end, struct text *field)
{
    if (field->size > 0 && field->data + field->size == reading->bytes + end &&
        field->data[field->size - 1] == '\r' && reading->dialect->line_last == '\n')
        field->size--;
}

/* What is wrong with a row of `size` bytes, without its line end. */
INLINE void judge(const struct reading *reading, size_t size, struct row *row)
{
    struct text whole = { reading->bytes, size };
    bool too_long = reading->too_long || size > reading->dialect->record_bytes_max;
    bool odd = reading->odd != 0 && reading->cell != NULL && !text_is_utf8(whole);

    row->count = too_long ? 0 : reading->cells;
    row->fault = odd ? ROW_ENCODING
               : too_long ? ROW_LONG
               : reading->bad_quote ? ROW_QUOTE : ROW_GOOD;
}

/* A record that goes on where it may not: it ends with the line. */
static struct record_extent read_past(struct text bytes, bool final, size_t seen, size_t lines,
                                      char last)
{
    const struct text rest = { bytes.data + seen, bytes.size - seen };
    struct record_extent extent = line_skip(rest, final, last);

    extent.used += seen;
    extent.lines += lines;
    return extent;
}

INLINE struct record_extent read_carefully(struct text bytes, bool final,
                                           const struct dialect *dialect, char *spare,
                                           struct row *row, find_marks *find)
{
    const size_t window = dialect->record_bytes_max + 2;
    const size_t size = bytes.size < window ? bytes.size : window;
    struct reading reading = { .dialect = dialect, .find = find, .bytes = bytes.data,
                               .size = size, .cell = row->cell, .spare = spare,
                               .known = final || bytes.size > window };
    struct text field = { bytes.data, 0 };
    size_t end;
    size_t start = 0;

    look_at(&reading, 0);
    for (;; start = end + 1) {
        end = read_field(&reading, start, &field);
        if (end == size || bytes.data[end] != dialect->delimiter)
            break;
        keep_field(&reading, field);
    }
    if (end == size && !reading.known)
        return (struct record_extent){ 0, 0, false };
    if (end == size && bytes.size > size) {
        row->count = 0;
        row->fault = ROW_LONG;
        return read_past(bytes, final, size, reading.lines, dialect->line_last);
    }
    size_t ending = end == size ? 0 : line_end_size(bytes, end, final, dialect->line_last);
    if (ending == 0 && end < size)
        return (struct record_extent){ 0, 0, false };
    if (ending > 0)
        drop_cr(&reading, end, &field);
    keep_field(&reading, field);
    bool crlf = ending == 1 && end > 0 && bytes.data[end] == '\n' && bytes.data[end - 1] == '\r';
    judge(&reading, end - crlf, row);
    return (struct record_extent){ end + ending, reading.lines + (ending > 0), false };
}

INLINE struct record_extent read_with(struct text bytes, bool final,
                                      const struct dialect *dialect, char *spare,
                                      struct row *row, find_marks *find)
{
    uint64_t odd;

    if (bytes.size == 0)
        return (struct record_extent){ 0, 0, false };
    const size_t end = read_plain_row(bytes, dialect, row, find, &odd);
    if (end == SIZE_MAX)
        return read_carefully(bytes, final, dialect, spare, row, find);
    const size_t ending = line_end_size(bytes, end, final, dialect->line_last);
    if (ending == 0)
        return (struct record_extent){ 0, 0, false };
    row->fault = odd != 0 && row->cell != NULL && !text_is_utf8((struct text){ bytes.data, end })
                     ? ROW_ENCODING : ROW_GOOD;
    return (struct record_extent){ end + ending, 1, false };
}

/* ---- the ways ---- */

#if defined(__x86_64__)

static WITH_AVX2 struct record_extent
read_avx2(struct text bytes, bool final, const struct dialect *dialect, char *spare,
          struct row *row)
{
    return read_with(bytes, final, dialect, spare, row, marks_avx2);
}

static bool avx2_is_here(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi");
}

static struct record_extent read_sse2(struct text bytes, bool final,
                                      const struct dialect *dialect, char *spare,
                                      struct row *row)
{
    return read_with(bytes, final, dialect, spare, row, marks_sse2);
}

#endif

static struct record_extent read_everywhere(struct text bytes, bool final,
                                            const struct dialect *dialect, char *spare,
                                            struct row *row)
{
    return read_with(bytes, final, dialect, spare, row, marks_plain);
}

static bool always_here(void)
{
    return true;
}

const struct delimited_way delimited_ways[] = {
#if defined(__x86_64__)
    { "avx2", avx2_is_here, read_avx2 },
    { "sse2", always_here, read_sse2 },
#endif
    { "plain", always_here, read_everywhere },
};
const size_t delimited_ways_count = COUNT(delimited_ways);

/* ---- */

void dialect_open(struct dialect *dialect, char delimiter, bool quotes, enum line_end line_end)
{
    assert(line_end != LINE_END_DETECT);
    *dialect = (struct dialect){ .delimiter = delimiter, .quote = delimiter,
                                 .line_last = line_end_char(line_end),
                                 .record_bytes_max = RECORD_BYTES_MAX,
                                 .cell_bytes_max = CELL_BYTES_MAX,
                                 .cells_max = ROW_CELLS_MAX,
                                 .plain_bytes_max = CELL_BYTES_MAX, .way = delimited_ways };
    if (quotes)
        dialect->quote = '"';
    while (!dialect->way->runs_here())
        dialect->way++;
}

struct record_extent delimited_read(struct text bytes, bool final, const struct dialect *dialect,
                                    char *spare, struct row *row)
{
    return dialect->way->read(bytes, final, dialect, spare, row);
}

/* Whole lines without a quote: how many of the bytes before `end` they are. A CR at the end of
 * all that is known may have its LF behind it. */
static size_t whole_lines(struct text bytes, size_t from, size_t end, char last)
{
    if (last == '\r' && end == bytes.size && end > from)
        end--;
    const char *line = end == from ? NULL : memrchr(bytes.data + from, last, end - from);
    if (line == NULL)
        return from;
    size_t at = (size_t)(line - bytes.data);
    return at + line_end_size(bytes, at, true, last);
}

size_t delimited_whole_records(struct text bytes, const struct dialect *dialect, size_t *lines)
{
    const bool quotes = dialect->quote != dialect->delimiter;
    size_t at = 0;                               /* a record begins here, certainly */

    for (;;) {
        const size_t left = bytes.size - at;
        const char *quote = !quotes || left == 0 ? NULL : memchr(bytes.data + at, '"', left);
        struct row row = { .cell = NULL };

        at = whole_lines(bytes, at, quote == NULL ? bytes.size : (size_t)(quote - bytes.data),
                         dialect->line_last);
        if (quote == NULL)
            break;
        struct record_extent extent = delimited_read(
            (struct text){ bytes.data + at, bytes.size - at }, false, dialect, NULL, &row);
        if (extent.used == 0 || extent.unended)
            break;
        at += extent.used;
    }
    *lines = line_end_count((struct text){ bytes.data, at }, dialect->line_last);
    return at;
}

enum line_end delimited_line_end(struct text sample, char delimiter, bool quotes)
{
    struct dialect by_lf, by_cr;
    struct row row = { .cell = NULL };

    dialect_open(&by_lf, delimiter, quotes, LINE_END_LF);
    dialect_open(&by_cr, delimiter, quotes, LINE_END_CR);
    size_t lf = delimited_read(sample, true, &by_lf, NULL, &row).used;
    size_t cr = delimited_read(sample, true, &by_cr, NULL, &row).used;
    if (lf != cr)
        return lf < cr ? LINE_END_LF : LINE_END_CR;
    /* Both end with the bytes, or with the same CRLF. */
    if (lf >= 2 && memcmp(sample.data + lf - 2, "\r\n", 2) == 0)
        return LINE_END_CRLF;
    if (lf >= 1 && sample.data[lf - 1] == '\r')
        return LINE_END_CR;
    if (lf >= 1 && sample.data[lf - 1] == '\n')
        return LINE_END_LF;
    return line_end_first(sample);
}
