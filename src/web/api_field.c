#include "web/api_field.h"

#include <assert.h>
#include <string.h>

struct api_call api_call_of(struct arena *arena, const struct action *action)
{
    struct api_call call = *action->call;

    if (call.fill != NULL)
        call.fill(arena, action, &call);
    assert(call.answer == API_NOTHING || call.answer == API_FILE || call.gives != NULL);
    return call;
}

const struct api_field *api_fields_keep(struct arena *arena, const struct api_field fields[],
                                        size_t count)
{
    assert(count > 0 && fields[count - 1].name == NULL);
    struct api_field *kept = arena_take(arena, count, sizeof *kept);
    memcpy(kept, fields, count * sizeof *fields);
    return kept;
}

bool action_is_call(const struct action *action)
{
    static const char under[] = "/api/v1/";

    return action->route != NULL && strncmp(action->route, under, sizeof under - 1) == 0;
}
