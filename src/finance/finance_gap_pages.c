/*
 * finance/finance_gap_pages.c -- what is missing before a period can be run, and whose doing it is:
 * part of a month's page, the same for every council.
 */
#include "finance/finance_joint_model.h"
#include "finance/finance_pages.h"
#include "register/register_field_view.h"

enum err month_gaps_load(struct request *request, struct text year, int index,
                         struct joint_model **out)
{
    struct councils councils;
    struct db_day day;
    enum err err = councils_read(request->tx, request->arena, &councils, request->trouble);

    *out = arena_take(request->arena, 1, sizeof **out);
    if (err != OK)
        return err;
    if (!joint_period_day(year, index, &day))
        return ERR_MISSING;
    err = joint_model_agreed(request->tx, request->arena, &councils, year, day, *out,
                             request->trouble);
    return err != OK ? err : joint_model_period(request->tx, request->arena, index, *out,
                                                request->trouble);
}

static bool is_of_agreement(const struct joint_gap *gap)
{
    return strcmp(gap->what, "extract") != 0 && strcmp(gap->what, "map") != 0;
}

bool month_council_agreed(const struct joint_model *model, struct text council)
{
    for (size_t i = 0; i < model->gaps; i++)
        if (is_of_agreement(&model->gap[i]) &&
            (model->gap[i].council.size == 0 || text_equal(model->gap[i].council, council)))
            return false;
    return true;
}

static struct text name_of(const struct joint_model *model, struct text code)
{
    for (size_t i = 0; i < model->councils.count; i++)
        if (text_equal(model->councils.council[i].code, code))
            return model->councils.council[i].name;
    return text_of("Every council");
}

/* Where it is done. */
static void gap_link(struct request *request, struct html *h, const struct joint_model *model,
                     const struct joint_gap *gap)
{
    const struct url kind = UrlArg(request->arena, Url("/proposals"), "kind", text_of(gap->what));

    if (strcmp(gap->what, "extract") == 0)
        link_to(h, Url("/money/imports"), "Extracts");
    else if (strcmp(gap->what, "map") == 0)
        link_to(h, url_segment(request->arena, Url("/money/map"), model->year), "Map");
    else if (strcmp(gap->what, "proposal") == 0)
        link_to(h, Url("/proposals"), "Proposals");
    else
        link_to(h, kind, "Proposals");
}

void month_gaps_show(struct request *request, struct html *h, const struct joint_model *model)
{
    static const struct column columns[] = {
        { "From whom", COLUMN_WORDS }, { "What", COLUMN_WORDS }, { "Where", COLUMN_WORDS },
    };

    El(h, "h2") Lit(h, "What is missing, and from whom");
    if (model->gaps == 0)
        El(h, "p") page_tag(h, TAG_GOOD, "Nothing: the period can be run");
    else
        Table(h, "Before the period can be run", columns)
            for (size_t i = 0; i < model->gaps; i++)
                El(h, "tr") {
                    page_row_head(h, name_of(model, model->gap[i].council));
                    page_cell(h, text_of(model->gap[i].words));
                    El(h, "td") gap_link(request, h, model, &model->gap[i]);
                }
    El(h, "p") link_to(h, UrlArg(request->arena, Url("/proposals?show=in-force"), "kind",
                                 text_of(BASIS_KIND)), "Bases in force");
    El(h, "p") link_to(h, UrlArg(request->arena, Url("/proposals?show=in-force"), "kind",
                                 text_of(COST_MODEL_KIND)), "Cost models in force");
}
