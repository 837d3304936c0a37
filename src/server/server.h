/*
 * server/server.h -- what the verbs of `ochil-server` begin with, and the verbs.
 *
 * A handler opens what it needs with server_open(), and server_close() gives it back whatever
 * happened. The verbs' words stand in cli/server_table.c, of which `ochil` shows the help.
 */
#ifndef OCHIL_SERVER_SERVER_H
#define OCHIL_SERVER_SERVER_H

#include "server/settings.h"
#include "store/keyring_io.h"
#include "store/migrate.h"

/* The migrations of every feature, by their version; ends at NULL. */
extern const struct migration *const server_migrations[];

/* What is served: the action tables of every feature; ends at NULL. */
extern const struct feature *const site_features[];

struct two_key_kind;

/* What two keys are turned for: the kinds of every feature; ends at NULL. */
extern const struct two_key_kind *const site_kinds[];

struct server {
    struct settings settings;
    struct db      *db;         /* NULL: not opened */
    struct keyring  keyring;    /* no folder: not opened */
};

#define SERVER_READERS 8

/* Settings only. */
MUST_USE enum err server_begin(struct command *, struct server *);
/* The store, too, which is there; its schema is not looked at. */
MUST_USE enum err server_open(struct command *, struct server *);
/* The same; a file that is not there is made, empty. */
MUST_USE enum err server_open_new(struct command *, struct server *);

/* The keys, too; after either of the two. */
MUST_USE enum err server_keys(struct command *, struct server *);

void server_close(struct server *);

/* The folder for files without a name: $TMPDIR, or /var/tmp. */
const char *server_spool(void);

enum err init_run(struct command *);
enum err migrate_run(struct command *);
enum err config_run(struct command *);
enum err doctor_run(struct command *);
enum err backup_run(struct command *);
enum err backup_key_run(struct command *);
enum err backup_check_run(struct command *);
enum err restore_run(struct command *);
enum err export_run(struct command *);
enum err papers_run(struct command *);
enum err serve_run(struct command *);
enum err strings_run(struct command *);
enum err trail_export_run(struct command *);
enum err checkpoint_make_run(struct command *);
enum err checkpoint_take_run(struct command *);
enum err watch_run(struct command *);

#endif
