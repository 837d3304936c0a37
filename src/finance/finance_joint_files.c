#include "finance/finance_joint_files.h"

#include <assert.h>

#include "engine/share.h"
#include "finance/finance_csv_file.h"

/* --- fields of forms --- */

static struct text field_of(const struct form *form, const char *name)
{
    struct text value = { NULL, 0 };

    if (form != NULL)
        value = form_value(form, name);
    return value.data == NULL ? text_of("") : value;
}

/* The line that begins here, without its end; `*left` goes on behind it. */
static struct text line_next(struct text *left)
{
    const char *end = memchr(left->data, '\n', left->size);
    struct text line = { left->data, end == NULL ? left->size : (size_t)(end - left->data) };

    left->data += line.size + (end != NULL);
    left->size -= line.size + (end != NULL);
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return line;
}

/* A record's field is one line. */
static struct text one_line(struct arena *arena, struct text text)
{
    char *copy = arena_copy(arena, text.data, text.size);

    for (size_t i = 0; i < text.size; i++)
        if (copy[i] == '\n' || copy[i] == '\r')
            copy[i] = ' ';
    return (struct text){ copy, text.size };
}

/* A file as it was sent, with the header in front unless it begins with it. */
static struct text with_header(struct arena *arena, struct text file, enum file_rank rank,
                               uint64_t *less)
{
    const struct text header = text_of(model_file_header(rank));
    struct text left = file;
    struct csv_file made;

    *less = file.size > 0 && text_equal(line_next(&left), header) ? 0 : 1;
    csv_file_open(&made, arena, *less == 0 ? text_of("") : header);
    csv_file_raw(&made, file);
    return csv_file_close(&made);
}

/* --- the councils --- */

static size_t council_place(const struct councils *councils, struct text code)
{
    size_t at = 0;

    while (at < councils->count && !text_equal(councils->council[at].code, code))
        at++;
    return at;
}

/* "CLK, STI": the code that comes next; empty: there is none. */
static struct text code_next(struct text *left)
{
    struct text code;

    while (left->size > 0 && is_one_of(left->data[0], " ,;\r\n\t")) {
        left->data++;
        left->size--;
    }
    code = (struct text){ left->data, 0 };
    while (left->size > 0 && !is_one_of(left->data[0], " ,;\r\n\t")) {
        left->data++;
        left->size--;
        code.size++;
    }
    return code;
}

const char *joint_order(const struct joint_words *words, size_t order[])
{
    const struct councils *councils = words->councils;
    struct text left = field_of(words->cost_model, "partners");
    size_t count = 0;

    for (struct text code = code_next(&left); code.size > 0; code = code_next(&left)) {
        const size_t at = council_place(councils, code);
        if (at == councils->count || count == councils->count)
            return "Name each council once, by its code.";
        for (size_t i = 0; i < count; i++)
            if (order[i] == at)
                return "Name each council once, by its code.";
        order[count++] = at;
    }
    if (count > 0 && count < councils->count)
        return "Name every council, by its code.";
    for (; count < councils->count; count++)
        order[count] = count;
    return NULL;
}

/* --- codes of bases --- */

static void add_name(struct arena *arena, struct joint_names *names, struct text name)
{
    for (size_t i = 0; i < names->count; i++)
        if (text_equal(names->name[i], name))
            return;
    if (name.size == 0)
        return;
    names->name = arena_grow(arena, names->name, names->count, names->count + 1,
                             sizeof *names->name);
    names->name[names->count++] = name;
}

static void add_column(struct arena *arena, struct joint_names *names, struct text file,
                       size_t column)
{
    struct csv_rows rows;

    csv_rows_open(&rows, arena, file);
    while (csv_rows_next(&rows))
        add_name(arena, names, csv_rows_field(&rows, column));
}

void joint_model_names(struct arena *arena, const struct form *cost_model,
                       struct joint_names *names)
{
    struct text left = field_of(cost_model, "pools");
    const struct text header = text_of(model_file_header(FILE_POOLS));
    struct text behind = left;

    *names = (struct joint_names){ .count = 0 };
    if (left.size > 0 && text_equal(line_next(&behind), header))
        left = behind;
    add_column(arena, names, left, 6);
}

void joint_basis_names(struct arena *arena, const struct form *basis, struct joint_names *names)
{
    *names = (struct joint_names){ .count = 0 };
    add_column(arena, names, field_of(basis, "components"), 0);
    add_name(arena, names, field_of(basis, "estimate"));
    add_name(arena, names, field_of(basis, "actual"));
}

size_t joint_basis_place(const struct joint_words *words, struct text code)
{
    size_t at = 0;

    while (at < words->bases && !text_equal(words->basis[at].code, code))
        at++;
    return at;
}

static void name_all(struct arena *arena, struct joint_words *words,
                     const struct joint_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (joint_basis_place(words, names->name[i]) < words->bases)
            continue;
        words->basis = arena_grow(arena, words->basis, words->bases, words->bases + 1,
                                  sizeof *words->basis);
        words->basis[words->bases++] = (struct joint_basis){ .code = names->name[i] };
    }
}

void joint_name_missing(struct arena *arena, struct joint_words *words)
{
    struct joint_names names;

    if (words->cost_model != NULL) {
        joint_model_names(arena, words->cost_model, &names);
        name_all(arena, words, &names);
    }
    for (size_t i = 0; i < words->bases; i++) {
        if (words->basis[i].content == NULL)
            continue;
        joint_basis_names(arena, words->basis[i].content, &names);
        name_all(arena, words, &names);
    }
}

/* --- the files --- */

static void add_file(struct joint_files *files, enum file_rank rank, struct text bytes)
{
    assert(files->count < JOINT_FILES);
    files->file[files->count++] = (struct memory_file){ model_file_name[rank], bytes };
}

static void add_partnership(struct joint_files *files)
{
    static const char *const keys[] = { "name", "rounding", "remainder", "settlement",
                                        "support_method" };
    struct csv_file made;

    csv_file_open(&made, files->arena, text_of(model_file_header(FILE_PARTNERSHIP)));
    csv_file_row(&made, (struct text[]){ text_of("year"), files->words->year }, 2);
    for (size_t i = 0; i < COUNT(keys); i++) {
        const struct text value = field_of(files->words->cost_model, keys[i]);
        if (value.size > 0)
            csv_file_row(&made, (struct text[]){ text_of(keys[i]),
                                                 one_line(files->arena, value) }, 2);
    }
    add_file(files, FILE_PARTNERSHIP, csv_file_close(&made));
}

static void add_partners(struct joint_files *files)
{
    const struct councils *councils = files->words->councils;
    size_t *order = arena_take(files->arena, councils->count + 1, sizeof *order);
    struct csv_file made;

    if (joint_order(files->words, order) != NULL)   /* told to who wrote it; here as they are */
        for (size_t i = 0; i < councils->count; i++)
            order[i] = i;
    csv_file_open(&made, files->arena, text_of(model_file_header(FILE_PARTNERS)));
    for (size_t i = 0; i < councils->count; i++)
        csv_file_row(&made, (struct text[]){ councils->council[order[i]].code,
                                             councils->council[order[i]].name }, 2);
    add_file(files, FILE_PARTNERS, csv_file_close(&made));
}

/* A pool for each basis, where there is no cost model. */
static void add_trial_pools(struct joint_files *files)
{
    const struct joint_words *words = files->words;
    struct csv_file services, pools;

    csv_file_open(&services, files->arena, text_of(model_file_header(FILE_SERVICES)));
    csv_file_row(&services, (struct text[]){ text_of("trial"), text_of("Trial"),
                                             words->councils->council[0].code }, 3);
    csv_file_open(&pools, files->arena, text_of(model_file_header(FILE_POOLS)));
    for (size_t i = 0; i < words->bases; i++)
        if (words->basis[i].content != NULL)
            csv_file_row(&pools, (struct text[]){ words->basis[i].code, text_of("Trial"),
                                                  text_of("trial"), text_of("common"),
                                                  text_of(""), text_of(""),
                                                  words->basis[i].code }, 7);
    add_file(files, FILE_SERVICES, csv_file_close(&services));
    add_file(files, FILE_POOLS, csv_file_close(&pools));
}

static void add_pools(struct joint_files *files)
{
    const struct form *model = files->words->cost_model;
    struct arena *arena = files->arena;

    if (model == NULL) {
        add_trial_pools(files);
        return;
    }
    add_file(files, FILE_SERVICES, with_header(arena, field_of(model, "services"), FILE_SERVICES,
                                               &files->services_less));
    add_file(files, FILE_POOLS, with_header(arena, field_of(model, "pools"), FILE_POOLS,
                                            &files->pools_less));
}

static void add_bases(struct joint_files *files)
{
    static const char *const columns[] = { "name", "basis_kind", "places", "tolerance", "estimate",
                                           "actual", "unit", "source" };
    struct text field[1 + COUNT(columns)];
    struct csv_file made;

    csv_file_open(&made, files->arena, text_of(model_file_header(FILE_BASES)));
    for (size_t b = 0; b < files->words->bases; b++) {
        const struct joint_basis *basis = &files->words->basis[b];
        field[0] = basis->code;
        for (size_t i = 0; i < COUNT(columns); i++)
            field[1 + i] = one_line(files->arena, field_of(basis->content, columns[i]));
        if (basis->content == NULL)
            field[2] = text_of("equal");
        csv_file_row(&made, field, COUNT(field));
    }
    add_file(files, FILE_BASES, csv_file_close(&made));
}

/* "ROLL," before each line of a field. An empty line stays one, so that lines keep their
 * numbers. */
static void add_lines(struct csv_file *made, struct arena *arena, struct text code,
                      struct text lines, uint64_t *line)
{
    struct csv_file quoted;

    csv_file_open(&quoted, arena, text_of(""));
    csv_file_row(&quoted, &code, 1);
    struct text first = csv_file_close(&quoted);
    first.size--;       /* without its line end */
    for (; lines.size > 0; (*line)++) {
        const struct text text = line_next(&lines);
        if (text.size > 0) {
            csv_file_raw(made, first);
            csv_file_raw(made, text_of(","));
            csv_file_raw(made, text);
        }
        csv_file_raw(made, text_of("\n"));
    }
}

static uint64_t *add_lines_of(struct joint_files *files, enum file_rank rank, const char *field)
{
    const struct joint_words *words = files->words;
    uint64_t *first = arena_take(files->arena, words->bases + 1, sizeof *first);
    uint64_t line = 2;
    struct csv_file made;

    csv_file_open(&made, files->arena, text_of(model_file_header(rank)));
    for (size_t b = 0; b < words->bases; b++) {
        first[b] = line;
        add_lines(&made, files->arena, words->basis[b].code,
                  field_of(words->basis[b].content, field), &line);
    }
    add_file(files, rank, csv_file_close(&made));
    return first;
}

void joint_files_make(struct arena *arena, const struct joint_words *words,
                      struct joint_files *files)
{
    *files = (struct joint_files){ .arena = arena, .words = words };
    add_partnership(files);
    add_partners(files);
    add_pools(files);
    add_bases(files);
    files->values_line = add_lines_of(files, FILE_BASIS_VALUES, "values");
    files->components_line = add_lines_of(files, FILE_BLENDS, "components");
    add_file(files, FILE_SUPPORT, with_header(arena, field_of(words->cost_model, "support"),
                                              FILE_SUPPORT, &files->support_less));
}

/* --- judged --- */

enum err joint_files_load(const struct joint_files *files, struct faults *faults,
                          struct model *model, struct trouble *trouble)
{
    struct memory_source source;
    bool usable = false;

    memory_source_open(&source, files->file, files->count, NULL);
    faults_open(faults, files->arena);
    enum err err = model_load(&source.source, files->arena, false, faults, model, &usable,
                              trouble);
    if (err == OK && !usable) {
        model_close(model);
        return fail(trouble, ERR_USAGE, "%.*s is not a year", TEXT(files->words->year));
    }
    return err;
}

/* In which periods a pool is asked for its shares: all in which it is in force; of a basis alone
 * the last one and those in which a value begins. */
static bool is_asked(const struct joint_files *files, const struct model *model, size_t pool,
                     int index)
{
    const period_number period = period_of_year(model->year, index);
    const struct pool_row *row = pool_at(&model->pool[pool], period);

    if (row == NULL || files->words->cost_model != NULL || index == PERIODS - 1)
        return row != NULL;
    const struct basis *basis = row->basis < 0 ? NULL : &model->basis[row->basis];
    if (basis == NULL || basis->value == NULL)
        return false;
    for (size_t p = 0; p < model->partners; p++)
        for (size_t i = 0; i < basis->value[p].count; i++)
            if (basis->value[p].dated[i].from == period)
                return true;
    return false;
}

static void test_periods(const struct joint_files *files, const struct model *model,
                         struct faults *faults)
{
    struct demand demand = {
        arena_take(files->arena, model->pools + 1, sizeof *demand.shared),
        arena_take(files->arena, model->pools + 1, sizeof *demand.any),
    };

    for (size_t pool = 0; pool < model->pools; pool++)
        for (int index = 0; index < PERIODS; index++) {
            demand.shared[pool][index] = is_asked(files, model, pool, index);
            demand.any[pool][index] = demand.shared[pool][index];
        }
    shares_test(model, &demand, PERIODS - 1, faults, files->arena);
}

/* Whose lines hold this one: the last basis whose first line is not behind it. */
static size_t basis_at(const uint64_t first[], size_t bases, uint64_t line)
{
    size_t at = 0;

    while (at + 1 < bases && first[at + 1] <= line)
        at++;
    return at;
}

static void place_in_basis(const struct joint_files *files, const uint64_t first[],
                           const char *field, struct joint_fault *out)
{
    if (out->line == 0 || files->words->bases == 0)
        return;
    const size_t at = basis_at(first, files->words->bases, out->line);
    out->subject = files->words->basis[at].code;
    out->line -= first[at] - 1;
    out->field = field;
}

/* Which column of bases.csv a fault is about; the columns' faults are of few codes. The kind is
 * tested first, then places, then what belongs to a tolerance. */
static const char *bases_field(const struct joint_files *files, const struct joint_fault *fault)
{
    const size_t at = joint_basis_place(files->words, fault->subject);
    const struct form *basis = at < files->words->bases ? files->words->basis[at].content : NULL;

    if (strcmp(fault->code, "BLEND_NOT_100") == 0 || strcmp(fault->code, "BASIS_CYCLE") == 0)
        return "components";
    if (strcmp(fault->code, "BASIS_ZERO") == 0 || strcmp(fault->code, "BASIS_NOT_100") == 0 ||
        strcmp(fault->code, "BASIS_VALUE") == 0)
        return "values";
    if (strcmp(fault->code, "BASIS") == 0)
        return text_equal(field_of(basis, "actual"), fault->value) ? "actual" : "estimate";
    if (text_equal(field_of(basis, "basis_kind"), fault->value))
        return "basis_kind";
    return fault->value.size > 0 && text_equal(field_of(basis, "places"), fault->value)
               ? "places" : "tolerance";
}

static void take_place(const struct joint_files *files, enum file_rank rank,
                       struct joint_fault *out)
{
    switch (rank) {
    case FILE_SERVICES:
        out->field = "services";
        out->line -= out->line > 0 ? files->services_less : 0;
        break;
    case FILE_POOLS:
        out->field = "pools";
        out->line -= out->line > 0 ? files->pools_less : 0;
        break;
    case FILE_SUPPORT:
        out->field = "support";
        out->line -= out->line > 0 ? files->support_less : 0;
        break;
    case FILE_BASES:
        if (out->line >= 2 && out->line - 2 < files->words->bases)
            out->subject = files->words->basis[out->line - 2].code;
        out->line = 0;
        out->field = bases_field(files, out);
        break;
    case FILE_BASIS_VALUES: place_in_basis(files, files->values_line, "values", out); break;
    case FILE_BLENDS: place_in_basis(files, files->components_line, "components", out); break;
    case FILE_PARTNERS: out->field = "partners"; break;
    default: out->field = "name"; break;
    }
}

static const char *fault_sentence(struct arena *arena, const struct joint_fault *fault,
                                  const char *help)
{
    const char *where = fault->line == 0 ? ""
                        : arena_print(arena, "line %llu, ", (unsigned long long)fault->line);
    const char *value = fault->value.size == 0 ? "no value"
                        : arena_print(arena, "value %.*s", TEXT(fault->value));

    return arena_print(arena, "%s%s (%s). %s", where, value, fault->code, help);
}

/* Settings stand in fields of their own. */
static const char *setting_field(struct text value, const struct form *model)
{
    static const char *const keys[] = { "rounding", "remainder", "settlement", "support_method" };

    for (size_t i = 0; i < COUNT(keys); i++)
        if (value.size > 0 && text_equal(field_of(model, keys[i]), value))
            return keys[i];
    return "name";
}

static void take_fault(const struct joint_files *files, const struct fault *fault,
                       struct joint_faults *out)
{
    struct joint_fault told = { .subject = text_of(""), .line = fault->line,
                                .code = fault_name(fault->code), .value = fault->value };

    take_place(files, (enum file_rank)fault->file, &told);
    if (fault->file == FILE_PARTNERSHIP) {
        told.line = 0;
        told.field = setting_field(fault->value, files->words->cost_model);
    }
    told.words = fault_sentence(files->arena, &told, fault_help(fault->code));
    out->fault = arena_grow(files->arena, out->fault, out->count, out->count + 1,
                            sizeof *out->fault);
    out->fault[out->count++] = told;
}

enum err joint_files_judge(const struct joint_files *files, struct joint_faults *out,
                           struct trouble *trouble)
{
    struct faults faults;
    struct model model;
    enum err err = joint_files_load(files, &faults, &model, trouble);

    *out = (struct joint_faults){ .count = 0 };
    if (err != OK)
        return err;
    test_periods(files, &model, &faults);
    model_close(&model);
    faults_sort(&faults);
    for (size_t i = 0; i < faults.count; i++)
        if (faults.fault[i].file != FILE_ACCOUNTS && faults.fault[i].file != FILE_COST_CENTRES)
            take_fault(files, &faults.fault[i], out);
    return OK;
}
