#include "finance/finance_ledger_file.h"

#include "extract/convert_io.h"
#include "formats/folder_io.h"

#define PIECE ((size_t)64 * 1024)

/* --- as they were kept --- */

static enum err pour(struct stream *from, struct sink *to, struct arena *arena,
                     struct trouble *trouble)
{
    char *bytes = arena_take(arena, PIECE, 1);
    size_t got = 1;
    enum err err = OK;

    while (err == OK && got > 0) {
        err = from->read(from, bytes, PIECE, &got, trouble);
        if (err == OK && got > 0)
            err = to->write(to, bytes, got, trouble);
    }
    return err;
}

static enum err copy_kept(const struct ledger_file *file, struct arena *arena,
                          struct trouble *trouble)
{
    struct folder_source *folder = arena_take(arena, 1, sizeof *folder);
    struct extract_copy copy;
    struct stream *stream;
    enum err err = extract_copy_open(&copy, arena, file->desk, file->ledger, text_of(""),
                                     trouble);

    if (err != OK)
        return err;
    err = folder_source_open(folder, file->desk->outside, copy.folder, trouble);
    if (err == OK) {
        err = folder->source.open(&folder->source, arena,
                                  arena_print(arena, "%.*s", TEXT(copy.name)), &stream, trouble);
        if (err == OK) {
            err = pour(stream, file->out, arena, trouble);
            stream->close(stream);
        }
        folder_source_close(folder);
    }
    extract_copy_close(&copy);
    return err;
}

/* --- from the extract --- */

static enum err convert(const struct ledger_file *file, struct arena *arena,
                        struct trouble *trouble)
{
    struct trouble said = { .text = "" };
    struct convert_summary summary;
    struct extract_copy copy;
    enum err err = extract_copy_open(&copy, arena, file->desk, file->evidence, file->words,
                                     trouble);

    if (err != OK)
        return err;
    const struct convert_request request = {
        .outside = file->desk->outside, .profile = copy.profile, .extract = &copy.extract,
        .extracts = 1, .form = FORM_LEDGER, .threads = file->threads, .watch = file->watch,
        .lines = file->out };
    err = convert_extracts(&request, arena, &summary, &said);
    if (err == OK || err == ERR_REFUSED)
        convert_summary_close(&summary);
    if (err == ERR_REFUSED)
        err = fail(trouble, ERR_CHECK, "an extract that was taken in is refused now");
    else if (err != OK)
        err = fail(trouble, err == ERR_USAGE ? ERR_CHECK : err, "%s",
                   extract_copy_message(&copy, arena, said.text));
    extract_copy_close(&copy);
    return err;
}

enum err ledger_file_write(const struct ledger_file *file, struct arena *arena,
                           struct trouble *trouble)
{
    return file->ledger.size > 0 ? copy_kept(file, arena, trouble)
                                 : convert(file, arena, trouble);
}
