#include "register/import_pages.h"

#include "cli/action.h"
#include "register/evidence_desk.h"

/* What `prepare` leaves for `respond`. */
struct import_work {
    const char         *refused;    /* what was sent cannot be looked at, a sentence */
    struct text         hex, name;  /* of the kept file */
    struct import       import;     /* as it was when the file was read */
    struct import_table table;
};

static struct import_deed deed_of(struct request *request)
{
    return (struct import_deed){ request->tx, request->arena, &request->happening,
                                 &request->actor, request->action->of };
}

/* A tick of a form, a flag of a call. */
static bool is_yes(const struct request *request, const char *name)
{
    const struct text word = request_field(request, name);

    return text_is(word, "yes") || text_is(word, "true");
}

/* --- a file that comes --- */

static enum err sent_bytes(struct request *request, const struct sent_file *file,
                           struct text *out)
{
    struct stream *stream = sent_file_stream(request->arena, &request->http->upload.spool, file);
    char *bytes = arena_take(request->arena, (size_t)file->size + 1, 1);
    size_t size = 0, got = 1;
    enum err err = OK;

    while (err == OK && got > 0 && size < file->size) {
        err = stream->read(stream, bytes + size, (size_t)file->size - size, &got,
                           request->trouble);
        size += err == OK ? got : 0;
    }
    stream->close(stream);
    *out = (struct text){ bytes, size };
    return err;
}

/* Reads the one file that was sent; what cannot be read is not kept either. */
static enum err read_sent(struct request *request, struct import_work *work)
{
    struct text bytes = { NULL, 0 };
    enum err err = OK;

    if (request->files.count != 1)
        work->refused = request->api ? "There is no body." : "Choose a file.";
    else if (request->files.file[0].size > IMPORT_BYTES_MOST)
        work->refused = "The file is too large: at most 20 MB can be added at a time. Divide it, "
                        "and add one part after the other.";
    if (work->refused != NULL)
        return OK;
    err = sent_bytes(request, &request->files.file[0], &bytes);
    if (err == OK)
        err = import_table_read(request->arena, request->site->outside, bytes,
                                request_field(request, "sheet"), &work->table, request->trouble);
    work->refused = work->table.refused;
    return err;
}

enum err import_take_prepare(struct request *request)
{
    struct import_work *work = arena_take(request->arena, 1, sizeof *work);
    const struct evidence_kept *kept = NULL;
    enum err err = read_sent(request, work);

    if (err == OK && work->refused == NULL) {
        err = evidence_keep_sent(request, is_yes(request, "personal"));
        kept = request->work;
    }
    if (err == OK && kept != NULL) {
        work->refused = kept->refused;
        work->hex = kept->file[0].hex;
        work->name = kept->file[0].name;
    }
    request->work = work;
    return err;
}

static enum err new_page(struct request *request, const char *refused, int status)
{
    const struct import_deed deed = deed_of(request);
    struct imports imports;
    const enum err err = imports_load(&deed, &imports, request->trouble);

    return err != OK ? err : import_new_page(request, deed.type, &imports, refused, status);
}

enum err import_new_show(struct request *request)
{
    return new_page(request, NULL, 200);
}

enum err import_template_show(struct request *request)
{
    return import_template(request, request->action->of, request_word(request, "file"));
}

/* What the columns seem to be: as the council took them the last time, or by their headings. */
static enum err guess_columns(const struct import_deed *deed, struct import_plan *plan,
                              struct trouble *trouble)
{
    bool any;

    import_match(plan);
    return import_columns_again(deed, plan, &any, trouble);
}

static struct text sheet_of(const struct import_table *table)
{
    return text_of(table->workbook && table->sheets > 0 ? table->sheet_name[table->sheet] : "");
}

/* The import of this file, begun unless there is one. */
static enum err begin(const struct import_deed *deed, const struct import_work *work,
                      struct import_plan *plan, struct import *import, struct trouble *trouble)
{
    const struct import_table *table = &work->table;
    enum err err;

    *import = (struct import){
        .evidence = work->hex, .name = work->name,
        .sheet = sheet_of(table),
        .heading = import_heading(deed->type, table),
    };
    import_plan_open(deed->arena, deed->type, table, import->heading, plan);
    err = guess_columns(deed, plan, trouble);
    return err == OK ? import_make(deed, plan, import, trouble) : err;
}

enum err import_take(struct request *request)
{
    const struct import_work *work = request->work;
    const struct import_deed deed = deed_of(request);
    struct import_plan *plan = arena_take(request->arena, 1, sizeof *plan);
    struct import import = { 0 };

    if (work->refused != NULL)
        return new_page(request, work->refused, 422);
    enum err err = import_of_file(&deed, work->hex, &import, request->trouble);
    if (err == ERR_MISSING)
        err = begin(&deed, work, plan, &import, request->trouble);
    if (err != OK)
        return err;
    const struct url url = import_url(request, deed.type, import.id, NULL);
    return import.state == IMPORT_ADDED ? answer_done(request, url, WORD_DONE_IMPORT_ALREADY)
                                        : answer_redirect(request, url);
}

/* --- a file that is kept --- */

struct finding {
    struct request *request;
    struct import  *import;
};

static enum err find_work(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct finding *finding = context;
    struct request *request = finding->request;
    const struct import_deed deed = { tx, request->arena, &request->happening, &request->actor,
                                      request->action->of };

    return import_load(&deed, request_number(request, "import"), finding->import, trouble);
}

/* The table of a preview; of another sheet, if one was chosen. */
enum err import_read_prepare(struct request *request)
{
    struct import_work *work = arena_take(request->arena, 1, sizeof *work);
    struct finding finding = { request, &work->import };
    const struct db_scope scope = { request->actor.acting, request->arena };
    const struct text asked = request_field(request, "sheet");
    struct text bytes = { NULL, 0 };
    enum err err = db_read(request->site->db, scope, find_work, &finding, request->trouble);

    request->work = work;
    if (err != OK || work->import.state != IMPORT_READ)
        return err;
    err = evidence_bytes(request, work->import.evidence, &bytes);
    if (err == ERR_MISSING) {
        work->table.refused = "The file was erased: it cannot be read any more.";
        return OK;
    }
    return err != OK ? err
         : import_table_read(request->arena, request->site->outside, bytes,
                             asked.size > 0 ? asked : work->import.sheet, &work->table,
                             request->trouble);
}

static enum err load_entries(const struct import_deed *deed, struct import_page *page,
                             struct trouble *trouble)
{
    struct entries all;
    const struct entry_asker asker = { deed->actor->acting, deed->actor, deed->type->may_edit };
    enum err err = entry_list(deed->tx, deed->arena, deed->type, &asker, ENTRY_SHORT, &all,
                              trouble);

    page->entries.entry = arena_take(deed->arena, (size_t)page->import.added + 1,
                                     sizeof *page->entries.entry);
    for (size_t i = 0; err == OK && i < all.count; i++) {
        const int64_t place = all.entry[i].number - page->import.first;
        if (all.entry[i].council == deed->actor->acting && place >= 0 &&
            place < page->import.added && page->entries.count < (size_t)page->import.added)
            page->entries.entry[page->entries.count++] = all.entry[i];
    }
    page->all = all;
    return err != OK ? err : import_changes_load(deed, page->import.id, &page->changes, trouble);
}

static enum err judge_plan(const struct import_deed *deed, struct import_plan *plan,
                           struct trouble *trouble)
{
    const struct entry_asker asker = { deed->actor->acting, deed->actor, deed->type->may_edit };

    return import_judge(deed->tx, deed->arena, &asker, day_of(deed->happening->now), plan,
                        trouble);
}

/* As the columns are kept, every row judged. */
static enum err judge(const struct import_deed *deed, const struct import_table *table,
                      struct import_page *page, struct trouble *trouble)
{
    struct import_plan *plan = arena_take(deed->arena, 1, sizeof *plan);
    enum err err;

    page->plan = plan;
    import_plan_open(deed->arena, deed->type, table, page->import.heading, plan);
    err = import_columns_load(deed, page->import.id, plan, trouble);
    return err == OK ? judge_plan(deed, plan, trouble)
                     : err;
}

/* The import as it stands; a preview is judged, as the file was read in `prepare`. */
static enum err load_page(struct request *request, struct import_page *page)
{
    const struct import_work *work = request->work;
    const struct import_deed deed = deed_of(request);
    enum err err = import_load(&deed, request_number(request, "import"), &page->import,
                               request->trouble);

    page->type = deed.type;
    page->why = request_field(request, "why");
    if (err != OK)
        return err;
    page->may_take_back = text_is(page->import.added_by, request->actor.login) ||
                          request->actor.role[ROLE_ADMINISTRATOR];
    if (page->import.state != IMPORT_READ)
        return load_entries(&deed, page, request->trouble);
    return judge(&deed, &work->table, page, request->trouble);
}

enum err import_show(struct request *request)
{
    struct import_page page = { .plan = NULL };
    const enum err err = load_page(request, &page);

    return err != OK ? err : import_show_page(request, &page, 200);
}

enum err import_bad_show(struct request *request)
{
    struct import_page page = { .plan = NULL };
    const enum err err = load_page(request, &page);

    if (err != OK)
        return err;
    /* What was added has none. */
    const struct import_plan none = { .type = page.type };
    return import_bad_csv(request, page.plan == NULL ? &none : page.plan);
}

static enum err refuse(struct request *request, struct import_page *page, const char *words,
                       int status)
{
    page->refused = words;
    return import_show_page(request, page, status);
}

static bool same_version(const struct request *request, const struct import_page *page)
{
    return text_is(request_field(request, "version"),
                   arena_print(request->arena, "%lld", (long long)page->import.version));
}

#define CHANGED "It was changed meanwhile; here is what it is now. Nothing of yours was done."

static enum err go_back(struct request *request, const struct import_page *page, enum word done)
{
    const struct url url = import_url(request, page->type, page->import.id, NULL);

    return done == WORDS ? answer_redirect(request, url) : answer_done(request, url, done);
}

/* --- which column is what --- */

/* The choices of the form; what is wrong with them is the plan's. */
static void take_columns(struct request *request, struct import_plan *plan)
{
    for (size_t i = 0; i < plan->columns; i++) {
        const struct text word = request_field(request, arena_print(request->arena, "c%zu",
                                                                    i + 1));
        const int field = field_place(plan->type, word);
        plan->column[i].field = text_is(word, "#") ? IMPORT_NUMBER
                              : import_takes(plan->type, field) ? field : IMPORT_UNUSED;
    }
    for (size_t i = 0; i < plan->columns; i++)
        if (plan->column[i].field != IMPORT_UNUSED &&
            import_column_of(plan, plan->column[i].field) != (int)i)
            plan->refused = arena_print(request->arena, "%s is chosen for two columns: choose it "
                                        "for one.", plan->column[i].field == IMPORT_NUMBER
                                        ? "Number" : plan->type->fields[plan->column[i].field]
                                                         .label);
}

static uint64_t heading_asked(const struct request *request)
{
    const struct text number = request_field(request, "heading");

    return number.size >= 1 && number.size <= 9 && text_digits(number, 0) == number.size
               ? (uint64_t)route_number(number) : 0;
}

/* With another sheet or row of headings the columns are others: they are guessed anew. */
static enum err choose(struct request *request, const struct import_deed *deed,
                       struct import_page *page)
{
    const struct import_work *work = request->work;
    const struct text sheet = sheet_of(&work->table);
    const bool other = !text_equal(sheet, page->import.sheet);
    const uint64_t heading = other ? import_heading(deed->type, &work->table)
                                   : heading_asked(request);
    const bool moved = other || heading != page->import.heading;

    page->import.sheet = sheet;
    page->import.heading = heading;
    import_plan_open(deed->arena, deed->type, &work->table, heading, page->plan);
    if (moved)
        return guess_columns(deed, page->plan, request->trouble);
    take_columns(request, page->plan);
    return OK;
}

enum err import_columns_make(struct request *request)
{
    const struct import_deed deed = deed_of(request);
    struct import_page page = { .plan = NULL };
    enum err err = load_page(request, &page);

    if (err != OK)
        return err;
    if (page.import.state != IMPORT_READ)
        return go_back(request, &page, WORDS);
    if (!same_version(request, &page))
        return refuse(request, &page, CHANGED, 409);
    err = choose(request, &deed, &page);
    if (err == OK && page.plan->refused != NULL)
        return import_show_page(request, &page, 422);
    if (err == OK)
        err = import_remap(&deed, page.plan, &page.import, request->trouble);
    return err != OK ? err : go_back(request, &page, WORDS);
}

/* --- adding, and taking back --- */

enum err import_add_make(struct request *request)
{
    const struct import_deed deed = deed_of(request);
    struct import_page page = { .plan = NULL };
    enum err err = load_page(request, &page);

    if (err != OK)
        return err;
    if (page.import.state != IMPORT_READ)
        return go_back(request, &page, WORD_DONE_IMPORT_ALREADY);
    if (!same_version(request, &page))
        return refuse(request, &page, CHANGED, 409);
    if (page.plan->refused != NULL || page.plan->bad > 0 ||
        page.plan->added + page.plan->changed == 0)
        return import_show_page(request, &page, 422);
    if (!text_is(request_field(request, "sum"), import_sum(request->arena, page.plan)))
        return refuse(request, &page, CHANGED, 409);
    err = import_enter(&deed, page.plan, &page.import, request->trouble);
    return err != OK ? err : go_back(request, &page, WORD_DONE_IMPORT_ADDED);
}

enum err import_back_make(struct request *request)
{
    static const struct field_form form = { .name = "why", .kind = FIELD_TEXT, .required = true,
                                            .most = REGISTER_WHY_MOST };
    const struct import_deed deed = deed_of(request);
    struct import_page page = { .plan = NULL };
    const char *refused = NULL;
    enum err err = load_page(request, &page);

    if (err != OK)
        return err;
    if (page.import.state != IMPORT_ADDED)
        return go_back(request, &page, WORDS);
    page.why = field_kept(request->arena, &form, page.why);
    if (!same_version(request, &page))
        return refuse(request, &page, CHANGED, 409);
    if (!page.may_take_back)
        return refuse(request, &page, "Who added it takes it back, or an administrator.", 422);
    if (field_judge(&form, page.why) != NULL)
        return refuse(request, &page, "Say why, in at most 1,000 bytes.", 422);
    err = import_take_back(&deed, &page.import, page.why, &refused, request->trouble);
    if (err != OK || refused != NULL)
        return err != OK ? err : refuse(request, &page, refused, 422);
    return go_back(request, &page, WORD_DONE_IMPORT_BACK);
}

/* --- for programs --- */

#define API_FAULTS_MOST ((size_t)1000)      /* in one answer */

/* A file that is only to be looked at is not kept. */
enum err api_import_prepare(struct request *request)
{
    struct import_work *work;
    enum err err;

    if (!is_yes(request, "check"))
        return import_take_prepare(request);
    work = arena_take(request->arena, 1, sizeof *work);
    err = read_sent(request, work);
    request->work = work;
    return err;
}

static struct api_fault *faults_of(struct request *request, const struct import_plan *plan,
                                   size_t *count)
{
    struct api_fault *fault;

    *count = plan->faults < API_FAULTS_MOST ? plan->faults : API_FAULTS_MOST;
    fault = arena_take(request->arena, *count + 1, sizeof *fault);
    for (size_t i = 0; i < *count; i++) {
        const struct import_fault *from = &plan->fault[i];
        const struct text heading = from->column >= 0 ? plan->column[from->column].heading
                                    : text_of(from->label == NULL ? "" : from->label);
        fault[i] = (struct api_fault){
            .code = from->code, .words = from->words, .row = from->row, .value = from->value,
            .column = heading.size == 0 ? NULL : arena_copy(request->arena, heading.data,
                                                            heading.size),
        };
    }
    return fault;
}

static void json_columns(struct json *json, const struct import_plan *plan)
{
    json_key(json, "columns");
    json_array(json);
    for (size_t i = 0; i < plan->columns; i++) {
        const int field = plan->column[i].field;
        json_object(json);
        json_key(json, "heading");
        json_text(json, plan->column[i].heading);
        json_key(json, "field");
        if (field >= 0)
            json_string(json, plan->type->fields[field].name);
        else
            json_null(json);
        json_object_end(json);
    }
    json_array_end(json);
}

static void json_count_of(struct json *json, const char *key, size_t count)
{
    json_key(json, key);
    json_integer(json, (int64_t)count);
}

/* `import` NULL: it is only looked at. `plan` is empty of what was added before. */
static enum err api_answer(struct request *request, const struct import *import,
                           const struct import_plan *plan, bool already)
{
    const bool added = import != NULL && import->state == IMPORT_ADDED;
    const size_t rows = already && import != NULL ? (size_t)(import->added + import->changed)
                                                  : plan->lines;
    const int64_t first = added ? import->first : 0;
    struct answer_json out;
    size_t faults;
    const struct api_fault *fault = faults_of(request, plan, &faults);

    answer_json_begin(request, &out);
    json_object(&out.json);
    json_key(&out.json, "import");
    if (import != NULL)
        json_integer(&out.json, import->id);
    else
        json_null(&out.json);
    json_key(&out.json, "added");
    json_bool(&out.json, added);
    json_key(&out.json, "already");
    json_bool(&out.json, already);
    json_count_of(&out.json, "rows", rows);
    json_count_of(&out.json, "good", rows - plan->bad);
    json_count_of(&out.json, "bad", plan->bad);
    json_count_of(&out.json, "changed", added ? (size_t)import->changed : plan->changed);
    json_key(&out.json, "first");
    if (first > 0)
        json_integer(&out.json, first);
    else
        json_null(&out.json);
    json_columns(&out.json, plan);
    answer_faults_write(request, &out.json, fault, faults);
    json_object_end(&out.json);
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static enum err api_refuse(struct request *request, const char *words)
{
    const struct api_fault fault = { .code = "file", .words = words };

    return answer_faults(request, words, &fault, 1);
}

static enum err api_check(struct request *request, const struct import_deed *deed,
                          const struct import_work *work)
{
    struct import_plan *plan = arena_take(request->arena, 1, sizeof *plan);
    enum err err;

    import_plan_open(deed->arena, deed->type, &work->table,
                     import_heading(deed->type, &work->table), plan);
    if (plan->refused != NULL)
        return api_refuse(request, plan->refused);
    err = guess_columns(deed, plan, request->trouble);
    if (err == OK)
        err = judge_plan(deed, plan, request->trouble);
    return err != OK ? err : api_answer(request, NULL, plan, false);
}

/* Somebody looked at another sheet of the file before. */
static enum err turn_to_sheet(const struct import_deed *deed, const struct import_work *work,
                              struct import_plan *plan, struct import *import,
                              struct trouble *trouble)
{
    if (text_equal(import->sheet, sheet_of(&work->table)))
        return OK;
    import->sheet = sheet_of(&work->table);
    import->heading = import_heading(deed->type, &work->table);
    import_plan_open(deed->arena, deed->type, &work->table, import->heading, plan);
    const enum err err = guess_columns(deed, plan, trouble);
    return err == OK ? import_remap(deed, plan, import, trouble) : err;
}

/* All rows, or none; what is refused can be looked at, and its columns chosen, on its page. */
static enum err api_add(struct request *request, const struct import_deed *deed,
                        const struct import_work *work, struct import_page *page)
{
    size_t faults;
    enum err err = judge(deed, &work->table, page, request->trouble);

    if (err != OK)
        return err;
    if (page->plan->refused != NULL || page->plan->lines == 0)
        return api_refuse(request, page->plan->refused != NULL
                                       ? page->plan->refused
                                       : "There is nothing below the headings.");
    if (page->plan->bad > 0) {
        const struct api_fault *fault = faults_of(request, page->plan, &faults);
        return answer_faults(request, arena_print(request->arena, "%zu of %zu rows are bad, and "
                             "nothing was added. See /%s/import/%lld", page->plan->bad,
                             page->plan->lines, deed->type->many,
                             (long long)page->import.id), fault, faults);
    }
    if (page->plan->added + page->plan->changed == 0)
        return api_refuse(request, "Every row says what stands there already.");
    err = import_enter(deed, page->plan, &page->import, request->trouble);
    return err != OK ? err : api_answer(request, &page->import, page->plan, false);
}

enum err api_import_make(struct request *request)
{
    const struct import_work *work = request->work;
    const struct import_deed deed = deed_of(request);
    struct import_plan *plan = arena_take(request->arena, 1, sizeof *plan);
    struct import_page page = { .type = deed.type };

    if (request_field(request, "name").size == 0)
        return fail(request->trouble, ERR_USAGE, "name: say what the file is called.");
    if (work->refused != NULL)
        return api_refuse(request, work->refused);
    if (is_yes(request, "check"))
        return api_check(request, &deed, work);
    enum err err = import_of_file(&deed, work->hex, &page.import, request->trouble);
    if (err == ERR_MISSING)
        err = begin(&deed, work, plan, &page.import, request->trouble);
    else if (err == OK && page.import.state == IMPORT_READ)
        err = turn_to_sheet(&deed, work, plan, &page.import, request->trouble);
    if (err != OK)
        return err;
    if (page.import.state == IMPORT_ADDED) {
        *plan = (struct import_plan){ .type = deed.type };
        return api_answer(request, &page.import, plan, true);
    }
    return api_add(request, &deed, work, &page);
}

static const struct api_field import_takes_fields[] = {
    { .name = "name", .type = API_LINE, .required = true, .most = 255,
      .help = "The file's name, without any person's in it" },
    { .name = "sheet", .type = API_LINE, .help = "Of a workbook; else the first" },
    { .name = "check", .type = API_FLAG, .help = "Only say what would be added" },
    { .name = "personal", .type = API_FLAG, .help = "Does it hold personal data?" },
    { 0 },
};
static const struct api_field column_fields[] = {
    { .name = "heading", .type = API_LINE, .required = true, .help = "As the file has it" },
    { .name = "field", .type = API_LINE, .help = "What it is taken for; null: it is not used" },
    { 0 },
};
static const struct api_field import_gives_fields[] = {
    { .name = "import", .type = API_NUMBER, .least = 1, .brief = true,
      .help = "Its number; null: it was only looked at" },
    { .name = "added", .type = API_FLAG, .required = true, .brief = true,
      .help = "Its rows are entries now, or changes of them" },
    { .name = "already", .type = API_FLAG, .required = true,
      .help = "They were before: nothing was changed" },
    { .name = "rows", .type = API_NUMBER, .required = true, .brief = true,
      .help = "How many there are" },
    { .name = "good", .type = API_NUMBER, .required = true, .help = "Of them fit" },
    { .name = "bad", .type = API_NUMBER, .required = true, .brief = true,
      .help = "Of them not fit" },
    { .name = "changed", .type = API_NUMBER, .required = true,
      .help = "Entries that rows with a number change; a row that says what stands there, none" },
    { .name = "first", .type = API_NUMBER, .least = 1,
      .help = "The number of the first new entry in the council's register; the rest follow" },
    { .name = "columns", .type = API_PARTS, .required = true, .parts = column_fields,
      .help = "What each column is taken for" },
    { .name = "errors", .type = API_PARTS, .required = true, .parts = api_fault_fields,
      .help = "What is not fit, the first thousand" },
    { 0 },
};
const struct api_call import_call = { .answer = API_OBJECT, .takes = import_takes_fields,
                                      .gives = import_gives_fields };
