#include "finance/finance_restate.h"

#include <assert.h>

#include "engine/certificate.h"
#include "engine/model.h"
#include "finance/finance_csv_file.h"
#include "finance/finance_joint_files.h"
#include "finance/finance_moves.h"
#include "finance/finance_sql.h"
#include "finance/finance_year.h"

#define KEPT_PREFIX "input/"
#define AS_IT_WAS "as it was: "     /* before codes that the named map does not know */

/* Columns of cost_centres.csv and accounts.csv. */
enum { PARTNER, COST_CENTRE, ACCOUNT, FROM, TO, TREATMENT, POOL, BEARER, COLUMNS };
enum { ACCOUNT_CODE = 1, ACCOUNT_COLUMNS = 3 };

/* A sum of the report, and what its code can stand as. */
struct moved_sum {
    struct run_sum    sum;
    struct line_code *way;
    size_t            ways;
};

/* A council's own, read in its scope. */
struct books {
    const struct council *council;
    struct restated_map  *out;
    struct money_map      was, now;
    struct text          *moves;        /* files */
    size_t                move_files;
    struct moved_sum     *sum;
    size_t                sums, room;
    struct index          used;         /* cost centres of the named map that are needed */
    struct index          kept_centres, kept_accounts;
    uint64_t              centre_lines; /* the last of its rows in the file of both */
};

struct restating {
    struct db            *db;
    struct arena         *arena;
    int64_t               asks;
    struct period_place   report;
    struct restated      *out;
    struct councils       councils;
    struct memory_file   *input;
    size_t                inputs;
    struct run_part      *part;
    size_t                parts;
    struct books         *books;        /* [council] */
    struct books         *reading;
    period_number         as;
    int32_t               year;         /* of the report */
};

bool restate_period_read(struct arena *arena, struct text text, struct period_place *out)
{
    period_number period;

    if (!period_parse(text, &period))
        return false;
    *out = (struct period_place){ year_text(arena, period / PERIODS), period % PERIODS };
    return true;
}

static void refuse(struct restating *restating, const char *words)
{
    if (restating->out->refused == NULL)
        restating->out->refused = words;
}

static bool is_refused(const struct restating *restating)
{
    return restating->out->refused != NULL;
}

/* --- what is read --- */

static enum err find_report(struct tx *tx, struct restating *restating, struct trouble *trouble)
{
    struct period_lock lock;
    enum err err = period_lock_load(tx, restating->arena, &restating->report, &lock, trouble);

    if (err == OK)
        return money_run_load(tx, restating->arena, lock.run, &restating->out->run, trouble);
    if (err == ERR_MISSING)
        err = money_run_last(tx, restating->arena, restating->report.year, BOOK_LEDGER,
                             restating->report.index + 1, &restating->out->run, trouble);
    if (err == ERR_MISSING) {
        refuse(restating, "Nothing is worked out for this period yet, so there is no report to "
                          "restate.");
        return OK;
    }
    return err;
}

static enum err read_joint(struct tx *tx, void *context, struct trouble *trouble)
{
    struct restating *restating = context;
    struct arena *arena = restating->arena;
    enum period_state state[PERIODS];
    enum err err = joint_periods_load(tx, restating->report.year, state, trouble);

    restating->out->refused = NULL;
    if (err == OK)
        err = joint_periods_load(tx, restating->out->as.year, state, trouble);
    if (err == OK)
        err = councils_read(tx, arena, &restating->councils, trouble);
    if (err == OK)
        err = find_report(tx, restating, trouble);
    if (err != OK || is_refused(restating))
        return err;
    err = money_run_parts_load(tx, arena, restating->out->run.id, &restating->part,
                               &restating->parts, trouble);
    return err != OK ? err : money_run_inputs_load(tx, arena, restating->out->run.id,
                                                   &restating->input, &restating->inputs,
                                                   trouble);
}

static enum err read_moves(struct tx *tx, struct restating *restating, struct trouble *trouble)
{
    struct books *books = restating->reading;
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_restate_moves, &list, trouble);

    if (err != OK)
        return err;
    bind_int(list, 1, books->council->id);
    bind_text(list, 2, restating->report.year);
    bind_text(list, 3, restating->out->as.year);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        books->moves = arena_grow(restating->arena, books->moves, books->move_files,
                                  books->move_files + 1, sizeof *books->moves);
        books->moves[books->move_files++] = text_keep(restating->arena, column_text(list, 0));
    }
    return err;
}

static enum err read_sums(struct tx *tx, struct restating *restating, int64_t import,
                          struct trouble *trouble)
{
    struct books *books = restating->reading;
    struct arena *arena = restating->arena;
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_restate_sums, &list, trouble);

    if (err != OK)
        return err;
    bind_int(list, 1, books->council->id);
    bind_int(list, 2, import);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        if (books->sums == books->room) {
            const size_t room = books->room * 2 + 1024;
            books->sum = arena_grow(arena, books->sum, books->sums, room, sizeof *books->sum);
            books->room = room;
        }
        books->sum[books->sums++].sum = (struct run_sum){
            books->council->code, text_keep(arena, column_text(list, 0)),
            text_keep(arena, column_text(list, 1)), (int32_t)column_int(list, 2) - 1,
            (uint64_t)column_int(list, 3), column_int(list, 4) };
    }
    return err;
}

static int64_t number_of(struct text word)
{
    int64_t number = 0;

    for (size_t i = 0; i < word.size && i < 18 && is_digit(word.data[i]); i++)
        number = number * 10 + (word.data[i] - '0');
    return number;
}

/* What the report was made of, and the map that is named; tried again it begins anew. */
static enum err read_council(struct tx *tx, void *context, struct trouble *trouble)
{
    struct restating *restating = context;
    struct books *books = restating->reading;
    struct arena *arena = restating->arena;
    const int64_t council = books->council->id;
    enum err err = money_map_load(tx, arena, council, restating->out->as.year, &books->now,
                                  trouble);

    books->move_files = books->sums = 0;
    if (err == OK)
        err = read_moves(tx, restating, trouble);
    for (size_t i = 0; i < restating->parts && err == OK; i++) {
        const struct run_part *part = &restating->part[i];
        if (part->council != council)
            continue;
        if (text_is(part->kind, "map"))
            err = money_map_version_load(tx, arena, council, restating->report.year,
                                         part->version, &books->was, trouble);
        else if (text_is(part->kind, "import"))
            err = read_sums(tx, restating, number_of(part->subject), trouble);
    }
    return err;
}

static enum err read_all(struct restating *restating, struct trouble *trouble)
{
    struct arena *arena = restating->arena;
    struct restated *out = restating->out;
    enum err err = db_read(restating->db, (struct db_scope){ restating->asks, arena }, read_joint,
                           restating, trouble);

    if (err != OK || is_refused(restating))
        return err;
    out->maps.count = restating->councils.count;
    out->maps.map = arena_take(arena, out->maps.count + 1, sizeof *out->maps.map);
    restating->books = arena_take(arena, out->maps.count + 1, sizeof *restating->books);
    for (size_t c = 0; c < out->maps.count && err == OK; c++) {
        restating->reading = &restating->books[c];
        *restating->reading = (struct books){ .council = &restating->councils.council[c],
                                              .out = &out->maps.map[c] };
        err = db_read(restating->db,
                      (struct db_scope){ restating->reading->council->id, arena }, read_council,
                      restating, trouble);
        out->maps.map[c] = (struct restated_map){ .council = restating->reading->council->id,
                                                  .was = restating->reading->was.version,
                                                  .now = restating->reading->now.version };
    }
    return err;
}

/* A year without its map, or a report whose extract was withdrawn, cannot be restated. */
static void test_books(struct restating *restating)
{
    struct restated *out = restating->out;

    for (size_t c = 0; c < out->maps.count; c++) {
        const struct books *books = &restating->books[c];
        if (books->now.version == 0)
            refuse(restating, arena_print(restating->arena, "%.*s has no map of %.*s.",
                                          TEXT(books->council->name), TEXT(out->as.year)));
        for (size_t i = 0; i < books->sums; i++)
            out->lines += (int64_t)books->sum[i].sum.lines;
    }
    if (out->lines != out->run.lines)
        refuse(restating, "What the report was worked out from is not all there any more.");
}

/* --- from code to code --- */

static void mark(struct index *index, struct text code)
{
    (void)index_add(index, 0, code, 0);
}

/* What each of its codes can have become by the named period. */
static void follow(struct restating *restating, struct books *books)
{
    struct arena *arena = restating->arena;
    struct line_code way[MOVES_WAYS_MOST];
    struct code_moves moves;

    code_moves_open(&moves, arena, books->moves, books->move_files);
    index_open(&books->used, arena);
    for (size_t i = 0; i < books->sums; i++) {
        struct moved_sum *moved = &books->sum[i];
        const struct line_code code = { moved->sum.cost_centre, moved->sum.account };
        if (!code_moves_follow(&moves, &code,
                               period_of_year(restating->year, moved->sum.period),
                               restating->as, way, &moved->ways))
            refuse(restating, arena_print(arena, "A code of %.*s became too many others.",
                                          TEXT(books->council->name)));
        moved->way = arena_take(arena, moved->ways + 1, sizeof *moved->way);
        memcpy(moved->way, way, moved->ways * sizeof *way);
        for (size_t w = 0; w < moved->ways; w++)
            mark(&books->used, moved->way[w].cost_centre);
    }
}

/* --- the named map --- */

static bool in_force(const struct csv_rows *rows, period_number as)
{
    period_number from = PERIOD_FIRST, to = PERIOD_LAST;

    (void)!period_parse(csv_rows_field(rows, FROM), &from);
    (void)!period_parse(csv_rows_field(rows, TO), &to);
    return from <= as && as <= to;
}

/* Rows that are in force in the named period, for the whole year of the report; of codes that
 * nothing stands as, none: their pools may be none of that year. */
static void put_centres(const struct restating *restating, struct books *books,
                        struct csv_file *made, uint64_t *line)
{
    struct csv_rows rows;

    csv_rows_open(&rows, restating->arena, books->now.cost_centres);
    (void)!csv_rows_next(&rows);
    while (csv_rows_next(&rows)) {
        struct text *row = rows.record.field;
        if (rows.record.count != COLUMNS || !in_force(&rows, restating->as) ||
            index_find(&books->used, 0, row[COST_CENTRE]) < 0)
            continue;
        row[FROM] = row[TO] = text_of("");
        csv_file_row(made, row, COLUMNS);
        ++*line;
    }
    books->centre_lines = *line;
}

static struct text named_centres(struct restating *restating)
{
    struct csv_file made;
    uint64_t line = 1;

    csv_file_open(&made, restating->arena, text_of(COST_CENTRES_HEADER));
    for (size_t c = 0; c < restating->councils.count; c++)
        put_centres(restating, &restating->books[c], &made, &line);
    return csv_file_close(&made);
}

static struct text named_accounts(struct restating *restating)
{
    struct text accounts = { ACCOUNTS_HEADER, sizeof ACCOUNTS_HEADER - 1 };

    for (size_t c = 0; c < restating->councils.count; c++)
        accounts = money_map_append(restating->arena, accounts, restating->books[c].now.accounts);
    return accounts;
}

/* The report's own, but for maps, sums and what was charged. */
static struct memory_file *joint_files(const struct restating *restating, size_t *count)
{
    static const char *const own[] = { "accounts.csv", "cost_centres.csv", "sums.csv",
                                       "charged.csv", "corrected.csv" };
    struct memory_file *file = arena_take(restating->arena, restating->inputs + 3, sizeof *file);

    *count = 0;
    for (size_t i = 0; i < restating->inputs; i++) {
        const char *name = restating->input[i].name + strlen(KEPT_PREFIX);
        size_t at = 0;
        while (at < COUNT(own) && strcmp(name, own[at]) != 0)
            at++;
        if (at == COUNT(own))
            file[(*count)++] = (struct memory_file){ name, restating->input[i].bytes };
    }
    return file;
}

/* A fault of the other council's row is told without its code. */
static void refuse_fault(struct restating *restating, const struct fault *fault)
{
    struct arena *arena = restating->arena;
    const struct books *books = restating->books;
    const bool centres = fault->file == FILE_COST_CENTRES;

    if (centres)
        while (fault->line > books->centre_lines &&
               books < &restating->books[restating->councils.count - 1])
            books++;
    const bool own = centres && books->council->id == restating->asks;
    refuse(restating, arena_print(
        arena, "The map of %.*s of %.*s/P%02d does not fit what was agreed for the report: %s%.*s"
        "%s (%s). %s", TEXT(centres ? books->council->name : text_of("the councils")),
        TEXT(restating->out->as.year), restating->out->as.index + 1, own ? "value " : "one of its "
        "rows", TEXT(own ? fault->value : text_of("")), own ? "" : " is at fault",
        fault_name(fault->code), fault_help(fault->code)));
}

/* --- what each line stands as --- */

struct judged {
    int32_t slot, group;        /* -1: the named map does not know it */
};

static struct judged judge(const struct model *model, int32_t partner,
                           const struct line_code *code, period_number period)
{
    const int32_t centre = index_find(&model->centre_index, (uint32_t)partner, code->cost_centre);
    const struct centre_row *row = centre < 0
        ? NULL : centre_at(model, &model->centre[centre], code->account, period);

    return (struct judged){ row == NULL ? -1 : row->slot,
                            index_find(&model->account_index, (uint32_t)partner,
                                       code->account) };
}

static void refuse_split(struct restating *restating, const struct books *books,
                         const struct moved_sum *moved)
{
    struct arena *arena = restating->arena;

    if (books->council->id == restating->asks)
        refuse(restating, arena_print(
            arena, "Cost centre %.*s, account %.*s, of %.*s has become codes that are treated "
            "differently: say in moves.csv which one stands for that account.",
            TEXT(moved->sum.cost_centre), TEXT(moved->sum.account), TEXT(books->council->name)));
    else
        refuse(restating, arena_print(
            arena, "A cost centre of %.*s has become codes that are treated differently, and its "
            "moves.csv does not say which one stands for which account.",
            TEXT(books->council->name)));
}

static struct text as_it_was(struct arena *arena, struct text code)
{
    return text_of(arena_print(arena, AS_IT_WAS "%.*s", TEXT(code)));
}

static int64_t size_of(int64_t pence)
{
    return pence < 0 ? -pence : pence;
}

/* Its sum under the new code; or, if the named map does not know it, apart under the old one. */
static void place_sum(struct restating *restating, struct books *books, const struct model *model,
                      struct moved_sum *moved)
{
    const int32_t partner = index_find(&model->partner_index, 0, books->council->code);
    const struct line_code was = { moved->sum.cost_centre, moved->sum.account };
    const period_number period = period_of_year(restating->year, moved->sum.period);
    const struct judged first = judge(model, partner, &moved->way[0], period);
    struct restated_map *out = books->out;

    for (size_t w = 1; w < moved->ways; w++) {
        const struct judged other = judge(model, partner, &moved->way[w], period);
        if (other.slot != first.slot || other.group != first.group)
            refuse_split(restating, books, moved);
    }
    if (first.slot < 0 || first.group < 0) {
        mark(&books->kept_centres, was.cost_centre);
        mark(&books->kept_accounts, was.account);
        moved->sum.cost_centre = as_it_was(restating->arena, was.cost_centre);
        moved->sum.account = as_it_was(restating->arena, was.account);
        out->kept_lines += (int64_t)moved->sum.lines;
        out->kept_pence += size_of(moved->sum.pence);
        return;
    }
    moved->sum.cost_centre = moved->way[0].cost_centre;
    moved->sum.account = moved->way[0].account;
    if (moved->ways > 1 || !text_equal(was.cost_centre, moved->sum.cost_centre) ||
        !text_equal(was.account, moved->sum.account)) {
        out->moved_lines += (int64_t)moved->sum.lines;
        out->moved_pence += size_of(moved->sum.pence);
    }
}

/* The engine's own reader says what the named map does with each code. */
static enum err place_sums(struct restating *restating, const struct memory_file *file,
                           size_t files, struct trouble *trouble)
{
    struct memory_source source;
    struct faults faults;
    struct model model;
    bool usable;

    memory_source_open(&source, file, files, NULL);
    faults_open(&faults, restating->arena);
    enum err err = model_load(&source.source, restating->arena, false, &faults, &model, &usable,
                              trouble);
    if (err != OK)
        return err;
    faults_sort(&faults);
    if (faults.count > 0)
        refuse_fault(restating, &faults.fault[0]);
    for (size_t c = 0; c < restating->councils.count && restating->out->refused == NULL; c++) {
        struct books *books = &restating->books[c];
        index_open(&books->kept_centres, restating->arena);
        index_open(&books->kept_accounts, restating->arena);
        for (size_t i = 0; i < books->sums; i++)
            place_sum(restating, books, &model, &books->sum[i]);
    }
    model_close(&model);
    return OK;
}

/* --- worked out --- */

/* Rows of the report's own map, of codes that stay as they were. */
static void put_kept(const struct restating *restating, const struct books *books,
                     struct csv_file *centres, struct csv_file *accounts)
{
    struct arena *arena = restating->arena;
    struct csv_rows rows;

    csv_rows_open(&rows, arena, books->was.cost_centres);
    while (csv_rows_next(&rows)) {
        struct text *row = rows.record.field;
        if (rows.record.count != COLUMNS ||
            index_find(&books->kept_centres, 0, row[COST_CENTRE]) < 0)
            continue;
        row[COST_CENTRE] = as_it_was(arena, row[COST_CENTRE]);
        if (row[ACCOUNT].size > 0)
            row[ACCOUNT] = as_it_was(arena, row[ACCOUNT]);
        csv_file_row(centres, row, COLUMNS);
    }
    csv_rows_open(&rows, arena, books->was.accounts);
    while (csv_rows_next(&rows)) {
        struct text *row = rows.record.field;
        if (rows.record.count != ACCOUNT_COLUMNS ||
            index_find(&books->kept_accounts, 0, row[ACCOUNT_CODE]) < 0)
            continue;
        row[ACCOUNT_CODE] = as_it_was(arena, row[ACCOUNT_CODE]);
        csv_file_row(accounts, row, ACCOUNT_COLUMNS);
    }
}

static void hash_text(struct sha256 *hash, struct text text)
{
    const uint64_t size = text.size;

    sha256_add(hash, &size, sizeof size);
    sha256_add(hash, text.data, text.size);
}

/* Of all that it depends on, the engine's rules among it. */
static enum err hash_inputs(struct restating *restating, const struct run_question *question,
                            struct trouble *trouble)
{
    const int64_t begins[] = { RULES_VERSION, restating->out->run.id, restating->as };
    struct sha256 hash = { 0 };
    struct sha256_sum sum;
    enum err err = sha256_begin(&hash, trouble);

    if (err != OK)
        return err;
    sha256_add(&hash, begins, sizeof begins);
    for (size_t i = 0; i < restating->out->maps.count; i++)
        sha256_add(&hash, &restating->out->maps.map[i], sizeof(struct restated_map));
    for (size_t i = 0; i < question->files; i++) {
        hash_text(&hash, text_of(question->file[i].name));
        hash_text(&hash, question->file[i].bytes);
    }
    for (size_t i = 0; i < question->sums; i++) {
        const int64_t figures[] = { question->sum[i].period, (int64_t)question->sum[i].lines,
                                    question->sum[i].pence };
        hash_text(&hash, question->sum[i].partner);
        hash_text(&hash, question->sum[i].cost_centre);
        hash_text(&hash, question->sum[i].account);
        sha256_add(&hash, figures, sizeof figures);
    }
    err = sha256_end(&hash, &sum, trouble);
    if (err == OK)
        sha256_hex(&sum, restating->out->inputs);
    return err;
}

static struct run_sum *all_sums(const struct restating *restating, size_t *count)
{
    size_t sums = 0;

    for (size_t c = 0; c < restating->councils.count; c++)
        sums += restating->books[c].sums;
    struct run_sum *sum = arena_take(restating->arena, sums + 1, sizeof *sum);
    *count = 0;
    for (size_t c = 0; c < restating->councils.count; c++)
        for (size_t i = 0; i < restating->books[c].sums; i++)
            sum[(*count)++] = restating->books[c].sum[i].sum;
    return sum;
}

static enum err settle_restated(struct restating *restating, struct memory_file *file,
                                size_t files, struct text accounts, struct text centres,
                                struct trouble *trouble)
{
    struct arena *arena = restating->arena;
    struct restated *out = restating->out;
    struct csv_file more_centres, more_accounts;
    struct run_question question = {
        .file = file, .files = files + 2, .book = BOOK_LEDGER,
        .through = arena_print(arena, "%.*s/P%02lld", TEXT(out->run.year),
                               (long long)out->run.through) };

    csv_file_open(&more_centres, arena, centres);
    csv_file_open(&more_accounts, arena, accounts);
    for (size_t c = 0; c < restating->councils.count; c++)
        put_kept(restating, &restating->books[c], &more_centres, &more_accounts);
    file[files] = (struct memory_file){ "accounts.csv", csv_file_close(&more_accounts) };
    file[files + 1] = (struct memory_file){ "cost_centres.csv", csv_file_close(&more_centres) };
    question.sum = all_sums(restating, &question.sums);
    enum err err = hash_inputs(restating, &question, trouble);
    if (err == OK)
        err = run_work_out(arena, &question, &out->answer, trouble);
    if (err == OK && out->answer.refused)
        refuse(restating, "The engine refuses the year by these maps.");
    return err;
}

static enum err work_out(struct restating *restating, struct trouble *trouble)
{
    size_t files;

    for (size_t c = 0; c < restating->councils.count; c++)
        follow(restating, &restating->books[c]);
    if (is_refused(restating))
        return OK;
    struct memory_file *file = joint_files(restating, &files);
    const struct text accounts = named_accounts(restating);
    const struct text centres = named_centres(restating);
    file[files] = (struct memory_file){ "accounts.csv", accounts };
    file[files + 1] = (struct memory_file){ "cost_centres.csv", centres };
    const enum err err = place_sums(restating, file, files + 2, trouble);
    return err != OK || is_refused(restating)
               ? err : settle_restated(restating, file, files, accounts, centres, trouble);
}

enum err restate_work_out(struct db *db, struct arena *arena, int64_t council,
                          const struct period_place *report, const struct period_place *as,
                          struct restated *out, struct trouble *trouble)
{
    struct restating restating = { .db = db, .arena = arena, .asks = council, .report = *report,
                                   .out = out };
    int32_t year;

    *out = (struct restated){ .refused = NULL, .as = *as };
    if (!year_parse(report->year, &restating.year) || !year_parse(as->year, &year))
        return ERR_MISSING;
    restating.as = period_of_year(year, as->index);
    enum err err = read_all(&restating, trouble);
    if (err != OK || is_refused(&restating))
        return err;
    if (restating.as < period_of_year(restating.year, 0))
        refuse(&restating, "Name a period of the report's year or of a later one.");
    test_books(&restating);
    return is_refused(&restating) ? OK : work_out(&restating, trouble);
}
