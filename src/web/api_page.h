/*
 * web/api_page.h -- the API for people: the page /api, and the document /api/openapi.json. Both are
 * made from the action table, and the same for everybody.
 */
#ifndef OCHIL_API_PAGE_H
#define OCHIL_API_PAGE_H

#include "web/request.h"

enum err api_show(struct request *);
enum err api_document_show(struct request *);

#endif
