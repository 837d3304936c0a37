/*
 * register/register.h -- a register: entries of one kind that the councils keep, of risks, actions,
 * obligations, policies. A register is *declared*, and from the declaration come its list, forms,
 * history, files, calls and rights.
 *
 *     static const struct field_form fields[] = {
 *         { .name = "title", .label = "What is to be done", .kind = FIELD_LINE, .required = true,
 *           .most = 200 },
 *         { .name = "due", .label = "Due", .kind = FIELD_DAY, .required = true },
 *     };
 *     static const struct register_step steps[] = {
 *         { "open", "finish", "done" }, { "done", "reopen", "open" }, { 0 },
 *     };
 *     const struct register_type action_register = {
 *         .one = "action", .many = "actions", .a = "an action", ... .sql = REGISTER_SQL(action),
 *     };
 *
 * An entry belongs to the council that recorded it and has a number in that council's register:
 * CLK-12. It is the council's own, or shared (the others read it), or joint (they change it, too).
 * What is not a council's to see is ERR_MISSING, like what there is not.
 *
 * What people fill in are texts here, each of a kind that says what may stand in it; what is in the
 * store has passed entry_judge(). Each register has a table of its own, with real columns, made by
 * hand in a migration: council, number, version, state, shared, joint, shared_at, shared_by,
 * made_at, changed_at, changed_by, and a column for each field, in their order. The five statements
 * over it are made of the table while building (tools/embed.py, "-- register: action"), and
 * server_schema_test holds table, declaration, rows, menu and help against each other.
 *
 * Every change makes a new version, a row of history for each field that became another, and a line
 * of the trail, in one transaction. Who changes what somebody else has changed meanwhile gets
 * ERR_CONFLICT.
 *
 * Read next: register_rows.h (its pages and calls), governance/governance_action.c (one register),
 * then register_rules.h and register_store.h; CONTRIBUTING.md, "A new register".
 */
#ifndef OCHIL_REGISTER_H
#define OCHIL_REGISTER_H

#include "register/register_rules.h"
#include "register/register_store.h"

#endif
