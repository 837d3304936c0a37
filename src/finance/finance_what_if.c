#include "finance/finance_what_if.h"

#include "engine/whatif.h"
#include "finance/finance_csv_file.h"
#include "finance/finance_run_model.h"
#include "finance/finance_sql.h"
#include "web/form_json.h"

/* --- kept --- */

static enum err list(struct tx *tx, struct arena *arena, int64_t council, int64_t id,
                     struct what_ifs *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_what_if_list, &list, trouble);

    *out = (struct what_ifs){ .count = 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    bind_int(list, 2, id);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->question = arena_grow(arena, out->question, out->count, out->count + 1,
                                   sizeof *out->question);
        out->question[out->count++] = (struct what_if){
            .id = column_int(list, 0), .council = column_int(list, 1),
            .run = column_int(list, 2), .name = text_keep(arena, column_text(list, 3)),
            .assignments = text_keep(arena, column_text(list, 4)),
            .shared = column_bool(list, 5), .made_at = column_moment(list, 6),
            .made_by = text_keep(arena, column_text(list, 7)) };
    }
    return err;
}

enum err what_ifs_load(struct tx *tx, struct arena *arena, int64_t council, struct what_ifs *out,
                       struct trouble *trouble)
{
    return list(tx, arena, council, 0, out, trouble);
}

enum err what_if_load(struct tx *tx, struct arena *arena, int64_t council, int64_t id,
                      struct what_if *out, struct trouble *trouble)
{
    struct what_ifs found;
    enum err err = id > 0 ? list(tx, arena, council, id, &found, trouble) : ERR_MISSING;

    if (err == OK && found.count == 0)
        err = ERR_MISSING;
    if (err == OK)
        *out = found.question[0];
    return err;
}

static enum err record(struct tx *tx, const struct happening *happening,
                       const struct actor *actor, const char *action, int64_t id,
                       struct text after, struct trouble *trouble)
{
    const struct identity_event event = { text_of(actor->login), actor->acting, action, "what_if",
                                          id, after };

    return identity_record(tx, happening, &event, trouble);
}

/* The council's own that asks the same under the same name: a second click. 0: none. */
static int64_t kept_before(const struct what_ifs *all, int64_t council,
                           const struct what_if *question)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct what_if *kept = &all->question[i];
        if (kept->council == council && kept->run == question->run &&
            text_equal(kept->name, question->name) &&
            text_equal(kept->assignments, question->assignments))
            return kept->id;
    }
    return 0;
}

enum err what_if_keep(struct tx *tx, struct arena *arena, const struct happening *happening,
                      const struct actor *actor, struct what_if *question,
                      struct trouble *trouble)
{
    struct statement *add;
    struct what_ifs all;
    bool row = false;
    enum err err = what_ifs_load(tx, arena, actor->acting, &all, trouble);

    question->id = err == OK ? kept_before(&all, actor->acting, question) : 0;
    if (err == OK && question->id > 0)
        return OK;
    if (err == OK)
        err = tx_prepare(tx, &sql_what_if_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, actor->acting);
    bind_int(add, 2, question->run);
    bind_text(add, 3, question->name);
    bind_text(add, 4, question->assignments);
    bind_moment(add, 5, happening->now);
    bind_text(add, 6, text_of(actor->login));
    if ((err = statement_step(add, &row, trouble)) != OK)
        return err;
    question->id = column_int(add, 0);
    statement_end(add);
    return record(tx, happening, actor, "money.what-if.keep", question->id, question->name,
                  trouble);
}

/* A statement that changes one row. */
static enum err change(struct tx *tx, const struct query *query, const struct actor *actor,
                       int64_t id, const bool *shared, struct trouble *trouble)
{
    struct statement *change;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, query, &change, trouble);

    if (err != OK)
        return err;
    bind_int(change, 1, actor->acting);
    bind_int(change, 2, id);
    if (shared != NULL)
        bind_bool(change, 3, *shared);
    err = statement_run(change, &changed, trouble);
    return err == OK && changed == 0 ? ERR_MISSING : err;
}

enum err what_if_share(struct tx *tx, const struct happening *happening,
                       const struct actor *actor, int64_t id, bool shared,
                       struct trouble *trouble)
{
    enum err err = change(tx, &sql_what_if_share, actor, id, &shared, trouble);

    return err != OK ? err : record(tx, happening, actor, "money.what-if.share", id,
                                    text_of(shared ? "shared" : "own"), trouble);
}

enum err what_if_end(struct tx *tx, const struct happening *happening, const struct actor *actor,
                     int64_t id, struct trouble *trouble)
{
    enum err err = change(tx, &sql_what_if_end, actor, id, NULL, trouble);

    return err != OK ? err : record(tx, happening, actor, "money.what-if.end", id, text_of(""),
                                    trouble);
}

bool what_if_name_is_fit(struct text name)
{
    return name.size > 0 && name.size <= WHAT_IF_NAME_MOST &&
           memchr(name.data, '\n', name.size) == NULL;
}

/* --- the question --- */

struct asking {
    struct arena          *arena;
    struct memory_file    *input;           /* the run's, with bases of ours behind its own */
    size_t                 inputs;
    const char            *line[WHAT_IF_LINES_MOST];
    size_t                 lines;
    size_t                 fixed;           /* bases of ours */
    const struct what_if_proposals *proposals;
    bool                   edited;          /* `input` is not what the run was made of */
    const struct memory_file *was;          /* the run's own */
    struct run_model       model;           /* of the run */
    struct run_model       assumed;         /* of the edited `input`; if it is */
    struct whatif          whatif;
    struct whatif_answer   engine;
    struct what_if_answer *answer;
};

static struct memory_file *input_of(const struct asking *asking, const char *name)
{
    for (size_t i = 0; i < asking->inputs; i++)
        if (strcmp(asking->input[i].name, name) == 0)
            return &asking->input[i];
    return NULL;
}

static struct text next_line(struct text *left)
{
    const char *end = memchr(left->data, '\n', left->size);
    struct text line = { left->data, end == NULL ? left->size : (size_t)(end - left->data) };

    left->data += line.size + (end != NULL);
    left->size -= line.size + (end != NULL);
    while (line.size > 0 && is_one_of(line.data[line.size - 1], " \t\r"))
        line.size--;
    while (line.size > 0 && is_one_of(line.data[0], " \t")) {
        line.data++;
        line.size--;
    }
    return line;
}

/* A council's code, in listing order. */
static struct text partner_at(const struct asking *asking, size_t place)
{
    const struct memory_file *file = input_of(asking, "input/partners.csv");
    struct csv_rows rows;

    csv_rows_open(&rows, asking->arena, file == NULL ? text_of("") : file->bytes);
    for (size_t i = 0; csv_rows_next(&rows); i++)
        if (i == place + 1)     /* behind the header */
            return csv_rows_field(&rows, 0);
    return text_of("");
}

static bool is_number(struct text text)
{
    mpq_t number;

    mpq_init(number);
    const bool is = number_parse(text, number) == NUMBER_GOOD;
    mpq_clear(number);
    return is;
}

/* "40,60" become a fixed basis; false: there are not as many per cents as councils. */
static bool add_fixed(struct asking *asking, struct text code, struct text values)
{
    /* The engine would refuse the run itself for what is no number. */
    struct memory_file *bases = input_of(asking, "input/bases.csv");
    struct memory_file *dated = input_of(asking, "input/basis_values.csv");
    struct csv_file rows, value_rows;
    size_t count = 0;

    if (bases == NULL || dated == NULL)
        return false;
    csv_file_open(&rows, asking->arena, bases->bytes);
    csv_file_row(&rows, (struct text[]){ code, text_of("Fixed for this question"),
                                         text_of("fixed"), text_of(""), text_of(""), text_of(""),
                                         text_of(""), text_of(""), text_of("") }, 9);
    bases->bytes = csv_file_close(&rows);
    csv_file_open(&value_rows, asking->arena, dated->bytes);
    for (; values.size > 0; count++) {
        const char *comma = memchr(values.data, ',', values.size);
        const size_t size = comma == NULL ? values.size : (size_t)(comma - values.data);
        const struct text partner = partner_at(asking, count);
        if (partner.size == 0 || !is_number((struct text){ values.data, size }))
            return false;
        csv_file_row(&value_rows, (struct text[]){ code, text_of(""), partner,
                                                   { values.data, size } }, 4);
        values.data += size + (comma != NULL);
        values.size -= size + (comma != NULL);
    }
    dated->bytes = csv_file_close(&value_rows);
    return partner_at(asking, count).size == 0;
}

/* "pool.ED-PRI.fixed=40,60" as the engine's, over a basis of ours. */
static const char *take_fixed(struct asking *asking, struct text line, const char *fixed)
{
    const size_t named = (size_t)(fixed - line.data);
    const size_t behind = named + strlen(".fixed=");
    const char *code = arena_print(asking->arena, "(fixed %zu)", ++asking->fixed);

    if (!add_fixed(asking, text_of(code), (struct text){ line.data + behind, line.size - behind }))
        return arena_print(asking->arena, "%.*s: give a per cent for each council, in their "
                           "order, as 40,60.", TEXT(line));
    asking->line[asking->lines++] = arena_print(asking->arena, "%.*s.basis=%s", (int)named,
                                                line.data, code);
    return NULL;
}

/* The proposal that a line names; 0: it names none. */
static int64_t proposal_of(struct text line)
{
    static const char word[] = "proposal.";
    const size_t size = sizeof word - 1;
    int64_t id = 0;

    if (line.size <= size || line.size > size + 18 || memcmp(line.data, word, size) != 0 ||
        text_digits(line, size) != line.size - size)
        return 0;
    for (size_t i = size; i < line.size; i++)
        id = id * 10 + (line.data[i] - '0');
    return id;
}

/* A file without the rows of a basis, and with those that it would have. */
static void replace_rows(struct asking *asking, const char *name, struct text code,
                         struct text rows_of_it)
{
    struct memory_file *file = input_of(asking, name);
    struct csv_file made;
    struct csv_rows rows;

    if (file == NULL)
        return;
    csv_file_open(&made, asking->arena, text_of(""));
    csv_rows_open(&rows, asking->arena, file->bytes);
    while (csv_rows_next(&rows))
        if (!text_equal(csv_rows_field(&rows, 0), code))
            csv_file_row(&made, rows.record.field, rows.record.count);
    file->bytes = money_map_append(asking->arena, csv_file_close(&made), rows_of_it);
}

static const char *take_proposal(struct asking *asking, int64_t id)
{
    static const enum file_rank ranks[] = { FILE_BASES, FILE_BASIS_VALUES, FILE_BLENDS };
    const struct what_if_proposals *all = asking->proposals;
    struct joint_files files;
    size_t at = 0;

    while (at < all->count && all->id[at] != id)
        at++;
    if (at == all->count)
        return arena_print(asking->arena, "Your council sees no basis that is proposal %lld.",
                           (long long)id);
    const struct joint_words words = { .year = text_of("2014-15"), .councils = &all->councils,
                                       .basis = &all->basis[at], .bases = 1 };
    joint_files_make(asking->arena, &words, &files);
    for (size_t r = 0; r < COUNT(ranks); r++)
        for (size_t i = 0; i < files.count; i++)
            if (strcmp(files.file[i].name, model_file_name[ranks[r]]) == 0)
                replace_rows(asking, arena_print(asking->arena, "input/%s",
                                                 model_file_name[ranks[r]]),
                             all->basis[at].code, files.file[i].bytes);
    asking->edited = true;
    return NULL;
}

/* --- how a group is treated --- */

/* "group.ED-PRI.employees=direct": lines of a subjective group in a pool, treated in another way.
 * A run keeps a cost centre for each slot and an account for each group (finance_run_model.h), so
 * that a row for the two says it. */
struct regrouping {
    struct text pool, group;        /* "*": any */
    struct text treatment;          /* "common", "direct" or "excluded" */
    struct text bearer;             /* of direct; empty: whoever paid */
    struct text to;                 /* the pool of common; empty: where it is */
    size_t      rows;               /* that it is about */
};

static bool is_any(struct text word)
{
    return text_is(word, "*");
}

/* Does a file of the run have this code in a column? */
static bool has_code(const struct asking *asking, const char *name, size_t column,
                     struct text code)
{
    const struct memory_file *file = input_of(asking, name);
    struct csv_rows rows;

    csv_rows_open(&rows, asking->arena, file == NULL ? text_of("") : file->bytes);
    for (bool header = true; csv_rows_next(&rows); header = false)
        if (!header && text_equal(csv_rows_field(&rows, column), code))
            return true;
    return false;
}

/* Codes may hold dots: the first split at which both are known. */
static bool split_names(const struct asking *asking, struct text names, struct regrouping *out)
{
    for (size_t i = 1; i + 1 < names.size; i++) {
        out->pool = (struct text){ names.data, i };
        out->group = (struct text){ names.data + i + 1, names.size - i - 1 };
        if (names.data[i] == '.' &&
            (is_any(out->pool) || has_code(asking, "input/pools.csv", 0, out->pool)) &&
            (is_any(out->group) || has_code(asking, "input/accounts.csv", 2, out->group)))
            return true;
    }
    return false;
}

/* "direct:CLK": what stands behind the word; false: it is another word. */
static bool begins_word(struct text value, const char *word, struct text *behind)
{
    const size_t size = strlen(word);

    if (value.size <= size || memcmp(value.data, word, size) != 0)
        return false;
    *behind = (struct text){ value.data + size, value.size - size };
    return true;
}

/* False: there is no such treatment, council or pool. */
static bool read_treatment(const struct asking *asking, struct text value, struct regrouping *out)
{
    out->treatment = value;
    if (begins_word(value, "direct:", &out->bearer)) {
        out->treatment = text_of("direct");
        return has_code(asking, "input/partners.csv", 0, out->bearer);
    }
    if (begins_word(value, "pool:", &out->to)) {
        out->treatment = text_of("common");
        return has_code(asking, "input/pools.csv", 0, out->to);
    }
    return text_is(value, "common") || text_is(value, "direct") || text_is(value, "excluded");
}

/* The account that stands for a group of a council's. */
static struct text account_of(const struct asking *asking, struct text partner, struct text group)
{
    struct csv_rows rows;

    csv_rows_open(&rows, asking->arena, input_of(asking, "input/accounts.csv")->bytes);
    while (csv_rows_next(&rows))
        if (text_equal(csv_rows_field(&rows, 0), partner) &&
            text_equal(csv_rows_field(&rows, 2), group))
            return text_keep(asking->arena, csv_rows_field(&rows, 1));
    return text_of("");
}

/* Columns of cost_centres.csv. */
enum { SLOT_PARTNER, SLOT_CODE, SLOT_ACCOUNT, SLOT_FROM, SLOT_TO, SLOT_TREATMENT, SLOT_POOL,
       SLOT_BEARER, SLOT_COLUMNS };

/* What is shared may be shared no longer, or elsewhere; what one council bears may be shared.
 * Support is passed on to pools, and stays. */
static bool is_about(const struct regrouping *regrouping, const struct text field[])
{
    const bool shared = text_is(field[SLOT_TREATMENT], kind_name[KIND_COMMON]);
    const bool support = text_is(field[SLOT_TREATMENT], kind_name[KIND_SUPPORT]);
    const bool to_share = text_is(regrouping->treatment, kind_name[KIND_COMMON]) &&
                          regrouping->to.size == 0;

    return field[SLOT_ACCOUNT].size == 0 && field[SLOT_POOL].size > 0 &&
           (to_share ? !shared && !support : shared) &&
           (is_any(regrouping->pool) || text_equal(field[SLOT_POOL], regrouping->pool));
}

static void treat_anew(const struct regrouping *regrouping, struct text field[])
{
    const bool excluded = text_is(regrouping->treatment, kind_name[KIND_EXCLUDED]);
    const bool direct = text_is(regrouping->treatment, kind_name[KIND_DIRECT]);

    field[SLOT_TREATMENT] = regrouping->treatment;
    field[SLOT_BEARER] = !direct ? text_of("")
                         : regrouping->bearer.size > 0 ? regrouping->bearer
                                                       : field[SLOT_PARTNER];
    if (excluded)
        field[SLOT_POOL] = text_of("");
    else if (regrouping->to.size > 0)
        field[SLOT_POOL] = regrouping->to;
}

/* A row of a slot as it would be: in its place for every group, else one behind it. */
static void put_slot(struct asking *asking, struct regrouping *regrouping, struct csv_file *made,
                     const struct csv_rows *rows)
{
    struct text field[SLOT_COLUMNS];

    for (size_t i = 0; i < SLOT_COLUMNS; i++)
        field[i] = csv_rows_field(rows, i);
    const bool about = is_about(regrouping, field);
    if (!about || !is_any(regrouping->group))
        csv_file_row(made, field, SLOT_COLUMNS);
    if (!about)
        return;
    if (!is_any(regrouping->group)) {
        field[SLOT_ACCOUNT] = account_of(asking, field[SLOT_PARTNER], regrouping->group);
        if (field[SLOT_ACCOUNT].size == 0)
            return;
    }
    treat_anew(regrouping, field);
    csv_file_row(made, field, SLOT_COLUMNS);
    regrouping->rows++;
}

static const char *take_group(struct asking *asking, struct text line)
{
    static const char form[] = "group.POOL.GROUP=common, direct, direct:COUNCIL, pool:POOL or "
                               "excluded; * is every one";
    const char *equals = memrchr(line.data, '=', line.size);
    struct memory_file *file = input_of(asking, "input/cost_centres.csv");
    struct regrouping regrouping = { .rows = 0 };
    struct csv_file made;
    struct csv_rows rows;
    struct text names;

    if (equals == NULL || file == NULL || input_of(asking, "input/accounts.csv") == NULL ||
        !begins_word((struct text){ line.data, (size_t)(equals - line.data) }, "group.", &names))
        return arena_print(asking->arena, "%.*s is not of the form %s.", TEXT(line), form);
    if (!split_names(asking, names, &regrouping))
        return arena_print(asking->arena, "%.*s: there is no such pool, or no such group.",
                           TEXT(line));
    if (!read_treatment(asking, (struct text){ equals + 1, line.size - names.size - 7 },
                        &regrouping))
        return arena_print(asking->arena, "%.*s: it is treated as one of %s.", TEXT(line), form);
    csv_file_open(&made, asking->arena, text_of(""));
    csv_rows_open(&rows, asking->arena, file->bytes);
    while (csv_rows_next(&rows))
        put_slot(asking, &regrouping, &made, &rows);
    file->bytes = csv_file_close(&made);
    asking->edited = true;
    return regrouping.rows > 0 ? NULL : arena_print(asking->arena, "%.*s: no cost of that pool "
                                                    "can be treated so.", TEXT(line));
}

static const char *take_line(struct asking *asking, struct text line)
{
    struct text names;

    static const char centre[] = "cost_centre.";

    if (asking->lines == WHAT_IF_LINES_MOST)
        return "A question has at most 50 lines.";
    if (line.size >= sizeof centre - 1 && memcmp(line.data, centre, sizeof centre - 1) == 0)
        return "A run keeps no cost centres: ask about pools, bases, support or settings.";
    if (proposal_of(line) > 0)
        return take_proposal(asking, proposal_of(line));
    if (begins_word(line, "group.", &names))
        return take_group(asking, line);
    const char *fixed = memmem(line.data, line.size, ".fixed=", strlen(".fixed="));
    if (fixed != NULL)
        return take_fixed(asking, line, fixed);
    asking->line[asking->lines++] = arena_copy(asking->arena, line.data, line.size);
    return NULL;
}

static const char *take_lines(struct asking *asking, struct text assignments)
{
    const char *wrong = NULL;

    if (assignments.size > WHAT_IF_BYTES_MOST)
        return "A question has at most 4,000 bytes.";
    while (assignments.size > 0 && wrong == NULL) {
        const struct text line = next_line(&assignments);
        if (line.size > 0)
            wrong = take_line(asking, line);
    }
    return wrong;
}

/* --- the answer, as plain numbers --- */

bool what_if_is_changed(const struct what_if_change change[], size_t partners)
{
    for (size_t p = 0; p < partners; p++)
        if (change[p].before != change[p].after)
            return true;
    return false;
}

static struct text basis_of(const struct model *model, const struct pool *pool)
{
    if (pool->rows == 0 || pool->row[0].basis < 0)
        return text_of("");
    for (size_t i = 1; i < pool->rows; i++)
        if (pool->row[i].basis != pool->row[0].basis)
            return text_of("");
    return model->basis[pool->row[0].basis].code;
}

static void copy_changes(struct asking *asking, const struct change *from,
                         struct what_if_change *to)
{
    for (size_t p = 0; p < asking->answer->partners; p++)
        to[p] = (struct what_if_change){ from[p].before.borne, from[p].after.borne };
}

static struct what_if_row row_of(struct asking *asking, struct text code, struct text name)
{
    return (struct what_if_row){
        text_keep(asking->arena, code), text_keep(asking->arena, name), text_of(""),
        arena_take(asking->arena, asking->answer->partners + 1, sizeof(struct what_if_change)) };
}

static void take_bases(struct asking *asking)
{
    const struct model *model = &asking->whatif.base.model;
    struct what_if_answer *answer = asking->answer;
    const period_number last = period_of_year(model->year, PERIODS - 1);

    answer->basis = arena_take(asking->arena, model->bases + 1, sizeof *answer->basis);
    for (size_t b = 0; b + asking->fixed < model->bases; b++) {
        const struct basis *basis = &model->basis[b];
        struct what_if_basis *out = &answer->basis[answer->bases++];
        *out = (struct what_if_basis){ text_keep(asking->arena, basis->code),
                                       text_keep(asking->arena, basis->name),
                                       basis_kind_name[basis->kind],
                                       arena_take(asking->arena, answer->partners + 1,
                                                  sizeof *out->value) };
        for (size_t p = 0; p < answer->partners; p++) {
            const struct dated_value *dated = basis->value == NULL
                                                  ? NULL : series_at(&basis->value[p], last);
            out->value[p] = dated == NULL ? text_of("") : text_keep(asking->arena,
                                                                    dated->written);
        }
    }
}

/* What there is to ask about. */
static void take_model(struct asking *asking)
{
    const struct model *model = &asking->whatif.base.model;
    struct what_if_answer *answer = asking->answer;

    answer->partners = model->partners;
    answer->partner = arena_take(asking->arena, model->partners + 1, sizeof *answer->partner);
    for (size_t p = 0; p < model->partners; p++)
        answer->partner[p] = text_keep(asking->arena, model->partner[p].code);
    answer->pool = arena_take(asking->arena, model->pools + 1, sizeof *answer->pool);
    for (size_t i = 0; i < model->pools; i++) {
        answer->pool[i] = row_of(asking, model->pool[i].code, model->pool[i].name);
        answer->pool[i].basis = text_keep(asking->arena, basis_of(model, &model->pool[i]));
    }
    answer->pools = model->pools;
    answer->group = arena_take(asking->arena, model->groups + 1, sizeof *answer->group);
    answer->groups = model->groups;
    for (size_t g = 0; g < model->groups; g++)
        answer->group[g] = text_keep(asking->arena, model->group[g]);
    take_bases(asking);
}

static const char *even_words(struct asking *asking, const struct break_even *even)
{
    const struct text code = asking->answer->partner[even->partner];

    switch (even->kind) {
    case EVEN_NONE:
        return arena_print(asking->arena, "%.*s: no value leaves its total unchanged.", TEXT(code));
    case EVEN_ALWAYS:
        return arena_print(asking->arena, "%.*s: its total does not change for any value.",
                           TEXT(code));
    case EVEN_RANGE:
        if (strcmp(even->from, even->to) == 0)
            return arena_print(asking->arena, "%.*s: its total does not change at %s.", TEXT(code),
                               even->from);
        return arena_print(asking->arena, "%.*s: its total does not change from %s to %s.",
                           TEXT(code), even->from, even->to);
    case EVEN_BETWEEN: break;
    }
    return arena_print(asking->arena, "%.*s: its total turns between %s and %s.", TEXT(code),
                       even->below, even->above);
}

static void take_even(struct asking *asking)
{
    const struct whatif_answer *engine = &asking->engine;
    struct what_if_answer *answer = asking->answer;

    if (engine->even_of < 0)
        return;
    answer->even = arena_take(asking->arena, engine->evens + 1, sizeof *answer->even);
    if (engine->no_even != NULL)
        answer->even[answer->evens++] = arena_print(asking->arena, "None: %s.", engine->no_even);
    for (size_t i = 0; i < engine->evens; i++)
        answer->even[answer->evens++] = even_words(asking, &engine->even[i]);
}

static void take_answer(struct asking *asking)
{
    const struct model *model = &asking->whatif.base.model;
    struct what_if_answer *answer = asking->answer;

    for (size_t i = 0; i < model->pools; i++)
        copy_changes(asking, &asking->engine.pool[i * answer->partners], answer->pool[i].change);
    answer->service = arena_take(asking->arena, model->services + 1, sizeof *answer->service);
    for (size_t i = 0; i < model->services; i++) {
        answer->service[i] = row_of(asking, model->service[i].code, model->service[i].name);
        copy_changes(asking, &asking->engine.service[i * answer->partners],
                     answer->service[i].change);
    }
    answer->services = model->services;
    answer->total = arena_take(asking->arena, answer->partners + 1, sizeof *answer->total);
    copy_changes(asking, asking->engine.partner, answer->total);
    take_even(asking);
    answer->settled = true;
}

static const char *refusal(struct asking *asking)
{
    const struct faults *faults = &asking->engine.after.faults;

    if (faults->count == 0)
        return "The engine refuses it.";
    const struct fault *fault = &faults->fault[0];
    const int32_t culprit = whatif_culprit(&asking->engine, fault);
    return arena_print(asking->arena, "%s%svalue %.*s (%s). %s",
                       culprit < 0 ? "" : asking->engine.assignment[culprit].text,
                       culprit < 0 ? "" : ": ", TEXT(fault->value), fault_name(fault->code),
                       fault_help(fault->code));
}

/* A message with its full stop. */
static const char *sentence(struct arena *arena, const char *words)
{
    const size_t size = strlen(words);

    return arena_print(arena, "%s%s", words,
                       size > 0 && is_one_of(words[size - 1], ".?") ? "" : ".");
}

static enum err ask_engine(struct asking *asking, struct trouble *trouble)
{
    struct trouble said = { 0 };

    asking->whatif = (struct whatif){ .base = asking->edited ? asking->assumed.partnership
                                                               : asking->model.partnership,
                                      .before = asking->model.result, .threads = 1 };
    take_model(asking);
    if (asking->lines == 0 && !asking->edited)
        return OK;
    const enum err err = whatif_ask(&asking->whatif, asking->arena, asking->line, asking->lines,
                                    NULL, &asking->engine, &said);
    if (err == OK)
        take_answer(asking);
    else if (err == ERR_REFUSED)
        asking->answer->refused = refusal(asking);
    else if (err == ERR_USAGE || err == ERR_MISSING)
        asking->answer->refused = sentence(asking->arena, said.text);
    else
        return fail(trouble, err, "%s", said.text);
    return OK;
}

static const char *assumed_refusal(struct asking *asking)
{
    const struct faults *faults = &asking->assumed.partnership.faults;

    return faults->count == 0 ? "The engine refuses the year so."
           : arena_print(asking->arena, "With what is assumed the engine refuses the year: value "
                         "%.*s (%s). %s", TEXT(faults->fault[0].value),
                         fault_name(faults->fault[0].code), fault_help(faults->fault[0].code));
}

/* GMP's numbers are given back whatever happens; only `asking` is read behind the guard. */
static enum err open_and_ask(struct asking *asking, const struct money_run *run,
                             struct trouble *trouble)
{
    ARENA_KEEP(outer, asking->arena);
    if (ARENA_GUARD(asking->arena))
        return fail(trouble, ERR_IO, "out of memory");
    const char *through = arena_print(asking->arena, "%.*s/P%02lld", TEXT(run->year),
                                      (long long)run->through);
    enum err err = run_model_open(asking->arena, asking->edited ? asking->was : asking->input,
                                  asking->inputs, run->book, through, &asking->model, trouble);
    if (err == OK && asking->edited) {
        struct trouble said = { 0 };
        err = run_model_open(asking->arena, asking->input, asking->inputs, run->book, through,
                             &asking->assumed, &said);
        if (err == ERR_CHECK) {
            asking->answer->refused = assumed_refusal(asking);
            return OK;
        }
        if (err != OK)
            return fail(trouble, err, "%s", said.text);
    }
    return err == OK ? ask_engine(asking, trouble) : err;
}

/* --- what it assumes to be agreed --- */

static enum err load_proposal(struct tx *tx, struct arena *arena, int64_t council, int64_t id,
                              struct what_if_proposals *out, struct trouble *trouble)
{
    struct two_key_proposal found;
    struct trouble said = { 0 };
    struct form *form = arena_take(arena, 1, sizeof *form);
    enum err err = two_key_load(tx, arena, council, id, &found, &said);

    if (err == ERR_MISSING)
        return OK;      /* told when it is asked for */
    if (err != OK)
        return fail(trouble, err, "%s", said.text);
    if (!text_is(found.kind, BASIS_KIND) || !form_read_json(arena, found.payload, form))
        return OK;
    out->basis[out->count] = (struct joint_basis){ found.subject, form };
    out->id[out->count++] = id;
    return OK;
}

enum err what_if_proposals_load(struct tx *tx, struct arena *arena, int64_t council,
                                struct text assignments, struct what_if_proposals *out,
                                struct trouble *trouble)
{
    enum err err;

    *out = (struct what_if_proposals){
        .basis = arena_take(arena, WHAT_IF_LINES_MOST, sizeof *out->basis),
        .id = arena_take(arena, WHAT_IF_LINES_MOST, sizeof *out->id) };
    err = councils_read(tx, arena, &out->councils, trouble);
    while (err == OK && assignments.size > 0 && out->count < WHAT_IF_LINES_MOST) {
        const int64_t id = proposal_of(next_line(&assignments));
        if (id > 0)
            err = load_proposal(tx, arena, council, id, out, trouble);
    }
    return err;
}

enum err what_if_ask(struct arena *arena, const struct money_run *run,
                     const struct memory_file *input, size_t inputs, struct text assignments,
                     const struct what_if_proposals *proposals, struct what_if_answer *answer,
                     struct trouble *trouble)
{
    struct asking *asking = arena_take(arena, 1, sizeof *asking);
    const char *wrong;

    *answer = (struct what_if_answer){ .settled = false };
    *asking = (struct asking){ .arena = arena, .inputs = inputs, .answer = answer,
                               .proposals = proposals, .was = input,
                               .input = arena_take(arena, inputs + 1, sizeof *asking->input) };
    memcpy(asking->input, input, inputs * sizeof *input);
    wrong = take_lines(asking, assignments);
    if (wrong != NULL) {        /* the run alone, as it is */
        asking->lines = asking->fixed = 0;
        asking->edited = false;
        memcpy(asking->input, input, inputs * sizeof *input);
    }
    enum err err = open_and_ask(asking, run, trouble);
    whatif_answer_close(&asking->engine);
    run_model_close(&asking->assumed);
    run_model_close(&asking->model);
    if (err == OK && wrong != NULL)
        answer->refused = wrong;
    return err;
}
