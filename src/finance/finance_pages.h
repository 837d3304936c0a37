/*
 * finance/finance_pages.h -- the pages of money as functions of a request; their rows stand in
 * finance_table.c.
 */
#ifndef OCHIL_FINANCE_PAGES_H
#define OCHIL_FINANCE_PAGES_H

#include "finance/finance_facts.h"
#include "finance/finance_import.h"
#include "finance/finance_on_account.h"
#include "finance/finance_year.h"
#include "store/council.h"
#include "web/page_frame.h"

/* finance_desk.c: the acting council, and its files, within a transaction or (`tx` NULL, in
 * `prepare`) outside of one. */
MUST_USE enum err money_council(struct request *, struct council *);
MUST_USE enum err money_desk(struct request *, struct extract_desk *);

/* "2014-15/P03" from the route's or form's words; in the arena. */
const char *period_title(struct arena *, struct text year, int index);
/* "June", "Final accounts". */
const char *month_name(int index);
/* "P03": 2; -1: it is no period. */
int month_index(struct text word);
/* A council's code; empty: there is none such. */
/* Of a form whose system has no name, or too long a one. */
#define MONEY_SYSTEM_WORDS "Give the system a name, of at most 64 letters."
/* "layout:7: no such thing" as people read it: "Line 7: no such thing". */
const char *money_line_said(struct arena *, const char *said, const char *file);
struct text money_council_code(const struct request *, int64_t council);
/* "17"; 0: it is no number. */
int64_t money_number(struct text);
/* A field of a form that nobody sees. */
void money_hidden(struct html *, const char *name, struct text value);

/* finance_initiative_pages.c */
enum err initiatives_show(struct request *);

/* finance_month_pages.c */
enum err month_show(struct request *);

/* finance_course_pages.c: a month's addresses, its tabs, its tasks. */
enum month_tab { TAB_MONTH, TAB_PAYS, TAB_CHECKS, TAB_SIGN, TAB_PAPERS };
struct url month_url(struct arena *, const struct period_place *);
struct url month_part_url(struct arena *, const struct period_place *, const char *part);
/* Of the route's words. ERR_MISSING: it is no period. */
MUST_USE enum err month_place(struct request *, struct period_place *);
/* What a POST of it does, by whom. ERR_MISSING: there is no such period. */
MUST_USE enum err month_deed(struct request *, struct period_deed *);
MUST_USE enum err month_known(struct request *, struct period_place *, struct period_known *);

/* A step of a month's sign-off, by page or by call: done with the fields that were sent. */
struct month_step {
    struct period_deed deed;
    enum period_signed came;        /* of month_sign_step() */
    struct trouble     said;        /* why nothing was done */
};
typedef enum err month_stepping(struct request *, struct month_step *);
month_stepping month_sign_step, month_refuse_step, month_soft_step, month_open_step,
               month_nothing_step;
void month_tabs(struct request *, struct html *, const struct period_place *, enum month_tab);
void month_course(struct request *, struct html *, const struct period_place *,
                  const struct period_known *);
enum err checks_show(struct request *);

/* finance_sign_pages.c */
enum err sign_show(struct request *);
enum err sign_make(struct request *);
enum err sign_refuse(struct request *);
enum err period_soft_make(struct request *);
enum err period_open_make(struct request *);
enum err period_nothing_make(struct request *);

/* finance_evidence_pages.c */
struct url evidence_month_url(struct arena *, const struct period_place *);
struct url evidence_part_url(struct arena *, const struct period_place *, const char *part);
enum err locked_show(struct request *);
enum err charged_file(struct request *);
enum err corrected_file(struct request *);
enum err evidence_month_show(struct request *);
enum err bundle_signature_make(struct request *);
enum err bundle_signature_file(struct request *);
enum err recount_make(struct request *);

/* finance_sample_pages.c */
void sample_form(struct request *, struct html *, const struct period_place *);
enum err bundle_file_prepare(struct request *);
enum err sample_prepare(struct request *);
enum err sample_show(struct request *);
enum err sample_file(struct request *);

/* finance_settlement_pages.c */
enum err settlement_show(struct request *);
enum err settlement_make(struct request *);
enum err settlement_file(struct request *);
enum err run_show(struct request *);
enum err run_file(struct request *);
enum err working_show(struct request *);
enum err working_file(struct request *);

/* finance_lines_pages.c */
enum err lines_show_prepare(struct request *);
enum err lines_show(struct request *);
enum err lines_file_prepare(struct request *);
enum err lines_file(struct request *);
enum err line_fate_prepare(struct request *);
enum err line_fate(struct request *);
/* finance_gap_pages.c: what is missing for a period, and from whom. */
struct joint_model;
enum err month_gaps_load(struct request *, struct text year, int index, struct joint_model **);
void month_gaps_show(struct request *, struct html *, const struct joint_model *);
/* Has this council done what the agreement of cost model and bases needs of it? */
bool month_council_agreed(const struct joint_model *, struct text council);

/* finance_what_if_pages.c */
enum err what_ifs_show(struct request *);
enum err what_if_new_prepare(struct request *);
enum err what_if_new(struct request *);
enum err what_if_show_prepare(struct request *);
enum err what_if_show(struct request *);
enum err what_if_make_prepare(struct request *);
enum err what_if_make(struct request *);
enum err what_if_share_make(struct request *);
enum err what_if_end_make(struct request *);

/* finance_restate_pages.c */
enum err restatements_show(struct request *);
enum err restatement_make_prepare(struct request *);
enum err restatement_make(struct request *);
enum err restatement_show(struct request *);
enum err restatement_sheet_file(struct request *);
enum err restatement_engine_file(struct request *);
/* Why nothing was worked out; NULL: it was, and stands in request->work. */
const char *restatement_wrong(const struct request *);

/* finance_year_pages.c */
enum err money_show(struct request *);
enum err year_make(struct request *);

/* finance_profile_pages.c */
enum err profiles_show(struct request *);
enum err profile_new_prepare(struct request *);
enum err profile_new(struct request *);
enum err profile_make(struct request *);
enum err profile_show(struct request *);

/* finance_basis_file_pages.c */
enum err basis_files_show(struct request *);
enum err basis_file_make(struct request *);
enum err basis_file_show_prepare(struct request *);
enum err basis_file_show(struct request *);
enum err basis_file_read_prepare(struct request *);
enum err basis_file_take(struct request *);
enum err basis_file_errors(struct request *);

/* finance_on_account_pages.c */
enum err on_account_first(struct request *);
enum err on_account_show(struct request *);
enum err on_account_file(struct request *);
enum err on_account_record(struct request *);
enum err on_account_reverse(struct request *);
enum err on_account_answer(struct request *);
enum err on_account_withdraw(struct request *);
/* What is sent of a payment; false: wrong[] says what is, of the others NULL is left. */
enum { ASKED_AMOUNT, ASKED_REFERENCE, ASKED_PAID_ON, ASKED_PERIOD, PAYMENT_ASKED };
bool payment_read(struct request *, const struct councils *, struct payment *,
                  const char *wrong[PAYMENT_ASKED]);

/* finance_map_pages.c */
enum err map_first_show(struct request *);
enum err map_show(struct request *);
enum err map_accounts_file(struct request *);
enum err map_centres_file(struct request *);
enum err map_moves_file(struct request *);
enum err map_missing_accounts(struct request *);
enum err map_missing_centres(struct request *);
enum err map_accounts_make(struct request *);
enum err map_centres_make(struct request *);
enum err map_files_make(struct request *);
enum err map_reorganise_make(struct request *);
/* "71001 71002, 71003" of a field; at most so many. */
size_t map_codes_read(struct request *, const char *name, struct text code[], size_t most);

/* finance_code_pages.c */
enum err codes_show_prepare(struct request *);
enum err codes_show(struct request *);

/* finance_import_pages.c */
/* A kept file, and what is said of it. */
struct arrival {
    struct text year;
    enum book   book;
    int64_t     profile;        /* 0: as the council's last import */
    struct text evidence;       /* hex */
};
/* It becomes an import; as ledger_import_add(). */
MUST_USE enum err extract_arrive(struct request *, const struct arrival *, int64_t *id,
                                 bool *already);
/* What extract_show_prepare() made; NULL: the extract is not one to be read. */
const struct extract_preview *extract_preview_made(const struct request *);
/* control_lines and control_amount of the form; false: `wrong` says of each why not. */
MUST_USE bool control_read(struct request *, struct ledger_control *, const char *wrong[2]);
/* ?behind=17: refused rows behind row 17. */
int64_t refusals_behind(const struct request *);
#define IMPORT_WHY_MOST 1000
enum err extracts_show(struct request *);
enum err extract_new(struct request *);
enum err extract_make_prepare(struct request *);
enum err extract_make(struct request *);
enum err extract_show_prepare(struct request *);
enum err extract_show(struct request *);
enum err extract_choose(struct request *);
enum err extract_begin(struct request *);
enum err extract_withdraw(struct request *);
enum err extract_errors_prepare(struct request *);

#define REFUSALS_SHOWN 100

/* finance_import_view.c: an import's page; `preview` NULL: none is shown. */
struct import_progress {
    int64_t     job;            /* 0: it is not being read */
    bool        ended;          /* without taking or refusing it */
    int64_t     done, of;       /* bytes; of 0: not begun yet */
    struct text outcome;
};

struct import_page {
    struct ledger_import          import;
    struct extract_profiles      *profiles;
    const struct extract_preview *preview;
    struct import_progress        progress;
    bool                          may;          /* change it */
    struct import_refusal        *refusal;
    size_t                        refusals;
    int64_t                       behind;       /* the refusals shown stand behind this row */
    struct period_sums            sums;
    unsigned                      soft;         /* periods closed softly: a reason is asked for */
    int64_t                       locked;       /* a locked period that rests on it; 0: none */
    const char                   *wrong[3];     /* control_lines, control_amount, why */
};
/* How the first rows of a file would be read; NULL: nothing. */
void import_preview_show(struct request *, struct html *, const struct extract_preview *);
enum err import_page_answer(struct request *, const struct import_page *, int status);

#endif
