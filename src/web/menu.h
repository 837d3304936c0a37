/*
 * web/menu.h -- what stands in the main and the side navigation: rows of const data, sections
 * one after another. A section is called by its first row's `section`. Pure.
 */
#ifndef OCHIL_MENU_H
#define OCHIL_MENU_H

#include "identity/right.h"
#include "web/words.h"

struct menu_row {
    enum word   section;
    enum word   label;
    const char *path;
    enum right  right;      /* who has it sees the row */
    const char *other;      /* an address elsewhere that is below it, too; NULL: none */
};

extern const struct menu_row menu[];
extern const size_t menu_rows;

/* The row that a path belongs to: its own, or the one it continues ("/jobs/7": "/jobs"). NULL:
 * none. */
const struct menu_row *menu_at(struct text path);

#endif
