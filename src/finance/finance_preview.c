/*
 * finance/finance_preview.c -- an extract looked at before it is taken in: its columns, its first
 * rows, the profile that it seems to need.
 */
#include "finance/finance_reading.h"

#include "extract/convert_io.h"
#include "extract/guess.h"

static const enum form form_of[] = { [EXTRACT_LEDGER] = FORM_LEDGER,
                                     [EXTRACT_BASIS_VALUES] = FORM_BASIS_VALUES };

/* --- columns --- */

struct column_list {
    struct arena           *arena;
    const struct row       *names;      /* of the extract's columns */
    bool                   *met;        /* [names] */
    struct extract_preview *out;
};

static void put_name(struct arena *arena, struct text **list, size_t *count, struct text name)
{
    *list = arena_grow(arena, *list, *count, *count + 1, sizeof **list);
    (*list)[(*count)++] = text_keep(arena, name);
}

static bool is_listed(const struct text *list, size_t count, struct text name)
{
    bool listed = false;

    for (size_t i = 0; i < count && !listed; i++)
        listed = text_equal(list[i], name);
    return listed;
}

/* As a person would point at it. */
static struct text name_shown(struct arena *arena, const struct row *names, size_t index)
{
    const struct text name = cell_trim(names->cell[index].text);

    return name.size > 0 ? name : text_of(arena_print(arena, "#%zu", index + 1));
}

static enum err meet_column(void *context, struct column *column)
{
    struct column_list *list = context;
    const struct text name = cell_trim(column->name);
    const struct text said = column->place > 0
        ? text_of(arena_print(list->arena, "#%u", (unsigned)column->place)) : name;
    bool found = column->place > 0 && column->place <= list->names->count;

    if (found)
        list->met[column->place - 1] = true;
    for (size_t i = 0; i < list->names->count && column->place == 0; i++)
        if (text_equal(cell_trim(list->names->cell[i].text), name))
            found = list->met[i] = true;
    if (!found && !is_listed(list->out->missing, list->out->missing_count, said))
        put_name(list->arena, &list->out->missing, &list->out->missing_count, said);
    return OK;
}

static void list_columns(struct arena *arena, struct profile *profile, const struct row *names,
                         struct extract_preview *out)
{
    struct column_list list = { arena, names, arena_take(arena, names->count + 1, sizeof(bool)),
                                out };

    if (profile_columns(profile, meet_column, &list) != OK)
        return;
    for (size_t i = 0; i < names->count; i++) {
        const struct text name = name_shown(arena, names, i);
        if (list.met[i])
            put_name(arena, &out->used, &out->used_count, name);
        else
            put_name(arena, &out->unused, &out->unused_count, name);
    }
}

/* What the columns are called, by the row that the profile says; none where it has no such row,
 * which is told when the extract is read. */
static enum err read_names(const struct extract_desk *desk, const struct extract_copy *copy,
                           struct arena *arena, const struct profile *profile, struct row *names,
                           struct trouble *trouble)
{
    /* A text in a workbook's place is read as an error file, which it may be; or refused later. */
    const struct text_dialect dialect = {
        .format = profile->format == FORMAT_SHEET ? FORMAT_DELIMITED : profile->format,
        .encoding = profile->encoding, .line_end = profile->line_end,
        .delimiter = profile->delimiter, .quotes = profile->quotes, .fixed = profile->fixed,
        .fixed_count = profile->fixed_count,
    };
    struct extract extract = { 0 };
    struct row row = { 0 };
    bool end = false;
    enum err err = extract_open_rows(&extract, arena, desk->outside, copy->extract,
                                     profile->sheet, &dialect, trouble);

    *names = (struct row){ 0 };
    while (err == OK && !end && row.number < profile->header_row)
        err = extract.reader->next(extract.reader, &row, &end, trouble);
    if (err == OK && !end && row.number == profile->header_row)
        *names = row_copy(arena, &row);
    extract_close(&extract);
    return err;
}

static struct row names_of_fixed(struct arena *arena, const struct profile *profile)
{
    struct row names = { .count = profile->fixed_count };

    names.cell = arena_take(arena, names.count + 1, sizeof *names.cell);
    for (size_t i = 0; i < names.count; i++)
        names.cell[i].text = profile->fixed[i].name;
    return names;
}

/* --- the first rows --- */

struct showing {
    struct arena           *arena;
    enum form               form;
    struct extract_preview *out;
};

/* "date 2014-06-30; cost_centre 71000A": without a ledger's partner, which is always the same. */
static const char *line_words(struct arena *arena, enum form made, const struct row_rules *rules,
                              const struct row *row, const struct row_verdict *verdict)
{
    const struct form_table *form = &form_table[made];
    struct text part[DESCRIPTION_PARTS_MAX];
    const size_t parts = row_description(rules, row, part, COUNT(part));
    const char *words = "";

    for (size_t i = 0; i < form->count; i++) {
        const enum target field = form->field[i].field;
        if ((field == TARGET_PARTNER && made == FORM_LEDGER) || field == TARGET_DESCRIPTION ||
            verdict->word[i].size == 0)
            continue;
        words = arena_print(arena, "%s%s%s %.*s", words, words[0] == '\0' ? "" : "; ",
                            target_name(field), TEXT(verdict->word[i]));
    }
    for (size_t i = 0; i < parts; i++)
        words = arena_print(arena, "%s%s%.*s", words, i == 0 ? "; description " : "",
                            TEXT(part[i]));
    return words;
}

static void show_row(void *context, const struct row_rules *rules, const struct row *row,
                     const struct row_verdict *verdict)
{
    struct showing *showing = context;
    struct extract_preview *out = showing->out;
    char words[REFUSAL_TEXT_MAX];

    if (out->rows == PREVIEW_ROWS)
        return;
    struct preview_row *shown = &out->row[out->rows++];
    *shown = (struct preview_row){ .number = row->number, .cells = row->count };
    shown->cell = arena_take(showing->arena, row->count + 1, sizeof *shown->cell);
    for (size_t i = 0; i < row->count; i++)
        shown->cell[i] = text_keep(showing->arena, row->cell[i].text);
    if (verdict->outcome == OUTCOME_ACCEPTED) {
        shown->words = line_words(showing->arena, showing->form, rules, row, verdict);
    } else if (verdict->outcome == OUTCOME_LEFT_OUT) {
        shown->words = arena_print(showing->arena, "Left out: %s",
                                   left_out_name(showing->arena, verdict->left_out));
    } else {
        refusal_text(rules, row, verdict, words);
        shown->words = arena_print(showing->arena, "Refused: %s", words);
    }
}

/* No more rows are wanted than are shown. */
static bool wants_more(void *context, uint64_t bytes)
{
    const struct showing *showing = context;

    (void)bytes;
    return showing->out->rows < PREVIEW_ROWS;
}

static enum err show_rows(const struct extract_desk *desk, const struct extract_copy *copy,
                          struct arena *arena, enum extract_form made,
                          struct extract_preview *out,
                          struct trouble *trouble)
{
    const enum form form = form_of[made];
    struct showing showing = { arena, form, out };
    const struct progress_watch watch = { wants_more, &showing };
    const struct convert_request request = {
        .outside = desk->outside, .profile = copy->profile, .extract = &copy->extract,
        .extracts = 1, .form = form, .threads = 1, .watch = &watch, .see = show_row,
        .see_context = &showing,
    };
    struct convert_summary summary;
    enum err err = convert_extracts(&request, arena, &summary, trouble);

    if (err == OK || err == ERR_REFUSED)
        convert_summary_close(&summary);
    return err == ERR_REFUSED || err == ERR_BUSY ? OK : err;
}

/* What is wrong with file or profile is for the page to say. */
static enum err told(const struct extract_copy *copy, struct arena *arena, enum err err,
                     const struct trouble *said, const char **words, struct trouble *trouble)
{
    if (err != OK && err != ERR_USAGE && err != ERR_CHECK && err != ERR_REFUSED)
        return fail(trouble, err, "%s", said->text);
    *words = err == OK ? NULL : extract_copy_message(copy, arena, said->text);
    return OK;
}

static enum err preview(const struct extract_desk *desk, const struct extract_copy *copy,
                        struct arena *arena, struct text words, enum extract_form form,
                        struct extract_preview *out, struct trouble *trouble)
{
    struct trouble said = { 0 };
    struct profile profile;
    struct row names;
    enum err err = profile_parse(words, "profile", arena, &profile, &said);

    if (err == OK && profile.format == FORMAT_FIXED)
        names = names_of_fixed(arena, &profile);
    else if (err == OK)
        err = read_names(desk, copy, arena, &profile, &names, &said);
    if (err == OK && names.count > 0)
        list_columns(arena, &profile, &names, out);
    if (err == OK)
        err = show_rows(desk, copy, arena, form, out, &said);
    return told(copy, arena, err, &said, &out->trouble, trouble);
}

enum err extract_preview(const struct extract_desk *desk, struct arena *arena, struct text hex,
                         struct text words, enum extract_form form, struct extract_preview *out,
                         struct trouble *trouble)
{
    struct extract_copy copy;
    enum err err = extract_copy_open(&copy, arena, desk, hex, words, trouble);

    *out = (struct extract_preview){ .rows = 0 };
    if (err != OK)
        return err;
    err = preview(desk, &copy, arena, words, form, out, trouble);
    extract_copy_close(&copy);
    return err;
}

/* --- the profile that it seems to need --- */

enum err extract_guess(const struct extract_desk *desk, struct arena *arena, struct text hex,
                       enum extract_form form, struct extract_guess *out, struct trouble *trouble)
{
    struct guess *guess = arena_take(arena, 1, sizeof *guess);
    struct trouble said = { 0 };
    struct extract_copy copy;
    enum err err = extract_copy_open(&copy, arena, desk, hex, text_of(""), trouble);

    *out = (struct extract_guess){ .words = "" };
    if (err != OK)
        return err;
    const struct guess_request request = {
        .outside = desk->outside, .extract = copy.extract, .form = form_of[form],
        .partner = form == EXTRACT_BASIS_VALUES ? NULL
                   : arena_copy(arena, desk->council.code.data, desk->council.code.size),
    };
    err = guess_profile(&request, arena, guess, &said);
    if (err == OK)
        *out = (struct extract_guess){ guess_text(guess), guess_open(guess) };
    else
        err = fail(trouble, err == ERR_REFUSED || err == ERR_CHECK ? ERR_USAGE : err, "%s",
                   extract_copy_message(&copy, arena, said.text));
    extract_copy_close(&copy);
    return err;
}
