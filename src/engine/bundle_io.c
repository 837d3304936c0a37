#include "engine/bundle.h"

#include <errno.h>

#include "formats/folder_io.h"
#include "formats/zip_writer_io.h"

/* ---- the bundle being written, read as a partnership ---- */

/* The finished entries of an archive that is being written, as a source. */
struct parts_source {
    struct source            source;
    const struct zip_writer *writer;
    struct folder_source     folder;     /* where the writer keeps them */
};

static enum err list_parts(struct source *source, struct arena *arena, const char *folder,
                           struct text **names, size_t *count, struct trouble *trouble)
{
    const struct zip_writer *writer = ((struct parts_source *)source)->writer;
    size_t size = strlen(folder);

    *names = arena_take(arena, writer->count, sizeof **names);
    *count = 0;
    for (const struct zip_part *part = writer->first; part != NULL; part = part->next)
        if (strncmp(part->name, folder, size) == 0 && part->name[size] == '/')
            (*names)[(*count)++] = text_of(part->name);
    return *count > 0 ? OK : fail(trouble, ERR_MISSING, "%s: no such folder", folder);
}

static enum err open_part(struct source *source, struct arena *arena, const char *name,
                          struct stream **stream, struct trouble *trouble)
{
    struct parts_source *parts = (struct parts_source *)source;
    struct source *folder = &parts->folder.source;

    for (const struct zip_part *part = parts->writer->first; part != NULL; part = part->next)
        if (strcmp(part->name, name) == 0)
            return folder->open(folder, arena, strrchr(part->path, '/') + 1, stream, trouble);
    return fail(trouble, ERR_MISSING, "%s: no such file", name);
}

/* ---- telling how far it is ---- */

/* The folder is read twice, first to be tested and then to be filtered, and each counts half. */
struct paced_watch {
    struct progress_watch        watch;
    const struct progress_watch *to;
    uint64_t                     before, told;
    unsigned                     part;       /* 2: half of what is read counts; 0: nothing */
};

static bool tell_paced(void *context, uint64_t bytes)
{
    struct paced_watch *paced = context;

    paced->told = paced->before + (paced->part == 0 ? 0 : bytes / paced->part);
    return paced->to == NULL || paced->to->tell(paced->to->context, paced->told);
}

/* ---- the work ---- */

/* One run: all that must be given back whatever happens. */
struct bundling {
    const struct bundle_request *request;
    struct arena                *arena;
    struct arena                 scratch;      /* emptied after each extract */
    struct folder_source         source;
    bool                         reading;
    struct partnership           partnership;  /* the folder */
    struct partnership           own;          /* the bundle's own inputs */
    struct zip_writer            writer;
    struct parts_source          parts;
    bool                         reading_parts;
    struct close_target          target;       /* into the archive */
    struct summing_target        given;        /* by the folder */
    struct summing_target        packed;       /* by the bundle */
    struct extract              *extract;
    struct paced_watch           watch;
};

static struct bundling *bundling_of(struct close_target *target)
{
    void *start = (char *)target - offsetof(struct bundling, target);

    return start;
}

static enum err open_output(struct close_target *target, const char *name, struct sink **sink,
                            struct trouble *trouble)
{
    struct bundling *bundling = bundling_of(target);
    const char *entry = arena_print(bundling->arena, OUTPUT_PREFIX "%s", name);

    return zip_writer_entry(&bundling->writer, entry, sink, trouble);
}

static enum err shut_output(struct close_target *target, struct trouble *trouble)
{
    return zip_writer_entry_end(&bundling_of(target)->writer, trouble);
}

static enum err refuse(struct partnership *partnership, struct bundle_summary *summary)
{
    faults_sort(&partnership->faults);
    summary->closed.faults = partnership->faults.total;
    summary->closed.fault_list = &partnership->faults;
    return ERR_REFUSED;
}

/* What stands at a path; false in `*there`: nothing does. */
static enum err look_at(const struct outside *outside, const char *path, struct stat *status,
                        bool *there, struct trouble *trouble)
{
    *there = outside->stat(path, status) == 0;
    if (*there || errno == ENOENT || errno == ENOTDIR)
        return OK;
    return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
}

/* The file to be replaced must not be one that is read: with `force` it would be lost. */
static enum err check_out(const struct bundling *bundling, const char *name,
                          struct trouble *trouble)
{
    const struct bundle_request *request = bundling->request;
    const char *path = arena_print(bundling->arena, "%s/%s", request->folder, name);
    struct stat out, input;
    bool out_there, input_there;
    enum err err = look_at(request->outside, request->out, &out, &out_there, trouble);

    if (err == OK)
        err = look_at(request->outside, path, &input, &input_there, trouble);
    if (err == OK && out_there && input_there && out.st_dev == input.st_dev &&
        out.st_ino == input.st_ino)
        return fail(trouble, ERR_IO, "%s is a file of the folder", request->out);
    return err;
}

static enum err check_out_is_no_input(const struct bundling *bundling, struct trouble *trouble)
{
    const struct book_files *files = &bundling->partnership.files;
    enum err err = OK;

    for (int rank = FILE_PARTNERSHIP; rank < FILE_BOOK && err == OK; rank++)
        err = check_out(bundling, model_file_name[rank], trouble);
    for (size_t i = 0; i < files->count && err == OK; i++)
        err = check_out(bundling, files->file[i].name, trouble);
    return err;
}

static enum err write_model_file(struct bundling *bundling, int rank, struct trouble *trouble)
{
    const struct model_file *file = &bundling->partnership.model.file[rank];
    struct sink *sink;
    enum err err = zip_writer_entry(&bundling->writer, model_file_name[rank], &sink, trouble);

    if (err == OK)
        err = sink->write(sink, file->bytes.data, file->bytes.size, trouble);
    return err == OK ? zip_writer_entry_end(&bundling->writer, trouble) : err;
}

/* The lines were judged in an earlier pass: what is filtered must be the same bytes. */
static enum err check_unchanged(const struct extract *extract, const struct book_file *file,
                                enum err err, struct trouble *trouble)
{
    bool same = err == OK && sha256_equal(&extract->sum, &file->sum) &&
                extract->lines == file->lines;

    if (same || (err != OK && err != ERR_CHECK))
        return err;
    trouble->text[0] = '\0';
    return fail(trouble, ERR_IO, "%s: it was changed while it was read", file->name);
}

static enum err write_extract(struct bundling *bundling, size_t i, struct trouble *trouble)
{
    struct partnership *partnership = &bundling->partnership;
    const struct book_file *file = &partnership->files.file[i];
    struct extract_request request = {
        .source = partnership->source, .file = file->name, .model = &partnership->model,
        .through = partnership->through, .watch = &bundling->watch.watch,
    };
    struct sink *sink;
    enum err err = zip_writer_entry(&bundling->writer, file->name, &sink, trouble);

    if (err != OK)
        return err;
    err = extract_write(&request, &bundling->scratch, sink, &bundling->extract[i], trouble);
    err = check_unchanged(&bundling->extract[i], file, err, trouble);
    arena_free(&bundling->scratch);
    bundling->watch.before = bundling->watch.told;
    return err == OK ? zip_writer_entry_end(&bundling->writer, trouble) : err;
}

static enum err write_originals(struct bundling *bundling, struct trouble *trouble)
{
    struct sink *sink;
    enum err err = zip_writer_entry(&bundling->writer, ORIGINALS_FILE, &sink, trouble);

    if (err == OK)
        err = originals_write(bundling->extract, bundling->partnership.files.count,
                              bundling->arena, sink, trouble);
    return err == OK ? zip_writer_entry_end(&bundling->writer, trouble) : err;
}

static enum err write_inputs(struct bundling *bundling, struct trouble *trouble)
{
    const struct partnership *partnership = &bundling->partnership;
    enum err err = OK;

    bundling->extract = arena_take(bundling->arena, partnership->files.count,
                                   sizeof *bundling->extract);
    for (int rank = FILE_PARTNERSHIP; rank < FILE_BOOK && err == OK; rank++)
        if (partnership->model.file[rank].there)
            err = write_model_file(bundling, rank, trouble);
    for (size_t i = 0; i < partnership->files.count && err == OK; i++)
        err = write_extract(bundling, i, trouble);
    return err == OK ? write_originals(bundling, trouble) : err;
}

/* Reads what has been written so far as a partnership. */
static enum err read_own(struct bundling *bundling, struct trouble *trouble)
{
    const struct bundle_request *request = bundling->request;
    struct parts_source *parts = &bundling->parts;
    struct partnership *own = &bundling->own;
    enum err err = folder_source_open(&parts->folder, request->outside,
                                      bundling->writer.scratch.place.hidden, trouble);

    if (err != OK)
        return err;
    bundling->reading_parts = true;
    bundling->watch.part = 0;
    parts->source = (struct source){ list_parts, open_part };
    parts->writer = &bundling->writer;
    err = partnership_load(own, &parts->source, bundling->arena, request->book, request->through,
                           trouble);
    if (err == OK)
        err = partnership_read(own, request->threads, true, &bundling->watch.watch, trouble);
    return err;
}

/* Closes the bundle's own inputs into it. A refusal here, or another bill, would be a fault of
 * this program, and the reader of a bundle must never be the one to find it. */
static enum err write_outputs(struct bundling *bundling, struct bundle_summary *summary,
                              struct trouble *trouble)
{
    struct partnership *own = &bundling->own;
    struct settlement_result result;
    enum err err = read_own(bundling, trouble);

    if (err == OK && partnership_is_refused(own))
        return fail(trouble, ERR_CHECK, "the bundle itself would be refused: %s in %s",
                    fault_name(own->faults.fault[0].code),
                    fault_file(&own->faults, own->faults.fault[0].file));
    if (err != OK)
        return err;
    bundling->target = (struct close_target){ open_output, shut_output };
    summing_target_open(&bundling->packed, bundling->arena, &own->model, &bundling->target);
    err = close_write(own, true, &bundling->packed.target, &result, trouble);
    if (err != OK)
        return err;
    const char *name = outputs_differ(&bundling->given, &bundling->packed);
    if (partnership_is_refused(own) || name != NULL)
        return fail(trouble, ERR_CHECK, "the bundle itself would close to another %s",
                    name == NULL ? "result" : name);
    close_summarise(own, &result, &summary->closed);
    summary->extract = bundling->extract;
    summary->extracts = bundling->partnership.files.count;
    return OK;
}

/* Settles the folder for nothing but its refusal (an OVERFLOW) and its sums. */
static enum err settle_folder(struct bundling *bundling, struct trouble *trouble)
{
    struct partnership *partnership = &bundling->partnership;
    struct settlement_result result;

    summing_target_open(&bundling->given, bundling->arena, &partnership->model, NULL);
    return close_write(partnership, false, &bundling->given.target, &result, trouble);
}

static enum err read_folder(struct bundling *bundling, struct trouble *trouble)
{
    const struct bundle_request *request = bundling->request;
    struct partnership *partnership = &bundling->partnership;
    enum err err = folder_source_open(&bundling->source, request->outside, request->folder,
                                      trouble);

    if (err != OK)
        return err;
    bundling->reading = true;
    err = zip_writer_open(&bundling->writer, request->outside, bundling->arena, request->out,
                          request->force, trouble);
    if (err == OK)
        err = partnership_load(partnership, &bundling->source.source, bundling->arena,
                               request->book, request->through, trouble);
    if (err == OK)
        err = check_out_is_no_input(bundling, trouble);
    if (err == OK)
        err = partnership_read(partnership, request->threads, true, &bundling->watch.watch,
                               trouble);
    bundling->watch.before = bundling->watch.told;
    if (err == OK && !partnership_is_refused(partnership))
        err = settle_folder(bundling, trouble);
    return err;
}

static enum err run(struct bundling *bundling, struct bundle_summary *summary,
                    struct trouble *trouble)
{
    ARENA_KEEP(outer, bundling->arena);
    if (ARENA_GUARD(bundling->arena))
        return fail(trouble, ERR_IO, "out of memory");
    ARENA_KEEP(outer_scratch, &bundling->scratch);
    if (ARENA_GUARD(&bundling->scratch))
        return fail(trouble, ERR_IO, "out of memory");
    enum err err = read_folder(bundling, trouble);
    if (err == OK && partnership_is_refused(&bundling->partnership))
        return refuse(&bundling->partnership, summary);
    if (err == OK)
        err = write_inputs(bundling, trouble);
    if (err == OK)
        err = write_outputs(bundling, summary, trouble);
    return err == OK ? zip_writer_commit(&bundling->writer, trouble) : err;
}

enum err bundle_write(const struct bundle_request *request, struct arena *arena,
                      struct bundle_summary *summary, struct trouble *trouble)
{
    struct bundling *bundling;
    enum err err;

    *summary = (struct bundle_summary){ .extracts = 0 };
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    bundling = arena_take(arena, 1, sizeof *bundling);
    bundling->request = request;
    bundling->arena = arena;
    bundling->watch = (struct paced_watch){ { tell_paced, &bundling->watch }, request->watch,
                                            0, 0, 2 };
    err = run(bundling, summary, trouble);
    if (bundling->reading_parts)
        folder_source_close(&bundling->parts.folder);
    zip_writer_abort(&bundling->writer, trouble);
    if (bundling->reading)
        folder_source_close(&bundling->source);
    summing_target_close(&bundling->given);
    summing_target_close(&bundling->packed);
    partnership_close(&bundling->own);
    partnership_close(&bundling->partnership);
    arena_free(&bundling->scratch);
    return err;
}
