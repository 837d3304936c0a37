#include "admin/admin_pages.h"

#include "identity/session.h"

static void row(struct request *request, struct html *h, const struct session_row *session)
{
    const bool this = session->id == request->actor.session;
    const struct url end = url_id(request->arena, Url("/sessions"), session->id);

    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            page_moment(h, session->made_at);
        }
        El(h, "td") page_moment(h, session->seen_at);
        page_cell(h, session->acting);
        El(h, "td") {
            if (this)
                page_tag(h, TAG_NEWS, "This one");
            else
                Form(request, h, url_segment(request->arena, end, text_of("end")))
                    page_button(h, "End it");
        }
    }
}

enum err sessions_show(struct request *request)
{
    static const struct column columns[] = {
        { "Begun", COLUMN_WORDS },
        { "Last used", COLUMN_WORDS },
        { "Acting for", COLUMN_WORDS },
        { "End", COLUMN_WORDS },
    };
    struct sessions sessions;
    struct html *h = page_begin(request, "Where you are signed in");
    enum err err = session_list(request->tx, request->arena, request->happening.now,
                                &request->actor, &sessions, request->trouble);

    if (err != OK)
        return err;
    El(h, "p") Lit(h, "A session ends after an hour without use, and after twelve hours. End what "
                      "you do not know, and tell your administrator.");
    El(h, "p") {
        const struct actor *actor = &request->actor;
        const int64_t idle_ms = request->happening.now.ms + SESSION_IDLE_MS;
        Lit(h, "This one ends ");
        page_moment(h, (struct moment){ idle_ms < actor->ends_at.ms ? idle_ms
                                                                    : actor->ends_at.ms });
        Lit(h, " if you do nothing more, and ");
        page_moment(h, actor->ends_at);
        Lit(h, " at the latest. What you have typed and send later is kept until you have signed "
               "in again.");
    }
    Table(h, "Your sessions, the newest first", columns)
        for (size_t i = 0; i < sessions.count; i++)
            row(request, h, &sessions.session[i]);
    return page_end(request, h, 200);
}

enum err session_revoke(struct request *request)
{
    enum err err = session_end(request->tx, &request->happening, &request->actor,
                               request_number(request, "session"), "session.revoke",
                               request->trouble);

    return err != OK ? err : answer_done(request, Url("/sessions"),
                                          WORD_DONE_SESSION_ENDED);
}
