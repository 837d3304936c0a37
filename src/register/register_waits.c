/* register/register_waits.c -- what waits for somebody, of all registers. */
#include <stdlib.h>

#include "cli/action.h"
#include "register/register_pages.h"
#include "web/site.h"

static void take(struct request *request, const struct register_type *type,
                 const struct entry *entry, struct entry_waits *out)
{
    const struct entry_turn turn = register_turn(request);
    struct entry_wait wait = { .type = type, .entry = *entry };

    wait.what = type->waits(entry, &turn, &wait.due);
    if (wait.what == NULL || !entry_is_editable(entry, request->actor.acting))
        return;
    out->wait = arena_grow(request->arena, out->wait, out->count, out->count + 1,
                           sizeof *out->wait);
    out->wait[out->count++] = wait;
}

static enum err look(struct request *request, const struct register_type *type,
                     struct entry_waits *out)
{
    const struct entry_asker asker = { request->actor.acting, &request->actor, type->may_edit };
    struct entries found;
    const enum err err = entry_list(request->tx, request->arena, type, &asker, ENTRY_SHORT, &found,
                                    request->trouble);

    for (size_t i = 0; err == OK && i < found.count; i++)
        take(request, type, &found.entry[i], out);
    return err;
}

/* What is due first stands first; then by register and number. */
static int compare(const void *one, const void *other)
{
    const struct entry_wait *first = one, *second = other;
    const int named = strcmp(first->type->one, second->type->one);

    if (first->due.days != second->due.days)
        return first->due.days < second->due.days ? -1 : 1;
    return named != 0 ? named : text_compare(first->entry.reference, second->entry.reference);
}

enum err entry_waits_load(struct request *request, struct entry_waits *out)
{
    const struct register_type *last = NULL;
    const struct action *action;
    size_t feature = 0, row = 0;
    enum err err = OK;

    *out = (struct entry_waits){ .count = 0 };
    while (err == OK &&
           (action = action_next(request->site->features, &feature, &row)) != NULL) {
        const struct register_type *type = action->of;
        if (type == NULL || type == last)
            continue;
        last = type;
        if (type->waits != NULL && actor_may(&request->actor, type->may_edit))
            err = look(request, type, out);
    }
    if (out->count > 1)
        qsort(out->wait, out->count, sizeof *out->wait, compare);
    return err;
}

void entry_waits_shown(struct request *request, struct html *h, const struct entry_waits *waits)
{
    static const struct column columns[] = {
        { "Number", COLUMN_WORDS }, { "What", COLUMN_WORDS }, { "Waits for", COLUMN_WORDS },
        { "Until", COLUMN_WORDS },
    };
    const struct db_day today = day_of(request->happening.now);

    Table(h, "What waits for your council", columns)
        for (size_t i = 0; i < waits->count; i++) {
            const struct entry_wait *wait = &waits->wait[i];
            El(h, "tr") {
                El(h, "th") {
                    LitAttr(h, "scope", "row");
                    html_text(h, word_shown(request->arena, text_of(wait->type->one)));
                    Lit(h, " ");
                    entry_link(request, h, register_url(wait->type, request->arena),
                               wait->entry.reference);
                }
                page_cell(h, wait->entry.field[0]);
                page_cell(h, text_of(wait->what));
                El(h, "td") {
                    page_day(h, wait->due);
                    Lit(h, " ");
                    if (wait->due.days < today.days)
                        page_tag(h, TAG_BAD, "Overdue");
                }
            }
        }
}
