/* cli/topic.c -- the help pages that are not about one verb. */
#include <inttypes.h>
#include <string.h>

#include "cli/exits.h"
#include "cli/folder.h"
#include "cli/help.h"
#include "cli/profile_page.h"
#include "cli/setting.h"
#include "engine/fault.h"
#include "engine/model.h"

static void write_exit_codes(struct page *page, struct arena *arena)
{
    page_section(page, "description");
    page_paragraphs(page, "Every command ends with one of these codes.");
    for (const struct exit_code *row = exit_codes; row->meaning != NULL; row++)
        page_term(page, arena_print(arena, "%d", row->code), row->meaning);
}

static void write_faults(struct page *page, struct arena *arena)
{
    (void)arena;
    page_section(page, "description");
    page_paragraphs(page,
        "When a folder is refused, errors.csv names every fault with its file, the line on "
        "which the record starts, a code and the value. A line shows its first fault only. "
        "These are the codes.");
    for (int code = FAULT_NONE + 1; code < FAULT_CODES; code++)
        page_term(page, fault_name((enum fault_code)code), fault_help((enum fault_code)code));
    page_term(page, "CUT", "Only the first faults are listed; the value is how many there are.");
}

static void write_limits(struct page *page, struct arena *arena)
{
    page_section(page, "description");
    page_paragraphs(page, "The most that a partnership may hold. More is refused with LIMIT.");
    page_term(page, "partners", arena_print(arena, "%d", PARTNERS_MAX));
    page_term(page, "pools", arena_print(arena, "%d", POOLS_MAX));
    page_term(page, "cost centres of a partner", arena_print(arena, "%d", COST_CENTRES_MAX));
    page_term(page, "ledger lines", arena_print(arena, "%" PRIu64, LINES_MAX));
    page_term(page, "bytes of one file but ledgers", arena_print(arena, "%zu",
                                                                 MODEL_FILE_BYTES_MAX));
}

const struct topic topics[] = {
    { "csv", "the files of a partnership folder", 5, folder_page },
    { "profile", "how an extract is to be read", 5, profile_page },
    { "reasons", "why a row of an extract is refused", 7, reasons_page },
    { "conf", "the settings of a server", 5, setting_page },
    { "faults", "what can be wrong with a folder, and what to do", 7, write_faults },
    { "limits", "the most that a partnership may hold", 7, write_limits },
    { "exit-codes", "what a command's exit code says", 7, write_exit_codes },
    { NULL, NULL, 0, NULL },
};

const struct topic *topic_find(const char *name)
{
    for (const struct topic *topic = topics; topic->name != NULL; topic++) {
        if (strcmp(topic->name, name) == 0)
            return topic;
    }
    return NULL;
}
