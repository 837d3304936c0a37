#include "finance/finance_ledger_file.h"

#include "extract/convert_io.h"

enum err ledger_file_write(const struct ledger_file *file, struct arena *arena,
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
        .out = file->out };
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
