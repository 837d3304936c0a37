/*
 * extract/error_file.c -- cells as they were read, and why.
 */
#include "extract/error_file.h"

#include <stdio.h>

#define SHOWN_BYTES 120     /* of a cell or a column's name in a sentence */

/* Bytes of the UTF-8 character at the start of the text; 0: none stands there. */
static size_t character_bytes(struct text text)
{
    for (size_t size = 1; size <= 4 && size <= text.size; size++) {
        if (text_is_utf8((struct text){ text.data, size }))
            return size;
    }
    return 0;
}

/* The text with U+FFFD for every byte that is no part of a character; `out` has room for three
 * times its bytes. */
static struct text mend(struct text text, char *out)
{
    static const char replacement[] = { '\xEF', '\xBF', '\xBD' };
    size_t used = 0;

    while (text.size > 0) {
        size_t size = character_bytes(text);
        if (size == 0)
            memcpy(out + used, replacement, sizeof replacement);
        else
            memcpy(out + used, text.data, size);
        used += size == 0 ? 3 : size;
        text.data += size == 0 ? 1 : size;
        text.size -= size == 0 ? 1 : size;
    }
    return (struct text){ out, used };
}

/* Its first SHOWN_BYTES, without a part of a character at the end. */
static size_t bytes_shown(struct text text)
{
    size_t size = SHOWN_BYTES;

    while (size > SHOWN_BYTES - 3 && ((unsigned char)text.data[size] & 0xC0) == 0x80)
        size--;
    return size;
}

/* U+0000 to U+001F, U+007F, and U+0080 to U+009F, which some terminals obey too. */
static void blank_controls(struct text text, char *bytes)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == 0xC2 && (unsigned char)bytes[i + 1] < 0xA0)
            bytes[i] = bytes[i + 1] = ' ';
        else if (c < ' ' || c == 0x7F)
            bytes[i] = ' ';
    }
}

/* The start of somebody else's text for a sentence: whole characters, no control characters. */
static struct text shown(struct text text, char out[SHOWN_BYTES * 3 + 4])
{
    bool cut = text.size > SHOWN_BYTES;
    struct text part = mend((struct text){ text.data, cut ? bytes_shown(text) : text.size }, out);

    blank_controls(part, out);
    if (cut) {
        memset(out + part.size, '.', 3);
        part.size += 3;
    }
    return part;
}

size_t refusal_fact(const struct row_rules *rules, const struct row *row,
                    const struct row_verdict *verdict, char text[REFUSAL_TEXT_MAX])
{
    const struct column *column;
    char name_bytes[SHOWN_BYTES * 3 + 4], value_bytes[SHOWN_BYTES * 3 + 4];
    struct text value = shown(row_culprit(rules, row, verdict, &column), value_bytes);
    struct text name;

    text[0] = '\0';
    if (column == NULL)
        return 0;
    name = shown(column->name, name_bytes);
    return (size_t)(name.size > 0
        ? snprintf(text, REFUSAL_TEXT_MAX, "Column \"%.*s\" holds \"%.*s\".", TEXT(name),
                   TEXT(value))
        : snprintf(text, REFUSAL_TEXT_MAX, "Column %u holds \"%.*s\".", (unsigned)column->place,
                   TEXT(value)));
}

void refusal_text(const struct row_rules *rules, const struct row *row,
                  const struct row_verdict *verdict, char text[REFUSAL_TEXT_MAX])
{
    size_t used = refusal_fact(rules, row, verdict, text);

    (void)snprintf(text + used, REFUSAL_TEXT_MAX - used, "%s%s", used > 0 ? " " : "",
                   reason_help(verdict->reason));
}

void error_file_open(struct error_file *file, struct sink *sink, struct trouble *trouble)
{
    csv_open(&file->csv, sink, trouble);
}

static void put_cell(struct error_file *file, struct text text)
{
    csv_text(&file->csv, text_is_utf8(text) ? text : mend(text, file->mended));
}

void error_file_header(struct error_file *file, const struct row *names)
{
    for (size_t i = 0; i < names->count; i++)
        put_cell(file, cell_trim(names->cell[i].text));
    csv_word(&file->csv, "ochil_file");
    csv_word(&file->csv, "ochil_row");
    csv_word(&file->csv, "ochil_reason");
    csv_word(&file->csv, "ochil_help");
    csv_end_crlf(&file->csv);
}

/* Cells beyond the header have no column; they stand behind all others, for the officer to put
 * where they belong. */
static void put_beyond(struct error_file *file, const struct row_rules *rules,
                       const struct row *row)
{
    size_t first = rules->cells + (rules->sent_back ? SENT_BACK_COLUMNS : 0);
    size_t end = row->count;

    while (end > first && cell_is_blank(row->cell[end - 1].text))
        end--;
    for (size_t i = first; i < end; i++)
        put_cell(file, row->cell[i].text);
}

void error_file_row(struct error_file *file, const struct row_rules *rules, const struct row *row,
                    const struct row_verdict *verdict)
{
    struct text from, number;
    char help[REFUSAL_TEXT_MAX];

    for (size_t i = 0; i < rules->cells; i++)
        put_cell(file, i < row->count ? row->cell[i].text : (struct text){ "", 0 });
    if (rules->sent_back && row_came_from(rules, row, &from, &number)) {
        put_cell(file, from);
        put_cell(file, number);
    } else {
        csv_text(&file->csv, rules->file);
        csv_count(&file->csv, row->number);
    }
    csv_word(&file->csv, reason_name(verdict->reason));
    refusal_text(rules, row, verdict, help);
    csv_word(&file->csv, help);
    put_beyond(file, rules, row);
    csv_end_crlf(&file->csv);
}

enum err error_file_close(struct error_file *file)
{
    return csv_close(&file->csv);
}
