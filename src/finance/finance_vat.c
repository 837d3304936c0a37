#include "finance/finance_vat.h"

#include "finance/finance_csv_file.h"

/* The first column of a field's lines, one by one. */
static bool has_code(struct arena *arena, const struct form *cost_model, const char *field,
                     struct text code)
{
    struct csv_rows rows;

    csv_rows_open(&rows, arena, form_value(cost_model, field));
    while (csv_rows_next(&rows))
        if (text_equal(csv_rows_field(&rows, 0), code))
            return true;
    return false;
}

static bool read_row(struct arena *arena, const struct csv_rows *rows, struct agreed_vat_row *row)
{
    *row = (struct agreed_vat_row){ .what = text_keep(arena, csv_rows_field(rows, 0)),
                                    .reason = text_keep(arena, csv_rows_field(rows, 2)) };
    return layout_vat_parse(csv_rows_field(rows, 1), &row->vat) && rows->record.count == 3 &&
           row->reason.size > 0 && row->reason.size <= VAT_REASON_MOST;
}

void agreed_vat_read(struct arena *arena, const struct form *cost_model, struct agreed_vat *out)
{
    struct agreed_vat_row row;
    struct csv_rows rows;

    *out = (struct agreed_vat){ .rows = 0 };
    csv_rows_open(&rows, arena, form_value(cost_model, "vat"));
    while (csv_rows_next(&rows)) {
        if (!read_row(arena, &rows, &row))
            continue;
        out->row = arena_grow(arena, out->row, out->rows, out->rows + 1, sizeof *out->row);
        out->row[out->rows++] = row;
    }
}

static const struct agreed_vat_row *row_of(const struct agreed_vat *agreed, struct text what)
{
    for (size_t i = 0; i < agreed->rows; i++)
        if (text_equal(agreed->row[i].what, what))
            return &agreed->row[i];
    return NULL;
}

const char *agreed_vat_judge(struct arena *arena, const struct form *cost_model)
{
    struct agreed_vat before;
    struct agreed_vat_row row;
    struct csv_rows rows;
    size_t count = 0;

    agreed_vat_read(arena, cost_model, &before);
    csv_rows_open(&rows, arena, form_value(cost_model, "vat"));
    for (; csv_rows_next(&rows); count++) {
        const unsigned long long line = rows.line;
        if (!read_row(arena, &rows, &row))
            return arena_print(arena, "line %llu: give a service or pool, its treatment (outside, "
                               "exempt, standard, reduced or zero), and the reason.", line);
        if (!has_code(arena, cost_model, "services", row.what) &&
            !has_code(arena, cost_model, "pools", row.what))
            return arena_print(arena, "line %llu: there is no service or pool %.*s.", line,
                               TEXT(row.what));
        if (row_of(&before, row.what) != &before.row[count])
            return arena_print(arena, "line %llu: %.*s stands there twice.", line,
                               TEXT(row.what));
    }
    return NULL;
}

const char *agreed_vat_missing(struct arena *arena, const struct form *cost_model)
{
    struct agreed_vat agreed;
    const char *names = NULL;
    struct csv_rows rows;

    agreed_vat_read(arena, cost_model, &agreed);
    csv_rows_open(&rows, arena, form_value(cost_model, "services"));
    while (csv_rows_next(&rows)) {
        const struct text code = csv_rows_field(&rows, 0);
        if (text_is(code, "service") || row_of(&agreed, code) != NULL)
            continue;
        names = names == NULL ? arena_print(arena, "%.*s", TEXT(code))
                              : arena_print(arena, "%s, %.*s", names, TEXT(code));
    }
    return names;
}

const struct agreed_vat_row *agreed_vat_of(const struct agreed_vat *agreed, struct text service,
                                           struct text pool)
{
    const struct agreed_vat_row *row = row_of(agreed, pool);

    return row != NULL ? row : row_of(agreed, service);
}
