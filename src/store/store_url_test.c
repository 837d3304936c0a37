#include "store/store_url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void places_are_read(void **state)
{
    static const struct {
        const char    *url;
        enum err       err;
        enum db_engine engine;
        const char    *place;
    } examples[] = {
        { "store.db", OK, DB_SQLITE, "store.db" },
        { "/var/lib/ochil/store.db", OK, DB_SQLITE, "/var/lib/ochil/store.db" },
        { "sqlite:/var/a b.db", OK, DB_SQLITE, "/var/a b.db" },
        { "./file:x", OK, DB_SQLITE, "./file:x" },
        { "postgres://u:p@h/d", OK, DB_POSTGRES, "postgres://u:p@h/d" },
        { "postgresql://h/d?a=b", OK, DB_POSTGRES, "postgresql://h/d?a=b" },
        { "", ERR_USAGE, DB_SQLITE, NULL },
        { "sqlite:", ERR_USAGE, DB_SQLITE, NULL },
        { ":memory:", ERR_USAGE, DB_SQLITE, NULL },
        { "sqlite::memory:", ERR_USAGE, DB_SQLITE, NULL },
        { "file:x.db?mode=memory", ERR_USAGE, DB_SQLITE, NULL },
        { "sqlite:file:x.db", ERR_USAGE, DB_SQLITE, NULL },
        { "mysql://h/d", ERR_USAGE, DB_SQLITE, NULL },
        { "postgres:x", ERR_USAGE, DB_SQLITE, NULL },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct trouble trouble = { 0 };
        struct store_url url;
        enum err err = store_url_read(examples[i].url, &url, &trouble);

        if (err != examples[i].err)
            fail_msg("%s: %d", examples[i].url, err);
        if (err != OK)
            continue;
        assert_int_equal(url.engine, examples[i].engine);
        assert_string_equal(url.place, examples[i].place);
    }
}

static void a_password_is_not_repeated(void **state)
{
    struct trouble trouble = { 0 };
    struct store_url url;

    (void)state;
    assert_int_equal(store_url_read("postgre://u:secret@h/d", &url, &trouble), ERR_USAGE);
    assert_null(strstr(trouble.text, "secret"));
}

static void wal_needs_the_fix(void **state)
{
    static const struct {
        int  version;
        bool safe;
    } examples[] = {
        { 3040001, false }, { 3044005, false }, { 3044006, true }, { 3044999, true },
        { 3045000, false }, { 3050006, false }, { 3050007, true }, { 3051000, false },
        { 3051002, false }, { 3051003, true }, { 3052000, true }, { 4000000, true },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        if (sqlite_wal_is_safe(examples[i].version) != examples[i].safe)
            fail_msg("%d", examples[i].version);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_read),
        cmocka_unit_test(a_password_is_not_repeated),
        cmocka_unit_test(wal_needs_the_fix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
