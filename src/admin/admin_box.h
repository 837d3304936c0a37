/*
 * admin/admin_box.h -- tables whose headings are not known beforehand; roles and the services that
 * they are for, as they are shown and chosen.
 */
#ifndef OCHIL_ADMIN_BOX_H
#define OCHIL_ADMIN_BOX_H

#include "register/service_list.h"
#include "web/page_frame.h"

/* What a table that may be wider than the page stands in: begun, then ended by html_end(). */
void box_table_begin(struct html *, const char *caption, const char *const head[], size_t count);
void box_table_end(struct html *);

/* "head of service for Education"; an empty service is told as nothing. */
void box_role(struct html *, enum role, struct text service);

/* Which service a role is for: none of them is "all". */
void box_service_field(struct request *, struct html *, const struct field *,
                       const struct services *);

/* The services of today, for the council acted for. */
MUST_USE enum err box_services(struct request *, struct tx *, struct services *,
                               struct trouble *);

#endif
