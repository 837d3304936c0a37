#include "formats/minisign_io.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sodium.h>
#include <cmocka.h>

#include "base/fault_io.h"
#include "base/secret_outside.h"
#include "base/test_folder.h"

static char home[TEST_PATH];
static struct arena arena;

static const struct text no_password = { "", 0 };
static const struct minisign_cost cheap = {
    crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_INTERACTIVE / 16,
    crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_INTERACTIVE / 16,
};

static int make_home(void **state)
{
    (void)state;
    test_folder_make(home);
    return 0;
}

static int remove_home(void **state)
{
    (void)state;
    test_folder_remove(home);
    arena_free(&arena);
    return 0;
}

static const char *in_home(const char *name)
{
    return arena_print(&arena, "%s/%s", home, name);
}

/* Runs Debian's minisign in the folder. */
static int minisign(const char *arguments)
{
    return system(arena_print(&arena, "cd '%s' && minisign %s >/dev/null 2>&1", home,
                              arguments));
}

static struct minisign_public make_keys(struct text password)
{
    struct minisign_public public;
    const struct minisign_keygen keygen = {
        .public_path = in_home("our.pub"), .secret_path = in_home("our.sec"),
        .password = password, .cost = &cheap,
    };

    assert_int_equal(minisign_keygen(&real_outside, &secret_outside, &arena, &keygen, &public,
                                     NULL), OK);
    return public;
}

static enum err sign_with(const char *secret, struct text password, struct trouble *trouble)
{
    const struct minisign_signing signing = {
        .path = in_home("file"), .signature_path = in_home("file.minisig"),
        .secret_path = in_home(secret), .password = password,
        .untrusted = text_of("signed for CLK"),
        .trusted = text_of("Clackmannanshire\t2014-15, \xc2\xa3" "1234.56"), .force = true,
    };

    return minisign_sign_file(&real_outside, &arena, &signing, trouble);
}

static enum minisign_verdict verify(const struct minisign_public *public)
{
    enum minisign_verdict verdict;
    struct text trusted;

    assert_int_equal(minisign_verify_file(&real_outside, &arena, in_home("file"),
                                          in_home("file.minisig"), public, &verdict, &trusted,
                                          NULL), OK);
    assert_true(verdict == MINISIGN_GOOD || trusted.size == 0);
    return verdict;
}

static void minisign_verifies_ours(void **state)
{
    struct stat status;

    (void)state;
    test_file_write(home, "file", "what was signed");
    struct minisign_public public = make_keys(no_password);
    assert_int_equal(stat(in_home("our.sec"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(sign_with("our.sec", no_password, NULL), OK);
    assert_int_equal(verify(&public), MINISIGN_GOOD);
    assert_int_equal(minisign("-V -p our.pub -m file -x file.minisig"), 0);
    test_file_write(home, "file", "what was not signed");
    assert_int_not_equal(minisign("-V -p our.pub -m file -x file.minisig"), 0);
    assert_int_equal(verify(&public), MINISIGN_BAD_SIGNATURE);
}

/* Its keys, its signatures of both kinds; and our keys in its hands. */
static void we_verify_minisigns(void **state)
{
    static const char *const signing[] = {
        "-S -s its.sec -m file -x file.minisig -t 'of its own'",
        "-S -l -s its.sec -m file -x file.minisig -t 'of its own'",
        "-S -H -s its.sec -m file -x file.minisig",
    };
    struct minisign_public public;

    (void)state;
    test_file_write(home, "file", "what was signed");
    assert_int_equal(minisign("-G -W -p its.pub -s its.sec"), 0);
    assert_int_equal(minisign_public_read(&real_outside, in_home("its.pub"), &public, NULL), OK);
    for (size_t i = 0; i < COUNT(signing); i++) {
        test_file_write(home, "file", "what was signed");
        assert_int_equal(minisign(signing[i]), 0);
        assert_int_equal(verify(&public), MINISIGN_GOOD);
        test_file_write(home, "file", "what was signed.");
        assert_int_equal(verify(&public), MINISIGN_BAD_SIGNATURE);
        test_file_write(home, "file", "");
        assert_int_equal(verify(&public), MINISIGN_BAD_SIGNATURE);
    }
    assert_int_equal(sign_with("its.sec", no_password, NULL), OK);
    assert_int_equal(minisign("-V -p its.pub -m file -x file.minisig"), 0);

    public = make_keys(no_password);
    assert_int_equal(minisign("-S -s our.sec -m file -x file.minisig"), 0);
    assert_int_equal(verify(&public), MINISIGN_GOOD);
    assert_int_equal(minisign("-R -s our.sec -p again.pub -f"), 0);
    assert_true(test_file_is(home, "again.pub", minisign_public_text(&arena, &public).data));
}

static void passwords_in_both_directions(void **state)
{
    struct trouble trouble = { 0 };
    struct text password = text_of("correct horse");
    bool locked;

    (void)state;
    test_file_write(home, "file", "what was signed");
    test_file_write(home, "password", "correct horse\ncorrect horse\n");
    struct minisign_public public = make_keys(password);
    assert_int_equal(minisign_secret_is_locked(&real_outside, in_home("our.sec"), &locked, NULL),
                     OK);
    assert_true(locked);
    assert_int_equal(sign_with("our.sec", no_password, &trouble), ERR_RIGHTS);
    assert_non_null(strstr(trouble.text, "our.sec: the secret key needs its password"));
    assert_int_equal(sign_with("our.sec", text_of("correct hors"), NULL), ERR_RIGHTS);
    assert_int_equal(sign_with("our.sec", password, NULL), OK);
    assert_int_equal(verify(&public), MINISIGN_GOOD);
    assert_int_equal(unlink(in_home("file.minisig")), 0);
    assert_int_equal(minisign("-S -s our.sec -m file -x file.minisig <password"), 0);
    assert_int_equal(verify(&public), MINISIGN_GOOD);

    assert_int_equal(minisign("-G -p its.pub -s its.sec <password"), 0);
    assert_int_equal(sign_with("its.sec", password, NULL), OK);
    assert_int_equal(minisign("-V -p its.pub -m file -x file.minisig"), 0);
}

/* What is not signed may change: the untrusted comment and the ends of lines. All else not. */
static void every_changed_byte_of_a_signature(void **state)
{
    char bytes[1024] = { 0 };
    enum minisign_verdict seen[5] = { 0 };

    (void)state;
    test_file_write(home, "file", "what was signed");
    struct minisign_public public = make_keys(no_password);
    assert_int_equal(sign_with("our.sec", no_password, NULL), OK);
    size_t size = test_bytes_read(in_home("file.minisig"), bytes, sizeof bytes);
    size_t from = strlen("untrusted comment: ");
    size_t to = (size_t)(strchr(bytes, '\n') - bytes);
    for (size_t i = 0; i < size; i++) {
        char was = bytes[i];
        bytes[i] = (char)(was ^ 1);
        test_bytes_write(in_home("file.minisig"), bytes, size);
        enum minisign_verdict verdict = verify(&public);
        bool may_be_good = (i >= from && i < to) || i == size - 1;
        assert_true(verdict != MINISIGN_GOOD || may_be_good);
        seen[verdict]++;
        bytes[i] = was;
    }
    for (size_t i = 0; i < COUNT(seen); i++)
        assert_true(seen[i] > 0);
    for (size_t cut = 0; cut + 1 < size; cut++) {
        test_bytes_write(in_home("file.minisig"), bytes, cut);
        assert_int_not_equal(verify(&public), MINISIGN_GOOD);
    }
}

static void wrong_keys(void **state)
{
    struct minisign_public public, other;

    (void)state;
    test_file_write(home, "file", "what was signed");
    public = make_keys(no_password);
    assert_int_equal(sign_with("our.sec", no_password, NULL), OK);
    other = public;
    other.number[0] ^= 1;
    assert_int_equal(verify(&other), MINISIGN_WRONG_KEY);
    other = public;
    other.key[0] ^= 1;
    assert_int_equal(verify(&other), MINISIGN_BAD_SIGNATURE);
    memset(other.key, 0, sizeof other.key);
    assert_int_equal(verify(&other), MINISIGN_BAD_SIGNATURE);
}

static const struct shape {
    const char *why, *text;
    enum err    err;
} shapes[] = {
    { "as minisign writes it", "untrusted comment: minisign public key E7620F1842B4E81F\n"
      "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n", OK },
    { "the key alone", "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3", OK },
    { "from another system", "untrusted comment: x\r\n"
      "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\r\n", OK },
    { "nothing", "", ERR_CHECK },
    { "no comment", "comment\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n",
      ERR_CHECK },
    { "comment alone", "untrusted comment: x\n", ERR_CHECK },
    { "a letter short", "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO", ERR_CHECK },
    { "four letters more", "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3AAAA",
      ERR_CHECK },
    { "not base64", "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GF-_", ERR_CHECK },
    { "another algorithm", "RXQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
      ERR_CHECK },
};

static void public_keys_by_shape(void **state)
{
    struct minisign_public public;
    char hex[17];

    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        enum err err = minisign_public_parse(text_of(shapes[i].text), &public, NULL);
        if (err != shapes[i].err)
            fail_msg("%s: %d", shapes[i].why, err);
    }
    assert_int_equal(minisign_public_parse(text_of(shapes[0].text), &public, NULL), OK);
    minisign_number_hex(public.number, hex);
    assert_string_equal(hex, "E7620F1842B4E81F");
    assert_string_equal(minisign_public_text(&arena, &public).data, shapes[0].text);
}

static void secret_keys_that_are_damaged(void **state)
{
    char bytes[MINISIGN_SECRET_TEXT] = { 0 };
    struct minisign_secret secret, empty = { 0 };

    (void)state;
    (void)make_keys(no_password);
    size_t size = test_bytes_read(in_home("our.sec"), bytes, sizeof bytes);
    size_t line = (size_t)(strchr(bytes, '\n') - bytes) + 1;
    unsigned good = 0;
    for (size_t i = line; i + 1 < size; i++) {
        char was = bytes[i];
        bytes[i] = was == 'B' ? 'C' : 'B';
        enum err err = minisign_secret_parse((struct text){ bytes, size }, text_of("x"), &secret,
                                             NULL);
        good += err == OK;   /* salt and cost of a key that is not encrypted do not matter */
        if (err != OK)
            assert_memory_equal(&secret, &empty, sizeof secret);
        bytes[i] = was;
    }
    assert_in_range(good, 1, 66);
    for (size_t cut = 0; cut + 1 < size; cut++)
        assert_int_equal(minisign_secret_parse((struct text){ bytes, cut }, no_password, &secret,
                                               NULL), ERR_CHECK);
}

/* With another key's public half a signature could give the secret one away. */
static void secret_keys_of_two_halves(void **state)
{
    unsigned char seed[2][MINISIGN_SEED_BYTES] = { { 1 }, { 2 } }, number[8] = { 0 }, salt[32];
    struct minisign_public public;
    struct minisign_secret one, other, read;
    char text[MINISIGN_SECRET_TEXT];

    (void)state;
    assert_int_equal(minisign_keys_make(seed[0], number, &public, &one, NULL), OK);
    assert_int_equal(minisign_keys_make(seed[1], number, &public, &other, NULL), OK);
    assert_int_equal(minisign_secret_text(&one, no_password, salt, &cheap, text, NULL), OK);
    assert_int_equal(minisign_secret_parse(text_of(text), no_password, &read, NULL), OK);
    assert_memory_equal(&read, &one, sizeof one);
    memcpy(one.key + 32, other.key + 32, 32);
    assert_int_equal(minisign_secret_text(&one, no_password, salt, &cheap, text, NULL), OK);
    assert_int_equal(minisign_secret_parse(text_of(text), no_password, &read, NULL), ERR_CHECK);
}

static void comments_that_cannot_be_written(void **state)
{
    static const char *const bad[] = { "two\nlines", "\r", "\x1b[2J", "caf\xe9", "\x7f" };
    struct minisign_secret secret = { { 0 }, { 0 } };
    unsigned char digest[MINISIGN_DIGEST_BYTES] = { 0 };
    static char large[MINISIGN_TRUSTED_MAX + 1];
    struct text out, none = { "", 0 };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(minisign_sign(&arena, &secret, digest, text_of(bad[i]), none, &out,
                                       NULL), ERR_USAGE);
        assert_int_equal(minisign_sign(&arena, &secret, digest, none, text_of(bad[i]), &out,
                                       NULL), ERR_USAGE);
    }
    memset(large, 'x', sizeof large);
    assert_int_equal(minisign_sign(&arena, &secret, digest, none,
                                   (struct text){ large, sizeof large }, &out, NULL), ERR_USAGE);
    assert_int_equal(minisign_sign(&arena, &secret, digest, none,
                                   (struct text){ large, sizeof large - 1 }, &out, NULL), OK);
}

static void keys_that_are_there_stay(void **state)
{
    struct minisign_public public;
    struct trouble trouble = { 0 };
    const struct minisign_keygen keygen = {
        .public_path = in_home("our.pub"), .secret_path = in_home("our.sec"), .cost = &cheap,
    };

    (void)state;
    test_file_write(home, "our.sec", "precious");
    assert_int_equal(minisign_keygen(&real_outside, &secret_outside, &arena, &keygen, &public,
                                     &trouble), ERR_IO);
    assert_non_null(strstr(trouble.text, "our.sec: it is there already"));
    assert_true(test_file_is(home, "our.sec", "precious"));
    assert_string_equal(test_folder_names(home), "our.sec");
}

static void keygen_whatever_fails(void **state)
{
    struct minisign_public public;

    (void)state;
    for (int sticky = 0; sticky < 2; sticky++)
        for (long nth = 1, calls = 1; nth <= calls; nth++) {
            const char *room = in_home("room");
            struct trouble trouble = { 0 };
            const struct minisign_keygen keygen = {
                .public_path = in_home("room/k.pub"), .secret_path = in_home("room/k.sec"),
                .cost = &cheap,
            };
            assert_int_equal(mkdir(room, 0777), 0);
            fault_io_plan(&secret_outside, nth, sticky, EIO);
            enum err err = minisign_keygen(&fault_outside, &fault_outside, &arena, &keygen,
                                           &public, &trouble);
            calls = fault_io_calls();
            assert_int_equal(fault_io_open_files(), 0);
            const char *names = test_folder_names(room);
            assert_true(err == ERR_IO || strcmp(names, "k.pub k.sec") == 0);
            assert_true(err == OK || strstr(trouble.text, "Input/output") != NULL);
            assert_true(sticky || err == OK || strcmp(names, "") == 0
                        || (strcmp(names, "k.sec") == 0 && strstr(trouble.text, "k.sec is")));
            assert_true(strstr(names, ".ochil-") == NULL || strstr(trouble.text, ".ochil-"));
            test_folder_remove(room);
        }
}

static void verify_tells_what_it_cannot_read(void **state)
{
    struct minisign_public public;
    enum minisign_verdict verdict;
    struct text trusted;

    (void)state;
    test_file_write(home, "file", "what was signed");
    public = make_keys(no_password);
    assert_int_equal(sign_with("our.sec", no_password, NULL), OK);
    for (long nth = 1, calls = 1; nth <= calls; nth++) {
        struct trouble trouble = { 0 };
        fault_io_plan(&real_outside, nth, false, EIO);
        enum err err = minisign_verify_file(&fault_outside, &arena, in_home("file"),
                                            in_home("file.minisig"), &public, &verdict, &trusted,
                                            &trouble);
        calls = fault_io_calls();
        assert_int_equal(fault_io_open_files(), 0);
        assert_true(err == ERR_IO || verdict == MINISIGN_GOOD);
    }
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(minisign_verifies_ours),
        IN_A_FOLDER(we_verify_minisigns),
        IN_A_FOLDER(passwords_in_both_directions),
        IN_A_FOLDER(every_changed_byte_of_a_signature),
        IN_A_FOLDER(wrong_keys),
        IN_A_FOLDER(public_keys_by_shape),
        IN_A_FOLDER(secret_keys_that_are_damaged),
        IN_A_FOLDER(secret_keys_of_two_halves),
        IN_A_FOLDER(comments_that_cannot_be_written),
        IN_A_FOLDER(keys_that_are_there_stay),
        IN_A_FOLDER(keygen_whatever_fails),
        IN_A_FOLDER(verify_tells_what_it_cannot_read),
    };

    return cmocka_run_group_tests_name("minisign", tests, NULL, NULL);
}
