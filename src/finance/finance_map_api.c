/*
 * finance/finance_map_api.c -- the map of a council's codes, for programs.
 */
#include "finance/finance_api.h"
#include "finance/finance_map.h"
#include "finance/finance_moves.h"

struct mapping {
    struct text      year;
    struct councils  councils;
    struct council   council;
    struct money_map map;
};

static struct map_question question_of(const struct mapping *mapping, const struct money_map *map)
{
    return (struct map_question){ &mapping->councils, &mapping->council, mapping->year, map };
}

static enum err load(struct request *request, struct mapping *mapping)
{
    enum period_state state[PERIODS];

    *mapping = (struct mapping){ .year = request_word(request, "year") };
    enum err err = joint_periods_load(request->tx, mapping->year, state, request->trouble);
    if (err == OK)
        err = councils_read(request->tx, request->arena, &mapping->councils, request->trouble);
    if (err == OK)
        err = money_council(request, &mapping->council);
    return err != OK ? err : money_map_load(request->tx, request->arena, request->actor.acting,
                                            mapping->year, &mapping->map, request->trouble);
}

static enum err load_gaps(struct request *request, const struct mapping *mapping,
                          struct map_gaps *gaps)
{
    const struct map_question question = question_of(mapping, &mapping->map);

    return money_map_gaps(request->tx, request->arena, &question, gaps, request->trouble);
}

static enum err answer_map(struct request *request, int status)
{
    struct mapping mapping;
    struct map_gaps gaps;
    struct answer_json out;
    enum err err = load(request, &mapping);

    if (err == OK)
        err = load_gaps(request, &mapping, &gaps);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_object(&out.json);
    api_text(&out.json, "year", mapping.year);
    api_number(&out.json, "version", mapping.map.version);
    api_moment(&out.json, "made_at", mapping.map.made_at);
    api_text_or_null(&out.json, "made_by", mapping.map.version == 0 ? text_of("")
                                                                    : mapping.map.made_by);
    api_number(&out.json, "accounts", map_records(mapping.map.accounts));
    api_number(&out.json, "cost_centres", map_records(mapping.map.cost_centres));
    api_number(&out.json, "moves", mapping.map.moves.size > 0
                                       ? map_records(mapping.map.moves) : 0);
    api_number(&out.json, "accounts_missing", (int64_t)gaps.accounts.count);
    api_number(&out.json, "cost_centres_missing", (int64_t)gaps.cost_centres.count);
    json_object_end(&out.json);
    return answer_json_end(request, &out, status, JSON_TYPE);
}

enum err api_map_show(struct request *request)
{
    return answer_map(request, 200);
}

/* --- what is missing --- */

static void write_gaps(struct request *request, struct json *json, const char *kind,
                       const struct unmapped_codes *codes)
{
    for (size_t i = 0; i < codes->count; i++) {
        const struct unmapped_code *code = &codes->code[i];
        json_object(json);
        json_word(json, "kind", kind);
        api_text(json, "code", code->code);
        api_number(json, "lines", code->lines);
        api_money(json, "amount", code->pence);
        json_word(json, "periods", map_periods_shown(request->arena, code->periods));
        json_object_end(json);
    }
}

enum err api_map_gaps(struct request *request)
{
    struct mapping mapping;
    struct map_gaps gaps;
    struct answer_json out;
    enum err err = load(request, &mapping);

    if (err == OK)
        err = load_gaps(request, &mapping, &gaps);
    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    write_gaps(request, &out.json, "account", &gaps.accounts);
    write_gaps(request, &out.json, "cost_centre", &gaps.cost_centres);
    json_array_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

/* --- a file of it --- */

static enum err answer_map_faults(struct request *request, const struct map_faults *faults)
{
    struct api_fault *fault = arena_take(request->arena, faults->count + 1, sizeof *fault);

    for (size_t i = 0; i < faults->count; i++)
        fault[i] = (struct api_fault){ .code = faults->fault[i].code,
                                       .words = arena_print(request->arena, "%s: %s",
                                                            faults->fault[i].file,
                                                            faults->fault[i].help),
                                       .row = faults->fault[i].line,
                                       .value = faults->fault[i].value };
    return answer_faults(request, "The engine would refuse it.", fault, faults->count);
}

static enum err answer_unfit(struct request *request, const char *words)
{
    const struct api_fault fault = { .code = "rule", .words = words };

    return answer_faults(request, words, &fault, 1);
}

/* The version that the file was made from. */
static enum err check_version(struct request *request, const struct mapping *mapping)
{
    const struct text said = request_field(request, "version");

    if (said.size == 0 || text_digits(said, 0) != said.size)
        return fail(request->trouble, ERR_USAGE, "version: which version of the map do you change? "
                    "0, if there is none yet.");
    return text_is(said, arena_number(request->arena, mapping->map.version))
               ? OK : fail(request->trouble, ERR_CONFLICT, "The map has version %lld by now: look "
                           "at it again.", (long long)mapping->map.version);
}

static enum err read_sent(struct request *request, struct text *out)
{
    const struct sent_file *file = &request->files.file[0];

    if (request->files.count == 0 || file->size == 0)
        return fail(request->trouble, ERR_USAGE, "There is no body.");
    char *bytes = arena_take(request->arena, (size_t)file->size + 1, 1);
    *out = (struct text){ bytes, (size_t)file->size };
    return spool_read(&request->http->upload.spool, file->at, bytes, (size_t)file->size,
                      request->trouble);
}

/* A version more, if it is fit. */
static enum err keep_next(struct request *request, const struct mapping *mapping,
                          struct money_map *next)
{
    const struct map_question question = question_of(mapping, next);
    const char *unfit = money_map_unfit(request->arena, next);
    struct map_faults faults;

    if (unfit != NULL)
        return answer_unfit(request, unfit);
    next->why = request_field(request, "why");
    enum err err = money_map_judge(request->arena, &question, &faults, request->trouble);
    if (err == OK && faults.count > 0)
        return answer_map_faults(request, &faults);
    if (err == OK)
        err = money_map_keep(request->tx, request->arena, &request->happening, &request->actor,
                             mapping->year, next, request->trouble);
    return err != OK ? err : answer_map(request, 201);
}

/* The map with the file that was sent in place of, or behind, `*file`, which is a part of
 * `next`. */
static enum err keep(struct request *request, struct mapping *mapping, struct money_map *next,
                     struct text *file)
{
    struct text sent;
    enum err err = check_version(request, mapping);

    if (err == OK)
        err = read_sent(request, &sent);
    if (err != OK)
        return err;
    if (text_is(request_field(request, "way"), "add") && file->size > 0) {
        const size_t which = file == &next->moves ? 2 : file == &next->cost_centres;
        next->before[which] = money_map_lines(*file);
        *file = money_map_append(request->arena, *file, sent);
    } else {
        *file = sent;
    }
    return keep_next(request, mapping, next);
}

enum err api_map_accounts_keep(struct request *request)
{
    struct mapping mapping;
    enum err err = load(request, &mapping);
    struct money_map next = mapping.map;

    return err != OK ? err : keep(request, &mapping, &next, &next.accounts);
}

enum err api_map_centres_keep(struct request *request)
{
    struct mapping mapping;
    enum err err = load(request, &mapping);
    struct money_map next = mapping.map;

    return err != OK ? err : keep(request, &mapping, &next, &next.cost_centres);
}

#define CODES_MOVED 50

/* Cost centres end and others begin, as the page has it. */
enum err api_map_reorganise(struct request *request)
{
    struct text old[CODES_MOVED], new[CODES_MOVED];
    struct centre_move move = { .old = old, .new = new };
    const char *field = "first", *wrong = "Give the first period of the new cost centres, as "
                                          "2014-15/P07.";
    struct mapping mapping;
    enum err err = load(request, &mapping);
    struct money_map next = mapping.map;

    if (err == OK)
        err = check_version(request, &mapping);
    if (err != OK)
        return err;
    move.partner = mapping.council.code;
    move.olds = map_codes_read(request, "old", old, CODES_MOVED);
    move.news = map_codes_read(request, "new", new, CODES_MOVED);
    if (period_parse(request_field(request, "first"), &move.from)) {
        field = "old";
        wrong = money_map_reorganise(request->arena, &move, &next.cost_centres);
    }
    if (wrong != NULL) {
        const struct api_fault fault = { .field = field, .code = "rule", .words = wrong,
                                         .value = request_field(request, field) };
        return answer_faults(request, wrong, &fault, 1);
    }
    next.moves = code_moves_add(request->arena, next.moves, &move);
    return keep_next(request, &mapping, &next);
}

enum err api_map_moves_keep(struct request *request)
{
    struct mapping mapping;
    enum err err = load(request, &mapping);
    struct money_map next = mapping.map;

    return err != OK ? err : keep(request, &mapping, &next, &next.moves);
}
