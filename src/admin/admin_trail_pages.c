#include "admin/admin_pages.h"

#include "store/council.h"
#include "store/trail_export.h"

enum err trail_show(struct request *request)
{
    struct html *h = page_begin(request, "Trail");

    El(h, "p") {
        Lit(h, "Everything that was done is in the trail, and nothing can be taken out of it. "
               "The export holds what ");
        html_text(h, admin_council_name(request, request->actor.acting));
        Lit(h, " may read; of the rest it holds the hashes, so that it can be verified as a "
               "whole, without this server: ");
        El(h, "code") Lit(h, "ochil trail verify trail.jsonl");
        Lit(h, ".");
    }
    El(h, "p") El(h, "a") {
        Href(h, "href", Url("/trail/export"));
        Lit(h, "Download the export (JSON lines)");
    }
    return page_end(request, h, 200);
}

struct code {
    struct request *request;
    struct text     code;
};

static enum err find_code(struct tx *tx, void *context, struct trouble *trouble)
{
    struct code *code = context;
    struct councils councils;
    enum err err = councils_read(tx, code->request->arena, &councils, trouble);

    for (size_t i = 0; i < councils.count && err == OK; i++)
        if (councils.council[i].id == code->request->actor.acting)
            code->code = councils.council[i].code;
    return err;
}

/* The whole of it, page by page in transactions of its own, into a file. */
enum err trail_download_prepare(struct request *request)
{
    const struct db_scope scope = { request->actor.acting, request->arena };
    struct code code = { request, { 0 } };
    struct answer_file out;
    struct trail_exported done;
    enum err err = db_read(request->site->db, scope, find_code, &code, request->trouble);

    if (err == OK)
        err = answer_file_begin(request, &out);
    if (err != OK)
        return err;
    const struct trail_exporting plan = { TRAIL_FOR_COUNCIL, code.code, 1, NULL };
    return trail_export(request->site->db, request->arena, &plan, &out.sink, &done,
                        request->trouble);
}

enum err trail_download(struct request *request)
{
    return answer_file_send(request, "application/jsonl", "trail.jsonl");
}
