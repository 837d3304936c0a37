/*
 * governance/governance_risk.h -- the risk register: what may go wrong with the shared services,
 * how likely and how bad it is, who answers for it and what is done about it.
 *
 * A risk belongs to the council that recorded it and has a number in that council's register:
 * CLK-12. It is the council's own, or shared (the others read it), or joint (they change it, too).
 * What is not a council's to see is ERR_MISSING, like what there is not.
 *
 * The fields that people fill in are texts here, each of a kind that says what may stand in it
 * (risk_fields); what is in the store has passed risk_judge(). Scores are likelihood times impact,
 * 1 to 25; the rating is looked up in a matrix. Matrix and appetite are OUR data: the papers name
 * a joint register and leave both to the councils.
 *
 * Every change makes a new version, a row of history for each field that became another, and a
 * line of the trail, in one transaction. Who changes what somebody else has changed meanwhile gets
 * ERR_CONFLICT.
 *
 * Read next: governance_risk_rules.c (what is judged), governance_risk_store.c, then
 * governance_risk_pages.c.
 */
#ifndef OCHIL_GOVERNANCE_RISK_H
#define OCHIL_GOVERNANCE_RISK_H

#include "identity/actor.h"

/* --- what a risk is --- */

enum risk_field {
    RISK_TITLE, RISK_DESCRIPTION, RISK_CAUSE, RISK_EFFECT, RISK_CATEGORY,
    RISK_INHERENT_LIKELIHOOD, RISK_INHERENT_IMPACT, RISK_CURRENT_LIKELIHOOD, RISK_CURRENT_IMPACT,
    RISK_TARGET_LIKELIHOOD, RISK_TARGET_IMPACT, RISK_OWNER_POST, RISK_CONTROLS, RISK_REVIEW_DUE,
    RISK_ESCALATED, RISK_FIELDS
};

enum field_kind {
    FIELD_LINE,         /* text without a line end */
    FIELD_TEXT,         /* text with them */
    FIELD_CHOICE,       /* one of a list of words */
    FIELD_SCALE,        /* "1" to "5" */
    FIELD_DAY,          /* "2026-04-01" */
    FIELD_FLAG          /* "yes", or empty */
};

struct field_form {
    const char        *name;        /* in forms, JSON, history and the store alike */
    const char        *label;
    const char        *hint;        /* NULL: none */
    enum field_kind    kind;
    bool               required;
    size_t             most;        /* bytes */
    const char *const *choices;     /* ends at NULL */
};

extern const struct field_form risk_fields[RISK_FIELDS];
extern const char *const risk_categories[];

/* The fields of an action, and of a review. */
enum { ACTION_WORDS, ACTION_OWNER, ACTION_DUE, ACTION_FIELDS };
enum { REVIEW_DUE, REVIEW_FOUND, REVIEW_FIELDS };
extern const struct field_form risk_action_fields[ACTION_FIELDS];
extern const struct field_form risk_review_fields[REVIEW_FIELDS];

enum risk_state { RISK_OPEN, RISK_TREATING, RISK_TOLERATED, RISK_CLOSED, RISK_REOPENED,
                  RISK_STATES };
enum risk_event { RISK_TREAT, RISK_TOLERATE, RISK_CLOSE, RISK_REOPEN, RISK_EVENTS };
enum risk_sharing { RISK_OWN, RISK_SHARED, RISK_JOINT, RISK_SHARINGS };
enum risk_band { BAND_LOW, BAND_MEDIUM, BAND_HIGH, BAND_VERY_HIGH, RISK_BANDS };

#define RISK_WHY_MOST ((size_t)1000)        /* bytes of a reason */
#define RISK_COMMENT_MOST ((size_t)4000)
#define RISK_ACTION_MOST ((size_t)500)

struct risk {
    int64_t           council;      /* whose register */
    int64_t           number;       /* in it */
    struct text       reference;    /* "CLK-12" */
    int64_t           version;
    enum risk_state   state;
    enum risk_sharing sharing;
    struct moment     shared_at;    /* with `shared_by`: unless RISK_OWN */
    struct text       shared_by;
    struct text       field[RISK_FIELDS];
    struct moment     made_at, changed_at;
    struct text       changed_by;
};

struct risks {
    struct risk *risk;
    size_t       count;
};

/* --- rules: pure --- */

/* The words of the store, of JSON and of addresses; each list ends at NULL. */
extern const char *const risk_states[], *const risk_sharings[], *const risk_bands[];
const char *risk_state_word(enum risk_state);
const char *risk_event_word(enum risk_event);
const char *risk_sharing_word(enum risk_sharing);
const char *risk_band_word(enum risk_band);
MUST_USE bool risk_state_parse(struct text, enum risk_state *);
MUST_USE bool risk_event_parse(struct text, enum risk_event *);
MUST_USE bool risk_sharing_parse(struct text, enum risk_sharing *);
MUST_USE bool risk_band_parse(struct text, enum risk_band *);

/* "CLK-12" into its parts; false: it is none. */
MUST_USE bool risk_reference_parse(struct text, struct text *code, int64_t *number);

/* The number in a field of kind FIELD_SCALE; 0: it is empty. */
int risk_scale(const struct risk *, enum risk_field);

/* Likelihood times impact; 0 where there is none. `likelihood` is the field of the first, the next
 * one that of the other. */
int risk_score(const struct risk *, enum risk_field likelihood);

/* Both 1 to 5. */
enum risk_band risk_band(int likelihood, int impact);
enum risk_band risk_rating(const struct risk *);        /* of the current score */

/* The highest rating that the councils bear in this category without doing more. */
enum risk_band risk_appetite(struct text category);
bool risk_within_appetite(const struct risk *);

enum field_verdict {
    FIELD_FIT, FIELD_EMPTY, FIELD_LONG, FIELD_LINES, FIELD_NO_CHOICE, FIELD_NO_SCALE, FIELD_NO_DAY,
    FIELD_NO_FLAG, FIELD_HALF_SCORE, FIELD_ABOVE_INHERENT, FIELD_VERDICTS
};

/* One English sentence; of FIELD_FIT it is empty. */
const char *field_verdict_sentence(enum field_verdict);

enum field_verdict field_judge(const struct field_form *, struct text value);

/* All fields at once; true: all are fit. */
bool risk_judge(const struct risk *, enum field_verdict verdict[RISK_FIELDS]);

enum risk_refusal { RISK_FIT, RISK_NO_SUCH_STEP, RISK_NO_REASON, RISK_REASON_LONG,
                    RISK_ABOVE_APPETITE, RISK_REFUSALS };
const char *risk_refusal_sentence(enum risk_refusal);

/* What the event makes of the risk's state, for a reason. What is above appetite is tolerated only
 * when it was escalated. */
enum risk_refusal risk_step(const struct risk *, enum risk_event, struct text why,
                            enum risk_state *to);

/* Is there a way from this state by this event? */
bool risk_can(enum risk_state, enum risk_event);

/* --- a list --- */

enum risk_column {
    COLUMN_REFERENCE, COLUMN_TITLE, COLUMN_CATEGORY, COLUMN_OWNER_POST, COLUMN_STATE,
    COLUMN_INHERENT, COLUMN_CURRENT, COLUMN_TARGET, COLUMN_RATING, COLUMN_APPETITE,
    COLUMN_REVIEW_DUE, COLUMN_ESCALATED, COLUMN_SHARING, RISK_COLUMNS
};

struct column_form {
    const char *name;       /* in files and addresses */
    const char *label;
};

extern const struct column_form risk_columns[RISK_COLUMNS];

/* What stands in a column: on the page, in every file, and what it is sorted by. */
struct cell {
    bool        is_number;
    int64_t     number;
    struct text text;
};

struct cell risk_cell(const struct risk *, enum risk_column);

/* What is asked for; an empty text asks for nothing. */
struct risk_filter {
    struct text      state, category, owner_post, rating;
    struct text      words;         /* in reference, title or description; ASCII letters of either
                                       case are the same */
    enum risk_column order;
    bool             down;
};

MUST_USE bool risk_filter_sane(const struct risk_filter *);
bool risk_matches(const struct risk_filter *, const struct risk *);
/* Below 0, 0, above 0; 0 only for the same risk. */
int risk_compare(const struct risk_filter *, const struct risk *, const struct risk *);
/* Takes out what does not match, and sorts the rest. */
void risk_select(const struct risk_filter *, struct risks *);

/* --- the store; inside a transaction in the scope of the acting council --- */

/* Who does something, for which council. */
struct risk_deed {
    const struct happening *happening;
    struct arena           *arena;
    int64_t                 council;
    struct text             login;
    const char             *action;     /* "risk.edit" */
    struct text             why;        /* may be empty */
};

/* All that the council may see, by reference. A register is read whole: it has hundreds of rows,
 * and filter and order are then the same on both engines. */
MUST_USE enum err risk_list(struct tx *, struct arena *, int64_t council, struct risks *,
                            struct trouble *);

/* ERR_MISSING, without words: there is none, or it is not this council's to see. */
MUST_USE enum err risk_load(struct tx *, struct arena *, int64_t council, struct text reference,
                            struct risk *, struct trouble *);

/* Given its fields, which are fit; sets the rest. */
MUST_USE enum err risk_add(struct tx *, const struct risk_deed *, struct risk *, struct trouble *);

/* `now` is what `was` becomes: fields, state, sharing. Without a difference nothing is done, but a
 * review is always recorded. ERR_CONFLICT, without words: it is not as `was` any more. ERR_MISSING,
 * without words: it is not this council's to change, or to share. */
MUST_USE enum err risk_save(struct tx *, const struct risk_deed *, const struct risk *was,
                            struct risk *now, struct trouble *);

struct risk_change {
    int64_t       version;
    struct text   field, before, after, why, by;
    struct moment at;
};

struct risk_comment {
    struct text   words, by, council;
    struct moment at;
};

struct risk_action {
    int64_t       number;
    struct text   words, owner_post;
    struct db_day due;
    bool          done;
    struct moment done_at;
};

/* What goes with one risk: its history from the newest, comments from the oldest, actions. */
struct risk_file {
    struct risk_change  *change;
    size_t               changes;
    struct risk_comment *comment;
    size_t               comments;
    struct risk_action  *action;
    size_t               actions;
};

MUST_USE enum err risk_file_load(struct tx *, struct arena *, int64_t council,
                                 const struct risk *, struct risk_file *, struct trouble *);

/* By whoever sees the risk. 1 to RISK_COMMENT_MOST bytes. */
MUST_USE enum err risk_comment_add(struct tx *, const struct risk_deed *, const struct risk *,
                                   struct text words, struct trouble *);

/* By whoever may change the risk, else ERR_MISSING. `action->number` is set. */
MUST_USE enum err risk_action_add(struct tx *, const struct risk_deed *, const struct risk *,
                                  struct risk_action *, struct trouble *);
MUST_USE enum err risk_action_done(struct tx *, const struct risk_deed *, const struct risk *,
                                   int64_t number, struct trouble *);

/* May the council change it? */
bool risk_is_editable(const struct risk *, int64_t council);

#endif
