#include "agreement/agreement_data_sharing.h"

static const struct two_key_field fields[] = {
    { "purpose", "Purpose", "What the data are shared for.", true, true, 4000 },
    { "basis", "Legal basis", "The law that lets the councils share them.", true, true, 2000 },
    { "people", "Whose data", "Such as: pupils who use school transport.", false, true, 500 },
    { "data", "Which data", "Field by field; no more than the purpose needs.", true, true, 8000 },
    { "receives", "Who receives them", "The council and the posts in it.", true, true, 2000 },
    { "protects", "How they are protected", "On the way, and where they are kept.", true, true,
      4000 },
    { "kept", "How long they are kept", "And what happens to them then.", false, true, 500 },
    { "dpia", "Impact assessment", "Its reference and day; or why none is needed.", false, true,
      500 },
    { "contact", "Who answers for it", "A post in each council, not a person.", false, true, 500 },
    { "review", "Reviewed", "When, at the latest.", false, true, 200 },
    { NULL, NULL, NULL, false, false, 0 },
};

const struct two_key_kind data_sharing_kind = {
    .name = "data-sharing",
    .title = "Data-sharing agreement",
    .purpose = "What personal data the councils share: for what, on which legal basis, how long. "
               "Without one that is in force, none are shared.",
    .subject = "What is shared",
    .subject_hint = "A short name that stays the same in every version.",
    .prepare = MAY_PREPARE_SHARING,
    .agree = MAY_AGREE_SHARING,
    .fields = fields,
};
