#include "sheets/sheet_list.h"

void sheet_list_add(struct sheet_list *list, struct xml *xml, const char *name, const char *part)
{
    struct arena *arena = xml->memory->arena;
    size_t size = name == NULL ? 0 : strlen(name);

    if (size == 0 || size > SHEET_NAME_MAX) {
        xml_fail(xml, "a sheet without a name, or with one of more than %d bytes",
                 SHEET_NAME_MAX);
        return;
    }
    if (list->count == SHEETS_MAX) {
        xml_fail(xml, "more than %d sheets", SHEETS_MAX);
        return;
    }
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 16 : list->room * 2;
        list->sheet = arena_grow(arena, list->sheet, list->count, room, sizeof *list->sheet);
        list->room = room;
    }
    list->sheet[list->count++] = (struct sheet){ arena_copy(arena, name, size), part };
}
