/*
 * base/listing.h -- which files of a folder count as ledger files, and in which order.
 *
 * Engine contract, fine print 4: the name ends in .csv and does not start with a dot; files are
 * taken in the byte order of their names. Every kind of source (memory, folder, zip) uses these
 * two, so that they cannot differ.
 */
#ifndef OCHIL_LISTING_H
#define OCHIL_LISTING_H

#include "base/text.h"

/* `name` is a name directly in the folder, without the folder's own. */
bool listing_takes(struct text name);

/* By bytes, in place; several equal names come to stand side by side. */
void listing_sort(struct text *names, size_t count);

#endif
