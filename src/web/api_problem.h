/*
 * web/api_problem.h -- the ways in which a call of the API can fail: one row for each status.
 *
 * An answer that is no success is application/problem+json (RFC 9457). Its type is the row's place
 * on the page /api, "/api#changed"; its title the row's; its detail says what is wrong in this
 * case. A command that goes through the API ends with the row's exit code.
 *
 * What is refused before a request is read whole (a head that is none, a body that is too large)
 * has no problem document: the status is all there is.
 */
#ifndef OCHIL_API_PROBLEM_H
#define OCHIL_API_PROBLEM_H

#include "base/base.h"

#define API_PROBLEM_TYPE "application/problem+json"

struct api_problem {
    int         status;
    const char *name;       /* "changed"; in addresses */
    const char *title;
    const char *meaning;    /* a sentence or two: what it says, and what to do */
    enum err    exit;
};

/* Ends at a row of status 0. */
extern const struct api_problem api_problems[];

/* NULL: there is no such row. */
const struct api_problem *api_problem_find(int status);

#endif
