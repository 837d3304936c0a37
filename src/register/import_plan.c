#include "register/import_plan.h"

#include <assert.h>

#include "extract/value_rules.h"
#include "formats/csv.h"
#include "register/service_list.h"

const struct import_code import_codes[] = {
    { "encoding", "the row has bytes that are no text in the file's encoding." },
    { "size", "the row, or a cell of it, is too long." },
    { "quote", "the row has text behind a closing quotation mark, or a mark that is never "
               "closed." },
    { "cells", "the row has more cells than there are headings." },
    { "cell", "the spreadsheet shows an error here." },
    { "unknown", "there is no entry of this number that your council may change: leave the number "
                 "empty, and it is added." },
    { "twice", "the file has this entry in another row, too." },
    { NULL, NULL },
};

static const struct import_code *code_of(const char *code)
{
    const struct import_code *row = import_codes;

    while (strcmp(row->code, code) != 0) {
        row++;
        assert(row->code != NULL);
    }
    return row;
}

/* --- headings --- */

static int folded(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 'a';
    return c == '_' || c == '\n' ? ' ' : c;
}

/* ASCII letters of either case are the same, and so are _ and a blank. */
static bool same_words(struct text one, const char *other)
{
    size_t i = 0;

    while (i < one.size && other[i] != '\0' && folded(one.data[i]) == folded(other[i]))
        i++;
    return i == one.size && other[i] == '\0';
}

bool import_takes(const struct register_type *type, int field)
{
    return field >= 0 && (size_t)field < type->field_count && !type->fields[field].fixed &&
           !type->fields[field].later &&
           type->fields[field].changed_by == MAY_NOTHING;
}

int import_field_of(const struct register_type *type, struct text heading)
{
    struct text words = cell_trim(heading);

    while (words.size > 0 && is_one_of(words.data[words.size - 1], " *"))
        words.size--;
    for (int i = 0; i < (int)type->field_count; i++)
        if (import_takes(type, i) && (same_words(words, type->fields[i].label) ||
                                      same_words(words, type->fields[i].name)))
            return i;
    return same_words(words, "number") || same_words(words, type->one) ? IMPORT_NUMBER
                                                                       : IMPORT_UNUSED;
}

static size_t fields_named(const struct register_type *type, const struct row *row)
{
    size_t named = 0;

    for (size_t i = 0; i < row->count; i++)
        named += import_field_of(type, row->cell[i].text) >= 0 ? 1 : 0;
    return named;
}

uint64_t import_heading(const struct register_type *type, const struct import_table *table)
{
    size_t best = 0, most = 0;

    for (size_t i = 0; i < table->rows && i <= IMPORT_ABOVE_MOST; i++) {
        const size_t named = fields_named(type, &table->row[i]);
        best = named > most ? i : best;
        most = named > most ? named : most;
    }
    return table->rows == 0 ? 0 : table->row[best].number;
}

static size_t columns_of(const struct row *heading)
{
    size_t count = heading->count;

    while (count > 0 && cell_is_blank(heading->cell[count - 1].text))
        count--;
    return count;
}

void import_plan_open(struct arena *arena, const struct register_type *type,
                      const struct import_table *table, uint64_t heading, struct import_plan *plan)
{
    *plan = (struct import_plan){ .type = type, .table = table, .refused = table->refused };
    while (plan->above < table->rows && table->row[plan->above].number != heading)
        plan->above++;
    if (plan->refused == NULL && plan->above == table->rows)
        plan->refused = "There is no such row, or nothing stands in it: choose the row that the "
                        "headings stand in.";
    if (plan->refused != NULL)
        return;
    plan->heading = &table->row[plan->above];
    plan->lines = table->rows - plan->above - 1;
    plan->columns = columns_of(plan->heading);
    if (plan->columns > IMPORT_COLUMNS_MOST)
        plan->refused = "There are more than fifty columns: take out what this register does not "
                        "have.";
    else if (plan->lines > IMPORT_ROWS_MOST)
        plan->refused = "There are more than 2,000 rows: divide the file, and add one part after "
                        "the other.";
    if (plan->refused != NULL)
        plan->columns = plan->lines = 0;
    plan->line = arena_take(arena, plan->lines + 1, sizeof *plan->line);
    for (size_t i = 0; i < plan->columns; i++)
        plan->column[i] = (struct import_column){ cell_trim(plan->heading->cell[i].text),
                                                  IMPORT_UNUSED };
}

int import_column_of(const struct import_plan *plan, int field)
{
    for (size_t i = 0; i < plan->columns; i++)
        if (plan->column[i].field == field)
            return (int)i;
    return -1;
}

struct text import_example(const struct import_plan *plan, size_t column)
{
    for (size_t i = plan->above + 1; i < plan->table->rows; i++) {
        const struct row *row = &plan->table->row[i];
        if (column < row->count && !cell_is_blank(row->cell[column].text))
            return cell_trim(row->cell[column].text);
    }
    return text_of("");
}

/* "action" heads the numbers in our own files, and may be what a field is called, too: the first
 * value tells. */
static int field_headed(const struct import_plan *plan, size_t column)
{
    const struct text heading = plan->column[column].heading;
    struct text code;
    int64_t number;

    return same_words(heading, plan->type->one) &&
                   reference_parse(import_example(plan, column), &code, &number)
               ? IMPORT_NUMBER : import_field_of(plan->type, heading);
}

void import_match(struct import_plan *plan)
{
    for (size_t i = 0; i < plan->columns; i++) {
        const int field = field_headed(plan, i);
        if (field != IMPORT_UNUSED && import_column_of(plan, field) < 0)
            plan->column[i].field = field;
    }
}

/* --- cells --- */

static struct text day_typed(struct arena *arena, const struct cell *cell)
{
    static const char *const forms[] = { "yyyy-mm-dd", "dd/mm/yyyy", "dd-mm-yyyy", "dd.mm.yyyy",
                                         "dd mmm yyyy" };
    struct pattern pattern[COUNT(forms)];
    char text[DAY_TEXT_MAX];
    struct day day;
    bool good = true;

    for (size_t i = 0; i < COUNT(forms); i++)
        good = date_pattern_parse(text_of(forms[i]), &pattern[i]) && good;
    assert(good);
    if (date_read(cell, pattern, COUNT(forms), &day) != REASON_NONE)
        return cell_trim(cell->text);
    day_print(day, text);
    return text_of(arena_copy(arena, text, strlen(text)));
}

/* A number of a sheet may be written as 15E-1. */
static struct text money_typed(struct arena *arena, const struct cell *cell)
{
    static const struct amount_style style = { .decimal = DECIMAL_POINT,
                                               .negative = NEGATIVE_MINUS };
    char text[MONEY_TEXT_MAX];
    struct amount_reading reading;

    if (cell->kind != CELL_NUMBER || amount_read(cell, &style, &reading) != REASON_NONE)
        return cell_trim(cell->text);
    return text_of(arena_copy(arena, text, money_print(reading.pence, text)));
}

/* 5 and 5.0 are the number 5. */
static struct text number_typed(const struct cell *cell)
{
    struct text text;

    return cell->kind == CELL_NUMBER && code_read(cell, &text) == REASON_NONE
               ? text : cell_trim(cell->text);
}

static struct text choice_typed(const char *const choices[], const struct cell *cell)
{
    const struct text typed = cell_trim(cell->text);

    for (size_t i = 0; choices[i] != NULL; i++)
        if (same_words(typed, choices[i]))
            return text_of(choices[i]);
    return typed;
}

static struct text flag_typed(const struct cell *cell)
{
    static const char *const yes[] = { "yes", "y", "true", "x", "1", NULL };
    static const char *const no[] = { "no", "n", "false", "0", NULL };
    const struct text typed = cell_trim(cell->text);

    for (size_t i = 0; yes[i] != NULL; i++)
        if (same_words(typed, yes[i]))
            return text_of("yes");
    for (size_t i = 0; no[i] != NULL; i++)
        if (same_words(typed, no[i]))
            return text_of("");
    return typed;
}

/* Lines end in LF. */
static struct text words_typed(struct arena *arena, const struct cell *cell)
{
    const struct text text = number_typed(cell);
    size_t size = 0;

    if (memchr(text.data, '\r', text.size) == NULL)
        return text;
    char *out = arena_take(arena, text.size, 1);
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '\r')
            out[size++] = text.data[i];
        else if (i + 1 == text.size || text.data[i + 1] != '\n')
            out[size++] = '\n';
    }
    return (struct text){ out, size };
}

/* The ' that our own files put before what a spreadsheet would take for a formula goes again. */
static struct cell without_mark(struct cell cell)
{
    const struct text text = cell_trim(cell.text);

    if (text.size > 1 && text.data[0] == '\'' &&
        csv_is_formula((struct text){ text.data + 1, text.size - 1 }))
        cell.text = (struct text){ text.data + 1, text.size - 1 };
    return cell;
}

static struct text cell_typed(struct arena *arena, const struct field_form *form,
                              const struct cell *cell)
{
    switch (form->kind) {
    case FIELD_DAY: return day_typed(arena, cell);
    case FIELD_MONEY: return money_typed(arena, cell);
    case FIELD_SCALE:
    case FIELD_NUMBER: return number_typed(cell);
    case FIELD_CHOICE: return choice_typed(form->choices, cell);
    case FIELD_FLAG: return flag_typed(cell);
    case FIELD_LOGIN:
    case FIELD_SERVICE:
    case FIELD_COUNCIL:
    case FIELD_ENTRY:
    case FIELD_LINE:
    case FIELD_TEXT: break;
    }
    return words_typed(arena, cell);
}

/* --- rows --- */

static void add_fault(struct arena *arena, struct import_plan *plan, struct import_line *line,
                      struct import_fault fault)
{
    /* Room grows by doubling. */
    if ((plan->faults & (plan->faults - 1)) == 0)
        plan->fault = arena_grow(arena, plan->fault, plan->faults,
                                 plan->faults == 0 ? 1 : 2 * plan->faults, sizeof *plan->fault);
    fault.row = line->row->number;
    plan->fault[plan->faults++] = fault;
    line->faults++;
}

static void add_code(struct arena *arena, struct import_plan *plan, struct import_line *line,
                     int column, const char *code)
{
    const struct import_code *row = code_of(code);
    struct import_fault fault = { .column = column, .code = row->code, .words = row->words };

    if (column >= 0) {
        fault.value = line->row->cell[column].text;
        if (plan->column[column].field >= 0) {
            fault.name = plan->type->fields[plan->column[column].field].name;
            fault.label = plan->type->fields[plan->column[column].field].label;
        }
    }
    add_fault(arena, plan, line, fault);
}

/* False: its cells are not to be looked at. */
static bool judge_row(struct arena *arena, struct import_plan *plan, struct import_line *line)
{
    static const char *const code[] = { [ROW_ENCODING] = "encoding", [ROW_LONG] = "size",
                                        [ROW_QUOTE] = "quote", [ROW_RUN_TOGETHER] = "cells" };
    const struct row *row = line->row;

    if (row->fault != ROW_GOOD) {
        add_code(arena, plan, line, -1, code[row->fault]);
        return false;
    }
    for (size_t i = plan->columns; i < row->count; i++)
        if (!cell_is_blank(row->cell[i].text)) {
            add_code(arena, plan, line, -1, "cells");
            return false;
        }
    return true;
}

static struct entry *find_there(const struct entries *there, struct text reference)
{
    for (size_t i = 0; i < there->count; i++)
        if (text_equal(there->entry[i].reference, reference))
            return &there->entry[i];
    return NULL;
}

static bool is_named_above(const struct import_plan *plan, const struct import_line *line)
{
    for (const struct import_line *other = plan->line; other < line; other++)
        if (other->was == line->was)
            return true;
    return false;
}

/* Which entry the row is about. */
static void read_number(struct arena *arena, struct import_plan *plan, int64_t council,
                        struct import_line *line)
{
    const int column = import_column_of(plan, IMPORT_NUMBER);

    for (size_t field = 0; field < plan->type->field_count; field++)
        line->entry.field[field] = text_of("");
    if (column < 0 || (size_t)column >= line->row->count ||
        cell_is_blank(line->row->cell[column].text))
        return;
    line->was = find_there(&plan->there, cell_trim(line->row->cell[column].text));
    if (line->was == NULL || !entry_is_editable(line->was, council))
        add_code(arena, plan, line, column, "unknown");
    else if (is_named_above(plan, line))
        add_code(arena, plan, line, column, "twice");
    if (line->was != NULL)
        line->entry = *line->was;
}

static void read_cells(struct arena *arena, struct import_plan *plan, struct import_line *line)
{
    for (size_t i = 0; i < plan->columns; i++) {
        const struct cell none = { .text = { "", 0 } };
        const struct cell cell = i < line->row->count ? without_mark(line->row->cell[i]) : none;
        const int field = plan->column[i].field;
        if (field < 0 || (line->was != NULL && entry_withholds(line->was, (size_t)field)))
            continue;
        if (cell_is_blank(cell.text))
            line->entry.field[field] = text_of("");
        else if (cell_is_error(&cell))
            add_code(arena, plan, line, (int)i, "cell");
        else
            line->entry.field[field] = field_kept(arena, &plan->type->fields[field],
                                                  cell_typed(arena, &plan->type->fields[field],
                                                             &cell));
        line->differs = line->differs ||
                        (line->was != NULL && !text_equal(line->was->field[field],
                                                          line->entry.field[field]));
    }
}

/* Of a field whose cell has a fault already nothing more is said. */
static bool has_fault(const struct import_plan *plan, const struct import_line *line, int column)
{
    for (size_t i = line->fault; i < plan->faults; i++)
        if (column >= 0 && plan->fault[i].column == column)
            return true;
    return false;
}

static void add_wrong(struct arena *arena, struct import_plan *plan, struct import_line *line,
                      const char *const wrong[])
{
    for (int i = 0; i < (int)plan->type->field_count; i++) {
        const int column = import_column_of(plan, i);
        if (wrong[i] == NULL || has_fault(plan, line, column))
            continue;
        add_fault(arena, plan, line, (struct import_fault){
            .column = column, .name = plan->type->fields[i].name,
            .label = plan->type->fields[i].label,
            .value = column >= 0 && (size_t)column < line->row->count
                         ? line->row->cell[column].text : text_of(""),
            .code = field_code(wrong[i]), .words = wrong[i],
        });
    }
}

/* What stands there may stay. */
static void judge_service(const struct register_type *type, const struct services *services,
                          const struct import_line *line, const char *wrong[])
{
    const struct entry *entry = &line->entry;

    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].kind == FIELD_SERVICE && wrong[i] == NULL &&
            entry->field[i].size > 0 && !service_is_among(services, entry->field[i]) &&
            (line->was == NULL || !text_equal(line->was->field[i], entry->field[i])))
            wrong[i] = "the councils share no service of that name.";
}

static enum err judge_line(struct tx *tx, struct arena *arena, const struct entry_asker *asker,
                           const struct services *services, struct import_plan *plan,
                           struct import_line *line, struct trouble *trouble)
{
    const char *wrong[REGISTER_FIELDS_MAX] = { NULL };
    enum err err = OK;

    if (judge_row(arena, plan, line)) {
        read_number(arena, plan, asker->council, line);
        read_cells(arena, plan, line);
        (void)entry_judge(plan->type, &line->entry, wrong);
        judge_service(plan->type, services, line, wrong);
        err = entry_check(tx, arena, plan->type, asker, line->was, &line->entry, wrong, trouble);
        add_wrong(arena, plan, line, wrong);
    }
    plan->bad += line->faults > 0 ? 1 : 0;
    plan->added += line->faults == 0 && line->was == NULL ? 1 : 0;
    plan->changed += line->faults == 0 && line->differs ? 1 : 0;
    return err;
}

enum err import_judge(struct tx *tx, struct arena *arena, const struct entry_asker *asker,
                      struct db_day today, struct import_plan *plan, struct trouble *trouble)
{
    struct services services;
    enum err err = services_read(tx, arena, asker->council, today, &services, trouble);

    plan->bad = plan->faults = plan->added = plan->changed = 0;
    plan->fault = NULL;
    plan->there = (struct entries){ NULL, 0 };
    if (err == OK && import_column_of(plan, IMPORT_NUMBER) >= 0)
        err = entry_list(tx, arena, plan->type, asker, ENTRY_WHOLE, &plan->there, trouble);
    for (size_t i = 0; i < plan->lines && err == OK; i++) {
        plan->line[i] = (struct import_line){ .row = &plan->table->row[plan->above + 1 + i],
                                              .fault = plan->faults };
        err = judge_line(tx, arena, asker, &services, plan, &plan->line[i], trouble);
    }
    return err;
}

const char *import_sum(struct arena *arena, const struct import_plan *plan)
{
    const char *sum = "";
    uint64_t hash = 0;

    if (plan->changed == 0)
        return sum;
    for (size_t i = 0; i < plan->lines; i++)
        if (plan->line[i].differs)
            hash = hash * UINT64_C(6364136223846793005) + (uint64_t)plan->line[i].was->version;
    return arena_print(arena, "%zu-%016llx", plan->changed, (unsigned long long)hash);
}

const char *import_place(struct arena *arena, const struct import_table *table, uint64_t row)
{
    return table->workbook
               ? arena_print(arena, "sheet %s, row %llu", table->sheet_name[table->sheet],
                             (unsigned long long)row)
               : arena_print(arena, "row %llu", (unsigned long long)row);
}
