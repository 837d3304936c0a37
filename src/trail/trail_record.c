#include "trail/trail_record.h"

#include "extract/value_rules.h"
#include "trail/trail_strict.h"

static const char *const beginning[RECORD_NONE] = {
    [RECORD_HEADER] = "{\"ochil\":\"trail export 1\",\"store\":",
    [RECORD_ENTRY] = "{\"entry\":",
    [RECORD_WITHHELD] = "{\"withheld\":",
    [RECORD_OPENING] = "{\"opening\":",
    [RECORD_CHECKPOINT] = "{\"checkpoint\":",
    [RECORD_END] = "{\"end\":",
};

enum record_kind record_kind_of(struct text line)
{
    for (int kind = 0; kind < RECORD_NONE; kind++) {
        struct strict strict = strict_of(line, NULL);

        if (strict_word(&strict, beginning[kind]))
            return (enum record_kind)kind;
    }
    return RECORD_NONE;
}

/* What the tree needs of `size` leaves: a hash for every 1 in it, the largest first. */
static bool take_tree(struct strict *strict, uint64_t size, struct merkle *tree)
{
    bool first = true;

    tree->size = size;
    for (unsigned height = MERKLE_HEIGHT_MAX; height-- > 0;) {
        if ((size >> height & 1) == 0)
            continue;
        if (!first && !strict_word(strict, ","))
            return false;
        if (!strict_sum(strict, &tree->peak[height]))
            return false;
        first = false;
    }
    return true;
}

/* The id stays the text that it is. */
static bool take_store(struct strict *strict, struct text *store)
{
    unsigned char bytes[TRAIL_STORE_DIGITS / 2];

    *store = (struct text){ strict->at + 1, TRAIL_STORE_DIGITS };
    return strict_hex(strict, bytes, sizeof bytes);
}

static bool take_council(struct strict *strict, struct text *council)
{
    *council = (struct text){ "", 0 };
    return strict_word(strict, "null") || (strict_text(strict, TRAIL_CODE_MAX, council) &&
                                           partner_code_is_good(*council));
}

bool record_header(struct text line, char *spare, struct trail_header *header)
{
    struct strict strict = strict_of(line, spare);
    struct trail_chain *before = &header->before;
    uint64_t from;

    *header = (struct trail_header){ .to = 0 };
    if (!strict_word(&strict, beginning[RECORD_HEADER]) ||
        !take_store(&strict, &header->store) ||
        !strict_word(&strict, ",\"for\":") || !take_council(&strict, &header->council) ||
        !strict_word(&strict, ",\"from\":") || !strict_count(&strict, &from) || from == 0 ||
        !strict_word(&strict, ",\"to\":") || !strict_count(&strict, &header->to) ||
        header->to < from - 1)
        return false;
    before->size = from - 1;
    return strict_word(&strict, ",\"previous\":") && strict_sum(&strict, &before->last) &&
           strict_word(&strict, ",\"tree\":[") &&
           take_tree(&strict, before->size, &before->tree) && strict_word(&strict, "]}") &&
           strict_end(&strict);
}

bool record_entry(struct text line, struct text *canonical, struct sha256_sum *hash)
{
    static const char middle[] = ",\"hash\":";
    const size_t head = strlen(beginning[RECORD_ENTRY]);
    const size_t tail = sizeof middle - 1 + SHA256_HEX_SIZE + 1 + 1;   /* two quotes, a brace */

    if (record_kind_of(line) != RECORD_ENTRY || line.size < head + tail)
        return false;
    *canonical = (struct text){ line.data + head, line.size - head - tail };
    struct strict strict = strict_of((struct text){ line.data + line.size - tail, tail }, NULL);
    return strict_word(&strict, middle) && strict_sum(&strict, hash) &&
           strict_word(&strict, "}") && strict_end(&strict);
}

bool record_withheld(struct text line, struct withheld_record *record)
{
    struct strict strict = strict_of(line, NULL);

    return strict_word(&strict, beginning[RECORD_WITHHELD]) &&
           strict_count(&strict, &record->sequence) && strict_word(&strict, ",\"content\":") &&
           strict_sum(&strict, &record->content) && strict_word(&strict, ",\"hash\":") &&
           strict_sum(&strict, &record->hash) && strict_word(&strict, "}") &&
           strict_end(&strict);
}

static bool take_field(struct strict *strict, enum trail_field *field)
{
    struct text name;

    if (!strict_text(strict, TRAIL_CODE_MAX, &name))
        return false;
    for (int i = 0; i < TRAIL_FIELDS; i++) {
        if (text_is(name, trail_field_name[i])) {
            *field = (enum trail_field)i;
            return true;
        }
    }
    return false;
}

bool record_opening(struct text line, char *spare, struct opening_record *record)
{
    struct strict strict = strict_of(line, spare);

    return strict_word(&strict, beginning[RECORD_OPENING]) &&
           strict_count(&strict, &record->sequence) && strict_word(&strict, ",\"field\":") &&
           take_field(&strict, &record->field) && strict_word(&strict, ",\"salt\":") &&
           strict_hex(&strict, record->salt, sizeof record->salt) &&
           strict_word(&strict, ",\"text\":") &&
           strict_text(&strict, TRAIL_VALUE_MAX, &record->text) && strict_word(&strict, "}") &&
           strict_end(&strict);
}

static bool take_signature(struct strict *strict, struct checkpoint_record *record)
{
    struct trail_signature *signature = &record->signature[record->signatures];

    if (!strict_word(strict, "{\"by\":") ||
        !strict_text(strict, TRAIL_CODE_MAX, &signature->by) ||
        !partner_code_is_good(signature->by) || !strict_word(strict, ",\"signature\":") ||
        !strict_text(strict, MINISIGN_FILE_MAX, &signature->text) || !strict_word(strict, "}"))
        return false;
    for (size_t i = 0; i < record->signatures; i++)
        if (text_equal(record->signature[i].by, signature->by))
            return false;
    record->signatures++;
    return true;
}

bool record_checkpoint(struct text line, char *spare, struct checkpoint_record *record)
{
    struct strict strict = strict_of(line, spare);

    record->signatures = 0;
    if (!strict_word(&strict, beginning[RECORD_CHECKPOINT]) ||
        !strict_text(&strict, CHECKPOINT_TEXT_MAX, &record->text) ||
        !strict_word(&strict, ",\"signatures\":["))
        return false;
    do {
        if (record->signatures == SIGNATURES_MAX || !take_signature(&strict, record))
            return false;
    } while (strict_word(&strict, ","));
    return strict_word(&strict, "]}") && strict_end(&strict);
}

bool record_end(struct text line, struct end_record *record)
{
    struct strict strict = strict_of(line, NULL);

    return strict_word(&strict, beginning[RECORD_END]) && strict_count(&strict, &record->to) &&
           strict_word(&strict, ",\"entries\":") && strict_count(&strict, &record->entries) &&
           strict_word(&strict, ",\"withheld\":") && strict_count(&strict, &record->withheld) &&
           strict_word(&strict, ",\"openings\":") && strict_count(&strict, &record->openings) &&
           strict_word(&strict, ",\"checkpoints\":") &&
           strict_count(&strict, &record->checkpoints) && strict_word(&strict, ",\"last\":") &&
           strict_sum(&strict, &record->last) && strict_word(&strict, ",\"sha256\":") &&
           strict_sum(&strict, &record->file) && strict_word(&strict, "}") &&
           strict_end(&strict);
}
