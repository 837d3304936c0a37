/*
 * server/papers_action.c -- `ochil papers`: the documents of a close, from its folder.
 *
 * It stands with ochil-server because of what PDF needs; it opens no store.
 */
#include "base/clock_io.h"
#include "finance/finance_paper_set.h"
#include "formats/folder_io.h"
#include "formats/output_io.h"
#include "formats/sha256.h"
#include "formats/small_file_io.h"
#include "server/server.h"
#include "store/db_day.h"

#define FILES_MOST (PARTNERS_MAX + 12)
#define FILE_BYTES_MOST ((size_t)256 * 1024 * 1024)
#define DAY_MS INT64_C(86400000)

struct papers {
    struct command      *command;
    struct arena        *arena;
    struct folder_source folder, closed, estimate, estimated;
    struct model         model, before;
    struct faults        faults, faults_before;
    struct memory_file   file[FILES_MOST];
    size_t               files;
    struct paper_case    paper;
    struct paper_layout *layout;
    struct out_folder    out;
    struct out_file      written;
    bool                 folder_open, closed_open, estimate_open, estimated_open;
};

static enum err open_folder(struct papers *papers, struct folder_source *source, const char *path,
                            bool *open)
{
    const enum err err = folder_source_open(source, &real_outside, path,
                                            papers->command->trouble);

    *open = err == OK;
    return err;
}

/* A file that may not be there. */
static enum err take(struct papers *papers, struct folder_source *from, const char *name,
                     bool needed)
{
    struct trouble *trouble = papers->command->trouble;
    struct trouble none = { 0 };
    struct memory_file *file = &papers->file[papers->files];
    const enum err err = source_read_all(&from->source, papers->arena, name, FILE_BYTES_MOST,
                                         &file->bytes, needed ? trouble : &none);

    if (err == ERR_MISSING && !needed)
        return OK;
    if (err == ERR_MISSING)
        return fail(trouble, ERR_MISSING, "%s: no %s: is it what `ochil close` wrote?", from->path,
                    name);
    file->name = name;
    papers->files += err == OK ? 1 : 0;
    return err == OK || needed ? err : fail(trouble, err, "%s", none.text);
}

static enum err take_all(struct papers *papers)
{
    static const char *const needed[] = { "settlement.csv", "bill.csv", "pennies.csv" };
    static const char *const others[] = { "corrections.csv", "true_up.csv" };
    static const char *const locked[] = { "charged.csv", "corrected.csv" };
    enum err err = OK;

    for (size_t i = 0; i < COUNT(needed) && err == OK; i++)
        err = take(papers, &papers->closed, needed[i], true);
    for (size_t i = 0; i < papers->model.partners && err == OK; i++)
        err = take(papers, &papers->closed,
                   arena_print(papers->arena, "journal-%.*s.csv",
                               TEXT(papers->model.partner[i].code)), true);
    for (size_t i = 0; i < COUNT(others) && err == OK; i++)
        err = take(papers, &papers->closed, others[i], false);
    for (size_t i = 0; i < COUNT(locked) && err == OK; i++)
        err = take(papers, &papers->folder, locked[i], false);
    return err;
}

static enum err load_model(struct papers *papers, struct folder_source *source,
                           struct model *model, struct faults *faults)
{
    bool usable = false;
    enum err err;

    faults_open(faults, papers->arena);
    err = model_load(&source->source, papers->arena, true, faults, model, &usable,
                     papers->command->trouble);
    if (err == OK && (!usable || faults->total > 0))
        return fail(papers->command->trouble, ERR_REFUSED, "%s has faults: see ochil close",
                    source->path);
    return err;
}

/* --layout CLK=clk.layout */
static enum err read_layout(struct papers *papers, const char *given)
{
    struct trouble *trouble = papers->command->trouble;
    const char *equals = strchr(given, '=');
    const struct text code = { given, equals == NULL ? 0 : (size_t)(equals - given) };
    const int32_t partner = paper_partner(&papers->paper, code);
    char *words = arena_take(papers->arena, LAYOUT_BYTES_MOST, 1);
    size_t size = 0;

    if (equals == NULL || partner < 0)
        return fail(trouble, ERR_USAGE, "--layout wants PARTNER=FILE, not '%s'", given);
    enum err err = small_file_read(&real_outside, equals + 1, "a layout", words,
                                   LAYOUT_BYTES_MOST, &size, trouble);
    if (err == OK)
        err = paper_layout_read(papers->arena, (struct text){ words, size },
                                &papers->layout[partner], trouble);
    papers->layout[partner].name = text_of(equals + 1);
    return err;
}

static enum err read_layouts(struct papers *papers)
{
    size_t count = 0;
    const char *const *given = command_values(papers->command, "layout", &count);
    enum err err = OK;

    papers->layout = arena_take(papers->arena, papers->model.partners, sizeof *papers->layout);
    for (size_t i = 0; i < papers->model.partners && err == OK; i++)
        err = paper_layout_read(papers->arena, paper_layout_usual(), &papers->layout[i],
                                papers->command->trouble);
    for (size_t i = 0; i < count && err == OK; i++)
        err = read_layout(papers, given[i]);
    papers->paper.layout = papers->layout;
    return err;
}

/* --made 2014-07-01; else now. */
static enum err read_day(struct papers *papers)
{
    const char *given = command_value(papers->command, "made");
    struct db_day day;

    papers->paper.made = clock_now();
    if (given == NULL)
        return OK;
    if (!db_day_parse(text_of(given), &day))
        return fail(papers->command->trouble, ERR_USAGE, "--made wants a day such as 2014-07-01");
    papers->paper.made.ms = day.days * DAY_MS;
    return OK;
}

/* --estimate CLOSED and the folder it was closed from. */
static enum err read_estimate(struct papers *papers)
{
    const char *closed = command_value(papers->command, "estimate");
    const char *folder = command_value(papers->command, "estimate-folder");
    enum err err = OK;

    if (closed == NULL)
        return OK;
    err = open_folder(papers, &papers->estimate, closed, &papers->estimate_open);
    if (err == OK)
        err = source_read_all(&papers->estimate.source, papers->arena, "settlement.csv",
                              FILE_BYTES_MOST, &papers->paper.estimate, papers->command->trouble);
    if (err != OK || folder == NULL)
        return err;
    err = open_folder(papers, &papers->estimated, folder, &papers->estimated_open);
    if (err == OK)
        err = load_model(papers, &papers->estimated, &papers->before, &papers->faults_before);
    papers->paper.estimated = &papers->before;
    return err;
}

static enum err read_all(struct papers *papers)
{
    struct command *command = papers->command;
    struct sha256_sum sum;
    char *hex = arena_take(papers->arena, SHA256_HEX_SIZE, 1);
    enum err err = open_folder(papers, &papers->folder, command_argument(command, 0),
                               &papers->folder_open);

    papers->paper = (struct paper_case){ .arena = papers->arena, .model = &papers->model,
                                         .book = "ledger", .disputed = -1,
                                         .origin = text_of(command_argument(command, 1)) };
    if (command_value(command, "book") != NULL)
        papers->paper.book = command_value(command, "book");
    if (err == OK)
        err = open_folder(papers, &papers->closed, command_argument(command, 1),
                          &papers->closed_open);
    if (err == OK)
        err = load_model(papers, &papers->folder, &papers->model, &papers->faults);
    if (err == OK)
        err = take_all(papers);
    if (err == OK)
        err = read_layouts(papers);
    if (err == OK)
        err = read_day(papers);
    if (err == OK)
        err = read_estimate(papers);
    if (err == OK)
        err = sha256_of(papers->file[0].bytes.data, papers->file[0].bytes.size, &sum,
                        command->trouble);
    if (err != OK)
        return err;
    sha256_hex(&sum, hex);
    papers->paper.sum = text_of(hex);
    return paper_case_read(&papers->paper, papers->file, papers->files, command->trouble);
}

/* --paper bill.pdf: without any, all are. */
static bool is_wanted(const struct papers *papers, const struct paper_form *form)
{
    size_t count = 0;
    const char *const *given = command_values(papers->command, "paper", &count);

    for (size_t i = 0; i < count; i++)
        if (paper_form_of(text_of(given[i])) == form)
            return true;
    return count == 0;
}

static enum err names_are_known(const struct papers *papers)
{
    size_t count = 0;
    const char *const *given = command_values(papers->command, "paper", &count);

    for (size_t i = 0; i < count; i++)
        if (paper_form_of(text_of(given[i])) == NULL)
            return fail(papers->command->trouble, ERR_USAGE, "no document is called '%s'",
                        given[i]);
    return OK;
}

/* "bill-CLK.pdf". What there is nothing to say of is left out. */
static enum err write_one(struct papers *papers, int32_t partner, const struct paper_form *form)
{
    struct trouble *trouble = papers->command->trouble;
    struct trouble none = { 0 };
    struct text bytes;
    enum err err = paper_write(&papers->paper, partner, form, &bytes, &none);

    if (err == ERR_MISSING)
        return OK;
    if (err != OK)
        return fail(trouble, err, "%s", none.text);
    const char *name = arena_print(papers->arena, "%s-%.*s.%s", paper_title[form->kind].name,
                                   TEXT(papers->model.partner[partner].code), form->ending);
    err = out_file_open(&papers->out, name, &papers->written, trouble);
    if (err == OK)
        err = papers->written.sink.write(&papers->written.sink, bytes.data, bytes.size, trouble);
    return err == OK ? out_file_close(&papers->written, trouble) : err;
}

static enum err write_all(struct papers *papers)
{
    struct command *command = papers->command;
    const char *out = command_value(command, "out");
    const bool force = command_has(command, "force");
    enum err err = out_folder_check(&real_outside, papers->arena, out, force,
                                    command_argument(command, 0), command->trouble);

    if (err == OK)
        err = out_folder_check(&real_outside, papers->arena, out, force,
                               command_argument(command, 1), command->trouble);
    if (err == OK)
        err = out_folder_open(&papers->out, &real_outside, papers->arena, out, force,
                              command->trouble);
    for (size_t partner = 0; partner < papers->model.partners && err == OK; partner++)
        for (const struct paper_form *form = paper_forms; form->ending != NULL && err == OK;
             form++)
            if (is_wanted(papers, form))
                err = write_one(papers, (int32_t)partner, form);
    return err == OK ? out_folder_commit(&papers->out, command->trouble) : err;
}

static void close_all(struct papers *papers)
{
    (void)out_folder_abort(&papers->out, papers->command->trouble);
    if (papers->folder_open)
        folder_source_close(&papers->folder);
    if (papers->closed_open)
        folder_source_close(&papers->closed);
    if (papers->estimate_open)
        folder_source_close(&papers->estimate);
    if (papers->estimated_open)
        folder_source_close(&papers->estimated);
    model_close(&papers->model);
    model_close(&papers->before);
}

static enum err work(struct papers *papers)
{
    ARENA_KEEP(outer, papers->arena);
    if (ARENA_GUARD(papers->arena))
        return fail(papers->command->trouble, ERR_IO, "out of memory");
    enum err err = names_are_known(papers);
    if (err == OK)
        err = read_all(papers);
    return err == OK ? write_all(papers) : err;
}

enum err papers_run(struct command *command)
{
    struct papers *papers = arena_take(command->arena, 1, sizeof *papers);

    papers->command = command;
    papers->arena = command->work;
    const enum err err = work(papers);
    if (err == OK)
        command_say(command, "%s: documents of %zu partners", command_value(command, "out"),
                    papers->model.partners);
    close_all(papers);
    return err;
}
