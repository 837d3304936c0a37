#include "engine/close.h"

#include "formats/folder_io.h"
#include "formats/output_io.h"

/* Files of a close, one after another, in a folder that takes its place when all are there. */
struct folder_target {
    struct close_target target;
    struct out_folder  *folder;
    struct out_file     file;
};

static enum err open_in_folder(struct close_target *target, const char *name, struct sink **sink,
                               struct trouble *trouble)
{
    struct folder_target *into = (struct folder_target *)target;

    *sink = &into->file.sink;
    return out_file_open(into->folder, name, &into->file, trouble);
}

static enum err shut_in_folder(struct close_target *target, struct trouble *trouble)
{
    return out_file_close(&((struct folder_target *)target)->file, trouble);
}

/* One run: all that must be given back whatever happens. */
struct closing {
    const struct close_request *request;
    struct arena               *arena;
    struct folder_source        source;
    struct partnership          partnership;
    struct out_folder           folder;
    struct folder_target        target, beside;
    bool                        reading;
};

static enum err open_target(struct closing *closing, struct trouble *trouble)
{
    const struct close_request *request = closing->request;

    closing->target.target = (struct close_target){ open_in_folder, shut_in_folder };
    closing->beside.target = closing->target.target;
    closing->target.folder = closing->beside.folder = &closing->folder;
    return out_folder_open(&closing->folder, request->outside, closing->arena,
                           request->out, request->force, trouble);
}

/* Only errors.csv is written. */
static enum err refuse(struct closing *closing, struct close_summary *summary,
                       struct trouble *trouble)
{
    struct folder_target *target = &closing->target;
    struct sink *sink;
    enum err err = open_target(closing, trouble);

    if (err == OK)
        err = open_in_folder(&target->target, "errors.csv", &sink, trouble);
    if (err == OK)
        err = faults_write(&closing->partnership.faults, sink, trouble);
    if (err == OK)
        err = shut_in_folder(&target->target, trouble);
    if (err == OK)
        err = out_folder_commit(&closing->folder, trouble);
    summary->faults = closing->partnership.faults.total;
    summary->fault_list = &closing->partnership.faults;
    return err == OK ? ERR_REFUSED : err;
}

static enum err write_out(struct closing *closing, struct close_summary *summary,
                          struct trouble *trouble)
{
    struct partnership *partnership = &closing->partnership;
    struct close_target *beside = closing->request->threads > 1 ? &closing->beside.target : NULL;
    struct settlement_result result;
    enum err err = open_target(closing, trouble);

    if (err == OK)
        err = close_write_beside(partnership, closing->request->certificate,
                                 &closing->target.target, beside, &result, trouble);
    if (err != OK)
        return err;
    if (partnership_is_refused(partnership)) {
        (void)out_folder_abort(&closing->folder, trouble);
        return refuse(closing, summary, trouble);
    }
    close_summarise(partnership, &result, summary);
    return out_folder_commit(&closing->folder, trouble);
}

static enum err run(struct closing *closing, struct close_summary *summary,
                    struct trouble *trouble)
{
    const struct close_request *request = closing->request;
    struct partnership *partnership = &closing->partnership;
    enum err err;

    ARENA_KEEP(outer, closing->arena);
    if (ARENA_GUARD(closing->arena))
        return fail(trouble, ERR_IO, "out of memory");
    err = out_folder_check(request->outside, closing->arena, request->out, request->force,
                           request->folder, trouble);
    if (err == OK)
        err = folder_source_open(&closing->source, request->outside, request->folder, trouble);
    if (err != OK)
        return err;
    closing->reading = true;
    err = partnership_load(partnership, &closing->source.source, closing->arena, request->book,
                           request->through, trouble);
    if (err == OK)
        err = partnership_read(partnership, request->threads, request->certificate,
                               request->watch, trouble);
    if (err != OK)
        return err;
    return partnership_is_refused(partnership) ? refuse(closing, summary, trouble)
                                               : write_out(closing, summary, trouble);
}

enum err close_partnership(const struct close_request *request, struct arena *arena,
                           struct close_summary *summary, struct trouble *trouble)
{
    struct closing *closing;
    enum err err;

    *summary = (struct close_summary){ 0 };
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    closing = arena_take(arena, 1, sizeof *closing);
    closing->request = request;
    closing->arena = arena;
    err = run(closing, summary, trouble);
    (void)out_folder_abort(&closing->folder, trouble);
    if (closing->reading)
        folder_source_close(&closing->source);
    partnership_close(&closing->partnership);
    return err;
}
