/*
 * engine/bases_import.c -- rows of bases.csv, basis_values.csv and blends.csv.
 */
#include "engine/model_rows.h"


/* 0 to 12, or blank for exact. */
static bool parse_places(struct text text, int32_t *places)
{
    *places = -1;
    if (text.size == 0)
        return true;
    *places = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || i >= 2)
            return false;
        *places = *places * 10 + (text.data[i] - '0');
    }
    return *places <= 12;
}

static struct finding test_basis_row(struct import *import, const struct text *field,
                                     int32_t *places, mpq_t tolerance)
{
    struct finding finding;
    int32_t unused;
    int kind;

    if (!column_choose(field[2], basis_kind_name, COUNT(basis_kind_name), &kind))
        return found(FAULT_BASIS_KIND, field[2]);
    if (!parse_places(field[3], places))
        return found(FAULT_BASIS_KIND, field[3]);
    if (kind != BASIS_TOLERANCE)
        return GOOD;
    if (number_parse(field[4], tolerance) != NUMBER_GOOD)
        return found(FAULT_BASIS_KIND, field[4]);
    if ((finding = column_basis(import, field[5], &unused)).code != FAULT_NONE)
        return finding;
    return column_basis(import, field[6], &unused);
}

/* What the first row of a basis says, faulty or not: its kind decides what may be said of it, and
 * what it is made of may close a circle. */
static void take_first_basis_row(struct import *import, const struct text *field,
                                 struct basis *basis)
{
    int kind = 0;

    basis->seen = true;
    basis->kind_known = column_choose(field[2], basis_kind_name, COUNT(basis_kind_name), &kind);
    basis->kind = (enum basis_kind)kind;
    basis->name = field[1];
    basis->unit = field[7];
    basis->source = field[8];
    if (basis->kind_known && basis->kind == BASIS_TOLERANCE) {
        basis->estimate = index_find(&import->model->basis_index, 0, field[5]);
        basis->actual = index_find(&import->model->basis_index, 0, field[6]);
    }
}

struct finding take_basis(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    int32_t places = -1;
    mpq_t tolerance;

    if (field[0].size == 0)
        return found(FAULT_BASIS, field[0]);
    struct basis *basis = &model->basis[index_find(&model->basis_index, 0, field[0])];
    bool first = !basis->seen;
    if (first)
        take_first_basis_row(import, field, basis);
    mpq_init(tolerance);
    finding = test_basis_row(import, field, &places, tolerance);
    if (finding.code == FAULT_NONE)
        finding = row_key(import, field, 1);
    if (finding.code == FAULT_NONE && first) {
        basis->places = places;
        mpq_set(basis->tolerance, tolerance);
    }
    basis->faulty = basis->faulty || finding.code != FAULT_NONE;
    mpq_clear(tolerance);
    return finding;
}

/* A row that gives a basis something which only some kinds have. */
static struct finding test_basis_of_kind(const struct import *import, struct text code,
                                         bool (*fits)(enum basis_kind), int32_t *out)
{
    struct finding finding = column_basis(import, code, out);

    if (finding.code == FAULT_NONE && *out >= 0 && import->model->basis[*out].kind_known &&
        !fits(import->model->basis[*out].kind))
        return found(FAULT_BASIS_KIND, code);
    return finding;
}

static bool has_values(enum basis_kind kind)
{
    return kind == BASIS_MEASURE || kind == BASIS_FIXED;
}

static bool has_components(enum basis_kind kind)
{
    return kind == BASIS_BLEND;
}

struct finding take_basis_value(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    period_number from;
    int32_t basis;
    int32_t partner;

    if ((finding = test_basis_of_kind(import, field[0], has_values, &basis)).code != FAULT_NONE ||
        (finding = column_period(field[1], PERIOD_FIRST, &from)).code != FAULT_NONE ||
        (finding = column_partner(import, field[2], &partner)).code != FAULT_NONE)
        return finding;
    if ((finding = column_number(field[3], import->number)).code == FAULT_NONE &&
        (finding = row_key(import, field, 3)).code == FAULT_NONE && basis >= 0 && partner >= 0) {
        struct basis *known = &model->basis[basis];
        if (known->value == NULL)
            known->value = arena_take(import->arena, model->partners, sizeof *known->value);
        import_add_dated(import, &known->value[partner], from, import->number, field[3]);
    }
    return finding;
}

struct finding take_blend(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    int32_t basis;
    int32_t component;

    if ((finding = test_basis_of_kind(import, field[0], has_components, &basis)).code !=
            FAULT_NONE ||
        (finding = column_basis(import, field[1], &component)).code != FAULT_NONE)
        return finding;
    if ((finding = column_number(field[2], import->number)).code == FAULT_NONE &&
        (finding = row_key(import, field, 2)).code == FAULT_NONE && basis >= 0 &&
        component >= 0) {
        struct basis *blend = &model->basis[basis];
        struct component *added = ADD(import, blend->component, blend->components,
                                      blend->components_room);
        added->basis = component;
        mpq_init(added->weight);
        mpq_set(added->weight, import->number);
    }
    return finding;
}
