/*
 * register/register_rules.h -- what a register is declared with, and the rules over it: what is
 * fit, what may become of an entry, what a list shows and in what order. Pure.
 *
 * Read first: register.h, which says what a register is. Read next: register_store.h.
 */
#ifndef OCHIL_REGISTER_RULES_H
#define OCHIL_REGISTER_RULES_H


#include "base/clock_io.h"
#include "identity/right.h"
#include "store/db_day.h"

struct arena;
struct html;
struct query;
struct request;
struct councils;
struct register_type;
struct entry;
struct entries;
struct entry_page;

/* --- fields --- */

enum field_kind {
    FIELD_LINE,         /* text without a line end */
    FIELD_TEXT,         /* text with them */
    FIELD_CHOICE,       /* one of a list of words */
    FIELD_SCALE,        /* "1" to "5", a part of a score */
    FIELD_NUMBER,       /* a whole number */
    FIELD_MONEY,        /* "1234.56": pounds; in the store whole pence */
    FIELD_DAY,          /* "2026-04-01" */
    FIELD_FLAG,         /* "yes", or empty */
    FIELD_LOGIN,        /* an account of the council that names it */
    FIELD_SERVICE,      /* one that the councils share (service_list.h), or none: every register
                           has one such field, `service`, and a role for a service sees and changes
                           the entries of that service alone */
    FIELD_COUNCIL,      /* one of the store, by its code */
    FIELD_ENTRY         /* "CLK-12", of another register */
};

struct field_form {
    const char        *name;        /* in forms, JSON, history and the store alike */
    const char        *label;
    const char        *hint;        /* NULL: none */
    enum field_kind    kind;
    bool               required;
    int64_t            most;        /* bytes of a text; the largest number, or pence */
    const char *const *choices;     /* ends at NULL */
    int64_t            least;       /* number, or pence */
    const struct register_type *of; /* FIELD_ENTRY: which register */
    bool               fixed;       /* written by the program: not in forms, not taken by calls */
    const char        *example;     /* for the API's page, where something of its kind would not be
                                       fit, or more is needed; NULL: none */
    bool               later;       /* not written when an entry is recorded (`writes` says when) */
    /* Of an optional field; what somebody may not read is not in what the store gives, nor in
     * history, search, files, calls. */
    bool               own;         /* the council that keeps the entry alone reads it */
    enum right         read_by;     /* and only who has this right; MAY_NOTHING: whoever reads it */
    enum right         changed_by;  /* likewise, of who changes the entry */
};

#define FIELD_OF_SERVICE                                                                         \
    { .name = "service", .label = "Service",                                                     \
      .hint = "One that the councils share; none: the council's own in general",                 \
      .kind = FIELD_SERVICE, .most = SERVICE_NAME_MOST }

#define REGISTER_FIELDS_MAX 24

/* The number that is written there, of FIELD_SCALE, FIELD_NUMBER or FIELD_MONEY (pence). */
MUST_USE bool field_number_parse(const struct field_form *, struct text, int64_t *);

/* What can be wrong with a field of any register, each with its sentence and its code. */
enum field_unfit {
    UNFIT_NEEDED, UNFIT_LONG, UNFIT_LINES, UNFIT_CHOICE, UNFIT_SCALE, UNFIT_AMOUNT, UNFIT_NUMBER,
    UNFIT_SMALL, UNFIT_LARGE, UNFIT_DAY, UNFIT_FLAG, UNFIT_REFERENCE, UNFIT_NOT_THERE
};
const char *field_fault(enum field_unfit);

/* The same for programs: "needed"; "rule" of a sentence that a register says of its own. */
const char *field_code(const char *wrong);

/* NULL: it is fit; else what is wrong, a sentence. Whether there is such an account or entry is
 * asked of the store (entry_check). */
const char *field_judge(const struct field_form *, struct text value);

/* Of FIELD_SCALE, FIELD_NUMBER, FIELD_MONEY (pence) and FIELD_DAY (days), fit; 0: it is empty. */
int64_t field_number(const struct field_form *, struct text value);

/* --- entries --- */

enum sharing { SHARING_OWN, SHARING_SHARED, SHARING_JOINT, SHARINGS };

struct entry {
    int64_t       council;          /* whose register */
    int64_t       number;           /* in it */
    struct text   reference;        /* "CLK-12" */
    int64_t       version;
    int           state;            /* its place among the type's */
    enum sharing  sharing;
    struct moment shared_at;        /* with `shared_by`: unless SHARING_OWN */
    struct text   shared_by;
    struct text   field[REGISTER_FIELDS_MAX];
    uint32_t      withheld;         /* a bit for each field that who asked does not read */
    struct moment made_at, changed_at;
    struct text   changed_by;
};

struct entries {
    struct entry *entry;
    size_t        count;
};

/* What stands in a column: on the page, in every file, and what it is sorted by. */
enum register_cell_kind { CELL_IS_WORDS, CELL_IS_NUMBER, CELL_IS_MONEY, CELL_IS_DAY };

struct register_cell {
    enum register_cell_kind kind;            /* CELL_IS_WORDS where there is nothing */
    int64_t        number;          /* of words: their rank, where they have one */
    struct text    text;            /* as in a file */
};

struct register_cell cell_words(struct text);
struct register_cell cell_number(int64_t);       /* 0: nothing */

/* What follows from the fields, those of FIELD_TEXT apart: a column, and a line on the entry's
 * page. */
struct figure {
    const char        *name, *label;
    struct register_cell      (*cell)(const struct entry *);
    const char *const *choices;     /* to filter by; NULL: none */
    const char      *(*told)(struct arena *, const struct entry *);     /* NULL: as the cell */
};

/* --- a register --- */

/* Who would change an entry, and on which day: for registers in which the councils have parts of
 * their own, one asking and another answering. */
struct entry_turn {
    int64_t                council;     /* that is acted for */
    const struct councils *councils;    /* all that there are */
    struct db_day          today;
};

struct register_step {
    const char *from, *event, *to;
};

struct register_sql {
    const struct query *next, *add, *save, *list, *brief, *get;
};
#define REGISTER_SQL(table)                                                                      \
    { &sql_##table##_next, &sql_##table##_add, &sql_##table##_save, &sql_##table##_list,         \
      &sql_##table##_brief, &sql_##table##_get }

#define REGISTER_COLUMNS_MAX 24
#define REGISTER_FILTERS_MAX 6

struct register_type {
    const char *one, *many, *a;     /* "risk", "risks", "a risk": words, addresses, the trail; `one`
                                       is the table */
    const char *about;              /* what one is: sentences, for who has none yet */
    enum right  may_see, may_edit;
    const struct field_form    *fields;     /* the first is the title */
    size_t                      field_count;
    const char *const          *states;     /* ends at NULL; the first: of a new one */
    const struct register_step *steps;      /* ends at NULL; each needs a reason */
    const struct figure        *figures;    /* ends at NULL; may be NULL */
    const char *const          *columns;    /* behind the number: names of fields and figures,
                                               "state", "sharing"; ends at NULL */
    const char *const          *brief;      /* beside number and state, where ochil lists them on a
                                               terminal: fields and figures; ends at NULL */
    const char *const          *filters;    /* of columns or fields; ends at NULL */
    struct register_sql         sql;

    /* What is more than a record. Each may be NULL. */
    /* What fields say together: sets what is wrong, where nothing is yet. */
    void (*judge)(const struct entry *, const char *wrong[]);
    /* Why this event may not be, though the life cycle has it; NULL: it may. "share": the entry is
     * as it would be. */
    const char *(*refuses)(const struct entry *, const char *event);
    /* May this council write the field of an entry that it may change? NULL: any field. */
    bool (*writes)(const struct entry *, size_t field, const struct entry_turn *);
    /* Why the event is not this council's, or not today's; NULL: it is. */
    const char *(*bars)(const struct entry *, const char *event, const struct entry_turn *);
    /* What the event writes besides the state, which is the new one: fixed fields, the sharing. */
    void (*moves)(struct arena *, struct entry *, const char *event, const struct entry_turn *);
    /* What an entry waits for from this council, and until when: "an answer"; NULL: nothing. Such
     * entries stand on Home. */
    const char *(*waits)(const struct entry *, const struct entry_turn *, struct db_day *due);
    /* Below the list, of all that were found; they may be ENTRY_SHORT. */
    void (*below_list)(struct request *, struct html *, const struct entries *);
    /* On the entry's page, above comments and history: reads what it shows, and shows it. */
    enum err (*gather)(struct request *, struct entry_page *);
    void (*more)(struct request *, struct html *, const struct entry_page *);
};

/* --- rules: pure --- */

#define REGISTER_WHY_MOST ((size_t)1000)        /* bytes of a reason */
#define REGISTER_COMMENT_MOST ((size_t)4000)

extern const char *const sharing_words[];      /* ends at NULL */
const char *sharing_word(enum sharing);
MUST_USE bool sharing_parse(struct text, enum sharing *);

/* The place of a word in a list that ends at NULL; -1: it is not there. */
int word_place(const char *const list[], struct text word);

/* The place of the field; -1: there is none of that name. */
int field_place(const struct register_type *, struct text name);

/* "CLK-12" into its parts; false: it is none. */
MUST_USE bool reference_parse(struct text, struct text *code, int64_t *number);

/* All fields at once; true: all are fit. */
bool entry_judge(const struct register_type *, const struct entry *,
                 const char *wrong[REGISTER_FIELDS_MAX]);

/* What the event makes of the state, for a reason: NULL, or why not. */
const char *entry_step(const struct register_type *, const struct entry *, struct text event,
                       struct text why, int *to);

/* Why this council cannot do that today, though the life cycle has it; NULL: it can. */
const char *entry_bar(const struct register_type *, const struct entry *, const char *event,
                      const struct entry_turn *);

/* Of which service it is; empty: of none. */
struct text entry_service(const struct register_type *, const struct entry *);

void entry_set_service(const struct register_type *, struct entry *, struct text service);

/* Is the field kept from who asked for the entry? */
bool entry_withholds(const struct entry *, size_t field);

/* May the council change it? */
bool entry_is_editable(const struct entry *, int64_t council);

/* --- a list --- */

/* A column, found by its name: the number ("risk"), a field, a figure, "state", "sharing". */
enum column_source { SOURCE_REFERENCE, SOURCE_STATE, SOURCE_SHARING, SOURCE_FIELD, SOURCE_FIGURE };

struct register_column {
    const char        *name, *label;
    enum column_source source;
    size_t             place;       /* of the field or figure */
    const char *const *choices;     /* NULL: any words */
};

/* False: there is none. */
MUST_USE bool register_column_find(const struct register_type *, struct text name,
                                   struct register_column *);

/* All that a list shows, the number first. */
size_t register_columns(const struct register_type *,
                        struct register_column out[REGISTER_COLUMNS_MAX]);

struct register_cell entry_cell(const struct register_type *, const struct entry *,
                       const struct register_column *);

/* What is asked for; an empty text asks for nothing. */
struct register_filter {
    struct text            words;       /* in the number or any text, as text_holds() has it */
    struct register_column by[REGISTER_FILTERS_MAX];
    struct text            asked[REGISTER_FILTERS_MAX];
    size_t                 count;
    struct register_column order;
    bool                   down;
};

/* The filter that asks for nothing, by number. */
void register_filter_any(const struct register_type *, struct register_filter *);
MUST_USE bool register_filter_sane(const struct register_filter *);
bool entry_matches(const struct register_type *, const struct register_filter *,
                   const struct entry *);
/* Below 0, 0, above 0; 0 only for the same entry. */
int entry_compare(const struct register_type *, const struct register_filter *,
                  const struct entry *, const struct entry *);
/* Takes out what does not match, and sorts the rest. */
void entries_select(const struct register_type *, const struct register_filter *,
                    struct entries *);

#endif
