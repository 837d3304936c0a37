/*
 * finance/finance_query.h -- the register of queries as others see it, and its rules.
 *
 * A query is drafted by the council that asks, put to the one that answers (from then on both see
 * it), answered, and settled when the asking council accepts the answer. Who asks cannot answer;
 * who answers cannot accept. Each step has its days; when they have run out, or an answer is not
 * accepted, the asking council takes it further: to the Programme Board, then to the chief
 * executives. What is not in dispute stays payable.
 */
#ifndef OCHIL_FINANCE_QUERY_H
#define OCHIL_FINANCE_QUERY_H

#include "register/register.h"

enum query_field {
    QUERY_TITLE, QUERY_YEAR, QUERY_PERIOD, QUERY_POOL, QUERY_GROUP, QUERY_BEARER, QUERY_LINE,
    QUERY_DETAIL, QUERY_AMOUNT, QUERY_DISPUTED, QUERY_ANSWERS, QUERY_OWNER_POST, QUERY_ANSWER,
    QUERY_OUTCOME, QUERY_CORRECTED_FROM, QUERY_CORRECTION, QUERY_STAGE, QUERY_PUT_ON, QUERY_DUE,
    QUERY_SERVICE, QUERY_FIELDS
};
enum query_state { QUERY_DRAFT, QUERY_PUT, QUERY_ANSWERED, QUERY_SETTLED, QUERY_WITHDRAWN };
enum query_stage { STAGE_COUNCIL, STAGE_BOARD, STAGE_EXECUTIVES, STAGES };

extern const struct register_type query_register;
extern const char *const query_stages[];    /* "council", ...; ends at NULL */

/* Days to answer, and to accept an answer or take it further. */
extern const int32_t query_days[STAGES];
#define QUERY_ACCEPT_DAYS 14

/* STAGE_COUNCIL before it was put. */
enum query_stage query_stage_of(const struct entry *);

/* Pence of the figure that are not in dispute; the figure must be given. */
int64_t query_undisputed(const struct entry *);

/* What the declaration points at. Pure: */
void query_judge(const struct entry *, const char *wrong[]);
const char *query_refuses(const struct entry *, const char *event);
/* finance_query_turn.c: */
bool query_writes(const struct entry *, size_t field, const struct entry_turn *);
const char *query_bars(const struct entry *, const char *event, const struct entry_turn *);
void query_moves(struct arena *, struct entry *, const char *event, const struct entry_turn *);
const char *query_waits(const struct entry *, const struct entry_turn *, struct db_day *due);

#endif
