/*
 * sheets/xlsx_spaces.h -- the namespaces of XLSX: ECMA-376 transitional, and ISO 29500 strict.
 */
#ifndef OCHIL_XLSX_SPACES_H
#define OCHIL_XLSX_SPACES_H

#include "sheets/xml_io.h"

enum { XLSX_MAIN = 1, XLSX_RELATION, XLSX_PACKAGE };

#define XLSX_SPACES 5

extern const struct xml_space xlsx_spaces[XLSX_SPACES];

#endif
