#include "finance/finance_facts.h"

#include "finance/finance_map.h"
#include "finance/finance_on_account.h"
#include "finance/finance_query_standing.h"
#include "finance/finance_sql.h"
#include "finance/finance_vat.h"
#include "formats/sha256.h"

/* --- the run --- */

enum err run_outputs_load(struct tx *tx, struct arena *arena, int64_t run,
                          struct run_output **out, size_t *count, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_period_output_list, &list, trouble);

    *out = NULL;
    *count = 0;
    if (err != OK)
        return err;
    bind_int(list, 1, run);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        *out = arena_grow(arena, *out, *count, *count + 1, sizeof **out);
        (*out)[(*count)++] = (struct run_output){ text_keep(arena, column_text(list, 0)),
                                                  text_keep(arena, column_text(list, 1)) };
    }
    return err;
}

enum err run_sum(struct arena *arena, const struct run_output output[], size_t count,
                 struct text *hex, struct trouble *trouble)
{
    struct sha256 all = { .context = NULL };
    struct sha256_sum sum;
    char digits[SHA256_HEX_SIZE];
    enum err err = sha256_begin(&all, trouble);

    for (size_t i = 0; i < count && err == OK; i++) {
        err = sha256_of(output[i].bytes.data, output[i].bytes.size, &sum, trouble);
        sha256_hex(&sum, digits);
        sha256_add(&all, digits, sizeof digits - 1);
        sha256_add(&all, "  ", 2);
        sha256_add(&all, output[i].name.data, output[i].name.size);
        sha256_add(&all, "\n", 1);
    }
    if (err == OK)
        err = sha256_end(&all, &sum, trouble);
    else
        sha256_drop(&all);
    if (err != OK)
        return err;
    sha256_hex(&sum, digits);
    *hex = text_keep(arena, text_of(digits));
    return OK;
}

static const struct money_run *find_run(const struct money_runs *runs, int64_t id)
{
    for (size_t i = 0; i < runs->count; i++)
        if (runs->run[i].id == id)
            return &runs->run[i];
    return NULL;
}

/* The last word on the period: the newest run that did not fail, or the one that it found to stand;
 * without any the newest that failed. */
static enum err load_run(struct tx *tx, struct arena *arena, const struct period_place *place,
                         struct period_known *known, struct trouble *trouble)
{
    struct money_runs runs;
    const struct money_run *found = NULL;
    enum err err = money_runs_load(tx, arena, place->year, &runs, trouble);

    for (size_t i = 0; i < runs.count && err == OK; i++) {
        const struct money_run *run = &runs.run[i];
        if (run->through != place->index + 1 || run->book != BOOK_LEDGER)
            continue;
        if (found == NULL || run->state != RUN_FAILED)
            found = run->state == RUN_SAME ? find_run(&runs, run->same_as) : run;
        known->looked_at = run->made_at;
        if (run->state != RUN_FAILED)
            break;
    }
    known->runs = runs;
    known->has_run = found != NULL;
    if (found != NULL)
        known->run = *found;
    return err;
}

bool period_run_is_by_others(const struct period_known *known, const char *login)
{
    for (size_t i = 0; i < known->runs.count; i++) {
        const struct money_run *run = &known->runs.run[i];
        if ((run->id == known->run.id || run->same_as == known->run.id) &&
            !text_is(run->made_by, login))
            return true;
    }
    return false;
}

static enum err prove(struct tx *tx, struct arena *arena, struct period_known *known,
                      struct trouble *trouble)
{
    struct run_output *output;
    size_t count;
    enum err err = run_outputs_load(tx, arena, known->run.id, &output, &count, trouble);

    if (err != OK)
        return err;
    run_proof_make(arena, output, count, &known->facts.proof);
    return run_sum(arena, output, count, &known->outputs, trouble);
}

static enum err take_run(struct tx *tx, struct arena *arena, struct period_known *known,
                         struct trouble *trouble)
{
    static const enum facts_run facts[RUN_STATES] = {
        [RUN_WAITING] = FACTS_RUNNING, [RUN_CLOSED] = FACTS_CLOSED,
        [RUN_REFUSED] = FACTS_REFUSED, [RUN_FAILED] = FACTS_FAILED,
    };

    known->outputs = text_of("");
    if (!known->has_run)
        return OK;
    known->facts.run = facts[known->run.state];
    known->facts.faults = known->run.faults;
    return known->run.state == RUN_CLOSED ? prove(tx, arena, known, trouble) : OK;
}

/* --- what was changed since --- */

struct comparing {
    struct tx                 *tx;
    struct arena              *arena;
    const struct period_place *place;
    struct run_part           *part;
    size_t                     parts;
    int64_t                    acting;
};

static const struct run_part *part_of(const struct comparing *comparing, const char *kind,
                                      struct text subject)
{
    for (size_t i = 0; i < comparing->parts; i++)
        if (comparing->part[i].council == comparing->acting &&
            text_is(comparing->part[i].kind, kind) &&
            (subject.size == 0 || text_equal(comparing->part[i].subject, subject)))
            return &comparing->part[i];
    return NULL;
}

/* Imports of its own that are not in the run, or no longer in the books. */
static enum err compare_imports(const struct comparing *comparing, bool *same,
                                struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(comparing->tx, &sql_period_import_seen, &list, trouble);

    if (err != OK)
        return err;
    bind_int(list, 1, comparing->acting);
    bind_text(list, 2, comparing->place->year);
    bind_int(list, 3, comparing->place->index + 1);
    while ((err = statement_step(list, &row, trouble)) == OK && row)
        if (part_of(comparing, "import", text_of(arena_number(comparing->arena,
                                                              column_int(list, 0)))) == NULL)
            *same = false;
    return err;
}

static enum err compare_own(const struct comparing *comparing, bool *same,
                            struct trouble *trouble)
{
    const struct run_part *part = part_of(comparing, "map", text_of(""));
    struct money_map map;
    enum err err = money_map_load(comparing->tx, comparing->arena, comparing->acting,
                                  comparing->place->year, &map, trouble);

    if (err != OK)
        return err;
    *same = part == NULL ? map.version == 0 : part->version == map.version;
    return compare_imports(comparing, same, trouble);
}

static bool is_joint(const struct run_part *part)
{
    return part->council == 0 && (text_is(part->kind, BASIS_KIND) ||
                                  text_is(part->kind, COST_MODEL_KIND));
}

static bool same_part(const struct run_part *part, const struct joint_part *now)
{
    return text_is(part->kind, now->kind) && text_equal(part->subject, now->subject) &&
           text_is(part->sha256, now->sha256);
}

bool run_is_agreed(const struct run_part part[], size_t parts, const struct joint_model *agreed)
{
    size_t joint = 0, found = 0, now = 0;

    for (size_t i = 0; i < agreed->parts; i++)
        now += agreed->part[i].council == 0;
    for (size_t p = 0; p < parts; p++) {
        if (!is_joint(&part[p]))
            continue;
        joint++;
        for (size_t i = 0; i < agreed->parts; i++)
            found += same_part(&part[p], &agreed->part[i]);
    }
    return found == joint && now == joint;
}

static void compare_agreed(struct arena *arena, const struct comparing *comparing,
                           struct period_known *known)
{
    if (!run_is_agreed(comparing->part, comparing->parts, known->agreed))
        known->facts.changed = arena_print(
            arena, "What both councils agreed is not what run %lld was made of.",
            (long long)known->run.id);
}

static enum err compare_billed(const struct comparing *comparing, struct period_known *known,
                               struct trouble *trouble)
{
    bool same = true;
    const enum err err = run_is_billed(comparing->tx, comparing->arena, known->run.id,
                                       comparing->place, &same, trouble);

    if (err == OK && !same)
        known->facts.changed = arena_print(
            comparing->arena, "What is confirmed as paid on account is not what run %lld was made "
            "of.", (long long)known->run.id);
    return err;
}

/* In force on the period's last day, as a run of it takes them. */
static enum err load_agreed(struct tx *tx, struct arena *arena,
                            const struct period_place *place, struct period_known *known,
                            struct trouble *trouble)
{
    struct joint_model *model = arena_take(arena, 1, sizeof *model);
    struct db_day day;
    enum err err = !joint_period_day(place->year, place->index, &day)
        ? fail(trouble, ERR_BUG, "a period of no year")
        : joint_model_agreed(tx, arena, &known->councils, place->year, day, model, trouble);

    known->agreed = model;
    if (err == OK && model->words.cost_model != NULL)
        known->facts.no_vat = agreed_vat_missing(arena, model->words.cost_model);
    if (err == OK && model->gaps > 0)
        known->facts.disagreed = model->gap[0].words;
    return err;
}

static enum err find_changes(struct tx *tx, struct arena *arena, int64_t acting,
                             const struct period_place *place, struct period_known *known,
                             struct trouble *trouble)
{
    struct comparing comparing = { tx, arena, place, NULL, 0, acting };
    bool same = true;

    if (known->facts.run != FACTS_CLOSED && known->facts.run != FACTS_REFUSED)
        return OK;
    enum err err = money_run_parts_load(tx, arena, known->run.id, &comparing.part,
                                        &comparing.parts, trouble);
    if (err == OK)
        err = compare_own(&comparing, &same, trouble);
    if (err == OK)
        compare_agreed(arena, &comparing, known);
    if (err == OK && known->facts.run == FACTS_CLOSED)
        err = compare_billed(&comparing, known, trouble);
    for (size_t i = 0; i < known->councils.count && err == OK; i++)
        if ((!same && known->councils.council[i].id == acting) ||
            known->standing[i].changed_at.ms >= known->looked_at.ms)
            known->facts.changed = arena_print(
                arena, "%.*s has changed what it took in, or its map, since run %lld began.",
                TEXT(known->councils.council[i].name), (long long)known->run.id);
    return err;
}

/* --- the councils --- */

static enum err load_nothing(struct tx *tx, const struct period_place *place,
                             struct period_known *known, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_period_nothing_list, &list, trouble);

    if (err != OK)
        return err;
    bind_text(list, 1, place->year);
    bind_int(list, 2, place->index + 1);
    while ((err = statement_step(list, &row, trouble)) == OK && row)
        for (size_t i = 0; i < known->councils.count; i++)
            if (known->councils.council[i].id == column_int(list, 0))
                known->nothing[i] = true;
    return err;
}

/* "Clackmannanshire, Stirling" */
static const char *add_name(struct arena *arena, const char *names, struct text name)
{
    return names == NULL ? arena_print(arena, "%.*s", TEXT(name))
                         : arena_print(arena, "%s, %.*s", names, TEXT(name));
}

static enum err load_councils(struct tx *tx, struct arena *arena,
                              const struct period_place *place, struct period_known *known,
                              struct trouble *trouble)
{
    enum err err = councils_read(tx, arena, &known->councils, trouble);

    if (err != OK)
        return err;
    known->standing = arena_take(arena, known->councils.count + 1, sizeof *known->standing);
    known->nothing = arena_take(arena, known->councils.count + 1, sizeof *known->nothing);
    err = period_standing_load(tx, &known->councils, place->year, place->index, known->standing,
                               trouble);
    if (err == OK)
        err = load_nothing(tx, place, known, trouble);
    for (size_t i = 0; i < known->councils.count && err == OK; i++) {
        const struct text name = known->councils.council[i].name;
        if (!known->standing[i].taken && !known->nothing[i])
            known->facts.untaken = add_name(arena, known->facts.untaken, name);
        if (known->standing[i].taken && !known->standing[i].mapped)
            known->facts.unmapped = add_name(arena, known->facts.unmapped, name);
    }
    return err;
}

enum err period_known_load(struct tx *tx, struct arena *arena, int64_t acting,
                           const struct period_place *place, struct period_known *known,
                           struct trouble *trouble)
{
    enum period_state state[PERIODS];
    struct query_standing queries;
    enum err err = joint_periods_load(tx, place->year, state, trouble);

    *known = (struct period_known){ .facts.period = place->index };
    if (err == OK)
        err = load_councils(tx, arena, place, known, trouble);
    if (err != OK)
        return err;
    known->state = state[place->index];
    err = query_standing_load(tx, acting, place->year, place->index, &queries, trouble);
    if (err != OK)
        return err;
    known->facts.queries = queries.open;
    known->facts.disputed = queries.disputed;
    while (known->facts.first_open < PERIODS &&
           state[known->facts.first_open] == PERIOD_LOCKED)
        known->facts.first_open++;
    err = load_agreed(tx, arena, place, known, trouble);
    if (err == OK)
        err = load_run(tx, arena, place, known, trouble);
    if (err == OK)
        err = take_run(tx, arena, known, trouble);
    if (err == OK)
        err = find_changes(tx, arena, acting, place, known, trouble);
    return err != OK ? err : period_signatures_load(tx, arena, place, &known->signatures, trouble);
}
