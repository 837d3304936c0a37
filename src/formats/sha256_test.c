#include "formats/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct example {
    const char *why;
    const char *text;
    const char *hex;
} examples[] = {
    { "nothing", "",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "FIPS 180-2, B.1", "abc",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "FIPS 180-2, B.2", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

static void known_sums(void **state)
{
    struct sha256_sum sum, back;
    char hex[SHA256_HEX_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct example *e = &examples[i];

        assert_int_equal(sha256_of(e->text, strlen(e->text), &sum, NULL), OK);
        sha256_hex(&sum, hex);
        assert_string_equal(hex, e->hex);
        assert_true(sha256_from_hex(text_of(hex), &back));
        assert_true(sha256_equal(&sum, &back));
    }
}

/* One context for all of them gives what a context for each gives. */
static void one_after_the_other(void **state)
{
    struct sha256 hash;
    struct sha256_sum sum;
    char hex[SHA256_HEX_SIZE];

    (void)state;
    assert_int_equal(sha256_begin(&hash, NULL), OK);
    for (size_t i = 0; i < 2 * COUNT(examples); i++) {
        const struct example *e = &examples[i % COUNT(examples)];

        sha256_add(&hash, e->text, strlen(e->text));
        sha256_next(&hash, &sum);
        sha256_hex(&sum, hex);
        assert_string_equal(hex, e->hex);
    }
    assert_false(sha256_failed(&hash));
    assert_int_equal(sha256_end(&hash, &sum, NULL), OK);
    sha256_hex(&sum, hex);
    assert_string_equal(hex, examples[0].hex);
}

/* FIPS 180-2, B.3: a million times "a", in pieces of every size. */
static void pieces_make_the_whole(void **state)
{
    static char bytes[1000];
    struct sha256_sum sum;
    struct sha256 hash;
    char hex[SHA256_HEX_SIZE];
    size_t left = 1000000;

    (void)state;
    memset(bytes, 'a', sizeof bytes);
    assert_int_equal(sha256_begin(&hash, NULL), OK);
    for (size_t size = 0; left > 0; size = (size + 1) % sizeof bytes) {
        size_t piece = size < left ? size : left;
        sha256_add(&hash, bytes, piece);
        left -= piece;
    }
    assert_int_equal(sha256_end(&hash, &sum, NULL), OK);
    sha256_hex(&sum, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    sha256_drop(&hash);
}

static void a_stream_is_read_to_its_end(void **state)
{
    static const struct memory_file file = { "f", { "abc", 3 } };
    struct arena arena = { 0 };
    struct memory_source memory;
    struct stream *stream;
    struct sha256_sum sum;
    char hex[SHA256_HEX_SIZE];

    (void)state;
    memory_source_open(&memory, &file, 1, NULL);
    assert_int_equal(memory.source.open(&memory.source, &arena, "f", &stream, NULL), OK);
    assert_int_equal(sha256_of_stream(stream, &sum, NULL), OK);
    stream->close(stream);
    sha256_hex(&sum, hex);
    assert_string_equal(hex, examples[1].hex);
    arena_free(&arena);
}

static void hex_that_is_none(void **state)
{
    char hex[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    struct sha256_sum sum;

    (void)state;
    assert_false(sha256_from_hex((struct text){ hex, 63 }, &sum));
    hex[0] = 'B';
    assert_false(sha256_from_hex(text_of(hex), &sum));
    hex[0] = 'g';
    assert_false(sha256_from_hex(text_of(hex), &sum));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_sums),
        cmocka_unit_test(one_after_the_other),
        cmocka_unit_test(pieces_make_the_whole),
        cmocka_unit_test(a_stream_is_read_to_its_end),
        cmocka_unit_test(hex_that_is_none),
    };

    return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
