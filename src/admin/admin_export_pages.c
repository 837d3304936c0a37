/*
 * admin/admin_export_pages.c -- everything of the acting council: asked for, packed by a job
 * (store/council_export.h), fetched.
 *
 * An export is its job, and has the job's number. One at a time is packed: who asks while one is
 * under way is given that.
 */
#include "admin/admin_pages.h"

#include "store/council.h"
#include "store/council_export.h"
#include "store/job.h"
#include "trail/trail_time.h"

#define SHOWN 20
#define READ_BYTES ((size_t)64 * 1024)

struct export {
    struct job          job;
    bool                packed;     /* there is a zip, or was */
    struct evidence_row zip;
};

static enum err read_zip(struct request *request, struct tx *tx, struct export *export,
                         struct trouble *trouble)
{
    struct evidence_id id;

    export->packed = export->job.state == JOB_DONE &&
                     council_export_parse(export->job.result, &id);
    return export->packed ? evidence_row_read(tx, request->arena, request->actor.acting, &id,
                                              &export->zip, trouble) : OK;
}

static enum err read_export(struct request *request, struct tx *tx, struct export *export,
                            struct trouble *trouble)
{
    enum err err = job_load(tx, request->arena, request->actor.acting,
                            request_number(request, "export"), &export->job, trouble);

    if (err != OK)
        return err;
    return text_is(export->job.kind, COUNCIL_EXPORT_JOB) ? read_zip(request, tx, export, trouble)
                                                         : ERR_MISSING;
}

/* The newest first. */
static enum err read_exports(struct request *request, struct export **out, size_t *count)
{
    const struct job_filter filter = { .council = request->council,
                                       .kind = text_of(COUNCIL_EXPORT_JOB), .rows = SHOWN };
    struct job *job = NULL;
    enum err err = job_list(request->tx, request->arena, &filter, &job, count, request->trouble);

    if (err != OK)
        return err;
    *out = arena_take(request->arena, *count + 1, sizeof **out);
    for (size_t i = 0; i < *count && err == OK; i++) {
        (*out)[i].job = job[i];
        err = read_zip(request, request->tx, &(*out)[i], request->trouble);
    }
    return err;
}

/* --- asked for --- */

static enum err ask(struct request *request, int64_t *id)
{
    struct export *export;
    size_t count;
    enum err err = read_exports(request, &export, &count);

    for (size_t i = 0; i < count && err == OK; i++)
        if (!job_state_ended(export[i].job.state)) {
            *id = export[i].job.id;
            return OK;
        }
    const struct job_order order = {
        .now = request->happening.now, .kind = text_of(COUNCIL_EXPORT_JOB),
        .council = request->council, .asked_by = text_of(request->actor.login),
        .arguments = text_of("{}"), .priority = JOB_PRIORITY_USUAL,
        .idempotency = { "", 0 }, .request = request->happening.request };
    return err != OK ? err : job_add(request->tx, request->site->outside, &order, id,
                                     request->trouble);
}

enum err export_ask(struct request *request)
{
    int64_t id;
    enum err err = ask(request, &id);

    return err != OK ? err : answer_done(request, Url("/exports"), WORD_DONE_EXPORT_BEGUN);
}

/* --- shown --- */

static void size_text(struct html *h, uint64_t bytes)
{
    if (bytes < 10000) {
        html_int(h, (int64_t)bytes);
        Lit(h, " bytes");
    } else {
        html_int(h, (int64_t)((bytes + 999) / 1000));
        Lit(h, " kB");
    }
}

static void state_cell(struct html *h, const struct job *job)
{
    static const enum tag_kind kind[JOB_STATES] = {
        [JOB_RUNNING] = TAG_NEWS, [JOB_DONE] = TAG_GOOD, [JOB_FAILED] = TAG_BAD,
    };

    El(h, "td") page_tag(h, kind[job->state], job_state_word(job->state));
}

static void progress_cell(struct html *h, const struct job *job)
{
    El(h, "td") {
        if (job_state_ended(job->state)) {
            html_text(h, job->outcome);
        } else if (job->of > 0) {
            size_text(h, (uint64_t)job->done);
            Lit(h, " of ");
            size_text(h, (uint64_t)job->of);
        } else {
            Lit(h, "Not begun yet, or tables and trail are being read");
        }
    }
}

static void file_cell(struct request *request, struct html *h, const struct export *export)
{
    const struct url url = url_id(request->arena, Url("/exports"), export->job.id);

    El(h, "td") {
        if (export->packed && export->zip.erased) {
            Lit(h, "Taken away ");
            page_moment(h, export->zip.erased_at);
        } else if (export->packed) {
            El(h, "a") {
                Href(h, "href", url_segment(request->arena, url, text_of("file")));
                html_text(h, export->zip.name);
            }
            Lit(h, ", ");
            size_text(h, export->zip.size);
        } else if (!job_state_ended(export->job.state)) {
            Lit(h, "Not yet");
        }
    }
}

static void list(struct request *request, struct html *h, const struct export export[],
                 size_t count)
{
    static const struct column columns[] = {
        { "Asked for", COLUMN_WORDS }, { "By", COLUMN_WORDS }, { "State", COLUMN_WORDS },
        { "How far, or what came of it", COLUMN_WORDS }, { "File", COLUMN_WORDS },
    };

    Table(h, "Exports, the newest first", columns)
        for (size_t i = 0; i < count; i++)
            El(h, "tr") {
                El(h, "th") {
                    LitAttr(h, "scope", "row");
                    page_moment(h, export[i].job.added_at);
                }
                page_cell(h, export[i].job.asked_by);
                state_cell(h, &export[i].job);
                progress_cell(h, &export[i].job);
                file_cell(request, h, &export[i]);
            }
}

enum err exports_show(struct request *request)
{
    struct export *export;
    size_t count;
    enum err err = read_exports(request, &export, &count);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Full export");
    El(h, "p") {
        Lit(h, "Everything of ");
        html_text(h, page_council(request, request->actor.acting));
        Lit(h, " in one zip: its records as CSV and JSON lines, its trail, and every kept file. It "
               "is kept here, sealed, for ");
        html_int(h, COUNCIL_EXPORT_DAYS);
        Lit(h, " days, and holds personal data.");
    }
    const bool busy = count > 0 && !job_state_ended(export[0].job.state);
    if (busy)
        El(h, "p") {
            Lit(h, "One is being packed. ");
            El(h, "a") {
                Href(h, "href", Url("/exports"));
                Lit(h, "Look again how far it is");
            }
        }
    else
        Form(request, h, Url("/exports")) page_button(h, "Pack everything");
    if (count == 0)
        page_empty(h, "Nothing was packed yet.",
                   "Have it packed with the button above, and fetch it here when it is done.");
    else
        list(request, h, export, count);
    return page_end(request, h, 200);
}

/* --- the file --- */

struct fetching {
    struct request *request;
    struct export   export;
    struct text     code;
};

static enum err find_zip(struct tx *tx, void *context, struct trouble *trouble)
{
    struct fetching *fetching = context;
    struct request *request = fetching->request;
    struct councils councils;
    enum err err = read_export(request, tx, &fetching->export, trouble);

    if (err == OK)
        err = councils_read(tx, request->arena, &councils, trouble);
    for (size_t i = 0; err == OK && i < councils.count; i++)
        if (councils.council[i].id == request->actor.acting)
            fetching->code = councils.council[i].code;
    return err;
}

static enum err pour(struct request *request, struct evidence_opened *opened)
{
    struct answer_file out;
    struct stream *stream;
    char bytes[READ_BYTES];
    size_t got = 1;
    enum err err = answer_file_begin(request, &out);

    if (err == OK)
        err = evidence_opened_stream(opened, &stream, request->trouble);
    if (err != OK)
        return err;
    while (err == OK && got > 0) {
        err = stream->read(stream, bytes, sizeof bytes, &got, request->trouble);
        if (err == OK && got > 0)
            err = out.sink.write(&out.sink, bytes, got, request->trouble);
    }
    stream->close(stream);
    return err;
}

enum err export_file_prepare(struct request *request)
{
    const struct site *site = request->site;
    struct fetching *fetching = arena_take(request->arena, 1, sizeof *fetching);
    const struct export *export = &fetching->export;
    struct evidence_opened *opened;

    *fetching = (struct fetching){ .request = request };
    enum err err = db_read(site->db, (struct db_scope){ request->actor.acting, request->arena },
                           find_zip, fetching, request->trouble);
    if (err != OK)
        return err;
    if (!export->packed || export->zip.erased)
        return fail(request->trouble, ERR_CONFLICT, "The export %s.", export->packed
                    ? "was kept long enough, and taken away: have another one packed"
                    : "is not packed");
    const struct evidence_council council = {
        request->actor.acting, fetching->code, keyring_master(site->keyring, fetching->code) };
    const struct evidence_warrant warrant = {
        .outside = site->outside, .now = request->happening.now, .acting = council.id,
        .actor = text_of(request->actor.login), .request = request->happening.request,
        .why = { text_of("the council's export is fetched"), false },
        .council = &council, .councils = 1, .whole = true };
    if (council.master == NULL)
        return fail(request->trouble, ERR_IO, "the server has no key of %.*s", TEXT(council.code));
    err = evidence_open(request->arena, site->db, &warrant, &export->zip.id, &opened,
                        request->trouble);
    if (err != OK)
        return err;
    request->work = fetching;
    err = pour(request, opened);
    evidence_close(opened);
    return err;
}

enum err export_file(struct request *request)
{
    const struct fetching *fetching = request->work;

    return answer_file_send(request, "application/zip",
                            arena_print(request->arena, "%.*s", TEXT(fetching->export.zip.name)));
}

/* --- for programs --- */

static void put_text(struct json *json, const char *key, struct text value)
{
    json_key(json, key);
    json_text(json, value);
}

static void put_export(struct json *json, const struct export *export)
{
    const struct job *job = &export->job;
    const bool there = export->packed && !export->zip.erased;

    json_object(json);
    json_key(json, "export");
    json_integer(json, job->id);
    json_word(json, "state", job_state_word(job->state));
    put_text(json, "asked_by", job->asked_by);
    trail_time_json(json, "asked_at", job->added_at.ms);
    json_count(json, "bytes_done", (uint64_t)job->done);
    json_count(json, "bytes_of", (uint64_t)job->of);
    put_text(json, "outcome", job->outcome);
    json_key(json, "there");
    json_bool(json, there);
    if (there) {
        char sum[SHA256_HEX_SIZE];
        sha256_hex(&export->zip.sum, sum);
        put_text(json, "name", export->zip.name);
        json_count(json, "size", export->zip.size);
        json_word(json, "sha256", sum);
    }
    json_object_end(json);
}

enum err api_exports_show(struct request *request)
{
    struct answer_json out;
    struct export *export;
    size_t count;
    enum err err = read_exports(request, &export, &count);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < count; i++)
        put_export(&out.json, &export[i]);
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

enum err api_export_ask(struct request *request)
{
    struct answer_json out;
    int64_t id;
    enum err err = ask(request, &id);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_object(&out.json);
    json_key(&out.json, "export");
    json_integer(&out.json, id);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 202, JSON_TYPE);
}

enum err api_export_show(struct request *request)
{
    struct answer_json out;
    struct export *export = arena_take(request->arena, 1, sizeof *export);
    enum err err = read_export(request, request->tx, export, request->trouble);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    put_export(&out.json, export);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}
