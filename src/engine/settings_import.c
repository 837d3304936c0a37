/*
 * engine/settings_import.c -- rows of partnership.csv, partners.csv and services.csv.
 */
#include "engine/model_rows.h"


/* Sets what a key says; false when there is no such value. */
static bool set_setting(struct import *import, struct text key, struct text value)
{
    static const char *const rounding[] = { "year-to-date", "period" };
    static const char *const remainder[] = { "largest", "lead", "first" };
    static const char *const settlement[] = { "net", "gross" };
    static const char *const support[] = { "reciprocal", "step-down", "direct" };
    struct model *model = import->model;
    int chosen = 0;
    bool good;

    if (text_is(key, "name")) {
        model->name = value;
        good = value.size > 0;
    } else if (text_is(key, "year")) {
        good = year_parse(value, &model->year);
        import->seen_year = true;
        import->year_faulty = import->year_faulty || !good;
    } else if (text_is(key, "rounding")) {
        good = column_choose(value, rounding, COUNT(rounding), &chosen);
        model->rounding = (enum rounding)chosen;
    } else if (text_is(key, "remainder")) {
        good = column_choose(value, remainder, COUNT(remainder), &chosen);
        model->remainder = (enum remainder)chosen;
    } else if (text_is(key, "settlement")) {
        good = column_choose(value, settlement, COUNT(settlement), &chosen);
        model->settlement = (enum settlement)chosen;
    } else {
        good = column_choose(value, support, COUNT(support), &chosen);
        model->support_method = (enum support_method)chosen;
    }
    return good;
}

struct finding take_setting(struct import *import, const struct text *field)
{
    static const char *const keys[] = { "name", "year", "rounding", "remainder", "settlement",
                                        "support_method" };
    struct model before = *import->model;
    int chosen;

    if (!column_choose(field[0], keys, COUNT(keys), &chosen))
        return found(FAULT_SETTING, field[0]);
    if (!set_setting(import, field[0], field[1]))
        return found(FAULT_SETTING, field[1]);
    struct finding finding = row_key(import, field, 1);
    if (finding.code != FAULT_NONE)
        *import->model = before;
    return finding;
}

/* ---- partners.csv, services.csv ---- */

static bool is_partner_code(struct text code)
{
    if (code.size == 0 || code.size > 32)
        return false;
    for (size_t i = 0; i < code.size; i++) {
        char c = code.data[i];
        bool fits = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    c == '.' || c == '_' || c == '-';
        if (!fits)
            return false;
    }
    return true;
}

struct finding take_partner(struct import *import, const struct text *field)
{
    int32_t partner = index_find(&import->model->partner_index, 0, field[0]);
    struct finding finding;

    if (!is_partner_code(field[0]))
        return found(FAULT_PARTNER, field[0]);
    if ((finding = row_key(import, field, 1)).code != FAULT_NONE)
        return finding;
    import->model->partner[partner].name = field[1];
    return partner >= PARTNERS_MAX ? found(FAULT_LIMIT, field[0]) : GOOD;
}

struct finding take_service(struct import *import, const struct text *field)
{
    struct model *model = import->model;
    struct finding finding;
    int32_t lead;

    if (field[0].size == 0 || text_is(field[0], "all"))
        return found(FAULT_SERVICE, field[0]);
    if ((finding = column_partner(import, field[2], &lead)).code != FAULT_NONE ||
        (finding = row_key(import, field, 1)).code != FAULT_NONE)
        return finding;
    struct service *service = &model->service[index_find(&model->service_index, 0, field[0])];
    service->name = field[1];
    service->lead = lead;
    return GOOD;
}
