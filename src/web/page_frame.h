/*
 * web/page_frame.h -- what every page has around it, and forms.
 *
 *     struct html *h = page_begin(request, "Sessions");
 *     El(h, "p") Lit(h, "You are signed in here:");
 *     ...
 *     return page_end(request, h, 200);
 *
 * Around it stand: a link that skips to the main part; who is signed in and for which council; the
 * navigation (web/menu.h) and where in it one is; what was just done (answer_done()); who can see
 * the page, as the row's right has it; help; the switch between English and Gaelic. A page has one
 * h1, which is its title too. It works at 320 pixels, by keyboard, in print, and without the one
 * script, which tells who is signed in that the session is about to end (script.js).
 *
 * A form that changes something is begun with Form, which brings the token along:
 *
 *     Form(request, h, Url("/logout")) page_button(h, "Sign out");
 *
 * (It may set a cookie, so a page with a form is written before its answer is sent, as all are.)
 *
 * Read next: page_parts.h (tables, states), words.h.
 */
#ifndef OCHIL_PAGE_FRAME_H
#define OCHIL_PAGE_FRAME_H

#include "web/page_parts.h"
#include "web/request.h"

#define PAGE_TYPE "text/html; charset=utf-8"

struct html *page_begin(struct request *, const char *title);
enum err page_end(struct request *, struct html *, int status);

/* The word in the reader's language; marked where it is not that of the part around it. */
void page_say(const struct request *, struct html *, enum word);

/* The council's name; "" if there is none. */
struct text page_council(const struct request *, int64_t council);

/* A whole page that says what went wrong: in the frame, and nowhere in the menu. */
enum err page_error(struct request *, int status, const char *title, const char *words);

/* POST to an address of ours. */
#define Form(request, h, url) PAGE_FORM(request, h, url, HTML_JOIN(page_once_, __COUNTER__))
#define PAGE_FORM(request, h, url, once)                                                         \
    for (bool once = page_form_begin(request, h, url); once; once = html_end(h, "form"))
bool page_form_begin(struct request *, struct html *, struct url);      /* true */
/* One that can hold files, for a row with `upload_most`. */
#define UploadForm(request, h, url)                                                              \
    PAGE_UPLOAD_FORM(request, h, url, HTML_JOIN(page_once_, __COUNTER__))
#define PAGE_UPLOAD_FORM(request, h, url, once)                                                  \
    for (bool once = page_upload_begin(request, h, url); once; once = html_end(h, "form"))
bool page_upload_begin(struct request *, struct html *, struct url);    /* true */

/* GET: what narrows down a list. Its fields stand before the button that it ends with. */
#define Filter(request, h, url) PAGE_FILTER(request, h, url, HTML_JOIN(page_once_, __COUNTER__))
#define PAGE_FILTER(request, h, url, once)                                                       \
    for (bool once = page_filter_begin(h, url); once; once = page_filter_end(request, h))
bool page_filter_begin(struct html *, struct url);
bool page_filter_end(const struct request *, struct html *);

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

/* The same with room for several lines. */
void page_text_field(struct html *, const struct field *);

/* The same, a list to choose from; `none` stands for nothing that was chosen, NULL: one always
 * is. */
struct choice {
    const char *value;
    const char *label;
};
void page_choice_field(struct html *, const struct field *, const char *none,
                       const struct choice[], size_t count);

/* The box for a file, or several, in an UploadForm. */
void page_file_field(struct html *, const struct field *, bool several);

/* A box to tick; ticked it is sent as "yes". */
void page_tick(struct html *, const char *name, const char *label, bool ticked);

/* Above a form that was refused: a heading, and a link to each field at fault. */
void page_errors(struct request *, struct html *, const struct field[], size_t count);

void page_button(struct html *, const char *words);
void page_button_say(const struct request *, struct html *, enum word);

/* Below a list that goes on: links to the newest and to earlier ones; NULL: there are none. */
void page_pages(const struct request *, struct html *, const struct url *newest,
                const struct url *earlier);

#endif
