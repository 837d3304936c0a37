#include "engine/record.h"

enum fault_code record_fault(struct text raw, const struct csv_record *record)
{
    if ((record->faults & CSV_UNCLOSED) != 0)
        return FAULT_QUOTE;
    if (!text_is_utf8(raw))
        return FAULT_ENCODING;
    if ((record->faults & CSV_BAD_LINE_END) != 0)
        return FAULT_LINE_END;
    return (record->faults & CSV_BAD_QUOTE) != 0 ? FAULT_QUOTE : FAULT_NONE;
}

bool record_is_header(const struct csv_record *record, const char *header)
{
    size_t i = 0;

    for (;; i++) {
        const char *comma = strchr(header, ',');
        size_t size = comma == NULL ? strlen(header) : (size_t)(comma - header);

        if (i >= record->count || i >= CSV_FIELDS_KEPT ||
            !text_equal(record->field[i], (struct text){ header, size }))
            return false;
        if (comma == NULL)
            return i + 1 == record->count;
        header = comma + 1;
    }
}
