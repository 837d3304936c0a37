/*
 * web/openapi.h -- the API as a document for programs: OpenAPI 3.1, made from the action table.
 *
 * Every row under /api/v1/ is in it: what it takes, what it gives, how it can fail
 * (api_problem.h), who may. It is the same for everybody, like the program.
 *
 * Read next: api_field.h, api_page.h (the same for people).
 */
#ifndef OCHIL_OPENAPI_H
#define OCHIL_OPENAPI_H

#include "formats/json.h"
#include "web/api_field.h"
#include "web/route.h"

void openapi_write(struct json *, struct arena *, const struct feature *const features[]);

/* What the document, the page and the commands say alike. */

/* "risk list": the verb of a call without the "api " before it. */
const char *api_verb(const struct action *);
/* "risk-list": its place on the page /api and its name in the document. */
const char *api_id(struct arena *, const struct action *);
/* "/api/v1/risks/{risk}" */
const char *api_path(struct arena *, const struct action *);
/* What could stand in a route: "1", "CLK-1", "2014-15". */
const char *api_route_example(struct text name, enum route_type);
/* "auditor, clerk": the roles that have the row's right; or that every account has it. */
const char *api_who(struct arena *, const struct action *);
/* May the call end with this status? */
bool api_may_fail(const struct action *, const struct api_call *, int status);
/* Does it change something? */
bool api_changes(const struct action *);
/* Does what it takes stand in the query? A file that is sent is the whole body. */
bool api_takes_query(const struct action *);
/* Must If-Match be sent along? */
bool api_needs_match(const struct action *, const struct api_call *);

#endif
