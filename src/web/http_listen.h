/*
 * web/http_listen.h -- the socket a server listens on, and the names it answers to.
 *
 *     127.0.0.1:8080  [::1]:8080  localhost:8080   TCP; port 0: any that is free
 *     unix:/run/ochil/http.sock                    a Unix socket; one that nobody listens on any
 *                                                  more is replaced
 *     systemd                                      the socket that systemd hands over (socket
 *                                                  activation; sd_listen_fds(3))
 *
 * Encryption is left to the web server in front, so without `origin` (then there is one in front)
 * nothing but this machine itself is listened to.
 *
 * Errors: ERR_USAGE: not an address, or one beyond this machine without an origin. ERR_BUSY:
 * somebody listens there. ERR_IO.
 */
#ifndef OCHIL_HTTP_LISTEN_H
#define OCHIL_HTTP_LISTEN_H

#include "web/http_head.h"

struct http_listening {
    int               socket;
    struct http_names names;
    const char       *shown;        /* "http://127.0.0.1:8080", "unix:PATH" */
};

/* `origin`: how browsers reach the server, or NULL. */
MUST_USE enum err http_listen(struct arena *, const char *address, const char *origin,
                              struct http_listening *, struct trouble *);

/* Scheme, host and perhaps a port, in lower case, and nothing behind: "https://a.example.org". */
MUST_USE bool http_origin_sane(const char *origin);

#endif
