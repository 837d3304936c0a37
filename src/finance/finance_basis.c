#include "finance/finance_basis.h"

#include "finance/finance_agreed.h"
#include "finance/finance_joint_model.h"
#include "finance/finance_vat.h"
#include "finance/finance_year.h"
#include "register/two_key_desk.h"
#include "store/evidence_row.h"

/* --- a basis --- */

enum { NAME, KIND, PLACES, TOLERANCE, ESTIMATE, ACTUAL, UNIT, SOURCE, EVIDENCE, VALUES,
       COMPONENTS };

static const struct two_key_field basis_fields[] = {
    [NAME] = { "name", "Name", "Such as: primary pupils.", false, true, 200 },
    [KIND] = { "basis_kind", "Kind", "measure: shares are value by sum of values. fixed: values "
               "are per cent and add to 100. equal. blend: of other bases by weights. tolerance: "
               "the estimate, unless the actual differs by more.", false, true, 20 },
    [PLACES] = { "places", "Decimal places of a per cent", "0 to 12, to which shares are rounded "
                 "first; empty: they are exact.", false, false, 2 },
    [TOLERANCE] = { "tolerance", "Tolerance", "Percentage points; of the kind tolerance.", false,
                    false, 40 },
    [ESTIMATE] = { "estimate", "Estimate", "The code of a basis; of the kind tolerance.", false,
                   false, BASIS_CODE_MOST },
    [ACTUAL] = { "actual", "Actual", "Likewise.", false, false, BASIS_CODE_MOST },
    [UNIT] = { "unit", "Unit", "Such as: pupils.", false, false, 100 },
    [SOURCE] = { "source", "Source", "Where the values come from. Of a fixed basis: who "
                 "approved it, and why it is fixed.", true, false, 2000 },
    [EVIDENCE] = { "evidence", "Evidence", "A kept file that shows the values: its number, as on "
                   "its page. The other councils can read it, once this is proposed.", false,
                   false, 32 },
    [VALUES] = { "values", "Values", "A line for each: from,partner,value. From is a period such "
                 "as 2014-15/P06, or empty; a value holds until the next one of that council. As "
                 "in: ,CLK,3935", true, false, 30000 },
    [COMPONENTS] = { "components", "Components", "Of a blend, a line for each: basis,weight. "
                     "Weights are per cent and add to 100.", true, false, 4000 },
    { NULL, NULL, NULL, false, false, 0 },
};

static const char *const kinds[] = { "measure", "fixed", "equal", "blend", "tolerance", NULL };
static const struct two_key_choices basis_choices[] = { { "basis_kind", kinds }, { NULL, NULL } };

/* The place of a field by its name. */
static size_t place_of(const struct two_key_field fields[], const char *name)
{
    size_t at = 0;

    while (fields[at].name != NULL && strcmp(fields[at].name, name) != 0)
        at++;
    return fields[at].name != NULL ? at : 0;
}

/* The financial year of a day. */
static struct text year_of(struct arena *arena, struct db_day day)
{
    char text[DB_DAY_TEXT];
    period_number period;

    db_day_print(day, text);
    if (!day_parse(text_of(text), &period))
        return text_of("");
    return year_text(arena, period / PERIODS);
}

/* The first fault of this draft; one of a line before those of the whole, which follow from it. */
static const char *judge_files(const struct two_key_judging *judging, struct joint_words *words,
                               const struct two_key_field fields[], size_t *field)
{
    struct joint_files files;
    struct joint_faults faults;
    struct trouble trouble = { 0 };

    joint_name_missing(judging->arena, words);
    joint_files_make(judging->arena, words, &files);
    if (joint_files_judge(&files, &faults, &trouble) != OK)
        return arena_print(judging->arena, "It cannot be read: %s.", trouble.text);
    const struct joint_fault *first = NULL;
    for (size_t i = 0; i < faults.count; i++) {
        const struct joint_fault *fault = &faults.fault[i];
        const bool own = fault->subject.size == 0 || text_equal(fault->subject, judging->subject);
        if (words->cost_model == NULL && !own)
            continue;
        if (first == NULL || (first->line == 0 && fault->line > 0))
            first = fault;
    }
    if (first == NULL)
        return NULL;
    *field = place_of(fields, first->field);
    return first->words;
}

static const char *judge_basis(const struct two_key_judging *judging, size_t *field)
{
    const struct text kind = form_value(judging->content, "basis_kind");
    const struct text source = form_value(judging->content, "source");
    const struct text evidence = form_value(judging->content, "evidence");
    struct joint_basis basis = { judging->subject, judging->content };
    struct joint_words words = { .year = year_of(judging->arena, judging->effective),
                                 .councils = judging->councils, .basis = &basis, .bases = 1 };
    struct evidence_id file;

    if (text_is(kind, "fixed") && source.size == 0) {
        *field = SOURCE;
        return "Of a fixed basis say who approved it, and why it is fixed.";
    }
    if (evidence.size > 0 && !evidence_id_parse(evidence, &file)) {
        *field = EVIDENCE;
        return "A kept file's number has 32 digits of 0-9 and a-f.";
    }
    return judge_files(judging, &words, basis_fields, field);
}

static const char *judge_code(struct text code)
{
    static const char words[] = "A code has 1 to 32 of A-Z, a-z, 0-9, - and _, as ROLL.";

    if (code.size == 0 || code.size > BASIS_CODE_MOST)
        return words;
    for (size_t i = 0; i < code.size; i++) {
        const char c = code.data[i];
        if (!(is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
              c == '_'))
            return words;
    }
    return NULL;
}

const struct two_key_kind basis_kind = {
    .name = BASIS_KIND,
    .title = "Basis",
    .purpose = "In what proportion the councils bear a pool of cost, from a day on: with values, "
               "their source and evidence. No pool is shared on a basis that is not agreed.",
    .subject = "Code",
    .subject_hint = "As ROLL; it stays the same in every version.",
    .prepare = MAY_PREPARE_BASIS,
    .agree = MAY_AGREE_BASIS,
    .fields = basis_fields,
    .choices = basis_choices,
    .judge = judge_basis,
    .judge_subject = judge_code,
    .evidence = "evidence",
    .begin = basis_begin,
    .effect = agreed_effect,
    .gather = basis_gather,
    .show = basis_show,
};

/* --- a cost model --- */

enum { MODEL_NAME, ROUNDING, REMAINDER, SETTLEMENT, SUPPORT_METHOD, PARTNERS, SIGHT, SERVICES,
       POOLS, SUPPORT, VAT };

static const struct two_key_field model_fields[] = {
    [MODEL_NAME] = { "name", "Name", "Of the partnership, as it stands on bills.", false, true,
                     200 },
    [ROUNDING] = { "rounding", "Rounding", "Usual: year-to-date, so that thirteen bills add to "
                   "the year's share.", false, false, 20 },
    [REMAINDER] = { "remainder", "Odd pennies", "Usual: largest remainder.", false, false, 20 },
    [SETTLEMENT] = { "settlement", "Settlement", "Usual: net, one amount between two councils; "
                     "gross: one for each service.", false, false, 20 },
    [SUPPORT_METHOD] = { "support_method", "Support services", "How their cost reaches the pools. "
                         "Usual: reciprocal.", false, false, 20 },
    [PARTNERS] = { "partners", "Order of the councils", "Their codes, as CLK, STI: ties go to the "
                   "first. Empty: as the store has them.", false, false, 400 },
    [SIGHT] = { "sight", "Lines that a council sees of the other", "shared: of cost that it bears "
                "a share of, without descriptions. none. all.", false, true, 20 },
    [SERVICES] = { "services", "Services", "A line for each, as in services.csv: service,name,lead",
                   true, true, 4000 },
    [POOLS] = { "pools", "Cost pools", "A line for each, as in pools.csv: "
                "pool,name,service,kind,from,to,basis. Kind is common or support; from and to are "
                "periods, or empty.", true, true, 30000 },
    [SUPPORT] = { "support", "Drivers of support pools", "A line for each, as in support.csv: "
                  "pool,from,receiver,value", true, false, 15000 },
    [VAT] = { "vat", "VAT of each charge", "A line for each service, or for a pool that is treated "
              "in another way, with the reason: education,outside,Delegated by agreement. "
              "Treatments are outside, exempt, standard, reduced and zero.", true, false, 4000 },
    { NULL, NULL, NULL, false, false, 0 },
};

static const char *const roundings[] = { "", "year-to-date", "period", NULL };
static const char *const remainders[] = { "", "largest", "lead", "first", NULL };
static const char *const settlements[] = { "", "net", "gross", NULL };
static const char *const methods[] = { "", "reciprocal", "step-down", "direct", NULL };
static const char *const sights[] = { "shared", "none", "all", NULL };
static const struct two_key_choices model_choices[] = {
    { "rounding", roundings }, { "remainder", remainders }, { "settlement", settlements },
    { "support_method", methods }, { "sight", sights }, { NULL, NULL },
};

static const char *judge_model(const struct two_key_judging *judging, size_t *field)
{
    struct joint_words words = { .year = judging->subject, .councils = judging->councils,
                                 .cost_model = judging->content };
    const struct text sight = form_value(judging->content, "sight");
    size_t *order = arena_take(judging->arena, judging->councils->count + 1, sizeof *order);
    const char *wrong = joint_order(&words, order);
    bool known = false;

    *field = PARTNERS;
    if (wrong != NULL)
        return wrong;
    for (enum joint_sight one = 0; one < SIGHTS; one++)
        known = known || text_is(sight, joint_sight_word(one));
    *field = SIGHT;
    if (!known)
        return "Write shared, none or all.";
    wrong = agreed_vat_judge(judging->arena, judging->content);
    *field = VAT;
    return wrong != NULL ? wrong : judge_files(judging, &words, model_fields, field);
}

static const char *judge_year(struct text year)
{
    int32_t number;

    return year_parse(year, &number) ? NULL : "Give a financial year, as 2014-15.";
}

const struct two_key_kind cost_model_kind = {
    .name = COST_MODEL_KIND,
    .title = "Cost model",
    .purpose = "How the cost of a year is shared: the services and who leads each, the pools and "
               "their bases, support services, rounding and settlement, and what each council sees "
               "of the other's lines. No year is charged without one.",
    .subject = "Year",
    .subject_hint = "As 2014-15.",
    .prepare = MAY_PREPARE_BASIS,
    .agree = MAY_AGREE_BASIS,
    .fields = model_fields,
    .choices = model_choices,
    .judge = judge_model,
    .judge_subject = judge_year,
    .effect = agreed_effect,
    .gather = cost_model_gather,
    .show = cost_model_show,
};
