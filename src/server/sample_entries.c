/* server/sample_entries.c -- what stands in the registers of a sample store (sample.h). */
#include <assert.h>
#include <stdlib.h>

#include "cli/action.h"
#include "register/register.h"
#include "server/sample.h"
#include "server/sample_entry.h"
#include "server/server.h"

static const struct sample_entry entries[] = {
    { "risk", 0, "programme", SHARING_JOINT,
      { "title=One council pays more than its share without anybody noticing",
        "description=Costs are apportioned on bases that were agreed years ago.",
        "cause=Pupil numbers and care hours move faster than the bases.", "category=finance",
        "inherent_likelihood=4", "inherent_impact=5", "current_likelihood=2", "current_impact=4",
        "owner_post=Head of Finance", "controls=Both councils compute each period again.",
        "review_due=+30" }, NULL },
    { "risk", 0, "programme", SHARING_OWN,
      { "title=Case files are lost when offices move", "category=safeguarding",
        "description=Paper files of two offices move into one.", "inherent_likelihood=3",
        "inherent_impact=5", "current_likelihood=2", "current_impact=5", "target_likelihood=1",
        "target_impact=5", "owner_post=Chief Social Work Officer", "review_due=+14",
        "service=Social Services", "cost=25000.00" }, NULL },
    { "risk", 1, "programme", SHARING_SHARED,
      { "title=Terms and conditions stay apart for longer than planned", "category=workforce",
        "description=Staff who do the same work side by side are paid differently.",
        "inherent_likelihood=4", "inherent_impact=3", "current_likelihood=3",
        "current_impact=3", "owner_post=Head of HR", "review_due=+45" }, NULL },
    { "action", 0, "programme", SHARING_JOINT,
      { "title=Compare both councils' pupil census with the agreed bases", "risk=CLK-1",
        "source=Joint management team", "owner_post=Head of Education", "due=+21",
        "progress=40", "service=Education" }, NULL },
    { "action", 1, "clerk", SHARING_OWN,
      { "title=Publish the minute of the programme board", "owner_post=Committee Clerk",
        "due=+7", "progress=0" }, NULL },
    { "obligation", 0, "legal", SHARING_SHARED,
      { "title=Safeguard and promote the welfare of children in need",
        "law=Children (Scotland) Act 1995, section 22", "service=Social Services",
        "owner_post=Chief Social Work Officer", "rag=amber",
        "how_met=A duty team for both areas; two posts are vacant.", "next_check=+60" }, NULL },
    { "obligation", 1, "legal", SHARING_OWN,
      { "title=Provide adequate and efficient school education",
        "law=Education (Scotland) Act 1980, section 1", "service=Education",
        "owner_post=Head of Education", "rag=green", "how_met=Schools of the area, inspected.",
        "evidence=Inspection reports of the year", "next_check=+90" }, NULL },
    { "policy", 0, "legal", SHARING_JOINT,
      { "title=Protecting information", "area=information",
        "summary=How personal data of both councils' clients is handled.",
        "owner_post=Head of Legal Services", "review_due=+120" }, NULL },
    { "policy", 1, "legal", SHARING_OWN,
      { "title=Allocation of school places", "area=service",
        "summary=By catchment area, then brothers and sisters, then distance.",
        "owner_post=Head of Education", "review_due=+200", "service=Education" }, NULL },
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

static void set_fields(const struct register_type *type, struct arena *arena, struct db_day today,
                       const char *const value[], struct entry *entry)
{
    for (size_t i = 0; i < SAMPLE_VALUES_MAX && value[i] != NULL; i++) {
        const char *equals = strchr(value[i], '=');
        const struct text name = { value[i], (size_t)(equals - value[i]) };
        const int place = field_place(type, name);

        assert(place >= 0);
        entry->field[place] = value_of(arena, today, equals + 1);
    }
}

/* Who does what in the sample, and for whom. */
struct filling {
    struct tx                  *tx;
    struct arena               *arena;
    const struct happening     *happening;
    const struct councils      *councils;
    const struct register_type *type;
    struct trouble             *trouble;
};

static struct register_deed deed_of(const struct filling *filling, size_t council,
                                    const char *office, const char *event)
{
    const struct council *acting = &filling->councils->council[council];

    return (struct register_deed){
        .happening = filling->happening, .arena = filling->arena, .council = acting->id,
        .login = sample_login(filling->arena, office, acting->code),
        .action = arena_print(filling->arena, "%s.%s", filling->type->one, event),
    };
}

static enum err add(const struct filling *filling, const struct sample_entry *sample,
                    struct entry *entry)
{
    const struct register_type *type = filling->type;
    struct register_deed deed = deed_of(filling, sample->council, sample->office, "make");
    const char *wrong[REGISTER_FIELDS_MAX] = { NULL };
    struct entry now;
    enum err err = tx_scope(filling->tx, deed.council, filling->trouble);

    *entry = (struct entry){ 0 };
    for (size_t i = 0; i < type->field_count; i++)
        entry->field[i] = text_of("");
    set_fields(type, filling->arena, day_of(filling->happening->now), sample->value, entry);
    if (!entry_judge(type, entry, wrong))
        return fail(filling->trouble, ERR_BUG, "the sample's %s '%.*s' is not fit", sample->one,
                    TEXT(entry->field[0]));
    if (err == OK)
        err = entry_add(filling->tx, type, &deed, entry, filling->trouble);
    if (err != OK || sample->sharing == SHARING_OWN)
        return err;
    now = *entry;
    now.sharing = sample->sharing;
    deed.action = arena_print(filling->arena, "%s.share", sample->one);
    err = entry_save(filling->tx, type, &deed, entry, &now, filling->trouble);
    *entry = now;
    return err;
}

/* The fields first, as a form writes them; then the step, as its button takes it. */
static enum err take_turn(const struct filling *filling, const struct sample_turn *sample,
                          struct entry *entry)
{
    const struct register_type *type = filling->type;
    struct register_deed deed = deed_of(filling, sample->council, sample->office, "edit");
    const struct entry_turn turn = { deed.council, filling->councils,
                                     day_of(filling->happening->now) };
    const struct text event = text_of(sample->event);
    struct entry now = *entry;
    enum err err = tx_scope(filling->tx, deed.council, filling->trouble);

    set_fields(type, filling->arena, turn.today, sample->value, &now);
    if (err == OK)
        err = entry_save(filling->tx, type, &deed, entry, &now, filling->trouble);
    if (err != OK)
        return err;
    *entry = now;
    deed = deed_of(filling, sample->council, sample->office, sample->event);
    deed.why = text_of(sample->why != NULL ? sample->why : "The sample has it so.");
    const char *refused = entry_bar(type, entry, sample->event, &turn);
    if (refused == NULL)
        refused = entry_step(type, entry, event, deed.why, &now.state);
    if (refused != NULL)
        return fail(filling->trouble, ERR_BUG, "the sample's %s '%.*s': %s", type->one,
                    TEXT(entry->field[0]), refused);
    if (type->moves != NULL)
        type->moves(filling->arena, &now, sample->event, &turn);
    err = entry_save(filling->tx, type, &deed, entry, &now, filling->trouble);
    *entry = now;
    return err;
}

enum err sample_entries_add(struct tx *tx, struct arena *arena, const struct happening *happening,
                            const struct councils *councils, const struct sample_entry *sample,
                            size_t count, struct trouble *trouble)
{
    enum err err = OK;

    for (size_t i = 0; i < count && err == OK; i++) {
        const struct filling filling = { tx, arena, happening, councils,
                                         register_of(sample[i].one), trouble };
        struct entry entry;
        if (sample[i].council >= councils->count)
            continue;
        assert(filling.type != NULL);
        err = add(&filling, &sample[i], &entry);
        const struct sample_turn *turn = sample[i].turn;
        for (; turn != NULL && turn->event != NULL && err == OK; turn++)
            err = take_turn(&filling, turn, &entry);
    }
    return err;
}

enum err sample_entries_fill(struct tx *tx, struct arena *arena,
                             const struct happening *happening, const struct councils *councils,
                             struct trouble *trouble)
{
    return sample_entries_add(tx, arena, happening, councils, entries, COUNT(entries), trouble);
}
