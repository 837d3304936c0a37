#include "admin/admin_pages.h"

#include "store/job.h"

#define JOBS_SHOWN 50

static void state_tag(struct html *h, enum job_state state)
{
    static const enum tag_kind kind[JOB_STATES] = {
        [JOB_RUNNING] = TAG_NEWS, [JOB_DONE] = TAG_GOOD, [JOB_FAILED] = TAG_BAD,
    };

    page_tag(h, kind[state], job_state_word(state));
}

static void row(struct request *request, struct html *h, const struct job *job)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            El(h, "a") {
                Href(h, "href", url_id(request->arena, Url("/jobs"), job->id));
                html_int(h, job->id);
            }
        }
        page_cell(h, job->kind);
        El(h, "td") state_tag(h, job->state);
        El(h, "td") page_moment(h, job->added_at);
        page_cell(h, job_state_ended(job->state) ? job->outcome : job->progress);
    }
}

/* ?below=17: the jobs before number 17. */
static int64_t read_below(const struct request *request)
{
    const struct text below = request_field(request, "below");

    return below.size >= 1 && below.size <= 18 && text_digits(below, 0) == below.size
               ? route_number(below) : 0;
}

static void list(struct request *request, struct html *h, const struct job *job, size_t count)
{
    static const struct column columns[] = {
        { "Number", COLUMN_WORDS },
        { "What", COLUMN_WORDS },
        { "State", COLUMN_WORDS },
        { "Asked for", COLUMN_WORDS },
        { "How far, or what came of it", COLUMN_WORDS },
    };
    const struct url newest = Url("/jobs");
    struct url earlier;

    Table(h, "Jobs, the newest first", columns)
        for (size_t i = 0; i < count; i++)
            row(request, h, &job[i]);
    const char *last = arena_print(request->arena, "%lld", (long long)job[count - 1].id);
    earlier = UrlArg(request->arena, newest, "below", text_of(last));
    page_pages(request, h, read_below(request) > 0 ? &newest : NULL,
               count == JOBS_SHOWN ? &earlier : NULL);
}

enum err jobs_show(struct request *request)
{
    const struct job_filter filter = { .council = request->council, .kind = { "", 0 },
                                       .below = read_below(request), .rows = JOBS_SHOWN };
    struct job *job = NULL;
    size_t count = 0;
    enum err err = job_list(request->tx, request->arena, &filter, &job, &count,
                            request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, "Jobs");
    if (count == 0)
        page_empty(h, "There is no job here.",
                   "Long work, such as taking in an extract, becomes a job, and you may go on "
                   "meanwhile. Come back when you have begun some.");
    else
        list(request, h, job, count);
    return page_end(request, h, 200);
}

static void moment_line(struct html *h, const char *label, struct moment moment)
{
    if (moment.ms == 0)
        return;
    El(h, "dt") html_phrase(h, text_of(label));
    El(h, "dd") page_moment(h, moment);
}

static void progress(struct html *h, const struct job *job)
{
    if (job_state_ended(job->state) || job->progress_at.ms == 0)
        return;
    El(h, "dt") Lit(h, "How far it is");
    El(h, "dd") {
        html_text(h, job->progress);
        if (job->of > 0) {
            Lit(h, " (");
            html_int(h, job->done);
            Lit(h, " of ");
            html_int(h, job->of);
            Lit(h, ")");
        }
    }
}

enum err job_show(struct request *request)
{
    struct job job;
    enum err err = job_load(request->tx, request->arena, request->council,
                            request_number(request, "job"), &job, request->trouble);

    if (err != OK)
        return err;
    struct html *h = page_begin(request, arena_print(request->arena, "Job %lld",
                                                     (long long)job.id));
    El(h, "dl") {
        page_entry(h, "What", job.kind);
        El(h, "dt") Lit(h, "State");
        El(h, "dd") state_tag(h, job.state);
        page_entry(h, "Asked for by", job.asked_by);
        moment_line(h, "Asked for", job.added_at);
        progress(h, &job);
        moment_line(h, "Told last", job.progress_at);
        moment_line(h, "Ended", job.ended_at);
        if (job.outcome.size > 0)
            page_entry(h, "What came of it", job.outcome);
    }
    if (job.cancel_wanted && !job_state_ended(job.state))
        El(h, "p") Lit(h, "It was told to stop, and will at the next good place.");
    else if (!job_state_ended(job.state) && actor_may(&request->actor, MAY_STOP_JOBS)) {
        const struct url url = url_id(request->arena, Url("/jobs"), job.id);
        Form(request, h, url_segment(request->arena, url, text_of("cancel")))
            page_button(h, "Stop it");
    }
    return page_end(request, h, 200);
}

enum err job_stop(struct request *request)
{
    const int64_t id = request_number(request, "job");
    const struct job_cancel cancel = { request->happening.now, request->council, id,
                                       text_of(request->actor.login),
                                       request->happening.request };
    enum err err = job_cancel(request->tx, request->site->outside, &cancel, request->trouble);

    /* It ended meanwhile: the page says how. */
    if (err != OK && err != ERR_CONFLICT)
        return err;
    const struct url page = url_id(request->arena, Url("/jobs"), id);
    return err == OK ? answer_done(request, page, WORD_DONE_JOB_TOLD)
                     : answer_redirect(request, page);
}
