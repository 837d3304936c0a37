/* server/sample_entries.c -- what stands in the registers of a sample store (sample.h). */
#include <assert.h>
#include <stdlib.h>

#include "cli/action.h"
#include "register/register.h"
#include "server/sample.h"
#include "server/server.h"

#define VALUES_MAX 14

/* An entry of the council at this place: whose office records it, who sees it, and its fields, each
 * "name=words". A day is "+30": so many days from the day on which the sample is made. */
static const struct sample_entry {
    const char  *one;       /* the register */
    size_t       council;
    const char  *office;
    enum sharing sharing;
    const char  *value[VALUES_MAX];
} entries[] = {
    { "risk", 0, "programme", SHARING_JOINT,
      { "title=One council pays more than its share without anybody noticing",
        "description=Costs are apportioned on bases that were agreed years ago.",
        "cause=Pupil numbers and care hours move faster than the bases.", "category=finance",
        "inherent_likelihood=4", "inherent_impact=5", "current_likelihood=2", "current_impact=4",
        "owner_post=Head of Finance", "controls=Both councils compute each period again.",
        "review_due=+30" } },
    { "risk", 0, "programme", SHARING_OWN,
      { "title=Case files are lost when offices move", "category=safeguarding",
        "description=Paper files of two offices move into one.", "inherent_likelihood=3",
        "inherent_impact=5", "current_likelihood=2", "current_impact=5", "target_likelihood=1",
        "target_impact=5", "owner_post=Chief Social Work Officer", "review_due=+14",
        "service=Social Services", "cost=25000.00" } },
    { "risk", 1, "programme", SHARING_SHARED,
      { "title=Terms and conditions stay apart for longer than planned", "category=workforce",
        "description=Staff who do the same work side by side are paid differently.",
        "inherent_likelihood=4", "inherent_impact=3", "current_likelihood=3",
        "current_impact=3", "owner_post=Head of HR", "review_due=+45" } },
    { "action", 0, "programme", SHARING_JOINT,
      { "title=Compare both councils' pupil census with the agreed bases", "risk=CLK-1",
        "source=Joint management team", "owner_post=Head of Education", "due=+21",
        "progress=40", "service=Education" } },
    { "action", 1, "clerk", SHARING_OWN,
      { "title=Publish the minute of the programme board", "owner_post=Committee Clerk",
        "due=+7", "progress=0" } },
    { "obligation", 0, "legal", SHARING_SHARED,
      { "title=Safeguard and promote the welfare of children in need",
        "law=Children (Scotland) Act 1995, section 22", "service=Social Services",
        "owner_post=Chief Social Work Officer", "rag=amber",
        "how_met=A duty team for both areas; two posts are vacant.", "next_check=+60" } },
    { "obligation", 1, "legal", SHARING_OWN,
      { "title=Provide adequate and efficient school education",
        "law=Education (Scotland) Act 1980, section 1", "service=Education",
        "owner_post=Head of Education", "rag=green", "how_met=Schools of the area, inspected.",
        "evidence=Inspection reports of the year", "next_check=+90" } },
    { "policy", 0, "legal", SHARING_JOINT,
      { "title=Protecting information", "area=information",
        "summary=How personal data of both councils' clients is handled.",
        "owner_post=Head of Legal Services", "review_due=+120" } },
    { "policy", 1, "legal", SHARING_OWN,
      { "title=Allocation of school places", "area=service",
        "summary=By catchment area, then brothers and sisters, then distance.",
        "owner_post=Head of Education", "review_due=+200", "service=Education" } },
};

static const struct register_type *register_of(const char *one)
{
    for (size_t i = 0; site_features[i] != NULL; i++)
        for (const struct action *row = site_features[i]->actions; row->verb != NULL; row++)
            if (row->of != NULL && strcmp(row->of->one, one) == 0)
                return row->of;
    return NULL;
}

static struct text value_of(struct arena *arena, struct db_day today, const char *words)
{
    char day[DB_DAY_TEXT];

    if (words[0] != '+')
        return text_of(words);
    db_day_print((struct db_day){ today.days + (int32_t)strtol(words + 1, NULL, 10) }, day);
    return text_of(arena_copy(arena, day, strlen(day)));
}

static void fill(const struct register_type *type, struct arena *arena, struct db_day today,
                 const struct sample_entry *sample, struct entry *entry)
{
    *entry = (struct entry){ 0 };
    for (size_t i = 0; i < type->field_count; i++)
        entry->field[i] = text_of("");
    for (size_t i = 0; i < VALUES_MAX && sample->value[i] != NULL; i++) {
        const char *equals = strchr(sample->value[i], '=');
        const struct text name = { sample->value[i], (size_t)(equals - sample->value[i]) };
        const int place = field_place(type, name);

        assert(place >= 0);
        entry->field[place] = value_of(arena, today, equals + 1);
    }
}

static enum err add(struct tx *tx, struct arena *arena, const struct happening *happening,
                    const struct council *council, const struct sample_entry *sample,
                    struct trouble *trouble)
{
    const struct register_type *type = register_of(sample->one);
    struct register_deed deed = {
        .happening = happening, .arena = arena, .council = council->id,
        .login = sample_login(arena, sample->office, council->code),
        .action = arena_print(arena, "%s.make", sample->one),
    };
    const char *wrong[REGISTER_FIELDS_MAX] = { NULL };
    struct entry was, now;
    enum err err = tx_scope(tx, council->id, trouble);

    assert(type != NULL);
    fill(type, arena, day_of(happening->now), sample, &was);
    if (!entry_judge(type, &was, wrong))
        return fail(trouble, ERR_BUG, "the sample's %s '%.*s' is not fit", sample->one,
                    TEXT(was.field[0]));
    if (err == OK)
        err = entry_add(tx, type, &deed, &was, trouble);
    if (err != OK || sample->sharing == SHARING_OWN)
        return err;
    now = was;
    now.sharing = sample->sharing;
    deed.action = arena_print(arena, "%s.share", sample->one);
    return entry_save(tx, type, &deed, &was, &now, trouble);
}

enum err sample_entries_fill(struct tx *tx, struct arena *arena,
                             const struct happening *happening, const struct councils *councils,
                             struct trouble *trouble)
{
    enum err err = OK;

    for (size_t i = 0; i < COUNT(entries) && err == OK; i++)
        if (entries[i].council < councils->count)
            err = add(tx, arena, happening, &councils->council[entries[i].council], &entries[i],
                      trouble);
    return err;
}
