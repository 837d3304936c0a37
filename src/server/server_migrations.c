#include "server/server_migrations.h"

#include "store/store_sql.h"

const struct migration *const server_migrations[] = { &migration_0001_store, NULL };
