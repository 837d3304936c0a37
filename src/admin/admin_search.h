/*
 * admin/admin_search.h -- one search over all that somebody may see: entries of every register,
 * proposals, kept files by their names, people.
 *
 * Each kind is read as its own list reads it, with the same right and the same rows, and matched
 * afterwards by one rule (text_holds()): what is not on a person's lists is not found. A register
 * is found by its rows in the action table, so a new one needs no word here.
 *
 * Read next: admin_search_pages.c.
 */
#ifndef OCHIL_ADMIN_SEARCH_H
#define OCHIL_ADMIN_SEARCH_H

#include "web/page_frame.h"

#define SEARCH_WORDS_LEAST 2        /* characters */
#define SEARCH_HITS_SHOWN 10        /* of each kind, when all are asked for */
#define SEARCH_HITS_MOST 200        /* of one kind, when that is */

/* What was found, the nearest first: what is its number or name, what has the words in its title,
 * what has them anywhere. */
enum search_rank { SEARCH_EXACT, SEARCH_TITLE, SEARCH_TEXT, SEARCH_RANKS };

struct search_hit {
    enum search_rank rank;
    struct text      id;            /* "CLK-12"; of others what their address has */
    struct text      title;
    struct text      state;         /* may be empty */
    struct url       url;
};

/* All of one kind; there are some. */
struct search_group {
    const char        *kind;        /* "risk" */
    struct text        title;       /* "Risks" */
    bool               numbered;    /* the id is a number that people know */
    struct url         list;        /* of these very ones; text empty: there is no such list */
    struct search_hit *hit;
    size_t             count;
};

struct search {
    struct text          words;     /* trimmed */
    struct text          kind;      /* only this one; empty: all */
    struct search_group *group;     /* those with an exact hit first */
    size_t               groups;
    size_t               count;     /* of all hits */
};

/* What the request asks for: `q` and `kind`. */
void search_read(const struct request *, struct search *);
/* Too few characters to look for? */
bool search_is_short(const struct search *);

/* In the request's transaction, for the acting council. */
MUST_USE enum err search_run(struct request *, struct search *);

#endif
