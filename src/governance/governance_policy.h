/*
 * governance/governance_policy.h -- the register of policies: individual, or common.
 *
 * A policy is declared like any register's entry. That it is common from a day on, or no longer, is
 * a proposal of the kind "policy" (register/two_key_kind.h), whose subject is the policy's number;
 * when each council has agreed, by a decision of its own, the day is written into the policy, which
 * both must hold by then (joint).
 *
 * source   report of 26 June 2014, A5.2(e): which policies are common, which each council's.
 */
#ifndef OCHIL_GOVERNANCE_POLICY_H
#define OCHIL_GOVERNANCE_POLICY_H

#include "register/register.h"
#include "register/two_key_kind.h"

extern const struct register_type policy_register;
extern const struct two_key_kind policy_kind;

#endif
