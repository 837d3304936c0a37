/*
 * finance/finance_sample_pages.c -- the bundle of a locked month as a file, and lines of it drawn
 * by lot, with a working paper. Each is told in the trail, before it is given.
 */
#include "finance/finance_pages.h"

#include "finance/finance_bundle.h"
#include "finance/finance_sample.h"
#include "finance/finance_text_sink.h"
#include "formats/csv.h"
#include "register/evidence_desk.h"
#include "store/trail_log.h"

#define SAMPLE_USUAL 25

/* As many as were asked for; the usual number, if nothing was said of it. */
static size_t lines_wanted(const struct request *request)
{
    const struct text word = request_field(request, "lines");

    return word.size == 0 ? SAMPLE_USUAL : (size_t)money_number(word);
}

static bool lines_are_fit(const struct request *request)
{
    const size_t lines = lines_wanted(request);

    return lines >= 1 && lines <= SAMPLE_MOST;
}

static bool seed_is_fit(struct text seed)
{
    return seed.size > 0 && seed.size <= SEED_MOST;
}

void sample_form(struct request *request, struct html *h, const struct period_place *place)
{
    const struct field seed = { .name = "seed", .label = "Seed", .type = "text",
                                .hint = "Any words. The same seed draws the same lines, here and "
                                        "elsewhere.",
                                .autocomplete = "off", .value = request_field(request, "seed"),
                                .error = request_field(request, "lines").size > 0 &&
                                                 !seed_is_fit(request_field(request, "seed"))
                                             ? "Give a seed, in at most 100 letters." : NULL };
    const struct field lines = { .name = "lines", .label = "How many lines", .type = "text",
                                 .hint = "At most 500", .autocomplete = "off",
                                 .error = lines_are_fit(request)
                                              ? NULL : "Write how many lines, from 1 to 500.",
                                 .value = request_field(request, "lines").size > 0
                                              ? request_field(request, "lines")
                                              : text_of(arena_number(request->arena,
                                                                     SAMPLE_USUAL)) };

    Filter(request, h, evidence_part_url(request->arena, place, "sample")) {
        page_field(h, &seed);
        page_field(h, &lines);
    }
}

/* --- the bundle, and lines of it: outside of any transaction --- */

struct bundle_found {
    struct request      *request;
    struct period_place  place;
    struct text          evidence, sha256;      /* empty: there is none */
    const char          *action, *after;        /* of the trail's entry */
    struct sample        sample;
};

static enum err find_bundle(struct tx *tx, void *context, struct trouble *trouble)
{
    struct bundle_found *found = context;
    struct arena *arena = found->request->arena;
    enum period_state state[PERIODS];
    struct period_bundles bundles;
    enum err err = joint_periods_load(tx, found->place.year, state, trouble);

    if (err == OK)
        err = period_bundles_load(tx, arena, &found->place, &bundles, trouble);
    if (err != OK)
        return err;
    const struct period_bundle *own = period_bundle_of(&bundles,
                                                           found->request->actor.acting);
    found->evidence = own == NULL ? text_of("") : own->evidence;
    found->sha256 = own == NULL ? text_of("") : own->sha256;
    return OK;
}

static enum err record_reading(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct bundle_found *found = context;
    const struct request *request = found->request;
    const struct trail_event event = {
        .now = request->happening.now, .actor = text_of(request->actor.login),
        .council = request->actor.acting, .shared = true, .action = text_of(found->action),
        .subject_kind = text_of("joint_period"),
        .subject_id = text_of(period_title(request->arena, found->place.year,
                                           found->place.index)),
        .after = { text_of(found->after), false }, .request = request->happening.request };

    return trail_append(tx, request->happening.outside, &event, NULL, trouble);
}

/* Finds the council's copy; if there is one the trail says what it was wanted for. */
static enum err begin_reading(struct request *request, struct bundle_found **out,
                              const char *action, const char *after)
{
    struct bundle_found *found = arena_take(request->arena, 1, sizeof *found);
    const struct db_scope scope = { request->actor.acting, request->arena };

    *found = (struct bundle_found){ .request = request, .action = action, .after = after };
    *out = found;
    request->work = found;
    enum err err = month_place(request, &found->place);
    if (err == OK)
        err = db_read(request->site->db, scope, find_bundle, found, request->trouble);
    if (err != OK || found->evidence.size == 0)
        return err;
    return db_write(request->site->db, scope, record_reading, found, request->trouble);
}

static enum err no_bundle(struct request *request)
{
    return fail(request->trouble, ERR_CONFLICT, "There is no bundle of this month yet.");
}

enum err bundle_file_prepare(struct request *request)
{
    struct bundle_found *found;
    enum err err = begin_reading(request, &found, "money.bundle.read", "the bundle");

    if (err != OK)
        return err;
    return found->evidence.size == 0 ? no_bundle(request)
                                     : evidence_fetch(request, found->evidence);
}

static enum err draw(struct request *request, struct bundle_found *found)
{
    struct extract_desk desk;
    struct extract_copy copy;
    enum err err = money_desk(request, &desk);

    if (err == OK)
        err = extract_copy_open(&copy, request->arena, &desk, found->evidence, text_of(""),
                                request->trouble);
    if (err != OK)
        return err;
    err = sample_draw(request->site->outside, request->arena, copy.extract,
                      request_field(request, "seed"), lines_wanted(request), &found->sample,
                      request->trouble);
    extract_copy_close(&copy);
    return err;
}

enum err sample_prepare(struct request *request)
{
    const struct text seed = request_field(request, "seed");
    struct bundle_found *found;
    const bool wanted = seed_is_fit(seed) && lines_are_fit(request);
    enum err err = begin_reading(request, &found, "money.sample", wanted ? arena_print(
        request->arena, "%d lines, seed %.*s", (int)lines_wanted(request), TEXT(seed))
                                                                         : "the form");

    if (err != OK || found->evidence.size == 0 || !wanted)
        return err;
    return draw(request, found);
}

static void sample_row(struct html *h, const struct sample_line *line, size_t number)
{
    wide pence = 0;

    El(h, "tr") {
        page_number(h, (int64_t)number);
        page_cell(h, line->file);
        page_number(h, (int64_t)line->line);
        page_cell(h, line->field[FIELD_ENTRY_ID]);
        page_cell(h, line->field[FIELD_PARTNER]);
        page_cell(h, line->field[FIELD_PERIOD].size > 0 ? line->field[FIELD_PERIOD]
                                                        : line->field[FIELD_DATE]);
        page_cell(h, line->field[FIELD_COST_CENTRE]);
        page_cell(h, line->field[FIELD_ACCOUNT]);
        if (amount_parse(line->field[FIELD_AMOUNT], 13, &pence))
            page_money(h, pence);
        else
            page_cell(h, line->field[FIELD_AMOUNT]);
    }
}

static struct url paper_url(struct request *request, const struct bundle_found *found)
{
    struct arena *arena = request->arena;
    const struct url url = UrlArg(arena, evidence_part_url(arena, &found->place, "sample.csv"),
                                  "seed", request_field(request, "seed"));

    return UrlArg(arena, url, "lines", text_of(arena_number(arena,
                                                            (int64_t)lines_wanted(request))));
}

enum err sample_show(struct request *request)
{
    static const struct column columns[] = {
        { "No.", COLUMN_NUMBER }, { "File of the bundle", COLUMN_WORDS }, { "Line", COLUMN_NUMBER },
        { "Entry", COLUMN_WORDS }, { "Council", COLUMN_WORDS }, { "Period or date", COLUMN_WORDS },
        { "Cost centre", COLUMN_WORDS }, { "Account", COLUMN_WORDS }, { "Amount", COLUMN_NUMBER },
    };
    const struct bundle_found *found = request->work;
    const struct sample *sample = &found->sample;
    const struct text seed = request_field(request, "seed");
    struct html *h = page_begin(request, arena_print(
        request->arena, "Lines of %s by lot", period_title(request->arena, found->place.year,
                                                           found->place.index)));

    if (found->evidence.size == 0) {
        page_empty(h, "There is no bundle of this month yet.", "It is made when the month is "
                   "locked.");
        return page_end(request, h, 200);
    }
    sample_form(request, h, &found->place);
    if (sample->count > 0) {
        El(h, "p") {
            html_text(h, text_of(arena_print(request->arena, "%d of %llu lines, drawn with the "
                                             "seed ", (int)sample->count,
                                             (unsigned long long)sample->of)));
            El(h, "code") html_text(h, seed);
            Lit(h, ": those with the lowest SHA-256 of seed, council and entry, a line each. ");
            El(h, "a") {
                Href(h, "href", paper_url(request, found));
                Lit(h, "The working paper, as a file");
            }
        }
        Table(h, "The sample", columns)
            for (size_t i = 0; i < sample->count; i++)
                sample_row(h, &sample->line[i], i + 1);
    }
    return page_end(request, h, 200);
}

/* What was asked stands above the lines, and room beside each for what was found. */
static struct text working_paper(struct request *request, const struct bundle_found *found,
                                 struct trouble *trouble)
{
    struct csv_writer *csv = arena_take(request->arena, 1, sizeof *csv);
    const struct sample *sample = &found->sample;
    struct text_sink sink;

    text_sink_open(&sink, request->arena);
    csv_open(csv, &sink.sink, trouble);
    csv_literal(csv, "seed,lines,of,period,bundle_sha256\n");
    csv_shown(csv, request_field(request, "seed"));
    csv_count(csv, sample->count);
    csv_count(csv, sample->of);
    csv_word(csv, period_title(request->arena, found->place.year, found->place.index));
    csv_text(csv, found->sha256);
    csv_end(csv);
    csv_literal(csv, "number,lot,file,line,entry_id,partner,date,period,cost_centre,account,amount,"
                "agrees_with_source,initials,date_tested,note\n");
    for (size_t i = 0; i < sample->count; i++) {
        const struct sample_line *line = &sample->line[i];
        char lot[SHA256_HEX_SIZE];
        sha256_hex(&line->lot, lot);
        csv_count(csv, i + 1);
        csv_word(csv, lot);
        csv_text(csv, line->file);
        csv_count(csv, line->line);
        for (size_t f = 0; f < FIELD_DESCRIPTION; f++)
            f == FIELD_AMOUNT ? csv_text(csv, line->field[f]) : csv_shown(csv, line->field[f]);
        for (int blank = 0; blank < 4; blank++)
            csv_word(csv, "");
        csv_end(csv);
    }
    return csv_close(csv) == OK ? text_sink_bytes(&sink) : text_of("");
}

enum err sample_file(struct request *request)
{
    const struct bundle_found *found = request->work;

    if (found->evidence.size == 0)
        return no_bundle(request);
    http_answer_header(request->answer, "Content-Disposition", text_of(arena_print(
        request->arena, "attachment; filename=\"%.*s-P%02d-sample.csv\"",
        TEXT(found->place.year), found->place.index + 1)));
    return answer_bytes(request, 200, "text/csv; charset=utf-8",
                        working_paper(request, found, request->trouble));
}
