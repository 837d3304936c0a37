#include "finance/finance_standing.h"

#include <assert.h>

#include "finance/finance_import.h"
#include "finance/finance_map.h"
#include "finance/finance_sign.h"
#include "finance/finance_sql.h"
#include "formats/sha256.h"

static enum err clear(struct tx *tx, int64_t council, struct text year, struct trouble *trouble)
{
    struct statement *clear;
    enum err err = tx_prepare(tx, &sql_period_standing_clear, &clear, trouble);

    if (err != OK)
        return err;
    bind_int(clear, 1, council);
    bind_text(clear, 2, year);
    return statement_run(clear, NULL, trouble);
}

/* A period, as it was noted or is to be. */
struct noted {
    bool          taken, mapped;
    struct moment changed_at;
    char          inputs[SHA256_HEX_SIZE];
};

struct noting {
    const struct happening *happening;
    struct text             login;
    int64_t                 council;
    struct text             year;
    struct period_news      news;
    unsigned                taken, unmapped;    /* a bit for each period */
    int64_t                 version;    /* of the map */
    bool                    known;      /* something was noted before */
    struct noted            before[PERIODS], now[PERIODS];
};

/* An import that is taken in. */
struct input {
    int64_t import, first;              /* and the first period that it has lines in: 1 is April */
};

struct inputs {
    struct input *input;                /* in their order */
    size_t        count;
};

static enum err add(struct tx *tx, const struct noting *noting, int index,
                    struct trouble *trouble)
{
    const struct noted *noted = &noting->now[index];
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_period_standing_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, noting->council);
    bind_text(add, 2, noting->year);
    bind_int(add, 3, index + 1);
    bind_bool(add, 4, noted->taken);
    bind_bool(add, 5, noted->mapped);
    bind_moment(add, 6, noted->changed_at);
    bind_text(add, 7, text_of(noted->inputs));
    return statement_run(add, NULL, trouble);
}

static enum err statement_for(struct tx *tx, const struct query *query,
                              const struct noting *noting, struct statement **out,
                              struct trouble *trouble)
{
    enum err err = tx_prepare(tx, query, out, trouble);

    if (err != OK)
        return err;
    bind_int(*out, 1, noting->council);
    bind_text(*out, 2, noting->year);
    return OK;
}

static enum err load_before(struct tx *tx, struct noting *noting, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = statement_for(tx, &sql_period_standing_own, noting, &list, trouble);

    if (err != OK)
        return err;
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        const int64_t number = column_int(list, 0);
        assert(number >= 1 && number <= PERIODS);
        struct noted *noted = &noting->before[number - 1];
        *noted = (struct noted){ column_bool(list, 1), column_bool(list, 2),
                                 column_moment(list, 3), "" };
        const struct text inputs = column_text(list, 4);
        if (inputs.size < sizeof noted->inputs)
            memcpy(noted->inputs, inputs.data, inputs.size);
        noting->known = true;
    }
    return err;
}

/* --- what a period is made of --- */

/* The map's version, and imports that have lines up to the period, but for one: what is later does
 * not count for it. */
static enum err sum_inputs(struct arena *arena, int64_t version, const struct inputs *inputs,
                           int64_t without, int index, char *hex, struct trouble *trouble)
{
    const char *words = arena_print(arena, "map %lld\n", (long long)version);
    struct sha256_sum sum;

    for (size_t i = 0; i < inputs->count; i++)
        if (inputs->input[i].first <= index + 1 && inputs->input[i].import != without)
            words = arena_print(arena, "%simport %lld\n", words,
                                (long long)inputs->input[i].import);
    enum err err = sha256_of(words, strlen(words), &sum, trouble);
    if (err == OK)
        sha256_hex(&sum, hex);
    return err;
}

/* `at` of them come before it. */
static void add_input(struct arena *arena, struct inputs *inputs, size_t at, struct input input)
{
    inputs->input = arena_grow(arena, inputs->input, inputs->count, inputs->count + 1,
                               sizeof *inputs->input);
    memmove(inputs->input + at + 1, inputs->input + at,
            (inputs->count - at) * sizeof *inputs->input);
    inputs->input[at] = input;
    inputs->count++;
}

/* What the news are of is not looked at: its sums are many. */
static enum err list_inputs(struct tx *tx, struct arena *arena, const struct noting *noting,
                            struct inputs *inputs, struct trouble *trouble)
{
    const struct period_news *news = &noting->news;
    struct statement *list;
    bool row = false;
    size_t before = 0;
    enum err err = statement_for(tx, &sql_period_input_list, noting, &list, trouble);

    *inputs = (struct inputs){ NULL, 0 };
    if (err != OK)
        return err;
    bind_int(list, 3, news->import);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        const struct input input = { column_int(list, 0), column_int(list, 1) };
        before += input.import < news->import;
        add_input(arena, inputs, inputs->count, input);
    }
    if (err == OK && news->periods != 0)
        add_input(arena, inputs, before, (struct input){ news->import,
                                                         __builtin_ctz(news->periods) + 1 });
    return err;
}

static enum err sum_now(struct arena *arena, struct noting *noting, const struct inputs *inputs,
                        struct trouble *trouble)
{
    enum err err = OK;

    for (int index = 0; index < PERIODS && err == OK; index++)
        err = sum_inputs(arena, noting->version, inputs, 0, index, noting->now[index].inputs,
                         trouble);
    return err;
}

/* What is as it was keeps its moment. */
static void compare(struct noting *noting, int index)
{
    const struct noted *before = &noting->before[index];
    struct noted *now = &noting->now[index];

    now->taken = (noting->taken & 1U << index) != 0;
    now->mapped = now->taken && (noting->unmapped & 1U << index) == 0;
    const bool same = before->taken == now->taken && before->mapped == now->mapped &&
                      strcmp(before->inputs, now->inputs) == 0;
    now->changed_at = same ? before->changed_at : noting->happening->now;
}

/* --- of all that was taken in --- */

static enum err look(struct tx *tx, struct arena *arena, struct noting *noting,
                     struct trouble *trouble)
{
    struct map_question question = { .year = noting->year };
    struct councils councils;
    struct period_sums sums;
    struct inputs inputs;
    struct money_map map;
    struct map_gaps gaps;
    enum err err = councils_read(tx, arena, &councils, trouble);

    for (size_t i = 0; i < councils.count && err == OK; i++)
        if (councils.council[i].id == noting->council)
            question.council = &councils.council[i];
    if (err == OK && question.council == NULL)
        return fail(trouble, ERR_BUG, "no such council");
    question.councils = &councils;
    question.map = &map;
    noting->news = (struct period_news){ .import = 0 };
    if (err == OK)
        err = money_map_load(tx, arena, noting->council, noting->year, &map, trouble);
    if (err == OK)
        err = period_sums_load(tx, noting->council, noting->year, &sums, trouble);
    if (err == OK)
        err = money_map_gaps(tx, arena, &question, &gaps, trouble);
    if (err != OK)
        return err;
    for (int index = 0; index < PERIODS; index++)
        noting->taken |= (sums.lines[index] > 0 ? 1U : 0U) << index;
    noting->unmapped = map_gap_periods(&gaps);
    noting->version = map.version;
    err = list_inputs(tx, arena, noting, &inputs, trouble);
    return err == OK ? sum_now(arena, noting, &inputs, trouble) : err;
}

/* --- of what is new --- */

/* Is what was noted all there is, but for the news? */
static enum err compare_before(struct arena *arena, const struct noting *noting,
                               const struct inputs *inputs, bool *same, struct trouble *trouble)
{
    char was[SHA256_HEX_SIZE];
    enum err err = OK;

    *same = noting->known || inputs->count == (noting->news.periods != 0);
    for (int index = 0; index < PERIODS && *same && noting->known && err == OK; index++) {
        err = sum_inputs(arena, noting->version, inputs, noting->news.import, index, was,
                         trouble);
        *same = err == OK && strcmp(was, noting->before[index].inputs) == 0;
    }
    return err;
}

static void add_news(struct noting *noting)
{
    for (int index = 0; index < PERIODS; index++) {
        const struct noted *before = &noting->before[index];
        noting->taken |= (before->taken ? 1U : 0U) << index;
        noting->unmapped |= (before->taken && !before->mapped ? 1U : 0U) << index;
    }
    noting->taken |= noting->news.periods;
    noting->unmapped |= noting->news.unmapped;
}

/* Where the map or the imports changed meanwhile, all of it is looked at after all. */
static enum err look_at_news(struct tx *tx, struct arena *arena, struct noting *noting,
                             struct trouble *trouble)
{
    struct inputs inputs;
    struct money_map map;
    bool same = false;
    enum err err = money_map_load(tx, arena, noting->council, noting->year, &map, trouble);

    noting->version = noting->news.version;
    if (err == OK && map.version == noting->version) {
        err = list_inputs(tx, arena, noting, &inputs, trouble);
        if (err == OK)
            err = compare_before(arena, noting, &inputs, &same, trouble);
    }
    if (err != OK || !same)
        return err != OK ? err : look(tx, arena, noting, trouble);
    add_news(noting);
    return sum_now(arena, noting, &inputs, trouble);
}

/* What was signed of the period is no longer what there is. */
static enum err undo(struct tx *tx, struct arena *arena, const struct noting *noting, int index,
                     struct trouble *trouble)
{
    const struct period_undoing undoing = {
        noting->happening, noting->council, noting->login, { noting->year, index },
        "what was taken in or its map was changed" };

    return strcmp(noting->before[index].inputs, noting->now[index].inputs) == 0
               ? OK : period_sign_undo(tx, arena, &undoing, trouble);
}

/* `noting` knows what there is now. */
static enum err keep(struct tx *tx, struct arena *arena, struct noting *noting,
                     struct trouble *trouble)
{
    enum err err = clear(tx, noting->council, noting->year, trouble);

    for (int index = 0; index < PERIODS && err == OK; index++) {
        compare(noting, index);
        err = add(tx, noting, index, trouble);
        if (err == OK)
            err = undo(tx, arena, noting, index, trouble);
    }
    return err;
}

enum err period_standing_note(struct tx *tx, struct arena *arena,
                              const struct happening *happening, struct text login,
                              int64_t council, struct text year, struct trouble *trouble)
{
    struct noting *noting = arena_take(arena, 1, sizeof *noting);

    *noting = (struct noting){ .happening = happening, .login = login, .council = council,
                               .year = year };
    enum err err = load_before(tx, noting, trouble);
    if (err == OK)
        err = look(tx, arena, noting, trouble);
    return err == OK ? keep(tx, arena, noting, trouble) : err;
}

enum err period_standing_add(struct tx *tx, struct arena *arena,
                             const struct happening *happening, struct text login,
                             int64_t council, struct text year, const struct period_news *news,
                             struct trouble *trouble)
{
    struct noting *noting = arena_take(arena, 1, sizeof *noting);

    *noting = (struct noting){ .happening = happening, .login = login, .council = council,
                               .year = year, .news = *news };
    enum err err = load_before(tx, noting, trouble);
    if (err == OK)
        err = look_at_news(tx, arena, noting, trouble);
    return err == OK ? keep(tx, arena, noting, trouble) : err;
}

enum err period_standing_load(struct tx *tx, const struct councils *councils, struct text year,
                              int index, struct period_standing *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_period_standing_list, &list, trouble);

    for (size_t i = 0; i < councils->count; i++)
        out[i] = (struct period_standing){ .taken = false };
    if (err != OK)
        return err;
    bind_text(list, 1, year);
    bind_int(list, 2, index + 1);
    while ((err = statement_step(list, &row, trouble)) == OK && row)
        for (size_t i = 0; i < councils->count; i++)
            if (councils->council[i].id == column_int(list, 0))
                out[i] = (struct period_standing){ column_bool(list, 1), column_bool(list, 2),
                                                   column_moment(list, 3) };
    return err;
}

enum err period_imports_load(struct tx *tx, struct arena *arena, int64_t council,
                             struct text year, int index, struct period_import **out,
                             size_t *count, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_period_import_list, &list, trouble);

    *out = NULL;
    *count = 0;
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    bind_text(list, 2, year);
    bind_int(list, 3, index + 1);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        *out = arena_grow(arena, *out, *count, *count + 1, sizeof **out);
        (*out)[(*count)++] = (struct period_import){
            column_int(list, 0), column_int(list, 3), column_int(list, 4),
            text_keep(arena, column_text(list, 1)), text_keep(arena, column_text(list, 2)) };
    }
    return err;
}
