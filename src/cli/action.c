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

static const struct option *find_in(const struct option *options, const char *name)
{
    for (; options != NULL && options->name != NULL; options++) {
        if (strcmp(options->name, name) == 0)
            return options;
    }
    return NULL;
}

const struct option *action_option(const struct action *action, const char *name)
{
    const struct option *own = find_in(action->options, name);

    return own != NULL ? own : find_in(common_options, name);
}
