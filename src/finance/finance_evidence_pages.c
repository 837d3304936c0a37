/*
 * finance/finance_evidence_pages.c -- the evidence of locked months: what was locked, its bundle
 * and signatures, and the same worked out again.
 *
 * Whoever takes a bundle or draws lines leaves an entry in the trail that every council reads.
 */
#include "finance/finance_pages.h"

#include "finance/finance_bundle.h"
#include "finance/finance_locked.h"
#include "finance/finance_settlement_view.h"
#include "finance/finance_sql.h"
#include "register/evidence_desk.h"

struct url evidence_month_url(struct arena *arena, const struct period_place *place)
{
    return url_segment(arena, url_segment(arena, Url("/records/evidence"), place->year),
                       text_of(arena_print(arena, "P%02d", place->index + 1)));
}

struct url evidence_part_url(struct arena *arena, const struct period_place *place,
                             const char *part)
{
    return url_segment(arena, evidence_month_url(arena, place), text_of(part));
}

/* --- all locked months --- */

struct locked_row {
    int64_t       number, run, locked_for;
    struct moment locked_at;
};

struct locked_rows {
    struct locked_row row[PERIODS];
    size_t            count;
};

static enum err load_locked(struct request *request, struct text year, struct locked_rows *out)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(request->tx, &sql_period_lock_list, &list, request->trouble);

    out->count = 0;
    if (err != OK)
        return err;
    bind_text(list, 1, year);
    bind_int(list, 2, 0);
    while ((err = statement_step(list, &row, request->trouble)) == OK && row)
        if (out->count < PERIODS)
            out->row[out->count++] = (struct locked_row){ column_int(list, 0), column_int(list, 1),
                                                          column_int(list, 4),
                                                          column_moment(list, 3) };
    return err;
}

static void run_link(struct request *request, struct html *h, int64_t run)
{
    El(h, "a") {
        Href(h, "href", run_url(request, run));
        html_int(h, run);
    }
}

static void locked_row_cells(struct request *request, struct html *h, struct text year,
                             const struct locked_row *row)
{
    const struct period_place place = { year, (int)row->number - 1 };

    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", evidence_month_url(request->arena, &place));
                html_text(h, text_of(period_title(request->arena, year, place.index)));
                Lit(h, " ");
                html_text(h, text_of(month_name(place.index)));
            }
        }
        El(h, "td") page_moment(h, row->locked_at);
        page_cell(h, page_council(request, row->locked_for));
        El(h, "td") {
            LitAttr(h, "class", "number");
            run_link(request, h, row->run);
        }
    }
}

static void year_files(struct request *request, struct html *h, struct text year)
{
    El(h, "p") {
        Lit(h, "What was charged so far, as the engine reads it: ");
        El(h, "a") {
            Href(h, "href", url_segment(request->arena, Url("/records/charged"), year));
            Lit(h, "charged.csv");
        }
        Lit(h, ", ");
        El(h, "a") {
            Href(h, "href", url_segment(request->arena, Url("/records/corrected"), year));
            Lit(h, "corrected.csv");
        }
    }
}

enum err locked_show(struct request *request)
{
    static const struct column columns[] = {
        { "Month", COLUMN_WORDS }, { "Locked", COLUMN_WORDS }, { "Last signed by", COLUMN_WORDS },
        { "Run", COLUMN_NUMBER },
    };
    struct locked_rows locked;
    struct joint_years years;
    size_t shown = 0;
    enum err err = joint_years_load(request->tx, request->arena, &years, request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Locked months");
    for (size_t i = 0; i < years.count; i++) {
        const struct text year = years.year[i].year;
        if ((err = load_locked(request, year, &locked)) != OK)
            return err;
        if (locked.count == 0)
            continue;
        Table(h, arena_print(request->arena, "Locked months of %.*s", TEXT(year)), columns)
            for (size_t k = 0; k < locked.count; k++)
                locked_row_cells(request, h, year, &locked.row[k]);
        year_files(request, h, year);
        shown++;
    }
    if (shown == 0)
        page_empty(h, "No locked month yet.",
                   "A month is locked when the head of finance of each council has signed the same "
                   "run of it.");
    return page_end(request, h, 200);
}

static enum err year_file(struct request *request, bool corrected)
{
    enum period_state state[PERIODS];
    struct text charged, corrections;
    const struct text year = request_word(request, "year");
    enum err err = joint_periods_load(request->tx, year, state, request->trouble);

    if (err == OK)
        err = locked_files(request->tx, request->arena, year, &charged, &corrections,
                           request->trouble);
    if (err != OK)
        return err;
    http_answer_header(request->answer, "Content-Disposition",
                       text_of(corrected ? "attachment; filename=\"corrected.csv\""
                                         : "attachment; filename=\"charged.csv\""));
    return answer_bytes(request, 200, "text/csv; charset=utf-8",
                        corrected ? corrections : charged);
}

enum err charged_file(struct request *request)
{
    return year_file(request, false);
}

enum err corrected_file(struct request *request)
{
    return year_file(request, true);
}

/* --- a month --- */

struct evidence_month {
    struct period_place      place;
    struct councils          councils;
    bool                     locked;
    struct period_lock       lock;
    struct run_part         *part;
    size_t                   parts;
    struct period_evidence    evidence;
    const char              *wrong;         /* of the signature that was sent */
};

static enum err load_locked_month(struct request *request, struct evidence_month *month)
{
    const enum err err = money_run_parts_load(request->tx, request->arena, month->lock.run,
                                              &month->part, &month->parts, request->trouble);

    return err != OK ? err : period_evidence_load(
        request->tx, request->arena, request->actor.acting, &month->place, &month->evidence,
        request->trouble);
}

static enum err load_month(struct request *request, struct evidence_month *month)
{
    enum period_state state[PERIODS];

    *month = (struct evidence_month){ .wrong = NULL };
    enum err err = month_place(request, &month->place);
    if (err == OK)
        err = joint_periods_load(request->tx, month->place.year, state, request->trouble);
    if (err == OK)
        err = councils_read(request->tx, request->arena, &month->councils, request->trouble);
    if (err != OK)
        return err;
    err = period_lock_load(request->tx, request->arena, &month->place, &month->lock,
                           request->trouble);
    month->locked = err == OK;
    if (err == ERR_MISSING)
        return OK;
    return err == OK ? load_locked_month(request, month) : err;
}

static void lock_facts(struct request *request, struct html *h, const struct evidence_month *month)
{
    El(h, "dl") {
        El(h, "dt") Lit(h, "Locked");
        El(h, "dd") page_moment(h, month->lock.locked_at);
        page_entry(h, "By the last signature, of", page_council(request, month->lock.locked_for));
        El(h, "dt") Lit(h, "Run");
        El(h, "dd") run_link(request, h, month->lock.run);
        El(h, "dt") Lit(h, "Sum of its files (SHA-256)");
        El(h, "dd") El(h, "code") html_text(h, month->lock.outputs);
    }
    El(h, "p") El(h, "a") {
        Href(h, "href", month_part_url(request->arena, &month->place, "sign"));
        Lit(h, "Who signed it, and the bill");
    }
}

static void inputs(struct request *request, struct html *h, const struct evidence_month *month)
{
    static const struct column columns[] = {
        { "Whose", COLUMN_WORDS }, { "What", COLUMN_WORDS }, { "Which", COLUMN_WORDS },
        { "Version", COLUMN_NUMBER }, { "Hash", COLUMN_WORDS },
    };

    El(h, "h2") Lit(h, "What went into it");
    Table(h, "Inputs of the locked run", columns)
        for (size_t i = 0; i < month->parts; i++)
            El(h, "tr") {
                const struct run_part *part = &month->part[i];
                page_row_head(h, part->council == 0 ? text_of("Both councils")
                                                    : page_council(request, part->council));
                page_cell(h, part->kind);
                page_cell(h, part->subject);
                if (part->version == 0)
                    page_cell(h, text_of(""));
                else
                    page_number(h, part->version);
                page_hash(h, part->sha256);
            }
}

static const struct bundle_signature *signature_of(const struct bundle_signatures *signatures,
                                                   int64_t council)
{
    for (size_t i = 0; i < signatures->count; i++)
        if (signatures->signature[i].council == council)
            return &signatures->signature[i];
    return NULL;
}

static void signature_row(struct request *request, struct html *h,
                          const struct evidence_month *month, const struct council *council)
{
    const struct bundle_signature *signature = signature_of(&month->evidence.signatures,
                                                            council->id);

    El(h, "tr") {
        page_row_head(h, council->name);
        El(h, "td") page_tag(h, signature == NULL ? TAG_WARNING : TAG_GOOD,
                             signature == NULL ? "Not signed" : "Signed, and checked");
        if (signature == NULL) {
            page_cell(h, text_of(""));
            page_cell(h, text_of(""));
        } else {
            El(h, "td") page_moment(h, signature->taken_at);
            El(h, "td") El(h, "a") {
                Href(h, "href", UrlArg(request->arena,
                                       evidence_part_url(request->arena, &month->place,
                                                         "signature"), "council", council->code));
                html_text(h, text_of(arena_print(request->arena, "%s.%.*s.minisig",
                                                 bundle_name(request->arena, &month->place),
                                                 TEXT(council->code))));
            }
        }
    }
}

static void signature_form(struct request *request, struct html *h,
                           const struct evidence_month *month)
{
    const struct field field = {
        .name = "signature", .label = "Your council's signature", .type = "text",
        .hint = "The content of the file that ochil sign writes beside the bundle: it ends with "
                ".minisig.",
        .autocomplete = "off", .value = request_field(request, "signature"),
        .error = month->wrong };
    const struct text code = page_council(request, request->actor.acting);

    El(h, "p") {
        Lit(h, "Take the bundle to a machine of ");
        html_text(h, code);
        Lit(h, "'s own and sign it there with the council's key: ");
        El(h, "code") html_text(h, text_of(arena_print(
            request->arena, "ochil sign %s --key COUNCIL.key",
            bundle_name(request->arena, &month->place))));
        Lit(h, ". Its public half is what the council has named at Admin, The council's key.");
    }
    Form(request, h, evidence_part_url(request->arena, &month->place, "signatures")) {
        page_text_field(h, &field);
        page_button(h, "Bring the signature");
    }
}

static void bundle(struct request *request, struct html *h, const struct evidence_month *month)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "State", COLUMN_WORDS }, { "Brought", COLUMN_WORDS },
        { "File", COLUMN_WORDS },
    };
    const struct period_bundle *own = period_bundle_of(&month->evidence.bundles,
                                                       request->actor.acting);

    El(h, "h2") Lit(h, "The bundle");
    if (own == NULL) {
        page_empty(h, "The bundle is not made yet.",
                   "A job makes it behind the lock; come back in a moment. If it takes long, see "
                   "Records, Long work.");
        return;
    }
    El(h, "p") {
        El(h, "a") {
            Href(h, "href", evidence_part_url(request->arena, &month->place, "bundle"));
            html_text(h, text_of(bundle_name(request->arena, &month->place)));
        }
        html_text(h, text_of(arena_print(request->arena, ", %s, SHA-256 ",
                                         evidence_size_shown(request->arena,
                                                             (uint64_t)own->bytes))));
        El(h, "code") html_text(h, own->sha256);
        Lit(h, ". In it is what one needs to work the bill out again without this server, ");
        El(h, "code") Lit(h, "ochil verify");
        Lit(h, ": no descriptions, no excluded lines.");
    }
    Table(h, "Signatures under the bundle", columns)
        for (size_t i = 0; i < month->councils.count; i++)
            signature_row(request, h, month, &month->councils.council[i]);
    if (actor_may(&request->actor, MAY_SIGN_PERIOD) &&
        signature_of(&month->evidence.signatures, request->actor.acting) == NULL)
        signature_form(request, h, month);
}

static void recount_row(struct html *h, const struct period_recount *recount)
{
    El(h, "tr") {
        El(h, "td") page_moment(h, recount->asked_at);
        page_cell(h, recount->asked_by);
        El(h, "td") page_tag(h, !recount->ended ? TAG_NEWS : recount->same ? TAG_GOOD : TAG_BAD,
                             !recount->ended ? "At work" : recount->same ? "The same"
                                                                        : "Not the same");
        page_cell(h, recount->outcome);
    }
}

static void recounts(struct request *request, struct html *h, const struct evidence_month *month)
{
    static const struct column columns[] = {
        { "Asked", COLUMN_WORDS }, { "By", COLUMN_WORDS }, { "Result", COLUMN_WORDS },
        { "What was found", COLUMN_WORDS },
    };

    El(h, "h2") Lit(h, "Verify");
    El(h, "p") Lit(h, "The server reads the very extracts again, works the period out from what "
                      "was agreed, mapped and charged then, and compares every file with what "
                      "was locked; and it reads the chain of the trail anew. It must come out to "
                      "the penny, at any later time.");
    if (month->evidence.recounts.count > 0)
        Table(h, "Worked out again, for your council", columns)
            for (size_t i = 0; i < month->evidence.recounts.count; i++)
                recount_row(h, &month->evidence.recounts.recount[i]);
    if (actor_may(&request->actor, MAY_RECOUNT))
        Form(request, h, evidence_part_url(request->arena, &month->place, "recount"))
            page_button(h, "Work it out again");
}

static enum err answer_month(struct request *request, const struct evidence_month *month,
                             int status)
{
    const struct field field = { .name = "signature", .label = "Your council's signature",
                                 .error = month->wrong };
    struct html *h = page_begin(request, arena_print(
        request->arena, "Evidence of %s", period_title(request->arena, month->place.year,
                                                       month->place.index)));

    page_errors(request, h, &field, 1);
    if (!month->locked) {
        page_empty(h, "This month is not locked yet.",
                   "Its evidence is made when the head of finance of each council has signed.");
        return page_end(request, h, status);
    }
    lock_facts(request, h, month);
    bundle(request, h, month);
    recounts(request, h, month);
    if (period_bundle_of(&month->evidence.bundles, request->actor.acting) != NULL) {
        El(h, "h2") Lit(h, "Draw lines by lot");
        sample_form(request, h, &month->place);
    }
    inputs(request, h, month);
    El(h, "p") Lit(h, "Who takes the bundle, draws lines or works the month out again leaves an "
                      "entry in the trail, which every council reads.");
    return page_end(request, h, status);
}

enum err evidence_month_show(struct request *request)
{
    struct evidence_month month;
    enum err err = load_month(request, &month);

    return err != OK ? err : answer_month(request, &month, 200);
}

/* --- POST --- */

enum err bundle_signature_make(struct request *request)
{
    struct trouble said = { .text = "" };
    struct evidence_month month;
    struct period_deed deed;
    struct council council;
    enum err err = month_deed(request, &deed);

    if (err == OK)
        err = money_council(request, &council);
    if (err == OK)
        err = bundle_signature_add(request->tx, request->arena, &deed, council.code,
                                   request_field(request, "signature"), &said);
    if (err == OK)
        return answer_done(request, evidence_month_url(request->arena, &deed.place),
                           WORD_DONE_BUNDLE_SIGNED);
    if (err != ERR_USAGE && err != ERR_CONFLICT)
        return err == ERR_MISSING ? err : fail(request->trouble, err, "%s", said.text);
    const int status = err == ERR_USAGE ? 422 : 409;
    err = load_month(request, &month);
    month.wrong = arena_print(request->arena, "%s", said.text);
    return err != OK ? err : answer_month(request, &month, status);
}

enum err recount_make(struct request *request)
{
    struct period_deed deed;
    enum err err = month_deed(request, &deed);

    if (err == OK)
        err = period_recount_begin(request->tx, request->arena, &deed, request->trouble);
    return err != OK ? err
        : answer_done(request, evidence_month_url(request->arena, &deed.place),
                      WORD_DONE_RECOUNT_BEGUN);
}

/* Of the council that is asked for; of the acting one, if none is. */
enum err bundle_signature_file(struct request *request)
{
    const struct text code = request_field(request, "council");
    struct evidence_month month;
    enum err err = load_month(request, &month);

    for (size_t i = 0; i < month.councils.count && err == OK; i++) {
        const struct council *council = &month.councils.council[i];
        const struct bundle_signature *signature = signature_of(&month.evidence.signatures,
                                                                council->id);
        if (signature == NULL || !(code.size > 0 ? text_equal(council->code, code)
                                                 : council->id == request->actor.acting))
            continue;
        http_answer_header(request->answer, "Content-Disposition", text_of(arena_print(
            request->arena, "attachment; filename=\"%s.%.*s.minisig\"",
            bundle_name(request->arena, &month.place), TEXT(council->code))));
        return answer_bytes(request, 200, "text/plain; charset=utf-8", signature->signature);
    }
    return err != OK ? err : fail(request->trouble, ERR_CONFLICT,
                                  "The council has not signed the bundle yet.");
}
