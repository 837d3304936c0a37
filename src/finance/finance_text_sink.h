/*
 * finance/finance_text_sink.h -- bytes written into memory, as many as come.
 *
 *     text_sink_open(&sink, arena);
 *     ... csv_open(csv, &sink.sink, trouble) ...
 *     struct text bytes = text_sink_bytes(&sink);
 *
 * Writing does not fail; memory is the arena's affair.
 */
#ifndef OCHIL_TEXT_SINK_H
#define OCHIL_TEXT_SINK_H

#include "base/stream.h"

struct text_sink {
    struct sink   sink;
    struct arena *arena;
    char         *bytes;
    size_t        used, room;
};

void text_sink_open(struct text_sink *, struct arena *);
struct text text_sink_bytes(const struct text_sink *);

#endif
