/*
 * finance/finance_settlement_pages.c -- "What each council pays", asked for, and a run: what went
 * into it and what came of it.
 */
#include "finance/finance_pages.h"
#include "finance/finance_settlement_view.h"
#include "finance/finance_working.h"
#include "register/register_field_view.h"

/* --- what each council pays --- */

static enum err load_page(struct request *request, struct settled *settlement,
                          struct settlement_page *page)
{
    struct settlement_asked asked;

    if (!settlement_asked(request, &asked))
        return ERR_MISSING;
    enum err err = settlement_load(request, &asked, settlement);
    *page = (struct settlement_page){ .request = request, .settlement = settlement,
                                      .may_run = actor_may(&request->actor, MAY_TAKE_EXTRACT) };
    if (err == OK && page->may_run && settlement->state != PERIOD_LOCKED)
        err = money_run_gaps(request->tx, request->arena, asked.year, asked.index + 1,
                             BOOK_LEDGER, &page->gaps, request->trouble);
    return err;
}

static enum err answer_page(struct request *request, const char *wrong, int status)
{
    struct settled *settlement = arena_take(request->arena, 1, sizeof *settlement);
    struct settlement_page page;
    enum err err = load_page(request, settlement, &page);

    page.wrong = wrong;
    if (err == OK)
        err = settlement_page_answer(&page, status);
    settlement_close(settlement);
    return err;
}

enum err settlement_show(struct request *request)
{
    return answer_page(request, NULL, 200);
}

enum err settlement_make(struct request *request)
{
    const struct text year = request_word(request, "year");
    const int index = month_index(request_word(request, "period"));
    struct trouble said = { .text = "" };
    const struct text word = request_field(request, "book");
    enum book book = BOOK_LEDGER;
    int64_t id = 0;

    while (word.size > 0 && book < BOOKS && !text_is(word, book_name[book]))
        book++;
    if (index < 0 || book == BOOKS)
        return ERR_MISSING;
    enum err err = money_run_begin(request->tx, request->arena, &request->happening,
                                   &request->actor, year, index + 1, book, &id, &said);
    if (err == ERR_REFUSED || err == ERR_CONFLICT)
        return answer_page(request, said.text, 409);
    if (err != OK)
        return fail(request->trouble, err, "%s", said.text);
    struct url url = UrlArg(request->arena, settlement_url(request, year, index), "run",
                            text_of(arena_number(request->arena, id)));
    return answer_done(request, UrlArg(request->arena, url, "compare", text_of("run")),
                       WORD_DONE_RUN);
}

enum err settlement_file(struct request *request)
{
    struct settled *settlement = arena_take(request->arena, 1, sizeof *settlement);
    struct settlement_asked asked;
    struct money_sheet sheet;

    if (!settlement_asked(request, &asked))
        return ERR_MISSING;
    enum err err = settlement_load(request, &asked, settlement);
    if (err == OK && !settlement->has_run)
        err = ERR_MISSING;
    if (err == OK) {
        settlement_sheet(request, settlement, &sheet);
        err = money_sheet_answer(request, &sheet, request_word(request, "file"));
    }
    settlement_close(settlement);
    return err;
}

/* --- a run --- */

struct run_page {
    struct money_run  run;
    struct run_part  *part;
    size_t            parts;
    struct run_file  *file;
    size_t            files;
    struct error_rows errors;
};

static enum err load_run(struct request *request, struct run_page *page)
{
    struct arena *arena = request->arena;
    struct text bytes;
    enum err err = money_run_load(request->tx, arena, request_number(request, "run"), &page->run,
                                  request->trouble);

    page->errors = (struct error_rows){ .count = 0 };
    if (err == OK)
        err = money_run_parts_load(request->tx, arena, page->run.id, &page->part, &page->parts,
                                   request->trouble);
    if (err == OK)
        err = money_run_files_load(request->tx, arena, page->run.id, &page->file, &page->files,
                                   request->trouble);
    if (err != OK || page->run.state != RUN_REFUSED)
        return err;
    err = money_run_file(request->tx, arena, page->run.id, "errors.csv", &bytes,
                         request->trouble);
    return err == OK ? error_rows_read(arena, bytes, &page->errors, request->trouble) : err;
}

static const char *help_of(struct text code)
{
    for (enum fault_code fault = FAULT_NONE + 1; fault < FAULT_CODES; fault++)
        if (text_is(code, fault_name(fault)))
            return fault_help(fault);
    return "";
}

static void errors_table(struct html *h, const struct run_page *page)
{
    static const struct column columns[] = {
        { "File", COLUMN_WORDS }, { "Line", COLUMN_NUMBER }, { "Fault", COLUMN_WORDS },
        { "Value", COLUMN_WORDS }, { "What it means", COLUMN_WORDS },
    };

    if (page->errors.count == 0)
        return;
    Table(h, "Why nothing is settled", columns)
        for (size_t i = 0; i < page->errors.count; i++) {
            const struct error_row *row = &page->errors.row[i];
            El(h, "tr") {
                page_row_head(h, row->file);
                El(h, "td") {
                    LitAttr(h, "class", "number");
                    html_text(h, row->line);
                }
                page_cell(h, row->code);
                page_cell(h, row->value);
                page_said(h, text_of(help_of(row->code)));
            }
        }
}

static void parts_table(struct request *request, struct html *h, const struct run_page *page)
{
    static const struct column columns[] = {
        { "What", COLUMN_WORDS }, { "Of", COLUMN_WORDS }, { "Whose", COLUMN_WORDS },
        { "Version", COLUMN_WORDS }, { "SHA-256", COLUMN_WORDS },
    };

    if (page->parts == 0)
        return;
    Table(h, "What went in", columns)
        for (size_t i = 0; i < page->parts; i++) {
            const struct run_part *part = &page->part[i];
            El(h, "tr") {
                page_row_head(h, part->kind);
                page_cell(h, part->subject);
                page_cell(h, part->council == 0 ? text_of("Both")
                                                : page_council(request, part->council));
                page_cell(h, part->version == 0
                                 ? text_of("")
                                 : text_of(arena_number(request->arena, part->version)));
                page_hash(h, part->sha256);
            }
        }
}

static bool is_input(struct text name)
{
    return name.size > 6 && memcmp(name.data, "input/", 6) == 0;
}

static void files_table(struct request *request, struct html *h, const struct run_page *page)
{
    static const struct column columns[] = {
        { "File", COLUMN_WORDS }, { "Bytes", COLUMN_NUMBER }, { "SHA-256", COLUMN_WORDS },
    };

    if (page->files == 0)
        return;
    Table(h, "What came of it: the engine's own files", columns)
        for (size_t i = 0; i < page->files; i++) {
            const struct run_file *file = &page->file[i];
            if (is_input(file->name))
                continue;
            struct url url = url_segment(request->arena, run_url(request, page->run.id),
                                         text_of("files"));
            El(h, "tr") {
                El(h, "th") {
                    LitAttr(h, "scope", "row");
                    El(h, "a") {
                        Href(h, "href", url_segment(request->arena, url, file->name));
                        html_text(h, file->name);
                    }
                }
                page_number(h, file->size);
                page_hash(h, file->sha256);
            }
        }
}

static void facts(struct request *request, struct html *h, const struct run_page *page)
{
    const struct money_run *run = &page->run;

    El(h, "dl") {
        page_entry(h, "State", text_of(run_state_title(run->state)));
        page_entry(h, "What came of it", run->outcome.size > 0 ? run->outcome
                                                               : text_of("Not yet known"));
        page_entry(h, "Begun by", text_of(arena_print(
            request->arena, "%.*s, for %.*s", TEXT(run->made_by),
            TEXT(page_council(request, run->made_for)))));
        El(h, "dt") Lit(h, "Begun");
        El(h, "dd") page_moment(h, run->made_at);
        page_entry(h, "Book", text_of(book_name[run->book]));
        if (run->inputs.size > 0)
            page_entry(h, "SHA-256 of all that went in", run->inputs);
    }
    if (run->same_as > 0)
        El(h, "p") link_to(h, run_url(request, run->same_as), "The run that stands");
    El(h, "p") link_to(h, UrlArg(request->arena,
                                 settlement_url(request, run->year, (int)run->through - 1), "run",
                                 text_of(arena_number(request->arena, run->id))),
                       "What each council pays by this run");
    if (run->state == RUN_CLOSED)
        El(h, "p") link_to(h, url_segment(request->arena, run_url(request, run->id),
                                          text_of("line")),
                           "What became of a line, and what nobody is charged for");
}

enum err run_show(struct request *request)
{
    struct run_page page = { .parts = 0 };
    enum err err = load_run(request, &page);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, arena_print(
        request->arena, "Run %lld: up to %s", (long long)page.run.id,
        settlement_month(request->arena, page.run.year, (int)page.run.through - 1)));
    facts(request, h, &page);
    errors_table(h, &page);
    files_table(request, h, &page);
    parts_table(request, h, &page);
    return page_end(request, h, 200);
}

/* The engine's own, as it wrote it. */
enum err run_file(struct request *request)
{
    const struct text name = request_word(request, "file");
    struct text bytes;
    enum err err = money_run_file(request->tx, request->arena, request_number(request, "run"),
                                  arena_copy(request->arena, name.data, name.size), &bytes,
                                  request->trouble);

    if (err != OK)
        return err;
    answer_saved_as(request, arena_print(request->arena, "%.*s", TEXT(name)));
    return answer_bytes(request, 200, "text/csv; charset=utf-8; header=present", bytes);
}

/* --- the working of its figures --- */

enum err working_show(struct request *request)
{
    struct working *working = arena_take(request->arena, 1, sizeof *working);
    const struct working_asked asked = working_asked(request);
    enum err err = asked.pool.size == 0 ? ERR_MISSING : working_load(request, &asked, working);

    if (err == OK)
        err = working_page_answer(request, working);
    working_close(working);
    return err;
}

enum err working_file(struct request *request)
{
    struct working *working = arena_take(request->arena, 1, sizeof *working);
    const struct working_asked asked = working_asked(request);
    struct text bytes = { NULL, 0 };
    enum err err = asked.pool.size == 0 ? ERR_MISSING : working_load(request, &asked, working);

    if (err == OK)
        err = working_json(request, working, &bytes);
    working_close(working);
    return err == OK ? answer_bytes(request, 200, JSON_TYPE, bytes) : err;
}
