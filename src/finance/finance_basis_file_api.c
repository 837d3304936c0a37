/*
 * finance/finance_basis_file_api.c -- files of basis values, for programs: uploaded, looked at,
 * read with a profile and a control total, taken. They do what the pages do, by the same functions.
 */
#include "finance/finance_api.h"

#include "finance/finance_basis.h"
#include "finance/finance_basis_seen.h"
#include "register/evidence_desk.h"

#define REFUSALS_GIVEN 1000

static void write_file(struct json *json, const struct basis_file *file)
{
    api_number(json, "values", file->id);
    api_text_or_null(json, "file", file->file);
    api_text(json, "evidence", file->evidence);
    api_text_or_null(json, "basis", file->basis);
    api_flag(json, "taken", file->given.size > 0);
    api_text_or_null(json, "profile", file->words);
    api_text_or_null(json, "control", file->control);
    api_number(json, "counted", file->counted);
    api_number(json, "left_out", file->left_out);
    api_moment(json, "made_at", file->made_at);
    api_text(json, "made_by", file->made_by);
    api_moment(json, "read_at", file->read_at);
    api_text_or_null(json, "read_by", file->read_by);
}

enum err api_basis_file_list(struct request *request)
{
    struct basis_files files;
    struct answer_json out;
    const enum err err = basis_files_load(request->tx, request->arena, request->actor.acting,
                                          &files, request->trouble);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < files.count; i++) {
        json_object(&out.json);
        write_file(&out.json, &files.file[i]);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

enum err api_basis_file_upload(struct request *request)
{
    const struct evidence_kept *kept = request->work;
    const struct text basis = request_field(request, "basis");
    const char *wrong = basis.size > 0 ? basis_kind.judge_subject(basis) : NULL;
    struct basis_file file;
    struct answer_json out;
    bool already;
    int64_t id;

    if (kept->refused != NULL || kept->count != 1)
        return evidence_answer_unkept(request);
    if (wrong != NULL) {
        const struct api_fault fault = { .field = "basis", .code = "rule", .words = wrong,
                                         .value = basis };
        return answer_faults(request, wrong, &fault, 1);
    }
    enum err err = basis_file_arrive(request, kept->file[0].hex, basis, &id, &already);
    if (err == OK)
        err = basis_file_load(request->tx, request->arena, request->actor.acting, id, &file,
                              request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_object(&out.json);
    write_file(&out.json, &file);
    api_flag(&out.json, "already", already);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 201, JSON_TYPE);
}

/* --- what it comes to --- */

static void write_sums(struct json *json, const struct basis_reading *reading)
{
    json_key(json, "sums");
    json_array(json);
    for (size_t i = 0; i < reading->values; i++) {
        const struct basis_value *value = &reading->value[i];
        json_object(json);
        api_text(json, "basis", value->basis);
        api_text_or_null(json, "from", value->from);
        api_text(json, "council", value->partner);
        json_word(json, "value", value->value);
        api_number(json, "rows", (int64_t)value->rows);
        json_object_end(json);
    }
    json_array_end(json);
}

/* What a draft of each basis begins with, once its values are taken. */
static void write_drafts(struct request *request, struct json *json, const struct file_seen *seen)
{
    const struct basis_reading *reading = &seen->reading;

    json_key(json, "drafts");
    json_array(json);
    for (size_t i = 0; i < reading->values && seen->file.given.size > 0; i++)
        if (basis_value_is_first(reading, i)) {
            json_object(json);
            api_text(json, "subject", reading->value[i].basis);
            api_text(json, "values", basis_file_lines(request->arena, seen->file.given,
                                                      reading->value[i].basis));
            api_text(json, "evidence", seen->file.evidence);
            json_object_end(json);
        }
    json_array_end(json);
}

static enum err answer_seen(struct request *request, const struct file_seen *seen)
{
    const struct basis_reading *reading = &seen->reading;
    struct answer_json out;

    answer_json_begin(request, &out);
    json_object(&out.json);
    write_file(&out.json, &seen->file);
    api_number(&out.json, "refused", (int64_t)reading->refused);
    api_text_or_null(&out.json, "total", text_of(reading->total == NULL ? "" : reading->total));
    api_text_or_null(&out.json, "difference",
                     text_of(reading->values == 0 || reading->agrees ||
                             reading->difference == NULL ? "" : reading->difference));
    write_sums(&out.json, reading);
    write_drafts(request, &out.json, seen);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

enum err api_basis_file_show(struct request *request)
{
    return answer_seen(request, request->work);
}

enum err api_basis_file_preview(struct request *request)
{
    const struct file_seen *seen = request->work;
    struct answer_json out;

    if (seen->file.file.size == 0)
        return ERR_MISSING;
    answer_json_begin(request, &out);
    json_object(&out.json);
    api_text(&out.json, "profile", seen->words);
    api_flag(&out.json, "guessed", seen->guessed);
    api_preview(&out.json, &seen->preview);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

enum err api_basis_file_read(struct request *request)
{
    struct file_seen *seen = request->work;
    struct api_fault fault[2];
    size_t faults = 0;
    bool good;
    const enum err err = basis_file_seen_keep(request, seen, &good);

    if (err != OK)
        return err;
    if (seen->wrong_words != NULL)
        fault[faults++] = (struct api_fault){ .field = "words", .code = "rule",
                                              .words = seen->wrong_words };
    if (seen->wrong_control != NULL)
        fault[faults++] = (struct api_fault){ .field = "control", .code = "rule",
                                              .words = seen->wrong_control,
                                              .value = request_field(request, "control") };
    return faults > 0 ? answer_faults(request, fault[0].words, fault, faults)
                      : answer_seen(request, seen);
}

enum err api_basis_file_refusals(struct request *request)
{
    const struct file_seen *seen = request->work;
    struct answer_json out;

    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < seen->reading.refusals && i < REFUSALS_GIVEN; i++) {
        const struct ledger_refusal *refusal = &seen->reading.refusal[i];
        json_object(&out.json);
        api_number(&out.json, "row", (int64_t)refusal->row);
        json_word(&out.json, "reason", refusal->reason);
        json_word(&out.json, "words", refusal->words);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}
