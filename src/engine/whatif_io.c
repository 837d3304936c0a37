#include "engine/whatif_io.h"

enum err whatif_folder_open(const struct whatif_request *request, struct arena *arena,
                            struct whatif_folder *folder, struct trouble *trouble)
{
    *folder = (struct whatif_folder){ .reading = false };
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    enum err err = folder_source_open(&folder->source, request->outside, request->folder,
                                      trouble);
    if (err != OK)
        return err;
    folder->reading = true;
    return whatif_open(&folder->whatif, &folder->source.source, arena, request->book,
                       request->through, request->threads, request->watch, trouble);
}

enum err whatif_folder_ask(const struct whatif_folder *folder, struct arena *arena,
                           const char *const text[], size_t count,
                           const struct progress_watch *watch, struct whatif_answer *answer,
                           struct trouble *trouble)
{
    *answer = (struct whatif_answer){ .whatif = &folder->whatif };
    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    return whatif_ask(&folder->whatif, arena, text, count, watch, answer, trouble);
}

void whatif_folder_close(struct whatif_folder *folder)
{
    if (folder->reading)
        folder_source_close(&folder->source);
    whatif_close(&folder->whatif);
}
