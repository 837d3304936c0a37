#include "governance/governance_risk.h"

#include <assert.h>

#include "governance/governance_sql.h"
#include "store/council.h"
#include "store/trail_log.h"

static struct text keep(struct arena *arena, struct text text)
{
    return (struct text){ arena_copy(arena, text.data, text.size), text.size };
}

/* --- fields as the store has them --- */

#define FIELD_COLUMN 12         /* of the first field in risk_list and risk_get */
#define FIELD_PARAMETER 6       /* of the first field in risk_add and risk_save */

static struct text read_field(struct arena *arena, struct statement *row, enum risk_field field)
{
    const int column = FIELD_COLUMN + (int)field;
    char day[DB_DAY_TEXT];

    switch (risk_fields[field].kind) {
    case FIELD_SCALE:
        return column_null(row, column) ? text_of("")
                                        : text_of(arena_number(arena, column_int(row, column)));
    case FIELD_DAY:
        db_day_print(column_day(row, column), day);
        return text_of(arena_copy(arena, day, strlen(day)));
    case FIELD_FLAG: return text_of(column_bool(row, column) ? "yes" : "");
    case FIELD_LINE:
    case FIELD_TEXT:
    case FIELD_CHOICE: break;
    }
    return keep(arena, column_text(row, column));
}

static void bind_field(struct statement *statement, const struct risk *risk, enum risk_field field)
{
    const int number = FIELD_PARAMETER + (int)field;
    const struct text value = risk->field[field];
    struct db_day day = { 0 };
    bool good;

    switch (risk_fields[field].kind) {
    case FIELD_SCALE:
        if (value.size == 0)
            bind_null(statement, number);
        else
            bind_int(statement, number, risk_scale(risk, field));
        return;
    case FIELD_DAY:
        good = db_day_parse(value, &day);
        assert(good);
        bind_day(statement, number, day);
        return;
    case FIELD_FLAG: bind_bool(statement, number, value.size > 0); return;
    case FIELD_LINE:
    case FIELD_TEXT:
    case FIELD_CHOICE: break;
    }
    bind_text(statement, number, value);
}

/* "CLK-12" */
static struct text reference_of(struct arena *arena, struct text code, int64_t number)
{
    const struct text digits = text_of(arena_number(arena, number));
    char *bytes = arena_take(arena, code.size + 1 + digits.size + 1, 1);

    memcpy(bytes, code.data, code.size);
    bytes[code.size] = '-';
    memcpy(bytes + code.size + 1, digits.data, digits.size);
    return (struct text){ bytes, code.size + 1 + digits.size };
}

static enum err read_risk(struct arena *arena, struct statement *row, struct risk *risk,
                          struct trouble *trouble)
{
    *risk = (struct risk){
        .council = column_int(row, 0),
        .number = column_int(row, 2),
        .version = column_int(row, 3),
        .made_at = column_moment(row, 9),
        .changed_at = column_moment(row, 10),
        .changed_by = keep(arena, column_text(row, 11)),
    };
    risk->reference = reference_of(arena, column_text(row, 1), risk->number);
    if (!risk_state_parse(column_text(row, 4), &risk->state))
        return fail(trouble, ERR_CHECK, "a risk has a state that is none");
    if (column_bool(row, 5)) {
        risk->sharing = column_bool(row, 6) ? RISK_JOINT : RISK_SHARED;
        risk->shared_at = column_moment(row, 7);
        risk->shared_by = keep(arena, column_text(row, 8));
    }
    for (enum risk_field field = 0; field < RISK_FIELDS; field++)
        risk->field[field] = read_field(arena, row, field);
    return OK;
}

enum err risk_list(struct tx *tx, struct arena *arena, int64_t council, struct risks *out,
                   struct trouble *trouble)
{
    struct statement *list;
    size_t room = 0;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_risk_list, &list, trouble);

    *out = (struct risks){ NULL, 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        if (out->count == room) {
            room = room == 0 ? 64 : 2 * room;
            out->risk = arena_grow(arena, out->risk, out->count, room, sizeof *out->risk);
        }
        err = read_risk(arena, list, &out->risk[out->count++], trouble);
    }
    return err;
}

enum err risk_load(struct tx *tx, struct arena *arena, int64_t council, struct text reference,
                   struct risk *out, struct trouble *trouble)
{
    struct statement *get;
    struct text code;
    int64_t number;
    bool row = false;
    enum err err;

    if (!risk_reference_parse(reference, &code, &number))
        return ERR_MISSING;
    if ((err = tx_prepare(tx, &sql_risk_get, &get, trouble)) != OK)
        return err;
    bind_int(get, 1, council);
    bind_text(get, 2, code);
    bind_int(get, 3, number);
    if ((err = statement_step(get, &row, trouble)) != OK)
        return err;
    if (!row)
        return ERR_MISSING;
    err = read_risk(arena, get, out, trouble);
    statement_end(get);
    return err;
}

/* --- the trail --- */

static const struct trail_words no_words = { { NULL, 0 }, false };

static enum err record(struct tx *tx, const struct risk_deed *deed, const struct risk *risk,
                       bool shared, struct trail_words before, struct trail_words after,
                       struct trouble *trouble)
{
    const struct trail_words why = { deed->why, true };
    const struct trail_event event = {
        .now = deed->happening->now,
        .actor = deed->login,
        .council = deed->council,
        .shared = shared,
        .action = text_of(deed->action),
        .subject_kind = text_of("risk"),
        .subject_id = risk->reference,
        .before = before,
        .after = after,
        .why = deed->why.size > 0 ? why : no_words,
        .request = deed->happening->request,
    };

    return trail_append(tx, deed->happening->outside, &event, NULL, trouble);
}

/* --- history --- */

/* One change: what becomes of each field, and the same as words for the trail. */
struct changing {
    struct tx              *tx;
    const struct risk_deed *deed;
    const struct risk      *was, *now;
    bool                    shared;         /* the other councils may read of it */
    size_t                  count;
    const char             *before, *after;
};

static enum err add_change(struct changing *changing, const char *field, struct text before,
                           struct text after, struct trouble *trouble)
{
    const struct risk_deed *deed = changing->deed;
    struct statement *add;
    enum err err = tx_prepare(changing->tx, &sql_risk_change_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, deed->council);
    bind_bool(add, 2, changing->shared);
    bind_int(add, 3, changing->now->council);
    bind_int(add, 4, changing->now->number);
    bind_int(add, 5, changing->now->version);
    bind_text(add, 6, text_of(field));
    bind_text(add, 7, before);
    bind_text(add, 8, after);
    bind_text(add, 9, deed->why);
    bind_text(add, 10, deed->login);
    bind_moment(add, 11, deed->happening->now);
    changing->count++;
    changing->before = arena_print(deed->arena, "%s%s: %.*s\n", changing->before, field,
                                   TEXT(before));
    changing->after = arena_print(deed->arena, "%s%s: %.*s\n", changing->after, field,
                                  TEXT(after));
    return statement_run(add, NULL, trouble);
}

static enum err add_if_changed(struct changing *changing, const char *field, struct text before,
                               struct text after, struct trouble *trouble)
{
    return text_equal(before, after) ? OK : add_change(changing, field, before, after, trouble);
}

static enum err add_changes(struct changing *changing, struct trouble *trouble)
{
    const struct risk *was = changing->was, *now = changing->now;
    enum err err = OK;

    for (enum risk_field field = 0; field < RISK_FIELDS && err == OK; field++)
        err = add_if_changed(changing, risk_fields[field].name, was->field[field],
                             now->field[field], trouble);
    if (err == OK && was->version > 0)
        err = add_if_changed(changing, "state", text_of(risk_state_word(was->state)),
                             text_of(risk_state_word(now->state)), trouble);
    if (err == OK && was->version > 0)
        err = add_if_changed(changing, "sharing", text_of(risk_sharing_word(was->sharing)),
                             text_of(risk_sharing_word(now->sharing)), trouble);
    return err;
}

static enum err record_change(struct changing *changing, struct trouble *trouble)
{
    const struct trail_words before = { text_of(changing->before), true };
    const struct trail_words after = { text_of(changing->after), true };

    return record(changing->tx, changing->deed, changing->now, changing->shared,
                  changing->was->version == 0 ? no_words : before, after, trouble);
}

/* --- making and changing --- */

static void bind_risk(struct statement *statement, const struct risk_deed *deed,
                      const struct risk *risk)
{
    bind_int(statement, 1, risk->council);
    bind_int(statement, 2, risk->number);
    bind_text(statement, 3, text_of(risk_state_word(risk->state)));
    bind_moment(statement, 4, deed->happening->now);
    bind_text(statement, 5, deed->login);
    for (enum risk_field field = 0; field < RISK_FIELDS; field++)
        bind_field(statement, risk, field);
}

static enum err one_number(struct statement *ask, int64_t *number, struct trouble *trouble)
{
    const enum err err = statement_one(ask, trouble);

    if (err != OK)
        return err;
    *number = column_int(ask, 0);
    statement_end(ask);
    return OK;
}

/* There is one writer at a time and no risk is ever deleted, so that no number is left out or
 * given twice. (A sequence would leave one out with every transaction that is rolled back.) */
static enum err next_number(struct tx *tx, int64_t council, int64_t *number,
                            struct trouble *trouble)
{
    struct statement *next;
    enum err err = tx_prepare(tx, &sql_risk_next, &next, trouble);

    if (err != OK)
        return err;
    bind_int(next, 1, council);
    return one_number(next, number, trouble);
}

static enum err insert_risk(struct tx *tx, const struct risk_deed *deed, const struct risk *risk,
                            struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_risk_add, &add, trouble);

    if (err != OK)
        return err;
    bind_risk(add, deed, risk);
    return statement_run(add, NULL, trouble);
}

static enum err council_code(struct tx *tx, struct arena *arena, int64_t council,
                             struct text *code, struct trouble *trouble)
{
    struct councils councils;
    enum err err = councils_read(tx, arena, &councils, trouble);

    for (size_t i = 0; i < councils.count && err == OK; i++)
        if (councils.council[i].id == council) {
            *code = councils.council[i].code;
            return OK;
        }
    return err != OK ? err : ERR_MISSING;
}

enum err risk_add(struct tx *tx, const struct risk_deed *deed, struct risk *risk,
                  struct trouble *trouble)
{
    const struct risk none = { 0 };
    struct changing changing = { tx, deed, &none, risk, false, 0, "", "" };
    struct text code;
    enum err err = council_code(tx, deed->arena, deed->council, &code, trouble);

    risk->council = deed->council;
    risk->version = 1;
    risk->state = RISK_OPEN;
    risk->sharing = RISK_OWN;
    risk->made_at = risk->changed_at = deed->happening->now;
    risk->changed_by = deed->login;
    if (err == OK)
        err = next_number(tx, deed->council, &risk->number, trouble);
    if (err != OK)
        return err;
    risk->reference = text_of(arena_print(deed->arena, "%.*s-%lld", TEXT(code),
                                          (long long)risk->number));
    err = insert_risk(tx, deed, risk, trouble);
    if (err == OK)
        err = add_changes(&changing, trouble);
    return err == OK ? record_change(&changing, trouble) : err;
}

static enum err update_risk(struct tx *tx, const struct risk_deed *deed, const struct risk *was,
                            const struct risk *now, struct trouble *trouble)
{
    struct statement *save;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_risk_save, &save, trouble);

    if (err != OK)
        return err;
    bind_risk(save, deed, now);
    bind_int(save, 21, was->version);
    bind_int(save, 22, deed->council);
    bind_bool(save, 23, now->sharing != RISK_OWN);
    bind_bool(save, 24, now->sharing == RISK_JOINT);
    if (now->sharing != RISK_OWN) {
        bind_moment(save, 25, now->shared_at);
        bind_text(save, 26, now->shared_by);
    } else {
        bind_null(save, 25);
        bind_null(save, 26);
    }
    err = statement_run(save, &changed, trouble);
    return err == OK && changed != 1 ? ERR_CONFLICT : err;
}

static bool is_same(const struct risk *was, const struct risk *now)
{
    for (enum risk_field field = 0; field < RISK_FIELDS; field++)
        if (!text_equal(was->field[field], now->field[field]))
            return false;
    return was->state == now->state && was->sharing == now->sharing;
}

enum err risk_save(struct tx *tx, const struct risk_deed *deed, const struct risk *was,
                   struct risk *now, struct trouble *trouble)
{
    const bool review = strcmp(deed->action, "risk.review") == 0;
    struct changing changing = { tx, deed, was, now, was->sharing != RISK_OWN ||
                                 now->sharing != RISK_OWN, 0, "", "" };

    if (!risk_is_editable(was, deed->council) ||
        (was->sharing != now->sharing && was->council != deed->council))
        return ERR_MISSING;
    if (is_same(was, now) && !review)
        return OK;
    if (was->sharing != now->sharing) {
        now->shared_at = deed->happening->now;
        now->shared_by = deed->login;
    }
    enum err err = update_risk(tx, deed, was, now, trouble);
    now->version = was->version + 1;
    if (err == OK)
        err = add_changes(&changing, trouble);
    if (err == OK && review)
        err = add_change(&changing, "review", text_of(""), text_of("reviewed"), trouble);
    return err == OK ? record_change(&changing, trouble) : err;
}

/* --- what goes with a risk --- */

/* A query of what goes with a risk, begun. */
static enum err ask_file(struct tx *tx, const struct query *query, int64_t council,
                         const struct risk *risk, struct statement **out, struct trouble *trouble)
{
    const enum err err = tx_prepare(tx, query, out, trouble);

    if (err != OK)
        return err;
    bind_int(*out, 1, council);
    bind_int(*out, 2, risk->council);
    bind_int(*out, 3, risk->number);
    return OK;
}

static enum err load_changes(struct tx *tx, struct arena *arena, int64_t council,
                             const struct risk *risk, struct risk_file *file,
                             struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = ask_file(tx, &sql_risk_changes, council, risk, &list, trouble);

    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        file->change = arena_grow(arena, file->change, file->changes, file->changes + 1,
                                  sizeof *file->change);
        file->change[file->changes++] = (struct risk_change){
            column_int(list, 0), keep(arena, column_text(list, 1)),
            keep(arena, column_text(list, 2)), keep(arena, column_text(list, 3)),
            keep(arena, column_text(list, 4)), keep(arena, column_text(list, 5)),
            column_moment(list, 6),
        };
    }
    return err;
}

static enum err load_comments(struct tx *tx, struct arena *arena, int64_t council,
                              const struct risk *risk, struct risk_file *file,
                              struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = ask_file(tx, &sql_risk_comments, council, risk, &list, trouble);

    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        file->comment = arena_grow(arena, file->comment, file->comments, file->comments + 1,
                                   sizeof *file->comment);
        file->comment[file->comments++] = (struct risk_comment){
            keep(arena, column_text(list, 0)), keep(arena, column_text(list, 1)),
            keep(arena, column_text(list, 3)), column_moment(list, 2),
        };
    }
    return err;
}

static enum err load_actions(struct tx *tx, struct arena *arena, int64_t council,
                             const struct risk *risk, struct risk_file *file,
                             struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = ask_file(tx, &sql_risk_actions, council, risk, &list, trouble);

    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        const bool done = !column_null(list, 4);
        file->action = arena_grow(arena, file->action, file->actions, file->actions + 1,
                                  sizeof *file->action);
        file->action[file->actions++] = (struct risk_action){
            column_int(list, 0), keep(arena, column_text(list, 1)),
            keep(arena, column_text(list, 2)), column_day(list, 3), done,
            done ? column_moment(list, 4) : (struct moment){ 0 },
        };
    }
    return err;
}

enum err risk_file_load(struct tx *tx, struct arena *arena, int64_t council,
                        const struct risk *risk, struct risk_file *out, struct trouble *trouble)
{
    *out = (struct risk_file){ 0 };
    enum err err = load_changes(tx, arena, council, risk, out, trouble);
    if (err == OK)
        err = load_comments(tx, arena, council, risk, out, trouble);
    return err == OK ? load_actions(tx, arena, council, risk, out, trouble) : err;
}

enum err risk_comment_add(struct tx *tx, const struct risk_deed *deed, const struct risk *risk,
                          struct text words, struct trouble *trouble)
{
    const bool shared = risk->sharing != RISK_OWN;
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_risk_comment_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, deed->council);
    bind_bool(add, 2, shared);
    bind_int(add, 3, risk->council);
    bind_int(add, 4, risk->number);
    bind_text(add, 5, words);
    bind_text(add, 6, deed->login);
    bind_moment(add, 7, deed->happening->now);
    err = statement_run(add, NULL, trouble);
    return err != OK ? err : record(tx, deed, risk, shared, no_words,
                                    (struct trail_words){ words, true }, trouble);
}

static enum err next_action(struct tx *tx, const struct risk *risk, int64_t *number,
                            struct trouble *trouble)
{
    struct statement *next;
    enum err err = tx_prepare(tx, &sql_risk_action_next, &next, trouble);

    if (err != OK)
        return err;
    bind_int(next, 1, risk->council);
    bind_int(next, 2, risk->number);
    return one_number(next, number, trouble);
}

/* "action 3: words" for the trail. */
static enum err record_action(struct tx *tx, const struct risk_deed *deed, const struct risk *risk,
                              int64_t number, struct text words, struct trouble *trouble)
{
    const char *after = arena_print(deed->arena, "action %lld: %.*s", (long long)number,
                                    TEXT(words));

    return record(tx, deed, risk, risk->sharing != RISK_OWN, no_words,
                  (struct trail_words){ text_of(after), true }, trouble);
}

enum err risk_action_add(struct tx *tx, const struct risk_deed *deed, const struct risk *risk,
                         struct risk_action *action, struct trouble *trouble)
{
    struct statement *add;
    enum err err;

    if (!risk_is_editable(risk, deed->council))
        return ERR_MISSING;
    if ((err = next_action(tx, risk, &action->number, trouble)) != OK ||
        (err = tx_prepare(tx, &sql_risk_action_add, &add, trouble)) != OK)
        return err;
    bind_int(add, 1, risk->council);
    bind_int(add, 2, risk->number);
    bind_int(add, 3, action->number);
    bind_text(add, 4, action->words);
    bind_text(add, 5, action->owner_post);
    bind_day(add, 6, action->due);
    err = statement_run(add, NULL, trouble);
    return err != OK ? err : record_action(tx, deed, risk, action->number, action->words, trouble);
}

enum err risk_action_done(struct tx *tx, const struct risk_deed *deed, const struct risk *risk,
                          int64_t number, struct trouble *trouble)
{
    struct statement *done;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, &sql_risk_action_done, &done, trouble);

    if (err != OK)
        return err;
    bind_int(done, 1, risk->council);
    bind_int(done, 2, risk->number);
    bind_int(done, 3, number);
    bind_moment(done, 4, deed->happening->now);
    bind_text(done, 5, deed->login);
    bind_int(done, 6, deed->council);
    if ((err = statement_run(done, &changed, trouble)) != OK)
        return err;
    return changed != 1 ? ERR_MISSING
                        : record_action(tx, deed, risk, number, text_of("done"), trouble);
}
