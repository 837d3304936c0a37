/*
 * agreement/agreement_data_sharing.h -- agreements of the councils to share personal data: for
 * what, on which legal basis, which data, how long they are kept, and what was assessed before.
 * A kind of proposal (register/two_key_kind.h): each is agreed by every council, in versions.
 *
 * source   UK GDPR, articles 5, 6, 26, 28, 30 and 35; the ICO's data sharing code of practice.
 *          Which fields there are is ours.
 */
#ifndef OCHIL_AGREEMENT_DATA_SHARING_H
#define OCHIL_AGREEMENT_DATA_SHARING_H

#include "register/two_key_kind.h"

extern const struct two_key_kind data_sharing_kind;

#endif
