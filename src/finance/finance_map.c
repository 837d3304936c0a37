#include "finance/finance_map.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/ledger_line.h"
#include "engine/record.h"
#include "finance/finance_csv_file.h"
#include "finance/finance_moves.h"
#include "finance/finance_sign.h"
#include "finance/finance_sql.h"
#include "finance/finance_standing.h"

#define PERIOD_IN_STORE(index) ((index) + 1)
#define CODE_BYTES_MOST 32767

/* --- kept --- */

enum err money_map_load(struct tx *tx, struct arena *arena, int64_t council, struct text year,
                        struct money_map *out, struct trouble *trouble)
{
    struct statement *read;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_money_map_read, &read, trouble);

    *out = (struct money_map){ .accounts = text_of(ACCOUNTS_HEADER),
                               .cost_centres = text_of(COST_CENTRES_HEADER),
                               .moves = text_of(""), .made_by = text_of(""),
                               .why = text_of("") };
    if (err != OK)
        return err;
    bind_int(read, 1, council);
    bind_text(read, 2, year);
    err = statement_step(read, &row, trouble);
    if (err != OK || !row)
        return err;
    *out = (struct money_map){ column_int(read, 0), text_keep(arena, column_text(read, 1)),
                               text_keep(arena, column_text(read, 2)),
                               text_keep(arena, column_text(read, 5)), column_moment(read, 3),
                               text_keep(arena, column_text(read, 4)), { "", 0 },
                               { 0, 0, 0 } };
    statement_end(read);
    return OK;
}

enum err money_map_version_load(struct tx *tx, struct arena *arena, int64_t council,
                                struct text year, int64_t version, struct money_map *out,
                                struct trouble *trouble)
{
    struct statement *read;
    enum err err = tx_prepare(tx, &sql_money_map_version, &read, trouble);

    if (err != OK)
        return err;
    bind_int(read, 1, council);
    bind_text(read, 2, year);
    bind_int(read, 3, version);
    if ((err = statement_one(read, trouble)) != OK)
        return err;
    *out = (struct money_map){ .version = version,
                               .accounts = text_keep(arena, column_text(read, 0)),
                               .cost_centres = text_keep(arena, column_text(read, 1)),
                               .moves = text_of(""), .made_by = text_of(""),
                               .why = text_of("") };
    statement_end(read);
    return OK;
}

static enum err add_version(struct tx *tx, const struct happening *happening,
                            const struct actor *actor, struct text year,
                            const struct money_map *map, struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_money_map_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, actor->acting);
    bind_text(add, 2, year);
    bind_int(add, 3, map->version + 1);
    bind_text(add, 4, map->accounts);
    bind_text(add, 5, map->cost_centres);
    bind_moment(add, 6, happening->now);
    bind_text(add, 7, text_of(actor->login));
    bind_text(add, 8, map->why);
    bind_text(add, 9, map->moves);
    return statement_run(add, NULL, trouble);
}

enum err money_map_keep(struct tx *tx, struct arena *arena, const struct happening *happening,
                        const struct actor *actor, struct text year, const struct money_map *map,
                        struct trouble *trouble)
{
    const struct identity_event event = { text_of(actor->login), actor->acting, "money.map",
                                          "money_map", map->version + 1, year };
    unsigned soft = 0;
    enum err err = period_soft_load(tx, year, &soft, trouble);

    if (err == OK && soft != 0 && (map->why.size == 0 || map->why.size > PERIOD_WHY_MOST))
        return fail(trouble, ERR_CONFLICT, "%s is closed softly: say why the map is changed, in at "
                    "most 1000 bytes.", period_soft_first(arena, soft));
    if (err == OK)
        err = add_version(tx, happening, actor, year, map, trouble);

    if (err == ERR_CONFLICT)
        return fail(trouble, err, "Somebody changed the map meanwhile: look at it again.");
    if (err == OK)
        err = identity_record(tx, happening, &event, trouble);
    return err != OK ? err : period_standing_note(tx, arena, happening, text_of(actor->login),
                                                  actor->acting, year, trouble);
}

/* --- text of files --- */

struct text money_map_add_accounts(struct arena *arena, struct text file, struct text partner,
                                   const struct text *code, size_t count, struct text group)
{
    struct csv_file made;

    csv_file_open(&made, arena, file);
    for (size_t i = 0; i < count; i++)
        csv_file_row(&made, (struct text[]){ partner, code[i], group }, 3);
    return csv_file_close(&made);
}

struct text money_map_add_centres(struct arena *arena, struct text file, struct text partner,
                                  const struct text *code, size_t count,
                                  const struct centre_choice *choice)
{
    struct csv_file made;

    csv_file_open(&made, arena, file);
    for (size_t i = 0; i < count; i++)
        csv_file_row(&made, (struct text[]){ partner, code[i], text_of(""), choice->from,
                                             choice->to, choice->treatment, choice->pool,
                                             choice->bearer }, 8);
    return csv_file_close(&made);
}

struct text money_map_append(struct arena *arena, struct text file, struct text more)
{
    const struct text plain = after_mark(more);
    const char *end = plain.size > 0 ? memchr(plain.data, '\n', plain.size) : NULL;
    struct csv_file made;

    csv_file_open(&made, arena, file);
    if (end != NULL)
        csv_file_raw(&made, (struct text){ end + 1,
                                           (size_t)(plain.data + plain.size - end) - 1 });
    return csv_file_close(&made);
}

const char *money_map_unfit(struct arena *arena, const struct money_map *map)
{
    if (map->accounts.size > MONEY_MAP_BYTES_MOST ||
        map->cost_centres.size > MONEY_MAP_BYTES_MOST || map->moves.size > MONEY_MAP_BYTES_MOST)
        return "A file of the map has at most a million bytes.";
    return text_is_utf8(map->accounts) && text_is_utf8(map->cost_centres) &&
           text_is_utf8(map->moves)
               ? code_moves_unfit(arena, map->moves) : "The files are not UTF-8.";
}

int64_t map_records(struct text file)
{
    int64_t records = -1;       /* less the header */

    for (size_t i = 0; i < file.size; i++)
        records += file.data[i] == '\n';
    return records + (file.size > 0 && file.data[file.size - 1] != '\n');
}

const char *map_periods_shown(struct arena *arena, unsigned periods)
{
    const char *text = "";

    for (int index = 0; index < PERIODS; index++)
        if ((periods & 1U << index) != 0)
            text = arena_print(arena, "%s%sP%02d", text, text[0] == '\0' ? "" : " ", index + 1);
    return text;
}

/* --- the engine's reader --- */

/* The partnership as far as the map needs it. */
static enum err load_model(struct arena *arena, const struct map_question *question,
                           struct faults *faults, struct model *model, struct trouble *trouble)
{
    struct csv_file partners;
    struct memory_source source;
    bool usable;

    csv_file_open(&partners, arena, text_of("partner,name\n"));
    for (size_t i = 0; i < question->councils->count; i++)
        csv_file_row(&partners, (struct text[]){ question->councils->council[i].code,
                                                 question->councils->council[i].name }, 2);
    const struct memory_file files[] = {
        { "partnership.csv", text_of(arena_print(arena, "key,value\nyear,%.*s\n",
                                                 TEXT(question->year))) },
        { "partners.csv", csv_file_close(&partners) },
        { "accounts.csv", question->map->accounts },
        { "cost_centres.csv", question->map->cost_centres },
    };
    memory_source_open(&source, files, COUNT(files), NULL);
    faults_open(faults, arena);
    enum err err = model_load(&source.source, arena, false, faults, model, &usable, trouble);
    if (err == OK && !usable)
        return fail(trouble, ERR_USAGE, "%.*s is not a year", TEXT(question->year));
    return err;
}

uint64_t money_map_lines(struct text file)
{
    uint64_t lines = file.size > 0 && file.data[file.size - 1] != '\n';

    for (size_t i = 0; i < file.size; i++)
        lines += file.data[i] == '\n';
    return lines;
}

static void take_fault(struct arena *arena, const struct money_map *map, struct map_faults *out,
                       const struct fault *fault)
{
    const uint64_t before = map->before[fault->file == FILE_COST_CENTRES];
    const char *file = model_file_name[fault->file];
    const bool is_sent = before > 0 && fault->line > before;

    if (out->count == MONEY_MAP_FAULTS_SHOWN)
        return;
    out->fault = arena_grow(arena, out->fault, out->count, out->count + 1, sizeof *out->fault);
    out->fault[out->count++] = (struct map_fault){
        is_sent ? arena_print(arena, "%s, as sent", file) : file,
        is_sent ? fault->line - before + 1 : fault->line, fault_name(fault->code),
        fault_help(fault->code), fault->value };
}

/* A row of another council, which this one's map may not speak of. */
static void find_strangers(struct arena *arena, const struct model *model,
                           const struct map_question *question, struct map_faults *out)
{
    const int32_t own = index_find(&model->partner_index, 0, question->council->code);

    for (size_t i = 0; i < model->centres; i++)
        if (model->centre[i].partner != own)
            take_fault(arena, question->map, out, &(struct fault){
                FILE_COST_CENTRES, FAULT_PARTNER,
                model->centre_row[model->centre[i].row].line, model->centre[i].code });
    for (size_t i = 0; model->account_index.slot != NULL && i <= model->account_index.mask; i++) {
        const struct index_slot *slot = &model->account_index.slot[i];
        if (slot->value >= 0 && slot->salt != (uint32_t)own)
            take_fault(arena, question->map, out, &(struct fault){
                FILE_ACCOUNTS, FAULT_PARTNER, 0, slot->key });
    }
}

enum err money_map_judge(struct arena *arena, const struct map_question *question,
                         struct map_faults *out, struct trouble *trouble)
{
    struct faults faults;
    struct model model;
    enum err err = load_model(arena, question, &faults, &model, trouble);

    *out = (struct map_faults){ .count = 0 };
    if (err != OK)
        return err;
    faults_sort(&faults);
    for (size_t i = 0; i < faults.count; i++)
        if (faults.fault[i].file == FILE_ACCOUNTS || faults.fault[i].file == FILE_COST_CENTRES)
            take_fault(arena, question->map, out, &faults.fault[i]);
    find_strangers(arena, &model, question, out);
    model_close(&model);
    return OK;
}

/* --- codes that it does not know --- */

struct gap_list {
    struct arena          *arena;
    struct unmapped_codes *codes;
    struct index           index;
    size_t                 room;
};

static void add_gap(struct gap_list *list, struct text code, int32_t period, int64_t lines,
                    int64_t pence)
{
    struct unmapped_codes *codes = list->codes;
    int32_t at = index_find(&list->index, 0, code);

    if (at < 0) {
        if (codes->count == list->room) {
            list->room = list->room * 2 + 64;
            codes->code = arena_grow(list->arena, codes->code, codes->count, list->room,
                                     sizeof *codes->code);
        }
        at = (int32_t)codes->count++;
        codes->code[at] = (struct unmapped_code){ .code = text_keep(list->arena, code) };
        (void)index_add(&list->index, 0, codes->code[at].code, at);
    }
    struct unmapped_code *gap = &codes->code[at];
    gap->lines += lines;
    gap->pence += pence;
    gap->turnover += pence < 0 ? -pence : pence;
    gap->periods |= (uint16_t)(1U << period);
}

static int by_turnover(const void *one, const void *other)
{
    const struct unmapped_code *a = one, *b = other;

    if (a->turnover != b->turnover)
        return a->turnover < b->turnover ? 1 : -1;
    return text_compare(a->code, b->code);
}

/* A code where the engine may read past its end. */
static struct text padded(char *bytes, struct text code)
{
    assert(code.size <= CODE_BYTES_MOST);
    if (code.size > 0)
        memcpy(bytes, code.data, code.size);
    return (struct text){ bytes, code.size };
}

struct gap_search {
    struct model      model;
    struct line_rules rules;
    int32_t           partner;
    char             *bytes[2];
    struct gap_list   accounts, centres;
    struct map_gaps  *out;
};

static enum err search_open(struct gap_search *search, struct arena *arena,
                            const struct map_question *question, struct map_gaps *out,
                            struct trouble *trouble)
{
    struct faults faults;

    *out = (struct map_gaps){ .lines = 0 };
    *search = (struct gap_search){ .out = out };
    enum err err = load_model(arena, question, &faults, &search->model, trouble);
    if (err != OK)
        return err;
    line_rules_open(&search->rules, arena, &search->model);
    search->partner = index_find(&search->model.partner_index, 0, question->council->code);
    for (size_t i = 0; i < COUNT(search->bytes); i++)
        search->bytes[i] = arena_take(arena, CODE_BYTES_MOST + LINE_PADDING, 1);
    search->accounts = (struct gap_list){ .arena = arena, .codes = &out->accounts };
    search->centres = (struct gap_list){ .arena = arena, .codes = &out->cost_centres };
    index_open(&search->accounts.index, arena);
    index_open(&search->centres.index, arena);
    return OK;
}

static void search_close(struct gap_search *search)
{
    struct unmapped_codes *const found[] = { &search->out->accounts, &search->out->cost_centres };

    model_close(&search->model);
    for (size_t i = 0; i < COUNT(found); i++)
        if (found[i]->count > 0)
            qsort(found[i]->code, found[i]->count, sizeof *found[i]->code, by_turnover);
}

/* By the engine's own look-ups; both are asked, whatever the other says. */
static void search_sum(struct gap_search *search, const struct ledger_sum *sum)
{
    const uint32_t salt = (uint32_t)search->partner;
    const int64_t lines = (int64_t)sum->lines;
    struct ledger_line line = { .partner = search->partner, .period = sum->period };

    line.field[FIELD_COST_CENTRE] = padded(search->bytes[0], sum->cost_centre);
    line.field[FIELD_ACCOUNT] = padded(search->bytes[1], sum->account);
    search->out->lines += lines;
    if (lookup_find(&search->rules.account, salt, line.field[FIELD_ACCOUNT]) < 0)
        add_gap(&search->accounts, line.field[FIELD_ACCOUNT], sum->period, lines, sum->pence);
    const int32_t known = lookup_find(&search->rules.centre, salt,
                                      line.field[FIELD_COST_CENTRE]);
    if (known < 0 && line_centre_slow(&search->rules, known, &line) != FAULT_NONE)
        add_gap(&search->centres, line.field[FIELD_COST_CENTRE], sum->period, lines, sum->pence);
}

static enum err search_rows(struct tx *tx, const struct map_question *question,
                            struct gap_search *search, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_ledger_code_sums, &list, trouble);

    if (err != OK)
        return err;
    bind_int(list, 1, question->council->id);
    bind_text(list, 2, question->year);
    while ((err = statement_step(list, &row, trouble)) == OK && row)
        search_sum(search, &(struct ledger_sum){
            column_text(list, 0), column_text(list, 1),
            (int32_t)column_int(list, 2) - PERIOD_IN_STORE(0), (uint64_t)column_int(list, 3),
            column_int(list, 4) });
    return err;
}

enum err money_map_gaps(struct tx *tx, struct arena *arena, const struct map_question *question,
                        struct map_gaps *out, struct trouble *trouble)
{
    struct gap_search search;
    enum err err = search_open(&search, arena, question, out, trouble);

    if (err != OK)
        return err;
    err = search_rows(tx, question, &search, trouble);
    search_close(&search);
    return err;
}

enum err money_map_gaps_of(struct arena *arena, const struct map_question *question,
                           const struct ledger_sum *sum, size_t count, struct map_gaps *out,
                           struct trouble *trouble)
{
    struct gap_search search;
    enum err err = search_open(&search, arena, question, out, trouble);

    if (err != OK)
        return err;
    for (size_t i = 0; i < count; i++)
        search_sum(&search, &sum[i]);
    search_close(&search);
    return OK;
}

unsigned map_gap_periods(const struct map_gaps *gaps)
{
    const struct unmapped_codes *const codes[] = { &gaps->accounts, &gaps->cost_centres };
    unsigned periods = 0;

    for (size_t of = 0; of < COUNT(codes); of++)
        for (size_t i = 0; i < codes[of]->count; i++)
            periods |= codes[of]->code[i].periods;
    return periods;
}
