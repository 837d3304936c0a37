#define _GNU_SOURCE
#include "governance/governance_risk.h"

#include <assert.h>
#include <stdlib.h>

const char *const risk_categories[] = { "finance", "workforce", "legal", "service", "safeguarding",
                                        "technology", "property", "programme", "reputation", NULL };

#define SCALE_HINT "1 is the least, 5 the most"

const struct field_form risk_fields[RISK_FIELDS] = {
    [RISK_TITLE] = { "title", "Title", "What may happen, in one line", FIELD_LINE, true, 200,
                     NULL },
    [RISK_DESCRIPTION] = { "description", "Description", NULL, FIELD_TEXT, true, 4000, NULL },
    [RISK_CAUSE] = { "cause", "Cause", "What would bring it about", FIELD_TEXT, false, 4000, NULL },
    [RISK_EFFECT] = { "effect", "Effect", "What it would mean for people and services",
                      FIELD_TEXT, false, 4000, NULL },
    [RISK_CATEGORY] = { "category", "Category", NULL, FIELD_CHOICE, true, 32, risk_categories },
    [RISK_INHERENT_LIKELIHOOD] = { "inherent_likelihood", "Inherent likelihood",
                                   "Without any control. " SCALE_HINT, FIELD_SCALE, true, 1,
                                   NULL },
    [RISK_INHERENT_IMPACT] = { "inherent_impact", "Inherent impact",
                               "Without any control. " SCALE_HINT, FIELD_SCALE, true, 1, NULL },
    [RISK_CURRENT_LIKELIHOOD] = { "current_likelihood", "Current likelihood",
                                  "With the controls in place", FIELD_SCALE, true, 1, NULL },
    [RISK_CURRENT_IMPACT] = { "current_impact", "Current impact", "With the controls in place",
                              FIELD_SCALE, true, 1, NULL },
    [RISK_TARGET_LIKELIHOOD] = { "target_likelihood", "Target likelihood",
                                 "With what is planned; may be left out", FIELD_SCALE, false, 1,
                                 NULL },
    [RISK_TARGET_IMPACT] = { "target_impact", "Target impact",
                             "With what is planned; may be left out", FIELD_SCALE, false, 1,
                             NULL },
    [RISK_OWNER_POST] = { "owner_post", "Owner",
                          "The post that answers for it, not a person's name",
                          FIELD_LINE, true, 100, NULL },
    [RISK_CONTROLS] = { "controls", "Controls in place", NULL, FIELD_TEXT, false, 4000, NULL },
    [RISK_REVIEW_DUE] = { "review_due", "Next review", "A day as 2026-04-01", FIELD_DAY, true, 10,
                          NULL },
    [RISK_ESCALATED] = { "escalated", "Escalated to the chief executives", NULL, FIELD_FLAG, false,
                         3, NULL },
};

const struct field_form risk_action_fields[ACTION_FIELDS] = {
    [ACTION_WORDS] = { "action", "What is to be done", NULL, FIELD_LINE, true, RISK_ACTION_MOST,
                       NULL },
    [ACTION_OWNER] = { "action_owner", "By which post", NULL, FIELD_LINE, true, 100, NULL },
    [ACTION_DUE] = { "due", "Due", "A day as 2026-04-01", FIELD_DAY, true, 10, NULL },
};

const struct field_form risk_review_fields[REVIEW_FIELDS] = {
    [REVIEW_DUE] = { "review_due", "Next review", "A day as 2026-04-01", FIELD_DAY, true, 10,
                     NULL },
    [REVIEW_FOUND] = { "found", "What was found", NULL, FIELD_TEXT, true, RISK_WHY_MOST, NULL },
};

const struct column_form risk_columns[RISK_COLUMNS] = {
    [COLUMN_REFERENCE] = { "risk", "Number" },
    [COLUMN_TITLE] = { "title", "Title" },
    [COLUMN_CATEGORY] = { "category", "Category" },
    [COLUMN_OWNER_POST] = { "owner_post", "Owner" },
    [COLUMN_STATE] = { "state", "State" },
    [COLUMN_INHERENT] = { "inherent_score", "Inherent" },
    [COLUMN_CURRENT] = { "current_score", "Current" },
    [COLUMN_TARGET] = { "target_score", "Target" },
    [COLUMN_RATING] = { "rating", "Rating" },
    [COLUMN_APPETITE] = { "appetite", "Appetite" },
    [COLUMN_REVIEW_DUE] = { "review_due", "Next review" },
    [COLUMN_ESCALATED] = { "escalated", "Escalated" },
    [COLUMN_SHARING] = { "sharing", "Seen by" },
};

/* --- words --- */

const char *const risk_states[] = { "open", "treating", "tolerated", "closed", "reopened", NULL };
static const char *const event_word[RISK_EVENTS] = { "treat", "tolerate", "close", "reopen" };
const char *const risk_sharings[] = { "own", "shared", "joint", NULL };
const char *const risk_bands[] = { "low", "medium", "high", "very high", NULL };

static_assert(COUNT(risk_states) == RISK_STATES + 1, "a word for each state");
static_assert(COUNT(risk_sharings) == RISK_SHARINGS + 1, "a word for each sharing");
static_assert(COUNT(risk_bands) == RISK_BANDS + 1, "a word for each band");

/* The place of the word in the list; -1: it is not there. */
static int word_find(const char *const list[], int count, struct text word)
{
    for (int i = 0; i < count; i++)
        if (text_is(word, list[i]))
            return i;
    return -1;
}

const char *risk_state_word(enum risk_state state)
{
    assert(state < RISK_STATES);
    return risk_states[state];
}

const char *risk_event_word(enum risk_event event)
{
    assert(event < RISK_EVENTS);
    return event_word[event];
}

const char *risk_sharing_word(enum risk_sharing sharing)
{
    assert(sharing < RISK_SHARINGS);
    return risk_sharings[sharing];
}

const char *risk_band_word(enum risk_band band)
{
    assert(band < RISK_BANDS);
    return risk_bands[band];
}

bool risk_state_parse(struct text word, enum risk_state *out)
{
    const int found = word_find(risk_states, RISK_STATES, word);

    *out = found < 0 ? RISK_OPEN : (enum risk_state)found;
    return found >= 0;
}

bool risk_event_parse(struct text word, enum risk_event *out)
{
    const int found = word_find(event_word, RISK_EVENTS, word);

    *out = found < 0 ? RISK_TREAT : (enum risk_event)found;
    return found >= 0;
}

bool risk_sharing_parse(struct text word, enum risk_sharing *out)
{
    const int found = word_find(risk_sharings, RISK_SHARINGS, word);

    *out = found < 0 ? RISK_OWN : (enum risk_sharing)found;
    return found >= 0;
}

bool risk_band_parse(struct text word, enum risk_band *out)
{
    const int found = word_find(risk_bands, RISK_BANDS, word);

    *out = found < 0 ? BAND_LOW : (enum risk_band)found;
    return found >= 0;
}

bool risk_reference_parse(struct text reference, struct text *code, int64_t *number)
{
    size_t mark = reference.size;

    while (mark > 0 && reference.data[mark - 1] != '-')
        mark--;
    const size_t digits = reference.size - mark;
    if (mark < 2 || digits < 1 || digits > 9 || text_digits(reference, mark) != digits ||
        reference.data[mark] == '0')
        return false;
    *code = (struct text){ reference.data, mark - 1 };
    *number = 0;
    for (size_t i = mark; i < reference.size; i++)
        *number = *number * 10 + (reference.data[i] - '0');
    return true;
}

/* --- scores --- */

int risk_scale(const struct risk *risk, enum risk_field field)
{
    assert(risk_fields[field].kind == FIELD_SCALE);
    return risk->field[field].size == 0 ? 0 : risk->field[field].data[0] - '0';
}

int risk_score(const struct risk *risk, enum risk_field likelihood)
{
    return risk_scale(risk, likelihood) * risk_scale(risk, likelihood + 1);
}

#define L BAND_LOW
#define M BAND_MEDIUM
#define H BAND_HIGH
#define V BAND_VERY_HIGH

/* A row for each likelihood from 1, a column for each impact from 1. An impact of 5 is never low,
 * however unlikely. */
static const enum risk_band matrix[5][5] = {
    { L, L, L, M, M },
    { L, L, M, M, H },
    { L, M, M, H, H },
    { L, M, H, H, V },
    { M, M, H, V, V },
};

#undef L
#undef M
#undef H
#undef V

enum risk_band risk_band(int likelihood, int impact)
{
    assert(likelihood >= 1 && likelihood <= 5 && impact >= 1 && impact <= 5);
    return matrix[likelihood - 1][impact - 1];
}

enum risk_band risk_rating(const struct risk *risk)
{
    return risk_band(risk_scale(risk, RISK_CURRENT_LIKELIHOOD),
                     risk_scale(risk, RISK_CURRENT_IMPACT));
}

/* Least is borne where people could come to harm or the law be broken. */
enum risk_band risk_appetite(struct text category)
{
    static const struct {
        const char    *category;
        enum risk_band band;
    } appetite[] = {
        { "safeguarding", BAND_LOW }, { "legal", BAND_LOW }, { "programme", BAND_HIGH },
    };

    for (size_t i = 0; i < COUNT(appetite); i++)
        if (text_is(category, appetite[i].category))
            return appetite[i].band;
    return BAND_MEDIUM;
}

bool risk_within_appetite(const struct risk *risk)
{
    return risk_rating(risk) <= risk_appetite(risk->field[RISK_CATEGORY]);
}

/* --- is it fit? --- */

const char *field_verdict_sentence(enum field_verdict verdict)
{
    static const char *const sentence[FIELD_VERDICTS] = {
        [FIELD_FIT] = "",
        [FIELD_EMPTY] = "this is needed.",
        [FIELD_LONG] = "this is too long.",
        [FIELD_LINES] = "this must stand on one line.",
        [FIELD_NO_CHOICE] = "choose one of the list.",
        [FIELD_NO_SCALE] = "choose a number from 1 to 5.",
        [FIELD_NO_DAY] = "enter a day that there is, as 2026-04-01.",
        [FIELD_NO_FLAG] = "this is yes or nothing.",
        [FIELD_HALF_SCORE] = "give both likelihood and impact, or neither.",
        [FIELD_ABOVE_INHERENT] = "above the inherent one: controls do not add to a risk.",
    };

    assert(verdict < FIELD_VERDICTS);
    return sentence[verdict];
}

static bool is_listed(const char *const list[], struct text word)
{
    for (size_t i = 0; list[i] != NULL; i++)
        if (text_is(word, list[i]))
            return true;
    return false;
}

static bool is_blank(struct text value)
{
    for (size_t i = 0; i < value.size; i++)
        if (!is_one_of(value.data[i], " \n\t"))
            return false;
    return true;
}

static enum field_verdict judge_kind(const struct field_form *form, struct text value)
{
    struct db_day day;

    switch (form->kind) {
    case FIELD_LINE:
        return memchr(value.data, '\n', value.size) == NULL ? FIELD_FIT : FIELD_LINES;
    case FIELD_CHOICE:
        return is_listed(form->choices, value) ? FIELD_FIT : FIELD_NO_CHOICE;
    case FIELD_SCALE:
        return value.size == 1 && value.data[0] >= '1' && value.data[0] <= '5' ? FIELD_FIT
                                                                                : FIELD_NO_SCALE;
    case FIELD_DAY: return db_day_parse(value, &day) ? FIELD_FIT : FIELD_NO_DAY;
    case FIELD_FLAG: return text_is(value, "yes") ? FIELD_FIT : FIELD_NO_FLAG;
    case FIELD_TEXT: break;
    }
    return FIELD_FIT;
}

enum field_verdict field_judge(const struct field_form *form, struct text value)
{
    if (is_blank(value))
        return form->required || value.size > 0 ? FIELD_EMPTY : FIELD_FIT;
    if ((form->kind == FIELD_LINE || form->kind == FIELD_TEXT) && value.size > form->most)
        return FIELD_LONG;
    return judge_kind(form, value);
}

/* A score that is lowered from the inherent one. */
static void judge_score(const struct risk *risk, enum risk_field likelihood,
                        enum field_verdict verdict[RISK_FIELDS])
{
    for (enum risk_field i = 0; i < 2; i++) {
        const enum risk_field field = likelihood + i, inherent = RISK_INHERENT_LIKELIHOOD + i;
        if (verdict[field] == FIELD_FIT && verdict[inherent] == FIELD_FIT &&
            risk_scale(risk, field) > risk_scale(risk, inherent))
            verdict[field] = FIELD_ABOVE_INHERENT;
    }
}

bool risk_judge(const struct risk *risk, enum field_verdict verdict[RISK_FIELDS])
{
    bool fit = true;

    for (enum risk_field field = 0; field < RISK_FIELDS; field++)
        verdict[field] = field_judge(&risk_fields[field], risk->field[field]);
    judge_score(risk, RISK_CURRENT_LIKELIHOOD, verdict);
    judge_score(risk, RISK_TARGET_LIKELIHOOD, verdict);
    for (enum risk_field field = RISK_TARGET_LIKELIHOOD; field <= RISK_TARGET_IMPACT; field++)
        if (risk->field[field].size == 0 &&
            risk->field[RISK_TARGET_LIKELIHOOD].size + risk->field[RISK_TARGET_IMPACT].size > 0)
            verdict[field] = FIELD_HALF_SCORE;
    for (enum risk_field field = 0; field < RISK_FIELDS; field++)
        fit = fit && verdict[field] == FIELD_FIT;
    return fit;
}

/* --- its life --- */

static const struct {
    enum risk_state from;
    enum risk_event event;
    enum risk_state to;
} steps[] = {
    { RISK_OPEN,      RISK_TREAT,    RISK_TREATING },
    { RISK_OPEN,      RISK_TOLERATE, RISK_TOLERATED },
    { RISK_OPEN,      RISK_CLOSE,    RISK_CLOSED },
    { RISK_TREATING,  RISK_TOLERATE, RISK_TOLERATED },
    { RISK_TREATING,  RISK_CLOSE,    RISK_CLOSED },
    { RISK_TOLERATED, RISK_TREAT,    RISK_TREATING },
    { RISK_TOLERATED, RISK_CLOSE,    RISK_CLOSED },
    { RISK_CLOSED,    RISK_REOPEN,   RISK_REOPENED },
    { RISK_REOPENED,  RISK_TREAT,    RISK_TREATING },
    { RISK_REOPENED,  RISK_TOLERATE, RISK_TOLERATED },
    { RISK_REOPENED,  RISK_CLOSE,    RISK_CLOSED },
};

const char *risk_refusal_sentence(enum risk_refusal refusal)
{
    static const char *const sentence[RISK_REFUSALS] = {
        [RISK_FIT] = "",
        [RISK_NO_SUCH_STEP] = "From its present state the risk cannot be taken there.",
        [RISK_NO_REASON] = "Say why: a reason is needed.",
        [RISK_REASON_LONG] = "The reason is too long: at most 1,000 bytes.",
        [RISK_ABOVE_APPETITE] = "Above its category's appetite: tolerated only once escalated.",
    };

    assert(refusal < RISK_REFUSALS);
    return sentence[refusal];
}

static bool find_step(enum risk_state from, enum risk_event event, enum risk_state *to)
{
    for (size_t i = 0; i < COUNT(steps); i++)
        if (steps[i].from == from && steps[i].event == event) {
            *to = steps[i].to;
            return true;
        }
    return false;
}

bool risk_can(enum risk_state state, enum risk_event event)
{
    enum risk_state to;

    return find_step(state, event, &to);
}

enum risk_refusal risk_step(const struct risk *risk, enum risk_event event, struct text why,
                            enum risk_state *to)
{
    if (!find_step(risk->state, event, to))
        return RISK_NO_SUCH_STEP;
    if (is_blank(why))
        return RISK_NO_REASON;
    if (why.size > RISK_WHY_MOST)
        return RISK_REASON_LONG;
    if (event == RISK_TOLERATE && !risk_within_appetite(risk) &&
        risk->field[RISK_ESCALATED].size == 0)
        return RISK_ABOVE_APPETITE;
    return RISK_FIT;
}

bool risk_is_editable(const struct risk *risk, int64_t council)
{
    return risk->council == council || risk->sharing == RISK_JOINT;
}

/* --- a list --- */

static struct cell number_cell(int number)
{
    return number == 0 ? (struct cell){ false, 0, { "", 0 } }
                       : (struct cell){ true, number, { "", 0 } };
}

static struct cell text_cell(struct text text)
{
    return (struct cell){ false, 0, text };
}

struct cell risk_cell(const struct risk *risk, enum risk_column column)
{
    assert(column < RISK_COLUMNS);
    switch (column) {
    case COLUMN_REFERENCE: return text_cell(risk->reference);
    case COLUMN_TITLE: return text_cell(risk->field[RISK_TITLE]);
    case COLUMN_CATEGORY: return text_cell(risk->field[RISK_CATEGORY]);
    case COLUMN_OWNER_POST: return text_cell(risk->field[RISK_OWNER_POST]);
    case COLUMN_STATE: return text_cell(text_of(risk_state_word(risk->state)));
    case COLUMN_INHERENT: return number_cell(risk_score(risk, RISK_INHERENT_LIKELIHOOD));
    case COLUMN_CURRENT: return number_cell(risk_score(risk, RISK_CURRENT_LIKELIHOOD));
    case COLUMN_TARGET: return number_cell(risk_score(risk, RISK_TARGET_LIKELIHOOD));
    case COLUMN_RATING: return text_cell(text_of(risk_band_word(risk_rating(risk))));
    case COLUMN_APPETITE: return text_cell(text_of(risk_within_appetite(risk) ? "within"
                                                                              : "above"));
    case COLUMN_REVIEW_DUE: return text_cell(risk->field[RISK_REVIEW_DUE]);
    case COLUMN_ESCALATED: return text_cell(risk->field[RISK_ESCALATED]);
    case COLUMN_SHARING: return text_cell(text_of(risk_sharing_word(risk->sharing)));
    case RISK_COLUMNS: break;
    }
    return text_cell(text_of(""));
}

bool risk_filter_sane(const struct risk_filter *filter)
{
    enum risk_state state;
    enum risk_band band;

    return (filter->state.size == 0 || risk_state_parse(filter->state, &state)) &&
           (filter->rating.size == 0 || risk_band_parse(filter->rating, &band)) &&
           (filter->category.size == 0 || is_listed(risk_categories, filter->category)) &&
           filter->order < RISK_COLUMNS;
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool holds(struct text text, struct text words)
{
    for (size_t at = 0; at + words.size <= text.size; at++) {
        size_t same = 0;
        while (same < words.size && lower(text.data[at + same]) == lower(words.data[same]))
            same++;
        if (same == words.size)
            return true;
    }
    return false;
}

static bool is_asked(struct text asked, struct text has)
{
    return asked.size == 0 || text_equal(asked, has);
}

bool risk_matches(const struct risk_filter *filter, const struct risk *risk)
{
    return is_asked(filter->state, text_of(risk_state_word(risk->state))) &&
           is_asked(filter->category, risk->field[RISK_CATEGORY]) &&
           is_asked(filter->owner_post, risk->field[RISK_OWNER_POST]) &&
           is_asked(filter->rating, text_of(risk_band_word(risk_rating(risk)))) &&
           (filter->words.size == 0 || holds(risk->reference, filter->words) ||
            holds(risk->field[RISK_TITLE], filter->words) ||
            holds(risk->field[RISK_DESCRIPTION], filter->words));
}

/* Registers in the order of their councils. */
static int compare_references(const struct risk *one, const struct risk *other)
{
    const int64_t council = one->council - other->council;
    const int64_t number = one->number - other->number;

    return council != 0 ? (council > 0) - (council < 0) : (number > 0) - (number < 0);
}

/* Where words stand for a rank, the rank. */
static int64_t rank(const struct risk *risk, enum risk_column column)
{
    const struct cell cell = risk_cell(risk, column);

    if (column == COLUMN_RATING)
        return (int64_t)risk_rating(risk);
    return column == COLUMN_STATE ? (int64_t)risk->state : cell.number;
}

int risk_compare(const struct risk_filter *filter, const struct risk *one,
                 const struct risk *other)
{
    const int64_t ranks[2] = { rank(one, filter->order), rank(other, filter->order) };
    int order = (ranks[0] > ranks[1]) - (ranks[0] < ranks[1]);

    if (order == 0 && filter->order != COLUMN_REFERENCE && filter->order != COLUMN_RATING &&
        filter->order != COLUMN_STATE)
        order = text_compare(risk_cell(one, filter->order).text,
                             risk_cell(other, filter->order).text);
    if (order == 0)
        order = compare_references(one, other);
    return filter->down ? -order : order;
}

static int compare_by(const void *one, const void *other, void *filter)
{
    return risk_compare(filter, one, other);
}

void risk_select(const struct risk_filter *filter, struct risks *risks)
{
    struct risk_filter by = *filter;
    size_t kept = 0;

    for (size_t i = 0; i < risks->count; i++)
        if (risk_matches(filter, &risks->risk[i]))
            risks->risk[kept++] = risks->risk[i];
    risks->count = kept;
    if (kept > 1)
        qsort_r(risks->risk, kept, sizeof *risks->risk, compare_by, &by);
}
