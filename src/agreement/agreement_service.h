/*
 * agreement/agreement_service.h -- which services the councils share, and who leads each: a kind of
 * proposal (register/two_key_kind.h), so that nothing is shared without a key of every council; and
 * the list of them, which both councils see.
 *
 * source   docs/engine.md: a service has one lead partner; the others commission it. What it covers
 *          is ours.
 * Read next: register/service_list.h, which finds what was agreed on.
 */
#ifndef OCHIL_AGREEMENT_SERVICE_H
#define OCHIL_AGREEMENT_SERVICE_H

#include "cli/action.h"
#include "register/two_key_kind.h"

extern const struct two_key_kind service_kind;
extern const struct feature service_feature;

#endif
