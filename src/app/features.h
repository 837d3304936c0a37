/*
 * app/features.h -- what this program can do: one line a feature.
 */
#ifndef OCHIL_APP_FEATURES_H
#define OCHIL_APP_FEATURES_H

#include "cli/action.h"

/* Ends at NULL. In the order in which `ochil help` shows them. */
extern const struct feature *const features[];

#endif
