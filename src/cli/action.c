#include "cli/action.h"

#include <string.h>

const struct option common_options[] = {
    { .name = "help", .letter = 'h', .help = "Show a short help with examples." },
    { .name = "quiet", .letter = 'q', .help = "Say nothing but errors." },
    { .name = "verbose", .letter = 'v', .help = "Say more about what is being done." },
    { 0 },
};

const struct action *action_next(const struct feature *const features[], size_t *feature,
                                 size_t *row)
{
    while (features[*feature] != NULL) {
        const struct action *action = &features[*feature]->actions[*row];

        if (action->verb != NULL) {
            (*row)++;
            return action;
        }
        (*feature)++;
        *row = 0;
    }
    return NULL;
}

const struct action *action_find(const struct feature *const features[], const char *verb)
{
    size_t feature = 0;
    size_t row = 0;
    const struct action *action;

    while ((action = action_next(features, &feature, &row)) != NULL) {
        if (strcmp(action->verb, verb) == 0)
            return action;
    }
    return NULL;
}

const struct option *option_next(const struct action *action, const struct option *before)
{
    const struct option *const list[] = { action->options, action->shared, common_options };
    bool found = before == NULL;

    for (size_t i = 0; i < COUNT(list); i++) {
        for (const struct option *at = list[i]; at != NULL && at->name != NULL; at++) {
            if (found)
                return at;
            found = at == before;
        }
    }
    return NULL;
}

const struct option *action_option(const struct action *action, const char *name)
{
    const struct option *option = option_next(action, NULL);

    while (option != NULL && strcmp(option->name, name) != 0)
        option = option_next(action, option);
    return option;
}
