/*
 * base/fault_io.h -- an outside world whose N-th call fails: for tests.
 *
 * A test runs a piece of work once to count its calls, then again with each call failing, once
 * (`sticky` false) or with every later one too, and looks at what is left on the disk.
 *
 * A failing write leaves half of its bytes behind, as a full disk does; a failing close still
 * lets go of the file, as Linux does; any other failing call does nothing. There is one such
 * world in a program, since the calls of `struct outside` carry no context; its counters are
 * atomic, so work with several threads can be tested too.
 */
#ifndef OCHIL_FAULT_IO_H
#define OCHIL_FAULT_IO_H

#include "base/outside.h"

extern const struct outside fault_outside;

/* From now on calls go to `behind`, counted from 1, and the `nth` (0: none) fails with `why`
 * (an errno). Sets the count to 0. */
void fault_io_plan(const struct outside *behind, long nth, bool sticky, int why);

/* Calls since the plan was made. */
long fault_io_calls(void);

/* Files that were opened since the plan was made and are not closed: a leak when work is done. */
long fault_io_open_files(void);

#endif
