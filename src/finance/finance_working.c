#include "finance/finance_working.h"

#include "cli/explain_view.h"
#include "finance/finance_pages.h"
#include "finance/finance_text_sink.h"

struct working_asked working_asked(struct request *request)
{
    return (struct working_asked){
        .run = request_number(request, "run"), .pool = request_field(request, "pool"),
        .period = request_field(request, "period"), .group = request_field(request, "group"),
        .kind = request_field(request, "kind"),
    };
}

static const char *terminated(struct arena *arena, struct text text)
{
    return arena_copy(arena, text.data, text.size);
}

static enum err open_run(struct request *request, struct working *working)
{
    struct memory_file *input;
    size_t inputs;
    enum err err = money_run_load(request->tx, request->arena, working->asked.run, &working->run,
                                  request->trouble);

    if (err == OK && working->run.state != RUN_CLOSED)
        return ERR_MISSING;
    if (err == OK)
        err = money_run_inputs_load(request->tx, request->arena, working->run.id, &input, &inputs,
                                    request->trouble);
    if (err != OK)
        return err;
    working->opened = true;
    return run_model_open(request->arena, input, inputs, working->run.book,
                          period_title(request->arena, working->run.year,
                                       (int)working->run.through - 1),
                          &working->model, request->trouble);
}

enum err working_load(struct request *request, const struct working_asked *asked,
                      struct working *out)
{
    struct arena *arena = request->arena;
    struct trouble unsaid = { .text = "" };

    *out = (struct working){ .asked = *asked };
    enum err err = open_run(request, out);
    if (err != OK || asked->pool.size == 0)
        return err;
    const struct explain_question question = {
        .pool = terminated(arena, asked->pool),
        .period = arena_print(arena, "%.*s/%.*s", TEXT(out->run.year), TEXT(asked->period)),
        .group = asked->group.size == 0 ? NULL : terminated(arena, asked->group),
    };
    err = explain_find(&out->model.partnership, &question, &out->explanation, &unsaid);
    if (err != OK)
        return err;
    explain_work_out(&out->explanation, &out->model.result);
    return OK;
}

void working_close(struct working *working)
{
    if (working->opened)
        run_model_close(&working->model);
}

bool working_shows(const struct working *working, const struct explained_figure *figure)
{
    return working->asked.kind.size == 0 ||
           text_is(working->asked.kind, kind_name[figure->kind]);
}

struct url working_url(struct request *request, int64_t run, const char *part, struct text pool,
                       int32_t period)
{
    struct arena *arena = request->arena;
    struct url url = url_segment(arena, url_id(arena, Url("/money/runs"), run), text_of(part));

    url = UrlArg(arena, url, "pool", pool);
    return UrlArg(arena, url, "period", text_of(arena_print(arena, "P%02d", (int)period + 1)));
}

struct url working_file_url(struct request *request, const struct working *working)
{
    const struct working_asked *asked = &working->asked;
    struct url url = working_url(request, asked->run, "working.json", asked->pool,
                                 working->explanation.period);

    if (asked->group.size > 0)
        url = UrlArg(request->arena, url, "group", asked->group);
    return url;
}

/* --- as the command line writes it --- */

enum err working_json(struct request *request, const struct working *working, struct text *bytes)
{
    struct explain_answer *answer = arena_take(request->arena, 1, sizeof *answer);
    struct text_sink sink;

    text_sink_open(&sink, request->arena);
    answer->partnership = working->model.partnership;
    answer->result = working->model.result;
    answer->explanation = working->explanation;
    const enum err err = figure_json_into(&sink.sink, request->arena, answer, request->trouble);
    *bytes = text_sink_bytes(&sink);
    return err;
}
