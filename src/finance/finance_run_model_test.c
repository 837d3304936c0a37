/* A run worked out from sums, against the engine over the lines themselves. */
#include "finance/finance_run_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "engine/close.h"
#include "finance/finance_initiative_proof.h"
#include "finance/finance_settlement_rows.h"
#include "finance/finance_text_sink.h"
#include "formats/folder_io.h"

#define YEAR "tests/examples/clackmannanshire-stirling-2014-15"
#define LATE "tests/examples/late"

static struct arena arena;
static struct trouble said;

/* --- what the engine makes of a folder --- */

struct memory_target {
    struct close_target target;
    struct memory_file  file[16];
    size_t              files;
    struct text_sink    sink;
};

static enum err open_file(struct close_target *target, const char *name, struct sink **sink,
                          struct trouble *trouble)
{
    struct memory_target *into = (struct memory_target *)target;

    (void)trouble;
    text_sink_open(&into->sink, &arena);
    into->file[into->files].name = name;
    *sink = &into->sink.sink;
    return OK;
}

static enum err shut_file(struct close_target *target, struct trouble *trouble)
{
    struct memory_target *into = (struct memory_target *)target;

    (void)trouble;
    into->file[into->files++].bytes = text_sink_bytes(&into->sink);
    return OK;
}

static void write_errors(struct partnership *partnership, struct memory_target *into)
{
    struct sink *sink;

    into->files = 0;
    assert_int_equal(open_file(&into->target, "errors.csv", &sink, &said), OK);
    assert_int_equal(faults_write(&partnership->faults, sink, &said), OK);
    assert_int_equal(shut_file(&into->target, &said), OK);
}

static struct memory_target close_folder(const char *folder, const char *through)
{
    struct memory_target into = { .target = { open_file, shut_file } };
    struct folder_source source;
    struct partnership partnership = { 0 };
    struct settlement_result result;

    assert_int_equal(folder_source_open(&source, &real_outside, folder, &said), OK);
    assert_int_equal(partnership_load(&partnership, &source.source, &arena, BOOK_LEDGER, through,
                                      &said), OK);
    assert_int_equal(partnership_read(&partnership, 1, false, NULL, &said), OK);
    if (!partnership_is_refused(&partnership))
        assert_int_equal(close_write(&partnership, false, &into.target, &result, &said), OK);
    if (partnership_is_refused(&partnership))
        write_errors(&partnership, &into);
    partnership_close(&partnership);
    folder_source_close(&source);
    return into;
}

/* --- the same from sums --- */

struct summing {
    struct run_sum *sum;
    size_t          sums, room;
};

/* A sum for each line: whoever adds them up first must get the same. */
static enum err take_line(void *context, const struct ledger_line *line)
{
    struct summing *summing = context;

    if (line->fault != FAULT_NONE)
        return OK;
    if (summing->sums == summing->room) {
        summing->sum = arena_grow(&arena, summing->sum, summing->room, summing->room * 2 + 64,
                                  sizeof *summing->sum);
        summing->room = summing->room * 2 + 64;
    }
    summing->sum[summing->sums++] = (struct run_sum){
        text_keep(&arena, line->field[FIELD_PARTNER]),
        text_keep(&arena, line->field[FIELD_COST_CENTRE]),
        text_keep(&arena, line->field[FIELD_ACCOUNT]), line->period, 1, line->pence };
    return OK;
}

static struct run_question question_of(const char *folder, const char *through)
{
    struct run_question question = { .book = BOOK_LEDGER, .through = through };
    struct memory_file *file = arena_take(&arena, FILE_BOOK, sizeof *file);
    struct folder_source source;
    struct partnership partnership = { 0 };
    struct summing summing = { .sums = 0 };

    assert_int_equal(folder_source_open(&source, &real_outside, folder, &said), OK);
    for (int rank = FILE_PARTNERSHIP; rank < FILE_BOOK; rank++) {
        struct text bytes;
        enum err err = source_read_all(&source.source, &arena, model_file_name[rank],
                                       MODEL_FILE_BYTES_MAX, &bytes, &said);
        if (err == OK)
            file[question.files++] = (struct memory_file){ model_file_name[rank], bytes };
        else
            assert_int_equal(err, ERR_MISSING);
    }
    assert_int_equal(partnership_load(&partnership, &source.source, &arena, BOOK_LEDGER, through,
                                      &said), OK);
    struct ledger_request request = { .source = &source.source, .model = &partnership.model,
                                      .files = &partnership.files,
                                      .through = partnership.through, .threads = 1 };
    assert_int_equal(ledger_each(&request, &arena, take_line, &summing, &said), OK);
    partnership_close(&partnership);
    folder_source_close(&source);
    question.file = file;
    question.sum = summing.sum;
    question.sums = summing.sums;
    return question;
}

static void assert_same_files(const struct memory_file *file, size_t files,
                              const struct memory_target *wanted)
{
    assert_int_equal(files, wanted->files);
    for (size_t i = 0; i < files; i++) {
        assert_string_equal(file[i].name, wanted->file[i].name);
        assert_true(text_equal(file[i].bytes, wanted->file[i].bytes));
    }
}

/* What was kept gives it again. */
static void assert_kept(const struct run_answer *answer, const char *through,
                        const struct memory_target *wanted)
{
    struct memory_target into = { .target = { open_file, shut_file } };
    struct settlement_result result;
    struct run_model model;

    assert_int_equal(run_model_open(&arena, answer->input, answer->inputs, BOOK_LEDGER, through,
                                    &model, &said), OK);
    assert_int_equal(close_write(&model.partnership, false, &into.target, &result, &said), OK);
    assert_same_files(into.file, into.files, wanted);
    run_model_close(&model);
}

static void assert_run(const char *folder, const char *through)
{
    const struct memory_target wanted = close_folder(folder, through);
    const struct run_question question = question_of(folder, through);
    struct run_answer answer;

    assert_int_equal(run_work_out(&arena, &question, &answer, &said), OK);
    assert_same_files(answer.file, answer.files, &wanted);
    assert_int_equal(answer.lines, question.sums);
    if (!answer.refused)
        assert_kept(&answer, through, &wanted);
}

static void a_run_writes_what_close_writes(void **state)
{
    char through[PERIOD_TEXT_MAX];

    (void)state;
    for (int index = 0; index < PERIODS; index++) {
        period_print(period_of_year(2014, index), through);
        assert_run(YEAR, through);
    }
    arena_free(&arena);
}

/* Four partners, support, direct cost, initiatives; P01 to P03 are locked. */
static void locked_periods_are_carried_alike(void **state)
{
    (void)state;
    assert_run(LATE, "2014-15/P04");
    assert_run(LATE, "2014-15/P13");
    assert_run(LATE, "2014-15/P02");      /* refused: THROUGH */
    arena_free(&arena);
}

/* Up to the lines, which a run has none of. */
static struct text of_the_model(struct text errors)
{
    const char *lines = memmem(errors.data, errors.size, "\nledger/", 8);

    return lines == NULL ? errors : (struct text){ errors.data, (size_t)(lines - errors.data) + 1 };
}

static void a_model_that_is_refused_is_refused_alike(void **state)
{
    const char *folder = "tests/examples/refused-model";
    const struct memory_target wanted = close_folder(folder, "2014-15/P13");
    const struct run_question question = question_of(folder, "2014-15/P13");
    struct run_answer answer;

    (void)state;
    assert_int_equal(run_work_out(&arena, &question, &answer, &said), OK);
    assert_true(answer.refused);
    assert_int_equal(answer.files, 1);
    assert_true(of_the_model(wanted.file[0].bytes).size > 100);
    assert_true(text_equal(of_the_model(answer.file[0].bytes),
                           of_the_model(wanted.file[0].bytes)));
    arena_free(&arena);
}

/* --- a code that no map knows --- */

static void codes_without_a_row_are_told_once(void **state)
{
    struct run_question question = question_of(YEAR, "2014-15/P03");
    struct run_sum *sum = arena_take(&arena, question.sums + 3, sizeof *sum);
    struct run_answer answer;
    struct error_rows errors;

    (void)state;
    memcpy(sum, question.sum, question.sums * sizeof *sum);
    for (size_t i = 0; i < 3; i++) {
        sum[question.sums + i] = sum[0];
        if (i < 2)
            sum[question.sums + i].cost_centre = text_of("NOWHERE");
        else
            sum[question.sums + i].account = text_of("NOTHING");
    }
    question.sum = sum;
    question.sums += 3;
    assert_int_equal(run_work_out(&arena, &question, &answer, &said), OK);
    assert_true(answer.refused);
    assert_int_equal(answer.faults, 2);
    assert_int_equal(error_rows_read(&arena, answer.file[0].bytes, &errors, &said), OK);
    assert_true(text_is(errors.row[0].file, "ledger/CLK.csv"));
    assert_true(text_is(errors.row[0].code, "ACCOUNT"));
    assert_true(text_is(errors.row[1].value, "NOWHERE"));
    assert_int_equal(answer.inputs, 0);
    arena_free(&arena);
}

/* --- the files as rows --- */

static void rows_add_up(void **state)
{
    const struct run_question question = question_of(YEAR, "2014-15/P13");
    struct run_answer answer;
    struct settlement_rows rows = { .count = 0 };
    struct total_rows totals = { .count = 0 };
    struct bill_rows bill = { .count = 0 };
    wide borne = 0, paid = 0;

    (void)state;
    assert_int_equal(run_work_out(&arena, &question, &answer, &said), OK);
    for (size_t i = 0; i < answer.files; i++) {
        const struct text bytes = answer.file[i].bytes;
        if (strcmp(answer.file[i].name, "settlement.csv") == 0)
            assert_int_equal(settlement_rows_read(&arena, bytes, &rows, &said), OK);
        else
            assert_int_equal(settlement_rows_read(&arena, bytes, &rows, &said), ERR_CHECK);
        if (strcmp(answer.file[i].name, "settlement.csv") == 0)
            for (size_t r = 0; r < rows.count; r++) {
                borne += rows.row[r].borne;
                paid += rows.row[r].paid;
                assert_true(rows.row[r].borne - rows.row[r].paid == rows.row[r].net);
            }
        if (strcmp(answer.file[i].name, "totals.csv") == 0)
            assert_int_equal(total_rows_read(&arena, bytes, &totals, &said), OK);
        if (strcmp(answer.file[i].name, "bill.csv") == 0)
            assert_int_equal(bill_rows_read(&arena, bytes, &bill, &said), OK);
    }
    assert_true(borne == paid);
    assert_int_equal(bill.count, 2);
    assert_true(bill.row[0].amount == 63189332);
    assert_true(text_is(totals.row[totals.count - 1].treatment, "all"));
    for (size_t i = 0; i < 4; i++)       /* common, support, direct, initiative */
        paid -= totals.row[i].amount;
    assert_true(paid == 0);
    assert_int_equal(totals.row[totals.count - 1].lines, answer.lines);
    arena_free(&arena);
}

/* --- initiatives --- */

static struct initiative_proof proof_of(const struct run_answer *answer, const char *through)
{
    struct initiative_proof proof;
    struct run_model model;

    assert_int_equal(run_model_open(&arena, answer->input, answer->inputs, BOOK_LEDGER, through,
                                    &model, &said), OK);
    initiative_proof_make(&arena, &model, &proof);
    run_model_close(&model);
    return proof;
}

static void each_council_bears_its_own_initiatives(void **state)
{
    const struct run_question question = question_of(YEAR, "2014-15/P13");
    struct run_answer answer;
    struct initiative_proof proof;

    (void)state;
    assert_int_equal(run_work_out(&arena, &question, &answer, &said), OK);
    proof = proof_of(&answer, "2014-15/P13");
    assert_int_equal(proof.wrong, 0);
    assert_int_equal(proof.cells, 2);
    assert_true(initiative_total(&proof, 0).cost == 0 && initiative_total(&proof, 0).borne == 0);
    assert_true(initiative_total(&proof, 1).cost == 3750050);
    assert_true(initiative_total(&proof, 1).borne == 3750050);
    assert_true(proof.figures[5 * 2 + 1].cost == 2500000);
    arena_free(&arena);
}

static struct text file_of(const struct run_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->files; i++)
        if (strcmp(answer->file[i].name, name) == 0)
            return answer->file[i].bytes;
    fail_msg("there is no %s", name);
    return text_of("");
}

/* Up to P09 the year is locked; a line of an initiative in P06 comes late. */
static void late_initiatives_are_borne_alike(void **state)
{
    const struct run_question nine = question_of(YEAR, "2014-15/P09");
    struct run_question question = question_of(YEAR, "2014-15/P13");
    struct memory_file *file = arena_take(&arena, question.files + 1, sizeof *file);
    struct run_sum *sum = arena_take(&arena, question.sums + 1, sizeof *sum);
    struct run_answer answer;
    struct initiative_proof proof;

    (void)state;
    assert_int_equal(run_work_out(&arena, &nine, &answer, &said), OK);
    memcpy(file, question.file, question.files * sizeof *file);
    memcpy(sum, question.sum, question.sums * sizeof *sum);
    file[question.files++] = (struct memory_file){ "charged.csv",
                                                   file_of(&answer, "settlement.csv") };
    sum[question.sums++] = (struct run_sum){ text_of("STI"), text_of("S87777"), text_of("A1000"),
                                             5, 1, 77 };
    question.file = file;
    question.sum = sum;
    assert_int_equal(run_work_out(&arena, &question, &answer, &said), OK);
    assert_false(answer.refused);
    proof = proof_of(&answer, "2014-15/P13");
    assert_int_equal(proof.wrong, 0);
    assert_true(proof.figures[5 * 2 + 1].borne == 2500077);
    assert_true(initiative_total(&proof, 1).borne == 3750050 + 77);
    arena_free(&arena);
}

/* The same by another way: a close of a folder whose map says so. */
static wide borne_in(const struct run_answer *answer, const char *partner)
{
    struct settlement_rows rows;
    wide sum = 0;

    assert_int_equal(settlement_rows_read(&arena, file_of(answer, "settlement.csv"), &rows, &said),
                     OK);
    for (size_t i = 0; i < rows.count; i++)
        sum += text_is(rows.row[i].partner, partner) ? rows.row[i].borne : 0;
    return sum;
}

static const char own_row[] = "STI,S87777,,,,initiative,ED-PRI,STI\n";
static const char common_row[] = "STI,S87777,,,,common,ED-PRI,\n";

static void what_an_initiative_would_be_if_common(void **state)
{
    const char *through = "2014-15/P13";
    const struct run_question question = question_of(YEAR, through);
    struct memory_file *file = arena_take(&arena, question.files, sizeof *file);
    struct run_question other = question;
    struct run_answer answer, common;
    struct if_common asked;

    (void)state;
    memcpy(file, question.file, question.files * sizeof *file);
    for (size_t i = 0; i < question.files; i++) {
        const char *at = memmem(file[i].bytes.data, file[i].bytes.size, own_row,
                                sizeof own_row - 1);
        if (at == NULL)
            continue;
        const size_t before = (size_t)(at - file[i].bytes.data);
        file[i].bytes = text_of(arena_print(
            &arena, "%.*s%s%.*s", (int)before, file[i].bytes.data, common_row,
            (int)(file[i].bytes.size - before - sizeof own_row + 1), at + sizeof own_row - 1));
    }
    other.file = file;
    assert_int_equal(run_work_out(&arena, &question, &answer, &said), OK);
    assert_int_equal(run_work_out(&arena, &other, &common, &said), OK);
    assert_int_equal(initiative_if_common(&arena, answer.input, answer.inputs, BOOK_LEDGER,
                                          through, text_of("STI"), &asked, &said), OK);
    assert_true(asked.possible);
    assert_true(asked.more[0] == borne_in(&common, "CLK") - borne_in(&answer, "CLK"));
    assert_true(asked.more[1] == borne_in(&common, "STI") - borne_in(&answer, "STI"));
    assert_true(asked.more[0] == 1402704 && asked.more[1] == -1402704);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_writes_what_close_writes),
        cmocka_unit_test(locked_periods_are_carried_alike),
        cmocka_unit_test(a_model_that_is_refused_is_refused_alike),
        cmocka_unit_test(codes_without_a_row_are_told_once),
        cmocka_unit_test(rows_add_up),
        cmocka_unit_test(each_council_bears_its_own_initiatives),
        cmocka_unit_test(late_initiatives_are_borne_alike),
        cmocka_unit_test(what_an_initiative_would_be_if_common),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
