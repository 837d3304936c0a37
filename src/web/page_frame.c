#include "web/page_frame.h"

#include <assert.h>
#include <stdio.h>

#include "identity/session.h"
#include "store/council.h"
#include "web/help_pages.h"
#include "web/keep_form.h"
#include "web/menu.h"

/* --- words --- */

void page_say(const struct request *request, struct html *h, enum word word)
{
    enum language is;
    const char *words = word_in(word, request->language, &is);

    if (is == request->around)
        html_text(h, text_of(words));
    else
        El(h, "span") {
            Attr(h, "lang", text_of(language_code(is)));
            html_text(h, text_of(words));
        }
}

/* What has words of its own, in the language of the pages as they were written: English. */
static void part_begin(struct request *request, struct html *h, const char *tag)
{
    (void)html_begin(h, tag);
    if (request->around != ENGLISH)
        Attr(h, "lang", text_of(language_code(ENGLISH)));
    request->around = ENGLISH;
}

static void part_end(struct request *request, struct html *h, const char *tag)
{
    (void)html_end(h, tag);
    request->around = request->language;
}

struct text page_council(const struct request *request, int64_t council)
{
    for (size_t i = 0; i < request->councils.count; i++)
        if (request->councils.council[i].id == council)
            return request->councils.council[i].name;
    return (struct text){ "", 0 };
}

/* --- the head --- */

static void head(struct request *request, struct html *h, const char *title)
{
    El(h, "head") {
        Void(h, "meta");
        LitAttr(h, "charset", "utf-8");
        Void(h, "meta");
        LitAttr(h, "name", "viewport");
        LitAttr(h, "content", "width=device-width, initial-scale=1");
        Void(h, "meta");
        LitAttr(h, "name", "color-scheme");
        LitAttr(h, "content", "light dark");
        Void(h, "link");
        LitAttr(h, "rel", "stylesheet");
        Href(h, "href", Url("/style.css"));
        if (request->feed.text.size > 0) {
            Void(h, "link");
            LitAttr(h, "rel", "alternate");
            LitAttr(h, "type", "application/atom+xml");
            Attr(h, "title", text_of(title));
            Href(h, "href", request->feed);
        }
        part_begin(request, h, "title");
        html_text(h, text_of(title));
        html_text(h, text_of(" - Ochil"));
        part_end(request, h, "title");
    }
}

/* --- above the page --- */

/* On every page of who is signed in; on the page of the search it holds what was looked for. */
static void find(struct request *request, struct html *h)
{
    El(h, "form") {
        LitAttr(h, "class", "find");
        LitAttr(h, "role", "search");
        LitAttr(h, "method", "get");
        Href(h, "action", Url("/search"));
        El(h, "label") {
            LitAttr(h, "class", "visually-hidden");
            LitAttr(h, "for", "find");
            page_say(request, h, WORD_SEARCH_FOR);
        }
        Void(h, "input");
        LitAttr(h, "id", "find");
        LitAttr(h, "name", "q");
        LitAttr(h, "type", "search");
        LitAttr(h, "autocomplete", "off");
        if (text_is(request->http->path, "/search"))
            Attr(h, "value", request_field(request, "q"));
        El(h, "button") {
            LitAttr(h, "type", "submit");
            page_say(request, h, WORD_SEARCH);
        }
    }
}

/* Whom the reader stands for, always in sight. */
static void whom(struct request *request, struct html *h)
{
    El(h, "div") {
        LitAttr(h, "class", "whom");
        if (request->actor.account == 0) {
            El(h, "a") {
                Href(h, "href", Url("/login"));
                page_say(request, h, WORD_SIGN_IN);
            }
            continue;
        }
        El(h, "span") {
            page_say(request, h, WORD_ACTING_FOR);
            Lit(h, " ");
            El(h, "strong") html_text(h, page_council(request, request->actor.acting));
        }
        El(h, "span") {
            page_say(request, h, WORD_SIGNED_IN_AS);
            Lit(h, " ");
            html_text(h, text_of(request->actor.login));
        }
        Form(request, h, Url("/logout")) El(h, "button") {
            LitAttr(h, "type", "submit");
            page_say(request, h, WORD_SIGN_OUT);
        }
    }
}

static void branding(struct request *request, struct html *h)
{
    El(h, "div") {
        LitAttr(h, "class", "ds_site-branding");
        El(h, "a") {
            LitAttr(h, "class", "ds_site-branding__logo ds_site-branding__link");
            Href(h, "href", Url("/"));
            Lit(h, "Ochil");
        }
        El(h, "div") {
            LitAttr(h, "class", "ds_site-branding__title");
            page_say(request, h, WORD_SITE_FOR);
        }
    }
}

/* --- navigation --- */

static void menu_link(struct request *request, struct html *h, const char *path, enum word label,
                      const char *current)
{
    El(h, "li") El(h, "a") {
        Href(h, "href", url_literal(path, strlen(path)));
        if (current != NULL)
            Attr(h, "aria-current", text_of(current));
        page_say(request, h, label);
    }
}

/* A list of links with a name that only those hear who need it. */
static void nav_begin(struct request *request, struct html *h, const char *class, const char *id,
                      enum word name)
{
    (void)html_begin(h, "nav");
    Attr(h, "class", text_of(class));
    Attr(h, "aria-labelledby", text_of(id));
    El(h, "div") {
        LitAttr(h, "class", "visually-hidden");
        Attr(h, "id", text_of(id));
        page_say(request, h, name);
    }
}

static bool shows(const struct request *request, const struct menu_row *row)
{
    return actor_may(&request->actor, row->right);
}

/* Of each section the first row that the reader may see. */
static void main_menu(struct request *request, struct html *h, const struct menu_row *here)
{
    const struct menu_row *last = NULL;

    nav_begin(request, h, "main-nav", "main-nav-name", WORD_MENU);
    El(h, "ul") for (size_t i = 0; i < menu_rows; i++) {
        const struct menu_row *row = &menu[i];
        const bool first = last == NULL || row->section != last->section;

        if (!first || !shows(request, row))
            continue;
        last = row;
        menu_link(request, h, row->path, row->section,
                  here != NULL && here->section == row->section ? "true" : NULL);
    }
    (void)html_end(h, "nav");
}

static size_t count_side(const struct request *request, const struct menu_row *here)
{
    size_t count = 0;

    for (size_t i = 0; i < menu_rows; i++)
        count += here != NULL && menu[i].section == here->section && shows(request, &menu[i]);
    return count;
}

/* The pages of this section, if there are several. */
static void side_menu(struct request *request, struct html *h, const struct menu_row *here)
{
    if (count_side(request, here) < 2)
        return;
    nav_begin(request, h, "side-nav", "side-nav-name", WORD_MENU_SIDE);
    El(h, "ul") for (size_t i = 0; i < menu_rows; i++) {
        if (menu[i].section != here->section || !shows(request, &menu[i]))
            continue;
        const char *current = &menu[i] != here ? NULL
                              : text_is(request->http->path, here->path) ? "page" : "true";
        menu_link(request, h, menu[i].path, menu[i].label, current);
    }
    (void)html_end(h, "nav");
}

static void crumb(struct request *request, struct html *h, const char *path, enum word label)
{
    El(h, "li") {
        LitAttr(h, "class", "ds_breadcrumbs__item");
        El(h, "a") {
            LitAttr(h, "class", "ds_breadcrumbs__link");
            Href(h, "href", url_literal(path, strlen(path)));
            page_say(request, h, label);
        }
    }
}

/* Is the page that of the row itself? A form that is refused stands at the address of the list that
 * it was sent to: "Home > Profiles > A profile", as before it was sent. */
static bool is_first_page(const struct request *request, const struct menu_row *here,
                          const char *title)
{
    enum language is;

    return text_is(request->http->path, here->path) &&
           (request->http->method != HTTP_POST ||
            strcmp(word_in(here->label, ENGLISH, &is), title) == 0);
}

/* Home > Jobs > Job 7. */
static void breadcrumbs(struct request *request, struct html *h, const struct menu_row *here,
                        const char *title)
{
    if (here == NULL || text_is(request->http->path, "/"))
        return;
    nav_begin(request, h, "crumbs", "crumbs-name", WORD_MENU_HERE);
    El(h, "ol") {
        LitAttr(h, "class", "ds_breadcrumbs");
        crumb(request, h, "/", WORD_HOME);
        if (!is_first_page(request, here, title))
            crumb(request, h, here->path, here->label);
        part_begin(request, h, "li");
        LitAttr(h, "class", "ds_breadcrumbs__item");
        LitAttr(h, "aria-current", "page");
        html_text(h, text_of(title));
        part_end(request, h, "li");
    }
    (void)html_end(h, "nav");
}

/* --- the page --- */

/* What the request before this one did. */
static void done(struct request *request, struct html *h)
{
    if (request->done == WORDS)
        return;
    El(h, "div") {
        LitAttr(h, "class", "done");
        LitAttr(h, "role", "status");
        El(h, "p") page_say(request, h, request->done);
    }
    answer_done_told(request);
}

/* A store to try out says so on every page. */
static void sample(struct request *request, struct html *h)
{
    if (request->site->sample)
        El(h, "p") {
            LitAttr(h, "class", "sample");
            page_say(request, h, WORD_SAMPLE);
        }
}

static void header(struct request *request, struct html *h, const struct menu_row *here)
{
    El(h, "a") {
        LitAttr(h, "class", "skip ds_skip-links__link");
        Href(h, "href", Url("#main"));
        page_say(request, h, WORD_SKIP);
    }
    El(h, "header") {
        LitAttr(h, "class", "ds_site-header");
        El(h, "div") {
            LitAttr(h, "class", "wide");
            El(h, "div") {
                LitAttr(h, "class", "header-line");
                branding(request, h);
                if (request->actor.account != 0)
                    find(request, h);
                whom(request, h);
            }
            main_menu(request, h, here);
        }
        sample(request, h);
    }
}

/* `here`: in the menu; NULL: nowhere. */
static struct html *frame_begin(struct request *request, const char *title,
                                const struct menu_row *here)
{
    struct html *h = html_document(request->arena);

    request->around = request->language;
    html_speak(h, request->language);
    (void)html_begin(h, "html");
    Attr(h, "lang", text_of(language_code(request->language)));
    head(request, h, title);
    (void)html_begin(h, "body");
    header(request, h, here);
    (void)html_begin(h, "div");
    LitAttr(h, "class", "wide");
    breadcrumbs(request, h, here, title);
    (void)html_begin(h, "div");
    Attr(h, "class", text_of(count_side(request, here) < 2 ? "columns alone" : "columns"));
    side_menu(request, h, here);
    part_begin(request, h, "main");
    LitAttr(h, "id", "main");
    done(request, h);
    El(h, "h1") html_phrase(h, text_of(title));
    return h;
}

struct html *page_begin(struct request *request, const char *title)
{
    return frame_begin(request, title, menu_at(request->http->path));
}

/* --- below the page --- */

/* Which roles give the right, in which council. */
static void seen_by_roles(struct request *request, struct html *h)
{
    bool any = false;

    for (enum role role = 0; role < ROLES; role++) {
        if (!role_gives(role, (enum right)request->action->right))
            continue;
        Lit(h, " ");
        if (any)
            Lit(h, "/ ");
        html_phrase(h, text_of(role_title(role)));
        any = true;
    }
    Lit(h, " ");
    page_say(request, h, WORD_SEEN_IN);
    Lit(h, " ");
    html_text(h, page_council(request, request->actor.acting));
}

static enum word who_of(unsigned right, const struct action *action)
{
    if (right == MAY_ANYBODY)
        return WORD_SEEN_BY_ALL;
    return action != NULL && action->of_all ? WORD_SEEN_BY_ACCOUNTS : WORD_SEEN_BY_YOU;
}

static void seen_by(struct request *request, struct html *h, unsigned right)
{
    El(h, "p") {
        LitAttr(h, "class", "who-sees");
        page_say(request, h, WORD_SEEN_BY);
        if (right == MAY_ANYBODY || right == MAY_OWN) {
            Lit(h, " ");
            page_say(request, h, who_of(right, request->action));
        } else {
            seen_by_roles(request, h);
        }
    }
}

/* The other language, under its own name, and then `back`. */
static void language_switch(struct request *request, struct html *h, struct text back)
{
    const enum language other = request->language == GAELIC ? ENGLISH : GAELIC;
    enum language is;

    Form(request, h, Url("/language")) {
        Void(h, "input");
        LitAttr(h, "type", "hidden");
        LitAttr(h, "name", "back");
        Attr(h, "value", back);
        El(h, "button") {
            LitAttr(h, "type", "submit");
            LitAttr(h, "name", "language");
            Attr(h, "value", text_of(language_code(other)));
            Attr(h, "lang", text_of(language_code(other)));
            html_text(h, text_of(other == GAELIC ? word_in(WORD_LANGUAGE, GAELIC, &is)
                                                 : "English"));
        }
    }
}

static void footer(struct request *request, struct html *h, struct url help, struct text back)
{
    El(h, "footer") {
        LitAttr(h, "class", "ds_site-footer");
        El(h, "ul") {
            LitAttr(h, "class", "wide foot");
            El(h, "li") El(h, "a") {
                Href(h, "href", help);
                page_say(request, h, WORD_HELP_HERE);
            }
            menu_link(request, h, "/accessibility", WORD_ACCESSIBILITY, NULL);
            El(h, "li") language_switch(request, h, back);
            El(h, "li") {
                Lit(h, "Ochil ");
                html_text(h, text_of(OCHIL_VERSION));
            }
        }
    }
}

/* --- before the session ends: shown by script.js, in the words of `when` --- */

static void session_words(struct request *request, struct html *h, const char *when,
                          enum word word)
{
    El(h, "p") {
        Attr(h, "data-when", text_of(when));
        page_say(request, h, word);
    }
}

static void session_button(struct request *request, struct html *h, const char *when,
                           const char *value, enum word word)
{
    El(h, "p") {
        Attr(h, "data-when", text_of(when));
        El(h, "button") {
            LitAttr(h, "type", "button");
            Attr(h, "value", text_of(value));
            page_say(request, h, word);
        }
    }
}

/* Milliseconds until the session ends: if nothing is done, whatever is done, and after each sign
 * of life, which is written once in SESSION_SEEN_MS. */
static void session_times(struct request *request, struct html *h)
{
    const struct actor *actor = &request->actor;
    const int64_t now = request->happening.now.ms;
    const int64_t left = actor->seen_at.ms + SESSION_IDLE_MS - now;
    const struct { const char *name; int64_t ms; } times[] = {
        { "data-left", left }, { "data-whole", actor->ends_at.ms - now },
        { "data-idle", SESSION_IDLE_MS - SESSION_SEEN_MS },
    };

    for (size_t i = 0; i < COUNT(times); i++)
        html_attribute(h, times[i].name,
                       text_of(arena_number(request->arena, times[i].ms)));
}

static void session_dialog(struct request *request, struct html *h)
{
    if (request->actor.session == 0)
        return;
    El(h, "dialog") {
        LitAttr(h, "id", "session");
        LitAttr(h, "aria-labelledby", "session-head");
        session_times(request, h);
        El(h, "h2") {
            LitAttr(h, "id", "session-head");
            page_say(request, h, WORD_SESSION_HEAD);
        }
        session_words(request, h, "soon", WORD_SESSION_SOON);
        session_words(request, h, "last", WORD_SESSION_LAST);
        session_words(request, h, "over", WORD_SESSION_OVER);
        session_button(request, h, "soon", "stay", WORD_SESSION_STAY);
        El(h, "p") {
            LitAttr(h, "data-when", "over");
            El(h, "a") {
                LitAttr(h, "class", "ds_button");
                Href(h, "href", Url("/login"));
                page_say(request, h, WORD_SIGN_IN);
            }
        }
        session_button(request, h, "soon last over", "close", WORD_SESSION_CLOSE);
    }
    html_script(h);
}

static void frame_end(struct request *request, struct html *h, struct url help, struct text back)
{
    part_end(request, h, "main");
    (void)html_end(h, "div");
    (void)html_end(h, "div");
    footer(request, h, help, back);
    (void)html_end(h, "body");
    (void)html_end(h, "html");
}

enum err page_end(struct request *request, struct html *h, int status)
{
    seen_by(request, h, request->action->right);
    session_dialog(request, h);
    frame_end(request, h, help_url(request),
              request->http->method == HTTP_GET ? request->http->target : request->http->path);
    if (!html_ok(h))
        return fail(request->trouble, ERR_BUG, "the page of %s is not well formed",
                    request->action->route);
    return answer_bytes(request, status, PAGE_TYPE, html_bytes(h));
}

static void page_link(const struct request *request, struct html *h, const struct url *url,
                      enum word word)
{
    if (url != NULL)
        El(h, "p") El(h, "a") {
            Href(h, "href", *url);
            page_say(request, h, word);
        }
}

/* The page of ours whose form was refused, as the browser says it; NULL: it does not. */
static const struct url *came_from(const struct request *request)
{
    const struct text said = http_header(request->http, "referer");
    const struct text host = http_header(request->http, "host");
    const char *at = said.size > 0 ? memchr(said.data, '/', said.size) : NULL;
    struct text rest = { at, at == NULL ? 0 : said.size - (size_t)(at - said.data) };

    if (rest.size < host.size + 3 || host.size == 0 || rest.data[1] != '/' ||
        memcmp(rest.data + 2, host.data, host.size) != 0)
        return NULL;
    rest.data += host.size + 2;
    rest.size -= host.size + 2;
    if (rest.data[0] != '/' || (rest.size > 1 && strchr("/\\", rest.data[1]) != NULL))
        return NULL;
    struct url *url = arena_take(request->arena, 1, sizeof *url);
    *url = (struct url){ rest };
    return url;
}

/* Nothing in it is of the path, so that what is forbidden looks like what there is not, wherever
 * that was asked for; and nothing is read for it, since the store may be the trouble. */
enum err page_error(struct request *request, int status, const char *title, const char *words)
{
    struct html *h = frame_begin(request, title, NULL);

    El(h, "p") html_phrase(h, text_of(words));
    page_link(request, h, status == 409 ? came_from(request) : NULL, WORD_BACK);
    page_link(request, h, &(struct url){ text_of("/") }, WORD_FIRST_PAGE);
    seen_by(request, h, request->actor.account == 0 ? MAY_ANYBODY : MAY_OWN);
    frame_end(request, h, Url("/help"), text_of("/"));
    assert(html_ok(h));
    return answer_bytes(request, status, PAGE_TYPE, html_bytes(h));
}

/* --- forms --- */

static bool form_begin(struct request *request, struct html *h, struct url url, bool files)
{
    char token[SHA256_HEX_SIZE] = "";

    /* Without chance the form stays without a token, and is refused when it is sent. */
    (void)(request_form_token(request, token) != OK);
    (void)html_begin(h, "form");
    LitAttr(h, "method", "post");
    if (files)
        LitAttr(h, "enctype", "multipart/form-data");
    Href(h, "action", url);
    Void(h, "input");
    LitAttr(h, "type", "hidden");
    LitAttr(h, "name", "form_token");
    Attr(h, "value", text_of(token));
    return true;
}

bool page_form_begin(struct request *request, struct html *h, struct url url)
{
    return form_begin(request, h, url, false);
}

bool page_upload_begin(struct request *request, struct html *h, struct url url)
{
    return form_begin(request, h, url, true);
}

static void note(struct html *h, const struct field *field, const char *kind, const char *words)
{
    char id[80];

    if (words == NULL)
        return;
    (void)snprintf(id, sizeof id, "%s-%s", field->name, kind);
    El(h, "p") {
        Attr(h, "class", text_of(kind));
        Attr(h, "id", text_of(id));
        html_phrase(h, text_of(words));
    }
}

/* Around a box: its label, and what there is to say of it. */
static void box_begin(struct html *h, const struct field *field)
{
    (void)html_begin(h, "div");
    Attr(h, "class", text_of(field->error != NULL ? "field wrong" : "field"));
    El(h, "label") {
        Attr(h, "for", text_of(field->name));
        html_phrase(h, text_of(field->label));
    }
    note(h, field, "hint", field->hint);
    note(h, field, "error", field->error);
}

/* Of the element begun last. */
static void box_described(struct html *h, const struct field *field)
{
    char described[160];

    (void)snprintf(described, sizeof described, "%s%s%s%s",
                   field->hint != NULL ? field->name : "", field->hint != NULL ? "-hint " : "",
                   field->error != NULL ? field->name : "", field->error != NULL ? "-error" : "");
    Attr(h, "aria-describedby", text_of(described));
}

static void box_named(struct html *h, const struct field *field)
{
    Attr(h, "id", text_of(field->name));
    Attr(h, "name", text_of(field->name));
    if (field->hint != NULL || field->error != NULL)
        box_described(h, field);
    if (field->error != NULL)
        LitAttr(h, "aria-invalid", "true");
}

void page_field(struct html *h, const struct field *field)
{
    /* What is typed unseen, or used once, must never wait with a kept form. */
    assert((strcmp(field->type, "password") != 0 &&
            strcmp(field->autocomplete, "one-time-code") != 0) ||
           form_field_is_secret(field->name));
    box_begin(h, field);
    Void(h, "input");
    box_named(h, field);
    Attr(h, "type", text_of(field->type));
    Attr(h, "autocomplete", text_of(field->autocomplete));
    if (field->value.size > 0)
        Attr(h, "value", field->value);
    (void)html_end(h, "div");
}

/* As many as what stands in it, within reason. */
static const char *text_rows(struct text value)
{
    size_t lines = 1;

    for (size_t i = 0; i < value.size; i++)
        lines += value.data[i] == '\n';
    return lines <= 4 ? "4" : lines <= 8 ? "8" : lines <= 12 ? "12" : "16";
}

void page_text_field(struct html *h, const struct field *field)
{
    box_begin(h, field);
    El(h, "textarea") {
        box_named(h, field);
        Attr(h, "rows", text_of(text_rows(field->value)));
        /* The first line end after the tag is the parser's. */
        if (field->value.size > 0 && field->value.data[0] == '\n')
            Lit(h, "\n");
        html_text(h, field->value);
    }
    (void)html_end(h, "div");
}

static void option(struct html *h, const struct field *field, const char *value,
                   const char *label)
{
    El(h, "option") {
        Attr(h, "value", text_of(value));
        if (text_is(field->value, value))
            Flag(h, "selected");
        html_phrase(h, text_of(label));
    }
}

void page_choice_field(struct html *h, const struct field *field, const char *none,
                       const struct choice choice[], size_t count)
{
    box_begin(h, field);
    El(h, "select") {
        box_named(h, field);
        if (none != NULL)
            option(h, field, "", none);
        for (size_t i = 0; i < count; i++)
            option(h, field, choice[i].value, choice[i].label);
    }
    (void)html_end(h, "div");
}

void page_file_field(struct html *h, const struct field *field, bool several)
{
    box_begin(h, field);
    Void(h, "input");
    box_named(h, field);
    LitAttr(h, "type", "file");
    if (several)
        Flag(h, "multiple");
    (void)html_end(h, "div");
}

void page_errors(struct request *request, struct html *h, const struct field field[],
                 size_t count)
{
    bool any = false;

    for (size_t i = 0; i < count; i++)
        any |= field[i].error != NULL;
    if (!any)
        return;
    El(h, "div") {
        LitAttr(h, "class", "errors");
        LitAttr(h, "role", "alert");
        El(h, "h2") page_say(request, h, WORD_WRONG);
        El(h, "ul") for (size_t i = 0; i < count; i++) {
            if (field[i].error == NULL)
                continue;
            El(h, "li") El(h, "a") {
                Href(h, "href", url_anchor(request->arena, field[i].name));
                html_text(h, text_of(field[i].error));
            }
        }
    }
}

void page_button(struct html *h, const char *words)
{
    El(h, "button") {
        LitAttr(h, "type", "submit");
        html_phrase(h, text_of(words));
    }
}

void page_button_say(const struct request *request, struct html *h, enum word word)
{
    El(h, "button") {
        LitAttr(h, "type", "submit");
        page_say(request, h, word);
    }
}

bool page_filter_begin(struct html *h, struct url url)
{
    (void)html_begin(h, "form");
    LitAttr(h, "class", "filter");
    LitAttr(h, "method", "get");
    Href(h, "action", url);
    return true;
}

bool page_filter_end(const struct request *request, struct html *h)
{
    El(h, "button") {
        LitAttr(h, "type", "submit");
        LitAttr(h, "class", "second");
        page_say(request, h, WORD_SHOW_THESE);
    }
    return html_end(h, "form");
}

void page_tick(struct html *h, const char *name, const char *label, bool ticked)
{
    El(h, "div") {
        LitAttr(h, "class", "field");
        El(h, "label") {
            LitAttr(h, "class", "tick");
            Void(h, "input");
            LitAttr(h, "type", "checkbox");
            Attr(h, "name", text_of(name));
            LitAttr(h, "value", "yes");
            if (ticked)
                Flag(h, "checked");
            html_phrase(h, text_of(label));
        }
    }
}

void page_pages(const struct request *request, struct html *h, const struct url *newest,
                const struct url *earlier)
{
    if (newest == NULL && earlier == NULL)
        return;
    El(h, "div") {
        LitAttr(h, "class", "pages");
        page_link(request, h, newest, WORD_NEWEST);
        page_link(request, h, earlier, WORD_EARLIER);
    }
}
