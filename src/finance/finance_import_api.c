/*
 * finance/finance_import_api.c -- extracts, for programs: uploaded, looked at, begun, withdrawn.
 */
#include "finance/finance_api.h"

#include "finance/finance_profile.h"
#include "register/evidence_desk.h"
#include "store/job.h"

/* --- an import as an object --- */

static void write_import(struct json *json, const struct ledger_import *import)
{
    const bool begun = import->job != 0;

    api_number(json, "import", import->id);
    api_text_or_null(json, "file", import->file);
    api_text(json, "evidence", import->evidence);
    api_text(json, "year", import->year);
    json_word(json, "book", book_name[import->book]);
    json_word(json, "state", import_state_word(import->state));
    api_number_or_null(json, "profile", import->profile);
    api_number_or_null(json, "job", import->job);
    json_key(json, "control_lines");
    if (begun)
        json_integer(json, import->control.lines);
    else
        json_null(json);
    if (begun)
        api_money(json, "control_amount", import->control.pence);
    else
        api_text_or_null(json, "control_amount", text_of(""));
    api_number(json, "lines", import->lines);
    api_number(json, "left_out", import->left_out);
    api_number(json, "refused", import->refused);
    api_money(json, "amount", import->pence);
    api_text(json, "outcome", import->outcome);
    api_flag(json, "errors", import->errors.size > 0);
    api_moment(json, "made_at", import->made_at);
    api_text(json, "made_by", import->made_by);
    api_moment(json, "ended_at", import->ended_at);
    api_text_or_null(json, "withdrawn_by", import->withdrawn_by);
    api_text_or_null(json, "withdrawn_why", import->withdrawn_why);
}

static enum err load(struct request *request, int64_t id, struct ledger_import *import)
{
    return ledger_import_load(request->tx, request->arena, request->actor.acting, id, import,
                              request->trouble);
}

/* `already` NULL: that is no question here. */
static enum err answer_import(struct request *request, int64_t id, const bool *already,
                              int status)
{
    struct ledger_import import;
    struct answer_json out;
    enum err err = load(request, id, &import);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_object(&out.json);
    write_import(&out.json, &import);
    if (already != NULL)
        api_flag(&out.json, "already", *already);
    json_object_end(&out.json);
    return answer_json_end(request, &out, status, JSON_TYPE);
}

enum err api_import_list(struct request *request)
{
    struct ledger_imports imports;
    struct answer_json out;
    enum err err = ledger_imports_load(request->tx, request->arena, request->actor.acting,
                                       request_field(request, "year"), &imports,
                                       request->trouble);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < imports.count; i++) {
        json_object(&out.json);
        write_import(&out.json, &imports.import[i]);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static void write_sums(struct request *request, struct json *json,
                       const struct ledger_import *import, const struct period_sums *sums)
{
    json_key(json, "periods");
    json_array(json);
    for (int i = 0; i < PERIODS; i++) {
        if (sums->lines[i] == 0)
            continue;
        json_object(json);
        api_text(json, "period", text_of(period_title(request->arena, import->year, i)));
        api_number(json, "lines", sums->lines[i]);
        api_money(json, "amount", sums->pence[i]);
        json_object_end(json);
    }
    json_array_end(json);
}

/* Was its reading ended without taking or refusing it? */
static enum err is_stopped(struct request *request, const struct ledger_import *import,
                           bool *stopped)
{
    struct job job;

    *stopped = false;
    if (import->state != IMPORT_READING)
        return OK;
    const enum err err = job_load(request->tx, request->arena, request->actor.acting, import->job,
                                  &job, request->trouble);
    *stopped = err == OK && job_state_ended(job.state);
    return err;
}

enum err api_import_show(struct request *request)
{
    const int64_t id = request_number(request, "import");
    struct ledger_import import;
    struct period_sums sums;
    struct answer_json out;
    bool stopped = false;
    enum err err = load(request, id, &import);

    if (err == OK)
        err = is_stopped(request, &import, &stopped);
    if (err == OK)
        err = import_sums_load(request->tx, request->actor.acting, &import, &sums,
                               request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_object(&out.json);
    write_import(&out.json, &import);
    api_flag(&out.json, "stopped", stopped);
    write_sums(request, &out.json, &import, &sums);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* --- a new one --- */

enum err api_import_upload_prepare(struct request *request)
{
    return evidence_keep_sent(request, evidence_is_personal(request));
}

/* The newest version for the system that is named; 0: none is, or (`*known` false) it has none. */
static enum err find_profile(struct request *request, int64_t *id, bool *known)
{
    const struct text system = request_field(request, "system");
    struct extract_profiles profiles;
    enum err err = extract_profiles_load(request->tx, request->arena, request->actor.acting,
                                         &profiles, request->trouble);

    *id = 0;
    *known = system.size == 0;
    for (size_t i = 0; i < profiles.count && err == OK && !*known; i++)
        if (text_equal(profiles.profile[i].system, system)) {
            *id = profiles.profile[i].id;
            *known = true;
        }
    return err;
}

/* What is said of the file in the query: `*faults` of it are not fit. */
static enum err read_said(struct request *request, struct arrival *arrival,
                          struct api_fault fault[3], size_t *faults)
{
    const struct text book = request_field(request, "book");
    enum period_state state[PERIODS];
    bool known;
    enum err err = find_profile(request, &arrival->profile, &known);

    arrival->year = request_field(request, "year");
    arrival->book = book.size == 0 ? BOOK_LEDGER : book_of(book);
    *faults = 0;
    if (err != OK)
        return err;
    if (!known)
        fault[(*faults)++] = (struct api_fault){ .field = "system", .code = "unknown",
            .words = "The council has no profile for such a system.",
            .value = request_field(request, "system") };
    if (arrival->book == BOOKS)
        fault[(*faults)++] = (struct api_fault){ .field = "book", .code = "choice",
            .words = "There is no such book.", .value = book };
    err = joint_periods_load(request->tx, arrival->year, state, request->trouble);
    if (err == ERR_MISSING)
        fault[(*faults)++] = (struct api_fault){ .field = "year", .code = "unknown",
            .words = "No such year has begun.", .value = arrival->year };
    return err == ERR_MISSING ? OK : err;
}

enum err api_import_upload(struct request *request)
{
    const struct evidence_kept *kept = request->work;
    struct arrival arrival = { .profile = 0 };
    struct api_fault fault[3];
    size_t faults;
    bool already;
    int64_t id;

    if (kept->refused != NULL || kept->count != 1)
        return evidence_answer_unkept(request);
    enum err err = read_said(request, &arrival, fault, &faults);
    if (err != OK)
        return err;
    if (faults > 0)
        return answer_faults(request, fault[0].words, fault, faults);
    arrival.evidence = kept->file[0].hex;
    err = extract_arrive(request, &arrival, &id, &already);
    return err != OK ? err : answer_import(request, id, &already, 201);
}

/* --- how it would be read --- */

static void write_names(struct json *json, const char *key, const struct text *name, size_t count)
{
    json_key(json, key);
    json_array(json);
    for (size_t i = 0; i < count; i++)
        json_text(json, name[i]);
    json_array_end(json);
}

static void write_row(struct json *json, const struct preview_row *row)
{
    json_object(json);
    api_number(json, "row", (int64_t)row->number);
    write_names(json, "cells", row->cell, row->cells);
    json_word(json, "words", row->words);
    json_object_end(json);
}

void api_preview(struct json *json, const struct extract_preview *preview)
{
    write_names(json, "used", preview->used, preview->used_count);
    write_names(json, "unused", preview->unused, preview->unused_count);
    write_names(json, "missing", preview->missing, preview->missing_count);
    api_text_or_null(json, "trouble", text_of(preview->trouble == NULL ? "" : preview->trouble));
    json_key(json, "rows");
    json_array(json);
    for (size_t i = 0; i < preview->rows; i++)
        write_row(json, &preview->row[i]);
    json_array_end(json);
}

enum err api_import_preview(struct request *request)
{
    const struct extract_preview *preview = extract_preview_made(request);
    struct answer_json out;

    if (preview == NULL)
        return ERR_MISSING;
    answer_json_begin(request, &out);
    json_object(&out.json);
    api_preview(&out.json, preview);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* --- steps --- */

enum err api_import_choose(struct request *request)
{
    const struct text profile = request_field(request, "profile");
    const int64_t id = request_number(request, "import");
    struct extract_profile found;
    struct ledger_import import;
    enum err err = load(request, id, &import);

    if (err != OK)
        return err;
    err = ERR_MISSING;
    if (profile.size >= 1 && profile.size <= 18 && text_digits(profile, 0) == profile.size)
        err = extract_profile_load(request->tx, request->arena, request->actor.acting,
                                   route_number(profile), &found, request->trouble);
    if (err == ERR_MISSING) {
        const struct api_fault fault = { .field = "profile", .code = "unknown",
            .words = "The council has no such profile.", .value = profile };
        return answer_faults(request, fault.words, &fault, 1);
    }
    if (err == OK)
        err = ledger_import_choose(request->tx, request->arena, &request->actor, id, found.id,
                                   request->trouble);
    return err != OK ? err : answer_import(request, id, NULL, 200);
}

static enum err answer_begun(struct request *request, int64_t id)
{
    struct ledger_import import;
    struct answer_json out;
    enum err err = load(request, id, &import);

    if (err != OK)
        return err;
    const char *address = arena_print(request->arena, "/api/v1/imports/%lld", (long long)id);
    http_answer_header(request->answer, "Location", text_of(address));
    answer_json_begin(request, &out);
    json_object(&out.json);
    api_number(&out.json, "import", id);
    api_number(&out.json, "job", import.job);
    json_word(&out.json, "address", address);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 202, JSON_TYPE);
}

enum err api_import_begin(struct request *request)
{
    static const char *const field[2] = { "control_lines", "control_amount" };
    const int64_t id = request_number(request, "import");
    const char *wrong[2] = { NULL, NULL };
    struct ledger_control control = { .why = request_field(request, "late_why") };
    struct api_fault fault[2] = { { .words = NULL } };
    struct ledger_import import;
    size_t faults = 0;
    enum err err = load(request, id, &import);

    if (err != OK)
        return err;
    if (!control_read(request, &control, wrong)) {
        for (size_t i = 0; i < COUNT(field); i++)
            if (wrong[i] != NULL)
                fault[faults++] = (struct api_fault){ .field = field[i], .code = "format",
                    .words = wrong[i], .value = request_field(request, field[i]) };
        return answer_faults(request, fault[0].words, fault, faults);
    }
    err = ledger_import_begin(request->tx, request->arena, &request->happening, &request->actor, id,
                              &control, request->trouble);
    return err != OK ? err : answer_begun(request, id);
}

enum err api_import_withdraw(struct request *request)
{
    const int64_t id = request_number(request, "import");
    const struct text why = request_field(request, "why");
    struct ledger_import import;
    enum err err = load(request, id, &import);

    if (err != OK)
        return err;
    if (why.size == 0 || why.size > IMPORT_WHY_MOST) {
        const struct api_fault fault = { .field = "why", .code = "length",
                                         .words = "Say why, in at most 1,000 bytes." };
        return answer_faults(request, fault.words, &fault, 1);
    }
    err = ledger_import_withdraw(request->tx, request->arena, &request->happening,
                                 &request->actor, id, why, request->trouble);
    return err != OK ? err : answer_import(request, id, NULL, 200);
}

/* --- rows that were refused --- */

enum err api_import_refusals(struct request *request)
{
    const int64_t id = request_number(request, "import");
    struct ledger_import import;
    struct import_refusal *refusal;
    struct answer_json out;
    size_t count;
    enum err err = load(request, id, &import);

    if (err == OK)
        err = import_refusals_load(request->tx, request->arena, request->actor.acting, id,
                                   refusals_behind(request), REFUSALS_SHOWN, &refusal, &count,
                                   request->trouble);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < count; i++) {
        json_object(&out.json);
        api_number(&out.json, "row", refusal[i].place);
        api_text(&out.json, "reason", refusal[i].reason);
        api_text(&out.json, "words", refusal[i].words);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    if (count == REFUSALS_SHOWN)
        http_answer_header(request->answer, "Link", text_of(arena_print(
            request->arena, "</api/v1/imports/%lld/refusals?behind=%lld>; rel=\"next\"",
            (long long)id, (long long)refusal[count - 1].place)));
    return answer_json_end(request, &out, 200, JSON_TYPE);
}
