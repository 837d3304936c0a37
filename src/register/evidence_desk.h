/*
 * register/evidence_desk.h -- files over the counter: those that came with a request are kept as
 * evidence of the acting council, and one that is kept is sent.
 *
 * Any feature's row can do both: its `prepare` calls evidence_keep_sent(), or evidence_fetch(), its
 * `respond` goes on from what they left. Rights are the row's: whoever is let in may add files to
 * what the row is about, and may fetch what evidence_find() lets the council see.
 *
 *     { .verb = "risk attach", .method = ACTION_POST, .upload_most = UPLOAD_USUAL,
 *       .prepare = risk_attach_prepare, .respond = risk_attach, ... }
 *
 *     static enum err risk_attach_prepare(struct request *request)
 *     {
 *         return evidence_keep_sent(request, false);
 *     }
 *
 *     in risk_attach():   const struct evidence_kept *kept = request->work;
 *                         evidence_link(tx, arena, &deed, kept->file[0].hex, &subject, trouble)
 *
 * A file is kept in transactions of its own, before the row's: when that one fails the file stays,
 * linked to nothing; sent again, it is the same file.
 */
#ifndef OCHIL_EVIDENCE_DESK_H
#define OCHIL_EVIDENCE_DESK_H

#include "register/evidence_link.h"
#include "web/api_field.h"
#include "web/page_frame.h"

struct evidence_sent {
    struct text hex;                /* of the file, as it is kept */
    struct text name;               /* as it was given */
    bool        already;            /* it was there */
};

struct evidence_kept {
    struct evidence_sent file[SENT_FILES_MOST];
    size_t               count;
    const char          *refused;   /* a sentence, and no file: what was sent cannot be kept */
};

/* For `prepare`: keeps every file of the request; request->work is then a struct evidence_kept.
 * `personal`: they hold personal data. What is wrong with what was sent is `refused`; of a program
 * a Content-Digest that does not agree, too. */
MUST_USE enum err evidence_keep_sent(struct request *, bool personal);

/* Did who sent it say that it holds personal data? */
bool evidence_is_personal(const struct request *);

/* For `respond` of a call: the files were not kept, or there were none. */
enum err evidence_answer_unkept(struct request *);

/* A file as an object of JSON; what a call that gives such says of it, and what one takes that
 * keeps a file. */
void evidence_json(struct json *, const struct evidence_row *);
extern const struct api_field evidence_gives[], evidence_takes[];

/* For `prepare`: the file as the answer's body, read and verified whole. The trail has it, if it
 * holds personal data. ERR_MISSING: not for this council. request->work is then a struct
 * evidence_row. */
MUST_USE enum err evidence_fetch(struct request *, struct text hex);
/* For `respond`, behind it. */
enum err evidence_fetched(struct request *);

/* For `prepare`: the same in memory, for a file that is known not to be large. */
MUST_USE enum err evidence_bytes(struct request *, struct text hex, struct text *bytes);

/* The box for files in a form begun with UploadForm. */
void evidence_box(struct html *, const char *name, const char *label, const char *hint,
                  const char *error, bool several);

/* A record's files, each with the way to it: at `url`/HEX it is sent; at `url`/HEX/end it is taken
 * off, if `may_end` and it is the acting council's. Without any, the sentence. */
struct evidence_shown {
    const char                  *caption, *none;
    const struct evidence_links *links;
    struct url                   url;
    bool                         may_end;
};
void evidence_table(struct request *, struct html *, const struct evidence_shown *);

/* The page of a file. */
struct url evidence_url(struct arena *, struct text hex);
/* "1.5 MB"; for people. */
const char *evidence_size_shown(struct arena *, uint64_t bytes);

#endif
