#include "register/import_view.h"

#include "formats/csv.h"
#include "register/evidence_desk.h"
#include "register/import_help.h"

struct url import_url(struct request *request, const struct register_type *type, int64_t id,
                      const char *word)
{
    struct url url = url_segment(request->arena, register_url(type, request->arena),
                                 text_of("import"));

    if (id > 0)
        url = url_id(request->arena, url, id);
    return word == NULL ? url : url_segment(request->arena, url, text_of(word));
}

/* --- the form to send a file --- */

static void template_link(struct request *request, struct html *h,
                          const struct register_type *type, const char *file, const char *words)
{
    El(h, "li") link_to(h, url_segment(request->arena, import_url(request, type, 0, "template"),
                                       text_of(file)), words);
}

static void templates(struct request *request, struct html *h, const struct register_type *type)
{
    El(h, "h2") page_say(request, h, WORD_IMPORT_TEMPLATE);
    El(h, "p") Lit(h, "One line for each entry, below the headings. Or take the file that you "
                      "have: you say on the next page which of its columns is what.");
    El(h, "ul") {
        template_link(request, h, type, arena_print(request->arena, "%s.xlsx", type->many),
                      "Excel (XLSX)");
        template_link(request, h, type, arena_print(request->arena, "%s.ods", type->many),
                      "OpenDocument (ODS)");
        template_link(request, h, type, arena_print(request->arena, "%s.csv", type->many), "CSV");
        template_link(request, h, type, "columns.csv",
                      "What each column takes, and which are needed (CSV)");
    }
}

static const char *const state_words[] = { [IMPORT_READ] = "Looked at, not added",
                                           [IMPORT_ADDED] = "Added",
                                           [IMPORT_BACK] = "Taken back" };
static const enum tag_kind state_tag[] = { [IMPORT_READ] = TAG_WARNING, [IMPORT_ADDED] = TAG_GOOD,
                                           [IMPORT_BACK] = TAG_PLAIN };

static void earlier(struct request *request, struct html *h, const struct register_type *type,
                    const struct imports *imports)
{
    static const struct column columns[] = {
        { "File", COLUMN_WORDS }, { "State", COLUMN_WORDS }, { "Entries", COLUMN_NUMBER },
        { "Sent by", COLUMN_WORDS }, { "When", COLUMN_WORDS },
    };

    if (imports->count == 0)
        return;
    Table(h, "Files that were sent for this register", columns)
        for (size_t i = 0; i < imports->count; i++) {
            const struct import *import = &imports->import[i];
            El(h, "tr") {
                El(h, "th") {
                    LitAttr(h, "scope", "row");
                    El(h, "a") {
                        Href(h, "href", import_url(request, type, import->id, NULL));
                        html_text(h, import->name);
                    }
                }
                El(h, "td") page_tag(h, state_tag[import->state], state_words[import->state]);
                page_number(h, import->added + import->changed);
                page_cell(h, import->made_by);
                El(h, "td") page_moment(h, import->made_at);
            }
        }
}

enum err import_new_page(struct request *request, const struct register_type *type,
                         const struct imports *imports, const char *refused, int status)
{
    const struct field file = { .name = "file", .label = "File", .error = refused };
    struct html *h = page_begin(request, arena_print(request->arena, "Add %s from a file",
                                                     type->many));

    page_errors(request, h, &file, 1);
    El(h, "p") Lit(h, "Nothing is added yet: first you see what would be.");
    UploadForm(request, h, import_url(request, type, 0, "new")) {
        evidence_box(h, "file", "File",
                     "CSV, XLSX or ODS; at most 2,000 rows, 50 columns and 20 MB. It is kept as "
                     "evidence: do not put a person's name into the file's name.", refused, false);
        page_tick(h, "personal", "It holds personal data", false);
        page_button_say(request, h, WORD_IMPORT_LOOK);
    }
    templates(request, h, type);
    earlier(request, h, type, imports);
    return page_end(request, h, status);
}

/* --- a preview --- */

static void count_words(struct html *h, int64_t count, const char *one, const char *many)
{
    html_int(h, count);
    Lit(h, " ");
    html_text(h, text_of(count == 1 ? one : many));
}

static const char *delimiter_words(char delimiter)
{
    switch (delimiter) {
    case ';': return "semicolons";
    case '\t': return "tabs";
    case '|': return "bars";
    default: return "commas";
    }
}

/* How the file was read, so that nobody is surprised. */
static void how_read(struct request *request, struct html *h, const struct import_page *page)
{
    const struct import_table *table = page->plan->table;

    El(h, "dl") {
        page_entry(h, "File", page->import.name);
        if (table->workbook && table->sheets > 0)
            page_entry(h, "Sheet", text_of(table->sheets == 1 ? table->sheet_name[0]
                       : arena_print(request->arena, "%s, the one of %zu that is read",
                                     table->sheet_name[table->sheet], table->sheets)));
        else if (!table->workbook)
            page_entry(h, "Read as", text_of(arena_print(request->arena, "%s, parted by %s",
                       table->encoding, delimiter_words(table->delimiter))));
        page_entry(h, "Headings in row", text_of(arena_print(request->arena, "%llu%s",
                   (unsigned long long)page->import.heading,
                   page->plan->above == 0 ? "" : "; what stands above it is not used")));
        page_entry(h, "Days", text_of("2026-04-01, or the day before the month: 01/04/2026 is "
                                      "1 April 2026"));
    }
}

static void summary(struct arena *arena, struct html *h, const struct import_plan *plan)
{
    El(h, "p") {
        LitAttr(h, "role", "status");
        El(h, "strong") {
            count_words(h, (int64_t)plan->lines, "row", "rows");
            Lit(h, ": ");
            html_int(h, (int64_t)(plan->lines - plan->bad));
            Lit(h, " good, ");
            html_int(h, (int64_t)plan->bad);
            Lit(h, " bad.");
        }
        if (plan->bad > 0)
            Lit(h, " Nothing can be added while a row is bad: correct the file and send it "
                   "again, or choose other columns below.");
        else if (plan->lines == 0)
            Lit(h, " There is nothing below the headings.");
        else if (plan->changed > 0 || plan->added < plan->lines)
            html_text(h, text_of(arena_print(arena, " %zu to be added, %zu to be changed, %zu as "
                                             "they stand.", plan->added, plan->changed,
                                             plan->lines - plan->added - plan->changed)));
    }
}

static void fault_row(struct request *request, struct html *h, const struct import_plan *plan,
                      const struct import_fault *fault)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            html_int(h, (int64_t)fault->row);
        }
        page_cell(h, fault->column >= 0 ? plan->column[fault->column].heading
                     : fault->label != NULL ? text_of(fault->label) : text_of("The whole row"));
        El(h, "td") words_shown(h, fault->value);
        page_cell(h, word_shown(request->arena, text_of(fault->words)));
        El(h, "td") link_to(h, import_help_url(request->arena, fault->code), fault->code);
    }
}

static void fault_table(struct request *request, struct html *h, const struct import_page *page)
{
    static const struct column columns[] = {
        { "Row", COLUMN_WORDS }, { "Column", COLUMN_WORDS }, { "Value", COLUMN_WORDS },
        { "What to do", COLUMN_WORDS }, { "Code", COLUMN_WORDS },
    };
    const struct import_plan *plan = page->plan;
    size_t shown = plan->faults;

    if (plan->bad == 0)
        return;
    if (shown > IMPORT_FAULTS_SHOWN)
        shown = IMPORT_FAULTS_SHOWN;
    El(h, "h2") page_say(request, h, WORD_IMPORT_WRONG);
    Table(h, plan->table->workbook
                 ? arena_print(request->arena, "Row numbers are those of the sheet %s",
                               plan->table->sheet_name[plan->table->sheet])
                 : "Row numbers are those of the file", columns)
        for (size_t row = 0; row < shown; row++)
            fault_row(request, h, plan, &plan->fault[row]);
    El(h, "p") {
        if (shown < plan->faults)
            html_text(h, text_of(arena_print(request->arena, "Here are the first %zu of %zu. ",
                                             shown, plan->faults)));
        link_to(h, import_url(request, page->type, page->import.id, "bad-rows"),
                arena_print(request->arena, "The %zu bad %s with reasons (CSV)", plan->bad,
                            plan->bad == 1 ? "row" : "rows"));
        Lit(h, ": correct them there, or in your own file.");
    }
}

/* Columns that are needed and not there: said once, above all. */
static void missing(struct html *h, const struct import_plan *plan)
{
    bool any = false;

    for (int i = 0; i < (int)plan->type->field_count; i++)
        any = any || (import_takes(plan->type, i) && plan->type->fields[i].required &&
                      import_column_of(plan, i) < 0);
    if (!any)
        return;
    El(h, "p") {
        page_tag(h, TAG_BAD, "Missing");
        Lit(h, " No column is chosen yet for what is needed:");
    }
    El(h, "ul") for (int i = 0; i < (int)plan->type->field_count; i++)
        if (import_takes(plan->type, i) && plan->type->fields[i].required &&
            import_column_of(plan, i) < 0)
            El(h, "li") html_phrase(h, text_of(plan->type->fields[i].label));
}

/* --- which column is what --- */

static void option(struct html *h, const char *value, const char *words, bool chosen)
{
    El(h, "option") {
        Attr(h, "value", text_of(value));
        if (chosen)
            Flag(h, "selected");
        html_phrase(h, text_of(words));
    }
}

static void field_options(struct html *h, const struct import_plan *plan, int chosen)
{
    option(h, "", "Not used", chosen == IMPORT_UNUSED);
    for (int i = 0; i < (int)plan->type->field_count; i++)
        if (import_takes(plan->type, i))
            option(h, plan->type->fields[i].name, plan->type->fields[i].label, chosen == i);
    option(h, "#", "Number: changes that entry", chosen == IMPORT_NUMBER);
}

static void column_row(struct request *request, struct html *h, const struct import_plan *plan,
                       size_t at)
{
    const struct import_column *column = &plan->column[at];
    const char *name = arena_print(request->arena, "c%zu", at + 1);
    const struct text heading = column->heading.size > 0
        ? column->heading : text_of(arena_print(request->arena, "(column %zu, without a heading)",
                                                at + 1));

    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "label") {
                Attr(h, "for", text_of(name));
                html_text(h, heading);
            }
        }
        El(h, "td") words_shown(h, import_example(plan, at));
        El(h, "td") El(h, "select") {
            Attr(h, "id", text_of(name));
            Attr(h, "name", text_of(name));
            field_options(h, plan, column->field);
        }
        El(h, "td") {
            if (column->field == IMPORT_UNUSED)
                page_tag(h, TAG_WARNING, "Not used");
            else
                page_tag(h, TAG_GOOD, "Used");
        }
    }
}

/* Any of the first rows may hold the headings. */
static void heading_box(struct request *request, struct html *h, const struct import_page *page)
{
    const struct import_table *table = page->plan->table;

    El(h, "div") {
        LitAttr(h, "class", "field");
        El(h, "label") {
            LitAttr(h, "for", "heading");
            Lit(h, "The row of the headings");
        }
        El(h, "select") {
            LitAttr(h, "id", "heading");
            LitAttr(h, "name", "heading");
            for (size_t i = 0; i < table->rows && i <= IMPORT_ABOVE_MOST; i++) {
                const struct row *row = &table->row[i];
                const char *number = arena_print(request->arena, "%llu",
                                                 (unsigned long long)row->number);
                struct text first = { "", 0 };
                for (size_t cell = row->count; cell > 0; cell--)
                    if (!cell_is_blank(row->cell[cell - 1].text))
                        first = cell_trim(row->cell[cell - 1].text);
                option(h, number, arena_print(request->arena, "%s: %.*s", number,
                                              (int)(first.size < 40 ? first.size : 40),
                                              first.data),
                       row->number == page->import.heading);
            }
        }
    }
}

static void sheet_box(struct html *h, const struct import_table *table)
{
    if (table->sheets < 2)
        return;
    El(h, "div") {
        LitAttr(h, "class", "field");
        El(h, "label") {
            LitAttr(h, "for", "sheet");
            Lit(h, "The sheet");
        }
        El(h, "select") {
            LitAttr(h, "id", "sheet");
            LitAttr(h, "name", "sheet");
            for (size_t i = 0; i < table->sheets; i++)
                option(h, table->sheet_name[i], table->sheet_name[i], i == table->sheet);
        }
    }
}

static void version_field(struct request *request, struct html *h, const struct import_page *page)
{
    hidden_field(h, "version", text_of(arena_print(request->arena, "%lld",
                                                   (long long)page->import.version)));
}

static void columns_form(struct request *request, struct html *h, const struct import_page *page)
{
    static const struct column columns[] = {
        { "Column of the file", COLUMN_WORDS }, { "Its first value", COLUMN_WORDS },
        { "Is taken for", COLUMN_WORDS }, { "Use", COLUMN_WORDS },
    };
    const struct import_plan *plan = page->plan;

    El(h, "h2") page_say(request, h, WORD_IMPORT_COLUMNS);
    Form(request, h, import_url(request, page->type, page->import.id, "columns")) {
        version_field(request, h, page);
        sheet_box(h, plan->table);
        if (plan->table->rows > 0)
            heading_box(request, h, page);
        if (plan->columns > 0)
            Table(h, "Every column of the file", columns)
                for (size_t i = 0; i < plan->columns; i++)
                    column_row(request, h, plan, i);
        page_button_say(request, h, WORD_IMPORT_LOOK_AGAIN);
    }
}

/* --- the first rows as they will be --- */

static size_t used_fields(const struct import_plan *plan, int field[IMPORT_COLUMNS_MOST])
{
    size_t count = 0;

    for (size_t i = 0; i < plan->columns; i++)
        if (plan->column[i].field >= 0)
            field[count++] = plan->column[i].field;
    return count;
}

static void line_row(struct request *request, struct html *h, const struct import_plan *plan,
                     const struct import_line *line, const int field[], size_t fields)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            html_int(h, (int64_t)line->row->number);
        }
        for (size_t i = 0; i < fields; i++) {
            struct register_column column;
            if (register_column_find(plan->type, text_of(plan->type->fields[field[i]].name),
                                     &column))
                El(h, "td") cell_shown(request, h, plan->type, &column, &line->entry);
        }
    }
}

static void first_lines(struct request *request, struct html *h, const struct import_plan *plan)
{
    struct column *columns = arena_take(request->arena, IMPORT_COLUMNS_MOST + 1, sizeof *columns);
    int field[IMPORT_COLUMNS_MOST] = { 0 };
    const size_t fields = used_fields(plan, field);
    size_t shown = 0;

    if (plan->added == 0 || fields == 0)
        return;
    columns[0] = (struct column){ "Row", COLUMN_WORDS };
    for (size_t i = 0; i < fields; i++)
        columns[i + 1] = (struct column){ plan->type->fields[field[i]].label, COLUMN_WORDS };
    El(h, "h2") page_say(request, h, WORD_IMPORT_LINES);
    (void)page_table_begin(h, "Not added yet", columns, fields + 1);
    for (size_t i = 0; i < plan->lines && shown < IMPORT_LINES_SHOWN; i++)
        if (plan->line[i].faults == 0 && plan->line[i].was == NULL) {
            line_row(request, h, plan, &plan->line[i], field, fields);
            shown++;
        }
    (void)page_table_end(h);
}

/* A field of an entry as it stands, and as it will. */
static void change_row(struct request *request, struct html *h, const struct import_plan *plan,
                       const struct import_line *line, int field)
{
    struct register_column column;

    if (text_equal(line->was->field[field], line->entry.field[field]) ||
        !register_column_find(plan->type, text_of(plan->type->fields[field].name), &column))
        return;
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            entry_link(request, h, register_url(plan->type, request->arena),
                       line->was->reference);
        }
        page_cell(h, text_of(column.label));
        El(h, "td") cell_shown(request, h, plan->type, &column, line->was);
        El(h, "td") cell_shown(request, h, plan->type, &column, &line->entry);
    }
}

static void first_changes(struct request *request, struct html *h,
                          const struct import_plan *plan)
{
    static const struct column columns[] = {
        { "Number", COLUMN_WORDS }, { "Field", COLUMN_WORDS }, { "Stands there now", COLUMN_WORDS },
        { "In the file", COLUMN_WORDS },
    };
    size_t shown = 0;

    if (plan->changed == 0)
        return;
    El(h, "h2") Lit(h, "What is to be changed");
    Table(h, "Not changed yet", columns)
        for (size_t i = 0; i < plan->lines && shown < IMPORT_ENTRIES_SHOWN; i++)
            if (plan->line[i].faults == 0 && plan->line[i].differs) {
                for (int field = 0; field < (int)plan->type->field_count; field++)
                    change_row(request, h, plan, &plan->line[i], field);
                shown++;
            }
    if (shown < plan->changed)
        El(h, "p") Lit(h, "These are the first fifty entries.");
}

/* "Add 3 actions", "Change 2", "Add 3 actions and change 2". */
static const char *to_do(struct arena *arena, const struct import_plan *plan)
{
    const struct register_type *type = plan->type;

    if (plan->added == 0)
        return arena_print(arena, "Change %zu %s", plan->changed,
                           plan->changed == 1 ? type->one : type->many);
    return arena_print(arena, plan->changed == 0 ? "Add %zu %s" : "Add %zu %s and change %zu",
                       plan->added, plan->added == 1 ? type->one : type->many, plan->changed);
}

static void add_form(struct request *request, struct html *h, const struct import_page *page)
{
    const struct import_plan *plan = page->plan;

    if (plan->added + plan->changed == 0 || plan->bad > 0)
        return;
    Form(request, h, import_url(request, page->type, page->import.id, "add")) {
        version_field(request, h, page);
        hidden_field(h, "sum", text_of(import_sum(request->arena, plan)));
        page_button(h, to_do(request->arena, plan));
    }
}

static void refused(struct html *h, const char *words)
{
    if (words == NULL)
        return;
    El(h, "p") {
        LitAttr(h, "class", "error");
        LitAttr(h, "role", "alert");
        html_phrase(h, text_of(words));
    }
}

static void preview(struct request *request, struct html *h, const struct import_page *page)
{
    El(h, "p") page_tag(h, state_tag[IMPORT_READ], state_words[IMPORT_READ]);
    how_read(request, h, page);
    if (page->plan->refused != NULL) {
        refused(h, page->plan->refused);
    } else {
        missing(h, page->plan);
        summary(request->arena, h, page->plan);
        add_form(request, h, page);
        fault_table(request, h, page);
    }
    columns_form(request, h, page);
    if (page->plan->refused == NULL) {  /* else nothing is judged */
        first_changes(request, h, page->plan);
        first_lines(request, h, page->plan);
    }
}

/* --- what became of it --- */

static void person_at(struct html *h, const char *words, struct text who, struct moment at)
{
    El(h, "dt") html_phrase(h, text_of(words));
    El(h, "dd") {
        html_text(h, who);
        Lit(h, ", ");
        page_moment(h, at);
    }
}

static void entries_table(struct request *request, struct html *h, const struct import_page *page)
{
    static const struct column columns[] = {
        { "Number", COLUMN_WORDS }, { "Title", COLUMN_WORDS }, { "State", COLUMN_WORDS },
        { "Since", COLUMN_WORDS },
    };
    const struct url url = register_url(page->type, request->arena);

    Table(h, arena_print(request->arena, "What was added: %lld",
                         (long long)page->import.added), columns)
        for (size_t i = 0; i < page->entries.count && i < IMPORT_ENTRIES_SHOWN; i++) {
            const struct entry *entry = &page->entries.entry[i];
            El(h, "tr") {
                El(h, "th") {
                    LitAttr(h, "scope", "row");
                    entry_link(request, h, url, entry->reference);
                }
                page_cell(h, entry->field[0]);
                page_cell(h, word_shown(request->arena,
                                        text_of(page->type->states[entry->state])));
                page_cell(h, text_of(entry->version > 1 ? "Changed" : "As it was added"));
            }
        }
    if (page->entries.count > IMPORT_ENTRIES_SHOWN)
        El(h, "p") {
            Lit(h, "And so on, to ");
            entry_link(request, h, url,
                       page->entries.entry[page->entries.count - 1].reference);
            Lit(h, ".");
        }
}

static const struct entry *entry_of(const struct entries *all, struct text reference)
{
    for (size_t i = 0; i < all->count; i++)
        if (text_equal(all->entry[i].reference, reference))
            return &all->entry[i];
    return NULL;
}

/* Those that are not shared with this council any more are not shown. */
static void changes_table(struct request *request, struct html *h, const struct import_page *page)
{
    static const struct column columns[] = {
        { "Number", COLUMN_WORDS }, { "Title", COLUMN_WORDS }, { "Since", COLUMN_WORDS },
    };

    if (page->changes.count == 0)
        return;
    Table(h, arena_print(request->arena, "What was changed: %lld",
                         (long long)page->import.changed), columns)
        for (size_t i = 0; i < page->changes.count; i++) {
            const struct import_change *change = &page->changes.change[i];
            const struct entry *entry = entry_of(&page->all, change->reference);
            if (entry == NULL)
                continue;
            El(h, "tr") {
                El(h, "th") {
                    LitAttr(h, "scope", "row");
                    entry_link(request, h, register_url(page->type, request->arena),
                               entry->reference);
                }
                page_cell(h, entry->field[0]);
                page_cell(h, text_of(entry->version > change->version ? "Changed again"
                                                                      : "As it was changed"));
            }
        }
}

static void back_form(struct request *request, struct html *h, const struct import_page *page)
{
    const struct register_step *step = import_back_step(page->type);
    const struct field why = { .name = "why", .label = "Why", .value = page->why };

    if (!page->may_take_back || (step == NULL && page->import.added > 0))
        return;
    El(h, "h2") page_say(request, h, WORD_IMPORT_END);
    if (page->import.added > 0 && step != NULL)
        El(h, "p") html_text(h, text_of(arena_print(request->arena,
            "Every new entry of it goes from %s to %s, with your reason in its history; nothing is "
            "deleted.", step->from, step->to)));
    if (page->import.changed > 0)
        El(h, "p") Lit(h, "What was changed becomes what it was, in a new version.");
    El(h, "p") Lit(h, "It can be done while none of the entries was changed since.");
    Form(request, h, import_url(request, page->type, page->import.id, "back")) {
        version_field(request, h, page);
        page_text_field(h, &why);
        page_button_say(request, h, WORD_IMPORT_END);
    }
}

static void outcome(struct request *request, struct html *h, const struct import_page *page)
{
    const struct import *import = &page->import;

    El(h, "p") page_tag(h, state_tag[import->state], state_words[import->state]);
    El(h, "dl") {
        El(h, "dt") Lit(h, "File");
        El(h, "dd") {
            if (actor_may(&request->actor, MAY_SEE_EVIDENCE))
                El(h, "a") {
                    Href(h, "href", evidence_url(request->arena, import->evidence));
                    html_text(h, import->name);
                }
            else
                html_text(h, import->name);
        }
        person_at(h, "Added by", import->added_by, import->added_at);
        if (import->state == IMPORT_BACK)
            person_at(h, "Taken back by", import->back_by, import->back_at);
    }
    if (import->added > 0)
        entries_table(request, h, page);
    changes_table(request, h, page);
    if (import->state == IMPORT_ADDED)
        back_form(request, h, page);
}

enum err import_show_page(struct request *request, const struct import_page *page, int status)
{
    struct html *h = page_begin(request, arena_print(request->arena, "Add %s from a file",
                                                     page->type->many));

    refused(h, page->refused);
    if (page->import.state == IMPORT_READ)
        preview(request, h, page);
    else
        outcome(request, h, page);
    El(h, "p") link_say(request, h, import_url(request, page->type, 0, "new"),
                         WORD_IMPORT_OTHER);
    return page_end(request, h, status);
}

/* --- bad rows as a file --- */

static void bad_heads(struct csv_writer *csv, const struct import_plan *plan)
{
    static const char *const heads[] = { "ochil_row", "ochil_column", "ochil_value", "ochil_code",
                                         "ochil_error" };

    for (size_t i = 0; i < plan->columns; i++)
        csv_shown(csv, plan->column[i].heading);
    for (size_t i = 0; i < COUNT(heads); i++)
        csv_word(csv, heads[i]);
    csv_end_crlf(csv);
}

static struct text fault_part(const struct import_plan *plan, const struct import_fault *fault,
                              size_t part)
{
    if (part == 0)
        return fault->column >= 0 ? plan->column[fault->column].heading
                                  : text_of(fault->label != NULL ? fault->label : "");
    return part == 1 ? fault->value : text_of(part == 2 ? fault->code : fault->words);
}

/* What is wrong with the row, one after the other. */
static void bad_reasons(struct arena *arena, struct csv_writer *csv,
                        const struct import_plan *plan, const struct import_line *line)
{
    csv_count(csv, line->row->number);
    for (size_t part = 0; part < 4; part++) {
        struct text all = { "", 0 };
        for (size_t i = 0; i < line->faults; i++) {
            const struct text one = fault_part(plan, &plan->fault[line->fault + i], part);
            all = text_of(arena_print(arena, "%.*s%s%.*s", TEXT(all), i == 0 ? "" : "; ",
                                      TEXT(one)));
        }
        csv_shown(csv, all);
    }
}

/* What is no text cannot stand in a file of text. */
static struct text cell_told(const struct import_line *line, size_t cell)
{
    return cell < line->row->count && text_is_utf8(line->row->cell[cell].text)
               ? line->row->cell[cell].text : text_of("");
}

enum err import_bad_csv(struct request *request, const struct import_plan *plan)
{
    struct csv_writer *csv = arena_take(request->arena, 1, sizeof *csv);
    struct answer_json out;

    answer_json_begin(request, &out);
    csv_open(csv, &out.sink, request->trouble);
    bad_heads(csv, plan);
    for (size_t i = 0; i < plan->lines; i++) {
        const struct import_line *line = &plan->line[i];
        if (line->faults == 0)
            continue;
        for (size_t cell = 0; cell < plan->columns; cell++)
            csv_shown(csv, cell_told(line, cell));
        bad_reasons(request->arena, csv, plan, line);
        csv_end_crlf(csv);
    }
    const enum err err = csv_close(csv);
    answer_saved_as(request, arena_print(request->arena, "%s-errors.csv", plan->type->many));
    return err != OK ? err : answer_bytes(request, 200, "text/csv; charset=utf-8; header=present",
                                          (struct text){ out.bytes, out.size });
}
