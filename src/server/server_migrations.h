/*
 * server/server_migrations.h -- every migration there is, of all features, in one order.
 */
#ifndef OCHIL_SERVER_MIGRATIONS_H
#define OCHIL_SERVER_MIGRATIONS_H

#include "store/migrate.h"

/* By version, without a gap; ends at NULL. */
extern const struct migration *const server_migrations[];

#endif
