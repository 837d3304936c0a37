#include "finance/finance_run_model.h"

#include <inttypes.h>

#include "engine/close.h"
#include "finance/finance_text_sink.h"

#define KEPT "input/"
#define SUMS_FILE "sums.csv"
#define SUMS_HEADER "partner,cost_centre,account,period,lines,pence\n"
#define FILES_MOST (PARTNERS_MAX + 8)

/* --- the partnership --- */

/* The engine asks for the book's files; nothing is read of them, since sums are given. A fault of
 * a council's codes is told as of its file. */
static struct memory_file *with_books(struct arena *arena, const struct run_question *question,
                                      const struct model *model, size_t *count)
{
    struct memory_file *file = arena_take(arena, question->files + model->partners + 1,
                                          sizeof *file);

    *count = question->files;
    memcpy(file, question->file, question->files * sizeof *file);
    for (size_t p = 0; p < model->partners; p++)
        file[(*count)++] = (struct memory_file){
            arena_print(arena, "%s/%.*s.csv", book_name[question->book],
                        TEXT(model->partner[p].code)), text_of(LEDGER_HEADER "\n") };
    return file;
}

/* The rank of a partner's file among those of the book, which are in byte order. */
static int32_t file_of(const struct partnership *partnership, struct text partner)
{
    const struct book_files *files = &partnership->files;

    for (size_t i = 0; i < files->count; i++) {
        const struct text name = text_of(strchr(files->file[i].name, '/') + 1);
        if (text_equal((struct text){ name.data, name.size - 4 }, partner))
            return FILE_BOOK + (int32_t)i;
    }
    return FILE_NONE;
}

struct summing {
    struct partnership *partnership;
    struct index        told;       /* codes that were found at fault */
    int32_t             faults;
};

/* Once for each code, however many sums it has. */
static void add_fault(struct summing *summing, const struct run_sum *sum, enum fault_code code,
                      struct text value)
{
    const int32_t file = file_of(summing->partnership, sum->partner);
    const uint32_t salt = (uint32_t)file * FAULT_CODES + (uint32_t)code;

    if (index_find(&summing->told, salt, value) >= 0)
        return;
    (void)index_add(&summing->told, salt, value, summing->faults++);
    fault_add(&summing->partnership->faults, file, 0, code, value);
}

/* As ledger_line.h judges a line, from its account on. */
static void add_sum(struct summing *summing, const struct run_sum *sum)
{
    struct partnership *partnership = summing->partnership;
    const struct model *model = &partnership->model;
    const int32_t partner = index_find(&model->partner_index, 0, sum->partner);
    const uint32_t salt = (uint32_t)partner;

    if (partner < 0) {
        if (model_has(model, FILE_PARTNERS))
            add_fault(summing, sum, FAULT_PARTNER, sum->partner);
        return;
    }
    const int32_t group = index_find(&model->account_index, salt, sum->account);
    if (group < 0) {
        if (model_has(model, FILE_ACCOUNTS))
            add_fault(summing, sum, FAULT_ACCOUNT, sum->account);
        return;
    }
    const int32_t centre = index_find(&model->centre_index, salt, sum->cost_centre);
    const struct centre_row *row = centre < 0 ? NULL
        : centre_at(model, &model->centre[centre], sum->account,
                    period_of_year(model->year, sum->period));
    if (row == NULL && model_has(model, FILE_COST_CENTRES))
        add_fault(summing, sum, FAULT_COST_CENTRE, sum->cost_centre);
    if (row == NULL || row->slot < 0)
        return;
    if (sum->period > partnership->through) {
        partnership->sums.later.lines += sum->lines;
        partnership->sums.later.pence += sum->pence;
        return;
    }
    sums_add(&partnership->sums, row->slot, group, sum->period, sum->pence);
    partnership->sums.lines[row->slot] += sum->lines;
}

static void add_sums(struct partnership *partnership, const struct run_sum *sum, size_t sums)
{
    struct summing summing = { .partnership = partnership };

    index_open(&summing.told, partnership->arena);
    sums_open(&partnership->sums, partnership->arena, &partnership->model);
    for (size_t i = 0; i < sums; i++)
        add_sum(&summing, &sum[i]);
    partnership_share(partnership);
}

/* The model, the sums and the shares, or what is wrong with them. */
static enum err load(struct partnership *partnership, struct arena *arena,
                     struct memory_source *source, const struct run_question *question,
                     struct trouble *trouble)
{
    size_t count;
    enum err err;

    /* Which partners there are is in the files: read once to know the book's files. */
    memory_source_open(source, question->file, question->files, NULL);
    err = partnership_load(partnership, &source->source, arena, question->book,
                           question->through, trouble);
    if (err != OK || !partnership->usable)
        return err;
    const struct memory_file *file = with_books(arena, question, &partnership->model, &count);
    partnership_close(partnership);
    memory_source_open(source, file, count, NULL);
    err = partnership_load(partnership, &source->source, arena, question->book,
                           question->through, trouble);
    if (err == OK && partnership->usable)
        add_sums(partnership, question->sum, question->sums);
    return err;
}

/* --- what it comes to --- */

struct files_target {
    struct close_target target;
    struct arena       *arena;
    struct run_answer  *answer;
    struct text_sink    sink;
};

static enum err open_file(struct close_target *target, const char *name, struct sink **sink,
                          struct trouble *trouble)
{
    struct files_target *into = (struct files_target *)target;

    (void)trouble;
    text_sink_open(&into->sink, into->arena);
    into->answer->file[into->answer->files].name = name;
    *sink = &into->sink.sink;
    return OK;
}

static enum err shut_file(struct close_target *target, struct trouble *trouble)
{
    struct files_target *into = (struct files_target *)target;

    (void)trouble;
    into->answer->file[into->answer->files++].bytes = text_sink_bytes(&into->sink);
    return OK;
}

static enum err refuse(struct partnership *partnership, struct files_target *into,
                       struct run_answer *answer, struct trouble *trouble)
{
    struct sink *sink;
    enum err err;

    answer->files = 0;
    answer->refused = true;
    answer->faults = partnership->faults.total;
    err = open_file(&into->target, "errors.csv", &sink, trouble);
    if (err == OK)
        err = faults_write(&partnership->faults, sink, trouble);
    return err == OK ? shut_file(&into->target, trouble) : err;
}

/* --- what is kept --- */

static struct text partner_code(const struct model *model, int32_t partner)
{
    return partner < 0 ? text_of("") : model->partner[partner].code;
}

static void put_accounts(struct csv_writer *csv, const struct partnership *partnership)
{
    const struct model *model = &partnership->model;

    csv_literal(csv, "partner,account,group\n");
    for (size_t p = 0; p < model->partners; p++)
        for (size_t g = 0; g < model->groups; g++) {
            csv_text(csv, model->partner[p].code);
            csv_count(csv, g + 1);
            csv_text(csv, model->group[g]);
            csv_end(csv);
        }
}

static void put_centres(struct csv_writer *csv, const struct partnership *partnership)
{
    const struct model *model = &partnership->model;

    csv_literal(csv, "partner,cost_centre,account,from,to,treatment,pool,bearer\n");
    for (size_t s = 0; s < model->slots; s++) {
        const struct slot *slot = &model->slot[s];
        csv_text(csv, partner_code(model, slot->partner));
        csv_count(csv, s + 1);
        for (int blank = 0; blank < 3; blank++)
            csv_word(csv, "");
        csv_word(csv, kind_name[slot->kind]);
        csv_text(csv, slot->pool < 0 ? text_of("") : model->pool[slot->pool].code);
        csv_text(csv, partner_code(model, slot->bearer));
        csv_end(csv);
    }
}

static void put_kept_sum(struct csv_writer *csv, const struct run_sum *sum)
{
    csv_text(csv, sum->partner);
    csv_text(csv, sum->cost_centre);
    csv_text(csv, sum->account);
    csv_count(csv, (uint64_t)sum->period + 1);
    csv_count(csv, sum->lines);
    csv_money(csv, sum->pence);
    csv_end(csv);
}

/* Sums of one slot, group and period, which many codes share. */
struct kept_sums {
    struct run_sum *sum;            /* [(slot * groups + group) * PERIODS + period] */
};

static void keep_sum(const struct partnership *partnership, struct kept_sums *kept,
                     const struct run_sum *sum)
{
    const struct model *model = &partnership->model;
    const int32_t partner = index_find(&model->partner_index, 0, sum->partner);
    const int32_t group = index_find(&model->account_index, (uint32_t)partner, sum->account);
    const int32_t centre = index_find(&model->centre_index, (uint32_t)partner, sum->cost_centre);
    const struct centre_row *row = centre_at(model, &model->centre[centre], sum->account,
                                             period_of_year(model->year, sum->period));
    struct run_sum *into = &kept->sum[((size_t)row->slot * model->groups + (size_t)group) *
                                      PERIODS + (size_t)sum->period];

    into->lines += sum->lines;
    into->pence += sum->pence;
}

static void put_sums(struct csv_writer *csv, const struct partnership *partnership,
                     const struct run_question *question)
{
    const struct model *model = &partnership->model;
    struct arena *arena = partnership->arena;
    struct kept_sums kept = { arena_take(arena, model->slots * model->groups * PERIODS + 1,
                                         sizeof *kept.sum) };

    for (size_t i = 0; i < question->sums; i++)
        keep_sum(partnership, &kept, &question->sum[i]);
    csv_literal(csv, SUMS_HEADER);
    for (size_t i = 0; i < model->slots * model->groups * PERIODS; i++) {
        struct run_sum *sum = &kept.sum[i];
        const size_t slot = i / PERIODS / model->groups;
        if (sum->lines == 0)
            continue;
        sum->partner = partner_code(model, model->slot[slot].partner);
        sum->cost_centre = text_of(arena_number(arena, (int64_t)slot + 1));
        sum->account = text_of(arena_number(arena, (int64_t)(i / PERIODS % model->groups) + 1));
        sum->period = (int32_t)(i % PERIODS);
        put_kept_sum(csv, sum);
    }
}

static enum err end_kept(struct csv_writer *csv, struct text_sink *sink, const char *name,
                         struct run_answer *answer)
{
    enum err err = csv_close(csv);

    answer->input[answer->inputs++] = (struct memory_file){ name, text_sink_bytes(sink) };
    return err;
}

static enum err keep_made(struct arena *arena, const struct partnership *partnership,
                          const struct run_question *question, struct run_answer *answer,
                          struct trouble *trouble)
{
    struct csv_writer *csv = arena_take(arena, 1, sizeof *csv);
    struct text_sink sink;
    enum err err;

    text_sink_open(&sink, arena);
    csv_open(csv, &sink.sink, trouble);
    put_accounts(csv, partnership);
    err = end_kept(csv, &sink, KEPT "accounts.csv", answer);
    text_sink_open(&sink, arena);
    csv_open(csv, &sink.sink, trouble);
    put_centres(csv, partnership);
    if (err == OK)
        err = end_kept(csv, &sink, KEPT "cost_centres.csv", answer);
    text_sink_open(&sink, arena);
    csv_open(csv, &sink.sink, trouble);
    put_sums(csv, partnership, question);
    return err == OK ? end_kept(csv, &sink, KEPT SUMS_FILE, answer) : err;
}

static bool is_made(const char *name)
{
    return strcmp(name, "accounts.csv") == 0 || strcmp(name, "cost_centres.csv") == 0;
}

static enum err keep_inputs(struct arena *arena, const struct partnership *partnership,
                            const struct run_question *question, struct run_answer *answer,
                            struct trouble *trouble)
{
    answer->input = arena_take(arena, question->files + 3, sizeof *answer->input);
    for (size_t i = 0; i < question->files; i++)
        if (!is_made(question->file[i].name))
            answer->input[answer->inputs++] = (struct memory_file){
                arena_print(arena, KEPT "%s", question->file[i].name), question->file[i].bytes };
    return keep_made(arena, partnership, question, answer, trouble);
}

static enum err write_out(struct arena *arena, struct partnership *partnership,
                          const struct run_question *question, struct run_answer *answer,
                          struct trouble *trouble)
{
    struct files_target into = { { open_file, shut_file }, arena, answer, { .arena = arena } };
    struct settlement_result result;
    enum err err = OK;

    answer->file = arena_take(arena, FILES_MOST, sizeof *answer->file);
    if (!partnership_is_refused(partnership))
        err = close_write(partnership, false, &into.target, &result, trouble);
    if (err != OK)
        return err;
    return partnership_is_refused(partnership)
               ? refuse(partnership, &into, answer, trouble)
               : keep_inputs(arena, partnership, question, answer, trouble);
}

static enum err work_out(struct arena *arena, struct partnership *partnership,
                         const struct run_question *question, struct run_answer *answer,
                         struct trouble *trouble)
{
    struct memory_source source;
    enum err err;

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))              /* GMP's numbers are not in the arena */
        return fail(trouble, ERR_IO, "out of memory");
    for (size_t i = 0; i < question->sums; i++)
        answer->lines += question->sum[i].lines;
    err = load(partnership, arena, &source, question, trouble);
    return err == OK ? write_out(arena, partnership, question, answer, trouble) : err;
}

enum err run_work_out(struct arena *arena, const struct run_question *question,
                      struct run_answer *answer, struct trouble *trouble)
{
    struct partnership partnership = { 0 };
    enum err err;

    *answer = (struct run_answer){ .refused = false };
    err = work_out(arena, &partnership, question, answer, trouble);
    partnership_close(&partnership);
    return err;
}

/* --- kept, and opened again --- */

static int64_t whole_number(struct text text)
{
    int64_t number = 0;

    for (size_t i = 0; i < text.size && i < 18 && is_digit(text.data[i]); i++)
        number = number * 10 + (text.data[i] - '0');
    return number;
}

static struct run_sum *read_sums(struct arena *arena, struct text bytes, size_t *count)
{
    char *spare = arena_take(arena, bytes.size + 1, 1);
    struct run_sum *sum = NULL;
    struct csv_record record;
    size_t room = 0;
    bool header = true;

    *count = 0;
    while (bytes.size > 0) {
        const size_t used = csv_read(bytes, true, spare, &record);
        bytes = (struct text){ bytes.data + used, bytes.size - used };
        wide pence = 0;
        if (header || record.count != 6 || !amount_parse(record.field[5], 30, &pence)) {
            header = false;
            continue;
        }
        if (*count == room) {
            sum = arena_grow(arena, sum, room, room * 2 + 256, sizeof *sum);
            room = room * 2 + 256;
        }
        sum[(*count)++] = (struct run_sum){
            record.field[0], record.field[1], record.field[2],
            (int32_t)whole_number(record.field[3]) - 1,
            (uint64_t)whole_number(record.field[4]), (int64_t)pence };
        spare += used;
    }
    return sum;
}

static enum err reopen(struct arena *arena, const struct run_question *question,
                       struct run_model *out, struct trouble *trouble)
{
    enum err err;

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    err = load(&out->partnership, arena, &out->source, question, trouble);
    if (err == OK && !partnership_is_refused(&out->partnership))
        err = partnership_settle(&out->partnership, NULL, &out->result, trouble);
    if (err == OK && partnership_is_refused(&out->partnership))
        return fail(trouble, ERR_CHECK, "the engine refuses what a run was worked out from");
    return err;
}

enum err run_model_open(struct arena *arena, const struct memory_file *input, size_t inputs,
                        enum book book, const char *through, struct run_model *out,
                        struct trouble *trouble)
{
    struct memory_file *file = arena_take(arena, inputs + 1, sizeof *file);
    struct run_question question = { .file = file, .book = book, .through = through };

    *out = (struct run_model){ .partnership = { 0 } };
    for (size_t i = 0; i < inputs; i++) {
        const char *name = input[i].name + strlen(KEPT);
        if (strcmp(name, SUMS_FILE) == 0)
            question.sum = read_sums(arena, input[i].bytes, &question.sums);
        else
            file[question.files++] = (struct memory_file){ name, input[i].bytes };
    }
    return reopen(arena, &question, out, trouble);
}

void run_model_close(struct run_model *model)
{
    partnership_close(&model->partnership);
}
