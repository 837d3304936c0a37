/*
 * engine/ochil.h -- libochil: all that another program needs to close a partnership.
 *
 * libochil turns the ledger lines that several partners paid, and the rules of who shares what,
 * into what each has to bear and who owes whom, to the penny. It is pure: no database, no network,
 * no clock, no locale, nothing global that changes; the same input gives the same bytes on every
 * machine, with any number of threads. What goes in and what comes out is the engine contract
 * (docs/engine.md); this header gathers the calls, and each header below says the rest.
 *
 * From a folder to a folder, as `ochil close` does it:
 *
 *     struct close_request request = { .outside = &real_outside, .folder = "2014-15",
 *                                      .out = "bill", .threads = 2, .certificate = true };
 *     enum err err = close_partnership(&request, &arena, &summary, &trouble);
 *
 * From anywhere to anywhere (tests/example/close_in_memory.c is the whole program):
 *
 *     partnership_load()   the model files, from a `struct source`: folder_source, zip_folder,
 *                          memory_source, or your own two functions, list and open
 *     partnership_read()   the ledger lines, block by block; they are never kept
 *     partnership_is_refused()   then `faults` says what is wrong where: faults_write()
 *     close_write()        settles, and gives file after file to a `struct close_target`
 *     partnership_close()
 *
 * UNITS AND RANGES. Money is whole pence in `wide` (128 bits); an amount on a line has 13 digits
 * before the point at most, and what is written fits 64 bits or is refused (OVERFLOW). Shares are
 * exact fractions (GMP). Periods are numbers (period.h). Text is UTF-8 and a slice (text.h). Up to
 * PARTNERS_MAX partners, POOLS_MAX pools, COST_CENTRES_MAX cost centres of a partner and LINES_MAX
 * lines; more is a fault (LIMIT).
 *
 * ERRORS. Every call that can fail returns an `enum err` and fills a `struct trouble` with one
 * sentence (base.h). A refusal is no error of the calls: the input's faults are collected, all of
 * one run, in `struct faults`. A bug is an assert(), which stays on.
 *
 * MEMORY. What a call makes lives in the arena that it is given, and goes with arena_free(). Set
 * ARENA_GUARD first: it is where control comes back when memory runs out, also from deep inside
 * (arena.h). GMP's numbers are not in the arena: partnership_close() gives them back, whatever
 * happened (but for what explain and whatif were just reckoning when memory ran out). Model files
 * are held in memory whole, ledger lines never; so memory does not grow with the lines.
 *
 * THREADS. Nothing is shared between two partnerships, arenas or sources: close as many as you
 * like side by side, each on a thread of its own. The threads that partnership_read() starts have
 * ended when it returns; your source's streams may be read by any of them, one at a time for each
 * file. A progress_watch is told by one thread at a time.
 *
 * VERSIONS. RULES_VERSION is raised whenever the same input would give other bytes; a certificate
 * names it. ENGINE_VERSION is this program's. Within one rules version an output never changes.
 *
 * Link libochil.a with gmp, zstd, sodium, zip, crypto and threads.
 */
#ifndef OCHIL_OCHIL_H
#define OCHIL_OCHIL_H

#include "base/arena.h"
#include "base/base.h"
#include "base/stream.h"
#include "engine/certificate.h"
#include "engine/close.h"
#include "engine/partnership.h"

#endif
