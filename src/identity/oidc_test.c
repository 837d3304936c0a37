/* What a council's own login says, and where it may be; nothing is asked or kept. */
#include "identity/oidc_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <rhonabwy.h>
#include <stdio.h>

#include "identity/oidc_fetch.h"
#include "identity/oidc_talk.h"

#define NOW_S INT64_C(1400000000)

static struct arena arena;
static struct trouble said;

/* --- where it may be --- */

static void places_are_told_by_their_words(void **state)
{
    static const struct {
        const char     *url;
        enum oidc_place place;
    } rows[] = {
        { "https://login.example", OIDC_PUBLIC },
        { "https://login.example:8443/a/b?c=d", OIDC_PUBLIC },
        { "https://localhost.example", OIDC_PUBLIC },
        { "http://localhost", OIDC_THIS_MACHINE },
        { "http://127.0.0.1:8080/x", OIDC_THIS_MACHINE },
        { "http://[::1]:8080", OIDC_THIS_MACHINE },
        { "https://localhost:1", OIDC_THIS_MACHINE },
        { "http://login.example", OIDC_NOWHERE },
        { "http://localhost.example", OIDC_NOWHERE },
        { "http://127.0.0.1.example", OIDC_NOWHERE },
        { "https://", OIDC_NOWHERE },
        { "https:///path", OIDC_NOWHERE },
        { "https://user@login.example", OIDC_NOWHERE },
        { "https://login.example#part", OIDC_NOWHERE },
        { "https://login.example/ x", OIDC_NOWHERE },
        { "https://login.example\\x", OIDC_NOWHERE },
        { "ftp://login.example", OIDC_NOWHERE },
        { "file:///etc/passwd", OIDC_NOWHERE },
        { "HTTPS://login.example", OIDC_NOWHERE },
        { "", OIDC_NOWHERE },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (oidc_place_of(text_of(rows[i].url)) != rows[i].place)
            fail_msg("%s", rows[i].url);
}

static bool fits(const char *address, enum oidc_place place)
{
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
    struct sockaddr_in four = { .sin_family = AF_INET };

    if (inet_pton(AF_INET, address, &four.sin_addr) == 1)
        return oidc_address_fits((const struct sockaddr *)&four, place);
    assert_int_equal(inet_pton(AF_INET6, address, &six.sin6_addr), 1);
    return oidc_address_fits((const struct sockaddr *)&six, place);
}

static void only_public_addresses_are_connected_to(void **state)
{
    static const char *const public[] = { "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.167.1.1",
        "100.63.1.1", "100.128.0.1", "223.255.255.255", "2a00::1", "2606:4700::1111" };
    static const char *const inside[] = { "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1",
        "127.8.8.8", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1",
        "192.168.1.1", "198.18.0.1", "198.19.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "fe80::1", "fc00::1",
        "fd12::1", "ff02::1", "2001::1", "2002:a00:1::" };
    const struct sockaddr other = { .sa_family = AF_UNIX };

    (void)state;
    for (size_t i = 0; i < COUNT(public); i++)
        if (!fits(public[i], OIDC_PUBLIC) || fits(public[i], OIDC_THIS_MACHINE))
            fail_msg("%s", public[i]);
    for (size_t i = 0; i < COUNT(inside); i++)
        if (fits(inside[i], OIDC_PUBLIC))
            fail_msg("%s", inside[i]);
    assert_true(fits("127.0.0.1", OIDC_THIS_MACHINE) && fits("::1", OIDC_THIS_MACHINE));
    assert_false(fits("10.0.0.1", OIDC_THIS_MACHINE) || fits("fe80::1", OIDC_THIS_MACHINE));
    assert_false(oidc_address_fits(&other, OIDC_PUBLIC));
}

/* --- tokens --- */

static jwk_t *rsa, *rsa_public, *short_rsa, *short_public, *curve, *curve_public;

static void make_pair(jwk_t **key, jwk_t **public, int type, unsigned int bits, const char *name)
{
    assert_int_equal(r_jwk_init(key), RHN_OK);
    assert_int_equal(r_jwk_init(public), RHN_OK);
    assert_int_equal(r_jwk_generate_key_pair(*key, *public, type, bits, name), RHN_OK);
}

static int make_keys(void **state)
{
    (void)state;
    assert_int_equal(oidc_ready(&said), OK);
    make_pair(&rsa, &rsa_public, R_KEY_TYPE_RSA, 2048, "rsa");
    make_pair(&short_rsa, &short_public, R_KEY_TYPE_RSA, 1024, "short");
    make_pair(&curve, &curve_public, R_KEY_TYPE_EC, 256, "curve");
    return 0;
}

static int drop_keys(void **state)
{
    jwk_t *const all[] = { rsa, rsa_public, short_rsa, short_public, curve, curve_public };

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++)
        r_jwk_free(all[i]);
    arena_free(&arena);
    return 0;
}

static struct text signed_with(jwk_t *key, jwa_alg algorithm, const char *name,
                               const char *payload)
{
    jws_t *token;

    assert_int_equal(r_jws_init(&token), RHN_OK);
    assert_int_equal(r_jws_set_alg(token, algorithm), RHN_OK);
    if (name != NULL)
        assert_int_equal(r_jws_set_header_str_value(token, "kid", name), RHN_OK);
    assert_int_equal(r_jws_set_payload(token, (const unsigned char *)payload, strlen(payload)),
                     RHN_OK);
    jwk_t *const copy = r_jwk_copy(key);
    if (name == NULL)       /* rhonabwy would write the key's own */
        assert_int_equal(r_jwk_delete_property_str(copy, "kid"), RHN_OK);
    char *made = algorithm == R_JWA_ALG_NONE ? r_jws_serialize_unsecure(token, NULL, 0)
                                             : r_jws_serialize(token, copy, 0);
    assert_non_null(made);
    const struct text kept = { arena_copy(&arena, made, strlen(made)), strlen(made) };
    r_free(made);
    r_jwk_free(copy);
    r_jws_free(token);
    return kept;
}

static struct text key_set(jwk_t *const keys[], size_t count)
{
    jwks_t *set;

    assert_int_equal(r_jwks_init(&set), RHN_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(r_jwks_append_jwk(set, keys[i]), RHN_OK);
    char *made = r_jwks_export_to_json_str(set, 0);
    const struct text kept = { arena_copy(&arena, made, strlen(made)), strlen(made) };
    r_free(made);
    r_jwks_free(set);
    return kept;
}

static struct oidc_expected expected(void)
{
    return (struct oidc_expected){
        .issuer = text_of("https://login.example"), .client = text_of("ochil"),
        .nonce = text_of("n"), .name_claim = text_of("preferred_username"),
        .groups_claim = text_of("groups"), .now = { NOW_S * 1000 },
    };
}

#define WHOLE "\"iss\":\"https://login.example\",\"aud\":\"ochil\",\"nonce\":\"n\",\"sub\":\"s\""
#define TIMES "\"exp\":1400000300,\"iat\":1400000000"
#define WITH(claims) "{" claims "}"

static void claims_are_judged(void **state)
{
    static const struct {
        enum oidc_refusal refusal;
        const char       *claims;
    } rows[] = {
        { OIDC_FINE, WITH(WHOLE "," TIMES) },
        { OIDC_FINE, WITH(WHOLE ",\"exp\":1399999941,\"iat\":1399999900") },
        { OIDC_FINE, WITH(WHOLE ",\"exp\":1400000300,\"iat\":1400000060") },
        { OIDC_FINE, WITH(WHOLE "," TIMES ",\"nbf\":1400000060") },
        { OIDC_FINE, WITH(WHOLE "," TIMES ",\"azp\":\"ochil\"") },
        { OIDC_FINE, WITH("\"iss\":\"https://login.example\",\"aud\":[\"x\",\"ochil\"],"
                          "\"azp\":\"ochil\",\"nonce\":\"n\",\"sub\":\"s\"," TIMES) },
        { OIDC_ISSUER, WITH("\"aud\":\"ochil\",\"nonce\":\"n\",\"sub\":\"s\"," TIMES) },
        { OIDC_ISSUER, WITH("\"iss\":\"https://login.example/\",\"aud\":\"ochil\"," TIMES) },
        { OIDC_AUDIENCE, WITH("\"iss\":\"https://login.example\",\"nonce\":\"n\"," TIMES) },
        { OIDC_AUDIENCE, WITH("\"iss\":\"https://login.example\",\"aud\":[\"och\",7]," TIMES) },
        { OIDC_PARTY, WITH("\"iss\":\"https://login.example\",\"aud\":[\"ochil\",\"x\"]," TIMES) },
        { OIDC_PARTY, WITH(WHOLE "," TIMES ",\"azp\":\"x\"") },
        { OIDC_PARTY, WITH(WHOLE "," TIMES ",\"azp\":7") },
        { OIDC_EXPIRED, WITH(WHOLE ",\"exp\":1399999940,\"iat\":1399999900") },
        { OIDC_EXPIRED, WITH(WHOLE ",\"iat\":1400000000") },
        { OIDC_EXPIRED, WITH(WHOLE ",\"exp\":\"1400000300\",\"iat\":1400000000") },
        { OIDC_ISSUED, WITH(WHOLE ",\"exp\":1400000300") },
        { OIDC_ISSUED, WITH(WHOLE ",\"exp\":1400000300,\"iat\":1400000061") },
        { OIDC_ISSUED, WITH(WHOLE ",\"exp\":1400000300,\"iat\":1399999399") },
        { OIDC_ISSUED, WITH(WHOLE "," TIMES ",\"nbf\":1400000061") },
        { OIDC_NONCE, WITH("\"iss\":\"https://login.example\",\"aud\":\"ochil\",\"nonce\":\"m\","
                           TIMES) },
        { OIDC_NONCE, WITH("\"iss\":\"https://login.example\",\"aud\":\"ochil\"," TIMES) },
        { OIDC_SUBJECT, WITH("\"iss\":\"https://login.example\",\"aud\":\"ochil\","
                             "\"nonce\":\"n\",\"sub\":\"\"," TIMES) },
        { OIDC_SUBJECT, WITH("\"iss\":\"https://login.example\",\"aud\":\"ochil\","
                             "\"nonce\":\"n\",\"sub\":7," TIMES) },
        { OIDC_NO_TOKEN, "[]" },
        { OIDC_NO_TOKEN, "words" },
        { OIDC_NO_TOKEN, WITH(WHOLE ",\"sub\":\"t\"," TIMES) },
    };
    const struct oidc_expected wanted = expected();
    jwk_t *const keys[] = { rsa_public };
    struct oidc_claims claims;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct text token = signed_with(rsa, R_JWA_ALG_RS256, "rsa", rows[i].claims);
        if (oidc_token_judge(&arena, key_set(keys, 1), token, &wanted, &claims) !=
            rows[i].refusal)
            fail_msg("%s", rows[i].claims);
    }
    for (enum oidc_refusal refusal = 0; refusal < OIDC_REFUSALS; refusal++)
        assert_true((strlen(oidc_refusal_sentence(refusal)) > 10) == (refusal != OIDC_FINE));
}

static void claims_are_taken(void **state)
{
    const struct oidc_expected wanted = expected();
    jwk_t *const keys[] = { curve_public };
    struct oidc_claims claims;
    struct text token = signed_with(curve, R_JWA_ALG_ES256, "curve",
        WITH(WHOLE "," TIMES ",\"preferred_username\":\"M.Reid\",\"groups\":[\"a\",7,\"b\"],"
             "\"amr\":[\"pwd\",\"mfa\"]"));

    (void)state;
    assert_int_equal(oidc_token_judge(&arena, key_set(keys, 1), token, &wanted, &claims),
                     OIDC_FINE);
    assert_true(text_is(claims.subject, "s") && text_is(claims.name, "M.Reid"));
    assert_true(claims.groups == 2 && text_is(claims.group[1], "b") && claims.second);
    token = signed_with(curve, R_JWA_ALG_ES256, "curve",
                        WITH(WHOLE "," TIMES ",\"groups\":\"only\",\"amr\":\"mfa\""));
    assert_int_equal(oidc_token_judge(&arena, key_set(keys, 1), token, &wanted, &claims),
                     OIDC_FINE);
    assert_true(claims.groups == 1 && text_is(claims.group[0], "only"));
    assert_true(claims.name.size == 0 && !claims.second);
}

static void signatures_are_judged(void **state)
{
    jwk_t *const one[] = { rsa_public }, *const two[] = { curve_public, rsa_public };
    jwk_t *const weak[] = { short_public };
    const struct text single = key_set(one, 1), both = key_set(two, 2), few = key_set(weak, 1);
    const struct text none = text_of("{\"keys\":[]}");
    const struct text odd = text_of("{\"keys\":[{\"kty\":\"x\"}]}");
    const char *good = WITH(WHOLE "," TIMES);
    const struct {
        const char       *why;
        enum oidc_refusal refusal;
        struct text       keys, token;
    } rows[] = {
        { "of two keys by name", OIDC_FINE, both, signed_with(rsa, R_JWA_ALG_RS256, "rsa", good) },
        { "PS256", OIDC_FINE, single, signed_with(rsa, R_JWA_ALG_PS256, "rsa", good) },
        { "the only key", OIDC_FINE, single, signed_with(rsa, R_JWA_ALG_RS256, NULL, good) },
        { "one of two", OIDC_UNKNOWN_KEY, both, signed_with(rsa, R_JWA_ALG_RS256, NULL, good) },
        { "another name", OIDC_UNKNOWN_KEY, single, signed_with(rsa, R_JWA_ALG_RS256, "x", good) },
        { "no key", OIDC_UNKNOWN_KEY, none, signed_with(rsa, R_JWA_ALG_RS256, "rsa", good) },
        { "an odd key", OIDC_UNKNOWN_KEY, odd, signed_with(rsa, R_JWA_ALG_RS256, "rsa", good) },
        { "another's name", OIDC_SIGNATURE, both,
          signed_with(rsa, R_JWA_ALG_RS256, "curve", good) },
        { "another key", OIDC_SIGNATURE, single,
          signed_with(short_rsa, R_JWA_ALG_RS256, "rsa", good) },
        { "a short key", OIDC_SIGNATURE, few,
          signed_with(short_rsa, R_JWA_ALG_RS256, "short", good) },
        { "RS512", OIDC_ALGORITHM, single, signed_with(rsa, R_JWA_ALG_RS512, "rsa", good) },
        { "not signed", OIDC_NO_TOKEN, single, signed_with(rsa, R_JWA_ALG_NONE, "rsa", good) },
        { "nothing", OIDC_NO_TOKEN, single, text_of("") },
        { "words", OIDC_NO_TOKEN, single, text_of("a.b.c") },
    };
    const struct oidc_expected wanted = expected();
    struct oidc_claims claims;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const enum oidc_refusal got = oidc_token_judge(&arena, rows[i].keys, rows[i].token,
                                                       &wanted, &claims);
        if (got != rows[i].refusal)
            fail_msg("%s: %s", rows[i].why, oidc_refusal_sentence(got));
    }
}

/* --- states and addresses --- */

static void a_state_is_its_browsers_and_councils(void **state)
{
    const struct text cookie = text_of("one browser's cookie"), other = text_of("another's");
    struct oidc_trip trip = { .purpose = OIDC_TEST, .council = 1, .cookie = cookie };
    const struct {
        int64_t     council;
        struct text cookie;
        int64_t     later_ms;
        bool        good;
    } rows[] = {
        { 1, cookie, 0, true },
        { 1, cookie, OIDC_STATE_MS - 1, true },
        { 1, cookie, OIDC_STATE_MS, false },
        { 1, cookie, -OIDC_STATE_MS - 1, false },
        { 2, cookie, 0, false },
        { 1, other, 0, false },
    };
    const struct moment now = { NOW_S * 1000 };
    bool good;

    (void)state;
    assert_int_equal(oidc_state_make(&real_outside, &arena, now, &trip, &said), OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct oidc_trip back = { .council = rows[i].council, .cookie = rows[i].cookie,
                                  .state = trip.state };
        assert_int_equal(oidc_state_judge((struct moment){ now.ms + rows[i].later_ms }, &back,
                                          &good, &said), OK);
        assert_int_equal(good, rows[i].good);
        assert_true(!good || back.purpose == OIDC_TEST);
    }
    /* Any byte changed is another state. */
    char *bytes = arena_copy(&arena, trip.state.data, trip.state.size);
    trip.state.data = bytes;
    for (size_t i = 0; i < trip.state.size; i++) {
        const char was = bytes[i];
        bytes[i] = '0';
        if (was == 't')
            bytes[i] = 'l';
        if (was == '0')
            bytes[i] = '1';
        assert_int_equal(oidc_state_judge(now, &trip, &good, &said), OK);
        assert_false(good);
        bytes[i] = was;
    }
}

static void an_address_belongs_to_a_domain(void **state)
{
    static const struct {
        const char *address;
        bool        holds;
    } rows[] = {
        { "m@clacks.example", true }, { "M@Clacks.Example", true }, { "a@b@sti.example", true },
        { "m@sub.clacks.example", false }, { "m@xclacks.example", false }, { "@clacks.example",
        false }, { "clacks.example", false }, { "m@", false }, { "m@clacks.example.", false },
    };
    const struct text domains = text_of("clacks.example  sti.example");

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(oidc_domains_hold(domains, text_of(rows[i].address)), rows[i].holds);
    assert_true(oidc_domains_are(domains) && oidc_domains_are(text_of("")));
    static const char *const bad[] = { "x", "a.b c", ".a.b", "a.b.", "A.b", "a b.c", "a.b,c.d" };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(oidc_domains_are(text_of(bad[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_told_by_their_words),
        cmocka_unit_test(only_public_addresses_are_connected_to),
        cmocka_unit_test(claims_are_judged),
        cmocka_unit_test(claims_are_taken),
        cmocka_unit_test(signatures_are_judged),
        cmocka_unit_test(a_state_is_its_browsers_and_councils),
        cmocka_unit_test(an_address_belongs_to_a_domain),
    };

    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
