#include "web/page_frame.h"

#include <assert.h>
#include <stdio.h>

#include "trail/trail_time.h"

/* What is in the head of every page. */
static void head(struct html *h, const char *title)
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
        El(h, "title") {
            html_text(h, text_of(title));
            Lit(h, " - Ochil");
        }
    }
}

static void navigation(struct request *request, struct html *h)
{
    static const struct {
        const char *label;
        const char *path;
        enum right  right;
    } link[] = {
        { "Home", "/", MAY_OWN },
        { "Risks", "/risks", MAY_SEE_RISK },
        { "Jobs", "/jobs", MAY_SEE_JOBS },
        { "Trail", "/trail", MAY_READ_TRAIL },
        { "People", "/people", MAY_SEE_PEOPLE },
        { "Key", "/council/key", MAY_SET_KEY },
        { "Sessions", "/sessions", MAY_OWN },
        { "Tokens", "/tokens", MAY_OWN },
    };

    El(h, "nav") {
        LitAttr(h, "aria-label", "Main");
        El(h, "ul") {
            for (size_t i = 0; i < COUNT(link); i++) {
                if (!actor_may(&request->actor, link[i].right))
                    continue;
                El(h, "li") El(h, "a") {
                    Href(h, "href", url_literal(link[i].path, strlen(link[i].path)));
                    if (text_is(request->http->path, link[i].path))
                        LitAttr(h, "aria-current", "page");
                    html_text(h, text_of(link[i].label));
                }
            }
            El(h, "li") Form(request, h, Url("/logout")) page_button(h, "Sign out");
        }
    }
}

struct html *page_begin(struct request *request, const char *title)
{
    struct html *h = html_document(request->arena);

    (void)html_begin(h, "html");
    LitAttr(h, "lang", "en-GB");
    head(h, title);
    (void)html_begin(h, "body");
    El(h, "a") {
        LitAttr(h, "class", "skip");
        Href(h, "href", Url("#main"));
        Lit(h, "Skip to the main part");
    }
    El(h, "header") {
        El(h, "p") {
            LitAttr(h, "class", "site");
            Lit(h, "Ochil");
        }
        if (request->actor.session != 0)
            navigation(request, h);
    }
    (void)html_begin(h, "main");
    LitAttr(h, "id", "main");
    El(h, "h1") html_text(h, text_of(title));
    return h;
}

enum err page_end(struct request *request, struct html *h, int status)
{
    (void)html_end(h, "main");
    El(h, "footer") El(h, "p") {
        Lit(h, "Ochil ");
        html_text(h, text_of(OCHIL_VERSION));
    }
    (void)html_end(h, "body");
    (void)html_end(h, "html");
    if (!html_ok(h))
        return fail(request->trouble, ERR_BUG, "the page of %s is not well formed",
                    request->action->route);
    return answer_bytes(request, status, "text/html; charset=utf-8", html_bytes(h));
}

/* --- forms --- */

bool page_form_begin(struct request *request, struct html *h, struct url url)
{
    char token[SHA256_HEX_SIZE] = "";

    /* Without chance or SHA-256 the form stays without a token, and is refused when it is sent. */
    (void)(request_form_token(request, token) != OK);
    (void)html_begin(h, "form");
    LitAttr(h, "method", "post");
    Href(h, "action", url);
    Void(h, "input");
    LitAttr(h, "type", "hidden");
    LitAttr(h, "name", "form_token");
    Attr(h, "value", text_of(token));
    return true;
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
        html_text(h, text_of(words));
    }
}

void page_field(struct html *h, const struct field *field)
{
    char described[160];

    (void)snprintf(described, sizeof described, "%s%s%s%s",
                   field->hint != NULL ? field->name : "", field->hint != NULL ? "-hint " : "",
                   field->error != NULL ? field->name : "", field->error != NULL ? "-error" : "");
    El(h, "div") {
        Attr(h, "class", text_of(field->error != NULL ? "field wrong" : "field"));
        El(h, "label") {
            Attr(h, "for", text_of(field->name));
            html_text(h, text_of(field->label));
        }
        note(h, field, "hint", field->hint);
        note(h, field, "error", field->error);
        Void(h, "input");
        Attr(h, "id", text_of(field->name));
        Attr(h, "name", text_of(field->name));
        Attr(h, "type", text_of(field->type));
        Attr(h, "autocomplete", text_of(field->autocomplete));
        if (field->value.size > 0)
            Attr(h, "value", field->value);
        if (field->hint != NULL || field->error != NULL)
            Attr(h, "aria-describedby", text_of(described));
        if (field->error != NULL)
            LitAttr(h, "aria-invalid", "true");
    }
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
        El(h, "h2") Lit(h, "There is something to correct");
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
        html_text(h, text_of(words));
    }
}

void page_head(struct html *h, const char *words)
{
    El(h, "th") {
        LitAttr(h, "scope", "col");
        html_text(h, text_of(words));
    }
}

void page_entry(struct html *h, const char *label, struct text value)
{
    El(h, "dt") html_text(h, text_of(label));
    El(h, "dd") html_text(h, value);
}

void page_moment(struct html *h, struct moment moment)
{
    static const char *const month[] = { "January", "February", "March", "April", "May", "June",
                                         "July", "August", "September", "October", "November",
                                         "December" };
    char iso[TRAIL_TIME_SIZE], words[48];

    trail_time_print(moment.ms, iso);
    const int number = (iso[5] - '0') * 10 + iso[6] - '0';
    const int day = (iso[8] - '0') * 10 + iso[9] - '0';
    (void)snprintf(words, sizeof words, "%d %s %.4s, %.5s UTC", day, month[number - 1], iso,
                   iso + 11);
    El(h, "time") {
        Attr(h, "datetime", text_of(iso));
        html_text(h, text_of(words));
    }
}
