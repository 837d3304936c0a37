/*
 * finance/finance_profile_pages.c -- profiles: listed, shown, guessed from an extract, kept.
 */
#include "finance/finance_pages.h"

#include "finance/finance_profile.h"

enum { SYSTEM, WORDS_OF_IT, FILE_OF_IT, FIELDS };

static struct url profile_url(struct arena *arena, int64_t id)
{
    return url_id(arena, Url("/money/profiles"), id);
}

/* --- the list --- */

static void profile_row(struct request *request, struct html *h,
                        const struct extract_profile *profile)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", profile_url(request->arena, profile->id));
                html_text(h, profile->system);
            }
        }
        page_number(h, profile->version);
        page_cell(h, text_of(profile->guessed ? "Guessed from an extract" : "By a person"));
        El(h, "td") page_moment(h, profile->made_at);
        page_cell(h, profile->made_by);
    }
}

enum err profiles_show(struct request *request)
{
    static const struct column columns[] = {
        { "System", COLUMN_WORDS }, { "Version", COLUMN_NUMBER }, { "How", COLUMN_WORDS },
        { "Kept", COLUMN_WORDS }, { "By", COLUMN_WORDS },
    };
    struct extract_profiles profiles;
    enum err err = extract_profiles_load(request->tx, request->arena, request->actor.acting,
                                         &profiles, request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Profiles of extracts");
    if (profiles.count == 0) {
        page_empty(h, "There is no profile yet.",
                   "Upload an extract under Imports and let the program guess one, or write it "
                   "yourself.");
    } else {
        Table(h, "How your council's extracts are read, the newest version first", columns)
            for (size_t i = 0; i < profiles.count; i++)
                profile_row(request, h, &profiles.profile[i]);
    }
    if (actor_may(&request->actor, MAY_TAKE_EXTRACT))
        El(h, "p") {
            El(h, "a") {
                Href(h, "href", Url("/money/profiles/new"));
                Lit(h, "Add a profile");
            }
        }
    return page_end(request, h, 200);
}

enum err profile_show(struct request *request)
{
    struct extract_profile profile;
    enum err err = extract_profile_load(request->tx, request->arena, request->actor.acting,
                                        request_number(request, "profile"), &profile,
                                        request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, arena_print(request->arena, "%.*s, version %lld",
                                                     TEXT(profile.system),
                                                     (long long)profile.version));
    El(h, "dl") {
        page_entry(h, "Made", text_of(profile.guessed ? "Guessed from an extract, and looked at"
                                                      : "By a person"));
        El(h, "dt") Lit(h, "Kept");
        El(h, "dd") page_moment(h, profile.made_at);
        page_entry(h, "By", profile.made_by);
    }
    El(h, "h2") Lit(h, "The profile");
    El(h, "pre") {
        LitAttr(h, "tabindex", "0");
        html_text(h, profile.words);
    }
    return page_end(request, h, 200);
}

/* --- a new one --- */

struct guessing {
    struct request      *request;
    struct ledger_import import;
    struct extract_guess guess;
};

static enum err load_import(struct tx *tx, void *context, struct trouble *trouble)
{
    struct guessing *guessing = context;
    struct request *request = guessing->request;
    const struct text number = request_field(request, "import");

    if (number.size > 18 || text_digits(number, 0) != number.size)
        return ERR_MISSING;
    return ledger_import_load(tx, request->arena, request->actor.acting, route_number(number),
                              &guessing->import, trouble);
}

/* With ?import=7: the profile that its extract seems to need. */
enum err profile_new_prepare(struct request *request)
{
    struct guessing *guessing = arena_take(request->arena, 1, sizeof *guessing);
    const struct db_scope scope = { request->actor.acting, request->arena };
    struct extract_desk desk;

    request->work = guessing;
    guessing->request = request;
    guessing->guess.words = "";
    if (request_field(request, "import").size == 0)
        return OK;
    enum err err = db_read(request->site->db, scope, load_import, guessing, request->trouble);
    if (err == OK)
        err = money_desk(request, &desk);
    return err != OK ? err : extract_guess(&desk, request->arena, guessing->import.evidence,
                                           EXTRACT_LEDGER, &guessing->guess, request->trouble);
}

static enum err form(struct request *request, struct text system, struct text words,
                     const char *const wrong[FIELDS], const char *said, int status)
{
    const struct field field[FIELDS] = {
        [SYSTEM] = { "system", "System", "The name stays the same for all its versions, such as "
                     "General ledger", "text", "off", system, wrong[SYSTEM] },
        [WORDS_OF_IT] = { "words", "The profile", "Lines of key = value, such as date = column Date. Help "
                         "with this page, below, says which keys there are; an extract that "
                         "is uploaded has them guessed.", "text", "off", words,
                          wrong[WORDS_OF_IT] },
        [FILE_OF_IT] = { "file", "Or a file with it", "It counts instead of what stands above",
                         "file", NULL, { "", 0 }, wrong[FILE_OF_IT] },
    };
    const struct text import = request_field(request, "import");
    struct html *h = page_begin(request, "A profile for extracts");

    page_errors(request, h, field, FIELDS);
    if (said != NULL)
        El(h, "p") html_text(h, text_of(said));
    UploadForm(request, h, Url("/money/profiles")) {
        page_field(h, &field[SYSTEM]);
        page_text_field(h, &field[WORDS_OF_IT]);
        page_file_field(h, &field[FILE_OF_IT], false);
        if (import.size > 0) {
            Void(h, "input");
            LitAttr(h, "type", "hidden");
            LitAttr(h, "name", "import");
            Attr(h, "value", import);
        }
        page_button(h, "Keep this version");
    }
    return page_end(request, h, status);
}

enum err profile_new(struct request *request)
{
    static const char *const nothing[FIELDS] = { NULL };
    const struct guessing *guessing = request->work;
    const char *said = NULL;

    if (guessing->guess.open > 0)
        said = arena_print(request->arena, "%zu key%s could not be told from the extract: "
                           "complete the lines that begin with # (open).", guessing->guess.open,
                           guessing->guess.open == 1 ? "" : "s");
    else if (guessing->guess.words[0] != '\0')
        said = "This is what the extract seems to need, with the reason behind each line. Look it "
               "through; you see the first rows as it reads them before anything is taken in.";
    return form(request, text_of(""), text_of(guessing->guess.words), nothing, said, 200);
}

/* What was typed, or the file that was sent instead. */
static enum err read_words(struct request *request, struct text *out)
{
    *out = request_field(request, "words");
    for (size_t i = 0; i < request->files.count; i++) {
        const struct sent_file *file = &request->files.file[i];
        char *bytes = arena_take(request->arena, (size_t)file->size + 1, 1);
        if (file->size == 0)
            continue;
        enum err err = spool_read(&request->http->upload.spool, file->at, bytes,
                                  (size_t)file->size, request->trouble);
        if (err != OK)
            return err;
        *out = (struct text){ bytes, (size_t)file->size };
    }
    return OK;
}

static enum err keep(struct request *request, const struct text system, struct text words)
{
    const struct text import = request_field(request, "import");
    struct extract_profile profile = { .system = system, .words = words,
                                       .guessed = import.size > 0 };
    enum err err = extract_profile_add(request->tx, request->arena, &request->happening,
                                       &request->actor, &profile, request->trouble);

    if (err == OK && import.size > 0)
        err = ledger_import_choose(request->tx, request->arena, &request->actor,
                                   route_number(import), profile.id, request->trouble);
    if (err != OK)
        return err;
    return answer_done(request, import.size > 0
                       ? url_id(request->arena, Url("/money/imports"), route_number(import))
                       : profile_url(request->arena, profile.id), WORD_DONE_PROFILE_KEPT);
}

enum err profile_make(struct request *request)
{
    const struct text system = request_field(request, "system");
    const struct text import = request_field(request, "import");
    const char *wrong[FIELDS] = { NULL };
    struct trouble said = { 0 };
    struct council council;
    struct text words;
    enum err err = money_council(request, &council);

    if (import.size > 18 || text_digits(import, 0) != import.size)
        return ERR_MISSING;
    if (err == OK)
        err = read_words(request, &words);
    if (err != OK)
        return err;
    if (system.size == 0 || system.size > EXTRACT_SYSTEM_BYTES_MOST)
        wrong[SYSTEM] = MONEY_SYSTEM_WORDS;
    if (words.size > 0 && !text_is_utf8(words))
        wrong[WORDS_OF_IT] = "A profile is UTF-8.";
    else if (extract_profile_judge(request->arena, words, council.code, &said) != OK)
        wrong[WORDS_OF_IT] = money_line_said(request->arena, said.text, "profile:");
    if (wrong[SYSTEM] != NULL || wrong[WORDS_OF_IT] != NULL)
        return form(request, system, text_is_utf8(words) ? words : text_of(""), wrong, NULL, 422);
    return keep(request, system, words);
}
