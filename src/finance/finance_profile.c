#include "finance/finance_profile.h"

#include "extract/profile.h"
#include "finance/finance_sql.h"

enum err extract_profile_judge(struct arena *arena, struct text words, struct text council,
                               struct trouble *trouble)
{
    struct profile profile;
    enum err err = OK;

    if (words.size == 0 || words.size > EXTRACT_PROFILE_BYTES_MOST)
        return fail(trouble, ERR_USAGE, "A profile has 1 to %d bytes.",
                    EXTRACT_PROFILE_BYTES_MOST);
    err = profile_parse(words, "profile", arena, &profile, trouble);
    if (err == OK)
        err = profile_suits(&profile, FORM_LEDGER, "profile", trouble);
    if (err != OK)
        return err;
    const struct field_origin *partner = &profile.field[TARGET_PARTNER];
    if (partner->origin != ORIGIN_FIXED || !text_equal(partner->fixed, council))
        return fail(trouble, ERR_USAGE, "profile: the partner must be your council's code: "
                    "partner = fixed %.*s", TEXT(council));
    return OK;
}

static struct extract_profile of_row(struct statement *row, struct arena *arena)
{
    return (struct extract_profile){
        .id = column_int(row, 0), .system = text_keep(arena, column_text(row, 1)),
        .version = column_int(row, 2), .guessed = column_bool(row, 3),
        .made_at = column_moment(row, 4), .made_by = text_keep(arena, column_text(row, 5)),
    };
}

enum err extract_profiles_load(struct tx *tx, struct arena *arena, int64_t council,
                               struct extract_profiles *out, struct trouble *trouble)
{
    struct statement *list;
    bool row = false;
    enum err err = tx_prepare(tx, &sql_extract_profile_list, &list, trouble);

    *out = (struct extract_profiles){ .count = 0 };
    if (err != OK)
        return err;
    bind_int(list, 1, council);
    while ((err = statement_step(list, &row, trouble)) == OK && row) {
        out->profile = arena_grow(arena, out->profile, out->count, out->count + 1,
                                  sizeof *out->profile);
        out->profile[out->count++] = of_row(list, arena);
    }
    return err;
}

enum err extract_profile_load(struct tx *tx, struct arena *arena, int64_t council, int64_t id,
                              struct extract_profile *out, struct trouble *trouble)
{
    struct statement *read;
    enum err err = tx_prepare(tx, &sql_extract_profile_read, &read, trouble);

    if (err != OK)
        return err;
    bind_int(read, 1, council);
    bind_int(read, 2, id);
    if ((err = statement_one(read, trouble)) != OK)
        return err;
    *out = of_row(read, arena);
    out->words = text_keep(arena, column_text(read, 6));
    statement_end(read);
    return OK;
}

/* Is it the newest version of its system, word for word? Then that one is meant. */
static enum err find_same(struct tx *tx, struct arena *arena, int64_t council,
                          struct extract_profile *profile, bool *same, struct trouble *trouble)
{
    struct extract_profiles all;
    struct extract_profile newest = { .id = 0 };
    enum err err = extract_profiles_load(tx, arena, council, &all, trouble);

    for (size_t i = 0; i < all.count && err == OK && newest.id == 0; i++)
        if (text_equal(all.profile[i].system, profile->system))
            err = extract_profile_load(tx, arena, council, all.profile[i].id, &newest, trouble);
    *same = err == OK && newest.id > 0 && text_equal(newest.words, profile->words);
    if (*same)
        profile->id = newest.id;
    return err;
}

enum err extract_profile_add(struct tx *tx, struct arena *arena,
                             const struct happening *happening, const struct actor *actor,
                             struct extract_profile *profile, struct trouble *trouble)
{
    struct statement *add;
    bool same = false;
    enum err err = find_same(tx, arena, actor->acting, profile, &same, trouble);

    if (err == OK && same)
        return OK;
    if (err == OK)
        err = tx_prepare(tx, &sql_extract_profile_add, &add, trouble);
    if (err != OK)
        return err;
    bind_int(add, 1, actor->acting);
    bind_text(add, 2, profile->system);
    bind_text(add, 3, profile->words);
    bind_bool(add, 4, profile->guessed);
    bind_moment(add, 5, happening->now);
    bind_text(add, 6, text_of(actor->login));
    if ((err = statement_one(add, trouble)) != OK)
        return err;
    profile->id = column_int(add, 0);
    statement_end(add);
    const struct identity_event event = { text_of(actor->login), actor->acting, "money.profile",
                                          "extract_profile", profile->id, profile->system };
    return identity_record(tx, happening, &event, trouble);
}
