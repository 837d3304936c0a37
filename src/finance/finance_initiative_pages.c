/*
 * finance/finance_initiative_pages.c -- the proof that each council pays for its own initiatives
 * alone, from the last settlement of a month; and what they would cost the partner if they were
 * common.
 */
#include "finance/finance_initiative_proof.h"
#include "finance/finance_pages.h"
#include "finance/finance_run.h"
#include "register/register_field_view.h"

struct proving {
    struct period_place     place;
    struct money_run        run;
    bool                    has_run;
    struct memory_file     *input;
    size_t                  inputs;
    const char             *through;
    struct text            *code, *name;    /* [partner]; copied: the model is closed */
    struct initiative_proof proof;
    struct if_common       *common;         /* [partner], of those with initiatives */
};

/* --- from the run --- */

static void name_partners(struct arena *arena, const struct model *model, struct proving *proving)
{
    proving->code = arena_take(arena, model->partners + 1, sizeof *proving->code);
    proving->name = arena_take(arena, model->partners + 1, sizeof *proving->name);
    for (size_t i = 0; i < model->partners; i++) {
        proving->code[i] = text_keep(arena, model->partner[i].code);
        proving->name[i] = text_keep(arena, model->partner[i].name);
    }
}

static enum err prove(struct request *request, struct proving *proving)
{
    struct run_model model;
    const enum err err = run_model_open(request->arena, proving->input, proving->inputs,
                                        proving->run.book, proving->through, &model,
                                        request->trouble);

    if (err == OK) {
        name_partners(request->arena, &model.partnership.model, proving);
        initiative_proof_make(request->arena, &model, &proving->proof);
    }
    run_model_close(&model);
    return err;
}

static enum err ask_common(struct request *request, struct proving *proving)
{
    enum err err = OK;

    proving->common = arena_take(request->arena, proving->proof.partners + 1,
                                 sizeof *proving->common);
    for (size_t i = 0; i < proving->proof.partners && err == OK; i++)
        if (initiative_total(&proving->proof, i).cost != 0)
            err = initiative_if_common(request->arena, proving->input, proving->inputs,
                                       proving->run.book, proving->through, proving->code[i],
                                       &proving->common[i], request->trouble);
    return err;
}

static enum err load(struct request *request, struct proving *proving)
{
    enum period_state state[PERIODS];
    enum err err = month_place(request, &proving->place);

    if (err == OK)
        err = joint_periods_load(request->tx, proving->place.year, state, request->trouble);
    if (err != OK)
        return err;
    err = money_run_last(request->tx, request->arena, proving->place.year, BOOK_LEDGER,
                         proving->place.index + 1, &proving->run, request->trouble);
    proving->has_run = err == OK;
    if (err != OK)
        return err == ERR_MISSING ? OK : err;
    proving->through = period_title(request->arena, proving->place.year, proving->place.index);
    err = money_run_inputs_load(request->tx, request->arena, proving->run.id, &proving->input,
                                &proving->inputs, request->trouble);
    if (err == OK)
        err = prove(request, proving);
    return err == OK ? ask_common(request, proving) : err;
}

/* --- the page --- */

static void verdict(struct html *h, const struct proving *proving)
{
    const struct initiative_proof *proof = &proving->proof;

    El(h, "p") {
        page_tag(h, proof->wrong == 0 ? TAG_GOOD : TAG_BAD,
                 proof->wrong == 0 ? "Each bears its own" : "Not each bears its own");
        Lit(h, " ");
        html_int(h, (int64_t)(proof->cells - proof->wrong));
        Lit(h, " of ");
        html_int(h, (int64_t)proof->cells);
        Lit(h, " figures (pool, group, month, council) are exactly what the council's own "
               "initiatives came to; their partners bear nothing of them.");
    }
}

static void figure_cells(struct html *h, const struct initiative_figures *figures)
{
    page_money(h, figures->cost);
    page_money(h, figures->borne);
    page_money(h, figures->borne - figures->cost);
    page_money(h, figures->paid);
    page_money(h, figures->borne - figures->paid);
}

static void totals(struct html *h, const struct proving *proving)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "Its own initiatives", COLUMN_NUMBER },
        { "It bears of all", COLUMN_NUMBER }, { "Of its partners'", COLUMN_NUMBER },
        { "Paid in its ledger", COLUMN_NUMBER }, { "Still to pay", COLUMN_NUMBER },
    };

    Table(h, "Initiatives in the year so far, by council", columns)
        for (size_t i = 0; i < proving->proof.partners; i++) {
            const struct initiative_figures total = initiative_total(&proving->proof, i);
            El(h, "tr") {
                page_row_head(h, proving->name[i]);
                figure_cells(h, &total);
            }
        }
}

static bool has_any(const struct initiative_figures *figures, size_t partners)
{
    for (size_t i = 0; i < partners; i++)
        if (figures[i].cost != 0 || figures[i].borne != 0 || figures[i].paid != 0)
            return true;
    return false;
}

static void periods(struct request *request, struct html *h, const struct proving *proving)
{
    static const struct column columns[] = {
        { "Month", COLUMN_WORDS }, { "Council", COLUMN_WORDS },
        { "Its own initiatives", COLUMN_NUMBER }, { "It bears of all", COLUMN_NUMBER },
        { "Of its partners'", COLUMN_NUMBER }, { "Paid in its ledger", COLUMN_NUMBER },
        { "Still to pay", COLUMN_NUMBER },
    };
    const size_t partners = proving->proof.partners;

    Table(h, "The same, by the months that have any", columns)
        for (int32_t period = 0; period <= proving->proof.through; period++) {
            const struct initiative_figures *figures =
                &proving->proof.figures[(size_t)period * partners];
            for (size_t i = 0; i < partners && has_any(figures, partners); i++)
                El(h, "tr") {
                    page_row_head(h, text_of(arena_print(request->arena, "P%02d %s",
                                                         (int)period + 1,
                                                         month_name((int)period))));
                    page_cell(h, proving->name[i]);
                    figure_cells(h, &figures[i]);
                }
        }
}

static void common_row(struct html *h, const struct proving *proving, size_t sponsor)
{
    const struct if_common *common = &proving->common[sponsor];

    El(h, "tr") {
        page_row_head(h, proving->name[sponsor]);
        for (size_t i = 0; i < proving->proof.partners; i++)
            if (common->possible)
                page_money(h, common->more[i]);
            else
                page_cell(h, text_of("No shares"));
    }
}

static void commons(struct request *request, struct html *h, const struct proving *proving)
{
    const size_t partners = proving->proof.partners;
    struct column *column = arena_take(request->arena, partners + 1, sizeof *column);

    column[0] = (struct column){ "Initiatives of", COLUMN_WORDS };
    for (size_t i = 0; i < partners; i++)
        column[i + 1] = (struct column){
            arena_print(request->arena, "%.*s would bear more", TEXT(proving->name[i])),
            COLUMN_NUMBER };
    El(h, "h2") Lit(h, "If they were common");
    El(h, "p") Lit(h, "The engine was asked once more, with a council's initiatives as common "
                      "cost of the pools beside which they stand, and no month locked. Nobody is "
                      "charged this.");
    (void)page_table_begin(h, "How much more each council would bear", column, partners + 1);
    for (size_t i = 0; i < partners; i++)
        if (initiative_total(&proving->proof, i).cost != 0)
            common_row(h, proving, i);
    (void)page_table_end(h);
}

static void show_run(struct request *request, struct html *h, const struct proving *proving)
{
    El(h, "p") {
        Lit(h, "From ");
        El(h, "a") {
            Href(h, "href", url_id(request->arena, Url("/money/runs"), proving->run.id));
            Lit(h, "run ");
            html_int(h, proving->run.id);
        }
        Lit(h, ", ");
        page_moment(h, proving->run.ended_at);
        Lit(h, ".");
    }
    if (proving->proof.cells == 0) {
        page_empty(h, "No council had an initiative in these months.",
                   "A cost centre is an initiative when the council's map says so.");
        return;
    }
    verdict(h, proving);
    totals(h, proving);
    commons(request, h, proving);
    El(h, "h2") Lit(h, "Month by month");
    periods(request, h, proving);
}

enum err initiatives_show(struct request *request)
{
    struct proving proving = { .has_run = false };
    const enum err err = load(request, &proving);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, arena_print(
        request->arena, "Initiatives: %s",
        period_title(request->arena, proving.place.year, proving.place.index)));
    if (proving.has_run) {
        show_run(request, h, &proving);
    } else {
        page_empty(h, "It is not worked out yet what each council pays up to this month.",
                   "The proof comes from that: have it worked out.");
        El(h, "p") link_to(h, month_part_url(request->arena, &proving.place, "settlement"),
                           "What each council pays");
    }
    El(h, "p") El(h, "a") {
        Href(h, "href", month_url(request->arena, &proving.place));
        Lit(h, "The month");
    }
    return page_end(request, h, 200);
}
