/* finance/finance_query_turn.c -- whose turn it is with a query, and until when. */
#include "base/arena.h"
#include "finance/finance_query.h"
#include "store/council.h"

/* --- whose turn it is --- */

static struct text code_of(const struct entry_turn *turn, int64_t council)
{
    for (size_t i = 0; i < turn->councils->count; i++)
        if (turn->councils->council[i].id == council)
            return turn->councils->council[i].code;
    return text_of("");
}

static bool asks(const struct entry *query, const struct entry_turn *turn)
{
    return query->council == turn->council;
}

static bool answers(const struct entry *query, const struct entry_turn *turn)
{
    return !asks(query, turn) &&
           text_equal(query->field[QUERY_ANSWERS], code_of(turn, turn->council));
}

/* The question is written while it is a draft, by who asks; the answer while it is put, by who
 * answers. */
bool query_writes(const struct entry *query, size_t field, const struct entry_turn *turn)
{
    const bool of_answer = query_register.fields[field].later;

    return of_answer ? query->state == QUERY_PUT && answers(query, turn)
                     : query->state == QUERY_DRAFT && asks(query, turn);
}

/* The council that answers where none is named: the other one, if there is but one. */
static struct text addressee(const struct entry *query, const struct entry_turn *turn)
{
    const struct councils *all = turn->councils;
    const struct text named = query->field[QUERY_ANSWERS];

    for (size_t i = 0; i < all->count; i++)
        if (all->council[i].id != query->council &&
            (text_equal(named, all->council[i].code) || (named.size == 0 && all->count == 2)))
            return all->council[i].code;
    return text_of("");
}

static const char *bars_escalation(const struct entry *query, const struct entry_turn *turn)
{
    if (query_stage_of(query) == STAGE_EXECUTIVES)
        return "It is with the chief executives: there is nobody above them.";
    if (query->state == QUERY_PUT &&
        turn->today.days <= field_number(&query_register.fields[QUERY_DUE],
                                         query->field[QUERY_DUE]))
        return "The time to answer has not run out yet.";
    return NULL;
}

const char *query_bars(const struct entry *query, const char *event, const struct entry_turn *turn)
{
    if (strcmp(event, "answer") == 0)
        return answers(query, turn) ? NULL : "The council that was asked answers.";
    if (!asks(query, turn))
        return "This is for the council that asked.";
    if (strcmp(event, "put") == 0 && addressee(query, turn).size == 0)
        return "Choose in the query which other council answers; then put it.";
    return strcmp(event, "escalate") == 0 ? bars_escalation(query, turn) : NULL;
}

/* --- what a step writes --- */

static void set_day(struct arena *arena, struct text *field, int64_t days)
{
    char day[DB_DAY_TEXT];

    db_day_print((struct db_day){ (int32_t)days }, day);
    *field = text_of(arena_copy(arena, day, strlen(day)));
}

/* The clock begins anew with every step; a new answer needs a new outcome. */
void query_moves(struct arena *arena, struct entry *query, const char *event,
                 const struct entry_turn *turn)
{
    enum query_stage stage = query_stage_of(query);

    if (strcmp(event, "put") == 0) {
        query->sharing = SHARING_JOINT;
        query->field[QUERY_ANSWERS] = addressee(query, turn);
        set_day(arena, &query->field[QUERY_PUT_ON], turn->today.days);
    }
    if (strcmp(event, "escalate") == 0 && stage + 1 < STAGES)
        stage++;
    if (query->state == QUERY_PUT) {
        query->field[QUERY_STAGE] = text_of(query_stages[stage]);
        query->field[QUERY_OUTCOME] = text_of("");
        query->field[QUERY_CORRECTION] = text_of("");
    }
    if (query->state == QUERY_PUT || query->state == QUERY_ANSWERED)
        set_day(arena, &query->field[QUERY_DUE],
                turn->today.days + (query->state == QUERY_PUT ? query_days[stage]
                                                              : QUERY_ACCEPT_DAYS));
    else
        query->field[QUERY_DUE] = text_of("");
}

const char *query_waits(const struct entry *query, const struct entry_turn *turn,
                        struct db_day *due)
{
    const struct field_form *clock = &query_register.fields[QUERY_DUE];

    *due = (struct db_day){ (int32_t)field_number(clock, query->field[QUERY_DUE]) };
    if (query->state == QUERY_PUT && answers(query, turn))
        return "an answer";
    return query->state == QUERY_ANSWERED && asks(query, turn) ? "its answer to be accepted or not"
                                                               : NULL;
}
