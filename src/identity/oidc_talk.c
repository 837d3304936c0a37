#include "identity/oidc_talk.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

#include "identity/oidc_fetch.h"

#define STAMP_DIGITS ((size_t)12)
#define CHANCE_BYTES ((size_t)16)
#define PLAIN_SIZE ((size_t)1 + STAMP_DIGITS + 2 * CHANCE_BYTES)
#define STATE_SIZE (PLAIN_SIZE + SHA256_HEX_SIZE - 1)

static const char purpose_letter[OIDC_PURPOSES] = {
    [OIDC_LOGIN] = 'l', [OIDC_TEST] = 't', [OIDC_LINK] = 'k',
    [OIDC_INVITED] = 'i',
};

/* --- states --- */

/* A hash of the browser's cookie and these words. */
static enum err bind_to_browser(enum secret_kind kind, const struct oidc_trip *trip,
                                struct text words, char hex[SHA256_HEX_SIZE],
                                struct trouble *trouble)
{
    char text[STATE_SIZE + SECRET_DIGITS + 32];
    const int size = snprintf(text, sizeof text, "%lld\n%.*s\n%.*s", (long long)trip->council,
                              TEXT(words), TEXT(trip->cookie));

    if (size < 0 || (size_t)size >= sizeof text)
        return fail(trouble, ERR_USAGE, "a state or a cookie is too long");
    secret_hash(kind, (struct text){ text, (size_t)size }, hex);
    return OK;
}

enum err oidc_state_make(const struct outside *outside, struct arena *arena, struct moment now,
                         struct oidc_trip *trip, struct trouble *trouble)
{
    char *state = arena_take(arena, STATE_SIZE + 1, 1);
    unsigned char chance[CHANCE_BYTES];

    if (outside->random(chance, sizeof chance) != 0)
        return fail(trouble, ERR_IO, "the system gives no random bytes");
    (void)snprintf(state, STATE_SIZE + 1, "%c%012llx", purpose_letter[trip->purpose],
                   (unsigned long long)now.ms);
    (void)sodium_bin2hex(state + 1 + STAMP_DIGITS, 2 * CHANCE_BYTES + 1, chance, sizeof chance);
    trip->state = (struct text){ state, STATE_SIZE };
    return bind_to_browser(SECRET_STATE, trip, (struct text){ state, PLAIN_SIZE },
                           state + PLAIN_SIZE, trouble);
}

/* OIDC_PURPOSES: none has this letter. */
static enum oidc_purpose purpose_of(char letter)
{
    enum oidc_purpose purpose = OIDC_LOGIN;

    while (purpose < OIDC_PURPOSES && purpose_letter[purpose] != letter)
        purpose++;
    return purpose;
}

/* The moment in a state that is written as one; -1: it is not. */
static int64_t state_ms(struct text state)
{
    int64_t ms = 0;

    if (state.size != STATE_SIZE || purpose_of(state.data[0]) == OIDC_PURPOSES)
        return -1;
    for (size_t i = 1; i < state.size; i++) {
        if (!is_one_of(state.data[i], "0123456789abcdef"))
            return -1;
        if (i <= STAMP_DIGITS)
            ms = ms << 4 | (is_digit(state.data[i]) ? state.data[i] - '0'
                                                    : state.data[i] - 'a' + 10);
    }
    return ms;
}

enum err oidc_state_judge(struct moment now, struct oidc_trip *trip, bool *good,
                          struct trouble *trouble)
{
    const int64_t made_ms = state_ms(trip->state);
    char proof[SHA256_HEX_SIZE];

    *good = made_ms >= 0 && made_ms <= now.ms + OIDC_STATE_MS && now.ms - made_ms < OIDC_STATE_MS;
    if (!*good)
        return OK;
    trip->purpose = purpose_of(trip->state.data[0]);
    enum err err = bind_to_browser(SECRET_STATE, trip,
                                   (struct text){ trip->state.data, PLAIN_SIZE }, proof, trouble);
    *good = err == OK && secret_equal(text_of(proof), (struct text){ trip->state.data + PLAIN_SIZE,
                                                                     STATE_SIZE - PLAIN_SIZE });
    return err;
}

enum err oidc_nonce(const struct oidc_trip *trip, char hex[SHA256_HEX_SIZE],
                    struct trouble *trouble)
{
    return bind_to_browser(SECRET_NONCE, trip, trip->state, hex, trouble);
}

/* --- the way there --- */

/* Percent-encoded but for what RFC 3986 calls unreserved. */
static const char *encoded(struct arena *arena, struct text text)
{
    char *out = arena_take(arena, 3 * text.size + 1, 1);
    size_t size = 0;

    for (size_t i = 0; i < text.size; i++) {
        const unsigned char c = (unsigned char)text.data[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit((char)c) ||
            is_one_of((char)c, "-._~"))
            out[size++] = (char)c;
        else
            size += (size_t)snprintf(out + size, 4, "%%%02X", c);
    }
    out[size] = '\0';
    return out;
}

/* RFC 7636, 4.2: BASE64URL(SHA256(verifier)), without =. */
static enum err challenge_of(const char *verifier, char out[48], struct trouble *trouble)
{
    struct sha256 sha;
    struct sha256_sum sum;
    enum err err = sha256_begin(&sha, trouble);

    if (err != OK)
        return err;
    sha256_add(&sha, verifier, strlen(verifier));
    if ((err = sha256_end(&sha, &sum, trouble)) == OK)
        (void)sodium_bin2base64(out, 48, sum.bytes, sizeof sum.bytes,
                                sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return err;
}

enum err oidc_way_there(struct arena *arena, const struct oidc_provider *provider,
                        const struct oidc_trip *trip, struct text hint, struct text *url,
                        struct trouble *trouble)
{
    const struct text there = provider->authorization_url;
    char nonce[SHA256_HEX_SIZE], verifier[SHA256_HEX_SIZE], challenge[48];
    enum err err = oidc_nonce(trip, nonce, trouble);

    if (err == OK)
        err = bind_to_browser(SECRET_VERIFIER, trip, trip->state, verifier, trouble);
    if (err == OK)
        err = challenge_of(verifier, challenge, trouble);
    if (err != OK)
        return err;
    *url = text_of(arena_print(
        arena, "%.*s%cresponse_type=code&client_id=%s&redirect_uri=%s&scope=openid%%20profile"
        "%%20email&state=%.*s&nonce=%s&code_challenge=%s&code_challenge_method=S256%s%s",
        TEXT(there), memchr(there.data, '?', there.size) != NULL ? '&' : '?',
        encoded(arena, provider->client), encoded(arena, trip->back), TEXT(trip->state), nonce,
        challenge, hint.size > 0 ? "&login_hint=" : "", encoded(arena, hint)));
    return OK;
}

/* --- what it says --- */

/* A word of a JSON object; empty: there is none. Its bytes are jansson's. */
static struct text word_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_string(value) ? (struct text){ json_string_value(value),
                                                  json_string_length(value) }
                                 : (struct text){ "", 0 };
}

/* An issuer on this machine names places on this machine, any other none of them. */
static bool places_fit(const struct oidc_provider *provider)
{
    const enum oidc_place at = oidc_place_of(provider->issuer);

    return at != OIDC_NOWHERE && oidc_place_of(provider->authorization_url) == at &&
           oidc_place_of(provider->token_url) == at && oidc_place_of(provider->keys_url) == at;
}

/* RFC 8414's default is client_secret_basic. */
static bool wants_form(const json_t *said)
{
    const json_t *ways = json_object_get(said, "token_endpoint_auth_methods_supported");
    bool basic = !json_is_array(ways), form = false;
    size_t i;
    json_t *way;

    json_array_foreach(ways, i, way) {
        basic |= json_is_string(way) && strcmp(json_string_value(way), "client_secret_basic") == 0;
        form |= json_is_string(way) && strcmp(json_string_value(way), "client_secret_post") == 0;
    }
    return form && !basic;
}

static enum err take_discovery(struct arena *arena, const json_t *said,
                               struct oidc_provider *provider, struct trouble *trouble)
{
    if (!json_is_object(said))
        return fail(trouble, ERR_REFUSED, "what the issuer says of itself is not JSON");
    if (!text_equal(word_of(said, "issuer"), provider->issuer))
        return fail(trouble, ERR_REFUSED, "it calls itself '%.*s', which must be the same as the "
                    "address given", TEXT(word_of(said, "issuer")));
    provider->authorization_url = text_keep(arena, word_of(said, "authorization_endpoint"));
    provider->token_url = text_keep(arena, word_of(said, "token_endpoint"));
    provider->keys_url = text_keep(arena, word_of(said, "jwks_uri"));
    provider->secret_in_form = wants_form(said);
    return places_fit(provider) ? OK : fail(trouble, ERR_REFUSED, "it names addresses that are "
                                            "missing, or not https");
}

typedef enum err json_taker(struct arena *, const json_t *, struct oidc_provider *,
                            struct trouble *);

/* jansson's own memory is given back when the arena runs out, too. */
static enum err with_json(struct arena *arena, struct text body, json_taker *take,
                          struct oidc_provider *provider, struct trouble *trouble)
{
    json_t *volatile said = json_loadb(body.data, body.size, JSON_REJECT_DUPLICATES, NULL);

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena)) {
        json_decref(said);
        arena_pass_on(&outer);
    }
    const enum err err = take(arena, said, provider, trouble);
    json_decref(said);
    return err;
}

static enum err take_keys(struct arena *arena, const json_t *said, struct oidc_provider *provider,
                          struct trouble *trouble)
{
    (void)arena;
    (void)provider;
    return json_is_array(json_object_get(said, "keys"))
               ? OK : fail(trouble, ERR_REFUSED, "what it publishes is not a set of keys");
}

enum err oidc_keys_fetch(struct arena *arena, struct oidc_provider *provider,
                         struct trouble *trouble)
{
    const struct oidc_call call = { .url = provider->keys_url };
    struct text body = { "", 0 };
    enum err err = oidc_fetch(arena, &call, &body, trouble);

    if (err == OK && !text_is_utf8(body))
        err = fail(trouble, ERR_REFUSED, "its keys are not UTF-8");
    if (err == OK)
        err = with_json(arena, body, take_keys, provider, trouble);
    if (err == OK)
        provider->keys = body;
    return err;
}

enum err oidc_discover(struct arena *arena, struct oidc_provider *provider,
                       struct trouble *trouble)
{
    const struct text issuer = provider->issuer;
    const bool slash = issuer.size > 0 && issuer.data[issuer.size - 1] == '/';
    const struct oidc_call call = {
        .url = text_of(arena_print(arena, "%.*s%s.well-known/openid-configuration", TEXT(issuer),
                                   slash ? "" : "/")),
    };
    struct text body = { "", 0 };
    enum err err = oidc_fetch(arena, &call, &body, trouble);

    if (err == OK)
        err = with_json(arena, body, take_discovery, provider, trouble);
    return err != OK ? err : oidc_keys_fetch(arena, provider, trouble);
}

/* --- a code for a token --- */

struct redeemed {
    struct oidc_provider provider;      /* first: a json_taker is given it */
    struct text          id_token;
};

static enum err take_token(struct arena *arena, const json_t *said,
                           struct oidc_provider *provider, struct trouble *trouble)
{
    struct redeemed *redeemed = (struct redeemed *)provider;
    const struct text token = word_of(said, "id_token");

    if (token.size == 0)
        return fail(trouble, ERR_REFUSED, "it gave no id token");
    redeemed->id_token = text_keep(arena, token);
    return OK;
}

enum err oidc_redeem(struct arena *arena, const struct oidc_provider *provider,
                     const struct oidc_trip *trip, struct text secret, struct text code,
                     struct text *id_token, struct trouble *trouble)
{
    const char *client = encoded(arena, provider->client), *password = encoded(arena, secret);
    const bool form = provider->secret_in_form;
    struct oidc_call call = { .url = provider->token_url };
    struct redeemed redeemed = { .provider = *provider };
    char verifier[SHA256_HEX_SIZE];
    struct text body = { "", 0 };
    enum err err = bind_to_browser(SECRET_VERIFIER, trip, trip->state, verifier, trouble);

    if (err != OK)
        return err;
    call.form = text_of(arena_print(
        arena, "grant_type=authorization_code&code=%s&redirect_uri=%s&code_verifier=%s%s%s%s%s",
        encoded(arena, code), encoded(arena, trip->back), verifier, form ? "&client_id=" : "",
        form ? client : "", form ? "&client_secret=" : "", form ? password : ""));
    if (!form) {
        call.user = text_of(client);
        call.password = text_of(password);
    }
    err = oidc_fetch(arena, &call, &body, trouble);
    if (err == OK)
        err = with_json(arena, body, take_token, &redeemed.provider, trouble);
    *id_token = redeemed.id_token;
    return err;
}
