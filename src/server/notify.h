/*
 * server/notify.h -- tells systemd how far the server is, as sd_notify(3) does: a datagram to the
 * socket that the environment names. Written here, since it is ten lines and libsystemd is large.
 *
 * Errors: none that matter: without systemd there is nobody to tell, and a server that could not
 * tell is started anew by it.
 */
#ifndef OCHIL_NOTIFY_H
#define OCHIL_NOTIFY_H

/* "READY=1": it serves. "STOPPING=1": it ends what it is at. */
void notify_tell(const char *state);

#endif
