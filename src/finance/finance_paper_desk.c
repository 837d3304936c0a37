#include "finance/finance_paper_desk.h"

#include "finance/finance_joint_model.h"
#include "finance/finance_layout.h"
#include "formats/sha256.h"
#include "web/form_json.h"

/* The last run of a book up to a period; `id` 0: none. */
static enum err last_run(struct tx *tx, struct arena *arena, struct text year, enum book book,
                         int64_t through, struct money_run *run, struct trouble *trouble)
{
    const enum err err = money_run_last(tx, arena, year, book, through, run, trouble);

    if (err == ERR_MISSING)
        *run = (struct money_run){ .id = 0 };
    return err == ERR_MISSING ? OK : err;
}

/* Names and rules as they were for the run. */
static enum err open_model(struct tx *tx, struct arena *arena, const struct money_run *run,
                           struct run_model *model, struct trouble *trouble)
{
    struct memory_file *input;
    size_t inputs = 0;
    char through[PERIOD_TEXT_MAX];
    int32_t year = 0;
    enum err err = money_run_inputs_load(tx, arena, run->id, &input, &inputs, trouble);

    if (err != OK)
        return err;
    if (!year_parse(run->year, &year))
        return fail(trouble, ERR_BUG, "a run of no year");
    (void)period_print(period_of_year(year, (int)run->through - 1), through);
    return run_model_open(arena, input, inputs, run->book, arena_copy(arena, through,
                                                                       strlen(through)),
                          model, trouble);
}

/* Its files by their plain names; those of what was locked stand among its inputs. */
static enum err load_files(struct tx *tx, struct arena *arena, const struct money_run *run,
                           struct memory_file **out, size_t *count, struct trouble *trouble)
{
    static const char input[] = "input/";
    struct run_file *file;
    size_t files = 0;
    enum err err = money_run_files_load(tx, arena, run->id, &file, &files, trouble);

    *count = 0;
    *out = arena_take(arena, files + 1, sizeof **out);
    for (size_t i = 0; i < files && err == OK; i++) {
        const char *name = arena_copy(arena, file[i].name.data, file[i].name.size);
        const bool is_input = strncmp(name, input, sizeof input - 1) == 0;
        if (is_input && strstr(name, "charged.csv") == NULL &&
            strstr(name, "corrected.csv") == NULL)
            continue;
        err = money_run_file(tx, arena, run->id, name, &(*out)[*count].bytes, trouble);
        (*out)[(*count)++].name = is_input ? name + sizeof input - 1 : name;
    }
    return err;
}

static struct text sum_of(struct arena *arena, const struct memory_file *file, size_t files)
{
    char *hex = arena_take(arena, SHA256_HEX_SIZE, 1);
    struct sha256_sum sum;

    for (size_t i = 0; i < files; i++)
        if (strcmp(file[i].name, "settlement.csv") == 0 &&
            sha256_of(file[i].bytes.data, file[i].bytes.size, &sum, NULL) == OK)
            sha256_hex(&sum, hex);
    return text_of(hex);
}

/* As the version of the cost model says that went into the run. */
static enum err read_vat(struct tx *tx, struct arena *arena, const struct money_run *run,
                         struct agreed_vat *vat, struct trouble *trouble)
{
    struct run_part *part;
    size_t parts = 0;
    struct councils councils;
    struct joint_proposals all;
    enum err err = money_run_parts_load(tx, arena, run->id, &part, &parts, trouble);

    if (err == OK)
        err = councils_read(tx, arena, &councils, trouble);
    if (err == OK)
        err = joint_proposals_load(tx, arena, &councils, COST_MODEL_KIND, run->year, &all,
                                   trouble);
    for (size_t p = 0; err == OK && p < parts; p++)
        for (size_t i = 0; i < all.count && text_is(part[p].kind, COST_MODEL_KIND); i++) {
            struct form *form = arena_take(arena, 1, sizeof *form);
            if (all.proposal[i].version == part[p].version &&
                text_equal(all.proposal[i].subject, run->year) &&
                form_read_json(arena, all.proposal[i].payload, form))
                agreed_vat_read(arena, form, vat);
        }
    return err;
}

/* `paper` has estimate and moment already. */
static enum err open_case(struct tx *tx, struct paper_desk *desk, const struct money_run *run,
                          struct run_model *model, struct paper_case *paper,
                          struct trouble *trouble)
{
    struct arena *arena = paper->arena;
    struct memory_file *file;
    size_t files = 0;
    enum err err = open_model(tx, arena, run, model, trouble);

    if (err == OK)
        err = load_files(tx, arena, run, &file, &files, trouble);
    if (err == OK)
        err = read_vat(tx, arena, run, &paper->vat, trouble);
    if (err != OK)
        return err;
    paper->model = &model->partnership.model;
    paper->book = book_name[run->book];
    paper->made = run->ended_at;
    paper->origin = text_of(arena_print(arena, "run %lld", (long long)run->id));
    paper->sum = sum_of(arena, file, files);
    paper->layout = desk->layout;
    return paper_case_read(paper, file, files, trouble);
}

/* All have the usual layout; the council that asks its own. */
static enum err read_layouts(struct tx *tx, struct arena *arena, const struct council *council,
                             struct paper_desk *desk, struct trouble *trouble)
{
    const struct model *model = &desk->model.partnership.model;
    enum err err = OK;

    desk->layout = arena_take(arena, model->partners + 1, sizeof *desk->layout);
    for (size_t i = 0; i < model->partners && err == OK; i++)
        err = text_equal(model->partner[i].code, council->code)
                  ? journal_layout_in_force(tx, arena, council->id, &desk->layout[i], trouble)
                  : paper_layout_read(arena, paper_layout_usual(), &desk->layout[i], trouble);
    desk->paper.layout = desk->layout;
    return err;
}

static enum err load_runs(struct tx *tx, struct arena *arena, struct paper_desk *desk,
                          struct trouble *trouble)
{
    enum period_state state[PERIODS];
    enum err err = joint_periods_load(tx, desk->year, state, trouble);

    if (err != OK)
        return err;
    desk->state = state[desk->index];
    err = last_run(tx, arena, desk->year, BOOK_LEDGER, desk->index + 1, &desk->run, trouble);
    if (err == OK)
        err = last_run(tx, arena, desk->year, BOOK_BUDGET, desk->index + 1, &desk->budget,
                       trouble);
    return err == OK ? last_run(tx, arena, desk->year, BOOK_BUDGET, PERIODS, &desk->plan, trouble)
                     : err;
}

static enum err load_estimate(struct tx *tx, struct arena *arena, struct paper_desk *desk,
                              struct trouble *trouble)
{
    if (desk->budget.id == 0)
        return OK;
    enum err err = money_run_file(tx, arena, desk->budget.id, "settlement.csv",
                                  &desk->paper.estimate, trouble);
    if (err == OK)
        err = open_model(tx, arena, &desk->budget, &desk->estimated, trouble);
    desk->paper.estimated = &desk->estimated.partnership.model;
    return err;
}

enum err paper_desk_load(struct tx *tx, struct arena *arena, const struct council *council,
                         struct text year, int index, struct paper_desk *desk,
                         struct trouble *trouble)
{
    *desk = (struct paper_desk){ .year = year, .index = index, .partner = -1 };
    desk->paper = (struct paper_case){ .arena = arena };
    desk->instalments = desk->paper;
    enum err err = load_runs(tx, arena, desk, trouble);
    if (err != OK || desk->run.id == 0)
        return err;
    desk->paper.draft = desk->state != PERIOD_LOCKED;
    err = query_standing_load(tx, council->id, year, index, &desk->queries, trouble);
    if (err == OK)
        err = load_estimate(tx, arena, desk, trouble);
    if (err == OK)
        err = open_case(tx, desk, &desk->run, &desk->model, &desk->paper, trouble);
    if (err == OK)
        err = read_layouts(tx, arena, council, desk, trouble);
    if (err == OK && desk->plan.id != 0)
        err = open_case(tx, desk, &desk->plan, &desk->planned, &desk->instalments, trouble);
    if (err != OK)
        return err;
    desk->partner = paper_partner(&desk->paper, council->code);
    for (int kind = 0; kind < PAPERS; kind++)
        desk->there[kind] = desk->partner >= 0;
    desk->there[PAPER_TRUE_UP] = desk->partner >= 0 &&
                                 (desk->paper.has_true_up || desk->paper.estimate.size > 0);
    desk->there[PAPER_INSTALMENTS] =
        desk->plan.id != 0 && paper_partner(&desk->instalments, council->code) == desk->partner;
    return OK;
}

void paper_desk_close(struct paper_desk *desk)
{
    run_model_close(&desk->model);
    run_model_close(&desk->estimated);
    run_model_close(&desk->planned);
}

const struct paper_case *paper_desk_case(const struct paper_desk *desk, enum paper_kind kind)
{
    return kind == PAPER_INSTALMENTS ? &desk->instalments : &desk->paper;
}
