#include "identity/common_password.h"

#include <sodium.h>

#include "identity/account_password.h"
#include "identity/common_password_list.h"
#include "identity/secret.h"

#define ROW_DIGITS 10               /* of a hash, and a line end */
#define ROW_BYTES ((size_t)ROW_DIGITS + 1)

/* A password in small letters. */
struct small {
    char   data[PASSWORD_BYTES_MOST];
    size_t size;
};

static void make_small(struct text text, struct small *out)
{
    out->size = text.size < sizeof out->data ? text.size : sizeof out->data;
    for (size_t i = 0; i < out->size; i++)
        out->data[i] = small_letter(text.data[i]);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || ((unsigned char)c & 0x80) != 0;
}

/* --- common ones --- */

static bool is_listed(struct text small)
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    char digits[ROW_BYTES];
    size_t low = 0, high = common_password_list_size / ROW_BYTES;

    (void)crypto_hash_sha256(sum, (const unsigned char *)small.data, small.size);
    (void)sodium_bin2hex(digits, sizeof digits, sum, ROW_DIGITS / 2);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = memcmp(digits, common_password_list + middle * ROW_BYTES, ROW_DIGITS);

        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

bool password_is_common(struct text password)
{
    struct small small;

    make_small(password, &small);
    struct text core = { small.data, small.size };
    if (is_listed(core))
        return true;
    while (core.size > 0 && !is_letter(core.data[core.size - 1]))
        core.size--;
    while (core.size > 0 && !is_letter(core.data[0]))
        core = (struct text){ core.data + 1, core.size - 1 };
    return is_listed(core);
}

/* --- ones of the place --- */

/* All that stands between signs, of three bytes or more: less is found in any password. */
static void take_out_word(struct small *from, struct text word)
{
    struct small small;
    char *at = from->data;

    if (word.size < 3)
        return;
    make_small(word, &small);
    while ((at = memmem(at, from->size - (size_t)(at - from->data), small.data, small.size)) !=
           NULL) {
        const size_t past = (size_t)(at - from->data) + small.size;

        memmove(at, at + small.size, from->size - past);
        from->size -= small.size;
    }
}

static void take_out_words(struct small *from, struct text words)
{
    size_t start = 0;

    for (size_t i = 0; i <= words.size; i++)
        if (i == words.size || !is_letter(words.data[i])) {
            take_out_word(from, (struct text){ words.data + start, i - start });
            start = i + 1;
        }
}

bool password_is_of_the_place(struct text password, struct text login,
                              const struct councils *councils)
{
    struct small left;

    make_small(password, &left);
    take_out_words(&left, login);
    for (size_t i = 0; i < councils->count; i++) {
        take_out_words(&left, councils->council[i].name);
        take_out_words(&left, councils->council[i].code);
    }
    take_out_words(&left, text_of("ochil council shared services password"));
    return left.size < PASSWORD_OWN_LEAST;
}
