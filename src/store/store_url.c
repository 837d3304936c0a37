#include "store/store_url.h"

#include <ctype.h>

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* "name:" at the front, as a URL has it. */
static bool has_scheme(const char *text)
{
    const char *at = text;

    while (isalnum((unsigned char)*at) || *at == '+' || *at == '-' || *at == '.')
        at++;
    return at != text && *at == ':';
}

enum err store_url_read(const char *url, struct store_url *out, struct trouble *trouble)
{
    static const char sqlite[] = "sqlite:";

    if (begins(url, "postgres://") || begins(url, "postgresql://")) {
        *out = (struct store_url){ DB_POSTGRES, url };
        return OK;
    }
    const char *path = begins(url, sqlite) ? url + strlen(sqlite) : url;
    *out = (struct store_url){ DB_SQLITE, path };
    if (path[0] == '\0')
        return fail(trouble, ERR_USAGE, "the store's place is empty: name a file or a "
                    "postgres:// URL");
    if (path[0] == ':' || begins(path, "file:"))
        return fail(trouble, ERR_USAGE, "%s: a store is a plain file (write ./%s if that is its "
                    "name)", path, path);
    /* Not the URL itself: it may hold a password. */
    if (path == url && has_scheme(url))
        return fail(trouble, ERR_USAGE, "a store is a file, sqlite:FILE or a postgres:// URL");
    return OK;
}

bool sqlite_wal_is_safe(int version)
{
    return version >= 3051003 || (version >= 3050007 && version < 3051000) ||
           (version >= 3044006 && version < 3045000);
}
