/*
 * finance/finance_api.c -- years, months and profiles, for programs.
 */
#include "finance/finance_api.h"

#include "finance/finance_map.h"
#include "finance/finance_profile.h"
#include "finance/finance_standing.h"
#include "trail/trail_time.h"

/* --- members --- */

void api_text(struct json *json, const char *key, struct text text)
{
    json_key(json, key);
    json_text(json, text);
}

void api_text_or_null(struct json *json, const char *key, struct text text)
{
    json_key(json, key);
    if (text.size == 0)
        json_null(json);
    else
        json_text(json, text);
}

void api_number(struct json *json, const char *key, int64_t number)
{
    json_key(json, key);
    json_integer(json, number);
}

void api_number_or_null(struct json *json, const char *key, int64_t number)
{
    json_key(json, key);
    if (number == 0)
        json_null(json);
    else
        json_integer(json, number);
}

void api_flag(struct json *json, const char *key, bool flag)
{
    json_key(json, key);
    json_bool(json, flag);
}

void api_money(struct json *json, const char *key, int64_t pence)
{
    char text[MONEY_TEXT_MAX];

    (void)money_print(pence, text);
    json_word(json, key, text);
}

void api_moment(struct json *json, const char *key, struct moment moment)
{
    char text[TRAIL_TIME_SIZE];

    trail_time_print(moment.ms, text);
    api_text_or_null(json, key, moment.ms == 0 ? text_of("") : text_of(text));
}

/* --- years --- */

static void write_year(struct json *json, const struct joint_year *year)
{
    json_object(json);
    api_text(json, "year", year->year);
    api_moment(json, "begun_at", year->begun_at);
    api_text(json, "begun_by", year->begun_by);
    json_object_end(json);
}

enum err api_year_list(struct request *request)
{
    struct joint_years years;
    struct answer_json out;
    enum err err = joint_years_load(request->tx, request->arena, &years, request->trouble);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < years.count; i++)
        write_year(&out.json, &years.year[i]);
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

enum err api_year_begin(struct request *request)
{
    const struct text year = request_field(request, "year");
    const struct joint_year begun = { year, request->happening.now,
                                      text_of(request->actor.login) };
    struct answer_json out;
    enum err err = joint_year_begin(request->tx, &request->happening, &request->actor, year,
                                    request->trouble);

    if (err == ERR_USAGE) {
        const struct api_fault fault = { .field = "year", .code = "format",
                                         .words = request->trouble->text, .value = year };
        return answer_faults(request, request->trouble->text, &fault, 1);
    }
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    write_year(&out.json, &begun);
    return answer_json_end(request, &out, 201, JSON_TYPE);
}

/* --- months --- */

static void write_period(struct request *request, struct json *json, struct text year, int index,
                         enum period_state state, const struct period_sums *sums)
{
    api_text(json, "period", text_of(period_title(request->arena, year, index)));
    json_word(json, "month", month_name(index));
    json_word(json, "state", period_state_word(state));
    api_number(json, "lines", sums->lines[index]);
    api_money(json, "amount", sums->pence[index]);
}

/* A year's periods, and what the acting council's ledger has in them. */
static enum err load_periods(struct request *request, enum period_state state[PERIODS],
                             struct period_sums *sums)
{
    const struct text year = request_word(request, "year");
    enum err err = joint_periods_load(request->tx, year, state, request->trouble);

    return err != OK ? err : period_sums_load(request->tx, request->actor.acting, year, sums,
                                              request->trouble);
}

enum err api_month_list(struct request *request)
{
    enum period_state state[PERIODS];
    struct period_sums sums;
    struct answer_json out;
    enum err err = load_periods(request, state, &sums);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (int i = 0; i < PERIODS; i++) {
        json_object(&out.json);
        write_period(request, &out.json, request_word(request, "year"), i, state[i], &sums);
        json_object_end(&out.json);
    }
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static enum err write_standing(struct request *request, struct json *json, int index)
{
    struct councils councils;
    enum err err = councils_read(request->tx, request->arena, &councils, request->trouble);

    if (err != OK)
        return err;
    struct period_standing *standing = arena_take(request->arena, councils.count + 1,
                                                  sizeof *standing);
    err = period_standing_load(request->tx, &councils, request_word(request, "year"), index,
                               standing, request->trouble);
    if (err != OK)
        return err;
    json_key(json, "councils");
    json_array(json);
    for (size_t i = 0; i < councils.count; i++) {
        json_object(json);
        api_text(json, "council", councils.council[i].code);
        api_flag(json, "taken", standing[i].taken);
        api_flag(json, "mapped", standing[i].mapped);
        api_moment(json, "changed_at", standing[i].changed_at);
        json_object_end(json);
    }
    json_array_end(json);
    return OK;
}

static enum err write_imports(struct request *request, struct json *json, int index)
{
    struct period_import *import;
    size_t count;
    enum err err = period_imports_load(request->tx, request->arena, request->actor.acting,
                                       request_word(request, "year"), index, &import, &count,
                                       request->trouble);

    if (err != OK)
        return err;
    json_key(json, "imports");
    json_array(json);
    for (size_t i = 0; i < count; i++) {
        json_object(json);
        api_number(json, "import", import[i].id);
        api_text_or_null(json, "file", import[i].file);
        api_number(json, "lines", import[i].lines);
        api_money(json, "amount", import[i].pence);
        json_object_end(json);
    }
    json_array_end(json);
    return OK;
}

enum err api_month_show(struct request *request)
{
    const int index = month_index(request_word(request, "period"));
    enum period_state state[PERIODS];
    struct period_sums sums;
    struct answer_json out;
    enum err err = index < 0 ? ERR_MISSING : load_periods(request, state, &sums);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_object(&out.json);
    write_period(request, &out.json, request_word(request, "year"), index, state[index], &sums);
    err = write_standing(request, &out.json, index);
    if (err == OK)
        err = write_imports(request, &out.json, index);
    if (err != OK)
        return err;
    json_object_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* --- profiles --- */

static void write_profile(struct json *json, const struct extract_profile *profile, bool whole)
{
    json_object(json);
    api_number(json, "profile", profile->id);
    api_text(json, "system", profile->system);
    api_number(json, "version", profile->version);
    api_flag(json, "guessed", profile->guessed);
    api_moment(json, "made_at", profile->made_at);
    api_text(json, "made_by", profile->made_by);
    if (whole)
        api_text(json, "words", profile->words);
    json_object_end(json);
}

enum err api_profile_list(struct request *request)
{
    struct extract_profiles profiles;
    struct answer_json out;
    enum err err = extract_profiles_load(request->tx, request->arena, request->actor.acting,
                                         &profiles, request->trouble);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < profiles.count; i++)
        write_profile(&out.json, &profiles.profile[i], false);
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static enum err answer_profile(struct request *request, int64_t id, int status)
{
    struct extract_profile profile;
    struct answer_json out;
    enum err err = extract_profile_load(request->tx, request->arena, request->actor.acting, id,
                                        &profile, request->trouble);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    write_profile(&out.json, &profile, true);
    return answer_json_end(request, &out, status, JSON_TYPE);
}

enum err api_profile_show(struct request *request)
{
    return answer_profile(request, request_number(request, "profile"), 200);
}

enum err api_profile_keep(struct request *request)
{
    struct extract_profile profile = { .system = request_field(request, "system"),
                                       .words = request_field(request, "words") };
    struct trouble said = { 0 };
    struct council council;
    struct api_fault fault[2];
    size_t faults = 0;
    enum err err = money_council(request, &council);

    if (err != OK)
        return err;
    if (profile.system.size == 0 || profile.system.size > EXTRACT_SYSTEM_BYTES_MOST)
        fault[faults++] = (struct api_fault){ .field = "system", .code = "length", .words =
                                              MONEY_SYSTEM_WORDS };
    if (extract_profile_judge(request->arena, profile.words, council.code, &said) != OK)
        fault[faults++] = (struct api_fault){ .field = "words", .code = "rule",
                                              .words = said.text };
    if (faults > 0)
        return answer_faults(request, fault[faults - 1].words, fault, faults);
    err = extract_profile_add(request->tx, request->arena, &request->happening,
                              &request->actor, &profile, request->trouble);
    return err != OK ? err : answer_profile(request, profile.id, 201);
}
