#include "extract/relay.h"

#include <assert.h>
#include <pthread.h>

/* What became of the piece that is in a place. */
struct piece {
    bool           ready;      /* to be settled */
    enum err       err;
    struct trouble trouble;
};

struct relay {
    const struct relay_course *course;
    void                      *context;
    size_t                     places;
    pthread_mutex_t            lock;
    pthread_cond_t             changed;
    /* under the lock */
    uint64_t                   brought, taken, settled;    /* pieces so far */
    bool                       bringing, settling;         /* some thread is at it */
    bool                       ended;                      /* no more are to be brought */
    enum err                   err;                        /* of the last settled; not OK: stop */
    struct piece               piece[RELAY_PLACES_MAX];
};

/* The three steps; each is called with the lock, and lets go of it while the step is done. */

static void bring(struct relay *relay)
{
    const size_t place = relay->brought % relay->places;
    struct piece *piece = &relay->piece[place];
    bool end = false;

    relay->bringing = true;
    pthread_mutex_unlock(&relay->lock);
    piece->ready = false;
    piece->err = relay->course->bring(relay->context, place, &end, &piece->trouble);
    pthread_mutex_lock(&relay->lock);
    relay->bringing = false;
    relay->ended = end || piece->err != OK;
    if (!end || piece->err != OK)
        relay->brought++;
}

static void work(struct relay *relay)
{
    const size_t place = relay->taken++ % relay->places;
    struct piece *piece = &relay->piece[place];

    pthread_mutex_unlock(&relay->lock);
    if (piece->err == OK)
        piece->err = relay->course->work(relay->context, place, &piece->trouble);
    pthread_mutex_lock(&relay->lock);
    piece->ready = true;
}

static void settle(struct relay *relay)
{
    const size_t place = relay->settled % relay->places;
    struct piece *piece = &relay->piece[place];

    relay->settling = true;
    pthread_mutex_unlock(&relay->lock);
    if (piece->err == OK)
        piece->err = relay->course->settle(relay->context, place, &piece->trouble);
    pthread_mutex_lock(&relay->lock);
    relay->settling = false;
    relay->err = piece->err;
    if (relay->err == OK)
        relay->settled++;
}

static bool is_done(const struct relay *relay)
{
    return relay->err != OK || (relay->ended && relay->settled == relay->brought);
}

/* What can be done in order comes first, since others may wait for it. False: there is nothing
 * to do until another thread has done something. */
static bool do_one(struct relay *relay)
{
    const bool waiting = relay->settled < relay->taken
                         && relay->piece[relay->settled % relay->places].ready;

    if (waiting && !relay->settling)
        settle(relay);
    else if (!relay->bringing && !relay->ended && relay->brought - relay->settled < relay->places)
        bring(relay);
    else if (relay->taken < relay->brought)
        work(relay);
    else
        return false;
    return true;
}

static void *run(void *context)
{
    struct relay *relay = context;

    pthread_mutex_lock(&relay->lock);
    while (!is_done(relay)) {
        if (do_one(relay))
            pthread_cond_broadcast(&relay->changed);
        else
            pthread_cond_wait(&relay->changed, &relay->lock);
    }
    pthread_mutex_unlock(&relay->lock);
    return NULL;
}

int relay_threads(int wanted)
{
    return wanted < 1 ? 1 : wanted > RELAY_THREADS_MAX ? RELAY_THREADS_MAX : wanted;
}

/* One thread by itself does one piece after the other. */
size_t relay_places(int threads)
{
    return threads == 1 ? 1 : 2 * (size_t)threads;
}

enum err relay_run(const struct relay_course *course, void *context, int threads,
                   struct trouble *trouble)
{
    struct relay relay = { .course = course, .context = context,
                           .places = relay_places(threads) };
    pthread_t thread[RELAY_THREADS_MAX];
    int started = 1;

    assert(threads >= 1 && threads <= RELAY_THREADS_MAX);
    pthread_mutex_init(&relay.lock, NULL);
    pthread_cond_init(&relay.changed, NULL);
    while (started < threads && pthread_create(&thread[started], NULL, run, &relay) == 0)
        started++;
    run(&relay);
    for (int i = 1; i < started; i++)
        pthread_join(thread[i], NULL);
    pthread_cond_destroy(&relay.changed);
    pthread_mutex_destroy(&relay.lock);
    if (relay.err == OK)
        return OK;
    return fail(trouble, relay.err, "%s", relay.piece[relay.settled % relay.places].trouble.text);
}
