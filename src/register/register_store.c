#include "register/register_store.h"

#include <assert.h>

#include "money/money.h"
#include "register/register_sql.h"
#include "store/council.h"
#include "store/trail_log.h"

/* --- fields as people type them --- */

/* Text areas end in line ends that nobody meant; blanks around a line likewise. */
static struct text trimmed(struct text text)
{
    while (text.size > 0 && is_one_of(text.data[text.size - 1], " \n\t"))
        text.size--;
    while (text.size > 0 && is_one_of(text.data[0], " \n\t")) {
        text.data++;
        text.size--;
    }
    return text;
}

/* "£1,234.5" without the sign and the commas. */
static struct text bare(struct arena *arena, struct text typed)
{
    static const char pound[] = "\xC2\xA3";
    const size_t from = typed.size > 2 && memcmp(typed.data, pound, 2) == 0 ? 2 : 0;
    char *out = arena_take(arena, typed.size + 1, 1);
    size_t size = 0;

    for (size_t i = from; i < typed.size; i++)
        if (typed.data[i] != ',')
            out[size++] = typed.data[i];
    return (struct text){ out, size };
}

struct text field_kept(struct arena *arena, const struct field_form *form, struct text typed)
{
    const struct text plain = trimmed(typed);
    char money[MONEY_TEXT_MAX];
    int64_t number;

    if (form->kind == FIELD_MONEY && field_number_parse(form, bare(arena, plain), &number))
        return text_of(arena_copy(arena, money, money_print(number, money)));
    if (form->kind == FIELD_NUMBER && field_number_parse(form, bare(arena, plain), &number))
        return text_of(arena_print(arena, "%lld", (long long)number));
    return plain;
}

/* --- fields as the store has them --- */

#define FIELD_COLUMN 12         /* of the first field in a type's `list` and `get` */
#define FIELD_PARAMETER 10      /* of the first field in its `add` and `save` */

/* Is NULL there where there is nothing, unless it is required? Of other kinds it is an empty text,
 * or false. (server_schema_test holds the tables to that.) */
static bool may_be_null(const struct field_form *form)
{
    return form->kind == FIELD_SCALE || form->kind == FIELD_NUMBER || form->kind == FIELD_MONEY ||
           form->kind == FIELD_DAY;
}

static struct text read_number(struct arena *arena, const struct field_form *form, int64_t number)
{
    static const char digits[] = "0123456789";
    char money[MONEY_TEXT_MAX];

    if (form->kind == FIELD_MONEY)
        return text_of(arena_copy(arena, money, money_print(number, money)));
    if (number >= 0 && number <= 9)     /* every FIELD_SCALE */
        return (struct text){ digits + number, 1 };
    return text_of(arena_number(arena, number));
}

static struct text read_field(struct arena *arena, struct statement *row,
                              const struct field_form *form, int column)
{
    char day[DB_DAY_TEXT];

    if (!form->required && may_be_null(form) && column_null(row, column))
        return text_of("");
    switch (form->kind) {
    case FIELD_SCALE:
    case FIELD_NUMBER:
    case FIELD_MONEY: return read_number(arena, form, column_int(row, column));
    case FIELD_DAY:
        db_day_print(column_day(row, column), day);
        return text_of(arena_copy(arena, day, strlen(day)));
    case FIELD_FLAG: return text_of(column_bool(row, column) ? "yes" : "");
    case FIELD_LINE:
    case FIELD_TEXT:
    case FIELD_CHOICE:
    case FIELD_LOGIN:
    case FIELD_SERVICE:
    case FIELD_COUNCIL:
    case FIELD_ENTRY: break;
    }
    return text_keep(arena, column_text(row, column));
}

static void bind_field(struct statement *statement, const struct field_form *form,
                       struct text value, int number)
{
    if (form->kind == FIELD_FLAG)
        bind_bool(statement, number, value.size > 0);
    else if (may_be_null(form) && value.size == 0)
        bind_null(statement, number);
    else if (form->kind == FIELD_DAY)
        bind_day(statement, number, (struct db_day){ (int32_t)field_number(form, value) });
    else if (may_be_null(form))
        bind_int(statement, number, field_number(form, value));
    else
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

/* --- who reads what --- */

#define SERVICE_PARAMETERS (1 + SERVICES_MOST)  /* all or not, and which */

/* What the list is narrowed down to by the asker's role. A parameter that is not used is NULL,
 * which no service is: an empty text would be those of none. */
static void bind_reach(struct statement *statement, int first, const struct entry_asker *asker)
{
    struct reach reach = { .all = true };

    if (asker->actor != NULL)
        reach = actor_reach(asker->actor, asker->right);
    bind_bool(statement, first, reach.all);
    for (size_t i = 0; i < SERVICES_MOST; i++) {
        const int number = first + 1 + (int)i;
        if (i < reach.services)
            bind_text(statement, number, text_of(reach.service[i]));
        else
            bind_null(statement, number);
    }
}

static bool has_right(const struct register_type *type, const struct entry_asker *asker,
                      const struct entry *entry, enum right right)
{
    return right == MAY_NOTHING || asker->actor == NULL ||
           actor_may_of(asker->actor, right, entry_service(type, entry));
}

static bool is_readable(const struct register_type *type, const struct entry_asker *asker,
                        const struct entry *entry, const struct field_form *form)
{
    return (!form->own || entry->council == asker->council) &&
           has_right(type, asker, entry, form->read_by);
}

/* What the asker does not read is taken out at once, so that nothing behind this shows it. */
static void withhold(const struct register_type *type, const struct entry_asker *asker,
                     struct entry *entry)
{
    for (size_t i = 0; i < type->field_count; i++)
        if ((type->fields[i].own || type->fields[i].read_by != MAY_NOTHING) &&
            !is_readable(type, asker, entry, &type->fields[i])) {
            entry->field[i] = text_of("");
            entry->withheld |= (uint32_t)1 << i;
        }
}

bool entry_field_is_writable(const struct register_type *type, const struct entry_asker *asker,
                             const struct entry_turn *turn, const struct entry *entry,
                             size_t field)
{
    const struct field_form *form = &type->fields[field];
    const bool new = entry->version == 0;
    struct entry own = *entry;

    if (new)
        own.council = asker->council;
    if (form->fixed || (new && form->later) ||
        (!new && type->writes != NULL && !type->writes(entry, field, turn)))
        return false;
    return is_readable(type, asker, &own, form) &&
           has_right(type, asker, &own, form->changed_by);
}

/* Into one that is clear. */
static enum err read_entry(const struct register_type *type, struct arena *arena,
                           struct statement *row, enum entry_depth depth, struct entry *entry,
                           struct trouble *trouble)
{
    entry->council = column_int(row, 0);
    entry->number = column_int(row, 2);
    entry->version = column_int(row, 3);
    entry->state = word_place(type->states, column_text(row, 4));
    if (depth == ENTRY_WHOLE) {
        entry->made_at = column_moment(row, 9);
        entry->changed_at = column_moment(row, 10);
        entry->changed_by = text_keep(arena, column_text(row, 11));
    }
    entry->reference = reference_of(arena, column_text(row, 1), entry->number);
    if (entry->state < 0)
        return fail(trouble, ERR_CHECK, "%s %.*s has a state that is none", type->one,
                    TEXT(entry->reference));
    if (column_bool(row, 5)) {
        entry->sharing = column_bool(row, 6) ? SHARING_JOINT : SHARING_SHARED;
        entry->shared_at = column_moment(row, 7);
        entry->shared_by = text_keep(arena, column_text(row, 8));
    }
    for (size_t i = 0; i < type->field_count; i++)
        if (depth == ENTRY_WHOLE || type->fields[i].kind != FIELD_TEXT)
            entry->field[i] = read_field(arena, row, &type->fields[i], FIELD_COLUMN + (int)i);
    return OK;
}

enum err entry_list(struct tx *tx, struct arena *arena, const struct register_type *type,
                    const struct entry_asker *asker, enum entry_depth depth, struct entries *out,
                    struct trouble *trouble)
{
    struct statement *list;
    size_t room = 0;
    bool row = false;
    enum err err = tx_prepare(tx, depth == ENTRY_WHOLE ? type->sql.list : type->sql.brief, &list,
                              trouble);

    *out = (struct entries){ NULL, 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, asker->council);
    bind_reach(list, 2, asker);
    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        if (out->count == room) {
            room = room == 0 ? 64 : 2 * room;
            out->entry = arena_grow(arena, out->entry, out->count, room, sizeof *out->entry);
        }
        err = read_entry(type, arena, list, depth, &out->entry[out->count], trouble);
        withhold(type, asker, &out->entry[out->count++]);
    }
    return err;
}

/* With what is withheld from the asker. */
static enum err load_whole(struct tx *tx, struct arena *arena, const struct register_type *type,
                           const struct entry_asker *asker, struct text reference,
                           struct entry *out, struct trouble *trouble)
{
    struct statement *get;
    struct text code;
    int64_t number;
    bool row = false;
    enum err err;

    if (!reference_parse(reference, &code, &number))
        return ERR_MISSING;
    if ((err = tx_prepare(tx, type->sql.get, &get, trouble)) != OK)
        return err;
    bind_int(get, 1, asker->council);
    bind_reach(get, 2, asker);
    bind_text(get, 2 + SERVICE_PARAMETERS, code);
    bind_int(get, 3 + SERVICE_PARAMETERS, number);
    if ((err = statement_step(get, &row, trouble)) != OK)
        return err;
    if (!row)
        return ERR_MISSING;
    *out = (struct entry){ 0 };
    err = read_entry(type, arena, get, ENTRY_WHOLE, out, trouble);
    statement_end(get);
    return err;
}

enum err entry_load(struct tx *tx, struct arena *arena, const struct register_type *type,
                    const struct entry_asker *asker, struct text reference, struct entry *out,
                    struct trouble *trouble)
{
    const enum err err = load_whole(tx, arena, type, asker, reference, out, trouble);

    if (err == OK)
        withhold(type, asker, out);
    return err;
}

/* --- what fields name --- */

static enum err check_login(struct tx *tx, int64_t council, struct text login, bool *there,
                            struct trouble *trouble)
{
    struct statement *find;
    enum err err = tx_prepare(tx, &sql_entry_login_there, &find, trouble);

    if (err != OK)
        return err;
    bind_int(find, 1, council);
    bind_text(find, 2, login);
    err = statement_step(find, there, trouble);
    statement_end(find);
    return err;
}

static enum err check_council(struct tx *tx, struct arena *arena, struct text code, bool *there,
                              struct trouble *trouble)
{
    struct council council;
    const enum err err = council_find(tx, arena, code, &council, trouble);

    *there = err == OK;
    return err == ERR_MISSING ? OK : err;
}

/* Nobody finds out by naming it that there is an entry of a service that a role is not for. */
static enum err check_entry(struct tx *tx, struct arena *arena, const struct register_type *of,
                            const struct entry_asker *asker, struct text reference, bool *there,
                            struct trouble *trouble)
{
    const bool by_right = asker->actor != NULL && actor_may(asker->actor, of->may_see);
    const struct entry_asker sees = { asker->council, by_right ? asker->actor : NULL,
                                      of->may_see };
    struct entry named;
    const enum err err = entry_load(tx, arena, of, &sees, reference, &named, trouble);

    *there = err == OK;
    return err == ERR_MISSING ? OK : err;
}

enum err entry_check(struct tx *tx, struct arena *arena, const struct register_type *type,
                     const struct entry_asker *asker, const struct entry *was,
                     const struct entry *now, const char *wrong[], struct trouble *trouble)
{
    enum err err = OK;

    for (size_t i = 0; i < type->field_count && err == OK; i++) {
        const struct field_form *form = &type->fields[i];
        const struct text named = now->field[i];
        bool there = true;
        if (wrong[i] != NULL || named.size == 0 ||
            (was != NULL && text_equal(was->field[i], named)))
            continue;
        if (form->kind == FIELD_LOGIN)
            err = check_login(tx, asker->council, named, &there, trouble);
        else if (form->kind == FIELD_COUNCIL)
            err = check_council(tx, arena, named, &there, trouble);
        else if (form->kind == FIELD_ENTRY)
            err = check_entry(tx, arena, form->of, asker, named, &there, trouble);
        if (!there)
            wrong[i] = field_fault(UNFIT_NOT_THERE);
    }
    return err;
}

/* --- the trail --- */

static const struct trail_words no_words = { { NULL, 0 }, false };

static struct trail_words personal(struct text words)
{
    return words.size > 0 ? (struct trail_words){ words, true } : no_words;
}

static enum err record(struct tx *tx, const struct register_type *type,
                       const struct register_deed *deed, const struct entry *entry, bool shared,
                       struct trail_words before, struct trail_words after,
                       struct trouble *trouble)
{
    const struct trail_event event = {
        .now = deed->happening->now,
        .actor = deed->login,
        .council = deed->council,
        .shared = shared,
        .action = text_of(deed->action),
        .subject_kind = text_of(type->one),
        .subject_id = entry->reference,
        .before = before,
        .after = after,
        .why = personal(deed->why),
        .request = deed->happening->request,
    };

    return trail_append(tx, deed->happening->outside, &event, NULL, trouble);
}

enum err entry_record(struct tx *tx, const struct register_type *type,
                      const struct register_deed *deed, const struct entry *entry,
                      struct text after, struct trouble *trouble)
{
    return record(tx, type, deed, entry, entry->sharing != SHARING_OWN, no_words,
                  personal(after), trouble);
}

/* --- history --- */

/* What became of fields, as words for the trail. */
struct told {
    const char *before, *after;
};

/* One change: what becomes of each field, and the same as words. */
struct changing {
    struct tx                  *tx;
    const struct register_type *type;
    const struct register_deed *deed;
    const struct entry         *was, *now;
    bool                        shared;     /* the other councils may read of it */
    struct told                 told;
    struct told                 own;        /* of what they do not read all the same */
};

static enum err add_change(struct changing *changing, const char *field, bool own,
                           struct text before, struct text after, struct trouble *trouble)
{
    const struct register_deed *deed = changing->deed;
    struct told *told = own ? &changing->own : &changing->told;
    struct statement *add;
    enum err err = tx_prepare(changing->tx, &sql_entry_change_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, deed->council);
    bind_bool(add, 2, changing->shared && !own);
    bind_text(add, 3, text_of(changing->type->one));
    bind_int(add, 4, changing->now->council);
    bind_int(add, 5, changing->now->number);
    bind_int(add, 6, changing->now->version);
    bind_text(add, 7, text_of(field));
    bind_text(add, 8, before);
    bind_text(add, 9, after);
    bind_text(add, 10, deed->why);
    bind_text(add, 11, deed->login);
    bind_moment(add, 12, deed->happening->now);
    told->before = arena_print(deed->arena, "%s%s: %.*s\n", told->before, field, TEXT(before));
    told->after = arena_print(deed->arena, "%s%s: %.*s\n", told->after, field, TEXT(after));
    return statement_run(add, NULL, trouble);
}

static enum err add_if_changed(struct changing *changing, const char *field, bool own,
                               struct text before, struct text after, struct trouble *trouble)
{
    return text_equal(before, after) ? OK
                                     : add_change(changing, field, own, before, after, trouble);
}

static enum err add_changes(struct changing *changing, struct trouble *trouble)
{
    const struct register_type *type = changing->type;
    const struct entry *was = changing->was, *now = changing->now;
    enum err err = OK;

    for (size_t i = 0; i < type->field_count && err == OK; i++)
        err = add_if_changed(changing, type->fields[i].name,
                             changing->shared && type->fields[i].own, was->field[i],
                             now->field[i], trouble);
    if (err == OK && was->version > 0)
        err = add_if_changed(changing, "state", false, text_of(type->states[was->state]),
                             text_of(type->states[now->state]), trouble);
    if (err == OK && was->version > 0)
        err = add_if_changed(changing, "sharing", false, text_of(sharing_word(was->sharing)),
                             text_of(sharing_word(now->sharing)), trouble);
    if (err == OK && changing->deed->note != NULL)
        err = add_change(changing, changing->deed->note, false, text_of(""), text_of("done"),
                         trouble);
    return err;
}

static enum err record_told(struct changing *changing, const struct told *told, bool shared,
                            struct trouble *trouble)
{
    return record(changing->tx, changing->type, changing->deed, changing->now, shared,
                  personal(text_of(changing->was->version == 0 ? "" : told->before)),
                  personal(text_of(told->after)), trouble);
}

/* What the other councils do not read of it has a line of its own. */
static enum err record_change(struct changing *changing, struct trouble *trouble)
{
    const enum err err = record_told(changing, &changing->told, changing->shared, trouble);

    return err != OK || changing->own.after[0] == '\0'
               ? err : record_told(changing, &changing->own, false, trouble);
}

/* --- making and changing --- */

static void bind_entry(struct statement *statement, const struct register_type *type,
                       const struct register_deed *deed, const struct entry *entry)
{
    bind_int(statement, 1, entry->council);
    bind_int(statement, 2, entry->number);
    bind_text(statement, 3, text_of(type->states[entry->state]));
    bind_moment(statement, 4, deed->happening->now);
    bind_text(statement, 5, deed->login);
    bind_bool(statement, 6, entry->sharing != SHARING_OWN);
    bind_bool(statement, 7, entry->sharing == SHARING_JOINT);
    bind_null(statement, 8);
    bind_null(statement, 9);
    if (entry->sharing != SHARING_OWN) {
        bind_moment(statement, 8, entry->shared_at);
        bind_text(statement, 9, entry->shared_by);
    }
    for (size_t i = 0; i < type->field_count; i++)
        bind_field(statement, &type->fields[i], entry->field[i], FIELD_PARAMETER + (int)i);
}

/* There is one writer at a time and no entry is ever deleted, so that no number is left out or
 * given twice. (A sequence would leave one out with every transaction that is rolled back.) */
static enum err next_number(struct tx *tx, const struct register_type *type, int64_t council,
                            int64_t *number, struct trouble *trouble)
{
    struct statement *next;
    enum err err = tx_prepare(tx, type->sql.next, &next, trouble);

    if (err != OK)
        return err;
    bind_int(next, 1, council);
    if ((err = statement_one(next, trouble)) != OK)
        return err;
    *number = column_int(next, 0);
    statement_end(next);
    return OK;
}

static enum err insert_entry(struct tx *tx, const struct register_type *type,
                             const struct register_deed *deed, const struct entry *entry,
                             struct trouble *trouble)
{
    struct statement *add;
    enum err err = tx_prepare(tx, type->sql.add, &add, trouble);

    if (err != OK)
        return err;
    bind_entry(add, type, deed, entry);
    return statement_run(add, NULL, trouble);
}

static enum err council_code(struct tx *tx, struct arena *arena, int64_t council,
                             struct text *code, struct trouble *trouble)
{
    struct councils councils;
    enum err err = councils_read(tx, arena, &councils, trouble);

    for (size_t i = 0; err == OK && i < councils.count; i++)
        if (councils.council[i].id == council) {
            *code = councils.council[i].code;
            return OK;
        }
    return err != OK ? err : ERR_MISSING;
}

enum err entry_add(struct tx *tx, const struct register_type *type,
                   const struct register_deed *deed, struct entry *entry,
                   struct trouble *trouble)
{
    const struct entry none = { 0 };
    struct changing changing = { tx, type, deed, &none, entry, false, { "", "" }, { "", "" } };
    struct text code;
    enum err err = council_code(tx, deed->arena, deed->council, &code, trouble);

    entry->council = deed->council;
    entry->version = 1;
    entry->state = 0;
    entry->sharing = SHARING_OWN;
    entry->made_at = entry->changed_at = deed->happening->now;
    entry->changed_by = deed->login;
    if (err == OK && entry->number == 0)
        err = next_number(tx, type, deed->council, &entry->number, trouble);
    if (err != OK)
        return err;
    entry->reference = reference_of(deed->arena, code, entry->number);
    err = insert_entry(tx, type, deed, entry, trouble);
    if (err == OK)
        err = add_changes(&changing, trouble);
    return err == OK ? record_change(&changing, trouble) : err;
}

static enum err update_entry(struct tx *tx, const struct register_type *type,
                             const struct register_deed *deed, const struct entry *was,
                             const struct entry *now, struct trouble *trouble)
{
    const int last = FIELD_PARAMETER + (int)type->field_count;
    struct statement *save;
    int64_t changed = 0;
    enum err err = tx_prepare(tx, type->sql.save, &save, trouble);

    if (err != OK)
        return err;
    bind_entry(save, type, deed, now);
    bind_int(save, last, was->version);
    bind_int(save, last + 1, deed->council);
    err = statement_run(save, &changed, trouble);
    return err == OK && changed != 1 ? ERR_CONFLICT : err;
}

static bool is_same(const struct register_type *type, const struct entry *was,
                    const struct entry *now)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (!text_equal(was->field[i], now->field[i]))
            return false;
    return was->state == now->state && was->sharing == now->sharing;
}

/* Whose entry it is takes it back: the partner does not read its files any more. */
static enum err withdraw_files(struct tx *tx, const struct register_type *type,
                               const struct register_deed *deed, const struct entry *entry,
                               struct trouble *trouble)
{
    const struct evidence_deed by = { deed->happening, deed->council, deed->login };
    const struct evidence_subject subject = entry_subject(type, entry);

    return evidence_withdraw(tx, deed->arena, &by, &subject, trouble);
}

/* What somebody changes who does not read all of it keeps the rest. */
static enum err fill_withheld(struct tx *tx, const struct register_type *type,
                              const struct register_deed *deed, struct entry *was,
                              struct entry *now, struct trouble *trouble)
{
    const struct entry_asker program = { .council = deed->council };
    struct entry whole;
    const enum err err = load_whole(tx, deed->arena, type, &program, was->reference, &whole,
                                    trouble);

    for (size_t i = 0; err == OK && i < type->field_count; i++)
        if (entry_withholds(was, i))
            was->field[i] = now->field[i] = whole.field[i];
    return err;
}

/* `was` and `now` are whole. */
static enum err save_whole(struct tx *tx, const struct register_type *type,
                           const struct register_deed *deed, const struct entry *was,
                           struct entry *now, struct trouble *trouble)
{
    struct changing changing = { tx, type, deed, was, now, was->sharing != SHARING_OWN ||
                                 now->sharing != SHARING_OWN, { "", "" }, { "", "" } };

    if (was->sharing != now->sharing) {
        now->shared_at = deed->happening->now;
        now->shared_by = deed->login;
    }
    enum err err = update_entry(tx, type, deed, was, now, trouble);
    now->version = was->version + 1;
    if (err == OK && now->sharing == SHARING_OWN && was->sharing != SHARING_OWN)
        err = withdraw_files(tx, type, deed, now, trouble);
    if (err == OK)
        err = add_changes(&changing, trouble);
    return err == OK ? record_change(&changing, trouble) : err;
}

enum err entry_save(struct tx *tx, const struct register_type *type,
                    const struct register_deed *deed, const struct entry *was,
                    struct entry *now, struct trouble *trouble)
{
    struct entry old = *was, new = *now;
    enum err err = OK;

    if (!entry_is_editable(was, deed->council) ||
        (was->sharing != now->sharing && was->council != deed->council))
        return ERR_MISSING;
    if (was->withheld != 0)
        err = fill_withheld(tx, type, deed, &old, &new, trouble);
    if (err != OK || (is_same(type, &old, &new) && deed->note == NULL))
        return err;
    err = save_whole(tx, type, deed, &old, &new, trouble);
    now->version = new.version;
    now->shared_at = new.shared_at;
    now->shared_by = new.shared_by;
    return err;
}

/* --- what goes with an entry --- */

struct evidence_subject entry_subject(const struct register_type *type, const struct entry *entry)
{
    return (struct evidence_subject){ text_of(type->one), entry->reference, text_of("") };
}

/* A query of what goes with an entry, begun. */
static enum err ask_file(struct tx *tx, const struct query *query,
                         const struct register_type *type, int64_t council,
                         const struct entry *entry, struct statement **out,
                         struct trouble *trouble)
{
    const enum err err = tx_prepare(tx, query, out, trouble);

    if (err != OK)
        return err;
    bind_int(*out, 1, council);
    bind_text(*out, 2, text_of(type->one));
    bind_int(*out, 3, entry->council);
    bind_int(*out, 4, entry->number);
    return OK;
}

static enum err load_changes(struct tx *tx, struct arena *arena, const struct register_type *type,
                             int64_t council, const struct entry *entry, struct entry_file *file,
                             struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = ask_file(tx, &sql_entry_changes, type, council, entry, &list, trouble);

    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        const int place = field_place(type, column_text(list, 1));
        if (place >= 0 && entry_withholds(entry, (size_t)place))
            continue;
        file->change = arena_grow(arena, file->change, file->changes, file->changes + 1,
                                  sizeof *file->change);
        file->change[file->changes++] = (struct entry_change){
            column_int(list, 0), text_keep(arena, column_text(list, 1)),
            text_keep(arena, column_text(list, 2)), text_keep(arena, column_text(list, 3)),
            text_keep(arena, column_text(list, 4)), text_keep(arena, column_text(list, 5)),
            column_moment(list, 6),
        };
    }
    return err;
}

static enum err load_comments(struct tx *tx, struct arena *arena,
                              const struct register_type *type, int64_t council,
                              const struct entry *entry, struct entry_file *file,
                              struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = ask_file(tx, &sql_entry_comments, type, council, entry, &list, trouble);

    while (err == OK && (err = statement_step(list, &row, trouble)) == OK && row) {
        file->comment = arena_grow(arena, file->comment, file->comments, file->comments + 1,
                                   sizeof *file->comment);
        file->comment[file->comments++] = (struct entry_comment){
            text_keep(arena, column_text(list, 0)), text_keep(arena, column_text(list, 1)),
            text_keep(arena, column_text(list, 3)), column_moment(list, 2),
        };
    }
    return err;
}

enum err entry_file_load(struct tx *tx, struct arena *arena, const struct register_type *type,
                         int64_t council, const struct entry *entry, struct entry_file *out,
                         struct trouble *trouble)
{
    *out = (struct entry_file){ 0 };
    const enum err err = load_changes(tx, arena, type, council, entry, out, trouble);
    return err == OK ? load_comments(tx, arena, type, council, entry, out, trouble) : err;
}

enum err entry_comment_add(struct tx *tx, const struct register_type *type,
                           const struct register_deed *deed, const struct entry *entry,
                           struct text words, struct trouble *trouble)
{
    const bool shared = entry->sharing != SHARING_OWN;
    struct statement *add;
    enum err err = tx_prepare(tx, &sql_entry_comment_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 1, deed->council);
    bind_bool(add, 2, shared);
    bind_text(add, 3, text_of(type->one));
    bind_int(add, 4, entry->council);
    bind_int(add, 5, entry->number);
    bind_text(add, 6, words);
    bind_text(add, 7, deed->login);
    bind_moment(add, 8, deed->happening->now);
    err = statement_run(add, NULL, trouble);
    return err == OK ? entry_record(tx, type, deed, entry, words, trouble) : err;
}
