/* What every register does, shown on risks; and what is risks' own: rules as rows and laws, then
 * the store on either engine (test_store.h). */
#include "governance/governance_risk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "governance/governance_sql.h"
#include "identity/identity_sql.h"
#include "register/register_field_view.h"
#include "register/register_sql.h"
#include "store/store_sql.h"
#include "store/test_trail_store.h"

extern const struct migration *const server_migrations[];

static struct test_store store;
static struct trouble said;
static struct happening at = { { TEST_NOW }, &real_outside, { "", 0 } };

/* A risk whose fields are fit: inherent 4 x 4, current 3 x 3, target 2 x 2. */
static struct entry some_risk(const char *title)
{
    static const char *const value[RISK_FIELDS] = {
        "", "It may be that it fails.", "", "", "finance", "4", "4", "3", "3", "2", "2",
        "Head of Finance", "", "2014-09-01", "", "", "",
    };
    struct entry risk = { 0 };

    for (enum risk_field field = 0; field < RISK_FIELDS; field++)
        risk.field[field] = text_of(value[field]);
    risk.field[RISK_TITLE] = text_of(title);
    return risk;
}

/* --- rules --- */

static void the_matrix_rises_with_both(void **state)
{
    (void)state;
    for (int likelihood = 1; likelihood <= 5; likelihood++)
        for (int impact = 1; impact <= 5; impact++) {
            const enum risk_band band = risk_band(likelihood, impact);
            assert_true(likelihood == 1 || risk_band(likelihood - 1, impact) <= band);
            assert_true(impact == 1 || risk_band(likelihood, impact - 1) <= band);
        }
    assert_int_equal(risk_band(1, 1), BAND_LOW);
    assert_int_equal(risk_band(1, 5), BAND_MEDIUM);
    assert_int_equal(risk_band(5, 1), BAND_MEDIUM);
    /* What is bad and unlikely weighs more than what is likely and small. */
    assert_int_equal(risk_band(1, 4), BAND_MEDIUM);
    assert_int_equal(risk_band(4, 1), BAND_LOW);
    assert_int_equal(risk_band(3, 5), BAND_HIGH);
    assert_int_equal(risk_band(4, 5), BAND_VERY_HIGH);
    assert_int_equal(risk_band(5, 5), BAND_VERY_HIGH);
}

static void scores_are_products(void **state)
{
    struct entry risk = some_risk("A");

    (void)state;
    assert_int_equal(risk_score(&risk, RISK_INHERENT_LIKELIHOOD), 16);
    assert_int_equal(risk_score(&risk, RISK_CURRENT_LIKELIHOOD), 9);
    assert_int_equal(risk_score(&risk, RISK_TARGET_LIKELIHOOD), 4);
    assert_int_equal(risk_rating(&risk), BAND_MEDIUM);
    risk.field[RISK_TARGET_LIKELIHOOD] = risk.field[RISK_TARGET_IMPACT] = text_of("");
    assert_int_equal(risk_score(&risk, RISK_TARGET_LIKELIHOOD), 0);
}

static void appetite_depends_on_the_category(void **state)
{
    struct entry risk = some_risk("A");

    (void)state;
    assert_true(risk_within_appetite(&risk));
    risk.field[RISK_CATEGORY] = text_of("safeguarding");
    assert_false(risk_within_appetite(&risk));
    for (size_t i = 0; risk_categories[i] != NULL; i++)
        assert_true(risk_appetite(text_of(risk_categories[i])) < BAND_VERY_HIGH);
}

static void fields_are_judged(void **state)
{
    static char long_line[202];
    static const struct {
        enum risk_field field;
        const char     *value;
        const char     *wrong;      /* words of what is said; NULL: it is fit */
    } rows[] = {
        { RISK_TITLE, "", "needed" },
        { RISK_TITLE, "  ", "needed" },
        { RISK_TITLE, "one\ntwo", "one line" },
        { RISK_TITLE, long_line, "too long" },
        { RISK_TITLE, long_line + 1, NULL },
        { RISK_CAUSE, "", NULL },
        { RISK_CAUSE, "one\ntwo", NULL },
        { RISK_CATEGORY, "weather", "one of the list" },
        { RISK_CATEGORY, "", "needed" },
        { RISK_INHERENT_IMPACT, "0", "from 1 to 5" },
        { RISK_INHERENT_IMPACT, "6", "from 1 to 5" },
        { RISK_INHERENT_IMPACT, "05", "from 1 to 5" },
        { RISK_INHERENT_IMPACT, "5", NULL },
        { RISK_CURRENT_IMPACT, "5", "above the inherent" },
        { RISK_CURRENT_IMPACT, "4", NULL },
        { RISK_TARGET_LIKELIHOOD, "5", "above the inherent" },
        { RISK_TARGET_LIKELIHOOD, "", "or neither" },
        { RISK_TARGET_IMPACT, "", "or neither" },
        { RISK_REVIEW_DUE, "2014-02-29", "a day that there is" },
        { RISK_REVIEW_DUE, "2016-02-29", NULL },
        { RISK_REVIEW_DUE, "1 May", "a day that there is" },
        { RISK_ESCALATED, "no", "yes or nothing" },
        { RISK_ESCALATED, "yes", NULL },
    };

    (void)state;
    memset(long_line, 'x', sizeof long_line - 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct entry risk = some_risk("A");
        const char *wrong[REGISTER_FIELDS_MAX];
        risk.field[rows[i].field] = text_of(rows[i].value);
        const bool fit = entry_judge(&risk_register, &risk, wrong);
        const char *said_of = wrong[rows[i].field];
        if (fit != (rows[i].wrong == NULL) || fit != (said_of == NULL) ||
            (said_of != NULL && strstr(said_of, rows[i].wrong) == NULL))
            fail_msg("row %zu: %s", i, said_of == NULL ? "fit" : said_of);
    }
}

/* Of every other kind of field. */
static void kinds_have_their_values(void **state)
{
    static const struct field_form number = { .kind = FIELD_NUMBER, .least = -5, .most = 1000 };
    static const struct field_form money = { .kind = FIELD_MONEY, .most = 1000000 };
    static const struct field_form entry = { .kind = FIELD_ENTRY };
    static const struct {
        const struct field_form *form;
        const char              *typed, *kept, *wrong;
        int64_t                  number;
    } rows[] = {
        { &number, " 1,000 ", "1000", NULL, 1000 },
        { &number, "-5", "-5", NULL, -5 },
        { &number, "007", "7", NULL, 7 },
        { &number, "-6", "-6", "too small", 0 },
        { &number, "1001", "1001", "too large", 0 },
        { &number, "1.5", "1.5", "whole number", 0 },
        { &number, "1234567890123456", "1234567890123456", "whole number", 0 },
        { &number, "-", "-", "whole number", 0 },
        { &money, "\xC2\xA3""1,234.5", "1234.50", NULL, 123450 },
        { &money, "0.07", "0.07", NULL, 7 },
        { &money, "10000.01", "10000.01", "too large", 0 },
        { &money, "1.234", "1.234", "an amount", 0 },
        { &money, "-1", "-1.00", "too small", 0 },
        { &entry, "CLK-12", "CLK-12", NULL, 0 },
        { &entry, "CLK-012", "CLK-012", "a number as", 0 },
    };
    struct arena arena = { 0 };

    (void)state;
    {
        TEST_ARENA(&arena);
        for (size_t i = 0; i < COUNT(rows); i++) {
            const struct text kept = field_kept(&arena, rows[i].form, text_of(rows[i].typed));
            const char *wrong = field_judge(rows[i].form, kept);
            if (!text_is(kept, rows[i].kept) || (wrong == NULL) != (rows[i].wrong == NULL) ||
                (wrong != NULL && strstr(wrong, rows[i].wrong) == NULL))
                fail_msg("row %zu: %.*s, %s", i, TEXT(kept), wrong == NULL ? "fit" : wrong);
            if (wrong == NULL && rows[i].form != &entry)
                assert_int_equal(field_number(rows[i].form, kept), rows[i].number);
        }
    }
    arena_free(&arena);
}

static void all_errors_come_at_once(void **state)
{
    const struct entry empty = { 0 };
    const char *wrong[REGISTER_FIELDS_MAX];

    (void)state;
    assert_false(entry_judge(&risk_register, &empty, wrong));
    for (size_t i = 0; i < RISK_FIELDS; i++)
        assert_int_equal(wrong[i] != NULL, risk_register.fields[i].required);
}

static void a_life_is_a_table(void **state)
{
    static const char *const event[] = { "treat", "tolerate", "close", "reopen" };
    static const bool can[][4] = {
        /* open */      { true,  true,    true,  false },
        /* treating */  { false, true,    true,  false },
        /* tolerated */ { true,  false,   true,  false },
        /* closed */    { false, false,   false, true },
        /* reopened */  { true,  true,    true,  false },
    };
    struct entry risk = some_risk("A");
    int to;

    (void)state;
    for (risk.state = 0; risk.state < (int)COUNT(can); risk.state++)
        for (size_t i = 0; i < COUNT(event); i++)
            assert_int_equal(entry_step(&risk_register, &risk, text_of(event[i]), text_of("so"),
                                        &to) == NULL, can[risk.state][i]);
    risk.state = 0;
    assert_non_null(entry_step(&risk_register, &risk, text_of("close"), text_of(" \n"), &to));
    assert_null(entry_step(&risk_register, &risk, text_of("close"), text_of("so"), &to));
    assert_string_equal(risk_register.states[to], "closed");
}

static void above_appetite_is_tolerated_only_when_escalated(void **state)
{
    struct entry risk = some_risk("A");
    int to;

    (void)state;
    risk.field[RISK_CATEGORY] = text_of("legal");
    const char *refused = entry_step(&risk_register, &risk, text_of("tolerate"), text_of("so"),
                                     &to);
    assert_non_null(refused);
    assert_non_null(strstr(refused, "escalated"));
    assert_null(entry_step(&risk_register, &risk, text_of("treat"), text_of("so"), &to));
    risk.field[RISK_ESCALATED] = text_of("yes");
    assert_null(entry_step(&risk_register, &risk, text_of("tolerate"), text_of("so"), &to));
    assert_string_equal(risk_register.states[to], "tolerated");
}

static void references_are_read(void **state)
{
    static const char *const bad[] = { "", "CLK", "-1", "CLK-", "CLK-0", "CLK-01", "CLK-1x",
                                       "CLK-1234567890" };
    struct text code;
    int64_t number;

    (void)state;
    assert_true(reference_parse(text_of("A-B-12"), &code, &number));
    assert_true(text_is(code, "A-B"));
    assert_int_equal(number, 12);
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(reference_parse(text_of(bad[i]), &code, &number));
}

/* Of text, what a spreadsheet would reckon gets ' in front; a number stays one. */
static void cells_of_files_are_no_formulas(void **state)
{
    static const struct {
        struct register_cell cell;
        const char *csv;
    } rows[] = {
        { { CELL_IS_NUMBER, -3, { "", 0 } }, "-3" },
        { { CELL_IS_MONEY, -3, { "-0.03", 5 } }, "-0.03" },
        { { CELL_IS_WORDS, 0, { "=1+1", 4 } }, "'=1+1" },
        { { CELL_IS_WORDS, 0, { "+44", 3 } }, "'+44" },
        { { CELL_IS_WORDS, 0, { "-2", 2 } }, "'-2" },
        { { CELL_IS_WORDS, 0, { "@sum", 4 } }, "'@sum" },
        { { CELL_IS_WORDS, 0, { "\tx", 2 } }, "'\tx" },
        { { CELL_IS_WORDS, 0, { "\rx", 2 } }, "'\rx" },
        { { CELL_IS_WORDS, 0, { "1=1", 3 } }, "1=1" },
        { { CELL_IS_WORDS, 0, { "", 0 } }, "" },
    };
    struct arena arena = { 0 };

    (void)state;
    {
        TEST_ARENA(&arena);
        for (size_t i = 0; i < COUNT(rows); i++)
            assert_true(text_is(cell_csv(&arena, rows[i].cell), rows[i].csv));
    }
    arena_free(&arena);
}

/* Whatever it is sorted by: no ties, turned round by `down`; filters only take out. */
static void every_order_is_total(void **state)
{
    struct register_column column[REGISTER_COLUMNS_MAX];
    const size_t columns = register_columns(&risk_register, column);
    struct entry risk[6];
    char reference[6][8];

    (void)state;
    for (size_t i = 0; i < COUNT(risk); i++) {
        risk[i] = some_risk(i % 2 == 0 ? "Same" : "Other");
        risk[i].council = (int64_t)i % 2 + 1;
        risk[i].number = (int64_t)i / 2 + 1;
        (void)snprintf(reference[i], sizeof reference[i], "C-%zu", i);
        risk[i].reference = text_of(reference[i]);
        risk[i].state = (int)i % 5;
    }
    assert_int_equal(columns, 15);
    for (size_t c = 0; c < columns; c++) {
        struct register_filter up = { .order = column[c] };
        struct register_filter down = { .order = column[c], .down = true };
        for (size_t i = 0; i < COUNT(risk); i++)
            for (size_t j = 0; j < COUNT(risk); j++) {
                const int order = entry_compare(&risk_register, &up, &risk[i], &risk[j]);
                assert_int_equal(order == 0, i == j);
                assert_true((order > 0) ==
                            (entry_compare(&risk_register, &up, &risk[j], &risk[i]) < 0));
                assert_true((order > 0) ==
                            (entry_compare(&risk_register, &down, &risk[i], &risk[j]) < 0));
            }
    }
    struct register_filter filter;
    register_filter_any(&risk_register, &filter);
    filter.words = text_of("oTHe");
    filter.down = true;
    struct entries risks = { risk, COUNT(risk) };
    entries_select(&risk_register, &filter, &risks);
    assert_int_equal(risks.count, 3);
    for (size_t i = 0; i < risks.count; i++)
        assert_int_equal(risks.entry[i].number, 3 - (int64_t)i);
}

/* --- the store --- */

static int open_store(void **state)
{
    (void)state;
    at.now.ms = TEST_NOW;
    test_store_make(&store, server_migrations);
    test_councils_add(&store);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    test_store_drop(&store);
    return 0;
}

/* What a test does inside one transaction. */
struct doing {
    struct register_deed   deed;
    const struct actor *actor;          /* NULL: the program */
    struct text        reference, words;
    struct entry        was, risk;
    struct entries     risks;
    struct entry_file   file;
};

static struct doing by(int64_t council, const char *action)
{
    return (struct doing){ .deed = { &at, &store.arena, council,
                                     text_of(council == CLK ? "first.clk" : "second.clk"), action,
                                     { "", 0 }, NULL } };
}

static enum err run(db_work *work, struct doing *doing)
{
    said = (struct trouble){ 0 };
    return db_write(store.db, (struct db_scope){ doing->deed.council, &store.arena }, work, doing,
                    &said);
}

#define DID(work, doing)                                                                         \
    do {                                                                                         \
        if (run(work, doing) != OK)                                                              \
            fail_msg("%s: %s", #work, said.text);                                                \
    } while (0)

static enum err add(struct tx *tx, void *context, struct trouble *trouble)
{
    struct doing *doing = context;

    return entry_add(tx, &risk_register, &doing->deed, &doing->risk, trouble);
}

static struct entry_asker asker_of(const struct doing *doing)
{
    return (struct entry_asker){ doing->deed.council, doing->actor, MAY_EDIT_RISK };
}

static enum err load(struct tx *tx, void *context, struct trouble *trouble)
{
    struct doing *doing = context;
    const struct entry_asker asker = asker_of(doing);
    enum err err = entry_load(tx, &store.arena, &risk_register, &asker, doing->reference,
                              &doing->risk, trouble);

    doing->was = doing->risk;
    return err != OK ? err : entry_file_load(tx, &store.arena, &risk_register,
                                             doing->deed.council, &doing->risk, &doing->file,
                                             trouble);
}

static enum err save(struct tx *tx, void *context, struct trouble *trouble)
{
    struct doing *doing = context;

    return entry_save(tx, &risk_register, &doing->deed, &doing->was, &doing->risk, trouble);
}

static enum err list(struct tx *tx, void *context, struct trouble *trouble)
{
    struct doing *doing = context;
    const struct entry_asker asker = asker_of(doing);

    return entry_list(tx, &store.arena, &risk_register, &asker, ENTRY_WHOLE, &doing->risks,
                      trouble);
}

static enum err comment(struct tx *tx, void *context, struct trouble *trouble)
{
    struct doing *doing = context;

    return entry_comment_add(tx, &risk_register, &doing->deed, &doing->risk, doing->words,
                             trouble);
}

static struct doing add_risk(int64_t council, const char *title)
{
    struct doing doing = by(council, "risk.make");

    doing.risk = some_risk(title);
    DID(add, &doing);
    doing.reference = doing.risk.reference;
    return doing;
}

/* The same risk as the council sees it, to be changed by it. */
static struct doing open_as(int64_t council, const char *reference, const char *action)
{
    struct doing doing = by(council, action);

    doing.reference = text_of(reference);
    DID(load, &doing);
    return doing;
}

static void share(const char *reference, enum sharing sharing)
{
    struct doing doing = open_as(reference[0] == 'C' ? CLK : STI, reference, "risk.share");

    doing.risk.sharing = sharing;
    DID(save, &doing);
}

static enum err find_as(int64_t council, const char *reference)
{
    struct doing doing = by(council, "");

    doing.reference = text_of(reference);
    return run(load, &doing);
}

static size_t count_as(int64_t council)
{
    struct doing doing = by(council, "");

    DID(list, &doing);
    return doing.risks.count;
}

static void a_risk_comes_back_as_it_was(void **state)
{
    struct doing made = add_risk(CLK, "The server <script> fails"), found;

    (void)state;
    assert_true(text_is(made.risk.reference, "CLK-1"));
    found = open_as(CLK, "CLK-1", "");
    for (enum risk_field field = 0; field < RISK_FIELDS; field++)
        assert_true(text_equal(found.risk.field[field], made.risk.field[field]));
    assert_int_equal(found.risk.version, 1);
    assert_int_equal(found.risk.state, 0);
    assert_int_equal(found.risk.sharing, SHARING_OWN);
    assert_true(text_is(found.risk.changed_by, "first.clk"));
    /* A row of history for each field that is not empty. */
    assert_int_equal(found.file.changes, 11);
}

static enum err add_and_fail(struct tx *tx, void *context, struct trouble *trouble)
{
    const enum err err = add(tx, context, trouble);

    return err != OK ? err : ERR_REFUSED;
}

static void numbers_have_no_gap(void **state)
{
    struct doing lost = by(CLK, "risk.make");

    (void)state;
    assert_true(text_is(add_risk(CLK, "A").reference, "CLK-1"));
    lost.risk = some_risk("Lost");
    assert_int_equal(run(add_and_fail, &lost), ERR_REFUSED);
    assert_true(text_is(add_risk(CLK, "B").reference, "CLK-2"));
    /* The other council's register has its own, whatever it sees of this one. */
    share("CLK-2", SHARING_SHARED);
    assert_true(text_is(add_risk(STI, "C").reference, "STI-1"));
    assert_true(text_is(add_risk(CLK, "D").reference, "CLK-3"));
}

static void a_council_sees_its_own_and_what_is_shared(void **state)
{
    (void)state;
    (void)add_risk(CLK, "A");
    (void)add_risk(STI, "B");
    assert_int_equal(count_as(CLK), 1);
    assert_int_equal(find_as(STI, "CLK-1"), ERR_MISSING);
    /* The other one has a number 1, too: which it is, the code says. */
    assert_int_equal(find_as(STI, "STI-1"), OK);
    assert_int_equal(find_as(CLK, "STI-1"), ERR_MISSING);
    share("CLK-1", SHARING_SHARED);
    assert_int_equal(count_as(STI), 2);
    struct doing doing = open_as(STI, "CLK-1", "risk.edit");
    assert_int_equal(doing.risk.sharing, SHARING_SHARED);
    assert_true(text_is(doing.risk.shared_by, "first.clk"));
    assert_int_equal(doing.risk.shared_at.ms, TEST_NOW);
    share("CLK-1", SHARING_OWN);
    assert_int_equal(find_as(STI, "CLK-1"), ERR_MISSING);
    assert_int_equal(count_as(STI), 1);
}

static void what_is_shared_is_read_and_what_is_joint_is_changed(void **state)
{
    struct doing doing;

    (void)state;
    (void)add_risk(CLK, "A");
    share("CLK-1", SHARING_SHARED);
    doing = open_as(STI, "CLK-1", "risk.edit");
    doing.risk.field[RISK_TITLE] = text_of("Theirs");
    assert_int_equal(run(save, &doing), ERR_MISSING);
    share("CLK-1", SHARING_JOINT);
    doing = open_as(STI, "CLK-1", "risk.edit");
    doing.risk.field[RISK_TITLE] = text_of("Ours");
    DID(save, &doing);
    doing = open_as(STI, "CLK-1", "risk.share");
    assert_true(text_is(doing.risk.field[RISK_TITLE], "Ours"));
    assert_true(text_is(doing.risk.changed_by, "second.clk"));
    /* Whose it is says who sees it. */
    doing.risk.sharing = SHARING_OWN;
    assert_int_equal(run(save, &doing), ERR_MISSING);
}

static void history_tells_every_field(void **state)
{
    struct doing doing;

    (void)state;
    (void)add_risk(CLK, "A");
    doing = open_as(CLK, "CLK-1", "risk.close");
    doing.risk.field[RISK_TITLE] = text_of("B");
    doing.risk.state = word_place(risk_register.states, text_of("closed"));
    doing.deed.why = text_of("it is over");
    at.now.ms += 1000;
    DID(save, &doing);
    doing = open_as(CLK, "CLK-1", "");
    assert_int_equal(doing.risk.version, 2);
    const struct entry_change *title = &doing.file.change[0], *life = &doing.file.change[1];
    assert_true(text_is(title->field, "title") && text_is(title->before, "A") &&
                text_is(title->after, "B"));
    assert_true(text_is(life->field, "state") && text_is(life->before, "open") &&
                text_is(life->after, "closed"));
    assert_true(text_is(life->why, "it is over") && text_is(life->by, "first.clk"));
    assert_int_equal(life->at.ms, TEST_NOW + 1000);
    assert_int_equal(doing.file.change[2].version, 1);
}

/* --- for a service --- */

static struct actor head_of(const char *service)
{
    struct actor actor = { .account = 7, .home = CLK, .acting = CLK, .services = 1 };

    memcpy(actor.service[0].name, service, strlen(service));
    actor.service[0].role[ROLE_HEAD_OF_SERVICE] = true;
    return actor;
}

static void add_of_service(int64_t council, const char *service)
{
    struct doing doing = by(council, "risk.make");

    doing.risk = some_risk("Of a service");
    doing.risk.field[RISK_SERVICE] = text_of(service);
    DID(add, &doing);
}

/* Which risks somebody finds, as "CLK-1 CLK-3 ". */
static const char *found_by(const struct actor *actor)
{
    struct doing doing = by(CLK, "");
    const char *found = "";

    doing.actor = actor;
    DID(list, &doing);
    for (size_t i = 0; i < doing.risks.count; i++)
        found = arena_print(&store.arena, "%s%.*s ", found,
                            TEXT(doing.risks.entry[i].reference));
    return found;
}

static enum err opens(const struct actor *actor, const char *reference)
{
    struct doing doing = by(CLK, "");

    doing.actor = actor;
    doing.reference = text_of(reference);
    return run(load, &doing);
}

static void a_role_for_a_service_reaches_its_entries_alone(void **state)
{
    struct actor education = head_of("Education"), both = head_of("Education");

    (void)state;
    add_of_service(CLK, "Education");
    add_of_service(CLK, "");
    add_of_service(CLK, "Social Services");
    add_of_service(CLK, "education");
    add_of_service(STI, "Education");
    add_of_service(STI, "Social Services");
    share("STI-1", SHARING_SHARED);
    share("STI-2", SHARING_SHARED);
    assert_string_equal(found_by(NULL), "CLK-1 CLK-2 CLK-3 CLK-4 STI-1 STI-2 ");
    assert_string_equal(found_by(&education), "CLK-1 STI-1 ");
    assert_int_equal(opens(&education, "CLK-1"), OK);
    assert_int_equal(opens(&education, "CLK-2"), ERR_MISSING);
    assert_int_equal(opens(&education, "CLK-3"), ERR_MISSING);
    both.services = 2;
    both.service[1] = head_of("Social Services").service[0];
    assert_string_equal(found_by(&both), "CLK-1 CLK-3 STI-1 STI-2 ");
    /* A role that gives nothing of this, for that service. */
    both.service[1].role[ROLE_HEAD_OF_SERVICE] = false;
    both.service[1].role[ROLE_CLERK] = true;
    assert_string_equal(found_by(&both), "CLK-1 STI-1 ");
    both.role[ROLE_HEAD_OF_SERVICE] = true;
    assert_string_equal(found_by(&both), found_by(NULL));
    education.account = 0;
    assert_string_equal(found_by(&education), "");
}

/* --- what the council keeps for itself --- */

static size_t changes_of(const struct doing *doing, const char *field)
{
    size_t count = 0;

    for (size_t i = 0; i < doing->file.changes; i++)
        count += text_is(doing->file.change[i].field, field) ? 1 : 0;
    return count;
}

static void a_field_of_its_own_is_not_the_partners(void **state)
{
    struct doing doing;

    (void)state;
    (void)add_risk(CLK, "A");
    share("CLK-1", SHARING_JOINT);
    doing = open_as(CLK, "CLK-1", "risk.edit");
    doing.risk.field[RISK_COST] = text_of("1234.00");
    DID(save, &doing);
    doing = open_as(STI, "CLK-1", "risk.edit");
    assert_int_equal(doing.risk.field[RISK_COST].size, 0);
    assert_true(entry_withholds(&doing.risk, RISK_COST));
    assert_int_equal(changes_of(&doing, "cost"), 0);
    /* What the partner changes leaves it as it is, and in nobody's history. */
    doing.risk.field[RISK_TITLE] = text_of("B");
    DID(save, &doing);
    assert_int_equal(doing.risk.field[RISK_COST].size, 0);
    doing = open_as(CLK, "CLK-1", "");
    assert_true(text_is(doing.risk.field[RISK_COST], "1234.00"));
    assert_true(text_is(doing.risk.field[RISK_TITLE], "B"));
    assert_false(entry_withholds(&doing.risk, RISK_COST));
    assert_int_equal(changes_of(&doing, "cost"), 1);
}

/* What was written before it was shared stays where it was written. */
static void what_came_before_sharing_is_not_shared(void **state)
{
    struct doing doing = add_risk(CLK, "A");

    (void)state;
    doing.deed.action = "risk.comment";
    doing.words = text_of("between us");
    DID(comment, &doing);
    share("CLK-1", SHARING_SHARED);
    doing = open_as(STI, "CLK-1", "risk.comment");
    assert_int_equal(doing.file.comments, 0);
    assert_int_equal(doing.file.changes, 1);
    assert_true(text_is(doing.file.change[0].field, "sharing"));
    doing.words = text_of("seen");
    DID(comment, &doing);
    doing = open_as(CLK, "CLK-1", "");
    assert_int_equal(doing.file.comments, 2);
    assert_true(text_is(doing.file.comment[1].council, "Stirling"));
}

static void of_two_writers_the_second_is_told(void **state)
{
    struct doing one, other;

    (void)state;
    (void)add_risk(CLK, "A");
    one = open_as(CLK, "CLK-1", "risk.edit");
    other = open_as(CLK, "CLK-1", "risk.edit");
    one.risk.field[RISK_TITLE] = text_of("One");
    /* Not even another field. */
    other.risk.field[RISK_CONTROLS] = text_of("Other");
    DID(save, &one);
    assert_int_equal(run(save, &other), ERR_CONFLICT);
    other = open_as(CLK, "CLK-1", "risk.edit");
    assert_true(text_is(other.risk.field[RISK_TITLE], "One"));
    assert_true(text_is(other.risk.field[RISK_CONTROLS], ""));
    /* The same once more changes nothing. */
    DID(save, &other);
    assert_int_equal(open_as(CLK, "CLK-1", "").risk.version, 2);
}

/* A review that changes nothing is a review. */
static void a_review_is_always_recorded(void **state)
{
    struct doing doing;

    (void)state;
    (void)add_risk(CLK, "A");
    doing = open_as(CLK, "CLK-1", "risk.review");
    doing.deed.why = text_of("nothing new");
    doing.deed.note = "review";
    DID(save, &doing);
    doing = open_as(CLK, "CLK-1", "");
    assert_int_equal(doing.risk.version, 2);
    assert_true(text_is(doing.file.change[0].field, "review"));
    assert_true(text_is(doing.file.change[0].why, "nothing new"));
}

static void expect_trail(const char *sql, const char *count)
{
    struct rival rival = rival_open(store.url);
    char text[TEST_PATH];

    assert_true(rival_ask(&rival, sql, text));
    assert_string_equal(text, count);
    rival_close(&rival);
}

static void every_change_is_in_the_trail(void **state)
{
    struct doing doing = add_risk(CLK, "A");

    (void)state;
    doing.deed.action = "risk.comment";
    doing.words = text_of("words");
    DID(comment, &doing);
    share("CLK-1", SHARING_JOINT);
    expect_trail("SELECT count(*) FROM trail_text WHERE council = 1 AND NOT shared "
                 "AND text LIKE '%CLK-1%'", "2");
    expect_trail("SELECT count(*) FROM trail_text WHERE council = 1 AND shared "
                 "AND text LIKE '%risk.share%'", "1");
    doing = open_as(STI, "CLK-1", "risk.edit");
    doing.risk.field[RISK_TITLE] = text_of("B");
    DID(save, &doing);
    expect_trail("SELECT count(*) FROM trail_text WHERE council = 2 AND shared "
                 "AND text LIKE '%risk.edit%'", "1");
}

/* Past the program: nothing of a risk is deleted, and history stays as it was written. */
static void nothing_is_taken_back(void **state)
{
    static const char *const refused[] = {
        "DELETE FROM entry_change", "UPDATE entry_change SET after = 'x'",
        "DELETE FROM entry_comment", "UPDATE entry_comment SET words = 'x'",
        "DELETE FROM risk",
    };
    struct doing doing = add_risk(CLK, "A");
    char text[TEST_PATH];

    (void)state;
    doing.words = text_of("words");
    doing.deed.action = "risk.comment";
    DID(comment, &doing);
    TEST_ARENA(&store.arena);
    if (!test_on_server()) {
        struct rival rival = rival_open(store.url);
        for (size_t i = 0; i < COUNT(refused); i++)
            assert_false(rival_ask(&rival, refused[i], text));
        rival_close(&rival);
        return;
    }
    const struct migrating as_role = { server_migrations, { 1 }, "ochil_risk" };
    struct rival rival = rival_open(store.url);
    struct migrated done;
    rival_do(&rival, "DROP ROLE IF EXISTS ochil_risk");
    rival_do(&rival, "CREATE ROLE ochil_risk");
    rival_do(&rival, "GRANT USAGE ON SCHEMA public TO ochil_risk");
    assert_int_equal(schema_migrate(store.db, &as_role, &done, NULL), OK);
    rival_do(&rival, "SET ROLE ochil_risk");
    rival_do(&rival, "SET ochil.council = '1'");
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_false(rival_ask(&rival, refused[i], text));
    rival_do(&rival, "RESET ROLE");
    rival_do(&rival, "DROP OWNED BY ochil_risk");
    rival_do(&rival, "DROP ROLE ochil_risk");
    rival_close(&rival);
}

static enum err prepare_all(struct tx *tx, void *context, struct trouble *trouble)
{
    struct statement *made;
    enum err err = OK;

    (void)context;
    for (int i = 0; err == OK && governance_queries[i] != NULL; i++)
        err = tx_prepare(tx, governance_queries[i], &made, trouble);
    return err;
}

static void every_query_can_be_prepared(void **state)
{
    struct doing doing = by(CLK, "");

    (void)state;
    DID(prepare_all, &doing);
}

/* --- a server alone: what the serving role sees past the program's own queries --- */

static void ask_as(struct rival *rival, const char *council, const char *sql, const char *wanted)
{
    char text[TEST_PATH], set[64];

    (void)snprintf(set, sizeof set, "SET ochil.council = '%s'", council);
    rival_do(rival, set);
    assert_true(rival_ask(rival, sql, text));
    assert_string_equal(text, wanted);
}

static void refuse_as(struct rival *rival, const char *council, const char *sql)
{
    char text[TEST_PATH], set[64];

    (void)snprintf(set, sizeof set, "SET ochil.council = '%s'", council);
    rival_do(rival, set);
    assert_false(rival_ask(rival, sql, text));
}

static void row_level_rights_hold(void **state)
{
    const struct migrating as_role = { server_migrations, { 1 }, "ochil_risk" };
    struct rival rival = rival_open(store.url);
    struct doing doing = add_risk(CLK, "Own");
    struct migrated done;

    (void)state;
    doing.words = text_of("between us");
    DID(comment, &doing);
    (void)add_risk(CLK, "Shared");
    (void)add_risk(CLK, "Joint");
    (void)add_risk(STI, "Theirs");
    share("CLK-2", SHARING_SHARED);
    share("CLK-3", SHARING_JOINT);
    rival_do(&rival, "DROP ROLE IF EXISTS ochil_risk");
    rival_do(&rival, "CREATE ROLE ochil_risk");
    rival_do(&rival, "GRANT USAGE ON SCHEMA public TO ochil_risk");
    assert_int_equal(schema_migrate(store.db, &as_role, &done, NULL), OK);
    rival_do(&rival, "SET ROLE ochil_risk");
    ask_as(&rival, "", "SELECT count(*) FROM risk", "0");
    ask_as(&rival, "0", "SELECT count(*) FROM risk", "0");
    ask_as(&rival, "1", "SELECT count(*) FROM risk", "3");
    ask_as(&rival, "2", "SELECT count(*) FROM risk", "3");
    ask_as(&rival, "2", "SELECT count(*) FROM entry_comment", "0");
    ask_as(&rival, "2", "SELECT count(*) FROM entry_change WHERE council = 1", "2");
    /* A shared one is not made joint by who may only read it; a joint one is not taken over. */
    ask_as(&rival, "2", "WITH done AS (UPDATE risk SET joint = true, title = 'x' WHERE number = 2 "
           "AND council = 1 RETURNING 1) SELECT count(*) FROM done", "0");
    ask_as(&rival, "2", "WITH done AS (UPDATE risk SET title = 'x' WHERE joint RETURNING 1) "
           "SELECT count(*) FROM done", "1");
    refuse_as(&rival, "2", "UPDATE risk SET joint = false WHERE joint");
    refuse_as(&rival, "2", "INSERT INTO entry_comment (council, shared, register, entry_council, "
              "entry, words, made_by, made_at) VALUES (1, true, 'risk', 1, 3, 'x', 'x', 1)");
    rival_do(&rival, "RESET ROLE");
    rival_do(&rival, "DROP OWNED BY ochil_risk");
    rival_do(&rival, "DROP ROLE ochil_risk");
    rival_close(&rival);
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, open_store, drop)

int main(void)
{
    const struct CMUnitTest both[] = {
        cmocka_unit_test(the_matrix_rises_with_both),
        cmocka_unit_test(scores_are_products),
        cmocka_unit_test(appetite_depends_on_the_category),
        cmocka_unit_test(fields_are_judged),
        cmocka_unit_test(kinds_have_their_values),
        cmocka_unit_test(all_errors_come_at_once),
        cmocka_unit_test(a_life_is_a_table),
        cmocka_unit_test(above_appetite_is_tolerated_only_when_escalated),
        cmocka_unit_test(references_are_read),
        cmocka_unit_test(cells_of_files_are_no_formulas),
        cmocka_unit_test(every_order_is_total),
        ON_STORE(a_risk_comes_back_as_it_was),
        ON_STORE(numbers_have_no_gap),
        ON_STORE(a_council_sees_its_own_and_what_is_shared),
        ON_STORE(what_is_shared_is_read_and_what_is_joint_is_changed),
        ON_STORE(history_tells_every_field),
        ON_STORE(a_role_for_a_service_reaches_its_entries_alone),
        ON_STORE(a_field_of_its_own_is_not_the_partners),
        ON_STORE(what_came_before_sharing_is_not_shared),
        ON_STORE(of_two_writers_the_second_is_told),
        ON_STORE(a_review_is_always_recorded),
        ON_STORE(every_change_is_in_the_trail),
        ON_STORE(nothing_is_taken_back),
        ON_STORE(every_query_can_be_prepared),
    };
    const struct CMUnitTest server[] = {
        ON_STORE(row_level_rights_hold),
    };
    int failed = cmocka_run_group_tests(both, NULL, NULL);

    return failed + (test_on_server() ? cmocka_run_group_tests(server, NULL, NULL) : 0);
}
