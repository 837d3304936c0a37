/*
 * What encoding a text has (docs/convert.md, section 3), row by row; and that decoding gives the
 * same wherever blocks are cut.
 */
#include "extract/encoding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <iconv.h>

#include "base/test_random.h"

#define BYTES(literal) { literal, sizeof(literal) - 1 }

static const struct {
    const char   *why;
    struct text   bytes;
    enum encoding encoding;
} detected[] = {
    { "nothing",                      BYTES(""),                         ENCODING_UTF8 },
    { "ASCII",                        BYTES("a,b\n"),                    ENCODING_UTF8 },
    { "one byte",                     BYTES("a"),                        ENCODING_UTF8 },
    { "UTF-8",                        BYTES("\xC2\xA3" "5"),             ENCODING_UTF8 },
    { "a byte order mark",            BYTES("\xEF\xBB\xBF\xA3"),         ENCODING_UTF8 },
    { "one encoded twice",            BYTES("\xC3\xAF\xC2\xBB\xC2\xBF\xA3"), ENCODING_UTF8 },
    { "that of UTF-16LE",             BYTES("\xFF\xFE"),                 ENCODING_UTF16LE },
    { "that of UTF-16BE",             BYTES("\xFE\xFF"),                 ENCODING_UTF16BE },
    { "UTF-16LE without",             BYTES("a\0,\0b\0"),                ENCODING_UTF16LE },
    { "UTF-16BE without",             BYTES("\0a\0,\0b"),                ENCODING_UTF16BE },
    { "UTF-16LE cut in a unit",       BYTES("a\0,\0b"),                  ENCODING_UTF16LE },
    { "UTF-16LE with a NUL in it",    BYTES("a\0\0\0b\0"),               ENCODING_UTF16LE },
    { "one NUL missing",              BYTES("a\0,\0bx"),                 ENCODING_UTF8 },
    { "NULs only",                    BYTES("\0\0\0\0"),                 ENCODING_UTF8 },
    { "a NUL says nothing",           BYTES("\xC2\xA3\0b,c"),            ENCODING_UTF8 },
    { "Windows-1252",                 BYTES("\xA3" "5"),                 ENCODING_WINDOWS_1252 },
    { "with a NUL",                   BYTES("a\0,\xA3"),                 ENCODING_WINDOWS_1252 },
    { "an end inside a character",    BYTES("a\xE2\x82"),                ENCODING_WINDOWS_1252 },
    { "a surrogate in UTF-8",         BYTES("\xED\xA0\x80"),             ENCODING_WINDOWS_1252 },
};

static void encodings_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(detected); i++) {
        enum encoding told = encoding_detect(detected[i].bytes, true);
        if (told != detected[i].encoding)
            print_error("%s\n", detected[i].why);
        assert_int_equal(told, detected[i].encoding);
    }
}

/* The beginning of a longer text may end inside a character. */
static void a_sample_may_end_inside_a_character(void **state)
{
    static const char four[] = "a\xF0\x9F\x92\xB7" "b";

    (void)state;
    for (size_t size = 1; size <= 6; size++) {
        const struct text sample = { four, size };
        bool whole = size == 1 || size >= 5;
        assert_int_equal(encoding_detect(sample, false), ENCODING_UTF8);
        assert_int_equal(encoding_detect(sample, true),
                         whole ? ENCODING_UTF8 : ENCODING_WINDOWS_1252);
    }
    assert_int_equal(encoding_detect((struct text)BYTES("a\x80"), false), ENCODING_WINDOWS_1252);
    assert_int_equal(encoding_detect((struct text)BYTES("a\xE2\x82\xAC\x80"), false),
                     ENCODING_WINDOWS_1252);
}

static void byte_order_marks_are_found(void **state)
{
    bool twice;

    (void)state;
    assert_int_equal(encoding_mark((struct text)BYTES("\xEF\xBB\xBF" "a"), &twice), 3);
    assert_false(twice);
    assert_int_equal(encoding_mark((struct text)BYTES("\xC3\xAF\xC2\xBB\xC2\xBF"), &twice), 6);
    assert_true(twice);
    assert_int_equal(encoding_mark((struct text)BYTES("\xC3\xAF\xC2\xBB\xC2"), &twice), 0);
    assert_int_equal(encoding_mark((struct text)BYTES("\xEF\xBB"), &twice), 0);
    assert_int_equal(encoding_mark((struct text)BYTES(""), &twice), 0);
}

/* ---- decoding ---- */

static const struct {
    const char   *why;
    enum encoding encoding;
    struct text   bytes, text;
} decoded[] = {
    { "UTF-8 stays as it is", ENCODING_UTF8, BYTES("\xC2\xA3\xFF\0"), BYTES("\xC2\xA3\xFF\0") },
    { "Windows-1252", ENCODING_WINDOWS_1252, BYTES("\xA3" "12.50 \x80 \x96 \xFF ordinary text"),
      BYTES("\xC2\xA3" "12.50 \xE2\x82\xAC \xE2\x80\x93 \xC3\xBF ordinary text") },
    { "what it does not define", ENCODING_WINDOWS_1252, BYTES("\x81\x8D\x8F\x90\x9D"),
      BYTES("\xFF\xFF\xFF\xFF\xFF") },
    { "a NUL in Windows-1252", ENCODING_WINDOWS_1252, BYTES("a\0b"), BYTES("a\0b") },
    { "UTF-16LE", ENCODING_UTF16LE, BYTES("a\0,\0\xA3\0\xAC\x20"),
      BYTES("a,\xC2\xA3\xE2\x82\xAC") },
    { "UTF-16BE", ENCODING_UTF16BE, BYTES("\0a\0,\0\xA3\x20\xAC"),
      BYTES("a,\xC2\xA3\xE2\x82\xAC") },
    { "a pair", ENCODING_UTF16LE, BYTES("\x3D\xD8\xB7\xDC"), BYTES("\xF0\x9F\x92\xB7") },
    { "a pair of UTF-16BE", ENCODING_UTF16BE, BYTES("\xD8\x3D\xDC\xB7"),
      BYTES("\xF0\x9F\x92\xB7") },
    { "a mark", ENCODING_UTF16LE, BYTES("\xFF\xFE" "a\0"), BYTES("\xEF\xBB\xBF" "a") },
    { "a high one alone", ENCODING_UTF16LE, BYTES("\x3D\xD8" "a\0"), BYTES("\xFF" "a") },
    { "a low one alone", ENCODING_UTF16LE, BYTES("\xB7\xDC" "a\0"), BYTES("\xFF" "a") },
    { "two high ones", ENCODING_UTF16LE, BYTES("\x3D\xD8\x3D\xD8\xB7\xDC"),
      BYTES("\xFF\xF0\x9F\x92\xB7") },
    { "a high one at the end", ENCODING_UTF16LE, BYTES("a\0\x3D\xD8"), BYTES("a\xFF") },
    { "half a unit at the end", ENCODING_UTF16LE, BYTES("a\0b"), BYTES("a\xFF") },
    { "both", ENCODING_UTF16LE, BYTES("\x3D\xD8" "b"), BYTES("\xFF\xFF") },
    { "a NUL in UTF-16", ENCODING_UTF16LE, BYTES("a\0\0\0b\0"), BYTES("a\0b") },
};

/* In blocks of `first` bytes, then of `then` bytes. */
static size_t decode_in_blocks(enum encoding encoding, struct text bytes, size_t first,
                               size_t then, char *out)
{
    struct decoding decoding;
    size_t made = 0;

    decoding_open(&decoding, encoding);
    for (size_t at = 0, size = first; at < bytes.size; at += size, size = then) {
        size = size < bytes.size - at ? size : bytes.size - at;
        made += decoding_take(&decoding, (struct text){ bytes.data + at, size }, false,
                              out + made);
    }
    return made + decoding_take(&decoding, (struct text){ NULL, 0 }, true, out + made);
}

static void every_encoding_becomes_utf8(void **state)
{
    char out[256];

    (void)state;
    for (size_t i = 0; i < COUNT(decoded); i++)
        for (size_t first = 1; first <= decoded[i].bytes.size; first++) {
            size_t then = first % 3 + 1;
            size_t made = decode_in_blocks(decoded[i].encoding, decoded[i].bytes, first, then,
                                           out);
            if (!text_equal((struct text){ out, made }, decoded[i].text))
                print_error("%s, first %zu\n", decoded[i].why, first);
            assert_true(text_equal((struct text){ out, made }, decoded[i].text));
            assert_true(made <= DECODED_BYTES_MAX(decoded[i].bytes.size));
        }
}

/* Every byte of Windows-1252 against the C library's. */
static void windows_1252_is_what_the_library_says(void **state)
{
    iconv_t library = iconv_open("UTF-8", "WINDOWS-1252");

    (void)state;
    for (int i = 0; i < 256; i++) {
        char byte = (char)i;
        char ours[DECODED_BYTES_MAX(1)];
        char theirs[8];
        char *in = &byte;
        char *out = theirs;
        size_t in_left = 1;
        size_t out_left = sizeof theirs;
        bool good = iconv(library, &in, &in_left, &out, &out_left) == 0;
        size_t made = decode_in_blocks(ENCODING_WINDOWS_1252, (struct text){ &byte, 1 }, 1, 1,
                                       ours);
        (void)iconv(library, NULL, NULL, NULL, NULL);
        if (good)
            assert_true(text_equal((struct text){ ours, made },
                                   (struct text){ theirs, sizeof theirs - out_left }));
        else
            assert_true(made == 1 && ours[0] == '\xFF');
    }
    (void)iconv_close(library);
}

/* All characters, both ways, in blocks of random sizes. */
static void utf16_is_what_the_library_says(void **state)
{
    struct chance chance = chance_of(test_seed);

    (void)state;
    for (long i = 0; i < test_cases; i++) {
        bool little = chance_one_in(&chance, 2);
        iconv_t library = iconv_open(little ? "UTF-16LE" : "UTF-16BE", "UCS-4LE");
        char units[256];
        char text[400];
        char characters[160];
        char *in = characters;
        char *out = units;
        size_t in_left = sizeof characters;
        size_t out_left = sizeof units;
        for (size_t k = 0; k < 40; k++) {
            uint32_t c = (uint32_t)chance_below(&chance, chance_one_in(&chance, 3) ? 0x110000
                                                         : k % 2 ? 0x80 : 0x10000);
            c = c >= 0xD800 && c <= 0xDFFF ? 'x' : c;
            for (size_t b = 0; b < 4; b++) {
                /* cppcheck-suppress unreadVariable ; iconv reads it through `in` */
                characters[k * 4 + b] = (char)(c >> 8 * b);
            }
        }
        assert_int_equal(iconv(library, &in, &in_left, &out, &out_left), 0);
        (void)iconv_close(library);

        const struct text bytes = { units, sizeof units - out_left };
        size_t made = decode_in_blocks(little ? ENCODING_UTF16LE : ENCODING_UTF16BE, bytes,
                                       1 + chance_below(&chance, 50),
                                       1 + chance_below(&chance, 50), text);
        char back[256];
        library = iconv_open(little ? "UTF-16LE" : "UTF-16BE", "UTF-8");
        in = text;
        in_left = made;
        out = back;
        out_left = sizeof back;
        assert_int_equal(iconv(library, &in, &in_left, &out, &out_left), 0);
        (void)iconv_close(library);
        assert_true(text_equal(bytes, (struct text){ back, sizeof back - out_left }));
    }
}

int main(int count, char *argument[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings_are_told),
        cmocka_unit_test(a_sample_may_end_inside_a_character),
        cmocka_unit_test(byte_order_marks_are_found),
        cmocka_unit_test(every_encoding_becomes_utf8),
        cmocka_unit_test(windows_1252_is_what_the_library_says),
        cmocka_unit_test(utf16_is_what_the_library_says),
    };

    test_chance_open(count, argument, 2000);
    return cmocka_run_group_tests_name("encoding", tests, NULL, NULL);
}
