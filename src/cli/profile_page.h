/*
 * cli/profile_page.h -- the help pages about extracts: what stands in a profile, and why a row can
 * be refused. The reference is docs/convert.md, sections 4 and 5.
 */
#ifndef OCHIL_CLI_PROFILE_PAGE_H
#define OCHIL_CLI_PROFILE_PAGE_H

#include "base/arena.h"
#include "cli/page.h"

struct profile_key_help {
    const char *key;        /* "date_format" */
    const char *value;      /* "yyyy-mm-dd" or a list of words */
    const char *meaning;
};

/* In the order in which a profile is best written. Ends at a row without a key. */
extern const struct profile_key_help profile_keys_help[];

/* What `ochil help profile` and `ochil help reasons` say behind the name. */
void profile_page(struct page *, struct arena *);
void reasons_page(struct page *, struct arena *);

#endif
