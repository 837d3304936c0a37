#include "engine/whatif.h"

#include "base/word.h"
#include "formats/csv.h"

/* ---- names with dots: longest known code first ---- */

/* What is left to understand of an assignment. */
struct reader {
    struct whatif_answer *answer;
    const struct model   *model;
    const char           *text;
    struct trouble       *trouble;
};

/* Whether `at` begins with the code, followed by one of `ends`. */
static bool begins_with(const char *at, struct text code, const char *ends)
{
    return strncmp(at, code.data, code.size) == 0 && strlen(at) > code.size &&
           strchr(ends, at[code.size]) != NULL;
}

/* A list of codes, as indexes of something in the model. */
struct code_list {
    const struct text *code;
    size_t             count;
};

/* The longest code that stands at `at` with one of `ends` behind it, shorter than `limit`
 * bytes; -1: none. Codes may hold dots, so a shorter one may be meant: ask again with its size. */
static int32_t longest(struct code_list list, const char *at, const char *ends, size_t limit)
{
    int32_t best = -1;

    for (size_t i = 0; i < list.count; i++)
        if (list.code[i].size < limit && begins_with(at, list.code[i], ends) &&
            (best < 0 || list.code[i].size > list.code[best].size))
            best = (int32_t)i;
    return best;
}

static struct code_list codes_of(const struct reader *reader, enum file_rank rank)
{
    const struct model *model = reader->model;
    size_t count = rank == FILE_POOLS ? model->pools
                   : rank == FILE_BASES ? model->bases : model->partners;
    struct text *code = arena_take(reader->answer->arena, count, sizeof *code);

    for (size_t i = 0; i < count; i++)
        code[i] = rank == FILE_POOLS ? model->pool[i].code
                  : rank == FILE_BASES ? model->basis[i].code : model->partner[i].code;
    return (struct code_list){ code, count };
}

/* "basis.PPO.CLK=1: there is no basis 'PPO'. Did you mean 'POP'?" */
static enum err no_such(const struct reader *reader, const char *what, const char *at,
                        const char *ends, struct code_list list)
{
    struct arena *arena = reader->answer->arena;
    const char *typed = arena_copy(arena, at, strcspn(at, ends));
    struct word_search search = { .typed = typed };

    for (size_t i = 0; i < list.count; i++)
        word_offer(&search, arena_copy(arena, list.code[i].data, list.code[i].size));
    if (search.nearest != NULL)
        return fail(reader->trouble, ERR_MISSING, "%s: there is no %s '%s'. Did you mean '%s'?",
                    reader->text, what, typed, search.nearest);
    return fail(reader->trouble, ERR_MISSING, "%s: there is no %s '%s'", reader->text, what,
                typed);
}

static enum err not_understood(const struct reader *reader, const char *form)
{
    return fail(reader->trouble, ERR_USAGE, "'%s' is not of the form %s", reader->text, form);
}

/* "@2014-15/P06=52500" or "=52500" behind the names. */
static enum err take_value(const struct reader *reader, struct assignment *assignment,
                           const char *at, const char *form)
{
    const char *equals = strchr(at, '=');

    if (equals == NULL || (*at != '=' && *at != '@'))
        return not_understood(reader, form);
    if (*at == '@')
        assignment->from = (struct text){ at + 1, (size_t)(equals - at - 1) };
    assignment->value = text_of(equals + 1);
    return *at == '@' && assignment->from.size == 0 ? not_understood(reader, form) : OK;
}

/* Two codes with a dot between them: any split that is known, the longest first code first. */
static bool find_pair(struct code_list ones, struct code_list others, const char *at,
                      int32_t *one, int32_t *other)
{
    size_t limit = SIZE_MAX;

    while ((*one = longest(ones, at, ".", limit)) >= 0) {
        limit = ones.code[*one].size;
        if ((*other = longest(others, at + limit + 1, "=@", SIZE_MAX)) >= 0)
            return true;
    }
    return false;
}

/* basis.B.P and support.P.R */
static enum err read_pair(const struct reader *reader, struct assignment *assignment,
                          const char *at, enum file_rank first, enum file_rank second,
                          const char *form)
{
    static const char *const what[FILE_BOOK] = {
        [FILE_POOLS] = "pool", [FILE_BASES] = "basis", [FILE_PARTNERS] = "partner"
    };
    struct code_list ones = codes_of(reader, first);
    struct code_list others = codes_of(reader, second);

    if (strchr(at, '=') == NULL || strchr(at, '.') == NULL)
        return not_understood(reader, form);
    if (!find_pair(ones, others, at, &assignment->one, &assignment->other)) {
        int32_t known = longest(ones, at, ".", SIZE_MAX);
        if (known < 0)
            return no_such(reader, what[first], at, ".", ones);
        return no_such(reader, what[second], at + ones.code[known].size + 1, "@=", others);
    }
    at += ones.code[assignment->one].size + 1 + others.code[assignment->other].size;
    return take_value(reader, assignment, at, form);
}

static enum err read_basis_value(const struct reader *reader, struct assignment *assignment,
                                 const char *at)
{
    assignment->kind = ASSIGN_BASIS_VALUE;
    assignment->rank = FILE_BASIS_VALUES;
    return read_pair(reader, assignment, at, FILE_BASES, FILE_PARTNERS,
                     "basis.BASIS.PARTNER=VALUE");
}

static enum err read_driver(const struct reader *reader, struct assignment *assignment,
                            const char *at)
{
    assignment->kind = ASSIGN_DRIVER;
    assignment->rank = FILE_SUPPORT;
    return read_pair(reader, assignment, at, FILE_POOLS, FILE_POOLS,
                     "support.POOL.RECEIVER=VALUE");
}

/* A value that must be a code. */
static enum err check_code(const struct reader *reader, const char *what, struct text value,
                           struct code_list list)
{
    for (size_t i = 0; i < list.count; i++)
        if (text_equal(list.code[i], value))
            return OK;
    return no_such(reader, what, arena_copy(reader->answer->arena, value.data, value.size), "",
                   list);
}

static enum err read_pool_basis(const struct reader *reader, struct assignment *assignment,
                                const char *at)
{
    static const char form[] = "pool.POOL.basis=BASIS";
    struct code_list pools = codes_of(reader, FILE_POOLS);
    size_t limit = SIZE_MAX;

    assignment->kind = ASSIGN_POOL_BASIS;
    assignment->rank = FILE_POOLS;
    while ((assignment->one = longest(pools, at, ".", limit)) >= 0) {
        limit = pools.code[assignment->one].size;
        if (strncmp(at + limit, ".basis=", 7) == 0) {
            assignment->value = text_of(at + limit + 7);
            return check_code(reader, "basis", assignment->value, codes_of(reader, FILE_BASES));
        }
    }
    if (strstr(at, ".basis=") == NULL)
        return not_understood(reader, form);
    return no_such(reader, "pool", at, ".", pools);
}

static enum err read_setting(const struct reader *reader, struct assignment *assignment,
                             const char *at)
{
    static const char *const keys[] = { "name", "rounding", "remainder", "settlement",
                                        "support_method" };
    struct text code[COUNT(keys)];
    const char *equals = strchr(at, '=');

    assignment->kind = ASSIGN_SETTING;
    assignment->rank = FILE_PARTNERSHIP;
    if (equals == NULL)
        return not_understood(reader, "setting.KEY=VALUE");
    assignment->key = (struct text){ at, (size_t)(equals - at) };
    assignment->value = text_of(equals + 1);
    if (text_is(assignment->key, "year"))
        return fail(reader->trouble, ERR_USAGE, "%s: the year cannot be assumed to be another",
                    reader->text);
    for (size_t i = 0; i < COUNT(keys); i++)
        code[i] = text_of(keys[i]);
    return check_code(reader, "setting", assignment->key,
                      (struct code_list){ code, COUNT(keys) });
}

/* The cost centre of a partner that stands at `at`, the longest; -1: none. */
static int32_t longest_centre(const struct reader *reader, int32_t partner, const char *at)
{
    const struct model *model = reader->model;
    int32_t best = -1;

    for (size_t i = 0; i < model->centres; i++)
        if (model->centre[i].partner == partner && begins_with(at, model->centre[i].code, ".") &&
            (best < 0 || model->centre[i].code.size > model->centre[best].code.size))
            best = (int32_t)i;
    return best;
}

static enum err no_such_centre(const struct reader *reader, int32_t partner, const char *at)
{
    const struct model *model = reader->model;
    struct text *code = arena_take(reader->answer->arena, model->centres, sizeof *code);
    size_t count = 0;

    for (size_t i = 0; i < model->centres; i++)
        if (model->centre[i].partner == partner)
            code[count++] = model->centre[i].code;
    return no_such(reader, "cost centre", at, ".", (struct code_list){ code, count });
}

/* ".pool=ED" behind the cost centre. */
static enum err read_column(const struct reader *reader, struct assignment *assignment,
                            const char *at)
{
    static const char form[] =
        "cost_centre.PARTNER.COST_CENTRE.pool=POOL, .treatment= or .bearer=";
    const char *equals = strchr(at, '=');
    struct text kind[KINDS];

    if (equals == NULL || at == equals)
        return not_understood(reader, form);
    assignment->key = (struct text){ at + 1, (size_t)(equals - at - 1) };
    assignment->value = text_of(equals + 1);
    if (text_is(assignment->key, "pool"))
        return check_code(reader, "pool", assignment->value, codes_of(reader, FILE_POOLS));
    if (text_is(assignment->key, "bearer"))
        return check_code(reader, "partner", assignment->value, codes_of(reader, FILE_PARTNERS));
    if (!text_is(assignment->key, "treatment"))
        return not_understood(reader, form);
    for (int i = 0; i < KINDS; i++)
        kind[i] = text_of(kind_name[i]);
    return check_code(reader, "treatment", assignment->value, (struct code_list){ kind, KINDS });
}

static enum err read_cost_centre(const struct reader *reader, struct assignment *assignment,
                                 const char *at)
{
    struct code_list partners = codes_of(reader, FILE_PARTNERS);
    const char *behind = at;
    size_t limit = SIZE_MAX;

    assignment->kind = ASSIGN_COST_CENTRE;
    assignment->rank = FILE_COST_CENTRES;
    assignment->other = -1;
    while (assignment->other < 0 &&
           (assignment->one = longest(partners, at, ".", limit)) >= 0) {
        limit = partners.code[assignment->one].size;
        behind = at + limit + 1;
        assignment->other = longest_centre(reader, assignment->one, behind);
    }
    if (assignment->other >= 0)
        return read_column(reader, assignment,
                           behind + reader->model->centre[assignment->other].code.size);
    assignment->one = longest(partners, at, ".", SIZE_MAX);
    if (assignment->one < 0)
        return no_such(reader, "partner", at, ".=", partners);
    return no_such_centre(reader, assignment->one,
                          at + partners.code[assignment->one].size + 1);
}

static enum err read_assignment(const struct reader *reader, struct assignment *assignment)
{
    static const struct {
        const char *word;
        enum err  (*read)(const struct reader *, struct assignment *, const char *at);
    } forms[] = {
        { "pool.", read_pool_basis }, { "basis.", read_basis_value },
        { "support.", read_driver }, { "setting.", read_setting },
        { "cost_centre.", read_cost_centre },
    };

    *assignment = (struct assignment){ .text = reader->text, .one = -1, .other = -1 };
    for (size_t i = 0; i < COUNT(forms); i++)
        if (strncmp(reader->text, forms[i].word, strlen(forms[i].word)) == 0)
            return forms[i].read(reader, assignment, reader->text + strlen(forms[i].word));
    return fail(reader->trouble, ERR_USAGE, "'%s' is not an assignment: it begins with pool., "
                "basis., support., setting. or cost_centre.", reader->text);
}

/* ---- the rows of a file ---- */

static struct edited_row *add_row(struct whatif_answer *answer, struct edited_file *file)
{
    if (file->rows == file->room) {
        size_t room = file->room == 0 ? 64 : file->room * 2;
        file->row = arena_grow(answer->arena, file->row, file->rows, room, sizeof *file->row);
        file->room = room;
    }
    struct edited_row *row = &file->row[file->rows++];
    row->assignment = -1;
    return row;
}

/* Cuts a file of the base into rows, header and blank records too, so that lines keep their
 * numbers. */
static struct edited_file *open_file(struct whatif_answer *answer, enum file_rank rank)
{
    const struct model_file *base = &answer->whatif->base.model.file[rank];
    struct edited_file *file = &answer->edited[rank];
    struct text left = base->there ? after_mark(base->bytes)
                                   : text_of(arena_print(answer->arena, "%s\n",
                                                         model_file_header(rank)));
    const char *begin = left.data;
    struct csv_record record;
    size_t used;

    if (file->open)
        return file;
    *file = (struct edited_file){ .open = true, .line = 1 };
    char *spare = arena_take(answer->arena, left.size, 1);   /* fields stay in it */
    while ((used = csv_read(left, true, spare + (left.data - begin), &record)) > 0) {
        struct edited_row *row = add_row(answer, file);
        row->raw = (struct text){ left.data, used };
        row->count = record.empty ? 0 : record.count;
        row->lines = record.lines;
        row->line = file->line;
        memcpy(row->field, record.field, sizeof row->field);
        file->line += record.lines > 0 ? record.lines : 1;
        left.data += used;
        left.size -= used;
    }
    return file;
}

static void append_row(struct whatif_answer *answer, enum file_rank rank, int32_t assignment,
                       const struct text *field, size_t count)
{
    struct edited_file *file = open_file(answer, rank);
    struct edited_row *row = add_row(answer, file);

    memcpy(row->field, field, count * sizeof *field);
    row->count = count;
    row->lines = 1;
    row->line = file->line++;
    row->assignment = assignment;
}

/* A value of a series, in basis_values.csv or support.csv: basis or pool, from, partner or
 * receiver, value. */
static void set_dated(struct whatif_answer *answer, int32_t number, struct text code,
                      struct text member)
{
    const struct assignment *assignment = &answer->assignment[number];
    struct edited_file *file = open_file(answer, assignment->rank);
    bool whole = assignment->from.size == 0;
    bool set = false;

    for (size_t i = 1; i < file->rows; i++) {
        struct edited_row *row = &file->row[i];
        if (row->count != 4 || row->removed || !text_equal(row->field[0], code) ||
            !text_equal(row->field[2], member) ||
            (!whole && !text_equal(row->field[1], assignment->from)))
            continue;
        row->removed = set;
        row->assignment = number;
        row->field[1] = assignment->from;
        row->field[3] = assignment->value;
        set = true;
    }
    struct text field[] = { code, assignment->from, member, assignment->value };
    if (!set)
        append_row(answer, assignment->rank, number, field, COUNT(field));
}

static void set_setting(struct whatif_answer *answer, int32_t number)
{
    const struct assignment *assignment = &answer->assignment[number];
    struct edited_file *file = open_file(answer, FILE_PARTNERSHIP);
    struct text field[] = { assignment->key, assignment->value };

    for (size_t i = 1; i < file->rows; i++)
        if (file->row[i].count == 2 && text_equal(file->row[i].field[0], assignment->key)) {
            file->row[i].field[1] = assignment->value;
            file->row[i].assignment = number;
            return;
        }
    append_row(answer, FILE_PARTNERSHIP, number, field, COUNT(field));
}

static void set_pool_basis(struct whatif_answer *answer, int32_t number)
{
    const struct assignment *assignment = &answer->assignment[number];
    const struct model *model = &answer->whatif->base.model;
    struct edited_file *file = open_file(answer, FILE_POOLS);

    for (size_t i = 1; i < file->rows; i++)
        if (file->row[i].count == 7 &&
            text_equal(file->row[i].field[0], model->pool[assignment->one].code)) {
            file->row[i].field[6] = assignment->value;
            file->row[i].assignment = number;
        }
}

static void set_cost_centre(struct whatif_answer *answer, int32_t number)
{
    const struct assignment *assignment = &answer->assignment[number];
    const struct model *model = &answer->whatif->base.model;
    const struct centre *centre = &model->centre[assignment->other];
    struct edited_file *file = open_file(answer, FILE_COST_CENTRES);
    size_t column = text_is(assignment->key, "treatment") ? 5
                    : text_is(assignment->key, "pool") ? 6 : 7;

    for (size_t i = 1; i < file->rows; i++)
        if (file->row[i].count == 8 &&
            text_equal(file->row[i].field[0], model->partner[centre->partner].code) &&
            text_equal(file->row[i].field[1], centre->code)) {
            file->row[i].field[column] = assignment->value;
            file->row[i].assignment = number;
        }
}

static void make_edit(struct whatif_answer *answer, int32_t number)
{
    const struct assignment *assignment = &answer->assignment[number];
    const struct model *model = &answer->whatif->base.model;

    switch (assignment->kind) {
    case ASSIGN_POOL_BASIS:
        set_pool_basis(answer, number);
        break;
    case ASSIGN_BASIS_VALUE:
        set_dated(answer, number, model->basis[assignment->one].code,
                  model->partner[assignment->other].code);
        break;
    case ASSIGN_DRIVER:
        set_dated(answer, number, model->pool[assignment->one].code,
                  model->pool[assignment->other].code);
        break;
    case ASSIGN_SETTING:
        set_setting(answer, number);
        break;
    case ASSIGN_COST_CENTRE:
        set_cost_centre(answer, number);
        break;
    }
}

enum err whatif_edit(struct whatif_answer *answer, const char *const text[], size_t count,
                     struct trouble *trouble)
{
    struct reader reader = { .answer = answer, .model = &answer->whatif->base.model,
                             .trouble = trouble };

    answer->assignment = arena_take(answer->arena, count, sizeof *answer->assignment);
    for (size_t i = 0; i < count; i++) {
        reader.text = text[i];
        enum err err = read_assignment(&reader, &answer->assignment[i]);
        if (err != OK)
            return err;
        answer->assignments++;
        make_edit(answer, (int32_t)i);
    }
    return OK;
}

/* ---- back to bytes ---- */

/* A sink that fills a place which is large enough. */
struct place_sink {
    struct sink sink;
    char       *at;
};

static enum err write_to_place(struct sink *sink, const void *bytes, size_t size,
                               struct trouble *trouble)
{
    struct place_sink *place = (struct place_sink *)sink;

    (void)trouble;
    memcpy(place->at, bytes, size);
    place->at += size;
    return OK;
}

/* At most: every byte doubled, quotes, a comma, and the line ends. */
static size_t most_bytes(const struct edited_file *file)
{
    size_t most = 0;

    for (size_t i = 0; i < file->rows; i++) {
        most += file->row[i].raw.size + file->row[i].lines + 2;
        for (size_t f = 0; f < file->row[i].count && f < CSV_FIELDS_KEPT; f++)
            most += 2 * file->row[i].field[f].size + 3;
    }
    return most;
}

static void write_row(struct csv_writer *writer, struct place_sink *place,
                      const struct edited_row *row)
{
    if (row->assignment < 0) {
        memcpy(place->at, row->raw.data, row->raw.size);
        place->at += row->raw.size;
        if (row->lines == 0 || row->raw.data[row->raw.size - 1] != '\n')
            *place->at++ = '\n';
        return;
    }
    char *start = place->at;
    csv_open(writer, &place->sink, NULL);
    for (size_t f = 0; f < row->count && !row->removed; f++)
        csv_text(writer, row->field[f]);
    if (!row->removed)
        csv_end(writer);
    (void)!csv_close(writer);
    size_t lines = 0;                    /* blank lines, so that later rows keep their numbers */
    for (const char *at = start; at < place->at; at++)
        lines += *at == '\n';
    while (lines++ < row->lines)
        *place->at++ = '\n';
}

struct text edited_bytes(const struct whatif_answer *answer, enum file_rank rank)
{
    const struct edited_file *file = &answer->edited[rank];
    char *bytes = arena_take(answer->arena, most_bytes(file), 1);
    struct csv_writer *writer = arena_take(answer->arena, 1, sizeof *writer);
    struct place_sink place = { { write_to_place }, bytes };

    for (size_t i = 0; i < file->rows; i++)
        write_row(writer, &place, &file->row[i]);
    return (struct text){ bytes, (size_t)(place.at - bytes) };
}

int32_t whatif_culprit(const struct whatif_answer *answer, const struct fault *fault)
{
    if (answer->assignments == 1)
        return 0;
    if (fault->file < FILE_PARTNERSHIP || fault->file >= FILE_BOOK)
        return -1;
    const struct edited_file *file = &answer->edited[fault->file];
    for (size_t i = 0; i < file->rows; i++)
        if (file->row[i].line == fault->line && file->row[i].assignment >= 0)
            return file->row[i].assignment;
    return -1;
}
