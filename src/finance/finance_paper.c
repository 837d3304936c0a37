#include "finance/finance_paper.h"

#include "trail/trail_time.h"

int32_t paper_partner(const struct paper_case *paper, struct text code)
{
    for (size_t i = 0; i < paper->model->partners; i++)
        if (text_equal(paper->model->partner[i].code, code))
            return (int32_t)i;
    return -1;
}

struct text paper_name(const struct paper_case *paper, struct text code)
{
    const int32_t partner = paper_partner(paper, code);

    return partner < 0 ? code : paper->model->partner[partner].name;
}

struct text paper_service_name(const struct paper_case *paper, struct text code)
{
    if (text_is(code, "all"))
        return (struct text){ "All services", 12 };
    for (size_t i = 0; i < paper->model->services; i++)
        if (text_equal(paper->model->service[i].code, code))
            return paper->model->service[i].name;
    return code;
}

const struct pool *paper_pool(const struct paper_case *paper, struct text code)
{
    for (size_t i = 0; i < paper->model->pools; i++)
        if (text_equal(paper->model->pool[i].code, code))
            return &paper->model->pool[i];
    return NULL;
}

struct paper_vat paper_vat_of(const struct paper_case *paper, int32_t partner,
                              struct text service, struct text pool)
{
    const struct agreed_vat_row *row = agreed_vat_of(&paper->vat, service, pool);
    bool said;

    if (row != NULL)
        return (struct paper_vat){ row->vat, row->reason, "Both councils" };
    const enum layout_vat vat = layout_vat_of(&paper->layout[partner], service, &said);
    return said ? (struct paper_vat){ vat, text_of("As the layout of its journals says"),
                                      "The council alone" }
                : (struct paper_vat){ vat, text_of("The usual treatment: not agreed yet"),
                                      "Nobody" };
}

struct text paper_day(const struct paper_case *paper, struct text period)
{
    static const int days[] = { 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31, 31 };
    period_number number = 0;

    if (!period_parse(period, &number))
        return period;
    const int index = number % PERIODS, march = index >= 11;
    const int month = march ? 3 : (index + 3) % 12 + 1;
    const int year = number / PERIODS + (index >= 9 ? 1 : 0);
    const int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return text_of(arena_print(paper->arena, "%04d-%02d-%02d", year, month,
                               days[index] + (month == 2 ? leap : 0)));
}

struct text paper_reference(const struct paper_case *paper, const struct journal_row *row)
{
    return text_of(arena_print(paper->arena, "%.7s-%.3s-%.*s", row->period.data,
                               row->period.data + 8, TEXT(row->service)));
}

/* --- reading --- */

static struct text file_of(const struct memory_file *file, size_t files, const char *name)
{
    for (size_t i = 0; i < files; i++)
        if (strcmp(file[i].name, name) == 0)
            return file[i].bytes;
    return (struct text){ NULL, 0 };
}

static enum err read_journals(struct paper_case *paper, const struct memory_file *file,
                              size_t files, struct trouble *trouble)
{
    enum err err = OK;

    paper->journal = arena_take(paper->arena, paper->model->partners, sizeof *paper->journal);
    for (size_t i = 0; i < paper->model->partners && err == OK; i++) {
        const char *name = arena_print(paper->arena, "journal-%.*s.csv",
                                       TEXT(paper->model->partner[i].code));
        err = journal_rows_read(paper->arena, file_of(file, files, name), &paper->journal[i],
                                trouble);
    }
    return err;
}

static enum err read_optional(struct paper_case *paper, const struct memory_file *file,
                              size_t files, struct trouble *trouble)
{
    const struct text corrections = file_of(file, files, "corrections.csv");
    const struct text true_up = file_of(file, files, "true_up.csv");
    const struct text charged = file_of(file, files, "charged.csv");
    const struct text corrected = file_of(file, files, "corrected.csv");
    enum err err = OK;

    paper->has_corrections = corrections.data != NULL;
    paper->has_true_up = true_up.data != NULL;
    if (paper->has_corrections)
        err = correction_rows_read(paper->arena, corrections, &paper->corrections, trouble);
    if (err == OK && paper->has_true_up)
        err = true_up_rows_read(paper->arena, true_up, &paper->true_up, trouble);
    if (err == OK && charged.data != NULL)
        err = settlement_rows_read(paper->arena, charged, &paper->charged, trouble);
    if (err == OK && corrected.data != NULL)
        err = correction_rows_read(paper->arena, corrected, &paper->corrected, trouble);
    if (err == OK && paper->estimate.size > 0)
        err = settlement_rows_read(paper->arena, paper->estimate, &paper->before, trouble);
    return err;
}

/* The journals hold what the settlement says, and each balances. */
static enum err add_up(const struct paper_case *paper, struct trouble *trouble)
{
    for (size_t partner = 0; partner < paper->model->partners; partner++) {
        const struct text code = paper->model->partner[partner].code;
        wide net = 0, sum = 0, posted = 0;
        for (size_t i = 0; i < paper->settlement.count; i++)
            if (text_equal(paper->settlement.row[i].partner, code))
                net += paper->settlement.row[i].net;
        for (size_t i = 0; i < paper->journal[partner].count; i++) {
            const struct journal_row *row = &paper->journal[partner].row[i];
            sum += row->debit - row->credit;
            posted += text_is(row->kind, "clearing") ? 0 : row->debit - row->credit;
        }
        if (sum != 0 || posted != net)
            return fail(trouble, ERR_CHECK, "the journal of %.*s does not add up with the "
                        "settlement", TEXT(code));
    }
    return OK;
}

static void note_periods(struct paper_case *paper)
{
    paper->first = paper->last = (struct text){ "", 0 };
    for (size_t i = 0; i < paper->settlement.count; i++) {
        const struct text period = paper->settlement.row[i].period;
        if (paper->first.size == 0 || text_compare(period, paper->first) < 0)
            paper->first = period;
        if (paper->last.size == 0 || text_compare(period, paper->last) > 0)
            paper->last = period;
    }
}

enum err paper_case_read(struct paper_case *paper, const struct memory_file *file, size_t files,
                         struct trouble *trouble)
{
    enum err err = settlement_rows_read(paper->arena, file_of(file, files, "settlement.csv"),
                                        &paper->settlement, trouble);

    if (err == OK)
        err = bill_rows_read(paper->arena, file_of(file, files, "bill.csv"), &paper->bill,
                             trouble);
    if (err == OK)
        err = penny_rows_read(paper->arena, file_of(file, files, "pennies.csv"), &paper->pennies,
                              trouble);
    if (err == OK)
        err = read_journals(paper, file, files, trouble);
    if (err == OK)
        err = read_optional(paper, file, files, trouble);
    if (err == OK)
        err = add_up(paper, trouble);
    if (err == OK)
        note_periods(paper);
    return err;
}

/* --- the title block --- */

static struct text periods_of(const struct paper_case *paper)
{
    if (paper->first.size == 0)
        return (struct text){ "None: nothing was settled", 25 };
    if (text_equal(paper->first, paper->last))
        return paper->first;
    return text_of(arena_print(paper->arena, "%.*s to %.*s", TEXT(paper->first),
                               TEXT(paper->last)));
}

struct document *paper_open(const struct paper_case *paper, const char *title, int32_t partner)
{
    struct document *document = document_open(paper->arena, title);
    const struct text name = paper->model->partner[partner].name;
    char made[TRAIL_TIME_SIZE];

    trail_time_print(paper->made.ms, made);
    document->made = paper->made;
    document->footer = text_of(arena_print(paper->arena, "%s. %.*s, %.*s. From %.*s.", title,
                                           TEXT(name), TEXT(periods_of(paper)),
                                           TEXT(paper->origin)));
    document_fact(document, "For", name);
    document_fact(document, "Partnership", paper->model->name);
    document_fact(document, "Periods", periods_of(paper));
    document_fact(document, "Book", text_of(paper->book));
    if (paper->draft)
        document_fact(document, "State", text_of("A draft: the period is not locked"));
    document_fact(document, "Figures from", paper->origin);
    if (paper->sum.size > 0)
        document_fact(document, "SHA-256 of settlement.csv", paper->sum);
    document_fact(document, "Made", text_of(arena_print(
        paper->arena, "%.*s, %.5s UTC",
        TEXT(document_day(paper->arena, text_of(arena_print(paper->arena, "%.10s", made)))),
        made + 11)));
    return document;
}
