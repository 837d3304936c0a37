#include "server/drop_take.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/stop.h"
#include "formats/sha256.h"
#include "formats/small_file_io.h"
#include "server/client_record.h"
#include "trail/trail_time.h"
#include "web/html.h"
#include "web/request.h"

#define LOOK_FIRST_MS 100           /* how long until it is looked whether the job has ended */
#define LOOK_LAST_MS 2000
#define PIECE ((size_t)64 * 1024)

/* A delivery on its way. */
struct taking {
    const struct drop_desk *desk;
    struct delivery        *delivery;
    const char             *control[CONTROLS];
    struct sha256_sum       sum;
    struct client_record    import;     /* as the API gave it last */
    const char             *refused;    /* a sentence: it goes to `refused`; NULL: not (yet) */
};

static struct arena *arena_of(const struct taking *taking)
{
    return taking->desk->arena;
}

static const char *said(const struct taking *taking, const char *name)
{
    const char *value = client_record_value(&taking->import, name);

    return value == NULL ? "" : value;
}

/* --- the API --- */

/* A refusal of the delivery: it is kept as a sentence, and is no error any more. */
static enum err take_refusal(struct taking *taking, enum err err, struct trouble *trouble)
{
    if (err != ERR_REFUSED && err != ERR_USAGE && err != ERR_CONFLICT)
        return err;
    taking->refused = arena_copy(arena_of(taking), trouble->text, strlen(trouble->text));
    *trouble = (struct trouble){ 0 };
    return OK;
}

static enum err call(struct taking *taking, const struct client_request *request,
                     struct trouble *trouble)
{
    struct client_answer answer;
    enum err err = client_call(taking->desk->client, request, &answer, trouble);

    return err != OK ? err : client_record_read(arena_of(taking), answer.body, &taking->import,
                                                trouble);
}

static const char *place_of(const struct taking *taking)
{
    return arena_print(arena_of(taking), "/api/v1/imports/%s",
                       taking->delivery->receipt[RECEIPT_IMPORT]);
}

enum err drop_token_check(const struct drop_desk *desk, struct trouble *trouble)
{
    const struct client_request request = { .method = ACTION_GET, .path = "/api/v1/session" };
    struct client_answer answer;
    struct client_record session;
    enum err err = client_call(desk->client, &request, &answer, trouble);

    if (err == OK)
        err = client_record_read(desk->arena, answer.body, &session, trouble);
    if (err != OK)
        return err;
    const char *writes = client_record_value(&session, "may_write");
    return writes != NULL && strcmp(writes, "yes") == 0
               ? OK : fail(trouble, ERR_RIGHTS, "the token is for reading alone");
}

/* --- the files --- */

static enum err read_control(struct taking *taking, struct trouble *trouble)
{
    char *bytes = arena_take(arena_of(taking), DROP_WORDS_MOST, 1);
    struct trouble wrong = { 0 };
    size_t size = 0;
    enum err err = small_file_read(taking->desk->folder->outside, taking->delivery->control,
                                   "a control file", bytes, DROP_WORDS_MOST, &size, &wrong);

    if (err == OK)
        err = drop_control_read(arena_of(taking), (struct text){ bytes, size }, taking->control,
                                &wrong);
    if (err == ERR_USAGE || err == ERR_CHECK) {
        taking->refused = arena_print(arena_of(taking), "The control file: %s.", wrong.text);
        return OK;
    }
    return err == OK ? OK : fail(trouble, err, "%s", wrong.text);
}

static enum err sum_file(struct taking *taking, FILE *file, struct trouble *trouble)
{
    char *bytes = arena_take(arena_of(taking), PIECE, 1);
    struct sha256 sha;
    size_t got;
    enum err err = sha256_begin(&sha, trouble);

    if (err != OK)
        return err;
    while ((got = fread(bytes, 1, PIECE, file)) > 0)
        sha256_add(&sha, bytes, got);
    err = sha256_end(&sha, &taking->sum, trouble);
    return err == OK && ferror(file) ? fail(trouble, ERR_IO, "%s: %s", taking->delivery->extract,
                                            strerror(errno)) : err;
}

static enum err read_extract(struct taking *taking, struct trouble *trouble)
{
    const struct delivery *delivery = taking->delivery;
    FILE *file = fopen(delivery->extract, "re");
    char hex[SHA256_HEX_SIZE];
    struct stat status;

    if (file == NULL || fstat(fileno(file), &status) != 0) {
        if (file != NULL)
            (void)fclose(file);
        return fail(trouble, ERR_IO, "%s: %s", delivery->extract, strerror(errno));
    }
    enum err err = sum_file(taking, file, trouble);
    (void)fclose(file);
    if (err != OK)
        return err;
    sha256_hex(&taking->sum, hex);
    taking->delivery->receipt[RECEIPT_SHA256] = arena_copy(arena_of(taking), hex, sizeof hex - 1);
    taking->delivery->receipt[RECEIPT_BYTES] = arena_number(arena_of(taking), status.st_size);
    if (taking->control[CONTROL_SHA256] != NULL &&
        strcmp(taking->control[CONTROL_SHA256], hex) != 0)
        taking->refused = "The control file speaks of another file: its sha256 is not this one's.";
    return OK;
}

/* --- uploading --- */

static const char *upload_path(const struct taking *taking)
{
    static const struct {
        enum drop_control control;
        const char       *field;
    } fields[] = { { CONTROL_YEAR, "year" }, { CONTROL_BOOK, "book" },
                   { CONTROL_SYSTEM, "system" } };
    struct arena *arena = arena_of(taking);
    const char *personal = taking->control[CONTROL_PERSONAL];
    struct url url = url_argument(arena, Url("/api/v1/imports"), "name",
                                  text_of(taking->delivery->name));

    for (size_t i = 0; i < COUNT(fields); i++)
        if (taking->control[fields[i].control] != NULL)
            url = url_argument(arena, url, fields[i].field,
                               text_of(taking->control[fields[i].control]));
    if (personal != NULL && strcmp(personal, "no") != 0)
        url = url_argument(arena, url, "personal", text_of("true"));
    return arena_copy(arena, url.text.data, url.text.size);
}

static const char *digest_of(const struct taking *taking)
{
    char *base64 = arena_take(arena_of(taking),
                              sodium_base64_ENCODED_LEN(SHA256_BYTES,
                                                        sodium_base64_VARIANT_ORIGINAL), 1);

    (void)sodium_bin2base64(base64, sodium_base64_ENCODED_LEN(SHA256_BYTES,
                                                              sodium_base64_VARIANT_ORIGINAL),
                            taking->sum.bytes, SHA256_BYTES, sodium_base64_VARIANT_ORIGINAL);
    return base64;
}

static enum err upload(struct taking *taking, struct trouble *trouble)
{
    struct delivery *delivery = taking->delivery;
    struct client_request request = { .method = ACTION_POST, .path = upload_path(taking),
                                      .upload = fopen(delivery->extract, "re"),
                                      .digest = digest_of(taking) };

    if (request.upload == NULL)
        return fail(trouble, ERR_IO, "%s: %s", delivery->extract, strerror(errno));
    enum err err = call(taking, &request, trouble);
    (void)fclose(request.upload);
    /* Years and systems that are not there are told otherwise. */
    if (err == ERR_MISSING) {
        *trouble = (struct trouble){ 0 };
        return fail(trouble, ERR_RIGHTS, "the token's owner may not take extracts in");
    }
    err = take_refusal(taking, err, trouble);
    if (err != OK || taking->refused != NULL)
        return err;
    delivery->receipt[RECEIPT_IMPORT] = said(taking, "import");
    delivery->receipt[RECEIPT_ALREADY] = said(taking, "already");
    return delivery_note(taking->desk->folder, arena_of(taking), delivery, trouble);
}

static enum err look(struct taking *taking, struct trouble *trouble)
{
    const struct client_request request = { .method = ACTION_GET, .path = place_of(taking) };

    return call(taking, &request, trouble);
}

/* The import that it became before; one that is not there any more (the store is an older one) is
 * made again. */
static enum err find_import(struct taking *taking, struct trouble *trouble)
{
    if (taking->delivery->receipt[RECEIPT_IMPORT] != NULL) {
        const enum err err = look(taking, trouble);
        if (err != ERR_MISSING)
            return err;
        *trouble = (struct trouble){ 0 };
        taking->delivery->receipt[RECEIPT_AFTER_JOB] = NULL;
    }
    const enum err err = upload(taking, trouble);
    return err != OK || taking->refused != NULL ? err : look(taking, trouble);
}

/* The same bytes may have come for something else. */
static void check_import(struct taking *taking)
{
    const char *book = taking->control[CONTROL_BOOK];

    if (strcmp(said(taking, "year"), taking->control[CONTROL_YEAR]) != 0 ||
        strcmp(said(taking, "book"), book == NULL ? "ledger" : book) != 0)
        taking->refused = arena_print(arena_of(taking), "The same file is import %s already, of "
                                      "%s, book %s.", said(taking, "import"),
                                      said(taking, "year"), said(taking, "book"));
}

/* --- beginning, and waiting --- */

static bool is_state(const struct taking *taking, const char *state)
{
    return strcmp(said(taking, "state"), state) == 0;
}

static bool is_stopped(const struct taking *taking)
{
    return strcmp(said(taking, "stopped"), "yes") == 0;
}

/* Has the last job that read it begun after this delivery came? */
static bool is_ours(const struct taking *taking)
{
    const char *before = taking->delivery->receipt[RECEIPT_AFTER_JOB];

    return before != NULL && strcmp(before, said(taking, "job")) != 0;
}

static const char *control_json(const struct taking *taking)
{
    struct answer_json out;

    answer_json_open(arena_of(taking), &out);
    json_object(&out.json);
    json_word(&out.json, "control_lines", taking->control[CONTROL_LINES]);
    json_word(&out.json, "control_amount", taking->control[CONTROL_TOTAL]);
    if (taking->control[CONTROL_WHY] != NULL)
        json_word(&out.json, "late_why", taking->control[CONTROL_WHY]);
    json_object_end(&out.json);
    return json_end(&out.json) == OK ? arena_copy(arena_of(taking), out.bytes, out.size) : "";
}

static enum err begin(struct taking *taking, struct trouble *trouble)
{
    const struct client_request request = {
        .method = ACTION_POST, .path = arena_print(arena_of(taking), "%s/begin",
                                                   place_of(taking)),
        .body = text_of(control_json(taking)) };

    taking->delivery->receipt[RECEIPT_AFTER_JOB] = said(taking, "job");
    enum err err = delivery_note(taking->desk->folder, arena_of(taking), taking->delivery,
                                 trouble);
    if (err == OK)
        err = call(taking, &request, trouble);
    return take_refusal(taking, err, trouble);
}

/* Until it is taken or refused. */
static enum err wait_for(struct taking *taking, struct trouble *trouble)
{
    int wait = LOOK_FIRST_MS;
    enum err err = OK;

    while (err == OK && taking->refused == NULL && is_state(taking, "reading") &&
           !is_stopped(taking)) {
        if (!stop_sleep(wait))
            return fail(trouble, ERR_BUSY, "stopped");
        wait = 2 * wait < LOOK_LAST_MS ? 2 * wait : LOOK_LAST_MS;
        err = look(taking, trouble);
    }
    return err;
}

static enum err read_in(struct taking *taking, struct trouble *trouble)
{
    enum err err = wait_for(taking, trouble);

    if (err != OK || is_state(taking, "taken") || is_state(taking, "withdrawn"))
        return err;
    if (is_state(taking, "new") || !is_ours(taking)) {
        err = begin(taking, trouble);
        if (err == OK && taking->refused == NULL)
            err = look(taking, trouble);
        if (err == OK)
            err = wait_for(taking, trouble);
    }
    return err;
}

/* --- the end --- */

static enum err fetch_errors(struct taking *taking, struct trouble *trouble)
{
    struct arena *arena = arena_of(taking);
    const char *path = arena_print(arena, "%s/" DROP_ERRORS_NAME, taking->delivery->folder);
    const struct client_request request = {
        .method = ACTION_GET, .path = arena_print(arena, "%s/errors", place_of(taking)),
        .file = fopen(path, "we") };
    struct client_answer answer;

    if (request.file == NULL)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    enum err err = client_call(taking->desk->client, &request, &answer, trouble);
    if (fclose(request.file) != 0 && err == OK)
        err = fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    taking->delivery->receipt[RECEIPT_ERRORS] = DROP_ERRORS_NAME;
    return err;
}

/* What the server says of it, for the receipt. */
static void take_figures(struct taking *taking)
{
    static const struct {
        enum drop_receipt receipt;
        const char       *field;
    } fields[] = { { RECEIPT_STATE, "state" }, { RECEIPT_JOB, "job" }, { RECEIPT_LINES, "lines" },
                   { RECEIPT_LEFT_OUT, "left_out" }, { RECEIPT_REFUSED, "refused" },
                   { RECEIPT_AMOUNT, "amount" }, { RECEIPT_OUTCOME, "outcome" } };

    for (size_t i = 0; i < COUNT(fields); i++)
        taking->delivery->receipt[fields[i].receipt] = said(taking, fields[i].field);
}

static const char *why_not_taken(const struct taking *taking)
{
    if (taking->refused != NULL)
        return taking->refused;
    if (is_state(taking, "withdrawn"))
        return arena_print(arena_of(taking), "The import was withdrawn: %s",
                           said(taking, "withdrawn_why"));
    return is_stopped(taking) ? "Its reading did not come to an end; nothing was taken in."
                              : said(taking, "outcome");
}

static enum err end(struct taking *taking, bool *taken, struct trouble *trouble)
{
    struct delivery *delivery = taking->delivery;
    char time[TRAIL_TIME_SIZE];
    enum err err = OK;

    *taken = taking->refused == NULL && is_state(taking, "taken");
    if (delivery->receipt[RECEIPT_IMPORT] != NULL && taking->refused == NULL)
        take_figures(taking);
    if (!*taken) {
        delivery->receipt[RECEIPT_STATE] = "refused";
        delivery->receipt[RECEIPT_OUTCOME] = why_not_taken(taking);
        if (taking->refused == NULL && is_state(taking, "refused") &&
            strcmp(said(taking, "errors"), "yes") == 0)
            err = fetch_errors(taking, trouble);
    }
    trail_time_print(clock_now().ms, time);
    delivery->receipt[RECEIPT_ENDED] = arena_copy(arena_of(taking), time, strlen(time));
    return err != OK ? err : delivery_end(taking->desk->folder, arena_of(taking), delivery,
                                          *taken, trouble);
}

enum err drop_take_in(const struct drop_desk *desk, struct delivery *delivery, bool *taken,
                      struct trouble *trouble)
{
    struct taking taking = { .desk = desk, .delivery = delivery };
    enum err err = OK;

    *taken = false;
    if (!delivery->whole)
        taking.refused = "Extract and control file are not both there as files.";
    if (taking.refused == NULL)
        err = read_control(&taking, trouble);
    if (err == OK && taking.refused == NULL)
        err = read_extract(&taking, trouble);
    if (err == OK && taking.refused == NULL)
        err = find_import(&taking, trouble);
    if (err == OK && taking.refused == NULL)
        check_import(&taking);
    if (err == OK && taking.refused == NULL)
        err = read_in(&taking, trouble);
    return err != OK ? err : end(&taking, taken, trouble);
}
