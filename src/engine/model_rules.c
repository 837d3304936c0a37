#include "engine/model_rules.h"

bool blend_is_whole(const struct basis *blend)
{
    mpq_t sum;
    bool whole;

    mpq_init(sum);
    for (size_t i = 0; i < blend->components; i++)
        mpq_add(sum, sum, blend->component[i].weight);
    whole = mpq_cmp_ui(sum, 100, 1) == 0;
    mpq_clear(sum);
    return whole;
}

/* The i-th basis that a basis is made of, or -1 behind the last. */
static int32_t made_of(const struct basis *basis, size_t i)
{
    if (basis->kind == BASIS_BLEND)
        return i < basis->components ? basis->component[i].basis : -1;
    if (basis->kind == BASIS_TOLERANCE && i < 2)
        return i == 0 ? basis->estimate : basis->actual;
    return -1;
}

/* Marks with `mark_with` whatever can be reached from `from`; true if that is `from` itself.
 * The marks themselves serve as the list of what is still to be visited. */
static bool reaches_itself(const struct model *model, int32_t from, int32_t *mark)
{
    bool grown = true;
    bool found = false;

    for (size_t b = 0; b < model->bases; b++)
        mark[b] = (int32_t)b == from;
    while (grown) {
        grown = false;
        for (size_t b = 0; b < model->bases; b++) {
            int32_t part;
            if (mark[b] != 1)
                continue;
            mark[b] = 2;
            for (size_t i = 0; (part = made_of(&model->basis[b], i)) >= 0; i++) {
                found = found || part == from;
                if (mark[part] == 0) {
                    mark[part] = 1;
                    grown = true;
                }
            }
        }
    }
    return found;
}

void model_find_cycles(struct model *model, int32_t *mark)
{
    for (size_t b = 0; b < model->bases; b++) {
        enum basis_kind kind = model->basis[b].kind;
        bool composed = kind == BASIS_BLEND || kind == BASIS_TOLERANCE;
        model->basis[b].on_cycle = composed && reaches_itself(model, (int32_t)b, mark);
    }
}
