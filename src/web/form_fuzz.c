/* Forms from any bytes: what is read, written out again in one spelling and read once more, is the
 * same; no name stands there twice; and JSON is never read as more than a flat form. */
#include "web/form_fields.h"

#include <assert.h>
#include <stdlib.h>

#include "web/form_json.h"
#include "web/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* "name=value&..." with everything encoded that can be. */
static struct text write_form(struct arena *arena, const struct form *form)
{
    struct url url = { { "", 0 } };

    for (size_t i = 0; i < form->count; i++) {
        const struct url name = url_segment(arena, (struct url){ { "", 0 } }, form->name[i]);
        const struct url value = url_segment(arena, (struct url){ { "", 0 } }, form->value[i]);
        url.text = text_of(arena_print(arena, "%.*s%s%.*s=%.*s", TEXT(url.text),
                                       i == 0 ? "" : "&", (int)name.text.size - 1,
                                       name.text.data + 1, (int)value.text.size - 1,
                                       value.text.data + 1));
    }
    return url.text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = { 0 };
    struct form form, again;
    const struct text given = { (const char *)bytes, size };

    ARENA_KEEP(outer, &arena);
    if (ARENA_GUARD(&arena))
        abort();
    if (form_read(&arena, given, &form)) {
        assert(form.count <= FORM_FIELDS_MOST);
        const bool read = form_read(&arena, write_form(&arena, &form), &again);
        assert(read && again.count == form.count);
        for (size_t i = 0; i < form.count; i++) {
            assert(text_equal(form.name[i], again.name[i]));
            assert(text_is_utf8(form.value[i]));
            /* A line feed alone stays one; CR LF has become one. */
            assert(text_equal(form.value[i], again.value[i]) ||
                   memmem(form.value[i].data, form.value[i].size, "\r\n", 2) != NULL);
            for (size_t k = 0; k < i; k++)
                assert(!text_equal(form.name[i], form.name[k]));
        }
    }
    if (form_read_json(&arena, given, &form))
        for (size_t i = 0; i < form.count; i++)
            assert(text_is_utf8(form.name[i]) && text_is_utf8(form.value[i]));
    arena_free(&arena);
    return 0;
}
