#include "store/evidence_filter.h"

#include <sodium.h>

_Static_assert(crypto_shorthash_BYTES == 8, "SipHash-2-4 gives 64 bits");

uint64_t filter_text_hash(struct text text)
{
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "ochil evidence";
    unsigned char hash[crypto_shorthash_BYTES];

    (void)crypto_shorthash(hash, (const unsigned char *)text.data, text.size, key);
    return little_endian_get(hash, sizeof hash);
}

uint64_t filter_period_hash(period_number period)
{
    const uint64_t number = (uint64_t)(uint32_t)period + 1;

    return (number ^ number << 32) * UINT64_C(0xa0761d6478bd642f);
}

uint64_t filter_key_of(const struct evidence_query *query)
{
    struct filter_parts parts = { .partner = filter_text_hash(query->partner) };
    unsigned selection = 0;

    if (query->cost_centre.data != NULL) {
        parts.centre = filter_text_hash(query->cost_centre);
        selection |= KEY_CENTRE;
    }
    if (query->account.data != NULL) {
        parts.account = filter_text_hash(query->account);
        selection |= KEY_ACCOUNT;
    }
    if (query->period != EVIDENCE_ANY_PERIOD) {
        parts.period = filter_period_hash(query->period);
        selection |= KEY_PERIOD;
    }
    return filter_key(&parts, selection);
}
