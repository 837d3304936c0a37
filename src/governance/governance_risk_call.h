/*
 * governance/governance_risk_call.h -- what the calls of the risk register take and give.
 *
 * Made from the tables of governance_risk.h: a field that is added there is told by the API's
 * document, taken and given without a word more.
 */
#ifndef OCHIL_GOVERNANCE_RISK_CALL_H
#define OCHIL_GOVERNANCE_RISK_CALL_H

#include "web/api_field.h"

extern const struct api_call risk_list_call, risk_show_call, risk_make_call, risk_change_call;

#endif
