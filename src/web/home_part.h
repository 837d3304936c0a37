/*
 * web/home_part.h -- what features put on Home: what waits for whom is signed in, acting for a
 * council. The site lists the parts (site.h), since Home stands left of most features.
 *
 *     load()   in the acting council's scope; `*found` NULL: nothing waits
 *     show()   below the heading "Waiting for you"
 */
#ifndef OCHIL_HOME_PART_H
#define OCHIL_HOME_PART_H

#include "web/request.h"

struct home_part {
    enum err (*load)(struct request *, const void **found);
    void     (*show)(struct request *, struct html *, const void *found);
};

#define HOME_PARTS_MOST 8

#endif
