/* The audit of the kept trail, on either engine (test_store.h): a byte changed by hand is found.
 *
 *     trail_audit_test [EVERY]      every byte (1), or every so many */
#include "store/trail_audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "store/test_trail_store.h"

#define ROOM 4096

static struct test_store store;
static struct rival rival;
static size_t every;

/* ---- a small trail, and one who changes it by hand ---- */

static enum err cosign_work(struct tx *tx, void *context, struct trouble *trouble)
{
    const struct trail_deed deed = test_deed();

    return cosignature_add(tx, &store.arena, &deed, context, trouble);
}

/* 1: sealed. 2: shared. 3: the system's. 4: a checkpoint. 5: its cosignature. */
static void grow(void)
{
    struct trail_event event = test_event(CLK);

    event.before = (struct trail_words){ text_of("1 Mill Road"), true };
    event.after = (struct trail_words){ text_of("open"), false };
    event.why = (struct trail_words){ text_of("moved"), true };
    assert_int_equal(test_append(store.db, &event, NULL, NULL), OK);
    event = test_event(STI);
    event.shared = true;
    event.after = (struct trail_words){ text_of("F\xc3\xbc\xc3\x9f""e \"\n"), false };
    assert_int_equal(test_append(store.db, &event, NULL, NULL), OK);
    event = test_event(0);
    assert_int_equal(test_append(store.db, &event, NULL, NULL), OK);
    const struct checked checked = test_checkpoint(&store);
    struct cosignature given = {
        checked.text, text_of("CLK"), test_cosign(&store.arena, CLK, SAID_CLK, checked.text),
    };
    assert_int_equal(db_write(store.db, (struct db_scope){ CLK, &store.arena }, cosign_work,
                              &given, NULL), OK);
}

/* Past triggers and foreign keys. */
static void loosen(void)
{
    static const char *const trigger[] = {
        "trail_head_goes_on", "trail_head_stays", "trail_entry_is_kept", "trail_entry_stays",
        "trail_text_is_kept", "trail_text_stays", "trail_opening_is_kept",
        "trail_checkpoint_is_kept", "trail_checkpoint_stays", "trail_signature_is_kept",
        "trail_signature_stays",
    };
    char sql[128];

    rival_do(&rival, test_on_server() ? "SET session_replication_role = replica"
                                      : "PRAGMA synchronous = OFF");
    for (size_t i = 0; !test_on_server() && i < COUNT(trigger); i++) {
        (void)snprintf(sql, sizeof sql, "DROP TRIGGER %s", trigger[i]);
        rival_do(&rival, sql);
    }
}

static int make(void **state)
{
    (void)state;
    test_trail_store_make(&store);
    rival = rival_open(store.url);
    grow();
    loosen();
    return 0;
}

static int drop(void **state)
{
    (void)state;
    rival_close(&rival);
    test_store_drop(&store);
    return 0;
}

static enum err audit(struct trail_audited *report, struct trouble *trouble)
{
    static struct arena arena;
    struct minisign_public public;
    struct minisign_secret secret;

    arena_free(&arena);
    test_signer_make(0, &public, &secret);
    TEST_ARENA(&arena);
    enum err err = trail_audit(store.db, &arena, &public, report, trouble);
    arena_free(&arena);
    return err;
}

static void expect_sound(void)
{
    struct trail_audited report;
    struct trouble trouble = { 0 };

    if (audit(&report, &trouble) != OK)
        fail_msg("%s", trouble.text);
    assert_int_equal(report.entries, 5);
}

#define ANY_ENTRY (-1)

static void expect_fault(const char *what, int64_t entry)
{
    struct trail_audited report;
    struct trouble trouble = { 0 };

    if (audit(&report, &trouble) != ERR_CHECK || report.fault_said == NULL)
        fail_msg("%s: not found: %s", what, trouble.text);
    if (entry != ANY_ENTRY && (int64_t)report.fault_entry != entry)
        fail_msg("%s: %s", what, trouble.text);
}

static void a_sound_trail_is_found_sound(void **state)
{
    struct trail_audited report;

    (void)state;
    expect_sound();
    assert_int_equal(audit(&report, NULL), OK);
    assert_int_equal(report.openings, 2);
    assert_int_equal(report.checkpoints, 1);
    assert_int_equal(report.signatures, 2);
}

/* ---- bytes ---- */

/* A value in one row. */
struct place {
    const char *table, *column, *where;
    bool        blob;
    int64_t     entry;      /* that must be named */
};

static const struct place place[] = {
    { "trail_text", "text", "sequence = 1", false, 1 },
    { "trail_text", "text", "sequence = 2", false, 2 },
    { "trail_text", "text", "sequence = 3", false, 3 },
    { "trail_text", "text", "sequence = 4", false, 4 },
    { "trail_text", "text", "sequence = 5", false, 5 },
    { "trail_entry", "content", "sequence = 1", true, 1 },
    { "trail_entry", "hash", "sequence = 1", true, 1 },
    { "trail_entry", "content", "sequence = 2", true, 2 },
    { "trail_entry", "hash", "sequence = 2", true, 2 },
    { "trail_entry", "content", "sequence = 5", true, 5 },
    { "trail_entry", "hash", "sequence = 5", true, 5 },
    { "trail_opening", "salt", "field = 'why'", true, 1 },
    { "trail_opening", "text", "field = 'why'", false, 1 },
    { "trail_opening", "salt", "field = 'before'", true, 1 },
    { "trail_opening", "text", "field = 'before'", false, 1 },
    { "trail_opening", "subject_kind", "field = 'before'", false, 1 },
    { "trail_opening", "subject_id", "field = 'before'", false, 1 },
    { "trail_checkpoint", "text", "size = 4", false, 4 },
    { "trail_signature", "signer", "signer = 'server'", false, 4 },
    { "trail_signature", "signer", "signer = 'CLK'", false, 4 },
    { "trail_signature", "signature", "signer = 'server'", false, 4 },
    { "trail_signature", "signature", "signer = 'CLK'", false, 4 },
    { "trail_head", "last", "id = 1", true, 0 },
    { "trail_head", "tree", "id = 1", true, 0 },
    { "store_identity", "store", "id = 1", false, ANY_ENTRY },
    { "store_identity", "server_key", "id = 1", false, 0 },
    { "council", "code", "id = 1", false, 1 },
    { "council_key", "public_key", "id = 1", false, ANY_ENTRY },
};

static void write_hex(const struct place *at, const char *where, const char *hex)
{
    /* By engine: text, blob. */
    static const char *const before[2][2] = { { "CAST(X'", "X'" },
                                              { "convert_from(decode('", "decode('" } };
    static const char *const behind[2][2] = { { "' AS TEXT)", "'" },
                                              { "', 'hex'), 'UTF8')", "', 'hex')" } };
    const size_t server = test_on_server() ? 1 : 0, blob = at->blob ? 1 : 0;
    char sql[2 * ROOM];

    (void)snprintf(sql, sizeof sql, "UPDATE %s SET %s = %s%s%s WHERE %s", at->table, at->column,
                   before[server][blob], hex, behind[server][blob], where);
    rival_do(&rival, sql);
}

/* The value in hex, a piece at a time: a rival's answers are short. */
static void read_hex(const struct place *at, char hex[ROOM])
{
    char sql[512], piece[TEST_PATH] = "-";

    hex[0] = '\0';
    for (size_t size = 0; piece[0] != '\0'; size += strlen(piece)) {
        if (!test_on_server())
            (void)snprintf(sql, sizeof sql, "SELECT substr(hex(%s), %zu, 500) FROM %s WHERE %s",
                           at->column, size + 1, at->table, at->where);
        else
            (void)snprintf(sql, sizeof sql, "SELECT substr(encode(%s%s%s, 'hex'), %zu, 500) FROM "
                           "%s WHERE %s", at->blob ? "" : "convert_to(", at->column,
                           at->blob ? "" : ", 'UTF8')", size + 1, at->table, at->where);
        bool asked = rival_ask(&rival, sql, piece);
        assert_true(asked && size + strlen(piece) < ROOM);
        memcpy(hex + size, piece, strlen(piece) + 1);
    }
    assert_true(hex[0] != '\0');
}

/* The lowest bit of a byte: text stays UTF-8. */
static void flip(char hex[ROOM], size_t byte)
{
    static const char digit[] = "0123456789abcdef";
    char *at = &hex[2 * byte + 1];
    const char low = (char)(*at | 0x20);

    *at = digit[(strchr(digit, *at <= '9' ? *at : low) - digit) ^ 1];
}

static void change_bytes(const struct place *at)
{
    char hex[ROOM], changed[ROOM], what[128];

    read_hex(at, hex);
    const size_t size = strlen(hex) / 2;
    for (size_t byte = (size_t)(at - place) % every; byte < size; byte += every) {
        memcpy(changed, hex, sizeof changed);
        flip(changed, byte);
        write_hex(at, at->where, changed);
        (void)snprintf(what, sizeof what, "%s.%s, byte %zu", at->table, at->column, byte);
        expect_fault(what, at->entry);
        /* What names the row may be what was changed. */
        write_hex(at, strcmp(at->column, "signer") == 0 ? "signer NOT IN ('server', 'CLK')"
                                                        : at->where, hex);
    }
}

static void every_byte_that_is_changed_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(place); i++) {
        change_bytes(&place[i]);
    }
    expect_sound();
}

/* ---- numbers, rows and order ---- */

struct change {
    const char *sql, *undo;
    int64_t     entry;
};

static void whatever_else_is_changed_is_found(void **state)
{
    static const struct change row[] = {
        { "UPDATE trail_text SET shared = NOT shared WHERE sequence = 1",
          "UPDATE trail_text SET shared = NOT shared WHERE sequence = 1", 1 },
        { "UPDATE trail_text SET shared = NOT shared WHERE sequence = 2",
          "UPDATE trail_text SET shared = NOT shared WHERE sequence = 2", 2 },
        { "UPDATE trail_text SET shared = NOT shared WHERE sequence = 3",
          "UPDATE trail_text SET shared = NOT shared WHERE sequence = 3", 3 },
        { "UPDATE trail_text SET council = 2 WHERE sequence = 1",
          "UPDATE trail_text SET council = 1 WHERE sequence = 1", 1 },
        { "UPDATE trail_text SET council = NULL WHERE sequence = 1",
          "UPDATE trail_text SET council = 1 WHERE sequence = 1", 1 },
        { "UPDATE trail_text SET council = 9 WHERE sequence = 1",
          "UPDATE trail_text SET council = 1 WHERE sequence = 1", 1 },
        { "UPDATE trail_text SET council = 1 WHERE sequence = 3",
          "UPDATE trail_text SET council = NULL WHERE sequence = 3", 3 },
        { "UPDATE trail_text SET sequence = 6 WHERE sequence = 2",
          "UPDATE trail_text SET sequence = 2 WHERE sequence = 6", 2 },
        { "UPDATE trail_entry SET sequence = 6 WHERE sequence = 5",
          "UPDATE trail_entry SET sequence = 5 WHERE sequence = 6", 0 },
        { "UPDATE trail_entry SET sequence = 9 WHERE sequence = 2",
          "UPDATE trail_entry SET sequence = 2 WHERE sequence = 9", 0 },
        { "UPDATE trail_opening SET shared = NOT shared",
          "UPDATE trail_opening SET shared = NOT shared", 1 },
        { "UPDATE trail_opening SET council = 2 WHERE field = 'why'",
          "UPDATE trail_opening SET council = 1 WHERE field = 'why'", 1 },
        { "UPDATE trail_opening SET council = NULL WHERE field = 'why'",
          "UPDATE trail_opening SET council = 1 WHERE field = 'why'", 1 },
        { "UPDATE trail_opening SET field = 'after' WHERE field = 'why'",
          "UPDATE trail_opening SET field = 'why' WHERE field = 'after'", 1 },
        { "UPDATE trail_opening SET sequence = 2 WHERE field = 'why'",
          "UPDATE trail_opening SET sequence = 1 WHERE field = 'why'", 2 },
        { "UPDATE trail_checkpoint SET size = 3", "UPDATE trail_checkpoint SET size = 4", 3 },
        { "UPDATE trail_checkpoint SET size = 5", "UPDATE trail_checkpoint SET size = 4", 4 },
        { "UPDATE trail_signature SET size = 3 WHERE signer = 'CLK'",
          "UPDATE trail_signature SET size = 4", 5 },
        { "UPDATE trail_signature SET size = 3 WHERE signer = 'server'",
          "UPDATE trail_signature SET size = 4", 4 },
        { "UPDATE trail_head SET size = 4", "UPDATE trail_head SET size = 5", 0 },
        { "UPDATE trail_head SET size = 6", "UPDATE trail_head SET size = 5", 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        rival_do(&rival, row[i].sql);
        expect_fault(row[i].sql, row[i].entry);
        rival_do(&rival, row[i].undo);
    }
    expect_sound();
}

/* Each begins with a trail of its own. */
static void a_row_that_is_gone_is_found(void **state)
{
    static const struct change row[] = {
        { "DELETE FROM trail_text WHERE sequence = 2", NULL, 2 },
        { "DELETE FROM trail_signature WHERE signer = 'CLK'", NULL, 5 },
        { "DELETE FROM trail_signature WHERE signer = 'server'", NULL, 4 },
        { "DELETE FROM trail_checkpoint", NULL, 4 },
        { "DELETE FROM trail_head", NULL, 0 },
        { "DELETE FROM trail_entry WHERE sequence = 5", NULL, 0 },
    };

    for (size_t i = 0; i < COUNT(row); i++) {
        if (i > 0) {
            assert_int_equal(drop(state), 0);
            assert_int_equal(make(state), 0);
        }
        rival_do(&rival, row[i].sql);
        expect_fault(row[i].sql, row[i].entry);
    }
}

static void what_was_erased_is_no_fault(void **state)
{
    struct trail_audited report;

    (void)state;
    rival_do(&rival, "DELETE FROM trail_opening WHERE field = 'why'");
    assert_int_equal(audit(&report, NULL), OK);
    assert_int_equal(report.openings, 1);
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(int count, char *argument[])
{
    const struct CMUnitTest both[] = {
        ON_STORE(a_sound_trail_is_found_sound),
        ON_STORE(every_byte_that_is_changed_is_found),
        ON_STORE(whatever_else_is_changed_is_found),
        ON_STORE(a_row_that_is_gone_is_found),
        ON_STORE(what_was_erased_is_no_fault),
    };

    every = count > 1 ? strtoul(argument[1], NULL, 10) : test_on_server() ? 4 : 1;
    return cmocka_run_group_tests(both, NULL, NULL);
}
