/*
 * extract/profile_bind.c -- the columns that a profile names, looked up in an extract's header.
 */
#include "extract/profile.h"

#include "extract/profile_words.h"

/* A header, and whose profile asks for it. */
struct binding {
    const struct row    *header;      /* NULL: none */
    struct profile_place place;
};

/* ": the nearest column", or none: names are short-lived, so the best so far is copied. */
struct nearest_column {
    char               typed[WORD_MAX + 1];
    char               best[WORD_MAX + 1];
    struct word_search search;
};

static bool copy_name(struct text name, char out[WORD_MAX + 1])
{
    if (name.size > WORD_MAX || memchr(name.data, '\0', name.size) != NULL)
        return false;
    memcpy(out, name.data, name.size);
    out[name.size] = '\0';
    return true;
}

static void offer_column(struct nearest_column *nearest, struct text name)
{
    char word[WORD_MAX + 1];
    struct word_search search = nearest->search;

    if (name.size == 0 || !copy_name(name, word))
        return;
    word_offer(&search, word);
    if (search.nearest != word)
        return;
    memcpy(nearest->best, word, sizeof word);
    nearest->search.nearest = nearest->best;
    nearest->search.distance = search.distance;
}

static enum err no_such_column(const struct binding *binding, struct text name)
{
    struct nearest_column nearest = { .search = { .typed = nearest.typed } };

    if (copy_name(name, nearest.typed))
        for (size_t i = 0; i < binding->header->count; i++)
            offer_column(&nearest, cell_trim(binding->header->cell[i].text));
    if (nearest.search.nearest == NULL)
        return profile_fault(&binding->place, "the extract has no column '%.*s'",
                             TEXT(shown_part(name)));
    return profile_fault(&binding->place, "the extract has no column '%.*s'. Did you mean '%s'?",
                         TEXT(shown_part(name)), nearest.best);
}

static enum err bind_name(const struct binding *binding, struct text name, uint32_t *index)
{
    const struct row *header = binding->header;
    size_t found = SIZE_MAX;

    for (size_t i = 0; i < header->count; i++) {
        if (!text_equal(cell_trim(header->cell[i].text), name))
            continue;
        if (found != SIZE_MAX)
            return profile_fault(&binding->place, "the extract has two columns '%.*s': name the "
                                 "one by its place, #%zu or #%zu", TEXT(shown_part(name)),
                                 found + 1, i + 1);
        found = i;
    }
    if (found == SIZE_MAX)
        return no_such_column(binding, name);
    *index = (uint32_t)found;
    return OK;
}

static enum err bind_column(void *context, struct column *column)
{
    struct binding *binding = context;
    const struct row *header = binding->header;
    const struct text name = cell_trim(column->name);

    binding->place.line = column->line;
    if (column->place == 0 && header == NULL)
        return profile_fault(&binding->place, "without a header row a column is named by its "
                             "place, as #3, not '%.*s'", TEXT(shown_part(name)));
    if (column->place == 0)
        return bind_name(binding, name, &column->index);
    if (header != NULL && column->place > header->count)
        return profile_fault(&binding->place, "there is no column #%u: the header has %zu",
                             column->place, header->count);
    column->index = column->place - 1;
    return OK;
}

/* --- every column that a profile names --- */

struct columns {
    profile_column_visit *visit;
    void                 *context;
};

static enum err visit_origin(const struct columns *columns, struct field_origin *origin)
{
    enum err err = OK;

    for (size_t i = 0; i < origin->count && err == OK; i++)
        err = columns->visit(columns->context, &origin->column[i]);
    return err;
}

static enum err visit_condition(const struct columns *columns, struct condition *condition)
{
    enum err err = OK;

    for (size_t i = 0; i < condition->count && err == OK; i++)
        err = columns->visit(columns->context, &condition->test[i].column);
    return err;
}

enum err profile_columns(struct profile *profile, profile_column_visit *visit, void *context)
{
    const struct columns columns = { visit, context };
    enum err err = OK;

    for (size_t i = 0; i < TARGETS && err == OK; i++)
        err = visit_origin(&columns, &profile->field[i]);
    if (err != OK || (err = visit_origin(&columns, &profile->debit)) != OK ||
        (err = visit_origin(&columns, &profile->credit)) != OK)
        return err;
    if (profile->total_row != NULL)
        err = visit_condition(&columns, profile->total_row);
    for (size_t i = 0; i < profile->leave_outs && err == OK; i++)
        err = visit_condition(&columns, &profile->leave_out[i]);
    return err;
}

enum err profile_bind(struct profile *profile, const struct row *header, const char *name,
                      struct trouble *trouble)
{
    struct binding binding = { header, { name, 0, NULL, trouble } };

    return profile_columns(profile, bind_column, &binding);
}
