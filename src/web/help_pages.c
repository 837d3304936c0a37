#include "web/help_pages.h"

#include "web/page_frame.h"

/* --- which rows are pages --- */

/* A file to download has no description. */
static bool is_page(const struct action *action)
{
    return action->method == ACTION_GET && action->route != NULL &&
           action->description != NULL && action->right != MAY_FETCH &&
           action->right != MAY_LOCAL && strncmp(action->route, "/api/", 5) != 0;
}

/* "session list" stands at /help/session-list. */
static struct url row_url(struct arena *arena, const struct action *action)
{
    const size_t size = strlen(action->verb);
    char *word = arena_copy(arena, action->verb, size);

    for (size_t i = 0; i < size; i++)
        if (word[i] == ' ')
            word[i] = '-';
    return url_segment(arena, Url("/help"), (struct text){ word, size });
}

static bool is_named(const struct action *action, struct text word)
{
    if (strlen(action->verb) != word.size)
        return false;
    for (size_t i = 0; i < word.size; i++)
        if (word.data[i] != (action->verb[i] == ' ' ? '-' : action->verb[i]))
            return false;
    return true;
}

struct url help_url(struct request *request)
{
    const struct action *action;
    size_t feature = 0, row = 0;

    while ((action = action_next(request->site->features, &feature, &row)) != NULL)
        if (is_page(action) && strcmp(action->route, request->action->route) == 0)
            return row_url(request->arena, action);
    return Url("/help");
}

/* --- the list --- */

static void list_feature(struct request *request, struct html *h, const struct feature *feature)
{
    bool any = false;

    for (const struct action *action = feature->actions; action->verb != NULL; action++)
        any |= is_page(action);
    if (!any)
        return;
    El(h, "h2") html_text(h, text_of(feature->title));
    El(h, "ul") for (const struct action *action = feature->actions; action->verb != NULL;
                     action++) {
        if (!is_page(action))
            continue;
        El(h, "li") El(h, "a") {
            Href(h, "href", row_url(request->arena, action));
            html_text(h, text_of(action->summary));
        }
    }
}

enum err help_list(struct request *request)
{
    struct html *h = page_begin(request, "Help");

    El(h, "p") Lit(h, "Each page has a help page of its own; a link to it stands at its foot. "
                      "These are all of them, whether or not your roles let you see the page.");
    for (size_t i = 0; request->site->features[i] != NULL; i++)
        list_feature(request, h, request->site->features[i]);
    return page_end(request, h, 200);
}

/* --- one page --- */

/* Paragraphs have a blank line between them. */
static void paragraphs(struct html *h, const char *text)
{
    while (text != NULL && *text != '\0') {
        const char *end = strstr(text, "\n\n");
        const size_t size = end == NULL ? strlen(text) : (size_t)(end - text);

        El(h, "p") html_text(h, (struct text){ text, size });
        text = end == NULL ? NULL : end + 2;
    }
}

static bool has_words(const struct action *page, const struct action *action)
{
    const size_t size = strlen(page->route);

    return action->route != NULL && action->method != ACTION_GET &&
           strncmp(action->route, page->route, size) == 0 &&
           (action->route[size] == '\0' || (size > 1 && action->route[size] == '/'));
}

static void what_can_be_done(struct html *h, const struct feature *feature,
                             const struct action *page)
{
    bool any = false;

    for (const struct action *action = feature->actions; action->verb != NULL; action++)
        any |= has_words(page, action);
    if (!any)
        return;
    El(h, "h2") Lit(h, "What you can do there");
    El(h, "ul") for (const struct action *action = feature->actions; action->verb != NULL;
                     action++)
        if (has_words(page, action))
            El(h, "li") html_text(h, text_of(action->summary));
}

static void who_sees(struct html *h, enum right right)
{
    El(h, "h2") Lit(h, "Who can see it");
    El(h, "ul") {
        if (right == MAY_ANYBODY)
            El(h, "li") Lit(h, "anybody, signed in or not");
        if (right == MAY_OWN)
            El(h, "li") Lit(h, "everybody who is signed in, each their own");
        for (enum role role = 0; role < ROLES; role++)
            if (role_gives(role, right))
                El(h, "li") html_text(h, text_of(role_title(role)));
    }
}

static enum err show(struct request *request, const struct feature *feature,
                     const struct action *page)
{
    struct html *h = page_begin(request, page->summary);

    paragraphs(h, page->description);
    what_can_be_done(h, feature, page);
    who_sees(h, (enum right)page->right);
    if (strchr(page->route, '{') == NULL)
        El(h, "p") El(h, "a") {
            Href(h, "href", url_literal(page->route, strlen(page->route)));
            Lit(h, "Go to the page");
        }
    return page_end(request, h, 200);
}

enum err help_show(struct request *request)
{
    const struct text word = request_word(request, "page");

    for (size_t i = 0; request->site->features[i] != NULL; i++) {
        const struct feature *feature = request->site->features[i];
        for (const struct action *action = feature->actions; action->verb != NULL; action++)
            if (is_page(action) && is_named(action, word))
                return show(request, feature, action);
    }
    return ERR_MISSING;
}

/* --- accessibility --- */

enum err accessibility_show(struct request *request)
{
    struct html *h = page_begin(request, "Accessibility");

    El(h, "p") Lit(h, "Everybody should be able to use these pages: by keyboard alone, enlarged to "
                      "400 per cent, read aloud, in the dark, in high contrast, on paper, on a "
                      "telephone, and without script.");
    El(h, "h2") Lit(h, "How far they do");
    El(h, "p") Lit(h, "They are made to meet the Web Content Accessibility Guidelines 2.2, level "
                      "AA. Every version is tested by a program (axe-core) on every page, at the "
                      "widths of 1280, 375 and 320 pixels, light and dark. A program finds a part "
                      "of what can be wrong; people who depend on it have not yet tested these "
                      "pages.");
    El(h, "h2") Lit(h, "What is known to be wanting");
    El(h, "p") Lit(h, "Most words of the Gaelic pages are English still; they are marked as such "
                      "for programs that read aloud.");
    El(h, "h2") Lit(h, "If something keeps you out");
    El(h, "p") Lit(h, "Tell your council, in whatever way is easiest for you; it may ask for the "
                      "same in another form. If its answer does not help, the Equality Advisory "
                      "and Support Service can. The Equality and Human Rights Commission enforces "
                      "the Public Sector Bodies (Websites and Mobile Applications) (No. 2) "
                      "Accessibility Regulations 2018.");
    return page_end(request, h, 200);
}

/* --- the language --- */

/* Back to the page on which it was chosen. */
enum err language_change(struct request *request)
{
    const struct text chosen = request_field(request, "language");
    struct url back;

    if (!url_sent(request_field(request, "back"), &back))
        back = Url("/");
    answer_language(request, text_is(chosen, language_code(GAELIC)) ? GAELIC : ENGLISH);
    return answer_redirect(request, back);
}
