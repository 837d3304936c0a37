/*
 * engine/model_rules.h -- what the bases must be as a whole. Pure.
 */
#ifndef OCHIL_MODEL_RULES_H
#define OCHIL_MODEL_RULES_H

#include "engine/model.h"

/* A blend's weights add up to exactly 100 (BLEND_NOT_100). */
bool blend_is_whole(const struct basis *blend);

/* Sets `on_cycle` of every basis that is made of itself, directly or through others
 * (BASIS_CYCLE). Components of weight zero count too (fine print 12). `mark` is scratch, one
 * number for each basis. */
void model_find_cycles(struct model *model, int32_t *mark);

#endif
