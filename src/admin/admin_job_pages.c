#include "admin/admin_pages.h"

#include "store/job.h"

#define JOBS_SHOWN 50

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
        El(h, "td") html_text(h, job->kind);
        El(h, "td") html_text(h, text_of(job_state_word(job->state)));
        El(h, "td") page_moment(h, job->added_at);
        El(h, "td") html_text(h, job_state_ended(job->state) ? job->outcome : job->progress);
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
    El(h, "div") {
        LitAttr(h, "class", "scroll");
        LitAttr(h, "tabindex", "0");
        LitAttr(h, "role", "region");
        LitAttr(h, "aria-label", "Table");
        El(h, "table") {
            El(h, "caption") Lit(h, "Jobs, the newest first");
            El(h, "thead") El(h, "tr") {
                page_head(h, "Number");
                page_head(h, "What");
                page_head(h, "State");
                page_head(h, "Asked for");
                page_head(h, "How far, or what came of it");
            }
            El(h, "tbody") for (size_t i = 0; i < count; i++)
                row(request, h, &job[i]);
        }
    }
    if (count == JOBS_SHOWN)
        El(h, "p") El(h, "a") {
            const char *last = arena_print(request->arena, "%lld", (long long)job[count - 1].id);
            Href(h, "href", UrlArg(request->arena, Url("/jobs"), "below", text_of(last)));
            Lit(h, "Earlier jobs");
        }
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
        El(h, "p") Lit(h, "There is no job here. Long work, such as taking in an extract, becomes "
                          "one, and you may go on meanwhile.");
    else
        list(request, h, job, count);
    return page_end(request, h, 200);
}

static void moment_line(struct html *h, const char *label, struct moment moment)
{
    if (moment.ms == 0)
        return;
    El(h, "dt") html_text(h, text_of(label));
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
        page_entry(h, "State", text_of(job_state_word(job.state)));
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
    return answer_redirect(request, url_id(request->arena, Url("/jobs"), id));
}
