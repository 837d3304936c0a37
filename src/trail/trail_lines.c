#include "trail/trail_lines.h"

#define READ_BYTES ((size_t)256 * 1024)

void trail_lines_open(struct trail_lines *lines, struct arena *arena, struct stream *stream)
{
    *lines = (struct trail_lines){
        .stream = stream, .bytes = arena_take(arena, TRAIL_LINE_MAX + READ_BYTES, 1),
    };
}

/* Moves what is left to the front and reads on behind it. There is room for a block: no more
 * than the beginning of one line is ever left. */
static enum err read_on(struct trail_lines *lines, struct trouble *trouble)
{
    size_t left = lines->size - lines->at, got = 0;

    memmove(lines->bytes, lines->bytes + lines->at, left);
    enum err err = lines->stream->read(lines->stream, lines->bytes + left, READ_BYTES, &got,
                                       trouble);
    lines->at = 0;
    lines->size = left + got;
    lines->ended = err == OK && got == 0;
    return err;
}

enum err trail_lines_next(struct trail_lines *lines, struct text *line, enum line_state *state,
                          struct trouble *trouble)
{
    const char *end;
    size_t looked = 0;

    while ((end = memchr(lines->bytes + lines->at + looked, '\n',
                         lines->size - lines->at - looked)) == NULL &&
           !lines->ended && lines->size - lines->at < TRAIL_LINE_MAX) {
        looked = lines->size - lines->at;
        enum err err = read_on(lines, trouble);
        if (err != OK)
            return err;
    }
    line->data = lines->bytes + lines->at;
    line->size = end == NULL ? lines->size - lines->at : (size_t)(end - line->data);
    lines->offset = lines->next;
    lines->number++;
    *state = line->size >= TRAIL_LINE_MAX ? LINE_LONG : end != NULL ? LINE_READ
        : line->size > 0 ? LINE_OPEN : LINE_END;
    lines->next += line->size + (end != NULL);
    lines->at += line->size + (end != NULL);
    return OK;
}
