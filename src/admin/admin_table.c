#include "admin/admin_table.h"

#include "admin/admin_pages.h"

static const struct action actions[] = {
    { .verb = "home show", .summary = "Who I am, and for which council I act",
      .method = ACTION_GET, .route = "/", .right = MAY_OWN, .scope = scope_home,
      .respond = home_show },
    { .verb = "acting change", .summary = "Act for another council, in a new session",
      .method = ACTION_POST, .route = "/acting", .right = MAY_OWN, .scope = scope_home,
      .respond = acting_change },

    { .verb = "first show", .summary = "The form for a council's first administrator",
      .method = ACTION_GET, .route = "/first/{token:secret}", .right = MAY_ANYBODY,
      .respond = first_show },
    { .verb = "first make", .summary = "Make a council's first administrator, once",
      .method = ACTION_POST, .route = "/first/{token:secret}", .right = MAY_ANYBODY,
      .prepare = first_prepare, .respond = first_make },

    { .verb = "login show", .summary = "The form to sign in",
      .method = ACTION_GET, .route = "/login", .right = MAY_ANYBODY, .respond = login_show },
    { .verb = "login make", .summary = "Sign in",
      .method = ACTION_POST, .route = "/login", .right = MAY_ANYBODY,
      .prepare = login_prepare, .respond = login_make },
    { .verb = "logout", .summary = "Sign out",
      .method = ACTION_POST, .route = "/logout", .right = MAY_OWN, .scope = scope_home,
      .respond = logout_make },

    { .verb = "session list", .summary = "Where I am signed in",
      .method = ACTION_GET, .route = "/sessions", .right = MAY_OWN, .scope = scope_home,
      .respond = sessions_show },
    { .verb = "session revoke", .summary = "End one of my sessions",
      .method = ACTION_POST, .route = "/sessions/{session}/end", .right = MAY_OWN,
      .scope = scope_home, .respond = session_revoke },

    { .verb = "token list", .summary = "My tokens for the API",
      .method = ACTION_GET, .route = "/tokens", .right = MAY_OWN, .scope = scope_home,
      .respond = tokens_show },
    { .verb = "token make", .summary = "Make a token for the API, for the acting council",
      .method = ACTION_POST, .route = "/tokens", .right = MAY_OWN, .scope = scope_home,
      .respond = token_create },
    { .verb = "token revoke", .summary = "End one of my tokens",
      .method = ACTION_POST, .route = "/tokens/{token}/end", .right = MAY_OWN,
      .scope = scope_home, .respond = token_revoke },

    { .verb = "job list", .summary = "The acting council's jobs",
      .method = ACTION_GET, .route = "/jobs", .right = MAY_SEE_JOBS, .respond = jobs_show },
    { .verb = "job show", .summary = "One job: how far it is, what came of it",
      .method = ACTION_GET, .route = "/jobs/{job}", .right = MAY_SEE_JOBS, .respond = job_show },
    { .verb = "job stop", .summary = "Stop a job",
      .method = ACTION_POST, .route = "/jobs/{job}/cancel", .right = MAY_STOP_JOBS,
      .respond = job_stop },

    { .verb = "trail show", .summary = "The trail, as the acting council may read it",
      .method = ACTION_GET, .route = "/trail", .right = MAY_READ_TRAIL, .respond = trail_show },
    { .verb = "trail download", .summary = "Its export, as a file",
      .method = ACTION_GET, .route = "/trail/export", .right = MAY_READ_TRAIL,
      .prepare = trail_download_prepare, .respond = trail_download },

    { .verb = "council key show", .summary = "With what the acting council cosigns the trail",
      .method = ACTION_GET, .route = "/council/key", .right = MAY_SET_KEY,
      .respond = council_key_show },
    { .verb = "council key set", .summary = "Name the key it cosigns with from now on",
      .method = ACTION_POST, .route = "/council/key", .right = MAY_SET_KEY,
      .respond = council_key_set },

    { .verb = "api session show", .summary = "Who the token stands for",
      .method = ACTION_GET, .route = "/api/v1/session", .right = MAY_OWN, .scope = scope_home,
      .respond = api_session_show },
    { .verb = "api trail export", .summary = "The acting council's export of the trail",
      .method = ACTION_GET, .route = "/api/v1/trail/export", .right = MAY_READ_TRAIL,
      .prepare = trail_download_prepare, .respond = trail_download },
    { .verb = "api grant make", .summary = "Grant an account a role in the acting council",
      .method = ACTION_POST, .route = "/api/v1/grants", .right = MAY_GRANT,
      .respond = api_grant_make },
    { .verb = "api grant end", .summary = "Take a role back",
      .method = ACTION_POST, .route = "/api/v1/grants/{grant}/end", .right = MAY_GRANT,
      .respond = api_grant_end },
    { 0 },
};

const struct feature admin_feature = { "admin", "Accounts and sessions", actions };
