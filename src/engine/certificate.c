#include "engine/certificate.h"

#include "formats/json.h"

static void put_money(struct json *json, const char *key, wide pence)
{
    char text[MONEY_TEXT_MAX];

    money_print(pence, text);
    json_key(json, key);
    json_string(json, text);
}

static void put_sum(struct json *json, const struct sha256_sum *sum)
{
    char hex[SHA256_HEX_SIZE];

    sha256_hex(sum, hex);
    json_word(json, "sha256", hex);
}

static void put_rules(struct json *json, const struct partnership *partnership)
{
    static const char *const rounding[] = { "year-to-date", "period" };
    static const char *const remainder[] = { "largest", "lead", "first" };
    static const char *const settlement[] = { "net", "gross" };
    static const char *const support[] = { "reciprocal", "step-down", "direct" };
    const struct model *model = &partnership->model;
    char text[PERIOD_TEXT_MAX];

    json_key(json, "name");
    json_text(json, model->name);
    period_print(period_of_year(model->year, 0), text);
    json_key(json, "year");
    json_text(json, (struct text){ text, 7 });
    json_word(json, "book", book_name[partnership->book]);
    json_key(json, "through");
    if (partnership->through_given) {
        period_print(period_of_year(model->year, partnership->through), text);
        json_string(json, text);
    } else {
        json_null(json);
    }
    json_word(json, "rounding", rounding[model->rounding]);
    json_word(json, "remainder", remainder[model->remainder]);
    json_word(json, "settlement", settlement[model->settlement]);
    json_word(json, "support_method", support[model->support_method]);
}

static void put_input(struct json *json, const char *name, const struct sha256_sum *sum,
                      uint64_t lines)
{
    json_object(json);
    json_word(json, "file", name);
    put_sum(json, sum);
    json_count(json, "lines", lines);
    json_object_end(json);
}

static void put_inputs(struct json *json, const struct partnership *partnership)
{
    const struct book_files *files = &partnership->files;

    json_key(json, "inputs");
    json_array(json);
    for (int rank = FILE_PARTNERSHIP; rank < FILE_BOOK; rank++) {
        const struct model_file *file = &partnership->model.file[rank];
        if (file->there)
            put_input(json, model_file_name[rank], &file->sum, file->lines);
    }
    for (size_t i = 0; i < files->count; i++)
        put_input(json, files->file[i].name, &files->file[i].sum, files->file[i].lines);
    json_array_end(json);
}

static void put_outputs(struct json *json, const struct output_file *output, size_t outputs)
{
    json_key(json, "outputs");
    json_array(json);
    for (size_t i = 0; i < outputs; i++) {
        json_object(json);
        json_word(json, "file", output[i].name);
        put_sum(json, &output[i].sum);
        json_object_end(json);
    }
    json_array_end(json);
}

/* What the lines of one kind and pool come to for the year to date. */
struct balance {
    wide taken_in, borne, paid;
};

static struct balance balance_of(const struct settlement_result *result, enum kind kind,
                                 int32_t pool)
{
    const struct model *model = result->model;
    struct balance sum = { 0 };

    for (size_t s = 0; s < model->slots; s++)
        for (int32_t g = 0; g < (int32_t)model->groups; g++)
            for (int32_t t = 0; t <= result->through; t++)
                if (model->slot[s].kind == kind && model->slot[s].pool == pool &&
                    sums_touched(result->sums, (int32_t)s, g, t))
                    sum.taken_in += sums_get(result->sums, (int32_t)s, g, t);
    for (int32_t g = 0; g < (int32_t)model->groups; g++) {
        const struct account_line *line = settlement_line(result, kind, pool, g);
        for (int32_t t = 0; line != NULL && t <= result->through; t++)
            for (size_t p = 0; p < result->partners; p++) {
                struct due standing = settlement_standing(result, line, t, p);
                sum.borne += standing.borne;
                sum.paid += standing.paid;
            }
    }
    return sum;
}

static bool has_lines(const struct settlement_result *result, enum kind kind, int32_t pool)
{
    for (int32_t g = 0; g < (int32_t)result->model->groups; g++)
        if (settlement_line(result, kind, pool, g) != NULL)
            return true;
    return false;
}

static void put_balance(struct json *json, const struct balance *balance)
{
    put_money(json, "taken_in", balance->taken_in);
    put_money(json, "borne", balance->borne);
    put_money(json, "paid", balance->paid);
}

static void put_conservation(struct json *json, const struct settlement_result *result)
{
    const struct model *model = result->model;
    struct balance all = { 0 };

    json_key(json, "conservation");
    json_object(json);
    for (int kind = 0; kind < KIND_EXCLUDED; kind++)
        for (size_t p = 0; p < model->pools; p++) {
            struct balance part = balance_of(result, (enum kind)kind, (int32_t)p);
            all.taken_in += part.taken_in;
            all.borne += part.borne;
            all.paid += part.paid;
        }
    put_balance(json, &all);
    json_key(json, "pools");
    json_array(json);
    for (int kind = 0; kind < KIND_EXCLUDED; kind++)
        for (size_t i = 0; i < model->pools; i++) {
            int32_t pool = result->pool_order[i];
            if (!has_lines(result, (enum kind)kind, pool))
                continue;
            struct balance part = balance_of(result, (enum kind)kind, pool);
            json_object(json);
            json_word(json, "kind", kind_name[kind]);
            json_key(json, "pool");
            json_text(json, model->pool[pool].code);
            put_balance(json, &part);
            json_object_end(json);
        }
    json_array_end(json);
    json_object_end(json);
}

enum err certificate_write(struct sink *sink, const struct partnership *partnership,
                           const struct settlement_result *result,
                           const struct output_file *output, size_t outputs,
                           struct trouble *trouble)
{
    const struct sums *sums = &partnership->sums;
    uint64_t taken_in = 0;
    struct json json;

    for (int kind = 0; kind < KIND_EXCLUDED; kind++)
        taken_in += sums_treatment(sums, (enum kind)kind).lines;
    json_begin(&json, sink, JSON_PRETTY, trouble);
    json_object(&json);
    json_word(&json, "certificate", "ochil close");
    json_count(&json, "rules_version", RULES_VERSION);
    json_word(&json, "engine_version", ENGINE_VERSION);
    put_rules(&json, partnership);
    put_inputs(&json, partnership);
    put_outputs(&json, output, outputs);
    json_count(&json, "lines_taken_in", taken_in);
    json_count(&json, "lines_excluded", sums_treatment(sums, KIND_EXCLUDED).lines);
    json_count(&json, "lines_later", sums->later.lines);
    put_conservation(&json, result);
    json_object_end(&json);
    return json_end(&json);
}
