#include "admin/admin_qr.h"

#include <errno.h>
#include <qrencode.h>
#include <stdio.h>

#define CELLS_MOST 77       /* version 15: 412 bytes with error correction M */
#define QUIET 4             /* cells of white around it, as ISO/IEC 18004 wants */
#define RUN_TEXT 32         /* "M70 70h7v1h-7z" and room */

struct cells {
    size_t wide;
    bool   black[CELLS_MOST][CELLS_MOST];
};

static enum err make(struct arena *arena, struct text words, struct cells *out,
                     struct trouble *trouble)
{
    const char *terminated = arena_print(arena, "%.*s", TEXT(words));
    QRcode *code = QRcode_encodeString(terminated, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

    if (code == NULL)
        return fail(trouble, ERR_IO, "a QR code cannot be made: %s", strerror(errno));
    out->wide = (size_t)code->width;
    const bool fits = out->wide <= CELLS_MOST;
    for (size_t y = 0; fits && y < out->wide; y++)
        for (size_t x = 0; x < out->wide; x++)
            out->black[y][x] = (code->data[y * out->wide + x] & 1) != 0;
    QRcode_free(code);
    return fits ? OK : fail(trouble, ERR_USAGE, "too long for a QR code");
}

/* Black cells beside each other are one rectangle of the path. */
static struct text path_of(struct arena *arena, const struct cells *cells)
{
    const size_t room = cells->wide * (cells->wide / 2 + 1) * RUN_TEXT;
    char *path = arena_take(arena, room, 1);
    size_t size = 0;

    for (size_t y = 0; y < cells->wide; y++)
        for (size_t x = 0, end; x < cells->wide; x = end + 1) {
            for (end = x; end < cells->wide && cells->black[y][end]; end++)
                ;
            if (end > x)
                size += (size_t)snprintf(path + size, room - size, "M%zu %zuh%zuv1h-%zuz",
                                         x + QUIET, y + QUIET, end - x, end - x);
        }
    return (struct text){ path, size };
}

enum err qr_show(struct html *h, struct arena *arena, struct text words, const char *label,
                 struct trouble *trouble)
{
    struct cells *cells = arena_take(arena, 1, sizeof *cells);
    enum err err = make(arena, words, cells, trouble);

    if (err != OK)
        return err;
    const size_t wide = cells->wide + 2 * (size_t)QUIET;
    El(h, "svg") {
        LitAttr(h, "role", "img");
        Attr(h, "aria-label", text_of(label));
        LitAttr(h, "width", "264");
        LitAttr(h, "height", "264");
        LitAttr(h, "shape-rendering", "crispEdges");
        Attr(h, "viewBox", text_of(arena_print(arena, "0 0 %zu %zu", wide, wide)));
        El(h, "path") {
            LitAttr(h, "fill", "#fff");
            Attr(h, "d", text_of(arena_print(arena, "M0 0h%zuv%zuH0z", wide, wide)));
        }
        El(h, "path") {
            LitAttr(h, "fill", "#000");
            Attr(h, "d", path_of(arena, cells));
        }
    }
    return OK;
}
