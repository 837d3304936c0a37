#include "cli/convert_report.h"

#include <inttypes.h>
#include <string.h>

#include "cli/table.h"

static const char *const encoding_words[] = {
    [ENCODING_DETECT] = "", [ENCODING_UTF8] = "utf-8", [ENCODING_WINDOWS_1252] = "windows-1252",
    [ENCODING_UTF16LE] = "utf-16le", [ENCODING_UTF16BE] = "utf-16be",
};
static const char *const line_end_words[] = {
    [LINE_END_DETECT] = "", [LINE_END_LF] = "lf", [LINE_END_CRLF] = "crlf", [LINE_END_CR] = "cr",
};
static const char *const packing_words[] = {
    [PACKING_NONE] = "none", [PACKING_GZIP] = "gzip", [PACKING_XZ] = "xz", [PACKING_ZSTD] = "zstd",
};

static const char *kind_word(const struct convert_file *file)
{
    static const char *const words[] = {
        [EXTRACT_TEXT] = "delimited", [EXTRACT_XLSX] = "xlsx", [EXTRACT_ODS] = "ods",
    };

    return file->fixed && file->kind == EXTRACT_TEXT ? "fixed" : words[file->kind];
}

static const char *sum_text(const struct command *command, const struct decimal_sum *sum)
{
    return decimal_sum_text(sum, command->arena);
}

/* -- text ---------------------------------------------------------------------------------- */

static void print_file(const struct command *command, const struct convert_file *file)
{
    FILE *out = command->out;

    (void)fprintf(out, "%s: %" PRIu64 " row%s, %s", text_shown(command->arena, file->name),
                  file->rows, file->rows == 1 ? "" : "s",
                  file->sent_back ? "an error file sent back" : kind_word(file));
    if (file->kind == EXTRACT_TEXT) {
        if (file->seen.packing != PACKING_NONE)
            (void)fprintf(out, ", packed with %s", packing_words[file->seen.packing]);
        (void)fprintf(out, ", %s%s, lines end in %s", encoding_words[file->seen.encoding],
                      file->seen.encoding_detected ? " (detected)" : "",
                      line_end_words[file->seen.line_end]);
        if (file->seen.mark_encoded_twice)
            (void)fputs(", a byte order mark encoded twice", out);
    }
    (void)fputc('\n', out);
    if (file->agreement == AGREE_NOT || file->agreement == AGREE_NOT_READABLE)
        (void)fprintf(out, "  its own total is %s: difference %s\n",
                      sum_text(command, &file->statement), sum_text(command, &file->difference));
}

static void put_count(struct table *table, const struct command *command, const char *what,
                      const char *name, const struct count *count, bool amounts)
{
    table_put(table, "%s", what);
    table_put(table, "%s", name);
    table_put(table, "%" PRIu64, count->rows);
    table_put(table, "%s", amounts ? sum_text(command, &count->total) : "");
    table_put(table, "from row %" PRIu64, count->first);
}

static const char *rule_shown(const struct command *command, const struct convert_summary *summary,
                              size_t rule)
{
    const char *name = left_out_name(command->arena, rule);

    if (rule < LEFT_BY_PROFILE)
        return name;
    return arena_print(command->arena, "%s: %s", name,
                       text_shown(command->arena,
                                  summary->profile.leave_out[rule - LEFT_BY_PROFILE].words));
}

static void print_counts(const struct command *command, const struct convert_summary *summary)
{
    const struct proof *proof = &summary->proof;
    bool amounts = form_has_amount(summary->form);
    struct table table;

    table_open(&table, command->arena, "llrrl");
    for (size_t i = 0; i < LEFT_BY_PROFILE + proof->rules; i++) {
        if (proof->left_out[i].rows > 0)
            put_count(&table, command, "left out", rule_shown(command, summary, i),
                      &proof->left_out[i], amounts);
    }
    for (int i = 0; i < REASONS; i++) {
        if (proof->refused[i].rows > 0)
            put_count(&table, command, "refused", reason_name((enum reason)i), &proof->refused[i],
                      amounts);
    }
    if (table.count > 0)
        table_print(&table, command->out, 0);
    if (proof->rounded > 0)
        (void)fprintf(command->out, "rounded: %" PRIu64 " row%s, which added %s\n",
                      proof->rounded, proof->rounded == 1 ? "" : "s",
                      sum_text(command, &proof->rounding));
}

/* "80566337.82 + 0.00 + 0.00 = 80566337.82" */
static void print_amounts(const struct command *command, const struct proof *proof,
                          const struct count *left_out, const struct count *refused)
{
    struct decimal_sum total;
    uint64_t unreadable = proof_unreadable(proof);

    decimal_sum_open(&total);
    proof_total(proof, &total);
    (void)fprintf(command->out, "; %s + %s + %s = %s", sum_text(command, &proof->accepted.total),
                  sum_text(command, &left_out->total), sum_text(command, &refused->total),
                  sum_text(command, &total));
    decimal_sum_close(&total);
    if (unreadable > 0)
        (void)fprintf(command->out, " and %" PRIu64 " amounts that cannot be read", unreadable);
}

static void print_control(const struct command *command, const struct convert_summary *summary)
{
    FILE *out = command->out;
    const char *control;

    if (summary->agreement == AGREE_NOT_STATED) {
        (void)fputs("; no control total", out);
        return;
    }
    control = sum_text(command, &summary->control);
    switch (summary->agreement) {
    case AGREE:
        (void)fprintf(out, "; control total %s: agrees", control);
        break;
    case AGREE_BEFORE_ROUNDING:
        (void)fprintf(out, "; control total %s: agrees before rounding", control);
        break;
    default:
        (void)fprintf(out, "; control total %s: difference %s", control,
                      sum_text(command, &summary->difference));
        break;
    }
}

void conversion_text(const struct command *command, const struct convert_summary *summary)
{
    const struct proof *proof = &summary->proof;
    struct count left_out = { 0 }, refused = { 0 };

    decimal_sum_open(&left_out.total);
    decimal_sum_open(&refused.total);
    proof_left_out(proof, &left_out);
    proof_refused(proof, &refused);
    for (size_t i = 0; i < summary->files; i++)
        print_file(command, &summary->file[i]);
    print_counts(command, summary);
    if (summary->ids_untested)
        (void)fprintf(command->out, "more than %d ids: 'ochil close' will find what stands twice "
                      "among the others\n", IDS_SEEN_MAX);
    (void)fprintf(command->out, "%" PRIu64 " accepted + %" PRIu64 " left out + %" PRIu64
                  " refused = %" PRIu64 " rows", proof->accepted.rows, left_out.rows, refused.rows,
                  proof->rows);
    if (form_has_amount(summary->form)) {
        print_amounts(command, proof, &left_out, &refused);
        print_control(command, summary);
    }
    (void)fputc('\n', command->out);
    decimal_sum_close(&left_out.total);
    decimal_sum_close(&refused.total);
}

/* -- JSON ---------------------------------------------------------------------------------- */

struct view {
    const struct command         *command;
    const struct convert_summary *summary;
    struct json                  *json;
    bool                          amounts;
};

static void json_rows(const struct view *view, uint64_t rows)
{
    json_key(view->json, "rows");
    json_integer(view->json, (int64_t)rows);
}

static void json_sum(const struct view *view, const char *key, const struct decimal_sum *sum)
{
    json_key(view->json, key);
    if (view->amounts && sum != NULL)
        json_string(view->json, sum_text(view->command, sum));
    else
        json_null(view->json);
}

static void json_counted(const struct view *view, const struct count *count)
{
    json_rows(view, count->rows);
    json_sum(view, "total", &count->total);
    json_key(view->json, "unreadable");
    json_integer(view->json, (int64_t)count->unreadable);
}

static void json_first(const struct view *view, const struct count *count)
{
    json_path(view->json, view->command->arena, "first",
              arena_print(view->command->arena, "%.*s:%" PRIu64, TEXT(count->first_file),
                          count->first));
}

static void json_rules(const struct view *view)
{
    const struct proof *proof = &view->summary->proof;

    json_key(view->json, "rules");
    json_array(view->json);
    for (size_t i = 0; i < LEFT_BY_PROFILE + proof->rules; i++) {
        if (proof->left_out[i].rows == 0)
            continue;
        json_object(view->json);
        json_word(view->json, "rule", left_out_name(view->command->arena, i));
        json_rows(view, proof->left_out[i].rows);
        json_sum(view, "total", &proof->left_out[i].total);
        json_object_end(view->json);
    }
    json_array_end(view->json);
}

static void json_reasons(const struct view *view)
{
    const struct proof *proof = &view->summary->proof;

    json_key(view->json, "reasons");
    json_array(view->json);
    for (int i = 0; i < REASONS; i++) {
        if (proof->refused[i].rows == 0)
            continue;
        json_object(view->json);
        json_word(view->json, "reason", reason_name((enum reason)i));
        json_counted(view, &proof->refused[i]);
        json_first(view, &proof->refused[i]);
        json_object_end(view->json);
    }
    json_array_end(view->json);
}

static void json_totals(const struct view *view)
{
    const struct convert_summary *summary = view->summary;
    bool controlled = summary->agreement != AGREE_NOT_STATED;
    struct decimal_sum total;

    decimal_sum_open(&total);
    proof_total(&summary->proof, &total);
    json_sum(view, "total", &total);
    decimal_sum_close(&total);
    json_sum(view, "control_total", controlled ? &summary->control : NULL);
    json_sum(view, "difference", controlled ? &summary->difference : NULL);
    json_key(view->json, "rounding");
    json_object(view->json);
    json_rows(view, summary->proof.rounded);
    json_sum(view, "total", &summary->proof.rounding);
    json_object_end(view->json);
}

static void json_word_or_null(struct json *json, const char *key, const char *word, bool known)
{
    json_key(json, key);
    if (known)
        json_string(json, word);
    else
        json_null(json);
}

static void json_file(const struct view *view, const struct convert_file *file)
{
    struct json *json = view->json;
    bool text = file->kind == EXTRACT_TEXT;

    json_object(json);
    json_key(json, "name");
    json_text(json, file->name);
    json_word(json, "kind", kind_word(file));
    json_word(json, "packing", packing_words[file->seen.packing]);
    json_word_or_null(json, "encoding", encoding_words[file->seen.encoding], text);
    json_key(json, "encoding_detected");
    json_bool(json, file->seen.encoding_detected);
    json_key(json, "byte_order_marks");
    json_integer(json, (int64_t)file->seen.byte_order_marks + file->seen.mark_encoded_twice);
    json_word_or_null(json, "line_end", line_end_words[file->seen.line_end], text);
    json_rows(view, file->rows);
    json_object_end(json);
}

static void json_outcomes(const struct view *view)
{
    const struct proof *proof = &view->summary->proof;
    struct count left_out = { 0 }, refused = { 0 };

    decimal_sum_open(&left_out.total);
    decimal_sum_open(&refused.total);
    proof_left_out(proof, &left_out);
    proof_refused(proof, &refused);
    json_key(view->json, "accepted");
    json_object(view->json);
    json_rows(view, proof->accepted.rows);
    json_sum(view, "total", &proof->accepted.total);
    json_object_end(view->json);
    json_key(view->json, "left_out");
    json_object(view->json);
    json_counted(view, &left_out);
    json_rules(view);
    json_object_end(view->json);
    json_key(view->json, "refused");
    json_object(view->json);
    json_counted(view, &refused);
    json_reasons(view);
    json_object_end(view->json);
    decimal_sum_close(&left_out.total);
    decimal_sum_close(&refused.total);
}

void conversion_keys(const struct command *command, const struct convert_summary *summary,
                     struct json *json)
{
    struct view view = { command, summary, json, form_has_amount(summary->form) };

    json_word(json, "form", form_table[summary->form].name);
    json_rows(&view, summary->proof.rows);
    json_outcomes(&view);
    json_totals(&view);
    json_key(json, "files");
    json_array(json);
    for (size_t i = 0; i < summary->files; i++)
        json_file(&view, &summary->file[i]);
    json_array_end(json);
}

enum err conversion_json(const struct command *command, const struct convert_summary *summary)
{
    struct file_sink sink;
    struct json json;

    file_sink_open(&sink, command->out);
    json_begin(&json, &sink.sink, JSON_PRETTY, command->trouble);
    json_object(&json);
    conversion_keys(command, summary, &json);
    json_object_end(&json);
    return json_end(&json);
}

/* -- what went wrong ----------------------------------------------------------------------- */

static void tell_row(const struct command *command, const struct convert_summary *summary,
                     const struct refusal *refusal)
{
    (void)fputs("  ", command->err);
    if (summary->files > 1)
        (void)fprintf(command->err, "%s, ", text_shown(command->arena, refusal->file));
    (void)fprintf(command->err, "row %" PRIu64 ": %s%s%s\n", refusal->row,
                  reason_name(refusal->reason), refusal->fact[0] == '\0' ? "" : ". ",
                  refusal->fact);
}

/* The first rows, and below them what each of their reasons means. */
static void tell_rows(const struct command *command, const struct convert_summary *summary,
                      uint64_t refused)
{
    bool told[REASONS] = { false };

    for (size_t i = 0; i < summary->refusals; i++)
        tell_row(command, summary, &summary->refusal[i]);
    if (refused > summary->refusals)
        (void)fprintf(command->err, "  and %" PRIu64 " more\n",
                      refused - (uint64_t)summary->refusals);
    for (size_t i = 0; i < summary->refusals; i++) {
        enum reason reason = summary->refusal[i].reason;
        if (!told[reason])
            (void)fprintf(command->err, "%s: %s\n", reason_name(reason), reason_help(reason));
        told[reason] = true;
    }
}

/* Where the rows are that do not add up. */
static void tell_difference(const struct command *command, const struct convert_summary *summary)
{
    for (size_t i = 0; i < summary->files; i++) {
        const struct convert_file *file = &summary->file[i];
        bool own = file->agreement == AGREE_NOT || file->agreement == AGREE_NOT_READABLE;

        if (!own && summary->agreement != AGREE_NOT && summary->agreement != AGREE_NOT_READABLE)
            continue;
        (void)fprintf(command->err, "  %s: rows %" PRIu64 " to %" PRIu64 "%s%s\n",
                      text_shown(command->arena, file->name), file->first_row, file->last_row,
                      own ? " do not add up to the total that it states: difference " : "",
                      own ? sum_text(command, &file->difference) : "");
    }
}

static bool differs(const struct convert_summary *summary)
{
    bool differs = summary->agreement == AGREE_NOT || summary->agreement == AGREE_NOT_READABLE;

    for (size_t i = 0; i < summary->files; i++)
        differs = differs || summary->file[i].agreement == AGREE_NOT;
    return differs;
}

void conversion_refusals(const struct command *command, const struct convert_summary *summary,
                         const char *errors)
{
    uint64_t refused = summary->proof.rows - summary->proof.accepted.rows;

    for (size_t i = 0; i < LEFT_BY_PROFILE + summary->proof.rules; i++)
        refused -= summary->proof.left_out[i].rows;
    if (refused > 0) {
        (void)fprintf(command->err, "ochil: %" PRIu64 " row%s refused.%s%s\n", refused,
                      refused == 1 ? " was" : "s were", summary->errors_written ? " See " : "",
                      summary->errors_written ? errors : "");
        tell_rows(command, summary, refused);
    }
    if (differs(summary)) {
        (void)fprintf(command->err, "ochil: the rows do not add up to the control total%s%s.\n",
                      summary->agreement == AGREE_NOT_STATED ? "" : ": difference ",
                      summary->agreement == AGREE_NOT_STATED
                          ? "" : sum_text(command, &summary->difference));
        tell_difference(command, summary);
    }
    if (!summary->written)
        (void)fprintf(command->err, "Nothing was written.%s\n",
                      refused > 0 && errors == NULL
                          ? " With --errors FILE the rows that are right would be, and the others "
                            "go to FILE to be mended." : "");
}
