/*
 * admin/admin_grant_form.h -- "give somebody a role in the council acted for", as the page and the
 * API send it.
 */
#ifndef OCHIL_ADMIN_GRANT_FORM_H
#define OCHIL_ADMIN_GRANT_FORM_H

#include "identity/role_grant.h"
#include "register/service_list.h"
#include "web/page_frame.h"

enum { GRANT_LOGIN, GRANT_ROLE, GRANT_SERVICE, GRANT_STARTS, GRANT_ENDS, GRANT_FIELDS };

struct grant_form {
    struct field      field[GRANT_FIELDS];
    struct role_grant grant;
    struct services   services;     /* to choose from */
};

/* The empty form; the first day is today. */
MUST_USE enum err grant_form_begin(struct request *, struct grant_form *);

/* What was sent, judged; `*good` false: some fields have an error. */
MUST_USE enum err grant_form_read(struct request *, struct grant_form *, bool *good);

/* On the page. */
void grant_form_show(struct request *, struct html *, const struct grant_form *);

#endif
