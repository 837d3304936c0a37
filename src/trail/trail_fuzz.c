/*
 * Exported trails from any bytes. The first byte says what becomes of the rest:
 *
 *   0  verified as it is: it ends with a verdict, and a trail that is verified under CLK's key
 *      holds no more than CLK signed
 *   1  an entry's text: what is taken is written again as it stood
 *   2  a checkpoint: the same
 *   else  a whole export in which the rest is written over at some place: it is the same file, or
 *      it is not verified
 */
#include "trail/test_trail.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void try_verify(struct text text)
{
    struct arena arena = { 0 };
    struct trouble trouble = { .text = "" };
    struct trail_report report;
    enum err err = test_verify(text, SIZE_MAX, &arena, NULL, &report, &trouble);

    assert(err == OK || err == ERR_CHECK);
    assert((err == OK) == (report.fault == TRAIL_SOUND));
    assert((err == OK) == (trouble.text[0] == '\0'));
    assert(err != OK || report.signer[0].size <= 4);
    arena_free(&arena);
}

static void try_entry(struct text text)
{
    struct arena arena = { 0 };
    struct trail_entry entry;
    struct trail_line line;
    char *spare = arena_take(&arena, text.size + 1, 1);

    if (text_is_utf8(text) && trail_entry_parse(text, spare, &entry)) {
        trail_line_open(&line, &arena);
        trail_entry_encode(&entry, &line);
        assert(text_equal(text, (struct text){ line.bytes, line.size }));
    }
    arena_free(&arena);
}

static void try_checkpoint(struct text text)
{
    struct checkpoint checkpoint;
    char again[CHECKPOINT_TEXT_MAX];

    if (checkpoint_parse(text, &checkpoint)) {
        const struct text written = { again, checkpoint_print(&checkpoint, again) };

        assert(text_equal(text, written));
    }
}

/* Made once each. */
static struct text export_of(bool for_clk)
{
    static struct arena arena;
    static struct text made[2];

    if (made[for_clk].size == 0)
        made[for_clk] = test_export_made(&arena, for_clk);
    return made[for_clk];
}

/* Two bytes say where. */
static void try_overwritten(struct text text, bool for_clk)
{
    struct arena arena = { 0 };
    struct text whole = export_of(for_clk);
    char *copy = arena_copy(&arena, whole.data, whole.size);
    struct trail_report report;

    if (text.size > 2) {
        size_t at = ((size_t)(unsigned char)text.data[0] << 8 | (unsigned char)text.data[1]) %
                    whole.size;
        size_t room = whole.size - at;

        memcpy(copy + at, text.data + 2, text.size - 2 < room ? text.size - 2 : room);
    }
    const struct text changed = { copy, whole.size };
    enum err err = test_verify(changed, 4096, &arena, NULL, &report, NULL);
    assert(err == (text_equal(changed, whole) ? OK : ERR_CHECK));
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    const struct text rest = { (const char *)bytes + 1, size - 1 };
    switch (bytes[0]) {
    case 0:  try_verify(rest); break;
    case 1:  try_entry(rest); break;
    case 2:  try_checkpoint(rest); break;
    default: try_overwritten(rest, bytes[0] % 2 == 0); break;
    }
    return 0;
}
