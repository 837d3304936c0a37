/*
 * finance/finance_paper_layout.h -- how a council's ledger takes a journal in.
 *
 *     column Business Unit = cost_centre
 *     column Object Code   = account
 *     column GL Date       = date
 *     column Amount        = amount
 *     date                 = 30/06/2014
 *     account employees    = 6010
 *     clearing             = 8890
 *
 * A layout is text that a council keeps, in versions, for each of its systems. Columns stand in
 * their order, each with its heading and what stands in it:
 *
 *   batch reference line period date cost_centre account amount debit credit side narrative
 *   counterparty vat service pool group
 *
 *   delimiter = comma | semicolon | tab | pipe      comma
 *   header = yes | no                               yes
 *   lines = lf | crlf                               lf
 *   date = 2014-06-30 | 30/06/2014 | 30-Jun-2014 | 30.06.2014
 *   amount = minus | brackets | behind              a credit: -1.00, (1.00), 1.00-
 *   thousands = no | yes                            1,234.00
 *   total = no | yes                                a last record: TOTAL, lines, debits, credits
 *   debit = D, credit = C                           what `side` says
 *   account GROUP = CODE                            the joint group's own account
 *   clearing = CODE                                 of what is owed between the councils
 *   centre SERVICE = CODE, centre = CODE            the cost centre; of any other service
 *   vat SERVICE = outside | exempt | standard | reduced | zero
 *   vat code TREATMENT = CODE                       how the ledger calls it
 *
 * A charge of one council to another under a scheme of delegation is outside the scope of VAT
 * unless the council's finance officer says otherwise here (domain reference, section 2).
 *
 * Errors: ERR_USAGE with the line.
 */
#ifndef OCHIL_FINANCE_PAPER_LAYOUT_H
#define OCHIL_FINANCE_PAPER_LAYOUT_H

#include "base/arena.h"
#include "base/text.h"

#define LAYOUT_BYTES_MOST 32768
#define LAYOUT_COLUMNS_MOST 32

enum layout_field {
    LAYOUT_BATCH, LAYOUT_REFERENCE, LAYOUT_LINE, LAYOUT_PERIOD, LAYOUT_DATE, LAYOUT_COST_CENTRE,
    LAYOUT_ACCOUNT, LAYOUT_AMOUNT, LAYOUT_DEBIT, LAYOUT_CREDIT, LAYOUT_SIDE, LAYOUT_NARRATIVE,
    LAYOUT_COUNTERPARTY, LAYOUT_VAT, LAYOUT_SERVICE, LAYOUT_POOL, LAYOUT_GROUP, LAYOUT_FIELDS
};

enum layout_date { LAYOUT_ISO, LAYOUT_SLASHES, LAYOUT_MONTH_NAME, LAYOUT_DOTS };
enum layout_sign { LAYOUT_MINUS, LAYOUT_BRACKETS, LAYOUT_BEHIND };
enum layout_vat { VAT_OUTSIDE, VAT_EXEMPT, VAT_STANDARD, VAT_REDUCED, VAT_ZERO, VAT_TREATMENTS };

struct layout_column {
    struct text       head;
    enum layout_field field;
};

/* `account employees = 6010`: a key with a subject. */
struct layout_code {
    struct text of, code;
};

struct layout_codes {
    struct layout_code *code;
    size_t              count;
};

struct paper_layout {
    struct text          name;          /* "General ledger, version 2" */
    struct layout_column column[LAYOUT_COLUMNS_MOST];
    size_t               columns;
    char                 delimiter;
    bool                 header, crlf, thousands, total, mapped;
    enum layout_date     date;
    enum layout_sign     sign;
    struct text          debit, credit, clearing, centre;
    struct layout_codes  account, centres, vat, vat_code;
};

/* The words live as long as the layout. */
MUST_USE enum err paper_layout_read(struct arena *, struct text words, struct paper_layout *,
                                    struct trouble *);

/* Where a council has kept none: the joint codes, as CSV. */
struct text paper_layout_usual(void);

/* Of a service; `*said`: the council says so itself. */
enum layout_vat layout_vat_of(const struct paper_layout *, struct text service, bool *said);
const char *layout_vat_word(enum layout_vat);       /* "outside" */
const char *layout_vat_title(enum layout_vat);      /* "Outside" */
bool layout_vat_parse(struct text word, enum layout_vat *);     /* false: it is none */

/* The code of a subject; empty: there is none. */
struct text layout_code_of(const struct layout_codes *, struct text of);

#endif
