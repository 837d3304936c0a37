/*
 * server/drop_take.h -- an extract that was picked up from a drop folder, taken in through the
 * API with somebody's token.
 *
 * It is gone on with from wherever it was left: the receipt says which import it became and which
 * job was the last before it was begun. The server knows the same bytes again, so that an upload
 * whose answer was lost is no second import.
 *
 * Errors: ERR_BUSY: later, nothing is lost (no server, or told to stop). ERR_RIGHTS: the token may
 * not. Others as client_http.h. An extract that is refused is no error: `*taken` says so.
 */
#ifndef OCHIL_DROP_TAKE_H
#define OCHIL_DROP_TAKE_H

#include "server/client_http.h"
#include "server/drop_folder.h"

struct drop_desk {
    struct client            *client;
    const struct drop_folder *folder;
    struct arena             *arena;
};

/* May the token take extracts in? ERR_RIGHTS. */
MUST_USE enum err drop_token_check(const struct drop_desk *, struct trouble *);

/* Until it is in `done` (`*taken`) or `refused`; what came of it stands in its receipt. */
MUST_USE enum err drop_take_in(const struct drop_desk *, struct delivery *, bool *taken,
                               struct trouble *);

#endif
