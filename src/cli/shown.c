#include "cli/shown.h"

const char *period_shown(struct arena *arena, const struct model *model, int32_t period)
{
    return bound_shown(arena, period_of_year(model->year, period), "");
}

const char *bound_shown(struct arena *arena, period_number period, const char *open)
{
    char text[PERIOD_TEXT_MAX];

    if (period == PERIOD_FIRST || period == PERIOD_LAST)
        return open;
    period_print(period, text);
    return arena_copy(arena, text, strlen(text));
}

const char *money_shown(struct arena *arena, wide pence)
{
    char text[MONEY_TEXT_MAX];
    size_t size = money_print(pence, text);

    return arena_copy(arena, text, size);
}
