/* Cookie and Authorization headers from any bytes: what is found stands in the header, behind the
 * name, once; found again in a header that holds nothing else. */
#include "web/credential.h"

#include <assert.h>
#include <stdio.h>

#include "identity/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct text header = { (const char *)bytes, size };
    const struct text cookie = cookie_value(header, COOKIE_NAME), bearer = bearer_value(header);
    static const char name[] = COOKIE_NAME "=";
    const size_t name_size = sizeof name - 1;
    char again[256];

    if (cookie.data != NULL) {
        assert(cookie.data >= header.data + name_size);
        assert(cookie.data + cookie.size <= header.data + header.size);
        assert(memcmp(cookie.data - name_size, name, name_size) == 0);
        assert(memchr(cookie.data, ';', cookie.size) == NULL);
    }
    if (cookie.data != NULL && secret_is(cookie)) {
        const int made = snprintf(again, sizeof again, "a=b; %s%.*s", name, TEXT(cookie));
        const struct text found = cookie_value((struct text){ again, (size_t)made }, COOKIE_NAME);
        assert(text_equal(found, cookie));
        /* Twice is none. */
        const int twice = snprintf(again, sizeof again, "%s%.*s; %s", name, TEXT(cookie), name);
        assert(cookie_value((struct text){ again, (size_t)twice }, COOKIE_NAME).data == NULL);
    }
    if (bearer.data != NULL)
        assert(bearer.size > 0 && bearer.data + bearer.size == header.data + header.size);
    return 0;
}
