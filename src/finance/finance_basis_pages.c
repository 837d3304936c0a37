/*
 * finance/finance_basis_pages.c -- what the pages of a basis and of a cost model show beside what
 * is proposed: versions and what each changed, values and the shares that they give, pools and
 * whether their bases are agreed. Shares are worked out by the engine.
 */
#include <stdlib.h>

#include "engine/fraction.h"
#include "engine/share.h"
#include "finance/finance_csv_file.h"
#include "finance/finance_basis.h"
#include "finance/finance_joint_model.h"
#include "finance/finance_run.h"
#include "finance/finance_year.h"
#include "register/register_field_view.h"
#include "register/two_key_desk.h"
#include "web/page_frame.h"

/* --- versions --- */

struct version {
    const struct two_key_proposal *proposal;
    struct form                   *content, *was;   /* was NULL: the first */
};

struct versions {
    struct version *version;        /* the newest first */
    size_t          count;
};

static struct form *content_of(struct arena *arena, const struct two_key_proposal *proposal)
{
    struct form *form = arena_take(arena, 1, sizeof *form);

    *form = two_key_content(arena, proposal->payload);
    return form;
}

static int newest_first(const void *one, const void *other)
{
    const struct version *a = one, *b = other;

    return a->proposal->version < b->proposal->version ? 1 : -1;
}

static void take_versions(struct arena *arena, const struct joint_proposals *all,
                          struct text subject, struct versions *out)
{
    *out = (struct versions){ arena_take(arena, all->count + 1, sizeof *out->version), 0 };
    for (size_t i = 0; i < all->count; i++)
        if (all->proposal[i].key.state == TWO_KEY_AGREED &&
            text_equal(all->proposal[i].subject, subject))
            out->version[out->count++] = (struct version){
                &all->proposal[i], content_of(arena, &all->proposal[i]), NULL };
    if (out->count > 0)
        qsort(out->version, out->count, sizeof *out->version, newest_first);
    for (size_t i = 0; i + 1 < out->count; i++)
        out->version[i].was = out->version[i + 1].content;
}

static struct text value_of(const struct form *form, const char *name)
{
    const struct text value = form_value(form, name);

    return value.data == NULL ? text_of("") : value;
}

static struct text line_next(struct text *left)
{
    const char *end = memchr(left->data, '\n', left->size);
    const struct text line = { left->data,
                               end == NULL ? left->size : (size_t)(end - left->data) };

    left->data += line.size + (end != NULL);
    left->size -= line.size + (end != NULL);
    return line;
}

static bool has_line(struct text lines, struct text line)
{
    while (lines.size > 0)
        if (text_equal(line_next(&lines), line))
            return true;
    return false;
}

/* Lines of the one that the other does not have. */
static void lines_apart(struct html *h, const char *what, struct text lines, struct text others)
{
    while (lines.size > 0) {
        const struct text line = line_next(&lines);
        if (line.size > 0 && !has_line(others, line))
            El(h, "p") {
                html_text(h, text_of(what));
                html_text(h, line);
            }
    }
}

static void field_change(struct html *h, const struct two_key_field *field, struct text was,
                         struct text is)
{
    El(h, "p") {
        El(h, "strong") html_text(h, text_of(field->label));
        if (!field->long_text) {
            Lit(h, ": ");
            html_text(h, was.size > 0 ? was : text_of("nothing"));
            Lit(h, ", now ");
            html_text(h, is.size > 0 ? is : text_of("nothing"));
        }
    }
    if (!field->long_text)
        return;
    lines_apart(h, "no longer: ", was, is);
    lines_apart(h, "new: ", is, was);
}

static void changes(struct html *h, const struct two_key_kind *kind,
                    const struct version *version)
{
    bool any = false;

    if (version->was == NULL) {
        Lit(h, "The first version");
        return;
    }
    for (const struct two_key_field *field = kind->fields; field->name != NULL; field++) {
        const struct text was = value_of(version->was, field->name);
        const struct text is = value_of(version->content, field->name);
        if (text_equal(was, is))
            continue;
        any = true;
        field_change(h, field, was, is);
    }
    if (!any)
        Lit(h, "Its first day alone");
}

static void versions_part(struct request *request, struct html *h,
                          const struct two_key_kind *kind, const struct versions *versions)
{
    static const struct column columns[] = {
        { "Version", COLUMN_WORDS }, { "From", COLUMN_WORDS }, { "What it changed", COLUMN_WORDS },
    };

    if (versions->count == 0)
        return;
    Table(h, "Versions that are agreed, the newest first", columns)
        for (size_t i = 0; i < versions->count; i++) {
            const struct version *version = &versions->version[i];
            El(h, "tr") {
                El(h, "th") {
                    LitAttr(h, "scope", "row");
                    link_to(h, url_id(request->arena, Url("/proposals"),
                                      version->proposal->place.id),
                            arena_print(request->arena, "Version %lld",
                                        (long long)version->proposal->version));
                }
                El(h, "td") page_day(h, (struct db_day){ version->proposal->key.effective_days });
                El(h, "td") changes(h, kind, version);
            }
        }
}

/* --- shares --- */

/* The shares from a period on. */
struct share_row {
    struct text  from;              /* "2014-15/P06"; empty: from the beginning */
    struct text *value;             /* [partner]: as written; of measure and fixed alone */
    struct exact *share;            /* [partner] */
};

struct basis_page {
    struct versions   versions;
    struct text      *partner;      /* codes, in listing order */
    size_t            partners;
    struct share_row *row;
    size_t            rows;
    const char       *none;         /* why there are no shares */
    int64_t           run;          /* that can be asked what it would change; 0: none */
};

static bool is_usable(const struct model *model, const struct basis *basis, period_number period)
{
    bool above = false;

    if (basis->faulty || !basis->kind_known)
        return false;
    if (basis->kind == BASIS_TOLERANCE)
        return basis->estimate >= 0 && basis->actual >= 0 &&
               is_usable(model, &model->basis[basis->estimate], period) &&
               is_usable(model, &model->basis[basis->actual], period);
    for (size_t i = 0; basis->kind == BASIS_BLEND && i < basis->components; i++)
        if (!is_usable(model, &model->basis[basis->component[i].basis], period))
            return false;
    if (basis->kind != BASIS_MEASURE && basis->kind != BASIS_FIXED)
        return true;
    for (size_t p = 0; p < model->partners; p++) {
        const struct dated_value *dated = basis->value == NULL
                                              ? NULL : series_at(&basis->value[p], period);
        if (dated == NULL)
            return false;
        above = above || mpq_sgn(dated->value) > 0;
    }
    return above;
}

static void add_period(struct arena *arena, period_number **period, size_t *count,
                       period_number one)
{
    size_t at = *count;

    for (size_t i = 0; i < *count; i++)
        if ((*period)[i] == one)
            return;
    *period = arena_grow(arena, *period, *count, *count + 1, sizeof **period);
    for (; at > 0 && (*period)[at - 1] > one; at--)
        (*period)[at] = (*period)[at - 1];
    (*period)[at] = one;
    (*count)++;
}

/* Where the basis, or one that it is made of, has a new value. */
static void find_periods(struct arena *arena, const struct model *model,
                         const struct basis *basis, period_number **period, size_t *count)
{
    for (size_t p = 0; basis->value != NULL && p < model->partners; p++)
        for (size_t i = 0; i < basis->value[p].count; i++)
            add_period(arena, period, count, basis->value[p].dated[i].from);
    for (size_t i = 0; basis->kind == BASIS_BLEND && i < basis->components; i++)
        find_periods(arena, model, &model->basis[basis->component[i].basis], period, count);
    if (basis->kind == BASIS_TOLERANCE) {
        find_periods(arena, model, &model->basis[basis->estimate], period, count);
        find_periods(arena, model, &model->basis[basis->actual], period, count);
    }
}

static void add_row(struct arena *arena, const struct model *model, const struct basis *basis,
                    period_number period, struct basis_page *page)
{
    struct share_row row = { .from = text_of(""),
                             .share = arena_take(arena, model->partners, sizeof *row.share) };
    mpq_t *share = fractions_new(model->partners);
    char text[PERIOD_TEXT_MAX];

    if (period > PERIOD_FIRST) {
        const size_t size = period_print(period, text);
        row.from = text_keep(arena, (struct text){ text, size });
    }
    basis_shares(model, basis, period, share);
    for (size_t p = 0; p < model->partners; p++)
        row.share[p] = exact_share(arena, share[p], 4);
    fractions_drop(share, model->partners);
    if (basis->value != NULL && (basis->kind == BASIS_MEASURE || basis->kind == BASIS_FIXED)) {
        row.value = arena_take(arena, model->partners, sizeof *row.value);
        for (size_t p = 0; p < model->partners; p++)
            row.value[p] = text_keep(arena, series_at(&basis->value[p], period)->written);
    }
    page->row = arena_grow(arena, page->row, page->rows, page->rows + 1, sizeof *page->row);
    page->row[page->rows++] = row;
}

static void work_out(struct arena *arena, const struct model *model, const struct basis *basis,
                     struct basis_page *page)
{
    period_number *period = NULL;
    size_t count = 0;

    for (size_t p = 0; p < model->partners; p++) {
        page->partner = arena_grow(arena, page->partner, p, p + 1, sizeof *page->partner);
        page->partner[p] = text_keep(arena, model->partner[p].code);
    }
    page->partners = model->partners;
    if (basis->faulty || !basis->kind_known) {
        page->none = "The engine refuses it as it stands: no shares can be worked out.";
        return;
    }
    find_periods(arena, model, basis, &period, &count);
    if (count == 0)
        add_period(arena, &period, &count, PERIOD_FIRST);
    for (size_t i = 0; i < count; i++)
        if (is_usable(model, basis, period[i]))
            add_row(arena, model, basis, period[i], page);
    if (page->rows == 0)
        page->none = "In no period has every council a value: no shares can be worked out.";
}

/* The proposal among the bases that are in force on its day, in the place of its own subject. */
static void words_around(struct arena *arena, const struct joint_proposals *all,
                         const struct two_key_case *seen, struct joint_words *words)
{
    const struct db_day day = { seen->proposal.key.effective_days };

    words->basis = arena_take(arena, all->count + 1, sizeof *words->basis);
    words->basis[words->bases++] = (struct joint_basis){ seen->proposal.subject,
                                                         &seen->content };
    for (size_t i = 0; i < all->count; i++)
        if (!text_equal(all->proposal[i].subject, seen->proposal.subject) &&
            joint_in_force(all, all->proposal[i].subject, day) == &all->proposal[i])
            words->basis[words->bases++] = (struct joint_basis){
                all->proposal[i].subject, content_of(arena, &all->proposal[i]) };
}

static enum err find_shares(struct request *request, const struct joint_proposals *all,
                            const struct two_key_case *seen, const struct councils *councils,
                            struct basis_page *page)
{
    struct joint_words words = { .year = text_of("2014-15"), .councils = councils };
    struct joint_files files;
    struct faults faults;
    struct model model;

    words_around(request->arena, all, seen, &words);
    const size_t agreed = words.bases;
    joint_name_missing(request->arena, &words);
    if (words.bases > agreed) {
        page->none = arena_print(request->arena, "It is made of %.*s, which is not agreed for that "
                                 "day: no shares can be worked out yet.",
                                 TEXT(words.basis[agreed].code));
        return OK;
    }
    joint_files_make(request->arena, &words, &files);
    const enum err err = joint_files_load(&files, &faults, &model, request->trouble);
    if (err != OK)
        return err;
    const int32_t at = index_find(&model.basis_index, 0, seen->proposal.subject);
    if (at >= 0)
        work_out(request->arena, &model, &model.basis[at], page);
    model_close(&model);
    return OK;
}

/* The newest run that can be asked what a basis that is not agreed yet would change. */
static enum err find_run(struct request *request, const struct two_key_case *seen,
                         struct basis_page *page)
{
    const enum two_key_state state = seen->proposal.key.state;
    struct joint_years years;
    struct money_runs runs;
    enum err err = OK;

    if ((state != TWO_KEY_DRAFT && state != TWO_KEY_PROPOSED) ||
        !actor_may(&request->actor, MAY_SEE_MONEY))
        return OK;
    err = joint_years_load(request->tx, request->arena, &years, request->trouble);
    for (size_t y = 0; y < years.count && err == OK && page->run == 0; y++) {
        err = money_runs_load(request->tx, request->arena, years.year[y].year, &runs,
                              request->trouble);
        for (size_t i = 0; i < runs.count && err == OK && page->run == 0; i++)
            if (runs.run[i].state == RUN_CLOSED)
                page->run = runs.run[i].id;
    }
    return err;
}

enum err basis_gather(struct request *request, struct two_key_case *seen)
{
    struct basis_page *page = arena_take(request->arena, 1, sizeof *page);
    struct joint_proposals all;
    struct councils *councils = arena_take(request->arena, 1, sizeof *councils);
    enum err err = councils_read(request->tx, request->arena, councils, request->trouble);

    if (err == OK)
        err = joint_proposals_load(request->tx, request->arena, councils, BASIS_KIND,
                                   text_of(""), &all, request->trouble);
    if (err != OK)
        return err;
    take_versions(request->arena, &all, seen->proposal.subject, &page->versions);
    seen->more = page;
    err = find_run(request, seen, page);
    return err != OK ? err : find_shares(request, &all, seen, councils, page);
}

static void shares_part(struct request *request, struct html *h, const struct basis_page *page)
{
    struct column column[1 + 2 * PARTNERS_MAX] = { { "From", COLUMN_WORDS } };
    size_t columns = 1;

    if (page->none != NULL) {
        El(h, "h2") Lit(h, "Shares");
        El(h, "p") html_text(h, text_of(page->none));
        return;
    }
    const bool measured = page->row[0].value != NULL;
    for (size_t p = 0; p < page->partners; p++) {
        if (measured)
            column[columns++] = (struct column){
                arena_print(request->arena, "%.*s: value", TEXT(page->partner[p])),
                COLUMN_WORDS };
        column[columns++] = (struct column){
            arena_print(request->arena, "%.*s: share", TEXT(page->partner[p])), COLUMN_WORDS };
    }
    for (bool once = page_table_begin(h, "Values, and the shares that they give", column, columns);
         once; once = page_table_end(h))
        for (size_t i = 0; i < page->rows; i++)
            El(h, "tr") {
                const struct share_row *row = &page->row[i];
                page_row_head(h, row->from.size > 0 ? row->from : text_of("The beginning"));
                for (size_t p = 0; p < page->partners; p++) {
                    if (measured)
                        page_cell(h, row->value[p]);
                    page_cell(h, text_of(arena_print(request->arena, "%s, %s%s %%",
                                                     row->share[p].fraction,
                                                     row->share[p].rounded ? "about " : "",
                                                     row->share[p].decimal)));
                }
            }
}

void basis_show(struct request *request, struct html *h, const struct two_key_case *seen)
{
    const struct basis_page *page = seen->more;
    const struct text evidence = value_of(&seen->content, "evidence");

    shares_part(request, h, page);
    if (page->run > 0)
        El(h, "p") link_to(h, UrlArg(request->arena,
                                     UrlArg(request->arena, Url("/money/what-if/new"), "run",
                                            text_of(arena_number(request->arena, page->run))),
                                     "proposal",
                                     text_of(arena_number(request->arena,
                                                          seen->proposal.place.id))),
                           "What it would change");
    if (actor_may(&request->actor, MAY_PREPARE_BASIS))
        El(h, "p") link_to(h, Url("/money/basis-files"), "Bring values from a file");
    if (evidence.size > 0)
        El(h, "p") {
            Lit(h, "The file that shows the values: ");
            link_to(h, url_segment(request->arena, Url("/evidence"), evidence), "evidence");
        }
    versions_part(request, h, seen->kind, &page->versions);
}

/* --- a cost model --- */

struct pool_row_shown {
    struct text                    field[7];    /* of pools.csv */
    const struct two_key_proposal *basis;       /* in force; NULL: none */
};

struct model_page {
    struct versions        versions;
    struct pool_row_shown *row;
    size_t                 rows;
};

static void take_pools(struct arena *arena, const struct two_key_case *seen,
                       const struct joint_proposals *bases, struct model_page *page)
{
    const struct db_day day = { seen->proposal.key.effective_days };
    struct csv_rows rows;

    csv_rows_open(&rows, arena, value_of(&seen->content, "pools"));
    while (csv_rows_next(&rows)) {
        struct pool_row_shown row = { .basis = NULL };
        for (size_t i = 0; i < COUNT(row.field); i++)
            row.field[i] = csv_rows_field(&rows, i);
        if (text_is(row.field[0], "pool"))      /* the header, if it was written */
            continue;
        row.basis = joint_in_force(bases, row.field[6], day);
        page->row = arena_grow(arena, page->row, page->rows, page->rows + 1, sizeof *page->row);
        page->row[page->rows++] = row;
    }
}

enum err cost_model_gather(struct request *request, struct two_key_case *seen)
{
    struct model_page *page = arena_take(request->arena, 1, sizeof *page);
    struct joint_proposals all, *bases = arena_take(request->arena, 1, sizeof *bases);
    struct councils *councils = arena_take(request->arena, 1, sizeof *councils);
    enum err err = councils_read(request->tx, request->arena, councils, request->trouble);

    if (err == OK)
        err = joint_proposals_load(request->tx, request->arena, councils, COST_MODEL_KIND,
                                   seen->proposal.subject, &all, request->trouble);
    if (err == OK)
        err = joint_proposals_load(request->tx, request->arena, councils, BASIS_KIND,
                                   text_of(""), bases, request->trouble);
    if (err != OK)
        return err;
    take_versions(request->arena, &all, seen->proposal.subject, &page->versions);
    take_pools(request->arena, seen, bases, page);
    seen->more = page;
    return OK;
}

static void basis_cell(struct request *request, struct html *h, const struct pool_row_shown *row)
{
    El(h, "td") {
        if (row->field[6].size == 0)
            Lit(h, "By its drivers");
        else if (row->basis != NULL)
            link_to(h, url_id(request->arena, Url("/proposals"), row->basis->place.id),
                    arena_print(request->arena, "%.*s", TEXT(row->field[6])));
        else {
            html_text(h, row->field[6]);
            Lit(h, " ");
            page_tag(h, TAG_WARNING, "not agreed for that day");
        }
    }
}

void cost_model_show(struct request *request, struct html *h, const struct two_key_case *seen)
{
    static const struct column columns[] = {
        { "Pool", COLUMN_WORDS }, { "Name", COLUMN_WORDS }, { "Service", COLUMN_WORDS },
        { "Kind", COLUMN_WORDS }, { "From", COLUMN_WORDS }, { "To", COLUMN_WORDS },
        { "Basis", COLUMN_WORDS },
    };
    const struct model_page *page = seen->more;

    Table(h, "Its pools, and the basis that each is shared on", columns)
        for (size_t i = 0; i < page->rows; i++)
            El(h, "tr") {
                page_row_head(h, page->row[i].field[0]);
                page_cell(h, page->row[i].field[1]);
                page_cell(h, page->row[i].field[2]);
                page_cell(h, page->row[i].field[3].size > 0 ? page->row[i].field[3]
                                                            : text_of("common"));
                page_cell(h, page->row[i].field[4].size > 0 ? page->row[i].field[4]
                                                            : text_of("-"));
                page_cell(h, page->row[i].field[5].size > 0 ? page->row[i].field[5]
                                                            : text_of("-"));
                basis_cell(request, h, &page->row[i]);
            }
    versions_part(request, h, seen->kind, &page->versions);
}
