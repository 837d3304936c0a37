#include "trail/trail_verify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "trail/trail_lines.h"
#include "trail/trail_record.h"

#define SAID_SIZE 512
#define TELL_BYTES ((uint64_t)1 << 20)

const char *const trail_fault_name[TRAIL_FAULTS] = {
    [TRAIL_SOUND] = "none", [TRAIL_FAULT_FORM] = "form", [TRAIL_FAULT_GAP] = "gap",
    [TRAIL_FAULT_ORDER] = "order", [TRAIL_FAULT_HASH] = "hash", [TRAIL_FAULT_SEAL] = "seal",
    [TRAIL_FAULT_CHECKPOINT] = "checkpoint", [TRAIL_FAULT_SIGNATURE] = "signature",
    [TRAIL_FAULT_ROLLBACK] = "rollback", [TRAIL_FAULT_END] = "end", [TRAIL_FAULT_CUT] = "cut",
    [TRAIL_FAULT_KEY] = "key",
};

/* One file being verified. All memory is taken before it is read, so that no allocation can fail
 * while a hash is begun. */
struct verifying {
    const struct trail_request *request;
    struct trail_report        *report;
    struct trouble             *trouble;
    struct trail_lines          lines;
    char                       *spare, *said;
    struct sha256               work, file;     /* short sums; the sum of the file so far */
    struct trail_chain          chain;
    struct trail_value          value[TRAIL_FIELDS];   /* of the last entry, if shown */
    int                         field;          /* the first that an opening may be of now */
    bool                        headed;         /* the header was read */
    bool                        ended;          /* and the trailer */
    bool                        since_met;
    uint64_t                    told;           /* bytes, to who watches */
};

/* ---- what is wrong, and where ---- */

__attribute__((format(printf, 4, 5)))
static enum err blame(struct verifying *verifying, enum trail_fault fault, uint64_t entry,
                      const char *format, ...)
{
    struct trail_report *report = verifying->report;
    va_list arguments;

    if (sha256_failed(&verifying->work) || sha256_failed(&verifying->file))
        return fail(verifying->trouble, ERR_IO, "SHA-256: libcrypto failed");
    va_start(arguments, format);
    (void)vsnprintf(verifying->said, SAID_SIZE, format, arguments);
    va_end(arguments);
    report->fault = fault;
    report->fault_entry = entry;
    report->fault_byte = verifying->lines.offset;
    report->fault_line = verifying->lines.number;
    report->fault_said = verifying->said;
    if (entry == 0)
        return fail(verifying->trouble, ERR_CHECK, "%s, line %" PRIu64 " (byte %" PRIu64 "): %s",
                    verifying->request->name, report->fault_line, report->fault_byte,
                    verifying->said);
    return fail(verifying->trouble, ERR_CHECK,
                "%s, entry %" PRIu64 ", line %" PRIu64 " (byte %" PRIu64 "): %s",
                verifying->request->name, entry, report->fault_line, report->fault_byte,
                verifying->said);
}

static enum err blame_form(struct verifying *verifying, const char *what)
{
    return blame(verifying, TRAIL_FAULT_FORM, verifying->chain.size + 1,
                 "%s is not written as a trail is", what);
}

/* "entry 17 is", "entries 17 to 19 are" */
static enum err blame_gap(struct verifying *verifying, uint64_t first, uint64_t last)
{
    if (first == last)
        return blame(verifying, TRAIL_FAULT_GAP, first, "entry %" PRIu64 " is missing here",
                     first);
    return blame(verifying, TRAIL_FAULT_GAP, first,
                 "entries %" PRIu64 " to %" PRIu64 " are missing here", first, last);
}

/* ---- the checkpoint that must be kept ---- */

static enum err blame_rollback(struct verifying *verifying, enum kept kept)
{
    const struct checkpoint *since = verifying->request->since;
    uint64_t size = verifying->chain.size;

    switch (kept) {
    case KEPT_NOT_STORE:
        return blame(verifying, TRAIL_FAULT_ROLLBACK, 0,
                     "the earlier checkpoint is of another store (%s, here %s)", since->store,
                     verifying->report->store);
    case KEPT_NOT_YET:
        return blame(verifying, TRAIL_FAULT_ROLLBACK, size,
                     "the trail ends with entry %" PRIu64 ", but the earlier checkpoint holds %"
                     PRIu64 " entries: this is an older state of the store", size, since->size);
    case KEPT_OTHER:
        return blame(verifying, TRAIL_FAULT_ROLLBACK, size,
                     "the entries up to %" PRIu64 " are not those of the earlier checkpoint: the "
                     "past was written anew", size);
    case KEPT:
        break;
    }
    return OK;
}

/* Called wherever the chain has grown. */
static enum err meet_since(struct verifying *verifying)
{
    const struct checkpoint *since = verifying->request->since;

    if (since == NULL || since->size != verifying->chain.size)
        return OK;
    verifying->since_met = true;
    return blame_rollback(verifying, checkpoint_kept(&verifying->work, since,
                                                     text_of(verifying->report->store),
                                                     &verifying->chain));
}

static enum err since_at_header(struct verifying *verifying)
{
    const struct checkpoint *since = verifying->request->since;

    if (since == NULL)
        return OK;
    if (strcmp(since->store, verifying->report->store) != 0)
        return blame_rollback(verifying, KEPT_NOT_STORE);
    if (since->size < verifying->chain.size)
        return blame(verifying, TRAIL_FAULT_ROLLBACK, 0,
                     "this export begins with entry %" PRIu64 " and cannot be compared with a "
                     "checkpoint of %" PRIu64 " entries: it must begin with entry %" PRIu64
                     " or before", verifying->chain.size + 1, since->size, since->size + 1);
    return meet_since(verifying);
}

/* ---- header and trailer ---- */

/* Texts of a line do not outlive it. */
static void keep_text(char *into, struct text text)
{
    memcpy(into, text.data, text.size);
    into[text.size] = '\0';
}

static enum err take_header(struct verifying *verifying, struct text line)
{
    struct trail_report *report = verifying->report;
    struct trail_header header;
    struct trail_chain empty;

    if (!record_header(line, verifying->spare, &header))
        return blame(verifying, TRAIL_FAULT_FORM, 0, "this is not the export of a trail");
    keep_text(report->store, header.store);
    keep_text(report->council, header.council);
    report->from = header.before.size + 1;
    report->to = header.to;
    verifying->chain = header.before;
    verifying->headed = true;
    trail_chain_begin(&verifying->work, header.store, &empty);
    if (header.before.size == 0 && !sha256_equal(&empty.last, &header.before.last))
        return blame(verifying, TRAIL_FAULT_HASH, 0,
                     "the chain does not begin as that of this store");
    return since_at_header(verifying);
}

static enum err take_end(struct verifying *verifying, struct text line)
{
    struct trail_report *report = verifying->report;
    struct sha256_sum file;
    struct end_record end;

    if (!record_end(line, &end))
        return blame_form(verifying, "the last line");
    if (verifying->chain.size < report->to)
        return blame_gap(verifying, verifying->chain.size + 1, report->to);
    if (end.to != report->to || end.entries != report->entries ||
        end.withheld != report->withheld || end.openings != report->opened ||
        end.checkpoints != report->checkpoints)
        return blame(verifying, TRAIL_FAULT_END, 0,
                     "the counts in the last line are not those of the file");
    if (!sha256_equal(&end.last, &verifying->chain.last))
        return blame(verifying, TRAIL_FAULT_END, 0,
                     "the hash in the last line is not that of the last entry");
    sha256_next(&verifying->file, &file);
    if (!sha256_equal(&end.file, &file))
        return blame(verifying, TRAIL_FAULT_END, 0,
                     "the file was changed somewhere: its SHA-256 is not the one in the last "
                     "line");
    verifying->ended = true;
    return OK;
}

/* ---- entries ---- */

static enum err check_place(struct verifying *verifying, uint64_t sequence)
{
    uint64_t expected = verifying->chain.size + 1;

    if (sequence > expected)
        return blame_gap(verifying, expected, sequence - 1);
    if (sequence < expected)
        return blame(verifying, TRAIL_FAULT_ORDER, sequence,
                     "entry %" PRIu64 " stands a second time or out of its place, where entry %"
                     PRIu64 " should stand", sequence, expected);
    if (sequence > verifying->report->to)
        return blame(verifying, TRAIL_FAULT_END, sequence,
                     "the first line says that the export ends with entry %" PRIu64,
                     verifying->report->to);
    return OK;
}

static enum err add_entry(struct verifying *verifying, const struct sha256_sum *content,
                          const struct sha256_sum *said)
{
    struct sha256_sum hash;

    trail_hash(&verifying->work, &verifying->chain, content, &hash);
    if (!sha256_equal(&hash, said))
        return blame(verifying, TRAIL_FAULT_HASH, verifying->chain.size + 1,
                     "this entry was changed, or one before it was taken out: its text and the "
                     "hash before it do not give its hash");
    trail_chain_add(&verifying->work, &verifying->chain, &hash);
    verifying->report->entries++;
    return meet_since(verifying);
}

static enum err take_entry(struct verifying *verifying, struct text line)
{
    struct sha256_sum hash, content;
    struct trail_entry entry;
    struct text canonical;

    if (!record_entry(line, &canonical, &hash) ||
        !trail_entry_parse(canonical, verifying->spare, &entry))
        return blame_form(verifying, "this entry");
    enum err err = check_place(verifying, entry.sequence);
    if (err != OK)
        return err;
    trail_content(&verifying->work, canonical, &content);
    err = add_entry(verifying, &content, &hash);
    for (size_t i = 0; i < TRAIL_FIELDS; i++) {
        verifying->value[i] = entry.value[i];
        verifying->report->sealed += err == OK && entry.value[i].form == TRAIL_SEALED;
    }
    verifying->field = 0;
    return err;
}

static enum err take_withheld(struct verifying *verifying, struct text line)
{
    struct withheld_record record;

    if (!record_withheld(line, &record))
        return blame_form(verifying, "this entry");
    if (verifying->report->council[0] == '\0')
        return blame(verifying, TRAIL_FAULT_FORM, record.sequence,
                     "this entry is withheld, but the first line says that nothing is");
    enum err err = check_place(verifying, record.sequence);
    if (err == OK)
        err = add_entry(verifying, &record.content, &record.hash);
    verifying->report->withheld += err == OK;
    verifying->field = TRAIL_FIELDS;
    return err;
}

static enum err take_opening(struct verifying *verifying, struct text line)
{
    struct opening_record record;
    struct sha256_sum seal;

    if (!record_opening(line, verifying->spare, &record))
        return blame(verifying, TRAIL_FAULT_FORM, verifying->chain.size,
                     "the opening of a sealed value is not written as a trail is");
    if (record.sequence != verifying->chain.size || (int)record.field < verifying->field ||
        verifying->value[record.field].form != TRAIL_SEALED)
        return blame(verifying, TRAIL_FAULT_FORM, verifying->chain.size,
                     "here stands what was sealed as '%s' of entry %" PRIu64 ", but nothing "
                     "sealed stands before it", trail_field_name[record.field], record.sequence);
    trail_seal(&verifying->work, record.salt, record.text, &seal);
    if (!sha256_equal(&seal, &verifying->value[record.field].seal))
        return blame(verifying, TRAIL_FAULT_SEAL, record.sequence,
                     "what is shown as '%s' is not what was sealed",
                     trail_field_name[record.field]);
    verifying->field = (int)record.field + 1;
    verifying->report->opened++;
    return OK;
}

/* ---- checkpoints ---- */

/* A checkpoint with what its signatures may be over. */
struct signed_text {
    struct checkpoint checkpoint;
    struct text       text;
    unsigned char     digest[MINISIGN_DIGEST_BYTES];
};

static enum err blame_signature(struct verifying *verifying, struct text by, const char *what)
{
    return blame(verifying, TRAIL_FAULT_SIGNATURE, verifying->chain.size,
                 "checkpoint of %" PRIu64 " entries, signature of %.*s: %s",
                 verifying->chain.size, TEXT(by), what);
}

static void sign_so_far(const struct verifying *verifying, struct trail_signer *signer,
                        struct text by, const struct signed_text *text)
{
    keep_text(signer->by, by);
    signer->size = verifying->chain.size;
    signer->time_ms = text->checkpoint.time_ms;
}

/* Told, not trusted. */
static void note_unknown(struct verifying *verifying, const char *number, struct text by,
                         const struct signed_text *text)
{
    struct trail_report *report = verifying->report;
    size_t i = verifying->request->keys;

    while (i < report->signers && (strcmp(report->signer[i].number, number) != 0 ||
                                   !text_is(by, report->signer[i].by)))
        i++;
    if (i == verifying->request->keys + TRAIL_UNKNOWN_MAX)
        return;
    if (i == report->signers)
        report->signers++;
    memcpy(report->signer[i].number, number, KEY_NUMBER_SIZE);
    sign_so_far(verifying, &report->signer[i], by, text);
}

static enum err judge_by_key(struct verifying *verifying, size_t key, struct text by,
                             const struct minisign_signature *signature,
                             const struct signed_text *text)
{
    struct trail_signer *signer = &verifying->report->signer[key];
    struct text message = signature->prehashed
        ? (struct text){ (const char *)text->digest, sizeof text->digest } : text->text;
    enum minisign_verdict verdict = minisign_verify(&verifying->request->key[key].public,
                                                    signature, message);

    if (verdict == MINISIGN_BAD_SIGNATURE)
        return blame_signature(verifying, by, "this is not the text that was signed: the entries "
                               "since the checkpoint before may have been written anew");
    if (verdict != MINISIGN_GOOD)
        return blame_signature(verifying, by, minisign_sentence(verdict));
    if (signature_names_another(signature->trusted, by))
        return blame_signature(verifying, by, "it was made for somebody else");
    if (signer->by[0] != '\0' && !text_is(by, signer->by))
        return blame_signature(verifying, by, "its key signs under another name, too");
    sign_so_far(verifying, signer, by, text);
    return OK;
}

static enum err judge_signature(struct verifying *verifying, const struct signed_text *text,
                                const struct trail_signature *given)
{
    const struct trail_request *request = verifying->request;
    struct minisign_signature signature;
    char number[KEY_NUMBER_SIZE];
    bool known = false;
    enum err err = OK;

    if (!minisign_signature_parse(given->text, &signature))
        return blame_signature(verifying, given->by, "it is damaged");
    minisign_number_hex(signature.number, number);
    if (text_is(given->by, CHECKPOINT_SERVER) && strcmp(number, text->checkpoint.key) != 0)
        return blame_signature(verifying, given->by, "it was made by another key than the "
                               "checkpoint names");
    for (size_t i = 0; i < request->keys && err == OK; i++) {
        if (memcmp(request->key[i].public.number, signature.number, sizeof signature.number) == 0) {
            known = true;
            err = judge_by_key(verifying, i, given->by, &signature, text);
        }
    }
    if (!known)
        note_unknown(verifying, number, given->by, text);
    return err;
}

static enum err judge_signatures(struct verifying *verifying, const struct signed_text *text,
                                 const struct checkpoint_record *record)
{
    bool server = false;
    enum err err = OK;

    for (size_t i = 0; i < record->signatures && err == OK; i++) {
        server = server || text_is(record->signature[i].by, CHECKPOINT_SERVER);
        err = judge_signature(verifying, text, &record->signature[i]);
    }
    return err != OK || server ? err
        : blame_signature(verifying, text_of(CHECKPOINT_SERVER), "it is missing");
}

static enum err take_checkpoint(struct verifying *verifying, struct text line)
{
    struct checkpoint_record record;
    struct signed_text text;

    if (!record_checkpoint(line, verifying->spare, &record) ||
        !checkpoint_parse(record.text, &text.checkpoint))
        return blame(verifying, TRAIL_FAULT_FORM, verifying->chain.size,
                     "this checkpoint is not written as a trail is");
    if (checkpoint_kept(&verifying->work, &text.checkpoint, text_of(verifying->report->store),
                        &verifying->chain) != KEPT)
        return blame(verifying, TRAIL_FAULT_CHECKPOINT, verifying->chain.size,
                     "the checkpoint of %" PRIu64 " entries is not one of the entries before it",
                     text.checkpoint.size);
    text.text = record.text;
    enum err err = minisign_digest_of(text.text, text.digest, verifying->trouble);
    if (err == OK)
        err = judge_signatures(verifying, &text, &record);
    verifying->report->checkpoints += err == OK;
    verifying->field = TRAIL_FIELDS;
    return err;
}

/* ---- the file ---- */

static enum err take_line(struct verifying *verifying, struct text line)
{
    if (!text_is_utf8(line))
        return blame(verifying, TRAIL_FAULT_FORM,
                     verifying->headed ? verifying->chain.size + 1 : 0, "this line is not UTF-8");
    enum record_kind kind = record_kind_of(line);
    if (kind != RECORD_END)
        sha256_add(&verifying->file, line.data, line.size + 1);   /* its line feed too */
    if (!verifying->headed)
        return take_header(verifying, line);
    switch (kind) {
    case RECORD_ENTRY:      return take_entry(verifying, line);
    case RECORD_WITHHELD:   return take_withheld(verifying, line);
    case RECORD_OPENING:    return take_opening(verifying, line);
    case RECORD_CHECKPOINT: return take_checkpoint(verifying, line);
    case RECORD_END:        return take_end(verifying, line);
    case RECORD_HEADER:
    case RECORD_NONE:       break;
    }
    return blame_form(verifying, "this line");
}

static enum err tell(struct verifying *verifying)
{
    const struct progress_watch *watch = verifying->request->watch;

    if (watch == NULL || verifying->lines.next - verifying->told < TELL_BYTES)
        return OK;
    verifying->told = verifying->lines.next;
    return watch->tell(watch->context, verifying->told) ? OK
        : fail(verifying->trouble, ERR_BUSY, "stopped");
}

static enum err take_lines(struct verifying *verifying)
{
    enum line_state state = LINE_READ;
    struct text line;
    enum err err = OK;

    while (err == OK && (err = trail_lines_next(&verifying->lines, &line, &state,
                                                verifying->trouble)) == OK) {
        if (verifying->ended)
            return state == LINE_END ? OK
                : blame(verifying, TRAIL_FAULT_CUT, 0, "the file goes on behind its last line");
        if (state == LINE_END || state == LINE_OPEN)
            return blame(verifying, TRAIL_FAULT_CUT, 0, "the file ends here, before its last "
                         "line: it was cut off");
        if (state == LINE_LONG)
            return blame(verifying, TRAIL_FAULT_FORM, 0, "this line is too long for a trail");
        err = take_line(verifying, line);
        if (err == OK)
            err = tell(verifying);
    }
    return err;
}

/* What can be said only when all of it was read. */
static enum err check_whole(struct verifying *verifying)
{
    const struct trail_request *request = verifying->request;

    if (request->since != NULL && !verifying->since_met)
        return blame_rollback(verifying, KEPT_NOT_YET);
    for (size_t i = 0; i < request->keys; i++)
        if (verifying->report->signer[i].by[0] == '\0')
            return blame(verifying, TRAIL_FAULT_KEY, 0,
                         "no checkpoint of this file is signed with %s (key %s)",
                         request->key[i].name, verifying->report->signer[i].number);
    if (sha256_failed(&verifying->work) || sha256_failed(&verifying->file))
        return fail(verifying->trouble, ERR_IO, "SHA-256: libcrypto failed");
    return OK;
}

static void report_open(struct arena *arena, const struct trail_request *request,
                        struct trail_report *report)
{
    *report = (struct trail_report){
        .signer = arena_take(arena, request->keys + TRAIL_UNKNOWN_MAX, sizeof *report->signer),
        .signers = request->keys,
    };
    for (size_t i = 0; i < request->keys; i++) {
        report->signer[i].key = request->key[i].name;
        minisign_number_hex(request->key[i].public.number, report->signer[i].number);
    }
}

enum err trail_verify(struct stream *stream, struct arena *arena,
                      const struct trail_request *request, struct trail_report *report,
                      struct trouble *trouble)
{
    struct verifying *verifying = arena_take(arena, 1, sizeof *verifying);

    report_open(arena, request, report);
    *verifying = (struct verifying){
        .request = request, .report = report, .trouble = trouble, .field = TRAIL_FIELDS,
        .spare = arena_take(arena, TRAIL_LINE_MAX, 1), .said = arena_take(arena, SAID_SIZE, 1),
    };
    trail_lines_open(&verifying->lines, arena, stream);
    enum err err = sha256_begin(&verifying->work, trouble);
    if (err == OK)
        err = sha256_begin(&verifying->file, trouble);
    if (err == OK)
        err = take_lines(verifying);
    if (err == OK)
        err = check_whole(verifying);
    sha256_drop(&verifying->work);
    sha256_drop(&verifying->file);
    return err;
}
