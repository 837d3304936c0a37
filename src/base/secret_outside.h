/*
 * base/secret_outside.h -- the outside world for secrets.
 *
 * The same as `real_outside`, but a file that it creates can be read and written by its owner
 * only (mode 0600), from its first moment, and a folder entered by its owner only (0700). For
 * secret keys.
 */
#ifndef OCHIL_SECRET_OUTSIDE_H
#define OCHIL_SECRET_OUTSIDE_H

#include "base/outside.h"

extern const struct outside secret_outside;

#endif
