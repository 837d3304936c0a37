/*
 * web/dispatch.h -- from a request to the row of the action table that answers it.
 *
 *   1 the row: method and route. None: unknown. MAY_FETCH and MAY_LOCAL are answered at once.
 *   2 in a reading transaction: who asks (session cookie, or bearer token under /api/), the roles
 *     in force today in the acting council, the row's scope, the row's right. What is forbidden is
 *     answered like what is unknown, byte for byte.
 *   3 GET without a `prepare`: respond, in that transaction.
 *     Else: the form, its token, and where the request comes from (origin.h); the row's `prepare`;
 *     then all of 2 once more, and respond, in a second transaction, which writes unless it is
 *     GET. Who is not let in never reaches the one writer.
 *   4 headers of every answer; at most once a minute the session is marked as used.
 *
 * Who is not signed in is sent to /login from every page that is not for anybody, known or not;
 * under /api/ the answer is 401 for all of them.
 *
 * A POST of the API may carry an Idempotency-Key: kept_answer.h.
 */
#ifndef OCHIL_DISPATCH_H
#define OCHIL_DISPATCH_H

#include "web/request.h"

/* Answers one request. `arena` has a guard. */
void dispatch(const struct site *, struct http_request *, struct arena *, struct http_answer *);

/* Before the body of a file is taken: may it come? Else there is an answer. */
MUST_USE bool dispatch_admit(const struct site *, struct http_request *, struct arena *,
                             struct http_answer *);

#endif
