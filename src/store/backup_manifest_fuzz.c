/* A backup's manifest, from bytes: what is taken for one is printed again as the same bytes, and
 * whatever it says stays within its bounds. */
#include "store/backup_manifest.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct manifest manifest;
    struct arena arena = { 0 };
    struct text text = { (const char *)data, size };
    struct text again;
    ARENA_KEEP(outer, &arena);

    if (ARENA_GUARD(&arena))
        assert(false);
    if (manifest_parse(text, &arena, &manifest)) {
        assert(manifest.files <= MANIFEST_FILES_MAX);
        assert(manifest.dump.tables <= MANIFEST_TABLES_MAX);
        enum err err = manifest_print(&manifest, &arena, &again, NULL);
        assert(err == OK && text_equal(text, again));
    }
    arena_free(&arena);
    return 0;
}
