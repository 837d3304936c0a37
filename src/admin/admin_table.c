#include "admin/admin_table.h"

#include "admin/admin_pages.h"

static const struct action actions[] = {
    { .verb = "home show", .summary = "Who I am, and for which council I act",
      .description =
          "Who you are signed in as, for which council you act, and which roles you "
          "have there today. Roles are granted by a council, for its own area, from "
          "a day to a day.\n\n"
          "If another council has granted you a role, a button lets you act for it "
          "instead. That begins another session; what you do from then on is done "
          "for that council, as the top of every page says.",
      .method = ACTION_GET, .route = "/", .right = MAY_OWN, .scope = scope_home,
      .respond = home_show },
    { .verb = "acting change", .summary = "Act for another council, in a new session",
      .method = ACTION_POST, .route = "/acting", .right = MAY_OWN, .scope = scope_home,
      .respond = acting_change },

    { .verb = "search show", .summary = "Search over all that you may see",
      .description =
          "Looks for words, or a part of one, in every register, in proposals, in the names of "
          "kept files and of people: in what your own lists show, and in nothing else. Whatever "
          "is the very number or name comes first, then titles, then texts. Capitals and small "
          "letters are the same; %, _ and quotes are characters like any other.\n\n"
          "Of each kind the first ten are shown; a link leads to all of them.",
      .method = ACTION_GET, .route = "/search", .right = MAY_OWN, .respond = search_show },

    { .verb = "first show", .summary = "The form for a council's first administrator",
      .description =
          "A new council gets a link that can be used once, within seven days. "
          "Whoever opens it chooses a login name and a password and is the "
          "council's first administrator.\n\n"
          "If the page says that the link cannot be used, ask whoever runs the "
          "server for another one.",
      .method = ACTION_GET, .route = "/first/{token:secret}", .right = MAY_ANYBODY,
      .respond = first_show },
    { .verb = "first make", .summary = "Make a council's first administrator, once",
      .method = ACTION_POST, .route = "/first/{token:secret}", .right = MAY_ANYBODY,
      .prepare = first_prepare, .respond = first_make },

    { .verb = "password show", .summary = "The form to choose a password",
      .description =
          "Whoever was given this link chooses a password here: twelve characters or "
          "more, and none that is known from thefts. The link works once and for seven "
          "days.\n\n"
          "Where the council has a login of its own, its holder may sign in there instead: it says "
          "who that is, and confirmed, that person comes in as this account from then on. Not if "
          "the account has a second factor: then link it from the page of your account.\n\n"
          "If the page says that the link cannot be used, ask your administrator for "
          "another one.",
      .method = ACTION_GET, .route = "/password/{token:secret}", .right = MAY_ANYBODY,
      .respond = password_show },
    { .verb = "password choose", .summary = "Choose a password, once, by an administrator's link",
      .method = ACTION_POST, .route = "/password/{token:secret}", .right = MAY_ANYBODY,
      .prepare = password_prepare, .respond = password_choose },
    { .verb = "invited go", .summary = "By such a link, to the council's own login",
      .method = ACTION_GET, .route = "/password/{token:secret}/go", .right = MAY_ANYBODY,
      .respond = invited_go },
    { .verb = "invited take", .summary = "Link whom it names to the link's account, once",
      .method = ACTION_POST, .route = "/password/{token:secret}/login", .right = MAY_ANYBODY,
      .respond = invited_take },

    { .verb = "login show", .summary = "The form to sign in",
      .description =
          "Your login name and password. After ten wrong ones within five minutes "
          "nobody gets in under that name for a while, with the right one neither.\n\n"
          "A session ends after an hour without use, and after twelve hours. Nobody "
          "is told whether a name exists.",
      .method = ACTION_GET, .route = "/login", .right = MAY_ANYBODY, .respond = login_show },
    { .verb = "login make", .summary = "Sign in",
      .method = ACTION_POST, .route = "/login", .right = MAY_ANYBODY,
      .prepare = login_prepare, .respond = login_make },
    { .verb = "login elsewhere", .summary = "Go to a council's own login",
      .method = ACTION_GET, .route = "/login/with/{council:word}", .right = MAY_ANYBODY,
      .respond = oidc_go },
    { .verb = "login back", .summary = "Come back from it",
      .method = ACTION_GET, .route = "/login/back/{council:word}", .right = MAY_ANYBODY,
      .prepare = oidc_back_prepare, .respond = oidc_back },
    { .verb = "logout", .summary = "Sign out",
      .method = ACTION_POST, .route = "/logout", .right = MAY_OWN, .scope = scope_home,
      .respond = logout_make },

    { .verb = "second show", .summary = "My second factor",
      .description =
          "A code of six digits that a program on your telephone makes anew every half minute, "
          "typed beside your password. Any program for such codes will do; a picture brings the "
          "secret into it.\n\n"
          "Your council may ask for it: then roles that approve or administer count only in "
          "sessions that were begun with a code. When it is set up you get ten recovery codes to "
          "print: each lets you in once without the telephone. Who has lost both asks an "
          "administrator of the own council to take the second factor away.",
      .method = ACTION_GET, .route = "/second-factor", .right = MAY_OWN, .scope = scope_home,
      .respond = second_show },
    { .verb = "second offer", .summary = "A secret for my telephone, to be confirmed",
      .method = ACTION_POST, .route = "/second-factor", .right = MAY_OWN, .scope = scope_home,
      .respond = second_offer },
    { .verb = "second confirm", .summary = "Begin to use it, and get recovery codes",
      .method = ACTION_POST, .route = "/second-factor/confirm", .right = MAY_OWN,
      .scope = scope_home, .respond = second_confirm },
    { .verb = "second codes", .summary = "Other recovery codes",
      .method = ACTION_POST, .route = "/second-factor/codes", .right = MAY_OWN,
      .scope = scope_home, .respond = second_codes },

    { .verb = "own password show", .summary = "My password",
      .description =
          "Choose another password: type the present one, and a code if you have set up a second "
          "factor. It has twelve characters or more, is none of those known from thefts, and more "
          "than the names of councils or of yourself.\n\n"
          "You stay signed in here and are signed out everywhere else. After ten wrong attempts "
          "within five minutes nobody gets on for a while. Who has forgotten the present password "
          "asks an administrator of the own council for a link; who signs in with the council's "
          "own login has no password here.",
      .method = ACTION_GET, .route = "/account/password", .right = MAY_OWN, .scope = scope_home,
      .respond = own_password_show },
    { .verb = "own password change", .summary = "Change my password",
      .method = ACTION_POST, .route = "/account/password", .right = MAY_OWN,
      .scope = scope_home, .prepare = own_password_prepare, .respond = own_password_change },

    { .verb = "link show", .summary = "My account, and who I am at my council's login",
      .description =
          "If your council signs in with a login of its own, an account that has a password here "
          "can be linked to you there: then either lets you in, and everything that you have here "
          "stays. Sign in there from this page, see as whom, and confirm it with your password "
          "here, and a code if you have a second factor. Nobody is linked by a name or an "
          "address.\n\n"
          "If the page says that you have another account already, which that login made, an "
          "administrator ends its link on that person's page, and you try again.",
      .method = ACTION_GET, .route = "/account/council-login", .right = MAY_OWN,
      .scope = scope_home, .respond = link_show },
    { .verb = "link go", .summary = "Sign in at my council's login, to be linked",
      .method = ACTION_GET, .route = "/account/council-login/go", .right = MAY_OWN,
      .scope = scope_home, .respond = oidc_link_go },
    { .verb = "link confirm", .summary = "Link who I am there to my account",
      .method = ACTION_POST, .route = "/account/council-login", .right = MAY_OWN,
      .scope = scope_home, .prepare = link_prepare, .respond = link_confirm },
    { .verb = "link end", .summary = "End that link",
      .method = ACTION_POST, .route = "/account/council-login/end", .right = MAY_OWN,
      .scope = scope_home, .prepare = link_prepare, .respond = link_end },

    { .verb = "session list", .summary = "Where I am signed in",
      .description =
          "Every browser in which you are signed in now: since when, when it was "
          "last used, and for which council. End what you do not know, and tell "
          "your administrator.",
      .method = ACTION_GET, .route = "/sessions", .right = MAY_OWN, .scope = scope_home,
      .respond = sessions_show },
    { .verb = "session revoke", .summary = "End one of my sessions",
      .method = ACTION_POST, .route = "/sessions/{session}/end", .right = MAY_OWN,
      .scope = scope_home, .respond = session_revoke },

    { .verb = "form show", .summary = "What I had typed when my session ended",
      .description =
          "A form that you sent when your session had ended is not lost: sign in again, and it "
          "waits for you, on this page and listed on Home. Nothing is done with it until you send "
          "it from here, for the council you had typed it for. On long forms a second button "
          "keeps what you have typed for later, fit or not, and nothing else is done; open it in "
          "the form again from here. Passwords, codes and files are not kept.\n\n"
          "Nobody else sees it. It goes when you send or discard it, and after thirty days.",
      .method = ACTION_GET, .route = "/kept-forms/{form}", .right = MAY_OWN,
      .scope = scope_home, .respond = form_show },
    { .verb = "form discard", .summary = "Discard it",
      .method = ACTION_POST, .route = "/kept-forms/{form}/discard", .right = MAY_OWN,
      .scope = scope_home, .respond = form_discard },

    { .verb = "token list", .summary = "My tokens for the API",
      .description =
          "A token lets a program of yours fetch or send something by itself, as "
          "you, for the council you act for now, with the roles you have there on "
          "the day. It is shown once, when it is made. It ends on the day you say, "
          "at most a year away, or when you end it.\n\n"
          "Give each program its own, let it only read if that is enough, and end "
          "it when it is no longer needed.",
      .method = ACTION_GET, .route = "/tokens", .right = MAY_OWN, .scope = scope_home,
      .respond = tokens_show },
    { .verb = "token make", .summary = "Make a token for the API, for the acting council",
      .method = ACTION_POST, .route = "/tokens", .right = MAY_OWN, .scope = scope_home,
      .respond = token_create },
    { .verb = "token revoke", .summary = "End one of my tokens",
      .method = ACTION_POST, .route = "/tokens/{token}/end", .right = MAY_OWN,
      .scope = scope_home, .respond = token_revoke },

    { .verb = "job list", .summary = "The acting council's jobs",
      .description =
          "Long work, such as taking in an extract or making a backup, becomes a "
          "job: a server works on it while you go on. Listed are the acting "
          "council's, the newest first.",
      .method = ACTION_GET, .route = "/jobs", .right = MAY_SEE_JOBS, .respond = jobs_show },
    { .verb = "job show", .summary = "One job: how far it is, what came of it",
      .description =
          "What the job is for, who asked for it, how far it is and what came of "
          "it. The page does not renew itself: load it again to see more.\n\n"
          "A job that is told to stop does so at the next good place; what it had "
          "done by then is kept or taken back as a whole.",
      .method = ACTION_GET, .route = "/jobs/{job}", .right = MAY_SEE_JOBS, .respond = job_show },
    { .verb = "job stop", .summary = "Stop a job",
      .method = ACTION_POST, .route = "/jobs/{job}/cancel", .right = MAY_STOP_JOBS,
      .respond = job_stop },

    { .verb = "trail show", .summary = "The trail, as the acting council may read it",
      .description =
          "Everything that changes something is told in the trail, as a chain in "
          "which each entry seals those before it. Nothing can be changed or taken "
          "out unnoticed.\n\n"
          "The export holds what the acting council may read, and of the rest the "
          "hashes, so that anybody can verify it as a whole with: ochil trail "
          "verify trail.jsonl.",
      .method = ACTION_GET, .route = "/trail", .right = MAY_READ_TRAIL, .respond = trail_show },
    { .verb = "trail download", .summary = "Its export, as a file",
      .method = ACTION_GET, .route = "/trail/export", .right = MAY_READ_TRAIL,
      .prepare = trail_download_prepare, .respond = trail_download },

    { .verb = "people list", .summary = "Who can sign in for the acting council, with what roles",
      .description =
          "Everybody who can sign in for the acting council, and the roles that each "
          "has from it. An administrator invites people here: that makes an account and "
          "a link that its holder uses once, to choose a password. Hand the link over "
          "yourself; it is shown once.\n\n"
          "A role is given by a council for its own area, from a day to a day. Who "
          "works for both councils is given a role by each.",
      .method = ACTION_GET, .route = "/people", .right = MAY_SEE_PEOPLE,
      .respond = people_show },
    { .verb = "person invite", .summary = "Make an account, and a link to choose its password",
      .method = ACTION_POST, .route = "/people", .right = MAY_ADMIT_PEOPLE,
      .respond = person_invite },
    { .verb = "person show", .summary = "One person: roles, account",
      .description =
          "The roles of one person, now and before, and the account. Closing an account "
          "takes every role, session and token at once; what the person did stays in "
          "the trail.",
      .method = ACTION_GET, .route = "/people/{account}", .right = MAY_SEE_PEOPLE,
      .respond = person_show },
    { .verb = "person link", .summary = "A link to choose another password",
      .method = ACTION_POST, .route = "/people/{account}/link", .right = MAY_ADMIT_PEOPLE,
      .respond = person_link },
    { .verb = "person close", .summary = "Close the account of somebody who leaves",
      .method = ACTION_POST, .route = "/people/{account}/close", .right = MAY_ADMIT_PEOPLE,
      .respond = person_close },
    { .verb = "person second reset", .summary = "Take a second factor from who has lost it",
      .method = ACTION_POST, .route = "/people/{account}/second-factor/end",
      .right = MAY_ADMIT_PEOPLE, .respond = person_second_reset },
    { .verb = "person unlink", .summary = "End an account's link to the council's own login",
      .method = ACTION_POST, .route = "/people/{account}/council-login/end",
      .right = MAY_ADMIT_PEOPLE, .respond = person_unlink },
    { .verb = "role give", .summary = "Give somebody a role in the acting council",
      .method = ACTION_POST, .route = "/people/roles", .right = MAY_GRANT,
      .respond = person_grant },
    { .verb = "role end", .summary = "Take a role back",
      .method = ACTION_POST, .route = "/people/roles/{grant}/end", .right = MAY_GRANT,
      .respond = person_grant_end },

    { .verb = "login setting show", .summary = "How the acting council's people sign in",
      .description =
          "A council's people can sign in with the council's own login, by OpenID Connect: no "
          "second password, and who leaves the council cannot come in any more. Register Ochil "
          "there, with the address for sending people back that the page shows, and give here "
          "the login's address and what it calls Ochil. Saving asks it what it says of itself.\n\n"
          "Then say which of its groups give which roles, test it with your own account (the "
          "test shows what came and which roles it would give, and changes nothing), and turn it "
          "on. A role that a group gave ends by itself, and with the next sign-in without the "
          "group.\n\n"
          "The rules say of whom a second factor is asked, and whether passwords kept here go on "
          "letting the council's people in.",
      .method = ACTION_GET, .route = "/council/login", .right = MAY_SET_LOGIN,
      .respond = login_setting_show },
    { .verb = "login setting save", .summary = "Save where the council's own login is",
      .method = ACTION_POST, .route = "/council/login", .right = MAY_SET_LOGIN,
      .prepare = login_setting_prepare, .respond = login_setting_save },
    { .verb = "login test", .summary = "Test the council's own login",
      .method = ACTION_GET, .route = "/council/login/test", .right = MAY_SET_LOGIN,
      .respond = oidc_test_go },
    { .verb = "login turn on", .summary = "Let people in by the council's own login",
      .method = ACTION_POST, .route = "/council/login/on", .right = MAY_SET_LOGIN,
      .respond = login_setting_on },
    { .verb = "login turn off", .summary = "Let nobody in by it any more",
      .method = ACTION_POST, .route = "/council/login/off", .right = MAY_SET_LOGIN,
      .respond = login_setting_off },
    { .verb = "login group add", .summary = "Let a group of the council's login give a role",
      .method = ACTION_POST, .route = "/council/login/groups", .right = MAY_SET_LOGIN,
      .respond = login_group_add },
    { .verb = "login group end", .summary = "Let it give it no more",
      .method = ACTION_POST, .route = "/council/login/groups/{group}/end",
      .right = MAY_SET_LOGIN, .respond = login_group_drop },
    { .verb = "login rules set", .summary = "Of whom a second factor is asked; passwords",
      .method = ACTION_POST, .route = "/council/login/rules", .right = MAY_SET_LOGIN,
      .respond = login_rules_set },
    { .verb = "login break-glass", .summary = "Make the council's break-glass account",
      .method = ACTION_POST, .route = "/council/login/break-glass", .right = MAY_SET_LOGIN,
      .respond = login_break_glass },
    { .verb = "role list", .summary = "Roles, and what each is for",
      .description = "Every role that a council gives, and a way to see what somebody with it "
                     "would find here.",
      .method = ACTION_GET, .route = "/roles", .right = MAY_SEE_PEOPLE, .respond = roles_show },
    { .verb = "role preview", .summary = "What somebody with a role would see",
      .description = "The menu and the actions of a role, without any record and without acting as "
                     "anybody else. That it was looked at stands in the trail.",
      .method = ACTION_GET, .route = "/roles/{role:word}", .right = MAY_SEE_PEOPLE,
      .prepare = role_preview_prepare, .respond = role_preview },

    { .verb = "council key show", .summary = "With what the acting council cosigns the trail",
      .description =
          "With its own key, kept outside the server, a council cosigns checkpoints of "
          "the trail, so that nobody who runs the server can rewrite what was before "
          "them. Here the council names the public half; the help of ochil checkpoint "
          "sign tells how to use the other.",
      .method = ACTION_GET, .route = "/council/key", .right = MAY_SET_KEY,
      .respond = council_key_show },
    { .verb = "council key set", .summary = "Name the key it cosigns with from now on",
      .method = ACTION_POST, .route = "/council/key", .right = MAY_SET_KEY,
      .respond = council_key_set },

    { .verb = "export list", .summary = "Everything of the acting council, packed",
      .description =
          "Everything that the acting council has here, in one zip: its records as "
          "tables (CSV and JSON lines), its trail, and every kept file as it was "
          "taken in. What the partners have shared with it is in the tables; nothing "
          "else of theirs is.\n\n"
          "Packing is a job. The zip is kept for a week, in the store itself, sealed "
          "like every other kept file; whoever fetches it is told in the trail. It "
          "holds personal data: keep it as the council keeps such.",
      .method = ACTION_GET, .route = "/exports", .right = MAY_EXPORT, .respond = exports_show },
    { .verb = "export make", .summary = "Have it packed",
      .method = ACTION_POST, .route = "/exports", .right = MAY_EXPORT, .respond = export_ask },
    { .verb = "export download", .summary = "The zip",
      .method = ACTION_GET, .route = "/exports/{export}/file", .right = MAY_EXPORT,
      .prepare = export_file_prepare, .respond = export_file },
    { .verb = "api export list", .summary = "The acting council's exports",
      .method = ACTION_GET, .route = "/api/v1/exports", .right = MAY_EXPORT,
      .respond = api_exports_show, .call = &export_list_call },
    { .verb = "api export make", .summary = "Have everything of the acting council packed",
      .method = ACTION_POST, .route = "/api/v1/exports", .right = MAY_EXPORT,
      .respond = api_export_ask, .call = &export_make_call },
    { .verb = "api export show", .summary = "One export: how far it is",
      .method = ACTION_GET, .route = "/api/v1/exports/{export}", .right = MAY_EXPORT,
      .respond = api_export_show, .call = &export_show_call },
    { .verb = "api export file", .summary = "The zip",
      .method = ACTION_GET, .route = "/api/v1/exports/{export}/file", .right = MAY_EXPORT,
      .prepare = export_file_prepare, .respond = export_file,
      .call = &export_file_call },

    { .verb = "api search list", .summary = "Search over all that the token may see",
      .description = "The nearest first: of each kind ten, of one kind two hundred.",
      .method = ACTION_GET, .route = "/api/v1/search", .right = MAY_OWN,
      .respond = api_search_show, .call = &search_call },
    { .verb = "api session show", .summary = "Who the token stands for",
      .method = ACTION_GET, .route = "/api/v1/session", .right = MAY_OWN, .scope = scope_home,
      .respond = api_session_show, .call = &session_show_call },
    { .verb = "api trail download", .summary = "The acting council's export of the trail",
      .method = ACTION_GET, .route = "/api/v1/trail/export", .right = MAY_READ_TRAIL,
      .prepare = trail_download_prepare, .respond = trail_download,
      .call = &trail_download_call },
    { .verb = "api grant make", .summary = "Grant an account a role in the acting council",
      .method = ACTION_POST, .route = "/api/v1/grants", .right = MAY_GRANT,
      .respond = api_grant_make, .call = &grant_make_call },
    { .verb = "api grant end", .summary = "Take a role back",
      .method = ACTION_POST, .route = "/api/v1/grants/{grant}/end", .right = MAY_GRANT,
      .respond = api_grant_end, .call = &grant_end_call },
    { 0 },
};

const struct feature admin_feature = { "admin", "Accounts and sessions", actions };
