#include "register/import_store.h"

#include <assert.h>

#include "register/register_sql.h"
#include "store/council.h"

#define BACK_NAMED_MOST 5       /* entries that a sentence names */

static enum err ask(const struct import_deed *deed, const struct query *query,
                    struct statement **out, struct trouble *trouble)
{
    const enum err err = tx_prepare(deed->tx, query, out, trouble);

    if (err == OK)
        bind_int(*out, 1, deed->actor->acting);
    return err;
}

/* --- reading --- */

static struct import read_import(struct arena *arena, struct statement *row)
{
    static const char *const states[] = { [IMPORT_READ] = "read", [IMPORT_ADDED] = "added",
                                          [IMPORT_BACK] = "back", NULL };
    const int state = word_place(states, column_text(row, 5));

    assert(state >= 0);
    const int64_t changed = column_int(row, 15), added = column_int(row, 12) - changed;
    return (struct import){
        .id = column_int(row, 0), .evidence = text_keep(arena, column_text(row, 1)),
        .name = text_keep(arena, column_text(row, 2)),
        .sheet = text_keep(arena, column_text(row, 3)),
        .heading = (uint64_t)column_int(row, 4), .state = (enum import_state)state,
        .version = column_int(row, 6), .made_by = text_keep(arena, column_text(row, 7)),
        .made_at = column_moment(row, 8), .added_by = text_keep(arena, column_text(row, 9)),
        .added_at = column_moment(row, 10), .first = added > 0 ? column_int(row, 11) : 0,
        .added = added, .changed = changed, .back_by = text_keep(arena, column_text(row, 13)),
        .back_at = column_moment(row, 14),
    };
}

static enum err list(const struct import_deed *deed, int64_t id, struct text evidence,
                     struct imports *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = ask(deed, &sql_import_list, &list, trouble);

    *out = (struct imports){ NULL, 0 };
    if (err != OK)
        return err;
    bind_text(list, 2, text_of(deed->type->one));
    bind_int(list, 3, id);
    bind_text(list, 4, evidence);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->import = arena_grow(deed->arena, out->import, out->count, out->count + 1,
                                 sizeof *out->import);
        out->import[out->count++] = read_import(deed->arena, list);
    }
    return err;
}

enum err imports_load(const struct import_deed *deed, struct imports *out,
                      struct trouble *trouble)
{
    return list(deed, 0, text_of(""), out, trouble);
}

static enum err one(const struct import_deed *deed, int64_t id, struct text evidence,
                    struct import *out, struct trouble *trouble)
{
    struct imports found;
    const enum err err = list(deed, id, evidence, &found, trouble);

    if (err != OK || found.count == 0)
        return err != OK ? err : ERR_MISSING;
    *out = found.import[0];
    return OK;
}

enum err import_load(const struct import_deed *deed, int64_t id, struct import *out,
                     struct trouble *trouble)
{
    return one(deed, id, text_of(""), out, trouble);
}

enum err import_of_file(const struct import_deed *deed, struct text evidence, struct import *out,
                        struct trouble *trouble)
{
    return one(deed, 0, evidence, out, trouble);
}

/* --- columns --- */

static struct text field_word(const struct import_plan *plan, int field)
{
    return text_of(field == IMPORT_UNUSED ? "" : field == IMPORT_NUMBER
                                                 ? "#" : plan->type->fields[field].name);
}

static int word_field(const struct register_type *type, struct text word)
{
    const int field = field_place(type, word);

    return text_is(word, "#") ? IMPORT_NUMBER : import_takes(type, field) ? field : IMPORT_UNUSED;
}

static enum err keep_columns(const struct import_deed *deed, int64_t import,
                             const struct import_plan *plan, struct trouble *trouble)
{
    struct statement *statement;
    enum err err = ask(deed, &sql_import_columns_drop, &statement, trouble);

    if (err != OK)
        return err;
    bind_int(statement, 2, import);
    err = statement_run(statement, NULL, trouble);
    for (size_t i = 0; i < plan->columns && err == OK; i++) {
        if ((err = ask(deed, &sql_import_column_add, &statement, trouble)) != OK)
            return err;
        bind_int(statement, 2, import);
        bind_int(statement, 3, (int64_t)i + 1);
        bind_text(statement, 4, plan->column[i].heading);
        bind_text(statement, 5, field_word(plan, plan->column[i].field));
        err = statement_run(statement, NULL, trouble);
    }
    return err;
}

static enum err ask_columns(const struct import_deed *deed, int64_t id, struct statement **out,
                            struct trouble *trouble)
{
    const enum err err = ask(deed, &sql_import_columns, out, trouble);

    if (err == OK)
        bind_int(*out, 2, id);
    return err;
}

enum err import_columns_load(const struct import_deed *deed, int64_t id, struct import_plan *plan,
                             struct trouble *trouble)
{
    struct statement *columns;
    bool row = false;
    enum err err = ask_columns(deed, id, &columns, trouble);

    if (err != OK)
        return err;
    while ((err = statement_step(columns, &row, trouble)) == OK && row) {
        const int64_t place = column_int(columns, 0);
        if (place <= (int64_t)plan->columns)
            plan->column[place - 1].field = word_field(deed->type, column_text(columns, 2));
    }
    return err;
}

/* Of the column with this heading, unless another has the field already. */
static void take_again(struct import_plan *plan, struct text heading, int field)
{
    for (size_t i = 0; i < plan->columns; i++)
        if (text_equal(plan->column[i].heading, heading)) {
            const int other = field == IMPORT_UNUSED ? -1 : import_column_of(plan, field);
            if (other >= 0)
                plan->column[other].field = IMPORT_UNUSED;
            plan->column[i].field = field;
            return;
        }
}

static enum err last_added(const struct import_deed *deed, int64_t *id, struct trouble *trouble)
{
    struct statement *last;
    bool row = false;
    enum err err = ask(deed, &sql_import_last, &last, trouble);

    if (err != OK)
        return err;
    bind_text(last, 2, text_of(deed->type->one));
    if ((err = statement_step(last, &row, trouble)) != OK || !row)
        return err != OK ? err : ERR_MISSING;
    *id = column_int(last, 0);
    statement_end(last);
    return OK;
}

enum err import_columns_again(const struct import_deed *deed, struct import_plan *plan, bool *any,
                              struct trouble *trouble)
{
    struct statement *columns;
    int64_t id = 0;
    bool row = false;
    enum err err = last_added(deed, &id, trouble);

    *any = err == OK;
    if (err != OK)
        return err == ERR_MISSING ? OK : err;
    if ((err = ask_columns(deed, id, &columns, trouble)) != OK)
        return err;
    while ((err = statement_step(columns, &row, trouble)) == OK && row)
        take_again(plan, text_keep(deed->arena, column_text(columns, 1)),
                   word_field(deed->type, column_text(columns, 2)));
    return err;
}

/* --- its life --- */

enum err import_make(const struct import_deed *deed, const struct import_plan *plan,
                     struct import *import, struct trouble *trouble)
{
    struct statement *add;
    enum err err = ask(deed, &sql_import_add, &add, trouble);

    if (err != OK)
        return err;
    import->state = IMPORT_READ;
    import->version = 1;
    import->made_by = text_of(deed->actor->login);
    import->made_at = deed->happening->now;
    bind_text(add, 2, text_of(deed->type->one));
    bind_text(add, 3, import->evidence);
    bind_text(add, 4, import->name);
    bind_text(add, 5, import->sheet);
    bind_int(add, 6, (int64_t)import->heading);
    bind_text(add, 7, import->made_by);
    bind_moment(add, 8, import->made_at);
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    import->id = column_int(add, 0);
    statement_end(add);
    return keep_columns(deed, import->id, plan, trouble);
}

/* One row, or somebody was faster. */
static enum err changed_one(struct statement *statement, struct import *import,
                            struct trouble *trouble)
{
    int64_t changed = 0;
    const enum err err = statement_run(statement, &changed, trouble);

    if (err == OK && changed == 1)
        import->version++;
    return err == OK && changed != 1 ? ERR_CONFLICT : err;
}

static enum err ask_change(const struct import_deed *deed, const struct query *query,
                           const struct import *import, struct statement **out,
                           struct trouble *trouble)
{
    const enum err err = ask(deed, query, out, trouble);

    if (err != OK)
        return err;
    bind_int(*out, 2, import->id);
    bind_int(*out, 3, import->version);
    return OK;
}

enum err import_remap(const struct import_deed *deed, const struct import_plan *plan,
                      struct import *import, struct trouble *trouble)
{
    struct statement *change;
    enum err err = ask_change(deed, &sql_import_remap, import, &change, trouble);

    if (err != OK)
        return err;
    bind_text(change, 4, import->sheet);
    bind_int(change, 5, (int64_t)import->heading);
    err = changed_one(change, import, trouble);
    return err == OK ? keep_columns(deed, import->id, plan, trouble) : err;
}

static enum err tell(const struct import_deed *deed, const struct import *import,
                     const char *action, struct trouble *trouble)
{
    const struct identity_event event = {
        text_of(deed->actor->login), deed->actor->acting, action, "register_import", import->id,
        text_of(arena_print(deed->arena, "%s: %lld entries from %lld on, %lld changed, of the "
                            "file %.*s", deed->type->many, (long long)import->added,
                            (long long)import->first, (long long)import->changed,
                            TEXT(import->evidence))),
    };

    return identity_record(deed->tx, deed->happening, &event, trouble);
}

static struct register_deed entry_deed(const struct import_deed *deed, const char *event,
                                       struct text why)
{
    return (struct register_deed){
        .happening = deed->happening, .arena = deed->arena, .council = deed->actor->acting,
        .login = text_of(deed->actor->login),
        .action = arena_print(deed->arena, "%s.%s", deed->type->one, event), .why = why,
    };
}

static enum err mark_added(const struct import_deed *deed, struct import *import,
                           struct trouble *trouble)
{
    struct statement *change;
    enum err err = ask_change(deed, &sql_import_added, import, &change, trouble);

    if (err != OK)
        return err;
    import->state = IMPORT_ADDED;
    import->added_by = text_of(deed->actor->login);
    import->added_at = deed->happening->now;
    bind_text(change, 4, import->added_by);
    bind_moment(change, 5, import->added_at);
    bind_int(change, 6, import->added > 0 ? import->first : 1);
    bind_int(change, 7, import->added + import->changed);
    bind_int(change, 8, import->changed);
    return changed_one(change, import, trouble);
}

static enum err link_file(const struct import_deed *deed, const struct import *import,
                          struct trouble *trouble)
{
    const struct evidence_deed by = { deed->happening, deed->actor->acting,
                                      text_of(deed->actor->login) };
    const struct evidence_subject subject = {
        text_of(arena_print(deed->arena, "%s_import", deed->type->one)),
        text_of(arena_print(deed->arena, "%lld", (long long)import->id)), text_of(""),
    };

    return evidence_link(deed->tx, deed->arena, &by, import->evidence, &subject, trouble);
}

static enum err add_change(const struct import_deed *deed, const struct import *import,
                           const struct entry *entry, struct trouble *trouble)
{
    struct statement *add;
    enum err err = ask(deed, &sql_import_change_add, &add, trouble);

    if (err != OK)
        return err;
    bind_int(add, 2, import->id);
    bind_int(add, 3, entry->council);
    bind_int(add, 4, entry->number);
    bind_int(add, 5, entry->version);
    return statement_run(add, NULL, trouble);
}

static enum err enter_line(const struct import_deed *deed, const struct import_plan *plan,
                           const struct import_line *line, struct import *import,
                           struct trouble *trouble)
{
    const char *place = import_place(deed->arena, plan->table, line->row->number);
    const struct register_deed by = entry_deed(deed, "import", text_of(
        arena_print(deed->arena, "From the file %.*s, %s", TEXT(import->name), place)));
    struct entry entry = line->entry;
    enum err err;

    if (line->was == NULL) {
        entry.number = import->added == 0 ? 0 : import->first + import->added;
        err = entry_add(deed->tx, deed->type, &by, &entry, trouble);
        import->first = import->added++ == 0 ? entry.number : import->first;
        return err;
    }
    if (!line->differs)
        return OK;
    err = entry_save(deed->tx, deed->type, &by, line->was, &entry, trouble);
    import->changed++;
    return err != OK ? err : add_change(deed, import, &entry, trouble);
}

enum err import_enter(const struct import_deed *deed, const struct import_plan *plan,
                      struct import *import, struct trouble *trouble)
{
    enum err err = OK;

    assert(plan->bad == 0 && plan->added + plan->changed > 0);
    import->first = import->added = import->changed = 0;
    for (size_t i = 0; i < plan->lines && err == OK; i++)
        err = enter_line(deed, plan, &plan->line[i], import, trouble);
    if (err == OK)
        err = mark_added(deed, import, trouble);
    if (err == OK)
        err = link_file(deed, import, trouble);
    return err == OK ? tell(deed, import, "import.add", trouble) : err;
}

enum err import_changes_load(const struct import_deed *deed, int64_t id,
                             struct import_changes *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = ask(deed, &sql_import_changes, &list, trouble);

    *out = (struct import_changes){ NULL, 0 };
    if (err != OK)
        return err;
    bind_int(list, 2, id);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->change = arena_grow(deed->arena, out->change, out->count, out->count + 1,
                                 sizeof *out->change);
        out->change[out->count++] = (struct import_change){
            .council = column_int(list, 0),
            .reference = text_of(arena_print(deed->arena, "%.*s-%lld", TEXT(column_text(list, 1)),
                                             (long long)column_int(list, 2))),
            .version = column_int(list, 3),
        };
    }
    return err;
}

/* --- taking back --- */

const struct register_step *import_back_step(const struct register_type *type)
{
    const struct register_step *best = NULL;
    int last = 0;

    for (const struct register_step *step = type->steps; step->from != NULL; step++) {
        const int place = word_place(type->states, text_of(step->to));
        if (strcmp(step->from, type->states[0]) == 0 && place > last) {
            best = step;
            last = place;
        }
    }
    return best;
}

static enum err council_code(const struct import_deed *deed, struct text *code,
                             struct trouble *trouble)
{
    struct councils councils = { 0 };
    const enum err err = councils_read(deed->tx, deed->arena, &councils, trouble);

    for (size_t i = 0; err == OK && i < councils.count; i++)
        if (councils.council[i].id == deed->actor->acting)
            *code = councils.council[i].code;
    return err;
}

/* All of an import that is taken back, and what is in the way of it. */
struct taking_back {
    const struct import_deed *deed;
    struct text               why;
    bool                      now;      /* else it is only looked at */
    size_t                    count;    /* entries that cannot be taken back */
    const char               *named;    /* a few of them */
};

/* Fields as they were before the change that made this version. */
static enum err restore(const struct taking_back *back, const struct entry *was, int64_t version,
                        struct entry *then, struct trouble *trouble)
{
    const struct import_deed *deed = back->deed;
    struct entry_file file;
    const enum err err = entry_file_load(deed->tx, deed->arena, deed->type, deed->actor->acting,
                                         was, &file, trouble);

    for (size_t i = 0; err == OK && i < file.changes; i++) {
        const int place = field_place(deed->type, file.change[i].field);
        if (file.change[i].version == version && place >= 0)
            then->field[place] = file.change[i].before;
    }
    return err;
}

/* One entry: is there something in the way, or is it taken back? `version`: that the import made
 * of it; 1: it is new. */
static enum err look_back(struct taking_back *back, struct text reference, int64_t version,
                          struct trouble *trouble)
{
    const struct import_deed *deed = back->deed;
    const struct register_step *step = version == 1 ? import_back_step(deed->type) : NULL;
    const struct entry_asker asker = { deed->actor->acting, deed->actor, deed->type->may_edit };
    const struct register_deed by = entry_deed(deed, step == NULL ? "restore" : step->event,
                                               back->why);
    const char *refused = NULL;
    struct entry was, then;
    enum err err = entry_load(deed->tx, deed->arena, deed->type, &asker, reference, &was, trouble);

    if (err == ERR_MISSING)
        refused = "it is not shared any more.";
    else if (err != OK)
        return err;
    else if (was.version > version)
        refused = "it was changed since.";
    else if (!entry_is_editable(&was, deed->actor->acting))
        refused = "it is not joint any more.";
    then = was;
    if (refused == NULL && step != NULL)
        refused = entry_step(deed->type, &was, text_of(step->event), back->why, &then.state);
    if (refused != NULL && back->count++ < BACK_NAMED_MOST)
        back->named = arena_print(deed->arena, "%s %.*s: %s", back->named, TEXT(reference),
                                  refused);
    if (refused != NULL || !back->now)
        return OK;
    if (version > 1 && (err = restore(back, &was, version, &then, trouble)) != OK)
        return err;
    return entry_save(deed->tx, deed->type, &by, &was, &then, trouble);
}

static enum err look_at_all(struct taking_back *back, const struct import *import, bool now,
                            const char **refused, struct trouble *trouble)
{
    const struct import_deed *deed = back->deed;
    struct import_changes changes;
    struct text code = { NULL, 0 };
    enum err err = council_code(deed, &code, trouble);

    back->now = now;
    for (int64_t i = 0; i < import->added && err == OK; i++)
        err = look_back(back, text_of(arena_print(deed->arena, "%.*s-%lld", TEXT(code),
                                                  (long long)(import->first + i))), 1, trouble);
    if (err == OK)
        err = import_changes_load(deed, import->id, &changes, trouble);
    for (size_t i = 0; err == OK && i < changes.count; i++)
        err = look_back(back, changes.change[i].reference, changes.change[i].version, trouble);
    if (err == OK && back->count > 0)
        *refused = arena_print(deed->arena, "Nothing was taken back, for %zu of the entries.%s%s",
                               back->count, back->named,
                               back->count > BACK_NAMED_MOST ? " And others." : "");
    return err;
}

static enum err mark_back(const struct import_deed *deed, struct import *import,
                          struct trouble *trouble)
{
    struct statement *change;
    enum err err = ask_change(deed, &sql_import_back, import, &change, trouble);

    if (err != OK)
        return err;
    import->state = IMPORT_BACK;
    import->back_by = text_of(deed->actor->login);
    import->back_at = deed->happening->now;
    bind_text(change, 4, import->back_by);
    bind_moment(change, 5, import->back_at);
    err = changed_one(change, import, trouble);
    return err == OK ? tell(deed, import, "import.back", trouble) : err;
}

enum err import_take_back(const struct import_deed *deed, struct import *import, struct text why,
                          const char **refused, struct trouble *trouble)
{
    struct taking_back back = { .deed = deed, .why = why, .named = "" };
    enum err err = OK;

    *refused = import->added > 0 && import_back_step(deed->type) == NULL
                   ? "This register has no state for an entry that is not to be." : NULL;
    if (*refused == NULL)
        err = look_at_all(&back, import, false, refused, trouble);
    if (err == OK && *refused == NULL)
        err = look_at_all(&back, import, true, refused, trouble);
    return err == OK && *refused == NULL ? mark_back(deed, import, trouble) : err;
}
