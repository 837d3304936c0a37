#include "base/text.h"

/* "00" to "99": by two, digits take half the divisions. */
static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334"
                            "3536373839404142434445464748495051525354555657585960616263646566676869"
                            "707172737475767778798081828384858687888990919293949596979899";

void two_digits_print(char *to, unsigned number)
{
    memcpy(to, pairs + (size_t)number * 2, 2);
}

/* The digits, the last of them before `end`; gives back where the first one stands. */
static char *put_digits(char *end, uint64_t number)
{
    for (; number >= 100; number /= 100)
        two_digits_print(end -= 2, (unsigned)(number % 100));
    if (number >= 10) {
        two_digits_print(end -= 2, (unsigned)number);
        return end;
    }
    *--end = (char)('0' + number);
    return end;
}

const char *number_print(int64_t number, char room[NUMBER_DIGITS])
{
    /* Also of the least one, which has no opposite. */
    char *first = put_digits(room + NUMBER_DIGITS, number < 0 ? -(uint64_t)number
                                                              : (uint64_t)number);

    if (number < 0)
        *--first = '-';
    return first;
}

/* How many digits a number has: 1233 / 4096 is the logarithm of 2, nearly enough for 64 bits. */
static size_t digits_of(uint64_t number)
{
    static const uint64_t least[] = {    /* of one digit more; 0 itself has one */
        0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
        UINT64_C(10000000000), UINT64_C(100000000000), UINT64_C(1000000000000),
        UINT64_C(10000000000000), UINT64_C(100000000000000), UINT64_C(1000000000000000),
        UINT64_C(10000000000000000), UINT64_C(100000000000000000),
        UINT64_C(1000000000000000000), UINT64_C(10000000000000000000),
    };
    size_t bits = 64 - (size_t)__builtin_clzll(number | 1);
    size_t guess = bits * 1233 >> 12;

    return guess + (number >= least[guess]);
}

char *digits_print(char *to, uint64_t number)
{
    char *end = to + digits_of(number);

    (void)put_digits(end, number);
    return end;
}

#define EVERY_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* How many bytes from `at` are surely ASCII and not NUL, by eights: ledgers are nearly all of
 * that, so that the careful loop below is seldom entered. */
static size_t plain_run(const unsigned char *at, size_t left)
{
    size_t run = 0;
    uint64_t word;

    for (; left - run >= sizeof word; run += sizeof word) {
        memcpy(&word, at + run, sizeof word);
        /* A byte over 0x7f has its high bit set; a zero byte borrows one by the subtraction. */
        if (((word | (word - EVERY_BYTE(0x01))) & EVERY_BYTE(0x80)) != 0)
            break;
    }
    return run;
}

static bool continues(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The length of the sequence that begins at `at`, or 0 when it is not one. The second byte's
 * bounds rule out overlong forms (E0, F0), surrogates (ED) and what lies above U+10FFFF (F4). */
static size_t sequence_size(const unsigned char *at, size_t left)
{
    unsigned char first = at[0];

    if (first < 0x80)
        return first != 0 ? 1 : 0;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (left < size)
        return 0;
    unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++)
        if (!continues(at[i]))
            return 0;
    return size;
}

bool text_is_utf8(struct text text)
{
    const unsigned char *at = (const unsigned char *)text.data;
    size_t left = text.size;

    while (left > 0) {
        size_t size = plain_run(at, left);

        if (size == 0)
            size = sequence_size(at, left);
        if (size == 0)
            return false;
        at += size;
        left -= size;
    }
    return true;
}

/* --- letters of either case --- */

/* The small letter of a letter from U+0080 to U+017F. From U+0100 on they stand in pairs, the
 * capital first, at even numbers or, between two letters that have no pair, at odd ones. */
static unsigned small_letter(unsigned letter)
{
    const bool even = (letter >= 0x100 && letter <= 0x137 && letter != 0x130) ||
                      (letter >= 0x14a && letter <= 0x177);
    const bool odd = (letter >= 0x139 && letter <= 0x148) || (letter >= 0x179 && letter <= 0x17e);

    if (letter >= 0xc0 && letter <= 0xde && letter != 0xd7)
        return letter + 0x20;
    if (letter == 0x178)
        return 0xff;
    return (even && letter % 2 == 0) || (odd && letter % 2 == 1) ? letter + 1 : letter;
}

/* What `text`, which is not empty, begins with, as a small letter; its size is `*size`, which is
 * the capital's, too. */
static unsigned first_letter(struct text text, size_t *size)
{
    const unsigned char *at = (const unsigned char *)text.data;

    *size = 1;
    if (at[0] < 0xc2 || at[0] > 0xc5 || text.size < 2 || !continues(at[1]))
        return at[0] >= 'A' && at[0] <= 'Z' ? at[0] - 'A' + 'a' : at[0];
    *size = 2;
    return small_letter((at[0] & 0x1fU) << 6 | (at[1] & 0x3fU));
}

static bool begins(struct text text, struct text words)
{
    size_t size = 0, other_size = 0;

    while (words.size > 0) {
        if (text.size == 0 || first_letter(text, &size) != first_letter(words, &other_size) ||
            size != other_size)
            return false;
        text = (struct text){ text.data + size, text.size - size };
        words = (struct text){ words.data + size, words.size - size };
    }
    return true;
}

bool text_holds(struct text text, struct text words)
{
    for (size_t at = 0; at + words.size <= text.size; at++)
        if (begins((struct text){ text.data + at, text.size - at }, words))
            return true;
    return false;
}

bool text_alike(struct text one, struct text other)
{
    return one.size == other.size && begins(one, other);
}
