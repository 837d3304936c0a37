#include "web/multipart.h"

#include <assert.h>
#include <strings.h>

enum stage {
    STAGE_BODY,         /* the bytes of a part; or, at first, nothing but a mark may come */
    STAGE_FIRST,
    STAGE_BEHIND,       /* behind a mark: CR of a line end, or - */
    STAGE_LINE,         /* the LF */
    STAGE_LAST,         /* the second - */
    STAGE_HEAD,
    STAGE_OVER,         /* behind the last mark: a line end or nothing */
    STAGE_OVER_LINE,
    STAGE_DONE,
    STAGE_REFUSED
};

/* --- words of heads --- */

/* A token's letters (RFC 9110), which are those of media types and more than those of boundaries
 * that programs make. */
static bool is_token(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           is_one_of(c, "!#$%&'*+-.^_`|~");
}

static size_t token_size(struct text text, size_t at)
{
    size_t behind = at;

    while (behind < text.size && is_token(text.data[behind]))
        behind++;
    return behind - at;
}

struct text media_of(struct text type)
{
    const size_t first = token_size(type, 0);

    if (first == 0 || first == type.size || type.data[first] != '/')
        return (struct text){ 0 };
    const size_t second = token_size(type, first + 1);
    const size_t size = first + 1 + second;
    if (second == 0 || size > 100 || (size < type.size && !is_one_of(type.data[size], "; ")))
        return (struct text){ 0 };
    return (struct text){ type.data, size };
}

static bool has_word(struct text text, size_t at, const char *word)
{
    const size_t size = strlen(word);

    return text.size - at >= size && strncasecmp(text.data + at, word, size) == 0;
}

static bool boundary_is(struct text boundary)
{
    if (boundary.size == 0 || boundary.size > MULTIPART_BOUNDARY_MOST)
        return false;
    for (size_t i = 0; i < boundary.size; i++)
        if (!is_token(boundary.data[i]) && !is_one_of(boundary.data[i], "()/:=?,"))
            return false;
    return true;
}

bool multipart_boundary(struct text type, struct text *boundary)
{
    static const char kind[] = "multipart/form-data;", name[] = "boundary=";
    size_t at = sizeof kind - 1;

    if (!has_word(type, 0, kind))
        return false;
    while (at < type.size && type.data[at] == ' ')
        at++;
    if (!has_word(type, at, name))
        return false;
    at += sizeof name - 1;
    *boundary = (struct text){ type.data + at, type.size - at };
    if (boundary->size >= 2 && boundary->data[0] == '"' &&
        boundary->data[boundary->size - 1] == '"')
        *boundary = (struct text){ boundary->data + 1, boundary->size - 2 };
    return boundary_is(*boundary);
}

/* --- the head of a part --- */

/* What stands between the quotation marks, of which the first is at `*at`, where the text goes on
 * then. False: there is no second one, or it is no name. */
static bool read_quoted(struct arena *arena, struct text text, size_t *at, struct text *out)
{
    char *bytes = arena_take(arena, text.size + 1, 1);
    size_t size = 0, from = *at + 1;

    if (*at >= text.size || text.data[*at] != '"')
        return false;
    for (; from < text.size && text.data[from] != '"'; from++) {
        const bool escaped = text.data[from] == '\\' && from + 1 < text.size &&
                             is_one_of(text.data[from + 1], "\"\\");
        const bool mark = has_word(text, from, "%22");
        from += escaped ? 1 : mark ? 2 : 0;
        bytes[size] = text.data[from];
        if (mark)
            bytes[size] = '"';
        size++;
    }
    *out = (struct text){ bytes, size };
    *at = from + 1;
    return from < text.size && size <= MULTIPART_NAME_MOST;
}

/* "form-data; name="x"; filename="y"". */
static bool read_disposition(struct arena *arena, struct text value, struct multipart_part *part)
{
    size_t at = sizeof "form-data" - 1;

    if (!has_word(value, 0, "form-data"))
        return false;
    while (at < value.size) {
        struct text *out = NULL;
        if (value.data[at++] != ';')
            return false;
        while (at < value.size && value.data[at] == ' ')
            at++;
        const size_t word = token_size(value, at);
        const struct text name = { value.data + at, word };
        if (text_is(name, "name"))
            out = &part->name;
        else if (text_is(name, "filename"))
            out = &part->file_name;
        at += word;
        if (out == NULL || out->data != NULL || at >= value.size || value.data[at++] != '=' ||
            !read_quoted(arena, value, &at, out))
            return false;
    }
    part->is_file = part->file_name.data != NULL;
    return part->name.size > 0;
}

static bool read_media(struct arena *arena, struct text value, struct multipart_part *part)
{
    const struct text media = media_of(value);

    if (part->media.data != NULL || media.data == NULL)
        return false;
    part->media = text_keep(arena, media);
    return true;
}

/* One line, without its end. What is neither of the two says nothing that matters here, unless it
 * says that the bytes are encoded. */
static bool read_line(struct arena *arena, struct text line, struct multipart_part *part)
{
    const size_t name = token_size(line, 0);
    size_t at = name + 1;

    if (name == 0 || name >= line.size || line.data[name] != ':')
        return false;
    while (at < line.size && line.data[at] == ' ')
        at++;
    const struct text value = { line.data + at, line.size - at };
    if (name == 19 && has_word(line, 0, "Content-Disposition"))
        return part->name.data == NULL && read_disposition(arena, value, part);
    if (name == 12 && has_word(line, 0, "Content-Type"))
        return read_media(arena, value, part);
    return !(name == 25 && has_word(line, 0, "Content-Transfer-Encoding"));
}

static bool has_control(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
            return true;
    return false;
}

/* The whole of it, with the line ends of all its lines. */
static bool read_head(struct multipart *multipart, struct arena *arena)
{
    struct multipart_part *part = &multipart->part[multipart->count];
    struct text rest = { multipart->head, multipart->head_size };

    if (multipart->count == MULTIPART_PARTS_MOST)
        return false;
    *part = (struct multipart_part){ .at = multipart->at };
    while (rest.size > 0) {
        const char *end = memmem(rest.data, rest.size, "\r\n", 2);
        const struct text line = { rest.data, (size_t)(end - rest.data) };
        if (has_control(line) || !text_is_utf8(line) || !read_line(arena, line, part))
            return false;
        rest = (struct text){ end + 2, rest.size - line.size - 2 };
    }
    if (part->media.data == NULL)
        part->media = text_of("application/octet-stream");
    multipart->drop = part->is_file && part->file_name.size == 0;
    return part->name.data != NULL;
}

/* --- bytes --- */

void multipart_begin(struct multipart *multipart, struct text boundary)
{
    assert(boundary_is(boundary));
    memset(multipart, 0, sizeof *multipart);
    memcpy(multipart->mark, "\r\n--", 4);
    memcpy(multipart->mark + 4, boundary.data, boundary.size);
    multipart->mark_size = boundary.size + 4;
    /* The first mark begins the body, so that the line end before it is not there. */
    multipart->matched = 2;
    multipart->stage = STAGE_FIRST;
}

/* A mark is there: what stood before it is a part. */
static void end_part(struct multipart *multipart)
{
    struct multipart_part *part = &multipart->part[multipart->count];

    part->size = multipart->at - multipart->mark_size - part->at;
    multipart->count += multipart->drop ? 0 : 1;
}

/* The bytes of a part, up to a mark. A line end begins every mark and stands nowhere else in it:
 * so what does not go on as a mark may only be the beginning of another. */
static size_t pass_body(struct multipart *multipart, const char *bytes, size_t size)
{
    size_t used = 0;

    while (used < size && multipart->matched < multipart->mark_size) {
        const char c = bytes[used];
        if (multipart->matched == 0 && c != '\r') {
            const char *next = memchr(bytes + used, '\r', size - used);
            used = next == NULL ? size : (size_t)(next - bytes);
            continue;
        }
        if (c == multipart->mark[multipart->matched])
            multipart->matched++;
        else
            multipart->matched = c == '\r' ? 1 : 0;
        used++;
    }
    multipart->at += used;
    if (multipart->matched == multipart->mark_size) {
        end_part(multipart);
        multipart->stage = STAGE_BEHIND;
    }
    return used;
}

static int head_took(struct multipart *multipart, struct arena *arena, char c)
{
    const size_t size = multipart->head_size;

    if (size == MULTIPART_HEAD_MOST)
        return STAGE_REFUSED;
    multipart->head[multipart->head_size++] = c;
    if (size < 3 || memcmp(multipart->head + size - 3, "\r\n\r\n", 4) != 0)
        return STAGE_HEAD;
    multipart->head_size -= 2;      /* the empty line */
    multipart->matched = 0;
    return read_head(multipart, arena) ? STAGE_BODY : STAGE_REFUSED;
}

/* Where one byte outside of bodies leads. */
static int step(struct multipart *multipart, struct arena *arena, char c)
{
    switch (multipart->stage) {
    case STAGE_FIRST:
        if (c != multipart->mark[multipart->matched++])
            return STAGE_REFUSED;
        return multipart->matched == multipart->mark_size ? STAGE_BEHIND : STAGE_FIRST;
    case STAGE_BEHIND:
        multipart->head_size = 0;
        return c == '\r' ? STAGE_LINE : c == '-' ? STAGE_LAST : STAGE_REFUSED;
    case STAGE_LINE:
        return c == '\n' ? STAGE_HEAD : STAGE_REFUSED;
    case STAGE_LAST:
        return c == '-' ? STAGE_OVER : STAGE_REFUSED;
    case STAGE_HEAD:
        return head_took(multipart, arena, c);
    case STAGE_OVER:
        return c == '\r' ? STAGE_OVER_LINE : STAGE_REFUSED;
    case STAGE_OVER_LINE:
        return c == '\n' ? STAGE_DONE : STAGE_REFUSED;
    default:
        return STAGE_REFUSED;
    }
}

bool multipart_add(struct multipart *multipart, struct arena *arena, const char *bytes,
                   size_t size)
{
    size_t used = 0;

    while (used < size && multipart->stage != STAGE_REFUSED) {
        if (multipart->stage == STAGE_BODY) {
            used += pass_body(multipart, bytes + used, size - used);
        } else {
            multipart->at++;
            multipart->stage = step(multipart, arena, bytes[used++]);
        }
    }
    return multipart->stage != STAGE_REFUSED;
}

bool multipart_end(const struct multipart *multipart)
{
    return multipart->stage == STAGE_OVER || multipart->stage == STAGE_DONE;
}
