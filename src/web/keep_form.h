/*
 * web/keep_form.h -- a filled form survives the end of a session, and can be kept for later.
 *
 * For later: a row of POST that names the page of its form (`form` in the action table) has a
 * second button there, page_keep_later(). What is typed is kept as it is, fit or not, and nothing
 * else is done. Home lists it; its page opens it in the form again, as it was typed: the form's row
 * is asked with ?kept_form=3, and finds the fields as if they stood in the query. Sent from there,
 * or kept again, it goes.
 *
 * At the end of a session: a form is sent, and the session has meanwhile ended by itself. What was
 * typed is kept (for whom and how long: identity/kept_form.h), and the answer sends to the login.
 * Whoever then signs in to the same account finds it as the page "What you had typed", and sends it
 * by a button there, or discards it.
 *
 * What waits was sent by nobody who is signed in, so:
 *   - it is kept only if its form token is that of the ended session, and its origin ours. Both
 *     are tested as for a form that is let in: a foreign page cannot plant words for somebody to
 *     find and send. A session that somebody ended keeps nothing (session.h).
 *   - nothing is done with it: it is shown, escaped, to the account whose session it was. What is
 *     sent then is a form of that page, with the token of the new session, tested for rights and
 *     all else like any other. So a kept form can do no more than its reader could by typing it.
 *   - it is sent once: it goes in the transaction of what is done with it, and a second one that
 *     names it is refused.
 *
 * Not kept: passwords, codes and secrets by their names; the form's token; files, and what is sent
 * along with them; what changes one's own way in (rows of MAY_OWN); a form that holds nothing.
 * A form is at most FORM_BYTES_MOST, as any is.
 */
#ifndef OCHIL_KEEP_FORM_H
#define OCHIL_KEEP_FORM_H

#include "identity/kept_form.h"
#include "web/page_frame.h"

#define KEPT_FORM_FIELD "kept_form"     /* what names it, when it is opened and sent */
#define KEEP_FORM_FIELD "keep_form"     /* the button that keeps it for later */

/* A field that is never kept. */
MUST_USE bool form_field_is_secret(const char *name);

/* A stranger's request of a kind that may be kept, should its token be good. */
MUST_USE bool form_may_wait(const struct request *);

/* Keeps request->form, whose token fits. `*kept` false: the cookie is of no session that has ended
 * by itself, or nothing was typed. Outside any transaction. */
MUST_USE enum err form_keep(struct request *, bool *kept);

/* What is kept, read again. ERR_CHECK: it does not open. */
MUST_USE enum err form_open_kept(struct request *, const struct kept_form *, struct form *);

/* Where it is gone on with; false: it cannot be, or not while acting for this council. */
MUST_USE bool form_place(struct request *, const struct kept_form *, struct url *);

/* The request's form is one that was kept: what it holds comes before what stands in the store. */
MUST_USE bool form_goes_on(const struct request *);

/* In a form, below its own button: the one that keeps it for later. */
void page_keep_later(struct request *, struct html *);

/* The row's `respond`; a kept form that the request names goes with it, unless it was refused.
 * ERR_CONFLICT: it was sent or discarded already, or is another one. */
MUST_USE enum err form_respond(struct request *);

#endif
