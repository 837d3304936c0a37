/*
 * finance/finance_profile.h -- profiles (docs/convert.md): how the extracts of each of a council's
 * systems are read, in versions that are never changed.
 *
 * Whether a text is a profile that makes ledger lines is asked of extract/profile.h alone. One of
 * a council must name the council as its partner: what an extract says of others is not its to say.
 *
 * Inside a transaction in the council's scope; texts live in `arena`.
 */
#ifndef OCHIL_FINANCE_PROFILE_H
#define OCHIL_FINANCE_PROFILE_H

#include "identity/actor.h"

#define EXTRACT_PROFILE_BYTES_MOST 32768
#define EXTRACT_SYSTEM_BYTES_MOST 64

struct extract_profile {
    int64_t       id;
    struct text   system;           /* "Payroll" */
    int64_t       version;
    bool          guessed;
    struct moment made_at;
    struct text   made_by;
    struct text   words;            /* the profile; empty in a list */
};

struct extract_profiles {
    struct extract_profile *profile;    /* by system, the newest version first */
    size_t                  count;
};

/* Is it a profile for the ledger of the council with this code? ERR_USAGE: the message says what
 * is wrong with it, and in which line. */
MUST_USE enum err extract_profile_judge(struct arena *, struct text words, struct text council,
                                        struct trouble *);

MUST_USE enum err extract_profiles_load(struct tx *, struct arena *, int64_t council,
                                        struct extract_profiles *, struct trouble *);

/* ERR_MISSING: the council has no such profile. */
MUST_USE enum err extract_profile_load(struct tx *, struct arena *, int64_t council, int64_t id,
                                       struct extract_profile *, struct trouble *);

/* The next version for its system, unless it is the last one word for word; sets `id`. It was
 * judged. */
MUST_USE enum err extract_profile_add(struct tx *, struct arena *, const struct happening *,
                                      const struct actor *, struct extract_profile *,
                                      struct trouble *);

#endif
