/*
 * admin/admin_qr.h -- words as a picture that a telephone reads (a QR code), inside the page.
 */
#ifndef OCHIL_ADMIN_QR_H
#define OCHIL_ADMIN_QR_H

#include "web/html.h"

/* Black on white whatever the page's colours are. `label` says what it is to who does not see it.
 * ERR_IO: libqrencode cannot; ERR_USAGE: too long. */
MUST_USE enum err qr_show(struct html *, struct arena *, struct text words, const char *label,
                          struct trouble *);

#endif
