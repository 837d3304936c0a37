/*
 * identity/oidc_provider.h -- a council's own login as it is kept: where it is, what the program is
 * called there, which addresses it is for, and what its groups give here.
 *
 * It is saved with what its discovery said, tested by somebody who comes through it, and only then
 * turned on; saved again, it is off until it was tested again. Its secret is sealed. Its keys are
 * kept here, so that every server has them, and fetched again when a token names another one: once
 * a minute at most, whoever asks.
 *
 * Inside a transaction, which is then in the scope of the council.
 *
 * Read next: oidc_talk.h, oidc_token.h, oidc_login.h.
 */
#ifndef OCHIL_OIDC_PROVIDER_H
#define OCHIL_OIDC_PROVIDER_H

#include "identity/actor.h"

#define OIDC_SECRET_PURPOSE "login secret"      /* of its seal */
#define OIDC_KEYS_MS INT64_C(60000)             /* between two fetches of keys */
#define OIDC_DOMAINS_MOST 50

struct oidc_provider {
    int64_t     council;
    struct text issuer, client;
    struct text secret;         /* sealed */
    struct text name_claim, groups_claim;
    bool        asks_second;    /* it asks for a second factor itself */
    bool        on, tested;
    struct text authorization_url, token_url, keys_url;
    bool        secret_in_form;
    struct text keys;
};

/* ERR_MISSING, without words: the council has none. */
MUST_USE enum err oidc_provider_read(struct tx *, struct arena *, int64_t council,
                                     struct oidc_provider *, struct trouble *);
/* By `login`; it is off and untested afterwards. */
MUST_USE enum err oidc_provider_write(struct tx *, const struct happening *, struct text login,
                                      const struct oidc_provider *, struct trouble *);

/* Somebody came through it. */
MUST_USE enum err oidc_provider_tested(struct tx *, struct moment now, int64_t council,
                                       struct trouble *);
/* ERR_REFUSED, with words: it was not tested. */
MUST_USE enum err oidc_provider_turn(struct tx *, const struct happening *, struct text login,
                                     int64_t council, bool on, struct trouble *);

/* May the keys be fetched now? Then it is noted that they are. */
MUST_USE enum err oidc_keys_due(struct tx *, struct moment now, int64_t council, bool *due,
                                struct trouble *);
MUST_USE enum err oidc_keys_write(struct tx *, int64_t council, struct text keys,
                                  struct trouble *);

/* A state is taken once. `*fresh` false: it was taken before. */
MUST_USE enum err oidc_state_use(struct tx *, struct moment now, int64_t council,
                                 const char *hash, bool *fresh, struct trouble *);

/* The domains of addresses, as one text with blanks between; writing replaces them.
 * ERR_CONFLICT, with words: another council's login has one of them. */
MUST_USE enum err oidc_domains_read(struct tx *, struct arena *, int64_t council, struct text *,
                                    struct trouble *);
MUST_USE enum err oidc_domains_write(struct tx *, int64_t council, struct text domains,
                                     struct trouble *);
/* Are they written as domains are, in small letters? */
MUST_USE bool oidc_domains_are(struct text);
/* "first.clk@clacks.example" against "clacks.example ..." */
MUST_USE bool oidc_domains_hold(struct text domains, struct text address);

struct oidc_group {
    int64_t     id;
    struct text name;
    enum role   role;
    struct text service;    /* empty: for all */
};

struct oidc_groups {
    struct oidc_group *group;
    size_t             count;
};

/* By name, role, service. */
MUST_USE enum err oidc_groups_read(struct tx *, struct arena *, int64_t council,
                                   struct oidc_groups *, struct trouble *);
/* ERR_CONFLICT: it is there already. */
MUST_USE enum err oidc_group_add(struct tx *, const struct happening *, struct text login,
                                 int64_t council, struct oidc_group *, struct trouble *);
/* ERR_MISSING, without words: the council has none of this number. */
MUST_USE enum err oidc_group_drop(struct tx *, const struct happening *, struct text login,
                                  int64_t council, int64_t id, struct trouble *);

#endif
