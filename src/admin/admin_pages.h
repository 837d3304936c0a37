/*
 * admin/admin_pages.h -- the handlers of admin_table.c.
 */
#ifndef OCHIL_ADMIN_PAGES_H
#define OCHIL_ADMIN_PAGES_H

#include "identity/account.h"
#include "identity/sealed.h"
#include "web/page_frame.h"

/* admin_first_pages.c: a council's first administrator. */
enum err first_show(struct request *);
enum err first_prepare(struct request *);
enum err first_make(struct request *);

/* There, too: a password that is chosen, typed twice. */
enum { PASSWORD, PASSWORD_AGAIN, PASSWORD_FIELDS };
void admin_password_fields(struct field[PASSWORD_FIELDS]);
/* Is it fit for this login name? Else a field has an error. Outside any transaction. */
MUST_USE enum err admin_password_judge(const struct request *, struct text login,
                                       struct field[PASSWORD_FIELDS], bool *good);
enum err admin_link_unusable(struct request *);

/* admin_password_pages.c: by a link that an administrator made. */
enum err password_show(struct request *);
enum err password_prepare(struct request *);
enum err password_choose(struct request *);

/* admin_people_pages.c: who can sign in for the acting council, and who has a role there. */
enum err people_show(struct request *);
enum err person_invite(struct request *);
enum err person_grant(struct request *);
enum err person_grant_end(struct request *);
enum err person_show(struct request *);
enum err person_link(struct request *);
enum err person_close(struct request *);
enum err person_second_reset(struct request *);
enum err person_unlink(struct request *);
/* There, too: a new link for the owner of an account to choose a password, shown this once. */
enum err admin_show_link(struct request *, const struct account *);

/* admin_login_pages.c */
enum err login_show(struct request *);
enum err login_prepare(struct request *);
enum err login_make(struct request *);
enum err logout_make(struct request *);

/* admin_second_pages.c: one's own second factor. */
enum err second_show(struct request *);
enum err second_offer(struct request *);
enum err second_confirm(struct request *);
enum err second_codes(struct request *);

/* There, too: is `code` a fresh one of the actor's secret? `*counter` as totp_match() has it. */
MUST_USE enum err admin_second_matches(struct request *, const struct actor *, struct text sealed,
                                       int64_t used, struct text code, int64_t *counter);

/* And the form's code beside a right password, if the account has a second factor: is it fresh? It
 * is used then. In a writing transaction. */
struct second_factor;
MUST_USE enum err admin_code_good(struct request *, const struct actor *,
                                  const struct second_factor *, bool *good);

/* admin_own_password_pages.c: another password, by who knows the present one. */
enum err own_password_show(struct request *);
enum err own_password_prepare(struct request *);
enum err own_password_change(struct request *);

/* admin_link_pages.c: the own account, and who one is at the council's own login. */
enum err link_show(struct request *);
enum err link_prepare(struct request *);
enum err link_confirm(struct request *);
enum err link_end(struct request *);

/* admin_invited.c: by an administrator's link, in place of a password. */
enum err invited_go(struct request *);
enum err invited_take(struct request *);

/* admin_oidc_pages.c: a council's own login, there and back. */
enum err oidc_go(struct request *);
enum err oidc_test_go(struct request *);
enum err oidc_link_go(struct request *);
enum err oidc_back_prepare(struct request *);
enum err oidc_back(struct request *);
/* Where it sends people back to, for the council of this code. */
struct text admin_oidc_back(const struct request *, struct text code);

/* admin_setting_pages.c: how the acting council's people sign in. */
enum err login_setting_show(struct request *);
enum err login_setting_prepare(struct request *);
enum err login_setting_save(struct request *);
enum err login_setting_on(struct request *);
enum err login_setting_off(struct request *);
enum err login_group_add(struct request *);
enum err login_group_drop(struct request *);
enum err login_rules_set(struct request *);
enum err login_break_glass(struct request *);

/* admin_form_pages.c: what one had typed when the session ended. */
enum err form_show(struct request *);
enum err form_discard(struct request *);
/* There, too: the list of them, for Home; nothing when none waits. */
MUST_USE enum err admin_show_forms(struct request *, struct html *);
/* And where somebody who has just signed in goes on: to what was typed in this browser's session
 * before, or to the first page. */
MUST_USE enum err admin_go_on(struct request *, const struct actor *);

/* admin_home_pages.c: who I am, and for which council I act. */
enum err home_show(struct request *);
enum err acting_change(struct request *);

/* admin_set_up.c: what a new council has still to do, for Home; nothing when all is done. */
MUST_USE enum err admin_show_set_up(struct request *, struct html *);

/* admin_session_pages.c */
enum err sessions_show(struct request *);
enum err session_revoke(struct request *);

/* admin_token_pages.c */
enum err tokens_show(struct request *);
enum err token_create(struct request *);
enum err token_revoke(struct request *);

/* admin_trail_pages.c: the acting council's view of the trail. */
enum err trail_show(struct request *);
enum err trail_download_prepare(struct request *);
enum err trail_download(struct request *);

/* admin_job_pages.c */
enum err jobs_show(struct request *);
enum err job_show(struct request *);
enum err job_stop(struct request *);

/* admin_role_pages.c: what somebody with a role would see. */
enum err roles_show(struct request *);
enum err role_preview_prepare(struct request *);
enum err role_preview(struct request *);

/* admin_key_pages.c: with what the acting council cosigns checkpoints. */
enum err council_key_show(struct request *);
enum err council_key_set(struct request *);

/* admin_export_pages.c: everything of the acting council, packed. */
enum err exports_show(struct request *);
enum err export_ask(struct request *);
enum err export_file_prepare(struct request *);
enum err export_file(struct request *);
enum err api_exports_show(struct request *);
enum err api_export_ask(struct request *);
enum err api_export_show(struct request *);

/* admin_search_pages.c: over all that one may see. */
enum err search_show(struct request *);
enum err api_search_show(struct request *);
extern const struct api_call search_call;

/* admin_api.c */
enum err api_session_show(struct request *);
enum err api_grant_make(struct request *);
enum err api_grant_end(struct request *);

/* admin_call.c: what these take and give. */
extern const struct api_call session_show_call, trail_download_call, grant_make_call,
    grant_end_call, export_list_call, export_make_call, export_show_call, export_file_call;

/* The council's name; "" if there is none. */
struct text admin_council_name(struct request *, int64_t council);

#endif
