#include "governance/governance_risk_call.h"

#include "governance/governance_risk.h"

/* --- fields of forms as fields of calls --- */

static enum api_type type_of(enum field_kind kind)
{
    switch (kind) {
    case FIELD_TEXT: return API_TEXT;
    case FIELD_CHOICE: return API_CHOICE;
    case FIELD_SCALE: return API_NUMBER;
    case FIELD_DAY: return API_DAY;
    case FIELD_FLAG: return API_FLAG;
    default: return API_LINE;
    }
}

static struct api_field of_form(struct arena *arena, const struct field_form *form)
{
    const bool scale = form->kind == FIELD_SCALE;

    return (struct api_field){
        .name = form->name, .type = type_of(form->kind), .required = form->required,
        .help = form->hint == NULL ? form->label
                                   : arena_print(arena, "%s. %s", form->label, form->hint),
        .choices = form->choices, .least = scale ? 1 : 0,
        .most = scale ? 5 : (int64_t)form->most,
    };
}

/* --- what is taken --- */

static const struct api_field why = {
    .name = "why", .type = API_TEXT, .most = (int64_t)RISK_WHY_MOST,
    .help = "The reason, for the risk's history",
};

static void fill_risk(struct arena *, struct api_call *);

static void fill_make(struct arena *arena, const struct action *action, struct api_call *call)
{
    struct api_field *takes = arena_take(arena, RISK_FIELDS + 2, sizeof *takes);

    (void)action;
    for (enum risk_field field = 0; field < RISK_FIELDS; field++)
        takes[field] = of_form(arena, &risk_fields[field]);
    takes[RISK_FIELDS] = why;
    call->takes = takes;
    fill_risk(arena, call);
}

static const char *const *column_names(struct arena *arena)
{
    const char **names = arena_take(arena, RISK_COLUMNS + 1, sizeof *names);

    for (enum risk_column column = 0; column < RISK_COLUMNS; column++)
        names[column] = risk_columns[column].name;
    return names;
}

static void fill_list(struct arena *arena, const struct action *action, struct api_call *call)
{
    static const char *const yes[] = { "yes", NULL };
    const struct api_field asked[] = {
        { .name = "q", .type = API_LINE, .help = "Words in number, title or description" },
        { .name = "state", .type = API_CHOICE, .choices = risk_states, .help = "Only these" },
        { .name = "rating", .type = API_CHOICE, .choices = risk_bands, .help = "Only these" },
        { .name = "category", .type = API_CHOICE, .choices = risk_categories,
          .help = "Only these" },
        { .name = "owner_post", .type = API_LINE, .help = "Only those of this post" },
        { .name = "sort", .type = API_CHOICE, .choices = column_names(arena),
          .help = "By which column" },
        { .name = "down", .type = API_CHOICE, .choices = yes, .help = "The last ones first" },
        { .name = "after", .type = API_LINE, .help = "Go on behind this risk, as Link does" },
        { 0 },
    };

    (void)action;
    call->takes = api_fields_keep(arena, asked, COUNT(asked));
    fill_risk(arena, call);
}

/* --- what is given --- */

static const struct api_field before[] = {
    { .name = "risk", .type = API_LINE, .required = true,
      .help = "Its number in its council's register: CLK-12" },
    { .name = "version", .type = API_NUMBER, .required = true, .least = 1,
      .help = "How often it was changed; the ETag says it, too" },
    { .name = "state", .type = API_CHOICE, .required = true, .choices = risk_states,
      .help = "Where it is in its life" },
    { .name = "sharing", .type = API_CHOICE, .required = true, .choices = risk_sharings,
      .help = "Who sees it: its council, the partner too, and changes it" },
};

static const char *const appetites[] = { "within", "above", NULL };

static const struct api_field behind[] = {
    { .name = "inherent_score", .type = API_NUMBER, .required = true, .least = 1, .most = 25,
      .help = "Likelihood times impact without any control" },
    { .name = "current_score", .type = API_NUMBER, .required = true, .least = 1, .most = 25,
      .help = "The same with the controls in place" },
    { .name = "target_score", .type = API_NUMBER, .least = 1, .most = 25,
      .help = "The same with what is planned" },
    { .name = "rating", .type = API_CHOICE, .required = true, .choices = risk_bands,
      .help = "Of the current score, by the matrix" },
    { .name = "appetite", .type = API_CHOICE, .required = true, .choices = appetites,
      .help = "Is the rating within what the councils bear in this category?" },
    { .name = "changed_at", .type = API_MOMENT, .required = true,
      .help = "When it was last changed" },
    { .name = "changed_by", .type = API_LINE, .required = true, .help = "By whom" },
    { 0 },
};

/* As risk_json() writes it. */
static void fill_risk(struct arena *arena, struct api_call *call)
{
    struct api_field *gives = arena_take(arena, COUNT(before) + RISK_FIELDS + COUNT(behind),
                                         sizeof *gives);
    size_t count = 0;

    for (size_t i = 0; i < COUNT(before); i++)
        gives[count++] = before[i];
    for (enum risk_field field = 0; field < RISK_FIELDS; field++) {
        gives[count] = of_form(arena, &risk_fields[field]);
        /* A flag is always one or the other. */
        gives[count].required |= gives[count].type == API_FLAG;
        count++;
    }
    for (size_t i = 0; i < COUNT(behind); i++)
        gives[count++] = behind[i];
    call->gives = gives;
}

static void fill_show(struct arena *arena, const struct action *action, struct api_call *call)
{
    (void)action;
    fill_risk(arena, call);
}

const struct api_call risk_list_call = { .answer = API_LIST, .fill = fill_list };
const struct api_call risk_show_call = { .answer = API_OBJECT, .versioned = true,
                                         .fill = fill_show };
const struct api_call risk_make_call = { .answer = API_OBJECT, .status = 201, .versioned = true,
                                         .fill = fill_make };
const struct api_call risk_change_call = { .answer = API_OBJECT, .versioned = true,
                                           .fill = fill_make };
