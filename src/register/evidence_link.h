/*
 * register/evidence_link.h -- what a kept file belongs to, and who else may read it for that.
 *
 * A file (store/evidence_row.h) is its council's alone. When a record rests on it (a proposal's
 * decision, a risk, an agreement) the council links the two; with partners named in the link, they
 * read the file, too, for as long as the link stands. A file that holds personal data is read by
 * nobody else for any link. This is the one way in which a file is shown to another council.
 *
 *     evidence_link(tx, &deed, hex, &subject, trouble)       CLK: this minute belongs to proposal 7
 *     evidence_links(tx, arena, STI, &subject, &links, ...)  STI: what belongs to proposal 7
 *     evidence_find(tx, arena, STI, hex, &found, ...)        STI: may I read it, and whose is it
 *
 * Inside a transaction in the scope of the council that asks. Texts live in `arena`.
 *
 * Read next: evidence_desk.h (files that are sent, and files to be sent), evidence_pages.c.
 */
#ifndef OCHIL_EVIDENCE_LINK_H
#define OCHIL_EVIDENCE_LINK_H

#include "identity/actor.h"
#include "store/evidence_row.h"

/* A record, by the words the trail has for it. */
struct evidence_subject {
    struct text kind, id;           /* "two_key", "7" */
    struct text partners;           /* ",1,2,": who reads a file for it; "": its council alone */
};

struct evidence_deed {
    const struct happening *happening;
    int64_t                 council;        /* whose file, acted for */
    struct text             login;
};

/* Linked already: nothing is done. ERR_MISSING, without words: the council has no such file.
 * ERR_REFUSED: it holds personal data, and the link names partners. */
MUST_USE enum err evidence_link(struct tx *, struct arena *, const struct evidence_deed *,
                                struct text hex, const struct evidence_subject *,
                                struct trouble *);

/* ERR_MISSING, without words: it is not linked so. */
MUST_USE enum err evidence_unlink(struct tx *, const struct evidence_deed *, struct text hex,
                                  const struct evidence_subject *, struct trouble *);

/* The same; a link that names other partners is ended first, so that a file may be shown to more
 * councils, or to fewer, than it was. */
MUST_USE enum err evidence_relink(struct tx *, struct arena *, const struct evidence_deed *,
                                  struct text hex, const struct evidence_subject *,
                                  struct trouble *);

/* The record is its council's alone again: nobody else reads the council's files for it. */
MUST_USE enum err evidence_withdraw(struct tx *, struct arena *, const struct evidence_deed *,
                                    const struct evidence_subject *, struct trouble *);

/* A file that the council that asks may read. */
struct evidence_found {
    int64_t             council;            /* whose it is */
    struct evidence_row row;
};

struct evidence_link {
    struct evidence_subject subject;
    struct evidence_found   file;
    struct moment           made_at;
    struct text             made_by;
};

struct evidence_links {
    struct evidence_link *link;
    size_t                count;
};

/* Files of the record that the council may read, as they were linked. */
MUST_USE enum err evidence_links(struct tx *, struct arena *, int64_t council,
                                 const struct evidence_subject *, struct evidence_links *,
                                 struct trouble *);

/* The one that is this file of this council's; NULL: there is none. */
const struct evidence_link *evidence_link_of(const struct evidence_links *, int64_t council,
                                             struct text hex);

/* Records that the file belongs to, as far as the council may know. */
MUST_USE enum err evidence_uses(struct tx *, struct arena *, int64_t council, struct text hex,
                                struct evidence_links *, struct trouble *);

/* ERR_MISSING, without words: there is none, or it is not this council's to see. */
MUST_USE enum err evidence_find(struct tx *, struct arena *, int64_t council, struct text hex,
                                struct evidence_found *, struct trouble *);

/* The council's own files, the newest first. */
struct evidence_before {
    struct moment taken_at;
    struct text   hex;
};

struct evidence_files {
    struct evidence_row *row;       /* without head, key and lines */
    size_t               count;
};

/* `before` NULL: from the newest. */
MUST_USE enum err evidence_list(struct tx *, struct arena *, int64_t council,
                                const struct evidence_before *before, int rows,
                                struct evidence_files *, struct trouble *);

#endif
