#include "sheets/xlsx_quick.h"

#include "sheets/xml_scan.h"

#define LETTERS_MAX 3       /* of a column: ZZZ, which is more than a sheet has */
#define DIGITS_MAX 9

bool xlsx_cell_type_of(struct text word, enum xlsx_cell_type *out)
{
    static const struct { const char *word; enum xlsx_cell_type type; } types[] = {
        { "n", XLSX_NUMBER }, { "s", XLSX_SHARED }, { "str", XLSX_STRING }, { "b", XLSX_BOOLEAN },
        { "inlineStr", XLSX_INLINE }, { "e", XLSX_ERROR }, { "d", XLSX_DATE }
    };

    for (size_t i = 0; i < COUNT(types); i++) {
        if (word.size > 0 && word.data[0] == types[i].word[0] && text_is(word, types[i].word)) {
            *out = types[i].type;
            return true;
        }
    }
    return false;
}

static struct text behind(struct text text, size_t size)
{
    return (struct text){ text.data + size, text.size - size };
}

/* Takes the literal off the front, if it is there. */
#define TAKE(rest, literal) take(rest, "" literal "", sizeof(literal) - 1)
static inline bool take(struct text *rest, const char *literal, size_t size)
{
    if (rest->size < size || memcmp(rest->data, literal, size) != 0)
        return false;
    *rest = behind(*rest, size);
    return true;
}

/* Digits, as many as fit. */
static inline bool take_number(struct text *rest, uint64_t *out)
{
    size_t size = 0;

    *out = 0;
    for (; size < rest->size && is_digit(rest->data[size]) && size < DIGITS_MAX; size++)
        *out = *out * 10 + (uint64_t)(rest->data[size] - '0');
    *rest = behind(*rest, size);
    return size > 0;
}

/* "BC12" is column 55 of row 12. */
static inline bool take_place(struct text *rest, struct quick_cell *out)
{
    size_t size = 0;

    for (; size < rest->size && size < LETTERS_MAX && rest->data[size] >= 'A'
         && rest->data[size] <= 'Z'; size++)
        out->column = out->column * 26 + (uint64_t)(rest->data[size] - 'A' + 1);
    *rest = behind(*rest, size);
    out->placed = true;
    return size > 0 && take_number(rest, &out->row) && TAKE(rest, "\"");
}

static inline bool take_type(struct text *rest, enum xlsx_cell_type *out)
{
    size_t size = 0;

    while (size < rest->size && rest->data[size] >= 'S' && rest->data[size] <= 'z')
        size++;
    const struct text word = { rest->data, size };
    *rest = behind(*rest, size);
    return xlsx_cell_type_of(word, out) && TAKE(rest, "\"");
}

/* What stands between the tags, up to the next one. */
static inline void take_text(struct text *rest, struct text *out)
{
    *out = (struct text){ rest->data, xml_plain(*rest) };
    *rest = behind(*rest, out->size);
}

static inline bool take_inside(struct text *rest, struct quick_cell *out)
{
    if (out->type != XLSX_INLINE) {
        if (!TAKE(rest, "><v>"))
            return false;
        take_text(rest, &out->text);
        return TAKE(rest, "</v></c>");
    }
    if (!TAKE(rest, "><is><t>") && !TAKE(rest, "><is><t xml:space=\"preserve\">"))
        return false;
    take_text(rest, &out->text);
    return TAKE(rest, "</t></is></c>");
}

size_t xlsx_quick_cell(struct text bytes, struct quick_cell *out)
{
    struct text rest = bytes;

    *out = (struct quick_cell){ .type = XLSX_NUMBER, .text = { "", 0 } };
    if (!TAKE(&rest, "<c"))
        return 0;
    if (TAKE(&rest, " r=\"") && !take_place(&rest, out))
        return 0;
    if (TAKE(&rest, " s=\"") && !(take_number(&rest, &out->style) && TAKE(&rest, "\"")))
        return 0;
    if (TAKE(&rest, " t=\"") && !take_type(&rest, &out->type))
        return 0;
    if (!TAKE(&rest, "/>") && !take_inside(&rest, out))
        return 0;
    return bytes.size - rest.size;
}
