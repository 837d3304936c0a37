/*
 * web/page_frame.h -- what every page has around it, and the parts that most pages are made of.
 *
 *     struct html *h = page_begin(request, "Sessions");
 *     El(h, "p") Lit(h, "You are signed in here:");
 *     ...
 *     return page_end(request, h, 200);
 *
 * A page works without script, at 375 pixels, by keyboard, and in print. Its first link skips to
 * the main part; it has one h1, which is its title too.
 *
 * A form that changes something is begun with Form, which brings the token along:
 *
 *     Form(request, h, Url("/logout")) button(h, "Sign out");
 *
 * (It may set a cookie, so a page with a form is written before its answer is sent, as all are.)
 */
#ifndef OCHIL_PAGE_FRAME_H
#define OCHIL_PAGE_FRAME_H

#include "web/request.h"

struct html *page_begin(struct request *, const char *title);
enum err page_end(struct request *, struct html *, int status);

/* POST to an address of ours. */
#define Form(request, h, url) PAGE_FORM(request, h, url, HTML_JOIN(page_once_, __COUNTER__))
#define PAGE_FORM(request, h, url, once)                                                         \
    for (bool once = page_form_begin(request, h, url); once; once = html_end(h, "form"))
bool page_form_begin(struct request *, struct html *, struct url);      /* true */

struct field {
    const char *name;
    const char *label;
    const char *hint;           /* NULL: none */
    const char *type;           /* "text", "password", "date" */
    const char *autocomplete;   /* "username", "current-password", "off" */
    struct text value;          /* what was typed before */
    const char *error;          /* NULL: nothing is wrong */
};

/* Label, hint, what is wrong, and the box. */
void page_field(struct html *, const struct field *);

/* Above a form that was refused: a heading, and a link to each field at fault. */
void page_errors(struct request *, struct html *, const struct field[], size_t count);

void page_button(struct html *, const char *words);

/* A heading of a table's column. */
void page_head(struct html *, const char *words);

/* An entry of a list of terms (dl). */
void page_entry(struct html *, const char *label, struct text value);

/* "1 April 2026, 09:00 UTC", and the same for machines. */
void page_moment(struct html *, struct moment);

#endif
