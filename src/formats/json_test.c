#include "formats/json.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* A sink in memory that fails once `room` is full. */
struct buffer {
    struct sink sink;
    size_t      used, room;
    char        bytes[4096];
};

static enum err buffer_write(struct sink *sink, const void *bytes, size_t size,
                             struct trouble *trouble)
{
    struct buffer *buffer = (struct buffer *)sink;

    if (buffer->room - buffer->used < size)
        return (fail)(trouble, ERR_IO, "full at %zu", buffer->used);   /* not cmocka's */
    memcpy(buffer->bytes + buffer->used, bytes, size);
    buffer->used += size;
    return OK;
}

static struct buffer buffer;

static void buffer_reset(size_t room)
{
    memset(&buffer, 0, sizeof buffer);
    buffer.sink.write = buffer_write;
    buffer.room = room;
}

static enum err write_bill(enum json_style style, struct trouble *trouble)
{
    struct json json;

    json_begin(&json, &buffer.sink, style, trouble);
    json_object(&json);
    json_key(&json, "service");
    json_string(&json, "social \"work\"");
    json_key(&json, "amount");
    json_string(&json, "-0.01");
    json_key(&json, "lines");
    json_integer(&json, INT64_MIN);
    json_key(&json, "partners");
    json_array(&json);
    json_string(&json, "CLK");
    json_null(&json);
    json_array(&json);
    json_array_end(&json);
    json_object(&json);
    json_key(&json, "agreed");
    json_bool(&json, true);
    json_object_end(&json);
    json_array_end(&json);
    json_key(&json, "none");
    json_object(&json);
    json_object_end(&json);
    json_object_end(&json);
    return json_end(&json);
}

static const char pretty[] =
    "{\n"
    "  \"service\": \"social \\\"work\\\"\",\n"
    "  \"amount\": \"-0.01\",\n"
    "  \"lines\": -9223372036854775808,\n"
    "  \"partners\": [\n"
    "    \"CLK\",\n"
    "    null,\n"
    "    [],\n"
    "    {\n"
    "      \"agreed\": true\n"
    "    }\n"
    "  ],\n"
    "  \"none\": {}\n"
    "}\n";

static const char compact[] =
    "{\"service\":\"social \\\"work\\\"\",\"amount\":\"-0.01\",\"lines\":-9223372036854775808,"
    "\"partners\":[\"CLK\",null,[],{\"agreed\":true}],\"none\":{}}\n";

static void pretty_and_compact(void **state)
{
    (void)state;
    buffer_reset(sizeof buffer.bytes);
    assert_int_equal(write_bill(JSON_PRETTY, NULL), OK);
    assert_string_equal(buffer.bytes, pretty);
    buffer_reset(sizeof buffer.bytes);
    assert_int_equal(write_bill(JSON_COMPACT, NULL), OK);
    assert_string_equal(buffer.bytes, compact);
}

static void strings_are_escaped(void **state)
{
    static const struct { const char *why, *text, *json; } rows[] = {
        { "plain",             "a/b'<&",          "\"a/b'<&\"\n" },
        { "empty",             "",                "\"\"\n" },
        { "quote, backslash",  "\"\\",            "\"\\\"\\\\\"\n" },
        { "with a letter",     "\b\f\n\r\t",      "\"\\b\\f\\n\\r\\t\"\n" },
        { "other controls",    "a\x01z\x1f",      "\"a\\u0001z\\u001f\"\n" },
        { "beyond ASCII",      "\xc2\xa3\x7f",    "\"\xc2\xa3\x7f\"\n" },
    };
    struct json json;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        buffer_reset(sizeof buffer.bytes);
        json_begin(&json, &buffer.sink, JSON_COMPACT, NULL);
        json_string(&json, rows[i].text);
        assert_int_equal(json_end(&json), OK);
        if (strcmp(buffer.bytes, rows[i].json) != 0)
            fail_msg("%s: %s", rows[i].why, buffer.bytes);
    }
}

static void the_first_failure_is_kept(void **state)
{
    (void)state;
    for (size_t room = 0; room < sizeof pretty - 1; room++) {
        struct trouble trouble = { 0 };

        buffer_reset(room);
        assert_int_equal(write_bill(JSON_PRETTY, &trouble), ERR_IO);
        assert_memory_equal(trouble.text, "full at ", 8);
        assert_memory_equal(buffer.bytes, pretty, buffer.used);
    }
}

/* Each is a bug of the caller: it must not pass. */
static void value_without_key(struct json *json)
{
    json_object(json);
    json_null(json);
}

static void key_in_an_array(struct json *json)
{
    json_array(json);
    json_key(json, "a");
}

static void key_without_value(struct json *json)
{
    json_object(json);
    json_key(json, "a");
    json_object_end(json);
}

static void wrong_end(struct json *json)
{
    json_object(json);
    json_array_end(json);
}

static void left_open(struct json *json)
{
    json_object(json);
    (void)!json_end(json);
}

static void two_values(struct json *json)
{
    json_null(json);
    json_null(json);
}

static void no_value(struct json *json)
{
    (void)!json_end(json);
}

static void too_deep(struct json *json)
{
    for (int i = 0; i <= JSON_DEPTH_MAX; i++)
        json_array(json);
}

static void not_utf8(struct json *json)
{
    json_string(json, "\xff");
}

static bool asserts(void (*misuse)(struct json *))
{
    struct json json;
    int status;
    pid_t child = fork();

    if (child == 0) {
        (void)close(2);
        (void)signal(SIGABRT, SIG_DFL);
        buffer_reset(sizeof buffer.bytes);
        json_begin(&json, &buffer.sink, JSON_COMPACT, NULL);
        misuse(&json);
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status)
        && WTERMSIG(status) == SIGABRT;
}

static void misuse_asserts(void **state)
{
    static void (*const misuses[])(struct json *) = {
        value_without_key, key_in_an_array, key_without_value, wrong_end, left_open,
        two_values, no_value, too_deep, not_utf8,
    };

    (void)state;
    for (size_t i = 0; i < COUNT(misuses); i++)
        if (!asserts(misuses[i]))
            fail_msg("misuse %zu passed", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pretty_and_compact),
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(the_first_failure_is_kept),
        cmocka_unit_test(misuse_asserts),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
