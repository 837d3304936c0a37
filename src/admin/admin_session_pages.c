#include "admin/admin_pages.h"

#include "identity/session.h"

static void row(struct request *request, struct html *h, const struct session_row *session)
{
    const bool this = session->id == request->actor.session;
    const struct url end = url_id(request->arena, Url("/sessions"), session->id);

    El(h, "tr") {
        El(h, "td") page_moment(h, session->made_at);
        El(h, "td") page_moment(h, session->seen_at);
        El(h, "td") html_text(h, session->acting);
        El(h, "td") {
            if (this)
                Lit(h, "This one");
            else
                Form(request, h, url_segment(request->arena, end, text_of("end")))
                    page_button(h, "End it");
        }
    }
}

enum err sessions_show(struct request *request)
{
    struct sessions sessions;
    struct html *h = page_begin(request, "Where you are signed in");
    enum err err = session_list(request->tx, request->arena, request->happening.now,
                                &request->actor, &sessions, request->trouble);

    if (err != OK)
        return err;
    El(h, "p") Lit(h, "A session ends after an hour without use, and after twelve hours. End what "
                      "you do not know, and tell your administrator.");
    El(h, "div") {
        LitAttr(h, "class", "scroll");
        LitAttr(h, "tabindex", "0");
        LitAttr(h, "role", "region");
        LitAttr(h, "aria-label", "Table");
        El(h, "table") {
            El(h, "caption") Lit(h, "Your sessions");
            El(h, "thead") El(h, "tr") {
                static const char *const head[] = { "Begun", "Last used", "Acting for", "End" };
                for (size_t i = 0; i < COUNT(head); i++)
                    page_head(h, head[i]);
            }
            El(h, "tbody") for (size_t i = 0; i < sessions.count; i++)
                row(request, h, &sessions.session[i]);
        }
    }
    return page_end(request, h, 200);
}

enum err session_revoke(struct request *request)
{
    enum err err = session_end(request->tx, &request->happening, &request->actor,
                               request_number(request, "session"), "session.revoke",
                               request->trouble);

    return err != OK ? err : answer_redirect(request, Url("/sessions"));
}
