#include "register/service_list.h"

#include "register/register_sql.h"
#include "register/two_key_desk.h"

bool service_name_is(struct text name)
{
    if (name.size < 1 || name.size > SERVICE_NAME_MOST || !text_is_utf8(name) ||
        name.data[0] == ' ' || name.data[name.size - 1] == ' ')
        return false;
    for (size_t i = 0; i < name.size; i++)
        if ((unsigned char)name.data[i] < 0x20 || name.data[i] == 0x7F)
            return false;
    return true;
}

bool service_is_among(const struct services *services, struct text name)
{
    for (size_t i = 0; i < services->count; i++)
        if (text_equal(services->service[i].name, name))
            return true;
    return false;
}

/* An agreed version of one of them. */
struct agreed {
    struct text subject, partners, payload;
    int64_t     proposal;
    int32_t     effective_days;
};

struct agreed_list {
    struct agreed *agreed;
    size_t         count;
};

static enum err read_agreed(struct tx *tx, struct arena *arena, int64_t council,
                            struct agreed_list *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_two_key_agreed, &list, trouble);

    *out = (struct agreed_list){ NULL, 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    bind_text(list, 2, text_of(SERVICE_KIND));
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->agreed = arena_grow(arena, out->agreed, out->count, out->count + 1,
                                 sizeof *out->agreed);
        out->agreed[out->count++] = (struct agreed){
            text_keep(arena, column_text(list, 0)), text_keep(arena, column_text(list, 1)),
            text_keep(arena, column_text(list, 2)), column_int(list, 3), column_day(list, 4).days,
        };
    }
    return err;
}

static bool is_shared(struct arena *arena, const struct agreed *agreed)
{
    const struct form content = two_key_content(arena, agreed->payload);

    return text_is(form_value(&content, "standing"), SERVICE_SHARED);
}

/* Of the versions of one subject, `count` in the order in which they were agreed: which is in force
 * on the day? As two_key_in_force(). NULL: none. */
static const struct agreed *in_force(const struct agreed *agreed, size_t count, int32_t day)
{
    const struct agreed *found = NULL;

    for (size_t i = 0; i < count; i++)
        if (agreed[i].effective_days <= day)
            found = &agreed[i];
    return found;
}

static void add_subject(struct arena *arena, const struct agreed *agreed, size_t count,
                        struct db_day day, struct services *out)
{
    const struct agreed *now = in_force(agreed, count, day.days);
    const struct agreed *last = in_force(agreed, count, INT32_MAX);
    const bool goes_on = is_shared(arena, last);
    const bool is_now = now != NULL && is_shared(arena, now);

    if (!goes_on && !is_now)
        return;
    const struct agreed *told = is_now ? now : last;
    const struct form content = two_key_content(arena, told->payload);
    out->service = arena_grow(arena, out->service, out->count, out->count + 1,
                              sizeof *out->service);
    out->service[out->count++] = (struct service){
        .name = told->subject, .lead = form_value(&content, "lead"),
        .covers = form_value(&content, "covers"), .proposal = told->proposal,
        .starts = { told->effective_days }, .ends = !goes_on, .ended = { last->effective_days },
    };
}

/* The same words between other councils are another subject; it is listed once. */
enum err services_read(struct tx *tx, struct arena *arena, int64_t council, struct db_day day,
                       struct services *out, struct trouble *trouble)
{
    struct agreed_list all;
    const enum err err = read_agreed(tx, arena, council, &all, trouble);
    size_t begin = 0;

    *out = (struct services){ NULL, 0 };
    for (size_t i = 1; err == OK && i <= all.count; i++) {
        const struct agreed *first = &all.agreed[begin];
        if (i < all.count && text_equal(all.agreed[i].subject, first->subject) &&
            text_equal(all.agreed[i].partners, first->partners))
            continue;
        if (!service_is_among(out, first->subject))
            add_subject(arena, first, i - begin, day, out);
        begin = i;
    }
    return err;
}

enum err services_count(struct tx *tx, int64_t council, size_t *out, struct trouble *trouble)
{
    struct statement *count;
    enum err err = tx_prepare(tx, &sql_two_key_subjects, &count, trouble);

    if (err != OK)
        return err;
    bind_int(count, 1, council);
    bind_text(count, 2, text_of(SERVICE_KIND));
    if ((err = statement_one(count, trouble)) != OK)
        return err;
    *out = (size_t)column_int(count, 0);
    statement_end(count);
    return OK;
}
