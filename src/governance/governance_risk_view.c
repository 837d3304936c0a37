#include "governance/governance_risk_view.h"

/* --- below the list --- */

static void matrix_row(struct html *h, int likelihood, const int64_t count[5])
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            html_int(h, likelihood);
        }
        for (int impact = 1; impact <= 5; impact++)
            El(h, "td") {
                html_int(h, count[impact - 1]);
                Lit(h, " ");
                TextEl(h, "small", text_of(risk_bands[risk_band(likelihood, impact)]));
            }
    }
}

/* How many risks have each likelihood and impact; a cell says its rating in words. */
void risk_matrix(struct request *request, struct html *h, const struct entries *risks)
{
    static const struct column columns[] = {
        { "Likelihood", COLUMN_WORDS }, { "Impact 1", COLUMN_WORDS }, { "Impact 2", COLUMN_WORDS },
        { "Impact 3", COLUMN_WORDS }, { "Impact 4", COLUMN_WORDS }, { "Impact 5", COLUMN_WORDS },
    };
    int64_t count[5][5] = { { 0 } };

    (void)request;
    for (size_t i = 0; i < risks->count; i++)
        count[risk_scale(&risks->entry[i], RISK_CURRENT_LIKELIHOOD) - 1]
             [risk_scale(&risks->entry[i], RISK_CURRENT_IMPACT) - 1]++;
    El(h, "h2") Lit(h, "Matrix");
    Table(h, "How many by current likelihood (rows) and impact (columns)", columns)
        for (int likelihood = 5; likelihood >= 1; likelihood--)
            matrix_row(h, likelihood, count[likelihood - 1]);
}

/* --- on a risk's page --- */

static void review_form(struct request *request, struct html *h, const struct entry_page *page)
{
    const struct risk_more *more = page->more;

    El(h, "h2") Lit(h, "Record a review");
    Form(request, h, entry_sub_url(request, page, "reviews")) {
        entry_version_field(request, h, &page->entry);
        for (size_t i = 0; i < REVIEW_FIELDS; i++)
            field_box(request, h, &risk_review_fields[i], more->review[i], more->review_wrong[i]);
        page_button(h, "Record the review");
    }
}

void risk_more_shown(struct request *request, struct html *h, const struct entry_page *page)
{
    if (page->may_edit)
        review_form(request, h, page);
}
