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

/* Periods that have lines with a code that the map does not know. */
static unsigned periods_of(const struct unmapped_codes *codes)
{
    unsigned periods = 0;

    for (size_t i = 0; i < codes->count; i++)
        periods |= codes->code[i].periods;
    return periods;
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
    struct period_sums      sums;
    unsigned                unmapped;   /* a bit for each period */
    int64_t                 version;    /* of the map */
    struct noted            before[PERIODS], now[PERIODS];
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
    }
    return err;
}

/* --- what a period is made of --- */

/* The map's version, and imports that have lines up to the period: what is later does not count
 * for it. */
static enum err sum_inputs(struct arena *arena, const struct noting *noting,
                           const int64_t (*import)[2], size_t imports, int index, char *hex,
                           struct trouble *trouble)
{
    const char *words = arena_print(arena, "map %lld\n", (long long)noting->version);
    struct sha256_sum sum;

    for (size_t i = 0; i < imports; i++)
        if (import[i][1] <= index + 1)
            words = arena_print(arena, "%simport %lld\n", words, (long long)import[i][0]);
    enum err err = sha256_of(words, strlen(words), &sum, trouble);
    if (err == OK)
        sha256_hex(&sum, hex);
    return err;
}

static enum err load_inputs(struct tx *tx, struct arena *arena, struct noting *noting,
                            struct trouble *trouble)
{
    int64_t (*import)[2] = NULL;
    size_t imports = 0;
    struct statement *list;
    bool row = false;
    enum err err = statement_for(tx, &sql_period_input_list, noting, &list, trouble);

    if (err != OK)
        return err;
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        import = arena_grow(arena, import, imports, imports + 1, sizeof *import);
        import[imports][0] = column_int(list, 0);
        import[imports++][1] = column_int(list, 1);
    }
    for (int index = 0; index < PERIODS && err == OK; index++)
        err = sum_inputs(arena, noting, (const int64_t (*)[2])import, imports, index,
                         noting->now[index].inputs, trouble);
    return err;
}

/* What is as it was keeps its moment. */
static void compare(struct noting *noting, int index)
{
    const struct noted *before = &noting->before[index];
    struct noted *now = &noting->now[index];

    now->taken = noting->sums.lines[index] > 0;
    now->mapped = now->taken && (noting->unmapped & 1U << index) == 0;
    const bool same = before->taken == now->taken && before->mapped == now->mapped &&
                      strcmp(before->inputs, now->inputs) == 0;
    now->changed_at = same ? before->changed_at : noting->happening->now;
}

static enum err look(struct tx *tx, struct arena *arena, struct noting *noting,
                     struct trouble *trouble)
{
    struct map_question question = { .year = noting->year };
    struct councils councils;
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
    if (err == OK)
        err = money_map_load(tx, arena, noting->council, noting->year, &map, trouble);
    if (err == OK)
        err = period_sums_load(tx, noting->council, noting->year, &noting->sums, trouble);
    if (err == OK)
        err = money_map_gaps(tx, arena, &question, &gaps, trouble);
    if (err != OK)
        return err;
    noting->unmapped = periods_of(&gaps.accounts) | periods_of(&gaps.cost_centres);
    noting->version = map.version;
    err = load_before(tx, noting, trouble);
    return err == OK ? load_inputs(tx, arena, noting, trouble) : err;
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

enum err period_standing_note(struct tx *tx, struct arena *arena,
                              const struct happening *happening, struct text login,
                              int64_t council, struct text year, struct trouble *trouble)
{
    struct noting *noting = arena_take(arena, 1, sizeof *noting);

    *noting = (struct noting){ .happening = happening, .login = login, .council = council,
                               .year = year };
    enum err err = look(tx, arena, noting, trouble);
    if (err == OK)
        err = clear(tx, council, year, trouble);
    for (int index = 0; index < PERIODS && err == OK; index++) {
        compare(noting, index);
        err = add(tx, noting, index, trouble);
        if (err == OK)
            err = undo(tx, arena, noting, index, trouble);
    }
    return err;
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
