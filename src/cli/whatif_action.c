#include <stdlib.h>

#include "cli/answer.h"
#include "cli/page.h"
#include "cli/settle_table.h"
#include "cli/shown.h"
#include "cli/table.h"
#include "cli/watch.h"
#include "engine/output.h"
#include "engine/whatif_io.h"

#define QUESTION_BYTES 65536
#define FAULTS_TOLD 5

/* One run: the folder, read once, and the question that is being answered. */
struct asking {
    const struct command *command;
    struct arena          memory;       /* of one question */
    struct arena          page;         /* what is printed of it */
    struct whatif_folder  folder;
    struct whatif_answer  answer;
    struct ledger_watch   watch;
};

static const struct model *model_of(const struct asking *asking)
{
    return &asking->folder.whatif.base.model;
}

static const char *shown(struct asking *asking, struct text text)
{
    return text_shown(&asking->page, text);
}

static bool is_change(const struct change *change)
{
    return change->before.borne != change->after.borne ||
           change->before.paid != change->after.paid;
}

static wide net_change(const struct change *change)
{
    return change->after.borne - change->after.paid - change->before.borne + change->before.paid;
}

/* ---- as text ---- */

static const char *signed_money(struct asking *asking, wide pence)
{
    return arena_print(&asking->page, "%s%s", pence > 0 ? "+" : "",
                       money_shown(&asking->page, pence));
}

static void put_change(struct asking *asking, struct table *table, size_t partner,
                       const struct change *change)
{
    table_put(table, "%s", shown(asking, model_of(asking)->partner[partner].code));
    table_put(table, "%s", money_shown(&asking->page, change->before.borne));
    table_put(table, "%s", money_shown(&asking->page, change->after.borne));
    table_put(table, "%s", signed_money(asking, change->after.borne - change->before.borne));
}

static void open_changes(struct asking *asking, struct table *table, const char *what)
{
    table_open(table, &asking->page, "llrrr");
    table_put(table, "%s", what);
    table_put(table, "partner");
    table_put(table, "borne now");
    table_put(table, "as assumed");
    table_put(table, "change");
}

static void print_partners(struct asking *asking)
{
    const struct whatif_answer *answer = &asking->answer;
    struct table table;

    table_open(&table, &asking->page, "lrrrr");
    table_put(&table, "partner");
    table_put(&table, "borne now");
    table_put(&table, "as assumed");
    table_put(&table, "change");
    table_put(&table, "change of net");
    for (size_t p = 0; p < model_of(asking)->partners; p++) {
        put_change(asking, &table, p, &answer->partner[p]);
        table_put(&table, "%s", signed_money(asking, net_change(&answer->partner[p])));
    }
    table_print(&table, asking->command->out, 2);
}

/* Services or pools, as far as anything changes there. */
static void print_changes(struct asking *asking, const char *what, const struct change *change,
                          size_t count)
{
    const struct model *model = model_of(asking);
    struct table table;

    open_changes(asking, &table, what);
    for (size_t i = 0; i < count; i++) {
        const char *code = shown(asking, strcmp(what, "pool") == 0 ? model->pool[i].code
                                                                   : model->service[i].code);
        for (size_t p = 0; p < model->partners; p++) {
            const struct change *row = &change[i * model->partners + p];
            if (!is_change(row))
                continue;
            table_put(&table, "%s", code);
            code = "";
            put_change(asking, &table, p, row);
        }
    }
    if (table.count <= strlen(table.columns))
        return;
    (void)fputc('\n', asking->command->out);
    table_print(&table, asking->command->out, 2);
}

struct bill_print {
    struct asking *asking;
    struct table  *table;
    struct json   *json;
    const char    *when;
};

static void put_debt(void *context, struct debt debt)
{
    const struct bill_print *bill = context;
    struct asking *asking = bill->asking;
    const struct model *model = model_of(asking);

    table_put(bill->table, "%s", bill->when);
    table_put(bill->table, "%s", debt.service < 0 ? "all"
                                                  : shown(asking, model->service[debt.service]
                                                          .code));
    table_put(bill->table, "%s owes %s", shown(asking, model->partner[debt.from].code),
              shown(asking, model->partner[debt.to].code));
    table_put(bill->table, "%s", money_shown(&asking->page, debt.amount));
}

static void print_bills(struct asking *asking)
{
    struct table table;
    struct bill_print bill = { asking, &table, NULL, "now" };

    table_open(&table, &asking->page, "lllr");
    table_put(&table, "bill");
    table_put(&table, "service");
    table_put(&table, "%s", "");
    table_put(&table, "amount");
    bill_each(&asking->folder.whatif.before, put_debt, &bill);
    bill.when = "as assumed";
    bill_each(&asking->answer.result, put_debt, &bill);
    (void)fputc('\n', asking->command->out);
    table_print(&table, asking->command->out, 2);
}

static const char *even_text(struct asking *asking, const struct break_even *even)
{
    const char *partner = shown(asking, model_of(asking)->partner[even->partner].code);

    switch (even->kind) {
    case EVEN_NONE:
        return arena_print(&asking->page, "%s: no value leaves its total unchanged.", partner);
    case EVEN_ALWAYS:
        return arena_print(&asking->page, "%s: its total is the same for every value.", partner);
    case EVEN_RANGE:
        if (strcmp(even->from, even->to) == 0)
            return arena_print(&asking->page, "%s: its total does not change at %s.", partner,
                               even->from);
        return arena_print(&asking->page, "%s: its total does not change from %s to %s.",
                           partner, even->from, even->to);
    default:
        return arena_print(&asking->page, "%s: no value leaves its total quite unchanged.",
                           partner);
    }
}

static void print_even(struct asking *asking)
{
    const struct whatif_answer *answer = &asking->answer;
    FILE *out = asking->command->out;

    if (answer->even_of < 0)
        return;
    (void)fprintf(out, "\n  Break-even of %s\n",
                  shown(asking, text_of(answer->assignment[answer->even_of].text)));
    if (answer->no_even != NULL)
        page_wrap(out, 4, 4, arena_print(&asking->page, "None: %s.", answer->no_even));
    for (size_t i = 0; i < answer->evens; i++) {
        const struct break_even *even = &answer->even[i];
        page_wrap(out, 4, 6, even_text(asking, even));
        if (even->below == NULL)
            continue;
        page_wrap(out, 6, 6, arena_print(&asking->page, "At %s it changes by %s, at %s by %s.",
                                         even->below, signed_money(asking, even->change_below),
                                         even->above, signed_money(asking, even->change_above)));
    }
}

static void print_text(struct asking *asking)
{
    const struct whatif_answer *answer = &asking->answer;
    const struct model *model = model_of(asking);
    FILE *out = asking->command->out;

    for (size_t i = 0; i < answer->assignments; i++)
        (void)fprintf(out, "%s%s\n", i == 0 ? "Assumed: " : "         ",
                      shown(asking, text_of(answer->assignment[i].text)));
    if (answer->read_again)
        (void)fputs("The ledgers were read again, since cost_centres.csv is another.\n", out);
    (void)fputc('\n', out);
    print_partners(asking);
    print_changes(asking, "service", answer->service, model->services);
    print_changes(asking, "pool", answer->pool, model->pools);
    print_bills(asking);
    print_even(asking);
    (void)fputc('\n', out);
}

/* ---- as JSON ---- */

static void json_code(struct json *json, const char *key, struct text code)
{
    json_key(json, key);
    json_text(json, code);
}

static void json_amount(struct json *json, const char *key, wide pence)
{
    json_key(json, key);
    json_money(json, pence);
}

static void json_changes(struct asking *asking, struct json *json, const char *key,
                         const struct change *change, const char *what, size_t count)
{
    const struct model *model = model_of(asking);

    json_key(json, key);
    json_array(json);
    for (size_t i = 0; i < count * model->partners; i++) {
        size_t row = i / model->partners;
        if (what != NULL && !is_change(&change[i]))
            continue;
        json_object(json);
        if (what != NULL)
            json_code(json, what, strcmp(what, "pool") == 0 ? model->pool[row].code
                                                            : model->service[row].code);
        json_code(json, "partner", model->partner[i % model->partners].code);
        json_amount(json, "borne_before", change[i].before.borne);
        json_amount(json, "borne_after", change[i].after.borne);
        json_amount(json, "paid_before", change[i].before.paid);
        json_amount(json, "paid_after", change[i].after.paid);
        json_amount(json, "net_change", net_change(&change[i]));
        json_object_end(json);
    }
    json_array_end(json);
}

static void json_debt(void *context, struct debt debt)
{
    const struct bill_print *bill = context;
    const struct model *model = model_of(bill->asking);

    json_object(bill->json);
    json_code(bill->json, "service",
              debt.service < 0 ? text_of("all") : model->service[debt.service].code);
    json_code(bill->json, "from", model->partner[debt.from].code);
    json_code(bill->json, "to", model->partner[debt.to].code);
    json_amount(bill->json, "amount", debt.amount);
    json_object_end(bill->json);
}

static void json_bill(struct asking *asking, struct json *json, const char *key,
                      const struct settlement_result *result)
{
    struct bill_print bill = { asking, NULL, json, NULL };

    json_key(json, key);
    json_array(json);
    bill_each(result, json_debt, &bill);
    json_array_end(json);
}

static void json_even(struct asking *asking, struct json *json, const struct break_even *even)
{
    static const char *const kinds[] = { "none", "always", "range", "between" };

    json_object(json);
    json_code(json, "partner", model_of(asking)->partner[even->partner].code);
    json_word(json, "unchanged", kinds[even->kind]);
    if (even->kind == EVEN_RANGE) {
        json_word(json, "from", even->from);
        json_word(json, "to", even->to);
    }
    if (even->below != NULL) {
        json_word(json, "not_above_at", even->below);
        json_amount(json, "change_there", even->change_below);
        json_word(json, "above_at", even->above);
        json_amount(json, "change_above", even->change_above);
    }
    json_object_end(json);
}

static void json_evens(struct asking *asking, struct json *json)
{
    const struct whatif_answer *answer = &asking->answer;

    if (answer->even_of < 0)
        return;
    json_key(json, "break_even");
    json_object(json);
    json_path(json, &asking->page, "of", answer->assignment[answer->even_of].text);
    if (answer->no_even != NULL)
        json_word(json, "none_because", answer->no_even);
    json_key(json, "partners");
    json_array(json);
    for (size_t i = 0; i < answer->evens; i++)
        json_even(asking, json, &answer->even[i]);
    json_array_end(json);
    json_object_end(json);
}

static void json_assumed(struct asking *asking, struct json *json)
{
    const struct whatif_answer *answer = &asking->answer;

    json_key(json, "assumed");
    json_array(json);
    for (size_t i = 0; i < answer->assignments; i++) {
        const char *text = answer->assignment[i].text;
        if (text_is_utf8(text_of(text)))
            json_string(json, text);
        else
            json_string(json, "?");
    }
    json_array_end(json);
}

static void json_answer(struct asking *asking, struct json *json)
{
    const struct whatif_answer *answer = &asking->answer;
    const struct model *model = model_of(asking);

    json_key(json, "read_again");
    json_bool(json, answer->read_again);
    json_changes(asking, json, "partners", answer->partner, NULL, 1);
    json_changes(asking, json, "services", answer->service, "service", model->services);
    json_changes(asking, json, "pools", answer->pool, "pool", model->pools);
    json_bill(asking, json, "bill_before", &asking->folder.whatif.before);
    json_bill(asking, json, "bill_after", &answer->result);
    json_evens(asking, json);
}

/* An object for the answer; in a row of questions, a line for each. */
static enum err print_json(struct asking *asking, bool refused)
{
    bool many = command_has(asking->command, "ask");
    struct file_sink sink;
    struct json json;

    file_sink_open(&sink, asking->command->out);
    json_begin(&json, &sink.sink, many ? JSON_COMPACT : JSON_PRETTY, asking->command->trouble);
    json_object(&json);
    json_assumed(asking, &json);
    if (refused)
        refusal_json(&json, &asking->answer.after.faults, &asking->page, NULL);
    else
        json_answer(asking, &json);
    json_object_end(&json);
    return json_end(&json);
}

/* ---- one question ---- */

/* What the year as assumed would be refused for, by the assignment that it comes from. */
static void tell_refusal(struct asking *asking)
{
    const struct whatif_answer *answer = &asking->answer;
    const struct faults *faults = &answer->after.faults;
    FILE *err = asking->command->err;

    (void)fputs("ochil: refused as assumed:\n", err);
    for (size_t i = 0; i < faults->count && i < FAULTS_TOLD; i++) {
        const struct fault *fault = &faults->fault[i];
        int32_t culprit = whatif_culprit(answer, fault);
        (void)fprintf(err, "  %s%s%s '%s'. %s\n",
                      culprit < 0 ? "" : shown(asking, text_of(answer->assignment[culprit].text)),
                      culprit < 0 ? "" : ": ", fault_name(fault->code),
                      shown(asking, fault->value), fault_help(fault->code));
    }
}

static enum err answer_question(struct asking *asking, const char *const text[], size_t count)
{
    const struct command *command = asking->command;
    bool json = command_has(command, "json");
    enum err err = whatif_folder_ask(&asking->folder, &asking->memory, text, count,
                                     &asking->watch.watch, &asking->answer, command->trouble);
    enum err printed = OK;

    if (json && (err == OK || err == ERR_REFUSED))
        printed = print_json(asking, err == ERR_REFUSED);
    else if (err == OK)
        print_text(asking);
    if (err == ERR_REFUSED)
        tell_refusal(asking);
    return err != OK ? err : printed;
}

/* Guards what is printed; the answer is closed whatever happens. */
static enum err ask(struct asking *asking, const char *const text[], size_t count)
{
    enum err err;

    ARENA_KEEP(outer, &asking->page);
    if (ARENA_GUARD(&asking->page))
        err = fail(asking->command->trouble, ERR_IO, "out of memory");
    else
        err = answer_question(asking, text, count);
    whatif_answer_close(&asking->answer);
    arena_free(&asking->memory);
    arena_free(&asking->page);
    return err;
}

/* ---- questions from standard input ---- */

/* The next word of a line, cut out of it; "..." keeps blanks together. NULL: no more. */
static const char *next_word(char **at)
{
    char *word;
    char *to;
    bool quoted = false;

    while (**at == ' ' || **at == '\t')
        (*at)++;
    if (**at == '\0')
        return NULL;
    for (word = to = *at; **at != '\0' && (quoted || (**at != ' ' && **at != '\t')); (*at)++) {
        if (**at == '"')
            quoted = !quoted;
        else
            *to++ = **at;
    }
    if (**at != '\0')
        (*at)++;
    *to = '\0';
    return word;
}

static enum err ask_line(struct asking *asking, char *line)
{
    const char **word = arena_take(asking->command->arena, strlen(line) / 2 + 1, sizeof *word);
    size_t count = 0;

    line[strcspn(line, "\r\n")] = '\0';
    while ((word[count] = next_word(&line)) != NULL)
        count++;
    return count == 0 ? OK : ask(asking, word, count);
}

/* A question that fails is told and the next one is answered; the first failure is returned. */
static enum err ask_all(struct asking *asking)
{
    const struct command *command = asking->command;
    char *line = arena_take(command->arena, QUESTION_BYTES, 1);
    enum err first = OK;

    while (fgets(line, QUESTION_BYTES, command->in) != NULL) {
        enum err err = ask_line(asking, line);
        (void)fflush(command->out);
        if (err == OK)
            continue;
        if (err == ERR_BUSY)
            return err;
        if (command->trouble->text[0] != '\0')
            (void)fprintf(command->err, "ochil: %s\n", command->trouble->text);
        command->trouble->text[0] = '\0';
        first = first == OK ? err : first;
    }
    return first;
}

/* ---- the run ---- */

static enum err run(struct asking *asking, const struct whatif_request *request)
{
    const struct command *command = asking->command;
    size_t count;
    const char *const *set = command_values(command, "set", &count);
    enum err err = whatif_folder_open(request, command->work, &asking->folder, command->trouble);

    progress_close(&asking->watch.progress);
    if (err == ERR_REFUSED)
        return refusal_tell(command, &asking->folder.whatif.base.faults, NULL);
    if (err != OK)
        return err;
    if (count > 0)
        err = ask(asking, set, count);
    if (err == OK && command_has(command, "ask"))
        err = ask_all(asking);
    return err;
}

enum err whatif_run(struct command *command)
{
    struct asking *asking = arena_take(command->arena, 1, sizeof *asking);
    struct whatif_request request = {
        .outside = &real_outside, .folder = command_argument(command, 0),
        .book = book_given(command), .through = command_value(command, "through"),
    };
    size_t count;
    enum err err = threads_given(command, &request.threads);

    (void)command_values(command, "set", &count);
    if (err == OK && count == 0 && !command_has(command, "ask"))
        err = fail(command->trouble, ERR_USAGE, "what is to be assumed? Give --set WHAT=VALUE, "
                   "or --ask to read questions from standard input");
    if (err != OK)
        return err;
    asking->command = command;
    watch_open(&asking->watch, command, request.folder, request.book);
    request.watch = &asking->watch.watch;
    err = run(asking, &request);
    watch_close(&asking->watch);
    whatif_folder_close(&asking->folder);
    return err;
}
