#include "governance/governance_policy.h"

#include "governance/governance_sql.h"
#include "governance/governance_table.h"
#include "register/register_rows.h"
#include "register/two_key_desk.h"

#define ABOUT                                                                                    \
    "A policy is how a council does something, adopted by a decision: which post owns it, where " \
    "its text is kept, when it is looked at again. It is one council's, or common to both when "  \
    "both have agreed."

enum { TITLE, AREA, SUMMARY, KEPT, OWNER_POST, REVIEW_DUE, ADOPTED, COMMON_FROM, COMMON_UNTIL,
       SERVICE, FIELDS };

static const char *const areas[] = { "conduct", "finance", "information", "people", "procurement",
                                     "service", NULL };

static const struct field_form fields[FIELDS] = {
    [TITLE] = { "title", "Policy", "Its name", FIELD_LINE, .required = true, .most = 200 },
    [AREA] = { "area", "Area", NULL, FIELD_CHOICE, .required = true, .choices = areas },
    [SUMMARY] = { "summary", "What it says", "In a few sentences", FIELD_TEXT, .required = true,
                  .most = 4000 },
    [KEPT] = { "kept", "Where it is kept", "Address or file number of its text", FIELD_LINE,
               .most = 300 },
    [OWNER_POST] = { "owner_post", "Owner", "The post that answers for it", FIELD_LINE,
                     .required = true, .most = 100 },
    [REVIEW_DUE] = { "review_due", "Next review", "A day as 2026-04-01", FIELD_DAY,
                     .required = true },
    [ADOPTED] = { "adopted", "Adopted by", "The decision: body, date, minute", FIELD_LINE,
                  .most = 200 },
    [COMMON_FROM] = { "common_from", "Common from", NULL, FIELD_DAY, .fixed = true },
    [COMMON_UNTIL] = { "common_until", "Common until", NULL, FIELD_DAY, .fixed = true },
    [SERVICE] = FIELD_OF_SERVICE,
};

static const char *const states[] = { "draft", "adopted", "withdrawn", NULL };
static const struct register_step steps[] = {
    { "draft", "adopt", "adopted" },        { "draft", "withdraw", "withdrawn" },
    { "adopted", "withdraw", "withdrawn" }, { "withdrawn", "restore", "draft" },
    { NULL, NULL, NULL },
};
static const char *const columns[] = { "title", "area", "service", "owner_post", "state", "adopted",
                                       "common_from", "common_until", "review_due", "sharing",
                                       NULL };
static const char *const brief[] = { "title", "area", "common_from", "review_due", NULL };
static const char *const filters[] = { "area", "service", "state", "owner_post", "sharing", NULL };

static bool is_common(const struct entry *policy)
{
    return policy->field[COMMON_FROM].size > 0 && policy->field[COMMON_UNTIL].size == 0;
}

static const char *refuses(const struct entry *policy, const char *event)
{
    if (strcmp(event, "adopt") == 0 && policy->field[ADOPTED].size == 0)
        return "Say by which decision it is adopted; then it is.";
    if (strcmp(event, "withdraw") == 0 && is_common(policy))
        return "It is common: first both councils agree that it is no longer.";
    if (strcmp(event, "share") == 0 && policy->field[COMMON_FROM].size > 0 &&
        policy->sharing != SHARING_JOINT)
        return "What is or was common stays joint.";
    return NULL;
}

/* --- its page --- */

struct proposals {
    struct two_key_proposal *proposal;
    size_t                   count;
    struct councils          councils;
    bool                     may_prepare;
};

static enum err gather(struct request *request, struct entry_page *page)
{
    struct proposals *found = arena_take(request->arena, 1, sizeof *found);
    const struct two_key_filter filter = {
        .council = request->actor.acting, .kind = text_of(policy_kind.name),
        .subject = page->entry.reference, .rows = TWO_KEY_ROWS_MAX,
    };

    page->more = found;
    found->may_prepare = actor_may(&request->actor, MAY_PREPARE_PROPOSAL) &&
                         actor_may(&request->actor, MAY_PREPARE_POLICY);
    enum err err = councils_read(request->tx, request->arena, &found->councils, request->trouble);
    if (err == OK)
        err = two_key_list(request->tx, request->arena, &filter, &found->proposal, &found->count,
                           request->trouble);
    return err;
}

/* "Stirling: Council, 26 June 2014, minute 12" for each council that has turned its key. */
static void decisions(struct html *h, const struct proposals *found,
                      const struct two_key_proposal *proposal)
{
    for (size_t i = 0; i < proposal->key.turn_count; i++) {
        const struct two_key_agreement *agreement = &proposal->agreement[i];
        El(h, "p") {
            html_text(h, two_key_council(&found->councils, agreement->council, false));
            Lit(h, ": ");
            html_text(h, agreement->decision.body);
            Lit(h, ", ");
            if (agreement->decision.decided)
                page_day(h, agreement->decision.day);
            Lit(h, ", ");
            html_text(h, agreement->decision.minute);
        }
    }
}

static void proposal_row(struct request *request, struct html *h, const struct proposals *found,
                         const struct two_key_proposal *proposal)
{
    El(h, "tr") {
        El(h, "th") {
            LitAttr(h, "scope", "row");
            link_to(h, url_id(request->arena, Url("/proposals"), proposal->place.id),
                    arena_print(request->arena, "Proposal %lld", (long long)proposal->place.id));
        }
        page_cell(h, word_shown(request->arena,
                                text_of(two_key_state_word(proposal->key.state))));
        El(h, "td") page_day(h, (struct db_day){ proposal->key.effective_days });
        El(h, "td") decisions(h, found, proposal);
    }
}

static void more(struct request *request, struct html *h, const struct entry_page *page)
{
    static const struct column heads[] = {
        { "Proposal", COLUMN_WORDS }, { "State", COLUMN_WORDS }, { "From", COLUMN_WORDS },
        { "Decisions", COLUMN_WORDS },
    };
    const struct proposals *found = page->more;

    El(h, "h2") Lit(h, "Common or individual");
    El(h, "p") html_text(h, text_of(is_common(&page->entry)
        ? "Both councils have agreed that it is common, from the day above."
        : "It is individual. It becomes common when each council has agreed, by a decision of its "
          "own."));
    if (found->count > 0)
        Table(h, "Proposals about it", heads)
            for (size_t i = 0; i < found->count; i++)
                proposal_row(request, h, found, &found->proposal[i]);
    if (!found->may_prepare)
        return;
    if (page->entry.sharing != SHARING_JOINT)
        El(h, "p") Lit(h, "To propose that it becomes common, let its council make it joint.");
    else
        El(h, "p") link_to(h, UrlArg(request->arena, Url("/new-proposal?kind=policy"), "subject",
                                     page->entry.reference),
                           is_common(&page->entry) ? "Propose that it is common no longer"
                                                   : "Propose that it becomes common");
}

const struct register_type policy_register = {
    .one = "policy", .many = "policies", .a = "a policy", .about = ABOUT,
    .may_see = MAY_SEE_POLICY, .may_edit = MAY_EDIT_POLICY,
    .fields = fields, .field_count = FIELDS, .states = states, .steps = steps,
    .columns = columns, .brief = brief,
    .filters = filters, .sql = REGISTER_SQL(policy), .refuses = refuses,
    .gather = gather, .more = more,
};

/* --- what both councils agree to --- */

static const struct two_key_field kind_fields[] = {
    { "standing", "The policy becomes", "common, or individual.", false, true, 20 },
    { "terms", "What is agreed", "Such as: who keeps its text, how it is changed.", true, true,
      4000 },
    { NULL, NULL, NULL, false, false, 0 },
};

static const char *judge(const struct two_key_judging *judging, size_t *field)
{
    const struct text standing = form_value(judging->content, "standing");

    *field = 0;
    return text_is(standing, "common") || text_is(standing, "individual")
               ? NULL : "Write common, or individual.";
}

/* The day is written into the policy, and into its history. */
static enum err effect(struct tx *tx, struct arena *arena, const struct two_key_act *act,
                       const struct two_key_proposal *proposal, struct trouble *trouble)
{
    const struct form content = two_key_content(arena, proposal->payload);
    const bool common = text_is(form_value(&content, "standing"), "common");
    const struct happening at = { act->now, act->outside, act->request };
    const struct register_deed deed = {
        .happening = &at, .arena = arena, .council = act->council, .login = act->login,
        .action = "policy.agreed",
        .why = text_of(arena_print(arena, "Agreed by each council: proposal %lld",
                                   (long long)proposal->place.id)),
    };
    const struct entry_asker program = { .council = act->council };
    struct entry was, now;
    char day[DB_DAY_TEXT];
    const enum err err = entry_load(tx, arena, &policy_register, &program, proposal->subject,
                                    &was, trouble);

    if (err == ERR_MISSING || (err == OK && was.sharing != SHARING_JOINT))
        return fail(trouble, ERR_REFUSED, "There is no joint policy %.*s; its council must make it "
                    "joint first.", TEXT(proposal->subject));
    if (err != OK)
        return err;
    now = was;
    db_day_print((struct db_day){ proposal->key.effective_days }, day);
    now.field[common ? COMMON_FROM : COMMON_UNTIL] = text_of(arena_copy(arena, day, strlen(day)));
    if (common)
        now.field[COMMON_UNTIL] = text_of("");
    return entry_save(tx, &policy_register, &deed, &was, &now, trouble);
}

const struct two_key_kind policy_kind = {
    .name = "policy",
    .title = "Common policy",
    .purpose = "That a policy is common to the councils from a day on, or individual again.",
    .subject = "Which policy",
    .subject_hint = "Its number, as CLK-3. It must be joint.",
    .prepare = MAY_PREPARE_POLICY,
    .agree = MAY_AGREE_POLICY,
    .fields = kind_fields,
    .judge = judge,
    .effect = effect,
};

static const struct action actions[] = {
    REGISTER_ROWS(policy_register, "policy", "policies", "a policy", MAY_SEE_POLICY,
                  MAY_EDIT_POLICY, ABOUT),
    { 0 },
};
const struct feature policy_feature = { "policy", "Policies", actions };
