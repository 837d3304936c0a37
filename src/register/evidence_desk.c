#include "register/evidence_desk.h"

#include <assert.h>
#include <sodium.h>
#include <strings.h>

#include "store/council.h"
#include "store/evidence_intake.h"
#include "store/evidence_open.h"
#include "store/keyring_io.h"
#include "trail/trail_time.h"

#define PIECE ((size_t)64 * 1024)

/* --- a council with its key --- */

struct owner {
    struct request         *request;
    int64_t                 id;
    struct text             hex;        /* of a file, whose council is looked for; or empty */
    struct evidence_row     row;
    struct evidence_council council;
};

static enum err owner_work(struct tx *tx, void *context, struct trouble *trouble)
{
    struct owner *owner = context;
    struct arena *arena = owner->request->arena;
    struct evidence_found found = { .council = owner->id };
    struct councils councils = { 0 };
    enum err err = OK;

    if (owner->hex.size > 0)
        err = evidence_find(tx, arena, owner->request->actor.acting, owner->hex, &found, trouble);
    owner->row = found.row;
    owner->council.id = found.council;
    if (err == OK)
        err = councils_read(tx, arena, &councils, trouble);
    for (size_t i = 0; i < councils.count && err == OK; i++)
        if (councils.council[i].id == found.council)
            owner->council.code = councils.council[i].code;
    return err;
}

static enum err find_owner(struct owner *owner)
{
    struct request *request = owner->request;
    const struct db_scope scope = { request->actor.acting, request->arena };
    enum err err = db_read(request->site->db, scope, owner_work, owner, request->trouble);

    if (err != OK)
        return err;
    owner->council.master = keyring_master(request->site->keyring, owner->council.code);
    return owner->council.master != NULL
               ? OK : fail(request->trouble, ERR_BUG, "the server has no key of council %.*s",
                           TEXT(owner->council.code));
}

/* --- files that were sent --- */

/* Lines of CSV can be found again; of anything else a file is bytes. */
static enum evidence_kind kind_of(const struct sent_file *file)
{
    static const char end[] = ".csv";
    const size_t size = sizeof end - 1;
    const bool named = file->name.size > size &&
                       strncasecmp(file->name.data + file->name.size - size, end, size) == 0;

    return named || text_is(file->media, "text/csv") ? EVIDENCE_RECORDS : EVIDENCE_BYTES;
}

static enum err keep(const struct owner *owner, const struct sent_file *file, bool personal,
                     struct evidence_sent *out)
{
    struct request *request = owner->request;
    const struct spool *spool = &request->http->upload.spool;
    const struct evidence_arrival arrival = {
        .db = request->site->db, .outside = request->site->outside,
        .clock = request->site->clock, .council = owner->council,
        .actor = text_of(request->actor.login), .request = request->happening.request,
        .name = file->name, .media = file->media, .kind = kind_of(file), .personal = personal,
        .size = &file->size,
        /* What a program sends is the body whole, whose sum was taken as it came. */
        .sum = file->field.size == 0 ? &request->http->upload.sha256 : NULL,
    };
    struct evidence_taken taken;
    char hex[EVIDENCE_ID_HEX];
    enum err err = evidence_take(request->arena, &arrival,
                                 sent_file_stream(request->arena, spool, file), &taken,
                                 request->trouble);

    if (err != OK)
        return err;
    evidence_id_print(&taken.id, hex);
    *out = (struct evidence_sent){ text_of(arena_copy(request->arena, hex, sizeof hex - 1)),
                                   file->name, taken.already };
    return OK;
}

static const char *refusal_of(const struct sent_file *file)
{
    if (file->name.size == 0 || file->name.size > 255)
        return "The name of a file has 1 to 255 bytes.";
    for (size_t i = 0; i < file->name.size; i++)
        if ((unsigned char)file->name.data[i] < 0x20 || file->name.data[i] == 0x7f)
            return "The name of a file has no line ends or other control characters.";
    return file->size == 0 ? "The file is empty." : NULL;
}

bool evidence_is_personal(const struct request *request)
{
    const struct text said = request_field(request, "personal");

    return said.size > 0 && !text_is(said, "false");
}

/* RFC 9530: "sha-256=:BASE64:". Not sent: fine. */
static bool digest_agrees(const struct request *request)
{
    static const char begin[] = "sha-256=:";
    const struct text said = http_header(request->http, "content-digest");
    const unsigned char *sum = request->http->upload.sha256.bytes;
    char base64[sodium_base64_ENCODED_LEN(SHA256_BYTES, sodium_base64_VARIANT_ORIGINAL)];

    (void)sodium_bin2base64(base64, sizeof base64, sum, SHA256_BYTES,
                            sodium_base64_VARIANT_ORIGINAL);
    return said.data == NULL ||
           text_is(said, arena_print(request->arena, "%s%s:", begin, base64));
}

enum err evidence_keep_sent(struct request *request, bool personal)
{
    struct evidence_kept *kept = arena_take(request->arena, 1, sizeof *kept);
    struct owner owner = { .request = request, .id = request->actor.acting };
    enum err err = OK;

    request->work = kept;
    if (request->api && !digest_agrees(request))
        kept->refused = "Content-Digest: it is not the sha-256 of what came, or not in its form: "
                        "sha-256=:BASE64:";
    for (size_t i = 0; i < request->files.count && kept->refused == NULL; i++)
        kept->refused = refusal_of(&request->files.file[i]);
    if (kept->refused != NULL || request->files.count == 0)
        return OK;
    err = find_owner(&owner);
    for (size_t i = 0; i < request->files.count && err == OK; i++)
        err = keep(&owner, &request->files.file[i], personal, &kept->file[kept->count++]);
    return err;
}

/* --- a file to be sent --- */

static enum err copy(struct request *request, struct evidence_opened *opened, struct sink *to)
{
    char *bytes = arena_take(request->arena, PIECE, 1);
    struct stream *stream;
    size_t got = 1;
    enum err err = evidence_opened_stream(opened, &stream, request->trouble);

    if (err != OK)
        return err;
    while (err == OK && got > 0) {
        err = stream->read(stream, bytes, PIECE, &got, request->trouble);
        if (err == OK)
            err = to->write(to, bytes, got, request->trouble);
    }
    stream->close(stream);
    return err;
}

/* By whoever is let in: the owner's row is known then. */
static enum err open_kept(struct owner *owner, struct evidence_opened **opened)
{
    struct request *request = owner->request;
    struct evidence_id id;
    enum err err;

    if (!evidence_id_parse(owner->hex, &id))
        return ERR_MISSING;
    if ((err = find_owner(owner)) != OK)
        return err;
    const struct evidence_warrant warrant = {
        .outside = request->site->outside, .now = request->happening.now,
        .acting = request->actor.acting, .actor = text_of(request->actor.login),
        .request = request->happening.request, .council = &owner->council, .councils = 1,
        .whole = true,
    };
    return evidence_open(request->arena, request->site->db, &warrant, &id, opened,
                         request->trouble);
}

enum err evidence_fetch(struct request *request, struct text hex)
{
    struct owner *owner = arena_take(request->arena, 1, sizeof *owner);
    struct evidence_opened *opened;
    struct answer_file out;

    *owner = (struct owner){ .request = request, .hex = hex };
    enum err err = open_kept(owner, &opened);
    if (err != OK)
        return err;
    err = answer_file_begin(request, &out);
    if (err == OK)
        err = copy(request, opened, &out.sink);
    evidence_close(opened);
    request->work = &owner->row;
    return err;
}

struct memory_sink {
    struct sink sink;
    char       *bytes;
    size_t      size, most;
};

static enum err memory_write(struct sink *sink, const void *bytes, size_t size,
                             struct trouble *trouble)
{
    struct memory_sink *memory = (struct memory_sink *)sink;

    if (size > memory->most - memory->size)
        return fail(trouble, ERR_CHECK, "a kept file is larger than its row says");
    memcpy(memory->bytes + memory->size, bytes, size);
    memory->size += size;
    return OK;
}

enum err evidence_bytes(struct request *request, struct text hex, struct text *bytes)
{
    struct owner *owner = arena_take(request->arena, 1, sizeof *owner);
    struct evidence_opened *opened;

    *owner = (struct owner){ .request = request, .hex = hex };
    enum err err = open_kept(owner, &opened);
    if (err != OK)
        return err;
    const size_t most = (size_t)owner->row.size;
    struct memory_sink memory = { { memory_write }, arena_take(request->arena, most + 1, 1), 0,
                                  most };
    err = copy(request, opened, &memory.sink);
    evidence_close(opened);
    *bytes = (struct text){ memory.bytes, memory.size };
    return err;
}

/* --- under which name --- */

static bool is_plain(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           is_one_of(c, "-_.");
}

/* Both ways that RFC 6266 has: for older browsers with _ for what is not plain, for all others as
 * the name is, percent-encoded. */
static struct text disposition(struct arena *arena, struct text name)
{
    const struct url encoded = url_segment(arena, (struct url){ { "", 0 } }, name);
    char *plain = arena_copy(arena, name.data, name.size);

    for (size_t i = 0; i < name.size; i++)
        if (!is_plain(plain[i]) || (i == 0 && plain[i] == '.'))
            plain[i] = '_';
    return text_of(arena_print(arena, "attachment; filename=\"%s\"; filename*=UTF-8''%.*s", plain,
                               (int)encoded.text.size - 1, encoded.text.data + 1));
}

enum err evidence_fetched(struct request *request)
{
    const struct evidence_row *row = request->work;
    const char *media = request->api ? FILE_TYPE
                                     : arena_copy(request->arena, row->media.data,
                                                  row->media.size);
    char hex[SHA256_HEX_SIZE];

    sha256_hex(&row->sum, hex);
    request->answer->status = 200;
    http_answer_header(request->answer, "Content-Type", text_of(media));
    http_answer_header(request->answer, "Content-Disposition",
                       disposition(request->arena, row->name));
    http_answer_header(request->answer, "ETag",
                       text_of(arena_print(request->arena, "\"%s\"", hex)));
    return OK;
}

/* --- parts of pages --- */

struct url evidence_url(struct arena *arena, struct text hex)
{
    return url_segment(arena, Url("/evidence"), hex);
}

const char *evidence_size_shown(struct arena *arena, uint64_t bytes)
{
    static const char *const unit[] = { "kB", "MB", "GB", "TB" };
    uint64_t tenths = bytes / 100;
    size_t at = 0;

    if (bytes < 1000)
        return arena_print(arena, "%llu bytes", (unsigned long long)bytes);
    for (; tenths >= 10000 && at + 1 < COUNT(unit); at++)
        tenths /= 1000;
    return arena_print(arena, "%llu.%llu %s", (unsigned long long)(tenths / 10),
                       (unsigned long long)(tenths % 10), unit[at]);
}

void evidence_box(struct html *h, const char *name, const char *label, const char *hint,
                  const char *error, bool several)
{
    const struct field field = { .name = name, .label = label, .hint = hint, .type = "file",
                                 .error = error };

    page_file_field(h, &field, several);
}

static void file_name(struct request *request, struct html *h, const struct evidence_shown *shown,
                      const struct evidence_row *row)
{
    if (row->erased) {
        Lit(h, "Erased");
        return;
    }
    El(h, "a") {
        Href(h, "href", url_segment(request->arena, shown->url, text_of(row->hex)));
        html_text(h, row->name);
    }
}

static void end_cell(struct request *request, struct html *h, const struct evidence_shown *shown,
                     const struct evidence_link *link)
{
    const struct url file = url_segment(request->arena, shown->url, text_of(link->file.row.hex));

    El(h, "td") {
        if (link->file.council != request->actor.acting)
            Lit(h, "By its council");
        else
            Form(request, h, url_segment(request->arena, file, text_of("end")))
                page_button(h, "Take off");
    }
}

static void link_row(struct request *request, struct html *h, const struct evidence_shown *shown,
                     const struct evidence_link *link)
{
    const struct evidence_row *row = &link->file.row;

    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            file_name(request, h, shown, row);
        }
        page_cell(h, text_of(evidence_size_shown(request->arena, row->size)));
        page_cell(h, page_council(request, link->file.council));
        page_cell(h, text_of(row->personal ? "Its council alone: personal data"
                             : link->subject.partners.size > 0 ? "Every council that reads this"
                                                               : "Its council alone"));
        El(h, "td") page_moment(h, link->made_at);
        if (shown->may_end)
            end_cell(request, h, shown, link);
    }
}

void evidence_table(struct request *request, struct html *h, const struct evidence_shown *shown)
{
    static const struct column columns[] = {
        { "File", COLUMN_WORDS }, { "Size", COLUMN_WORDS }, { "Whose", COLUMN_WORDS },
        { "Read by", COLUMN_WORDS }, { "Added", COLUMN_WORDS }, { "Take off", COLUMN_WORDS },
    };
    const struct evidence_links *links = shown->links;

    if (links->count == 0) {
        El(h, "p") html_text(h, text_of(shown->none));
        return;
    }
    (void)page_table_begin(h, shown->caption, columns, COUNT(columns) - (shown->may_end ? 0 : 1));
    for (size_t i = 0; i < links->count; i++)
        link_row(request, h, shown, &links->link[i]);
    (void)page_table_end(h);
}

/* --- for programs --- */

enum err evidence_answer_unkept(struct request *request)
{
    const struct evidence_kept *kept = request->work;

    return answer_error(request, 400, "Not kept",
                        kept->refused != NULL ? kept->refused : "There is no body.");
}

static void json_entry(struct json *json, const char *key, struct text text)
{
    json_key(json, key);
    json_text(json, text);
}

void evidence_json(struct json *json, const struct evidence_row *row)
{
    char hex[SHA256_HEX_SIZE], time[TRAIL_TIME_SIZE];

    sha256_hex(&row->sum, hex);
    trail_time_print(row->taken_at.ms, time);
    json_object(json);
    json_word(json, "id", row->hex);
    json_entry(json, "name", row->name);
    json_entry(json, "media", row->media);
    json_key(json, "size");
    json_integer(json, (int64_t)row->size);
    json_word(json, "sha256", hex);
    json_key(json, "personal");
    json_bool(json, row->personal);
    json_word(json, "taken_at", time);
    json_entry(json, "taken_by", row->taken_by);
    json_key(json, "erased");
    json_bool(json, row->erased);
    json_object_end(json);
}

const struct api_field evidence_takes[] = {
    { .name = "name", .type = API_LINE, .required = true, .most = 255,
      .help = "The file's name, without any person's in it" },
    { .name = "personal", .type = API_FLAG, .help = "Does it hold personal data?" },
    { 0 },
};
const struct api_field evidence_gives[] = {
    { .name = "id", .type = API_LINE, .required = true, .brief = true,
      .help = "Its number, in hex" },
    { .name = "name", .type = API_LINE, .required = true, .brief = true,
      .help = "Its name" },
    { .name = "media", .type = API_LINE, .required = true, .help = "Its media type" },
    { .name = "size", .type = API_NUMBER, .required = true, .brief = true,
      .help = "In bytes" },
    { .name = "sha256", .type = API_LINE, .required = true, .help = "Its SHA-256, in hex" },
    { .name = "personal", .type = API_FLAG, .required = true, .brief = true,
      .help = "Holds personal data" },
    { .name = "taken_at", .type = API_MOMENT, .required = true, .brief = true,
      .help = "When it was taken in" },
    { .name = "taken_by", .type = API_LINE, .required = true, .help = "By whom" },
    { .name = "erased", .type = API_FLAG, .required = true, .help = "Its key is destroyed" },
    { 0 },
};
