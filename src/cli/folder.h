/*
 * cli/folder.h -- the files of a partnership folder in plain words.
 *
 * One table serves three readers: `ochil help csv` and the manual page ochil-csv(5), the
 * README.md that `ochil new` writes, and the header rows of the files that it makes. The
 * reference is the engine contract, section 2; a test compares the headers with the engine's.
 */
#ifndef OCHIL_CLI_FOLDER_H
#define OCHIL_CLI_FOLDER_H

#include <stdio.h>

#include "base/arena.h"
#include "cli/page.h"

enum folder_need {
    FOLDER_NEEDED,
    FOLDER_OPTIONAL,    /* made by `ochil new` too */
    FOLDER_LATER        /* only once it is needed: its mere presence means something */
};

struct folder_column {
    const char *name;
    const char *meaning;
};

struct folder_file {
    const char                 *name;       /* "pools.csv", "ledger/lines.csv" */
    const char                 *title;      /* how help names it: "ledger/" and any name */
    enum folder_need            need;
    const char                 *purpose;
    const struct folder_column *column;     /* ends at one without a name */
};

/* In the order of the contract. Ends at a row without a name. */
extern const struct folder_file folder_files[];

/* The keys of partnership.csv with what `ochil new` writes for them. */
struct folder_setting {
    const char *key;
    const char *value;      /* the default; "" must be filled in */
    const char *meaning;
};

extern const struct folder_setting folder_settings[];

/* "pool,name,service,...\n" */
const char *folder_header(struct arena *, const struct folder_file *);

/* What `ochil help csv` says behind the name. */
void folder_page(struct page *, struct arena *);

/* README.md of a new folder. */
const char *folder_readme(struct arena *);

#endif
