/*
 * extract/guess_shape.c -- how a text is cut into cells, and which row names the columns.
 *
 * Every delimiter is tried, with quotes and without; the one that cuts most lines into the same
 * number of cells wins. A text of fixed width shows itself by blanks that stand below each other
 * through all lines.
 */
#include "extract/guess.h"

#include "extract/delimited.h"
#include "extract/fixed.h"

/* Readings that come this close to the best (parts of a hundred) count as good as it; then more
 * cells win, since decimal commas cut every line into two. */
#define NEARLY 90
/* Of a hundred lines so many must be cut alike, else the text is not delimited. */
#define CUT_ALIKE 50
#define SHAPE_LINES_MAX 1000

struct tally {
    struct text_dialect dialect;
    size_t              lines, same, cells;
    size_t              faults;           /* of quotes */
    size_t              dressed;          /* cells that a quote closes */
    bool                first_alike;      /* the first line that is not blank is cut so too */
};

/* -- delimiters ---------------------------------------------------------------------------- */

static bool all_blank(const struct row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (!cell_is_blank(row->cell[i].text))
            return false;
    }
    return true;
}

struct cutting {
    struct text sample;
    bool        whole;
    char       *spare;
    struct cell *cell;
    size_t      *lines_of;      /* lines by their number of cells */
};

static size_t dressed_cells(const struct row *row)
{
    size_t dressed = 0;

    for (size_t i = 0; i < row->count; i++) {
        const struct text text = cell_trim(row->cell[i].text);
        dressed += text.size >= 2 && text.data[text.size - 1] == '"';
    }
    return dressed;
}

static void cut_lines(const struct cutting *cutting, struct tally *tally)
{
    struct text rest = cutting->sample;
    struct row row = { .cell = cutting->cell };
    struct dialect dialect;
    size_t first = 0;

    dialect_open(&dialect, tally->dialect.delimiter, tally->dialect.quotes,
                 tally->dialect.line_end);
    memset(cutting->lines_of, 0, (ROW_CELLS_MAX + 1) * sizeof *cutting->lines_of);
    while (rest.size > 0 && tally->lines < SHAPE_LINES_MAX) {
        struct record_extent extent = delimited_read(rest, cutting->whole, &dialect,
                                                     cutting->spare, &row);
        if (extent.used == 0 || extent.unended)
            break;
        rest.data += extent.used;
        rest.size -= extent.used;
        if (row.fault != ROW_LONG && all_blank(&row))
            continue;
        tally->lines++;
        tally->faults += row.fault == ROW_QUOTE;
        tally->dressed += tally->dialect.quotes ? 0 : dressed_cells(&row);
        cutting->lines_of[row.count]++;
        first = first == 0 ? row.count : first;
    }
    for (size_t cells = 2; cells <= ROW_CELLS_MAX; cells++) {
        if (cutting->lines_of[cells] > tally->same) {
            tally->same = cutting->lines_of[cells];
            tally->cells = cells;
        }
    }
    tally->first_alike = first == tally->cells;
}

/* Whether every line is cut once only, between two digits: that is how a decimal comma looks. */
static bool cuts_a_number(const struct cutting *cutting, const struct tally *tally)
{
    const struct text text = cutting->sample;

    if (tally->dialect.delimiter != ',' || tally->cells != 2)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == ',' && (i == 0 || i + 1 == text.size
                                    || text.data[i - 1] < '0' || text.data[i - 1] > '9'
                                    || text.data[i + 1] < '0' || text.data[i + 1] > '9'))
            return false;
    }
    return true;
}

static bool is_better(const struct tally *one, const struct tally *best)
{
    if (one->same * 100 < best->same * NEARLY)
        return false;
    if (best->same * 100 < one->same * NEARLY)
        return true;
    if (one->cells != best->cells)
        return one->cells > best->cells;
    if (one->same != best->same)
        return one->same > best->same;
    return one->faults < best->faults;
}

static struct tally best_delimiter(const struct cutting *cutting)
{
    static const char delimiters[] = { ',', ';', '\t', '|' };
    struct tally best = { .dialect = { .delimiter = ',', .quotes = true } };

    best.dialect.line_end = delimited_line_end(cutting->sample, ',', true);
    for (size_t i = 0; i < 2 * COUNT(delimiters); i++) {
        struct tally tally = { .dialect = { .format = FORMAT_DELIMITED,
                                            .delimiter = delimiters[i / 2],
                                            .quotes = i % 2 == 0 } };
        tally.dialect.line_end = delimited_line_end(cutting->sample, tally.dialect.delimiter,
                                                    tally.dialect.quotes);
        cut_lines(cutting, &tally);
        if (tally.same > 0 && tally.dressed == 0 && !cuts_a_number(cutting, &tally)
            && is_better(&tally, &best))
            best = tally;
    }
    return best;
}

/* -- fixed widths -------------------------------------------------------------------------- */

#define FIXED_CHARACTERS_MAX 4096
#define FIXED_TITLES_MAX 5      /* lines above that may be left out of account */

/* What stands at each place of a line, over all lines. */
struct places {
    uint32_t *used;             /* lines with something there */
    uint32_t *thousand;         /* ... with a blank there that could part thousands */
    size_t    count;            /* places of the longest line */
    size_t    lines;
};

/* The next line of `rest`, without its end. false: none. */
static bool next_line(struct text *rest, bool whole, struct text *line)
{
    size_t size = 0;

    while (size < rest->size && rest->data[size] != '\n' && rest->data[size] != '\r')
        size++;
    if (rest->size == 0 || (size == rest->size && !whole))
        return false;
    *line = (struct text){ rest->data, size };
    size_t end = size < rest->size;
    if (size + 1 < rest->size && rest->data[size] == '\r' && rest->data[size + 1] == '\n')
        end = 2;
    *rest = (struct text){ rest->data + size + end, rest->size - size - end };
    return true;
}

static bool digit_at(struct text line, size_t at)
{
    return at < line.size && line.data[at] >= '0' && line.data[at] <= '9';
}

/* A digit, the blank at `at`, and three digits, no more. */
static bool blank_of_thousand(struct text line, size_t at)
{
    return line.data[at] == ' ' && at > 0 && digit_at(line, at - 1) && digit_at(line, at + 1)
           && digit_at(line, at + 2) && digit_at(line, at + 3) && !digit_at(line, at + 4);
}

static void see_line(struct places *places, struct text line)
{
    size_t place = 0;

    for (size_t i = 0; i < line.size && place < FIXED_CHARACTERS_MAX; i++) {
        if (((unsigned char)line.data[i] & 0xC0) == 0x80)
            continue;
        places->used[place] += line.data[i] != ' ' && line.data[i] != '\t';
        places->thousand[place] += blank_of_thousand(line, i);
        place++;
    }
    places->count = place > places->count ? place : places->count;
    places->lines++;
}

/* `skip`: so many lines at the top are left out. */
static void see_lines(struct places *places, const struct cutting *cutting, size_t skip)
{
    struct text rest = cutting->sample;
    struct text line;

    memset(places->used, 0, FIXED_CHARACTERS_MAX * sizeof *places->used);
    memset(places->thousand, 0, FIXED_CHARACTERS_MAX * sizeof *places->thousand);
    places->count = places->lines = 0;
    for (size_t i = 0; next_line(&rest, cutting->whole, &line); i++) {
        if (i >= skip && !cell_is_blank(line))
            see_line(places, line);
    }
}

/* A single column of blanks may also be what parts thousands: 1 234.56. It is, for all that can be
 * told, if wherever something stands on its left, it stands between a digit and three. */
static bool may_part_thousands(const struct places *places, size_t gap)
{
    return gap > 0 && gap + 1 < places->count && places->used[gap] == 0
           && places->used[gap - 1] > 0 && places->used[gap + 1] > 0 && places->thousand[gap] > 0
           && places->used[gap - 1] <= places->thousand[gap] + 1;      /* the line of names */
}

static size_t cut_places(const struct places *places, struct fixed_column columns[])
{
    size_t count = 0;

    for (size_t i = 0; i < places->count; i++) {
        const bool begins = places->used[i] > 0 && (i == 0 || places->used[i - 1] == 0);
        if (begins && count == ROW_CELLS_MAX)
            return 0;
        if (begins)
            columns[count++].first = (uint32_t)i + 1;
        if (places->used[i] > 0)
            columns[count - 1].last = (uint32_t)i + 1;
    }
    return count;
}

/* Whether a column holds the delimiter and nothing else, as in a table drawn with bars. */
static bool is_drawn(const struct cutting *cutting, const struct fixed_column *column,
                     char delimiter)
{
    struct text rest = cutting->sample;
    struct text line;

    if (column->first != column->last)
        return false;
    for (size_t lines = 0; lines < SHAPE_LINES_MAX && next_line(&rest, cutting->whole, &line);
         lines++) {
        if (line.size >= column->first && line.data[column->first - 1] == delimiter)
            return true;
    }
    return false;
}

static bool looks_like_word(struct text text)
{
    bool letter = false;

    for (size_t i = 0; i < text.size; i++) {
        const unsigned char c = (unsigned char)text.data[i];
        if (c >= '0' && c <= '9')
            return false;
        letter = letter || c >= 0x80 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    return letter;
}

/* What stands in a column of the line. */
static struct text cell_of(struct text line, const struct fixed_column *column)
{
    struct cell cell = { { "", 0 }, CELL_TEXT };
    struct row row = { .cell = &cell };

    (void)fixed_read(line, true, column, 1, '\n', &row);
    return row.count == 0 ? (struct text){ "", 0 } : cell_trim(cell.text);
}

/* A text whose words happen to stand below each other is cut where its column is not: the part
 * without a name goes to the neighbour that is nearer. Gives how many columns are left. */
static size_t join_nameless(struct text line, struct fixed_column columns[], size_t count)
{
    for (size_t i = 0; i < count;) {
        const uint32_t far = UINT32_MAX;
        const uint32_t left = i == 0 ? far : columns[i].first - columns[i - 1].last;
        const uint32_t right = i + 1 == count ? far : columns[i + 1].first - columns[i].last;
        const size_t kept = left <= right ? i - 1 : i;

        if (cell_of(line, &columns[i]).size > 0 || (left == far && right == far)) {
            i++;
            continue;
        }
        columns[kept].last = columns[kept + 1].last;
        memmove(&columns[kept + 1], &columns[kept + 2],
                (count - kept - 2) * sizeof *columns);
        count--;
        i = kept;
    }
    return count;
}

/* A name that stands twice is a part of longer ones that were cut. */
static bool names_repeat(const struct row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (text_equal(cell_trim(row->cell[i].text), cell_trim(row->cell[j].text)))
                return true;
        }
    }
    return false;
}

/* A first line of words without a digit names the columns. */
static void name_fixed(const struct cutting *cutting, size_t skip, struct arena *arena,
                       struct shape *shape)
{
    struct fixed_column *fixed = arena_take(arena, shape->cells, sizeof *fixed);
    struct text rest = cutting->sample;
    struct text line = { "", 0 };
    struct row row = { .cell = cutting->cell };
    size_t number = 0;

    while (next_line(&rest, cutting->whole, &line) && (number++ < skip || cell_is_blank(line)))
        ;
    memcpy(fixed, shape->dialect.fixed, shape->cells * sizeof *fixed);
    if (looks_like_word(line))
        shape->cells = shape->dialect.fixed_count = join_nameless(line, fixed, shape->cells);
    for (size_t i = 0; i < shape->cells; i++)
        fixed[i].name = text_of(arena_print(arena, "column%zu", i + 1));
    shape->dialect.fixed = fixed;
    (void)fixed_read(line, true, fixed, shape->cells, '\n', &row);
    bool named = row.fault == ROW_GOOD;
    for (size_t i = 0; i < row.count && named; i++)
        named = looks_like_word(cell_trim(row.cell[i].text));
    if (!named)
        return;
    shape->header = number;
    shape->unclear = shape->unclear || names_repeat(&row);
    for (size_t i = 0; i < shape->cells && !shape->unclear; i++) {
        struct text name = cell_trim(row.cell[i].text);
        fixed[i].name = text_keep(arena, name);
    }
}

/* Takes the text as one of fixed width if blanks part it better than the delimiter does. */
static void try_fixed(const struct cutting *cutting, struct arena *arena,
                      const struct tally *delimited, struct shape *shape)
{
    struct fixed_column *columns = arena_take(arena, ROW_CELLS_MAX, sizeof *columns);
    struct places places = {
        .used = arena_take(arena, FIXED_CHARACTERS_MAX, sizeof *places.used),
        .thousand = arena_take(arena, FIXED_CHARACTERS_MAX, sizeof *places.thousand),
    };
    size_t count = 0;
    size_t skip = 0;

    for (; skip <= FIXED_TITLES_MAX && count < 2; skip++) {
        see_lines(&places, cutting, skip);
        count = cut_places(&places, columns);
    }
    if (count < 3 || places.lines < 2 || places.count == FIXED_CHARACTERS_MAX
        || count <= delimited->cells)
        return;
    for (size_t i = 0; i < count; i++) {
        if (is_drawn(cutting, &columns[i], delimited->dialect.delimiter))
            return;
    }
    *shape = (struct shape){ .cut = true, .lines = places.lines, .same = places.lines,
                             .cells = count };
    shape->dialect = (struct text_dialect){ .format = FORMAT_FIXED, .fixed = columns,
                                            .fixed_count = count, .delimiter = ',',
                                            .line_end = line_end_first(cutting->sample) };
    for (size_t i = 0; i < places.count; i++)
        shape->unclear = shape->unclear || may_part_thousands(&places, i);
    name_fixed(cutting, skip - 1, arena, shape);
}

/* ------------------------------------------------------------------------------------------ */

size_t guess_strange_bytes(struct text sample)
{
    size_t strange = 0;

    for (size_t i = 0; i < sample.size; i++) {
        const unsigned char c = (unsigned char)sample.data[i];
        strange += c == 0xFF || c == 0x7F || (c < 0x20 && !is_one_of((char)c, "\t\n\r\f"));
    }
    return strange;
}

void guess_shape(struct text sample, bool whole, struct arena *arena, struct shape *shape)
{
    const struct cutting cutting = {
        .sample = sample, .whole = whole,
        .spare = arena_take(arena, RECORD_BYTES_MAX, 1),
        .cell = arena_take(arena, ROW_CELLS_MAX, sizeof(struct cell)),
        .lines_of = arena_take(arena, ROW_CELLS_MAX + 1, sizeof(size_t)),
    };
    const struct tally best = best_delimiter(&cutting);

    *shape = (struct shape){ .dialect = best.dialect, .lines = best.lines, .same = best.same,
                             .cells = best.cells };
    shape->cut = best.cells > 1 && best.same * 100 >= best.lines * CUT_ALIKE;
    try_fixed(&cutting, arena, &best, shape);
    if (!shape->cut)
        shape->cells = 1;
}

/* -- the header ---------------------------------------------------------------------------- */

/* A header stands within so many rows, or there is none. */
#define HEADER_WITHIN 30

static size_t filled_cells(const struct row *row)
{
    size_t filled = 0;

    for (size_t i = 0; i < row->count; i++)
        filled += !cell_is_blank(row->cell[i].text);
    return filled;
}

/* A figure or a day: no name of a column. */
static bool is_figure(const struct cell *cell)
{
    const struct text text = cell_trim(cell->text);
    struct amount_shape amount;
    struct date_seen date;

    return (cell->kind != CELL_TEXT && text.size > 0) || amount_shape_of(cell, &amount)
           || date_shape_of(text, &date);
}

static size_t figures(const struct row *row)
{
    size_t count = 0;

    for (size_t i = 0; i < row->count; i++)
        count += is_figure(&row->cell[i]);
    return count;
}

/* How many cells most of the rows reach with something in them. */
static size_t usual_cells(const struct row rows[], size_t count)
{
    size_t best = 0;
    size_t best_rows = 0;

    for (size_t i = 0; i < count; i++) {
        size_t alike = 0;
        for (size_t j = 0; j < count; j++)
            alike += rows[j].count == rows[i].count && filled_cells(&rows[j]) > 0;
        if (filled_cells(&rows[i]) > 0 && alike > best_rows) {
            best = rows[i].count;
            best_rows = alike;
        }
    }
    return best;
}

static bool names_columns(const struct row *row, size_t cells, bool ragged)
{
    const size_t filled = filled_cells(row);

    return row->fault == ROW_GOOD && (ragged || row->count == cells) && filled > 0
           && (filled > 1 || cells == 1) && filled * 2 >= cells && figures(row) == 0;
}

enum header_found guess_header(const struct row rows[], size_t count, bool ragged, size_t *at)
{
    const size_t cells = usual_cells(rows, count < 100 ? count : 100);
    bool above = false;

    for (size_t i = 0; i < count && i < HEADER_WITHIN; i++) {
        const struct row *row = &rows[i];

        *at = i;
        if (filled_cells(row) == 0)
            continue;
        if (names_columns(row, cells, ragged))
            return HEADER_FOUND;
        if ((ragged || row->count == cells) && figures(row) > 0)
            return above || *at > 0 ? HEADER_UNCLEAR : HEADER_NOT_THERE;
        above = true;
    }
    return HEADER_UNCLEAR;
}
