#include "web/api_problem.h"

#include <stddef.h>

const struct api_problem api_problems[] = {
    { 400, "not-understood", "Not understood",
      "The query or the body cannot be read, or asks for what there is not.", ERR_USAGE },
    { 401, "who", "Who is it?",
      "There is no token, or it has ended. Send a token: Authorization: Bearer.", ERR_RIGHTS },
    { 403, "reads-only", "Reads only",
      "The token is for reading alone. Make another one on the page Tokens.", ERR_RIGHTS },
    { 404, "not-found", "Not found",
      "There is no such thing, or it is not yours to see: nobody is told which.", ERR_MISSING },
    { 405, "not-in-this-way", "Not in this way",
      "The address is right, the method is not.", ERR_USAGE },
    { 409, "conflict", "Conflict",
      "It does not go together with what is there, or the Idempotency-Key was used for another "
      "request.", ERR_CONFLICT },
    { 412, "changed", "Changed meanwhile",
      "Somebody has changed it since it was read. Read it again, and send If-Match with the new "
      "ETag.", ERR_CONFLICT },
    { 422, "not-fit", "Not fit",
      "What was sent can be read and is not as it must be. The detail tells all that is wrong, "
      "errors each by itself.",
      ERR_REFUSED },
    { 428, "which-version", "Which version?",
      "Send If-Match with the ETag that it was read with.", ERR_USAGE },
    { 429, "too-many", "Too many calls",
      "The token has called as often as a minute lets it (RateLimit-Policy, with what is left in "
      "RateLimit). Try again after the seconds of Retry-After.", ERR_BUSY },
    { 500, "wrong", "Something is wrong",
      "A fault of the server, recorded under the number in the detail. Nothing was changed.",
      ERR_BUG },
    { 503, "busy", "Busy", "Try again after the seconds of Retry-After.", ERR_BUSY },
    { 0 },
};

const struct api_problem *api_problem_find(int status)
{
    for (const struct api_problem *row = api_problems; row->status != 0; row++)
        if (row->status == status)
            return row;
    return NULL;
}
