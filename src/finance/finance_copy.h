/*
 * finance/finance_copy.h -- a kept extract where the convert library can read it.
 *
 * The library reads files by their paths, some of them (workbooks) at any place, several times. So
 * an extract is verified out of the store into a file without a name (store/work_folder.h), and a
 * link that leads there bears the extract's own name, which becomes part of its lines' ids. When
 * the process ends, however it does, the file is gone. Beside it stands the profile that it is read
 * with.
 */
#ifndef OCHIL_FINANCE_COPY_H
#define OCHIL_FINANCE_COPY_H

#include "store/evidence_open.h"
#include "store/work_folder.h"

/* On whose behalf, and with what. Everything stands as long as it is used. */
struct extract_desk {
    struct db              *db;
    const struct outside   *outside;
    struct moment         (*clock)(void);
    struct evidence_council council;    /* whose extract */
    struct text             actor;      /* the account */
    struct text             request;    /* for the trail; may be empty */
    const char             *spool;      /* a folder */
};

struct extract_copy {
    struct work_folder work;
    const char *folder;         /* the extract is alone in it */
    const char *extract;        /* path */
    const char *profile;        /* path */
    struct text name;           /* of the extract, as it is kept */
    uint64_t    size;
    bool        personal;       /* it holds personal data, so what is made of it does */
};

/* `words`: the profile; empty: none. ERR_MISSING: no such file. Nothing is to be closed when it
 * fails. */
MUST_USE enum err extract_copy_open(struct extract_copy *, struct arena *,
                                    const struct extract_desk *, struct text hex,
                                    struct text words, struct trouble *);
void extract_copy_close(struct extract_copy *);

/* A message of the library without the folder of the copy, which is nobody's affair. */
const char *extract_copy_message(const struct extract_copy *, struct arena *, const char *);

#endif
