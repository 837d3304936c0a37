/*
 * finance/finance_restate_pages.c -- a report restated by the maps of a later period: asked for,
 * and shown beside the report as it was.
 */
#include "finance/finance_pages.h"
#include "finance/finance_restate.h"
#include "finance/finance_restate_shown.h"
#include "finance/finance_settlement_view.h"
#include "register/register_field_view.h"

static struct url restatement_url(struct arena *arena, int64_t id)
{
    return url_id(arena, Url("/money/restatements"), id);
}

/* --- of a period: those that there are, and a new one --- */

static void restatement_row(struct request *request, struct html *h,
                            const struct restatement *one)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            link_to(h, restatement_url(request->arena, one->id),
                    arena_print(request->arena, "By the maps of %s",
                                restate_title(request->arena, &one->as)));
        }
        page_number(h, one->run);
        page_cell(h, text_of(arena_print(request->arena, "%.*s, for %.*s", TEXT(one->made_by),
                                         TEXT(page_council(request, one->made_for)))));
        El(h, "td") page_moment(h, one->made_at);
    }
}

/* The first period of the year behind it. */
static const char *usual_period(struct arena *arena, const struct period_place *place)
{
    int32_t year = 0;

    return year_parse(place->year, &year)
               ? arena_print(arena, "%.*s/P01", TEXT(year_text(arena, year + 1))) : "";
}

static void ask_form(struct request *request, struct html *h, const struct period_place *place,
                     const char *wrong)
{
    const struct text asked = request_field(request, "as");
    const struct field as = {
        .name = "as", .label = "By the maps in force in", .type = "text", .autocomplete = "off",
        .hint = "A period of this year or a later one, such as 2015-16/P01",
        .value = asked.size > 0 ? asked : text_of(usual_period(request->arena, place)),
        .error = wrong };

    if (!actor_may(&request->actor, MAY_TAKE_EXTRACT))
        return;
    El(h, "h2") Lit(h, "Restate it");
    Form(request, h, month_part_url(request->arena, place, "restatements")) {
        page_field(h, &as);
        page_button(h, "Restate the report");
    }
}

static enum err answer_list(struct request *request, const char *wrong, int status)
{
    static const struct column columns[] = {
        { "Restated", COLUMN_WORDS }, { "Of run", COLUMN_NUMBER }, { "By", COLUMN_WORDS },
        { "When", COLUMN_WORDS },
    };
    const struct field as = { .name = "as", .label = "By the maps in force in", .error = wrong };
    enum period_state state[PERIODS];
    struct restatements all;
    struct period_place place;
    enum err err = month_place(request, &place);

    if (err == OK)
        err = joint_periods_load(request->tx, place.year, state, request->trouble);
    if (err == OK)
        err = restatements_load(request->tx, request->arena, &place, &all, request->trouble);
    if (err != OK)
        return err;
    struct html *h = page_begin(request, arena_print(
        request->arena, "Restate %s", period_title(request->arena, place.year, place.index)));
    month_tabs(request, h, &place, TAB_PAYS);
    page_errors(request, h, &as, 1);
    El(h, "p") Lit(h, "What each council would have paid up to this period by the maps of a later "
                      "one: the same extracts, bases and cost model, with accounts and cost "
                      "centres as they are treated then. The report stays as it was, and nobody is "
                      "charged. Both councils read it.");
    if (all.count == 0) {
        page_empty(h, "Nothing is restated yet.", "Name a period whose maps are to be used. What "
                   "codes became since stands in moves.csv of each council's map; a "
                   "reorganisation writes it there.");
    } else {
        Table(h, "Restatements, the newest first", columns)
            for (size_t i = 0; i < all.count; i++)
                restatement_row(request, h, &all.restatement[i]);
    }
    ask_form(request, h, &place, wrong);
    return page_end(request, h, status);
}

enum err restatements_show(struct request *request)
{
    return answer_list(request, NULL, 200);
}

enum err restatement_make_prepare(struct request *request)
{
    struct restated *restated = arena_take(request->arena, 1, sizeof *restated);
    struct period_place report, as;
    enum err err = month_place(request, &report);

    request->work = NULL;
    if (err != OK || !restate_period_read(request->arena, request_field(request, "as"), &as))
        return err;
    request->work = restated;
    err = restate_work_out(request->site->db, request->arena, request->actor.acting, &report, &as,
                           restated, request->trouble);
    if (err != ERR_MISSING)
        return err;
    restated->refused = "The partnership has no such year.";
    return OK;
}

const char *restatement_wrong(const struct request *request)
{
    const struct restated *restated = request->work;

    return restated == NULL ? "Name a period, as 2015-16/P01." : restated->refused;
}

enum err restatement_make(struct request *request)
{
    const struct restated *restated = request->work;
    const char *wrong = restatement_wrong(request);
    int64_t id;

    if (wrong != NULL)
        return answer_list(request, wrong, 422);
    const enum err err = restatement_keep(request->tx, request->arena, &request->happening,
                                          &request->actor, restated, &id, request->trouble);
    return err != OK ? err : answer_done(request, restatement_url(request->arena, id),
                                         WORD_DONE_RESTATED);
}

/* --- one of them --- */

static void facts(struct request *request, struct html *h, const struct restate_shown *shown)
{
    const struct restatement *of = &shown->restatement;
    struct arena *arena = request->arena;
    const struct period_place place = { shown->run.year, (int)shown->run.through - 1 };

    El(h, "p") {
        page_tag(h, TAG_WARNING, "Restated");
        html_text(h, text_of(arena_print(
            arena, " What each council would have paid up to %s by the maps of %s. It charges "
            "nobody; the report stays as it was.", restate_title(arena, &place),
            restate_title(arena, &of->as))));
    }
    El(h, "dl") {
        El(h, "dt") Lit(h, "The report as it was");
        El(h, "dd") {
            link_to(h, UrlArg(arena, month_part_url(arena, &place, "settlement"), "run",
                              text_of(arena_number(arena, shown->run.id))),
                    arena_print(arena, "%s, run %lld", restate_title(arena, &place),
                                (long long)shown->run.id));
            html_text(h, text_of(shown->locked ? ": locked" : ": not locked"));
        }
        page_entry(h, "Made by", text_of(arena_print(arena, "%.*s, for %.*s", TEXT(of->made_by),
                                                     TEXT(page_council(request,
                                                                       of->made_for)))));
        El(h, "dt") Lit(h, "Made");
        El(h, "dd") page_moment(h, of->made_at);
        page_entry(h, "SHA-256 of all that went in", of->inputs);
    }
}

static void totals(struct request *request, struct html *h, const struct restate_shown *shown)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "Bears, as it was", COLUMN_NUMBER },
        { "Bears, restated", COLUMN_NUMBER }, { "Difference", COLUMN_NUMBER },
        { "Owes or is owed (-), as it was", COLUMN_NUMBER },
        { "Restated", COLUMN_NUMBER },
    };
    const struct model *model = &shown->model.partnership.model;

    (void)request;
    Table(h, "What each council would have paid", columns)
        for (size_t p = 0; p < shown->partners; p++)
            El(h, "tr") {
                const struct restate_figure *was = &shown->was[p], *now = &shown->now[p];
                page_row_head(h, model->partner[p].name);
                page_money(h, was->borne);
                page_money(h, now->borne);
                page_money(h, now->borne - was->borne);
                page_money(h, was->borne - was->paid);
                page_money(h, now->borne - now->paid);
            }
}

static void maps(struct request *request, struct html *h, const struct restate_shown *shown)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "Map of the report", COLUMN_NUMBER },
        { "Map used", COLUMN_NUMBER }, { "Lines whose code became another", COLUMN_NUMBER },
        { "Their turnover", COLUMN_NUMBER }, { "Lines left as they were", COLUMN_NUMBER },
        { "Turnover of these", COLUMN_NUMBER },
    };
    int64_t kept = 0;

    Table(h, "By which maps", columns)
        for (size_t i = 0; i < shown->maps.count; i++) {
            const struct restated_map *map = &shown->maps.map[i];
            kept += map->kept_lines;
            El(h, "tr") {
                page_row_head(h, page_council(request, map->council));
                page_number(h, map->was);
                page_number(h, map->now);
                page_number(h, map->moved_lines);
                page_money(h, map->moved_pence);
                page_number(h, map->kept_lines);
                page_money(h, map->kept_pence);
            }
        }
    if (kept > 0)
        El(h, "p") Lit(h, "Lines left as they were have an account or cost centre that the map "
                          "used does not know: they are treated as in the report.");
}

static void by_tabs(struct request *request, struct html *h, const struct restate_shown *shown)
{
    const struct url url = restatement_url(request->arena, shown->restatement.id);
    const struct tab tabs[RESTATE_BYS] = {
        [RESTATE_POOL] = { "Cost pools", url },
        [RESTATE_SERVICE] = { "Services", UrlArg(request->arena, url, "by", text_of("service")) },
        [RESTATE_GROUP] = { "Subjective groups",
                            UrlArg(request->arena, url, "by", text_of("group")) },
    };

    page_tabs(h, "The table by", tabs, COUNT(tabs), shown->by);
}

static void files(struct request *request, struct html *h, const struct restate_shown *shown,
                  const struct run_file *file, size_t count)
{
    const struct url base = url_segment(request->arena,
                                        restatement_url(request->arena, shown->restatement.id),
                                        text_of("files"));

    El(h, "h2") Lit(h, "The engine's own files");
    El(h, "ul") for (size_t i = 0; i < count; i++)
        if (file[i].name.size < 6 || memcmp(file[i].name.data, "input/", 6) != 0)
            El(h, "li") El(h, "a") {
                Href(h, "href", url_segment(request->arena, base, file[i].name));
                html_text(h, file[i].name);
            }
}

static enum err answer_shown(struct request *request, const struct restate_shown *shown)
{
    struct money_sheet sheet;
    struct run_file *file;
    size_t count, differ = 0;
    const enum err err = restatement_files_load(request->tx, request->arena,
                                                shown->restatement.id, &file, &count,
                                                request->trouble);

    if (err != OK)
        return err;
    restate_sheet(request, shown, &sheet);
    for (size_t i = 0; i < shown->lines; i++)
        differ += restate_changes(shown, &shown->line[i]);
    struct html *h = page_begin(request, arena_print(
        request->arena, "%s, restated",
        period_title(request->arena, shown->run.year, (int)shown->run.through - 1)));
    facts(request, h, shown);
    totals(request, h, shown);
    by_tabs(request, h, shown);
    El(h, "p") html_text(h, text_of(arena_print(
        request->arena, "%zu of %zu rows differ from the report.", differ, shown->lines)));
    money_sheet_show(h, &sheet);
    money_sheet_links(request, h, &sheet,
                      restatement_url(request->arena, shown->restatement.id),
                      shown->by == RESTATE_POOL
                          ? text_of("") : text_of(arena_print(request->arena, "by=%s",
                                                              restate_by_word[shown->by])));
    maps(request, h, shown);
    files(request, h, shown, file, count);
    return page_end(request, h, 200);
}

static enum err with_shown(struct request *request, bool as_file)
{
    struct restate_shown *shown = arena_take(request->arena, 1, sizeof *shown);
    struct money_sheet sheet;
    enum restate_by by;

    if (!restate_by_read(request, &by))
        return ERR_MISSING;
    enum err err = restate_shown_load(request, request_number(request, "restatement"), by, shown);
    if (err == OK && !as_file)
        err = answer_shown(request, shown);
    else if (err == OK) {
        restate_sheet(request, shown, &sheet);
        err = money_sheet_answer(request, &sheet, request_word(request, "file"));
    }
    restate_shown_close(shown);
    return err;
}

enum err restatement_show(struct request *request)
{
    return with_shown(request, false);
}

enum err restatement_sheet_file(struct request *request)
{
    return with_shown(request, true);
}

enum err restatement_engine_file(struct request *request)
{
    const struct text name = request_word(request, "file");
    struct text bytes;
    const enum err err = restatement_file(request->tx, request->arena,
                                          request_number(request, "restatement"), name, &bytes,
                                          request->trouble);

    if (err != OK)
        return err;
    answer_saved_as(request, arena_print(request->arena, "restated-%.*s", TEXT(name)));
    return answer_bytes(request, 200, "text/csv; charset=utf-8; header=present", bytes);
}
