#include "cli/summary.h"

#include <inttypes.h>
#include <string.h>

/* What a person calls a partner: its name, or its code where the name is blank. */
static const char *called(struct arena *arena, const char *name, const char *code)
{
    return text_shown(arena, text_of(name[0] == '\0' ? code : name));
}

void summary_print(const struct command *command, const struct close_summary *summary)
{
    FILE *out = command->out;
    bool one = strcmp(summary->first, summary->last) == 0;

    (void)fprintf(out, "%" PRIu64 " line%s, %zu partners, %s%s%s: ", summary->lines,
                  summary->lines == 1 ? "" : "s", summary->partners, summary->first,
                  one ? "" : " to ", one ? "" : summary->last);
    for (size_t i = 0; i < summary->debts; i++) {
        const struct summary_debt *debt = &summary->debt[i];
        char amount[MONEY_TEXT_MAX];

        (void)money_print(debt->amount, amount);
        (void)fprintf(out, "%s%s owes %s \u00a3%s", i == 0 ? "" : "; ",
                      called(command->arena, debt->from_name, debt->from),
                      called(command->arena, debt->to_name, debt->to), amount);
        if (strcmp(debt->service, "all") != 0)
            (void)fprintf(out, " for %s", text_shown(command->arena, text_of(debt->service)));
    }
    (void)fputs(summary->debts == 0 ? "nobody owes anything\n" : "\n", out);
}

void summary_json(struct json *json, const struct close_summary *summary)
{
    json_word(json, "name", summary->name);
    json_key(json, "lines");
    json_integer(json, (int64_t)summary->lines);
    json_key(json, "partners");
    json_integer(json, (int64_t)summary->partners);
    json_word(json, "from", summary->first);
    json_word(json, "through", summary->last);
    json_key(json, "bill");
    json_array(json);
    for (size_t i = 0; i < summary->debts; i++) {
        const struct summary_debt *debt = &summary->debt[i];

        json_object(json);
        json_word(json, "service", debt->service);
        json_word(json, "from", debt->from);
        json_word(json, "to", debt->to);
        json_key(json, "amount");
        json_money(json, debt->amount);
        json_object_end(json);
    }
    json_array_end(json);
}
