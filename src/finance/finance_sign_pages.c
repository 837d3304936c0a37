/*
 * finance/finance_sign_pages.c -- sign-off: the run with its bill, who has signed it, and what a
 * head of finance may do.
 */
#include "finance/finance_pages.h"

#include "finance/finance_csv_file.h"
#include "finance/finance_settlement_rows.h"
#include "register/register_field_view.h"

struct sign_page {
    struct period_place place;
    struct period_known known;
    struct bill_rows    bill;
    struct text         services;   /* services.csv of the run: their names */
    bool                locked;
    struct period_lock  lock;
    const char         *wrong;      /* what was asked for and refused; NULL: nothing */
    const char         *wrong_why;  /* of the reason that was given */
};

static enum err load_bill(struct request *request, struct sign_page *page)
{
    struct text bytes;

    if (!page->known.has_run || page->known.run.state != RUN_CLOSED)
        return OK;
    enum err err = money_run_file(request->tx, request->arena, page->known.run.id, "bill.csv",
                                  &bytes, request->trouble);
    if (err == ERR_MISSING)
        return OK;
    if (err == OK)
        err = bill_rows_read(request->arena, bytes, &page->bill, request->trouble);
    return err != OK ? err : money_run_file(request->tx, request->arena, page->known.run.id,
                                            "input/services.csv", &page->services,
                                            request->trouble);
}

static enum err load_page(struct request *request, struct sign_page *page)
{
    *page = (struct sign_page){ .wrong = NULL };
    enum err err = month_known(request, &page->place, &page->known);
    if (err != OK)
        return err;
    err = period_lock_load(request->tx, request->arena, &page->place, &page->lock,
                           request->trouble);
    page->locked = err == OK;
    return err == OK || err == ERR_MISSING ? load_bill(request, page) : err;
}

/* --- what is signed --- */

static struct text name_of(const struct sign_page *page, struct text code)
{
    for (size_t i = 0; i < page->known.councils.count; i++)
        if (text_equal(page->known.councils.council[i].code, code))
            return page->known.councils.council[i].name;
    return code;
}

static struct text service_name(struct request *request, const struct sign_page *page,
                                struct text code)
{
    const struct text name = csv_looked_up(request->arena, page->services, code, 1);

    return text_is(code, "all") ? text_of("All services") : name.size > 0 ? name : code;
}

static void bill(struct request *request, struct html *h, const struct sign_page *page)
{
    static const struct column columns[] = {
        { "Service", COLUMN_WORDS }, { "From", COLUMN_WORDS }, { "To", COLUMN_WORDS },
        { "Amount", COLUMN_NUMBER },
    };

    if (page->bill.count == 0) {
        El(h, "p") Lit(h, "By this run nobody owes anything.");
        return;
    }
    Table(h, "Who owes whom", columns)
        for (size_t i = 0; i < page->bill.count; i++)
            El(h, "tr") {
                const struct bill_row *row = &page->bill.row[i];
                page_row_head(h, service_name(request, page, row->service));
                page_cell(h, name_of(page, row->from));
                page_cell(h, name_of(page, row->to));
                page_money(h, row->amount);
            }
}

static void run(struct request *request, struct html *h, const struct sign_page *page)
{
    const struct money_run *run = &page->known.run;

    El(h, "h2") Lit(h, "What is signed");
    if (!page->known.has_run || run->state != RUN_CLOSED) {
        page_empty(h, "There is no run of this period that could be signed.",
                   "Work it out once extracts and maps are in.");
        El(h, "p") link_to(h, month_part_url(request->arena, &page->place, "settlement"),
                           "What each council pays");
        return;
    }
    El(h, "dl") {
        El(h, "dt") Lit(h, "Run");
        El(h, "dd") html_int(h, run->id);
        page_entry(h, "Begun by", run->made_by);
        El(h, "dt") Lit(h, "On");
        El(h, "dd") page_moment(h, run->made_at);
        El(h, "dt") Lit(h, "Sum of its files (SHA-256)");
        El(h, "dd") El(h, "code") html_text(h, page->known.outputs);
    }
    bill(request, h, page);
}

/* --- who has signed --- */

static void council_row(struct html *h, const struct sign_page *page,
                        const struct council *council)
{
    const struct period_signature *signature = period_signature_of(&page->known.signatures,
                                                                   council->id);

    El(h, "tr") {
        page_row_head(h, council->name);
        El(h, "td") page_tag(h, signature == NULL ? TAG_WARNING : TAG_GOOD,
                             signature == NULL ? "Not signed" : "Signed");
        if (signature == NULL) {
            page_cell(h, text_of(""));
            page_cell(h, text_of(""));
            page_cell(h, text_of(""));
        } else {
            page_cell(h, signature->login);
            El(h, "td") page_moment(h, signature->signed_at);
            page_number(h, signature->run);
        }
    }
}

static void signatures(struct html *h, const struct sign_page *page)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "State", COLUMN_WORDS }, { "By", COLUMN_WORDS },
        { "On", COLUMN_WORDS }, { "Run", COLUMN_NUMBER },
    };

    Table(h, "Signatures", columns)
        for (size_t i = 0; i < page->known.councils.count; i++)
            council_row(h, page, &page->known.councils.council[i]);
}

static void undone_row(struct request *request, struct html *h,
                       const struct period_signature *signature)
{
    El(h, "tr") {
        page_row_head(h, page_council(request, signature->council));
        page_cell(h, signature->login);
        page_number(h, signature->run);
        El(h, "td") page_moment(h, signature->undone_at);
        page_cell(h, signature->undone_by);
        page_cell(h, signature->undone_why);
    }
}

static void undone(struct request *request, struct html *h, const struct sign_page *page)
{
    static const struct column columns[] = {
        { "Council", COLUMN_WORDS }, { "Signed by", COLUMN_WORDS }, { "Run", COLUMN_NUMBER },
        { "Undone on", COLUMN_WORDS }, { "By", COLUMN_WORDS }, { "Why", COLUMN_WORDS },
    };
    const struct period_signatures *all = &page->known.signatures;
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++)
        count += all->signature[i].undone_at.ms != 0;
    if (count == 0)
        return;
    Table(h, "Signatures that were undone", columns)
        for (size_t i = 0; i < all->count; i++)
            if (all->signature[i].undone_at.ms != 0)
                undone_row(request, h, &all->signature[i]);
}

/* --- what can be done --- */

static bool any_stands(const struct sign_page *page)
{
    for (size_t i = 0; i < page->known.councils.count; i++)
        if (period_signature_of(&page->known.signatures, page->known.councils.council[i].id))
            return true;
    return false;
}

static void sign_form(struct request *request, struct html *h, const struct sign_page *page)
{
    const struct period_facts *facts = &page->known.facts;
    const enum period_check check = period_check_first(request->arena, facts);

    if (period_signature_of(&page->known.signatures, request->actor.acting) != NULL)
        return;
    El(h, "h2") Lit(h, "Sign it");
    if (check < PERIOD_CHECKS) {
        El(h, "p") {
            Lit(h, "It can be signed when every check has passed. ");
            html_text(h, text_of(period_check_title(check)));
            Lit(h, ": ");
            html_text(h, text_of(period_check(request->arena, facts, check).words));
            Lit(h, " ");
            El(h, "a") {
                Href(h, "href", month_part_url(request->arena, &page->place, "checks"));
                Lit(h, "All checks");
            }
        }
        return;
    }
    El(h, "p") Lit(h, "You sign this run, and no other, for your council. When every council has "
                      "signed it, the period is locked: its bill is never rewritten, and what "
                      "comes later is carried into the next open period.");
    Form(request, h, month_part_url(request->arena, &page->place, "sign")) {
        money_hidden(h, "run", text_of(arena_number(request->arena, page->known.run.id)));
        money_hidden(h, "outputs", page->known.outputs);
        page_button(h, "Sign this run");
    }
}

static void why_form(struct request *request, struct html *h, const struct sign_page *page,
                     const char *part, const char *button)
{
    const struct field why = { .name = "why", .label = "Why", .type = "text",
                               .hint = "Every council reads it: name nobody.",
                               .autocomplete = "off", .value = request_field(request, "why"),
                               .error = page->wrong_why };

    Form(request, h, month_part_url(request->arena, &page->place, part)) {
        page_field(h, &why);
        page_button(h, button);
    }
}

static bool says_nothing(const struct request *request, const struct sign_page *page)
{
    for (size_t i = 0; i < page->known.councils.count; i++)
        if (page->known.councils.council[i].id == request->actor.acting)
            return !page->known.standing[i].taken && !page->known.nothing[i];
    return false;
}

static void other_forms(struct request *request, struct html *h, const struct sign_page *page)
{
    if (any_stands(page)) {
        El(h, "h2") Lit(h, "Take back what was signed");
        El(h, "p") Lit(h, "Every signature under this run goes, the partner's too. It is signed "
                          "anew when the reason is dealt with.");
        why_form(request, h, page, "refuse", "Take it back");
    } else if (page->known.state == PERIOD_SOFT) {
        El(h, "h2") Lit(h, "Open it again");
        why_form(request, h, page, "open", "Open it");
    } else if (page->known.state == PERIOD_OPEN) {
        El(h, "h2") Lit(h, "Close it softly");
        El(h, "p") Lit(h, "An extract with lines of this period, or a changed map, then needs a "
                          "reason. The first signature does the same.");
        Form(request, h, month_part_url(request->arena, &page->place, "soft"))
            page_button(h, "Close it softly");
    }
    if (says_nothing(request, page)) {
        El(h, "h2") Lit(h, "No lines in this period");
        El(h, "p") Lit(h, "Your council has nothing taken in for this period. If its ledger has "
                          "nothing either, say so.");
        Form(request, h, month_part_url(request->arena, &page->place, "nothing"))
            page_button(h, "There is nothing to take in");
    }
}

static void lock_facts(struct request *request, struct html *h, const struct sign_page *page)
{
    El(h, "p") {
        page_tag(h, TAG_GOOD, "Locked");
        Lit(h, " by ");
        html_text(h, page->lock.locked_by);
        Lit(h, ", ");
        page_moment(h, page->lock.locked_at);
        Lit(h, ", with run ");
        html_int(h, page->lock.run);
        Lit(h, ". ");
        El(h, "a") {
            Href(h, "href", evidence_month_url(request->arena, &page->place));
            Lit(h, "Its evidence");
        }
    }
}

static enum err answer(struct request *request, const struct sign_page *page, int status)
{
    const struct field why = { .name = "why", .label = "Why", .error = page->wrong_why };
    struct html *h = page_begin(request, arena_print(
        request->arena, "Sign-off of %s",
        period_title(request->arena, page->place.year, page->place.index)));

    page_errors(request, h, &why, 1);
    month_tabs(request, h, &page->place, TAB_SIGN);
    if (page->wrong != NULL)
        El(h, "p") {
            LitAttr(h, "role", "alert");
            page_tag(h, TAG_BAD, "Nothing was done");
            Lit(h, " ");
            html_text(h, text_of(page->wrong));
        }
    if (page->locked)
        lock_facts(request, h, page);
    run(request, h, page);
    signatures(h, page);
    if (!page->locked && actor_may(&request->actor, MAY_SIGN_PERIOD)) {
        sign_form(request, h, page);
        other_forms(request, h, page);
    }
    undone(request, h, page);
    return page_end(request, h, status);
}

enum err sign_show(struct request *request)
{
    struct sign_page page;
    enum err err = load_page(request, &page);

    return err != OK ? err : answer(request, &page, 200);
}

/* --- POST --- */

/* What was refused is said on the page as it is now. */
static enum err answer_refused(struct request *request, enum err err, const struct trouble *said)
{
    struct sign_page page;

    if (err != ERR_CONFLICT && err != ERR_USAGE)
        return err == ERR_MISSING ? err : fail(request->trouble, err, "%s", said->text);
    const enum err loaded = load_page(request, &page);
    if (loaded != OK)
        return loaded;
    *(err == ERR_USAGE ? &page.wrong_why : &page.wrong) = arena_print(request->arena, "%s",
                                                                      said->text);
    return answer(request, &page, err == ERR_USAGE ? 422 : 409);
}

static enum err answer_to(struct request *request, enum err err, const struct period_deed *deed,
                          const struct trouble *said, enum word done)
{
    return err != OK ? answer_refused(request, err, said)
                     : answer_done(request, month_part_url(request->arena, &deed->place, "sign"),
                                   done);
}

enum err sign_make(struct request *request)
{
    static const enum word words[] = { [PERIOD_SIGNED] = WORD_DONE_PERIOD_SIGNED,
                                       [PERIOD_SIGNED_BEFORE] = WORD_DONE_PERIOD_SIGNED_BEFORE,
                                       [PERIOD_IS_LOCKED] = WORD_DONE_PERIOD_LOCKED };
    enum period_signed came = PERIOD_SIGNED;
    struct trouble said = { 0 };
    struct period_deed deed;
    enum err err = month_deed(request, &deed);

    if (err == OK)
        err = period_sign(request->tx, request->arena, &deed,
                          money_number(request_field(request, "run")),
                          request_field(request, "outputs"), &came, &said);
    return answer_to(request, err, &deed, &said, words[came]);
}

enum err sign_refuse(struct request *request)
{
    struct trouble said = { 0 };
    struct period_deed deed;
    enum err err = month_deed(request, &deed);

    if (err == OK)
        err = period_refuse(request->tx, request->arena, &deed, request_field(request, "why"),
                            &said);
    return answer_to(request, err, &deed, &said, WORD_DONE_PERIOD_REFUSED);
}

enum err period_soft_make(struct request *request)
{
    struct trouble said = { 0 };
    struct period_deed deed;
    enum err err = month_deed(request, &deed);

    if (err == OK)
        err = period_soft_close(request->tx, request->arena, &deed, &said);
    return answer_to(request, err, &deed, &said, WORD_DONE_PERIOD_SOFT);
}

enum err period_open_make(struct request *request)
{
    struct trouble said = { 0 };
    struct period_deed deed;
    enum err err = month_deed(request, &deed);

    if (err == OK)
        err = period_open_again(request->tx, request->arena, &deed,
                                request_field(request, "why"), &said);
    return answer_to(request, err, &deed, &said, WORD_DONE_PERIOD_OPEN);
}

enum err period_nothing_make(struct request *request)
{
    struct trouble said = { 0 };
    struct period_deed deed;
    enum err err = month_deed(request, &deed);

    if (err == OK)
        err = period_say_nothing(request->tx, request->arena, &deed, &said);
    return answer_to(request, err, &deed, &said, WORD_DONE_PERIOD_NOTHING);
}
