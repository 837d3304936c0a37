#include "engine/verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "engine/certificate.h"
#include "formats/folder_io.h"
#include "formats/minisign_io.h"
#include "formats/zip_io.h"

/* An entry that unpacks to far more than it takes in the archive is refused before it is read:
 * a model file would fill the memory, an extract waste an hour. Rows of a bundle differ from each
 * other, so honest ones shrink to a tenth or a fiftieth. */
#define ENTRY_FREE  ((uint64_t)4 << 20)
#define ENTRY_RATIO 200

#define ORIGINALS_BYTES_MAX ((size_t)16 << 20)

/* The bundle's lines are read twice, to be summed and to be filtered; the bar knows only the
 * size of the archive. */
struct scaled_watch {
    struct progress_watch        watch;
    const struct progress_watch *to;
    uint64_t                     before, read;    /* bytes of lines, unpacked */
    uint64_t                     total, packed;
};

static bool tell_scaled(void *context, uint64_t bytes)
{
    struct scaled_watch *scaled = context;
    __extension__ unsigned __int128 done = scaled->before + bytes;

    scaled->read = bytes;
    if (scaled->to == NULL)
        return true;
    done = scaled->total == 0 ? 0 : done * scaled->packed / scaled->total / 2;
    return scaled->to->tell(scaled->to->context, (uint64_t)done);
}

/* One run: all that must be given back whatever happens. */
struct verifying {
    const struct verify_request *request;
    struct arena                *arena;
    struct arena                 scratch;         /* emptied after each extract */
    struct verify_report        *report;
    struct zip_archive           archive;
    struct zip_folder            folder;
    struct entry_order           order;
    struct certificate_facts     facts;
    struct partnership           partnership;
    struct close_target          target;
    struct comparison            comparison;
    struct extract              *extract;         /* as originals.csv has them */
    struct folder_source         originals;       /* the folder of one original */
    bool                         reading;
    struct scaled_watch          watch;
};

/* ---- the archive ---- */

static int compare_index(const void *a, const void *b)
{
    const struct zip_entry *one = a;
    const struct zip_entry *other = b;

    return (one->index > other->index) - (one->index < other->index);
}

static void take_order(struct verifying *verifying)
{
    const struct zip_archive *archive = &verifying->archive;
    struct arena *arena = verifying->arena;
    struct zip_entry *entry = arena_take(arena, archive->count, sizeof *entry);

    verifying->order.name = arena_take(arena, archive->count, sizeof *verifying->order.name);
    verifying->order.count = archive->count;
    if (archive->count == 0)
        return;
    memcpy(entry, archive->entry, archive->count * sizeof *entry);
    qsort(entry, archive->count, sizeof *entry, compare_index);
    for (size_t i = 0; i < archive->count; i++)
        verifying->order.name[i] = entry[i].name;
}

static enum err check_sizes(const struct verifying *verifying, struct trouble *trouble)
{
    for (size_t i = 0; i < verifying->archive.count; i++) {
        const struct zip_entry *entry = &verifying->archive.entry[i];

        if (entry->size > ENTRY_FREE && entry->size / ENTRY_RATIO > entry->packed)
            return fail(trouble, ERR_CHECK, "%s: %s would unpack to %" PRIu64 " bytes",
                        verifying->request->bundle, entry->name, entry->size);
    }
    return OK;
}

static enum err read_facts(struct verifying *verifying, struct trouble *trouble)
{
    const char *name = OUTPUT_PREFIX CERTIFICATE_FILE;
    struct difference found = { .file = name, .what = "it is missing from the bundle" };
    struct certificate_facts *facts = &verifying->facts;

    if (zip_entry_find(&verifying->archive, name) == NULL)
        return difference_found(verifying->arena, &found, &verifying->report->difference,
                                trouble);
    enum err err = certificate_facts_read(&verifying->folder.source, verifying->arena, facts,
                                          trouble);
    if (err == OK && facts->rules_version != RULES_VERSION)
        return fail(trouble, ERR_CHECK, "%s was closed by the rules version %" PRIu64
                    ", and this program knows version %d only: verify it with one that knows them",
                    verifying->request->bundle, facts->rules_version, RULES_VERSION);
    return err;
}

static enum err open_bundle(struct verifying *verifying, struct trouble *trouble)
{
    const struct verify_request *request = verifying->request;
    enum err err = zip_comment_check(request->outside, request->bundle, trouble);

    if (err == OK)
        err = zip_archive_open(&verifying->archive, request->outside, verifying->arena,
                               request->bundle, trouble);
    if (err != OK)
        return err;
    zip_folder_open(&verifying->folder, &verifying->archive, "");
    comparison_open(&verifying->comparison, &verifying->folder.source, verifying->arena);
    take_order(verifying);
    err = check_sizes(verifying, trouble);
    return err == OK ? read_facts(verifying, trouble) : err;
}

/* ---- the inputs ---- */

static enum err expect_entry(struct verifying *verifying, const char *name,
                             struct trouble *trouble)
{
    return entry_expect(&verifying->order, verifying->arena, name,
                        &verifying->report->difference, trouble);
}

static enum err expect_inputs(struct verifying *verifying, struct trouble *trouble)
{
    const struct partnership *partnership = &verifying->partnership;
    enum err err = OK;

    for (int rank = FILE_PARTNERSHIP; rank < FILE_BOOK && err == OK; rank++)
        if (partnership->model.file[rank].there)
            err = expect_entry(verifying, model_file_name[rank], trouble);
    for (size_t i = 0; i < partnership->files.count && err == OK; i++)
        err = expect_entry(verifying, partnership->files.file[i].name, trouble);
    return err == OK ? expect_entry(verifying, ORIGINALS_FILE, trouble) : err;
}

static enum err refused(struct verifying *verifying, struct trouble *trouble)
{
    struct faults *faults = &verifying->partnership.faults;

    faults_sort(faults);
    const struct fault *fault = &faults->fault[0];
    const char *quote = fault->value.size > 0 ? "'" : "";
    struct difference found = {
        .file = fault_file(faults, fault->file), .row = fault->line,
        .what = arena_print(verifying->arena, "the bundle's input is refused: %s %s%.*s%s",
                            fault_name(fault->code), quote, TEXT(fault->value), quote),
    };
    if (found.file[0] == '\0')
        found.file = verifying->request->bundle;
    return difference_found(verifying->arena, &found, &verifying->report->difference, trouble);
}

static void open_watch(struct verifying *verifying)
{
    const struct book_files *files = &verifying->partnership.files;
    struct scaled_watch *watch = &verifying->watch;

    *watch = (struct scaled_watch){ .watch = { tell_scaled, watch },
                                    .to = verifying->request->watch };
    watch->packed = (uint64_t)verifying->archive.status.st_size;
    for (size_t i = 0; i < files->count; i++) {
        const struct zip_entry *entry = zip_entry_find(&verifying->archive, files->file[i].name);
        watch->total += entry == NULL ? 0 : entry->size;
    }
}

static enum err read_inputs(struct verifying *verifying, struct trouble *trouble)
{
    struct partnership *partnership = &verifying->partnership;
    enum err err = partnership_load(partnership, &verifying->folder.source, verifying->arena,
                                    verifying->facts.book, verifying->facts.through, trouble);

    if (err != OK)
        return err;
    if (partnership_is_refused(partnership))
        return refused(verifying, trouble);
    open_watch(verifying);
    if ((err = expect_inputs(verifying, trouble)) != OK ||
        (err = partnership_read(partnership, verifying->request->threads, true,
                                &verifying->watch.watch, trouble)) != OK)
        return err;
    verifying->watch.before = verifying->watch.read;
    return partnership_is_refused(partnership) ? refused(verifying, trouble) : OK;
}

/* ---- the outputs ---- */

static struct verifying *verifying_of(struct close_target *target)
{
    void *start = (char *)target - offsetof(struct verifying, target);

    return start;
}

static enum err open_output(struct close_target *target, const char *name, struct sink **sink,
                            struct trouble *trouble)
{
    struct verifying *verifying = verifying_of(target);
    const char *entry = arena_print(verifying->arena, OUTPUT_PREFIX "%s", name);
    enum err err = expect_entry(verifying, entry, trouble);

    *sink = &verifying->comparison.sink;
    if (err != OK)
        return err;
    return comparison_begin(&verifying->comparison, entry, strcmp(name, CERTIFICATE_FILE) == 0,
                            trouble);
}

static enum err shut_output(struct close_target *target, struct trouble *trouble)
{
    return comparison_end(&verifying_of(target)->comparison, trouble);
}

/* A difference that was found on the way is looked up now, when nothing else is going on. */
static enum err explained(struct verifying *verifying, enum err err, struct trouble *trouble)
{
    struct comparison *comparison = &verifying->comparison;

    if (!comparison->differs || (err != OK && err != ERR_CHECK))
        return err;
    return comparison_explain(comparison, &verifying->report->difference, trouble);
}

static enum err compare_outputs(struct verifying *verifying, struct trouble *trouble)
{
    struct partnership *partnership = &verifying->partnership;
    struct settlement_result result;

    verifying->target = (struct close_target){ open_output, shut_output };
    enum err err = close_write(partnership, true, &verifying->target, &result, trouble);
    err = explained(verifying, err, trouble);
    if (err != OK)
        return err;
    if (partnership_is_refused(partnership))
        return refused(verifying, trouble);
    close_summarise(partnership, &result, &verifying->report->closed);
    return entry_expect_end(&verifying->order, verifying->arena, &verifying->report->difference,
                            trouble);
}

/* ---- the extracts ---- */

/* Filters a file and compares with an extract of the bundle. */
static enum err compare_extract(struct verifying *verifying, struct source *source,
                                const char *name, const char *entry, struct extract *extract,
                                struct trouble *trouble)
{
    struct comparison *comparison = &verifying->comparison;
    struct extract_request request = {
        .source = source, .file = name, .model = &verifying->partnership.model,
        .through = verifying->partnership.through, .watch = &verifying->watch.watch,
    };
    enum err err = comparison_begin(comparison, entry, false, trouble);

    if (err == OK)
        err = extract_write(&request, &verifying->scratch, &comparison->sink, extract, trouble);
    arena_free(&verifying->scratch);
    if (err == OK)
        err = comparison_end(comparison, trouble);
    return explained(verifying, err, trouble);
}

/* An extract holds what `bundle` puts there and no more: what is filtered again stays the same. */
static enum err compare_extracts(struct verifying *verifying, struct trouble *trouble)
{
    const struct book_files *files = &verifying->partnership.files;
    enum err err = OK;

    for (size_t i = 0; i < files->count && err == OK; i++) {
        struct extract extract;
        err = compare_extract(verifying, &verifying->folder.source, files->file[i].name,
                              files->file[i].name, &extract, trouble);
        verifying->watch.before += verifying->watch.read;
    }
    return err;
}

static enum err compare_originals_file(struct verifying *verifying, struct trouble *trouble)
{
    const struct book_files *files = &verifying->partnership.files;
    struct comparison *comparison = &verifying->comparison;
    struct text bytes;
    enum err err = source_read_all(&verifying->folder.source, verifying->arena, ORIGINALS_FILE,
                                   ORIGINALS_BYTES_MAX, &bytes, trouble);

    if (err == ERR_USAGE)
        err = ERR_CHECK;
    if (err == OK)
        err = originals_read(bytes, verifying->arena, files, &verifying->extract,
                             &verifying->report->difference, trouble);
    if (err == OK)
        err = comparison_begin(comparison, ORIGINALS_FILE, false, trouble);
    if (err != OK)
        return err;
    err = originals_write(verifying->extract, files->count, verifying->arena, &comparison->sink,
                          trouble);
    if (err == OK)
        err = comparison_end(comparison, trouble);
    return explained(verifying, err, trouble);
}

/* ---- the originals ---- */

static enum err sum_original(struct verifying *verifying, const char *name,
                             struct sha256_sum *sum, struct trouble *trouble)
{
    struct source *source = &verifying->originals.source;
    struct stream *stream;
    enum err err = source->open(source, verifying->arena, name, &stream, trouble);

    if (err != OK)
        return err;
    err = sha256_of_stream(stream, sum, trouble);
    stream->close(stream);
    return err;
}

/* The extract with this sum; of several (empty ones) the one of this name, or else the first. */
static const struct extract *find_extract(const struct verifying *verifying,
                                          const struct sha256_sum *sum, const char *name)
{
    const struct extract *first = NULL;

    for (size_t i = verifying->partnership.files.count; i-- > 0;) {
        const struct extract *extract = &verifying->extract[i];
        if (!sha256_equal(&extract->sum, sum))
            continue;
        first = extract;
        if (strcmp(strrchr(extract->file, '/') + 1, name) == 0)
            break;
    }
    return first;
}

static enum err compare_counts(struct verifying *verifying, const struct extract *told,
                               const struct extract *counted, struct trouble *trouble)
{
    struct arena *arena = verifying->arena;
    struct difference found = { .file = ORIGINALS_FILE };
    char amount[2][MONEY_TEXT_MAX];

    found.row = 2 + (uint64_t)(told - verifying->extract);
    (void)money_print(told->left_out_pence, amount[0]);
    (void)money_print(counted->left_out_pence, amount[1]);
    if (told->lines != counted->lines) {
        found.column = "lines";
        found.found = arena_print(arena, "%" PRIu64, told->lines);
        found.computed = arena_print(arena, "%" PRIu64, counted->lines);
    } else if (told->left_out != counted->left_out) {
        found.column = "left_out";
        found.found = arena_print(arena, "%" PRIu64, told->left_out);
        found.computed = arena_print(arena, "%" PRIu64, counted->left_out);
    } else if (told->left_out_pence != counted->left_out_pence) {
        found.column = "left_out_amount";
        found.found = amount[0];
        found.computed = amount[1];
    }
    return found.column == NULL
               ? OK : difference_found(arena, &found, &verifying->report->difference, trouble);
}

static enum err compare_original(struct verifying *verifying, const char *path, const char *name,
                                 struct original_report *report, struct trouble *trouble)
{
    struct sha256_sum sum;
    char hex[SHA256_HEX_SIZE];
    enum err err = sum_original(verifying, name, &sum, trouble);

    if (err != OK)
        return err == ERR_MISSING ? ERR_IO : err;
    const struct extract *told = find_extract(verifying, &sum, name);
    sha256_hex(&sum, hex);
    if (told == NULL)
        return fail(trouble, ERR_CHECK, "%s: no extract of the bundle comes from it: its SHA-256 "
                    "%s is not in " ORIGINALS_FILE, path, hex);
    err = compare_extract(verifying, &verifying->originals.source, name, told->file,
                          &report->extract, trouble);
    if (err == OK && !sha256_equal(&report->extract.sum, &sum))
        return fail(trouble, ERR_IO, "%s: it was changed while it was read", path);
    if (err == OK)
        err = compare_counts(verifying, told, &report->extract, trouble);
    report->path = path;
    report->extract.file = told->file;
    return err;
}

static enum err check_original(struct verifying *verifying, const char *path,
                               struct trouble *trouble)
{
    struct arena *arena = verifying->arena;
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *folder = slash == NULL ? "." : slash == path ? "/"
                         : arena_copy(arena, path, (size_t)(slash - path));
    struct original_report *report = &verifying->report->original[verifying->report->originals];
    enum err err = folder_source_open(&verifying->originals, verifying->request->outside, folder,
                                      trouble);

    if (err != OK)
        return err;
    verifying->reading = true;
    err = compare_original(verifying, path, name, report, trouble);
    folder_source_close(&verifying->originals);
    verifying->reading = false;
    verifying->report->originals += err == OK;
    return err;
}

static enum err check_originals(struct verifying *verifying, struct trouble *trouble)
{
    const struct verify_request *request = verifying->request;
    enum err err = OK;

    verifying->report->original = arena_take(verifying->arena, request->originals,
                                             sizeof *verifying->report->original);
    for (size_t i = 0; i < request->originals && err == OK; i++)
        err = check_original(verifying, request->original[i], trouble);
    return err;
}

/* ---- the signatures ---- */

/* Who made it, as far as the file says; false: it is no signature. */
static enum err read_number(struct verifying *verifying, const char *path, char number[17],
                            bool *readable, struct trouble *trouble)
{
    const struct outside *outside = verifying->request->outside;
    char *bytes = arena_take(verifying->arena, MINISIGN_FILE_MAX + 1, 1);
    struct minisign_signature signature;
    size_t size = 0;
    ssize_t got = 1;
    int file = outside->open_read(path);

    *readable = false;
    if (file < 0)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    while (got > 0 && size <= MINISIGN_FILE_MAX) {
        got = outside->read(file, bytes + size, MINISIGN_FILE_MAX + 1 - size);
        size += got > 0 ? (size_t)got : 0;
    }
    (void)outside->close(file);
    if (got < 0)
        return fail(trouble, ERR_IO, "%s: it cannot be read", path);
    if (size > MINISIGN_FILE_MAX ||
        !minisign_signature_parse((struct text){ bytes, size }, &signature))
        return OK;
    minisign_number_hex(signature.number, number);
    *readable = true;
    return OK;
}

/* A signature that says for whom it was made counts for that partner alone. One that says nothing
 * of it (made by minisign itself) counts for one partner: a copy under another's name does not. */
static void judge_claim(struct verifying *verifying, struct partner_signature *signature,
                        const char *comment)
{
    const struct verify_report *report = verifying->report;
    const char *claim = signature_claim(verifying->arena, signature->partner);

    if (strncmp(comment, claim, strlen(claim)) == 0)
        return;
    if (strncmp(comment, SIGNATURE_CLAIM, strlen(SIGNATURE_CLAIM)) == 0) {
        signature->state = SIGNATURE_BAD;
        signature->said = arena_print(verifying->arena, "it was made for another partner (%s)",
                                      comment);
        return;
    }
    for (const struct partner_signature *other = report->signature; other < signature; other++)
        if (other->state == SIGNATURE_GOOD && strcmp(other->key, signature->key) == 0) {
            signature->state = SIGNATURE_BAD;
            signature->said = arena_print(verifying->arena, "it was made by the key of %s and "
                                          "does not say for whom", other->partner);
        }
}

static enum err try_key(struct verifying *verifying, struct partner_signature *signature,
                        const char *key, struct trouble *trouble)
{
    const struct verify_request *request = verifying->request;
    struct minisign_public public;
    enum minisign_verdict verdict;
    struct text trusted;
    char number[17];
    enum err err = minisign_public_read(request->outside, key, &public, trouble);

    if (err != OK)
        return err;
    minisign_number_hex(public.number, number);
    if (strcmp(number, signature->number) != 0)
        return OK;
    err = minisign_verify_file(request->outside, verifying->arena, request->bundle,
                               signature->path, &public, &verdict, &trusted, trouble);
    if (err != OK)
        return err;
    signature->key = key;
    signature->said = minisign_sentence(verdict);
    signature->state = verdict == MINISIGN_GOOD ? SIGNATURE_GOOD : SIGNATURE_BAD;
    if (verdict == MINISIGN_GOOD) {
        signature->said = arena_copy(verifying->arena, trusted.data, trusted.size);
        judge_claim(verifying, signature, signature->said);
    }
    return OK;
}

static enum err check_signature(struct verifying *verifying, struct partner_signature *signature,
                                struct trouble *trouble)
{
    const struct verify_request *request = verifying->request;
    struct stat status;
    bool readable;

    signature->path = signature_path(verifying->arena, request->bundle, signature->partner);
    if (request->outside->stat(signature->path, &status) != 0)
        return errno == ENOENT ? OK : fail(trouble, ERR_IO, "%s: %s", signature->path,
                                           strerror(errno));
    signature->state = SIGNATURE_UNKNOWN;
    enum err err = read_number(verifying, signature->path, signature->number, &readable, trouble);
    if (err == OK && !readable) {
        signature->state = SIGNATURE_BAD;
        signature->said = minisign_sentence(MINISIGN_MALFORMED);
    }
    for (size_t i = 0; i < request->keys && err == OK && signature->state == SIGNATURE_UNKNOWN;
         i++)
        err = try_key(verifying, signature, request->key[i], trouble);
    return err;
}

/* A key that was given must have signed. */
static enum err check_key(const struct verifying *verifying, const char *key,
                          struct trouble *trouble)
{
    const struct verify_report *report = verifying->report;
    struct minisign_public public;
    char number[17];
    enum err err = minisign_public_read(verifying->request->outside, key, &public, trouble);

    if (err != OK)
        return err;
    minisign_number_hex(public.number, number);
    for (size_t i = 0; i < report->signatures; i++)
        if (report->signature[i].state == SIGNATURE_GOOD &&
            strcmp(report->signature[i].number, number) == 0)
            return OK;
    return fail(trouble, ERR_CHECK, "%s has not signed %s", key, verifying->request->bundle);
}

static enum err check_signatures(struct verifying *verifying, struct trouble *trouble)
{
    const struct model *model = &verifying->partnership.model;
    struct verify_report *report = verifying->report;
    struct arena *arena = verifying->arena;
    enum err err = OK;

    report->signature = arena_take(arena, model->partners, sizeof *report->signature);
    for (size_t i = 0; i < model->partners && err == OK; i++) {
        const struct partner *partner = &model->partner[i];
        struct partner_signature *signature = &report->signature[report->signatures++];
        signature->partner = arena_copy(arena, partner->code.data, partner->code.size);
        signature->name = arena_copy(arena, partner->name.data, partner->name.size);
        if (!verifying->request->signatures_unread)
            err = check_signature(verifying, signature, trouble);
    }
    for (size_t i = 0; i < report->signatures && err == OK; i++)
        if (report->signature[i].state == SIGNATURE_BAD)
            err = fail(trouble, ERR_CHECK, "%s: %s", report->signature[i].path,
                       report->signature[i].said);
    for (size_t i = 0; i < verifying->request->keys && err == OK; i++)
        err = check_key(verifying, verifying->request->key[i], trouble);
    return err;
}

/* The signatures are of the file as it is now: it must be the one that was computed again. */
static enum err check_same_file(const struct verifying *verifying, struct trouble *trouble)
{
    const struct verify_request *request = verifying->request;
    const struct stat *then = &verifying->archive.status;
    struct stat now;

    if (request->outside->stat(request->bundle, &now) != 0 || now.st_dev != then->st_dev ||
        now.st_ino != then->st_ino || now.st_size != then->st_size ||
        now.st_mtim.tv_sec != then->st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != then->st_mtim.tv_nsec)
        return fail(trouble, ERR_IO, "%s: it was changed while it was read", request->bundle);
    return OK;
}

/* ---- all of it ---- */

static enum err run(struct verifying *verifying, struct trouble *trouble)
{
    enum err err;

    ARENA_KEEP(outer, verifying->arena);
    if (ARENA_GUARD(verifying->arena))
        return fail(trouble, ERR_IO, "out of memory");
    ARENA_KEEP(outer_scratch, &verifying->scratch);
    if (ARENA_GUARD(&verifying->scratch))
        return fail(trouble, ERR_IO, "out of memory");
    if ((err = open_bundle(verifying, trouble)) != OK ||
        (err = read_inputs(verifying, trouble)) != OK ||
        (err = compare_outputs(verifying, trouble)) != OK ||
        (err = compare_originals_file(verifying, trouble)) != OK ||
        (err = compare_extracts(verifying, trouble)) != OK ||
        (err = check_originals(verifying, trouble)) != OK)
        return err;
    verifying->report->computed_again = true;
    err = check_signatures(verifying, trouble);
    return err == OK ? check_same_file(verifying, trouble) : err;
}

enum err verify_bundle(const struct verify_request *request, struct arena *arena,
                       struct verify_report *report, struct trouble *trouble)
{
    struct verifying *verifying;

    *report = (struct verify_report){ .computed_again = false };
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    verifying = arena_take(arena, 1, sizeof *verifying);
    verifying->request = request;
    verifying->arena = arena;
    verifying->report = report;
    enum err err = run(verifying, trouble);
    if (verifying->reading)
        folder_source_close(&verifying->originals);
    zip_archive_close(&verifying->archive);
    partnership_close(&verifying->partnership);
    arena_free(&verifying->scratch);
    return err;
}
