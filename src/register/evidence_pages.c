/*
 * register/evidence_pages.c -- kept files as a browser or a program meets them.
 */
#include "register/evidence_desk.h"
#include "register/register_table.h"
#include "store/evidence_erase.h"
#include "web/api_field.h"

#define ROWS 50
#define WHY_MOST 1000

/* --- the list --- */

/* "1403776800123-0f1e...": where the last page ended. */
static bool read_place(struct text cursor, struct evidence_before *place)
{
    const size_t digits = text_digits(cursor, 0);
    struct evidence_id id;

    if (digits == 0 || digits > 18 || digits == cursor.size || cursor.data[digits] != '-')
        return false;
    place->taken_at.ms = route_number((struct text){ cursor.data, digits });
    place->hex = (struct text){ cursor.data + digits + 1, cursor.size - digits - 1 };
    return evidence_id_parse(place->hex, &id);
}

static enum err load_list(struct request *request, struct evidence_files *files, bool *from_place)
{
    const struct text cursor = request_field(request, "before");
    struct evidence_before place;

    *from_place = cursor.size > 0;
    if (*from_place && !read_place(cursor, &place))
        return fail(request->trouble, ERR_USAGE, "before: take it from the page before.");
    return evidence_list(request->tx, request->arena, request->actor.acting,
                         *from_place ? &place : NULL, ROWS, files, request->trouble);
}

static struct url next_url(struct request *request, struct url url,
                           const struct evidence_files *files)
{
    const struct evidence_row *last = &files->row[files->count - 1];
    const char *cursor = arena_print(request->arena, "%lld-%s", (long long)last->taken_at.ms,
                                     last->hex);

    return UrlArg(request->arena, url, "before", text_of(cursor));
}

static void file_row(struct request *request, struct html *h, const struct evidence_row *row)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", evidence_url(request->arena, text_of(row->hex)));
                html_text(h, row->erased ? text_of("Erased file") : row->name);
            }
        }
        El(h, "td") {
            LitAttr(h, "class", "number");
            html_text(h, text_of(evidence_size_shown(request->arena, row->size)));
        }
        El(h, "td") {
            if (row->erased)
                page_tag(h, TAG_PLAIN, "erased");
            else if (row->personal)
                page_tag(h, TAG_WARNING, "personal data");
            else
                Lit(h, "None");
        }
        El(h, "td") page_moment(h, row->taken_at);
        page_cell(h, row->taken_by);
    }
}

static void file_table(struct request *request, struct html *h,
                       const struct evidence_files *files, bool from_place)
{
    static const struct column columns[] = {
        { "Name", COLUMN_WORDS }, { "Size", COLUMN_NUMBER }, { "Personal data", COLUMN_WORDS },
        { "Taken in", COLUMN_WORDS }, { "By", COLUMN_WORDS },
    };
    const struct url newest = Url("/evidence");

    Table(h, "Files, the newest first", columns)
        for (size_t i = 0; i < files->count; i++)
            file_row(request, h, &files->row[i]);
    const struct url earlier = next_url(request, newest, files);
    page_pages(request, h, from_place ? &newest : NULL, files->count == ROWS ? &earlier : NULL);
}

static enum err evidence_list_show(struct request *request)
{
    struct evidence_files files = { .count = 0 };
    bool from_place;
    const enum err err = load_list(request, &files, &from_place);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Evidence");
    if (actor_may(&request->actor, MAY_TAKE_EVIDENCE))
        El(h, "p") El(h, "a") {
            LitAttr(h, "class", "ds_button");
            Href(h, "href", Url("/new-evidence"));
            page_say(request, h, WORD_FILES_ADD);
        }
    if (files.count == 0)
        page_empty(h, from_place ? "There are no earlier files." : "No file is kept yet.",
                   "Minutes, agreements and extracts that a decision or a figure rests on are "
                   "kept here, sealed, with a hash that shows them unchanged.");
    else
        file_table(request, h, &files, from_place);
    return page_end(request, h, 200);
}

/* --- adding --- */

static enum err new_page(struct request *request, const char *refused, int status)
{
    const bool personal = request_field(request, "personal").size > 0;
    const struct field field = { .name = "file", .error = refused };
    const char *hint = arena_print(request->arena, "Up to %d files, %s with all of them.",
                                   SENT_FILES_MOST,
                                   evidence_size_shown(request->arena,
                                                       request->site->upload_most));
    struct html *h = page_begin(request, "Add files");

    page_errors(request, h, &field, 1);
    UploadForm(request, h, Url("/evidence")) {
        evidence_box(h, "file", "Files", hint, refused, true);
        page_tick(h, "personal", "They hold personal data", personal);
        El(h, "p") {
            LitAttr(h, "class", "hint");
            page_say(request, h, WORD_FILES_PERSONAL);
        }
        page_button_say(request, h, WORD_FILES_KEEP);
    }
    return page_end(request, h, status);
}

static enum err evidence_new(struct request *request)
{
    return new_page(request, NULL, 200);
}

static enum err take_prepare(struct request *request)
{
    return evidence_keep_sent(request, evidence_is_personal(request));
}

static enum err take_make(struct request *request)
{
    const struct evidence_kept *kept = request->work;

    if (kept->refused != NULL || kept->count == 0)
        return new_page(request, kept->refused != NULL ? kept->refused : "Choose a file.", 422);
    if (kept->count > 1)
        return answer_done(request, Url("/evidence"), WORD_DONE_FILES_KEPT);
    return answer_done(request, evidence_url(request->arena, kept->file[0].hex),
                       kept->file[0].already ? WORD_DONE_FILE_ALREADY : WORD_DONE_FILE_KEPT);
}

/* --- one file --- */

static enum err load(struct request *request, struct evidence_found *found)
{
    return evidence_find(request->tx, request->arena, request->actor.acting,
                         request_word(request, "evidence"), found, request->trouble);
}

static void moment_entry(struct html *h, const char *label, struct moment moment)
{
    El(h, "dt") html_phrase(h, text_of(label));
    El(h, "dd") page_moment(h, moment);
}

static void facts(struct request *request, struct html *h, const struct evidence_found *found)
{
    const struct evidence_row *row = &found->row;
    char hex[SHA256_HEX_SIZE];

    sha256_hex(&row->sum, hex);
    El(h, "dl") {
        page_entry(h, "Whose", page_council(request, found->council));
        page_entry(h, "Size", text_of(arena_print(request->arena, "%s (%llu bytes)",
                                                  evidence_size_shown(request->arena, row->size),
                                                  (unsigned long long)row->size)));
        page_entry(h, "Kind", row->media);
        page_entry(h, "SHA-256", text_of(hex));
        moment_entry(h, "Taken in", row->taken_at);
        page_entry(h, "By", row->taken_by);
        page_entry(h, "Personal data", text_of(row->personal ? "Yes: every reading stands in the "
                                               "trail" : "None"));
        if (row->erased)
            moment_entry(h, "Erased", row->erased_at);
    }
}

/* Records that files belong to, and where they are shown. */
static const struct place {
    const char *kind, *name, *path;
} places[] = {
    { "two_key", "Proposal", "/proposals" },
    { "risk", "Risk", "/risks" },
    { "action", "Action", "/actions" },
    { "obligation", "Obligation", "/obligations" },
    { "query", "Query", "/queries" },
    { "initiative", "Initiative", "/initiatives" },
    { "memorandum", "Memorandum", "/memoranda" },
    { "fund", "Fund", "/funds" },
    { "policy", "Policy", "/policies" },
    { "ledger_import", "Import", "/money/imports" },
    { "risk_import", "Import of risks", "/risks/import" },
    { "action_import", "Import of actions", "/actions/import" },
    { "obligation_import", "Import of obligations", "/obligations/import" },
    { "query_import", "Import of queries", "/queries/import" },
    { "initiative_import", "Import of initiatives", "/initiatives/import" },
    { "memorandum_import", "Import of memoranda", "/memoranda/import" },
    { "fund_import", "Import of funds", "/funds/import" },
    { "policy_import", "Import of policies", "/policies/import" },
};

static void use_item(struct request *request, struct html *h, const struct evidence_link *use)
{
    const struct place *place = NULL;

    for (size_t i = 0; i < COUNT(places); i++)
        if (text_is(use->subject.kind, places[i].kind))
            place = &places[i];
    El(h, "li") {
        if (place == NULL) {
            html_text(h, use->subject.kind);
            Lit(h, " ");
            html_text(h, use->subject.id);
        } else {
            El(h, "a") {
                Href(h, "href", url_segment(request->arena,
                                            url_literal(place->path, strlen(place->path)),
                                            use->subject.id));
                html_text(h, text_of(place->name));
                Lit(h, " ");
                html_text(h, use->subject.id);
            }
        }
        if (use->subject.partners.size > 0)
            Lit(h, ", read by the councils it names");
    }
}

static void uses_list(struct request *request, struct html *h, const struct evidence_links *uses)
{
    El(h, "h2") Lit(h, "What rests on it");
    if (uses->count == 0)
        El(h, "p") Lit(h, "Nothing yet.");
    else
        El(h, "ul") for (size_t i = 0; i < uses->count; i++)
            use_item(request, h, &uses->link[i]);
}

static void ways(struct request *request, struct html *h, const struct evidence_found *found)
{
    const struct url url = evidence_url(request->arena, text_of(found->row.hex));
    const bool own = found->council == request->actor.acting;

    El(h, "p") El(h, "a") {
        LitAttr(h, "class", "ds_button");
        Href(h, "href", url_segment(request->arena, url, text_of("file")));
        Lit(h, "Download");
    }
    if (own && actor_may(&request->actor, MAY_ERASE_EVIDENCE))
        El(h, "p") El(h, "a") {
            Href(h, "href", url_segment(request->arena, url, text_of("erase")));
            Lit(h, "Erase this file");
        }
}

static enum err evidence_show(struct request *request)
{
    struct evidence_found found = { 0 };
    struct evidence_links uses;
    enum err err = load(request, &found);

    if (err == OK)
        err = evidence_uses(request->tx, request->arena, request->actor.acting,
                            text_of(found.row.hex), &uses, request->trouble);
    if (err != OK)
        return err;
    struct html *h = page_begin(request, found.row.erased ? "Erased file"
                                : arena_copy(request->arena, found.row.name.data,
                                             found.row.name.size));
    facts(request, h, &found);
    if (!found.row.erased)
        ways(request, h, &found);
    uses_list(request, h, &uses);
    return page_end(request, h, 200);
}

static enum err fetch_prepare(struct request *request)
{
    return evidence_fetch(request, request_word(request, "evidence"));
}

/* --- erasing --- */

static enum err load_erasable(struct request *request, struct evidence_found *found)
{
    const enum err err = load(request, found);

    if (err != OK)
        return err;
    return found->council == request->actor.acting && !found->row.erased ? OK : ERR_MISSING;
}

static enum err erase_page(struct request *request, const char *refused, int status)
{
    struct evidence_found found = { 0 };
    struct evidence_links uses;
    const struct field why = {
        .name = "why", .label = "Why", .hint = "It stands in the trail for ever: name nobody.",
        .value = request_field(request, "why"), .error = refused,
    };
    enum err err = load_erasable(request, &found);

    if (err == OK)
        err = evidence_uses(request->tx, request->arena, request->actor.acting,
                            text_of(found.row.hex), &uses, request->trouble);
    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Erase a file");
    page_errors(request, h, &why, 1);
    El(h, "p") {
        El(h, "strong") html_text(h, found.row.name);
        Lit(h, " is erased by destroying its key: nobody can open it again. Its hash stays, so "
               "that the trail can still be verified. What was made of it goes with it: the lines "
               "of an extract and its refused rows. A backup from before can open them for as long "
               "as that is kept.");
    }
    uses_list(request, h, &uses);
    const struct url url = url_segment(request->arena,
                                       evidence_url(request->arena, text_of(found.row.hex)),
                                       text_of("erase"));
    Form(request, h, url) {
        page_text_field(h, &why);
        page_button_say(request, h, WORD_FILE_ERASE);
    }
    return page_end(request, h, status);
}

static enum err evidence_erase_show(struct request *request)
{
    return erase_page(request, NULL, 200);
}

static const char *why_refused(struct text why)
{
    if (why.size == 0)
        return "Say why.";
    return why.size > WHY_MOST ? "A reason has at most 1,000 bytes." : NULL;
}

static enum err erase_prepare(struct request *request)
{
    const struct text why = request_field(request, "why");
    const struct evidence_erasure erasure = {
        .outside = request->site->outside, .now = request->happening.now,
        .council = request->actor.acting, .actor = text_of(request->actor.login),
        .request = request->happening.request, .why = { why, false },
        .made_of = request->site->made_of,
    };
    struct evidence_id id;

    if (!evidence_id_parse(request_word(request, "evidence"), &id))
        return ERR_MISSING;
    return why_refused(why) != NULL ? OK : evidence_erase(request->site->db, &erasure, &id,
                                                          request->trouble);
}

static enum err evidence_erase_make(struct request *request)
{
    const char *refused = why_refused(request_field(request, "why"));

    if (refused != NULL)
        return erase_page(request, refused, 422);
    return answer_done(request, evidence_url(request->arena, request_word(request, "evidence")),
                       WORD_DONE_FILE_ERASED);
}

/* --- calls --- */

static enum err api_evidence_list(struct request *request)
{
    struct evidence_files files = { .count = 0 };
    struct answer_json out;
    bool from_place;
    const enum err err = load_list(request, &files, &from_place);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    json_array(&out.json);
    for (size_t i = 0; i < files.count; i++)
        evidence_json(&out.json, &files.row[i]);
    json_array_end(&out.json);
    if (files.count == ROWS) {
        const struct url next = next_url(request, Url("/api/v1/evidence"), &files);
        http_answer_header(request->answer, "Link",
                           text_of(arena_print(request->arena, "<%.*s>; rel=\"next\"",
                                               TEXT(next.text))));
    }
    return answer_json_end(request, &out, 200, JSON_TYPE);
}

static enum err answer_file(struct request *request, struct text hex, int status)
{
    struct evidence_found found;
    struct answer_json out;
    enum err err = evidence_find(request->tx, request->arena, request->actor.acting, hex, &found,
                                 request->trouble);

    if (err != OK)
        return err;
    answer_json_begin(request, &out);
    evidence_json(&out.json, &found.row);
    return answer_json_end(request, &out, status, JSON_TYPE);
}

static enum err api_evidence_show(struct request *request)
{
    return answer_file(request, request_word(request, "evidence"), 200);
}

static enum err api_evidence_take(struct request *request)
{
    const struct evidence_kept *kept = request->work;

    if (kept->refused != NULL || kept->count == 0)
        return evidence_answer_unkept(request);
    return answer_file(request, kept->file[0].hex, 201);
}

/* --- what the calls take and give --- */

static const struct api_field list_takes[] = {
    { .name = "before", .type = API_LINE, .cursor = true,
      .help = "Where the list goes on, as its Link says" },
    { 0 },
};
static const struct api_call list_call = { .answer = API_LIST, .takes = list_takes,
                                           .gives = evidence_gives };
static const struct api_call take_call = { .answer = API_OBJECT, .status = 201,
                                           .takes = evidence_takes, .gives = evidence_gives };
static const struct api_call show_call = { .answer = API_OBJECT, .gives = evidence_gives };
static const struct api_call fetch_call = { .answer = API_FILE, .type = FILE_TYPE };

static const struct action actions[] = {
    { .verb = "evidence list", .summary = "The council's kept files, the newest first",
      .description =
          "Files that decisions and figures rest on: minutes, agreements, extracts. Each is kept "
          "whole, sealed under a key of its own, with its SHA-256. The same file is kept once.\n\n"
          "A file is its council's alone. Another council reads it only when it belongs to a "
          "record of both, such as the decision that an agreement rests on, and never if it "
          "holds personal data.",
      .method = ACTION_GET, .route = "/evidence", .right = MAY_SEE_EVIDENCE,
      .respond = evidence_list_show },
    { .verb = "evidence new", .summary = "The form to add files",
      .description =
          "Choose one file or several from your computer. The name is kept as it is; do not put "
          "a person's name into it.\n\n"
          "Tick the box if a file holds personal data: then every reading of it stands in the "
          "trail, and no other council is ever shown it.",
      .method = ACTION_GET, .route = "/new-evidence", .right = MAY_TAKE_EVIDENCE,
      .respond = evidence_new },
    { .verb = "evidence take", .summary = "Keep files",
      .method = ACTION_POST, .route = "/evidence", .right = MAY_TAKE_EVIDENCE,
      .prepare = take_prepare, .respond = take_make, .upload_most = UPLOAD_USUAL },
    { .verb = "evidence show", .summary = "A kept file: what it is, and what rests on it",
      .description =
          "What the file is, who took it in and when, its hash, and the records that rest on it. "
          "Download gives the very bytes that were taken in, verified on the way.",
      .method = ACTION_GET, .route = "/evidence/{evidence:word}", .right = MAY_SEE_EVIDENCE,
      .respond = evidence_show },
    { .verb = "evidence fetch", .summary = "The file itself",
      .method = ACTION_GET, .route = "/evidence/{evidence:word}/file", .right = MAY_SEE_EVIDENCE,
      .prepare = fetch_prepare, .respond = evidence_fetched },
    { .verb = "evidence erase show", .summary = "What erasing a file means, and the form to do so",
      .description =
          "Erasing destroys the file's key, and cannot be taken back. The hash stays, so that "
          "nobody can put another file in its place unnoticed. Backups from before can open the "
          "file until they are gone.",
      .method = ACTION_GET, .route = "/evidence/{evidence:word}/erase",
      .right = MAY_ERASE_EVIDENCE, .respond = evidence_erase_show },
    { .verb = "evidence erase", .summary = "Erase a file, with a reason",
      .method = ACTION_POST, .route = "/evidence/{evidence:word}/erase",
      .right = MAY_ERASE_EVIDENCE, .prepare = erase_prepare, .respond = evidence_erase_make },

    { .verb = "api evidence list", .summary = "Kept files, the newest first",
      .method = ACTION_GET, .route = "/api/v1/evidence", .right = MAY_SEE_EVIDENCE,
      .respond = api_evidence_list, .call = &list_call },
    { .verb = "api evidence take",
      .summary = "Keep a file",
      .description = "The body is the file. A header Content-Digest (RFC 9530, sha-256) is held "
                     "against what came.",
      .method = ACTION_POST, .route = "/api/v1/evidence", .right = MAY_TAKE_EVIDENCE,
      .prepare = take_prepare, .respond = api_evidence_take, .upload_most = UPLOAD_USUAL,
      .call = &take_call },
    { .verb = "api evidence show", .summary = "A kept file: what it is",
      .method = ACTION_GET, .route = "/api/v1/evidence/{evidence:word}",
      .right = MAY_SEE_EVIDENCE, .respond = api_evidence_show, .call = &show_call },
    { .verb = "api evidence fetch", .summary = "The file itself",
      .method = ACTION_GET, .route = "/api/v1/evidence/{evidence:word}/file",
      .right = MAY_SEE_EVIDENCE, .prepare = fetch_prepare, .respond = evidence_fetched,
      .call = &fetch_call },
    { 0 },
};

const struct feature evidence_feature = { "evidence", "Kept files", actions };
