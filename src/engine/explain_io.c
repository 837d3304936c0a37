#include "engine/explain_io.h"

/* Reads and settles; ERR_REFUSED if there are faults. */
static enum err settle_all(const struct explain_request *request, bool hashes,
                           struct explain_answer *answer, struct trouble *trouble)
{
    struct partnership *partnership = &answer->partnership;
    enum err err = partnership_read(partnership, request->threads, hashes, request->watch,
                                    trouble);

    if (err == OK && !partnership_is_refused(partnership))
        err = partnership_settle(partnership, NULL, &answer->result, trouble);
    if (err != OK || !partnership_is_refused(partnership))
        return err;
    faults_sort(&partnership->faults);
    return ERR_REFUSED;
}

static enum err explain_figure_asked(const struct explain_request *request,
                                     struct explain_answer *answer, struct trouble *trouble)
{
    struct explanation *explanation = &answer->explanation;
    enum err err = explain_find(&answer->partnership, &request->question, explanation, trouble);

    if (err == OK)
        err = settle_all(request, true, answer, trouble);
    if (err != OK)
        return err;
    explain_work_out(explanation, &answer->result);
    return explain_lines(explanation, request->question.lines, request->watch, trouble);
}

/* A line is judged in a refused folder too; its shares are not known then. */
static enum err explain_line_asked(const struct explain_request *request,
                                   struct explain_answer *answer, struct trouble *trouble)
{
    struct line_story *story = &answer->story;
    enum err err = story_find(&answer->partnership, request->line, story, trouble);

    if (err == OK)
        err = story_judge(story, request->watch, trouble);
    if (err == OK)
        err = settle_all(request, false, answer, trouble);
    if (err == OK)
        story_settle(story, &answer->result);
    return err == ERR_REFUSED ? OK : err;
}

static enum err answer_question(const struct explain_request *request, struct arena *arena,
                                struct explain_answer *answer, struct trouble *trouble)
{
    struct partnership *partnership = &answer->partnership;
    enum err err;

    ARENA_KEEP(outer, arena);
    if (ARENA_GUARD(arena))
        return fail(trouble, ERR_IO, "out of memory");
    err = folder_source_open(&answer->source, request->outside, request->folder, trouble);
    if (err != OK)
        return err;
    answer->reading = true;
    err = partnership_load(partnership, &answer->source.source, arena, request->book,
                           request->through, trouble);
    if (err != OK)
        return err;
    if (!partnership->usable) {
        faults_sort(&partnership->faults);
        return ERR_REFUSED;
    }
    return request->line != NULL ? explain_line_asked(request, answer, trouble)
                                 : explain_figure_asked(request, answer, trouble);
}

enum err explain_open(const struct explain_request *request, struct arena *arena,
                      struct explain_answer *answer, struct trouble *trouble)
{
    *answer = (struct explain_answer){ 0 };
    return answer_question(request, arena, answer, trouble);
}

void explain_close(struct explain_answer *answer)
{
    if (answer->reading)
        folder_source_close(&answer->source);
    partnership_close(&answer->partnership);
}
