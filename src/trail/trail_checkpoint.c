#include "trail/trail_checkpoint.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "engine/verify.h"
#include "trail/trail_strict.h"
#include "trail/trail_time.h"

void checkpoint_of(struct sha256 *work, const struct trail_chain *chain, struct text store,
                   int64_t time_ms, const unsigned char key[MINISIGN_NUMBER_BYTES],
                   struct checkpoint *checkpoint)
{
    assert(store.size == TRAIL_STORE_DIGITS);
    *checkpoint = (struct checkpoint){
        .size = chain->size, .last = chain->last, .time_ms = time_ms,
    };
    memcpy(checkpoint->store, store.data, store.size);
    merkle_root(work, &chain->tree, &checkpoint->root);
    minisign_number_hex(key, checkpoint->key);
}

size_t checkpoint_print(const struct checkpoint *checkpoint, char text[CHECKPOINT_TEXT_MAX])
{
    char last[SHA256_HEX_SIZE], root[SHA256_HEX_SIZE], time[TRAIL_TIME_SIZE];

    sha256_hex(&checkpoint->last, last);
    sha256_hex(&checkpoint->root, root);
    trail_time_print(checkpoint->time_ms, time);
    int size = snprintf(text, CHECKPOINT_TEXT_MAX,
                        "ochil trail checkpoint 1\nstore %s\nsize %" PRIu64 "\nlast %s\nroot %s\n"
                        "time %s\nkey %s\n", checkpoint->store, checkpoint->size, last, root,
                        time, checkpoint->key);
    assert(size > 0 && size < CHECKPOINT_TEXT_MAX);
    return (size_t)size;
}

/* The rest of the line up to its end, at most `most` bytes. */
static bool take_rest(struct strict *strict, size_t most, struct text *rest)
{
    const char *end = memchr(strict->at, '\n', (size_t)(strict->end - strict->at));

    if (end == NULL || (size_t)(end - strict->at) > most)
        return false;
    *rest = (struct text){ strict->at, (size_t)(end - strict->at) };
    strict->at = end + 1;
    return true;
}

static bool take_sum(struct strict *strict, const char *word, struct sha256_sum *sum)
{
    struct text hex;

    return strict_word(strict, word) && take_rest(strict, SHA256_HEX_SIZE, &hex) &&
           sha256_from_hex(hex, sum);
}

static bool take_store(struct strict *strict, char store[TRAIL_STORE_DIGITS + 1])
{
    unsigned char bytes[TRAIL_STORE_DIGITS / 2];
    struct text hex;

    if (!strict_word(strict, "store ") || !take_rest(strict, TRAIL_STORE_DIGITS, &hex) ||
        !strict_bytes(hex, bytes, sizeof bytes))
        return false;
    memcpy(store, hex.data, hex.size);
    store[hex.size] = '\0';
    return true;
}

/* As minisign prints the number of a key. */
static bool take_key(struct strict *strict, char key[KEY_NUMBER_SIZE])
{
    struct text number;

    if (!strict_word(strict, "key ") || !take_rest(strict, KEY_NUMBER_SIZE - 1, &number) ||
        number.size == 0 || (number.size > 1 && number.data[0] == '0'))
        return false;
    memcpy(key, number.data, number.size);
    key[number.size] = '\0';
    return strspn(key, "0123456789ABCDEF") == number.size;
}

bool checkpoint_parse(struct text text, struct checkpoint *checkpoint)
{
    struct strict strict = strict_of(text, NULL);
    struct text time;

    return text.size < CHECKPOINT_TEXT_MAX &&
           strict_word(&strict, "ochil trail checkpoint 1\n") &&
           take_store(&strict, checkpoint->store) && strict_word(&strict, "size ") &&
           strict_count(&strict, &checkpoint->size) && strict_word(&strict, "\n") &&
           take_sum(&strict, "last ", &checkpoint->last) &&
           take_sum(&strict, "root ", &checkpoint->root) && strict_word(&strict, "time ") &&
           take_rest(&strict, TRAIL_TIME_SIZE, &time) &&
           trail_time_parse(time, &checkpoint->time_ms) &&
           take_key(&strict, checkpoint->key) && strict_end(&strict);
}

enum kept checkpoint_kept(struct sha256 *work, const struct checkpoint *checkpoint,
                          struct text store, const struct trail_chain *at)
{
    struct sha256_sum root;

    if (!text_is(store, checkpoint->store))
        return KEPT_NOT_STORE;
    if (at->size < checkpoint->size)
        return KEPT_NOT_YET;
    merkle_root(work, &at->tree, &root);
    return at->size == checkpoint->size && sha256_equal(&checkpoint->last, &at->last) &&
           sha256_equal(&checkpoint->root, &root) ? KEPT : KEPT_OTHER;
}

bool signature_names_another(struct text trusted, struct text by)
{
    static const char claim[] = SIGNATURE_CLAIM;
    const size_t head = sizeof claim - 1;

    if (trusted.size < head || memcmp(trusted.data, claim, head) != 0)
        return false;
    return trusted.size <= head + by.size || memcmp(trusted.data + head, by.data, by.size) != 0 ||
           trusted.data[head + by.size] != '\t';
}
