#include "identity/oidc_token.h"

#include <assert.h>
#include <jansson.h>
#include <rhonabwy.h>

#define RSA_BITS_LEAST 2048

static const char *const sentence[OIDC_REFUSALS] = {
    [OIDC_FINE] = "",
    [OIDC_NO_TOKEN] = "It gave no signed token.",
    [OIDC_ALGORITHM] = "Its token is not signed with RS256, PS256 or ES256.",
    [OIDC_UNKNOWN_KEY] = "Its token is signed with a key that it does not publish.",
    [OIDC_SIGNATURE] = "The signature of its token is wrong.",
    [OIDC_ISSUER] = "Its token was issued by somebody else.",
    [OIDC_AUDIENCE] = "Its token is meant for another program.",
    [OIDC_PARTY] = "Its token was given out to another program.",
    [OIDC_EXPIRED] = "Its token is over.",
    [OIDC_ISSUED] = "Its token was not issued just now; is a clock wrong?",
    [OIDC_NONCE] = "Its token answers another sign-in.",
    [OIDC_SUBJECT] = "Its token does not say who it is.",
};

const char *oidc_refusal_sentence(enum oidc_refusal refusal)
{
    assert(refusal < OIDC_REFUSALS);
    return sentence[refusal];
}

/* --- the signature --- */

static bool algorithm_is_good(jwa_alg algorithm)
{
    return algorithm == R_JWA_ALG_RS256 || algorithm == R_JWA_ALG_PS256 ||
           algorithm == R_JWA_ALG_ES256;
}

/* A public key for signatures, of the algorithm's kind. */
static bool key_fits(jwk_t *key, jwa_alg algorithm)
{
    unsigned int bits = 0;
    const int type = r_jwk_key_type(key, &bits, R_FLAG_IGNORE_REMOTE);
    const char *use = r_jwk_get_property_str(key, "use");

    if ((type & R_KEY_TYPE_PUBLIC) == 0 || (use != NULL && strcmp(use, "sig") != 0))
        return false;
    if (algorithm == R_JWA_ALG_ES256)
        return (type & R_KEY_TYPE_EC) != 0 && bits == 256;
    return (type & R_KEY_TYPE_RSA) != 0 && bits >= RSA_BITS_LEAST;
}

/* The one of this name; without a name, the only one there is. To be given back. */
static jwk_t *key_find(jwks_t *keys, const char *name)
{
    if (name != NULL)
        return r_jwks_get_by_kid(keys, name);
    return r_jwks_size(keys) == 1 ? r_jwks_get_at(keys, 0) : NULL;
}

static enum oidc_refusal verify_with(jws_t *token, jwks_t *keys)
{
    const jwa_alg algorithm = r_jws_get_alg(token);
    enum oidc_refusal refusal = OIDC_FINE;

    if (!algorithm_is_good(algorithm))
        return OIDC_ALGORITHM;
    jwk_t *key = key_find(keys, r_jws_get_header_str_value(token, "kid"));
    if (key == NULL)
        return OIDC_UNKNOWN_KEY;
    if (!key_fits(key, algorithm) ||
        r_jws_verify_signature(token, key, R_FLAG_IGNORE_REMOTE) != RHN_OK)
        refusal = OIDC_SIGNATURE;
    r_jwk_free(key);
    return refusal;
}

/* What was signed goes to `payload`, which has room for all of the token. */
static enum oidc_refusal read_signed(jws_t *token, jwks_t *keys, struct text keys_text,
                                     struct text token_text, char *payload, size_t *size)
{
    if (r_jws_advanced_parse(token, token_text.data, R_PARSE_NONE, R_FLAG_IGNORE_REMOTE) != RHN_OK)
        return OIDC_NO_TOKEN;
    /* A set with one key that rhonabwy does not know still has its others. */
    (void)r_jwks_import_from_json_str(keys, keys_text.data);
    const enum oidc_refusal refusal = verify_with(token, keys);
    const unsigned char *bytes = r_jws_get_payload(token, size);
    if (refusal != OIDC_FINE)
        return refusal;
    if (bytes == NULL || *size > token_text.size)
        return OIDC_NO_TOKEN;
    memcpy(payload, bytes, *size);
    return OIDC_FINE;
}

/* Nothing is taken from an arena while rhonabwy holds memory. Both texts end with a NUL. */
static enum oidc_refusal open_token(struct text keys_text, struct text token_text, char *payload,
                                    size_t *size)
{
    enum oidc_refusal refusal = OIDC_NO_TOKEN;
    jws_t *token = NULL;
    jwks_t *keys = NULL;

    if (r_jws_init(&token) == RHN_OK && r_jwks_init(&keys) == RHN_OK)
        refusal = read_signed(token, keys, keys_text, token_text, payload, size);
    r_jws_free(token);
    r_jwks_free(keys);
    return refusal;
}

/* --- the claims --- */

static bool word_is(const json_t *object, const char *claim, struct text wanted)
{
    const json_t *value = json_object_get(object, claim);

    return json_is_string(value) &&
           text_equal((struct text){ json_string_value(value), json_string_length(value) },
                      wanted);
}

/* A member of a list of words, or the word itself. */
static bool holds(const json_t *value, struct text wanted)
{
    size_t i;
    json_t *one;

    if (json_is_string(value))
        return text_equal((struct text){ json_string_value(value), json_string_length(value) },
                          wanted);
    json_array_foreach(value, i, one)
        if (json_is_string(one) && holds(one, wanted))
            return true;
    return false;
}

static bool judge_party(const json_t *claims, const struct oidc_expected *expected)
{
    const json_t *audience = json_object_get(claims, "aud");

    if (json_object_get(claims, "azp") != NULL)
        return word_is(claims, "azp", expected->client);
    return !json_is_array(audience) || json_array_size(audience) == 1;
}

static enum oidc_refusal judge_times(const json_t *claims, struct moment now)
{
    const json_t *expires = json_object_get(claims, "exp");
    const json_t *issued = json_object_get(claims, "iat");
    const json_t *begins = json_object_get(claims, "nbf");
    const int64_t now_s = now.ms / 1000;

    if (!json_is_integer(expires) || json_integer_value(expires) <= now_s - OIDC_SKEW_S)
        return OIDC_EXPIRED;
    if (!json_is_integer(issued) || json_integer_value(issued) > now_s + OIDC_SKEW_S ||
        json_integer_value(issued) < now_s - OIDC_AGE_MOST_S)
        return OIDC_ISSUED;
    return begins != NULL && (!json_is_integer(begins) ||
                              json_integer_value(begins) > now_s + OIDC_SKEW_S)
               ? OIDC_ISSUED : OIDC_FINE;
}

static enum oidc_refusal judge_claims(const json_t *claims, const struct oidc_expected *expected)
{
    const json_t *subject = json_object_get(claims, "sub");

    if (!json_is_object(claims))
        return OIDC_NO_TOKEN;
    if (!word_is(claims, "iss", expected->issuer))
        return OIDC_ISSUER;
    if (!holds(json_object_get(claims, "aud"), expected->client))
        return OIDC_AUDIENCE;
    if (!judge_party(claims, expected))
        return OIDC_PARTY;
    const enum oidc_refusal times = judge_times(claims, expected->now);
    if (times != OIDC_FINE)
        return times;
    if (!word_is(claims, "nonce", expected->nonce))
        return OIDC_NONCE;
    return json_is_string(subject) && json_string_length(subject) > 0 &&
                   json_string_length(subject) <= OIDC_SUBJECT_MOST
               ? OIDC_FINE : OIDC_SUBJECT;
}

static struct text take_word(struct arena *arena, const json_t *value)
{
    if (!json_is_string(value))
        return (struct text){ "", 0 };
    return (struct text){ arena_copy(arena, json_string_value(value), json_string_length(value)),
                          json_string_length(value) };
}

/* A claim's name as jansson wants it. */
static const json_t *claim(struct arena *arena, const json_t *claims, struct text name)
{
    return json_object_get(claims, arena_print(arena, "%.*s", TEXT(name)));
}

static void take_groups(struct arena *arena, const json_t *value, struct oidc_claims *out)
{
    size_t i;
    json_t *one;

    out->group = arena_take(arena, OIDC_GROUPS_MOST, sizeof *out->group);
    if (json_is_string(value))
        out->group[out->groups++] = take_word(arena, value);
    json_array_foreach(value, i, one)
        if (json_is_string(one) && out->groups < OIDC_GROUPS_MOST)
            out->group[out->groups++] = take_word(arena, one);
}

static void take_claims(struct arena *arena, const json_t *claims,
                        const struct oidc_expected *expected, struct oidc_claims *out)
{
    const json_t *ways = json_object_get(claims, "amr");

    *out = (struct oidc_claims){
        .subject = take_word(arena, json_object_get(claims, "sub")),
        .name = take_word(arena, claim(arena, claims, expected->name_claim)),
        .second = json_is_array(ways) && holds(ways, text_of("mfa")),     /* RFC 8176 */
    };
    take_groups(arena, claim(arena, claims, expected->groups_claim), out);
}

static enum oidc_refusal read_claims(struct arena *arena, struct text payload,
                                     const struct oidc_expected *expected,
                                     struct oidc_claims *out)
{
    json_t *volatile claims = json_loadb(payload.data, payload.size, JSON_REJECT_DUPLICATES,
                                         NULL);
    volatile enum oidc_refusal refusal = OIDC_NO_TOKEN;

    /* jansson's own memory is given back when the arena runs out, too. */
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        json_decref(claims);
        arena_pass_on(&outer);
    }
    refusal = judge_claims(claims, expected);
    if (refusal == OIDC_FINE)
        take_claims(arena, claims, expected, out);
    json_decref(claims);
    return refusal;
}

enum oidc_refusal oidc_token_judge(struct arena *arena, struct text keys, struct text token,
                                   const struct oidc_expected *expected, struct oidc_claims *out)
{
    const struct text keys_text = text_of(arena_print(arena, "%.*s", TEXT(keys)));
    const struct text token_text = text_of(arena_print(arena, "%.*s", TEXT(token)));
    char *payload = arena_take(arena, token_text.size + 1, 1);
    size_t size = 0;

    *out = (struct oidc_claims){ .groups = 0 };
    const enum oidc_refusal refusal = open_token(keys_text, token_text, payload, &size);
    return refusal != OIDC_FINE ? refusal
                                : read_claims(arena, (struct text){ payload, size }, expected,
                                              out);
}
