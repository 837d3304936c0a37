#include "register/register_call.h"

#include "register/register_view.h"

static enum api_type type_of(enum field_kind kind)
{
    switch (kind) {
    case FIELD_TEXT: return API_TEXT;
    case FIELD_CHOICE: return API_CHOICE;
    case FIELD_SCALE:
    case FIELD_NUMBER: return API_NUMBER;
    case FIELD_DAY: return API_DAY;
    case FIELD_FLAG: return API_FLAG;
    case FIELD_LINE:
    case FIELD_MONEY:
    case FIELD_LOGIN:
    case FIELD_SERVICE:
    case FIELD_COUNCIL:
    case FIELD_ENTRY: break;
    }
    return API_LINE;
}

/* Who is not given it. */
static const char *withheld_words(const struct field_form *form)
{
    if (form->own && form->read_by != MAY_NOTHING)
        return ". Absent for the other council, and for whoever has no right to read it";
    if (form->own)
        return ". Absent for the other council";
    return form->read_by != MAY_NOTHING ? ". Absent for whoever has no right to read it" : "";
}

static const char *help_of(struct arena *arena, const struct field_form *form)
{
    return arena_print(arena, "%s%s%s%s%s", form->label, form->hint == NULL ? "" : ". ",
                       form->hint == NULL ? "" : form->hint, withheld_words(form),
                       form->changed_by == MAY_NOTHING ? ""
                           : ". Taken from who has a right of its own to write it");
}

static struct api_field of_form(struct arena *arena, const struct field_form *form)
{
    const bool scale = form->kind == FIELD_SCALE, money = form->kind == FIELD_MONEY;

    return (struct api_field){
        .name = form->name, .type = type_of(form->kind), .required = form->required,
        .help = help_of(arena, form),
        .withheld = form->own || form->read_by != MAY_NOTHING,
        .choices = form->choices, .least = scale ? 1 : money ? 0 : form->least,
        .most = scale ? 5 : money ? 0 : form->most,
        .example = form->example != NULL ? form->example
                   : money && form->required ? "1234.56" : NULL,
    };
}

/* --- what is given --- */

static const struct api_field behind[] = {
    { .name = "changed_at", .type = API_MOMENT, .required = true,
      .help = "When it was last changed" },
    { .name = "changed_by", .type = API_LINE, .required = true, .help = "By whom" },
    { 0 },
};

static size_t figures_of(const struct register_type *type)
{
    size_t count = 0;

    while (type->figures != NULL && type->figures[count].name != NULL)
        count++;
    return count;
}

static struct api_field of_figure(const struct figure *figure)
{
    const bool choice = figure->choices != NULL;

    return (struct api_field){ .name = figure->name, .type = choice ? API_CHOICE : API_NUMBER,
                               .required = choice, .choices = figure->choices,
                               .help = figure->label };
}

static void set_brief(const struct register_type *type, struct api_field *field)
{
    field->brief = word_place(type->brief, text_of(field->name)) >= 0;
}

/* As entry_json() writes it. */
static void fill_show(struct arena *arena, const struct action *action, struct api_call *call)
{
    const struct register_type *type = action->of;
    const struct api_field before[] = {
        { .name = type->one, .type = API_LINE, .required = true, .brief = true,
          .help = "Its number in its council's register: CLK-12" },
        { .name = "version", .type = API_NUMBER, .required = true, .least = 1,
          .help = "How often it was changed; the ETag says it, too" },
        { .name = "state", .type = API_CHOICE, .required = true, .brief = true,
          .choices = type->states, .help = "Where it is in its life" },
        { .name = "sharing", .type = API_CHOICE, .required = true, .choices = sharing_words,
          .help = "Who sees it: its council, the partner too, and changes it" },
    };
    const size_t figures = figures_of(type);
    struct api_field *gives = arena_take(arena, COUNT(before) + type->field_count + figures +
                                         COUNT(behind), sizeof *gives);
    size_t count = 0;

    for (size_t i = 0; i < COUNT(before); i++)
        gives[count++] = before[i];
    for (size_t i = 0; i < type->field_count; i++) {
        gives[count] = of_form(arena, &type->fields[i]);
        /* A flag is always one or the other. */
        gives[count].required |= gives[count].type == API_FLAG;
        set_brief(type, &gives[count++]);
    }
    for (size_t i = 0; i < figures; i++) {
        gives[count] = of_figure(&type->figures[i]);
        set_brief(type, &gives[count++]);
    }
    for (size_t i = 0; i < COUNT(behind); i++)
        gives[count++] = behind[i];
    call->gives = gives;
}

/* --- what is taken --- */

static void fill_make(struct arena *arena, const struct action *action, struct api_call *call)
{
    static const struct api_field why = {
        .name = "why", .type = API_TEXT, .most = (int64_t)REGISTER_WHY_MOST,
        .help = "The reason, for its history",
    };
    const struct register_type *type = action->of;
    struct api_field *takes = arena_take(arena, type->field_count + 2, sizeof *takes);

    size_t count = 0;

    for (size_t i = 0; i < type->field_count; i++)
        if (!type->fields[i].fixed)
            takes[count++] = of_form(arena, &type->fields[i]);
    takes[count] = why;
    call->takes = takes;
    fill_show(arena, action, call);
}

static const char *const *event_names(struct arena *arena, const struct register_type *type)
{
    const char **names = NULL;
    size_t count = 0;

    for (const struct register_step *step = type->steps; step->from != NULL; step++) {
        size_t at = 0;
        while (at < count && strcmp(names[at], step->event) != 0)
            at++;
        if (at < count)
            continue;
        names = arena_grow(arena, names, count, count + 2, sizeof *names);
        names[count++] = step->event;
    }
    return names;
}

static void fill_state(struct arena *arena, const struct action *action, struct api_call *call)
{
    const struct api_field takes[] = {
        { .name = "event", .type = API_CHOICE, .required = true,
          .choices = event_names(arena, action->of),
          .help = "What happens to it; which of these it can be depends on its state" },
        { .name = "why", .type = API_TEXT, .required = true, .most = (int64_t)REGISTER_WHY_MOST,
          .help = "The reason, for its history" },
        { 0 },
    };

    call->takes = api_fields_keep(arena, takes, COUNT(takes));
    fill_show(arena, action, call);
}

static void fill_share(struct arena *arena, const struct action *action, struct api_call *call)
{
    static const struct api_field takes[] = {
        { .name = "sharing", .type = API_CHOICE, .required = true, .choices = sharing_words,
          .help = "Who sees it from now on" },
        { .name = "why", .type = API_TEXT, .most = (int64_t)REGISTER_WHY_MOST,
          .help = "The reason, for its history" },
        { 0 },
    };

    call->takes = takes;
    fill_show(arena, action, call);
}

static const char *const *column_names(struct arena *arena, const struct register_type *type)
{
    struct register_column column[REGISTER_COLUMNS_MAX];
    const size_t count = register_columns(type, column);
    const char **names = arena_take(arena, count + 1, sizeof *names);

    for (size_t i = 0; i < count; i++)
        names[i] = column[i].name;
    return names;
}

/* A page of a list goes on behind an entry; a file holds all of it. */
static void fill_asked(struct arena *arena, const struct action *action, bool pages,
                       struct api_call *call)
{
    static const char *const yes[] = { "yes", NULL };
    const struct register_type *type = action->of;
    const struct api_field behind_filters[] = {
        { .name = "sort", .type = API_CHOICE, .choices = column_names(arena, type),
          .help = "By which column" },
        { .name = "down", .type = API_CHOICE, .choices = yes, .help = "The last ones first" },
        { .name = "after", .type = API_LINE, .cursor = true,
          .help = "Go on behind this one, as Link does" },
        { 0 },
    };
    struct api_field asked[REGISTER_FILTERS_MAX + 1 + COUNT(behind_filters)];
    struct register_filter filter;
    size_t count = 0;

    register_filter_any(type, &filter);
    asked[count++] = (struct api_field){ .name = "q", .type = API_LINE,
                                         .help = "Words in the number or any text" };
    for (size_t i = 0; i < filter.count; i++)
        asked[count++] = (struct api_field){
            .name = filter.by[i].name, .choices = filter.by[i].choices,
            .type = filter.by[i].choices != NULL ? API_CHOICE : API_LINE,
            .help = arena_print(arena, "Only these: %s", filter.by[i].label),
        };
    for (size_t i = 0; i < COUNT(behind_filters); i++)
        if (pages || !behind_filters[i].cursor)
            asked[count++] = behind_filters[i];
    call->takes = api_fields_keep(arena, asked, count);
}

static void fill_list(struct arena *arena, const struct action *action, struct api_call *call)
{
    fill_asked(arena, action, true, call);
    fill_show(arena, action, call);
}

static void fill_file(struct arena *arena, const struct action *action, struct api_call *call)
{
    fill_asked(arena, action, false, call);
}

const struct api_call register_list_call = { .answer = API_LIST, .fill = fill_list };
const struct api_call register_show_call = { .answer = API_OBJECT, .versioned = true,
                                             .fill = fill_show };
const struct api_call register_make_call = { .answer = API_OBJECT, .status = 201,
                                             .versioned = true, .fill = fill_make };
const struct api_call register_change_call = { .answer = API_OBJECT, .versioned = true,
                                               .fill = fill_make };
const struct api_call register_state_call = { .answer = API_OBJECT, .versioned = true,
                                              .matched = true, .fill = fill_state };
const struct api_call register_share_call = { .answer = API_OBJECT, .versioned = true,
                                              .matched = true, .fill = fill_share };
const struct api_call register_csv_call = { .answer = API_FILE, .type = "text/csv",
                                            .fill = fill_file };
const struct api_call register_json_call = { .answer = API_FILE, .type = "application/json",
                                             .fill = fill_file };
const struct api_call register_xlsx_call = { .answer = API_FILE, .type = XLSX_TYPE,
                                             .fill = fill_file };
const struct api_call register_ods_call = { .answer = API_FILE, .type = ODS_TYPE,
                                            .fill = fill_file };
const struct api_call register_atom_call = { .answer = API_FILE, .type = ATOM_TYPE,
                                             .fill = fill_file };
const struct api_call register_files_call = { .answer = API_LIST, .gives = evidence_gives };
const struct api_call register_attach_call = { .answer = API_OBJECT, .status = 201,
                                               .takes = evidence_takes,
                                               .gives = evidence_gives };
const struct api_call register_file_call = { .answer = API_FILE, .type = FILE_TYPE };
const struct api_call register_detach_call = { .answer = API_NOTHING };
