#include "engine/bundle.h"

#include <assert.h>
#include <inttypes.h>

#include "engine/certificate.h"

/* ---- a source that sums what is read ---- */

/* One file of another source, opened at most once at a time. */
struct summed_source {
    struct source  source;
    struct source *behind;
    struct stream  stream;
    struct stream *reading;      /* NULL: not open */
    struct sha256  hash;
    bool           ended;
};

static struct summed_source *summed_of(struct stream *stream)
{
    void *start = (char *)stream - offsetof(struct summed_source, stream);

    return start;
}

static enum err summed_read(struct stream *stream, void *bytes, size_t size, size_t *got,
                            struct trouble *trouble)
{
    struct summed_source *summed = summed_of(stream);
    enum err err = summed->reading->read(summed->reading, bytes, size, got, trouble);

    if (err != OK)
        return err;
    sha256_add(&summed->hash, bytes, *got);
    summed->ended = summed->ended || *got == 0;
    return OK;
}

static void summed_close(struct stream *stream)
{
    struct summed_source *summed = summed_of(stream);

    summed->reading->close(summed->reading);
    summed->reading = NULL;
}

static enum err summed_list(struct source *source, struct arena *arena, const char *folder,
                            struct text **names, size_t *count, struct trouble *trouble)
{
    struct source *behind = ((struct summed_source *)source)->behind;

    return behind->list(behind, arena, folder, names, count, trouble);
}

static enum err summed_open(struct source *source, struct arena *arena, const char *name,
                            struct stream **out, struct trouble *trouble)
{
    struct summed_source *summed = (struct summed_source *)source;

    assert(summed->reading == NULL && summed->hash.context == NULL);
    enum err err = sha256_begin(&summed->hash, trouble);
    if (err == OK)
        err = summed->behind->open(summed->behind, arena, name, &summed->reading, trouble);
    if (err == OK)
        *out = &summed->stream;
    return err;
}

/* ---- one extract ---- */

struct filtering {
    const struct extract_request *request;
    struct extract               *extract;
    struct csv_writer             writer;
    struct trouble               *trouble;
};

static bool is_in_scope(const struct extract_request *request, const struct ledger_line *line)
{
    return line->period <= request->through && line->slot >= 0 &&
           request->model->slot[line->slot].kind != KIND_EXCLUDED;
}

static enum err filter_line(void *context, const struct ledger_line *line)
{
    struct filtering *filtering = context;
    struct extract *extract = filtering->extract;

    if (line->fault != FAULT_NONE)
        return fail(filtering->trouble, ERR_CHECK, "%s, line %" PRIu64 ": %s",
                    filtering->request->file, line->line, fault_name(line->fault));
    extract->lines++;
    if (!is_in_scope(filtering->request, line)) {
        extract->left_out++;
        extract->left_out_pence += line->pence;
        return OK;
    }
    for (int i = 0; i < FIELD_DESCRIPTION; i++)
        csv_text(&filtering->writer, line->field[i]);
    csv_word(&filtering->writer, "");
    csv_end(&filtering->writer);
    return filtering->writer.err;
}

static enum err filter(struct filtering *filtering, struct summed_source *summed,
                       struct arena *scratch, struct trouble *trouble)
{
    const struct extract_request *request = filtering->request;
    struct book_file file = { .name = request->file };
    struct book_files files = { .file = &file, .count = 1 };
    struct ledger_request reading = {
        .source = &summed->source, .model = request->model, .files = &files,
        .through = request->through, .threads = 1, .watch = request->watch,
    };

    csv_literal(&filtering->writer, LEDGER_HEADER "\n");
    enum err err = ledger_each(&reading, scratch, filter_line, filtering, trouble);
    if (err == OK)
        err = csv_close(&filtering->writer);
    if (err == OK && !summed->ended)
        err = fail(trouble, ERR_CHECK, "%s was not read to its end", request->file);
    return err;
}

enum err extract_write(const struct extract_request *request, struct arena *scratch,
                       struct sink *sink, struct extract *extract, struct trouble *trouble)
{
    struct summed_source *summed = arena_take(scratch, 1, sizeof *summed);
    struct filtering *filtering = arena_take(scratch, 1, sizeof *filtering);

    *extract = (struct extract){ .file = request->file };
    filtering->request = request;
    filtering->extract = extract;
    filtering->trouble = trouble;
    summed->source = (struct source){ summed_list, summed_open };
    summed->behind = request->source;
    summed->stream = (struct stream){ summed_read, summed_close };
    csv_open(&filtering->writer, sink, trouble);
    enum err err = filter(filtering, summed, scratch, trouble);
    if (err == OK)
        err = sha256_end(&summed->hash, &extract->sum, trouble);
    sha256_drop(&summed->hash);
    return err;
}

/* ---- originals.csv ---- */

enum err originals_write(const struct extract *extract, size_t count, struct arena *arena,
                         struct sink *sink, struct trouble *trouble)
{
    struct csv_writer *writer = arena_take(arena, 1, sizeof *writer);
    char hex[SHA256_HEX_SIZE];

    csv_open(writer, sink, trouble);
    csv_literal(writer, ORIGINALS_HEADER "\n");
    for (size_t i = 0; i < count; i++) {
        sha256_hex(&extract[i].sum, hex);
        csv_word(writer, extract[i].file);
        csv_word(writer, hex);
        csv_count(writer, extract[i].lines);
        csv_count(writer, extract[i].left_out);
        csv_money(writer, extract[i].left_out_pence);
        csv_end(writer);
    }
    return csv_close(writer);
}

/* ---- what a close gave ---- */

static enum err summing_write(struct sink *sink, const void *bytes, size_t size,
                              struct trouble *trouble)
{
    void *start = (char *)sink - offsetof(struct summing_target, sink);
    struct summing_target *summing = start;

    sha256_add(&summing->hash, bytes, size);
    return summing->to == NULL ? OK : summing->to->write(summing->to, bytes, size, trouble);
}

static enum err summing_open(struct close_target *target, const char *name, struct sink **sink,
                             struct trouble *trouble)
{
    struct summing_target *summing = (struct summing_target *)target;
    enum err err = OK;

    *sink = &summing->sink;
    summing->to = NULL;
    summing->output[summing->outputs].name = name;
    if (summing->next != NULL)
        err = summing->next->open(summing->next, name, &summing->to, trouble);
    return err == OK ? sha256_begin(&summing->hash, trouble) : err;
}

static enum err summing_shut(struct close_target *target, struct trouble *trouble)
{
    struct summing_target *summing = (struct summing_target *)target;
    enum err err = sha256_end(&summing->hash, &summing->output[summing->outputs++].sum, trouble);

    if (err == OK && summing->next != NULL)
        err = summing->next->shut(summing->next, trouble);
    return err;
}

/* pennies, settlement, bill, totals, corrections, true_up, certificate */
#define OUTPUTS_BUT_JOURNALS 7

void summing_target_open(struct summing_target *summing, struct arena *arena,
                         const struct model *model, struct close_target *next)
{
    *summing = (struct summing_target){
        .target = { summing_open, summing_shut }, .next = next, .sink = { summing_write },
    };
    summing->output = arena_take(arena, model->partners + OUTPUTS_BUT_JOURNALS,
                                 sizeof *summing->output);
}

void summing_target_close(struct summing_target *summing)
{
    sha256_drop(&summing->hash);
}

static const struct output_file *output_find(const struct summing_target *summing,
                                             const char *name)
{
    for (size_t i = 0; i < summing->outputs; i++)
        if (strcmp(summing->output[i].name, name) == 0)
            return &summing->output[i];
    return NULL;
}

const char *outputs_differ(const struct summing_target *one, const struct summing_target *other)
{
    for (size_t i = 0; i < one->outputs; i++) {
        const struct output_file *output = &one->output[i];
        const struct output_file *same = output_find(other, output->name);

        if (strcmp(output->name, "totals.csv") == 0 || strcmp(output->name, CERTIFICATE_FILE) == 0)
            continue;
        if (same == NULL || !sha256_equal(&output->sum, &same->sum))
            return output->name;
    }
    return NULL;
}
