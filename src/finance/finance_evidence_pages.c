/*
 * finance/finance_evidence_pages.c -- the evidence of locked months.
 */
#include "finance/finance_pages.h"

struct url evidence_month_url(struct arena *arena, const struct period_place *place)
{
    return url_segment(arena, url_segment(arena, Url("/records/evidence"), place->year),
                       text_of(arena_print(arena, "P%02d", place->index + 1)));
}
