/*
 * finance/finance_what_if_desk.h -- a question to a run as a page or call asks it, with its answer.
 *
 *     what_if_new_prepare()     put together from the request's form; nothing, if it names no run
 *     what_if_make_prepare()    the same, to be kept
 *     what_if_show_prepare()    one that was kept
 *
 * Each is a row's `prepare`: the engine works outside of any transaction. What they make stands in
 * request->work.
 *
 * Read next: finance_what_if_pages.c, finance_what_if_api.c.
 */
#ifndef OCHIL_FINANCE_WHAT_IF_DESK_H
#define OCHIL_FINANCE_WHAT_IF_DESK_H

#include "finance/finance_pages.h"
#include "finance/finance_what_if.h"

struct question_page {
    struct request       *request;
    int64_t               id;           /* of a kept question; 0: it is being put together */
    struct what_if        kept;
    struct money_run      run;
    struct memory_file   *input;
    size_t                inputs;
    struct text           set;          /* the assignments */
    struct what_if_proposals proposals; /* that it assumes to be agreed */
    struct joint_proposals open;        /* bases that could be */
    struct what_if_answer answer;
    const char           *wrong;        /* of the name it should be kept under */
};

#endif
